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
"""How many GiB of memory the calls may take beyond what the loaded target has, unless the run says otherwise."""

SECONDS_TO_START = 300.0
"""How long loading may take, with all that it imports or compiles."""


@dataclass(frozen=True)
class Limits:
    """Of the process of a target."""

    seconds: float = SECONDS_PER_CALL
    """For one call, or for all calls of one request."""
    memory: float | None = MEMORY
    """GiB that it may take beyond what it has when it is loaded; None for as much as there is. Linux only."""


def limit_memory(pid: int, limits: Limits) -> None:
    """
    Hold the process ``pid`` to what it has and ``limits.memory`` more, where the system can do that to another process.

    The limit is on private writable memory, by ``RLIMIT_DATA``: frameworks reserve far more addresses than they use.
    """
    if limits.memory is None or sys.platform != "linux":
        return
    from resource import RLIMIT_DATA, prlimit  # noqa: PLC0415 - there is no such module on Windows

    most = _data_of(pid) + int(limits.memory * GIBIBYTE)
    with suppress(OSError, ValueError):  # the process is gone, or has a lower limit already
        prlimit(pid, RLIMIT_DATA, (most, most))


def _data_of(pid: int) -> int:
    """Bytes of private writable memory that the process has."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmData:")), 0)
