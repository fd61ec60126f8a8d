"""How the errors of a clause in one format are spread, on a logarithmic axis of ulps, with its envelopes marked."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, Any

from ..histogram import Histogram
from .axes import LogAxis, power_of_ten
from .svg import Picture, label, path, short

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from xml.etree import ElementTree as ET

WIDTH, HEIGHT = 340, 152
"""Of a plot: as it stands on a telephone."""

LEFT, RIGHT = 36, WIDTH - 36
"""Where the logarithmic axis begins and ends; beside it stand the zeros, and what is beyond."""

SLOT = 16
"""The width of the bars at 0 and at infinity."""

FLOOR, TALLEST = 118, 58
"""Where bars stand, and how high they can be."""

LANES = {"must": 28, "should": 42, "strict": 28}
"""Where the envelope of a level is drawn, from the top."""

NAME_WIDTH = 106
"""The room that the name of an envelope takes."""

LEAST_EXPONENTS = (-3, 3)
"""The powers of two that every axis shows."""

FINEST, COARSEST = -10, 64
"""The powers of two of the first and the last bin that a plot has: nobody needs to tell smaller errors apart."""

LABELS = 5
"""Powers of ten along the axis."""


def histogram(document: Mapping[str, Any]) -> Histogram:
    """The counts that a row of a report has, with those that are finer or coarser than a plot in its first or last."""
    found = Histogram(document["exact"], Counter(), document["beyond"])
    for exponent, count in document["bins"]:
        found.bins[max(FINEST, min(exponent, COARSEST))] += count
    return found


def bin_name(exponent: int) -> str:
    """
    Which numbers a bin has, by its lower end.

    >>> bin_name(3), bin_name(FINEST), bin_name(COARSEST)
    ('2^3', 'below 2^-9', '2^64 or more')
    """
    ends = {FINEST: f"below 2^{FINEST + 1}", COARSEST: f"2^{COARSEST} or more"}
    return ends.get(exponent, f"2^{exponent}")


def together(histograms: Iterable[Histogram]) -> Histogram:
    """The counts of several rows added up."""
    found = Histogram()
    for each in histograms:
        found.exact += each.exact
        found.bins.update(each.bins)
        found.beyond += each.beyond
    return found


def total(counts: Histogram) -> int:
    """How many numbers were counted."""
    return counts.exact + sum(counts.bins.values()) + counts.beyond


def quantile(counts: Histogram, share: float) -> float:
    """A number that ``share`` of all do not exceed, as far as bins tell: the middle of a bin, 0 or infinity."""
    left = share * total(counts) - counts.exact
    if left <= 0:
        return 0.0
    for exponent, count in sorted(counts.bins.items()):
        left -= count
        if left <= 0:
            return math.ldexp(math.sqrt(2), exponent)
    return math.inf


def exponents(histograms: Iterable[Histogram]) -> tuple[int, int]:
    """The powers of two between which all finite numbers lie that are not 0, and which every axis shows."""
    known = [exponent for each in histograms for exponent in each.bins]
    return min([LEAST_EXPONENTS[0], *known]), max([LEAST_EXPONENTS[1], *(each + 1 for each in known)])


def distribution_plot(
    name: str, errors: Histogram, envelopes: Mapping[str, Histogram], span: tuple[int, int]
) -> Picture:
    """The plot of ``errors``, and of the radii of ``envelopes`` by level, between the powers of two of ``span``."""
    axis = LogAxis(*span, LEFT, RIGHT)
    shapes = (
        label("heading", 8, 14, name),
        label("end", WIDTH - 8, 14, f"{total(errors)} entries"),
        *_axis(axis),
        *_bars(axis, errors),
        *_envelopes(axis, envelopes),
    )
    return Picture(WIDTH, HEIGHT, f"Errors in ulps, {name}", description(errors, envelopes), shapes)


def description(errors: Histogram, envelopes: Mapping[str, Histogram]) -> str:
    """What the plot shows, in words."""
    parts = [f"{total(errors)} decided entries, {errors.exact} of them exact, {errors.beyond} infinite or NaN"]
    if errors.bins:
        low, high = min(errors.bins), max(errors.bins) + 1
        parts.append(f"other errors from {ulps_of(math.ldexp(1, low))} to {ulps_of(math.ldexp(1, high))} ulps")
    parts.append("radius of the envelope, " + ", ".join(radii_in_words(*each) for each in envelopes.items()))
    return "; ".join(parts) + ". The height of a bar is the logarithm of its count."


def positive(counts: Histogram) -> Histogram:
    """The same without zeros, where there is anything else: an envelope without width is that of the regime exact."""
    rest = Histogram(0, counts.bins, counts.beyond)
    return rest if total(rest) else counts


def radii_in_words(level: str, counts: Histogram) -> str:
    """The median and the smallest radius of a level."""
    radii = positive(counts)
    return f"{level.upper()}: median {ulps_of(quantile(radii, 0.5))}, smallest {ulps_of(smallest(radii))}"


def smallest(counts: Histogram) -> float:
    """The start of the lowest bin; 0 where there is a 0."""
    if counts.exact:
        return 0.0
    return math.ldexp(1, min(counts.bins)) if counts.bins else math.inf


def ulps_of(number: float) -> str:
    """A number of ulps in two digits."""
    return "unbounded" if math.isinf(number) else f"{number:.2g}"


def _axis(axis: LogAxis) -> Iterator[ET.Element]:
    ticks = axis.powers(LABELS)
    yield path("grid", (f"M{short(axis.at(power * math.log2(10)))} {FLOOR - TALLEST}V{FLOOR}" for power in ticks))
    yield path("axis", [f"M6 {FLOOR}H{WIDTH - 6}"])
    for power in ticks:
        yield label("middle", axis.at(power * math.log2(10)), FLOOR + 13, power_of_ten(power))
    yield label("middle", LEFT / 2, FLOOR + 13, "0")
    yield label("middle", WIDTH - LEFT / 2, FLOOR + 13, "∞")
    yield label("middle", WIDTH / 2, FLOOR + 28, "error in ulps of the true value")


def _bars(axis: LogAxis, errors: Histogram) -> Iterator[ET.Element]:
    highest = max([errors.exact, errors.beyond, *errors.bins.values(), 1])

    def bar(left: float, right: float, count: int) -> str:
        height = max(2.0, TALLEST * math.log1p(count) / math.log1p(highest))
        return f"M{short(left)} {FLOOR}v{short(-height)}h{short(right - left)}v{short(height)}z"

    bars = [
        bar(axis.at(exponent), axis.at(exponent + 1) - 0.5, count) for exponent, count in sorted(errors.bins.items())
    ]
    slots = ((LEFT / 2, errors.exact), (WIDTH - LEFT / 2, errors.beyond))
    bars += [bar(middle - SLOT / 2, middle + SLOT / 2, count) for middle, count in slots if count]
    yield path("bar", bars)


def _envelopes(axis: LogAxis, envelopes: Mapping[str, Histogram]) -> Iterator[ET.Element]:
    """For each level a line from the smallest radius to the median, where it meets a line through the bars."""
    ends = {
        level: (_place(axis, smallest(radii)), _place(axis, quantile(radii, 0.5)))
        for level, radii in ((level, positive(each)) for level, each in envelopes.items() if total(each))
    }
    last = max((middle for _, middle in ends.values()), default=0.0)
    for level, (start, middle) in ends.items():
        height, name = LANES[level], f"{level.upper()} envelope"
        lines = f"M{short(start)} {height - 4}v8m0-4H{short(middle)}M{short(middle)} {height - 4}V{FLOOR}"
        yield path("should" if level == "should" else "must", [lines])
        if start > NAME_WIDTH:
            yield label("end", start - 5, height + 4, name)
        elif last < WIDTH - NAME_WIDTH:
            yield label("start", last + 5, height + 4, name)
        else:
            yield label("middle", (start + middle) / 2, height - 3, name)


def _place(axis: LogAxis, number: float) -> float:
    if number == 0:
        return LEFT / 2
    return WIDTH - LEFT / 2 if math.isinf(number) else axis.of(number)
