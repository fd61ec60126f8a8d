"""
The catalogue in the words of gradient checkers: a forward function at a point, and its backward function there.

A checker differentiates the forward function by differences and compares. What it is told of an operation that is a
derivative is therefore the function that it is the derivative of, and how it makes an upstream gradient into gradients.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from gradspec.conformance.adapters.reference import Reference
from gradspec.conformance.layout import incoming, outgoing
from gradspec.spec.conventions import resolve
from gradspec.spec.operations import operations

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gradspec.conformance.case import Case

    Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Question:
    """What a checker is handed."""

    point: tuple[Array, ...]
    """The arrays that the forward function is differentiated by."""
    value: Callable[..., Any]
    """The forward function, of arrays shaped as those of the point."""
    backward: Callable[[Array], Sequence[Any]]
    """The gradients at the point, one for each of its arrays, from an upstream gradient."""


class Asked:
    """
    A target, and the reference for what the target does not offer.

    Arguments and answers are in the canonical layout. Where the target stores them so too, they are not copied.
    """

    def __init__(self, target: Any) -> None:
        self._target = target
        self._right = Reference(target.conventions)
        self.conventions = resolve(declared=target.conventions)
        canonical = {"layout": "columns", "weight_layout": "out_in"}
        self._is_canonical = all(self.conventions[name] == value for name, value in canonical.items())

    def __call__(self, operation: str, *arguments: Any, **keywords: float) -> Any:
        """The answer of the target, or else of the reference."""
        function = getattr(self._target, operation, None) or getattr(self._right, operation)
        if self._is_canonical:
            return function(*arguments, **keywords)
        declared = operations()[operation]
        pairs = zip(arguments, declared.arguments, strict=True)
        answer = function(*(outgoing(each, argument.shape, self.conventions) for each, argument in pairs), **keywords)
        if len(declared.results) == 1:
            return self._canonical(answer, declared.results[0].shape)
        return [self._canonical(each, result.shape) for each, result in zip(answer, declared.results, strict=True)]

    def _canonical(self, answer: Any, shape: str) -> Any:
        if isinstance(answer, list):
            return [incoming(np.asarray(each), shape.removeprefix("all "), self.conventions) for each in answer]
        return incoming(np.asarray(answer), shape, self.conventions)


@dataclass(frozen=True)
class Expression:
    """How one operation is put to a checker."""

    operation: str
    """A derivative."""
    forward: str
    """The operation that it is the derivative of; empty where it is a formula written here."""
    question: Callable[..., Question]
    """Made from who is asked and the arguments of the operation."""

    def at(self, case: Case, asked: Asked) -> Question:
        """The question at the arguments of ``case``."""
        made = self.question(asked, *case.arguments, **case.keywords)
        dtype = case.number_format.dtype
        return replace(made, point=tuple(np.asarray(each, dtype=dtype) for each in made.point))


EXPRESSIONS: list[Expression] = []
"""Every operation that can be put to a checker."""


def expression(operation: str, forward: str = "") -> Callable[[Callable[..., Question]], Callable[..., Question]]:
    """Register the decorated function as the way to put ``operation``, a derivative of ``forward``, to a checker."""

    def register(question: Callable[..., Question]) -> Callable[..., Question]:
        EXPRESSIONS.append(Expression(operation, forward, question))
        return question

    return register


def pulled(upstream: Array, jacobian: Any) -> Array:
    """``J^T u``, whatever axes the value and the argument have."""
    return np.tensordot(upstream, jacobian, axes=np.ndim(upstream))
