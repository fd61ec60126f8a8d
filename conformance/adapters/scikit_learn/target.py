"""scikit-learn as a target: the contract's operations over the internals of its multi-layer perceptrons."""

from __future__ import annotations

from importlib import metadata
from typing import TYPE_CHECKING, Any

import sklearn

from . import parts
from .layers import Layers
from .networks import Networks
from .training import Training

if TYPE_CHECKING:
    from collections.abc import Callable

    from .estimators import Array


def _elementwise(name: str) -> tuple[Callable[..., Array], Callable[..., Array], Callable[..., Array]]:
    """Value, derivative and vector-Jacobian product of one activation, as methods."""

    def value(_: object, z: Array) -> Array:
        return parts.activated(name, z)

    def derivative(_: object, z: Array) -> Array:
        return parts.derivative(name, parts.activated(name, z))

    def vjp(_: object, z: Array, upstream: Array) -> Array:
        return parts.pulled_back(name, parts.activated(name, z), upstream)

    return value, derivative, vjp


class ScikitLearn(Layers, Networks, Training):
    """
    scikit-learn's perceptrons, batches in rows, weights by input and output.

    What is not here is in the classes that this one is put together from.
    """

    name = "scikit-learn"
    version = str(sklearn.__version__)
    formats = ("float64", "float32")
    conventions: dict[str, Any] = {  # noqa: RUF012 -- read, never written
        "layout": "rows",
        "weight_layout": "in_out",
        "relu_at_zero": "0",
        "step_at_threshold": "0",
        "squared_error": "half",
        "cost": "mean",
        "entry_reduction": "sum",
        "label_sum": "one",
        "subnormals": "gradual",
    }

    environment: dict[str, str] = {  # noqa: RUF012 -- read, never written
        "scipy": metadata.version("scipy"),  # whose expit is the logistic function
        "device": "CPU",
    }

    identity, identity_derivative, identity_vjp = _elementwise("identity")
    relu, relu_derivative, relu_vjp = _elementwise("relu")
    sigmoid, sigmoid_derivative, sigmoid_vjp = _elementwise("sigmoid")
    tanh, tanh_derivative, tanh_vjp = _elementwise("tanh")
