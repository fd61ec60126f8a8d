"""What was found of a report that was verified, line by line."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from ..rechecking import Agreement
from .printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ..rechecking import Recomputed
    from ..report import Report
    from ..validating import Problem

SHOWN = 20
"""How many problems of a kind are shown."""

NOT_SAID = """\
What this does not say: who made the report, and that the target was asked at all: whoever can compute right answers can
write a report of them. Name the target, and it is asked again. A pass is no proof: see what the report itself says."""


def form_lines(size: int, found: str) -> Iterator[str]:
    """Whether the file is as it was written, byte for byte."""
    yield f"form             {printable(found)}" if found else f"form             as written, all {size} bytes"


def problem_lines(problems: Sequence[Problem], report: Report | None) -> Iterator[str]:
    """Whether the document is valid: each place that is wrong, with the name of its row."""
    if not problems:
        rows = len(report.results) if report else 0
        yield f"schema, digests  valid, without contradictions; {rows} rows"
        return
    yield f"schema, digests  {len(problems)} wrong"
    for problem in problems[:SHOWN]:
        yield f"                 {problem}{_row_of(problem.pointer, report)}"
    if len(problems) > SHOWN:
        yield f"                 and {len(problems) - SHOWN} more"


def _row_of(pointer: str, report: Report | None) -> str:
    """Of a place in a row, or of the digest of one: which row it is."""
    parts = [part for part in pointer.split("/") if part not in ("", "digests")]
    if report is None or len(parts) < 2 or parts[0] != "results" or not parts[1].isdigit():  # noqa: PLR2004 - field, number
        return ""
    number = int(parts[1])
    if number >= len(report.results):
        return ""
    return f" [{row_name(report, number)}]"


def row_name(report: Report, index: int) -> str:
    """A row, by all that names it."""
    row = report.results[index]
    return printable(" ".join(str(row.get(name)) for name in ("clause", "operation", "format", "regime", "level")))


def text_lines(carried: Mapping[str, object], installed: Mapping[str, str], *, certified: bool | None) -> Iterator[str]:
    """Whether the text and the oracle that judged are those that are installed."""
    version, digest = printable(carried["version"]), printable(str(carried["digest"])[:12])
    if carried["digest"] == installed["digest"]:
        yield f"text             specification {version} ({digest}), which is installed"
    else:
        here = f"{installed['version']} ({installed['digest'][:12]})"
        yield f"text             specification {version} ({digest}); what follows is by the installed one, {here}"
    if certified is None:
        yield "oracle           the report carries no certificate"
    else:
        yield f"oracle           its certificate is {'that of' if certified else 'not that of'} the installed oracle"


def bare_lines(found: Sequence[int], report: Report) -> Iterator[str]:
    """The rows that pass and show no example of it; nothing where there is none."""
    if found:
        yield f"no sample        {len(found)} rows pass and show no example of it"
        yield from (f"                 {row_name(report, index)}" for index in found[:SHOWN])


def example_lines(found: Sequence[Recomputed], report: Report, *, by: str) -> Iterator[str]:
    """How the examples came out, in numbers, and each that came out otherwise."""
    for kind, verb in (("counterexample", "fail"), ("sample", "pass")):
        counts = Counter(each.agreement for each in found if each.kind == kind)
        total = sum(counts.values())
        told = total - counts[Agreement.OPEN]
        right = counts[Agreement.SAME]
        rest = "".join(
            f", {counts[agreement]} {words}"
            for agreement, words in (
                (Agreement.OTHER, f"{verb} with other numbers"),
                (Agreement.OVERTURNED, f"do not {verb}"),
                (Agreement.OPEN, "not judged"),
            )
            if counts[agreement]
        )
        yield f"{kind + 's':<16} {told} of {total} judged again {by}: {right} {verb} as the report says{rest}"
    wrong = [each for each in found if each.agreement in (Agreement.OTHER, Agreement.OVERTURNED)]
    for each in wrong[:SHOWN]:
        yield f"                 {each.kind} of {row_name(report, each.index)}:"
        for difference in each.differences[:SHOWN]:
            yield f"                     {printable(difference)}"
    if len(wrong) > SHOWN:
        yield f"                 and {len(wrong) - SHOWN} more"
    reasons = Counter(each.differences[0] for each in found if each.agreement is Agreement.OPEN)
    for reason, count in reasons.items():
        yield f"not judged       {count}: {printable(reason)}"
