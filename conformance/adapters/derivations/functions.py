"""
Chapters 4, 5 and 9: activations, softmax and losses from one another.

A proof names the form that is evaluated. Multiplying by 1 is exact and so is a sum of which one term is not 0 (rules 2
and 5 of clause ``accuracy.admissible``): that is what unit vectors rest on, and what fails where 0 meets a NaN.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from ....spec.network import ACTIVATIONS
from .derivation import Collection

if TYPE_CHECKING:
    from .derivation import Calls

    Array = np.ndarray[Any, np.dtype[Any]]

COLLECTION = Collection()
"""The derivations of this module."""

DERIVATIVES = tuple(f"{name}_derivative" for name in ACTIVATIONS)
"""The derivatives of the activations of a layer."""

LOSS_GRADIENTS = ("squared_error_gradient", "binary_cross_entropy_gradient", "categorical_cross_entropy_gradient")
"""The gradients of the losses with respect to a prediction."""


def derivative_from_vjp(calls: Calls, z: Array, *, activation: str, **keywords: float) -> Array:
    """
    The vjp at ones.

    Form ``v * derivative(z)`` of the vjp with v = 1. By 1 the target multiplies exactly, so the answer is a computed
    value of the derivative, rounded to the format at most once. An infinite z is asked of no vjp.
    """
    return calls(f"{activation}_vjp", z, np.ones_like(z), **keywords)  # type: ignore[no-any-return]


def vjp_from_derivative(calls: Calls, z: Array, upstream: Array, *, activation: str, **keywords: float) -> Array:
    """
    The upstream gradient times the derivative.

    Form ``v * derivative(z)``, the only one there is. The product is one operation of rule 2, rounded to nearest; at
    zeros, infinities and NaN it is what IEEE 754 says, as rules 5 and 9 have it.
    """
    with np.errstate(all="ignore"):
        return np.asarray(upstream * calls(f"{activation}_derivative", z, **keywords))


for _name in (*ACTIVATIONS, "heaviside"):
    COLLECTION.derivation(f"{_name}_derivative", f"{_name}_vjp", at_finite_numbers=True)(
        partial(derivative_from_vjp, activation=_name)
    )
    COLLECTION.derivation(f"{_name}_vjp", f"{_name}_derivative", rounds_between=True)(
        partial(vjp_from_derivative, activation=_name)
    )


@COLLECTION.derivation("softmax", "softmax_batch")
def softmax(calls: Calls, z: Array) -> Array:
    """
    A batch of one sample.

    Form ``softmax.value of each sample`` of ``softmax.batch``, at one sample.
    """
    return calls("softmax_batch", z[:, np.newaxis])[:, 0]  # type: ignore[no-any-return]


@COLLECTION.derivation("softmax_batch", "softmax")
def softmax_batch(calls: Calls, Z: Array) -> Array:
    """
    Sample after sample.

    Form ``softmax.value of each sample``.
    """
    return np.stack([calls("softmax", sample) for sample in Z.T], axis=1)


@COLLECTION.derivation("log_softmax", "softmax_cross_entropy", at_finite_numbers=True)
def log_softmax(calls: Calls, z: Array) -> Array:
    """
    The negative of the cross-entropy of each label that is one unit vector.

    With y = e_i the forms of ``softmax_cross_entropy.value`` are those of ``log_softmax.value`` with the other sign:
    ``-log softmax.value(z)_i``, ``lse(z) - z_i`` and ``-log_softmax.value(z)_i``, since terms of a label 0 are 0 or
    absent. Negation is exact; the stable form goes with the stable one.
    """
    losses = [-calls("softmax_cross_entropy", z, label) for label in calls.unit_vectors(z.shape[0])]
    return np.stack(losses)


@COLLECTION.derivation("softmax_jacobian", "softmax_vjp", at_finite_numbers=True)
def softmax_jacobian(calls: Calls, z: Array) -> Array:
    """
    Row i is the vjp of the unit vector i.

    With v = e_i the forms of ``softmax.vjp`` are those of ``softmax.jacobian`` in row i. ``s_k (v_k - s.v)`` is
    ``s_k (delta_ki - s_i)``. ``J v`` is column i of J, which is symmetric in each of its forms. The stable
    ``s_k sum_j s_j (v_k - v_j)`` is ``s_i sum_(j != i) s_j`` at k = i, and ``-s_k s_i`` elsewhere. All other terms are
    exact zeros as long as every s is a number.
    """
    return np.stack([calls("softmax_vjp", z, unit) for unit in calls.unit_vectors(z.shape[0])])


@COLLECTION.derivation("activation_jacobian", one_of=(DERIVATIVES,))
def activation_jacobian(calls: Calls, z: Array, activation: str, **keywords: float) -> Array:
    """
    The derivatives on the diagonal.

    Form ``diag(g'(z_1), ..., g'(z_m))``; the zeros beside the diagonal are exact.
    """
    jacobian = calls.zeros(z.shape[0], z.shape[0])
    np.fill_diagonal(jacobian, calls(f"{activation}_derivative", z, **keywords))
    return jacobian


@COLLECTION.derivation("squared_error_delta", "squared_error_gradient")
def squared_error_delta(calls: Calls, z: Array, y: Array) -> Array:
    """
    The gradient at the prediction z of an identity output.

    Form ``z - y (half) or 2 (z - y) (full), divided by m under mean`` is that of the gradient with z for o.
    """
    return calls("squared_error_gradient", z, y)  # type: ignore[no-any-return]


@COLLECTION.derivation("squared_error_gradient", "squared_error_delta")
def squared_error_gradient(calls: Calls, o: Array, y: Array) -> Array:
    """
    The delta of an identity output whose pre-activation is the prediction o.

    The form of the gradient is that of the delta with o for z.
    """
    return calls("squared_error_delta", o, y)  # type: ignore[no-any-return]


@COLLECTION.derivation("losses_jacobian", one_of=(LOSS_GRADIENTS,))
def losses_jacobian(calls: Calls, loss: str, O: Array, Y: Array) -> Array:  # noqa: E741 - the letter of the text
    """
    Row k holds the gradient of the loss of sample k as its block k, and zeros.

    The one form of ``losses.jacobian``, word for word.
    """
    size, count = O.shape
    jacobian = calls.zeros(count, count * size)
    for sample in range(count):
        block = slice(sample * size, (sample + 1) * size)
        jacobian[sample, block] = calls(f"{loss}_gradient", O[:, sample], Y[:, sample])
    return jacobian


@COLLECTION.derivation("cost_row", one_of=(LOSS_GRADIENTS,), rounds_between=True)
def cost_row(calls: Calls, weights: Array, loss: str, O: Array, Y: Array) -> Array:  # noqa: E741 - as above
    """
    Block k is ``w_k`` times the gradient of the loss of sample k.

    Form ``stable`` of ``cost.row``: one product of rule 2 for each entry, rounded to nearest.
    """
    samples = zip(weights, O.T, Y.T, strict=True)
    with np.errstate(all="ignore"):
        return np.concatenate([weight * calls(f"{loss}_gradient", o, y) for weight, o, y in samples])
