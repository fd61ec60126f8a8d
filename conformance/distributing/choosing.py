"""Who performs a run that is asked for on the command line."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from .errors import WorkerError
from .processes import Processes

if TYPE_CHECKING:
    from ..isolation.source import Source
    from .unit import Performer

CLUSTER = "gradspec.conformance.distributing.cluster"
"""The module that needs the extra ``dask``."""


def performer(source: Source, workers: int, dask: str | None) -> Performer | None:
    """So many ``workers`` of this machine, or those of the scheduler at the address ``dask``; None for this process."""
    if dask is None:
        return Processes(source, workers) if workers > 1 else None
    if workers > 1:
        message = f"--workers {workers} with --dask {dask}: the cluster has its own workers; give one of the two"
        raise WorkerError(message)
    try:
        module = importlib.import_module(CLUSTER)
    except ModuleNotFoundError as error:
        message = f"--dask needs {error.name}, which is not installed: pip install 'gradspec[dask]'"
        raise WorkerError(message) from error
    cluster: Performer = module.Cluster(source, dask)
    return cluster
