"""Values of the oracle at single points, as sentences for coq-interval: the digits are those of the definition."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from importlib import resources
from typing import TYPE_CHECKING, Any

from ...oracle.evaluating import evaluate

if TYPE_CHECKING:
    from collections.abc import Iterator

FILE = "golden.json"
"""Beside this module: each operation with its arguments, and the claim about one entry of its answer."""

DIGITS = 25
"""That are asked of the oracle and proven."""


@dataclass(frozen=True)
class Golden:
    """One value of the oracle."""

    operation: str
    """By which it was computed."""
    arguments: str
    """Of the operation, as JSON."""
    digits: str
    """What the oracle prints."""
    files: tuple[str, ...]
    """The files of the proofs whose names the claim needs."""
    claim: str
    """That the formal definition is within {bound} of {value}, in the language of Coq."""
    tactic: str
    """What makes an inequality between expressions of real numbers of it, and proves that by interval arithmetic."""

    @property
    def says(self) -> str:
        """The claim, as it may be printed."""
        return f"{self.operation} {self.arguments} is {self.digits}"

    def sentence(self, number: int) -> str:
        """The claim and its proof; ``golden_NUMBER`` is defined where it is accepted."""
        value = Decimal(self.digits)
        sign, digits, exponent = value.as_tuple()
        whole = int("".join(map(str, digits))) * (-1 if sign else 1)
        power = -int(exponent)
        shown = f"({whole} / {10**power})" if power > 0 else f"({whole * 10**-power})"
        bound = f"(1 / {2 * 10**power})" if power > 0 else f"({10**-power} / 2)"
        imports = "".join(f"Import Gradspec.{name}. " for name in self.files)
        return (
            f"Module Golden_{number}. {imports}Local Open Scope R_scope.\n"
            f"Lemma value : {self.claim.format(value=shown, bound=bound)}.\n"
            f"Proof. {self.tactic} Qed.\nAbort All.\nDefinition golden_{number} := value.\nEnd Golden_{number}."
        )


def golden_points() -> Iterator[Golden]:
    """Every point, with the digits that the oracle prints now."""
    text = resources.files(__package__).joinpath(FILE).read_text(encoding="utf-8")
    for each in json.loads(text):
        entry = _entry(each)
        yield Golden(
            each["operation"],
            json.dumps(each["arguments"]),
            entry,
            tuple(each["files"]),
            each["claim"],
            each["tactic"],
        )


def _entry(point: dict[str, Any]) -> str:
    """The digits of the entry of the oracle's answer that the expression is of."""
    evaluation = evaluate(point["operation"], point["arguments"], digits=DIGITS, keywords=point.get("keywords"))
    numbers = evaluation.arrays[point.get("array", 0)].numbers
    return str(numbers[tuple(point.get("index", ()))].digits)
