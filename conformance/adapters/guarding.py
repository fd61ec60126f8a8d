"""Running a stranger's code while a target is loaded: whatever it raises becomes one message."""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from ..told import said_by
from .errors import TargetError

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

_OURS = str(Path(__file__).resolve().parents[1])


def guarded(importing: Callable[[], T], what: str, fails: str = "cannot be imported") -> T:
    """What ``importing`` returns; raises :class:`TargetError`, with the stranger's own last line, for all it raises."""
    try:
        return importing()
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        text = error.msg if isinstance(error, SyntaxError) else said_by(error)
        message = f"{what} {fails}: {type(error).__name__}: {text}{_place(error)}"
        raise TargetError(message) from error


def _place(error: BaseException) -> str:
    """The last line of the stranger's code that took part, as the end of a message; nothing where there is none."""
    if isinstance(error, SyntaxError) and error.filename and error.text:
        return _shown(error.filename, error.lineno, error.text)
    frames = [each for each in traceback.extract_tb(error.__traceback__) if not _is_machinery(each.filename)]
    return _shown(frames[-1].filename, frames[-1].lineno, frames[-1].line or "") if frames else ""


def _is_machinery(file: str) -> bool:
    return file.startswith(("<frozen", _OURS)) or file.endswith(
        ("importlib/__init__.py", "importlib/metadata/__init__.py")
    )


def _shown(file: str, line: int | None, text: str) -> str:
    return f" (line {line} of {file}: {text.strip()})"
