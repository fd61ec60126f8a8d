"""The tests: a clause in a format, and the last days of known deviations."""

from __future__ import annotations

import shlex
import warnings
from typing import TYPE_CHECKING, Any

import pytest

from ..adapters.errors import TargetError
from ..deviations import today
from ..running import run
from .options import ROOT
from .ruling import Expected, Failed, Passed, Unoffered, not_required, ruling

if TYPE_CHECKING:
    from pathlib import Path

    from ..adapters.target import Target
    from ..deviations import Deviations
    from ..running import Request
    from .options import Named


class NonconformanceError(Exception):
    """A test that fails, with the lines that say why."""


class _Test(pytest.Item):
    """A test whose failures are lines for a person, and which stands in no file."""

    def reportinfo(self) -> tuple[Path, None, str]:
        """The first part of its id, where other tests have their file."""
        return self.config.rootpath / ROOT.removesuffix("::"), None, self.name

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:  # noqa: ANN401 - pytest's
        """The lines, or the traceback of what is gradspec's own mistake."""
        if isinstance(excinfo.value, NonconformanceError | TargetError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)


class ClauseTest(_Test):
    """One clause in one format, on every operation of the target that it is about."""

    def __init__(
        self,
        *,
        target: Target,
        request: Request,
        deviations: Deviations | None,
        named: Named,
        **node: Any,  # noqa: ANN401 - what pytest gives a node
    ) -> None:
        super().__init__(**node)
        self._target = target
        self._request = request
        self._deviations = deviations
        self._named = named

    def runtest(self) -> None:
        """Examine it; whatever pytest makes of warnings, the target is asked as on the command line."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            report = run(self._target, self._request)
        counts = not_required(report)
        if counts:
            property_ = ("gradspec_failing_not_required", {"target": self._named.label, "rows": counts})
            self.user_properties.append(property_)
        known = None if self.config.getoption("runxfail") else self._deviations
        match ruling(report, known):
            case Failed(lines):
                raise NonconformanceError("\n".join([*lines, f"    again    {self._again()}"]))
            case Expected(reason):
                pytest.xfail(f"known deviation: {reason}")
            case Unoffered(reason):
                pytest.skip(reason)
            case Passed():
                pass

    def _again(self) -> str:
        """The command that writes the report whose counterexamples are numbered as here."""
        asked, named = self._request, self._named
        words = ["--command", named.command] if named.command is not None else [str(named.name)]
        words += ["--clause", asked.clauses[0], "--format", asked.formats[0], "--effort", asked.effort]
        words += ["--require", asked.require, *(("--profile", asked.profile) if asked.profile else ())]
        words += [word for name, value in asked.conventions.items() for word in ("--convention", f"{name}={value}")]
        return shlex.join(["gradspec", "run", *words, "--json", "REPORT"])


class ExpiryTest(_Test):
    """The file of known deviations: an entry that no test meets expires too."""

    def __init__(self, *, deviations: Deviations, **node: Any) -> None:  # noqa: ANN401 - what pytest gives a node
        super().__init__(**node)
        self._deviations = deviations

    def runtest(self) -> None:
        """Fail for every entry whose last day is over."""
        expired = [
            f"EXPIRED {entry.clause}, {entry.place}, on {entry.expires}: mend it, or give a new reason and date"
            for entry in self._deviations.entries
            if entry.expires < today()
        ]
        if expired:
            raise NonconformanceError("\n".join(expired))
