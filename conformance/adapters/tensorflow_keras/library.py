"""What the operations are composed of: the functions that TensorFlow and Keras have both, each its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from .tensors import Tensor

    Unary: TypeAlias = Callable[[Tensor], Tensor]
    Binary: TypeAlias = Callable[[Tensor, Tensor], Tensor]


@dataclass(frozen=True)
class Losses:
    """Loss of every row of predictions, or of logits, given the labels behind them."""

    squared_error: Binary
    binary_cross_entropy: Binary
    categorical_cross_entropy: Binary
    sigmoid_cross_entropy: Binary
    softmax_cross_entropy: Binary
    mean: Unary
    """Mean over the rows."""


@dataclass(frozen=True)
class Elementary:
    """Elementary functions of tensors."""

    add: Binary
    subtract: Binary
    multiply: Binary
    divide: Binary
    sin: Unary
    cos: Unary
    exp: Unary
    log: Unary
    square: Unary
    square_root: Unary
    total: Unary
    """Sum of all entries."""
    norm: Unary
    """Euclidean norm of a vector."""
    matrix_product: Binary
    choose: Callable[[Tensor, Tensor, Tensor], Tensor]
    """Entries of the second where the first holds, else of the third."""
    clip: Callable[[Tensor, float, float], Tensor]
    stack: Callable[[Sequence[Tensor]], Tensor]
    concatenate: Callable[[Sequence[Tensor]], Tensor]
    contract: Callable[..., Tensor]
    """A sum of products, after the notation of Einstein."""


@dataclass(frozen=True)
class Library:
    """The functions of one library."""

    activations: Mapping[str, Unary]
    """Elementwise activations without a parameter."""
    leaky_relu: Callable[[Tensor, float], Tensor]
    heaviside: Binary
    """Step of the first at zero, where it is the second."""
    softmax: Unary
    log_softmax: Unary
    dense: Callable[[Tensor, Tensor, Tensor], Tensor]
    """Rows, a kernel ``(n, m)`` and a bias through a dense layer."""
    losses: Losses
    elementary: Elementary
    descend: Callable[[Sequence[Tensor], Sequence[Tensor], float], list[Tensor]]
    """Parameters after one step of gradient descent, given the gradients and the rate."""
