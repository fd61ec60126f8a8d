"""Vectors, and what answers to them come to, as a person reads them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from ..rendering.numbers import argument, number, ulps
from ..rendering.printable import printable
from .checking import DECIDING
from .ruling import LEVELS, Ruling, index, levels

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from .checking import Checked, Failing
    from .folder import Folder

SHOWN_BOXES = 4
"""So many boxes of a vector are shown."""


def listed(vectors: Folder, operations: Sequence[str]) -> Iterator[str]:
    """A line for each operation: how many vectors it has."""
    spec, count = vectors.index["specification"], vectors.index["vectors"]
    yield f"{count} vectors {vectors.digest[:16]} of specification {spec['version']} ({spec['digest'][:12]})"
    yield ""
    for operation in operations:
        facts = vectors.index["files"][f"{operation}.json"]
        yield f"{operation:<36} {facts['vectors']:>5}"


def shown(file: Mapping[str, Any], vector: Mapping[str, Any]) -> Iterator[str]:
    """Everything about one vector."""
    yield f"{vector['id']}: {file['summary']}; clause {file['clause']}"
    yield f"{vector['format']}, {vector['regime']}, {vector['source']}"
    yield f"conventions: {_conventions(file, vector)}"
    for name in vector["hazards"]:
        yield f"hazard {name}: {file['hazards'][name]['description']}; {file['hazards'][name]['effect']}"
    if "seen" in vector:
        yield f"seen in: {printable('; '.join(vector['seen']))}"
    yield ""
    for declared, value in zip(file["arguments"], vector["arguments"], strict=True):
        yield f"{declared['name']} = {printable(argument(value))}"
    for name, value in vector.get("keywords", {}).items():
        yield f"{name} = {number(value)}"
    for array, result in enumerate(vector["results"]):
        for position in range(len(result["true"])):
            yield ""
            yield from _entry(vector, array, position)


def _conventions(file: Mapping[str, Any], vector: Mapping[str, Any]) -> str:
    settled = {**file["conventions"], **vector.get("conventions", {})}
    return ", ".join(f"{name}={settled[name]}" for name in file["rulings"]) or "none rules it"


def _entry(vector: Mapping[str, Any], array: int, position: int) -> Iterator[str]:
    result = vector["results"][array]
    yield _place(result, position)
    true, enclosure = result["true"][position], result["enclosure"][position]
    if true is not None:
        yield f"  true      {true}"
        yield f"  enclosure {f'exactly {enclosure}' if isinstance(enclosure, str) else ' to '.join(enclosure)}"
    if result["rounded"][position] is not None:
        yield f"  rounded   {number(result['rounded'][position])}"
    for level in levels(vector):
        for box in vector.get(level, vector.get("must", ()))[:SHOWN_BOXES]:
            undecided = position in box.get("undecided", [[]] * (array + 1))[array]
            yield f"  {level:<9} {options(box['allowed'][array][position])}{', undecided' if undecided else ''}"


def _place(result: Mapping[str, Any], position: int) -> str:
    where = index(result["shape"], position)
    return f"{result['name']}[{', '.join(map(str, where))}]" if where else str(result["name"])


def options(allowed: Sequence[Any] | None) -> str:
    """What an entry may be."""
    if allowed is None:
        return "anything"
    return " or ".join(number(each) if isinstance(each, str) else " to ".join(map(number, each)) for each in allowed)


def failure(failing: Failing) -> Iterator[str]:
    """A vector that fails: its id, then for each wrong entry what came back, what is allowed, what is true."""
    vector, ruled = failing.vector, failing.ruled
    hazards = f"; {', '.join(vector['hazards'])}" if vector["hazards"] else ""
    yield f"FAIL {failing.level.upper()} {vector['id']} in {vector['format']}, {vector['regime']}{hazards}"
    if ruled.reason:
        yield f"    {printable(ruled.reason, longest=200)}"
    for wrong in ruled.wrong[:1]:
        yield f"    got      {_place(vector['results'][wrong.array], wrong.position)} = {number(wrong.got.hex())}"
        yield f"    allowed  {options(wrong.allowed)}"
        if wrong.true is not None:
            yield f"    true     {wrong.true}"
        if not math.isnan(wrong.ulps):
            yield f"    error    {ulps(wrong.ulps)} ulps"
    if len(ruled.wrong) > 1:
        yield f"    and {len(ruled.wrong) - 1} more entries"


def summary(checked: Checked, required: str) -> Iterator[str]:
    """How many vectors pass, and what it comes to."""
    yield f"{'level':<8}" + "".join(f"{each.value:>14}" for each in Ruling)
    for level in LEVELS:
        counts = [checked.counts[level, each] for each in Ruling]
        if any(counts):
            yield f"{level:<8}" + "".join(f"{count or '-':>14}" for count in counts)
    yield ""
    holds = "holds" if checked.holds(required) else "does NOT hold"
    demanded = ", ".join(DECIDING[required])
    yield f"{checked.answered} of {checked.asked} vectors answered; {required} ({demanded}) {holds}"
