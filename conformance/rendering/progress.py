"""Progress of a run: a bar on a terminal, plain lines in a pipe."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from ..verdict import FAILING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from ..examining import Job

    Reporter = Callable[[int, int, Job, Sequence[Mapping[str, Any]]], None]


@contextmanager
def reporter(stream: TextIO) -> Iterator[Reporter]:
    """A function that hears of each finished job and tells ``stream``."""
    if not stream.isatty():
        yield _Lines(stream)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(file=stream), transient=True) as bar:
        task = bar.add_task("starting", total=None)
        failing = 0

        def advance(done: int, total: int, job: Job, rows: Sequence[Mapping[str, Any]]) -> None:
            nonlocal failing
            failing += sum(row["verdict"] in FAILING for row in rows)
            text = f"{job.format_name} {job.operation}" + (f", {failing} failing" if failing else "")
            bar.update(task, completed=done, total=total, description=text)

        yield advance


class _Lines:
    """One line for each operation and format, once the next one begins."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._counts: Counter[str] = Counter()
        self._now = ("", "")

    def __call__(self, done: int, total: int, job: Job, rows: Sequence[Mapping[str, Any]]) -> None:
        """Hear of one finished job."""
        now = (job.format_name, job.operation)
        if now != self._now:
            self._tell(done - 1, total)
        self._now = now
        self._counts.update(row["verdict"] for row in rows)
        if done == total:
            self._tell(done, total)

    def _tell(self, done: int, total: int) -> None:
        if self._counts:
            counts = ", ".join(f"{count} {verdict}" for verdict, count in self._counts.items())
            self._stream.write(f"[{done}/{total}] {' '.join(self._now)}: {counts}\n")
            self._stream.flush()
        self._counts = Counter()
