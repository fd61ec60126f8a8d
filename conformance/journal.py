"""
The journal of a run: what each operation came to, on disk as soon as it is known, so that an interrupted run goes on.

One JSON document a line: first what the run is of, then each unit that is done. A line that was cut off counts for
nothing. Beside it stand, in a file for each process that asks, the cases being asked at the moment: what a target was
asked that took everything down with it. A journal is no report, and no part of it is ever read as one.
"""

from __future__ import annotations

import json
import os
from contextlib import closing, suppress
from dataclasses import asdict, dataclass
from typing import IO, TYPE_CHECKING, Any

from .distributing.unit import Reached
from .environment import versions

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence
    from pathlib import Path

    from .adapters.target import Target
    from .distributing.unit import Performer, Settings, Tell, Unit

VERSION = 2
"""Of the form of a journal."""


class JournalError(ValueError):
    """A journal that cannot be written, or that is of another run."""


@dataclass(frozen=True)
class Identity:
    """What must be the same for a run to go on."""

    versions: Mapping[str, str]
    """Of the specification and of all that the cases depend on."""
    target: str
    """Its name and version."""
    operations: Sequence[str]
    """Those examined."""
    formats: Sequence[str]
    """Likewise."""
    regimes: Sequence[str]
    """Likewise."""
    clauses: Sequence[str]
    """Likewise."""
    conventions: Mapping[str, Any]
    """Those under which it is judged."""
    effort: str
    """How much is drawn."""
    seed: int
    """Of the run."""
    function_ulps: Mapping[str, int]
    """Other k of the elementary functions."""
    diagnose: bool
    """Whether causes are looked for."""

    @classmethod
    def of(cls, target: Target, settings: Settings, units: Sequence[Unit]) -> Identity:
        """That of a run."""
        jobs = [job for unit in units for job in unit.jobs]
        return cls(
            versions(),
            f"{target.name} {target.version}".strip(),
            sorted({job.operation for job in jobs}),
            sorted({job.format_name for job in jobs}),
            sorted({job.regime for job in jobs}),
            sorted({job.clause for job in jobs}),
            dict(settings.conventions),
            settings.effort,
            settings.seed,
            dict(settings.function_ulps or {}),
            settings.diagnose,
        )


class Journal:
    """The journal at ``path`` of a run that begins, or goes on where ``resumes`` says so."""

    def __init__(self, path: Path, *, resumes: bool) -> None:
        self._path = path
        self._resumes = resumes
        self._file: IO[str] | None = None
        if path.exists() and not resumes:
            message = f"{path} is the journal of an interrupted run: go on by --resume, or delete it to begin anew"
            raise JournalError(message)
        if resumes and not path.exists():
            message = f"--resume: there is no journal {path}; leave --resume out to begin"
            raise JournalError(message)

    def open(self, identity: Identity) -> dict[str, Reached]:
        """Begin or go on; what is done, by operation. Raises :class:`JournalError` for the journal of another run."""
        done, whole = _read(self._path, identity) if self._resumes else ({}, 0)
        try:
            self._file = self._path.open("r+" if self._resumes else "w", encoding="utf-8")
            self._file.seek(whole)
            self._file.truncate()
            if not whole:
                self._line({"journal": VERSION, "of": asdict(identity)})
        except OSError as error:
            message = f"the journal {self._path} cannot be written: {error.strerror}"
            raise JournalError(message) from error
        return done

    def keep(self, operation: str, reached: Reached) -> None:
        """What one operation came to."""
        rows = [list(each) for each in reached.rows]
        self._line({"operation": operation, "rows": rows, "diagnoses": list(reached.diagnoses)})

    def in_flight(self) -> list[dict[str, Any]]:
        """The cases that were being asked when the run was interrupted."""
        return [case for file in self._beside() for case in _cases(file)]

    def names_of_asked(self) -> str:
        """The files in which they stand, renamed so that nothing of this run is written over them."""
        kept: list[str] = []
        for file in self._beside():
            if file.read_bytes() not in (b"", b"[]"):
                name = f"{self._path.stem}.asked.{len(kept) + 1}.json"
                kept.append(str(file.replace(self._path.with_name(name))))
            else:
                file.unlink()
        return ", ".join(kept)

    def close(self) -> None:
        """Leave it, to go on later."""
        if self._file is not None:
            self._file.close()

    def remove(self) -> None:
        """The run is over, and its report is written."""
        self.close()
        for file in (self._path, *self._beside()):
            file.unlink(missing_ok=True)

    def _beside(self) -> list[Path]:
        return sorted(self._path.parent.glob(f"{self._path.name}.asking.*"))

    def _line(self, document: Mapping[str, Any]) -> None:
        assert self._file is not None  # noqa: S101 - opened before anything is kept
        self._file.write(json.dumps(document, allow_nan=False) + "\n")
        self._file.flush()
        os.fsync(self._file.fileno())


class Kept:
    """Does the units of a run that its journal does not have yet, by another performer, and keeps what they come to."""

    def __init__(self, perform: Performer, journal: Journal, target: Target) -> None:
        self._perform = perform
        self._journal = journal
        self._target = target

    def __call__(
        self, units: Sequence[Unit], settings: Settings, tell: Tell
    ) -> Generator[tuple[int, Reached], None, None]:
        """The number of each unit with what it came to: first those that are known."""
        known = self._journal.open(Identity.of(self._target, settings, units))
        with closing(self._journal):
            missing = []
            for number, unit in enumerate(units):
                reached = known.get(unit.jobs[0].operation)
                if reached is None:
                    missing.append(number)
                    continue
                for job, rows in zip(unit.jobs, reached.rows, strict=True):
                    tell(job, rows)
                yield number, reached
            with closing(self._perform([units[number] for number in missing], settings, tell)) as performed:
                for place, reached in performed:
                    number = missing[place]
                    self._journal.keep(units[number].jobs[0].operation, reached)
                    yield number, reached


def _read(path: Path, identity: Identity) -> tuple[dict[str, Reached], int]:
    """What a journal of this run has, and how many of its bytes are whole lines."""
    done: dict[str, Reached] = {}
    whole = 0
    for number, line in enumerate(path.read_bytes().splitlines(keepends=True)):
        if not line.endswith(b"\n"):
            break
        try:
            document = json.loads(line)
        except ValueError:
            break
        if number == 0:
            _require_same(path, document, identity)
        else:
            done[document["operation"]] = Reached(document["rows"], document["diagnoses"])
        whole += len(line)
    return done, whole


def _require_same(path: Path, header: Any, identity: Identity) -> None:  # noqa: ANN401 - whatever JSON has
    if not isinstance(header, dict) or header.get("journal") != VERSION:
        message = f"{path} is not a journal of this version of gradspec: delete it to begin anew"
        raise JournalError(message)
    now = json.loads(json.dumps(asdict(identity)))
    for name, value in now.items():
        if header["of"].get(name) != value:
            message = (
                f"{path} is of another run: its {name.replace('_', ' ')} is {header['of'].get(name)!r:.200}, "
                f"and here it is {value!r:.200}; give the same options, or delete it to begin anew"
            )
            raise JournalError(message)


def _cases(file: Path) -> list[dict[str, Any]]:
    """What one process was asking; nothing where it was stopped in the middle of writing it."""
    with suppress(OSError, ValueError):
        return list(json.loads(file.read_text(encoding="utf-8")))
    return []
