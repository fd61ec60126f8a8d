"""Sigmoid and tanh, and their derivatives, in every form that people write."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from .variant import Collection, Implementation

if TYPE_CHECKING:
    from collections.abc import Callable

    from .variant import Array

COLLECTION = Collection()


@COLLECTION.implementation(reaches="core")
class SigmoidAsPrinted(Implementation):
    """The sigmoid as it is printed, and its derivative by its own value."""

    def sigmoid(self, z: Array) -> Array:
        """``1 / (1 + e^-z)``."""
        return np.reciprocal(1 + np.exp(-z))

    def sigmoid_derivative(self, z: Array) -> Array:
        """``s (1 - s)``."""
        s = self.sigmoid(z)
        return s * (1 - s)

    def sigmoid_vjp(self, z: Array, upstream: Array) -> Array:
        """``u s (1 - s)``, the factors from left to right."""
        s = self.sigmoid(z)
        return upstream * (s * (1 - s))


@COLLECTION.implementation(reaches="core")
class SigmoidOfExponential(Implementation):
    """The sigmoid by the growing exponential, which overflows."""

    def sigmoid(self, z: Array) -> Array:
        """``e^z / (1 + e^z)``."""
        e = np.exp(z)
        return np.asarray(e / (e + 1))

    def sigmoid_derivative(self, z: Array) -> Array:
        """``s - s^2``, written as a product."""
        s = self.sigmoid(z)
        return (1 - s) * s


@COLLECTION.implementation(reaches="core")
class SigmoidByTanh(Implementation):
    """The sigmoid by the tanh of half the argument."""

    def sigmoid(self, z: Array) -> Array:
        """``(1 + tanh(z / 2)) / 2``."""
        return np.asarray((1 + np.tanh(z / 2)) / 2)

    def sigmoid_derivative(self, z: Array) -> Array:
        """``s (1 - s)``."""
        s = self.sigmoid(z)
        return np.asarray(s * (1 - s))


@COLLECTION.implementation()
class SigmoidByHalves(Implementation):
    """The sigmoid by two index sets, one for each sign, as numerical libraries write it."""

    def sigmoid(self, z: Array) -> Array:
        """``1 / (1 + e^-z)`` or ``e^z / (1 + e^z)``, whichever does not overflow."""
        a = np.empty_like(z)
        positive = z >= 0
        a[positive] = 1 / (1 + np.exp(-z[positive]))
        e = np.exp(z[~positive])
        a[~positive] = e / (1 + e)
        return a

    def sigmoid_derivative(self, z: Array) -> Array:
        """``s(z) s(-z)`` as one quotient, ``w / (1 + w)^2`` with ``w = e^-|z|``."""
        w = np.exp(np.where(z < 0, z, -z))
        return np.asarray(w / (1 + w) / (1 + w))

    def sigmoid_vjp(self, z: Array, upstream: Array) -> Array:
        """``u`` times that."""
        return self.sigmoid_derivative(z) * upstream


@COLLECTION.variant("sigmoid_derivative", reaches="core")
def sigmoid_derivative_by_both_exponentials(_target: object, z: Array) -> Array:
    """The derivative of the sigmoid as ``1 / (2 + e^z + e^-z)``, which vanishes where an exponential overflows."""
    return np.asarray(1 / (2 + np.exp(z) + np.exp(-z)))


@COLLECTION.variant("sigmoid_derivative")
def sigmoid_derivative_by_product(_target: object, z: Array) -> Array:
    """The derivative of the sigmoid as the product of the sigmoids of z and -z."""
    e = np.exp(-np.abs(z))
    return np.asarray(1 / (1 + e) * (e / (1 + e)))


@COLLECTION.implementation(reaches="core")
class TanhAsPrinted(Implementation):
    """Tanh as it is printed, and its derivative as one minus a square."""

    def tanh(self, z: Array) -> Array:
        """``(e^z - e^-z) / (e^z + e^-z)``."""
        up, down = np.exp(z), np.exp(-z)
        return np.asarray((up - down) / (up + down))

    def tanh_derivative(self, z: Array) -> Array:
        """``1 - tanh^2``, the square by numpy.square."""
        return np.asarray(1 - np.square(np.tanh(z)))

    def tanh_vjp(self, z: Array, upstream: Array) -> Array:
        """``u (1 - tanh^2)``."""
        t = np.tanh(z)
        return np.asarray(upstream * (1 - t * t))


@COLLECTION.implementation(reaches="core")
class TanhBySigmoid(Implementation):
    """Tanh by the sigmoid of twice the argument, and its derivative as a product of two differences."""

    def tanh(self, z: Array) -> Array:
        """``2 s(2z) - 1``."""
        return np.asarray(2 / (1 + np.exp(-2 * z)) - 1)

    def tanh_derivative(self, z: Array) -> Array:
        """``(1 - t) (1 + t)``."""
        t = np.tanh(z)
        return np.asarray((1 - t) * (1 + t))


@COLLECTION.implementation(reaches="core")
class TanhByDoubledExponential(Implementation):
    """Tanh by one exponential, and its derivative by its own value."""

    def tanh(self, z: Array) -> Array:
        """``(e^2z - 1) / (e^2z + 1)``."""
        e = np.exp(2 * z)
        return np.asarray((e - 1) / (e + 1))

    def tanh_derivative(self, z: Array) -> Array:
        """``1 - t t``."""
        t = self.tanh(z)
        return np.asarray(1 - t * t)


@COLLECTION.implementation()
class TanhByExpm1(Implementation):
    """Tanh by expm1 of minus twice the magnitude, half formats in float32."""

    def tanh(self, z: Array) -> Array:
        """``sign(z) m / (m + 2)`` with ``m = -expm1(-2 |z|)``, the sum being ``1 + e^-2|z|``."""
        wide = z.astype(np.float32) if z.dtype.itemsize == HALF else z
        shrunk = np.expm1(-2 * np.abs(wide))
        return np.copysign(-shrunk / (2 + shrunk), wide)

    def tanh_derivative(self, z: Array) -> Array:
        """``4 w / (1 + w)^2`` with ``w = e^-2|z|``, as the square of ``2 / (1 + w)`` times w."""
        w = np.exp(-2 * np.abs(z))
        root = 2 / (1 + w)
        return np.asarray(root * root * w)


HALF = 2
"""Bytes of a number of a half format."""


@COLLECTION.implementation(formats=("float32", "float16", "bfloat16"))
class SmoothInFloat64(Implementation):
    """Elementwise functions are computed in float64 and rounded once."""

    def sigmoid(self, z: Array) -> Array:
        """``1 / (1 + e^-z)``, which does not overflow in float64 where the format has digits."""
        return np.asarray(1 / (1 + np.exp(-z.astype(np.float64))))

    def sigmoid_derivative(self, z: Array) -> Array:
        """``e / (1 + e)^2``."""
        e = np.exp(-np.abs(z.astype(np.float64)))
        return np.asarray(e / (1 + e) ** 2)

    def tanh(self, z: Array) -> Array:
        """Tanh."""
        return np.tanh(z.astype(np.float64))

    def tanh_derivative(self, z: Array) -> Array:
        """``1 / cosh^2``."""
        return np.asarray(1 / np.cosh(z.astype(np.float64)) ** 2)


@COLLECTION.implementation(formats=("float64",))
class SmoothInLongDouble(Implementation):
    """Elementwise functions are computed in the widest format that the machine has."""

    def sigmoid(self, z: Array) -> Array:
        """``1 / (1 + e^-z)``."""
        return np.asarray(1 / (1 + np.exp(-z.astype(np.longdouble))))

    def tanh(self, z: Array) -> Array:
        """Tanh."""
        return np.tanh(z.astype(np.longdouble))

    def tanh_derivative(self, z: Array) -> Array:
        """``1 / cosh^2``."""
        return np.asarray(1 / np.cosh(z.astype(np.longdouble)) ** 2)


@COLLECTION.implementation()
class SmoothByMath(Implementation):
    """Elementwise functions are loops over the functions of Python's math module, in float64."""

    def sigmoid(self, z: Array) -> Array:
        """The branch that does not overflow."""
        return _mapped(_sigmoid, z)

    def sigmoid_derivative(self, z: Array) -> Array:
        """``e / (1 + e)^2``."""
        return _mapped(_sigmoid_derivative, z)

    def tanh(self, z: Array) -> Array:
        """``math.tanh``."""
        return _mapped(math.tanh, z)


