"""
The arguments of an operation as ``operations.toml`` declares them, or a sentence that says what is wrong with one.

Arrays become NumPy arrays of float64 that hold numbers of the format, in the canonical layout: samples are columns,
weights are (out, in).
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from ..spec import shapes
from ..spec.formats import FORMATS
from ..spec.network import ACTIVATIONS, LOSSES, Layer, Network
from .correct_rounding import nearest_fraction

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ..spec.formats import Format
    from ..spec.operations import Argument, Operation

    FloatArray = np.ndarray[Any, np.dtype[np.float64]]

OUTPUTS = {
    "squared_error": ACTIVATIONS,
    "binary_cross_entropy": ("sigmoid",),
    "categorical_cross_entropy": ("softmax",),
}
"""The activations that the last layer may have, by the loss of the network (chapter 11)."""


class OperandError(ValueError):
    """An argument that its operation does not take: the caller's fault."""


class Operands:
    """The reader of the arguments of one operation, in one format."""

    def __init__(self, operation: Operation, number_format: Format, *, round_inputs: bool) -> None:
        self._operation = operation
        self._format = number_format
        self._round_inputs = round_inputs
        self._lengths: dict[str, int] = {}
        self._origins: dict[str, str] = {}
        self._network: Network | None = None

    def positional(self, arguments: Sequence[Any]) -> tuple[Any, ...]:
        """The positional arguments, read in order."""
        declared = self._operation.arguments
        if len(arguments) != len(declared):
            names = ", ".join(argument.name for argument in declared)
            counted = f"{len(declared)} argument{'s' if len(declared) > 1 else ''}"
            message = f"{self._operation.name} takes {counted} ({names}), not {len(arguments)}"
            raise OperandError(message)
        return tuple(self._read(argument, value) for argument, value in zip(declared, arguments, strict=True))

    def named(self, keywords: Mapping[str, Any], arguments: Sequence[Any]) -> dict[str, float]:
        """The keyword arguments; ``slope`` of an operation that names its activation is for ``leaky_relu`` alone."""
        wanted = [keyword.name for keyword in self._operation.keywords]
        if any(argument.shape == "activation" for argument in self._operation.arguments):
            wanted = wanted if "leaky_relu" in [each for each in arguments if isinstance(each, str)] else []
        unknown = [name for name in keywords if name not in wanted]
        missing = [name for name in wanted if name not in keywords]
        if unknown:
            takes = f"takes the keyword {', '.join(wanted)}" if wanted else "takes no keyword here"
            message = f"{self._operation.name} {takes}, not {', '.join(unknown)}"
            raise OperandError(message)
        if missing:
            message = f"{self._operation.name} needs the keyword {', '.join(missing)}, a number such as 0.25"
            raise OperandError(message)
        return {name: self._scalar(name, value) for name, value in keywords.items()}

    def _read(self, declared: Argument, value: Any) -> Any:  # noqa: ANN401 - whatever an operation takes
        name, words = declared.name, declared.shape
        readers: Mapping[str, Callable[[], Any]] = {
            "network": lambda: self._network_of(declared, value),
            "activation": lambda: self._one_of(name, value, ACTIVATIONS),
            "loss": lambda: self._one_of(name, value, LOSSES),
            "layer": lambda: self._whole(declared, value),
            "sample": lambda: self._whole(declared, value),
            "count": lambda: self._whole(declared, value),
            "all weights": lambda: self._by_layer(name, words, value),
            "all biases": lambda: self._by_layer(name, words, value),
            "scalar": lambda: self._scalar(name, value),
            "any": lambda: self._like_the_first(name, self._numbers(name, value)),
        }
        return readers.get(words, lambda: self._shaped(name, words, self._numbers(name, value)))()

    # numbers

    def _scalar(self, name: str, value: Any) -> float:  # noqa: ANN401 - whatever the caller gives
        number = self._numbers(name, value)
        if number.shape:
            message = f"{name} has shape {number.shape}; it is one number"
            raise OperandError(message)
        return float(number)

    def _numbers(self, name: str, value: Any) -> FloatArray:  # noqa: ANN401 - whatever the caller gives
        """``value`` in float64, every number one of the format."""
        wide = _in_float64(name, value)
        if not np.isfinite(wide).all():
            place = _first(~np.isfinite(wide))
            message = (
                f"{name}{_index(place)} is {wide[place]}; the oracle takes finite numbers "
                "(what holds at NaN and infinities is said by the clause: gradspec show "
                f"{self._operation.clause})"
            )
            raise OperandError(message)
        with np.errstate(over="ignore"):
            narrow = wide.astype(self._format.dtype).astype(np.float64)
        if np.array_equal(narrow, wide):
            return wide
        if self._round_inputs:
            return self._rounded(name, wide)
        place = _first(narrow != wide)
        closest = nearest_fraction(Fraction(float(wide[place])), self._format).value()
        message = (
            f"{name}{_index(place)} = {float(wide[place])!r} is not a {self._format.name} number, the nearest one is "
            f"{closest!r}; give that, or ask for round_inputs=True"
        )
        raise OperandError(message)

    def _rounded(self, name: str, wide: FloatArray) -> FloatArray:
        numbers = [nearest_fraction(Fraction(number), self._format).value() for number in wide.reshape(-1).tolist()]
        rounded = np.array(numbers, dtype=np.float64).reshape(wide.shape)
        if not np.isfinite(rounded).all():
            place = _first(~np.isfinite(rounded))
            message = f"{name}{_index(place)} = {float(wide[place])!r} overflows {self._format.name}"
            raise OperandError(message)
        return rounded

    # shapes

    def _like_the_first(self, name: str, array: FloatArray) -> FloatArray:
        """An argument of an elementwise operation: of any shape, that of the first one."""
        for axis, length in enumerate((array.ndim, *array.shape)):
            self._agree(name, array, f"axis {axis}" if axis else "number of axes", length)
        return self._not_empty(name, array)

    def _shaped(self, name: str, words: str, array: FloatArray) -> FloatArray:
        axes = [*shapes.axes(words), *(["N"] if shapes.is_batch(words) else [])]
        if array.ndim != len(axes):
            message = (
                f"{name} has shape {array.shape}; {self._operation.name} takes it with {len(axes)} "
                f"ax{'i' if len(axes) == 1 else 'e'}s, {' by '.join(axes)} (samples are columns, weights are out by in)"
            )
            raise OperandError(message)
        for axis, length in zip(axes, array.shape, strict=True):
            if shapes.names(axis) == {axis}:
                self._agree(name, array, axis, length)
            elif shapes.names(axis) <= self._lengths.keys() and shapes.length(axis, self._lengths) != length:
                message = (
                    f"{name} has shape {array.shape}: {axis} is {shapes.length(axis, self._lengths)}, not {length}"
                )
                raise OperandError(message)
        return self._not_empty(name, array)

    def _agree(self, name: str, array: FloatArray, axis: str, length: int) -> None:
        known = self._lengths.setdefault(axis, length)
        origin = self._origins.setdefault(axis, name)
        if known != length:
            message = f"{name} has shape {array.shape}: its {axis} is {length}, but that of {origin} is {known}"
            raise OperandError(message)

    def _not_empty(self, name: str, array: FloatArray) -> FloatArray:
        if array.size == 0:
            message = f"{name} has shape {array.shape}; every axis has at least one entry"
            raise OperandError(message)
        return array

    # everything else

    def _one_of(self, name: str, value: Any, names: Sequence[str]) -> str:  # noqa: ANN401 - whatever the caller gives
        if value not in names:
            message = f"{name} is {value!r}; it is one of {', '.join(names)}"
            raise OperandError(message)
        return str(value)

    def _whole(self, declared: Argument, value: Any) -> int:  # noqa: ANN401 - whatever the caller gives
        layers = len(self._network.layers) if self._network is not None else 0
        largest = {
            "layer": layers,
            "hidden layer": layers - 1,
            "sample": self._lengths.get("N", 0),
        }.get(declared.domain, math.inf)
        smallest = 0 if declared.shape == "count" else 1
        is_whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
        if not is_whole or not smallest <= value <= largest:
            until = f"from {smallest} to {largest}" if largest < math.inf else f"from {smallest} on"
            options = "it is a whole number " + until if largest >= smallest else "there is none to choose from"
            message = f"{declared.name} is {value!r}: {self._operation.name} takes a {declared.domain}, {options}"
            raise OperandError(message)
        return int(value)

    def _by_layer(self, name: str, words: str, value: Any) -> list[FloatArray]:  # noqa: ANN401 - whatever the caller gives
        layers = self._network.layers if self._network is not None else ()
        if not isinstance(value, list | tuple) or len(value) != len(layers):
            message = f"{name} is a list of {len(layers)} arrays, one for each layer of the network"
            raise OperandError(message)
        result = []
        for index, (layer, each) in enumerate(zip(layers, value, strict=True)):
            array = self._numbers(f"{name}[{index}]", each)
            expected = np.shape(layer.weights if words == "all weights" else layer.bias)
            if array.shape != expected:
                message = f"{name}[{index}] has shape {array.shape}; that layer's is {expected}"
                raise OperandError(message)
            result.append(array)
        return result

    # networks

    def _network_of(self, declared: Argument, value: Any) -> Network:  # noqa: ANN401 - whatever the caller gives
        if not isinstance(value, Network) or not value.layers:
            message = f"{declared.name} is not a Network of at least one layer (gradspec.spec.Network)"
            raise OperandError(message)
        layers: list[Layer] = []
        for index, layer in enumerate(value.layers):
            before = layers[-1].weights.shape[0] if layers else None
            layers.append(self._layer(f"layer {index + 1}", layer, before))
        network = Network(tuple(layers), self._one_of("the loss", value.loss, LOSSES))
        self._require_ending(declared.domain, network)
        self._network = network
        self._lengths |= {"n_0": layers[0].weights.shape[1], "n_L": layers[-1].weights.shape[0]}
        self._origins |= dict.fromkeys(("n_0", "n_L"), declared.name)
        return network

    def _layer(self, name: str, layer: Layer, before: int | None) -> Layer:
        weights, bias = self._numbers(f"W of {name}", layer.weights), self._numbers(f"b of {name}", layer.bias)
        if weights.ndim != 2 or weights.size == 0 or bias.shape != weights.shape[:1]:  # noqa: PLR2004 - out by in
            message = f"{name} has W of shape {weights.shape} and b of shape {bias.shape}; W is out by in, b is out"
            raise OperandError(message)
        if before is not None and weights.shape[1] != before:
            message = f"{name} takes {weights.shape[1]} inputs, and the layer before it has {before} outputs"
            raise OperandError(message)
        activation = self._one_of(f"the activation of {name}", layer.activation, (*ACTIVATIONS, "softmax"))
        if (layer.slope is None) == (activation == "leaky_relu"):
            message = f"{name} has activation {activation} and slope {layer.slope}; a slope belongs to leaky_relu alone"
            raise OperandError(message)
        slope = None if layer.slope is None else self._scalar(f"slope of {name}", layer.slope)
        return Layer(weights, bias, activation, slope)

    def _require_ending(self, domain: str, network: Network) -> None:
        """Softmax is for the last layer, and a loss for the activations that chapter 11 lists."""
        *hidden, last = (layer.activation for layer in network.layers)
        if "softmax" in hidden:
            message = "softmax is an activation of the last layer alone"
            raise OperandError(message)
        if last not in OUTPUTS[network.loss]:
            message = (
                f"the loss {network.loss} goes with {', '.join(OUTPUTS[network.loss])} in the last layer, not {last}"
            )
            raise OperandError(message)
        if domain == "classifier" and (last != "softmax" or set(hidden) - {"relu"}):
            message = f"{self._operation.name} is for relu layers and a softmax output with categorical_cross_entropy"
            raise OperandError(message)
        if domain == "elementwise network" and last == "softmax":
            message = f"{self._operation.name} is for elementwise activations; softmax is none"
            raise OperandError(message)


def _in_float64(name: str, value: Any) -> FloatArray:  # noqa: ANN401 - whatever the caller gives
    """``value`` in float64, every number unchanged."""
    try:
        given = np.asarray(value)
    except ValueError as error:
        message = f"{name} is not an array of numbers: its rows have different lengths"
        raise OperandError(message) from error
    if given.dtype.kind not in "iu" and given.dtype not in [each.dtype for each in FORMATS.values()]:
        message = f"{name} is not an array of numbers of {', '.join(FORMATS)}, but of {given.dtype}"
        raise OperandError(message)
    wide = given.astype(np.float64)
    if given.dtype.kind in "iu" and any(
        int(number) != int(whole) for number, whole in zip(given.flat, wide.flat, strict=True)
    ):
        message = f"{name} has whole numbers that float64 does not hold"
        raise OperandError(message)
    return wide


def _first(places: Any) -> tuple[int, ...]:  # noqa: ANN401 - an array of bools
    """Where ``places`` is true first."""
    return tuple(int(index) for index in np.argwhere(places)[0])


def _index(place: tuple[int, ...]) -> str:
    return f"[{', '.join(map(str, place))}]" if place else ""
