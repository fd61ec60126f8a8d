"""
A report as JUnit XML, for what shows tests: a suite a chapter, a test case a row.

A row that fails is a failure, one that raised, hung or died an error; one that is unsupported or undecided is skipped,
with the reason, since neither says that anything is right. A report holds no times: they are 0. The serializer escapes
what is markup; characters that XML has not, or that nobody sees, are escapes (:func:`printable`).
"""

from __future__ import annotations

from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from ..rendering.printable import printable
from ..rendering.text import failure
from ..spec_lookup import chapter_of
from ..verdict import FAILING, RowVerdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ..report import Report

    Row = dict[str, Any]

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'

UNDATED = date(1970, 1, 1)
"""The day of a report that has none, as those of before reports had one; the schema of JUnit asks for a day."""


def junit(report: Report) -> str:
    """The document of ``report``."""
    rows = report.results
    root = ET.Element("testsuites")
    chapters = groupby(sorted(rows, key=_chapter_number), key=lambda row: chapter_of(row["clause"]))
    for number, (chapter, found) in enumerate(chapters):
        root.append(_suite(number, chapter, list(found), report))
    ET.indent(root, " ")
    return f"{DECLARATION}\n{ET.tostring(root, encoding='unicode')}\n"


def _chapter_number(row: Row) -> int:
    return int(chapter_of(row["clause"]).partition("-")[0])


def _totals(rows: Sequence[Row]) -> dict[str, str]:
    verdicts = [row["verdict"] for row in rows]
    skipped = verdicts.count(RowVerdict.UNSUPPORTED) + verdicts.count(RowVerdict.UNDECIDED)
    return {
        "tests": str(len(rows)),
        "failures": str(verdicts.count(RowVerdict.FAIL)),
        "errors": str(verdicts.count(RowVerdict.ERROR)),
        "skipped": str(skipped),
        "time": "0",
    }


def _suite(number: int, chapter: str, rows: Sequence[Row], report: Report) -> ET.Element:
    document = report.document
    names = {"name": chapter, "package": "gradspec", "id": str(number), "hostname": "localhost"}
    suite = ET.Element("testsuite", {**names, "timestamp": f"{_day(document)}T00:00:00", **_totals(rows)})
    properties = ET.SubElement(suite, "properties")
    for name, value in _properties(document):
        ET.SubElement(properties, "property", {"name": printable(name), "value": printable(value)})
    suite.extend([_case(row, report) for row in rows])
    ET.SubElement(suite, "system-out")
    ET.SubElement(suite, "system-err")
    return suite


def _day(document: Mapping[str, Any]) -> date:
    try:
        return date.fromisoformat(document.get("date", ""))
    except ValueError:
        return UNDATED


def _properties(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What the rows are relative to."""
    yield "target", f"{document['target']['name']} {document['target']['version']}".strip()
    yield "specification", document["spec"]["version"]
    yield "specification digest", document["spec"]["digest"]
    yield "seed", str(document["seed"])
    yield "effort", document["effort"]
    yield "class", document["scope"]["text"]
    yield "verdict", document["verdict"]
    for kind in ("conventions", "environment"):
        for name, value in document[kind].items():
            yield f"{kind}.{name}", value


def _case(row: Row, report: Report) -> ET.Element:
    name = f"{row['operation']}[{row['format']}-{row['regime']}-{row['level']}]"
    case = ET.Element("testcase", {"classname": printable(row["clause"]), "name": printable(name), "time": "0"})
    if row["verdict"] in FAILING:
        case.append(_failure(row, report))
    elif row["verdict"] != RowVerdict.PASS:
        ET.SubElement(case, "skipped", {"message": _why_skipped(row)})
    return case


def _failure(row: Row, report: Report) -> ET.Element:
    kind = "failure" if row["verdict"] == RowVerdict.FAIL else "error"
    reason = printable(row["counterexample"]["reason"])
    element = ET.Element(kind, {"type": f"{row['verdict']} {row['level']}".upper(), "message": reason})
    element.text = "\n".join(failure([row], report))
    return element


def _why_skipped(row: Row) -> str:
    if row["verdict"] == RowVerdict.UNSUPPORTED:
        return "unsupported: the target does not offer this"
    return (
        f"undecided: {row['decided']} of {row['examples']} cases are decided; the envelopes were too wide, or too few "
        "cases could be had"
    )
