"""What the process of a target may take."""

from __future__ import annotations

import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

GIBIBYTE = 1 << 30
"""Bytes."""

SECONDS_PER_CALL = 60.0
"""How long one call may take, unless the run says otherwise."""

MEMORY = 4.0
"""How many GiB of memory one request may take beyond what the process has, unless the run says otherwise."""

SECONDS_TO_START = 300.0
"""How long loading may take, with all that it imports or compiles."""


@dataclass(frozen=True)
class Limits:
    """Of the process of a target."""

    seconds: float = SECONDS_PER_CALL
    """For one call; of a process that speaks JSON Lines, for all calls of one request."""
    memory: float | None = MEMORY
    """GiB that one request may take beyond what the process has; None for as much as there is. Linux only."""


def limit_memory(pid: int, limits: Limits) -> int:
    """
    Hold the process ``pid`` to what it has and ``limits.memory`` more, where the system can do that to another process.

    The limit is on private writable memory, by ``RLIMIT_DATA``: frameworks reserve far more addresses than they use. It
    is the soft one, which can be raised again. Returns how many bytes the process has, 0 where that is not known.
    """
    if limits.memory is None or sys.platform != "linux":
        return 0
    from resource import RLIMIT_DATA, prlimit  # noqa: PLC0415 - there is no such module on Windows

    has = _data_of(pid)
    with suppress(OSError, ValueError):  # the process is gone, or has a lower limit already
        _, hard = prlimit(pid, RLIMIT_DATA)
        prlimit(pid, RLIMIT_DATA, (has + int(limits.memory * GIBIBYTE), hard))
    return has


def _data_of(pid: int) -> int:
    """Bytes of private writable memory that the process has."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmData:")), 0)
