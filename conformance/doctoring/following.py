"""Whether the conventions that a target declares are those that it follows, as far as its answers show it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...spec.conventions import ConventionError, resolve, validated
from ...spec.operations import operations
from ..asking import ask_all
from ..detecting import Standing as Known
from ..detecting import detect
from .remark import Remark, Standing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ...spec.conventions import Conventions
    from ..adapters.target import Target
    from ..case import Case
    from ..detecting import Detection, Found
    from ..outcome import Outcome

PROMISES = frozenset({"matmul_inputs"})
"""Conventions of precision alone, which a few numbers do not show."""

SHOWN = 3
"""How many operations a line names."""


class Among:
    """A target of which only some operations are asked."""

    def __init__(self, target: Target, names: Sequence[str]) -> None:
        self._target = target
        self._names = frozenset(names)
        self.name, self.version = target.name, target.version
        self.formats, self.conventions, self.environment = target.formats, target.conventions, target.environment

    def offers(self, operation: str) -> bool:
        """Whether it is one of them."""
        return operation in self._names

    def outcomes(self, cases: Sequence[Case], conventions: Conventions) -> list[Outcome]:
        """What the target itself makes of the cases."""
        return ask_all(self._target, cases, conventions)

    def call(self, operation: str, arguments: list[Any], keywords: dict[str, float], format_name: str) -> Any:  # noqa: ANN401 - the protocol's
        """The target's own answer."""
        return self._target.call(operation, arguments, keywords, format_name)

    def close(self) -> None:
        """Nothing is held: the target is somebody else's."""


def settled(target: Target) -> tuple[Conventions, list[Remark]]:
    """The conventions that the target declares as far as they exist, and what is wrong with the others."""
    kept: dict[str, str] = {}
    remarks = []
    for name, value in target.conventions.items():
        try:
            kept |= validated({name: value}, "conventions")
        except ConventionError as error:
            remarks.append(Remark(Standing.MEND, "declares", str(error)))
    return resolve(declared=kept), remarks


def detected(target: Target, names: Sequence[str]) -> Detection | None:
    """What the answers of these operations show, in the first format declared; None where no convention rules any."""
    ruled = [name for name in names if set(operations()[name].conventions) - PROMISES]
    return detect(Among(target, ruled), target.formats[:1]) if ruled else None


def remarks_on(detection: Detection, conventions: Conventions) -> Iterator[Remark]:
    """What is to be declared otherwise, and which operations contradict one another."""
    for found in detection.conventions:
        if found.standing is Known.CONTRADICTION:
            sides = "; ".join(f"{' or '.join(voice.values)} by {_named(voice.operations)}" for voice in found.voices)
            yield Remark(Standing.MEND, found.name, f"operations follow different values, {sides}: make them agree")
        elif _is_shown(found) and conventions[found.name] not in found.fits:
            yield Remark(Standing.MEND, found.name, _to_declare(found, conventions))
    if detection.conflicts:
        text = f"no one set of conventions holds for {_named(detection.conflicts)}; see gradspec detect"
        yield Remark(Standing.MEND, "conventions", text)
    yield from _out_of_proportion(detection)


def _out_of_proportion(detection: Detection) -> Iterator[Remark]:
    """The constant factors between a value and derivatives, one line for all that have the same."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for off in detection.disproportions:
        of = f" for {', '.join(off.losses)}" if off.losses else ""
        found.setdefault((off.value, off.factor, of), []).append(off.derivative)
    for (value, factor, of), derivatives in found.items():
        if value:
            text = (
                f"{_named(derivatives)}: {factor} times the derivative of it{of}: one of the two has a factor to lose"
            )
            yield Remark(Standing.MEND, value, text)
        else:
            yield Remark(Standing.MEND, _named(derivatives), f"{factor} times what the conventions demand{of}")


def _is_shown(found: Found) -> bool:
    return found.standing in (Known.FOUND, Known.EITHER)


def _to_declare(found: Found, conventions: Conventions) -> str:
    declared = (
        f"{found.declared} is declared" if found.declared is not None else f"{conventions[found.name]} is assumed"
    )
    return (
        f"behaves like {' or '.join(found.fits)} ({_named(found.operations)}), and {declared}: write "
        f'"{found.name}": "{found.value}" in conventions'
    )


def _named(names: Sequence[str]) -> str:
    distinct = list(dict.fromkeys(names))
    more = len(distinct) - SHOWN
    return ", ".join(distinct[:SHOWN]) + (f" and {more} more" if more > 0 else "")


def followed(detection: Detection | None, conventions: Conventions) -> Conventions:
    """``conventions`` with what the answers show instead."""
    shown = detection.conventions if detection is not None else ()
    return {**conventions, **{each.name: each.value for each in shown if each.value is not None and _is_shown(each)}}


def differing(operation: str, conventions: Conventions, instead: Mapping[str, str]) -> str:
    """The conventions of an operation that are others than declared, in words; empty where there are none."""
    ruling = operations()[operation].conventions
    return ", ".join(f"{name} = {instead[name]}" for name in ruling if instead[name] != conventions[name])
