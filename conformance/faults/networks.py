"""Faults of networks: a layer too early or too late, a factor of the batch, a derivative that is missing."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from . import recursion
from .fault import Collection, Kind, is_square

if TYPE_CHECKING:
    from .fault import Array, Faulty

    Network = Any
    Gradients = tuple[list[Array], list[Array]]

COLLECTION = Collection()
fault = COLLECTION.fault


def changed(network: Network, **parts: Any) -> Network:
    """``network`` with parts of every layer replaced by what the functions say."""
    layers = tuple(
        replace(layer, **{name: change(layer) for name, change in parts.items()}) for layer in network.layers
    )
    return replace(network, layers=layers)


def samples(X: Array) -> Any:
    """N, as a number of the format."""
    return X.dtype.type(X.shape[1])


# the output


@fault("network_forward", breaks="network.forward", causes=("missing activation",))
def network_is_linear_at_the_end(target: Faulty, network: Network, X: Array) -> Array:
    """The last layer has no activation."""
    return recursion.forward(target, network, X)[0][-1]


@fault("network_forward", breaks="network.forward", regime="ordinary", errata=("EP21",), causes=("wrong axis",))
def network_softmax_over_the_samples(target: Faulty, network: Network, X: Array) -> Array:
    """The softmax of the last layer runs along the wrong axis of the batch."""
    if network.layers[-1].activation != "softmax":
        return target.right.network_forward(network, X)
    last = recursion.forward(target, network, X)[0][-1]
    return np.ascontiguousarray(target.right.softmax_batch(last.T).T)


@fault(
    "network_forward",
    "network_gradients",
    breaks="network.forward",
    may_also_fail=("network.gradients",),
    causes=("fixed parameter",),
)
def network_has_one_slope(target: Faulty, operation: str, network: Network, *data: Array) -> Any:
    """Every leaky relu of a network has the slope 0.01."""
    slopes = changed(network, slope=lambda layer: 0.01 if layer.activation == "leaky_relu" else None)
    return getattr(target.right, operation)(slopes, *data)


@fault("network_forward", breaks="network.forward", kind=Kind.SHAPE, causes=("only at one_layer",))
def network_adds_the_bias_of_a_single_layer_twice(target: Faulty, network: Network, X: Array) -> Array:
    """A loop over hidden layers starts in the wrong place, which shows in a network without any."""
    if len(network.layers) == 1:
        network = changed(network, bias=lambda layer: layer.bias * 2)
    return target.right.network_forward(network, X)


# the cost


@fault(
    "network_cost",
    breaks="network.cost",
    kind=Kind.CONVENTION,
    causes=(
        "convention cost",
        "factor N",
    ),
)
def network_cost_is_summed(target: Faulty, network: Network, X: Array, Y: Array) -> Array:
    """The cost is the sum over the samples where the mean is declared."""
    return target.right.network_cost(network, X, Y) * samples(X)


@fault("network_cost", breaks="network.cost", kind=Kind.CONVENTION, causes=("factor 1/N",))
def network_cost_is_averaged_twice(target: Faulty, network: Network, X: Array, Y: Array) -> Array:
    """The mean over the samples is divided by their number once more."""
    return target.right.network_cost(network, X, Y) / samples(X)


@fault("network_cost", breaks="network.cost", kind=Kind.SHAPE, causes=("only at one_sample",))
def network_cost_of_one_sample_is_halved(target: Faulty, network: Network, X: Array, Y: Array) -> Array:
    """The cost is wrong for a batch of one sample only."""
    cost = target.right.network_cost(network, X, Y)
    return cost / 2 if X.shape[1] == 1 else cost


@fault("network_cost", breaks="network.cost", regime="ordinary", causes=("argmax of the label",))
def network_cost_of_the_argmax(target: Faulty, network: Network, X: Array, Y: Array) -> Array:
    """Soft labels of a categorical loss are taken for their largest entry."""
    if network.loss == "categorical_cross_entropy":
        Y = np.asarray(np.arange(Y.shape[0])[:, None] == np.argmax(Y, axis=0)).astype(Y.dtype)
    return target.right.network_cost(network, X, Y)


@fault("network_cost", breaks="network.cost", kind=Kind.CONVENTION, causes=("factor 1/n_L",))
def network_cost_is_averaged_over_entries(target: Faulty, network: Network, X: Array, Y: Array) -> Array:
    """The cost is the mean over the samples and over the entries of each, where their sum is declared."""
    return target.right.network_cost(network, X, Y) / Y.dtype.type(Y.shape[0])


# the gradients


@fault(
    "network_gradients",
    breaks="network.gradients",
    kind=Kind.CONVENTION,
    errata=("EJ25",),
    causes=(
        "convention cost",
        "factor N",
    ),
)
def gradients_are_summed(target: Faulty, network: Network, X: Array, Y: Array) -> Gradients:
    """The gradients are those of the sum where the mean is declared."""
    dWs, dbs = target.right.network_gradients(network, X, Y)
    return [dW * samples(X) for dW in dWs], [db * samples(X) for db in dbs]


@fault("network_gradients", breaks="network.gradients", kind=Kind.CONVENTION, causes=("factor 1/N",))
def gradients_are_averaged_twice(target: Faulty, network: Network, X: Array, Y: Array) -> Gradients:
    """The factor 1/N is in the delta and in the sums."""
    dWs, dbs = target.right.network_gradients(network, X, Y)
    return [dW / samples(X) for dW in dWs], [db / samples(X) for db in dbs]


@fault("network_gradients", breaks="network.gradients", kind=Kind.CONVENTION, causes=("factor N",))
def gradients_of_weights_alone_are_summed(target: Faulty, network: Network, X: Array, Y: Array) -> Gradients:
    """The gradients of the weights lack the factor 1/N that those of the biases have."""
    dWs, dbs = target.right.network_gradients(network, X, Y)
    return [dW * samples(X) for dW in dWs], dbs


@fault("network_gradients", breaks="network.gradients")
def gradients_of_biases_of_the_first_sample(target: Faulty, network: Network, X: Array, Y: Array) -> Gradients:
    """The gradients of the biases are not summed over the batch."""
    return recursion.gradients(target, network, X, Y, summed=lambda delta: delta[:, 0].copy())


@fault("network_gradients", breaks="network.gradients", causes=("missing activation derivative",))
def gradients_skip_the_last_derivative(target: Faulty, network: Network, X: Array, Y: Array) -> Gradients:
    """The delta of the last layer is a - y for every loss, also where the derivative belongs to it."""
    Z, A = recursion.forward(target, network, X)
    return recursion.backward(target, network, Z, A, (A[-1] - Y) / samples(X))


@fault("network_gradients", breaks="network.gradients", causes=("doubled activation derivative",))
def gradients_derive_the_last_layer_twice(target: Faulty, network: Network, X: Array, Y: Array) -> Gradients:
    """The delta of every output but a softmax is multiplied by the derivative once more."""
    Z, A = recursion.forward(target, network, X)
    delta = recursion.last_delta(target, network, Z[-1], A[-1], Y) / samples(X)
    if network.layers[-1].activation != "softmax":
        delta = delta * recursion.local_derivative(target, network.layers[-1], Z[-1], A[-1])
    return recursion.backward(target, network, Z, A, delta)


@fault("network_gradients", breaks="network.gradients", regime="ordinary", causes=("delta of another pair",))
def gradients_of_a_softmax_by_the_squared_error(target: Faulty, network: Network, X: Array, Y: Array) -> Gradients:
    """The delta of a softmax output is S' (S - y), which belongs to the squared error."""
    Z, A = recursion.forward(target, network, X)
    delta = recursion.last_delta(target, network, Z[-1], A[-1], Y) / samples(X)
    if network.layers[-1].activation == "softmax":
        pairs = zip(Z[-1].T, delta.T, strict=True)
        delta = np.stack([target.right.softmax_vjp(z, each) for z, each in pairs], axis=1)
    return recursion.backward(target, network, Z, A, delta)


