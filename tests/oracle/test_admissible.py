"""
The theorem of clause ``accuracy.envelope``, against right implementations: NumPy in many manners, torch and jax.

Every answer lies in the MUST envelope. And the envelope is not so wide that every answer would: what is wrong by a few
of its radii, or by many ulps where the bound is tight, lies outside.
"""

from __future__ import annotations

import random
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from gradspec.oracle.envelopes import Envelope, admits, around
from gradspec.oracle.verification.points import Point, combinations, points
from gradspec.oracle.verification.simulation import entries_outside, in_format
from gradspec.spec import FORMATS, Format, Layer, Network, operations, resolve
from tests.oracle import autodiff
from tests.oracle.evaluating import network
from tests.oracle.evaluations import EVALUATIONS, Evaluation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gradspec.oracle.arithmetic import Array

OPERATIONS = (
    "relu",
    "leaky_relu",
    "leaky_relu_derivative",
    "sigmoid",
    "sigmoid_derivative",
    "sigmoid_vjp",
    "tanh",
    "tanh_derivative",
    "tanh_vjp",
    "softmax",
    "log_softmax",
    "softmax_jacobian",
    "softmax_vjp",
    "softmax_batch",
    "squared_error",
    "squared_error_gradient",
    "squared_error_delta",
    "binary_cross_entropy",
    "binary_cross_entropy_gradient",
    "categorical_cross_entropy",
    "categorical_cross_entropy_gradient",
    "sigmoid_cross_entropy",
    "sigmoid_cross_entropy_delta",
    "softmax_cross_entropy",
    "softmax_cross_entropy_delta",
    "dense",
    "dense_batch",
    "dense_gradients",
    "dense_batch_gradients",
    "backpropagate_delta",
    "network_forward",
    "network_cost",
    "network_gradients",
    "output_weight_jacobian",
    "output_bias_jacobian",
)
"""Everything in which something is rounded."""

COMPILED = (
    "sigmoid_derivative",
    "tanh_derivative",
    "softmax_jacobian",
    "sigmoid_cross_entropy_delta",
    "softmax_cross_entropy_delta",
    "backpropagate_delta",
    "network_gradients",
)
"""Some of them, for a library that compiles for every shape."""

COUNT = 6
"""Points for each operation and format; every third one is stretched towards overflow or underflow."""

SEED = 7


@cache
def cases(operation: str, name: str) -> list[tuple[Point, Envelope]]:
    """Points of an operation in the format called ``name``, each with its MUST envelope."""
    number_format, declared = FORMATS[name], operations()[operation]
    rng = random.Random(f"{operation} {name}")  # noqa: S311 - reproducible draws, not secrets
    drawn = enumerate(points(declared, COUNT, SEED))
    held = [in_format(point, declared, number_format, rng if index % 3 == 2 else None) for index, point in drawn]
    return [(point, must(operation, point, number_format)) for point in held]


def must(operation: str, point: Point, number_format: Format, *, exact: bool = False) -> Envelope:
    """The MUST envelope of ``point``; in the exact regime a point, where it can be one."""
    return around(
        operation,
        point.arguments,
        point.keywords,
        number_format=number_format,
        conventions=point.conventions,
        level="must",
        exact=exact,
    )


def outside(answer: list[Any], envelope: Envelope) -> Iterator[str]:
    """What is wrong with an answer, entry by entry."""
    arrays: list[Array] = [np.asarray(array, dtype=np.float64).astype(object) for array in answer]
    for each in entries_outside(arrays, envelope):
        allowed = f"{each.allowed.ball.str(20)} with flags {each.allowed.specials}"
        yield f"{each.array} {list(each.place)}: {each.got} is not in {allowed}"


class TestEvaluations:
    """Every admissible evaluation of a listed form lies in its envelope."""

    @pytest.mark.parametrize("name", FORMATS)
    @pytest.mark.parametrize("evaluation", EVALUATIONS.values(), ids=EVALUATIONS)
    def test_lie_inside(self, evaluation: Evaluation, name: str) -> None:
        """Each way of computing, in each format, for every operation."""
        alarms = []
        for operation in OPERATIONS:
            for point, envelope in cases(operation, name):
                keywords = dict(point.keywords)
                answer = evaluation.answer(operation, point.arguments, keywords, point.conventions, FORMATS[name])
                alarms += [f"{operation} at {point}: {each}" for each in outside(answer, envelope)]

        assert alarms == []

    def test_are_many(self) -> None:
        """More than fifteen, and no two by the same choices."""
        assert len(EVALUATIONS) > 15
        assert len({replace(each, name="") for each in EVALUATIONS.values()}) == len(EVALUATIONS)

    @pytest.mark.parametrize("name", FORMATS)
    def test_differ(self, name: str) -> None:
        """They do not all return the same bits: the theorem is about something."""
        for operation in ("network_gradients", "softmax_jacobian", "tanh_derivative"):
            seen = set()
            for evaluation in EVALUATIONS.values():
                for point, _ in cases(operation, name)[3:5]:
                    answer = evaluation.answer(operation, point.arguments, {}, point.conventions, FORMATS[name])
                    seen.add(tuple(np.concatenate([each.reshape(-1) for each in answer]).tolist()))
            assert len(seen) > 4


