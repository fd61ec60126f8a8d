"""Judging answers to vectors: what passes, what fails, and what was not answered."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .errors import VectorsError
from .ruling import Ruled, Ruling, levels, ruling

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .answers import Answers, Given
    from .folder import Folder

DECIDING = {"core": ("must",), "robust": ("must", "should"), "strict": ("must", "should", "strict")}
"""The levels that a class demands, by its name on the command line."""


@dataclass(frozen=True)
class Failing:
    """A vector whose answer fails at a level."""

    vector: Mapping[str, Any]
    """What was asked."""
    level: str
    """The level."""
    ruled: Ruled
    """What is wrong."""


@dataclass(frozen=True)
class Checked:
    """What answers come to."""

    counts: Counter[tuple[str, Ruling]] = field(default_factory=Counter)
    """Of vectors, by level and ruling."""
    failing: list[Failing] = field(default_factory=list)
    """Everything that fails, in the order of the vectors."""
    asked: int = 0
    """How many vectors there are."""
    answered: int = 0
    """How many of them have an answer."""

    def holds(self, required: str) -> bool:
        """Whether every vector is answered and none fails at a level that the class ``required`` demands."""
        fails = any(self.counts[level, Ruling.FAIL] for level in DECIDING[required])
        return self.asked == self.answered > 0 and not fails


def checked(
    vectors: Folder,
    answers: Answers,
    operations: tuple[str, ...] = (),
    is_asked: Callable[[Mapping[str, Any]], bool] = lambda _: True,
) -> Checked:
    """
    What ``answers`` come to over the vectors of ``operations`` that are asked for.

    Raises VectorsError for answers to other vectors, and for those to a vector that is not there.
    """
    if answers.digest != vectors.digest:
        message = f"the answers are to the vectors {answers.digest[:16]}, and these are {vectors.digest[:16]}"
        raise VectorsError(message)
    found, unknown = Counter[tuple[str, Ruling]](), set(answers.given)
    failing: list[Failing] = []
    asked = answered = 0
    for operation in vectors.operations:
        mine = {name for name in unknown if name.partition("/")[0] == operation}
        if operation not in operations and not mine:
            continue
        for vector in vectors.vectors(operation):
            unknown.discard(vector["id"])
            if operation not in operations or not is_asked(vector):
                continue
            given = answers.given.get(vector["id"])
            asked, answered = asked + 1, answered + (given is not None)
            for level in levels(vector):
                ruled = _ruled(vector, given, level)
                found[level, ruled.ruling] += 1
                if ruled.ruling is Ruling.FAIL:
                    failing.append(Failing(vector, level, ruled))
    if unknown:
        message = f"there is no vector {min(unknown)!r} ({len(unknown)} answers are to no vector)"
        raise VectorsError(message)
    return Checked(found, failing, asked, answered)


def _ruled(vector: Mapping[str, Any], given: Given | None, level: str) -> Ruled:
    if given is None:
        return Ruled(Ruling.UNANSWERED)
    if given.error is not None:
        return Ruled(Ruling.FAIL, reason=f"error: {given.error}")
    for shape, result in zip(given.shapes, vector["results"], strict=False):
        if shape is not None and list(shape) != result["shape"]:
            return Ruled(Ruling.FAIL, reason=f"{result['name']} has shape {list(shape)}, expected {result['shape']}")
    return ruling(vector, given.arrays, level)
