"""Faults of losses: factors, labels, logarithms of zero."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .fault import IN_THE_FORMAT, Collection, Kind

if TYPE_CHECKING:
    from .fault import Array, Faulty

COLLECTION = Collection()
fault = COLLECTION.fault


def one_hot(label: Array) -> Array:
    """The label that is 1 where ``label`` is largest."""
    answer = np.zeros_like(label)
    answer[np.argmax(label)] = 1
    return answer


@fault(
    "squared_error",
    breaks="squared_error.value",
    kind=Kind.CONVENTION,
    causes=(
        "convention squared_error",
        "factor 2",
    ),
)
def squared_error_has_no_half(target: Faulty, o: Array, y: Array) -> Array:
    """The squared error lacks the factor 1/2 of its convention."""
    return target.right.squared_error(o, y) * 2


@fault(
    "squared_error",
    breaks="squared_error.value",
    kind=Kind.CONVENTION,
    conventions={"squared_error": "full"},
    causes=(
        "convention squared_error",
        "factor 1/2",
    ),
)
def squared_error_has_a_half(target: Faulty, o: Array, y: Array) -> Array:
    """The squared error has a factor 1/2 that its convention excludes."""
    return target.right.squared_error(o, y) / 2


@fault(
    "squared_error",
    breaks="squared_error.value",
    kind=Kind.CONVENTION,
    causes=(
        "convention entry_reduction",
        "factor 1/m",
    ),
)
def squared_error_is_averaged(target: Faulty, o: Array, y: Array) -> Array:
    """The squared error is the mean over the entries where the sum is declared."""
    return target.right.squared_error(o, y) / o.dtype.type(o.shape[0])


@fault(
    "squared_error_gradient",
    breaks="squared_error.gradient",
    causes=(
        "sign",
        "swapped arguments",
    ),
)
def squared_error_gradient_swaps_arguments(target: Faulty, o: Array, y: Array) -> Array:
    """The gradient of the squared error is y - o."""
    return target.right.squared_error_gradient(y, o)


@fault(
    "squared_error_gradient",
    breaks="squared_error.gradient",
    kind=Kind.CONVENTION,
    conventions={"entry_reduction": "mean"},
    causes=(
        "convention entry_reduction",
        "factor m",
    ),
)
def squared_error_gradient_is_summed(target: Faulty, o: Array, y: Array) -> Array:
    """The gradient lacks the factor 1/m of the mean over entries that the loss has."""
    return target.right.squared_error_gradient(o, y) * o.shape[0]


@fault(
    "squared_error_delta",
    breaks="squared_error.delta",
    kind=Kind.CONVENTION,
    causes=(
        "convention squared_error",
        "factor 2",
    ),
)
def squared_error_delta_is_doubled(target: Faulty, z: Array, y: Array) -> Array:
    """The delta is that of the squared error without the half."""
    return target.right.squared_error_delta(z, y) * 2


@fault(
    "binary_cross_entropy",
    breaks="binary_cross_entropy.value",
    kind=Kind.NUMERICAL,
    regime="wide",
    causes=("clipping",),
)
def binary_cross_entropy_clips(target: Faulty, o: Array, y: Array) -> Array:
    """Predictions are clipped to 1e-7 and 1 - 1e-7."""
    small = o.dtype.type(1e-7)
    return target.right.binary_cross_entropy(np.clip(o, small, 1 - small), y)


@fault("binary_cross_entropy", breaks="binary_cross_entropy.value", regime="ordinary")
def binary_cross_entropy_hardens_labels(target: Faulty, o: Array, y: Array) -> Array:
    """Labels in between are rounded to 0 and 1."""
    return target.right.binary_cross_entropy(o, np.asarray(y > 0.5).astype(y.dtype))


@fault(
    "binary_cross_entropy",
    breaks="binary_cross_entropy.value",
    kind=Kind.NUMERICAL,
    level="strict",
    regime="special",
    causes=("not a number",),
)
def binary_cross_entropy_of_a_perfect_prediction(target: Faulty, o: Array, y: Array) -> Array:
    """A perfect prediction costs 0 log 0, which is nan."""
    del target
    return np.asarray(-np.sum(y * np.log(o) + (1 - y) * np.log1p(-o)))


@fault("binary_cross_entropy_gradient", breaks="binary_cross_entropy.gradient")
def binary_cross_entropy_gradient_of_one_class(target: Faulty, o: Array, y: Array) -> Array:
    """The gradient is (o - y) / o."""
    del target
    return (o - y) / o


@fault(
    "binary_cross_entropy_gradient",
    breaks="binary_cross_entropy.gradient",
    kind=Kind.NUMERICAL,
    regime="wide",
    # Every positive number of float16 is far above 1e-12.
    formats=("float64", "float32", "bfloat16"),
)
def binary_cross_entropy_gradient_has_a_floor(target: Faulty, o: Array, y: Array) -> Array:
    """The divisor of the gradient is at least 1e-12."""
    del target
    return (o - y) / np.maximum(o * (1 - o), o.dtype.type(1e-12))


@fault("categorical_cross_entropy", breaks="categorical_cross_entropy.value", causes=("argmax of the label",))
def categorical_cross_entropy_of_the_argmax(target: Faulty, o: Array, y: Array) -> Array:
    """A soft label is taken for its largest entry."""
    return target.right.categorical_cross_entropy(o, one_hot(y))


@fault(
    "categorical_cross_entropy",
    breaks="categorical_cross_entropy.value",
    kind=Kind.NUMERICAL,
    # Every positive number of float16 is far above 1e-12.
    formats=("float64", "float32", "bfloat16"),
    causes=("epsilon",),
)
def categorical_cross_entropy_adds_epsilon(target: Faulty, o: Array, y: Array) -> Array:
    """The logarithm is taken of o + 1e-12."""
    return target.right.categorical_cross_entropy(o + o.dtype.type(1e-12), y)


@fault(
    "categorical_cross_entropy", breaks="categorical_cross_entropy.value", kind=Kind.CONVENTION, causes=("factor 1/m",)
)
def categorical_cross_entropy_is_averaged(target: Faulty, o: Array, y: Array) -> Array:
    """The loss is divided by the number of classes."""
    return target.right.categorical_cross_entropy(o, y) / o.dtype.type(o.shape[0])


@fault(
    "categorical_cross_entropy",
    breaks="categorical_cross_entropy.value",
    kind=Kind.NUMERICAL,
    level="strict",
    regime="special",
    causes=("not a number",),
)
def categorical_cross_entropy_of_an_absent_class(target: Faulty, o: Array, y: Array) -> Array:
    """A class that is neither predicted nor labelled costs 0 log 0, which is nan."""
    del target
    return np.asarray(-np.sum(y * np.log(o)))


@fault("categorical_cross_entropy_gradient", breaks="categorical_cross_entropy.gradient")
def categorical_cross_entropy_gradient_masks(target: Faulty, o: Array, y: Array) -> Array:
    """The label is used as a mask: -1 / o wherever it is not 0."""
    return target.right.categorical_cross_entropy_gradient(o, np.asarray(y != 0).astype(y.dtype))


@fault(
    "sigmoid_cross_entropy",
    breaks="sigmoid_cross_entropy.value",
    kind=Kind.NUMERICAL,
    regime="wide",
    effort="standard",
    # In the half formats MUST grants a listed form to round to the same at nearly every logit where it shows.
    formats=("float64", "float32"),
    errata=("EP30",),
    **IN_THE_FORMAT,
    causes=(
        "not a number",
        "infinity",
    ),
)
def sigmoid_cross_entropy_of_a_certain_class(target: Faulty, z: Array, y: Array) -> Array:
    """Where the sigmoid rounds to 0 or 1, the loss has a term 0 log 0, which is nan."""
    s = target.right.sigmoid(z)
    return np.asarray(-np.sum(y * np.log(s) + (1 - y) * np.log(1 - s)))


@fault(
    "sigmoid_cross_entropy",
    breaks="sigmoid_cross_entropy.value",
    kind=Kind.NUMERICAL,
    level="robust",
    regime="wide",
    # Elsewhere the digits that are lost are beyond those of the format.
    formats=("float64",),
)
def sigmoid_cross_entropy_is_linear_beyond_twenty(target: Faulty, z: Array, y: Array) -> Array:
    """Softplus is linear beyond 20, off in the eleventh digit there, as log(1 - s) of the printed form is."""

    def softplus(x: Array) -> Array:
        return np.where(x > 20, x, np.log1p(np.exp(np.minimum(x, 20))))

    del target
    return np.asarray(np.sum((1 - y) * softplus(z) + y * softplus(-z)))


@fault(
    "sigmoid_cross_entropy",
    breaks="sigmoid_cross_entropy.value",
    kind=Kind.NUMERICAL,
    level="robust",
    regime="ordinary",
    effort="standard",
    **IN_THE_FORMAT,
    causes=("form",),
)
def sigmoid_cross_entropy_without_log1p(target: Faulty, z: Array, y: Array) -> Array:
    """The logarithm is taken of 1 + e, which rounds e away, as one of the printed forms does."""
    del target
    softplus = np.maximum(z, 0) + np.log(1 + np.exp(-np.abs(z)))
    return np.asarray(np.sum(softplus - y * z))


@fault("softmax_cross_entropy", breaks="softmax_cross_entropy.value", regime="ordinary")
def softmax_cross_entropy_of_the_next_class(target: Faulty, z: Array, y: Array) -> Array:
    """Classes are counted from 1."""
    return target.right.softmax_cross_entropy(z, np.roll(y, 1))


@fault(
    "sigmoid_cross_entropy_delta",
    breaks="sigmoid_cross_entropy.delta",
    regime="ordinary",
    causes=("delta of another pair",),
)
def sigmoid_cross_entropy_delta_of_the_squared_error(target: Faulty, z: Array, y: Array) -> Array:
    """The delta is multiplied by the derivative of the sigmoid, as that of the squared error is."""
    return target.right.sigmoid_cross_entropy_delta(z, y) * target.right.sigmoid_derivative(z)


@fault(
    "softmax_cross_entropy", breaks="softmax_cross_entropy.value", regime="ordinary", causes=("argmax of the label",)
)
def softmax_cross_entropy_of_the_argmax(target: Faulty, z: Array, y: Array) -> Array:
    """A soft label is taken for its largest entry."""
    return target.right.softmax_cross_entropy(z, one_hot(y))


@fault(
    "softmax_cross_entropy",
    breaks="softmax_cross_entropy.value",
    kind=Kind.NUMERICAL,
    level="robust",
    regime="ordinary",
    **IN_THE_FORMAT,
    causes=(
        "form",
        "naive overflow",
    ),
)
def softmax_cross_entropy_is_not_shifted(target: Faulty, z: Array, y: Array) -> Array:
    """The exponentials of the logits overflow."""
    del target
    return np.asarray(np.sum(y) * np.log(np.sum(np.exp(z))) - np.sum(y * z))


@fault(
    "softmax_cross_entropy_delta",
    breaks="softmax_cross_entropy.delta",
    kind=Kind.CONVENTION,
    regime="ordinary",
    conventions={"label_sum": "any"},
    errata=("EP33",),
    causes=(
        "convention label_sum",
        "sum of the label",
    ),
)
def softmax_cross_entropy_delta_of_normal_labels(target: Faulty, z: Array, y: Array) -> Array:
    """The delta is S - y although labels need not sum to one."""
    return target.right.softmax(z) - y


@fault("softmax_cross_entropy_delta", breaks="softmax_cross_entropy.delta", regime="ordinary", causes=("sign",))
def softmax_cross_entropy_delta_is_negated(target: Faulty, z: Array, y: Array) -> Array:
    """The delta is y - S."""
    return -target.right.softmax_cross_entropy_delta(z, y)
