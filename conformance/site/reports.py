"""Reports as the site lists them, and how an implementation stands to a clause."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ...spec.clauses import specification_digest
from ..rendering.numbers import ulps
from ..verdict import FAILING, RowVerdict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..publishing import Published


@dataclass(frozen=True)
class Standing:
    """What one report says of one clause."""

    report: str
    """The name of the report, which its page is called after."""
    title: str
    """The implementation and its version."""
    clause: str
    """The id of the clause."""
    verdict: str
    """``fail``, ``error``, ``pass``, ``undecided`` or ``unsupported``: the first of these that a row has."""
    levels: tuple[str, ...]
    """The levels whose rows fail or err."""
    formats: tuple[str, ...]
    """The formats in which they do."""
    largest_error: str
    """The largest error of a failing row, in ulps; empty where none has one."""

    @property
    def is_failing(self) -> bool:
        """Whether a row fails or errs."""
        return self.verdict in FAILING


_UNFIT = re.compile(r"[^A-Za-z0-9.-]+|\.{2,}")
_ORDER = (RowVerdict.FAIL, RowVerdict.ERROR, RowVerdict.PASS, RowVerdict.UNDECIDED, RowVerdict.UNSUPPORTED)


@dataclass(frozen=True)
class Listed:
    """A report as the site lists it."""

    published: Published
    """The report."""
    name: str
    """The name that its pages are called after: letters, digits, dots and hyphens."""

    @property
    def title(self) -> str:
        """The implementation and its version."""
        target = self.published.report.document["target"]
        return f"{target['name']} {target['version']}".strip()

    @property
    def document(self) -> Mapping[str, Any]:
        """The report itself."""
        return self.published.report.document

    @property
    def is_of_this_text(self) -> bool:
        """Whether it was judged by the text of the site."""
        return bool(self.published.report.document["spec"]["digest"] == specification_digest())

    @cached_property
    def standings(self) -> Mapping[str, Standing]:
        """What it says of each clause."""
        rows: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
        for row in self.published.report.results:
            rows[row["clause"]].append(row)
        return {clause: _standing(self, clause, found) for clause, found in rows.items()}

    @property
    def failing(self) -> list[Standing]:
        """The clauses that it fails."""
        return [each for each in self.standings.values() if each.is_failing]

    @property
    def kept(self) -> list[Standing]:
        """The clauses that it keeps."""
        return self._of(RowVerdict.PASS)

    @property
    def undecided(self) -> list[Standing]:
        """The clauses of which nothing was decided."""
        return self._of(RowVerdict.UNDECIDED)

    @property
    def unsupported(self) -> list[Standing]:
        """The clauses whose operations it does not offer."""
        return self._of(RowVerdict.UNSUPPORTED)

    def _of(self, verdict: RowVerdict) -> list[Standing]:
        return [each for each in self.standings.values() if each.verdict == verdict]


def listed(reports: Sequence[Published]) -> list[Listed]:
    """``reports`` as the site lists them, each under a name of its own that is fit for an address."""
    found: dict[str, Listed] = {}
    for each in reports:
        name = _UNFIT.sub("-", each.stem).strip("-.") or "report"
        while name in found:
            name += "-again"
        found[name] = Listed(each, name)
    return list(found.values())


def _standing(report: Listed, clause: str, rows: Sequence[Mapping[str, Any]]) -> Standing:
    failing = [row for row in rows if row["verdict"] in FAILING]
    errors = [float(row["max_error_ulps"]) for row in failing if row.get("max_error_ulps") is not None]
    worst = max((error for error in errors if not math.isnan(error)), default=0.0)
    return Standing(
        report=report.name,
        title=report.title,
        clause=clause,
        verdict=next(verdict for verdict in _ORDER if any(row["verdict"] == verdict for row in rows)).value,
        levels=tuple(dict.fromkeys(row["level"] for row in failing)),
        formats=tuple(dict.fromkeys(row["format"] for row in failing)),
        largest_error=ulps(worst) if worst else "",
    )
