"""
When errors have grown beyond noise.

*On the same cases*, asked by the same text, there is no luck: a deterministic target gives the same errors again, and
whatever differs is the target's doing or its libraries'. But not every difference is a loss. Answers that are correctly
rounded are off by up to half an ulp, and a sum formed in another order, which is as admissible, moves an error inside
of its envelope. So a row has grown if its largest error is *more than twice* what it was, half an ulp counting as the
least, and an answer is *farther out in its envelope* than any was before, by the largest ratio of distance to radius.
An error that doubles where the envelope is wide, while a neighbour was farther out all the time, is no news.

*On other cases*, drawn with another seed, effort, text or version of Hypothesis, the largest error is a matter of luck:
it belongs to one input of thousands. What can be compared is how errors are spread, which a report keeps in powers of
two. The hypothesis that no error has more than doubled says that for every x at least half an ulp the share of errors
from 2x on in the new report is at most the share from x on in the old one. The statistic is the largest excess D of the
first over the second, and by the one-sided theorem of Smirnov (1939) an excess of D or more has, for samples of m and n
independent errors, a probability of at most about exp(-2 D² m n / (m + n)). Entries of one case are not independent, so
m and n are numbers of decided cases, not of entries; the fixed hazards, which are the same in both, and the rounding of
errors to powers of two only make D smaller. Rows of the regime ``special`` are left out: most of their answers are no
numbers, and a report does not say how many cases have some. A row has grown if that probability is below
:data:`CHANCE`, divided by the number of rows that are compared, so that of a hundred comparisons in which nothing
changed at most one names a row.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from ..rendering.figures import largest_error
from ..rendering.numbers import ulps

if TYPE_CHECKING:
    from collections.abc import Mapping

    Row = Mapping[str, Any]

CHANCE = 0.01
"""How likely it may be that a comparison of two reports names any row by luck."""

FACTOR = 2.0
"""How much larger an error has to be; reports keep errors in powers of two."""

LEAST_ULPS = 0.5
"""What counts as the least error: the most of an answer that is correctly rounded."""

SPECIAL = "special"
"""The regime in which a decided case may have no number."""

DISTRIBUTION = "error_distribution"
"""The field of a row that says how errors are spread."""


def grown_on_same_cases(old: Row, new: Row) -> str | None:
    """How the errors of a row have grown, where both reports asked the same cases; nothing where they have not."""
    before, after = largest_error(old), largest_error(new)
    farther_out = float(new["max_envelope_ratio"]) > float(old["max_envelope_ratio"])
    if after <= FACTOR * max(before, LEAST_ULPS) or not farther_out:
        return None
    return f"largest error {ulps(before)} ulps, now {ulps(after)}"


def grown_on_other_cases(old: Row, new: Row, rows: int) -> str | None:
    """Likewise where they asked others; ``rows`` is how many are compared."""
    excess, threshold = largest_excess(old[DISTRIBUTION], new[DISTRIBUTION])
    if excess <= 0 or probability(excess, old["decided"], new["decided"]) >= CHANCE / rows:
        return None
    share = f"{100 * excess:.0f} %"
    return f"{share} more entries are off by 2^{threshold + 1} ulps and more than were by 2^{threshold} and more"


def is_comparable(old: Row, new: Row) -> bool:
    """Whether both say how the errors of their decided cases are spread."""
    return all(DISTRIBUTION in row and row["decided"] and row["regime"] != SPECIAL for row in (old, new))


def largest_excess(old: Row, new: Row) -> tuple[float, int]:
    """
    By how much the share of new errors from 2x on exceeds that of old ones from x on, at most, and log2 of that x.

    It is largest at the end of a bin of the new errors, or beyond all bins.
    """
    least = round(math.log2(LEAST_ULPS))
    below = [exponent - 1 for exponent, _ in new["bins"]]
    beyond = max((exponent for each in (old, new) for exponent, _ in each["bins"]), default=least) + 1
    candidates = {max(each, least) for each in (*below, beyond)}
    return max((_share(new, each + 1) - _share(old, each), each) for each in candidates)


def _share(distribution: Row, exponent: int) -> float:
    """The share of entries whose error is at least 2^exponent."""
    bins = distribution["bins"]
    larger: int = sum(count for each, count in bins if each >= exponent) + distribution["beyond"]
    total: int = sum(count for _, count in bins) + distribution["exact"] + distribution["beyond"]
    return larger / total


def probability(excess: float, old_size: int, new_size: int) -> float:
    """At most about how likely an excess is by luck."""
    return math.exp(-2 * excess**2 * old_size * new_size / (old_size + new_size))
