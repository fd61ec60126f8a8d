"""
Chapter 6: layers and neurons from one another.

A batch of one sample and a layer of one unit are special cases of the clauses of batches and layers; each sum over one
sample has one term, and a sum with one term is the term. Arguments that a clause does not use are zeros.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ....spec.network import ACTIVATIONS
from .derivation import Collection

if TYPE_CHECKING:
    from .derivation import Calls

    Array = np.ndarray[Any, np.dtype[Any]]

COLLECTION = Collection()
"""The derivations of this module."""

OTHERS = tuple(name for name in ACTIVATIONS if name != "identity")
"""The activations that have to be called; the identity copies."""

VJPS = tuple(f"{name}_vjp" for name in OTHERS)
"""Their vector-Jacobian products."""


def activated(calls: Calls, activation: str, z: Array, slope: float | None) -> Array:
    """The activation of every entry; the identity, whose one form is ``z``, copies where it is not offered."""
    if activation == "identity" and not calls.offers("identity"):
        return z.copy()
    return calls(activation, z, slope=slope)  # type: ignore[no-any-return]


def pulled_back(calls: Calls, activation: str, z: Array, upstream: Array, slope: float | None) -> Array:
    """The vjp of the activation; that of the identity, ``v * 1``, copies where it is not offered."""
    if activation == "identity" and not calls.offers("identity_vjp"):
        return upstream.copy()
    return calls(f"{activation}_vjp", z, upstream, slope=slope)  # type: ignore[no-any-return]


def through_weights(calls: Calls, W: Array, delta: Array) -> Array:
    """``W^T delta`` as the first result of ``dense_gradients``, which depends on neither input nor bias."""
    m, n = W.shape
    return calls("dense_gradients", calls.zeros(n), W, calls.zeros(m), delta)[0]  # type: ignore[no-any-return]


@COLLECTION.derivation("dense", "dense_batch")
def dense(calls: Calls, x: Array, W: Array, b: Array) -> Array:
    """
    A batch of one sample.

    Form ``dense.value of each sample`` of ``dense.batch``, at one sample.
    """
    return calls("dense_batch", x[:, np.newaxis], W, b)[:, 0]  # type: ignore[no-any-return]


@COLLECTION.derivation("dense_batch", "dense")
def dense_batch(calls: Calls, X: Array, W: Array, b: Array) -> Array:
    """
    Sample after sample.

    Form ``dense.value of each sample``.
    """
    return np.stack([calls("dense", sample, W, b) for sample in X.T], axis=1)


@COLLECTION.derivation("dense_gradients", "dense_batch_gradients")
def dense_gradients(calls: Calls, x: Array, W: Array, b: Array, delta: Array) -> tuple[Array, Array, Array]:
    """
    A batch of one sample.

    ``dX = W^T D, dW = D X^T, db = D 1`` with one column are ``W^T delta``, ``delta x^T`` and ``delta``: the sums over
    samples have one term each, a product of rule 2 or delta itself.
    """
    columns = x[:, np.newaxis], W, b, delta[:, np.newaxis]
    dX, dW, db = calls("dense_batch_gradients", *columns)
    return dX[:, 0], dW, db


@COLLECTION.derivation("dense_jacobian_x", "dense_gradients", at_finite_numbers=True)
def dense_jacobian_x(calls: Calls, x: Array, W: Array, b: Array) -> Array:
    """
    Row i is dx of the unit vector i.

    ``W^T e_i`` has one term that is no exact zero in each sum, an entry of W times 1: it is row i of W, form ``W``.
    """
    return np.stack([calls("dense_gradients", x, W, b, unit)[0] for unit in calls.unit_vectors(b.shape[0])])


@COLLECTION.derivation("dense_jacobian_weights", "dense_gradients", at_finite_numbers=True)
def dense_jacobian_weights(calls: Calls, x: Array, W: Array, b: Array) -> Array:
    """
    Slice i is dW of the unit vector i.

    ``e_i x^T`` has the entries ``delta_ip x_q``, products with 1 and 0, which are exact: the one form there is.
    """
    return np.stack([calls("dense_gradients", x, W, b, unit)[1] for unit in calls.unit_vectors(b.shape[0])])


@COLLECTION.derivation("dense_jacobian_bias", "dense_gradients", at_finite_numbers=True)
def dense_jacobian_bias(calls: Calls, x: Array, W: Array, b: Array) -> Array:
    """
    Row i is db of the unit vector i.

    db is the delta, here row i of the identity matrix.
    """
    return np.stack([calls("dense_gradients", x, W, b, unit)[2] for unit in calls.unit_vectors(b.shape[0])])


@COLLECTION.derivation("layer", "dense", one_of=(OTHERS,), rounds_between=True)
def layer(calls: Calls, x: Array, W: Array, b: Array, activation: str, slope: float | None = None) -> Array:
    """
    The activation of the dense layer.

    Form ``g(W x + b)`` with the nested clauses ``dense.value`` and that of the activation.
    """
    return activated(calls, activation, calls("dense", x, W, b), slope)


@COLLECTION.derivation("layer_gradients", "dense", "dense_gradients", one_of=(VJPS,), rounds_between=True)
def layer_gradients(
    calls: Calls, x: Array, W: Array, b: Array, activation: str, upstream: Array, slope: float | None = None
) -> tuple[Array, Array, Array]:
    """
    The gradients of the dense layer for the vjp of the activation.

    Form ``d = upstream * g'(z), dx = W^T d, dW = d x^T, db = d``; the first is the vjp of the activation, the others
    are the form of ``dense.gradients``. d is computed once, as rule 6 wants it for the derivative at a kink.
    """
    delta = pulled_back(calls, activation, calls("dense", x, W, b), upstream, slope)
    return calls("dense_gradients", x, W, b, delta)  # type: ignore[no-any-return]


@COLLECTION.derivation("backpropagate_delta", "dense_gradients", one_of=(VJPS,), rounds_between=True)
def backpropagate_delta(
    calls: Calls, W_next: Array, delta_next: Array, z: Array, activation: str, slope: float | None = None
) -> Array:
    """
    The vjp of the activation at z of ``W_next^T delta_next``.

    Form ``(W_next^T delta_next) * g'(z)``: the first factor is dx of ``dense.gradients``, the product the form of the
    activation's vjp.
    """
    return pulled_back(calls, activation, z, through_weights(calls, W_next, delta_next), slope)


@COLLECTION.derivation("linear_model", "dense")
def linear_model(calls: Calls, w: Array, x: Array) -> Array:
    """
    A dense layer of one unit whose bias is weight 0.

    Form ``bias``: one sum of w_0 and of n products.
    """
    return calls("dense", x, w[np.newaxis, 1:], w[:1])[0]  # type: ignore[no-any-return]


@COLLECTION.derivation("perceptron", "dense", "heaviside", rounds_between=True)
def perceptron(calls: Calls, x: Array, w: Array, b: float, **keywords: float) -> Array:
    """
    The step of a dense layer of one unit.

    Form ``w . x + b, one sum, compared with the threshold``; the comparison follows the computed sum (rule 6).
    """
    return calls("heaviside", calls("dense", x, w[np.newaxis], calls.vector(b)), **keywords)[0]  # type: ignore[no-any-return]


@COLLECTION.derivation("neuron", "layer")
def neuron(calls: Calls, x: Array, w: Array, b: float, activation: str, slope: float | None = None) -> Array:
    """
    A layer of one unit.

    Form ``g(z), z = one sum of n products and of the bias`` is that of ``layer.value`` for one unit.
    """
    return calls("layer", x, w[np.newaxis], calls.vector(b), activation, slope=slope)[0]  # type: ignore[no-any-return]


@COLLECTION.derivation("neuron_gradients", "layer_gradients", at_finite_numbers=True)
def neuron_gradients(
    calls: Calls, x: Array, w: Array, b: float, activation: str, slope: float | None = None
) -> tuple[Array, Array]:
    """
    The gradients through a layer of one unit, for the upstream gradient 1.

    Both forms of ``layer.gradients`` give ``dW = g'(z) x`` and ``db = g'(z)``, since the factor 1 is exact: form
    ``(g'(z) x, g'(z))``.
    """
    arguments = x, w[np.newaxis], calls.vector(b), activation, calls.ones(1)
    _, dW, db = calls("layer_gradients", *arguments, slope=slope)
    return dW[0], db[0]


@COLLECTION.derivation("compose_affine", "dense_batch", "dense")
def compose_affine(calls: Calls, W1: Array, b1: Array, W2: Array, b2: Array) -> tuple[Array, Array]:
    """
    The second layer, without its bias, of the columns of W1; with it, of b1.

    Form ``(W2 W1, W2 b1 + b2)``: a bias of exact zeros is no term of a sum.
    """
    return calls("dense_batch", W1, W2, calls.zeros(b2.shape[0])), calls("dense", b1, W2, b2)


@COLLECTION.derivation("linear_regression_forward", "dense_batch")
def linear_regression_forward(calls: Calls, X: Array, w: Array, b: float) -> Array:
    """
    A dense layer of one unit for a batch.

    Form ``a_k = w . x_k + b`` is that of ``dense.value`` for one unit.
    """
    return calls("dense_batch", X, w[np.newaxis], calls.vector(b))[0]  # type: ignore[no-any-return]


@COLLECTION.derivation("relu_layer_forward", "dense_batch", "relu")
def relu_layer_forward(calls: Calls, A_prev: Array, W: Array, b: Array) -> tuple[Array, Array]:
    """
    The dense layer and its relu.

    Form ``Z = W A_prev + b 1^T, A = max(0, Z)``. A maximum with 0 does not round, and the maximum of a rounded number
    is the rounded maximum, so that one rounding is all there is.
    """
    Z = calls("dense_batch", A_prev, W, b)
    return Z, calls("relu", Z)


@COLLECTION.derivation("relu_layer_backward", "dense_batch_gradients", "relu_vjp", rounds_between=True)
def relu_layer_backward(
    calls: Calls, W_next: Array, dZ_next: Array, Z: Array, A_prev: Array
) -> tuple[Array, Array, Array, Array]:
    """
    The gradients of the next layer, the vjp of relu, and the gradients of this one.

    Form ``dA = W_next^T dZ_next, dZ = relu'(Z) * dA, dW = dZ A_prev^T, db = dZ 1``, line by line.
    """
    (k, m), n = W_next.shape, A_prev.shape[0]
    dA = calls("dense_batch_gradients", np.zeros_like(Z), W_next, calls.zeros(k), dZ_next)[0]
    dZ = calls("relu_vjp", Z, dA)
    _, dW, db = calls("dense_batch_gradients", A_prev, calls.zeros(m, n), calls.zeros(m), dZ)
    return dA, dZ, dW, db
