"""Faults of composition: right parts that make a wrong whole, and a right whole that hides a wrong part."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from . import recursion
from .fault import Collection, Kind

if TYPE_CHECKING:
    from .fault import Array, Faulty

    Network = Any
    Gradients = tuple[list[Array], list[Array]]

COLLECTION = Collection()
fault = COLLECTION.fault


def right(target: Faulty, operation: str, *given: Any, **keywords: Any) -> Any:
    """The answer of the reference."""
    return getattr(target.right, operation)(*given, **keywords)


# the whole is wrong


@fault("dense", "sigmoid", "tanh", "network_forward", breaks="network.forward")
def network_of_right_layers_repeats_its_last_activation(
    target: Faulty, operation: str, *given: Any, **keywords: Any
) -> Array:
    """Layers and activations are right, and the output of a network is passed through its activation once more."""
    answer: Array = right(target, operation, *given, **keywords)
    return recursion.activated(target, given[0].layers[-1], answer) if operation == "network_forward" else answer


@fault(
    "dense_gradients",
    "sigmoid_derivative",
    "backpropagate_delta",
    "network_gradients",
    breaks="network.gradients",
    causes=(
        "convention cost",
        "factor N",
    ),
)
def network_of_right_steps_starts_without_the_mean(target: Faulty, operation: str, *given: Any, **keywords: Any) -> Any:
    """Every step of the recursion is right, and its first delta is that of the sum in place of the mean."""
    answer = right(target, operation, *given, **keywords)
    if operation != "network_gradients":
        return answer
    samples = given[1].shape[1]
    return [[part * samples for part in parts] for parts in answer]


@fault(
    "softmax",
    "categorical_cross_entropy_gradient",
    "softmax_cross_entropy",
    "softmax_cross_entropy_delta",
    breaks="softmax_cross_entropy.delta",
    regime="ordinary",
)
def delta_of_right_parts_is_their_entrywise_product(
    target: Faulty, operation: str, *given: Any, **keywords: Any
) -> Array:
    """Softmax and the gradient of its loss are right, and the delta is multiplied together entry by entry."""
    if operation != "softmax_cross_entropy_delta":
        answer: Array = right(target, operation, *given, **keywords)
        return answer
    z, y = given
    return -y * (1 - target.right.softmax(z))


# a part is wrong


@fault(
    "sigmoid", "sigmoid_derivative", "network_gradients", breaks="sigmoid.derivative", causes=("derivative of z as a",)
)
def derivative_that_wants_the_activation(target: Faulty, operation: str, *given: Any, **keywords: Any) -> Any:
    """The derivative of the sigmoid is a (1 - a) of its argument, and the network hands it activations."""
    if operation != "sigmoid_derivative":
        return right(target, operation, *given, **keywords)
    (a,) = given
    return a * (1 - a)


@fault(
    "squared_error_gradient",
    "network_cost",
    "network_gradients",
    breaks="squared_error.gradient",
    causes=(
        "convention squared_error",
        "factor 2",
    ),
)
def doubled_gradient_that_the_network_halves(target: Faulty, operation: str, *given: Any, **keywords: Any) -> Any:
    """The gradient of the squared error lacks its half, which the network puts in."""
    answer = right(target, operation, *given, **keywords)
    return answer * 2 if operation == "squared_error_gradient" else answer


@fault(
    "dense_batch",
    "dense_batch_gradients",
    "network_gradients",
    breaks="dense.batch_gradients",
    kind=Kind.CONVENTION,
    causes=("factor 1/N",),
)
def averaged_layer_in_a_right_network(target: Faulty, operation: str, *given: Any, **keywords: Any) -> Any:
    """The gradients of a layer are divided by N already, and the network starts with a delta that is not."""
    answer = right(target, operation, *given, **keywords)
    if operation != "dense_batch_gradients":
        return answer
    dX, dW, db = answer
    samples = given[0].shape[1]
    return dX, dW / samples, db / samples


@fault("dense_gradients", "dense_batch_gradients", breaks="dense.gradients", kind=Kind.SHAPE, causes=("transposed",))
def vector_beside_a_right_batch(target: Faulty, operation: str, *given: Any, **keywords: Any) -> Any:
    """The gradients of a batch are right, and those of a single vector take the product the other way round."""
    dx, dW, db = right(target, operation, *given, **keywords)
    if operation == "dense_gradients" and len(set(dW.shape)) == 1:
        dW = dW.T
    return dx, dW, db


# whole and part are wrong alike


@fault(
    "network_cost",
    "network_gradients",
    breaks="network.cost",
    may_also_fail=("network.gradients",),
    kind=Kind.CONVENTION,
    causes=(
        "convention cost",
        "factor N",
    ),
)
def cost_and_gradients_are_summed(target: Faulty, operation: str, *given: Any, **keywords: Any) -> Any:
    """Cost and gradients agree with one another, and both lack the factor 1/N of the mean."""
    answer = right(target, operation, *given, **keywords)
    samples = given[1].shape[1]
    if operation == "network_cost":
        return np.asarray(answer * samples)
    return [[part * samples for part in parts] for parts in answer]
