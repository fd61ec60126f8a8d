"""From what fits each operation to one value of each convention, or to a contradiction."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

from ...spec.conventions import conventions
from ..encoding import encoded_case
from ..layout import expected_shapes
from .assignment import BEHAVIOUR, with_value
from .detection import Example, Found, Standing, Voice

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..checks.finding import Finding
    from .assignment import Assignment
    from .fitting import Fit

STRONGEST: Mapping[str, str] = {"label_sum": "any"}
"""Where one value promises more than another and both are kept: the one that promises more."""


def decided(fits: Sequence[Fit], declared: Mapping[str, str]) -> tuple[Found, ...]:
    """What is known of each convention of behaviour, with values that fit together."""
    heard = [each for each in fits if each.has_a_say]
    alone = tuple(_decided(name, heard, declared.get(name)) for name in BEHAVIOUR)
    return _agreeing(alone, heard)


def _agreeing(found: tuple[Found, ...], fits: Sequence[Fit]) -> tuple[Found, ...]:
    """The same with other values where several fit each operation, but not those chosen one by one."""
    options = [_options(each) for each in found]
    for values in product(*options):
        mapping = {each.name: value for each, value in zip(found, values, strict=True) if value is not None}
        if all(explained_by(each, mapping) is not None for each in fits if each.is_explained):
            return tuple(replace(each, value=value) for each, value in zip(found, values, strict=True))
    return found


def _options(found: Found) -> Sequence[str | None]:
    if found.standing is not Standing.EITHER:
        return (found.value,)
    return sorted(found.fits, key=lambda value: value != found.value)


def explained_by(fit: Fit, mapping: Mapping[str, str]) -> Assignment | None:
    """An assignment that fits and agrees with ``mapping``, where there is one."""
    agreeing = [each for each in fit.fits if all(mapping.get(name, value) == value for name, value in each)]
    return min(agreeing, key=sorted, default=None)


def _decided(name: str, fits: Sequence[Fit], declared: str | None) -> Found:
    speaking = [each for each in fits if name in each.shown]
    showing = [each for each in speaking if each.is_explained] or speaking
    if not showing:
        return Found(name, Standing.NOT_SHOWN, None, conventions()[name].values, (), declared)
    together = _together(name, showing)
    if together:
        value = preferred(name, together, declared)
        is_one = len(together) == 1 or value == STRONGEST.get(name)
        return Found(
            name,
            Standing.FOUND if is_one else Standing.EITHER,
            value,
            together,
            _voices(name, showing, None),
            declared,
        )
    most = _most_named(name, showing)
    return Found(name, Standing.CONTRADICTION, most, (), _voices(name, showing, most), declared)


def _together(name: str, fits: Sequence[Fit]) -> tuple[str, ...]:
    return tuple(value for value in conventions()[name].values if all(value in each.values(name) for each in fits))


def preferred(name: str, fitting: Sequence[str], declared: str | None) -> str:
    """The value to paste: the declared one, the one that promises most, or the first, which is the default."""
    for wish in (declared, STRONGEST.get(name)):
        if wish in fitting and wish is not None:
            return wish
    return fitting[0]


def _most_named(name: str, fits: Sequence[Fit]) -> str:
    counts = Counter(value for each in fits for value in each.values(name))
    return max(conventions()[name].values, key=lambda value: counts[value])


def _voices(name: str, fits: Sequence[Fit], most: str | None) -> tuple[Voice, ...]:
    """The operations by the values that fit them; where they contradict one another, with an example of each."""
    groups: dict[tuple[str, ...], list[Fit]] = {}
    for each in fits:
        groups.setdefault(each.values(name), []).append(each)
    voices = []
    for values, members in sorted(groups.items(), key=lambda group: -len(group[1])):
        others = [each for each in groups if not set(each) & set(values)]
        against = most if most is not None and most not in values else (others[0][0] if others else None)
        example = None if most is None or against is None else _example(name, members, against)
        names = tuple(dict.fromkeys(each.operation for each in members))
        voices.append(Voice(values, names, example))
    return tuple(voices)


def _example(name: str, fits: Sequence[Fit], other: str) -> Example | None:
    """The smallest case of these operations that ``other`` does not explain."""
    for each in fits:
        index = each.against(name, other)
        if index is not None:
            return _shown(each, index, name, other)
    return None


def _shown(fit: Fit, index: int, name: str, other: str) -> Example:
    return example_of(fit, index, fit.inquiry.finding(index, with_value(min(fit.fits, key=sorted), name, other)))


def nearest_misfit(fit: Fit) -> Example | None:
    """The smallest case that no convention explains, against those that come nearest."""
    if not fit.misfits:
        return None
    index = fit.misfits[0]
    findings = [fit.inquiry.finding(index, each) for each in sorted(fit.fits, key=sorted)]
    return example_of(fit, index, min(findings, key=_distance))


def _distance(finding: Finding) -> float:
    return finding.judgement.max_error_ulps if finding.judgement else math.inf


def example_of(fit: Fit, index: int, finding: Finding) -> Example:
    """One case, and what ``finding`` says of its worst entry."""
    case = fit.inquiry.cases[index]
    worst = finding.judgement.worst if finding.judgement else None
    if worst is None:
        return Example(encoded_case(case), "", finding.reason, "")
    names = [each for each, _, _ in expected_shapes(case.declaration, case.arguments)]
    return Example(encoded_case(case), f"{names[worst.array]}{list(worst.index) or ''}", worst.got.hex(), worst.truth)
