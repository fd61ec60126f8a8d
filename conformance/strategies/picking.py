"""Two ways to pick what a case is made of: Hypothesis, which shrinks, and a seeded generator for the fixed corpus."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from .elements import Source

T = TypeVar("T")


class Pick(Protocol):
    """A chooser of numbers and of one thing out of several."""

    def numbers(self, source: Source, count: int) -> list[float]:
        """``count`` numbers of the source."""
        ...

    def one_of(self, options: Sequence[T]) -> T:
        """One of the options; the first is the simplest."""
        ...


class DrawnPick:
    """Hypothesis chooses."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw

    def numbers(self, source: Source, count: int) -> list[float]:
        """``count`` numbers of the source's strategy."""
        return self._draw(st.lists(source.strategy, min_size=count, max_size=count))

    def one_of(self, options: Sequence[T]) -> T:
        """One of the options; Hypothesis shrinks towards the first."""
        return self._draw(st.sampled_from(options))


class SeededPick:
    """A seeded generator chooses: the same corpus on every machine."""

    def __init__(self, random: Random) -> None:
        self._random = random

    def numbers(self, source: Source, count: int) -> list[float]:
        """``count`` numbers of the source's generator."""
        return [source.sample(self._random) for _ in range(count)]

    def one_of(self, options: Sequence[T]) -> T:
        """One of the options."""
        return options[self._random.randrange(len(options))]
