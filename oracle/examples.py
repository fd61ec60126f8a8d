"""
The worked examples: every printed number beside the exact one, and what is to be said of its digits.

The network of an example is evaluated by the propositions of the chapters, in any arithmetic. A printed number is then
compared with two exact numbers, both fractions: that of this evaluation, and the one that follows from the digits
printed in front of it.
"""

from __future__ import annotations

import decimal
import operator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from ..spec import example as worked
from ..spec.conventions import resolve
from ..spec.example import Applied, Constant, Quantity
from ..spec.network import Layer, Network
from .activations import activation_derivative, sigmoid
from .arithmetic.arrays import Array, Number, as_array, entrywise
from .arithmetic.high_precision import HighPrecision
from .networks import forward, network_cost, network_gradients
from .propositions import PROPOSITIONS
from .training import gradient_descent_step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from ..spec.example import Digits, Example, Expression, PrintedValue
    from .arithmetic.protocol import Arithmetic

BITS = 256
"""Of the evaluation. No exact value lies closer to a change of its printed digits than 0.005 of their last place."""

SIGNIFICANT = 12
"""How many digits of a number are shown."""

OPERATIONS: Mapping[str, Callable[..., Number]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "negative": operator.neg,
}
"""What an expression does with numbers, beside the functions of an arithmetic."""


@dataclass(frozen=True)
class JudgedValue:
    """A printed number and what is true of it."""

    value: PrintedValue
    """The number, as it is printed and where."""
    exact: Fraction
    """The exact number, to :data:`BITS` bits."""
    from_operands: Fraction
    """The number that follows from the printed operands, likewise."""

    @property
    def rounded(self) -> str:
        """The digits that are right at the printed width."""
        return rounded(self.exact, self.value.places)

    @property
    def verdict(self) -> Digits:
        """What is to be said of the printed digits; at a tie, either neighbour is a rounding."""
        follows = self._is_rounding_of(self.from_operands)
        if self._is_rounding_of(self.exact):
            return "right" if follows else "carried"
        return "propagated" if follows else "slip"

    def _is_rounding_of(self, number: Fraction) -> bool:
        return abs(Fraction(self.value.printed) - number) <= Fraction(1, 2 * 10**self.value.places)


@cache
def bhadani() -> tuple[JudgedValue, ...]:
    """The printed numbers of a 1-2-3-1 network and of one step of its training. Clause ``example.bhadani``."""
    example = worked.bhadani()
    exact, functions = exact_quantities(example), _exact_functions(_arithmetic(example))
    return tuple(
        JudgedValue(value, evaluated(value.exact, exact, functions), evaluated(value.operands, {}, functions))
        for value in example.values
    )


def exact_quantities(example: Example) -> dict[str, Fraction]:
    """:func:`quantities` to :data:`BITS` bits, as fractions."""
    return {name: _fraction(number) for name, number in quantities(_arithmetic(example), example).items()}


def _arithmetic(example: Example) -> HighPrecision:
    return HighPrecision(BITS, resolve(profile_name=example.source))


def _exact_functions(arithmetic: HighPrecision) -> dict[str, Callable[[Number], Number]]:
    """The functions of an expression, of fractions, to the bits of ``arithmetic``."""

    def of_fractions(function: Callable[[Number], Number]) -> Callable[[Number], Number]:
        return lambda number: _fraction(function(arithmetic.number(number)))

    return {name: of_fractions(function) for name, function in functions_of(arithmetic).items()}


def _fraction(number: Number) -> Fraction:
    """An mpmath number as the fraction that it is."""
    sign, mantissa, exponent, _ = number._mpf_
    return Fraction(-int(mantissa) if sign else int(mantissa)) * Fraction(2) ** int(exponent)


def rounded(number: Fraction, places: int) -> str:
    """
    ``number`` rounded to ``places`` decimals, at a tie to the even digit.

    >>> rounded(Fraction(-1, 3), 4)
    '-0.3333'
    """
    sign = "-" if number < 0 else ""
    digits = str(round(abs(number) * 10**places)).rjust(places + 1, "0")
    return sign + (f"{digits[:-places]}.{digits[-places:]}" if places else digits)


def digits(number: Fraction) -> str:
    """
    ``number`` as a decimal: exactly where :data:`SIGNIFICANT` digits hold it, else rounded to as many.

    >>> digits(Fraction(3, 8)), digits(Fraction(1, 3))
    ('0.375', '0.333333333333')
    """
    with decimal.localcontext(prec=SIGNIFICANT):
        return f"{decimal.Decimal(number.numerator) / decimal.Decimal(number.denominator):f}"


