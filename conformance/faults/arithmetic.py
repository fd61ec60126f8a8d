"""Faults of arithmetic: overflow on the way to a number, clips against it, narrower formats inside of a wide one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ml_dtypes
import numpy as np

from .fault import IN_THE_FORMAT, Collection, Kind, smallest_normal
from .precision import mapped

if TYPE_CHECKING:
    from .fault import Array, Faulty

    Network = Any

COLLECTION = Collection(kind=Kind.NUMERICAL, regime="extreme")
fault = COLLECTION.fault

TF32 = 11
"""The bits that a product keeps of its inputs as NVIDIA's TF32."""

BFLOAT16 = 8
"""The bits of a bfloat16."""


def coarse(bits: int, array: Array) -> Array:
    """``array`` with ``bits`` significant bits an entry, rounded to nearest."""
    fractions, exponents = np.frexp(array)
    unit = array.dtype.type(2**bits)
    return np.ldexp(np.rint(fractions * unit) / unit, exponents)


def shortest(array: Array) -> type[Any]:
    """A half format for what is computed in the format of ``array``: its own, if it is one."""
    return array.dtype.type if array.dtype.itemsize == np.dtype(np.float16).itemsize else np.float16


# overflow


@fault(
    "tanh",
    breaks="tanh.value",
    level="robust",
    regime="wide",
    **IN_THE_FORMAT,
    causes=(
        "form",
        "naive overflow",
    ),
)
def tanh_of_a_quotient(target: Faulty, z: Array) -> Array:
    """From 1 on, tanh is (e^2z - 1) / (e^2z + 1), which is nan beyond 355 in float64."""
    power = np.exp(z + z)
    return np.where(z < 1, target.right.tanh(z), (power - 1) / (power + 1)).astype(z.dtype)


@fault(
    "sigmoid",
    breaks="sigmoid.value",
    level="robust",
    **IN_THE_FORMAT,
    causes=(
        "form",
        "naive overflow",
    ),
)
def sigmoid_of_a_quotient(target: Faulty, z: Array) -> Array:
    """The sigmoid is e^z / (1 + e^z), which is nan beyond 710 in float64."""
    del target
    power = np.exp(z)
    return np.asarray(power / (1 + power)).astype(z.dtype)


@fault("sigmoid", breaks="sigmoid.value", level="robust", **IN_THE_FORMAT, causes=("form",))
def sigmoid_of_the_definition(target: Faulty, z: Array) -> Array:
    """The sigmoid is 1 / (1 + e^-z), whose exponential overflows where the value is not 0 yet."""
    del target
    return np.asarray(1 / (1 + np.exp(-z))).astype(z.dtype)


@fault(
    "softmax_cross_entropy",
    breaks="softmax_cross_entropy.value",
    level="robust",
    **IN_THE_FORMAT,
    causes=(
        "form",
        "infinity",
    ),
)
def softmax_cross_entropy_of_a_certain_class(target: Faulty, z: Array, y: Array) -> Array:
    """The logarithm is taken of the softmax, which is 0 where the loss is large."""
    logarithms = np.where(y > 0, np.log(target.right.softmax(z)), 0)
    return np.asarray(-np.sum(y * logarithms)).astype(z.dtype)


@fault(
    "root_mean_square_error",
    breaks="root_mean_square_error.value",
    level="robust",
    **IN_THE_FORMAT,
    causes=(
        "form",
        "infinity",
    ),
)
def root_mean_square_error_overflows(target: Faulty, o: Array, y: Array) -> Array:
    """The differences are squared as they are, so that the root of a sum beyond all numbers is infinite."""
    del target
    return np.asarray(np.sqrt(np.sum((o - y) * (o - y)) / o.dtype.type(len(o)))).astype(o.dtype)


# clips


@fault(
    "softmax",
    breaks="softmax.value",
    # In the other formats the exponential overflows before the clip acts.
    formats=("float64",),
    causes=("clipping",),
)
def softmax_clips_at_five_hundred(target: Faulty, z: Array) -> Array:
    """The exponentials are those of logits that are clipped to the interval from -500 to 500."""
    del target
    exponentials = np.exp(np.clip(z, -500, 500))
    return np.asarray(exponentials / np.sum(exponentials))


