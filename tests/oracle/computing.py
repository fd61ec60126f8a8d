"""
The operations in NumPy, by the choices of an evaluation.

Every method computes the operation of its name from NumPy arrays of one format; nothing is rounded but by NumPy.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from gradspec.spec import Conventions, Layer, Network
    from tests.oracle.evaluations import Evaluation

Floats = Any
"""A NumPy array, or a scalar, of the format in which an evaluation computes."""


def _of_magnitude(z: Floats, factor: int = 1) -> Floats:
    return np.exp(-(np.abs(z) * z.dtype.type(factor)))


SIGMOIDS: dict[str, Callable[[Floats], Floats]] = {
    "definition": lambda z: 1 / (1 + np.exp(-z)),
    "exponential": lambda z: np.exp(z) / (1 + np.exp(z)),
    "tanh": lambda z: (1 + np.tanh(z / 2)) / 2,
    "stable": lambda z: np.where(z >= 0, 1 / (1 + _of_magnitude(z)), _of_magnitude(z) / (1 + _of_magnitude(z))),
}

SIGMOID_SLOPES: dict[str, Callable[[Floats, Floats], Floats]] = {
    "definition": lambda _, s: s * (1 - s),
    "stable": lambda z, _: _of_magnitude(z) / ((1 + _of_magnitude(z)) * (1 + _of_magnitude(z))),
}

TANHS: dict[str, Callable[[Floats], Floats]] = {
    "definition": lambda z: (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z)),
    "exponential": lambda z: (np.exp(z + z) - 1) / (np.exp(z + z) + 1),
    "sigmoid": lambda z: 2 * (1 / (1 + np.exp(-(z + z)))) - 1,
    "stable": np.tanh,
}

TANH_SLOPES: dict[str, Callable[[Floats, Floats], Floats]] = {
    "definition": lambda _, t: 1 - t * t,
    "factored": lambda _, t: (1 - t) * (1 + t),
    "stable": lambda z, _: 4 * _of_magnitude(z, 2) / ((1 + _of_magnitude(z, 2)) * (1 + _of_magnitude(z, 2))),
}


def computed(  # noqa: PLR0913 - what an answer depends on
    operation: str,
    arguments: list[Any],
    keywords: dict[str, Any],
    *,
    by: Evaluation,
    settled: Conventions,
    dtype: np.dtype[Any],
) -> list[Floats]:
    """The arrays of an answer, by the choices of an evaluation."""
    found = getattr(_Computation(by, settled, dtype), operation)(*arguments, **keywords)
    return found if isinstance(found, list) else [found]


@dataclass(frozen=True)
class _Computation:
    """The operations, by one evaluation, under some conventions, in one format."""

    by: Evaluation
    settled: Conventions
    dtype: np.dtype[Any]

    def number(self, value: float) -> Floats:
        """A constant of the format."""
        return self.dtype.type(value)

    def over(self, value: Floats, count: int) -> Floats:
        """A mean from a sum."""
        return value / self.number(count)

    # activations

    def relu(self, z: Floats) -> Floats:
        return np.maximum(z, self.number(0))

    def leaky_relu(self, z: Floats, slope: Floats) -> Floats:
        return np.where(z >= 0, z, z * slope)

    def relu_derivative(self, z: Floats) -> Floats:
        at_zero = self.number(float(self.settled["relu_at_zero"]))
        return np.where(z > 0, self.number(1), np.where(z == 0, at_zero, self.number(0)))

    def leaky_relu_derivative(self, z: Floats, slope: Floats) -> Floats:
        choices = {"slope": slope, "one": self.number(1), "mean": (slope + self.number(1)) / self.number(2)}
        at_zero = choices[self.settled["leaky_relu_at_zero"]]
        return np.where(z > 0, self.number(1), np.where(z == 0, at_zero, slope))

    def sigmoid(self, z: Floats) -> Floats:
        return SIGMOIDS[self.by.sigmoid](z)

    def sigmoid_derivative(self, z: Floats) -> Floats:
        return SIGMOID_SLOPES[self.by.sigmoid_slope](z, self.sigmoid(z))

    def sigmoid_vjp(self, z: Floats, upstream: Floats) -> Floats:
        return upstream * self.sigmoid_derivative(z)

    def tanh(self, z: Floats) -> Floats:
        return TANHS[self.by.tanh](z)

    def tanh_derivative(self, z: Floats) -> Floats:
        return TANH_SLOPES[self.by.tanh_slope](z, self.tanh(z))

    def tanh_vjp(self, z: Floats, upstream: Floats) -> Floats:
        return upstream * self.tanh_derivative(z)

    def softmax(self, z: Floats) -> Floats:
        w = z if self.by.softmax in {"definition", "log_sum_exp"} else z - np.max(z)
        if self.by.softmax.endswith("log_sum_exp"):
            return np.exp(w - np.log(self.by.add(np.exp(w))))
        return np.exp(w) / self.by.add(np.exp(w))

    def log_softmax(self, z: Floats) -> Floats:
        w = z if self.by.softmax in {"definition", "log_sum_exp"} else z - np.max(z)
        return w - np.log(self.by.add(np.exp(w)))

    def softmax_batch(self, z: Floats) -> Floats:
        return np.stack([self.softmax(sample) for sample in z.T], axis=1)

    def softmax_jacobian(self, z: Floats) -> Floats:
        s = self.softmax(z)
        if self.by.jacobian == "difference":
            return np.diag(s) - np.outer(s, s)
        jacobian = s[:, None] * (np.eye(len(s), dtype=self.dtype) - s[None, :])
        if self.by.jacobian == "stable" and len(s) > 1:
            jacobian = -np.outer(s, s)
            for index, own in enumerate(s):
                jacobian[index, index] = own * self.by.add(np.delete(s, index))
        return jacobian

    def softmax_vjp(self, z: Floats, upstream: Floats) -> Floats:
        s = self.softmax(z)
        if self.by.jacobian == "difference":
            return self.times(self.softmax_jacobian(z).T, upstream)
        return s * (upstream - self.by.add(s * upstream))

    # losses

    def reduced(self, total: Floats, entries: int) -> Floats:
        """The mean over the entries of a sample, where the conventions ask for it."""
        return self.over(total, entries) if self.settled["entry_reduction"] == "mean" else total

    def squared_error(self, o: Floats, y: Floats) -> Floats:
        return self.reduced(self.squares((o - y).reshape(-1)), len(o))

    def squares(self, difference: Floats) -> Floats:
        """The sum of squares, with the half before or after it."""
        if self.settled["squared_error"] == "full":
            return self.by.add(difference * difference)
        if self.by.loss == "definition":
            return self.by.add(difference * difference) / self.number(2)
        return self.by.add(self.number(0.5) * difference * difference)

    def squared_error_gradient(self, o: Floats, y: Floats) -> Floats:
        if self.settled["squared_error"] == "half":
            return self.reduced(o - y, len(o))
        if self.by.loss != "definition" and self.settled["entry_reduction"] == "mean":
            return (self.number(2) / self.number(len(o))) * (o - y)
        return self.reduced(self.number(2) * (o - y), len(o))

    def squared_error_delta(self, z: Floats, y: Floats) -> Floats:
        return self.squared_error_gradient(z, y)

    def weighed(self, weights: Floats, values: Floats) -> Floats:
        """0 log 0 = 0."""
        return np.where(weights == 0, self.number(0), weights * values)

    def binary_terms(self, o: Floats, y: Floats) -> Floats:
        log_zero = np.log(1 - o) if self.by.loss == "definition" else np.log1p(-o)
        return -(self.weighed(y, np.log(o)) + self.weighed(1 - y, log_zero)).reshape(-1)

    def binary_cross_entropy(self, o: Floats, y: Floats) -> Floats:
        return self.reduced(self.by.add(self.binary_terms(o, y)), len(o))

    def binary_cross_entropy_gradient(self, o: Floats, y: Floats) -> Floats:
        if self.by.delta == "definition":
            return self.reduced((1 - y) / (1 - o) - y / o, len(o))
        return self.reduced((o - y) / (o * (1 - o)), len(o))

    def categorical_cross_entropy(self, o: Floats, y: Floats) -> Floats:
        return -self.by.add(self.weighed(y, np.log(o)))

    def categorical_cross_entropy_gradient(self, o: Floats, y: Floats) -> Floats:
        return -(y * (1 / o)) if self.by.delta == "definition" else -(y / o)

    def sigmoid_terms(self, z: Floats, y: Floats) -> Floats:
        rest = np.log1p(_of_magnitude(z))
        match self.by.loss:
            case "definition":
                return self.binary_terms(self.sigmoid(z), y)
            case "softplus":
                return (np.log(1 + np.exp(z)) - y * z).reshape(-1)
            case "maximum":
                return (self.relu(z) - y * z + np.log(1 + _of_magnitude(z))).reshape(-1)
            case "log_sigmoid":
                return ((1 - y) * z - (np.minimum(z, self.number(0)) - rest)).reshape(-1)
            case _:
                return ((1 - y) * (self.relu(z) + rest) + y * (self.relu(-z) + rest)).reshape(-1)

    def sigmoid_cross_entropy(self, z: Floats, y: Floats) -> Floats:
        return self.reduced(self.by.add(self.sigmoid_terms(z, y)), len(z))

    def sigmoid_cross_entropy_delta(self, z: Floats, y: Floats) -> Floats:
        s = self.sigmoid(z)
        match self.by.delta:
            case "unfused":
                return self.binary_cross_entropy_gradient(s, y) * self.sigmoid_derivative(z)
            case "softplus":
                softplus = self.relu(z) + np.log1p(_of_magnitude(z))
                return self.reduced(np.exp(z - softplus) - y, len(z))
            case "stable":
                return self.reduced((1 - y) * s - y * self.sigmoid(-z), len(z))
            case _:
                return self.reduced(s - y, len(z))

    def softmax_terms(self, z: Floats, y: Floats) -> Floats:
        match self.by.loss:
            case "definition":
                return -self.weighed(y, np.log(self.softmax(z)))
            case "softplus":
                return y * np.log(self.by.add(np.exp(z))) - y * z
            case _:
                return -self.weighed(y, self.log_softmax(z))

    def softmax_cross_entropy(self, z: Floats, y: Floats) -> Floats:
        return self.by.add(self.softmax_terms(z, y))

    def softmax_cross_entropy_delta(self, z: Floats, y: Floats) -> Floats:
        s = self.softmax(z)
        if self.by.delta == "unfused":
            return self.times(self.softmax_jacobian(z).T, self.categorical_cross_entropy_gradient(s, y))
        if self.by.delta == "stable" and len(z) > 1:
            others = [(self.by.add(np.delete(y, i)), self.by.add(np.delete(s, i))) for i in range(len(z))]
            return np.array([s[i] * rest_y - y[i] * rest_s for i, (rest_y, rest_s) in enumerate(others)])
        return (s if self.settled["label_sum"] == "one" else self.by.add(y) * s) - y

    # layers

    def times(self, a: Floats, b: Floats) -> Floats:
        """A matrix product, with a matrix or a vector."""
        return self.by.product(self.by, a, b) if b.ndim == 2 else self.by.product(self.by, a, b[:, None])[:, 0]

    def dense_batch(self, x: Floats, weights: Floats, bias: Floats) -> Floats:
        if self.by.bias_first:
            extended = np.concatenate([bias[:, None], weights], axis=1)
            return self.times(extended, np.concatenate([np.ones((1, x.shape[1]), dtype=self.dtype), x]))
        return self.times(weights, x) + bias[:, None]

    def dense(self, x: Floats, weights: Floats, bias: Floats) -> Floats:
        return self.dense_batch(x[:, None], weights, bias)[:, 0]

    def dense_batch_gradients(self, x: Floats, weights: Floats, bias: Floats, delta: Floats) -> list[Floats]:
        del bias
        return [self.times(weights.T, delta), self.times(delta, x.T), np.array([self.by.add(row) for row in delta])]

    def dense_gradients(self, x: Floats, weights: Floats, bias: Floats, delta: Floats) -> list[Floats]:
        del bias
        return [self.times(weights.T, delta), np.outer(delta, x), delta]

    def backpropagate_delta(
        self, weights: Floats, delta: Floats, z: Floats, activation: str, slope: Floats | None = None
    ) -> Floats:
        return self.times(weights.T, delta) * self.slope(activation, z, slope)

    def activate(self, name: str, z: Floats, slope: Floats | None) -> Floats:
        """An activation of a batch, or of one sample."""
        if name == "softmax":
            return self.softmax(z) if z.ndim == 1 else self.softmax_batch(z)
        if name == "identity":
            return z
        return self.leaky_relu(z, slope) if name == "leaky_relu" else getattr(self, name)(z)

    def slope(self, name: str, z: Floats, slope: Floats | None) -> Floats:
        """Its derivative."""
        if name == "identity":
            return np.ones_like(z)
        return self.leaky_relu_derivative(z, slope) if name == "leaky_relu" else getattr(self, f"{name}_derivative")(z)

    # networks

    def layers(self, network: Network) -> list[tuple[Floats, Floats, str, Floats | None]]:
        """Weights, bias, activation and slope of each layer, in the format."""
        return [self.layer(layer) for layer in network.layers]

    def layer(self, layer: Layer) -> tuple[Floats, Floats, str, Floats | None]:
        """The same of one layer."""
        slope = None if layer.slope is None else self.number(layer.slope)
        return layer.weights.astype(self.dtype), layer.bias.astype(self.dtype), layer.activation, slope

    def forward(self, network: Network, x: Floats) -> list[tuple[Floats, Floats]]:
        """Pre-activation and activation of every layer."""
        traces = []
        for weights, bias, name, slope in self.layers(network):
            z = self.dense_batch(x, weights, bias)
            x = self.activate(name, z, slope)
            traces.append((z, x))
        return traces

    def network_forward(self, network: Network, x: Floats) -> Floats:
        return self.forward(network, x)[-1][1]

    def network_cost(self, network: Network, x: Floats, y: Floats) -> Floats:
        z, a = self.forward(network, x)[-1]
        if network.loss == "squared_error":
            terms, entries = [self.squares((a - y).reshape(-1))], len(y)
        elif network.loss == "binary_cross_entropy":
            terms, entries = list(self.sigmoid_terms(z, y)), len(y)
        else:
            losses = (self.softmax_terms(own, label) for own, label in zip(z.T, y.T, strict=True))
            terms, entries = list(np.concatenate(list(losses))), 1
        total = self.reduced(self.by.add(np.array(terms, dtype=self.dtype)), entries)
        return self.over(total, x.shape[1]) if self.settled["cost"] == "mean" else total

    def last_delta(self, network: Network, z: Floats, a: Floats, y: Floats) -> Floats:
        """The gradient of each sample's loss with respect to its last pre-activation."""
        _, _, name, slope = self.layers(network)[-1]
        if network.loss == "binary_cross_entropy":
            return self.sigmoid_cross_entropy_delta(z, y)
        if network.loss == "categorical_cross_entropy":
            pairs = zip(z.T, y.T, strict=True)
            return np.stack([self.softmax_cross_entropy_delta(*pair) for pair in pairs], axis=1)
        return self.squared_error_gradient(a, y) * self.slope(name, z, slope)

    def network_gradients(self, network: Network, x: Floats, y: Floats) -> list[Floats]:
        samples = x.shape[1]
        if self.by.mean == "per_sample":
            parts = [self.gradients(network, x[:, [k]], y[:, [k]], samples) for k in range(samples)]
            return [self.added(group) for group in zip(*parts, strict=True)]
        return self.gradients(network, x, y, samples)

    def added(self, arrays: tuple[Floats, ...]) -> Floats:
        """Arrays of one shape, entry by entry in the evaluation's order."""
        stacked = np.stack(arrays).reshape(len(arrays), -1)
        return np.array([self.by.add(column) for column in stacked.T]).reshape(arrays[0].shape)

    def gradients(self, network: Network, x: Floats, y: Floats, samples: int) -> list[Floats]:
        """The gradients of these samples, which are some of as many as are averaged over."""
        traces, layers = self.forward(network, x), self.layers(network)
        is_mean = self.settled["cost"] == "mean"
        delta = self.last_delta(network, *traces[-1], y)
        if is_mean and self.by.mean == "first":
            delta = self.over(delta, samples)
        inputs = [x, *(a for _, a in traces)]
        weights: list[Floats] = []
        biases: list[Floats] = []
        for index in reversed(range(len(layers))):
            weights.insert(0, self.times(delta, inputs[index].T))
            biases.insert(0, np.array([self.by.add(row) for row in delta]))
            if index > 0:
                z, (_, _, name, slope) = traces[index - 1][0], layers[index - 1]
                delta = self.backpropagate_delta(layers[index][0], delta, z, name, slope)
        found = weights + biases
        return [self.over(each, samples) for each in found] if is_mean and self.by.mean != "first" else found

    # tensor form

    def output_bias_jacobian(self, network: Network, x: Floats, layer: int) -> Floats:
        traces, layers = self.forward(network, x[:, None]), self.layers(network)
        last = len(layers)

        def slopes(k: int) -> Floats:
            return self.slope(layers[k - 1][2], traces[k - 1][0][:, 0], layers[k - 1][3])

        is_softmax = layers[-1][2] == "softmax"
        of_output = self.softmax_jacobian(traces[-1][0][:, 0]) if is_softmax else np.diag(slopes(last))
        if self.by.tensor == "forward" and layer < last:
            result = np.diag(slopes(layer))
            for k in range(layer + 1, last + 1):
                result = self.times(layers[k - 1][0], result)
                full = is_softmax and k == last
                result = self.times(of_output, result) if full else slopes(k)[:, None] * result
            return result
        result = of_output
        for k in range(last - 1, layer - 1, -1):
            result = self.times(result, layers[k][0]) * slopes(k)[None, :]
        return result

    def output_weight_jacobian(self, network: Network, x: Floats, layer: int) -> Floats:
        below = x if layer == 1 else self.forward(network, x[:, None])[layer - 2][1][:, 0]
        return self.output_bias_jacobian(network, x, layer)[:, :, None] * below
