"""Whatever is given as a target, as a target."""

from __future__ import annotations

from .python_object import PythonObject
from .target import Target


def as_target(subject: Target | object) -> Target:
    """``subject`` as a target; a plain Python object is called by its class's or module's name."""
    if isinstance(subject, Target):
        return subject
    return PythonObject(subject, getattr(subject, "__name__", type(subject).__name__))
