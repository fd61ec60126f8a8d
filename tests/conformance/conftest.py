"""What the tests of whole runs share: true values and envelopes of the cases that they all meet."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import pytest

from gradspec.conformance.checks.examiner import Examiner
from gradspec.conformance.encoding import encoded_case

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gradspec.conformance.case import Case

REMEMBERED = 4096
"""So many true values and envelopes are kept: those of the runs of neighbouring tests."""


@pytest.fixture(scope="session")
def oracle_with_a_memory() -> Iterator[None]:
    """
    The examiner asks the oracle once for equal questions.

    Hundreds of runs examine targets that differ in one mistake; their cases are the same, and so is what is true of
    them.
    """
    with pytest.MonkeyPatch.context() as patch:
        for name in ("truth", "envelope"):
            patch.setattr(Examiner, name, remembering(getattr(Examiner, name)))
        yield


def remembering(method: Callable[..., Any]) -> Callable[..., Any]:
    """``method`` of an examiner and a case, computed once for equal questions."""
    asked: dict[Any, tuple[Any, ...]] = {}

    @lru_cache(maxsize=REMEMBERED)
    def answered(question: tuple[Any, ...]) -> Any:
        examiner, case, levels, options = asked.pop(question)
        return method(examiner, case, *levels, **options)

    def ask(examiner: Examiner, case: Case, *levels: Any, **options: Any) -> Any:
        document = {**encoded_case(case), "hazards": None, "regime": None}
        settings = (*sorted(examiner.conventions.items()), *sorted((examiner.function_ulps or {}).items()))
        question = json.dumps(document), settings, levels, *sorted(options.items())
        asked[question] = examiner, case, levels, options
        try:
            return answered(question)
        finally:
            asked.pop(question, None)

    return ask
