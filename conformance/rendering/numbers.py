"""Numbers and arguments as a person reads them: decimal and hex float side by side."""

from __future__ import annotations

import math
from typing import Any

SHOWN = 12
"""How many numbers of an array are shown; the report has all."""


def number(text: str) -> str:
    """A hex float with its decimal: ``20.0 (0x1.4000000000000p+4)``."""
    value = float.fromhex(text)
    return f"{value!r} ({short_hex(text)})" if math.isfinite(value) else repr(value)


def short_hex(text: str) -> str:
    """A hex float without the zeros that end its mantissa."""
    mantissa, p, exponent = text.partition("p")
    if not p:
        return text  # nan and the infinities are their own names
    return f"{mantissa.rstrip('0').rstrip('.') if '.' in mantissa else mantissa}p{exponent}"


def ulps(value: float | str) -> str:
    """An error in ulps in three digits."""
    return f"{value:.3g}" if isinstance(value, float | int) else value.lower()


def argument(document: Any) -> str:  # noqa: ANN401 - an encoded argument
    """One encoded argument of a case."""
    match document:
        case {"shape": list(shape), "hex": list(numbers)}:
            return _array(shape, numbers)
        case {"layers": list(layers), "loss": str(loss)}:
            return "; ".join([*(_layer(index, layer) for index, layer in enumerate(layers, start=1)), f"loss {loss}"])
        case {"hex": str(value)}:
            return number(value)
        case list():
            return "; ".join(argument(each) for each in document)
        case _:
            return str(document)


def _array(shape: list[int], numbers: list[str]) -> str:
    if not shape:
        return number(numbers[0])
    values = [repr(float.fromhex(each)) for each in numbers[:SHOWN]]
    more = f", ... {len(numbers) - SHOWN} more" if len(numbers) > SHOWN else ""
    hexes = f" ({short_hex(numbers[0])})" if len(numbers) == 1 and math.isfinite(float.fromhex(numbers[0])) else ""
    return f"[{', '.join(values)}{more}]{hexes} shape {tuple(shape)}"


def _layer(index: int, layer: dict[str, Any]) -> str:
    slope = f" slope {number(layer['slope'])}" if layer["slope"] is not None else ""
    weights, bias = argument(layer["weights"]), argument(layer["bias"])
    return f"layer {index} {layer['activation']}{slope}: W = {weights}, b = {bias}"
