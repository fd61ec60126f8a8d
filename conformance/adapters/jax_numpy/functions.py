"""The operations as compositions of JAX's functions and of its automatic differentiation."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
from jax.scipy.special import xlog1py, xlogy

if TYPE_CHECKING:
    from collections.abc import Callable

    from .arrays import Network, Shape


def activation(name: str, slope: float = 0.01) -> Callable[[jax.Array], jax.Array]:
    """The activation of that name; ``NotImplementedError`` where there is none."""
    functions: dict[str, Callable[[jax.Array], jax.Array]] = {
        "identity": jax.nn.identity,
        "relu": jax.nn.relu,
        "leaky_relu": functools.partial(jax.nn.leaky_relu, negative_slope=slope),
        "sigmoid": jax.nn.sigmoid,
        "tanh": jnp.tanh,
    }
    if name not in functions:
        raise NotImplementedError(f"activation {name!r}")
    return functions[name]


def heaviside(z: jax.Array, threshold: float) -> jax.Array:
    """Step of the framework, guarded below the threshold against a difference flushed to zero."""
    return jnp.where(z < threshold, 0.0, jnp.heaviside(z - threshold, 1.0))


def vjp(function: Callable[[jax.Array], jax.Array], point: jax.Array, upstream: jax.Array | None = None) -> jax.Array:
    """Vector-Jacobian product of ``function``; with no ``upstream``, with ones."""
    value, pull_back = jax.vjp(function, point)
    pulled: jax.Array = pull_back(jnp.ones_like(value) if upstream is None else upstream)[0]
    return pulled


def squared_error(o: jax.Array, y: jax.Array) -> jax.Array:
    """Mean of ``(o - y)^2``."""
    return jnp.mean(jnp.square(o - y))


def binary_cross_entropy(o: jax.Array, y: jax.Array) -> jax.Array:
    """Mean of ``-(y log o + (1 - y) log(1 - o))``."""
    return -jnp.mean(xlogy(y, o) + xlog1py(1 - y, -o))


def categorical_cross_entropy(o: jax.Array, y: jax.Array) -> jax.Array:
    """Sum of ``-y log o``."""
    return -jnp.sum(xlogy(y, o))


def sigmoid_cross_entropy(z: jax.Array, y: jax.Array) -> jax.Array:
    """Mean of ``-(y log s(z) + (1 - y) log s(-z))``."""
    return -jnp.mean(y * jax.nn.log_sigmoid(z) + (1 - y) * jax.nn.log_sigmoid(-z))


def softmax_cross_entropy(z: jax.Array, y: jax.Array) -> jax.Array:
    """Sum over the entries of ``-y log_softmax(z)``, mean over the samples where there are several."""
    return -jnp.mean(jnp.sum(y * jax.nn.log_softmax(z), axis=-1))


def dense(x: jax.Array, W: jax.Array, b: jax.Array) -> jax.Array:
    """A vector or rows through a dense layer."""
    return x @ W + b


def losses(name: str, O: jax.Array, Y: jax.Array) -> jax.Array:  # noqa: E741 -- the letter of the text
    """The loss of every row."""
    of_one = {
        "squared_error": squared_error,
        "binary_cross_entropy": binary_cross_entropy,
        "categorical_cross_entropy": categorical_cross_entropy,
    }
    if name not in of_one:
        raise NotImplementedError(f"loss {name!r}")
    return jax.vmap(of_one[name])(O, Y)


def activated(shape: Shape, index: int, z: jax.Array) -> jax.Array:
    """The activation of a layer, counted from 0; softmax of the last alone."""
    name = shape.activations[index]
    is_softmax = name == "softmax" and index == len(shape.activations) - 1
    return jax.nn.softmax(z) if is_softmax else activation(name, shape.slopes[index])(z)


def trace(
    weights: list[jax.Array],
    biases: list[jax.Array],
    shape: Shape,
    X: jax.Array,
    shifts: list[jax.Array] | None = None,
) -> tuple[list[jax.Array], list[jax.Array]]:
    """Pre-activations and activations of every layer; ``shifts`` are added to the pre-activations."""
    zs, activations, a = [], [], X
    for index, (W, b) in enumerate(zip(weights, biases, strict=True)):
        z = dense(a, W, b) if shifts is None else dense(a, W, b) + shifts[index]
        a = activated(shape, index, z)
        zs.append(z)
        activations.append(a)
    return zs, activations


def forward(
    weights: list[jax.Array], biases: list[jax.Array], shape: Shape, X: jax.Array
) -> tuple[jax.Array, jax.Array]:
    """Last pre-activation and last activation."""
    zs, activations = trace(weights, biases, shape, X)
    return zs[-1], activations[-1]


def gamma(network: Network, x: jax.Array, layer: int) -> jax.Array:
    """Derivative of the elementwise activations of a layer, counted from 1."""
    zs, _ = trace(network.weights, network.biases, network.shape, x)
    return vjp(activation(network.shape.activations[layer - 1], network.shape.slopes[layer - 1]), zs[layer - 1])


def cost(weights: list[jax.Array], biases: list[jax.Array], shape: Shape, X: jax.Array, Y: jax.Array) -> jax.Array:
    """Mean over the samples of the loss, a cross-entropy from the logits."""
    return cost_of(shape, *forward(weights, biases, shape, X), Y)


def cost_of(shape: Shape, z: jax.Array, a: jax.Array, Y: jax.Array) -> jax.Array:
    """The cost, from the last pre-activation and the last activation."""
    output = shape.activations[-1]
    if shape.loss == "squared_error" and output != "softmax":
        return squared_error(a, Y)
    if shape.loss == "binary_cross_entropy" and output == "sigmoid":
        return sigmoid_cross_entropy(z, Y)
    if shape.loss == "categorical_cross_entropy" and output == "softmax":
        return softmax_cross_entropy(z, Y)
    raise NotImplementedError(f"loss {shape.loss!r} on an output layer of activation {output!r}")


def network_gradients(network: Network, X: jax.Array, Y: jax.Array) -> tuple[list[jax.Array], list[jax.Array]]:
    """Gradients of the cost by every weight and every bias."""
    gradient: Any = jax.grad(cost, argnums=(0, 1))
    weights, biases = gradient(network.weights, network.biases, network.shape, X, Y)
    return weights, biases


def output_jacobian(network: Network, x: jax.Array, layer: int, *, of_weights: bool) -> Any:
    """Jacobian of the last activation by the weights or the bias of one layer."""
    chosen = network.weights if of_weights else network.biases

    def output(parameter: jax.Array) -> jax.Array:
        replaced = [*chosen[: layer - 1], parameter, *chosen[layer:]]
        parameters = (replaced, network.biases) if of_weights else (network.weights, replaced)
        return forward(*parameters, network.shape, x)[1]

    return jax.jacrev(output)(chosen[layer - 1])
