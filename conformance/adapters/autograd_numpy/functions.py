"""The operations as compositions of autograd's functions and of its differentiation."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import autograd
import autograd.numpy as anp
from autograd.misc.optimizers import sgd
from autograd.scipy.special import expit, logsumexp

if TYPE_CHECKING:
    from collections.abc import Callable

    from .arrays import Array, Network, Shape


def identity(z: Array) -> Array:
    """The array itself."""
    return z


def relu(z: Array) -> Array:
    """The larger of each entry and 0."""
    return anp.maximum(z, 0)


def leaky_relu(z: Array, slope: float) -> Array:
    """The entry above 0, and ``slope`` times it elsewhere."""
    return anp.where(z > 0, z, slope * z)


def activation(name: str, slope: float = 0.01) -> Callable[[Array], Array]:
    """The activation of that name; ``NotImplementedError`` where there is none."""
    functions: dict[str, Callable[[Array], Array]] = {
        "identity": identity,
        "relu": relu,
        "leaky_relu": functools.partial(leaky_relu, slope=slope),
        "sigmoid": expit,
        "tanh": anp.tanh,
    }
    if name not in functions:
        raise NotImplementedError(f"activation {name!r}")
    return functions[name]


def heaviside(z: Array, threshold: float) -> Array:
    """Step of the framework. The difference has the sign of the comparison: it underflows gradually."""
    return anp.heaviside(z - threshold, 1)


def step(z: Array, threshold: float) -> Array:
    """The same step, as a function that autograd can follow."""
    return anp.where(z >= threshold, anp.ones_like(z), anp.zeros_like(z))


def log_softmax(z: Array) -> Array:
    """The logits less the logarithm of the sum of their exponentials, of a vector or of every row."""
    return z - logsumexp(z, axis=-1, keepdims=True)


def softmax(z: Array) -> Array:
    """The exponential of that."""
    return anp.exp(log_softmax(z))


def vjp(function: Callable[..., Array], point: Any, upstream: Any) -> Any:
    """Vector-Jacobian product of ``function`` of one argument, which may be a tuple of arrays and lists of them."""
    pull_back, _ = autograd.make_vjp(function)(point)
    return pull_back(upstream)


def squared_error(o: Array, y: Array) -> Array:
    """Mean of ``(o - y)^2`` over the entries of a vector or of every row."""
    return anp.mean(anp.square(o - y), axis=-1)


def binary_cross_entropy(o: Array, y: Array) -> Array:
    """Mean of ``-(y log o + (1 - y) log(1 - o))``, likewise."""
    return -anp.mean(y * anp.log(o) + (1 - y) * anp.log1p(-o), axis=-1)


def categorical_cross_entropy(o: Array, y: Array) -> Array:
    """Sum of ``-y log o``, likewise."""
    return -anp.sum(y * anp.log(o), axis=-1)


def sigmoid_cross_entropy(z: Array, y: Array) -> Array:
    """Mean of ``y log(1 + e^-z) + (1 - y) log(1 + e^z)``, likewise."""
    return anp.mean(y * anp.logaddexp(0, -z) + (1 - y) * anp.logaddexp(0, z), axis=-1)


def softmax_cross_entropy(z: Array, y: Array) -> Array:
    """Sum of ``-y log_softmax(z)``, likewise."""
    return -anp.sum(y * log_softmax(z), axis=-1)


def dense(x: Array, W: Array, b: Array) -> Array:
    """A vector or rows through a dense layer."""
    return anp.dot(x, W) + b


def losses(name: str, O: Array, Y: Array) -> Array:  # noqa: E741 -- the letter of the text
    """The loss of every row."""
    by_name = {
        "squared_error": squared_error,
        "binary_cross_entropy": binary_cross_entropy,
        "categorical_cross_entropy": categorical_cross_entropy,
    }
    if name not in by_name:
        raise NotImplementedError(f"loss {name!r}")
    return by_name[name](O, Y)


def activated(shape: Shape, index: int, z: Array) -> Array:
    """The activation of a layer, counted from 0; softmax of the last alone."""
    name = shape.activations[index]
    is_softmax = name == "softmax" and index == len(shape.activations) - 1
    return softmax(z) if is_softmax else activation(name, shape.slopes[index])(z)


def trace(
    weights: list[Array], biases: list[Array], shape: Shape, X: Array, shifts: list[Array] | None = None
) -> tuple[list[Array], list[Array]]:
    """Pre-activations and activations of every layer; ``shifts`` are added to the pre-activations."""
    pre_activations, activations, a = [], [], X
    for index, (W, b) in enumerate(zip(weights, biases, strict=True)):
        z = dense(a, W, b) if shifts is None else dense(a, W, b) + shifts[index]
        a = activated(shape, index, z)
        pre_activations.append(z)
        activations.append(a)
    return pre_activations, activations


def forward(weights: list[Array], biases: list[Array], shape: Shape, X: Array) -> tuple[Array, Array]:
    """Last pre-activation and last activation."""
    pre_activations, activations = trace(weights, biases, shape, X)
    return pre_activations[-1], activations[-1]


def gamma(network: Network, x: Array, layer: int) -> Array:
    """Derivative of the elementwise activations of a layer, counted from 1."""
    zs, _ = trace(network.weights, network.biases, network.shape, x)
    here = activation(network.shape.activations[layer - 1], network.shape.slopes[layer - 1])
    return autograd.elementwise_grad(here)(zs[layer - 1])


def cost(weights: list[Array], biases: list[Array], shape: Shape, X: Array, Y: Array) -> Array:
    """Mean over the samples of the loss, a cross-entropy from the logits."""
    return cost_of(shape, *forward(weights, biases, shape, X), Y)


def cost_of(shape: Shape, z: Array, a: Array, Y: Array) -> Array:
    """The cost, from the last pre-activation and the last activation."""
    output = shape.activations[-1]
    if shape.loss == "squared_error" and output != "softmax":
        return anp.mean(squared_error(a, Y))
    if shape.loss == "binary_cross_entropy" and output == "sigmoid":
        return anp.mean(sigmoid_cross_entropy(z, Y))
    if shape.loss == "categorical_cross_entropy" and output == "softmax":
        return anp.mean(softmax_cross_entropy(z, Y))
    raise NotImplementedError(f"loss {shape.loss!r} on an output layer of activation {output!r}")


def network_gradients(network: Network, X: Array, Y: Array) -> tuple[list[Array], list[Array]]:
    """Gradients of the cost by every weight and every bias."""
    gradient = autograd.grad(cost, (0, 1))
    weights, biases = gradient(network.weights, network.biases, network.shape, X, Y)
    return weights, biases


def output_jacobian(network: Network, x: Array, layer: int, *, of_weights: bool) -> Array:
    """Jacobian of the last activation by the weights or the bias of one layer."""
    chosen = network.weights if of_weights else network.biases

    def output(parameter: Array) -> Array:
        replaced = [*chosen[: layer - 1], parameter, *chosen[layer:]]
        parameters = (replaced, network.biases) if of_weights else (network.weights, replaced)
        return forward(*parameters, network.shape, x)[1]

    return autograd.jacobian(output)(chosen[layer - 1])


def descent(gradient: Callable[[Any], Any], start: Any, rate: float, steps: int) -> Any:
    """Steps of ``sgd`` without momentum, from arrays and lists of them."""
    return sgd(lambda parameters, _: gradient(parameters), start, num_iters=steps, step_size=rate, mass=0)
