"""Cases and answers in JSON: every float as a hex float, so that nothing is lost and any language can read it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..spec.formats import FORMATS
from ..spec.network import Layer, Network
from ..spec.operations import operations
from .case import Case

if TYPE_CHECKING:
    from collections.abc import Mapping

    FloatArray = np.ndarray[Any, np.dtype[Any]]


def encoded_case(case: Case) -> dict[str, Any]:
    """``case`` as JSON values."""
    return {
        "operation": case.operation,
        "format": case.format_name,
        "regime": case.regime,
        "arguments": [encoded(argument) for argument in case.arguments],
        "keywords": {name: float(value).hex() for name, value in case.keywords.items()},
        "hazards": sorted(case.hazards),
    }


def encoded(argument: Any) -> Any:  # noqa: ANN401 - whatever an operation takes or returns
    """One argument or answer as JSON values."""
    match argument:
        case np.ndarray() | np.generic():
            numbers = np.asarray(argument).astype(np.float64).reshape(-1).tolist()
            return {"shape": list(np.shape(argument)), "hex": [number.hex() for number in numbers]}
        case Network():
            layers = [
                {
                    "weights": encoded(layer.weights),
                    "bias": encoded(layer.bias),
                    "activation": layer.activation,
                    "slope": None if layer.slope is None else float(layer.slope).hex(),
                }
                for layer in argument.layers
            ]
            return {"layers": layers, "loss": argument.loss}
        case list() | tuple():
            return [encoded(each) for each in argument]
        case float():
            return {"hex": argument.hex()}
        case _:
            return argument


def decoded_case(document: Mapping[str, Any]) -> Case:
    """The case that :func:`encoded_case` wrote; raises KeyError or ValueError where it is none."""
    dtype = FORMATS[document["format"]].dtype
    return Case(
        operations()[document["operation"]].name,
        document["format"],
        document["regime"],
        tuple(decoded(argument, dtype) for argument in document["arguments"]),
        {name: float.fromhex(value) for name, value in document["keywords"].items()},
        frozenset(document["hazards"]),
    )


def decoded(document: Any, dtype: np.dtype[Any]) -> Any:  # noqa: ANN401 - whatever an operation takes or returns
    """The argument or answer that :func:`encoded` wrote."""
    match document:
        case {"shape": list(shape), "hex": list(numbers)}:
            values = [float.fromhex(number) for number in numbers]
            return np.array(values, dtype=np.float64).astype(dtype).reshape(shape)
        case {"layers": list(layers), "loss": str(loss)}:
            return Network(tuple(_layer(layer, dtype) for layer in layers), loss)
        case {"hex": str(number)}:
            return float.fromhex(number)
        case list():
            return [decoded(each, dtype) for each in document]
        case _:
            return document


def _layer(document: Mapping[str, Any], dtype: np.dtype[Any]) -> Layer:
    slope = document["slope"]
    return Layer(
        decoded(document["weights"], dtype),
        decoded(document["bias"], dtype),
        document["activation"],
        None if slope is None else float.fromhex(slope),
    )