def quantities(
    arithmetic: Arithmetic, example: Example, number: Callable[[Fraction], Number] | None = None
) -> dict[str, Number]:
    """
    Everything that an expression may name, by its name: ``z[2, 1]``, ``dW[3, 1, 2]``, ``loss_new``.

    ``number`` makes a fraction a number of ``arithmetic``, as the arithmetic itself does if it is left out.
    """
    number = number or arithmetic.number
    network = _lifted(example.network, number)
    x, y, rate = _array(example.x, number)[:, None], _array(example.y, number)[:, None], number(example.rate)
    after = stepped(arithmetic, network, x, y, rate)
    return {
        **_forward(arithmetic, network, x, y, ""),
        **_backward(arithmetic, network, x, y),
        **_forward(arithmetic, after, x, y, "_new"),
        "rate": rate,
    }


def stepped(arithmetic: Arithmetic, network: Network, x: Array, y: Array, rate: Number) -> Network:
    """The network after one step of gradient descent on the samples ``x`` with labels ``y``."""
    gradients = network_gradients(arithmetic, network, x, y)
    weights, biases = gradient_descent_step(arithmetic, network, *gradients, rate)
    layers = zip(network.layers, weights, biases, strict=True)
    return Network(tuple(Layer(w, b, layer.activation, layer.slope) for layer, w, b in layers), network.loss)


def _lifted(network: Network, number: Callable[[Fraction], Number]) -> Network:
    layers = (
        Layer(_array(each.weights, number), _array(each.bias, number), each.activation) for each in network.layers
    )
    return Network(tuple(layers), network.loss)


def _array(fractions: Any, number: Callable[[Fraction], Number]) -> Array:  # noqa: ANN401 - nested tuples
    return entrywise(number, np.array(fractions, dtype=object))


def _forward(arithmetic: Arithmetic, network: Network, x: Array, y: Array, suffix: str) -> dict[str, Number]:
    traces = forward(arithmetic, network, x)
    return {
        **_named(f"z{suffix}", (trace.z[:, 0] for trace in traces)),
        **_named(f"a{suffix}", (trace.a[:, 0] for trace in traces)),
        **_named(f"W{suffix}", (layer.weights for layer in network.layers)),
        **_named(f"b{suffix}", (layer.bias for layer in network.layers)),
        f"loss{suffix}": network_cost(arithmetic, network, x, y),
    }


def _backward(arithmetic: Arithmetic, network: Network, x: Array, y: Array) -> dict[str, Number]:
    """The derivatives, those of z and a in the steps of the text: back through an activation, back through weights."""
    traces = forward(arithmetic, network, x)
    upstream = PROPOSITIONS[f"{network.loss}.gradient"](arithmetic, traces[-1].a[:, 0], y[:, 0])
    upstreams, deltas = [], []
    for layer, trace in zip(reversed(network.layers), reversed(traces), strict=True):
        delta = as_array(upstream * activation_derivative(arithmetic, layer.activation, trace.z[:, 0], layer.slope))
        upstreams.append(upstream)
        deltas.append(delta)
        upstream = arithmetic.matmul(layer.weights.T, delta)
    weights, biases = network_gradients(arithmetic, network, x, y)
    return {
        **_named("da", upstreams[::-1]),
        **_named("delta", deltas[::-1]),
        **_named("dW", weights),
        **_named("db", biases),
    }


def _named(letter: str, arrays: Iterable[Array]) -> dict[str, Number]:
    """Every entry of the array of each layer by its name, indices from 1."""
    return {
        f"{letter}[{', '.join(str(each) for each in (layer, *(axis + 1 for axis in index)))}]": number
        for layer, array in enumerate(arrays, start=1)
        for index, number in np.ndenumerate(array)
    }


def functions_of(arithmetic: Arithmetic) -> dict[str, Callable[[Number], Number]]:
    """The functions that an expression may apply, of a number of ``arithmetic``."""
    return {
        "sigmoid": lambda number: sigmoid(arithmetic, as_array(number))[()],
        "log": lambda number: arithmetic.log(as_array(number))[()],
    }


def evaluated(
    expression: Expression,
    named: Mapping[str, Number],
    functions: Mapping[str, Callable[[Number], Number]],
    number: Callable[[Fraction], Number] = Fraction,
) -> Number:
    """The value of ``expression``, whose quantities have the values ``named`` and whose constants are a ``number``."""
    match expression:
        case Constant(value):
            return number(value)
        case Quantity(name):
            return named[name]
        case Applied(function, arguments):
            apply = functions[function] if function in functions else OPERATIONS[function]
            return apply(*(evaluated(each, named, functions, number) for each in arguments))
