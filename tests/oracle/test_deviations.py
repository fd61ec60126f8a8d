"""
How far right programs may be from the true values of one training step, against the envelopes of the oracle.

Every admissible evaluation lies within its deviation of the true value, and no deviation is much larger than the radius
of the envelope that the oracle draws number by number.
"""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from flint import arb

from gradspec.oracle import PROPOSITIONS
from gradspec.oracle.arguments import leaves, lifted
from gradspec.oracle.arithmetic import Ball
from gradspec.oracle.arithmetic.arrays import entrywise
from gradspec.oracle.arithmetic.ball import precision
from gradspec.oracle.envelopes import around
from gradspec.oracle.large.deviation_numbers import above, below, growth
from gradspec.oracle.large.deviations import deviations
from gradspec.oracle.losses import SIGMOID_TERMS, SOFTMAX_TERMS
from gradspec.oracle.networks import BATCH_LOSSES
from gradspec.oracle.verification.admissible import STYLES, Admissible
from gradspec.oracle.verification.points import Point, points
from gradspec.oracle.verification.simulation import in_format, promised
from gradspec.spec import FORMATS, Format, Layer, Network, operations, resolve
from tests.oracle.evaluations import EVALUATIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gradspec.oracle.arithmetic import Array

BITS = 400
"""Of the true values."""

CLAUSES = ("network.forward", "network.cost", "network.gradients")

LEVELS = ("must", "should")

COUNT = 6
"""Points a format; every third one is stretched towards overflow or underflow, but in float64."""

MUCH = 1.5
"""How much larger than a radius a deviation may be where no branch is in doubt and the format has digits to spare."""


@cache
def cases(name: str) -> list[Point]:
    """Networks with a batch, in the format called ``name``; every other one under the promises of some target."""
    number_format, operation = FORMATS[name], operations()["network_gradients"]
    rng = random.Random(name)  # noqa: S311 - reproducible draws, not secrets
    found = []
    for index, point in enumerate(points(operation, COUNT, 5)):
        held = in_format(point, operation, number_format, rng if index % 3 == 2 and name != "float64" else None)
        settled = promised(held.conventions, number_format, rng) if index % 2 else held.conventions
        found.append(replace(held, conventions=settled))
    return found


@cache
def truths(name: str, index: int, clause: str) -> list[Array]:
    """The true values of a clause at a point, as balls of many bits."""
    point = cases(name)[index]
    arithmetic = Ball(BITS, point.conventions)
    with arithmetic.working():
        given = [lifted(arithmetic, argument) for argument in arguments(point, clause)]
        return [entrywise(arb, array) for array in leaves(PROPOSITIONS[clause].stable(arithmetic, *given))]


def arguments(point: Point, clause: str) -> tuple[Any, ...]:
    """The network and its batch, with the labels where there is a loss."""
    return point.arguments[:2] if clause == "network.forward" else point.arguments


def bounds(point: Point, number_format: Format, level: str) -> dict[str, list[Any]]:
    """The deviations of each clause, array by array."""
    network, x, y = point.arguments
    found = deviations(network, x, y, point.conventions, number_format=number_format, level=level)
    return {
        "network.forward": [found.output],
        "network.cost": [found.cost],
        "network.gradients": [*found.weights, *found.biases],
    }


def beyond(answer: list[Any], true: list[Array], bound: list[Any]) -> Iterator[str]:
    """The entries of an answer that are further from the true value than the bound says."""
    for number, (got, value, most) in enumerate(zip(answer, true, bound, strict=True)):
        for place in np.ndindex(value.shape):
            true_value: Any = value[place]
            if not (most[place] == np.inf or _within(got[place], true_value, float(most[place]))):
                yield f"array {number} {list(place)}: {got[place]}, {most[place]} about {true_value.str(20)}"


def _within(got: Any, value: arb, most: float) -> bool:
    if not abs(got) < np.inf:
        return False
    with precision(BITS):
        return bool(abs(arb(got) - value) <= arb(most))


