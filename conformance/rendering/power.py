"""The measured power as text for a person; everything is read off the measurement, nothing is judged here."""

from __future__ import annotations

from contextlib import contextmanager
from statistics import median_low
from typing import TYPE_CHECKING, TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from ...spec.formats import FORMATS
from ...spec.operations import REGIMES
from ..power.statistics import detection_rate, grouped, peace, undecided

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from ..power.alarms import Trial
    from ..power.detection import Detection
    from ..power.measuring import Group, Power
    from ..power.naming import Naming
    from ..power.sensitivity import Sensitivity
    from ..power.undecided import Share

    Reporter = Callable[[int, int, Group, Power], None]
    Cells = Sequence[object]

TOGETHER = "all"
"""The regimes together, in a table by regime."""


def summary(power: Power) -> Iterator[str]:
    """The lines of every part that was measured, and what it comes to."""
    if power.detections:
        yield from _detections(power.detections)
    if power.namings:
        yield from _namings(power.namings)
    if power.trials:
        yield from _trials(power)
    if power.shares:
        yield from _shares(power.shares)
    if power.sensitivities:
        yield from _sensitivities(power.sensitivities)
    if power.detections or power.trials:
        missed = len({detection.fault for detection in power.missed})
        yield f"missed faults: {missed}; false alarms: {len(power.alarms)}"


