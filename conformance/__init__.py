"""
The conformance suite: ask an implementation, judge its answers, report.

``run(target)`` examines a target and returns the report; ``judge(operation, arguments, answer, format)`` judges one
answer; ``detect(target)`` finds out undeclared conventions; ``load(name)`` finds a target as the command line does.
"""

from . import checks as checks
from .adapters.errors import TargetError as TargetError
from .adapters.loading import load as load
from .detecting import Detection as Detection
from .detecting import detect as detect
from .judging import judge as judge
from .report import Report as Report
from .report import ReportError as ReportError
from .running import Request as Request
from .running import ScopeError as ScopeError
from .running import run as run
