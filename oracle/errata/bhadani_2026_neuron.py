"""Counterexamples to bhadani-2026 about the derivatives of the cost of one neuron."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from ..arithmetic.arrays import as_array
from ..neurons import neuron, neuron_cost_gradients
from .computing import derivative, flat, numbers, oracle_of, printed
from .registry import counterexample

if TYPE_CHECKING:
    from ..arithmetic.arrays import Array, Number
    from ..arithmetic.high_precision import HighPrecision
    from .computing import Columns

ORACLE = oracle_of("bhadani-2026")
"""The arithmetic of the true values."""

true = partial(numbers, ORACLE)
"""Inputs for it."""

INPUTS = [1, -1]
"""The inputs x_1 and x_2 of the neuron with w = 1 and b = 0: the first sample is active, the second is not."""


def _pre_activations() -> Array:
    return 1 * printed(INPUTS) + 0  # type: ignore[no-any-return]


def _true_gradients(y: list[int], arithmetic: HighPrecision = ORACLE) -> tuple[Number, Number]:
    """∂C/∂w and ∂C/∂b of C = 1/N Σ (y_k - relu(z_k))², the samples being :data:`INPUTS`."""
    given: list[Any] = [[INPUTS], y, [1], 0]
    (by_w,), by_b = neuron_cost_gradients(arithmetic, *(numbers(arithmetic, each) for each in given), "relu")
    return by_w, by_b


@counterexample("B-E38")
def input_of_another_sample() -> Columns:
    """``1/N Σ -2 v_k x`` over the active samples with the x of the last one, and of each."""
    y, x, z = printed([3, 1]), printed(INPUTS), _pre_activations()
    terms = [-2 * (target - each) * x[1] for target, each in zip(y, z, strict=True) if each > 0]
    by_w, _ = _true_gradients([3, 1])
    return [sum(terms) / len(x)], [by_w]


@counterexample("B-E39")
def minus_sign_lost() -> Columns:
    """``0 ∂u/∂w`` and 0 - ∂u/∂w, of an active neuron."""
    x = [1, 2]

    def difference(dual: Any, w: Array) -> Array:  # noqa: ANN401 - the dual arithmetic
        return as_array(3 - neuron(dual, as_array(x), w, 0, "relu"))

    return flat(0 * printed(x)), flat(derivative(difference, [1, 1], ORACLE))


@counterexample("B-E40")
def one_condition_for_all_samples() -> Columns:
    """Both printed branches of ∂C/∂w, and the sum over the one active sample of two."""
    y, x, z = printed([3, 1]), printed(INPUTS), _pre_activations()
    by_w, _ = _true_gradients([3, 1])
    return [0, 2 * sum((z - y) * x) / len(x)], [by_w, by_w]


@counterexample("B-E41")
def inactive_samples_counted() -> Columns:
    """The sum over all samples, twice the mean over the active ones, and the right sum."""
    y, x, z = printed([0, 1]), printed(INPUTS), _pre_activations()
    terms = (z - y) * x
    of_active = [term for term, each in zip(terms, z, strict=True) if each > 0]
    by_w, _ = _true_gradients([0, 1])
    return [2 * sum(terms) / len(x), 2 * sum(of_active) / len(of_active)], [by_w, by_w]


@counterexample("B-E42")
def one_condition_for_all_samples_of_the_bias() -> Columns:
    """Both printed branches of ∂C/∂b, and the sum over the one active sample of two."""
    y, z = printed([3, 1]), _pre_activations()
    _, by_b = _true_gradients([3, 1])
    return [0, 2 * sum(z - y) / len(INPUTS)], [by_b, by_b]


@counterexample("B-E43")
def mean_of_all_errors() -> Columns:
    """Twice the mean of w·x_k + b - y_k over both samples, and over the active one."""
    y, z = printed([3, -3]), _pre_activations()
    _, by_b = _true_gradients([3, -3])
    return [2 * sum(z - y) / len(INPUTS)], [by_b]


@counterexample("B-E43")
def error_of_an_inactive_sample() -> Columns:
    """``z_2 - y_2`` and relu(z_2) - y_2."""
    z = printed(1) * printed(-1) + 0
    return [z - printed(-3)], [neuron(ORACLE, true([-1]), true([1]), true(0), "relu") - true(-3)]


@counterexample("B-E44")
def gradient_without_the_half() -> Columns:
    """``2/N Σ (a_k - y_k) x_k`` and the gradient under squared_error = half, one identity neuron."""
    half = oracle_of("bhadani-2026", squared_error="half")
    x, w, b, y = printed(1), printed(1), printed(0), printed(0)
    given: list[Any] = [[[1]], [0], [1], 0]
    (by_w,), _ = neuron_cost_gradients(half, *(numbers(half, each) for each in given), "identity")
    return [2 * (w * x + b - y) * x / 1], [by_w]


@counterexample("B-E45")
def labels_in_a_row() -> Columns:
    """The shapes of the printed row of labels and of the predictions of 3 samples with 2 features."""
    row, features, w = printed([[1, 2, 3]]), true([[1, 2], [3, 4], [5, 6]]), true([[1], [1]])
    return [row.shape], [ORACLE.matmul(features, w).shape]
