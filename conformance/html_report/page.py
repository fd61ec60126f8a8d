"""The page of a report: what its template prints."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ...spec.clauses import clauses, specification_digest
from ..pages import clause_html, render
from ..pages.page import text
from ..plotting.svg import style_sheet
from ..verdict import RowVerdict
from .chapters import chapters, clause_anchor
from .failures import anchors, failure_groups
from .overview import overview
from .words import LEVELS, REGIMES, SIGNS, STATES, count, place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from markupsafe import Markup

    from ..report import Report
    from .failures import FailureGroup

    Row = Mapping[str, Any]

PACKAGE = __package__


@dataclass(frozen=True)
class RowName:
    """A row that is listed by its name alone."""

    clause: str
    """Its id."""
    anchor: str
    """Where the clause stands in the page."""
    text: str
    """Operation, format, regime and level."""
    reason: str
    """Why it is listed."""


def html(report: Report, source: str = "REPORT") -> str:
    """
    The page of ``report`` as HTML; ``source`` is the name of its file, for the commands that replay it.

    Everything on the page is read off the report's document, but for the statements of clauses, which are those of the
    installed specification: the page says so where the report was judged by another text.
    """
    groups = failure_groups(report, source)
    head = overview(report)
    judged = [row["clause"] for row in report.results]
    return render(
        "report.html",
        title=f"{head.name}: {head.reached}, gradspec report",
        package=PACKAGE,
        styles=(text("report.css", PACKAGE), style_sheet()),
        scripts=(text("report.js", PACKAGE),),
        context={
            "overview": head,
            "groups": groups,
            "statements": _statements(groups, frozenset(judged)),
            "is_other_text": report.document["spec"]["digest"] != specification_digest(),
            "anchor_of": clause_anchor,
            "chapters": chapters(report, anchors(groups)),
            "undecided": tuple(_named(report, RowVerdict.UNDECIDED, _cases)),
            "unsupported": tuple(_named(report, RowVerdict.UNSUPPORTED, lambda _: "")),
            "observations": _observations(report),
            "deviations": _deviations(report),
            "formats": report.document["scope"]["formats"],
            "regimes": REGIMES,
            "levels": LEVELS,
            "signs": SIGNS,
            "count": count,
            "rows": len(report.results),
        },
    )


def _statements(groups: Sequence[FailureGroup], judged: frozenset[str]) -> dict[str, Markup]:
    """The statements of the clauses that fail, with links to the clauses that the page has rows of."""

    def address(name: str) -> str | None:
        return f"#{clause_anchor(name)}" if name in judged else None

    known = {group.clause for group in groups} & clauses().keys()
    return {name: clause_html(clauses()[name], address).statement for name in known}


def _named(report: Report, verdict: RowVerdict, reason: Callable[[Row], str]) -> Iterator[RowName]:
    for row in report.results:
        if row["verdict"] == verdict:
            where = f"{row['operation']}, {place(row)}, {row['level'].upper()}"
            yield RowName(row["clause"], clause_anchor(row["clause"]), where, reason(row))


def _cases(row: Row) -> str:
    return f"{row['decided']} of {row['examples']} cases decided"


def _observations(report: Report) -> tuple[tuple[str, str], ...]:
    """What is worth saying although it fails nothing, each with how many rows it was seen in."""
    seen = Counter(each for row in report.results for each in row.get("observations", ()))
    return tuple((each, count(number, "row")) for each, number in seen.most_common())


def _deviations(report: Report) -> Mapping[str, Any] | None:
    """The known deviations, where whoever ran it had a list of them."""
    known = report.document.get("deviations")
    if known is None:
        return None
    settled = "✓ nothing is new, stale, expired or undecided" if known["settled"] else "✗ the list is not up to date"
    return {
        "summary": f"{known['listed']} of {count(known['failing'], 'failing required row')} listed in {known['file']}",
        "settled": settled,
        "date": known["date"],
        "entries": [_deviation(entry) for entry in known["entries"]],
    }


def _deviation(entry: Row) -> Mapping[str, Any]:
    where = "; ".join((", ".join(entry["formats"]), ", ".join(entry["regimes"])))
    stale = [f"{each['row']}: {each['verdict']}" for each in entry["stale"]]
    what = f"{entry['level'].upper()} {' or '.join(entry['outcomes'])}, {where}"
    clause = f"{entry['clause']} {entry.get('operation', '')}".strip()
    return {**entry, "name": clause, "what": what, "state": STATES[entry["state"]], "stale": stale}
