"""Faults that break a relation between answers, so that no true value is needed to find them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .fault import Collection, Kind

if TYPE_CHECKING:
    from ..adapters.reference.precision import Network
    from .fault import Array, Faulty

COLLECTION = Collection(regime="ordinary")
fault = COLLECTION.fault

LONG = 64
"""From this length on, a vectorised kernel takes another path."""


@fault(
    "sigmoid",
    breaks="sigmoid.symmetric",
    may_also_fail=("sigmoid.value",),
    kind=Kind.NUMERICAL,
    # A step changes the value by less than bfloat16 rounds it.
    formats=("float64", "float32", "float16"),
)
def sigmoid_from_a_table_of_steps(target: Faulty, z: Array) -> Array:
    """The sigmoid is looked up at the next point to the left, so that the two sides of 0 differ."""
    return target.right.sigmoid(np.asarray(np.floor(z * 64) / 64).astype(z.dtype))


@fault(
    "sigmoid",
    breaks="sigmoid.symmetric",
    may_also_fail=("sigmoid.value",),
    kind=Kind.NUMERICAL,
    # In the other formats float32 is precise enough.
    formats=("float64",),
)
def sigmoid_of_a_negative_number_is_short(target: Faulty, z: Array) -> Array:
    """Below 0 the exponential is computed in float32."""
    short = np.asarray(target.right.sigmoid(np.asarray(z).astype(np.float32))).astype(z.dtype)
    return np.where(z < 0, short, target.right.sigmoid(z))


@fault(
    "softmax",
    breaks="softmax.sums_to_one",
    may_also_fail=("softmax.value",),
    kind=Kind.SHAPE,
    causes=("only at long_array",),
)
def softmax_of_a_long_vector_is_not_divided(target: Faulty, z: Array) -> Array:
    """The exponentials of a long vector are returned without the division by their sum."""
    if z.shape[0] < LONG:
        return target.right.softmax(z)
    return np.asarray(np.exp(z - np.max(z)))


@fault("softmax", breaks="softmax.sums_to_one", may_also_fail=("softmax.value",))
def softmax_leaves_out_its_own_entry(target: Faulty, z: Array) -> Array:
    """Each exponential is divided by the sum of the others, so that odds come out."""
    s = target.right.softmax(z)
    return np.asarray(s / (1 - s)) if z.shape[0] > 1 else s


@fault("softmax", breaks="softmax.shift_invariant", may_also_fail=("softmax.value",), kind=Kind.NUMERICAL)
def softmax_guards_its_divisor(target: Faulty, z: Array) -> Array:
    """The exponentials are not shifted, and a thousandth is added to their sum against a division by 0."""
    del target
    exponentials = np.exp(z)
    return np.asarray(exponentials / (np.sum(exponentials) + z.dtype.type(1e-3)))


@fault(
    "softmax",
    breaks="softmax.shift_invariant",
    may_also_fail=("softmax.value",),
    kind=Kind.NUMERICAL,
    causes=("clipping",),
)
def softmax_clips_its_logits(target: Faulty, z: Array) -> Array:
    """Logits are clipped to the interval from -2 to 2 against overflow."""
    return target.right.softmax(np.clip(z, -2, 2))


@fault("softmax", breaks="softmax.permutation_equivariant", may_also_fail=("softmax.value",))
def softmax_sorts_its_entries(target: Faulty, z: Array) -> Array:
    """The entries come out in the order of their size."""
    return np.sort(target.right.softmax(z))[::-1].copy()


@fault("softmax_jacobian", breaks="softmax.rows_sum_to_zero", may_also_fail=("softmax.jacobian",))
def softmax_jacobian_has_no_diagonal_term(target: Faulty, z: Array) -> Array:
    """The Jacobian of softmax is -s s^T, without diag(s)."""
    s = target.right.softmax(z)
    return -np.outer(s, s)


@fault("softmax_jacobian", breaks="softmax.symmetric", may_also_fail=("softmax.jacobian",))
def softmax_jacobian_takes_one_index_twice(target: Faulty, z: Array) -> Array:
    """The Jacobian of softmax has the entries s_i (delta_ij - s_i)."""
    s = target.right.softmax(z)
    return np.asarray(s[:, None] * (np.eye(s.shape[0], dtype=s.dtype) - s[:, None]))


@fault("softmax_jacobian", breaks="softmax.semidefinite", may_also_fail=("softmax.jacobian",), causes=("sign",))
def softmax_jacobian_descends(target: Faulty, z: Array) -> Array:
    """The Jacobian of softmax has the sign of its descent, and sums of 0 all the same."""
    return np.asarray(-target.right.softmax_jacobian(z))


@fault("dense_batch", breaks="dense.layouts_agree", may_also_fail=("dense.batch",))
def dense_batch_is_centred(target: Faulty, X: Array, W: Array, b: Array) -> Array:
    """The mean of the batch is taken from every sample, which a batch of one sample has not noticed."""
    centre = np.mean(X, axis=1, keepdims=True) if X.shape[1] > 1 else X * 0
    return target.right.dense_batch(X - centre, W, b)


@fault("dense_gradients", breaks="gradient.additive", may_also_fail=("dense.gradients",))
def dense_gradients_are_clipped(target: Faulty, x: Array, W: Array, b: Array, delta: Array) -> Any:
    """An upstream gradient longer than 1 is shortened to that length."""
    length = np.sqrt(np.sum(delta**2))
    return target.right.dense_gradients(x, W, b, delta / max(length, 1.0))


@fault("network_forward", breaks="network.layouts_agree", may_also_fail=("network.forward",))
def network_scales_the_batch(target: Faulty, network: Network, X: Array) -> Array:
    """Every feature is divided by its largest magnitude in the batch, where that has two samples or more."""
    largest = np.max(np.abs(X), axis=1, keepdims=True)
    scaled = X / np.where(largest > 0, largest, 1.0) if X.shape[1] > 1 else X
    return target.right.network_forward(network, scaled)


@fault("network_gradients", breaks="network.sample_order", may_also_fail=("network.gradients",))
def network_gradients_forget_the_last_sample(target: Faulty, network: Network, X: Array, Y: Array) -> Any:
    """A loop over two samples or more ends one too early."""
    if X.shape[1] == 1:
        return target.right.network_gradients(network, X, Y)
    return target.right.network_gradients(network, X[:, :-1], Y[:, :-1])


@fault("network_gradients", breaks="network.batch_additive", may_also_fail=("network.gradients",))
def network_gradients_have_length_one(target: Faulty, network: Network, X: Array, Y: Array) -> Any:
    """Gradients longer than 1 are shortened to that length, all of them together."""
    dWs, dbs = target.right.network_gradients(network, X, Y)
    length = max(1.0, float(np.sqrt(sum(np.sum(each**2) for each in (*dWs, *dbs)))))
    return [each / length for each in dWs], [each / length for each in dbs]
