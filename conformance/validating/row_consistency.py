"""What a schema cannot say of a row of a report: its counts add up, its verdict and its examples follow from them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from ..row import ENOUGH
from ..verdict import FAILING, LEVELS_OF_REGIME, RowVerdict
from .problem import Problem, pointer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Row = Mapping[str, Any]
    Place = tuple[str | int, ...]

PARTS = ("clause", "operation", "format", "regime", "level")
"""What names a row."""

OUTCOMES = ("decided", "undecided", "unsupported", "errors")
"""What becomes of the cases asked."""

DISTRIBUTIONS = ("error_distribution", "envelope_distribution")
"""Each over the decided entries."""


def row_contradictions(row: Row, place: Place) -> Iterator[Problem]:
    """Every place of ``row``, which stands at ``place``, that another place of it contradicts."""
    yield from _counts(row, place)
    yield from _verdict(row, place)
    yield from _distributions(row, place)
    yield from _measures(row, place)
    for name, is_right in (("counterexample", False), ("sample", True)):
        if name in row:
            yield from _example(row, name, place, is_right=is_right)


def _problem(row: Row, place: Place, field: str, rule: str) -> Problem:
    return Problem(pointer((*place, field)), row.get(field), rule)


def _counts(row: Row, place: Place) -> Iterator[Problem]:
    if all(name in row for name in OUTCOMES):
        total = sum(row[name] for name in OUTCOMES)
        if row["examples"] != total:
            parts = " + ".join(f"{name} {row[name]}" for name in OUTCOMES)
            yield _problem(row, place, "examples", f"be {total}: {parts}")
    if row.get("failures", 0) > row["decided"]:
        yield _problem(row, place, "failures", f"be at most {row['decided']}, the decided cases")
    if row["level"] not in LEVELS_OF_REGIME[row["regime"]]:
        levels = " or ".join(LEVELS_OF_REGIME[row["regime"]])
        yield _problem(row, place, "level", f"be {levels}, those of the regime {row['regime']}")


def _verdict(row: Row, place: Place) -> Iterator[Problem]:
    if "failures" in row and "errors" in row and "unsupported" in row:
        allowed, why = _allowed(row)
        if row["verdict"] not in allowed:
            yield _problem(row, place, "verdict", f"be {' or '.join(allowed)}: {why}")
    fails = row["verdict"] in FAILING
    if fails != ("counterexample" in row):
        rule = "be there: the row fails" if fails else f"be left out: the row is {row['verdict']}"
        yield _problem(row, place, "counterexample", rule)


def _allowed(row: Row) -> tuple[tuple[RowVerdict, ...], str]:
    """The verdicts that the counts of a row leave, and why."""
    inside = row["decided"] - row["failures"]
    if row["failures"]:
        return (RowVerdict.FAIL,), f"{row['failures']} answers are outside"
    if row["errors"]:
        return (RowVerdict.ERROR,), f"{row['errors']} calls are in error"
    if row["unsupported"] == row["examples"]:
        return (RowVerdict.UNSUPPORTED,), "no case is offered"
    if inside < ENOUGH:
        return (RowVerdict.UNDECIDED,), f"{inside} decided cases are fewer than {ENOUGH}"
    return (RowVerdict.PASS, RowVerdict.UNDECIDED), f"{inside} decided cases are right"  # undecided: a hazard not met


def _distributions(row: Row, place: Place) -> Iterator[Problem]:
    for name in DISTRIBUTIONS:
        found = row.get(name)
        if found is None:
            continue
        exponents = [exponent for exponent, _ in found["bins"]]
        if exponents != sorted(set(exponents)):
            yield Problem(pointer((*place, name, "bins")), exponents, "have ascending exponents, each once")
        total = found["exact"] + sum(count for _, count in found["bins"]) + found["beyond"]
        if total != row.get("entries", total):
            yield _problem(row, place, name, f"hold {row['entries']} entries, and holds {total}")
    if DISTRIBUTIONS[0] in row:
        yield from _largest(row, row[DISTRIBUTIONS[0]], place)


def _largest(row: Row, found: Row, place: Place) -> Iterator[Problem]:
    """The largest error lies where the distribution ends."""
    largest = float(row["max_error_ulps"])
    top = max((exponent for exponent, _ in found["bins"]), default=None)
    if found["beyond"]:
        fits, rule = not math.isfinite(largest), "be infinite or NaN, as an error of the distribution is"
    elif top is not None:
        fits = math.isfinite(largest) and math.frexp(largest)[1] - 1 == top and largest > 0
        rule = f"lie from 2^{top} up to below 2^{top + 1}, as the largest error of the distribution does"
    else:
        fits, rule = largest == 0, "be 0, as every error of the distribution is"
    if not fits:
        yield _problem(row, place, "max_error_ulps", rule)


def _measures(row: Row, place: Place) -> Iterator[Problem]:
    for name in ("max_error_ulps", "max_envelope_ratio"):
        if float(row[name]) < 0:
            yield _problem(row, place, name, "be 0 or more")
    if row["sensitivity"] is not None:
        median, smallest = map(float, row["sensitivity"])
        if not 0 <= smallest <= median:
            yield _problem(row, place, "sensitivity", "be the median, then the smallest, and neither below 0")


def _example(row: Row, name: str, place: Place, *, is_right: bool) -> Iterator[Problem]:
    example, here = row[name], (*place, name)
    for part in ("operation", "format", "regime"):
        if example["case"][part] != row[part]:
            yield Problem(pointer((*here, "case", part)), example["case"][part], f"be {row[part]}, as in the row")
    yield from _arrays(example, here)
    if "entry" in example:
        yield from _entry(example["entry"], (*here, "entry"), is_right=is_right)


def _entry(entry: Row, place: Place, *, is_right: bool) -> Iterator[Problem]:
    low, high, got = (_number(text) for text in (*entry["allowed"], entry["got"]))
    if low is None or high is None or got is None:
        yield Problem(pointer(place), [*entry["allowed"], entry["got"]], "have numbers of 64 bits")
    elif not low <= high:
        yield Problem(pointer((*place, "allowed")), entry["allowed"], "be the lower end, then the upper")
    elif (low <= got <= high or _special(got) in entry["specials"]) != is_right:
        rule = "be allowed: the example passes" if is_right else "be none of the allowed: the example fails"
        yield Problem(pointer((*place, "got")), entry["got"], rule)


def _number(text: Any) -> float | None:  # noqa: ANN401 - any JSON value
    """The number of 64 bits that a hex float is; None where it is none."""
    try:
        return float.fromhex(text)
    except (TypeError, ValueError, OverflowError):
        return None


def _special(number: float) -> str:
    return "nan" if math.isnan(number) else "inf" if number == math.inf else "-inf" if number == -math.inf else ""


def _arrays(value: Any, place: Place) -> Iterator[Problem]:  # noqa: ANN401 - any JSON value
    """What is wrong with the arrays in ``value``, as deep as they stand."""
    if isinstance(value, dict) and value.keys() == {"shape", "hex"}:
        yield from _array(value, place)
        return
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, each in parts:
        yield from _arrays(each, (*place, name))


def _array(array: Row, place: Place) -> Iterator[Problem]:
    shape, numbers = array["shape"], array["hex"]
    if not isinstance(shape, list) or not all(type(length) is int and length >= 0 for length in shape):
        yield Problem(pointer((*place, "shape")), shape, "be a list of lengths")
    elif not isinstance(numbers, list) or len(numbers) != math.prod(shape):
        yield Problem(pointer((*place, "hex")), numbers, f"have {math.prod(shape)} numbers, as the shape says")
    else:
        for index, each in enumerate(numbers):
            if _number(each) is None:
                yield Problem(pointer((*place, "hex", index)), each, "be a hexadecimal number of 64 bits")
