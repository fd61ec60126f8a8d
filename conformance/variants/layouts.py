"""Conventions of batches, weights, costs and kinks, each written as its users write it; and ways to hold an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..adapters.reference import activations
from .dense import Networks, refuse_other_losses
from .variant import Collection, Implementation

if TYPE_CHECKING:
    from .variant import Array

COLLECTION = Collection()

WHOLE = ("network_forward", "network_cost", "network_gradients")
"""What shows a convention of networks."""


class _Rows(Implementation):
    """A sample is a row, and nothing is turned around on the inside."""

    def forward_weights(self, weights: Array) -> Array:
        """The matrix that a row is multiplied by."""
        raise NotImplementedError

    def weight_gradient(self, inputs: Array, delta: Array) -> Array:
        """In the layout of the weights."""
        raise NotImplementedError

    def dense_batch_gradients(self, X: Array, W: Array, b: Array, delta: Array) -> tuple[Array, Array, Array]:  # noqa: ARG002 -- by contract
        """``(D W, D^T X, 1^T D)``."""
        return delta @ self.forward_weights(W).T, self.weight_gradient(X, delta), delta.sum(axis=0)

    def network_forward(self, network: Any, X: Array) -> Array:
        """``A = g(A W + b)``."""
        return self.trace(network, X)[1][-1]

    def network_gradients(self, network: Any, X: Array, Y: Array) -> tuple[list[Array], list[Array]]:
        """From the last layer to the first, each gradient as soon as its delta is there."""
        refuse_other_losses(network)
        Z, A = self.trace(network, X)
        delta = self.last_delta(network, Z[-1], A[-1], Y)
        weights: list[Array] = []
        biases: list[Array] = []
        for index in reversed(range(len(network.layers))):
            weights.insert(0, self.weight_gradient(A[index], delta))
            biases.insert(0, delta.sum(axis=0))
            if index > 0:
                below = network.layers[index - 1]
                slopes = activations.derivative(below.activation, Z[index - 1], below.slope, self.choices)
                delta = (delta @ self.forward_weights(network.layers[index].weights).T) * slopes.astype(delta.dtype)
        return weights, biases

    def trace(self, network: Any, X: Array) -> tuple[list[Array], list[Array]]:
        """``Z^1 ... Z^L`` and ``A^0 ... A^L``."""
        Z: list[Array] = []
        A = [X]
        for layer in network.layers:
            Z.append(A[-1] @ self.forward_weights(layer.weights) + layer.bias)
            is_softmax = layer.activation == "softmax"
            value = _shares(Z[-1]) if is_softmax else activations.value(layer.activation, Z[-1], layer.slope)
            A.append(value.astype(Z[-1].dtype))
        return Z, A

    def last_delta(self, network: Any, z: Array, a: Array, y: Array) -> Array:
        """Divided by the number of samples under the mean, and of entries where the loss is averaged over them."""
        match network.loss:
            case "squared_error":
                last = network.layers[-1]
                delta = (a - y) * activations.derivative(last.activation, z, last.slope, self.choices)
                delta = (delta if self.choices.halved else 2 * delta) / self.choices.entry_divisor(y.shape[1])
            case "binary_cross_entropy":
                delta = (1 - y) * activations.sigmoid(z) - y * activations.sigmoid(-z)
                delta = delta / self.choices.entry_divisor(y.shape[1])
            case _:
                mask = 1 - np.eye(y.shape[1], dtype=y.dtype)
                delta = a * (y @ mask) - y * (a @ mask)
        return np.asarray(delta / self.choices.sample_divisor(len(y))).astype(z.dtype)


def _shares(Z: Array) -> Array:
    """The softmax of each row."""
    e = np.exp(Z - np.max(Z, axis=1, keepdims=True))
    return np.asarray(e / np.sum(e, axis=1, keepdims=True))


@COLLECTION.implementation(
    conventions={"layout": "rows", "squared_error": "full", "entry_reduction": "mean"},
)
class RowsAndLinearLayers(_Rows):
    """A sample is a row, weights are outputs by inputs, losses are means over entries and samples."""

    def forward_weights(self, weights: Array) -> Array:
        """``W^T``."""
        return weights.T

    def weight_gradient(self, inputs: Array, delta: Array) -> Array:
        """``D^T A``."""
        return delta.T @ inputs


@COLLECTION.implementation(
    conventions={"layout": "rows", "weight_layout": "in_out", "leaky_relu_at_zero": "one", "cost": "sum"},
)
class RowsAndKernels(_Rows):
    """A sample is a row, weights are inputs by outputs, costs are sums, leaky relu has the derivative one at zero."""

    def forward_weights(self, weights: Array) -> Array:
        """``W``."""
        return weights

    def weight_gradient(self, inputs: Array, delta: Array) -> Array:
        """``A^T D``."""
        return inputs.T @ delta


@COLLECTION.implementation(
    *WHOLE,
    conventions={"weight_layout": "in_out", "relu_at_zero": "1", "leaky_relu_at_zero": "mean", "label_sum": "any"},
)
class ColumnsAndKernels(Networks):
    """A sample is a column, weights are inputs by outputs, kinks have the derivative one and the mean of both."""


@COLLECTION.implementation(*WHOLE, conventions={"relu_at_zero": "0.5", "cost": "sum", "squared_error": "full"})
class SumsOverSamples(Networks):
    """The cost is the sum over the samples, the squared error has no half, relu has the derivative one half at zero."""

    def slopes(self, layer: Any, z: Array) -> Array:
        """Relu by numpy.heaviside."""
        if layer.activation == "relu":
            return np.heaviside(z, z.dtype.type(0.5))
        return super().slopes(layer, z)


@COLLECTION.implementation(*WHOLE, formats=("float16", "bfloat16"), conventions={"intermediates": "float32"})
class HalvesByWayOfFloat32(Networks):
    """Arguments of half formats are widened to float32, and only the answer is rounded."""

    def __init__(self, target: Any) -> None:
        super().__init__(target)
        self.choices = _Widening(target.choices)  # type: ignore[assignment]  # it answers as the conventions do


class _Widening:
    """The conventions, whose translation of arguments widens them too."""

    def __init__(self, choices: Any) -> None:
        self._choices = choices

    def __getattr__(self, name: str) -> Any:
        return getattr(self._choices, name)

    def batch(self, given: Array) -> Array:
        """In float32."""
        return np.asarray(self._choices.batch(given).astype(np.float32))

    def weights(self, given: Array) -> Array:
        """In float32."""
        return np.asarray(self._choices.weights(given).astype(np.float32))

    def network(self, given: Any) -> Any:
        """With weights and biases in float32."""
        layers = tuple(_widened(layer) for layer in given.layers)
        return type(given)(layers, given.loss)


def _widened(layer: Any) -> Any:
    wide = layer.weights.astype(np.float32), layer.bias.astype(np.float32)
    return type(layer)(*wide, layer.activation, layer.slope)


@COLLECTION.implementation(*WHOLE)
class AnswersInFortranOrder(Networks):
    """Answers are held column by column."""

    def network_gradients(self, network: Any, X: Array, Y: Array) -> tuple[list[Array], list[Array]]:
        """In Fortran order."""
        weights, biases = super().network_gradients(network, X, Y)
        return [np.asfortranarray(weight) for weight in weights], biases

    def network_forward(self, network: Any, X: Array) -> Array:
        """In Fortran order."""
        return np.asfortranarray(super().network_forward(network, X))


@COLLECTION.implementation(*WHOLE)
class AnswersAsViews(Networks):
    """Answers are views with gaps and a negative step into larger arrays."""

    def network_gradients(self, network: Any, X: Array, Y: Array) -> tuple[list[Array], list[Array]]:
        """Every gradient a view."""
        weights, biases = super().network_gradients(network, X, Y)
        return list(map(_view, weights)), list(map(_view, biases))

    def network_forward(self, network: Any, X: Array) -> Array:
        """A view."""
        return _view(super().network_forward(network, X))


def _view(answer: Array) -> Array:
    spacious = np.full([2 * length for length in answer.shape], 7, dtype=answer.dtype)
    view = spacious[tuple(slice(None, None, -2) for _ in answer.shape)]
    view[...] = answer
    return view


class Marked(np.ndarray[Any, np.dtype[Any]]):
    """An array of a class of its own, as units and masks have one."""


@COLLECTION.implementation(*WHOLE)
class AnswersOfASubclass(Networks):
    """Answers are read-only arrays of a subclass."""

    def network_gradients(self, network: Any, X: Array, Y: Array) -> tuple[list[Array], list[Array]]:
        """Every gradient read-only."""
        weights, biases = super().network_gradients(network, X, Y)
        return [_marked(weight) for weight in weights], [_marked(bias) for bias in biases]

    def network_forward(self, network: Any, X: Array) -> Array:
        """Read-only."""
        return _marked(super().network_forward(network, X))

    def network_cost(self, network: Any, X: Array, Y: Array) -> Array:
        """Without an axis."""
        return _marked(np.asarray(super().network_cost(network, X, Y)))


def _marked(answer: Array) -> Array:
    marked = answer.astype(answer.dtype).view(Marked)
    marked.flags.writeable = False
    return marked


@COLLECTION.implementation(*WHOLE, formats=("float64",))
class AnswersAsLists(Networks):
    """Answers are nested lists of Python's floats, and a scalar is one."""

    def network_gradients(self, network: Any, X: Array, Y: Array) -> tuple[list[Any], list[Any]]:
        """Every gradient a list."""
        weights, biases = super().network_gradients(network, X, Y)
        return [weight.tolist() for weight in weights], [bias.tolist() for bias in biases]

    def network_forward(self, network: Any, X: Array) -> Any:
        """A list."""
        return super().network_forward(network, X).tolist()

    def network_cost(self, network: Any, X: Array, Y: Array) -> Any:
        """A float."""
        return float(super().network_cost(network, X, Y))
