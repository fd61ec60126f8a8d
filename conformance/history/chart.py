"""How numbers went from report to report, as a picture: each series by its shape of points, its dashes and its name."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..plotting.axes import LogAxis, power_of_ten
from ..plotting.svg import Picture, label, path, short, titled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from xml.etree import ElementTree as ET

WIDTH, HEIGHT = 720, 260
"""Of a chart."""

LEFT, RIGHT, TOP, FLOOR = 60, WIDTH - 110, 34, 200
"""Where its axes begin and end; names of series stand on the right."""

LABELS = 12
"""How many points are named along the axis."""

NAME_LENGTH = 14
"""Characters of the name of a point."""

LINE_HEIGHT = 14
"""Between the names of two series."""

TICKS = 5
"""Numbers along the axis that grows upwards."""

MARKS = (
    "m-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z",
    "m-4-4h8v8h-8z",
    "m0-5l5 9h-10z",
    "m0-5l5 5l-5 5l-5-5z",
)
"""The shapes of points, in the order of series: a circle, a square, a triangle and a diamond."""


@dataclass(frozen=True)
class Series:
    """Numbers, one a report, none where the report has none."""

    name: str
    values: tuple[float | None, ...]


@dataclass(frozen=True)
class Scale:
    """An axis that grows upwards."""

    at: Callable[[float], float]
    """Where a number stands."""
    ticks: tuple[tuple[float, str], ...]
    """Numbers to write, with their texts."""


def linear(largest: float) -> Scale:
    """An axis of counts from 0."""
    top = max(largest, 1.0)
    step = _step(top / TICKS)
    values = [step * number for number in range(math.floor(top / step) + 1)]
    return Scale(lambda value: FLOOR - (FLOOR - TOP) * value / top, tuple((value, f"{value:g}") for value in values))


def logarithmic(largest: float) -> Scale:
    """An axis of errors in ulps from a half, below which stands what is smaller."""
    axis = LogAxis(-1, max(3.0, math.log2(largest) if largest > 0 else 0.0), FLOOR, TOP)
    powers = (power for power in axis.powers(TICKS) if power >= 0)
    least = math.ldexp(1, -1)
    ticks = tuple((10.0**power, power_of_ten(power)) for power in powers)
    return Scale(lambda value: axis.of(max(value, least)), ticks)


def steps(names: Sequence[str]) -> Scale:
    """An axis of a few things that have an order, numbered from 0."""
    ticks = tuple((float(number), name) for number, name in enumerate(names))
    return Scale(lambda value: FLOOR - (FLOOR - TOP) * value / (len(names) - 1), ticks)


def chart(title: str, names: Sequence[str], series: Sequence[Series], scale: Scale) -> Picture:
    """The chart of ``series`` over reports called ``names``."""
    places = [LEFT + (RIGHT - LEFT) * (index + 0.5) / len(names) for index in range(len(names))]
    shapes = (
        label("heading", LEFT, 16, title),
        *_axes(names, places, scale),
        *(shape for index, each in enumerate(series) for shape in _line(index, each, places, scale, names)),
        *_legend(series, scale),
    )
    return Picture(WIDTH, HEIGHT, title, description(names, series), shapes)


def description(names: Sequence[str], series: Sequence[Series]) -> str:
    """What the chart shows, in words."""
    parts = [f"{each.name} from {_number(each.values[0])} to {_number(each.values[-1])}" for each in series]
    return f"{len(names)} reports, {names[0]} to {names[-1]}: {'; '.join(parts)}."


def _number(value: float | None) -> str:
    return "nothing" if value is None else f"{value:.3g}"


def _step(least: float) -> float:
    """The smallest of 1, 2 and 5 times a power of ten, and a whole number, that is at least ``least``."""
    power = 10.0 ** max(0, math.floor(math.log10(least)))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= least)


def _axes(names: Sequence[str], places: Sequence[float], scale: Scale) -> Iterator[ET.Element]:
    yield path("axis", [f"M{LEFT} {TOP}V{FLOOR}H{RIGHT}"])
    for value, text in scale.ticks:
        y = short(scale.at(value))
        yield path("grid", [f"M{LEFT} {y}H{RIGHT}"])
        yield label("end", LEFT - 6, scale.at(value) + 4, text)
    for index in range(0, len(names), math.ceil(len(names) / LABELS)):
        name = names[index]
        shown = name if len(name) <= NAME_LENGTH else f"{name[:NAME_LENGTH]}..."
        slanted = label("end", 0, 0, shown)
        del slanted.attrib["x"], slanted.attrib["y"]
        slanted.set("transform", f"translate({short(places[index] + 4)} {FLOOR + 14}) rotate(-25)")
        yield slanted


def _line(
    index: int, series: Series, places: Sequence[float], scale: Scale, names: Sequence[str]
) -> Iterator[ET.Element]:
    """The line of a series, broken where a report has no number, and its points, each with its number."""
    commands, is_drawing = [], False
    for x, value in zip(places, series.values, strict=True):
        if value is not None:
            commands.append(f"{'L' if is_drawing else 'M'}{short(x)} {short(scale.at(value))}")
        is_drawing = value is not None
    yield path(f"series series-{index}", commands)
    for x, value, name in zip(places, series.values, names, strict=True):
        if value is not None:
            mark = path(f"mark mark-{index}", [f"M{short(x)} {short(scale.at(value))}", MARKS[index]])
            yield titled(mark, f"{name}: {series.name} {_number(value)}")


def _legend(series: Sequence[Series], scale: Scale) -> Iterator[ET.Element]:
    """The names of series beside the ends of their lines, moved apart where they would meet."""
    last = [next((value for value in reversed(each.values) if value is not None), 0.0) for each in series]
    lowest = math.inf
    for index in sorted(range(len(series)), key=lambda number: last[number]):
        y = min(scale.at(last[index]), lowest - LINE_HEIGHT)
        lowest = y
        yield path(f"mark mark-{index}", [f"M{RIGHT + 14} {short(y)}", MARKS[index]])
        yield label("start", RIGHT + 24, y + 4, series[index].name)
