"""
The workers of a Dask cluster: ``gradspec run TARGET --dask ADDRESS``.

A task of the cluster hands its unit to a process of its own, which stays for the next task. So a target that dies takes
no worker of the cluster with it, and one unit at a time is done in a process, however many threads a worker has.
"""

from __future__ import annotations

import atexit
import pickle
from contextlib import closing, suppress
from threading import Lock
from typing import TYPE_CHECKING
from uuid import uuid4

from distributed import Client, KilledWorker, as_completed

from .errors import WorkerError
from .worker import Worker

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from distributed import Future

    from ..isolation.source import Source
    from .unit import Reached, Settings, Tell, Unit

SECONDS_TO_CONNECT = 10
"""How long a scheduler may take to answer."""


class Cluster:
    """The workers of the scheduler at ``address``; the target has to be found on each of their machines."""

    def __init__(self, source: Source, address: str) -> None:
        self._source = source
        self._address = address

    def __call__(
        self, units: Sequence[Unit], settings: Settings, tell: Tell
    ) -> Generator[tuple[int, Reached], None, None]:
        """The number of each unit with what it came to, as soon as it is known; the last ones are begun first."""
        run = pickle.dumps((uuid4(), self._source, settings))
        with closing(_client(self._address)) as client:
            futures = {
                client.submit(_reached, run, unit, pure=False, priority=number): number
                for number, unit in enumerate(units)
            }
            try:
                for future in as_completed(futures, loop=client.loop):
                    number = futures[future]
                    reached = _result(future, units[number])
                    for job, rows in zip(units[number].jobs, reached.rows, strict=True):
                        tell(job, rows)
                    yield number, reached
            finally:
                client.cancel(list(futures))
                with suppress(OSError):  # a worker that is gone holds nothing any more
                    client.run(_release, run, on_error="ignore")


def _client(address: str) -> Client:
    try:
        return Client(address, timeout=SECONDS_TO_CONNECT, set_as_default=False)
    except (OSError, ValueError) as error:
        message = (
            f"--dask {address}: no scheduler answers there ({error}); start one by "
            "'dask scheduler' and workers by 'dask worker ADDRESS', and give the address that it prints"
        )
        raise WorkerError(message) from error


def _result(future: Future[Reached], unit: Unit) -> Reached:
    try:
        reached: Reached = future.result()
    except KilledWorker as error:
        message = f"the cluster gave {unit.jobs[0].operation} up: {error}"
        raise WorkerError(message) from error
    return reached


# What follows runs on the workers of the cluster.


class _Held:
    """The processes of this worker of the cluster, by the run that they are of."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.idle: dict[bytes, list[Worker]] = {}
        self.every: dict[bytes, list[Worker]] = {}


_HELD = _Held()


def _reached(run: bytes, unit: Unit) -> Reached:
    """What a unit comes to, by a process that no other task is using."""
    with _HELD.lock:
        idle = _HELD.idle.setdefault(run, [])
        if idle:
            worker = idle.pop()
        else:
            _, source, settings = pickle.loads(run)  # noqa: S301 - what whoever runs this has pickled
            worker = Worker(source, settings)
            _HELD.every.setdefault(run, []).append(worker)
    try:
        return worker.reach(unit)
    finally:
        with _HELD.lock:
            _HELD.idle.setdefault(run, []).append(worker)


def _release(run: bytes) -> None:
    """End the processes of a run that is over."""
    with _HELD.lock:
        _HELD.idle.pop(run, None)
        workers = _HELD.every.pop(run, [])
    for worker in workers:
        worker.close()


@atexit.register
def _release_all() -> None:
    for run in list(_HELD.every):
        _release(run)
