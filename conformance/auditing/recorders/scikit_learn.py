"""A bundle from a fitted multi-layer perceptron of scikit-learn."""

from __future__ import annotations

import copy
import inspect
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import BundleError
from ..making import from_arrays

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..bundle import Bundle

    FloatArray = np.ndarray[Any, np.dtype[Any]]

ACTIVATIONS: Mapping[str, str] = {
    "identity": "identity",
    "logistic": "sigmoid",
    "tanh": "tanh",
    "relu": "relu",
    "softmax": "softmax",
}
"""Its names of activations, and ours."""

CONVENTIONS: Mapping[str, str] = {
    "layout": "rows",
    "weight_layout": "in_out",
    "relu_at_zero": "0",
    "squared_error": "half",
    "entry_reduction": "sum",
    "cost": "mean",
}
"""Those of its user guide: half the squared norm, averaged over samples."""


def from_sklearn(
    model: Any,
    x: Any,
    y: Any,
    *,
    conventions: Mapping[str, object] | None = None,
) -> Bundle:
    """
    The gradients that a fitted ``MLPClassifier`` or ``MLPRegressor`` takes at a batch, its output and its loss.

    x has shape ``(N, n_0)``; y holds what ``fit`` was given. The estimator has no public method for gradients; the one
    with which it trains is called, ``_backprop``, on a copy with ``alpha = 0``, so without the penalty on weights.
    """
    plain = copy.copy(model)
    plain.alpha = 0.0
    batch = np.asarray(x, dtype=plain.coefs_[0].dtype)
    labels = _labels(plain, np.asarray(y)).astype(batch.dtype)
    if plain.loss not in ("log_loss", "squared_error"):
        message = f"the loss of {type(model).__name__} is {plain.loss!r}; known are 'log_loss' and 'squared_error'"
        raise BundleError(message)
    cost, weight_gradients, bias_gradients, output = _backprop(plain, batch, labels)
    arrays: dict[str, FloatArray] = {"x": batch, "y": labels, "output": output, "cost": np.asarray(cost)}
    layers = zip(plain.coefs_, plain.intercepts_, weight_gradients, bias_gradients, strict=True)
    for number, layer in enumerate(layers, start=1):
        names = (f"W{number}", f"b{number}", f"dW{number}", f"db{number}")
        arrays |= {name: np.array(array) for name, array in zip(names, layer, strict=True)}
    hidden = [ACTIVATIONS[plain.activation]] * (len(plain.coefs_) - 1)
    return from_arrays(
        arrays,
        activations=[*hidden, ACTIVATIONS[plain.out_activation_]],
        loss=_loss(plain),
        conventions=dict(CONVENTIONS) | dict(conventions or {}),
        origin=_origin(),
    )


def _origin() -> str:
    try:
        return f"scikit-learn {version('scikit-learn')}"
    except PackageNotFoundError:
        return "scikit-learn"


def _labels(model: Any, y: FloatArray) -> FloatArray:
    """The labels as the estimator trains on them: classes as vectors, one column where there are two."""
    binarizer = getattr(model, "_label_binarizer", None)
    found = y if binarizer is None else np.asarray(binarizer.transform(y))
    return found if found.ndim > 1 else found[:, np.newaxis]


def _loss(model: Any) -> str:
    if model.loss == "squared_error":
        return "squared_error"
    return "binary_cross_entropy" if model.out_activation_ == "logistic" else "categorical_cross_entropy"


def _backprop(
    model: Any,
    x: FloatArray,
    y: FloatArray,
) -> tuple[Any, list[FloatArray], list[FloatArray], FloatArray]:
    """Loss, gradients of weights and biases, and output, as in one step of training."""
    layers = len(model.coefs_)
    activations: list[Any] = [x, *[None] * layers]
    given: dict[str, Any] = {
        "X": x,
        "y": y,
        "sample_weight": None,
        "activations": activations,
        "deltas": [None] * layers,
        "coef_grads": [None] * layers,
        "intercept_grads": [None] * layers,
    }
    try:
        taken = inspect.signature(model._backprop).parameters  # noqa: SLF001 - there is no public way to its gradients
        cost, weights, biases = model._backprop(**{name: given[name] for name in taken})  # noqa: SLF001 - likewise
    except (AttributeError, KeyError) as error:
        message = f"{type(model).__name__} has no _backprop that is known here ({error}); use from_arrays"
        raise BundleError(message) from error
    return cost, weights, biases, activations[-1]