@fault("softmax", breaks="softmax.value", level="robust", **IN_THE_FORMAT)
def softmax_hides_its_overflow(target: Faulty, z: Array) -> Array:
    """The exponentials are not shifted, and what is nan for that becomes 0."""
    del target
    answer = np.exp(z) / np.sum(np.exp(z))
    return np.where(np.isnan(answer), 0, answer).astype(z.dtype)


@fault(
    "sigmoid",
    breaks="sigmoid.value",
    level="robust",
    # In the other formats the value is 0 there.
    formats=("float64",),
    causes=("clipping",),
)
def sigmoid_clips_at_five_hundred(target: Faulty, z: Array) -> Array:
    """The argument is clipped to the interval from -500 to 500."""
    return target.right.sigmoid(np.clip(z, -500, 500))


@fault(
    "binary_cross_entropy",
    breaks="binary_cross_entropy.value",
    regime="wide",
    # Every positive number of float16 is larger.
    formats=("float64", "float32", "bfloat16"),
    causes=("clipping",),
)
def binary_cross_entropy_clips_at_a_billionth(target: Faulty, o: Array, y: Array) -> Array:
    """Predictions are clipped to 1e-9 and 1 - 1e-9, which is 1 in float32."""
    return _clipped(target, o, y, 1e-9)


@fault(
    "binary_cross_entropy",
    breaks="binary_cross_entropy.value",
    regime="wide",
    # Every positive number of float16 is larger.
    formats=("float64", "float32", "bfloat16"),
    causes=("clipping",),
)
def binary_cross_entropy_clips_close_to_zero(target: Faulty, o: Array, y: Array) -> Array:
    """Predictions are clipped to 1e-15 and 1 - 1e-15, which is 1 in float32."""
    return _clipped(target, o, y, 1e-15)


def _clipped(target: Faulty, o: Array, y: Array, margin: float) -> Array:
    """The binary cross-entropy of predictions that are kept so far from 0 and 1."""
    small = o.dtype.type(margin)
    return target.right.binary_cross_entropy(np.clip(o, small, 1 - small), y)


@fault(
    "binary_cross_entropy_gradient",
    breaks="binary_cross_entropy.gradient",
    regime="wide",
    # The reciprocals of the only numbers of float16 that are smaller overflow, clipped or not.
    formats=("float64", "float32", "bfloat16"),
    causes=("clipping",),
)
def binary_cross_entropy_gradient_clips(target: Faulty, o: Array, y: Array) -> Array:
    """Predictions are clipped to 1e-7 and 1 - 1e-7 before the gradient is taken."""
    small = o.dtype.type(1e-7)
    return target.right.binary_cross_entropy_gradient(np.clip(o, small, 1 - small), y)


@fault("categorical_cross_entropy", breaks="categorical_cross_entropy.value", regime="exact", causes=("clipping",))
def categorical_cross_entropy_clips(target: Faulty, o: Array, y: Array) -> Array:
    """Predictions are clipped to 1e-7 and 1 - 1e-7."""
    small = o.dtype.type(1e-7)
    return target.right.categorical_cross_entropy(np.clip(o, small, 1 - small), y)


@fault(
    "binary_cross_entropy",
    breaks="binary_cross_entropy.value",
    level="strict",
    regime="special",
    causes=("infinity becomes finite",),
)
def binary_cross_entropy_hides_infinity(target: Faulty, o: Array, y: Array) -> Array:
    """A loss that is infinite becomes 0."""
    return np.nan_to_num(target.right.binary_cross_entropy(o, y), nan=np.nan, posinf=0)


@fault(
    "categorical_cross_entropy",
    breaks="categorical_cross_entropy.value",
    level="strict",
    regime="special",
    effort="standard",
    causes=("infinity becomes finite",),
)
def categorical_cross_entropy_hides_infinity(target: Faulty, o: Array, y: Array) -> Array:
    """A loss that is infinite becomes 0."""
    return np.nan_to_num(target.right.categorical_cross_entropy(o, y), nan=np.nan, posinf=0)


# narrower formats


