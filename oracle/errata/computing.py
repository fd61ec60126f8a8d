"""
What the counterexamples are computed with.

A printed formula is evaluated as it is printed, by mpmath with sixty digits; what is true comes from the propositions
of the oracle at :data:`BITS` bits, or, where no proposition states it, from the dual derivative of a forward one.
Inputs are written down once, as integers or as decimals and fractions in quotation marks, and made numbers of either.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import mpmath
import numpy as np

from ...spec.conventions import resolve
from ...spec.network import Layer, Network
from ..arithmetic.arrays import as_array, entrywise
from ..arithmetic.high_precision import HighPrecision
from ..verification.derivatives import Derivative, Variable, dual_derivative
from ..verification.points import Point

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ..arithmetic.arrays import Array, Number
    from ..arithmetic.protocol import Arithmetic
    from .registry import Values

    Columns = tuple[Values, Values]
    Shape = tuple[int, ...]

BITS = 256
"""Of the true values."""

PRINTED = HighPrecision(mpmath.libmp.dps_to_prec(60), resolve())
"""Sixty digits, for printed formulas. Nothing is asked of it that a convention rules."""

NOT_CONFORMABLE = "not conformable"
"""What a table writes for the shape of a product, sum or difference whose operands do not fit."""

UNDEFINED = "undefined"
"""What a table writes where there is no value."""


def oracle_of(source: str, **changed: str) -> HighPrecision:
    """The arithmetic of the true values, under the conventions of ``source`` but for those that are ``changed``."""
    return HighPrecision(BITS, resolve(changed, profile_name=source))


def numbers(arithmetic: HighPrecision, entries: Any) -> Any:  # noqa: ANN401 - one number or nested lists of them
    """
    ``entries`` as an array of numbers of ``arithmetic``, a single one as a number.

    >>> numbers(PRINTED, ["1/2", 3])
    array([mpf('0.5'), mpf('3.0')], dtype=object)
    """
    return entrywise(lambda entry: arithmetic.number(Fraction(entry)), as_array(entries))[()]


def printed(entries: Any) -> Any:  # noqa: ANN401 - one number or nested lists of them
    """``entries`` for a printed formula."""
    return numbers(PRINTED, entries)


def network(arithmetic: HighPrecision, *layers: tuple[Any, Any, str], loss: str = "squared_error") -> Network:
    """The network of these weights, biases and activations, first layer to last."""
    made = [Layer(numbers(arithmetic, weights), numbers(arithmetic, bias), name) for weights, bias, name in layers]
    return Network(tuple(made), loss)


def of_number(function: Callable[[Array], Array], number: Number) -> Number:
    """``function``, which takes arrays, of a single number."""
    return function(as_array(number))[()]


def sigmoid_as_printed(z: Any) -> Any:  # noqa: ANN401 - one number or an array
    """``1 / (1 + e^-z)`` for a printed formula."""
    return entrywise(lambda number: 1 / (1 + PRINTED.context.exp(-number)), z)[()]


def relu_as_printed(z: Any) -> Any:  # noqa: ANN401 - one number or an array
    """``max(0, z)`` for a printed formula."""
    return PRINTED.relu(z)[()]


def derivative(forward: Callable[[Arithmetic, Array], Any], at: Any, arithmetic: HighPrecision) -> Array:  # noqa: ANN401
    """
    The derivatives of the values of ``forward`` by the entries of ``at``, by dual numbers under the same conventions.

    ``at`` is a float or nested lists of them, taken exactly; the axes of the values come first, as in a Jacobian.
    """
    of_argument = Derivative(
        forward=lambda dual, arguments, _: forward(dual, arguments[0]),
        kind="jacobian",
        variables=lambda _: [Variable(0)],
    )
    point = Point((np.array(at, dtype=np.float64),), {}, arithmetic.conventions)
    return dual_derivative(of_argument, point, BITS)[0]


def flat(*arrays: Any) -> list[Number]:  # noqa: ANN401 - numbers and arrays
    """All entries, array by array and row by row, as a table lists them."""
    return [number for array in arrays for number in as_array(array).reshape(-1)]


def product_shape(*shapes: Shape) -> Shape | str:
    """
    The shape of a product of matrices.

    >>> product_shape((1, 3), (3, 6)), product_shape((2, 1), (2, 1)), product_shape((1, 3), (3, 3, 2))
    ((1, 6), 'not conformable', 'not conformable')
    """
    axes_of_a_matrix = 2
    fit = all(left[-1] == right[0] for left, right in pairwise(shapes))
    are_matrices = all(len(shape) == axes_of_a_matrix for shape in shapes)
    return (shapes[0][0], shapes[-1][1]) if fit and are_matrices else NOT_CONFORMABLE


def difference_shape(left: Shape, right: Shape) -> Shape | str:
    """
    The shape of a sum or difference, in which nothing is broadcast.

    >>> difference_shape((2, 1), (1, 2))
    'not conformable'
    """
    return left if left == right else NOT_CONFORMABLE


def defined(value: Callable[[], Number]) -> Number | str:
    """
    ``value()``, or ``undefined`` where it divides by 0, asks for a layer that does not exist, or is not real.

    >>> defined(lambda: 1 / 0), defined(lambda: PRINTED.context.log(-1)), defined(lambda: 2)
    ('undefined', 'undefined', 2)
    """
    try:
        number = value()
    except (ZeroDivisionError, IndexError):
        return UNDEFINED
    return UNDEFINED if hasattr(number, "_mpc_") else number


def determinant(matrix: Sequence[Sequence[Number]]) -> Number:
    """The determinant of a matrix of two rows."""
    (a, b), (c, d) = matrix
    return a * d - b * c
