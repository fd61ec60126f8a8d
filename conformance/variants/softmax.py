"""Softmax, its logarithm, its Jacobian and its products, in every form that people write."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...spec.formats import FORMATS
from . import sums
from .variant import Collection, Implementation

if TYPE_CHECKING:
    from .variant import Array

COLLECTION = Collection()

LARGEST = {number_format.dtype: float(number_format.largest) for number_format in FORMATS.values()}
"""The largest number of each dtype."""


def shifted(z: Array) -> Array:
    """``z`` minus its maximum over the first axis, NaN throughout where the maximum is infinite."""
    return z - np.max(z, axis=0)


def stable(z: Array) -> Array:
    """``exp(z_i - M) / sum_j exp(z_j - M)`` over the first axis."""
    e = np.exp(shifted(z))
    return np.asarray(e / sums.forward(e))


@COLLECTION.implementation(reaches="core")
class SoftmaxAsPrinted(Implementation):
    """Softmax without a shift, and what follows from it by the printed formulas."""

    def softmax(self, z: Array) -> Array:
        """``exp(z_i) / sum_j exp(z_j)``."""
        e = np.exp(z)
        return np.asarray(e / np.sum(e))

    def log_softmax(self, z: Array) -> Array:
        """``log softmax``."""
        return np.log(self.softmax(z))

    def softmax_jacobian(self, z: Array) -> Array:
        """``diag(s) - s s^T``."""
        s = self.softmax(z)
        return np.diag(s) - np.outer(s, s)

    def softmax_vjp(self, z: Array, upstream: Array) -> Array:
        """``J u``, by the whole Jacobian, which is symmetric."""
        return np.asarray(self.softmax_jacobian(z) @ upstream)


@COLLECTION.implementation()
class SoftmaxByLogarithm(Implementation):
    """Softmax as the exponential of its logarithm, the maximum subtracted first."""

    def log_softmax(self, z: Array) -> Array:
        """``(z_i - M) - log sum_j exp(z_j - M)``."""
        d = shifted(z)
        return np.asarray(d - np.log(sums.pairwise(np.exp(d))))

    def softmax(self, z: Array) -> Array:
        """``exp log softmax``."""
        return np.exp(self.log_softmax(z))

    def softmax_batch(self, Z: Array) -> Array:
        """The same along an axis."""
        columns = self.choices.batch(Z)
        return self.choices.batch(np.exp(self.log_softmax(columns)))


@COLLECTION.implementation(reaches="core", formats=("float64", "float32", "float16"))
class SoftmaxByLogaddexp(Implementation):
    """Softmax and its logarithm by numpy.logaddexp, which adds logarithms two by two."""

    def log_softmax(self, z: Array) -> Array:
        """``z_i - logaddexp(z_1, logaddexp(z_2, ...))``."""
        return z - np.logaddexp.reduce(z)

    def softmax(self, z: Array) -> Array:
        """Its exponential."""
        return np.exp(self.log_softmax(z))


@COLLECTION.variant("softmax")
def softmax_in_one_pass(_target: object, z: Array) -> Array:
    """Maximum and denominator are found in one pass, the sum being scaled when a larger entry comes."""
    largest, total = z.dtype.type(-np.inf), z.dtype.type(0)
    for number in z:
        new = np.maximum(largest, number)
        if not np.isneginf(number):
            total = total * np.exp(largest - new) + np.exp(number - new)
        largest = new
    return np.asarray(np.exp(z - largest) / total)


@COLLECTION.implementation(conventions={"layout": "rows"})
class SoftmaxByEntries(Implementation):
    """Every entry by itself in loops, the diagonal by the sum of the other entries; a batch row by row."""

    def softmax(self, z: Array) -> Array:
        """``1 / sum_j exp(z_j - z_i)`` scaled by nothing, with the maximum as the shift."""
        e = np.array([np.exp(number - np.max(z)) for number in z], dtype=z.dtype)
        total = sums.forward(e)
        return np.array([each / total for each in e], dtype=z.dtype)

    def softmax_jacobian(self, z: Array) -> Array:
        """``s_i sum_(k != i) s_k`` and ``-s_i s_j``."""
        s = self.softmax(z)
        jacobian = np.empty((len(s), len(s)), dtype=s.dtype)
        for i, j in np.ndindex(*jacobian.shape):
            others = np.delete(s, i)
            jacobian[i, j] = -s[i] * s[j] if i != j else s[i] * (sums.forward(others) if len(others) else s[i] * 0)
        return jacobian

    def softmax_vjp(self, z: Array, upstream: Array) -> Array:
        """``s_i sum_j s_j (u_i - u_j)``, upstreams near overflow divided by four before."""
        s = self.softmax(z)
        scale = z.dtype.type(4 if np.max(np.abs(upstream)) > LARGEST[z.dtype] / 4 else 1)
        part = upstream / scale
        return np.array([scale * (s[i] * sums.forward(s * (u - part))) for i, u in enumerate(part)])

    def softmax_batch(self, Z: Array) -> Array:
        """One sample after the other."""
        return np.stack([self.softmax(z) for z in Z])


@COLLECTION.implementation(reaches="core")
class SoftmaxWithStableSharesOnly(Implementation):
    """Shares without overflow, but differences that cancel in the Jacobian and in its product."""

    def softmax_jacobian(self, z: Array) -> Array:
        """``s_i (delta_ij - s_j)``."""
        s = stable(z)
        return s[:, np.newaxis] * (np.eye(len(s), dtype=s.dtype) - s)

    def softmax_vjp(self, z: Array, upstream: Array) -> Array:
        """``s * (u - s.u)``."""
        s = stable(z)
        return s * (upstream - sums.forward(s * upstream))


@COLLECTION.variant("softmax_vjp", reaches="core")
def softmax_vjp_distributed(_target: object, z: Array, upstream: Array) -> Array:
    """``s * u - s (s.u)``, the product distributed over the difference."""
    s = stable(z)
    weighted = s * upstream
    return weighted - s * sums.pairwise(weighted)


@COLLECTION.implementation()
class SoftmaxBatchInOneArray(Implementation):
    """A batch at once, over the axis of the classes, with broadcasting."""

    def softmax_batch(self, Z: Array) -> Array:
        """Columns are samples."""
        e = np.exp(Z - Z.max(axis=0, keepdims=True))
        return np.asarray(e / e.sum(axis=0, keepdims=True))
