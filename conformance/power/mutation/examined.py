"""One mutant and what came of it, and the report of many."""

from __future__ import annotations

import statistics
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .excuses import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .detecting import Detection, Traces
    from .excuses import Excuse
    from .mutant import Mutant

FOUND = "found"
"""A row fails."""

REFUSING = "refusing"
"""It says of some cases that it does not support them, and is right about the others: the report says so."""

IDENTICAL = "identical"
"""Elementwise, and equal in every bit on all inputs of the half formats and on every case drawn in the others."""

MISSED = "missed"
"""Anything else."""

OUTCOMES = (FOUND, REFUSING, IDENTICAL, *KINDS, MISSED)
"""What can come of a mutant, in the order of a table."""


@dataclass(frozen=True)
class Examined:
    """One mutant and what came of it."""

    mutant: Mutant
    """Which."""
    detection: Detection | None
    """The row that found it."""
    traces: Traces
    """What was seen of it where no row did."""
    is_identical: bool = False
    """Whether it gives the bits of the reference on every float16 and bfloat16 input of its elementwise operations."""
    excuse: Excuse | None = None
    """Why it need not be found, by review."""

    @property
    def outcome(self) -> str:
        """One of :data:`OUTCOMES`; an excuse counts only where nothing that was seen contradicts it."""
        if self.detection is not None:
            return FOUND
        if self.traces.refused and not self.traces.differing:
            return REFUSING
        if self.is_identical:
            return IDENTICAL
        if self.excuse is not None and self.excuse.holds(self.traces.differing):
            return self.excuse.kind
        return MISSED


@dataclass(frozen=True)
class MutationReport:
    """What came of the mutants that were examined."""

    examined: tuple[Examined, ...]
    """Each of them."""

    @property
    def totals(self) -> Mapping[str, int]:
        """How many came to each outcome."""
        counted = Counter(each.outcome for each in self.examined)
        return {outcome: counted[outcome] for outcome in OUTCOMES}

    @property
    def missed(self) -> tuple[Examined, ...]:
        """Those that are neither found nor excused."""
        return tuple(each for each in self.examined if each.outcome == MISSED)

    def lines(self) -> Iterator[str]:
        """The report as lines of text: the totals, a table by operator, how they were found, and what was missed."""
        totals = self.totals
        yield f"mutants of the reference: {len(self.examined)}, " + _counts(totals)
        yield ""
        yield f"{'operator':<12}" + "".join(f"{outcome:>12}" for outcome in OUTCOMES)
        for operator in dict.fromkeys(each.mutant.operator for each in self.examined):
            counted = Counter(each.outcome for each in self.examined if each.mutant.operator == operator)
            yield f"{operator:<12}" + "".join(f"{counted[outcome] or '-':>12}" for outcome in OUTCOMES)
        yield ""
        yield from self._how_found()
        for each in self.missed:
            yield f"MISSED {each.mutant.name}"
            yield f"    line {each.mutant.line}; {_seen(each)}"

    def _how_found(self) -> Iterator[str]:
        found = [each.detection for each in self.examined if each.detection is not None and each.detection.clause]
        if not found:
            return
        examples = [detection.examples for detection in found]
        yield f"examples of the row that found them: median {statistics.median(examples):g}, most {max(examples)}"
        yield "by effort: " + _counts(Counter(detection.effort for detection in found))
        yield "by format: " + _counts(Counter(detection.format_name for detection in found))
        yield "by regime: " + _counts(Counter(detection.regime for detection in found))
        yield "by level: " + _counts(Counter(detection.level for detection in found))


def _counts(counted: Mapping[str, int]) -> str:
    return ", ".join(f"{number} {name}" for name, number in counted.items() if number)


def _seen(examined: Examined) -> str:
    traces = examined.traces
    if not traces.differing:
        return f"equal in every bit to the reference on {traces.asked} cases"
    rows = ", ".join(list(traces.rows)[:3])
    return f"differs in {traces.differing} of {traces.asked} cases, inside the envelopes: {rows}"
