"""
The catalogue in the words of gradient checkers: a forward function at a point, and its backward function there.

A checker differentiates the forward function by differences and compares. What it is told of an operation that is a
derivative is therefore the function that it is the derivative of, and how it makes an upstream gradient into gradients.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from gradspec.conformance.adapters.reference import Reference
from gradspec.conformance.layout import incoming, outgoing
from gradspec.spec.conventions import resolve
from gradspec.spec.network import Layer, Network
from gradspec.spec.operations import operations

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from gradspec.conformance.case import Case

    Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Question:
    """What a checker is handed."""

    point: tuple[Array, ...]
    """The arrays that the forward function is differentiated by."""
    value: Callable[..., Any]
    """The forward function, of arrays shaped as those of the point."""
    backward: Callable[[Array], Sequence[Any]]
    """The gradients at the point, one for each of its arrays, from an upstream gradient."""


class Asked:
    """
    A target, and the reference for what the target does not offer.

    Arguments and answers are in the canonical layout. Where the target stores them so too, they are not copied.
    """

    def __init__(self, target: Any) -> None:
        self._target = target
        self._right = Reference(target.conventions)
        self.conventions = resolve(declared=target.conventions)
        canonical = {"layout": "columns", "weight_layout": "out_in"}
        self._is_canonical = all(self.conventions[name] == value for name, value in canonical.items())

    def __call__(self, operation: str, *arguments: Any, **keywords: float) -> Any:
        """The answer of the target, or else of the reference."""
        function = getattr(self._target, operation, None) or getattr(self._right, operation)
        if self._is_canonical:
            return function(*arguments, **keywords)
        declared = operations()[operation]
        pairs = zip(arguments, declared.arguments, strict=True)
        answer = function(*(outgoing(each, argument.shape, self.conventions) for each, argument in pairs), **keywords)
        if len(declared.results) == 1:
            return self._canonical(answer, declared.results[0].shape)
        return [self._canonical(each, result.shape) for each, result in zip(answer, declared.results, strict=True)]

    def _canonical(self, answer: Any, shape: str) -> Any:
        if isinstance(answer, list):
            return [incoming(np.asarray(each), shape.removeprefix("all "), self.conventions) for each in answer]
        return incoming(np.asarray(answer), shape, self.conventions)


@dataclass(frozen=True)
class Expression:
    """How one operation is put to a checker."""

    operation: str
    """A derivative."""
    forward: str
    """The operation that it is the derivative of; empty where it is a formula written here."""
    question: Callable[..., Question]
    """Made from who is asked and the arguments of the operation."""

    def at(self, case: Case, asked: Asked) -> Question:
        """The question at the arguments of ``case``."""
        made = self.question(asked, *case.arguments, **case.keywords)
        dtype = case.number_format.dtype
        return replace(made, point=tuple(np.asarray(each, dtype=dtype) for each in made.point))


EXPRESSIONS: list[Expression] = []
"""Every operation that can be put to a checker."""


def expression(operation: str, forward: str = "") -> Callable[[Callable[..., Question]], Callable[..., Question]]:
    """Register the decorated function as the way to put ``operation``, a derivative of ``forward``, to a checker."""

    def register(question: Callable[..., Question]) -> Callable[..., Question]:
        EXPRESSIONS.append(Expression(operation, forward, question))
        return question

    return register


def pulled(upstream: Array, jacobian: Any) -> Array:
    """``J^T u``, whatever axes the value and the argument have."""
    return np.tensordot(upstream, jacobian, axes=np.ndim(upstream))


# chapter 3


def _example(operation: str, function: Callable[..., Any]) -> None:
    """Put the Jacobians of a printed function by each of its arguments."""

    def question(asked: Asked, *arguments: Any) -> Question:
        def backward(upstream: Array) -> list[Array]:
            found = asked(operation, *arguments)
            return [pulled(upstream, each) for each in (found if len(arguments) > 1 else [found])]

        return Question(arguments, function, backward)

    expression(operation)(question)


def _elementwise_example(operation: str, function: Callable[..., Any]) -> None:
    """Put the derivative of a printed function of one variable, of every entry."""
    expression(operation)(
        lambda asked, x: Question((x,), function, lambda upstream: [asked(operation, x) * upstream]),
    )


_example("addition_jacobians", lambda w, x: w + x)
_example("subtraction_jacobians", lambda w, x: w - x)
_example("multiplication_jacobians", lambda w, x: w * x)
_example("division_jacobians", lambda w, x: w / x)
_example("scalar_addition_jacobians", lambda x, t: x + t)
_example("scalar_multiplication_jacobians", lambda x, t: x * t)
_example("square_plus_cosine_gradient", lambda p: p[0] ** 2 + np.cos(p[1]))
_example("cubic_exponential_jacobian", lambda p: np.stack([2 * p[0] + p[1] ** 3, np.exp(p[1]) - 13 * p[0]]))
_example("power_map_jacobian", lambda p: np.stack([p[0] ** 2 + p[1], p[1] ** 3]))
_example("sine_logarithm_jacobian", lambda g: np.stack([np.sin(g[0]), np.log(g[1])]))
_example("composed_map_jacobian", lambda p: np.stack([np.sin(p[0] ** 2 + p[1]), np.log(p[1] ** 3)]))
_example("logarithm_sine_derivative", lambda x: np.concatenate([np.log(x**2), np.sin(3 * x)]))
_elementwise_example("sine_of_square_derivative", lambda x: np.sin(x**2))
_elementwise_example("sum_with_square_derivative", lambda x: x + x**2)


@expression("product_jacobians")
def _of_a_product(asked: Asked, f: Array, g: Array, F: Array, G: Array) -> Question:
    def backward(upstream: Array) -> list[Array]:
        return [pulled(upstream, each) for each in asked("product_jacobians", f, g, F, G)]

    origin = np.zeros(F.shape[1]), np.zeros(G.shape[1])
    return Question(origin, lambda v, w: (f + F @ v) * (g + G @ w), backward)


@expression("sum_reduction_gradient")
def _of_a_sum(asked: Asked, J: Array) -> Question:
    origin = (np.zeros(J.shape[1]),)
    return Question(origin, lambda v: np.sum(J @ v), lambda upstream: [upstream * asked("sum_reduction_gradient", J)])


@expression("vector_jacobian_product")
def _of_a_linear_map(asked: Asked, J: Array, _: Array) -> Question:
    origin = (np.zeros(J.shape[1]),)
    return Question(origin, lambda v: J @ v, lambda upstream: [asked("vector_jacobian_product", J, upstream)])


@expression("chain_jacobian")
def _of_a_composition(asked: Asked, outer: Array, inner: Array) -> Question:
    origin = (np.zeros(inner.shape[1]),)
    return Question(
        origin,
        lambda v: outer @ (inner @ v),
        lambda upstream: [pulled(upstream, asked("chain_jacobian", outer, inner))],
    )


@expression("total_derivative")
def _along_all_paths(asked: Asked, direct: float, partials: Array, rates: Array) -> Question:
    return Question(
        (np.zeros(()),),
        lambda t: direct * t + partials @ (rates * t),
        lambda upstream: [upstream * asked("total_derivative", direct, partials, rates)],
    )


# chapters 4 and 5


def _activation(forward: str) -> None:
    """Put the derivative of an elementwise activation, and its vector-Jacobian product."""
    derivative, vjp = f"{forward}_derivative", f"{forward}_vjp"

    def by_derivative(asked: Asked, z: Array, **keywords: float) -> Question:
        return Question(
            (z,),
            lambda z: asked(forward, z, **keywords),
            lambda upstream: [asked(derivative, z, **keywords) * upstream],
        )

    def by_vjp(asked: Asked, z: Array, _: Array, **keywords: float) -> Question:
        return Question(
            (z,), lambda z: asked(forward, z, **keywords), lambda upstream: [asked(vjp, z, upstream, **keywords)]
        )

    expression(derivative, forward)(by_derivative)
    if vjp in operations():
        expression(vjp, forward)(by_vjp)


for _name in ("identity", "relu", "leaky_relu", "sigmoid", "tanh", "heaviside", "relu_epsilon"):
    _activation(_name)


@expression("softmax_jacobian", "softmax")
def _of_softmax(asked: Asked, z: Array) -> Question:
    return Question(
        (z,), lambda z: asked("softmax", z), lambda upstream: [pulled(upstream, asked("softmax_jacobian", z))]
    )


@expression("softmax_vjp", "softmax")
def _through_softmax(asked: Asked, z: Array, _: Array) -> Question:
    return Question((z,), lambda z: asked("softmax", z), lambda upstream: [asked("softmax_vjp", z, upstream)])


@expression("activation_jacobian")
def _of_an_activation(asked: Asked, z: Array, activation: str, **keywords: float) -> Question:
    return Question(
        (z,),
        lambda z: asked(activation, z, **keywords),
        lambda upstream: [pulled(upstream, asked("activation_jacobian", z, activation, **keywords))],
    )


def _loss(operation: str, forward: str) -> None:
    """Put the gradient of a loss by its predictions or logits."""
    expression(operation, forward)(
        lambda asked, o, y: Question(
            (o,), lambda o: asked(forward, o, y), lambda upstream: [upstream * asked(operation, o, y)]
        ),
    )


_loss("squared_error_gradient", "squared_error")
_loss("binary_cross_entropy_gradient", "binary_cross_entropy")
_loss("categorical_cross_entropy_gradient", "categorical_cross_entropy")
_loss("root_mean_square_error_gradient", "root_mean_square_error")
_loss("squared_error_delta", "squared_error")
_loss("sigmoid_cross_entropy_delta", "sigmoid_cross_entropy")
_loss("softmax_cross_entropy_delta", "softmax_cross_entropy")


# chapter 6


def _dense_jacobian(operation: str, variable: int) -> None:
    """Put the Jacobian of a dense layer by one of its arguments."""

    def question(asked: Asked, *arguments: Array) -> Question:
        def value(moved: Array) -> Any:
            return asked("dense", *arguments[:variable], moved, *arguments[variable + 1 :])

        return Question(
            (arguments[variable],), value, lambda upstream: [pulled(upstream, asked(operation, *arguments))]
        )

    expression(operation, "dense")(question)


def _dense_gradients(operation: str, forward: str) -> None:
    """Put the gradients of a dense layer by its input and parameters."""
    expression(operation, forward)(
        lambda asked, X, W, b, _: Question(
            (X, W, b), lambda *point: asked(forward, *point), lambda upstream: asked(operation, X, W, b, upstream)
        ),
    )


_dense_jacobian("dense_jacobian_x", 0)
_dense_jacobian("dense_jacobian_weights", 1)
_dense_jacobian("dense_jacobian_bias", 2)
_dense_gradients("dense_gradients", "dense")
_dense_gradients("dense_batch_gradients", "dense_batch")


@expression("backpropagate_delta")
def _through_a_layer(asked: Asked, W_next: Array, _: Array, z: Array, activation: str, **keywords: float) -> Question:
    return Question(
        (z,),
        lambda z: W_next @ asked(activation, z, **keywords),
        lambda upstream: [asked("backpropagate_delta", W_next, upstream, z, activation, **keywords)],
    )


@expression("layer_gradients", "layer")
def _of_a_layer(asked: Asked, x: Array, W: Array, b: Array, activation: str, _: Array, **keywords: float) -> Question:
    return Question(
        (x, W, b),
        lambda *point: asked("layer", *point, activation, **keywords),
        lambda upstream: asked("layer_gradients", x, W, b, activation, upstream, **keywords),
    )


@expression("neuron_gradients", "neuron")
def _of_a_neuron(asked: Asked, x: Array, w: Array, b: float, activation: str, **keywords: float) -> Question:
    return Question(
        (w, np.asarray(b)),
        lambda w, b: asked("neuron", x, w, float(b), activation, **keywords),
        lambda upstream: [upstream * each for each in asked("neuron_gradients", x, w, b, activation, **keywords)],
    )


@expression("neuron_chain", "neuron")
def _link_by_link(asked: Asked, x: Array, w: Array, b: float, activation: str, **keywords: float) -> Question:
    def backward(upstream: Array) -> list[Array]:
        dadz, dzdS, dSdH, dHdw = asked("neuron_chain", x, w, b, activation, **keywords)
        return [upstream * dadz * dzdS * (dSdH @ dHdw)]

    return Question((w,), lambda w: asked("neuron", x, w, b, activation, **keywords), backward)


@expression("neuron_cost_gradients", "neuron_cost")
def _of_a_neurons_cost(  # noqa: PLR0913 - the arguments of the operation
    asked: Asked, X: Array, y: Array, w: Array, b: float, activation: str, **keywords: float
) -> Question:
    def backward(upstream: Array) -> list[Array]:
        return [upstream * each for each in asked("neuron_cost_gradients", X, y, w, b, activation, **keywords)]

    return Question(
        (w, np.asarray(b)), lambda w, b: asked("neuron_cost", X, y, w, float(b), activation, **keywords), backward
    )


@expression("linear_regression_backward", "linear_regression_cost")
def _of_a_regression(asked: Asked, X: Array, y: Array, w: Array, b: float) -> Question:
    return Question(
        (w, np.asarray(b)),
        lambda w, b: asked("linear_regression_cost", asked("linear_regression_forward", X, w, float(b)), y),
        lambda upstream: [upstream * each for each in asked("linear_regression_backward", X, y, w, b)],
    )


# chapter 7


def _parameters(network: Network) -> tuple[Array, ...]:
    """The weights of every layer, then the biases."""
    return (*(layer.weights for layer in network.layers), *(layer.bias for layer in network.layers))


def _with_parameters(network: Network, parameters: Sequence[Array]) -> Network:
    count = len(network.layers)
    pairs = zip(network.layers, parameters[:count], parameters[count:], strict=True)
    return replace(network, layers=tuple(replace(layer, weights=W, bias=b) for layer, W, b in pairs))


def _with_layer(network: Network, number: int, **parts: Any) -> Network:
    layers = list(network.layers)
    layers[number - 1] = replace(layers[number - 1], **parts)
    return replace(network, layers=tuple(layers))


@expression("network_gradients", "network_cost")
def _of_a_network(asked: Asked, network: Network, X: Array, Y: Array) -> Question:
    def backward(upstream: Array) -> list[Array]:
        dWs, dbs = asked("network_gradients", network, X, Y)
        return [upstream * each for each in (*dWs, *dbs)]

    return Question(
        _parameters(network), lambda *point: asked("network_cost", _with_parameters(network, point), X, Y), backward
    )


@expression("classifier_backward", "network_cost")
def _of_a_classifier(asked: Asked, network: Network, X: Array, Y: Array) -> Question:
    with_loss = replace(network, loss="categorical_cross_entropy")

    def backward(upstream: Array) -> list[Array]:
        dWs, dbs = asked("classifier_backward", network, X, Y)
        return [upstream * each for each in (*dWs, *dbs)]

    return Question(
        _parameters(network), lambda *point: asked("network_cost", _with_parameters(with_loss, point), X, Y), backward
    )


@expression("network_input_gradient", "network_cost")
def _by_the_inputs(asked: Asked, network: Network, X: Array, Y: Array) -> Question:
    return Question(
        (X,),
        lambda X: asked("network_cost", network, X, Y),
        lambda upstream: [upstream * asked("network_input_gradient", network, X, Y)],
    )


@expression("network_deltas")
def _by_the_pre_activations(asked: Asked, network: Network, X: Array, Y: Array) -> Question:
    """A pre-activation of one sample is moved with its bias, in a batch of this sample alone."""
    samples = X.shape[1]

    def value(*moves: Array) -> Any:
        costs = []
        for j in range(samples):
            layers = [
                replace(layer, bias=layer.bias + move[:, j]) for layer, move in zip(network.layers, moves, strict=True)
            ]
            moved = replace(network, layers=tuple(layers))
            costs.append(asked("network_cost", moved, X[:, j : j + 1], Y[:, j : j + 1]))
        return np.mean(costs) if asked.conventions["cost"] == "mean" else np.sum(costs)

    origin = tuple(np.zeros((layer.bias.shape[0], samples)) for layer in network.layers)
    return Question(
        origin, value, lambda upstream: [upstream * each for each in asked("network_deltas", network, X, Y)]
    )


@expression("network_vjp", "network_forward")
def _through_a_network(asked: Asked, network: Network, x: Array, _: Array) -> Question:
    def value(x: Array, *point: Array) -> Any:
        return asked("network_forward", _with_parameters(network, point), x[:, None])[:, 0]

    def backward(upstream: Array) -> list[Array]:
        dx, dWs, dbs = asked("network_vjp", network, x, upstream)
        return [dx, *dWs, *dbs]

    return Question((x, *_parameters(network)), value, backward)


@expression("upstream_gradient")
def _above_a_layer(asked: Asked, network: Network, x: Array, y: Array, layer: int) -> Question:
    """The layers above are a network of their own; above the last pre-activation there is its activation alone."""
    last = network.layers[-1]
    units = last.bias.shape[0]
    alone = Layer(np.eye(units, dtype=x.dtype), np.zeros(units, dtype=x.dtype), last.activation, last.slope)
    above = replace(network, layers=network.layers[layer:] or (alone,))
    trace = asked("network_trace", network, x[:, None])
    point = trace[0][-1] if layer == len(network.layers) else trace[1][layer - 1]
    return Question(
        (point[:, 0],),
        lambda a: asked("network_cost", above, a[:, None], y[:, None]),
        lambda upstream: [upstream * asked("upstream_gradient", network, x, y, layer)],
    )


@expression("relu_layer_backward")
def _through_a_relu_layer(asked: Asked, W_next: Array, _: Array, Z: Array, A_prev: Array) -> Question:
    """The activations, the pre-activations, the weights and the bias are moved beside where they stand."""

    def value(on_A: Array, on_Z: Array, on_W: Array, on_b: Array) -> Any:
        return W_next @ (asked("relu", Z + on_Z + on_W @ A_prev + on_b[:, None]) + on_A)

    origin = np.zeros(Z.shape), np.zeros(Z.shape), np.zeros((Z.shape[0], A_prev.shape[0])), np.zeros(Z.shape[0])
    return Question(origin, value, lambda upstream: asked("relu_layer_backward", W_next, upstream, Z, A_prev))


# chapters 8 and 9


def _output_jacobian(operation: str, part: str, *, stacked: bool = False) -> None:
    """Put the Jacobian of the output of a network, or of those of a batch in one stack, by a layer's parameters."""

    def question(asked: Asked, network: Network, X: Array, layer: int) -> Question:
        def value(moved: Array) -> Any:
            changed = _with_layer(network, layer, **{part: moved})
            if stacked:
                return asked("stack_samples", asked("network_forward", changed, X))
            return asked("network_forward", changed, X[:, None])[:, 0]

        return Question(
            (getattr(network.layers[layer - 1], part),),
            value,
            lambda upstream: [pulled(upstream, asked(operation, network, X, layer))],
        )

    expression(operation, "network_forward")(question)


