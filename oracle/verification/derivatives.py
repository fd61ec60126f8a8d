"""
Derivatives of forward definitions, by two means that know nothing of the closed forms they are compared with.

The answer of a derivative clause has an array for each variable of a forward function. An entry of it is the
derivative, with respect to one entry of the variable, of a linear function of the forward values: of the value at
the same place (elementwise), of the only value (gradient), of one value each (Jacobian), or of the values weighed
by an upstream gradient (vector-Jacobian product). The dual arithmetic differentiates by the rules of calculus;
mpmath does so by a difference quotient at twice the digits.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, Protocol

import mpmath
import numpy as np

from ..arguments import leaves, lifted
from ..arithmetic.arrays import Array, Number, as_array, entrywise
from ..arithmetic.dual import Dual, DualArithmetic
from ..arithmetic.dual import lifted as as_dual
from ..arithmetic.high_precision import HighPrecision

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from ..arithmetic.protocol import Arithmetic
    from .points import Point

Kind = Literal["elementwise", "gradient", "jacobian", "product"]
"""Which linear function of the forward values an entry of the answer differentiates."""

Index = tuple[int, ...]
"""The place of an entry in an array."""


class Forward(Protocol):
    """A function of an arithmetic and of lifted arguments, to be differentiated or to be equalled."""

    def __call__(
        self,
        arithmetic: Arithmetic,
        arguments: Sequence[Any],
        keywords: Mapping[str, Number],
    ) -> Any:  # noqa: ANN401 - numbers, arrays, and sequences of them
        """The values, in numbers of ``arithmetic``."""
        ...


@dataclass(frozen=True)
class Variable:
    """An array among the arguments: an argument itself, or the weights or the bias of a layer of a network."""

    argument: int
    """Which argument, counted from 0."""
    layer: int | None = None
    """Which layer of it, counted from 0; None where the argument is an array."""
    part: Literal["weights", "bias"] = "weights"
    """Which array of the layer."""

    def array(self, arguments: Sequence[Any]) -> Any:  # noqa: ANN401 - of floats or of any numbers
        """The array; a single number is one without axes."""
        argument = arguments[self.argument]
        if self.layer is not None:
            return getattr(argument.layers[self.layer], self.part)
        return argument if isinstance(argument, np.ndarray) else as_array(argument)

    def replaced(self, arguments: Sequence[Any], index: Index, number: Number) -> list[Any]:
        """``arguments`` with ``number`` at ``index`` of the array; the originals stay what they are."""
        array = self.array(arguments).copy()
        array[index] = number
        changed = list(arguments)
        if self.layer is None:
            changed[self.argument] = array if isinstance(arguments[self.argument], np.ndarray) else array[()]
            return changed
        network = arguments[self.argument]
        layers = list(network.layers)
        layers[self.layer] = replace(layers[self.layer], **{self.part: array})
        changed[self.argument] = replace(network, layers=tuple(layers))
        return changed


@dataclass(frozen=True)
class Derivative:
    """How a clause is the derivative of a forward function."""

    forward: Forward
    """The function, of the arguments of the clause's operation."""
    kind: Kind
    """What an entry of the answer differentiates."""
    variables: Callable[[Sequence[Any]], list[Variable]]
    """The variables, one for each array of the answer."""
    upstream: int | None = None
    """Which argument weighs the forward values, where the kind is ``product``."""
    extended: Callable[[Sequence[Any]], Sequence[Any]] = tuple
    """The arguments of the forward function from those of the operation: the same, or with shifts of 0 behind them."""

    def functional(self, outputs: Array, index: Index | None, upstream: Array | None) -> Number:
        """The linear function of the forward values (or of their tangents) behind one entry of the answer."""
        if upstream is not None:
            return sum(as_array(upstream * outputs).reshape(-1))
        return outputs[() if index is None else index]

    def places(self, index: Index, variable: Array) -> tuple[Index | None, Index]:
        """Which forward value, if one, and which entry of the variable the entry ``index`` of the answer is about."""
        match self.kind:
            case "elementwise":
                return index, index
            case "jacobian":
                axes = len(index) - variable.ndim
                return index[:axes], index[axes:]
            case "gradient" | "product":
                return None, index

    def shape(self, outputs: Array, variable: Array) -> Index:
        """The shape of the array of the answer that belongs to ``variable``."""
        return (*outputs.shape, *variable.shape) if self.kind == "jacobian" else tuple(variable.shape)


def dual_derivative(derivative: Derivative, point: Point, bits: int) -> list[Array]:
    """Every entry of the answer, by dual numbers over ``bits`` bits, one evaluation for each entry of a variable."""
    arithmetic = DualArithmetic(bits, point.conventions)
    given = derivative.extended(point.arguments)
    arguments = [lifted(arithmetic, argument) for argument in given]
    keywords = {name: lifted(arithmetic, value) for name, value in point.keywords.items()}
    upstream = None if derivative.upstream is None else entrywise(_value, arguments[derivative.upstream])

    def tangents(variable: Variable, index: Index) -> Array:
        entry = Dual(as_dual(variable.array(arguments)[index]).value, arithmetic.context.mpf(1))
        outputs = derivative.forward(arithmetic, variable.replaced(arguments, index, entry), keywords)
        return entrywise(lambda number: arithmetic.context.mpf(as_dual(number).tangent), leaves(outputs)[0])

    def array(variable: Variable) -> Array:
        values = variable.array(arguments)
        found = {index: tangents(variable, index) for index in np.ndindex(values.shape)}
        result = np.empty(derivative.shape(next(iter(found.values())), values), dtype=object)
        for index in np.ndindex(result.shape):
            output, place = derivative.places(index, values)
            result[index] = derivative.functional(found[place], output, upstream)
        return result

    return [array(variable) for variable in derivative.variables(given)]


def _value(number: Number) -> Number:
    return as_dual(number).value


def numerical_derivative(
    derivative: Derivative,
    point: Point,
    shapes: Sequence[Index],
    bits: int,
    rng: random.Random,
    count: int,
) -> Iterator[tuple[int, Index, Number]]:
    """
    ``count`` entries drawn by ``rng``, each as its array, its place in it and mpmath's difference quotient.

    ``shapes`` are those of the answer's arrays. The quotient is good to about ``bits`` bits: mpmath takes a
    central difference with a step of 2^-(bits + 10), of a function that is evaluated with four times the bits.
    """
    arithmetic = HighPrecision(4 * bits, point.conventions)
    given = derivative.extended(point.arguments)
    arguments = [lifted(arithmetic, argument) for argument in given]
    keywords = {name: lifted(arithmetic, value) for name, value in point.keywords.items()}
    upstream = None if derivative.upstream is None else arguments[derivative.upstream]
    variables = derivative.variables(given)
    entries = [(array, index) for array, shape in enumerate(shapes) for index in np.ndindex(*shape)]
    context = mpmath.MPContext()
    context.prec = bits

    def entry(variable: Variable, index: Index) -> Number:
        output, place = derivative.places(index, variable.array(arguments))

        def along(number: Number) -> Number:
            changed = variable.replaced(arguments, place, arithmetic.context.mpf(number))
            values = leaves(derivative.forward(arithmetic, changed, keywords))[0]
            return context.mpf(derivative.functional(values, output, upstream))

        return context.diff(along, context.mpf(variable.array(arguments)[place]))

    for array, index in rng.sample(entries, min(count, len(entries))):
        yield array, index, entry(variables[array], index)