@fault("network_gradients", breaks="network.gradients", regime="ordinary", causes=("derivative at a",))
def gradients_at_the_activation(target: Faulty, network: Network, X: Array, Y: Array) -> Gradients:
    """The derivatives of hidden sigmoids and tanhs are taken at a instead of z."""

    def at_activation(target: Faulty, layer: Any, z: Array, a: Array) -> Array:
        return recursion.applied(target, layer, a if layer.activation in ("sigmoid", "tanh") else z, "_derivative")

    return recursion.gradients(target, network, X, Y, local=at_activation)


@fault("network_gradients", breaks="network.gradients", kind=Kind.STATE)
def gradients_through_updated_weights(target: Faulty, network: Network, X: Array, Y: Array) -> Gradients:
    """A layer is updated before its delta is passed on, so that the new weights carry it."""
    return recursion.gradients(
        target, network, X, Y, weights_of=lambda layer, dW: layer.weights - dW * dW.dtype.type(0.125)
    )


@fault("network_gradients", breaks="network.gradients", causes=("transposed weights",))
def gradients_through_untransposed_weights(target: Faulty, network: Network, X: Array, Y: Array) -> Gradients:
    """Square weights are not transposed on the way back."""
    return recursion.gradients(
        target,
        network,
        X,
        Y,
        weights_of=lambda layer, _: layer.weights.T if is_square(layer.weights) else layer.weights,
    )


