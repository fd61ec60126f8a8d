"""Keras's own functions, on TensorFlow's tensors."""

from __future__ import annotations

import functools
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import keras
import tensorflow as tf

from .library import Elementary, Library, Losses

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .tensors import Tensor


class _Mean(keras.losses.Loss):  # type: ignore[misc]  # Keras publishes no types
    """The reduction over a batch that Keras's losses share, of losses that are there already."""

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        """The losses as they are."""
        del y_true
        return y_pred


def _mean(losses: Tensor) -> Tensor:
    return _Mean(dtype=losses.dtype.name)(losses, losses)


def _squared_error(o: Tensor, y: Tensor) -> Tensor:
    return keras.losses.mean_squared_error(y, o)


def _binary_cross_entropy(o: Tensor, y: Tensor, *, from_logits: bool = False) -> Tensor:
    return keras.losses.binary_crossentropy(y, o, from_logits=from_logits)


def _categorical_cross_entropy(o: Tensor, y: Tensor, *, from_logits: bool = False) -> Tensor:
    with warnings.catch_warnings():
        # Keras warns of a single class, which the clauses admit.
        warnings.simplefilter("ignore", SyntaxWarning)
        return keras.losses.categorical_crossentropy(y, o, from_logits=from_logits)


@functools.cache
def _layer(inputs: int, units: int, format_name: str) -> Any:
    """A dense layer, made once for each shape and format; its parameters are given with each call."""
    layer = keras.layers.Dense(units, dtype=format_name)
    layer.build((None, inputs))
    return layer


def _dense(X: Tensor, W: Tensor, b: Tensor) -> Tensor:
    return _layer(*W.shape, W.dtype.name).stateless_call([W, b], [], X)[0]


@contextmanager
def _default_format(name: str) -> Iterator[None]:
    """Keras's default format, in which an optimizer keeps its learning rate."""
    before = keras.config.floatx()
    keras.config.set_floatx(name)
    try:
        yield
    finally:
        keras.config.set_floatx(before)


def _descend(parameters: Sequence[Tensor], gradients: Sequence[Tensor], rate: float) -> list[Tensor]:
    name = parameters[0].dtype.name
    variables = [keras.Variable(parameter, dtype=name) for parameter in parameters]
    with _default_format(name):
        keras.optimizers.SGD(learning_rate=rate).apply(gradients, variables)
    return [tf.convert_to_tensor(variable) for variable in variables]


KERAS = Library(
    activations={
        "identity": keras.activations.linear,
        "relu": keras.activations.relu,
        "sigmoid": keras.activations.sigmoid,
        "tanh": keras.activations.tanh,
    },
    leaky_relu=keras.activations.leaky_relu,
    heaviside=keras.ops.heaviside,
    softmax=keras.activations.softmax,
    log_softmax=keras.activations.log_softmax,
    dense=_dense,
    losses=Losses(
        squared_error=_squared_error,
        binary_cross_entropy=_binary_cross_entropy,
        categorical_cross_entropy=_categorical_cross_entropy,
        sigmoid_cross_entropy=functools.partial(_binary_cross_entropy, from_logits=True),
        softmax_cross_entropy=functools.partial(_categorical_cross_entropy, from_logits=True),
        mean=_mean,
    ),
    elementary=Elementary(
        add=keras.ops.add,
        subtract=keras.ops.subtract,
        multiply=keras.ops.multiply,
        divide=keras.ops.divide,
        sin=keras.ops.sin,
        cos=keras.ops.cos,
        exp=keras.ops.exp,
        log=keras.ops.log,
        square=keras.ops.square,
        square_root=keras.ops.sqrt,
        total=keras.ops.sum,
        norm=keras.ops.norm,
        matrix_product=keras.ops.matmul,
        choose=keras.ops.where,
        clip=keras.ops.clip,
        stack=keras.ops.stack,
        concatenate=keras.ops.concatenate,
        contract=keras.ops.einsum,
    ),
    descend=_descend,
)
"""Keras 3 on its TensorFlow backend."""
