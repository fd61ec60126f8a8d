"""A detection as text for a person: what to paste, then why, then what stands against it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...spec.operations import operations
from ..detecting.detection import Standing
from .numbers import argument, number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ..detecting.detection import Detection, Disproportion, Example, Found, Remark, Voice

SHOWN = 3
"""How many operations a line names."""

WIDTH = 20
"""Of the names of conventions."""


def found(detection: Detection) -> Iterator[str]:
    """The lines that ``gradspec detect`` prints."""
    yield from _to_paste(detection)
    yield ""
    yield f"what {detection.target} shows, by {_counted(detection.operations, 'operation')}:"
    yield from (line for each in detection.conventions for line in _reasons(each))
    yield from (_format(each.name, each.reason, usable=each.is_usable) for each in detection.formats)
    yield from _against(detection)
    yield from _remarks("explained by no convention:", detection.unexplained)
    yield from _remarks("no answer in numbers of the declared shapes:", detection.troubles)
    yield from _remarks("not supported, as the target says:", detection.unsupported)
    yield ""
    yield _verdict(detection)


def _to_paste(detection: Detection) -> Iterator[str]:
    names = ", ".join(f'"{name}"' for name in detection.usable_formats)
    yield f"formats = ({names}{',' if len(detection.usable_formats) == 1 else ''})"
    yield "conventions = {"
    for each in detection.conventions:
        if each.value is not None:
            comment = {
                Standing.CONTRADICTION: "  # contradicted, see below",
                Standing.EITHER: f"  # or {' or '.join(value for value in each.fits if value != each.value)}",
            }.get(each.standing, "")
            yield f'    "{each.name}": "{each.value}",{comment}'
    yield "}"


def _reasons(each: Found) -> Iterator[str]:
    label = f"  {each.name:<{WIDTH}}"
    match each.standing:
        case Standing.NOT_SHOWN:
            yield f"{label} not shown by what it offers"
        case Standing.CONTRADICTION:
            yield f"{label} contradiction"
        case _:
            yield f"{label} {_values(each)}: {_operations(each.operations)}"


def _values(each: Found) -> str:
    others = [value for value in each.fits if value != each.value]
    if each.standing is Standing.EITHER:
        return f"either {' or '.join(each.fits)}"
    return f"{each.value}" + (f" ({' or '.join(others)} would hold too)" if others else "")


def _operations(names: Sequence[str]) -> str:
    distinct = list(dict.fromkeys(names))
    more = len(distinct) - SHOWN
    return ", ".join(distinct[:SHOWN]) + (f" and {more} more" if more > 0 else "")


def _format(name: str, reason: str, *, usable: bool) -> str:
    return f"  {name:<{WIDTH}} {'usable' if usable else 'not usable'}: {reason}"


def _against(detection: Detection) -> Iterator[str]:
    for each in detection.contradictions:
        yield ""
        yield f"CONTRADICTION {each.name}: operations need different values"
        for voice in each.voices:
            yield from _voice(each, voice)
    if detection.conflicts:
        yield ""
        yield f"CONTRADICTION these values do not go together: {_operations(detection.conflicts)}"
    for each in detection.broken_declarations:
        yield ""
        behaving = [voice for voice in each.voices if each.declared not in voice.values]
        names = [name for voice in behaving for name in voice.operations]
        values = " or ".join(dict.fromkeys(value for voice in behaving for value in voice.values))
        yield f"DECLARED {each.name} = {each.declared}, behaves like {values}: {_operations(names)}"
    for name in detection.no_conventions:
        yield ""
        yield f"DECLARED {name}, which is no convention; gradspec list conventions prints them"
    for off in detection.disproportions:
        yield ""
        yield from _disproportion(off)


def _voice(each: Found, voice: Voice) -> Iterator[str]:
    yield f"    {each.name} = {' or '.join(voice.values)} by {_operations(voice.operations)}"
    if voice.example is not None:
        yield from _example(voice.example)


def _example(example: Example) -> Iterator[str]:
    case = example.case
    names = [declared.name for declared in operations()[case["operation"]].arguments]
    for name, value in (*zip(names, case["arguments"], strict=True), *case["keywords"].items()):
        yield f"        {name:<8} {argument(value) if not isinstance(value, str) or name in names else number(value)}"
    if example.entry:
        yield f"        got      {example.entry} = {number(example.got)}, otherwise {example.instead}"
    else:
        yield f"        got      {example.got}"


def _disproportion(off: Disproportion) -> Iterator[str]:
    of = f" of {', '.join(off.losses)}" if off.losses else ""
    results = f" ({', '.join(off.results)})" if off.results else ""
    right = f"the derivative of its own {off.value}" if off.value else "what the conventions found demand"
    yield f"FACTOR {off.derivative}{results}{of} is {off.factor} times {right}"
    yield from (f"    {each}" for each in off.because)


def _remarks(title: str, remarks: Iterable[Remark]) -> Iterator[str]:
    listed = list(remarks)
    if listed:
        yield ""
        yield title
    for remark in listed:
        yield f"  {remark.operation} ({', '.join(remark.formats)}): {remark.text}"
        if remark.example is not None:
            yield from _example(remark.example)


def _verdict(detection: Detection) -> str:
    if not detection.operations:
        return "nothing found: no operation answered in numbers of the declared shapes"
    if detection.is_consistent:
        but = f", but {_counted(len(detection.unexplained), 'operation')} follow none" if detection.unexplained else ""
        return f"consistent: no two operations follow different conventions{but}"
    return (
        f"inconsistent: {_counted(len(detection.contradictions) + bool(detection.conflicts), 'contradiction')}, "
        f"{_counted(len(detection.broken_declarations), 'broken declaration')}, "
        f"{_counted(len(detection.disproportions), 'constant factor')}"
    )


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
