"""
The derivatives of the output of one sample with respect to the weights of a layer, as their two factors.

``J[k, i, j] = C[k, i] a[j]``, with C the derivatives of ``a^L`` by the pre-activations of the layer and a what the
layer is fed: clauses ``output.weight_jacobian`` and ``output.bias_jacobian``. The factors have some thousand numbers
where the tensor has millions. So the factors are certified, and the tensor is formed in blocks.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from flint import arb

from ..arithmetic.ball import UnresolvedError, precision
from .balls import UPWARD, Balls, enclosed, exact_balls
from .certified import LARGEST_BITS
from .elementwise import activated
from .flint_path import FlintProducts
from .inputs import checked_network, finite
from .output_layer import shares_of
from .splitting import two_sum
from .step import Enclosed
from .sufficiency import are_sufficient, magnitudes_of_factors

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import ArrayLike

    from ...spec.conventions import Conventions
    from ...spec.network import Network
    from .step import FloatArray

BLOCK = 2**18
"""Entries of a block."""

UNDERFLOW = 2.0**-1070
"""More than what the ten products behind an entry lose where they are not normal numbers, each at most 2^-1075."""

SPLITTER = 2.0**27 + 1
"""Veltkamp's constant: cuts a float64 number into two of 26 bits."""


@dataclass(frozen=True, eq=False)
class Comparison:
    """A block of a given tensor beside the true one."""

    output: int
    """The index k of the block."""
    units: slice
    """The indices i of the block."""
    true: Enclosed
    """The block, shape ``(units, n_(l-1))``."""
    error: FloatArray
    """How far the given entries are from ``high + low``, of the same shape."""


