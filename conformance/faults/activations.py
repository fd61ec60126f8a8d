"""Faults of activations: kinks, tails, shapes and constants."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .fault import Collection, Kind, replaced, smallest_normal

if TYPE_CHECKING:
    from .fault import Array, Faulty

COLLECTION = Collection()
fault = COLLECTION.fault


@fault("identity", breaks="identity.value", causes=("operation relu",))
def identity_is_unknown(target: Faulty, z: Array) -> Array:
    """An activation of an unknown name is taken for relu, and the identity has no name."""
    return target.right.relu(z)


@fault("identity_derivative", breaks="identity.derivative")
def identity_is_flat_at_zero(target: Faulty, z: Array) -> Array:
    """The derivative of the identity is z / z, with 0 put in where that is no number."""
    return replaced(target.right.identity_derivative(z), z == 0, 0)


@fault("identity_vjp", breaks="identity.vjp", causes=("upstream left out",))
def identity_vjp_forgets_upstream(target: Faulty, z: Array, upstream: Array) -> Array:
    """The vjp of the identity is its derivative."""
    del upstream
    return target.right.identity_derivative(z)


@fault("relu", breaks="relu.value", regime="ordinary", causes=("clipping",))
def relu_is_capped_at_six(target: Faulty, z: Array) -> Array:
    """Relu ends at 6, as relu6 does."""
    return np.minimum(target.right.relu(z), z.dtype.type(6))


@fault(
    "relu_derivative",
    breaks="relu.derivative",
    kind=Kind.CONVENTION,
    errata=("EP09",),
    causes=("convention relu_at_zero",),
)
def relu_rises_at_zero(target: Faulty, z: Array) -> Array:
    """The derivative of relu at 0 is 1 where 0 is declared."""
    return replaced(target.right.relu_derivative(z), z == 0, 1)


@fault("relu_derivative", breaks="relu.derivative", kind=Kind.CONVENTION, causes=("convention relu_at_zero",))
def relu_rises_by_half_at_zero(target: Faulty, z: Array) -> Array:
    """The derivative of relu at 0 is the central difference 1/2 where 0 is declared."""
    return replaced(target.right.relu_derivative(z), z == 0, 0.5)


@fault(
    "relu",
    breaks="relu.value",
    kind=Kind.NUMERICAL,
    regime="extreme",
    is_raw=True,
    # MUST grants it in the other formats.
    formats=("float16",),
    causes=("convention subnormals",),
)
def relu_flushes_float16(target: Faulty, z: Array) -> Array:
    """Subnormal numbers become 0, which is granted in every format but this."""
    return replaced(target.right.relu(z), np.abs(z) < smallest_normal(z), 0)


@fault(
    "relu",
    breaks="relu.value",
    kind=Kind.NUMERICAL,
    level="robust",
    regime="extreme",
    is_raw=True,
    # In float16 MUST does not grant it either.
    formats=("float64", "float32", "bfloat16"),
    causes=("convention subnormals",),
)
def relu_flushes_without_saying_so(target: Faulty, z: Array) -> Array:
    """Subnormal numbers become 0 although that is not declared."""
    return replaced(target.right.relu(z), np.abs(z) < smallest_normal(z), 0)


@fault(
    "relu_derivative",
    breaks="relu.derivative",
    kind=Kind.CONVENTION,
    conventions={"relu_at_zero": "1"},
    causes=("only at negative_zero",),
)
def relu_tells_zeros_apart(target: Faulty, z: Array) -> Array:
    """The derivative of relu looks at the sign bit, so that it is 0 at -0."""
    return replaced(target.right.relu_derivative(z), np.signbit(z), 0)


@fault(
    "relu_derivative",
    breaks="relu.derivative",
    kind=Kind.CONVENTION,
    conventions={"relu_at_zero": "1"},
    errata=("EJ08",),
    causes=("convention relu_at_zero",),
)
def relu_is_flat_at_zero(target: Faulty, z: Array) -> Array:
    """The derivative of relu at 0 is 0 where 1 is declared."""
    return replaced(target.right.relu_derivative(z), z == 0, 0)


@fault("relu_vjp", breaks="relu.vjp", kind=Kind.CONVENTION, causes=("convention relu_at_zero",))
def relu_vjp_rises_at_zero(target: Faulty, z: Array, upstream: Array) -> Array:
    """The vjp of relu lets the upstream gradient through at 0, where the convention says 0."""
    return replaced(target.right.relu_vjp(z, upstream), z == 0, upstream[z == 0])


@fault("leaky_relu", breaks="leaky_relu.value", causes=("fixed parameter",))
def leaky_relu_has_one_slope(target: Faulty, z: Array, slope: float = 0.01) -> Array:
    """Leaky relu has the slope 0.01 whatever it is told."""
    del slope
    return target.right.leaky_relu(z, slope=0.01)


@fault(
    "leaky_relu",
    breaks="leaky_relu.value",
    kind=Kind.NUMERICAL,
    # 0.25, the slope where everything is exact, has few digits.
    regime="ordinary",
    # The slopes of the other formats are numbers of float32 too.
    formats=("float64",),
    causes=("narrower parameter",),
)
def leaky_relu_holds_its_slope_in_float32(target: Faulty, z: Array, slope: float = 0.01) -> Array:
    """The slope of leaky relu is rounded to float32, whatever the format of the answer."""
    return target.right.leaky_relu(z, slope=float(np.float32(slope)))


@fault(
    "leaky_relu_derivative",
    breaks="leaky_relu.derivative",
    kind=Kind.CONVENTION,
    causes=("convention leaky_relu_at_zero",),
)
def leaky_relu_is_steep_at_zero(target: Faulty, z: Array, slope: float = 0.01) -> Array:
    """The derivative of leaky relu at 0 is 1 where the slope is declared."""
    return replaced(target.right.leaky_relu_derivative(z, slope=slope), z == 0, 1)


@fault("leaky_relu_vjp", breaks="leaky_relu.vjp", causes=("operation relu_vjp",))
def leaky_relu_vjp_is_dead_below_zero(target: Faulty, z: Array, upstream: Array, slope: float = 0.01) -> Array:
    """The vjp of leaky relu is that of relu."""
    del slope
    return target.right.relu_vjp(z, upstream)


@fault("sigmoid", breaks="sigmoid.value", kind=Kind.NUMERICAL, regime="ordinary")
def sigmoid_from_a_table(target: Faulty, z: Array) -> Array:
    """The sigmoid is interpolated between points 0.3 apart, off by up to a thousandth."""
    points = np.linspace(-900, 900, 6001).astype(z.dtype)
    return np.asarray(np.interp(z, points, target.right.sigmoid(points))).astype(z.dtype)


@fault(
    "sigmoid",
    breaks="sigmoid.value",
    level="robust",
    regime="ordinary",
    # In float64 MUST does not grant it, and the half formats have fewer digits.
    formats=("float32",),
)
def sigmoid_of_a_short_constant_in_float32(target: Faulty, z: Array) -> Array:
    """The sigmoid takes e for 2.71828, which in float32 loses no more digits than the form by tanh does."""
    return sigmoid_of_a_short_constant(target, z)


@fault(
    "sigmoid",
    breaks="sigmoid.value",
    regime="ordinary",
    # In float32 MUST grants as much to the form by tanh, and the half formats have fewer digits.
    formats=("float64",),
)
def sigmoid_of_a_short_constant(target: Faulty, z: Array) -> Array:
    """The sigmoid takes e for 2.71828."""
    del target
    power = np.power(z.dtype.type(2.71828), -np.abs(z))
    return np.asarray(np.where(z < 0, power, 1) / (1 + power)).astype(z.dtype)


@fault("sigmoid", breaks="sigmoid.value")
def sigmoid_is_nothing_at_zero(target: Faulty, z: Array) -> Array:
    """The sigmoid joins its branches z > 0 and z < 0 and leaves out 0."""
    return replaced(target.right.sigmoid(z), z == 0, 0)


@fault(
    "sigmoid",
    breaks="sigmoid.value",
    kind=Kind.NUMERICAL,
    regime="extreme",
    # In float32 and bfloat16 the form by tanh is 0 there too, and in float16 every form is.
    formats=("float64",),
)
def sigmoid_ends_at_minus_twenty(target: Faulty, z: Array) -> Array:
    """The sigmoid is 0 below -20, where its value has more than half of its digits in any form."""
    return replaced(target.right.sigmoid(z), z < -20, 0)


@fault(
    "sigmoid",
    breaks="sigmoid.value",
    kind=Kind.NUMERICAL,
    level="robust",
    regime="wide",
    # In float64 MUST does not grant it, and in float16 the value itself rounds to 0.
    formats=("float32", "bfloat16"),
)
def sigmoid_ends_at_minus_twenty_in_float32(target: Faulty, z: Array) -> Array:
    """The sigmoid is 0 below -20, where the form by tanh is 0 too in float32, but the stable one is not."""
    return replaced(target.right.sigmoid(z), z < -20, 0)


@fault(
    "sigmoid_derivative",
    breaks="sigmoid.derivative",
    kind=Kind.NUMERICAL,
    regime="ordinary",
    is_raw=True,
    # It is a promise of the half formats.
    formats=("float16", "bfloat16"),
    causes=("convention intermediates",),
)
def sigmoid_derivative_breaks_its_promise(target: Faulty, z: Array) -> Array:
    """Every step is rounded to the format, although intermediates in float32 are declared."""
    s = target.right.sigmoid(z)
    return s * (1 - s).astype(z.dtype)


@fault("sigmoid_derivative", breaks="sigmoid.derivative", causes=("derivative of z as a",))
def sigmoid_derivative_of_the_activation(target: Faulty, z: Array) -> Array:
    """The derivative of the sigmoid takes its argument for the activation."""
    del target
    return z * (1 - z)


@fault(
    "sigmoid_derivative",
    breaks="sigmoid.derivative",
    kind=Kind.NUMERICAL,
    level="robust",
    regime="wide",
    # In float16 the value itself rounds to 0.
    formats=("float64", "float32", "bfloat16"),
)
def sigmoid_derivative_ends_at_forty(target: Faulty, z: Array) -> Array:
    """The derivative of the sigmoid is 0 beyond 40, where s (1 - s) has no digit left either."""
    return replaced(target.right.sigmoid_derivative(z), np.abs(z) > 40, 0)


@fault("sigmoid_vjp", breaks="sigmoid.vjp", causes=("upstream left out",))
def sigmoid_vjp_forgets_upstream(target: Faulty, z: Array, upstream: Array) -> Array:
    """The vjp of the sigmoid is its derivative."""
    del upstream
    return target.right.sigmoid_derivative(z)


@fault("tanh", breaks="tanh.value", kind=Kind.SHAPE, regime="ordinary", causes=("only at scalar_shape",))
def tanh_of_a_number_is_the_number(target: Faulty, z: Array) -> Array:
    """Tanh of a 0-dimensional array is its argument."""
    return z.copy() if z.ndim == 0 else target.right.tanh(z)


@fault(
    "tanh",
    breaks="tanh.value",
    kind=Kind.NUMERICAL,
    regime="wide",
    # Elsewhere the forms that cancel near 0 lose as many digits.
    formats=("float64",),
)
def tanh_is_linear_near_zero(target: Faulty, z: Array) -> Array:
    """Tanh is its argument below a thousandth, where the seventh digit differs."""
    return np.where(np.abs(z) < 1e-3, z, target.right.tanh(z))


@fault("tanh", breaks="tanh.value", kind=Kind.SHAPE, regime="ordinary", causes=("only at long_array",))
def tanh_forgets_the_tail(target: Faulty, z: Array) -> Array:
    """Tanh works in blocks of eight and leaves the rest of a long array as it was."""
    answer = target.right.tanh(z)
    if z.ndim != 1 or z.size < 512:
        return answer
    return replaced(answer, slice(z.size - z.size % 8, None), 0)


@fault("tanh_derivative", breaks="tanh.derivative", regime="ordinary", causes=("factor of derivative missing",))
def tanh_derivative_forgets_the_square(target: Faulty, z: Array) -> Array:
    """The derivative of tanh is 1 - t."""
    return 1 - target.right.tanh(z)


@fault("tanh_vjp", breaks="tanh.vjp", regime="ordinary", causes=("derivative at a",))
def tanh_vjp_at_the_activation(target: Faulty, z: Array, upstream: Array) -> Array:
    """The vjp of tanh takes the derivative at a instead of z."""
    return target.right.tanh_vjp(target.right.tanh(z), upstream)


@fault("heaviside", breaks="heaviside.value", kind=Kind.CONVENTION, causes=("convention step_at_threshold",))
def heaviside_is_low_at_the_threshold(target: Faulty, z: Array, threshold: float = 0.0) -> Array:
    """The step is 0 at its threshold where 1 is declared."""
    return replaced(target.right.heaviside(z, threshold=threshold), z == threshold, 0)


@fault("heaviside", breaks="heaviside.value", causes=("fixed parameter",))
def heaviside_steps_at_zero(target: Faulty, z: Array, threshold: float = 0.0) -> Array:
    """The step is at 0 whatever the threshold."""
    del threshold
    return target.right.heaviside(z, threshold=0.0)


@fault("heaviside_derivative", breaks="heaviside.derivative", causes=("only at tie_at_kink",))
def heaviside_derivative_is_a_peak(target: Faulty, z: Array, threshold: float = 0.0) -> Array:
    """The derivative of the step is 1 at the threshold, as if it were the density of a point."""
    return replaced(target.right.heaviside_derivative(z, threshold=threshold), z == threshold, 1)


@fault("heaviside_vjp", breaks="heaviside.vjp", causes=("operation identity_vjp",))
def heaviside_vjp_goes_straight_through(target: Faulty, z: Array, upstream: Array, threshold: float = 0.0) -> Array:
    """The vjp of the step is that of the identity, as straight-through estimators have it."""
    del target, z, threshold
    return upstream.copy()
