"""Faults of the indicator, of Park's smooth relu, of diagonal Jacobians, and of the root mean square error."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .fault import IN_THE_FORMAT, Collection, Kind, replaced

if TYPE_CHECKING:
    from .fault import Array, Faulty

COLLECTION = Collection()
fault = COLLECTION.fault


@fault(
    "indicator",
    breaks="indicator.value",
    causes=(
        "operation heaviside",
        "only at tie_at_kink",
    ),
)
def indicator_is_one_at_zero(target: Faulty, z: Array) -> Array:
    """The indicator is that of the numbers from 0 up, as in Park's derivative of relu."""
    return replaced(target.right.indicator(z), z == 0, 1)


@fault("indicator", breaks="indicator.value", causes=("only at tie_at_kink",))
def indicator_is_a_mean_of_signs(target: Faulty, z: Array) -> Array:
    """The indicator is (1 + sign z) / 2, which is 1/2 at 0."""
    del target
    return np.asarray((1 + np.sign(z)) / 2)


@fault("indicator", breaks="indicator.value")
def indicator_leaves_out_the_index(target: Faulty, z: Array) -> Array:
    """The set of the indicator lacks the number 1 and not 0, as printed once in Jiang's section 4."""
    del target
    return np.asarray((z >= 0) & (z != 1)).astype(z.dtype)


@fault("relu_epsilon", breaks="relu_epsilon.value", errata=("EP08",), causes=("operation relu",))
def relu_epsilon_is_relu(target: Faulty, z: Array, epsilon: float) -> Array:
    """Whatever is below epsilon is taken for 0."""
    del epsilon
    return target.right.relu(z)


@fault(
    "relu_epsilon",
    breaks="relu_epsilon.value",
    kind=Kind.NUMERICAL,
    regime="ordinary",
    formats=("float64",),
    causes=("narrower parameter",),
)
def relu_epsilon_holds_epsilon_in_float32(target: Faulty, z: Array, epsilon: float) -> Array:
    """Its parameter has half the digits of its argument."""
    return target.right.relu_epsilon(z, epsilon=float(np.float32(epsilon)))


@fault("relu_epsilon", breaks="relu_epsilon.value")
def relu_epsilon_bends_above_zero(target: Faulty, z: Array, epsilon: float) -> Array:
    """The other smoothing, z + relu_epsilon(-z), which bends from 0 to epsilon."""
    return z + target.right.relu_epsilon(-z, epsilon=epsilon)


@fault("relu_epsilon", breaks="relu_epsilon.value", causes=("fixed parameter",))
def relu_epsilon_has_one_epsilon(target: Faulty, z: Array, epsilon: float) -> Array:
    """The interval is that of epsilon = 1/2 whatever it is told."""
    del epsilon
    return target.right.relu_epsilon(z, epsilon=0.5)


@fault(
    "relu_epsilon",
    breaks="relu_epsilon.value",
    kind=Kind.NUMERICAL,
    level="robust",
    regime="ordinary",
    **IN_THE_FORMAT,
    causes=("form",),
)
def relu_epsilon_cancels(target: Faulty, z: Array, epsilon: float) -> Array:
    """The printed polynomial, which loses its digits near -epsilon."""
    bend = z - 3 * z**3 / epsilon**2 - 2 * z**4 / epsilon**3
    return np.where((-epsilon <= z) & (z <= 0), bend, target.right.relu(z)).astype(z.dtype)


@fault("relu_epsilon_derivative", breaks="relu_epsilon.derivative", errata=("EP08",), causes=("operation heaviside",))
def relu_epsilon_derivative_is_a_step(target: Faulty, z: Array, epsilon: float) -> Array:
    """The derivative is 1 from 0 on and 0 below: what the lemma says of both ends, and nothing between."""
    del target, epsilon
    return np.asarray(z >= 0).astype(z.dtype)


@fault("relu_epsilon_derivative", breaks="relu_epsilon.derivative")
def relu_epsilon_derivative_forgets_to_scale(target: Faulty, z: Array, epsilon: float) -> Array:
    """The derivative is taken at z and not at z / epsilon, which is right for epsilon = 1."""
    inside = (-epsilon <= z) & (z <= 0)
    return np.where(inside, 1 - 9 * z**2 - 8 * z**3, target.right.indicator(z))


