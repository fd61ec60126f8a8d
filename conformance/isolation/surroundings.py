"""
What a call may change of its process although it has nothing to do with the answer (clause ``contract.environment``).

The floating-point environment belongs to the thread. It is read by arithmetic that shows it, since Python offers no
other way, and set back by ``fesetenv`` of the C library where there is one.
"""

from __future__ import annotations

import ctypes
import os
import sys
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

_ONE = 1.0
_HALF_ULP_ABOVE = 2.0**-53
_HALF_ULP_BELOW = 2.0**-54
_SMALLEST_NORMAL = sys.float_info.min
_SUBNORMAL = 5e-324
_LARGE = 2.0**100

_DEFAULT_ENVIRONMENT = ctypes.c_void_p(-1)
"""``FE_DFL_ENV`` of glibc and musl."""


@dataclass(frozen=True)
class Surroundings:
    """Of a call."""

    directory: str
    """The working directory."""
    rounding: str
    """To nearest, upward, downward or toward zero."""
    subnormals: str
    """Gradual, or what of them is flushed to zero."""
    numpy_errors: tuple[tuple[str, str], ...]
    """What NumPy does on each kind of floating-point error."""


def observed() -> Surroundings:
    """The surroundings of the calling thread as they are."""
    try:
        directory = os.getcwd()  # noqa: PTH109 - this is asked before and after every call
    except OSError:
        directory = "(removed)"
    numpy_errors = tuple((kind, str(way)) for kind, way in np.geterr().items())
    return Surroundings(directory, _rounding(), _subnormals(), numpy_errors)


def changes(before: Surroundings, after: Surroundings) -> tuple[str, ...]:
    """What a call has changed, each as the end of a sentence that begins with "the call"."""
    found = []
    if after.directory != before.directory:
        found.append(f"changed the working directory from {before.directory} to {after.directory}")
    if after.rounding != before.rounding:
        found.append(f"changed the rounding mode from {before.rounding} to {after.rounding}")
    if after.subnormals != before.subnormals:
        found.append(f"changed how subnormal numbers are treated from {before.subnormals} to {after.subnormals}")
    pairs = zip(before.numpy_errors, after.numpy_errors, strict=True)
    found += [f"set NumPy to {now} instead of {then} on {kind}" for (kind, then), (_, now) in pairs if now != then]
    return tuple(found)


def restore(before: Surroundings) -> bool:
    """Set back what was changed since ``before``; False where that cannot be done here."""
    with suppress(OSError):
        os.chdir(before.directory)
    np.seterr(**dict(before.numpy_errors))  # type: ignore[arg-type]
    now = observed()
    if (now.rounding, now.subnormals) != (before.rounding, before.subnormals):
        with suppress(AttributeError, OSError, TypeError):
            ctypes.CDLL(None).fesetenv(_DEFAULT_ENVIRONMENT)
    return observed() == before


def _rounding() -> str:
    above = _ONE + _HALF_ULP_ABOVE
    below = -_ONE - _HALF_ULP_ABOVE
    if above != _ONE:
        return "upward"
    if below != -_ONE:
        return "downward"
    return "to nearest" if _ONE - _HALF_ULP_BELOW == _ONE else "toward zero"


def _subnormals() -> str:
    if _SUBNORMAL * _LARGE == 0:
        return "flushed to zero"
    return "flushed to zero as results" if _SMALLEST_NORMAL / 2 == 0 else "gradual"
