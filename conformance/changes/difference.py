"""The difference of two reports, row by row."""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ..comparing.comparability import draw_the_same_cases
from ..verdict import FAILING, Class, Conformance, RowVerdict
from .growth import grown_on_other_cases, grown_on_same_cases, is_comparable
from .settings import settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ..report import Report
    from .settings import Setting

    Row = dict[str, Any]
    Key = tuple[str, ...]

NAME = ("clause", "operation", "format", "regime", "level")
"""The fields that name a row."""

CLASSES = tuple(Class)
"""From the least to the most."""

VERDICTS = (Conformance.NONCONFORMANT, Conformance.INCOMPLETE, Conformance.CONFORMANT)
"""Likewise."""


class Direction(StrEnum):
    """What a flip is for whoever relies on the target."""

    WORSE = "worse"
    BETTER = "better"
    OTHER = "other"


@dataclass(frozen=True)
class Flip:
    """A row whose verdict is another now."""

    old: Row
    new: Row

    @property
    def direction(self) -> Direction:
        """Worse if it fails and did not, or does not pass any more; better if it passes now."""
        before, after = self.old["verdict"], self.new["verdict"]
        if before == RowVerdict.PASS or (after in FAILING and before not in FAILING):
            return Direction.WORSE
        return Direction.BETTER if after == RowVerdict.PASS else Direction.OTHER


@dataclass(frozen=True)
class Growth:
    """A row of the same verdict whose errors have grown beyond noise."""

    old: Row
    new: Row
    sentence: str
    """How."""


@dataclass(frozen=True)
class Difference:
    """What changed from one report to another."""

    old: Report
    new: Report

    @cached_property
    def settings(self) -> list[Setting]:
        """What the reports say of themselves differently."""
        return list(settings(self.old.document, self.new.document))

    @cached_property
    def same_cases(self) -> bool:
        """Whether rows were judged on the same cases by the same text."""
        return draw_the_same_cases(self.old.document, self.new.document)

    @cached_property
    def flips(self) -> list[Flip]:
        """The rows whose verdict is another, in the order of the new report."""
        return [Flip(old, new) for old, new in self._common if old["verdict"] != new["verdict"]]

    @cached_property
    def growths(self) -> list[Growth]:
        """The rows of the same verdict whose errors have grown."""
        rows = len(self._measured)
        found = ((old, new, self._grown(old, new, rows)) for old, new in self._measured)
        return [Growth(old, new, sentence) for old, new, sentence in found if sentence]

    @cached_property
    def incomparable(self) -> int:
        """How many rows of the same verdict were judged on other cases and do not say how their errors are spread."""
        return sum(bool(old.get("entries")) for old, new in self._steady) - len(self._measured)

    @cached_property
    def appeared(self) -> list[Row]:
        """The rows that only the new report has."""
        before = _by_name(self.old)
        return [row for key, row in _by_name(self.new).items() if key not in before]

    @cached_property
    def gone(self) -> list[Row]:
        """The rows that only the old report has."""
        after = _by_name(self.new)
        return [row for key, row in _by_name(self.old).items() if key not in after]

    @cached_property
    def newly_failing(self) -> list[Row]:
        """Those that fail although the old run asked for them, by the same text: they were not offered then."""
        return [row for row in self._asked_by(self.old, self.appeared) if row["verdict"] in FAILING]

    @cached_property
    def lost(self) -> list[Row]:
        """Those that passed although the new run asks for them, by the same text: they are not offered now."""
        return [row for row in self._asked_by(self.new, self.gone) if row["verdict"] == RowVerdict.PASS]

    def _asked_by(self, report: Report, rows: Sequence[Row]) -> list[Row]:
        """The rows that ``report`` would have if its target offered them."""
        if self.old.document["spec"]["digest"] != self.new.document["spec"]["digest"]:
            return []
        return [row for row in rows if _is_asked(row, report.document["scope"])]

    @cached_property
    def appeared_clauses(self) -> list[str]:
        """The clauses that only the new report has rows of."""
        return _only_in(self.new, self.old)

    @cached_property
    def gone_clauses(self) -> list[str]:
        """The clauses that only the old report has rows of."""
        return _only_in(self.old, self.new)

    def worse(self) -> Iterator[str]:
        """What got worse, each in a line."""
        yield from self._worse_in_all()
        counts = {
            "rows flipped to the worse": len([flip for flip in self.flips if flip.direction is Direction.WORSE]),
            "rows have grown errors": len(self.growths),
            "rows fail that were not offered before": len(self.newly_failing),
            "rows passed that are not offered any more": len(self.lost),
        }
        yield from (f"{count} {what}" for what, count in counts.items() if count)

    def _worse_in_all(self) -> Iterator[str]:
        old, new = self.old, self.new
        if CLASSES.index(new.reached) < CLASSES.index(old.reached):
            yield f"the class was {old.reached} and is {new.reached}"
        same_demand = old.document["require"] == new.document["require"]
        if same_demand and VERDICTS.index(new.verdict) < VERDICTS.index(old.verdict):
            yield f"the verdict was {old.verdict} and is {new.verdict}"

    @cached_property
    def _common(self) -> list[tuple[Row, Row]]:
        before = _by_name(self.old)
        return [(before[key], row) for key, row in _by_name(self.new).items() if key in before]

    @cached_property
    def _steady(self) -> list[tuple[Row, Row]]:
        return [(old, new) for old, new in self._common if old["verdict"] == new["verdict"]]

    @cached_property
    def _measured(self) -> list[tuple[Row, Row]]:
        """The rows of the same verdict whose errors can be compared."""
        with_entries = [(old, new) for old, new in self._steady if old.get("entries") and new.get("entries")]
        return [(old, new) for old, new in with_entries if self._are_same(old, new) or is_comparable(old, new)]

    def _are_same(self, old: Row, new: Row) -> bool:
        """Whether the cases of a row are the same; a version in the making may draw others under the same name."""
        return self.same_cases and all(old.get(key) == new.get(key) for key in ("examples", "hazards"))

    def _grown(self, old: Row, new: Row, rows: int) -> str | None:
        if self._are_same(old, new):
            return grown_on_same_cases(old, new)
        return grown_on_other_cases(old, new, rows)


def _by_name(report: Report) -> dict[Key, Row]:
    return {tuple(row[field] for field in NAME): row for row in report.results}


def _only_in(first: Report, second: Report) -> list[str]:
    known = {row["clause"] for row in second.results}
    return list(dict.fromkeys(row["clause"] for row in first.results if row["clause"] not in known))


def _is_asked(row: Row, scope: Mapping[str, Any]) -> bool:
    """Whether a run of this scope asks for ``row`` if the target offers it."""
    filtered_out = row["format"] in scope["declared_formats"] and row["format"] not in scope["formats"]
    named = not scope["clauses"] or any(fnmatch.fnmatch(row["clause"], glob) for glob in scope["clauses"])
    return row["regime"] in scope["regimes"] and named and not filtered_out