@fault("relu_epsilon_derivative", breaks="relu_epsilon.derivative", causes=("clipping",))
def relu_epsilon_derivative_is_not_negative(target: Faulty, z: Array, epsilon: float) -> Array:
    """The derivative is clipped to the interval from 0 to 1, as if the function were increasing."""
    return np.clip(target.right.relu_epsilon_derivative(z, epsilon=epsilon), 0, 1)


@fault("activation_jacobian", breaks="activation.jacobian", kind=Kind.SHAPE)
def activation_jacobian_is_broadcast(target: Faulty, z: Array, activation: str, slope: float = 0.01) -> Array:
    """The vector of derivatives is spread over the rows of the matrix."""
    diagonal = np.diag(target.right.activation_jacobian(z, activation, slope=slope))
    return np.tile(diagonal, (z.shape[0], 1))


@fault("activation_jacobian", breaks="activation.jacobian", causes=("fixed parameter",))
def activation_jacobian_has_one_slope(target: Faulty, z: Array, activation: str, slope: float = 0.01) -> Array:
    """Leaky relu has the slope 0.01 whatever it is told."""
    del slope
    return target.right.activation_jacobian(z, activation, slope=0.01)


@fault("activation_jacobian", breaks="activation.jacobian", kind=Kind.CONVENTION, causes=("convention relu_at_zero",))
def activation_jacobian_rises_at_zero(target: Faulty, z: Array, activation: str, slope: float = 0.01) -> Array:
    """The derivative of relu at 0 is 1 where 0 is declared."""
    jacobian = target.right.activation_jacobian(z, activation, slope=slope)
    return replaced(jacobian, np.diag(z == 0), 1) if activation == "relu" else jacobian


@fault("root_mean_square_error", breaks="root_mean_square_error.value", regime="ordinary")
def root_mean_square_error_is_not_averaged(target: Faulty, o: Array, y: Array) -> Array:
    """The Euclidean distance, without the factor 1 / m."""
    return np.asarray(target.right.root_mean_square_error(o, y) * np.sqrt(o.dtype.type(o.shape[0])))


@fault("root_mean_square_error", breaks="root_mean_square_error.value", regime="ordinary", causes=("constant factor",))
def root_mean_square_error_has_a_half(target: Faulty, o: Array, y: Array) -> Array:
    """The root is taken of the halved mean."""
    return np.asarray(target.right.root_mean_square_error(o, y) / np.sqrt(2))


@fault("root_mean_square_error", breaks="root_mean_square_error.value", regime="ordinary")
def root_mean_square_error_of_magnitudes(target: Faulty, o: Array, y: Array) -> Array:
    """The mean of the magnitudes, which is right for a single entry."""
    del target
    return np.asarray(np.mean(np.abs(o - y)))


@fault("root_mean_square_error_gradient", breaks="root_mean_square_error.gradient", regime="ordinary")
def root_mean_square_error_gradient_of_the_mean(target: Faulty, o: Array, y: Array) -> Array:
    """The gradient of the halved mean square, without the quotient by the root."""
    del target
    return np.asarray((o - y) / o.dtype.type(o.shape[0]))


@fault("root_mean_square_error_gradient", breaks="root_mean_square_error.gradient", regime="ordinary")
def root_mean_square_error_gradient_is_a_unit_vector(target: Faulty, o: Array, y: Array) -> Array:
    """The gradient is divided by its length, which is 1 / sqrt(m)."""
    return np.asarray(target.right.root_mean_square_error_gradient(o, y) * np.sqrt(o.shape[0]))


@fault(
    "root_mean_square_error_gradient", breaks="root_mean_square_error.gradient", kind=Kind.NUMERICAL, regime="ordinary"
)
def root_mean_square_error_gradient_has_a_floor(target: Faulty, o: Array, y: Array) -> Array:
    """A 1e-8 under the root keeps it from 0, and the gradient of small errors from its length."""
    del target
    return np.asarray((o - y) / (o.shape[0] * np.sqrt(np.mean((o - y) ** 2) + 1e-8)))
