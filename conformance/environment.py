"""What a run depends on beside the target: interpreter, libraries, machine, specification."""

from __future__ import annotations

import os
import platform
import sys
from importlib import metadata

from ..spec.clauses import specification_digest

CASES_DEPEND_ON = ("gradspec", "numpy", "mpmath", "python-flint", "hypothesis", "ml_dtypes")
"""The packages of whose versions the cases and the judgement are functions."""


def environment() -> dict[str, str]:
    """Interpreter, libraries, machine and threads."""
    return {
        "python": sys.version.split()[0],
        "platform": platform.platform(terse=True),
        "machine": platform.machine(),
        "device": "cpu",
        "threads": os.environ.get("OMP_NUM_THREADS", "default"),
    } | _packages()


def versions() -> dict[str, str]:
    """What the cases and the judgement depend on: the specification, and packages."""
    return {"specification": specification_digest()} | _packages()


def version() -> str:
    """The version of gradspec that is installed."""
    return _version("gradspec")


def _packages() -> dict[str, str]:
    return {name: _version(name) for name in CASES_DEPEND_ON}


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"