@cache
def envelope(name: str, index: int, clause: str, level: str) -> tuple[Any, ...]:
    """The boxes of the envelope of a clause at a point."""
    point = cases(name)[index]
    return around(
        clause.replace(".", "_"),
        arguments(point, clause),
        {},
        number_format=FORMATS[name],
        conventions=point.conventions,
        level=level,
    ).boxes


class TestSoundness:
    """No admissible evaluation is further from the true value than its deviation."""

    @pytest.mark.parametrize("level", LEVELS)
    @pytest.mark.parametrize("name", FORMATS)
    def test_holds_for_what_errs_as_much_as_it_may(self, name: str, level: str) -> None:
        """Every operation at its bound, in every direction, by any form that the level admits."""
        rng = random.Random(level)  # noqa: S311 - reproducible draws, not secrets
        alarms = []
        for index, point in enumerate(cases(name)):
            bound = bounds(point, FORMATS[name], level)
            for style in STYLES:
                rules = Admissible(FORMATS[name], point.conventions, level=level, style=style, rng=rng)
                for clause in CLAUSES:
                    given = [lifted(rules, argument) for argument in arguments(point, clause)]
                    answer = [entrywise(rules.settle, array) for array in leaves(PROPOSITIONS[clause](rules, *given))]
                    alarms += [
                        f"{clause}, {style}: {each}"
                        for each in beyond(answer, truths(name, index, clause), bound[clause])
                    ]

        assert alarms == []

    @pytest.mark.parametrize("name", FORMATS)
    def test_holds_for_programs(self, name: str) -> None:
        """NumPy in many manners."""
        alarms = []
        for index, point in enumerate(cases(name)):
            if {point.conventions["intermediates"], point.conventions["matmul_inputs"]} != {"format"}:
                continue
            bound = bounds(point, FORMATS[name], "must")
            for evaluation in EVALUATIONS.values():
                for clause in CLAUSES:
                    operation = clause.replace(".", "_")
                    given = arguments(point, clause)
                    answer = evaluation.answer(operation, given, {}, point.conventions, FORMATS[name])
                    found = [np.asarray(array, dtype=np.float64) for array in answer]
                    alarms += [
                        f"{evaluation.name}: {each}"
                        for each in beyond(found, truths(name, index, clause), bound[clause])
                    ]

        assert alarms == []

    @pytest.mark.parametrize("level", LEVELS)
    @pytest.mark.parametrize("name", FORMATS)
    def test_admits_everything_where_the_envelope_does(self, name: str, level: str) -> None:
        """And wherever an infinity or a NaN may come out."""
        for index, point in enumerate(cases(name)):
            for clause, bound in bounds(point, FORMATS[name], level).items():
                for box in envelope(name, index, clause, level):
                    for array, most in zip(box, bound, strict=True):
                        special = entrywise(lambda number: not number.ball.is_finite() or number.specials != 0, array)
                        assert np.all(most[special.astype(bool)] == np.inf), (clause, point)


class TestTightness:
    """Deviations are about as large as the radii of envelopes."""

    @pytest.mark.parametrize("level", LEVELS)
    @pytest.mark.parametrize("name", ["float64", "float32", "float16"])
    def test_is_that_of_the_envelope(self, name: str, level: str) -> None:
        """Where no branch is in doubt, at what is not stretched."""
        ratios = []
        for index, point in enumerate(cases(name)):
            if index % 3 == 2:
                continue
            for clause, bound in bounds(point, FORMATS[name], level).items():
                boxes = envelope(name, index, clause, level)
                if len(boxes) == 1:
                    ratios += list(_ratios(boxes[0], bound))

        assert len(ratios) > 50
        assert np.median(ratios) < 1.1
        assert max(ratios) < MUCH

    def test_leaves_little_room_in_the_last_layer(self) -> None:
        """Most of its gradients may not be off by one part in fifty in float32 at SHOULD, at widths of some hundred."""
        network, x, y = _digits()
        found = deviations(network, x, y, resolve({}), number_format=FORMATS["float32"], level="should")
        weights, _ = _gradient(network, x, y, np.float64)

        assert np.median(found.weights[-1] - np.abs(weights[-1]) / 50) < 0


