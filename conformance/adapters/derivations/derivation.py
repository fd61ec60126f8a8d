"""
What a derivation is: how an operation follows from others by calls alone, and the means to call them.

Everything in a derivation is in the canonical layout: samples are columns and weights are (out, in).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from ....spec.formats import FORMATS
from ....spec.network import Network
from ....spec.operations import operations
from ...asking import ask
from ...case import Case
from ...outcome import Malformed, Raised, Unsupported, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from ....spec.conventions import Conventions
    from ..target import Target

    Array = np.ndarray[Any, np.dtype[Any]]


class DerivationError(RuntimeError):
    """An operation that a derivation calls raised, or answered in another form than declared: the target's fault."""

    def __init__(self, message: str, *, is_fatal: bool = False) -> None:
        super().__init__(message)
        self.is_fatal = is_fatal


class Calls:
    """The operations of a target, called in one format with canonical arguments."""

    def __init__(
        self,
        asked_at: Callable[[str], Target | None],
        format_name: str,
        conventions: Conventions,
        *,
        at_finite_numbers: bool,
    ) -> None:
        self._asked_at = asked_at
        self._format_name = format_name
        self._at_finite_numbers = at_finite_numbers
        self.conventions = conventions
        self.dtype = FORMATS[format_name].dtype

    def __call__(self, operation: str, *arguments: Any, **keywords: float | None) -> Any:
        """
        The answer to one call: an array, a list of arrays, or a tuple of such where the table has several results.

        Keywords that the operation does not take, and those that are None, are left out.

        Raises NotImplementedError where the target does not support the case or a number is not finite that has to be,
        and :class:`DerivationError` for every other end.
        """
        target = self._asked_at(operation)
        if target is None:
            message = f"{operation} is not offered"
            raise NotImplementedError(message)
        taken = {each.name for each in operations()[operation].keywords}
        passed = {name: value for name, value in keywords.items() if name in taken and value is not None}
        case = Case(operation, self._format_name, "ordinary", arguments, passed)
        match ask(target, case, self.conventions):
            case Value(arrays=arrays):
                self.require_finite(arrays)
                return _grouped(case, arrays)
            case Unsupported(reason):
                raise NotImplementedError(reason)
            case Malformed(reason):
                raise DerivationError(_blamed(operation, reason))
            case Raised(reason, is_fatal=is_fatal):
                raise DerivationError(_blamed(operation, reason), is_fatal=is_fatal)

    def offers(self, operation: str) -> bool:
        """Whether it can be called."""
        return self._asked_at(operation) is not None

    def zeros(self, *shape: int) -> Array:
        """Zeros of the format."""
        return np.zeros(shape, dtype=self.dtype)

    def ones(self, *shape: int) -> Array:
        """Ones of the format."""
        return np.ones(shape, dtype=self.dtype)

    def vector(self, number: float) -> Array:
        """One number of the format as a vector, shape ``(1,)``."""
        return np.array([number]).astype(self.dtype)

    def unit_vectors(self, size: int) -> list[Array]:
        """The ``size`` unit vectors, in order."""
        return list(np.eye(size).astype(self.dtype))

    def require_finite(self, arguments: Sequence[Any]) -> None:
        """Raise NotImplementedError for a NaN or an infinity, where the derivation holds of finite numbers only."""
        if self._at_finite_numbers and not all(_is_finite(each) for each in arguments):
            message = "derived only where all numbers are finite"
            raise NotImplementedError(message)


def _blamed(operation: str, reason: str) -> str:
    return f"{operation}, from which it is derived: {reason}"


def _is_finite(argument: Any) -> bool:
    match argument:
        case np.ndarray():
            return bool(np.isfinite(argument.astype(np.float64)).all())
        case Network():
            return all(_is_finite(layer.weights) and _is_finite(layer.bias) for layer in argument.layers)
        case _:
            return True


def _grouped(case: Case, arrays: Sequence[Array]) -> Any:
    """``arrays``, one after the other, as the results of the table: one a layer where it says ``all``."""
    left = iter(arrays)
    groups = [_group(result.shape, case.arguments, left) for result in case.declaration.results]
    return groups[0] if len(groups) == 1 else tuple(groups)


def _group(shape: str, arguments: Sequence[Any], left: Iterator[Array]) -> Array | list[Array]:
    if not shape.startswith("all "):
        return next(left)
    layers = next(argument for argument in arguments if isinstance(argument, Network)).layers
    return [next(left) for _ in layers]


@dataclass(frozen=True)
class Derivation:
    """One operation, and how it follows from others."""

    operation: str
    """What is derived."""
    needs: tuple[str, ...]
    """The operations that it calls at every input."""
    function: Callable[..., Any]
    """Takes :class:`Calls` and the canonical arguments; its docstring proves that the answer is admissible."""
    one_of: tuple[tuple[str, ...], ...] = ()
    """Groups of which it calls one or another, as the arguments say; a call that needs a missing one is unsupported."""
    rounds_between: bool = False
    """Whether its steps are rounded to the format one by one, which ``intermediates = float32`` rules out."""
    at_finite_numbers: bool = False
    """Whether it holds only where no number that it meets is a NaN or an infinity."""
    under: Mapping[str, str] = field(default_factory=dict)
    """The conventions under which alone it holds."""

    @property
    def mentions(self) -> tuple[str, ...]:
        """Every operation that it may call."""
        return (*self.needs, *(name for group in self.one_of for name in group))

    def holds(self, conventions: Conventions) -> bool:
        """
        Whether an answer by it is admissible under ``conventions``.

        Products whose inputs are rounded first (``matmul_inputs``) are admitted where a form has a matrix product. What
        is derived through one need not have it, so that then nothing is derived through any.
        """
        if any(conventions[name] != value for name, value in self.under.items()):
            return False
        through_products = any("matmul_inputs" in operations()[name].conventions for name in self.mentions)
        return conventions["matmul_inputs"] == "format" or not through_products


class Collection:
    """The derivations of one module, in the order of its text."""

    def __init__(self) -> None:
        self.derivations: list[Derivation] = []

    def derivation(
        self, operation: str, *needs: str, **facts: Any
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Register the decorated function, whose docstring is the proof, as a derivation of ``operation``."""

        def register(function: Callable[..., Any]) -> Callable[..., Any]:
            self.derivations.append(Derivation(operation, needs, function, **facts))
            return function

        return register
