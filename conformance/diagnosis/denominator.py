"""
Causes that keep the denominators and the logarithms of a cross-entropy away from zero.

A prediction that is clipped is another argument of a right formula. These are other formulas: the product ``o (1 - o)``
is kept from falling below a bound, or has one added to it, while the numerator stays what it is.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from flint import arb

from ...oracle.activations import sigmoid, sigmoid_derivative, softmax, softmax_jacobian
from ...oracle.alterations import Alteration
from ...oracle.arithmetic.arrays import as_array, entrywise
from ...oracle.arithmetic.ball import exact_ball
from ...oracle.arithmetic.rounded import Rounded
from ...oracle.losses import entry_divisor, reduced, weighed
from ...spec.formats import FLOAT64
from .cause import Cause
from .clipping import EPSILONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from ...oracle.alterations import Instead
    from ...oracle.arithmetic.arrays import Array, Number
    from ...oracle.arithmetic.rounding import Rounding
    from .evidence import Evidence

    Guard = Callable[[Rounding, Array], Array]
    """What keeps an array away from zero."""
    Gradient = Callable[[Guard, Rounding, Array, Array], Array]
    """A gradient of a loss, given what guards its denominators."""


def guarded(evidence: Evidence) -> Iterator[Cause]:
    """Denominators and logarithms that are at least one of the usual margins, or have one added."""
    for epsilon, text in _margins(evidence):
        for kind, words, guard in (
            ("clipping", f"kept from falling below {text}", partial(_at_least, epsilon)),
            ("epsilon", f"increased by {text}", partial(_plus, epsilon)),
        ):
            for place, subject, instead in _PLACES:
                yield Cause(f"{kind} {place}", f"{subject} is {words}", Alteration(instead=instead(guard)))


def _margins(evidence: Evidence) -> Iterator[tuple[float, str]]:
    """The usual margins, and, where answers have more digits than float32, what float32 makes of them."""
    has_more = any(each.case.number_format is FLOAT64 for each in (*evidence.failing, *evidence.passing))
    for epsilon in EPSILONS:
        yield epsilon, f"{epsilon:.3g}"
        if has_more:
            yield float(np.float32(epsilon)), f"{epsilon:.3g} as float32 holds it"


# what keeps a number away from zero


def _held(arithmetic: Rounding, epsilon: float) -> arb:
    """``epsilon`` as an implementation may hold it: in the format, or as it stands."""
    exact = exact_ball(epsilon)
    in_format = exact_ball(arithmetic.result_format.dtype.type(epsilon))
    return arb(exact, exact * exact_ball(arithmetic.format.unit_roundoff)).union(in_format)


def _at_least(epsilon: float, arithmetic: Rounding, array: Array) -> Array:
    """``max(x, epsilon)`` of every entry, a copy of one of the two."""
    least = _held(arithmetic, epsilon)

    def larger(number: Number) -> Rounded:
        held = arithmetic.lift(number)
        if not held.ball.is_finite() or held.ball >= least:
            return held
        lower, upper = max(held.ball.lower(), least.lower()), max(held.ball.upper(), least.upper())
        return replace(held, ball=lower.union(upper))

    return entrywise(larger, array)


def _plus(epsilon: float, arithmetic: Rounding, array: Array) -> Array:
    """``x + epsilon`` of every entry."""
    return as_array(array + Rounded(arithmetic, _held(arithmetic, epsilon)))


# the gradients, and the deltas that are put together from them


def _of_product(guard: Guard, arithmetic: Rounding, o: Array, y: Array) -> Array:
    """``(o - y) / guarded(o (1 - o))``."""
    return as_array(reduced(arithmetic, (o - y) / guard(arithmetic, as_array(o * (1 - o))), o.shape[0]))


def _of_each(guard: Guard, arithmetic: Rounding, o: Array, y: Array) -> Array:
    """``(1 - y) / guarded(1 - o) - y / guarded(o)``."""
    difference = (1 - y) / guard(arithmetic, as_array(1 - o)) - y / guard(arithmetic, o)
    return as_array(reduced(arithmetic, difference, o.shape[0]))


def _of_class(guard: Guard, arithmetic: Rounding, o: Array, y: Array) -> Array:
    """``-y / guarded(o)``."""
    return as_array(-(y / guard(arithmetic, o)))


def _binary(gradient: Gradient, guard: Guard) -> Mapping[str, Instead]:
    def of_output(arithmetic: Any, right: Any, o: Array, y: Array) -> Array:
        del right
        return gradient(guard, arithmetic, o, y)

    def of_logit(arithmetic: Any, right: Any, z: Array, y: Array) -> Array:
        del right
        return as_array(gradient(guard, arithmetic, sigmoid(arithmetic, z), y) * sigmoid_derivative(arithmetic, z))

    return {"binary_cross_entropy.gradient": of_output, "sigmoid_cross_entropy.delta": of_logit}


def _categorical(guard: Guard) -> Mapping[str, Instead]:
    def of_output(arithmetic: Any, right: Any, o: Array, y: Array) -> Array:
        del right
        return _of_class(guard, arithmetic, o, y)

    def of_logit(arithmetic: Any, right: Any, z: Array, y: Array) -> Any:
        del right
        gradient = _of_class(guard, arithmetic, softmax(arithmetic, z), y)
        return arithmetic.matmul(softmax_jacobian(arithmetic, z).T, gradient)

    return {"categorical_cross_entropy.gradient": of_output, "softmax_cross_entropy.delta": of_logit}


def _separate(guard: Guard) -> Mapping[str, Instead]:
    """Every denominator of both losses for itself."""
    return {**_binary(_of_each, guard), **_categorical(guard)}


# the losses


def _logarithms(guard: Guard) -> Mapping[str, Instead]:
    def binary(arithmetic: Any, right: Any, o: Array, y: Array) -> Any:
        del right
        logs = (arithmetic.log(guard(arithmetic, each)) for each in (o, as_array(1 - o)))
        terms = [term for weight, log in zip((y, as_array(1 - y)), logs, strict=True) for term in weighed(weight, log)]
        return -arithmetic.sum(as_array(terms), entry_divisor(arithmetic, o.shape[0]))

    def categorical(arithmetic: Any, right: Any, o: Array, y: Array) -> Any:
        del right
        return -arithmetic.sum(weighed(y, arithmetic.log(guard(arithmetic, o))))

    def of_sigmoid(arithmetic: Any, right: Any, z: Array, y: Array) -> Any:
        return binary(arithmetic, right, sigmoid(arithmetic, z), y)

    def of_softmax(arithmetic: Any, right: Any, z: Array, y: Array) -> Any:
        return categorical(arithmetic, right, softmax(arithmetic, z), y)

    def of_logits(arithmetic: Any, right: Any, z: Array) -> Any:
        del right
        return arithmetic.log(guard(arithmetic, softmax(arithmetic, z)))

    return {
        "log_softmax.value": of_logits,
        "binary_cross_entropy.value": binary,
        "categorical_cross_entropy.value": categorical,
        "sigmoid_cross_entropy.value": of_sigmoid,
        "softmax_cross_entropy.value": of_softmax,
    }


_PLACES: tuple[tuple[str, str, Callable[[Guard], Mapping[str, Instead]]], ...] = (
    ("of a denominator", "the denominator o (1 - o)", partial(_binary, _of_product)),
    ("of a denominator", "each denominator o and 1 - o", _separate),
    ("of a logarithm", "the argument of each logarithm", _logarithms),
)
"""Where the margin stands: the name of the place, its words, and what is computed there."""
