"""What a worker and whoever started it say to one another: pickled messages over two pipes."""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ...spec.clauses import specification_digest
from ..running import environment

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import IO

    from ..case import Case
    from ..diagnosis import Diagnosis
    from ..row import Row
    from .source import Source
    from .unit import Settings, Unit

CASES_DEPEND_ON = ("gradspec", "numpy", "mpmath", "python-flint", "hypothesis", "ml_dtypes")
"""The packages of whose versions the cases and the judgement are functions."""


@dataclass(frozen=True)
class Hello:
    """To the worker, after the folders in which it finds modules: what the run is about."""

    source: Source
    """Of the target."""
    settings: Settings
    """Of the run."""


@dataclass(frozen=True)
class Task:
    """To the worker: what to do next."""

    unit: Unit
    """The operation and its jobs."""
    left_out: frozenset[int] = frozenset()
    """The numbers of the jobs that are not to be done."""
    careful: frozenset[int] = frozenset()
    """The numbers of those in which every case is told before it is asked."""


@dataclass(frozen=True)
class Ready:
    """From the worker: the target is loaded."""

    versions: Mapping[str, str]
    """Of all that the cases depend on."""


@dataclass(frozen=True)
class Refused:
    """From the worker: the target cannot be loaded."""

    reason: str
    """In a sentence."""


@dataclass(frozen=True)
class Begun:
    """From the worker: a job is begun."""

    number: int
    """In its unit."""


@dataclass(frozen=True)
class Asking:
    """From the worker: a case is asked next."""

    case: Case
    """The one."""


@dataclass(frozen=True)
class Done:
    """From the worker: the task is done."""

    rows: tuple[tuple[Row, ...], ...]
    """Of each job, none of those that were left out."""
    diagnoses: tuple[Diagnosis, ...]
    """Of the operation."""


@dataclass(frozen=True)
class Broken:
    """From the worker: a defect of gradspec."""

    trace: str
    """Where."""


def versions() -> dict[str, str]:
    """What the cases depend on in this process."""
    known = environment()
    return {"specification": specification_digest()} | {name: known[name] for name in CASES_DEPEND_ON}


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