@dataclass(frozen=True, eq=False)
class JacobianFactors:
    """The derivatives of the output of one sample with respect to the weights of one layer."""

    left: Enclosed
    """C, shape ``(n_L, n_l)``: also the derivatives with respect to the bias."""
    right: Enclosed
    """``a^(l-1)``, shape ``(n_(l-1),)``."""

    @property
    def shape(self) -> tuple[int, int, int]:
        """Of the tensor, ``(n_L, n_l, n_(l-1))``."""
        outputs, units = self.left.high.shape
        return outputs, units, len(self.right.high)

    def block(self, output: int, units: slice) -> Enclosed:
        """``J[output, units, :]``, shape ``(units, n_(l-1))``."""
        high, low, radius = (each[output, units][:, None] for each in (self.left.high, self.left.low, self.left.radius))
        return _outer(high, low, radius, self.right)

    def indices(self) -> Iterator[tuple[int, slice]]:
        """Of all blocks, none of which has many more than :data:`BLOCK` entries."""
        outputs, units, inputs = self.shape
        height = max(1, BLOCK // inputs)
        for output in range(outputs):
            for start in range(0, units, height):
                yield output, slice(start, min(start + height, units))

    def compared(self, tensor: FloatArray) -> Iterator[Comparison]:
        """Block after block of ``tensor``, which has the shape of this one, beside the true one."""
        if tensor.shape != self.shape:
            raise ValueError(f"the tensor has the shape {tensor.shape}; it must be {self.shape}")
        for output, units in self.indices():
            true = self.block(output, units)
            given = np.asarray(tensor[output, units]).astype(np.float64)
            with np.errstate(invalid="ignore", over="ignore"):
                yield Comparison(output, units, true, np.abs((given - true.high) - true.low))


def _outer(high: FloatArray, low: FloatArray, radius: FloatArray, right: Enclosed) -> Enclosed:
    """
    The product of a column and a row of enclosed numbers, shape ``(m, n)``.

    ``high high'`` is its rounded value plus an error that float64 holds (Dekker 1971). To that are added ``high low'``
    and ``low high'``: four rounded operations, each off by 2^-53 of at most the sum of the magnitudes. Left out are
    ``low low'`` and what the radii allow. A product with an exact 0 is one.
    """
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        product, error = _two_product(high, right.high)
        across, down = high * right.low, low * right.high
        rest = error + (across + down)
        rounding = 2.0**-51 * (np.abs(error) + np.abs(across) + np.abs(down)) + np.abs(low * right.low)
        sizes = np.abs(right.high) + np.abs(right.low)
        allowed = radius * (sizes + right.radius) + (np.abs(high) + np.abs(low)) * right.radius
        found = (rounding + allowed + UNDERFLOW) * UPWARD**2
        product, rest = two_sum(product, rest)
    is_nothing = ((high == 0) & (radius == 0)) | ((right.high == 0) & (right.radius == 0))
    reached = np.isfinite(product) & np.isfinite(rest) & np.isfinite(found)
    return Enclosed(
        np.where(np.isfinite(product), product, 0),
        np.where(reached & ~is_nothing, rest, 0),
        np.where(is_nothing, 0, np.where(reached, found, np.inf)),
    )


def _two_product(a: FloatArray, b: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The rounded products and, exactly where nothing over- or underflows, their errors."""
    product = a * b
    a_high, b_high = (number * SPLITTER - (number * SPLITTER - number) for number in (a, b))
    a_low, b_low = a - a_high, b - b_high
    return product, a_low * b_low - (((product - a_high * b_high) - a_low * b_high) - a_high * b_low)


def jacobian_factors(
    network: Network, x: ArrayLike, conventions: Conventions, *, bits: int = 113
) -> tuple[JacobianFactors, ...]:
    """
    The factors for every layer, first to last, at one sample x of shape ``(n_0,)``.

    Precision begins at ``bits`` and is doubled until every radius is narrow enough for an audit (see ``sufficiency``)
    and every jump is decided, or the cap is reached.
    """
    column = finite(x, "x", 1)[:, None]
    network = checked_network(network, column.shape[0])
    magnitudes = magnitudes_of_factors(network, column)
    while True:
        is_last = bits >= LARGEST_BITS
        with precision(bits), suppress(UnresolvedError):
            found = _factors(network, column, conventions, admit_both_branches=is_last)
            if is_last or are_sufficient([(each.left, each.right) for each in found], magnitudes):
                return tuple(found)
        bits = min(2 * bits, LARGEST_BITS)


def _factors(
    network: Network, x: FloatArray, conventions: Conventions, *, admit_both_branches: bool
) -> list[JacobianFactors]:
    products, rights, slopes = FlintProducts(1, 0), [exact_balls(x)], []
    for layer in network.layers:
        z = products.affine(layer.weights, layer.bias, products.inputs(rights[-1]))
        if layer.activation == "softmax":
            break
        values, of_layer = activated(layer, z.entries, conventions, admit_both_branches=admit_both_branches)
        rights.append(Balls(z.rows, 1, values))
        slopes.append(of_layer)
    size = range(z.rows)
    of_output = (
        shares_of(z.entries).jacobian()
        if network.layers[-1].activation == "softmax"
        else [slopes[-1][i] if i == j else arb(0) for i in size for j in size]
    )
    return _pulled(network, rights, slopes, Balls(z.rows, z.rows, of_output))


def _pulled(network: Network, rights: list[Balls], slopes: list[list[arb]], of_output: Balls) -> list[JacobianFactors]:
    """The factors of every layer; ``of_output`` is symmetric, a column an output."""
    products, deltas, found = FlintProducts(of_output.columns, 0), of_output, []
    for index in reversed(range(len(network.layers))):
        left = [ball for output in range(deltas.columns) for ball in deltas.column(output)]
        right = rights[index].entries
        found.append(JacobianFactors(enclosed(left, (deltas.columns, deltas.rows)), enclosed(right, (len(right),))))
        if index > 0:
            pulled = products.pulled(network.layers[index].weights, products.deltas(deltas))
            of_units = slopes[index - 1]
            entries = [up * of_units[place // pulled.columns] for place, up in enumerate(pulled.entries)]
            deltas = Balls(pulled.rows, pulled.columns, entries)
    return found[::-1]