def short(rng: random.Random, *shape: int) -> Any:
    """Small multiples of 1/2, zeros among them."""
    return np.array([rng.randint(-2, 2) / 2 for _ in range(int(np.prod(shape)))]).reshape(shape)


def linear(rng: random.Random) -> Network:
    """Three inputs, two hidden units with a kink, two outputs, and the loss that needs no function."""
    hidden = rng.choice(("relu", "leaky_relu"))
    first = Layer(short(rng, 2, 3), short(rng, 2), hidden, 0.25 if hidden == "leaky_relu" else None)
    return Network((first, Layer(short(rng, 2, 2), short(rng, 2), "identity")), "squared_error")


EXACT: dict[str, Callable[[random.Random], tuple[Any, ...]]] = {
    "relu": lambda rng: (short(rng, 5),),
    "squared_error": lambda rng: (short(rng, 4), short(rng, 4)),
    "squared_error_gradient": lambda rng: (short(rng, 4), short(rng, 4)),
    "dense": lambda rng: (short(rng, 3), short(rng, 2, 3), short(rng, 2)),
    "dense_batch": lambda rng: (short(rng, 3, 4), short(rng, 2, 3), short(rng, 2)),
    "dense_batch_gradients": lambda rng: (short(rng, 3, 4), short(rng, 2, 3), short(rng, 2), short(rng, 2, 4)),
    "backpropagate_delta": lambda rng: (short(rng, 2, 3), short(rng, 2), short(rng, 3), "relu"),
    "network_forward": lambda rng: (linear(rng), short(rng, 3, 4)),
    "network_cost": lambda rng: (linear(rng), short(rng, 3, 4), short(rng, 2, 4)),
    "network_gradients": lambda rng: (linear(rng), short(rng, 3, 4), short(rng, 2, 4)),
    "output_weight_jacobian": lambda rng: (linear(rng), short(rng, 3), 1),
}
"""Operations that round nothing at short numbers and at 2 or 4 entries and samples."""


class TestExactRegime:
    """Where every sum is exact in any order, the envelope is a point, and every evaluation returns it."""

    @pytest.mark.parametrize("name", FORMATS)
    @pytest.mark.parametrize("operation", EXACT)
    def test_admits_one_answer(self, operation: str, name: str) -> None:
        """For short dyadic numbers, kinks among them; the half formats have no room for some of them."""
        rng = random.Random(operation)  # noqa: S311 - reproducible draws, not secrets
        are_points = []
        choices = combinations(operations()[operation])
        for settled in rng.choices(choices, k=8):
            point = Point(EXACT[operation](rng), {}, settled)
            envelope = must(operation, point, FORMATS[name], exact=True)
            are_points.append(envelope.is_point)
            for evaluation in EVALUATIONS.values():
                answer = evaluation.answer(operation, point.arguments, {}, settled, FORMATS[name])
                assert list(outside(answer, envelope)) == [], (evaluation.name, point)

        assert any(are_points)
        assert all(are_points) or FORMATS[name].is_half


