"""
What a variant is: an implementation that is right and computes otherwise than the reference.

The suite must not flag any of them. A variant computes by itself what it is about; what it is not about it leaves
out, or takes from where everybody takes it. There are two ways to write one. A function is one operation and takes
the target first, then the arguments. A class, derived from :class:`Implementation`, has a method for each of its
operations.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import numpy as np

from ...spec.operations import operations
from ..adapters.reference.conventions import complete, parse

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    Computation = Callable[..., Any]

Array: TypeAlias = np.ndarray[Any, np.dtype[Any]]
"""Numbers of any format."""

Form = TypeVar("Form", bound="type[Implementation]")


class Varied:
    """A target that offers a few operations, each computed in a way of its own."""

    def __init__(self, variant: Variant) -> None:
        self.name = variant.name
        self.version = ""
        self.formats = variant.formats
        self.conventions = dict(variant.conventions)
        self.choices = parse(complete(variant.conventions))
        for operation, computation in variant.computations.items():
            setattr(self, operation, partial(_answer, partial(computation, self)))


class Implementation:
    """Operations as methods, under the conventions of the target that offers them."""

    def __init__(self, target: Varied) -> None:
        self.choices = target.choices


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


class Collection:
    """The variants of one module, in the order of its text."""

    def __init__(self) -> None:
        self.variants: list[Variant] = []

    def variant(self, *offered: str, **facts: Any) -> Callable[[Computation], Computation]:
        """
        Register the decorated function, whose docstring is the description, as a variant of these operations.

        With several operations it is their common code.
        """

        def register(computation: Computation) -> Computation:
            computations = dict.fromkeys(offered, computation)
            self._add(computation.__name__, str(computation.__doc__), computations, facts)
            return computation

        return register

    def implementation(self, *offered: str, **facts: Any) -> Callable[[Form], Form]:
        """
        Register the decorated class, whose docstring is the description, as a variant.

        It offers these operations, or every one that it has a method for if none is named.
        """

        def register(form: Form) -> Form:
            names = offered or tuple(name for name in operations() if hasattr(form, name))
            computations = {name: partial(_of_method, form, name) for name in names}
            name = re.sub(r"(?<!^)(?=[A-Z])", "_", form.__name__).lower()
            self._add(name, str(form.__doc__), computations, facts)
            return form

        return register

    def _add(self, name: str, description: str, computations: Mapping[str, Computation], facts: Any) -> None:
        self.variants.append(Variant(name=name, description=description, computations=computations, **facts))


def _of_method(form: type[Implementation], operation: str, target: Varied, *arguments: Any, **keywords: Any) -> Any:
    return getattr(form(target), operation)(*arguments, **keywords)


def _answer(computation: Computation, *arguments: Any, **keywords: Any) -> Any:
    """What the computation returns, without NumPy's warnings, and rounded to the format where it is in a wider one."""
    with np.errstate(all="ignore"):
        return in_format(computation(*arguments, **keywords), format_of(arguments))


def format_of(arguments: Sequence[Any]) -> np.dtype[Any]:
    """The format of the first array among the arguments, a network's being that of its weights."""
    for argument in arguments:
        array = argument.layers[0].weights if hasattr(argument, "layers") else argument
        if isinstance(array, np.ndarray | np.generic):
            return array.dtype
    message = "there is no array among the arguments"
    raise TypeError(message)


def in_format(answer: Any, number_format: np.dtype[Any]) -> Any:
    """The answer as it is, its arrays of another format rounded to this one."""
    if isinstance(answer, np.ndarray | np.generic):
        return answer if answer.dtype == number_format else np.asarray(answer).astype(number_format)
    if isinstance(answer, tuple | list):
        return type(answer)(in_format(part, number_format) for part in answer)
    return answer
