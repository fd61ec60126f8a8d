"""
A target that is any Python object whose attributes are functions named after operations.

A function may also be offered under its own name: an attribute ``operations`` of the object maps operations to
functions or to names of attributes, dots included. A mapping from operations to functions is a target itself.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ...spec.formats import FORMATS
from ...spec.operations import operations
from ..told import storable
from .errors import TargetError

if TYPE_CHECKING:
    from collections.abc import Callable


class PythonObject:
    """The target behind a Python object: module, instance, instance of a class without arguments, or mapping."""

    def __init__(self, subject: object, name: str) -> None:
        self._subject = subject
        self.name = storable(str(getattr(subject, "name", name)))
        self.version = storable(str(getattr(subject, "version", getattr(subject, "__version__", ""))))
        self.formats = _declared_formats(subject, name)
        self.conventions = _declared_conventions(subject, name)
        environment = getattr(subject, "environment", {})
        self.environment = {storable(str(key)): storable(str(value)) for key, value in dict(environment).items()}
        self._mapped = _mapped(subject, name)

    def offers(self, operation: str) -> bool:
        """Whether the object maps it to a function, or has a callable attribute of that name."""
        return operation in self._mapped or callable(getattr(self._subject, operation, None))

    def call(self, operation: str, arguments: list[Any], keywords: dict[str, float], format_name: str) -> Any:
        """The answer of the object's function."""
        del format_name
        function = self._mapped.get(operation) or getattr(self._subject, operation)
        return function(*arguments, **keywords)

    def function_names(self) -> list[str]:
        """The names of the object's public functions, those of operations and others; classes are none."""
        names = [str(each) for each in self._subject] if isinstance(self._subject, Mapping) else dir(self._subject)
        found = ((name, getattr(self._subject, name, None)) for name in names if not name.startswith("_"))
        return [name for name, each in found if callable(each) and not isinstance(each, type)]

    def close(self) -> None:
        """Nothing is held."""


class Offering:
    """A target put together by :func:`offering`: functions under the names of operations, and what is declared."""

    def __init__(self, functions: Mapping[str, Callable[..., Any]], declared: Mapping[str, Any]) -> None:
        self.operations = dict(functions)
        self.__dict__.update(declared)


def offering(
    subject: object,
    operations: Mapping[str, Any] | None = None,
    *,
    name: str | None = None,
    version: str | None = None,
    formats: Sequence[str] | None = None,
    conventions: Mapping[str, object] | None = None,
) -> Offering:
    """
    A target made of what ``subject`` has, an object or a mapping, without touching it.

    ``operations`` maps operations to functions or to names in ``subject``, dots included: ``{"sigmoid": "logistic",
    "dense": "layers.affine"}``. What ``subject`` has under the name of an operation is offered besides. ``name``,
    ``version``, ``formats`` and ``conventions`` are declared in place of its own. Raises :class:`TargetError` for a
    name that is no operation, and for one that ``subject`` does not have.
    """
    called = name or str(getattr(subject, "name", getattr(subject, "__name__", type(subject).__name__)))
    functions = dict(_own(subject)) | _resolved(subject, operations or {}, called)
    declared = {
        key: getattr(subject, key) for key in ("formats", "conventions", "environment") if hasattr(subject, key)
    }
    declared["version"] = str(getattr(subject, "version", getattr(subject, "__version__", "")))
    given = {"name": called, "version": version, "formats": formats, "conventions": conventions}
    made = Offering(functions, declared | {key: value for key, value in given.items() if value is not None})
    PythonObject(made, called)
    return made


def nearest(name: str) -> list[str]:
    """The operations whose names are nearest to ``name``."""
    return difflib.get_close_matches(name, operations(), n=3)


def _own(subject: object) -> Mapping[str, Callable[..., Any]]:
    """What the subject offers by itself."""
    name = type(subject).__name__
    attributes = {each: getattr(subject, each, None) for each in operations()}
    return {each: found for each, found in attributes.items() if callable(found)} | _mapped(subject, name)


def _mapped(subject: object, name: str) -> dict[str, Callable[..., Any]]:
    """The functions that the subject, or its attribute ``operations``, maps operations to."""
    declared = subject if isinstance(subject, Mapping) else getattr(subject, "operations", {})
    if callable(declared):  # a function that happens to have this name declares nothing
        return {}
    if not isinstance(declared, Mapping):
        message = (
            f"{name}.operations is {declared!r:.80}; it is a mapping from operations to functions or names of "
            "attributes, such as {'sigmoid': logistic} or {'dense': 'layers.affine'}"
        )
        raise TargetError(message)
    return _resolved(subject, declared, name)


def _resolved(subject: object, declared: Mapping[Any, Any], name: str) -> dict[str, Callable[..., Any]]:
    found = {}
    for operation, given in declared.items():
        if operation not in operations():
            near = nearest(str(operation))
            hint = f"near it: {', '.join(near)}" if near else "gradspec list operations prints them"
            message = f"{name} offers {operation!r}, which is no operation; {hint}"
            raise TargetError(message)
        function = _named(subject, given, f"{name} offers {operation}") if isinstance(given, str) else given
        if not callable(function):
            message = f"{name} offers {operation} by {given!r:.80}, which is no function and no name of one"
            raise TargetError(message)
        found[str(operation)] = function
    return found


def _named(subject: object, dotted: str, who: str) -> Any:
    """What ``subject`` has under a name, dots included."""
    here: Any = subject
    for index, part in enumerate(dotted.split(".")):
        names = list(here) if isinstance(here, Mapping) else dir(here)
        if part not in names:
            near = difflib.get_close_matches(part, [str(each) for each in names], n=3)
            hint = f"; near it: {', '.join(near)}" if near else ""
            whose = ".".join(dotted.split(".")[:index])
            message = f"{who} by the name {dotted!r}, and there is no {part!r}{f' in {whose}' if whose else ''}{hint}"
            raise TargetError(message)
        here = here[part] if isinstance(here, Mapping) else getattr(here, part)
    return here


def _declared_formats(subject: object, name: str) -> tuple[str, ...]:
    declared = getattr(subject, "formats", ("float64",))
    if isinstance(declared, str) or not isinstance(declared, Sequence) or not declared:
        message = f"{name}.formats is {declared!r}; it is a sequence of names, such as ('float64', 'float32')"
        raise TargetError(message)
    unknown = [each for each in declared if each not in FORMATS]
    if unknown:
        message = f"{name}.formats names {unknown[0]!r}; the formats are {', '.join(FORMATS)}"
        raise TargetError(message)
    return tuple(each for each in FORMATS if each in declared)


def _declared_conventions(subject: object, name: str) -> Mapping[str, object]:
    declared = getattr(subject, "conventions", {})
    if not isinstance(declared, Mapping):
        message = f"{name}.conventions is {declared!r}; it is a mapping, such as {{'relu_at_zero': '0'}}"
        raise TargetError(message)
    return declared
