"""Which operations run which functions of the reference, found by watching each of them at work."""

from __future__ import annotations

import sys
from collections import defaultdict
from functools import cache, partial
from itertools import islice
from typing import TYPE_CHECKING

from ....spec.conventions import resolve
from ....spec.operations import operations
from ...adapters.python_object import PythonObject
from ...asking import ask
from ...strategies.cases import corpus
from .settings import SETTINGS
from .sources import file_name, reference_from, sources

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from types import FrameType

    from ...adapters.target import Target
    from ...outcome import Outcome

WATCHED_CASES = 12
"""Of each regime and setting."""

Place = tuple[str, str]
"""A module of the reference, and a function in it by its qualified name."""


@cache
def touched() -> Mapping[Place, tuple[str, ...]]:
    """The operations that run each function, those first that run the fewest others."""
    targets = [PythonObject(reference_from({})(setting), "reference") for setting in SETTINGS]
    run = {operation: _places(operation, targets) for operation in operations()}
    found: dict[Place, list[str]] = defaultdict(list)
    for operation in sorted(run, key=lambda name: len(run[name])):
        for place in run[operation]:
            found[place].append(operation)
    return {place: tuple(names) for place, names in found.items()}


def _places(operation: str, targets: Sequence[Target]) -> frozenset[Place]:
    modules = {file_name(module): module for module in sources()}
    places: set[Place] = set()

    def watch(frame: FrameType, event: str, _: object) -> None:
        code = frame.f_code
        if event == "call" and code.co_filename in modules:
            outermost = code.co_qualname.split(".<locals>")[0]
            places.add((modules[code.co_filename], outermost))

    for target in targets:
        for call in _calls(operation, target):
            previous = sys.getprofile()
            sys.setprofile(watch)
            try:
                call()
            finally:
                sys.setprofile(previous)
    return frozenset(places)


def _calls(operation: str, target: Target) -> Iterator[Callable[[], Outcome]]:
    conventions = resolve(declared=target.conventions)
    for regime in operations()[operation].regimes:
        for case in islice(corpus(operation, "float64", regime, conventions), WATCHED_CASES):
            yield partial(ask, target, case, conventions)
