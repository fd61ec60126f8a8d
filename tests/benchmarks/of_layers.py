"""Chapter 6, put to checkers: single units, single layers, and a batch as one stack of samples."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tests.benchmarks.questions import Question, expression, pulled

if TYPE_CHECKING:
    from tests.benchmarks.questions import Array, Asked


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