@fault("network_gradients", breaks="network.gradients", kind=Kind.CONVENTION)
def gradients_pass_a_relu_at_zero(target: Faulty, network: Network, X: Array, Y: Array) -> Gradients:
    """A hidden relu at exactly 0 lets the delta through, where the convention says 0."""

    def open_at_zero(target: Faulty, layer: Any, z: Array, a: Array) -> Array:
        if layer.activation == "relu":
            return np.asarray(z >= 0).astype(z.dtype)
        return recursion.local_derivative(target, layer, z, a)

    return recursion.gradients(target, network, X, Y, local=open_at_zero)


@fault("network_gradients", breaks="network.gradients")
def gradients_a_layer_too_late(target: Faulty, network: Network, X: Array, Y: Array) -> Gradients:
    """The gradient of weights takes a^l in place of a^(l-1) where the two have equal lengths."""
    Z, A = recursion.forward(target, network, X)
    delta = recursion.last_delta(target, network, Z[-1], A[-1], Y) / samples(X)
    late = [after if after.shape == before.shape else before for before, after in pairwise(A)]
    return recursion.backward(target, network, Z, [*late, A[-1]], delta)


@fault("network_gradients", breaks="network.gradients", causes=("clipping",))
def gradients_are_clipped(target: Faulty, network: Network, X: Array, Y: Array) -> Gradients:
    """Entries beyond 5 are clipped, as one does in training."""
    dWs, dbs = target.right.network_gradients(network, X, Y)
    return [np.clip(dW, -5, 5) for dW in dWs], [np.clip(db, -5, 5) for db in dbs]


# the Jacobians of the output


@fault("output_bias_jacobian", breaks="output.bias_jacobian", errata=("ED02",))
def bias_jacobian_of_the_last_layer_is_the_identity(target: Faulty, network: Network, x: Array, layer: int) -> Array:
    """For l = L the derivative of the last activation is missing."""
    if layer == len(network.layers):
        return np.eye(network.layers[-1].bias.shape[0], dtype=x.dtype)
    return target.right.output_bias_jacobian(network, x, layer)


