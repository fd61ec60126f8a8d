"""
Single numbers: where each domain draws them in each regime and format (clause ``accuracy.regimes``).

Each domain has three sources: a Hypothesis strategy, a pseudo-random one for the fixed corpus, and the hazardous
values that both mix in. None of them knows a true value.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from hypothesis import strategies as st

from ...spec.formats import BFLOAT16, FLOAT32, FLOAT64, Format

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

HALF = 0.5

SMALLEST_ORDINARY = 2.0**-6
LARGEST_ORDINARY = 8.0
SMALLEST_PROBABILITY = 2.0**-8

WIDE_EXPONENTS = {"float64": (-60, 60), "float32": (-20, 20), "float16": (-7, 4), "bfloat16": (-20, 20)}
"""Binary exponents of the regime wide, by format."""

WIDE_PARAMETER_EXPONENTS = {"float64": (-8, 2), "float32": (-8, 2), "float16": (-5, 2), "bfloat16": (-8, 2)}
"""The same for the inputs and parameters of a network; weights are divided by a root besides."""

WIDE_LOGIT_EXPONENTS = {"float64": (-20, 8), "float32": (-12, 5), "float16": (-6, 2), "bfloat16": (-4, 2)}
"""The same where a number is exponentiated: all but the largest are no saturation."""

GRIDS = {"float64": (4, 8), "float32": (2, 4), "float16": (1, 2), "bfloat16": (1, 1)}
"""Of the regime exact: multiples of 1/first up to second/first, small enough for the products of a short network."""


@dataclass(frozen=True)
class Source:
    """Where the numbers of one domain come from."""

    strategy: st.SearchStrategy[float]
    """For Hypothesis; shrinks towards simple numbers."""
    sample: Callable[[Random], float]
    """For the corpus."""


def to_format(value: float, number_format: Format) -> float:
    """``value`` rounded to the format, as float64; overflow goes to the largest number."""
    if not math.isfinite(value):
        return value
    if abs(value) > (largest := _largest(number_format)):
        return math.copysign(largest, value)
    return float(np.asarray(value).astype(number_format.dtype))


@cache
def _largest(number_format: Format) -> float:
    return float(number_format.largest)


@cache
def magnitudes(number_format: Format, low: float, high: float, *, zero: bool = True, signed: bool = True) -> Source:
    """0, and either sign of the numbers of the format between ``low`` and ``high``."""
    positive = _between(number_format, low, high)
    parts = [positive, *([positive.map(lambda value: -value)] if signed else [])]
    strategy = st.one_of(*([st.just(0.0)] if zero else []), *parts)

    def sample(random: Random) -> float:
        value = to_format(
            random.uniform(low, high) if high < 4 * low else _log_uniform(random, low, high), number_format
        )
        return -value if signed and random.random() < HALF else value

    return Source(strategy, sample)


def _log_uniform(random: Random, low: float, high: float) -> float:
    return float(2 ** random.uniform(math.log2(low), math.log2(high)))


def _between(number_format: Format, low: float, high: float) -> st.SearchStrategy[float]:
    if number_format is BFLOAT16:
        low, high = to_format(low, FLOAT32), to_format(high, FLOAT32)
        return st.floats(low, high, width=32).map(lambda value: min(max(to_format(value, BFLOAT16), low), high))
    low, high = to_format(low, number_format), to_format(high, number_format)
    if number_format is FLOAT64:
        return st.floats(low, high)
    return st.floats(low, high, width=32 if number_format is FLOAT32 else 16)


@cache
def scales(number_format: Format, exponents: tuple[int, int], *, signed: bool = True) -> Source:
    """Numbers of many magnitudes: 1 <= m < 2 times a power of two drawn from ``exponents``."""
    mantissas = _between(number_format, 1.0, 2.0 - 2.0 ** (1 - number_format.precision))
    signs = st.sampled_from([1.0, -1.0] if signed else [1.0])
    strategy = st.builds(lambda m, e, s: s * m * 2.0**e, mantissas, st.integers(*exponents), signs)

    def sample(random: Random) -> float:
        mantissa = to_format(random.uniform(1.0, 2.0 - 2.0**-7), number_format)
        sign = -1.0 if signed and random.random() < HALF else 1.0
        return sign * mantissa * 2.0 ** random.randint(*exponents)

    return Source(st.one_of(st.just(0.0), strategy), sample)


BEND_EXPONENTS = (-6, 0)
"""Of numbers on the interval on which Park's smooth relu bends, and just beside it."""


@cache
def grid(number_format: Format, *, positive: bool = False) -> Source:
    """The multiples of a power of two that the regime exact computes with."""
    parts, largest = GRIDS[number_format.name]
    lowest = 1 if positive else -largest
    strategy = st.integers(lowest, largest).map(lambda k: k / parts)
    return Source(strategy, lambda random: random.randint(lowest, largest) / parts)


@cache
def choice(values: tuple[float, ...]) -> Source:
    """One of ``values``."""
    return Source(st.sampled_from(values), lambda random: random.choice(values))


def mixed(*sources: Source) -> Source:
    """Any of the sources."""
    strategies = [source.strategy for source in sources]
    return Source(st.one_of(*strategies), lambda random: random.choice(sources).sample(random))


