"""Examples as a report keeps them: the case, every call with what came back, and the entry that tells most."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from ..oracle.arithmetic.rounded import NAN, NEGATIVE, POSITIVE
from .checks.registry import CHECKS
from .encoding import encoded, encoded_case
from .layout import expected_shapes
from .outcome import Malformed, Raised, Unsupported, Value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .case import Case
    from .checks.finding import Examination
    from .outcome import Outcome
    from .row import Example

SPECIALS = {POSITIVE: "inf", NEGATIVE: "-inf", NAN: "nan"}
"""What may be allowed beside numbers, by its flag."""

TRACES = ("changed", "disturbed", "aliased")
"""What a call left behind, as an outcome and a document name it."""


def counterexample(failure: Example, clause: str) -> dict[str, Any]:
    """A failing case with all that is needed to understand it, to run it again, and to judge it again without that."""
    examination = failure.examination
    document: dict[str, Any] = {
        "sentence": CHECKS[clause].sentence,
        "case": encoded_case(examination.case),
        "reason": failure.finding.reason,
        "hazards": sorted(examination.hazards),
    }
    if isinstance(examination.outcome, Value):
        document["answer"] = [encoded(array) for array in examination.outcome.arrays]
    asked = list(_exchanges(examination))
    if asked != [{"outcome": {"answer": document.get("answer")}}]:
        document["asked"] = asked
    return document | _entry(failure)


def sample(passing: Example) -> dict[str, Any]:
    """A passing case with what came back, for whoever wants to judge it again."""
    examination = passing.examination
    return {
        "case": encoded_case(examination.case),
        "hazards": sorted(examination.hazards),
        "asked": list(_exchanges(examination)),
    } | _entry(passing)


def _exchanges(examination: Examination) -> Iterator[dict[str, Any]]:
    """Every call in order, its case only where it is another than that of the example."""
    for case, outcome in examination.asked:
        document = {} if case is examination.case else _case_if_other(case, examination.case)
        document["outcome"] = _outcome(outcome)
        document |= {name: list(trace) for name in TRACES if (trace := getattr(outcome, name, ()))}
        yield document


def _case_if_other(case: Case, main: Case) -> dict[str, Any]:
    document = encoded_case(case)
    return {} if document == encoded_case(main) else {"case": document}


def _outcome(outcome: Outcome) -> dict[str, Any]:
    match outcome:
        case Value(arrays):
            return {"answer": [encoded(array) for array in arrays]}
        case Malformed(reason):
            return {"malformed": reason}
        case Raised(reason):
            return {"raised": reason}
        case Unsupported(reason):
            return {"unsupported": reason}


def _entry(example: Example) -> dict[str, Any]:
    """The entry of the answer that is outside by most, or nearest to the edge, where numbers were judged."""
    judgement, case = example.finding.judgement, example.examination.case
    worst = judgement.worst if judgement else None
    if worst is None:
        return {}
    names = [name for name, _, _ in expected_shapes(case.declaration, case.arguments)]
    return {
        "entry": {
            "array": names[worst.array],
            "index": list(worst.index),
            "got": worst.got.hex(),
            "allowed": [worst.lower.hex(), worst.upper.hex()],
            "specials": [text for flag, text in SPECIALS.items() if worst.specials & flag],
            "truth": worst.truth,
            "error_ulps": jsonable(worst.error_ulps),
        }
    }


def jsonable(value: float) -> float | str:
    """``value``, or a string where JSON has no number for it."""
    if math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
