"""Known deviations as text for a person, read off the report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..deviations.settling import State
from ..verdict import Conformance, RowVerdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ..report import Report


def settlement_lines(report: Report) -> Iterator[str]:
    """What was listed, entry by entry, and whether it is all; nothing where no deviations were given."""
    field = report.document.get("deviations")
    if field is None:
        return
    yield f"known deviations: {field['file']} ({field['digest'][:12]}), {len(field['entries'])} entries"
    for entry in field["entries"]:
        yield from _entry(entry, field["date"])
    yield _total(field)


def _entry(entry: Mapping[str, Any], today: str) -> Iterator[str]:
    ruled = "" if entry["state"] in (State.LISTED, State.NOT_JUDGED) else f", {entry['place']}"
    yield f"    {entry['state'].upper():<10} {entry_name(entry)}{ruled}"
    match State(entry["state"]):
        case State.LISTED:
            reason = " ".join(entry["reason"].split())
            yield f"               {entry['listed']} rows fail; {reason} ({entry['link']})"
        case State.STALE:
            for stale in entry["stale"]:
                now = "passes now" if stale["verdict"] == RowVerdict.PASS else f"now comes out as {stale['verdict']}"
                yield f"               {stale['row']}: {now}; take it out of the entry"
        case State.EXPIRED:
            yield f"               on {entry['expires']}, today is {today}; mend it, or give a new reason and date"
        case State.NOT_JUDGED:
            yield "               this run cannot tell: it judges no row of it, or not at the effort that shows it"


def entry_name(entry: Mapping[str, Any]) -> str:
    """What an entry of the field names, in a line."""
    where = [entry["operation"]] if "operation" in entry else []
    where += [" ".join(entry["formats"]), " ".join(entry["regimes"]), entry["level"]]
    return f"{entry['clause']} ({', '.join(where)})"


def _total(field: Mapping[str, Any]) -> str:
    failing, listed = field["failing"], field["listed"]
    beside = "" if field["settled"] or listed < failing else "; but not all is settled"
    if not failing:
        return f"no required row fails{beside}"
    rows = "1 failing required row" if failing == 1 else f"{failing} failing required rows"
    which = "all of them" if listed == failing else f"{listed} of them"
    return f"{Conformance.NONCONFORMANT}, {rows}, {which} listed as known deviations{beside}"