_output_jacobian("output_weight_jacobian", "weights")
_output_jacobian("output_bias_jacobian", "bias")
_output_jacobian("stacked_weight_jacobian", "weights", stacked=True)
_output_jacobian("stacked_bias_jacobian", "bias", stacked=True)


def _cost_derivative(operation: str, part: str) -> None:
    """Put the derivative of the cost by a layer's parameters."""

    def question(asked: Asked, network: Network, X: Array, Y: Array, layer: int) -> Question:
        return Question(
            (getattr(network.layers[layer - 1], part),),
            lambda moved: asked("network_cost", _with_layer(network, layer, **{part: moved}), X, Y),
            lambda upstream: [upstream * asked(operation, network, X, Y, layer)],
        )

    expression(operation, "network_cost")(question)


_cost_derivative("cost_weight_derivative", "weights")
_cost_derivative("cost_bias_derivative", "bias")


def _activated(asked: Asked, layer: Layer, z: Array) -> Any:
    if layer.activation == "softmax":
        return asked("softmax", z)
    return asked(layer.activation, z, **({} if layer.slope is None else {"slope": layer.slope}))


@expression("layer_jacobian")
def _of_one_layer(asked: Asked, network: Network, x: Array, layer: int) -> Question:
    here = network.layers[layer - 1]
    return Question(
        (asked("downstream_value", network, x, layer),),
        lambda a: _activated(asked, here, here.weights @ a + here.bias),
        lambda upstream: [pulled(upstream, asked("layer_jacobian", network, x, layer))],
    )


