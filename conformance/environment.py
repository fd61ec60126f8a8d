"""What a run depends on beside the target: interpreter, libraries, machine, specification."""

from __future__ import annotations

import os
import platform
import sys
from importlib import metadata
from pathlib import Path

import numpy as np  # noqa: F401 - its BLAS is to be loaded when it is looked at
from threadpoolctl import threadpool_info

from ..spec.clauses import specification_digest

CASES_DEPEND_ON = ("gradspec", "numpy", "mpmath", "python-flint", "hypothesis", "ml_dtypes")
"""The packages of whose versions the cases and the judgement are functions."""


def environment() -> dict[str, str]:
    """Interpreter, libraries, machine and threads."""
    return {
        "python": sys.version.split()[0],
        "platform": platform.platform(terse=True),
        "machine": platform.machine(),
        "processor": _processor(),
        "cores": str(os.cpu_count() or "unknown"),
        "blas": _blas(),
        "device": "cpu",
        "threads": os.environ.get("OMP_NUM_THREADS", "default"),
    } | _packages()


def _processor() -> str:
    """The model of the processor, in its maker's words where the system tells them."""
    information = Path("/proc/cpuinfo")
    if information.is_file():
        for line in information.read_text(encoding="utf-8", errors="replace").splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name" and value.strip():
                return value.strip()
    return platform.processor() or "unknown"


def _blas() -> str:
    """The libraries with which NumPy multiplies matrices in this process, and for which processor they chose code."""
    found = [library for library in threadpool_info() if library["user_api"] == "blas"]
    described = {f"{each['internal_api']} {each['version']} ({each.get('architecture', 'generic')})" for each in found}
    return ", ".join(sorted(described)) or "unknown"


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