class TestFrameworks:
    """So does what torch and jax compute, and what they differentiate themselves."""

    @pytest.mark.parametrize("name", FORMATS)
    def test_torch_lies_inside(self, name: str) -> None:
        """Its functions and its autograd, in every format."""
        torch = pytest.importorskip("torch", reason="PyTorch is one of the implementations that a user may have")
        torch.set_num_threads(1)

        assert alarms_of(autodiff.torch_library(torch, name), name, OPERATIONS, slice(None)) == []

    @pytest.mark.parametrize("name", FORMATS)
    def test_jax_lies_inside(self, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """Its functions and its transformations, in every format; fewer points, since it compiles for each shape."""
        jax = pytest.importorskip("jax", reason="JAX is one of the implementations that a user may have")
        monkeypatch.setenv("JAX_PLATFORMS", "cpu")
        before = jax.config.jax_enable_x64
        jax.config.update("jax_enable_x64", True)  # noqa: FBT003 - the library's own signature
        try:
            assert alarms_of(autodiff.jax_library(jax, name), name, COMPILED, slice(3, 4)) == []
        finally:
            jax.config.update("jax_enable_x64", before)


def alarms_of(library: autodiff.Library, name: str, asked: tuple[str, ...], chosen: slice) -> list[str]:
    """What a library answers outside of the envelopes of the ``chosen`` points."""
    alarms = []
    for operation in asked:
        for point, envelope in cases(operation, name)[chosen]:
            answer = autodiff.answer(library, operation, point)
            alarms += [f"{operation} at {point}: {each}" for each in outside(answer, envelope)]
    return alarms


TIGHT: dict[str, tuple[list[float], ...]] = {
    "sigmoid": ([-0.75, 0.3, 2.0],),
    "sigmoid_derivative": ([-0.75, 0.3, 1.0],),
    "tanh": ([-0.75, 0.3, 2.0],),
    "tanh_vjp": ([-0.75, 0.3, 0.5], [2.0, -3.0, 0.1]),
    "squared_error": ([0.3, -1.5], [0.1, 2.0]),
    "squared_error_gradient": ([0.3, -1.5], [0.1, 2.0]),
    "binary_cross_entropy": ([0.3, 0.6], [0.1, 1.0]),
    "binary_cross_entropy_gradient": ([0.3, 0.6], [0.1, 1.0]),
    "categorical_cross_entropy": ([0.3, 0.6], [0.25, 0.75]),
    "sigmoid_cross_entropy": ([0.3, -0.6], [0.1, 1.0]),
    "softmax_cross_entropy": ([0.3, -0.6], [0.25, 0.75]),
}
"""Operations with arguments at which float64 and float32 know almost all digits."""


class TestTightness:
    """The envelope is not vacuous."""

    @pytest.mark.parametrize("name", ["float64", "float32"])
    @pytest.mark.parametrize("operation", TIGHT)
    def test_sixty_four_ulps_are_too_many(self, operation: str, name: str) -> None:
        """Where the bound is tight: a right answer moved by 64 ulps, up or down, is outside."""
        number_format = FORMATS[name]
        arguments = tuple(np.array(each).astype(number_format.dtype).astype(np.float64) for each in TIGHT[operation])
        point = Point(arguments, {}, resolve())
        envelope = must(operation, point, number_format)
        evaluation = EVALUATIONS["everything in float64" if name == "float32" else "as NumPy does"]
        (answer,) = evaluation.answer(operation, arguments, {}, resolve(), number_format)

        assert list(outside([answer], envelope)) == []
        for side in (-np.inf, np.inf):
            moved = answer
            for _ in range(64):
                moved = np.nextafter(moved, moved.dtype.type(side))
            assert len(list(outside([moved], envelope))) == answer.size

    @pytest.mark.parametrize("name", FORMATS)
    @pytest.mark.parametrize("operation", OPERATIONS)
    def test_a_few_radii_are_too_many(self, operation: str, name: str) -> None:
        """Entry by entry: what lies three radii from the middle of an envelope is outside of it."""
        rejected = 0
        for _, envelope in cases(operation, name):
            for allowed in (number for array in envelope.boxes[0] for number in array.reshape(-1)):
                if not allowed.ball.is_finite() or allowed.ball.is_exact():
                    continue
                for factor in (-3, 3):
                    assert not admits(allowed, allowed.ball.mid() + allowed.ball.rad() * factor, FORMATS[name])
                    rejected += 1

        assert rejected > 0 or operation in {"relu", "leaky_relu_derivative"}  # which round nothing

    @pytest.mark.parametrize(("name", "error"), [("float64", 1e-12), ("float32", 1e-3)])
    def test_a_small_relative_error_of_a_gradient_is_found(self, name: str, error: float) -> None:
        """The gradients of a small network multiplied by 1 plus this are outside, in all arrays."""
        small = network(
            ([[0.5, -0.25], [0.75, 0.5], [-0.5, 0.25]], [0.125, 0.25, 0.5], "tanh"),
            ([[0.5, -0.25, 0.75], [0.25, 0.5, -0.5]], [0.25, -0.125], "sigmoid"),
            loss="binary_cross_entropy",
        )
        arguments = small, np.array([[0.5, -0.25], [1.0, 0.75]]), np.array([[0.0, 1.0], [1.0, 0.25]])
        point = Point(arguments, {}, resolve())
        envelope = must("network_gradients", point, FORMATS[name])
        answer = EVALUATIONS["stable"].answer("network_gradients", arguments, {}, resolve(), FORMATS[name])
        wrong = [(array.astype(np.float64) * (1 + error)).astype(array.dtype) for array in answer]

        assert list(outside(answer, envelope)) == []
        assert {each.partition(" ")[0] for each in outside(wrong, envelope)} == {"0", "1", "2", "3"}