def _mapped(function: Callable[[float], float], z: Array) -> Array:
    numbers = [function(number) for number in z.astype(np.float64).reshape(-1).tolist()]
    return np.array(numbers, dtype=np.float64).reshape(z.shape)


def _sigmoid(number: float) -> float:
    e = math.exp(-abs(number))
    return e / (1 + e) if number < 0 else 1 / (1 + e)


def _sigmoid_derivative(number: float) -> float:
    e = math.exp(-abs(number))
    return e / (1 + e) ** 2


@COLLECTION.implementation(formats=("float64", "float32", "bfloat16"), conventions={"subnormals": "flush"})
class SmoothFlushed(Implementation):
    """Subnormal arguments and results are zero, as on an accelerator."""

    def sigmoid(self, z: Array) -> Array:
        """``e / (1 + e)`` or ``1 / (1 + e)``."""
        e = _flushed(np.exp(-np.abs(_flushed(z))))
        return _flushed(np.where(z < 0, e, np.ones_like(e)) / (1 + e))

    def sigmoid_derivative(self, z: Array) -> Array:
        """``e / (1 + e)^2``."""
        e = _flushed(np.exp(-np.abs(_flushed(z))))
        return _flushed(e / ((1 + e) * (1 + e)))

    def sigmoid_vjp(self, z: Array, upstream: Array) -> Array:
        """``u`` times that."""
        return _flushed(_flushed(upstream) * self.sigmoid_derivative(z))

    def tanh(self, z: Array) -> Array:
        """Tanh."""
        return _flushed(np.tanh(_flushed(z)))

    def relu(self, z: Array) -> Array:
        """``max(z, 0)``."""
        return np.maximum(_flushed(z), z.dtype.type(0))

    def squared_error(self, o: Array, y: Array) -> Any:
        """``1/2 sum d^2``."""
        d = _flushed(_flushed(o) - _flushed(y))
        total = z = o.dtype.type(0)
        for each in d:
            total = _flushed(total + _flushed(each * each))
        return _flushed(np.asarray(total / 2, dtype=z.dtype))


SMALLEST_NORMAL = {"float64": 2.0**-1022, "float32": 2.0**-126, "bfloat16": 2.0**-126}
"""What is below it in magnitude is flushed."""


def _flushed(numbers: Any) -> Array:
    array = np.asarray(numbers)
    return np.where(np.abs(array) < SMALLEST_NORMAL[array.dtype.name], np.zeros_like(array), array)
