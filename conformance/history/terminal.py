"""Courses in the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..rendering.figures import LEVELS, SHORT
from ..rendering.numbers import ulps
from ..rendering.printable import printable
from ..rendering.tables import table_lines
from .course import UNDATED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .course import Course, Point

HEAD = (
    "report",
    "date",
    "version",
    "specification",
    "class",
    "verdict",
    *map(str.upper, LEVELS),
    "undecided",
    *(f"ulps {short}" for short in SHORT.values()),
    "infinite",
    "other than before",
)
"""Of the table of a course."""

NUMBERS = HEAD[6:-1]
"""The columns of numbers."""

LEGEND = (
    "MUST, SHOULD and STRICT: rows that fail of those that were judged. ulps: the largest finite error of any decided "
    "entry in the format. infinite: rows with an answer that is infinite or NaN and should not be. Other than before: "
    "what differs from the report before, so that a step may be no change of the target."
)
"""What the columns mean."""

ORDER = "Some of these reports do not record their date: they come first, by version and name of the file."
"""Where the order is not that of days."""


def lines(courses: Iterable[Course]) -> Iterator[str]:
    """The lines of the courses."""
    for course in courses:
        yield printable(course.target)
        yield from table_lines(HEAD, rows(course), NUMBERS)
        if not course.is_dated:
            yield ORDER
        yield ""
    yield LEGEND


def rows(course: Course) -> Iterator[tuple[str, ...]]:
    """The cells of the table of a course."""
    for point, difference in zip(course.points, course.differences(), strict=True):
        yield *_cells(point), difference


def _cells(point: Point) -> tuple[str, ...]:
    document = point.report.document
    return (
        point.name,
        point.date or UNDATED,
        point.version,
        point.specification,
        point.report.reached.value,
        document["verdict"],
        *(f"{each.failing} of {each.judged}" for each in point.levels.values()),
        str(sum(each.undecided for each in point.levels.values())),
        *(ulps(point.worst[name]) if name in point.worst else "-" for name in SHORT),
        str(point.infinite),
    )
