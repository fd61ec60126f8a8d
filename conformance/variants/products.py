"""Products of matrices, each in the way of another library or machine; dense layers and networks over them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ml_dtypes
import numpy as np

from . import sums
from .dense import Networks
from .variant import Collection

if TYPE_CHECKING:
    from .variant import Array

COLLECTION = Collection()

MULTIPLIED = ("chain_jacobian", "dense_batch_gradients", "network_gradients")
"""What is offered with every product."""

WITHOUT_BFLOAT16 = ("float64", "float32", "float16")
"""The formats that numpy.einsum knows."""


@COLLECTION.implementation(*MULTIPLIED, formats=WITHOUT_BFLOAT16)
class ProductsByEinsum(Networks):
    """Products of matrices are written in index notation."""

    def product(self, one: Array, other: Array) -> Array:
        """``sum_k A_ik B_kj``."""
        return np.asarray(np.einsum("ik,kj->ij", one, other))

    def total(self, terms: Array) -> Array:
        """``sum_n``."""
        return np.asarray(np.einsum("n...->...", terms))


@COLLECTION.implementation(*MULTIPLIED)
class ProductsByTensordot(Networks):
    """Products of matrices are contractions of an outer product's neighbours."""

    def product(self, one: Array, other: Array) -> Array:
        """``numpy.tensordot`` over one axis."""
        return np.tensordot(one, other, axes=1)


@COLLECTION.implementation(*MULTIPLIED)
class ProductsByLoops(Networks):
    """Products of matrices are three loops over numbers, the bias first."""

    def product(self, one: Array, other: Array) -> Array:
        """Row by column."""
        return self.affine(one, np.zeros(len(one), dtype=one.dtype), other)

    def affine(self, weights: Array, bias: Array, inputs: Array) -> Array:
        """``b_i + W_i1 x_1 + W_i2 x_2 + ...``."""
        result = np.empty((weights.shape[0], inputs.shape[1]), dtype=weights.dtype)
        for i, j in np.ndindex(*result.shape):
            total = bias[i]
            for k in range(weights.shape[1]):
                total = total + weights[i, k] * inputs[k, j]
            result[i, j] = total
        return result


@COLLECTION.implementation(*MULTIPLIED)
class ProductsByRankOneUpdates(Networks):
    """Products of matrices are sums of outer products, a column times a row."""

    def product(self, one: Array, other: Array) -> Array:
        """``sum_k A_k B^k``."""
        result = np.zeros((one.shape[0], other.shape[1]), dtype=one.dtype)
        for column, row in zip(one.T, other, strict=True):
            result += np.outer(column, row)
        return result


@COLLECTION.implementation(*MULTIPLIED)
class ProductsTransposed(Networks):
    """Products of matrices are transposes of products in the other order."""

    def product(self, one: Array, other: Array) -> Array:
        """``(B^T A^T)^T``."""
        return np.ascontiguousarray((np.ascontiguousarray(other.T) @ np.ascontiguousarray(one.T)).T)


@COLLECTION.implementation(*MULTIPLIED)
class ProductsByTiles(Networks):
    """Products of matrices are made of tiles of two rows, columns and terms."""

    def product(self, one: Array, other: Array) -> Array:
        """Each tile is added to its place."""
        result = np.zeros((one.shape[0], other.shape[1]), dtype=one.dtype)
        for k in range(0, one.shape[1], 2):
            for i in range(0, one.shape[0], 2):
                for j in range(0, other.shape[1], 2):
                    tile = sums.product(one[i : i + 2, k : k + 2], other[k : k + 2, j : j + 2], sums.forward)
                    result[i : i + 2, j : j + 2] += tile
        return result


@COLLECTION.implementation(*MULTIPLIED)
class ProductsWithExtendedWeights(Networks):
    """The bias is one more column of the weights, for an input that is always one."""

    def affine(self, weights: Array, bias: Array, inputs: Array) -> Array:
        """``[W b] [A; 1]``."""
        ones = np.ones((1, inputs.shape[1]), dtype=inputs.dtype)
        return self.product(np.column_stack([weights, bias]), np.concatenate([inputs, ones]))


@COLLECTION.implementation(*MULTIPLIED, formats=("float64",))
class ProductsInLongDouble(Networks):
    """Products of matrices are accumulated in the widest format that the machine has."""

    def product(self, one: Array, other: Array) -> Array:
        """Rounded once."""
        return np.asarray(one.astype(np.longdouble) @ other.astype(np.longdouble)).astype(one.dtype)


class _Rounded(Networks):
    """Inputs of products of matrices are rounded first; sums of single quantities are not products."""

    def product(self, one: Array, other: Array) -> Array:
        """In float32."""
        return self.rounded(one) @ self.rounded(other)

    def rounded(self, numbers: Array) -> Array:
        """To fewer digits."""
        raise NotImplementedError

    def others(self, terms: Array) -> Array:
        """Sums of shares and labels, in full precision."""
        return np.stack([np.sum(np.delete(terms, index, axis=0), axis=0) for index in range(len(terms))])


@COLLECTION.implementation(*MULTIPLIED, formats=("float32",), conventions={"matmul_inputs": "tf32"})
class ProductsOfTf32(_Rounded):
    """Inputs of products of matrices are rounded to eleven bits, as tensor cores do it."""

    def rounded(self, numbers: Array) -> Array:
        """To nearest, ties to even, by adding and masking."""
        bits = numbers.astype(np.float32).view(np.uint32)
        even = bits + np.uint32(0xFFF) + ((bits >> np.uint32(13)) & np.uint32(1))
        return np.asarray(even & np.uint32(0xFFFFE000)).view(np.float32)


@COLLECTION.implementation(*MULTIPLIED, formats=("float32",), conventions={"matmul_inputs": "bfloat16"})
class ProductsOfBfloat16(_Rounded):
    """Inputs of products of matrices are rounded to bfloat16, and accumulated in float32."""

    def rounded(self, numbers: Array) -> Array:
        """To eight bits."""
        return numbers.astype(ml_dtypes.bfloat16).astype(np.float32)
