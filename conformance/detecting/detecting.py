"""Finding out the conventions and formats of a target that does not declare them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...spec.conventions import ConventionError, conventions, validated
from ...spec.formats import FORMATS
from ...spec.operations import operations
from ..adapters.wrapping import as_target
from ..running import ScopeError
from .arithmetic import arithmetic
from .deciding import decided, explained_by, nearest_misfit
from .detection import Detection, Remark, Standing
from .fitting import fit
from .formats import formats_found, with_numbers
from .inquiry import Inquiry
from .proportions import disproportions
from .scaling import factors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from ..adapters.target import Target
    from .assignment import Assignment
    from .detection import Found
    from .fitting import Fit


def detect(target: Target | object, formats: Sequence[str] = ()) -> Detection:
    """
    The conventions and formats of ``target``, any object whose attributes are functions named after operations.

    What it declares is compared with what it does, and chooses among values that all fit. ``formats`` are those to try;
    empty for all. Raises :class:`ScopeError` where a format does not exist or no operation is offered.
    """
    _refuse_unknown(formats)
    target = as_target(target)
    declared = _declared(target)
    offered = [name for name in operations() if target.offers(name)]
    if not offered:
        message = f"{target.name} offers no operation that gradspec knows; gradspec list operations prints them"
        raise ScopeError(message)
    wanted = [name for name in FORMATS if name in (formats or FORMATS)]
    fits = _first_fits(target, offered, wanted)
    mapping = _mapping(decided(fits, declared))
    tried = formats_found(target, wanted, mapping)
    known = {each.format_name for each in fits}
    likely = {each.operation: each.fits for each in fits if each.is_explained}
    for each in tried:
        if each.is_usable and each.name not in known:
            fits += _fits(target, offered, each.name, likely)
    tried = with_numbers(tried, fits)
    usable = [each.name for each in tried if each.is_usable]
    fits = [each for each in fits if each.format_name in usable] or fits
    found = decided(fits, declared)
    mapping = _mapping(found)
    found += arithmetic(target, fits, usable, mapping, declared)
    off = [each for name in FORMATS for each in disproportions([f for f in fits if f.format_name == name], mapping)]
    return Detection(
        target=target.name,
        formats=tried,
        conventions=found,
        disproportions=tuple(dict.fromkeys(off)),
        unexplained=tuple(_unexplained(fits)),
        troubles=tuple(_remarks(fits, lambda each: each.troubles)),
        unsupported=tuple(_remarks(fits, lambda each: each.unsupported)),
        conflicts=tuple(dict.fromkeys(_conflicts(fits, found))),
        operations=len({each.operation for each in fits if each.is_answered}),
        no_conventions=tuple(name for name in target.conventions if name not in conventions()),
    )


def _refuse_unknown(formats: Sequence[str]) -> None:
    for name in formats:
        if name not in FORMATS:
            message = f"{name!r} is no format; choose from {', '.join(FORMATS)}"
            raise ScopeError(message)


def _declared(target: Target) -> Mapping[str, str]:
    """What the target says of each convention there is, as text, even where it is no value of it."""
    known = {name: value for name, value in target.conventions.items() if name in conventions()}
    return {name: _text(name, value) for name, value in known.items()}


def _text(name: str, value: object) -> str:
    try:
        return validated({name: value}, "the target's conventions")[name]
    except ConventionError:
        return str(value)


def _first_fits(target: Target, offered: Sequence[str], wanted: Sequence[str]) -> list[Fit]:
    """The fits in as many formats as it takes for most operations to be explained in one, the declared ones first."""
    fits: list[Fit] = []
    for name in sorted(wanted, key=lambda each: each not in target.formats):
        found = _fits(target, offered, name)
        fits += found
        if 2 * sum(each.has_a_say for each in found) > sum(each.is_answered for each in found) > 0:
            break
    return fits


def _fits(
    target: Target, offered: Sequence[str], format_name: str, likely: Mapping[str, frozenset[Assignment]] | None = None
) -> list[Fit]:
    known = likely or {}
    return [fit(Inquiry(target, name, format_name), known.get(name, frozenset())) for name in offered]


def _mapping(found: Sequence[Found]) -> dict[str, str]:
    return {each.name: each.value for each in found if each.value is not None}


def _unexplained(fits: Sequence[Fit]) -> Iterator[Remark]:
    """The operations some of whose answers neither conventions nor constant factors explain, each once."""
    told: dict[str, tuple[list[str], Fit, str]] = {}
    for each in fits:
        if each.misfits and {loss for _, loss in factors(each)} != each.losses:
            count = len(each.misfits) + len(each.fitting)
            text = f"{len(each.misfits)} of {count} answers are explained by no convention"
            told.setdefault(each.operation, ([], each, text))[0].append(each.format_name)
    for operation, (formats, first, text) in told.items():
        yield Remark(operation, tuple(formats), text, nearest_misfit(first))


def _conflicts(fits: Sequence[Fit], found: Sequence[Found]) -> Iterator[str]:
    """The operations that keep some values of the conventions, and not these together."""
    in_conflict = {name for each in found if each.standing is Standing.CONTRADICTION for name in each.operations}
    for each in fits:
        if each.is_explained and each.operation not in in_conflict and explained_by(each, _mapping(found)) is None:
            yield each.operation


def _remarks(fits: Sequence[Fit], texts: Callable[[Fit], Sequence[str]]) -> Iterator[Remark]:
    """What there is to say of each operation, with the formats in which it is to be said."""
    said: dict[tuple[str, str], list[str]] = {}
    for each in fits:
        for text in texts(each):
            said.setdefault((each.operation, text), []).append(each.format_name)
    for (operation, text), formats in said.items():
        yield Remark(operation, tuple(formats), text)