def _table(header: Cells, rows: Sequence[Cells], left: int) -> Iterator[str]:
    """Columns as wide as their widest cell, the first ``left`` of them to the left, then an empty line."""
    lines = [[str(cell) for cell in row] for row in (header, *rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        cells = [
            cell.ljust(width) if index < left else cell.rjust(width)
            for index, (cell, width) in enumerate(zip(line, widths, strict=True))
        ]
        yield "  ".join(cells).rstrip()
    yield ""


def _percent(share: float, *, places: int = 1) -> str:
    """A share that is not whole is never printed as 0 or 100 percent."""
    least = 10.0**-places
    text = f"{100 * share:.{places}f}"
    if share > 0 and 100 * share < least:
        return f"<{least:.{places}f} %"
    if share < 1 and float(text) == 100:  # noqa: PLR2004 - percent
        return f">{100 - least:.{places}f} %"
    return f"{text} %"


def _detections(detections: Sequence[Detection]) -> Iterator[str]:
    yield "Faults found, by the clause that each breaks and at its level; examples of the row that finds it"
    for title, key in _KEYS.items():
        rows = []
        for names, group in grouped(detections, key).items():
            rate = detection_rate(group)
            figures = (f"{rate.median_examples:g}", rate.most_examples)
            rows.append((*names, rate.runs, rate.found, rate.missed, _percent(rate.rate), *figures))
        header = (title, "effort", "runs", "found", "missed", "rate", "median", "worst")
        yield from _table(header, sorted(rows, key=lambda row: _place(str(row[0]))), 2)
    lost = [detection for detection in detections if not detection.is_found]
    for names, group in grouped(lost, lambda each: (each.fault, each.format_name)).items():
        yield from _lost(names, group)
    if lost:
        yield ""


_KEYS: Mapping[str, Callable[[Detection], tuple[str, ...]]] = {
    "kind": lambda detection: (str(detection.kind), detection.effort),
    "format": lambda detection: (detection.format_name, detection.effort),
}


def _place(name: str) -> int:
    """Formats in the order of the text; of other names, the order they have."""
    return list(FORMATS).index(name) if name in FORMATS else 0


def _lost(names: tuple[str, ...], group: Sequence[Detection]) -> Iterator[str]:
    """One fault that is not found in a format, and where it hides."""
    first = max(group, key=lambda each: each.passed_rows)
    word = "MISSED" if any(each.is_missed for each in group) else "not found, and need not be"
    efforts = ", ".join(each.effort for each in group)
    yield f"{word} {names[0]} in {names[1]} at {efforts}: {first.clause} at {first.level.upper()}"
    where = first.hiding
    if where is not None and where.cases:
        yield (
            f"    {where.differing} of {where.cases} answers are not those of the reference, {where.undecided} of them "
            f"undecided; largest relative difference {where.largest_difference:.2g}"
        )


def _namings(namings: Sequence[Naming]) -> Iterator[str]:
    yield "Faults with an entry in the dictionary of causes: whether the true one is listed, and how many are in all"
    rows = []
    for names, group in grouped(namings, lambda naming: (naming.format_name,)).items():
        named = [naming for naming in group if naming.is_named]
        listed = [len(naming.listed) for naming in group]
        rows.append(
            (*names, len(group), len(named), _percent(len(named) / len(group)), median_low(listed), max(listed))
        )
    header = ("format", "faults", "named", "rate", "median listed", "most listed")
    yield from _table(header, sorted(rows, key=lambda row: _place(str(row[0]))), 1)
    unnamed = [naming for naming in namings if not naming.is_named]
    for naming in unnamed:
        instead = ", ".join(naming.listed) or "nothing"
        yield f"NOT NAMED {naming.fault} in {naming.format_name}: {' or '.join(naming.causes)}; listed: {instead}"
    if unnamed:
        yield ""


def _trials(power: Power) -> Iterator[str]:
    yield "Right implementations, at the levels of the class that each has to reach"
    rows = []
    for names, group in grouped(power.trials, lambda trial: (trial.format_name,)).items():
        figures = peace(group)
        share = figures.undecided_entries / max(1, figures.entries + figures.undecided_entries)
        counts = (figures.variants, figures.rows, figures.cases, figures.entries)
        rows.append((*names, *counts, _percent(share), figures.alarms))
    header = ("format", "variants", "rows", "decided cases", "decided entries", "undecided", "alarms")
    yield from _table(header, sorted(rows, key=lambda row: _place(str(row[0]))), 1)
    for trial, alarm in power.alarms:
        yield from _alarm(trial, alarm)
    if power.alarms:
        yield ""


def _alarm(trial: Trial, alarm: Mapping[str, object]) -> Iterator[str]:
    place = f"{alarm['clause']} ({alarm['operation']}, {alarm['format']}, {alarm['regime']}, {alarm['level']})"
    yield f"ALARM {trial.variant}: {place}"
    example = alarm.get("counterexample")
    if isinstance(example, dict):
        yield f"    {example['reason']}; {alarm['failures']} of {alarm['examples']} cases"


def _shares(shares: Sequence[Share]) -> Iterator[str]:
    yield "Right answers of the reference of which nothing can be said"
    rows = []
    regimes = (*REGIMES, TOGETHER)
    each = grouped(shares, lambda share: (share.networks, share.format_name, share.regime, share.level))
    together = grouped(shares, lambda share: (share.networks, share.format_name, TOGETHER, share.level))
    for names, group in [*each.items(), *together.items()]:
        total = undecided(group)
        if total.entries and (names[2] != TOGETHER or len({share.regime for share in group}) > 1):
            figures = (total.cases, _percent(total.share_of_cases), total.entries, _percent(total.share_of_entries))
            rows.append((*names[1:], names[0] or "as run", *figures))
    rows.sort(key=lambda row: (row[3] != "as run", _place(str(row[0])), regimes.index(str(row[1]))))
    header = ("format", "regime", "level", "sizes", "cases", "undecided", "entries", "undecided")
    yield from _table(header, rows, 4)


def _sensitivities(sensitivities: Sequence[Sensitivity]) -> Iterator[str]:
    for (format_name,), group in grouped(sensitivities, lambda each: (each.format_name,)).items():
        declared = FORMATS[format_name]
        promise = "; the reference computes in float32 and rounds once" if declared.is_half else ""
        title = f"The smallest relative error that is always found in {format_name}"
        yield f"{title}, of unit roundoff 2^-{declared.precision}{promise}"
        yield "(must/should by regime; '-' where no row is, or where no relative error can be)"
        columns = list(dict.fromkeys(each.regime for each in group))
        columns.sort(key=REGIMES.index)
        rows = []
        for (operation,), found in grouped(group, lambda each: (each.operation,)).items():
            rows.append((operation, *(_cell([each for each in found if each.regime == regime]) for regime in columns)))
        rows += [(name, *(_together(group, regime, pick) for regime in columns)) for name, pick in _TOGETHER.items()]
        yield from _table(("operation", *columns), rows, 1)


_TOGETHER: Mapping[str, Callable[[list[int]], int]] = {"(median)": median_low, "(worst)": min}
"""Rows that sum up a table, and what they make of its exponents."""


def _together(found: Sequence[Sensitivity], regime: str, pick: Callable[[list[int]], int]) -> str:
    """A cell for all operations that have rows in a regime."""
    here = [each for each in found if each.regime == regime and each.cases]
    by_level = grouped(here, lambda each: (each.level,)).values()
    return _powers([pick([each.exponent for each in group]) for group in by_level]) if here else "-"


def _cell(found: Sequence[Sensitivity]) -> str:
    """The exponents of the levels of one regime."""
    if not found or not found[0].cases:
        return "-"
    return _powers([each.exponent for each in found])


def _powers(exponents: Sequence[int]) -> str:
    """One figure a level, or one alone where they are equal."""
    return "/".join(dict.fromkeys("none" if exponent == 0 else f"2^-{exponent}" for exponent in exponents))


@contextmanager
def reporter(stream: TextIO) -> Iterator[Reporter]:
    """A function that hears of each finished group and tells ``stream``."""
    if not stream.isatty():
        yield lambda done, total, group, power: _tell(stream, f"[{done}/{total}] {group}{_words(power)}")
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(file=stream), transient=True) as bar:
        task = bar.add_task("starting", total=None)
        yield lambda done, total, group, _: bar.update(task, completed=done, total=total, description=str(group))


def _tell(stream: TextIO, line: str) -> None:
    stream.write(line + "\n")
    stream.flush()


def _words(power: Power) -> str:
    counts = {
        "runs of faults": len(power.detections),
        "missed": len(power.missed),
        "causes": len(power.namings),
        "runs of variants": len(power.trials),
        "alarms": len(power.alarms),
        "shares": len(power.shares),
        "sensitivities": len(power.sensitivities),
    }
    text = ", ".join(f"{count} {what}" for what, count in counts.items() if count)
    return f": {text}" if text else ""
