"""Every mutant, or a sample of them, examined: which are found, which are excused, and which are missed."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, replace
from random import Random
from typing import TYPE_CHECKING, Any

from ....spec.operations import operations
from .detecting import Detection, Detective, Traces, operations_of
from .examined import Examined, MutationReport
from .excuses import excuses
from .identical import is_identical
from .mutant import mutants
from .sources import sources

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from .mutant import Mutant

EFFORTS_IN_TURN = ("quick", "standard")
"""A mutant that the first does not find is examined at the next."""


def run_mutants(
    sample: int | None = None,
    seed: int = 0,
    progress: Callable[[int, int, Examined], None] | None = None,
    cache: Path | None = None,
) -> MutationReport:
    """
    Every mutant, or so many that the seed chooses, examined.

    ``progress`` hears, after each mutant, how many are done of how many, and what came of it. ``cache`` is a file of
    JSON lines in which results are kept, so that a run that was interrupted goes on where it stopped; it holds for
    one text of the reference and one seed.
    """
    chosen = list(mutants())
    if sample is not None:
        chosen = Random(seed).sample(chosen, min(sample, len(chosen)))  # noqa: S311 - which mutants, and no secret
    return examine(chosen, seed, progress, cache)


def examine(
    chosen: Iterable[Mutant],
    seed: int = 0,
    progress: Callable[[int, int, Examined], None] | None = None,
    cache: Path | None = None,
) -> MutationReport:
    """These mutants, in an order in which they share their cases; the arguments are those of :func:`run_mutants`."""
    ordered = sorted(chosen, key=lambda mutant: (*_narrow_first(operations_of(mutant)), mutant.module, mutant.start))
    kept = _Kept(cache, seed)
    detective = Detective(seed)
    examined = []
    for done, mutant in enumerate(ordered, start=1):
        one = kept.results.get(mutant.name)
        result = _examined(mutant, detective) if one is None else _revived(mutant, one)
        kept.keep(result)
        examined.append(replace(result, excuse=excuses().get(mutant.name)))
        if progress is not None:
            progress(done, len(ordered), examined[-1])
    return MutationReport(tuple(examined))


def _narrow_first(touched: tuple[str, ...]) -> tuple[bool, str]:
    """By the operation that shows a mutant most directly, those last that touch every operation."""
    return len(touched) > len(operations()) // 2, touched[0] if touched else ""


def _examined(mutant: Mutant, detective: Detective) -> Examined:
    detection, traces = detective.examine(mutant, EFFORTS_IN_TURN)
    identical = detection is None and not traces.differing and not traces.refused and is_identical(mutant)
    return Examined(mutant, detection, traces, identical)


def _revived(mutant: Mutant, kept: Mapping[str, Any]) -> Examined:
    detection = None if kept["detection"] is None else Detection(**kept["detection"])
    return Examined(mutant, detection, Traces(**kept["traces"]), kept["is_identical"])


class _Kept:
    """The results of runs before, in a file."""

    def __init__(self, path: Path | None, seed: int) -> None:
        self._path = path
        text = json.dumps(dict(sources()), sort_keys=True)
        self._valid_for = {"reference": hashlib.sha256(text.encode()).hexdigest(), "seed": seed}
        self.results: dict[str, Any] = {}
        if path is not None and path.is_file():
            lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
            if lines and lines[0] == self._valid_for:
                self.results = {line["name"]: line for line in lines[1:]}
        if path is not None and not self.results:
            path.write_text(json.dumps(self._valid_for) + "\n", encoding="utf-8")

    def keep(self, result: Examined) -> None:
        """Write down a result that is new."""
        if self._path is None or result.mutant.name in self.results:
            return
        line = {
            "name": result.mutant.name,
            "detection": None if result.detection is None else asdict(result.detection),
            "traces": asdict(result.traces),
            "is_identical": result.is_identical,
        }
        self.results[result.mutant.name] = line
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
