"""
The functions that compute counterexamples, by the ids of their errata.

A module is one source. Its functions are in the order of the counterexamples in ``spec/errata``, and each computes the
values of one: first those of the printed formula, evaluated as it is printed, then the true ones, by the
propositions of the oracle. The words of the file stand where there is no number.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Values = Sequence[Any]
"""Numbers (mpf, FLINT balls, ints, fractions, floats), shapes as tuples, and words."""

Computation = Callable[[], tuple[Values, Values]]
"""Computes the printed and the true values of one counterexample."""

_registry: dict[str, list[Computation]] = defaultdict(list)
COMPUTATIONS: Mapping[str, Sequence[Computation]] = _registry
"""The computations of each erratum, in the order of its counterexamples; complete once the sources are imported."""


def counterexample(erratum: str) -> Callable[[Computation], Computation]:
    """Register the decorated function as the next counterexample of ``erratum``."""

    def register(computation: Computation) -> Computation:
        _registry[erratum].append(computation)
        return computation

    return register
