"""Faults of activations: kinks, tails, shapes and constants."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .fault import Collection, replaced

if TYPE_CHECKING:
    from .fault import Array, Faulty

COLLECTION = Collection()
fault = COLLECTION.fault

EVERY_FORMAT = ("float64", "float32", "float16", "bfloat16")


@fault("identity", breaks="identity.value")
def identity_is_unknown(target: Faulty, z: Array) -> Array:
    """An activation of an unknown name is taken for relu, and the identity has no name."""
    return target.right.relu(z)


@fault("identity_derivative", breaks="identity.derivative")
def identity_is_flat_at_zero(target: Faulty, z: Array) -> Array:
    """The derivative of the identity is z / z, with 0 put in where that is no number."""
    return replaced(target.right.identity_derivative(z), z == 0, 0)


@fault("identity_vjp", breaks="identity.vjp")
def identity_vjp_forgets_upstream(target: Faulty, z: Array, upstream: Array) -> Array:
    """The vjp of the identity is its derivative."""
    del upstream
    return target.right.identity_derivative(z)


@fault("relu", breaks="relu.value")
def relu_is_capped_at_six(target: Faulty, z: Array) -> Array:
    """Relu ends at 6, as relu6 does."""
    return np.minimum(target.right.relu(z), z.dtype.type(6))


@fault("relu_derivative", breaks="relu.derivative", formats=EVERY_FORMAT, errata=("EP09",))
def relu_rises_at_zero(target: Faulty, z: Array) -> Array:
    """The derivative of relu at 0 is 1 where 0 is declared."""
    return replaced(target.right.relu_derivative(z), z == 0, 1)


@fault("relu_derivative", breaks="relu.derivative", formats=EVERY_FORMAT)
def relu_rises_by_half_at_zero(target: Faulty, z: Array) -> Array:
    """The derivative of relu at 0 is the central difference 1/2 where 0 is declared."""
    return replaced(target.right.relu_derivative(z), z == 0, 0.5)


@fault("relu", breaks="relu.value", formats=("float16",))
def relu_flushes_float16(target: Faulty, z: Array) -> Array:
    """Subnormal numbers become 0, which is granted in every format but this."""
    return replaced(target.right.relu(z), np.abs(z) < np.finfo(z.dtype).smallest_normal, 0)


@fault("relu", breaks="relu.value", level="robust")
def relu_flushes_without_saying_so(target: Faulty, z: Array) -> Array:
    """Subnormal numbers become 0 although that is not declared."""
    return replaced(target.right.relu(z), np.abs(z) < np.finfo(z.dtype).smallest_normal, 0)


@fault("relu_derivative", breaks="relu.derivative", conventions={"relu_at_zero": "1"})
def relu_tells_zeros_apart(target: Faulty, z: Array) -> Array:
    """The derivative of relu looks at the sign bit, so that it is 0 at -0."""
    return replaced(target.right.relu_derivative(z), np.signbit(z), 0)


@fault("relu_derivative", breaks="relu.derivative", conventions={"relu_at_zero": "1"}, errata=("EJ08",))
def relu_is_flat_at_zero(target: Faulty, z: Array) -> Array:
    """The derivative of relu at 0 is 0 where 1 is declared."""
    return replaced(target.right.relu_derivative(z), z == 0, 0)


@fault("relu_vjp", breaks="relu.vjp")
def relu_vjp_rises_at_zero(target: Faulty, z: Array, upstream: Array) -> Array:
    """The vjp of relu lets the upstream gradient through at 0, where the convention says 0."""
    return replaced(target.right.relu_vjp(z, upstream), z == 0, upstream[z == 0])


@fault("leaky_relu", breaks="leaky_relu.value")
def leaky_relu_has_one_slope(target: Faulty, z: Array, slope: float = 0.01) -> Array:
    """Leaky relu has the slope 0.01 whatever it is told."""
    del slope
    return target.right.leaky_relu(z, slope=0.01)


@fault("leaky_relu_derivative", breaks="leaky_relu.derivative", formats=EVERY_FORMAT)
def leaky_relu_is_steep_at_zero(target: Faulty, z: Array, slope: float = 0.01) -> Array:
    """The derivative of leaky relu at 0 is 1 where the slope is declared."""
    return replaced(target.right.leaky_relu_derivative(z, slope=slope), z == 0, 1)


@fault("leaky_relu_vjp", breaks="leaky_relu.vjp")
def leaky_relu_vjp_is_dead_below_zero(target: Faulty, z: Array, upstream: Array, slope: float = 0.01) -> Array:
    """The vjp of leaky relu is that of relu."""
    del slope
    return target.right.relu_vjp(z, upstream)


@fault("sigmoid", breaks="sigmoid.value")
def sigmoid_from_a_table(target: Faulty, z: Array) -> Array:
    """The sigmoid is interpolated between points 0.3 apart, off by up to a thousandth."""
    points = np.linspace(-900, 900, 6001).astype(z.dtype)
    return np.asarray(np.interp(z, points, target.right.sigmoid(points))).astype(z.dtype)


@fault("sigmoid", breaks="sigmoid.value", level="robust", formats=("float32",))
def sigmoid_of_a_short_constant_in_float32(target: Faulty, z: Array) -> Array:
    """The sigmoid takes e for 2.71828, which in float32 loses no more digits than the form by tanh does."""
    return sigmoid_of_a_short_constant(target, z)


@fault("sigmoid", breaks="sigmoid.value", formats=("float64",))
def sigmoid_of_a_short_constant(target: Faulty, z: Array) -> Array:
    """The sigmoid takes e for 2.71828."""
    del target
    power = np.power(z.dtype.type(2.71828), -np.abs(z))
    return np.asarray(np.where(z < 0, power, 1) / (1 + power)).astype(z.dtype)


@fault("sigmoid", breaks="sigmoid.value", formats=EVERY_FORMAT)
def sigmoid_is_nothing_at_zero(target: Faulty, z: Array) -> Array:
    """The sigmoid joins its branches z > 0 and z < 0 and leaves out 0."""
    return replaced(target.right.sigmoid(z), z == 0, 0)


@fault("sigmoid", breaks="sigmoid.value", formats=("float64",))
def sigmoid_ends_at_minus_twenty(target: Faulty, z: Array) -> Array:
    """The sigmoid is 0 below -20, where its value has more than half of its digits in any form."""
    return replaced(target.right.sigmoid(z), z < -20, 0)


@fault("sigmoid", breaks="sigmoid.value", level="robust", formats=("float32",))
def sigmoid_ends_at_minus_twenty_in_float32(target: Faulty, z: Array) -> Array:
    """The sigmoid is 0 below -20, where the form by tanh is 0 too in float32, but the stable one is not."""
    return replaced(target.right.sigmoid(z), z < -20, 0)


@fault("sigmoid_derivative", breaks="sigmoid.derivative", formats=("float16", "bfloat16"))
def sigmoid_derivative_breaks_its_promise(target: Faulty, z: Array) -> Array:
    """Every step is rounded to the format, although intermediates in float32 are declared."""
    s = target.right.sigmoid(z)
    return s * (1 - s).astype(z.dtype)


@fault("sigmoid_derivative", breaks="sigmoid.derivative")
def sigmoid_derivative_of_the_activation(target: Faulty, z: Array) -> Array:
    """The derivative of the sigmoid takes its argument for the activation."""
    del target
    return z * (1 - z)


@fault("sigmoid_derivative", breaks="sigmoid.derivative", level="robust")
def sigmoid_derivative_ends_at_forty(target: Faulty, z: Array) -> Array:
    """The derivative of the sigmoid is 0 beyond 40, where s (1 - s) has no digit left either."""
    return replaced(target.right.sigmoid_derivative(z), np.abs(z) > 40, 0)


@fault("sigmoid_vjp", breaks="sigmoid.vjp")
def sigmoid_vjp_forgets_upstream(target: Faulty, z: Array, upstream: Array) -> Array:
    """The vjp of the sigmoid is its derivative."""
    del upstream
    return target.right.sigmoid_derivative(z)


@fault("tanh", breaks="tanh.value", formats=EVERY_FORMAT)
def tanh_of_a_number_is_the_number(target: Faulty, z: Array) -> Array:
    """Tanh of a 0-dimensional array is its argument."""
    return z.copy() if z.ndim == 0 else target.right.tanh(z)


@fault("tanh", breaks="tanh.value", formats=("float64",))
def tanh_is_linear_near_zero(target: Faulty, z: Array) -> Array:
    """Tanh is its argument below a thousandth, where the seventh digit differs."""
    return np.where(np.abs(z) < 1e-3, z, target.right.tanh(z))


@fault("tanh", breaks="tanh.value")
def tanh_forgets_the_tail(target: Faulty, z: Array) -> Array:
    """Tanh works in blocks of eight and leaves the rest of a long array as it was."""
    answer = target.right.tanh(z)
    if z.ndim != 1 or z.size < 512:
        return answer
    return replaced(answer, slice(z.size - z.size % 8, None), 0)


@fault("tanh_derivative", breaks="tanh.derivative")
def tanh_derivative_forgets_the_square(target: Faulty, z: Array) -> Array:
    """The derivative of tanh is 1 - t."""
    return 1 - target.right.tanh(z)


@fault("tanh_vjp", breaks="tanh.vjp")
def tanh_vjp_at_the_activation(target: Faulty, z: Array, upstream: Array) -> Array:
    """The vjp of tanh takes the derivative at a instead of z."""
    return target.right.tanh_vjp(target.right.tanh(z), upstream)


@fault("heaviside", breaks="heaviside.value", formats=EVERY_FORMAT)
def heaviside_is_low_at_the_threshold(target: Faulty, z: Array, threshold: float = 0.0) -> Array:
    """The step is 0 at its threshold where 1 is declared."""
    return replaced(target.right.heaviside(z, threshold=threshold), z == threshold, 0)


@fault("heaviside", breaks="heaviside.value")
def heaviside_steps_at_zero(target: Faulty, z: Array, threshold: float = 0.0) -> Array:
    """The step is at 0 whatever the threshold."""
    del threshold
    return target.right.heaviside(z, threshold=0.0)


@fault("heaviside_derivative", breaks="heaviside.derivative")
def heaviside_derivative_is_a_peak(target: Faulty, z: Array, threshold: float = 0.0) -> Array:
    """The derivative of the step is 1 at the threshold, as if it were the density of a point."""
    return replaced(target.right.heaviside_derivative(z, threshold=threshold), z == threshold, 1)


@fault("heaviside_vjp", breaks="heaviside.vjp")
def heaviside_vjp_goes_straight_through(target: Faulty, z: Array, upstream: Array, threshold: float = 0.0) -> Array:
    """The vjp of the step is that of the identity, as straight-through estimators have it."""
    del target, z, threshold
    return upstream.copy()


@fault("softmax", breaks="softmax.value", level="robust", errata=("EP11",))
def softmax_is_not_shifted(target: Faulty, z: Array) -> Array:
    """Softmax takes the exponential of its logits as they are, which overflows to nan."""
    del target
    return np.asarray(np.exp(z) / np.sum(np.exp(z)))


@fault("softmax", breaks="softmax.value", formats=("float64",))
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


@fault("log_softmax", breaks="log_softmax.value")
def log_softmax_has_a_floor(target: Faulty, z: Array) -> Array:
    """The logarithm is taken of the softmax plus 1e-12."""
    return np.log(target.right.softmax(z) + z.dtype.type(1e-12))


@fault("softmax_jacobian", breaks="softmax.jacobian", formats=EVERY_FORMAT)
def softmax_jacobian_is_diagonal(target: Faulty, z: Array) -> Array:
    """The Jacobian of softmax is taken for that of an elementwise function."""
    jacobian = target.right.softmax_jacobian(z)
    return replaced(jacobian, ~np.eye(z.shape[0], dtype=np.bool_), 0)


@fault("softmax_jacobian", breaks="softmax.jacobian")
def softmax_jacobian_forgets_a_sign(target: Faulty, z: Array) -> Array:
    """The entries of the Jacobian of softmax off the diagonal are S_i S_j."""
    return np.abs(target.right.softmax_jacobian(z))


@fault("softmax_jacobian", breaks="softmax.jacobian")
def softmax_jacobian_is_negated(target: Faulty, z: Array) -> Array:
    """The Jacobian of softmax is S S^T - diag(S)."""
    return -target.right.softmax_jacobian(z)


@fault("softmax_vjp", breaks="softmax.vjp", errata=("EP16",))
def softmax_vjp_is_elementwise(target: Faulty, z: Array, upstream: Array) -> Array:
    """The vjp of softmax is S (1 - S) u."""
    return np.diag(target.right.softmax_jacobian(z)) * upstream


@fault("softmax_batch", breaks="softmax.batch", formats=EVERY_FORMAT, errata=("EP10",))
def softmax_over_the_samples(target: Faulty, Z: Array) -> Array:
    """Softmax of a batch runs along the wrong axis."""
    return np.ascontiguousarray(target.right.softmax_batch(Z.T).T)


@fault("softmax_batch", breaks="softmax.batch")
def softmax_of_one_sample_is_certain(target: Faulty, Z: Array) -> Array:
    """A batch of one sample is normalised along the axis of samples."""
    return np.ones_like(Z) if Z.shape[1] == 1 else target.right.softmax_batch(Z)


@fault("softmax_batch", breaks="softmax.batch")
def softmax_shifts_samples_alike(target: Faulty, Z: Array) -> Array:
    """All samples are shifted by the largest logit of the batch, so that samples far below it are 0 / 0."""
    del target
    exponentials = np.exp(Z - np.max(Z))
    return np.asarray(exponentials / np.sum(exponentials, axis=0))