@expression("gamma")
def _of_one_activation(asked: Asked, network: Network, x: Array, layer: int) -> Question:
    return Question(
        (asked("network_trace", network, x[:, None])[0][layer - 1][:, 0],),
        lambda z: _activated(asked, network.layers[layer - 1], z),
        lambda upstream: [upstream * asked("gamma", network, x, layer)],
    )


@expression("gamma_columns")
def _times_the_weights(asked: Asked, network: Network, x: Array, layer: int) -> Question:
    here = network.layers[layer - 1]
    return Question(
        (asked("downstream_value", network, x, layer),),
        lambda a: _activated(asked, here, here.weights @ a + here.bias),
        lambda upstream: [pulled(upstream, asked("gamma_columns", network, x, layer) * here.weights)],
    )


@expression("gamma_rows")
def _times_the_next_weights(asked: Asked, network: Network, x: Array, layer: int) -> Question:
    after = network.layers[layer].weights
    return Question(
        (asked("network_trace", network, x[:, None])[0][layer - 1][:, 0],),
        lambda z: after @ _activated(asked, network.layers[layer - 1], z),
        lambda upstream: [pulled(upstream, after * asked("gamma_rows", network, x, layer))],
    )


def _unstacked(stack: Array, samples: int) -> Array:
    """The batch of which ``stack`` is the samples one below the other."""
    return stack.reshape(samples, -1).T


