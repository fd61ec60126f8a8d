"""Which vectors catch which wrong formula: each erratum that can be run, run on the vectors of its operation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ...spec.conventions import resolve
from ..adapters.python_object import PythonObject
from ..asking import ask
from ..faults import FAULTS
from ..outcome import Malformed, Raised, Value
from .checking import DECIDING
from .ruling import Ruling, levels, ruling
from .settling import FREE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..case import Case
    from ..faults import Fault


def with_errata(operation: str, cases: Sequence[Case], vectors: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same ``vectors``, the first that a printed formula fails marked with its erratum."""
    seen: dict[int, set[str]] = {}
    for fault in FAULTS:
        if fault.errata and operation in fault.mistakes:
            first = first_caught(fault, cases, vectors)
            if first is not None:
                seen.setdefault(first, set()).update(f"erratum {name}" for name in fault.errata)
    return [_marked(each, seen.get(index, set())) for index, each in enumerate(vectors)]


def _marked(vector: dict[str, Any], names: set[str]) -> dict[str, Any]:
    if not names:
        return vector
    marked = {name: value for name, value in vector.items() if name != "seen"}
    seen = sorted({*vector.get("seen", ()), *names})
    place = list(marked).index("hazards") + 1
    items = list(marked.items())
    return dict([*items[:place], ("seen", seen), *items[place:]])


def first_caught(fault: Fault, cases: Sequence[Case], vectors: Sequence[Mapping[str, Any]]) -> int | None:
    """Which of the vectors, under the conventions of the fault, is the first that it fails; None where none is."""
    default = resolve()
    for index, (case, vector) in enumerate(zip(cases, vectors, strict=True)):
        declared = {name: value for name, value in fault.conventions.items() if name in FREE}
        ruling_here = {name: declared[name] for name in declared if name in case.declaration.conventions}
        other = {name: value for name, value in ruling_here.items() if value != default[name]}
        if (
            case.format_name in fault.formats
            and other == vector.get("conventions", {})
            and _is_caught(fault, case, vector)
        ):
            return index
    return None


def _is_caught(fault: Fault, case: Case, vector: Mapping[str, Any]) -> bool:
    target = PythonObject(fault.make(), fault.name)
    with np.errstate(all="ignore"):
        outcome = ask(target, case, resolve(target.conventions))
    match outcome:
        case Value(arrays):
            answer = [array.astype(np.float64).reshape(-1).tolist() for array in arrays]
            wanted = set(levels(vector)) & set(DECIDING[fault.level])
            return any(ruling(vector, answer, level).ruling is Ruling.FAIL for level in wanted)
        case Malformed() | Raised():
            return True
        case _:
            return False