@cache
def hazard_values(number_format: Format) -> tuple[tuple[str, float], ...]:
    """The hazardous pre-activations of a format, each with the name of its hazard."""
    overflow = math.log(float(number_format.largest))
    saturation = number_format.precision * math.log(2)
    largest, normal = float(number_format.largest), float(number_format.smallest_normal)
    subnormal = float(number_format.smallest_subnormal)
    values = [
        ("exp_overflow", overflow * 0.999),
        ("exp_overflow", overflow * 1.01),
        ("exp_overflow", overflow * 0.501),
        ("exp_overflow", overflow * 2),
        ("saturation", saturation),
        ("saturation", saturation / 2),
        ("saturation", saturation * 0.6),
        ("saturation", saturation * 1.1),
        ("saturation", saturation * 1.7),
        ("subnormal", normal),
        ("subnormal", subnormal * 3),
        ("subnormal", normal * 0.37),
        ("square_overflow", math.sqrt(largest) * 4),
        ("near_overflow", largest),
        ("near_overflow", largest / 3),
        ("tie_at_kink", 0.0),
    ]
    rounded = [(name, to_format(value, number_format)) for name, value in values]
    return tuple(pair for name, value in rounded for pair in ((name, value), (name, -value)))


def labelled(number_format: Format, *names: str) -> tuple[float, ...]:
    """The hazardous values of those names."""
    return tuple(value for name, value in hazard_values(number_format) if name in names)


@cache
def real(number_format: Format, regime: str) -> Source:
    """The domain ``real``: pre-activations, inputs, upstream gradients."""
    match regime:
        case "exact":
            return grid(number_format)
        case "wide":
            return scales(number_format, WIDE_EXPONENTS[number_format.name])
        case "extreme":
            hazardous = choice(tuple(value for _, value in hazard_values(number_format)))
            return mixed(hazardous, real(number_format, "ordinary"))
        case _:
            return magnitudes(number_format, SMALLEST_ORDINARY, LARGEST_ORDINARY)


@cache
def nonzero(number_format: Format, regime: str) -> Source:
    """The domain ``nonzero``: divisors, and gradients that have a direction; powers of two in the regime exact."""
    if regime == "exact":
        return choice((0.5, -0.5, 1.0, -1.0, 2.0, -2.0))
    return _without_zero(real(number_format, regime))


@cache
def positive(number_format: Format, regime: str) -> Source:
    """The domain ``positive``: arguments of logarithms, curvatures; powers of two in the regime exact."""
    return _mapped(nonzero(number_format, regime), abs)


def _without_zero(source: Source) -> Source:
    return _mapped(source, lambda value: value or 1.0)


def _mapped(source: Source, change: Callable[[float], float]) -> Source:
    return Source(source.strategy.map(change), lambda random: change(source.sample(random)))


@cache
def epsilon(number_format: Format, regime: str) -> Source:
    """The length of the interval on which Park's smooth relu bends: a power of two where the answer has to be exact."""
    plain = (1.0, 0.5, 2.0)
    rounded = tuple(to_format(value, number_format) for value in (0.1, 0.3, 0.7))
    return choice(plain if regime == "exact" else (*plain, *rounded))


@cache
def near_bend(number_format: Format, regime: str) -> Source:
    """Arguments of Park's smooth relu: of ordinary ones, many inside the interval on which it bends."""
    plain = real(number_format, regime)
    return mixed(plain, scales(number_format, BEND_EXPONENTS)) if regime == "ordinary" else plain


@cache
def logit(number_format: Format, regime: str) -> Source:
    """Pre-activations of exponentials: wide stays below saturation, extreme meets it on purpose."""
    match regime:
        case "exact":
            return choice((0.0,))
        case "ordinary" if number_format.is_half:
            return magnitudes(number_format, SMALLEST_ORDINARY, 3.0)
        case "wide":
            return scales(number_format, WIDE_LOGIT_EXPONENTS[number_format.name])
        case "extreme":
            return mixed(
                choice(labelled(number_format, "exp_overflow", "saturation", "subnormal", "tie_at_kink")),
                logit(number_format, "ordinary"),
            )
        case _:
            return magnitudes(number_format, SMALLEST_ORDINARY, LARGEST_ORDINARY)


@cache
def probability(number_format: Format, regime: str) -> Source:
    """The open unit interval."""
    if regime == "exact":
        return choice((0.5,))
    if regime == "ordinary":
        return _moderate_probability(number_format, SMALLEST_PROBABILITY)
    depth = -number_format.smallest_exponent
    if regime == "wide":
        depth = min(depth // 2, number_format.precision)
    smallest, last = 2.0**-depth, to_format(1.0 - 2.0**-number_format.precision, number_format)
    least = float(number_format.smallest_subnormal) if regime == "extreme" else smallest
    edges = choice(
        (last, smallest, to_format(smallest * 3, number_format), to_format(2 * last - 1, number_format), least)
    )
    small = scales(number_format, (-depth, -2), signed=False)
    positive = Source(small.strategy.map(lambda value: value or smallest), lambda random: abs(small.sample(random)))
    return mixed(positive, edges, _moderate_probability(number_format, max(SMALLEST_PROBABILITY, smallest)))


def _moderate_probability(number_format: Format, low: float) -> Source:
    high = 1.0 - SMALLEST_PROBABILITY
    middle = _between(number_format, low, high)
    return Source(middle, lambda random: to_format(random.uniform(low, high), number_format))


@cache
def positive_probability(number_format: Format, regime: str) -> Source:
    """(0, 1]: the probabilities of a categorical loss; powers of two in the regime exact."""
    if regime == "exact":
        return choice((1.0, 0.5, 0.25))
    return probability(number_format, regime)


@cache
def unit_label(number_format: Format, regime: str) -> Source:
    """[0, 1]: 0 and 1 above all, dyadic soft labels in between."""
    del number_format, regime
    return choice((0.0, 1.0, 0.0, 1.0, 0.5, 0.25, 0.875))


@cache
def rate(number_format: Format, regime: str) -> Source:
    """Learning rates."""
    return (
        choice((0.5, 0.25, 1.0, 4.0))
        if regime == "exact"
        else choice(tuple(to_format(value, number_format) for value in (0.1, 0.01, 0.5, 0.3, 4.0)))
    )