@expression("projection_jacobian", "project_sample")
def _of_a_projection(asked: Asked, A: Array, sample: int) -> Question:
    return Question(
        (A.T.reshape(-1),),
        lambda stack: asked("project_sample", _unstacked(stack, A.shape[1]), sample),
        lambda upstream: [pulled(upstream, asked("projection_jacobian", A, sample))],
    )


def _losses(asked: Asked, loss: str, stack: Array, Y: Array) -> Array:
    pairs = zip(_unstacked(stack, Y.shape[1]).T, Y.T, strict=True)
    return np.stack([asked(loss, o, y) for o, y in pairs])


@expression("losses_jacobian")
def _of_the_losses(asked: Asked, loss: str, O: Array, Y: Array) -> Question:  # noqa: E741 - the letter of the text
    return Question(
        (O.T.reshape(-1),),
        lambda stack: _losses(asked, loss, stack, Y),
        lambda upstream: [pulled(upstream, asked("losses_jacobian", loss, O, Y))],
    )


@expression("cost_row")
def _of_the_weighed_losses(asked: Asked, weights: Array, loss: str, O: Array, Y: Array) -> Question:  # noqa: E741 - as above
    return Question(
        (O.T.reshape(-1),),
        lambda stack: weights @ _losses(asked, loss, stack, Y),
        lambda upstream: [upstream * asked("cost_row", weights, loss, O, Y)],
    )


def expressions_of(offered: Sequence[str]) -> tuple[str, list[Expression]]:
    """
    How a target that offers these operations is put to a checker, and what is wrong in it then.

    ``derivative`` where it offers derivatives, ``value`` where a right derivative stands beside its forward function,
    ``nothing`` where no checker can be asked.
    """
    derivatives = [each for each in EXPRESSIONS if each.operation in offered]
    if derivatives:
        return "derivative", derivatives
    values = list(_first_of_each_forward(offered))
    return ("value", values) if values else ("nothing", [])


def _first_of_each_forward(offered: Sequence[str]) -> Iterator[Expression]:
    seen: set[str] = set()
    for each in EXPRESSIONS:
        if each.forward in offered and each.forward not in seen:
            seen.add(each.forward)
            yield each
