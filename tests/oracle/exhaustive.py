"""
Every float16 and bfloat16 number, and many of float32, through every elementwise operation of one argument.

Run from the checkout: ``python -m tests.oracle.exhaustive``. Each correctly rounded value of the oracle is compared
with one that shares no formula and no rounding with it: fractions or mpmath for the half formats, fractions or FLINT
for float32. The unit tests take a part of the same numbers. It takes two and a half minutes of one core.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click
import numpy as np

from gradspec.oracle import evaluate
from gradspec.spec import FORMATS, Format
from tests.oracle.elementwise import by_flint, by_mpmath, inputs, keywords, names

if TYPE_CHECKING:
    from collections.abc import Callable

SAMPLE = 100_000
"""Numbers of float32 for each operation."""


@dataclass(frozen=True)
class Agreement:
    """The oracle and another way to compute, over some inputs."""

    inputs: int
    """How many there were."""
    unresolved: int
    """How many the oracle left open."""
    exact: int
    """How many values it knows exactly."""
    differing: tuple[tuple[float, float | None, float], ...]
    """Input, the oracle's correctly rounded value (None where it is open) and the other one, where they differ."""
    bits: int
    """The largest precision that the oracle needed."""
    seconds: float
    """What the oracle took."""


def every_half(number_format: Format) -> np.ndarray[Any, Any]:
    """All bit patterns of a format of sixteen bits."""
    return np.arange(2**16, dtype=np.uint16).view(number_format.dtype)


def sample(count: int, seed: int = 0) -> np.ndarray[Any, Any]:
    """Numbers of float32: half of them any bit patterns, half between -20 and 20."""
    rng = np.random.default_rng(seed)
    patterns = rng.integers(0, 2**32, count // 2, dtype=np.uint32).view(np.float32)
    return np.concatenate([patterns, rng.uniform(-20, 20, count - count // 2).astype(np.float32)])


def agreement(
    name: str, numbers: np.ndarray[Any, Any], number_format: Format, other: Callable[[str, float, Format], float]
) -> Agreement:
    """The oracle against ``other`` at ``numbers``."""
    given = inputs(name, numbers)
    start = time.process_time()
    answer = evaluate(name, [given], keywords(name, number_format), format=number_format.name)
    seconds = time.process_time() - start
    found = list(zip(given.astype(np.float64).tolist(), answer.arrays[0].numbers, strict=True))
    theirs = [(z, number.rounded, other(name, z, number_format)) for z, number in found]
    differing = tuple((z, our, their) for z, our, their in theirs if our != their)
    exact = sum(number.is_exact for _, number in found)
    return Agreement(len(found), answer.unresolved, exact, differing, answer.bits, seconds)


@click.command()
@click.option("--format", "formats", multiple=True, default=("float16", "bfloat16", "float32"), show_default=True)
@click.option("--count", default=SAMPLE, show_default=True, help="Numbers of float32 for each operation.")
def main(formats: tuple[str, ...], count: int) -> None:
    """Compare, and print a line for each operation and format."""
    total = differing = unresolved = 0
    for format_name in formats:
        number_format = FORMATS[format_name]
        numbers = every_half(number_format) if number_format.is_half else sample(count)
        for name in names():
            found = agreement(name, numbers, number_format, by_mpmath if number_format.is_half else by_flint)
            total, differing = total + found.inputs, differing + len(found.differing)
            unresolved += found.unresolved
            click.echo(
                f"{format_name:<9} {name:<27} {found.inputs:>6} inputs  {len(found.differing)} differ  "
                f"{found.unresolved} unresolved  {found.exact:>6} exact  {found.bits} bits  {found.seconds:.1f} s"
            )
            for z, our, their in found.differing[:3]:
                click.echo(f"  at {z.hex()}: {our!r}, and {their!r} by another way")
    click.echo(f"{total} correctly rounded values, {differing} differ, {unresolved} unresolved")
    raise SystemExit(1 if differing or unresolved else 0)


if __name__ == "__main__":
    main()
