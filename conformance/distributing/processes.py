"""The workers of one machine: ``gradspec run TARGET --workers N``."""

from __future__ import annotations

from queue import Empty, SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING

from .worker import Worker

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from ..isolation.source import Source
    from .unit import Reached, Settings, Tell, Unit

    Results = SimpleQueue[tuple[int, Reached | Exception]]


class Processes:
    """So many processes, each with a target of its own, which take one unit after the other."""

    def __init__(self, source: Source, count: int) -> None:
        self._source = source
        self._count = count

    def __call__(
        self, units: Sequence[Unit], settings: Settings, tell: Tell
    ) -> Generator[tuple[int, Reached], None, None]:
        """
        The number of each unit with what it came to, as soon as it is known.

        The last ones are begun first: networks stand at the end of the text and take longest.
        """
        waiting: SimpleQueue[int] = SimpleQueue()
        for number in reversed(range(len(units))):
            waiting.put(number)
        results: Results = SimpleQueue()
        workers = [Worker(self._source, settings) for _ in range(min(self._count, len(units)))]
        threads = [Thread(target=_serve, args=(worker, units, waiting, results), daemon=True) for worker in workers]
        try:
            for thread in threads:
                thread.start()
            for _ in units:
                number, reached = results.get()
                if isinstance(reached, Exception):
                    raise reached
                for job, rows in zip(units[number].jobs, reached.rows, strict=True):
                    tell(job, rows)
                yield number, reached
        finally:
            _emptied(waiting)
            for worker in workers:
                worker.close()
            for thread in threads:
                thread.join()


def _serve(worker: Worker, units: Sequence[Unit], waiting: SimpleQueue[int], results: Results) -> None:
    """Do what waits, until nothing does."""
    while True:
        try:
            number = waiting.get_nowait()
        except Empty:
            return
        try:
            results.put((number, worker.reach(units[number])))
        except Exception as error:  # noqa: BLE001 - raised again by whoever waits for the unit
            results.put((number, error))
            return


def _emptied(waiting: SimpleQueue[int]) -> None:
    """Nothing more is to be begun."""
    while not waiting.empty():
        try:
            waiting.get_nowait()
        except Empty:
            return
