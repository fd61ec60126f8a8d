"""What can go wrong with workers, apart from the target."""

from __future__ import annotations


class WorkerError(RuntimeError):
    """Workers that cannot be had: no scheduler, other versions of what a case depends on, a defect of gradspec."""
