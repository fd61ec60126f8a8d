"""A vector: what is known of the answer to one case, as JSON values."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import numpy as np
from flint import arb

from ...oracle import OperandError, evaluate
from ...oracle.arithmetic.rounded import NAN, NEGATIVE, POSITIVE
from ...oracle.truth import Truth
from ...spec.conventions import resolve
from ..canonical import compact_text
from ..checks.examiner import Examiner, observed_hazards
from ..checks.special import demand
from ..encoding import encoded_case
from ..judgement import allowed_interval, is_decided
from ..judging import Given
from ..layout import expected_shapes
from ..verdict import LEVELS_OF_REGIME, Level
from .numbers import exactly, hexadecimal, shortened

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ...oracle import CertifiedAnswer, CertifiedNumber
    from ...oracle.arithmetic.rounded import Rounded
    from ...oracle.envelopes import Envelope
    from ...spec.conventions import Conventions
    from ..case import Case
    from ..checks.special import Demand
    from .choosing import Chosen

DIGITS = 40
"""Certified digits of true values."""

SPECIALS = {POSITIVE: "inf", NEGATIVE: "-inf", NAN: "nan"}
"""What may be allowed beside numbers, by its flag."""

ID_DIGITS = 8
"""Hexadecimal digits of an id, a digest of what is asked."""

Entry = list[Any] | None
"""What one entry of an answer may be: numbers and pairs of ends, any of them; None for anything."""


def vector(chosen: Chosen) -> dict[str, Any]:
    """The vector of a case."""
    case, examiner = chosen.case, Examiner(Given(None, chosen.settled), chosen.settled)
    asked = shortened(encoded_case(case))
    if case.regime == "special":
        known, hazards = _of_special(case, examiner), case.hazards
    else:
        answer = _certified(case, chosen.settled)
        hazards = case.hazards | observed_hazards(case, _truth(answer))
        known = {"results": _results(case, answer), **_of_levels(case, examiner, _truth(answer))}
    return {
        "id": identifier(case.operation, {**asked, "conventions": dict(chosen.conventions)}),
        "format": case.format_name,
        "regime": case.regime,
        **({"conventions": dict(chosen.conventions)} if chosen.conventions else {}),
        "arguments": asked["arguments"],
        **({"keywords": asked["keywords"]} if asked["keywords"] else {}),
        "source": chosen.source,
        "hazards": sorted(hazards),
        **({"seen": sorted(set(chosen.seen))} if chosen.seen else {}),
        **known,
    }


def identifier(operation: str, asked: Mapping[str, Any]) -> str:
    """The name of a vector: the same as long as the same is asked."""
    document = {name: asked[name] for name in ("format", "regime", "arguments", "keywords", "conventions")}
    return f"{operation}/{hashlib.sha256(compact_text(document).encode()).hexdigest()[:ID_DIGITS]}"


def _certified(case: Case, conventions: Conventions) -> CertifiedAnswer:
    """The true values of a case and their correct roundings."""
    return evaluate(
        case.operation,
        case.arguments,
        case.keywords,
        format=case.format_name,
        conventions=conventions,
        digits=DIGITS,
    )


def differs(case: Case, conventions: Mapping[str, str]) -> bool:
    """Whether ``conventions`` make another true value of a case than the default ones, or those do not allow it."""
    try:
        ours, others = (_certified(case, resolve(each)) for each in (conventions, {}))
    except OperandError:
        return True
    return [_digits(array) for array in ours] != [_digits(array) for array in others]


def _digits(array: Any) -> list[str]:  # noqa: ANN401 - an array of certified numbers
    return [number.digits for number in array.numbers.reshape(-1)]


def _truth(answer: CertifiedAnswer) -> Truth:
    arrays = tuple(_balls(array.numbers) for array in answer)
    return Truth(arrays, (), answer.bits, answer.unresolved)


def _balls(numbers: Any) -> Any:  # noqa: ANN401 - an object array
    balls = np.empty(numbers.shape, dtype=object)
    for place in np.ndindex(numbers.shape):
        balls[place] = numbers[place].ball
    return balls


def _results(case: Case, answer: CertifiedAnswer) -> list[dict[str, Any]]:
    """Each array of the answer: true values, what encloses them, and what they round to."""
    named = zip(expected_shapes(case.declaration, case.arguments), answer, strict=True)
    return [
        {"name": name, "shape": list(shape), **_columns([_facts(number) for number in array.numbers.reshape(-1)])}
        for (name, _, shape), array in named
    ]


def _columns(facts: list[tuple[Any, Any, Any]]) -> dict[str, list[Any]]:
    return {name: [each[index] for each in facts] for index, name in enumerate(("true", "enclosure", "rounded"))}


NOTHING = (None, None, None)
"""Of an entry that has no true value."""


def _facts(number: CertifiedNumber) -> tuple[Any, Any, Any]:
    """Digits; the number itself where it is dyadic, else a decimal below and one above it; the correct rounding."""
    if not number.candidates:
        return NOTHING
    ends = exactly(*number.lower) if number.is_exact else list(number.enclosure(DIGITS))
    return number.digits or None, ends, None if number.rounded is None else hexadecimal(number.rounded)


def _of_levels(case: Case, examiner: Examiner, truth: Truth) -> dict[str, Any]:
    """What each level of a regime admits; SHOULD only where it admits something else than MUST."""
    found = {level.value: _boxes(_envelope(case, examiner, level), truth) for level in LEVELS_OF_REGIME[case.regime]}
    if found["should"] == found["must"]:
        del found["should"]
    return found


def _envelope(case: Case, examiner: Examiner, level: Level) -> Envelope:
    """The envelope that a run judges by: in the regime exact a point, where it can be certified."""
    if case.regime == "exact":
        point = examiner.envelope(case, level, exact=True)
        if point.is_point:
            return point
    return examiner.envelope(case, level)


def _boxes(envelope: Envelope, truth: Truth) -> list[dict[str, Any]]:
    """Each box of an envelope: an answer lies in the whole of one."""
    return [
        _box([list(_entries(*pair, envelope)) for pair in zip(box, truth.arrays, strict=True)])
        for box in envelope.boxes
    ]


def _box(arrays: list[list[tuple[Entry, bool]]]) -> dict[str, Any]:
    allowed = [[entry for entry, _ in array] for array in arrays]
    undecided = [[index for index, (_, decided) in enumerate(array) if not decided] for array in arrays]
    return {"allowed": allowed, **({"undecided": undecided} if any(undecided) else {})}


def _entries(box: Any, truth: Any, envelope: Envelope) -> Iterator[tuple[Entry, bool]]:  # noqa: ANN401 - object arrays
    """What each entry of an array may be, and whether an answer within it says anything."""
    balls = list(truth.reshape(-1))
    finite = [abs(ball).upper() for ball in balls if ball.is_finite()]
    largest = max(finite, default=arb(0))
    for allowed, true in zip(box.reshape(-1), balls, strict=True):
        yield _entry(allowed, envelope), is_decided(allowed, true, largest, envelope)


def _entry(allowed: Rounded, envelope: Envelope) -> Entry:
    if not allowed.ball.is_finite():
        return None
    lower, upper = allowed_interval(allowed, envelope.number_format)
    ends = (
        [hexadecimal(lower)] if lower == upper else [[hexadecimal(lower), hexadecimal(upper)]] if lower < upper else []
    )
    return [*ends, *(name for flag, name in SPECIALS.items() if allowed.specials & flag)]


def _of_special(case: Case, examiner: Examiner) -> dict[str, Any]:
    """What the regime special demands: one of some values, the envelope of the case without them, or nothing."""
    demanded = demand(case, examiner.conventions)
    ((name, _, shape),) = expected_shapes(case.declaration, case.arguments)
    count = int(np.prod(shape, dtype=int))
    facts = [NOTHING] * count
    boxes = [[(_options(demanded, index), demanded.allowed.get(index) is not None) for index in range(count)]]
    if demanded.ordinary is not None and demanded.positions:
        facts, boxes = _with_ordinary(demanded.ordinary, demanded.positions, examiner, facts, boxes[0])
    results = [{"name": name, "shape": list(shape), **_columns(facts)}]
    return {"results": results, "strict": [_box([box]) for box in boxes]}


def _options(demanded: Demand, index: int) -> Entry:
    allowed = demanded.allowed.get(index)
    return None if allowed is None else list(dict.fromkeys(hexadecimal(value + 0.0) for value in allowed))


def _with_ordinary(
    ordinary: Case, positions: Mapping[int, int], examiner: Examiner, facts: list[Any], options: list[Any]
) -> tuple[list[Any], list[list[Any]]]:
    """The same with the entries that special values leave alone."""
    answer = _certified(ordinary, examiner.conventions)
    numbers = answer.arrays[0].numbers.reshape(-1)
    for position, place in positions.items():
        facts[position] = _facts(numbers[place])
    envelope, truth = examiner.envelope(ordinary, Level.MUST), _truth(answer)
    boxes = []
    for box in envelope.boxes:
        entries = list(_entries(box[0], truth.arrays[0], envelope))
        boxes.append(list(options))
        for position, place in positions.items():
            boxes[-1][position] = entries[place]
    return facts, boxes
