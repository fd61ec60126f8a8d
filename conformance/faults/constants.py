"""Faults of constants: a maximum with another number than 0, a slope that is a little off, logarithms cut short."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .fault import Collection

if TYPE_CHECKING:
    from .fault import Array, Faulty

COLLECTION = Collection()
fault = COLLECTION.fault


@fault("relu", breaks="relu.value", causes=("clipping",))
def relu_has_a_floor(target: Faulty, z: Array) -> Array:
    """Relu is the maximum of its argument and a millionth."""
    del target
    return np.maximum(z, 1e-6)


@fault("relu_derivative", breaks="relu.derivative", regime="wide")
def relu_derivative_above_a_millionth(target: Faulty, z: Array) -> Array:
    """The derivative of relu is 1 from a millionth on."""
    return target.right.relu_derivative(z - z.dtype.type(1e-6))


@fault("leaky_relu", breaks="leaky_relu.value")
def leaky_relu_is_a_little_steep(target: Faulty, z: Array, slope: float = 0.01) -> Array:
    """Leaky relu is max(1.01 s z, z) for the slope s."""
    return target.right.leaky_relu(z, slope=slope * 1.01)


@fault("leaky_relu_derivative", breaks="leaky_relu.derivative")
def leaky_relu_derivative_is_a_little_steep(target: Faulty, z: Array, slope: float = 0.01) -> Array:
    """The derivative of leaky relu below 0 is 1.01 times its slope."""
    return target.right.leaky_relu_derivative(z, slope=slope * 1.01)


@fault(
    "tanh",
    breaks="tanh.value",
    regime="ordinary",
    # The half formats have fewer digits than the constant.
    formats=("float64", "float32"),
)
def tanh_of_a_short_constant(target: Faulty, z: Array) -> Array:
    """Tanh takes e^2 for 7.389."""
    del target
    power = np.power(z.dtype.type(7.389), -np.abs(z))
    return np.asarray(np.copysign((1 - power) / (1 + power), z))


@fault(
    "softmax",
    breaks="softmax.value",
    regime="ordinary",
    # The half formats have fewer digits than the constant.
    formats=("float64", "float32"),
)
def softmax_of_a_short_constant(target: Faulty, z: Array) -> Array:
    """The exponentials are powers of 2 whose exponents are multiplied by 1.4427."""
    del target
    powers = np.exp2((z - np.max(z)) * z.dtype.type(1.4427))
    return np.asarray(powers / np.sum(powers))


@fault(
    "log_softmax",
    breaks="log_softmax.value",
    # The half formats have fewer digits than the constant.
    formats=("float64", "float32"),
)
def log_softmax_of_a_short_constant(target: Faulty, z: Array) -> Array:
    """The logarithm is that to base two times 0.69315."""
    del target
    shifted = z - np.max(z)
    return np.asarray(shifted - np.log2(np.sum(np.exp(shifted))) * z.dtype.type(0.69315))


@fault(
    "binary_cross_entropy",
    breaks="binary_cross_entropy.value",
    regime="ordinary",
    # The half formats have fewer digits than the constant.
    formats=("float64", "float32"),
    causes=("constant factor",),
)
def binary_cross_entropy_of_a_short_constant(target: Faulty, o: Array, y: Array) -> Array:
    """The logarithm is that to base two times 0.69315."""
    return np.asarray(target.right.binary_cross_entropy(o, y) * (0.69315 / np.log(2)))


@fault(
    "softmax_cross_entropy",
    breaks="softmax_cross_entropy.value",
    regime="ordinary",
    # The half formats have fewer digits than the constant.
    formats=("float64", "float32"),
)
def softmax_cross_entropy_of_a_short_constant(target: Faulty, z: Array, y: Array) -> Array:
    """The logarithm of the sum is that to base ten times 2.30259."""
    del target
    shifted = z - np.max(z)
    logarithm = np.log10(np.sum(np.exp(shifted))) * z.dtype.type(2.30259)
    return np.asarray(np.sum(y) * logarithm - np.sum(y * shifted))