def _ratios(box: Any, bound: list[Any]) -> Iterator[float]:
    for array, most in zip(box, bound, strict=True):
        for number, deviation in zip(array.reshape(-1), np.ravel(most), strict=True):
            radius = float(number.ball.rad()) if number.ball.is_finite() else np.inf
            if 0 < radius < np.inf and deviation < np.inf:
                yield float(deviation) / radius


class TestLayers:
    """Wide layers, where the analysis takes rows a block at a time."""

    @pytest.mark.parametrize("level", LEVELS)
    def test_programs_in_float32_lie_within(self, level: str) -> None:
        """Against float64, whose own error is smaller by a factor of 10^8."""
        network, x, y = _digits()
        found = deviations(network, x, y, resolve({}), number_format=FORMATS["float32"], level=level)
        single, double = (_gradient(network, x, y, dtype) for dtype in (np.float32, np.float64))
        for ours, theirs, most in zip(single, double, (found.weights, found.biases), strict=True):
            for got, value, bound in zip(ours, theirs, most, strict=True):
                assert bound.shape == value.shape
                assert np.all(np.abs(got - value) <= bound)

    def test_a_dead_unit_has_no_deviation(self) -> None:
        """Its gradients are exact zeros in every evaluation (rule 5)."""
        first = Layer(np.ones((2, 3)), np.array([1.0, -100.0]), "relu")
        network = Network((first, Layer(np.ones((1, 2)), np.zeros(1), "identity")), "squared_error")
        found = deviations(
            network, np.ones((3, 4)) / 3, np.zeros((1, 4)), resolve({}), number_format=FORMATS["float32"], level="must"
        )

        assert np.all(found.weights[0][1] == 0)
        assert np.all(found.weights[0][0] > 0)
        assert found.weights[1][0, 1] == 0

    @pytest.mark.parametrize("level", LEVELS)
    def test_what_overflows_is_unknown_and_never_a_nan(self, level: str) -> None:
        """The analysis itself overflows where the true values leave the range of float64."""
        huge = Layer(np.full((2, 2), 1e200), np.array([0.0, -1e300]), "sigmoid")
        network = Network((huge, Layer(np.full((2, 2), 1e200), np.zeros(2), "softmax")), "categorical_cross_entropy")
        x = np.array([[1e150, -1e150, 0.0], [1e-150, 1e150, 0.0]])
        found = deviations(
            network, x, np.eye(2)[:, [0, 1, 1]], resolve({}), number_format=FORMATS["float64"], level=level
        )

        for bound in (found.output, found.cost, *found.weights, *found.biases):
            assert not np.any(np.isnan(bound))
        assert found.cost == np.inf

    def test_a_sample_of_which_nothing_is_known_leaves_the_outputs_of_others_alone(self) -> None:
        """Its logit overflows in float16, that of the other does not; the sums over both are lost."""
        network = Network((Layer(np.ones((1, 2)), np.zeros(1), "identity"),), "squared_error")
        x = np.array([[60000.0, 1.0], [60000.0, 1.0]])
        found = deviations(network, x, np.zeros((1, 2)), resolve({}), number_format=FORMATS["float16"], level="should")

        assert found.output[0, 0] == np.inf
        assert found.output[0, 1] < 1e-2
        assert np.all(found.weights[0] == np.inf)


def _digits() -> tuple[Network, Any, Any]:
    """A network 64-300-200-10 of float32 numbers with a batch of 32."""
    rng = np.random.default_rng(3)
    sizes = (64, 300, 200, 10)
    layers = [
        Layer(_single(rng.standard_normal((m, n)) / np.sqrt(n)), _single(rng.standard_normal(m) / 8), activation)
        for n, m, activation in zip(sizes, sizes[1:], ("relu", "tanh", "softmax"), strict=False)
    ]
    labels = np.eye(10)[:, rng.integers(0, 10, 32)]
    return Network(tuple(layers), "categorical_cross_entropy"), _single(rng.random((64, 32))), labels


