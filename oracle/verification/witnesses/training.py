"""Chapter 9, cost and training: the witness of every proposition, by the id of its clause."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from ....spec.network import Layer, Network
from ...arithmetic.arrays import Array, as_array, columns, stack_columns
from ...cost import LOSSES, stack_samples
from ...networks import network_cost, network_forward, network_gradients
from ...training import (
    gradient_descent_step,
    linear_regression_cost,
    linear_regression_forward,
)
from ..derivatives import Derivative, Forward, Variable
from ..independent import INDEPENDENT
from .witness import Witness, by_definition, definition_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Literal

    from ...arithmetic.arrays import Number
    from ...arithmetic.protocol import Arithmetic


# functions of the stack, which stands behind the arguments of the operation


def _with_the_stack(batch: int) -> Any:  # noqa: ANN401 - a function of arguments of every kind
    """The arguments, and behind them the stack of the batch that is argument number ``batch``."""

    def extended(arguments: Sequence[Any]) -> list[Any]:
        return [*arguments, arguments[batch].T.reshape(-1)]

    return extended


def _samples_of(stack: Array, batch: Array) -> list[Array]:
    """The blocks of a stack of as many samples as ``batch`` has."""
    return list(stack.reshape(batch.shape[1], batch.shape[0]))


def _last_argument(arguments: Sequence[Any]) -> list[Variable]:
    return [Variable(len(arguments) - 1)]


def _projection(arithmetic: Arithmetic, arguments: Sequence[Any], keywords: Mapping[str, Number]) -> Array:
    """``pi_k`` of the stack, by clause ``projection.value`` of the batch that it stacks."""
    batch, sample, stack = arguments
    project = definition_of("projection.value")
    return as_array(project(arithmetic, [stack_columns(_samples_of(stack, batch)), sample], keywords))


def _losses(arithmetic: Arithmetic, arguments: Sequence[Any], keywords: Mapping[str, Number]) -> Array:
    """The map from the stack of all predictions to the losses of clause ``cost.composition``."""
    del keywords
    loss, o, y, stack = arguments
    pairs = zip(_samples_of(stack, o), columns(y), strict=True)
    return as_array([LOSSES[loss](arithmetic, *pair) for pair in pairs])


def _nonlinear_cost(arithmetic: Arithmetic, arguments: Sequence[Any], keywords: Mapping[str, Number]) -> Number:
    """
    ``sum_k w_k exp(l_k - c_k)`` of the losses l_k of the stack, c_k those of the predictions themselves.

    This phi is not linear in the losses; its gradient where l = c is w.
    """
    weights, loss, o, y, stack = arguments
    there = _losses(arithmetic, [loss, o, y, stack_samples(arithmetic, o)], keywords)
    here = _losses(arithmetic, [loss, o, y, stack], keywords)
    return arithmetic.sum(as_array(weights * arithmetic.exp(as_array(here - there))))


# functions of the parameters of a layer


def _of_layer(part: Literal["weights", "bias"], argument: int) -> Any:  # noqa: ANN401 - a function of any arguments
    """The weights or the bias of the layer that argument number ``argument`` names."""

    def variables(arguments: Sequence[Any]) -> list[Variable]:
        return [Variable(0, arguments[argument] - 1, part)]

    return variables


def _stack_of_outputs(arithmetic: Arithmetic, arguments: Sequence[Any], keywords: Mapping[str, Number]) -> Array:
    del keywords
    network, x, _ = arguments
    return as_array(stack_samples(arithmetic, network_forward(arithmetic, network, x)))


def _by_backpropagation(
    of: int, arithmetic: Arithmetic, arguments: Sequence[Any], keywords: Mapping[str, Number]
) -> Array:
    """What clause ``network.gradients`` says of the layer: of its weights (0) or of its bias (1)."""
    del keywords
    network, x, y, layer = arguments
    return as_array(network_gradients(arithmetic, network, x, y)[of][layer - 1])


# descent


def _minus_the_length(arithmetic: Arithmetic, arguments: Sequence[Any], keywords: Mapping[str, Number]) -> Number:
    """``-|g|``, whose gradient is ``-g / |g|``."""
    del keywords
    (gradient,) = arguments
    return -arithmetic.sqrt(as_array(arithmetic.sum(gradient * gradient)))[()]


def _one_unit(w: Array, b: Number) -> Network:
    """One unit that is its own output, with the weights ``w``; its cost under the defaults is half the mean square."""
    return Network((Layer(w[None, :], as_array([b]), "identity", None),), "squared_error")


def _steps_on_a_quadratic(arithmetic: Arithmetic, arguments: Sequence[Any], keywords: Mapping[str, Number]) -> Array:
    """By clause ``gradient_descent.step`` with the gradient ``curvature theta``."""
    del keywords
    theta, curvature, rate, steps = arguments
    for _ in range(steps):
        unit = _one_unit(theta, 0)
        gradients = [as_array(theta * curvature)[None, :]], [as_array([0])]
        theta = gradient_descent_step(arithmetic, unit, *gradients, rate)[0][0][0]
    return as_array(theta)


def _network_forward(arithmetic: Arithmetic, arguments: Sequence[Any], keywords: Mapping[str, Number]) -> Array:
    del keywords
    x, w, b = arguments
    return as_array(network_forward(arithmetic, _one_unit(w, b), x)[0])


def _network_cost(arithmetic: Arithmetic, arguments: Sequence[Any], keywords: Mapping[str, Number]) -> Number:
    del keywords
    a, y = arguments
    unit = _one_unit(as_array([arithmetic.number(1)]), 0)
    return network_cost(arithmetic, unit, a[None, :], y[None, :])


def _regression_cost(arithmetic: Arithmetic, arguments: Sequence[Any], keywords: Mapping[str, Number]) -> Number:
    """The cost as a function of the parameters; arguments of ``linear_regression_backward``."""
    del keywords
    x, y, w, b = arguments
    return linear_regression_cost(arithmetic, linear_regression_forward(arithmetic, x, w, b), y)


def _network_gradients(
    arithmetic: Arithmetic, arguments: Sequence[Any], keywords: Mapping[str, Number]
) -> tuple[Array, Number]:
    del keywords
    x, y, w, b = arguments
    (weights,), (bias,) = network_gradients(arithmetic, _one_unit(w, b), x, y[None, :])
    return weights[0], bias[0]


def _network_step(
    arithmetic: Arithmetic, arguments: Sequence[Any], keywords: Mapping[str, Number]
) -> tuple[Array, Number]:
    del keywords
    w, b, dw, db, rate = arguments
    (weights,), (bias,) = gradient_descent_step(arithmetic, _one_unit(w, b), [dw[None, :]], [as_array([db])], rate)
    return weights[0], bias[0]


def _network_descent(
    arithmetic: Arithmetic, arguments: Sequence[Any], keywords: Mapping[str, Number]
) -> tuple[Array, Number, Number]:
    """Steps of clause ``gradient_descent.step`` along the gradients of ``network.gradients``, and ``network.cost``."""
    x, y, w, b, rate, steps = arguments
    for _ in range(steps):
        gradients = _network_gradients(arithmetic, [x, y, w, b], keywords)
        w, b = _network_step(arithmetic, [w, b, *gradients, rate], keywords)
    return w, b, network_cost(arithmetic, _one_unit(w, b), x, y[None, :])


def _equals(clause: str, equal: Forward, of: str) -> Witness:
    """The clause ``of`` from what ``clause`` states, and its definition written a second time."""
    return Witness(f"equals {clause}", equal=equal, independent=INDEPENDENT[of])


TRAINING: Mapping[str, Witness] = {
    "stack.value": by_definition("stack.value"),
    "projection.value": by_definition("projection.value"),
    "projection.jacobian": Witness(
        "derivative_of projection.value",
        Derivative(_projection, "jacobian", _last_argument, extended=_with_the_stack(0)),
    ),
    "losses.jacobian": Witness(
        "derivative_of cost.composition",
        Derivative(_losses, "jacobian", _last_argument, extended=_with_the_stack(1)),
    ),
    "cost.row": Witness(
        "derivative_of cost.composition",
        Derivative(_nonlinear_cost, "gradient", _last_argument, extended=_with_the_stack(2)),
        independent=INDEPENDENT["cost.row"],
    ),
    "stacked.weight_jacobian": Witness(
        "derivative_of network.forward", Derivative(_stack_of_outputs, "jacobian", _of_layer("weights", 2))
    ),
    "stacked.bias_jacobian": Witness(
        "derivative_of network.forward", Derivative(_stack_of_outputs, "jacobian", _of_layer("bias", 2))
    ),
    "cost.weight_derivative": Witness(
        "derivative_of network.cost",
        Derivative(definition_of("network.cost"), "gradient", _of_layer("weights", 3)),
        equal=partial(_by_backpropagation, 0),
    ),
    "cost.bias_derivative": Witness(
        "derivative_of network.cost",
        Derivative(definition_of("network.cost"), "gradient", _of_layer("bias", 3)),
        equal=partial(_by_backpropagation, 1),
    ),
    "gradient.vector": by_definition("gradient.vector"),
    "gradient_descent.step": by_definition("gradient_descent.step"),
    "descent.direction": Witness(
        "by definition",
        Derivative(_minus_the_length, "gradient", lambda _: [Variable(0)]),
        independent=INDEPENDENT["descent.direction"],
    ),
    "quadratic.rate_limit": by_definition("quadratic.rate_limit"),
    "quadratic.descent": _equals("gradient_descent.step", _steps_on_a_quadratic, "quadratic.descent"),
    "listing.linear_regression_forward": _equals(
        "network.forward", _network_forward, "listing.linear_regression_forward"
    ),
    "listing.linear_regression_cost": _equals("network.cost", _network_cost, "listing.linear_regression_cost"),
    "listing.linear_regression_backward": Witness(
        "derivative_of listing.linear_regression_cost",
        Derivative(_regression_cost, "gradient", lambda _: [Variable(2), Variable(3)]),
        equal=_network_gradients,
        independent=INDEPENDENT["listing.linear_regression_backward"],
    ),
    "listing.linear_regression_step": _equals("gradient_descent.step", _network_step, "listing.linear_regression_step"),
    "listing.linear_regression_descent": _equals(
        "gradient_descent.step", _network_descent, "listing.linear_regression_descent"
    ),
}
"""The witness of every proposition, by the id of its clause."""
