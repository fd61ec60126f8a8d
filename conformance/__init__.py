"""
The conformance suite: ask an implementation, judge its answers, report.

``run(target)`` examines a target and returns the report; ``judge(operation, arguments, answer, format)`` judges one
answer; ``detect(target)`` finds out undeclared conventions; ``load(name)`` finds a target as the command line does.

These names are imported when they are first used: a process that only answers calls, and a test session that only has
gradspec installed, need none of the oracle.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .adapters.errors import TargetError as TargetError
    from .adapters.loading import load as load
    from .adapters.python_object import offering as offering
    from .detecting import Detection as Detection
    from .detecting import detect as detect
    from .judging import judge as judge
    from .report import Report as Report
    from .report import ReportError as ReportError
    from .running import Request as Request
    from .running import ScopeError as ScopeError
    from .running import run as run

_HOME = {
    "Detection": ".detecting",
    "Report": ".report",
    "ReportError": ".report",
    "Request": ".running",
    "ScopeError": ".running",
    "TargetError": ".adapters.errors",
    "detect": ".detecting",
    "judge": ".judging",
    "load": ".adapters.loading",
    "offering": ".adapters.python_object",
    "run": ".running",
}
"""The module of each public name."""


def __getattr__(name: str) -> object:
    """A public name, from its module."""
    if name not in _HOME:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    found: object = getattr(import_module(_HOME[name], __name__), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    """The public names, imported or not."""
    return sorted({*globals(), *_HOME})
