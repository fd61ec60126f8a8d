"""TensorFlow's own functions."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import tensorflow as tf

from .library import Elementary, Library, Losses

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .tensors import Tensor

_mean_of_entries = functools.partial(tf.reduce_mean, axis=-1)
_total_of_entries = functools.partial(tf.reduce_sum, axis=-1)


def _squared_error(o: Tensor, y: Tensor) -> Tensor:
    return _mean_of_entries(tf.math.squared_difference(o, y))


def _binary_cross_entropy(o: Tensor, y: Tensor) -> Tensor:
    return -_mean_of_entries(tf.math.xlogy(y, o) + tf.math.xlog1py(1 - y, -o))


def _categorical_cross_entropy(o: Tensor, y: Tensor) -> Tensor:
    return -_total_of_entries(tf.math.xlogy(y, o))


def _sigmoid_cross_entropy(z: Tensor, y: Tensor) -> Tensor:
    return _mean_of_entries(tf.nn.sigmoid_cross_entropy_with_logits(labels=y, logits=z))


def _softmax_cross_entropy(z: Tensor, y: Tensor) -> Tensor:
    return tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=z)


def _dense(X: Tensor, W: Tensor, b: Tensor) -> Tensor:
    return tf.nn.bias_add(tf.matmul(X, W), b)


def _heaviside(z: Tensor, at_zero: Tensor) -> Tensor:
    if z.dtype == tf.bfloat16:
        # TensorFlow 2.21 takes bfloat16 for a format of integers there and fails with an AttributeError.
        raise NotImplementedError("tf.experimental.numpy.heaviside has no bfloat16")
    return tf.experimental.numpy.heaviside(z, at_zero)


def _descend(parameters: Sequence[Tensor], gradients: Sequence[Tensor], rate: float) -> list[Tensor]:
    variables = [tf.Variable(parameter) for parameter in parameters]
    for variable, gradient in zip(variables, gradients, strict=True):
        alpha = tf.constant(rate, variable.dtype)
        tf.raw_ops.ResourceApplyGradientDescent(var=variable.handle, alpha=alpha, delta=gradient)
    return [variable.read_value() for variable in variables]


TENSORFLOW = Library(
    activations={"identity": tf.identity, "relu": tf.nn.relu, "sigmoid": tf.nn.sigmoid, "tanh": tf.nn.tanh},
    leaky_relu=tf.nn.leaky_relu,
    heaviside=_heaviside,
    softmax=tf.nn.softmax,
    log_softmax=tf.nn.log_softmax,
    dense=_dense,
    losses=Losses(
        squared_error=_squared_error,
        binary_cross_entropy=_binary_cross_entropy,
        categorical_cross_entropy=_categorical_cross_entropy,
        sigmoid_cross_entropy=_sigmoid_cross_entropy,
        softmax_cross_entropy=_softmax_cross_entropy,
        mean=tf.reduce_mean,
    ),
    elementary=Elementary(
        add=tf.add,
        subtract=tf.subtract,
        multiply=tf.multiply,
        divide=tf.divide,
        sin=tf.sin,
        cos=tf.cos,
        exp=tf.exp,
        log=tf.math.log,
        square=tf.square,
        square_root=tf.sqrt,
        total=tf.reduce_sum,
        norm=tf.norm,
        matrix_product=tf.matmul,
        choose=tf.where,
        clip=tf.clip_by_value,
        stack=tf.stack,
        concatenate=functools.partial(tf.concat, axis=0),
        contract=tf.einsum,
    ),
    descend=_descend,
)
"""TensorFlow without Keras."""
