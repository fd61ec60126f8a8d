"""Gradients of networks by every algorithm that there is for them, and every place of the factor 1/N."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from ..adapters.reference import activations
from .dense import Networks, refuse_other_losses
from .variant import Collection

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .variant import Array

COLLECTION = Collection()

TRAINED = ("network_cost", "network_gradients")
"""The cost and its gradients."""


@COLLECTION.implementation(*TRAINED)
class DividedAfterTheSum(Networks):
    """The factor 1/N is a division of the gradients, after the sum over the samples."""

    def network_gradients(self, network: Any, X: Array, Y: Array) -> tuple[list[Array], list[Array]]:
        """``D A^T / N``."""
        refuse_other_losses(network)
        Z, A = self.trace(network, X)
        deltas = self.deltas(network, Z, self.last_delta(network, Z[-1], A[-1], Y))
        N = X.shape[1]
        return [D @ a.T / N for D, a in zip(deltas, A, strict=False)], [np.sum(D, axis=1) / N for D in deltas]


@COLLECTION.implementation(*TRAINED)
class MultipliedByTheReciprocal(Networks):
    """The factor 1/N is rounded first and then multiplied by, at the delta of the last layer and at the cost."""

    def network_gradients(self, network: Any, X: Array, Y: Array) -> tuple[list[Array], list[Array]]:
        """``(1/N) D`` at the last layer."""
        refuse_other_losses(network)
        Z, A = self.trace(network, X)
        share = X.dtype.type(1) / X.dtype.type(X.shape[1])
        deltas = self.deltas(network, Z, share * self.last_delta(network, Z[-1], A[-1], Y))
        return [D @ a.T for D, a in zip(deltas, A, strict=False)], [np.sum(D, axis=1) for D in deltas]

    def network_cost(self, network: Any, X: Array, Y: Array) -> Array:
        """``sum (1/N) L_k``."""
        refuse_other_losses(network)
        Z, A = self.trace(network, X)
        share = X.dtype.type(1) / X.dtype.type(X.shape[1])
        return self.total(share * self.losses(network.loss, Z[-1], A[-1], Y))


@COLLECTION.implementation(*TRAINED, "network_forward")
class SampleBySample(Networks):
    """A batch is a loop over its samples, whose gradients are added and divided in the end."""

    def network_forward(self, network: Any, X: Array) -> Array:
        """One column after the other."""
        return np.column_stack([self.trace(network, x[:, np.newaxis])[1][-1][:, 0] for x in X.T])

    def network_gradients(self, network: Any, X: Array, Y: Array) -> tuple[list[Array], list[Array]]:
        """``(1/N) sum_k``."""
        refuse_other_losses(network)
        weights = [np.zeros_like(layer.weights) for layer in network.layers]
        biases = [np.zeros_like(layer.bias) for layer in network.layers]
        for x, y in zip(X.T, Y.T, strict=True):
            dWs, dbs = self.of_sample(network, x, y)
            weights = [total + dW for total, dW in zip(weights, dWs, strict=True)]
            biases = [total + db for total, db in zip(biases, dbs, strict=True)]
        return [total / X.shape[1] for total in weights], [total / X.shape[1] for total in biases]

    def of_sample(self, network: Any, x: Array, y: Array) -> tuple[list[Array], list[Array]]:
        """``delta^l a^T`` and ``delta^l`` of one sample."""
        Z, A = self.trace(network, x[:, np.newaxis])
        deltas = self.deltas(network, Z, self.last_delta(network, Z[-1], A[-1], y[:, np.newaxis]))
        return [D * a.T for D, a in zip(deltas, A, strict=False)], [D[:, 0] for D in deltas]


@COLLECTION.implementation("network_gradients")
class AccumulatedShares(SampleBySample):
    """A loop over the samples adds the N-th part of each gradient, as training in small steps does."""

    def network_gradients(self, network: Any, X: Array, Y: Array) -> tuple[list[Array], list[Array]]:
        """``sum_k (1/N)``."""
        refuse_other_losses(network)
        weights = [np.zeros_like(layer.weights) for layer in network.layers]
        biases = [np.zeros_like(layer.bias) for layer in network.layers]
        for x, y in zip(X.T, Y.T, strict=True):
            dWs, dbs = self.of_sample(network, x, y)
            weights = [total + dW / X.shape[1] for total, dW in zip(weights, dWs, strict=True)]
            biases = [total + db / X.shape[1] for total, db in zip(biases, dbs, strict=True)]
        return weights, biases


@COLLECTION.implementation("network_gradients", formats=("float64", "float32", "float16"))
class MappedOverSamples(Networks):
    """All samples have gradients of their own in one array, over which the mean is taken."""

    def network_gradients(self, network: Any, X: Array, Y: Array) -> tuple[list[Array], list[Array]]:
        """``mean_k delta_ik a_jk``."""
        refuse_other_losses(network)
        Z, A = self.trace(network, X)
        deltas = self.deltas(network, Z, self.last_delta(network, Z[-1], A[-1], Y))
        each = [np.einsum("ik,jk->kij", D, a) for D, a in zip(deltas, A, strict=False)]
        N = X.shape[1]
        return [np.sum(part, axis=0) / N for part in each], [np.sum(D.T, axis=0) / N for D in deltas]


@COLLECTION.implementation(*TRAINED, reaches="core")
class ChainOfFullJacobians(Networks):
    """For each sample the gradient of the loss, a row, is multiplied by whole Jacobians, layer by layer."""

    def network_gradients(self, network: Any, X: Array, Y: Array) -> tuple[list[Array], list[Array]]:
        """``dL/da J^L W^L ... J^l``, divided by N in the end."""
        refuse_other_losses(network)
        each = [self.of_sample(network, x, y) for x, y in zip(X.T, Y.T, strict=True)]
        rows = [np.stack(parts, axis=1) for parts in zip(*(row for row, _ in each), strict=True)]
        inputs = [np.stack(parts, axis=1) for parts in zip(*(values for _, values in each), strict=True)]
        N = X.shape[1]
        weights = [D @ a.T / N for D, a in zip(rows, inputs, strict=True)]
        return weights, [np.sum(D, axis=1) / N for D in rows]

    def of_sample(self, network: Any, x: Array, y: Array) -> tuple[list[Array], list[Array]]:
        """The row at each pre-activation, and the input of each layer."""
        Z, A = self.trace(network, x[:, np.newaxis])
        last = network.layers[-1]
        row = self.loss_gradient(network.loss, A[-1][:, 0], y)
        # An infinity of the gradient must not meet the zeros of a diagonal matrix.
        is_diagonal = last.activation != "softmax"
        rows = [row * self.slopes(last, Z[-1][:, 0]) if is_diagonal else row @ self.softmax_jacobian(Z[-1][:, 0])]
        for above, below, z in zip(network.layers[:0:-1], network.layers[-2::-1], Z[-2::-1], strict=True):
            rows.insert(0, rows[0] @ (above.weights @ np.diag(self.slopes(below, z[:, 0]))))
        return rows, [a[:, 0] for a in A[:-1]]

    def loss_gradient(self, loss: str, a: Array, y: Array) -> Array:
        """The gradient of the loss by the output."""
        match loss:
            case "squared_error":
                return a - y
            case "binary_cross_entropy":
                return np.asarray((1 - y) / (1 - a) - y / a)
            case _:
                return -y / a

    def softmax_jacobian(self, z: Array) -> Array:
        """``diag(s) - s s^T``."""
        s = self.softmax(z)
        return np.diag(s) - np.outer(s, s)


@COLLECTION.implementation("output_bias_jacobian", "output_weight_jacobian")
class SumsOverPaths(Networks):
    """Derivatives of outputs are sums over all paths from a unit to an output, one product for each."""

    def output_bias_jacobian(self, network: Any, x: Array, layer: int) -> Array:
        """The sum over the units of the layers in between."""
        Z, _ = self.trace(network, x[:, np.newaxis])
        last = jacobian_at_output(self, network.layers[-1], Z[-1][:, 0])
        jacobian = np.zeros((len(last), len(Z[layer - 1])), dtype=x.dtype)
        if layer == len(network.layers):
            return last
        slopes = [self.slopes(each, z[:, 0]) for each, z in zip(network.layers[:-1], Z, strict=False)]
        widths = [range(len(z)) for z in Z[layer:]]
        for i, p in np.ndindex(*jacobian.shape):
            for path in product(*widths):
                jacobian[i, p] += self.along(network, slopes, last, (i, p, layer, path))
        return jacobian

    def along(self, network: Any, slopes: Sequence[Array], last: Array, way: Any) -> Any:
        """The product of weights and slopes along one path, from the output to the unit."""
        output, unit, layer, path = way
        units = (unit, *path)
        factor = last[output, units[-1]]
        for depth in reversed(range(len(path))):
            weights = network.layers[layer + depth].weights
            factor = factor * weights[units[depth + 1], units[depth]] * slopes[layer + depth - 1][units[depth]]
        return factor

    def output_weight_jacobian(self, network: Any, x: Array, layer: int) -> Array:
        """Times the value that the weight multiplies."""
        _, A = self.trace(network, x[:, np.newaxis])
        return np.multiply.outer(self.output_bias_jacobian(network, x, layer), A[layer - 1][:, 0])


def jacobian_at_output(implementation: Networks, layer: Any, z: Array) -> Array:
    """``J^L``, without cancellation."""
    if layer.activation != "softmax":
        return np.diag(implementation.slopes(layer, z))
    jacobian = activations.softmax_jacobian(z)
    return jacobian.astype(z.dtype)


@COLLECTION.implementation("output_bias_jacobian", "output_weight_jacobian")
class ForwardFromTheUnit(Networks):
    """Derivatives of outputs are carried from the unit to the outputs, layer by layer."""

    def output_bias_jacobian(self, network: Any, x: Array, layer: int) -> Array:
        """``R^k = J^k (W^k R^(k-1))`` from ``J^l``."""
        Z, _ = self.trace(network, x[:, np.newaxis])
        carried = self.local(network, Z, layer)
        for number in range(layer + 1, len(network.layers) + 1):
            carried = self.local(network, Z, number) @ (network.layers[number - 1].weights @ carried)
        return carried

    def local(self, network: Any, Z: Sequence[Array], number: int) -> Array:
        """``J`` of one layer."""
        layer, z = network.layers[number - 1], Z[number - 1][:, 0]
        if number == len(network.layers):
            return jacobian_at_output(self, layer, z)
        return np.diag(self.slopes(layer, z))

    def output_weight_jacobian(self, network: Any, x: Array, layer: int) -> Array:
        """``R_ip a_q``, by an einsum written as a product."""
        _, A = self.trace(network, x[:, np.newaxis])
        return self.output_bias_jacobian(network, x, layer)[:, :, np.newaxis] * A[layer - 1][:, 0]


@COLLECTION.implementation(
    "output_bias_jacobian", "output_weight_jacobian", reaches="core", formats=("float64", "float32", "float16")
)
class TangentsOfSingleWeights(ForwardFromTheUnit):
    """One tangent for every weight runs through the network, a softmax taking it to ``s (t - s.t)``."""

    def output_weight_jacobian(self, network: Any, x: Array, layer: int) -> Array:
        """A pass for each pair of a unit and an input."""
        Z, A = self.trace(network, x[:, np.newaxis])
        inputs = A[layer - 1][:, 0]
        jacobian = np.empty((len(A[-1]), len(Z[layer - 1]), len(inputs)), dtype=x.dtype)
        for p, q in np.ndindex(*jacobian.shape[1:]):
            jacobian[:, p, q] = self.tangent(network, Z, layer, inputs[q] * np.eye(len(Z[layer - 1]))[p])
        return jacobian

    def output_bias_jacobian(self, network: Any, x: Array, layer: int) -> Array:
        """A pass for each unit."""
        Z, _ = self.trace(network, x[:, np.newaxis])
        unit = np.eye(len(Z[layer - 1]), dtype=x.dtype)
        return np.column_stack([self.tangent(network, Z, layer, direction) for direction in unit])

    def tangent(self, network: Any, Z: Sequence[Array], layer: int, direction: Array) -> Array:
        """What a change of the pre-activations of a layer does to the outputs."""
        moved = direction.astype(Z[0].dtype)
        for number in range(layer, len(network.layers) + 1):
            here, z = network.layers[number - 1], Z[number - 1][:, 0]
            if number > layer:
                moved = here.weights @ moved
            if here.activation == "softmax":
                s = self.softmax(z)
                moved = s * (moved - s @ moved)
            else:
                moved = self.slopes(here, z) * moved
        return moved


@COLLECTION.implementation("output_bias_jacobian")
class JoinedInTheMiddle(ForwardFromTheUnit):
    """The product of layer Jacobians is made of two halves that are joined in the end."""

    def output_bias_jacobian(self, network: Any, x: Array, layer: int) -> Array:
        """``(D^L ... D^m) (D^(m-1) ... J^l)``."""
        Z, _ = self.trace(network, x[:, np.newaxis])
        numbers = range(layer + 1, len(network.layers) + 1)
        factors = [self.local(network, Z, number) @ network.layers[number - 1].weights for number in reversed(numbers)]
        factors.append(self.local(network, Z, layer))
        return _halved(factors)


def _halved(factors: Sequence[Array]) -> Array:
    if len(factors) == 1:
        return factors[0]
    middle = len(factors) // 2
    return _halved(factors[:middle]) @ _halved(factors[middle:])


@COLLECTION.implementation(
    "output_bias_jacobian", "output_weight_jacobian", "stacked_bias_jacobian", "stacked_weight_jacobian"
)
class BackwardFromEveryOutput(Networks):
    """One backpropagation for every output, from its row of the last Jacobian, as reverse mode has it."""

    def output_bias_jacobian(self, network: Any, x: Array, layer: int) -> Array:
        """Row by row."""
        Z, _ = self.trace(network, x[:, np.newaxis])
        last = jacobian_at_output(self, network.layers[-1], Z[-1][:, 0])
        upper = replace(network, layers=network.layers[layer - 1 :])
        return np.stack([self.deltas(upper, Z[layer - 1 :], row[:, np.newaxis])[0][:, 0] for row in last])

    def output_weight_jacobian(self, network: Any, x: Array, layer: int) -> Array:
        """``delta_p a_q`` for every output."""
        _, A = self.trace(network, x[:, np.newaxis])
        return np.stack([np.outer(row, A[layer - 1][:, 0]) for row in self.output_bias_jacobian(network, x, layer)])

    def stacked_bias_jacobian(self, network: Any, X: Array, layer: int) -> Array:
        """The samples one below the other."""
        return np.vstack([self.output_bias_jacobian(network, x, layer) for x in X.T])

    def stacked_weight_jacobian(self, network: Any, X: Array, layer: int) -> Array:
        """The samples one below the other."""
        return np.concatenate([self.output_weight_jacobian(network, x, layer) for x in X.T], axis=0)
