"""What a worker and whoever started it say to one another: pickled messages over two pipes."""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import IO

    from ..isolation.source import Source
    from .unit import Settings


@dataclass(frozen=True)
class Hello:
    """To the worker, after the folders in which it finds modules: what the run is about. Units follow."""

    source: Source
    """Of the target."""
    settings: Settings
    """Of the run."""


@dataclass(frozen=True)
class Ready:
    """From the worker: the target is loaded. What each unit comes to follows."""

    versions: Mapping[str, str]
    """Of all that the cases depend on."""


@dataclass(frozen=True)
class Refused:
    """From the worker: the target cannot be loaded."""

    reason: str
    """In a sentence."""


@dataclass(frozen=True)
class Broken:
    """From the worker: a defect of gradspec."""

    trace: str
    """Where."""


def send(stream: IO[bytes], message: object) -> None:
    """Write one message."""
    pickle.dump(message, stream)
    stream.flush()


def receive(stream: IO[bytes]) -> Any:  # noqa: ANN401 - any of the messages
    """The next message; raises EOFError where none comes any more, and it may be where one was cut off."""
    try:
        return pickle.load(stream)  # noqa: S301 - from a process that we started, or that started us
    except pickle.UnpicklingError as error:
        raise EOFError from error
