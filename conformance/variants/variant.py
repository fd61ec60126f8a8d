"""
What a variant is: an implementation that is right and computes otherwise than the reference.

The suite must not flag any of them. A variant computes by itself what it is about; what it is not about it leaves out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from ..adapters.reference import Reference

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Computation = Callable[..., Any]


class Varied:
    """A target that offers a few operations, each computed in a way of its own."""

    def __init__(self, variant: Variant) -> None:
        self.name = variant.name
        self.version = ""
        self.formats = variant.formats
        self.right = Reference(variant.conventions)
        self.conventions = dict(self.right.conventions) | dict(variant.conventions)
        for operation, computation in variant.computations.items():
            setattr(self, operation, partial(computation, self))


@dataclass(frozen=True, kw_only=True)
class Variant:
    """One right implementation, and the class that it has to reach."""

    name: str
    """By which tests and reports call it."""
    description: str
    """How it computes, in a sentence."""
    computations: Mapping[str, Computation]
    """The operations it offers, each a function of the target and of the arguments."""
    reaches: str = "strict"
    """The class that it must reach: core where a form that it uses loses digits by its nature, robust, or strict."""
    formats: tuple[str, ...] = ("float64", "float32", "float16", "bfloat16")
    """Where it is examined."""
    conventions: Mapping[str, str] = field(default_factory=dict)
    """The conventions that it declares and keeps, where they are not the default ones."""

    def make(self) -> object:
        """A target that computes in this way."""
        return Varied(self)
