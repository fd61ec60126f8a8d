"""Where on the real line an elementwise operation is wrong: its error over all magnitudes of a format."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..rendering.numbers import short_hex
from .axes import LogAxis, power_of_ten
from .measuring import Place
from .svg import Picture, label, path, short

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from xml.etree import ElementTree as ET

    from .measuring import Entry
    from .number_line import Line

    Span = tuple[int, int]

WIDTH, PANEL = 920, 300
"""The width of the picture, and the height of one panel with its axis."""

LEFT, RIGHT = 74, WIDTH - 20
"""Where the line of numbers begins and ends."""

TOP, BOTTOM = 24, 44
"""The room above and below the points of a panel."""

SLOT = 16
"""The room for errors of 0, and for infinite ones."""

HEAD, LEGEND, LINE = 52, 40, 17
"""The heights of the title, of the legend and of a line of text."""

GAP = 24
"""Between the negative and the positive part of a close-up."""

MARK_WIDTH = 62
"""The room of a power of ten along the line."""

ERROR_TICKS = 7
"""Powers of ten along the errors, at most about so many."""

LOWEST, LEAST_HIGH = -4, 8.0
"""The power of two at which the axis of errors begins, and a number of ulps that it always shows."""

ANNOTATED = 3
"""How many of the worst points are numbered and written out."""

LARGEST_CLOSE_UP = 0.6
"""A part of the line that takes up more than this is no close-up."""

MARKS = {
    Place.INSIDE: ("inside", "{0} {1}h.01", "inside the envelope"),
    Place.OPEN: ("open", "{0} {1}m-2 0a2 2 0 1 0 4 0a2 2 0 1 0-4 0", "undecided"),
    Place.BELOW: ("below", "{0} {1}m-3 2.5h6l-3-5z", "outside SHOULD"),
    Place.OUTSIDE: ("outside", "{0} {1}m-3-3l6 6m-6 0l6-6", "outside MUST"),
}
"""How a point is drawn: its class, its outline, and its name."""


@dataclass(frozen=True)
class Point:
    """An input and what became of it."""

    at: float
    """The input."""
    entry: Entry
    """The answer."""


def real_line_plot(title: str, points: Sequence[Point], specials: Sequence[str], line: Line) -> Picture:
    """The picture of ``points``, in order of their inputs: over their whole range, and closer where answers fail."""
    ranks = [line.rank(point.at) for point in points]
    panels: list[tuple[str, tuple[Span, ...]]] = [("all inputs", ((ranks[0], ranks[-1]),))]
    close = close_up(points, line)
    panels += [("where answers are outside", close)] if close else []
    shapes = [label("heading", 12, 22, title), label("start", 12, 40, counts(points))]
    top = HEAD
    numbered = worst_points(points)
    for name, spans in panels:
        shapes += _panel(name, list(zip(ranks, points, strict=True)), numbered, _Panel.of(line, spans, top, points))
        top += PANEL
    shapes += _legend(top + 14)
    notes = [*map(told, enumerate(numbered, start=1)), *specials]
    shapes += [label("start", 12, top + LEGEND + LINE * row, note) for row, note in enumerate(notes)]
    height = top + LEGEND + LINE * max(len(notes), 1)
    return Picture(WIDTH, height, title, "; ".join([counts(points), *notes]), tuple(shapes))


def counts(points: Sequence[Point]) -> str:
    """How many points lie where."""
    seen = Counter(point.entry.place for point in points)
    return f"{len(points)} inputs: " + ", ".join(f"{seen[place]} {place.value}" for place in Place)


def worst_points(points: Sequence[Point]) -> list[Point]:
    """Of the points that are outside, the worst in each binade of inputs, and of these the worst."""
    places = (Place.OUTSIDE, Place.BELOW)
    outside = [point for point in points if point.entry.place in places]
    ordered = sorted(outside, key=lambda point: (places.index(point.entry.place), -point.entry.error, abs(point.at)))
    kept: dict[tuple[bool, int], Point] = {}
    for point in ordered:
        kept.setdefault((point.at < 0, math.frexp(point.at)[1]), point)
    return list(kept.values())[:ANNOTATED]


def told(numbered: tuple[int, Point]) -> str:
    """A numbered point in words."""
    number, point = numbered
    entry = point.entry
    error = f"{entry.error:.3g} ulps" if math.isfinite(entry.error) else "infinite error"
    place = f"{number}: at {point.at!r} ({short_hex(point.at.hex())})"
    return f"{place} got {entry.got!r} for {entry.truth}, {error}, {entry.place.value}"


def close_up(points: Sequence[Point], line: Line) -> tuple[Span, ...]:
    """
    The parts of the line in which answers are outside, as ranks, and a binade more at each end.

    One part of the negative numbers and one of the positive, as large as one another; none where they are nearly all.
    """
    whole = line.rank(points[0].at), line.rank(points[-1].at)
    outside = [line.rank(point.at) for point in points if point.entry.place in (Place.OUTSIDE, Place.BELOW)]
    if not outside:
        return ()
    binade = 2 ** (line.number_format.precision - 1)
    low, high = max(0, min(map(abs, outside)) - binade), max(map(abs, outside)) + binade
    spans = ((-high, -low), (low, high))
    wanted = (min(outside) < 0, max(outside) >= 0)
    kept = tuple(
        (max(whole[0], start), min(whole[1], end))
        for (start, end), is_wanted in zip(spans, wanted, strict=True)
        if is_wanted
    )
    covered = sum(end - start for start, end in kept)
    return kept if covered < LARGEST_CLOSE_UP * (whole[1] - whole[0]) else ()


@dataclass(frozen=True)
class _Segment:
    """A part of the line of numbers, drawn without a gap."""

    low: int
    high: int
    left: float
    right: float

    def x(self, rank: int) -> float:
        return self.left + (self.right - self.left) * (rank - self.low) / max(1, self.high - self.low)

    def holds(self, rank: int) -> bool:
        return self.low <= rank <= self.high


@dataclass(frozen=True)
class _Panel:
    """The axes of one panel."""

    line: Line
    segments: tuple[_Segment, ...]
    errors: LogAxis
    top: float
    floor: float

    @classmethod
    def of(cls, line: Line, spans: Sequence[Span], top: float, points: Sequence[Point]) -> _Panel:
        """The panel below ``top`` for these parts of the line, with room for the errors there."""
        width = (RIGHT - LEFT - GAP * (len(spans) - 1)) / len(spans)
        segments = tuple(
            _Segment(low, high, LEFT + (width + GAP) * place, LEFT + (width + GAP) * place + width)
            for place, (low, high) in enumerate(spans)
        )
        start, floor = top + TOP, top + PANEL - BOTTOM
        seen = [point.entry for point in points if any(low <= line.rank(point.at) <= high for low, high in spans)]
        finite = [number for each in seen for number in (each.error, each.should) if math.isfinite(number)]
        highest = math.ceil(math.log2(max([LEAST_HIGH, *finite]))) + 1
        return cls(line, segments, LogAxis(LOWEST, highest, floor - SLOT, start + SLOT), start, floor)

    def y(self, error: float) -> float:
        if error == 0:
            return self.floor - SLOT / 2
        return self.errors.of(error) if math.isfinite(error) else self.top + SLOT / 2


def _panel(
    name: str, ranked: Sequence[tuple[int, Point]], numbered: Sequence[Point], panel: _Panel
) -> Iterator[ET.Element]:
    yield label("start", LEFT, panel.top - 8, f"error in ulps of the true value, {name}")
    yield from _error_axis(panel)
    for segment in panel.segments:
        seen = [(segment.x(rank), point.entry) for rank, point in ranked if segment.holds(rank)]
        yield from _envelopes(panel, seen)
        yield from _input_axis(panel, segment)
        yield from _points(panel, seen)
        for number, point in enumerate(numbered, start=1):
            rank = panel.line.rank(point.at)
            if segment.holds(rank):
                yield label("middle", segment.x(rank), panel.y(point.entry.error) - 7, str(number))
    yield label(
        "middle", (LEFT + RIGHT) / 2, panel.floor + 33, "input; each number of the format is as far from the next"
    )


def _envelopes(panel: _Panel, seen: Sequence[tuple[float, Entry]]) -> Iterator[ET.Element]:
    """The room below the largest error that each level admits, as steps from input to input."""
    if not seen:
        return
    for kind, reaches in (("must", [entry.must for _, entry in seen]), ("should", [entry.should for _, entry in seen])):
        steps, before = [], ""
        for (x, _), reach in zip(seen, reaches, strict=True):
            height = short(panel.y(reach))
            if height != before:
                steps.append(f"H{short(x)}V{height}")
                before = height
        start, end, floor = short(seen[0][0]), short(seen[-1][0]), short(panel.floor)
        yield path(f"{kind}-area", [f"M{start} {floor}", *steps, f"H{end}V{floor}z"])
        yield path(kind, [f"M{start} {short(panel.y(reaches[0]))}", *steps[1:], f"H{end}"])


def _error_axis(panel: _Panel) -> Iterator[ET.Element]:
    powers = panel.errors.powers(ERROR_TICKS)
    heights = {power: panel.errors.at(power * math.log2(10)) for power in powers}
    yield path("grid", (f"M{LEFT} {short(height)}H{RIGHT}" for height in heights.values()))
    yield path("axis", [f"M{LEFT} {short(panel.top)}V{short(panel.floor)}"])
    for power, height in heights.items():
        yield label("end", LEFT - 6, height + 4, power_of_ten(power))
    yield label("end", LEFT - 6, panel.y(0) + 4, "0")
    yield label("end", LEFT - 6, panel.y(math.inf) + 4, "∞")


def _input_axis(panel: _Panel, segment: _Segment) -> Iterator[ET.Element]:
    marks = panel.line.powers_of_ten(segment.low, segment.high, round((segment.right - segment.left) / MARK_WIDTH))
    places = {segment.x(0): "0"} if segment.holds(0) else {}
    for rank, sign, power in marks:
        x = segment.x(rank)
        if all(abs(x - other) >= MARK_WIDTH / 2 for other in places):
            places[x] = f"{'−' if sign < 0 else ''}{power_of_ten(power)}"
    floor = short(panel.floor)
    yield path("axis", [f"M{short(segment.left)} {floor}H{short(segment.right)}"])
    yield path("axis", (f"M{short(x)} {floor}v5" for x in places))
    for x, text in places.items():
        yield label("middle", x, panel.floor + 18, text)


def _points(panel: _Panel, seen: Sequence[tuple[float, Entry]]) -> Iterator[ET.Element]:
    for place, (kind, outline, _) in MARKS.items():
        spots = dict.fromkeys(
            (short(x), short(panel.y(entry.error)))
            for x, entry in seen
            if entry.place is place and not math.isnan(entry.error)
        )
        if spots:
            yield path(kind, (f"M{outline.format(*spot)}" for spot in spots))


def _legend(top: float) -> Iterator[ET.Element]:
    left = 16.0
    for kind, outline, name in MARKS.values():
        yield path(kind, [f"M{outline.format(short(left), short(top - 4))}"])
        yield label("start", left + 10, top, name)
        left += 36 + 6.2 * len(name)
    for kind in ("must", "should"):
        name = f"{kind.upper()} admits up to here"
        yield path(kind, [f"M{short(left)} {short(top - 4)}h22"])
        yield label("start", left + 28, top, name)
        left += 54 + 6.2 * len(name)
