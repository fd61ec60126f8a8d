"""The tests of a target: one a clause and format, listed without examining anything."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import pytest

from ...spec.conventions import ConventionError
from ...spec.formats import FORMATS
from ..adapters.errors import TargetError
from ..commands.naming import source_of
from ..commands.pairs import pairs
from ..deviations import read
from ..running import Request, ScopeError, jobs_of
from ..spec_lookup import position_of
from .items import ClauseTest, ExpiryTest
from .options import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..adapters.target import Target
    from ..deviations import Deviations
    from .options import Named, Wanted


def nodes(session: pytest.Session, asked: Wanted) -> Iterator[TargetNode]:
    """A node for each target; what it cannot list is an error of collecting it."""
    for named in asked.targets:
        identity = f"{ROOT}{named.label}"
        yield TargetNode.from_parent(session, name=named.label, nodeid=identity, named=named, asked=asked)


class TargetNode(pytest.Collector):
    """A target, opened once in each process that lists its tests."""

    def __init__(self, *, named: Named, asked: Wanted, **node: Any) -> None:  # noqa: ANN401 - what pytest gives a node
        super().__init__(**node)
        self._named = named
        self._asked = asked
        self.add_marker("gradspec")

    def collect(self) -> list[pytest.Item]:
        """Its tests, in the order of the text."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return self._chosen(list(self._tests()))
        except (TargetError, ScopeError, ConventionError) as error:
            raise self.CollectError(f"gradspec: {error}") from error

    def _tests(self) -> Iterator[pytest.Item]:
        request = self._request()
        deviations = None if self._asked.deviations is None else read(self._asked.deviations)
        target = self._opened(request)
        if deviations is not None:
            yield ExpiryTest.from_parent(self, name=deviations.file, deviations=deviations)
        for clause, format_name in _examined(target, request):
            yield self._test(target, clause, format_name, deviations)

    def _test(self, target: Target, clause: str, format_name: str, deviations: Deviations | None) -> ClauseTest:
        return ClauseTest.from_parent(
            self,
            name=f"{clause}[{format_name}]",
            target=target,
            request=self._request((clause,), (format_name,)),
            deviations=deviations,
            named=self._named,
        )

    def _request(self, clauses: tuple[str, ...] = (), formats: tuple[str, ...] = ()) -> Request:
        asked = self._asked
        return Request(
            formats=formats or asked.formats,
            clauses=clauses or asked.clauses,
            profile=asked.profile,
            conventions=pairs(asked.conventions, "--gradspec-convention"),
            require=asked.require,
            effort=asked.effort,
        )

    def _opened(self, request: Request) -> Target:
        """The target; it is closed when pytest has done everything."""
        named = self._named
        source = source_of(named.name, named.command, conventions=request.conventions, profile_name=request.profile)
        target = source.open()
        self.config.add_cleanup(target.close)
        return target

    def _chosen(self, tests: list[pytest.Item]) -> list[pytest.Item]:
        """Those named on the command line, or all where none of this target is."""
        identities = [name for name in self._asked.ids if f"{name}::".startswith(f"{self.nodeid}::")]
        if not self._asked.ids or str(self.nodeid) in identities:
            return tests
        unknown = set(identities) - {str(test.nodeid) for test in tests}
        if unknown:
            message = f"{min(unknown)} is no test of {self.name}; --collect-only lists them"
            raise ScopeError(message)
        return [test for test in tests if str(test.nodeid) in identities]


def _examined(target: Target, request: Request) -> list[tuple[str, str]]:
    """Every clause and format of a run, in the order of the text; raises :class:`ScopeError` where there is none."""
    missing = [name for name in request.formats if name not in target.formats]
    if missing:
        message = f"{target.name} does not declare {missing[0]}; it declares {', '.join(target.formats)}"
        raise ScopeError(message)
    formats = tuple(name for name in FORMATS if name in (request.formats or target.formats))
    found = {(job.clause, job.format_name) for job in jobs_of(target, request, formats)}
    if not found:
        message = f"{target.name} offers nothing of what was asked; gradspec list operations names what it may offer"
        raise ScopeError(message)
    return sorted(found, key=lambda pair: (position_of(pair[0]), formats.index(pair[1])))
