"""Every order of summation: in products, over batches, in denominators and in costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from . import sums
from .dense import Networks
from .variant import Collection

if TYPE_CHECKING:
    from .variant import Array

COLLECTION = Collection()

SUMMED = (
    "vector_jacobian_product",
    "softmax",
    "squared_error",
    "network_cost",
    "network_gradients",
)
"""What is offered in every order: products, denominators, losses, costs, and sums over batches."""


class _Ordered(Networks):
    """All sums by one function."""

    order: Any

    def product(self, one: Array, other: Array) -> Array:
        """Of rounded products."""
        return sums.product(one, other, self.total)

    def total(self, terms: Array) -> Array:
        """In the order of the class."""
        return np.asarray(type(self).order(terms))


@COLLECTION.implementation(*SUMMED)
class SummedForward(_Ordered):
    """All sums run from the first term to the last, in loops."""

    order = staticmethod(sums.forward)


@COLLECTION.implementation(*SUMMED)
class SummedBackward(_Ordered):
    """All sums run from the last term to the first."""

    order = staticmethod(sums.backward)


@COLLECTION.implementation(*SUMMED)
class SummedPairwise(_Ordered):
    """All sums are those of two halves."""

    order = staticmethod(sums.pairwise)


@COLLECTION.implementation(*SUMMED)
class SummedInBlocks(_Ordered):
    """All sums are made of blocks of four neighbours."""

    order = staticmethod(sums.blocked)


@COLLECTION.implementation(*SUMMED)
class SummedInLanes(_Ordered):
    """All sums are made of four interleaved ones, as vector units do it."""

    order = staticmethod(sums.in_lanes)


@COLLECTION.implementation(*SUMMED)
class SummedAscending(_Ordered):
    """All sums begin with the smallest magnitude."""

    order = staticmethod(sums.ascending)


@COLLECTION.implementation(*SUMMED)
class SummedDescending(_Ordered):
    """All sums begin with the largest magnitude."""

    order = staticmethod(sums.descending)


@COLLECTION.implementation(*SUMMED)
class SummedByInsertion(_Ordered):
    """All sums replace the two smallest magnitudes by their sum, until one is left."""

    order = staticmethod(sums.by_insertion)


@COLLECTION.implementation(*SUMMED)
class SummedByKahan(_Ordered):
    """All sums are compensated, Kahan's way."""

    order = staticmethod(sums.compensated)


@COLLECTION.implementation(*SUMMED)
class SummedByNeumaier(_Ordered):
    """All sums are compensated by a sum of what was lost, Neumaier's way."""

    order = staticmethod(sums.cascaded)


@COLLECTION.implementation(*SUMMED)
class SummedRunning(_Ordered):
    """All sums are the last of the partial sums that numpy.cumsum returns."""

    order = staticmethod(sums.running)


@COLLECTION.implementation(*SUMMED)
class SummedExactly(_Ordered):
    """All sums of rounded terms are exact, by math.fsum, and rounded once."""

    order = staticmethod(sums.correctly_rounded)


@COLLECTION.implementation(*SUMMED, formats=("float32", "float16", "bfloat16"))
class AccumulatedInFloat64(Networks):
    """Products of matrices and all sums are accumulated in float64 and rounded once."""

    def product(self, one: Array, other: Array) -> Array:
        """In float64."""
        return (one.astype(np.float64) @ other.astype(np.float64)).astype(one.dtype)

    def total(self, terms: Array) -> Array:
        """In float64."""
        return sums.in_float64(terms)


@COLLECTION.implementation(*SUMMED, formats=("float64", "float32", "float16"))
class FusedMultiplyAdd(_Ordered):
    """Products of matrices are chains of fused multiplications and additions."""

    order = staticmethod(sums.forward)

    def product(self, one: Array, other: Array) -> Array:
        """One rounding for each term."""
        return sums.fused_product(one, other)

    def affine(self, weights: Array, bias: Array, inputs: Array) -> Array:
        """The chain begins with the bias."""
        result = np.repeat(bias[:, np.newaxis], inputs.shape[1], axis=1)
        for i, j in np.ndindex(*result.shape):
            for weight, number in zip(weights[i], inputs[:, j], strict=True):
                result[i, j] = sums.fused(weight, number, result[i, j])
        return result
