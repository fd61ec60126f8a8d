"""Judging one answer from Python, without a target: ``judge``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..spec.conventions import resolve
from ..spec.formats import FORMATS
from ..spec.network import Network
from ..spec.operations import operations
from .case import Case
from .checks.examiner import Examiner
from .layout import canonical

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .checks.finding import Examination


class Given:
    """A target whose one answer is known already."""

    name, version, formats = "an answer", "", tuple(FORMATS)

    def __init__(self, answer: object, conventions: Mapping[str, object]) -> None:
        self.answer = answer
        self.environment: Mapping[str, str] = {}
        self.conventions = conventions

    def offers(self, operation: str) -> bool:
        """Whatever is asked."""
        return operation in operations()

    def call(self, operation: str, arguments: list[Any], keywords: dict[str, float], format_name: str) -> object:
        """The answer."""
        del operation, arguments, keywords, format_name
        return self.answer

    def close(self) -> None:
        """Nothing is held."""


def judge(  # noqa: PLR0913 - what an answer has to be judged by
    operation: str,
    arguments: Sequence[Any],
    answer: object,
    format: str = "float64",  # noqa: A002 - the word of the contract
    conventions: Mapping[str, object] | None = None,
    *,
    keywords: Mapping[str, float] | None = None,
    exact: bool = False,
) -> Examination:
    """
    Judge one ``answer`` to ``operation`` at ``arguments``, both in the layout that ``conventions`` name.

    The result's ``findings`` say, for MUST and SHOULD, whether the answer lies inside the envelope and, where not, why;
    its ``truth`` is the true value as FLINT balls. ``exact`` asks for the exact regime's point, where it is certified.
    Raises ValueError for an operation, format or convention that does not exist, and for arguments of another count
    or dtype.
    """
    declared = _known(operation, operations(), "an operation")
    number_format = _known(format, FORMATS, "a format")
    settled = resolve(conventions)
    if len(arguments) != len(declared.arguments):
        names = ", ".join(argument.name for argument in declared.arguments)
        message = f"{operation} takes {len(declared.arguments)} arguments ({names}), not {len(arguments)}"
        raise ValueError(message)
    pairs = zip(arguments, declared.arguments, strict=True)
    inside = tuple(canonical(_array(each, number_format.dtype), argument.shape, settled) for each, argument in pairs)
    case = Case(operation, format, "exact" if exact else "ordinary", inside, dict(keywords or {}))
    return Examiner(Given(answer, settled), settled).value(case)


def _known(name: str, table: Mapping[str, Any], kind: str) -> Any:  # noqa: ANN401 - the table's values
    if name not in table:
        message = f"{name!r} is not {kind}; choose from {', '.join(table)}"
        raise ValueError(message)
    return table[name]


def _array(argument: Any, dtype: np.dtype[Any]) -> Any:  # noqa: ANN401 - whatever an operation takes
    if isinstance(argument, np.ndarray) and argument.dtype != dtype:
        message = f"an argument has dtype {argument.dtype}, and the format asked for is {dtype}"
        raise ValueError(message)
    if isinstance(argument, list) and argument and not isinstance(argument[0], np.ndarray | Network):
        return np.array(argument, dtype=np.float64).astype(dtype)
    return argument
