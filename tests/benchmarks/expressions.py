"""Every operation that can be put to a checker, and how a target is put to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.benchmarks import of_functions, of_layers, of_networks
from tests.benchmarks.questions import EXPRESSIONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.benchmarks.questions import Expression

__all__ = ["EXPRESSIONS", "expressions_of", "of_functions", "of_layers", "of_networks"]


def expressions_of(offered: Sequence[str]) -> tuple[str, list[Expression]]:
    """
    How a target that offers these operations is put to a checker, and what is wrong in it then.

    ``derivative`` where it offers derivatives, ``value`` where a right derivative stands beside its forward function,
    ``nothing`` where no checker can be asked.
    """
    derivatives = [each for each in EXPRESSIONS if each.operation in offered]
    if derivatives:
        return "derivative", derivatives
    values = list(_first_of_each_forward(offered))
    return ("value", values) if values else ("nothing", [])


def _first_of_each_forward(offered: Sequence[str]) -> Iterator[Expression]:
    seen: set[str] = set()
    for each in EXPRESSIONS:
        if each.forward in offered and each.forward not in seen:
            seen.add(each.forward)
            yield each
