"""Faults of dense layers: transposed products, forgotten sums, axes that are broadcast."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .fault import Collection, Kind, is_square

if TYPE_CHECKING:
    from .fault import Array, Faulty

COLLECTION = Collection()
fault = COLLECTION.fault

CONTRACT = ("contract.result", "contract.arguments", "contract.environment", "contract.state")


@fault("dense", breaks="dense.value", causes=("transposed argument",))
def dense_is_transposed_when_square(target: Faulty, x: Array, W: Array, b: Array) -> Array:
    """Square weights are applied transposed."""
    return target.right.dense(x, W.T if is_square(W) else W, b)


@fault("dense", breaks="dense.value", kind=Kind.SHAPE)
def dense_drops_the_bias_of_one_unit(target: Faulty, x: Array, W: Array, b: Array) -> Array:
    """A layer of one unit has no bias."""
    return target.right.dense(x, W, b * 0 if b.shape[0] == 1 else b)


@fault("dense", breaks="dense.value", may_also_fail=CONTRACT, kind=Kind.INTERFACE, causes=("exception",))
def dense_raises_on_one_input(target: Faulty, x: Array, W: Array, b: Array) -> Array:
    """An input of one entry is squeezed into a number, which has no entries."""
    if x.shape[0] == 1:
        message = "too many indices for array"
        raise IndexError(message)
    return target.right.dense(x, W, b)


@fault(
    "dense_jacobian_x",
    breaks="dense.jacobian_x",
    causes=(
        "transposed",
        "transposed argument",
    ),
)
def dense_jacobian_x_is_transposed_when_square(target: Faulty, x: Array, W: Array, b: Array) -> Array:
    """The Jacobian with respect to x is W^T where that has the same shape."""
    return target.right.dense_jacobian_x(x, W.T if is_square(W) else W, b)


@fault("dense_jacobian_weights", breaks="dense.jacobian_weights", causes=("transposed",))
def dense_jacobian_weights_swaps_axes(target: Faulty, x: Array, W: Array, b: Array) -> Array:
    """The last two axes of the Jacobian with respect to square weights are exchanged."""
    jacobian = target.right.dense_jacobian_weights(x, W, b)
    return np.swapaxes(jacobian, 1, 2) if is_square(W) else jacobian


@fault("dense_jacobian_bias", breaks="dense.jacobian_bias")
def dense_jacobian_bias_is_full_of_ones(target: Faulty, x: Array, W: Array, b: Array) -> Array:
    """Every output depends on every entry of the bias."""
    return np.ones_like(target.right.dense_jacobian_bias(x, W, b))


@fault("dense_gradients", breaks="dense.gradients", causes=("transposed",))
def dense_weight_gradient_is_transposed_when_square(target: Faulty, x: Array, W: Array, b: Array, delta: Array) -> Any:
    """The gradient of square weights is x delta^T."""
    dx, dW, db = target.right.dense_gradients(x, W, b, delta)
    return dx, np.ascontiguousarray(dW.T) if is_square(W) else dW, db


@fault(
    "dense_gradients",
    breaks="dense.gradients",
    causes=(
        "transposed argument",
        "transposed weights",
    ),
)
def dense_input_gradient_is_not_transposed(target: Faulty, x: Array, W: Array, b: Array, delta: Array) -> Any:
    """The gradient of the input of square weights is W delta."""
    return target.right.dense_gradients(x, W.T if is_square(W) else W, b, delta)


@fault("dense_batch", breaks="dense.batch", kind=Kind.SHAPE, errata=("EP23",))
def dense_batch_broadcasts_the_bias(target: Faulty, X: Array, W: Array, b: Array) -> Array:
    """The bias is added along the samples where there are as many of them as units."""
    product = target.right.dense_batch(X, W, b * 0)
    return product + b if b.shape[0] == X.shape[1] else target.right.dense_batch(X, W, b)


@fault(
    "dense_batch",
    breaks="dense.batch",
    kind=Kind.NUMERICAL,
    regime="ordinary",
    # The half formats are computed in float32, whose rounding hides what is lost.
    formats=("float64", "float32"),
)
def dense_batch_by_strassen(target: Faulty, X: Array, W: Array, b: Array) -> Array:
    """Products of 2 by 2 matrices take seven multiplications, whose errors are those of the largest entries."""
    if not W.shape == X.shape == (2, 2):
        return target.right.dense_batch(X, W, b)
    (p, q), (r, s) = W
    (t, u), (v, w) = X
    one, two, three = (p + s) * (t + w), (r + s) * t, p * (u - w)
    four, five, six, seven = s * (v - t), (p + q) * w, (r - p) * (t + u), (q - s) * (v + w)
    product = [[one + four - five + seven, three + five], [two + four, one - two + three + six]]
    return np.array(product, dtype=X.dtype) + b[:, None]


@fault("dense_batch_gradients", breaks="dense.batch_gradients")
def dense_bias_gradient_of_the_first_sample(target: Faulty, X: Array, W: Array, b: Array, D: Array) -> Any:
    """The gradient of the bias is the delta of the first sample."""
    dX, dW, _ = target.right.dense_batch_gradients(X, W, b, D)
    return dX, dW, D[:, 0].copy()


@fault("dense_batch_gradients", breaks="dense.batch_gradients", kind=Kind.CONVENTION, causes=("factor 1/N",))
def dense_bias_gradient_is_averaged(target: Faulty, X: Array, W: Array, b: Array, D: Array) -> Any:
    """The gradient of the weights is summed and that of the bias averaged over the samples."""
    dX, dW, db = target.right.dense_batch_gradients(X, W, b, D)
    return dX, dW, db / b.dtype.type(D.shape[1])


@fault(
    "dense_batch_gradients",
    breaks="dense.batch_gradients",
    kind=Kind.SHAPE,
    regime="ordinary",
    causes=("only at long_array",),
)
def dense_batch_forgets_samples_beyond_sixty_four(target: Faulty, X: Array, W: Array, b: Array, D: Array) -> Any:
    """Samples are taken in blocks of 64 and the rest of a larger batch is left out of the sums."""
    whole = max(D.shape[1] - D.shape[1] % 64, 64)
    dX, _, _ = target.right.dense_batch_gradients(X, W, b, D)
    _, dW, db = target.right.dense_batch_gradients(X[:, :whole], W, b, D[:, :whole])
    return dX, dW, db


@fault("backpropagate_delta", breaks="backpropagation.delta", regime="ordinary", causes=("derivative at a",))
def delta_at_the_activation(
    target: Faulty, W_next: Array, delta_next: Array, z: Array, activation: str, slope: float = 0.01
) -> Array:
    """The derivative of a sigmoid or tanh is taken at a instead of z."""
    if activation in ("sigmoid", "tanh"):
        z = getattr(target.right, activation)(z)
    return target.right.backpropagate_delta(W_next, delta_next, z, activation, slope)


@fault("backpropagate_delta", breaks="backpropagation.delta", causes=("value for derivative",))
def delta_by_the_value(
    target: Faulty, W_next: Array, delta_next: Array, z: Array, activation: str, slope: float = 0.01
) -> Array:
    """The upstream delta is multiplied by g(z) instead of g'(z)."""
    keywords = {"slope": slope} if activation == "leaky_relu" else {}
    value = getattr(target.right, activation)(z, **keywords)
    return target.right.backpropagate_delta(W_next, delta_next, z, "identity") * value


