"""
How a target computes: underflow, the width of intermediates, the inputs of its products.

The values of each of these conventions admit what one another admits, and more. What is found is the one that promises
most among those that all answers keep, where some answer could have broken it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ...spec.conventions import conventions, resolve
from ...spec.formats import FORMATS
from ...spec.network import Layer, Network
from ..asking import ask
from ..case import Case
from ..checks.examiner import Examiner
from ..checks.finding import Kind
from ..outcome import Value
from ..verdict import Level
from .deciding import explained_by, preferred
from .detection import Found, Standing, Voice

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ..adapters.target import Target
    from .assignment import Assignment
    from .fitting import Fit
    from .inquiry import Inquiry

WIDENING: Mapping[str, tuple[str, ...]] = {
    "subnormals": ("gradual", "flush"),
    "intermediates": ("float32", "format"),
    "matmul_inputs": ("format", "tf32", "bfloat16"),
}
"""The values of each convention, each of which admits all that those before it admit."""

TELLING_RATIO = 4
"""An envelope tells two values apart if the one's is at least so many times as wide as the other's."""

MEASURED = 4
"""How many cases of an operation are looked at."""

Heard = Iterator[tuple[str, str]]
"""Operations, each with the narrowest value that admits what it answered to one case."""


def arithmetic(
    target: Target, fits: Sequence[Fit], formats: Iterable[str], mapping: Mapping[str, str], declared: Mapping[str, str]
) -> tuple[Found, ...]:
    """What is known of the three conventions of arithmetic."""
    heard = {
        "subnormals": list(_underflow(target, formats, mapping)),
        "intermediates": list(_wider("intermediates", fits, mapping)),
        "matmul_inputs": list(_wider("matmul_inputs", fits, mapping)),
    }
    return tuple(_found(name, each, declared.get(name)) for name, each in heard.items())


def _found(name: str, heard: Sequence[tuple[str, str]], declared: str | None) -> Found:
    every = WIDENING[name]
    if not heard:
        return Found(name, Standing.NOT_SHOWN, None, conventions()[name].values, (), declared)
    widest = max(every.index(value) for _, value in heard)
    fitting = every[widest:]
    by_value: dict[str, list[str]] = {}
    for operation, value in heard:
        by_value.setdefault(value, []).append(operation)
    witnesses = tuple(dict.fromkeys(by_value[every[widest]]))
    value = preferred(name, fitting, declared)
    return Found(name, Standing.FOUND, value, fitting, (Voice(fitting, witnesses),), declared)


# products and intermediates: the MUST envelopes of the cases that were asked already


def _wider(name: str, fits: Sequence[Fit], mapping: Mapping[str, str]) -> Heard:
    for fit in fits:
        assignment = explained_by(fit, mapping)
        if assignment is None or not fit.is_explained or not _is_ruled(name, fit.inquiry):
            continue
        for index in _longest(fit):
            value = _narrowest(name, fit.inquiry, index, assignment)
            if value is not None:
                yield fit.operation, value


def _longest(fit: Fit) -> Sequence[int]:
    """The largest cases that round at all, by their numbers; they are in the order of their sizes."""
    return [index for index in fit.fitting if fit.inquiry.cases[index].regime != "exact"][-MEASURED:]


def _is_ruled(name: str, inquiry: Inquiry) -> bool:
    if name == "matmul_inputs":
        return inquiry.rounds_inputs
    return FORMATS[inquiry.format_name].is_half


def _narrowest(name: str, inquiry: Inquiry, index: int, assignment: Assignment) -> str | None:
    """The first value that admits one answer; None where the case does not tell the values apart."""
    values = WIDENING[name]
    if _width(inquiry, index, assignment | {(name, values[0])}) * TELLING_RATIO > _width(
        inquiry, index, assignment | {(name, values[1])}
    ):
        return None
    for value in values:
        if inquiry.finding_in(index, assignment, frozenset({(name, value)})).kind is Kind.INSIDE:
            return value
    return None


def _width(inquiry: Inquiry, index: int, assignment: Assignment) -> float:
    """The largest relative radius of what is admitted, over entries that are not about 0."""
    box = inquiry.envelope(index, assignment).boxes[0]
    balls = [number.ball for array in box for number in array.reshape(-1)]
    return max((float(ball.rad() / abs(ball.mid())) for ball in balls if not ball.contains(0)), default=0.0)


# underflow: SHOULD admits flushing only where it is declared


def _underflow(target: Target, formats: Iterable[str], mapping: Mapping[str, str]) -> Heard:
    for format_name in formats:
        if format_name != "float16":  # which nothing flushes, by clause accuracy.must
            for case in _underflowing(target, format_name):
                value = _shown_by(target, case, mapping)
                if value is not None:
                    yield case.operation, value


def _shown_by(target: Target, case: Case, mapping: Mapping[str, str]) -> str | None:
    """What one answer shows, where the same numbers ``LARGER`` times as large are answered to their last digits."""
    if _ruled(target, _larger(case), mapping, "gradual")[0] is not Kind.INSIDE:
        return None
    kind, is_zero = _ruled(target, case, mapping, "gradual")
    if kind is Kind.INSIDE and not is_zero:
        return "gradual"
    flushes = kind is Kind.OUTSIDE and _ruled(target, case, mapping, "flush")[0] in (Kind.INSIDE, Kind.OPEN)
    return "flush" if flushes else None


def _ruled(target: Target, case: Case, mapping: Mapping[str, str], subnormals: str) -> tuple[Kind, bool]:
    """The ruling of SHOULD under a value of ``subnormals``, and whether nothing but zeros came back."""
    conventions = resolve(dict(mapping) | {"subnormals": subnormals})
    examiner = Examiner(target, conventions)
    outcome = ask(target, case, conventions)
    ended = examiner.ended(outcome)
    if ended is not None or not isinstance(outcome, Value):
        return Kind.ERROR, True
    envelope = examiner.envelope(case, Level.SHOULD)
    kind = examiner.judged(outcome.arrays, examiner.truth(case), envelope).kind
    return kind, not any(array.astype(float).any() for array in outcome.arrays)


LARGER = 2.0**60
"""Times a subnormal number is a normal one, and still a small one."""


def _larger(case: Case) -> Case:
    """``case`` with normal numbers in place of its subnormal ones."""
    scaled = tuple(each * each.dtype.type(LARGER) if _is_small(each) else each for each in case.arguments)
    return replace(case, arguments=scaled)


def _is_small(argument: object) -> bool:
    return isinstance(argument, np.ndarray) and bool(np.all(np.abs(argument.astype(float)) < 1 / LARGER))


def _underflowing(target: Target, format_name: str) -> Iterator[Case]:
    """Cases whose results are subnormal, and by arithmetic."""
    cases = [*_elementwise(format_name), *_products(format_name)]
    yield from (case for case in cases if target.offers(case.operation))


def _elementwise(format_name: str) -> Iterator[Case]:
    """Numbers of the size of the smallest normal one, times less than 1."""
    number_format = FORMATS[format_name]
    small = np.array([float(number_format.smallest_normal)]).astype(number_format.dtype)
    half = np.array([-0.5]).astype(number_format.dtype)
    three_eighths = small * small.dtype.type(0.375)
    for name, arguments, keywords in (
        ("tanh", (three_eighths,), {}),
        ("leaky_relu", (-small,), {"slope": 0.25}),
        ("tanh_vjp", (half, small), {}),
        ("sigmoid_vjp", (half, small), {}),
        ("leaky_relu_vjp", (half, small), {"slope": 0.25}),
    ):
        yield Case(name, format_name, "extreme", arguments, keywords)


def _products(format_name: str) -> Iterator[Case]:
    """The smallest normal number times an eighth, as a weighted sum."""
    number_format = FORMATS[format_name]
    small = np.array([float(number_format.smallest_normal)]).astype(number_format.dtype)
    eighth = np.array([[0.125]]).astype(number_format.dtype)
    zero = np.zeros(1, dtype=number_format.dtype)
    network = Network((Layer(eighth, zero, "identity"),), "squared_error")
    for name, arguments in (
        ("dense", (small, eighth, zero)),
        ("dense_batch", (small[:, None], eighth, zero)),
        ("network_forward", (network, small[:, None])),
        ("squared_error_gradient", (small, small * eighth[0])),
    ):
        yield Case(name, format_name, "extreme", arguments)
