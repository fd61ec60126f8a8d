"""Faults of softmax, its logarithm, its Jacobian and its batches: shifts, floors, off-diagonal entries and axes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .fault import IN_THE_FORMAT, Collection, Kind, replaced

if TYPE_CHECKING:
    from .fault import Array, Faulty

COLLECTION = Collection()
fault = COLLECTION.fault


@fault(
    "softmax",
    breaks="softmax.value",
    kind=Kind.NUMERICAL,
    level="robust",
    regime="extreme",
    errata=("EP11",),
    **IN_THE_FORMAT,
    causes=(
        "form",
        "naive overflow",
    ),
)
def softmax_is_not_shifted(target: Faulty, z: Array) -> Array:
    """Softmax takes the exponential of its logits as they are, which overflows to nan."""
    del target
    return np.asarray(np.exp(z) / np.sum(np.exp(z)))


@fault(
    "softmax",
    breaks="softmax.value",
    kind=Kind.NUMERICAL,
    # Elsewhere 1e-8 is lost in the rounding of the sum.
    formats=("float64",),
)
def softmax_adds_epsilon(target: Faulty, z: Array) -> Array:
    """The sum of the exponentials is 1e-8 too large."""
    del target
    exponentials = np.exp(z - np.max(z))
    return np.asarray(exponentials / (np.sum(exponentials) + 1e-8))


@fault("log_softmax", breaks="log_softmax.value")
def log_softmax_to_base_ten(target: Faulty, z: Array) -> Array:
    """The logarithm of the sum is taken to base ten."""
    del target
    largest = np.max(z)
    return np.asarray(z - largest - np.log10(np.sum(np.exp(z - largest))))


@fault("log_softmax", breaks="log_softmax.value", kind=Kind.NUMERICAL, causes=("epsilon",))
def log_softmax_has_a_floor(target: Faulty, z: Array) -> Array:
    """The logarithm is taken of the softmax plus 1e-12."""
    return np.log(target.right.softmax(z) + z.dtype.type(1e-12))


@fault("softmax_jacobian", breaks="softmax.jacobian", causes=("diagonal only",))
def softmax_jacobian_is_diagonal(target: Faulty, z: Array) -> Array:
    """The Jacobian of softmax is taken for that of an elementwise function."""
    jacobian = target.right.softmax_jacobian(z)
    return replaced(jacobian, ~np.eye(z.shape[0], dtype=np.bool_), 0)


@fault("softmax_jacobian", breaks="softmax.jacobian", causes=("magnitude",))
def softmax_jacobian_forgets_a_sign(target: Faulty, z: Array) -> Array:
    """The entries of the Jacobian of softmax off the diagonal are S_i S_j."""
    return np.abs(target.right.softmax_jacobian(z))


@fault("softmax_jacobian", breaks="softmax.jacobian", causes=("sign",))
def softmax_jacobian_is_negated(target: Faulty, z: Array) -> Array:
    """The Jacobian of softmax is S S^T - diag(S)."""
    return -target.right.softmax_jacobian(z)


@fault("softmax_vjp", breaks="softmax.vjp", errata=("EP16",))
def softmax_vjp_is_elementwise(target: Faulty, z: Array, upstream: Array) -> Array:
    """The vjp of softmax is S (1 - S) u."""
    return np.diag(target.right.softmax_jacobian(z)) * upstream


@fault("softmax_batch", breaks="softmax.batch", errata=("EP10",), causes=("wrong axis",))
def softmax_over_the_samples(target: Faulty, Z: Array) -> Array:
    """Softmax of a batch runs along the wrong axis."""
    return np.ascontiguousarray(target.right.softmax_batch(Z.T).T)


@fault("softmax_batch", breaks="softmax.batch", kind=Kind.SHAPE)
def softmax_of_one_sample_is_certain(target: Faulty, Z: Array) -> Array:
    """A batch of one sample is normalised along the axis of samples."""
    return np.ones_like(Z) if Z.shape[1] == 1 else target.right.softmax_batch(Z)


@fault(
    "softmax_batch",
    breaks="softmax.batch",
    kind=Kind.NUMERICAL,
    regime="wide",
    **IN_THE_FORMAT,
    causes=("not a number",),
)
def softmax_shifts_samples_alike(target: Faulty, Z: Array) -> Array:
    """All samples are shifted by the largest logit of the batch, so that samples far below it are 0 / 0."""
    del target
    exponentials = np.exp(Z - np.max(Z))
    return np.asarray(exponentials / np.sum(exponentials, axis=0))
