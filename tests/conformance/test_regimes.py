"""Regimes: every case holds what the accuracy chapter promises of its regime."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from gradspec.conformance.strategies.cases import corpus, drawn_cases
from gradspec.conformance.verdict import Level
from gradspec.spec import FORMATS, Network
from tests.conformance.inspecting import (
    DEFAULT,
    HOLDS,
    LABELS,
    OFFERED,
    arrays,
    every_number,
    examiner,
    numbers,
    some_cases,
    units,
)

if TYPE_CHECKING:
    from gradspec.conformance.case import Case


class TestHolds:
    """What the accuracy chapter promises of each regime is true of every case."""

    @HOLDS
    @given(some_cases(("exact", "ordinary", "wide", "extreme", "special")))
    def test_arrays_are_of_the_format(self, case: Case) -> None:
        """Dtype, no empty axis, contiguous; finite everywhere but in ``special``; keywords that the format holds."""
        for _, array in arrays(case):
            assert array.dtype == case.number_format.dtype
            assert array.flags.c_contiguous
            assert 0 not in array.shape
        assert case.regime == "special" or all(map(math.isfinite, every_number(case)))
        for parameter in [*case.keywords.values(), *(each for each in case.arguments if isinstance(each, float))]:
            assert float(np.asarray(parameter).astype(case.number_format.dtype)) == parameter

    @HOLDS
    @given(some_cases(("ordinary",)))
    def test_ordinary_numbers_are_ordinary(self, case: Case) -> None:
        """0 or 2^-6 to 2^3, probabilities 2^-8 to 1 - 2^-8, weights over the root of their inputs."""
        for domain, array in arrays(case):
            magnitudes = [abs(number) for number in numbers(array) if number]
            if domain in ("open unit interval", "probabilities"):
                assert all(2.0**-8 <= number <= 1 - 2.0**-8 for number in numbers(array))
            elif domain == "predictions of the loss":
                assert all(2.0**-8 <= magnitude <= 8 for magnitude in magnitudes)
            elif domain not in LABELS and magnitudes:
                root = math.sqrt(max(array.shape)) if array.ndim > 1 or domain == "parameter" else 1
                assert max(magnitudes) <= 8
                assert min(magnitudes) >= (1 - 2.0**-7) * 2.0**-6 / root

    @HOLDS
    @given(some_cases(("wide",)))
    def test_wide_numbers_fit_in_products(self, case: Case) -> None:
        """2^-c to 2^c with c half the smallest exponent, so that a product of two is a normal number."""
        bound = 2.0 ** (-case.number_format.smallest_exponent / 2)
        for domain, array in arrays(case):
            if domain not in LABELS:
                assert all(1 / bound <= abs(number) <= bound for number in numbers(array) if number)

    @HOLDS
    @given(some_cases(("extreme",)))
    def test_one_subnormal_at_most_where_zero_is_outside_the_domain(self, case: Case) -> None:
        """A probability that may be flushed to 0 is no probability; only the smallest number of the format is drawn."""
        normal, smallest = case.number_format.smallest_normal, case.number_format.smallest_subnormal
        for domain, array in arrays(case):
            if domain in ("open unit interval", "probabilities"):
                assert all(normal <= number <= 1 or number == smallest for number in numbers(array))
                assert domain == "probabilities" or max(numbers(array)) < 1

    @HOLDS
    @given(some_cases(("exact", "ordinary", "wide", "extreme")))
    def test_labels_sum_to_exactly_one(self, case: Case) -> None:
        """Of each sample of a categorical loss, without any rounding."""
        network = next((each for each in case.arguments if isinstance(each, Network)), None)
        named = [each for each in case.arguments if isinstance(each, str)]
        loss = network.loss if network is not None else next(iter(named), None)
        for domain, array in arrays(case):
            if domain in ("labels", "one-hot") or (
                domain == "labels of the loss" and loss == "categorical_cross_entropy"
            ):
                for column in array.reshape(array.shape[0], -1).T:
                    assert math.fsum(numbers(column)) == 1
            elif domain == "unit interval":
                assert all(0 <= number <= 1 for number in numbers(array))

    @HOLDS
    @given(some_cases(("exact", "ordinary", "wide", "extreme", "special")))
    def test_networks_are_those_of_chapter_7(self, case: Case) -> None:
        """Layers fit, softmax is last and with its loss, slopes are where they belong, half formats are shallow."""
        for network in (each for each in case.arguments if isinstance(each, Network)):
            inner = [layer.activation for layer in network.layers[:-1]]
            for below, above in pairwise(network.layers):
                assert above.weights.shape[1] == below.weights.shape[0] == len(below.bias)
            assert "softmax" not in inner
            last = network.layers[-1].activation
            assert (network.loss == "categorical_cross_entropy") == (last == "softmax")
            assert network.loss != "binary_cross_entropy" or last == "sigmoid"
            assert all((layer.slope is not None) == (layer.activation == "leaky_relu") for layer in network.layers)
            if case.number_format.is_half:
                assert len(network.layers) <= 2
                assert max(units(case)) <= 4


NEVER_POINTS = {
    "softmax": "a form takes the logarithm of the sum",
    "log_softmax": "the logarithm of a number of entries",
    "softmax_jacobian": "softmax",
    "softmax_vjp": "softmax",
    "softmax_batch": "softmax",
    "categorical_cross_entropy": "the logarithm of a probability",
    "linear_regression_descent": "every step needs more digits, and short formats have no room for three",
}
"""Operations whose exact cases can be certified for single entries or perfect predictions alone, and why."""


class TestExact:
    """Cases of the regime ``exact`` are exact: the envelope is a point."""

    @pytest.mark.parametrize("format_name", FORMATS)
    def test_nearly_all_of_them_are_certified(self, format_name: str) -> None:
        """At least nine in ten of each operation, where a formula of it can be exact at all."""
        judge = examiner({})
        shares = {}
        for name in (name for name, regime in OFFERED if regime == "exact"):
            cases = [*corpus(name, format_name, "exact", DEFAULT), *drawn(name, format_name, "exact", 12)]
            points = [judge.envelope(case, Level.MUST, exact=True).is_point for case in cases]
            shares[name] = sum(points) / len(points)

        assert {name for name, share in shares.items() if share < 0.9} <= set(NEVER_POINTS)
        assert all(share > 0 for share in shares.values())


def drawn(operation: str, format_name: str, regime: str, count: int) -> list[Case]:
    """So many drawn cases."""
    cases: list[Case] = []

    @seed(1)
    @settings(max_examples=count, phases=(Phase.generate,), suppress_health_check=list(HealthCheck))
    @given(drawn_cases(operation, format_name, regime, DEFAULT))
    def draw(case: Case) -> None:
        cases.append(case)

    draw()
    return cases
