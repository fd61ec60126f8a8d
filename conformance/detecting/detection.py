"""What detection finds, as data."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

SCHEMA = "gradspec detection 1"
"""The name of the JSON document."""


class Standing(StrEnum):
    """How well a convention is known."""

    FOUND = "found"
    """One value fits all that the target answers."""
    EITHER = "either"
    """Several values do, and some case was to tell them apart."""
    NOT_SHOWN = "not shown"
    """Nothing that the target answers depends on it."""
    CONTRADICTION = "contradiction"
    """Two operations need different values."""


@dataclass(frozen=True)
class Example:
    """A case that shows a value: what was asked and answered, and what the other value demands there."""

    case: Mapping[str, Any]
    """The inputs, floats as hex floats."""
    entry: str
    """Which number of the answer."""
    got: str
    """What came back, as a hex float; a sentence where no number is to blame."""
    instead: str
    """The true value under another convention, or under those that come nearest, to twenty digits."""


@dataclass(frozen=True)
class Voice:
    """Operations that answer by the same values of a convention."""

    values: tuple[str, ...]
    """Those that fit."""
    operations: tuple[str, ...]
    """By their names."""
    example: Example | None = None
    """Where they contradict others: their smallest case against the value of these."""


@dataclass(frozen=True)
class Found:
    """What is known of one convention."""

    name: str
    """Of the convention."""
    standing: Standing
    """How well it is known."""
    value: str | None
    """The one to paste; None where nothing shows it."""
    fits: tuple[str, ...]
    """Every value that fits all operations with a say."""
    voices: tuple[Voice, ...]
    """Who says so."""
    declared: str | None
    """What the target declares."""

    @property
    def operations(self) -> tuple[str, ...]:
        """Who says so."""
        return tuple(name for voice in self.voices for name in voice.operations)

    @property
    def breaks_its_declaration(self) -> bool:
        """Whether the declared value is none of those by which all operations, or some, answer."""
        said = self.declared is not None and bool(self.voices)
        return said and any(self.declared not in voice.values for voice in self.voices)


@dataclass(frozen=True)
class FormatFound:
    """What is known of one format."""

    name: str
    """Of the format."""
    is_declared: bool
    """Whether the target says that it has it."""
    is_usable: bool
    """Whether every operation that answers at all answers in it."""
    reason: str
    """In words."""


@dataclass(frozen=True)
class Disproportion:
    """A value and a derivative of the target's own that differ by a constant factor."""

    value: str
    """The operation whose derivative was to be returned; empty where it is compared with the conventions found."""
    derivative: str
    """The operation that is off."""
    results: tuple[str, ...]
    """The results of the latter that are off."""
    losses: tuple[str, ...]
    """The losses for which they are; empty where no loss takes part."""
    factor: str
    """What the derivative is times: a number, N samples, m entries."""
    because: tuple[str, ...]
    """The conventions by which each of the two answers."""


@dataclass(frozen=True)
class Remark:
    """Something about single operations that a reader should know."""

    operation: str
    """Its name."""
    formats: tuple[str, ...]
    """Where it was seen."""
    text: str
    """In words."""
    example: Example | None = None
    """The smallest case that shows it."""


@dataclass(frozen=True)
class Detection:
    """The conventions and formats of a target, as its answers show them."""

    target: str
    """Its name."""
    formats: tuple[FormatFound, ...]
    """Every format that was tried."""
    conventions: tuple[Found, ...]
    """Every convention, in the order of the text."""
    conflicts: tuple[str, ...]
    """Operations to which each value fits, and not all of them together, where no one convention is contradicted."""
    disproportions: tuple[Disproportion, ...]
    """Constant factors between what it offers."""
    unexplained: tuple[Remark, ...]
    """Operations whose answers no convention explains."""
    troubles: tuple[Remark, ...]
    """Operations that raised or returned something else than numbers of the declared shapes."""
    unsupported: tuple[Remark, ...]
    """What the target says that it does not offer."""
    operations: int
    """How many operations answered."""
    no_conventions: tuple[str, ...] = ()
    """What it declares that is no convention."""

    @property
    def mapping(self) -> dict[str, str]:
        """The conventions to declare."""
        return {found.name: found.value for found in self.conventions if found.value is not None}

    @property
    def usable_formats(self) -> tuple[str, ...]:
        """The formats to declare."""
        return tuple(each.name for each in self.formats if each.is_usable)

    @property
    def contradictions(self) -> tuple[Found, ...]:
        """The conventions of which no one value fits."""
        return tuple(found for found in self.conventions if found.standing is Standing.CONTRADICTION)

    @property
    def broken_declarations(self) -> tuple[Found, ...]:
        """The conventions that are declared otherwise than they are kept."""
        return tuple(found for found in self.conventions if found.breaks_its_declaration)

    @property
    def is_consistent(self) -> bool:
        """Whether anything was answered, and nothing speaks against one mapping."""
        against = self.contradictions or self.conflicts or self.broken_declarations or self.disproportions
        return self.operations > 0 and not against

    def document(self) -> dict[str, Any]:
        """The same as JSON values."""
        return {
            "schema": SCHEMA,
            "consistent": self.is_consistent,
            "mapping": self.mapping,
            "usable_formats": list(self.usable_formats),
            **asdict(self),
        }
