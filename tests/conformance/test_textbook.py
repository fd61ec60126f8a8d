"""The target ``textbook`` computes what the sources print: Core, and weak in the tails."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from gradspec.conformance import Report, Request, load, run
from gradspec.conformance.checks import CHECKS
from gradspec.conformance.examining import EFFORTS
from gradspec.spec.operations import operations

if TYPE_CHECKING:
    from gradspec.conformance.checks.memory import Memory

WEAK = {
    "activation.jacobian",  # those of the sigmoid and of tanh below
    "relu_epsilon.value",  # z - 3 z^3 / eps^2 - 2 z^4 / eps^3 cancels near -eps
    "relu_epsilon.derivative",  # 1 - 9 t^2 - 8 t^3 likewise
    "sigmoid.value",  # 1 / (1 + e^-z): e^-z overflows where the value is still a number
    "sigmoid.derivative",  # s (1 - s) loses the digits that s has beyond its nines
    "sigmoid.vjp",
    "tanh.value",  # (e^z - e^-z) / (e^z + e^-z): inf / inf, and cancellation near 0
    "tanh.derivative",  # 1 - t^2
    "tanh.vjp",
    "softmax.value",  # no shift: inf / inf
    "softmax.batch",
    "softmax.jacobian",  # S_i - S_i^2
    "softmax.vjp",
    "log_softmax.value",
    "binary_cross_entropy.value",  # log(1 - o) rounds 1 - o
    "sigmoid_cross_entropy.value",  # the logarithm of a rounded probability
    "sigmoid_cross_entropy.delta",  # s - y at y = 1
    "softmax_cross_entropy.value",
    "softmax_cross_entropy.delta",
    "backpropagation.delta",
    "division.jacobians",  # -w / x^2: the square overflows or vanishes before the quotient does
    "sum_with_square.derivative",  # 1 + x + x cancels near -1/2
    "root_mean_square_error.value",  # the squares overflow or vanish before their root is taken
    "root_mean_square_error.gradient",
    "descent.direction",
    # And whatever contains the activations and deltas above:
    "neuron.gradients",
    "neuron.cost_gradients",
    "layer.gradients",
    "network.forward",
    "network.trace",
    "network.cost",
    "network.gradients",
    "network.deltas",
    "network.input_gradient",
    "network.vjp",
    "upstream.gradient",
    "gamma.value",
    "layer.jacobian",
    "output.weight_jacobian",
    "output.bias_jacobian",
}
"""The clauses whose printed formulas lose digits; no other may fail at SHOULD."""

ALSO = {
    "binary_cross_entropy.gradient",  # -y / o + (1 - y) / (1 - o) cancels for soft labels only, where o is near y
    "losses.jacobian",  # the same gradient
    "cost.row",
    # The rest meets saturated units on few inputs:
    "neuron.value",
    "layer.value",
    "downstream.value",
    "gamma.columns",
    "gamma.rows",
    "stacked.bias_jacobian",
    "stacked.weight_jacobian",
    "cost.weight_derivative",
    "cost.bias_derivative",
    "listing.classifier_forward",
    "listing.classifier_backward",
}
"""Clauses that fail on few of the inputs that are drawn, or in one format only."""


@pytest.fixture(autouse=True)
def no_shrinking(monkeypatch: pytest.MonkeyPatch) -> None:
    """What fails is known; how it is shrunk is the matter of ``test_examining.py``."""
    monkeypatch.setitem(EFFORTS, "quick", replace(EFFORTS["quick"], shrinking_calls=0))


VALUES = tuple(operation.clause for operation in operations().values())
"""Textbook is about numbers: how it answers is the same in each format."""

STATELESS = tuple(clause for clause in CHECKS if clause != "contract.state")
"""All but what asks many times as often, to find a memory of earlier calls: its functions of NumPy have none."""


def failing(report: Report, level: str) -> set[str]:
    """The clauses that have failing rows at a level."""
    return {row["clause"] for row in report.failures if row["level"] == level}


def test_is_core_and_fails_where_its_formulas_are_weak(memory: Memory) -> None:
    """No MUST row fails or is undecided, and the report names the clauses of the weak formulas."""
    request = Request(formats=("float64",), clauses=STATELESS, effort="quick", diagnose=False)
    report = run(load("textbook"), request, memory=memory)

    assert report.reached.value == "Core"
    assert report.document["verdict"] == "conformant"
    assert failing(report, "must") == set()
    assert failing(report, "should") - ALSO == WEAK


@pytest.mark.parametrize(("format_name", "regimes"), [("float32", ("wide", "extreme")), ("float16", ("ordinary",))])
def test_shorter_formats_are_core_too(format_name: str, regimes: tuple[str, ...], memory: Memory) -> None:
    """Stepwise in the format, each operation rounded; what is weak is weak there too."""
    report = run(
        load("textbook"),
        Request(formats=(format_name,), regimes=regimes, clauses=VALUES, effort="quick", diagnose=False),
        memory=memory,
    )

    assert report.reached.value == "Core"
    assert failing(report, "must") == set()
    assert set() < failing(report, "should") <= WEAK | ALSO