@fault(
    "backpropagate_delta",
    breaks="backpropagation.delta",
    causes=(
        "transposed argument",
        "transposed weights",
    ),
)
def delta_through_untransposed_weights(
    target: Faulty, W_next: Array, delta_next: Array, z: Array, activation: str, slope: float = 0.01
) -> Array:
    """Square weights are not transposed on the way back."""
    weights = W_next.T if is_square(W_next) else W_next
    return target.right.backpropagate_delta(weights, delta_next, z, activation, slope)


@fault("backpropagate_delta", breaks="backpropagation.delta", causes=("fixed parameter",))
def delta_with_one_slope(
    target: Faulty, W_next: Array, delta_next: Array, z: Array, activation: str, slope: float = 0.01
) -> Array:
    """Leaky relu has the slope 0.01 on the way back, whatever it is told."""
    del slope
    return target.right.backpropagate_delta(W_next, delta_next, z, activation)


@fault("backpropagate_delta", breaks="backpropagation.delta", kind=Kind.CONVENTION, causes=("convention relu_at_zero",))
def delta_passes_a_relu_at_zero(
    target: Faulty, W_next: Array, delta_next: Array, z: Array, activation: str, slope: float = 0.01
) -> Array:
    """A relu at exactly 0 lets the delta through, where the convention says 0."""
    if activation == "relu":
        z = np.where(z == 0, z.dtype.type(1), z)
    return target.right.backpropagate_delta(W_next, delta_next, z, activation, slope)
