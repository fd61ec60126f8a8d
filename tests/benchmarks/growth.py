"""
How the cost of a certified gradient grows, beside other oracles and beside gradient checkers.

Run from the checkout, with torch and jax installed: ``python -m tests.benchmarks.growth``. It takes a minute and a half
of one core. All times are CPU seconds with one BLAS thread, medians of rounds with all methods measured in turn.
A call of more than three seconds is made once. One that would take more than twenty is not made at all: its time,
marked with a star, is extrapolated by the exponent between the last two sizes, in proportion at least. That is too
little where fixed costs still show at those sizes.
"""

from __future__ import annotations

from importlib import metadata
from platform import machine, python_version
from typing import TYPE_CHECKING

import click
from threadpoolctl import threadpool_limits

from tests.benchmarks import growth_of_checks, growth_of_oracles

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGES = ("numpy", "mpmath", "python-flint", "torch", "jax")
"""Those whose versions matter."""


def report(samples: int, rounds: int) -> Iterator[str]:
    """All that is printed, part by part."""
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in PACKAGES)
    yield f"{machine()}, Python {python_version()}, {versions}"
    yield "## One gradient of the cost at 113 bits"
    yield from growth_of_oracles.report(rounds)
    yield growth_of_oracles.agreement()
    yield f"## A judged gradient and gradient checkers, batch of {samples}"
    yield from growth_of_checks.report(samples, rounds)


@click.command()
@click.option("--rounds", type=click.IntRange(1), default=5, show_default=True, help="Rounds of measuring.")
@click.option(
    "--samples", type=click.IntRange(1), default=4, show_default=True, help="Of the batch in the second part."
)
def main(rounds: int, samples: int) -> None:
    """Growth of oracles over sizes, and of gradient checkers and gradspec over parameters."""
    with threadpool_limits(1, "blas"):
        for part in report(samples, rounds):
            click.echo(f"{part}\n")


if __name__ == "__main__":
    main()
