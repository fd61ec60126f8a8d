"""A memory of what the oracle was asked: for runs of many targets that meet the same cases."""

from __future__ import annotations

import json
from collections import OrderedDict
from typing import TYPE_CHECKING, Any, TypeVar

from ..encoding import encoded_case

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ..case import Case

T = TypeVar("T")


class Memory:
    """The last answers of the oracle, each given once more where the same is asked."""

    def __init__(self, capacity: int = 4096) -> None:
        self._capacity = capacity
        self._answers: OrderedDict[str, Any] = OrderedDict()

    def recall(self, compute: Callable[[], T], case: Case, settings: Mapping[str, Any]) -> T:
        """What ``compute`` returned when it was last asked of an equal ``case`` under equal ``settings``."""
        question = json.dumps([{**encoded_case(case), "hazards": None, "regime": None}, dict(settings)])
        if question in self._answers:
            self._answers.move_to_end(question)
        else:
            self._answers[question] = compute()
            if len(self._answers) > self._capacity:
                self._answers.popitem(last=False)
        answer: T = self._answers[question]
        return answer
