"""The steps of the doctor: loaded, declared, spelt, called, and in which conventions."""

from __future__ import annotations

from statistics import mean
from typing import TYPE_CHECKING

from ...spec.conventions import resolve
from ...spec.operations import operations
from ..asking import ask
from ..checks.finding import Kind as Ruled
from ..outcome import Malformed, Unsupported, Value
from . import following, spelling
from .calling import Called, Fault, Kind, called, fault_of_value, faults_of_form, value_finding
from .hints import signature
from .remark import Remark, Standing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ...spec.conventions import Conventions
    from ..adapters.target import Target
    from ..isolation.source import Source

NAMED = 12
"""So many operations without a fault are named; of more the number is enough."""

SLOW = 0.1
"""Seconds of a first call, on average, from which on conventions are not compared: that takes some thousand calls."""

EXAMPLE = "sigmoid"
"""The operation that a target without any is shown."""


def doctored(source: Source) -> Iterator[Remark]:
    """
    The remarks on the target of a source, as they are found.

    Raises :class:`TargetError` where it cannot be had; nothing else that the target does ends this.
    """
    target = source.open()
    try:
        yield from _remarks(source, target)
    finally:
        target.close()


def _remarks(source: Source, target: Target) -> Iterator[Remark]:
    offered = [name for name in operations() if target.offers(name)]
    loaded = f"{target.name} {target.version}".rstrip()
    step = "loads" if source.command is None else "speaks"
    yield Remark(Standing.OK, step, f"{loaded}, {len(offered)} of {len(operations())} operations")
    conventions, wrong = following.settled(target)
    yield from wrong or [_declaration(target, conventions)]
    if not target.version:
        yield Remark(Standing.NOTE, "declares", 'no version, so that reports cannot tell two apart: version = "1.0"')
    if source.name is not None:
        yield from spelling.misspelt(source.name, offered)
    if not offered:
        text = f"no operation: define {signature(EXAMPLE)}, or map one: operations = {{{EXAMPLE!r}: 'your_function'}}"
        yield Remark(Standing.MEND, "offers", text)
        return
    yield from _examined(target, offered, conventions)


def _declaration(target: Target, conventions: Conventions) -> Remark:
    default = resolve()
    others = ", ".join(f"{name} = {value}" for name, value in conventions.items() if value != default[name])
    return Remark(Standing.OK, "declares", f"{', '.join(target.formats)}; {others or 'the default conventions'}")


def _examined(target: Target, offered: Sequence[str], conventions: Conventions) -> Iterator[Remark]:
    calls = {name: list(_calls(target, name, conventions)) for name in offered}
    living = [name for name, each in calls.items() if not any(call.is_fatal for call in each)]
    seconds = mean(call.first_seconds for each in calls.values() for call in each)
    detection = following.detected(target, living) if seconds < SLOW else None
    instead = following.followed(detection, conventions)
    well = []
    for name, each in calls.items():
        remarks = list(_of_operation(target, each, conventions, instead))
        yield from remarks
        if not any(remark.standing is Standing.MEND for remark in remarks):
            well.append(name)
    if well:
        names = f": {', '.join(well)}" if len(well) <= NAMED else ""
        yield Remark(Standing.OK, "calls", f"{len(well)} of {len(offered)} operations{names}")
    against = list(following.remarks_on(detection, conventions)) if detection is not None else []
    if seconds >= SLOW:
        text = (
            f"not compared, since the first call of an operation takes {seconds:.2g} seconds: gradspec detect does that"
        )
        yield Remark(Standing.NOTE, "conventions", text)
    if detection is not None and not against:
        against = [Remark(Standing.OK, "conventions", "nothing contradicts them")]
    yield from against


def _calls(target: Target, operation: str, conventions: Conventions) -> Iterator[Called]:
    """The calls in each format, up to one that the target does not survive."""
    for format_name in target.formats:
        each = called(target, operation, format_name, conventions)
        yield each
        if each.is_fatal:
            return


def _of_operation(
    target: Target, calls: Sequence[Called], conventions: Conventions, instead: Mapping[str, str]
) -> Iterator[Remark]:
    """What is wrong with one operation, each thing once with the formats in which it is."""
    name = calls[0].case.operation
    found: dict[Kind, tuple[str, list[str]]] = {}
    for each in calls:
        for kind, text in _faults(target, each, conventions, instead):
            found.setdefault(kind, (text, []))[1].append(each.case.format_name)
    for text, formats in found.values():
        yield Remark(Standing.MEND, name, f"{_where(formats, target)}{text}")
    refused = [each for each in calls if isinstance(each.outcome, Unsupported)]
    if refused:
        formats = [each.case.format_name for each in refused]
        yield Remark(Standing.NOTE, name, f"{_where(formats, target)}is not supported, as the target says")


def _where(formats: Sequence[str], target: Target) -> str:
    return "" if len(formats) == len(target.formats) else f"in {', '.join(formats)}: "


def _faults(target: Target, each: Called, conventions: Conventions, instead: Mapping[str, str]) -> Iterator[Fault]:
    form = list(faults_of_form(each))
    value = fault_of_value(target, each, conventions)
    others = following.differing(each.case.operation, conventions, instead)
    if others and (value or not isinstance(each.outcome, Value)) and _is_right_under(target, each, instead):
        yield Kind.CONVENTION, f"is right under {others}, which is not what is declared: see below"
        return
    yield from form
    if value:
        yield Kind.VALUE, value


def _is_right_under(target: Target, each: Called, instead: Mapping[str, str]) -> bool:
    """Whether the same call keeps its clause under other conventions."""
    if each.is_fatal or isinstance(each.outcome, Unsupported):
        return False
    outcome = ask(target, each.case, instead)
    again = Called(each.case, outcome, outcome, 0.0)
    finding = value_finding(target, again, instead)
    return not isinstance(outcome, Malformed) and finding is not None and finding.kind is not Ruled.OUTSIDE