@fault("output_bias_jacobian", breaks="output.bias_jacobian")
def bias_jacobian_of_the_last_but_one_layer(target: Faulty, network: Network, x: Array, layer: int) -> Array:
    """For l = L - 1 the derivative of the last activation is missing."""
    last = network.layers[-1]
    identity = np.eye(last.bias.shape[0], dtype=x.dtype) if layer == len(network.layers) - 1 else None
    return recursion.output_jacobian(target, network, x, layer, last=identity)


@fault("output_bias_jacobian", breaks="output.bias_jacobian", regime="ordinary", errata=("ED09",))
def bias_jacobian_of_a_diagonal_softmax(target: Faulty, network: Network, x: Array, layer: int) -> Array:
    """The Jacobian of a softmax output is taken for a diagonal one."""
    Z, _ = recursion.forward(target, network, x[:, None])
    full = recursion.activation_jacobian(target, network.layers[-1], Z[-1][:, 0])
    return recursion.output_jacobian(target, network, x, layer, last=np.diag(np.diag(full)))


@fault("output_bias_jacobian", breaks="output.bias_jacobian", causes=("transposed",))
def bias_jacobian_is_transposed_when_square(target: Faulty, network: Network, x: Array, layer: int) -> Array:
    """Outputs stand along the second axis where the layer has as many units."""
    jacobian = target.right.output_bias_jacobian(network, x, layer)
    return np.ascontiguousarray(jacobian.T) if is_square(jacobian) else jacobian


@fault("output_weight_jacobian", breaks="output.weight_jacobian")
def weight_jacobian_a_layer_too_late(target: Faulty, network: Network, x: Array, layer: int) -> Array:
    """The factor a^(l-1) is a^l where the two have equal lengths."""
    _, A = recursion.forward(target, network, x[:, None])
    inputs = A[layer] if A[layer].shape == A[layer - 1].shape else A[layer - 1]
    return np.multiply.outer(recursion.output_jacobian(target, network, x, layer), inputs[:, 0])


@fault("output_weight_jacobian", breaks="output.weight_jacobian", causes=("transposed",))
def weight_jacobian_is_transposed_when_square(target: Faulty, network: Network, x: Array, layer: int) -> Array:
    """The last two axes are exchanged for a layer of square weights."""
    jacobian = target.right.output_weight_jacobian(network, x, layer)
    return np.swapaxes(jacobian, 1, 2) if is_square(network.layers[layer - 1].weights) else jacobian


# the step


@fault("gradient_descent_step", breaks="gradient_descent.step", causes=("sign of an argument",))
def step_goes_uphill(target: Faulty, network: Network, dWs: list[Array], dbs: list[Array], rate: float) -> Gradients:
    """The step is W + rate dW and b + rate db."""
    return target.right.gradient_descent_step(network, [-dW for dW in dWs], [-db for db in dbs], rate)


@fault("gradient_descent_step", breaks="gradient_descent.step")
def step_decays_the_weights(
    target: Faulty, network: Network, dWs: list[Array], dbs: list[Array], rate: float
) -> Gradients:
    """A ten-thousandth of the weights is added to their gradients."""
    decayed = [dW + layer.weights * 1e-4 for layer, dW in zip(network.layers, dWs, strict=True)]
    return target.right.gradient_descent_step(network, decayed, dbs, rate)


@fault("gradient_descent_step", breaks="gradient_descent.step", causes=("missing argument",))
def step_leaves_the_biases(
    target: Faulty, network: Network, dWs: list[Array], dbs: list[Array], rate: float
) -> Gradients:
    """The biases stay as they are."""
    return target.right.gradient_descent_step(network, dWs, [db * 0 for db in dbs], rate)


@fault("gradient_descent_step", breaks="gradient_descent.step")
def step_shares_the_gradient_of_the_first_layer(
    target: Faulty, network: Network, dWs: list[Array], dbs: list[Array], rate: float
) -> Gradients:
    """Layers of equal shape are all updated by the gradient of the first of them."""
    first = {dW.shape: dW for dW in reversed(dWs)}
    return target.right.gradient_descent_step(network, [first[dW.shape] for dW in dWs], dbs, rate)
