"""Courses as a page: for each target its table and its charts, in one file that needs no other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..pages import render
from ..pages.page import text
from ..plotting.svg import style_sheet
from ..rendering.figures import LEVELS, SHORT
from ..verdict import Class
from .chart import Series, chart, linear, logarithmic, steps
from .terminal import HEAD, LEGEND, NUMBERS, ORDER, rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..plotting.svg import Picture
    from .course import Course

PACKAGE = __package__

CLASSES = tuple(Class)
"""From the least to the most."""


def page(courses: Sequence[Course]) -> str:
    """The page of ``courses``."""
    return render(
        "trend.html",
        title="History of " + ", ".join(course.target for course in courses),
        package=PACKAGE,
        styles=[style_sheet(), text("trend.css", PACKAGE)],
        context={"courses": list(map(_course, courses)), "head": HEAD, "numbers": NUMBERS, "legend": LEGEND},
    )


def _course(course: Course) -> dict[str, object]:
    """What the template shows of one target."""
    return {
        "target": course.target,
        "rows": list(rows(course)),
        "order": None if course.is_dated else ORDER,
        "charts": [picture.inline() for picture in charts(course)],
    }


def charts(course: Course) -> Iterator[Picture]:
    """The charts of one target: the class, rows that fail by level, and the largest error by format."""
    points = course.points
    names = [point.date or point.version or point.name for point in points]
    classes = [Series("class", tuple(float(CLASSES.index(point.report.reached)) for point in points))]
    yield chart(f"Class of {course.target}", names, classes, steps(CLASSES))
    failing = [Series(level.upper(), tuple(float(point.levels[level].failing) for point in points)) for level in LEVELS]
    yield chart(f"Rows of {course.target} that fail", names, failing, linear(_largest(failing)))
    worst = [Series(name, tuple(point.worst.get(name) for point in points)) for name in SHORT]
    shown = [each for each in worst if any(value is not None for value in each.values)]
    if shown:
        yield chart(f"Largest finite error of {course.target} in ulps", names, shown, logarithmic(_largest(shown)))


def _largest(series: Sequence[Series]) -> float:
    return max((value for each in series for value in each.values if value is not None), default=0.0)