@fault(
    "dense",
    breaks="dense.value",
    regime="ordinary",
    is_raw=True,
    causes=("narrower format", "convention intermediates"),
)
def dense_accumulates_in_half_precision(target: Faulty, x: Array, W: Array, b: Array) -> Array:
    """The products are summed one after the other in a half format."""
    del target
    half = shortest(x)
    total = b.astype(half)
    for column, entry in zip(W.T, x, strict=True):
        total = (total + (column * entry).astype(half)).astype(half)
    return total.astype(x.dtype)


@fault("softmax", breaks="softmax.value", regime="ordinary", is_raw=True)
def softmax_sums_in_half_precision(target: Faulty, z: Array) -> Array:
    """The exponentials are summed in a half format."""
    del target
    exponentials = np.exp(z - np.max(z))
    half = shortest(z)
    total = half(0)
    for each in exponentials:
        total = half(total + half(each))
    return np.asarray(exponentials / z.dtype.type(total)).astype(z.dtype)


@fault(
    "dense",
    breaks="dense.value",
    regime="ordinary",
    # The numbers of the half formats have no more bits.
    formats=("float64", "float32"),
    causes=(
        "rounded products",
        "convention matmul_inputs",
    ),
)
def dense_in_tf32(target: Faulty, x: Array, W: Array, b: Array) -> Array:
    """The inputs of the product keep eleven bits, which is not declared."""
    return target.right.dense(coarse(TF32, x), coarse(TF32, W), b)


@fault(
    "dense_batch",
    breaks="dense.batch",
    regime="ordinary",
    # The numbers of bfloat16 have no more bits.
    formats=("float64", "float32", "float16"),
    causes=(
        "rounded products",
        "convention matmul_inputs",
    ),
)
def dense_batch_in_bfloat16(target: Faulty, X: Array, W: Array, b: Array) -> Array:
    """The inputs of the product keep eight bits, which is not declared."""
    return target.right.dense_batch(coarse(BFLOAT16, X), coarse(BFLOAT16, W), b)


@fault(
    "dense_batch_gradients",
    breaks="dense.batch_gradients",
    regime="ordinary",
    # The numbers of the half formats have no more bits.
    formats=("float64", "float32"),
    causes=(
        "rounded products",
        "convention matmul_inputs",
    ),
)
def dense_batch_gradients_in_tf32(target: Faulty, X: Array, W: Array, b: Array, D: Array) -> Any:
    """The inputs of the products keep eleven bits, which is not declared."""
    dX, dW, _ = target.right.dense_batch_gradients(coarse(TF32, X), coarse(TF32, W), b, coarse(TF32, D))
    return dX, dW, target.right.dense_batch_gradients(X, W, b, D)[2]


@fault(
    "network_gradients",
    breaks="network.gradients",
    regime="ordinary",
    is_raw=True,
    # The numbers of bfloat16 have no more bits.
    formats=("float64", "float32", "float16"),
)
def network_gradients_of_coarse_weights(target: Faulty, network: Network, X: Array, Y: Array) -> Any:
    """The weights are a copy in bfloat16, as training in mixed precision keeps one."""
    short = mapped(lambda array: array.astype(ml_dtypes.bfloat16).astype(array.dtype), network)
    return target.right.network_gradients(short, X, Y)


@fault(
    "network_forward",
    breaks="network.forward",
    regime="ordinary",
    # The numbers of the half formats have no more bits.
    formats=("float64", "float32"),
    causes=(
        "rounded products",
        "convention matmul_inputs",
    ),
)
def network_forward_in_tf32(target: Faulty, network: Network, X: Array) -> Array:
    """The weights and the batch keep eleven bits, which is not declared."""
    short = type(network)(
        tuple(
            type(each)(coarse(TF32, each.weights), each.bias, each.activation, each.slope) for each in network.layers
        ),
        network.loss,
    )
    return target.right.network_forward(short, coarse(TF32, X))


# subnormal numbers


@fault("tanh", breaks="tanh.value", level="robust", is_raw=True, causes=("convention subnormals",))
def tanh_flushes_without_saying_so(target: Faulty, z: Array) -> Array:
    """Subnormal answers become 0 although that is not declared."""
    answer = target.right.tanh(z)
    return np.where(np.abs(answer) < smallest_normal(z), 0 * answer, answer)
