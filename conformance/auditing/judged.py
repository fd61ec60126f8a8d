"""What an audit finds: array by array, and as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np

    from .bundle import Bundle

    FloatArray = np.ndarray[Any, np.dtype[np.float64]]


class AuditVerdict(StrEnum):
    """What a level says of an array, or of a whole step."""

    CONFORMANT = "conformant"
    """Every entry lies in its envelope, and in every array one is decided, not 0 where there are others than 0."""
    NONCONFORMANT = "nonconformant"
    """An entry lies outside."""
    UNDECIDED = "undecided"
    """No entry is outside, and in some array none is decided that is not 0."""


@dataclass(frozen=True)
class Entry:
    """One entry of an array, with all that a report says of it."""

    array: str
    """The name of the array, as in the bundle."""
    index: tuple[int, ...]
    """Where in it, in the program's own layout, counted from 0."""
    place: str
    """The same in words: from which input to which output of which layer."""
    got: float
    """What the program computed."""
    truth: str
    """The true value to twenty digits."""
    lower: float
    """The smallest number of the format that is allowed."""
    upper: float
    """The largest one."""
    error_ulps: float
    """How far the entry is from the true value, in ulps of it."""
    ratio: float
    """The same over the radius of the envelope: above 1 it is outside."""
    relative: float
    """The same over the magnitude of the true value; infinite where that is 0."""


@dataclass(frozen=True)
class Spread:
    """Quantiles of one positive number an entry, over decided entries; NaN where there are none."""

    median: float
    """Half of them are at most this."""
    most: float
    """Ninety-nine in a hundred are."""
    largest: float
    """All are."""


@dataclass(frozen=True, eq=False)
class HeatMap:
    """The largest error over envelope in every block of an array, in the program's own layout."""

    cells: FloatArray
    """Shape ``(rows, columns)``; NaN where no entry of the block is decided."""
    shape: tuple[int, int]
    """Rows and columns of the array; a vector is one row."""


@dataclass(frozen=True, eq=False)
class ArrayAudit:
    """One array of the step at one level."""

    name: str
    """Its name, as in the bundle."""
    shape: tuple[int, ...]
    """Its shape, in the program's own layout."""
    verdict: AuditVerdict
    """What it comes to."""
    entries: int
    """How many numbers it has."""
    nonzero: int
    """Of how many the true value is not 0."""
    decided: int
    """How many are outside, or inside of an envelope narrow enough to say anything; clause ``accuracy.decided``."""
    outside: int
    """How many lie outside."""
    error_ulps: Spread
    """How far the entries are from the true values, in ulps of these."""
    sensitivity: Spread
    """Radius of the envelope over magnitude: the relative error from which an entry would be found wrong."""
    found: Mapping[int, float]
    """By k: of what share of the entries that are not 0 an error of one part in 10^k is found."""
    worst: tuple[Entry, ...]
    """The decided entries with the largest error over envelope, those outside first."""
    pattern: str
    """Where the entries outside stand, where that is simple to say; empty otherwise."""
    heat: HeatMap
    """Where the errors are."""


@dataclass(frozen=True)
class Explanation:
    """Something that a program with the recorded answers may be doing."""

    name: str
    """A word or two, the same for the same kind of cause."""
    sentence: str
    """What the program behaves like, as the end of a sentence."""
    arrays: tuple[str, ...]
    """The arrays outside their envelopes that it explains, every entry of them."""


@dataclass(frozen=True, eq=False)
class LevelAudit:
    """The whole step at one level."""

    level: str
    """``must`` or ``should``."""
    verdict: AuditVerdict
    """What it comes to."""
    arrays: tuple[ArrayAudit, ...]
    """Every recorded array that is an answer, first layer to last."""
    explanations: tuple[Explanation, ...]
    """What the program behaves like, those that explain most first; empty where nothing is outside."""

    @property
    def failing(self) -> tuple[ArrayAudit, ...]:
        """The arrays with an entry outside."""
        return tuple(array for array in self.arrays if array.outside)

    @property
    def found(self) -> Mapping[int, float]:
        """By k: of what share of all entries of gradients, but those that are 0, an error of one in 10^k is found."""
        gradients = [array for array in self.arrays if array.name.startswith("d")]
        entries = sum(array.nonzero for array in gradients)
        return {
            k: sum(array.found[k] * array.nonzero for array in gradients) / entries if entries else 0.0
            for k in self.arrays[0].found
        }


@dataclass(frozen=True, eq=False)
class Audit:
    """One recorded training step, judged."""

    bundle: Bundle
    """The step."""
    levels: tuple[LevelAudit, ...]
    """By every level asked for."""

    @property
    def verdict(self) -> AuditVerdict:
        """The worst of the levels'."""
        found = {level.verdict for level in self.levels}
        order = (AuditVerdict.NONCONFORMANT, AuditVerdict.UNDECIDED, AuditVerdict.CONFORMANT)
        return next(verdict for verdict in order if verdict in found)