def _single(array: Any) -> Any:
    return array.astype(np.float32).astype(np.float64)


def _gradient(network: Network, x: Any, y: Any, dtype: Any) -> tuple[list[Any], list[Any]]:
    """The gradients of relu, tanh and softmax by NumPy."""
    first, second, third = (layer.weights.astype(dtype) for layer in network.layers)
    biases = [layer.bias.astype(dtype)[:, None] for layer in network.layers]
    x, y = x.astype(dtype), y.astype(dtype)
    z = first @ x + biases[0]
    a = np.maximum(z, 0)
    t = np.tanh(second @ a + biases[1])
    logits = third @ t + biases[2]
    e = np.exp(logits - logits.max(axis=0))
    last = (e / e.sum(axis=0) - y) / dtype(x.shape[1])
    middle = (third.T @ last) * (1 - t * t)
    deltas = [(second.T @ middle) * (z > 0), middle, last]
    return [d @ i.T for d, i in zip(deltas, (x, a, t), strict=True)], [d.sum(axis=1) for d in deltas]


class TestForms:
    """What is written out for whole batches follows every form of its clause."""

    def test_of_losses_are_all_covered(self) -> None:
        """A form that is added to a loss must be added there too."""
        assert set(BATCH_LOSSES["squared_error"]) == {"definition", "scaled_terms"}
        assert set(SIGMOID_TERMS) == {"definition", "softplus", "maximum", "log_sigmoid", "stable"}
        assert set(BATCH_LOSSES["binary_cross_entropy"]) == {*SIGMOID_TERMS, "log1p"}
        assert set(BATCH_LOSSES["categorical_cross_entropy"]) == set(SOFTMAX_TERMS)
        assert set(SOFTMAX_TERMS) == {"definition", "log_sum_exp", "stable"}

    def test_of_gradients_are_all_covered(self) -> None:
        """Likewise for deltas and the place of 1/N."""
        assert set(PROPOSITIONS["network.gradients"].forms) == {"definition", "scaled_last"}
        assert set(PROPOSITIONS["softmax_cross_entropy.delta"].forms) == {"definition", "unfused", "stable"}
        assert set(PROPOSITIONS["softmax.jacobian"].forms) == {"definition", "difference", "stable"}
        assert set(PROPOSITIONS["backpropagation.delta"].forms) == {"definition"}


class TestOwnRounding:
    """The analysis rounds its own bounds to the safe side."""

    def test_growth_is_rounded_up(self) -> None:
        """(1 + u)^n - 1, one by one and looked up."""
        for u in (2.0**-53, 2.0**-24, 2.0**-8):
            for terms in (1, 2, 100, 785):
                exact = (1 + Fraction(u)) ** terms - 1
                assert exact <= Fraction(float(growth(u, terms))) <= exact * (1 + Fraction(1, 2**40))
            many = np.arange(20000) % 700
            assert np.array_equal(growth(u, many)[:700], growth(u, np.arange(700)))

    def test_differences_are_rounded_down_and_sums_up(self) -> None:
        """Of numbers whose difference rounds, and of some that cancel."""
        rng = np.random.default_rng(1)
        magnitudes = np.exp(rng.uniform(-50, 50, 500))
        for radii in (magnitudes * rng.random(500), np.nextafter(magnitudes, 0)):
            for magnitude, radius, least in zip(magnitudes, radii, below(magnitudes, radii), strict=True):
                assert Fraction(least) <= Fraction(magnitude) - Fraction(radius)
            for centre, radius, most in zip(-magnitudes, radii, above(-magnitudes, radii), strict=True):
                assert Fraction(most) >= Fraction(centre) + Fraction(radius)
