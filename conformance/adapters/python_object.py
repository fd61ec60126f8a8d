"""A target that is any Python object whose attributes are functions named after operations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...spec.formats import FORMATS
from .errors import TargetError


class PythonObject:
    """The target behind a Python object: module, instance, or instance of a class without arguments."""

    def __init__(self, subject: object, name: str) -> None:
        self._subject = subject
        self.name = str(getattr(subject, "name", name))
        self.version = str(getattr(subject, "version", getattr(subject, "__version__", "")))
        self.formats = _declared_formats(subject, name)
        self.conventions = _declared_conventions(subject, name)
        environment = getattr(subject, "environment", {})
        self.environment = {str(key): str(value) for key, value in dict(environment).items()}

    def offers(self, operation: str) -> bool:
        """Whether the object has a callable attribute of that name."""
        return callable(getattr(self._subject, operation, None))

    def call(self, operation: str, arguments: list[Any], keywords: dict[str, float], format_name: str) -> Any:
        """The answer of the object's function."""
        del format_name
        return getattr(self._subject, operation)(*arguments, **keywords)

    def close(self) -> None:
        """Nothing is held."""


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
