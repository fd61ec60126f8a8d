"""One gradient at 113 bits by every arithmetic, over sizes: float64 NumPy, mpmath, FLINT, error-free splitting."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from gradspec.oracle.arguments import leaves, lifted
from gradspec.oracle.arithmetic import HighPrecision
from gradspec.oracle.large.certified import certified_step
from gradspec.oracle.networks import network_gradients
from gradspec.spec import resolve
from tests.benchmarks.growing import duration, growths, multiple, table
from tests.benchmarks.large_networks import DGEMM, NETWORKS, SPLITTING_FLOPS, float64_gradients
from tests.oracle.sized_networks import batch, check_agreement, drawn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gradspec.oracle.large.step import Enclosed, Step
    from gradspec.spec import Network
    from tests.benchmarks.growing import Growth

BITS = 113
"""Of every arithmetic but float64."""

SMALL = 10**6
"""Multiply-adds up to which mpmath is asked once more, for its numbers."""


@dataclass(frozen=True)
class Asked:
    """The gradient that is asked for."""

    widths: tuple[int, ...]
    """Of the layers, inputs first; tanh, and a softmax with cross-entropy at the end."""
    samples: int
    """Of the batch."""

    @property
    def name(self) -> str:
        """Widths and samples."""
        return f"{'-'.join(map(str, self.widths))}, {self.samples}"

    @property
    def multiply_adds(self) -> int:
        """Those of the matrix products, forward and backward."""
        sizes = [inputs * outputs for inputs, outputs in pairwise(self.widths)]
        return self.samples * (3 * sum(sizes) - sizes[0])

    @cached_property
    def step(self) -> tuple[Network, Any, Any]:
        """The network, and its batch in columns."""
        network = drawn(self.widths)
        return network, *batch(network, self.samples)


ASKED = (Asked((8, 16, 8), 1), *(Asked(*each) for each in NETWORKS))
"""The least first."""


def by_numpy(asked: Asked) -> list[Any]:
    """As a program computes it: last layer first, each its weights and its biases."""
    return float64_gradients(*asked.step)


def by_mpmath(asked: Asked) -> list[Any]:
    """The definition of the clause in mpmath: all weights, then all biases."""
    arithmetic = HighPrecision(BITS, resolve())
    return leaves(network_gradients(arithmetic, *(lifted(arithmetic, each) for each in asked.step)))


def by_flint(asked: Asked) -> Step:
    """The certified step, output and cost included, by FLINT's matrices."""
    return certified_step(*asked.step, resolve(), bits=BITS, path="flint")


def by_splitting(asked: Asked) -> Step:
    """The same on float64 matrix products."""
    return certified_step(*asked.step, resolve(), bits=BITS, path="fast")


METHODS: dict[str, Callable[[Asked], Any]] = {
    "float64 NumPy": by_numpy,
    "mpmath": by_mpmath,
    "FLINT": by_flint,
    "splitting": by_splitting,
}
"""By the names that they have in the table."""

BASE, PRODUCT = "float64 NumPy", "float64 product"


def report(rounds: int) -> Iterator[str]:
    """The table, and what it comes to."""
    square = np.random.default_rng(0).standard_normal((DGEMM, DGEMM))
    methods = METHODS | {PRODUCT: lambda _: np.matmul(square, square)}
    found = growths(ASKED, lambda asked: asked.multiply_adds, methods, rounds)
    rate = 2 * DGEMM**3 / found.pop(PRODUCT).seconds[-1]
    limit = SPLITTING_FLOPS / rate
    heads = ("network, batch", "multiply-adds", *METHODS)
    limits = [f"{multiple(each.seconds[-1] / limit)}{each.mark(-1 % len(ASKED))}" for each in found.values()]
    exponents = (("all sizes", None), ("from 64-64-10 on", len(ASKED) - 2))
    yield table(
        [
            heads,
            *(_row(asked, place, found) for place, asked in enumerate(ASKED)),
            ("the last, in units of the limit", "", *limits),
            *((f"exponent, {of}", "", *_exponents(found, last)) for of, last in exponents),
        ]
    )
    yield (
        f"The float64 matrix product runs at {rate / 1e9:.0f} GFlop/s; the limit is {SPLITTING_FLOPS / 1e9} GFlop at "
        f"that rate, {duration(limit)}. In brackets: times over {BASE}. An exponent is that of the multiply-adds."
    )


def _row(asked: Asked, place: int, found: dict[str, Growth]) -> list[str]:
    base = found[BASE].seconds[place]
    times = [
        f"{duration(each.seconds[place])}{each.mark(place)}"
        + ("" if name == BASE else f" ({multiple(each.seconds[place] / base)})")
        for name, each in found.items()
    ]
    return [asked.name, f"{asked.multiply_adds:,}", *times]


def _exponents(found: dict[str, Growth], last: int | None) -> list[str]:
    """Of the measured ones among the ``last`` sizes."""
    missing = {name: len(ASKED) - each.measured for name, each in found.items()}
    return [f"{each.exponent(last and last - missing[name]):.2f}" for name, each in found.items()]


def agreement() -> str:
    """Where all methods were asked once more, and that they agree, or AssertionError."""
    worst = 0.0
    for asked in ASKED:
        step = by_flint(asked)
        check_agreement(step, by_splitting(asked))
        truths = [*step.weights, *step.biases]
        if asked.multiply_adds <= SMALL:
            for truth, numbers in zip(truths, by_mpmath(asked), strict=True):
                _check_enclosed(truth, numbers)
        computed = by_numpy(asked)
        pairs = zip(truths, [*computed[-2::-2], *computed[::-2]], strict=True)
        worst = max(worst, *(float(np.max(np.abs(truth.high - each)) / np.max(np.abs(each))) for truth, each in pairs))
    assert worst < 2**-40
    return f"All agree entry by entry, float64 within {worst:.0e} of the largest entry of each array."


def _check_enclosed(truth: Enclosed, numbers: Any) -> None:
    """Every number of mpmath lies where its entry is certified to be, but for its own rounding."""
    entries = (each.reshape(-1).tolist() for each in (truth.high, truth.low, truth.radius, numbers))
    rounding = 2.0**-90 * float(np.max(np.abs(truth.high)))
    for high, low, radius, number in zip(*entries, strict=True):
        assert abs(number - high - low) <= radius + rounding
