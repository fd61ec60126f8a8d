"""Asking a target: fresh copies in its own layout, and an outcome whatever happens."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from gradspec.conformance.adapters.python_object import PythonObject
from gradspec.conformance.adapters.reference import Reference
from gradspec.conformance.asking import ask
from gradspec.conformance.case import Case
from gradspec.conformance.outcome import Malformed, Outcome, Raised, Unsupported, Value
from gradspec.conformance.strategies.cancelling import HAZARD
from gradspec.conformance.strategies.cases import corpus
from gradspec.spec.conventions import conventions, resolve
from gradspec.spec.operations import operations

DENSE = Case(
    "dense_gradients",
    "float64",
    "ordinary",
    (np.array([1.0, 2.0, 3.0]), np.arange(6.0).reshape(2, 3), np.zeros(2), np.array([1.0, -1.0])),
)
RELU = Case("relu", "float32", "ordinary", (np.array([1.0, -2.0], dtype=np.float32),))
LOSS = Case("squared_error", "float32", "ordinary", (np.ones(2, np.float32), np.zeros(2, np.float32)))


def answered(case: Case, function: Any, **choices: str) -> Outcome:
    """The outcome of asking a target whose one function is this."""
    subject = type("Subject", (), {case.operation: staticmethod(function), "formats": ("float64", "float32")})()
    return ask(PythonObject(subject, "subject"), case, resolve(choices))


class TestRightAnswers:
    """What counts as an answer of the declared form."""

    @pytest.mark.parametrize("kind", [tuple, list])
    def test_several_results_are_any_sequence(self, kind: type) -> None:
        """A triple may be a tuple or a list."""
        outcome = answered(DENSE, lambda x, w, _, d: kind([w.T @ d, np.outer(d, x), d.copy()]))

        assert isinstance(outcome, Value)
        assert [array.shape for array in outcome.arrays] == [(3,), (2, 3), (2,)]

    @pytest.mark.parametrize("answer", [np.float32(1.0), np.array(1.0, dtype=np.float32), 1.0])
    def test_a_scalar(self, answer: Any) -> None:
        """A NumPy scalar, a 0-d array, or a Python float that the format represents."""
        assert isinstance(answered(LOSS, lambda _o, _y: answer), Value)

    def test_any_array_that_numpy_can_take(self) -> None:
        """A view, a transposed array, an array in Fortran order."""
        outcome = answered(DENSE, lambda x, w, _, d: (w.T @ d, np.asfortranarray(np.outer(d, x)), d[::-1][::-1]))

        assert isinstance(outcome, Value)


class TestWrongAnswers:
    """Each is told in its own words."""

    @pytest.mark.parametrize(
        ("function", "says"),
        [
            (lambda z: z.reshape(2, 1), "a has shape (2, 1), expected (2,)"),
            (lambda z: z[:1], "a has shape (1,), expected (2,)"),
            (lambda z: z.astype(np.float64), "a has dtype float64, expected float32"),
            (lambda z: z > 0, "a has dtype bool, expected float32"),
            (lambda z: z.astype(int), "a has dtype int64, expected float32"),
            (lambda _: None, "a has dtype object, expected float32"),
            (lambda z: z.tolist(), "a has dtype float64, expected float32"),
            (lambda _: [[1.0], [2.0, 3.0]], "numpy.asarray refuses"),
        ],
    )
    def test_one_array(self, function: Any, says: str) -> None:
        """Shape, dtype, or no array at all."""
        outcome = answered(RELU, function)

        assert isinstance(outcome, Malformed)
        assert says in outcome.reason

    @pytest.mark.parametrize(
        ("function", "says"),
        [
            (lambda _x, w, _b, _d: w, "a ndarray came back, expected a sequence (dx, dW, db)"),
            (lambda x, w, _b, _d: (x, w), "a sequence of 2 came back, expected 3: (dx, dW, db)"),
            (lambda x, w, _b, d: (x, w.T, d), "dW has shape (3, 2), expected (2, 3)"),
            (lambda x, w, _b, d: (x, w, d[:, None]), "db has shape (2, 1), expected (2,)"),
        ],
    )
    def test_several_arrays(self, function: Any, says: str) -> None:
        """Which of them is wrong, and how."""
        outcome = answered(DENSE, function)

        assert isinstance(outcome, Malformed)
        assert says in outcome.reason

    def test_a_float_that_the_format_lacks(self) -> None:
        """0.1 is no float32."""
        assert isinstance(answered(LOSS, lambda _o, _y: 0.1), Malformed)

    def test_unsupported_and_raised_are_told_apart(self) -> None:
        """NotImplementedError is a refusal, everything else an error, exiting too."""

        def raises(error: BaseException) -> Any:
            def function(_: Any) -> Any:
                raise error

            return function

        assert answered(RELU, raises(NotImplementedError("no relu"))) == Unsupported("no relu")
        assert answered(RELU, raises(ZeroDivisionError("oh"))) == Raised("ZeroDivisionError: oh")
        assert isinstance(answered(RELU, raises(SystemExit(3))), Raised)


class TestArguments:
    """A target gets fresh copies, and is told when it writes to them."""

    def test_writing_is_seen_even_when_the_answer_is_right(self) -> None:
        """In place is fast, and not what was asked."""

        def function(z: Any) -> Any:
            z[z < 0] = 0
            return z.copy()

        outcome = answered(RELU, function)

        assert isinstance(outcome, Value)
        assert outcome.changed == ("z",)
        assert RELU.arguments[0][1] == -2

    def test_an_alias_is_observed(self) -> None:
        """It is no failure."""
        outcome = answered(replace(RELU, operation="identity"), lambda z: z)

        assert isinstance(outcome, Value)
        assert outcome.aliased == ("z",)
        assert outcome.changed == ()


class TestLayouts:
    """The same case in every layout gives the same canonical answer."""

    @pytest.mark.parametrize("operation", operations())
    def test_transposed_targets_agree(self, operation: str) -> None:
        """
        Rows and columns, both layouts of weights, for every operation.

        A product may be summed in another order in another layout, so that what is left of a sum that cancels is not
        compared.
        """
        results = []
        for choices in ({}, {"layout": "rows", "weight_layout": "in_out"}):
            target = PythonObject(Reference(choices), "reference")
            cases = (each for each in corpus(operation, "float64", "ordinary", resolve()) if HAZARD not in each.hazards)
            outcomes = [ask(target, case, resolve(choices)) for case in cases]
            assert all(isinstance(outcome, Value) for outcome in outcomes), outcomes
            results.append([array for outcome in outcomes if isinstance(outcome, Value) for array in outcome.arrays])

        for one, other in zip(*results, strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-300)

    def test_single_vectors_are_the_same_in_both(self) -> None:
        """Only batches and weights are laid out."""
        for choices in ({"layout": "rows"}, {"layout": "columns"}):
            outcome = answered(replace(RELU, operation="tanh"), np.tanh, **choices)
            assert isinstance(outcome, Value)

    def test_every_convention_has_a_value(self) -> None:
        """What a run is judged by is complete."""
        assert set(resolve()) == set(conventions())
