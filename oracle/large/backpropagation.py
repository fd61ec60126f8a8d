"""
One training step by backpropagation, generic over who multiplies the matrices.

The elementwise part is done on FLINT balls. What grows with the product of two widths, that is the three matrix
products of each layer, is asked of :class:`Products`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

from .balls import Balls, enclosed, exact_balls
from .elementwise import activated
from .output_layer import end
from .step import Step

if TYPE_CHECKING:
    from flint import arb

    from ...spec.conventions import Conventions
    from ...spec.network import Network
    from .step import Enclosed, FloatArray

Operand = TypeVar("Operand")
"""Whatever represents a matrix with a column a sample."""


class Products(Protocol[Operand]):
    """The matrix products of a layer with weights W, shape ``(m, n)``, and bias b, shape ``(m,)``."""

    def exact(self, values: FloatArray) -> Operand:
        """The inputs of the first layer."""
        ...

    def inputs(self, values: Balls) -> Operand:
        """The inputs of a further layer."""
        ...

    def deltas(self, values: Balls) -> Operand:
        """The deltas of a layer."""
        ...

    def affine(self, weights: FloatArray, bias: FloatArray, inputs: Operand) -> Balls:
        """``W A + b 1^T``, shape ``(m, N)``."""
        ...

    def pulled(self, weights: FloatArray, deltas: Operand) -> Balls:
        """``W^T D``, shape ``(n, N)``."""
        ...

    def gradients(self, deltas: Operand, inputs: Operand) -> tuple[Enclosed, Enclosed]:
        """``D A^T`` and ``D 1``, shapes ``(m, n)`` and ``(m,)``."""
        ...


def backpropagated(
    products: Products[Operand],
    network: Network,
    x: FloatArray,
    y: FloatArray,
    conventions: Conventions,
    *,
    admit_both_branches: bool,
) -> Step:
    """The step of ``network`` at a batch of shapes ``(n_0, N)`` and ``(n_L, N)``; all arrays are float64."""
    inputs, slopes = [products.exact(x)], []
    for layer in network.layers[:-1]:
        z = products.affine(layer.weights, layer.bias, inputs[-1])
        values, of_layer = activated(layer, z.entries, conventions, admit_both_branches=admit_both_branches)
        inputs.append(products.inputs(Balls(z.rows, z.columns, values)))
        slopes.append(of_layer)
    last = network.layers[-1]
    z = products.affine(last.weights, last.bias, inputs[-1])
    ended = end(network, z, exact_balls(y), conventions, admit_both_branches=admit_both_branches)
    weights, biases = _gradients(products, network, inputs, slopes, ended.deltas)
    return Step(enclosed(ended.output.entries, y.shape), enclosed([ended.cost], ()), tuple(weights), tuple(biases))


def _gradients(
    products: Products[Operand], network: Network, inputs: list[Operand], slopes: list[list[arb]], last: Balls
) -> tuple[list[Enclosed], list[Enclosed]]:
    """The gradients of every layer from the last deltas; ``inputs`` and ``slopes`` are used up."""
    weights, biases, deltas = [], [], last
    for layer in reversed(network.layers):
        operand = products.deltas(deltas)
        of_weights, of_bias = products.gradients(operand, inputs.pop())
        weights.append(of_weights)
        biases.append(of_bias)
        if slopes:
            pulled = products.pulled(layer.weights, operand)
            entries = [up * slope for up, slope in zip(pulled.entries, slopes.pop(), strict=True)]
            deltas = Balls(pulled.rows, pulled.columns, entries)
    return weights[::-1], biases[::-1]
