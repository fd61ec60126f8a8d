"""Causes that are right answers to another question: another convention, one form alone, another operation."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from ...oracle.alterations import Alteration
from ...oracle.propositions import DEFINITION, PROPOSITIONS, stable_forms
from ...spec.clauses import clauses
from ...spec.conventions import conventions as known_conventions
from ...spec.operations import operations
from .cause import Cause

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ...oracle.alterations import Instead
    from ...oracle.arithmetic.protocol import Formula
    from ...spec.conventions import Conventions
    from ...spec.operations import Operation
    from ..case import Case

LAYOUTS = ("layout", "weight_layout")
"""Conventions of how a question is put, not of what the answer is."""

EVERYWHERE = ("subnormals", "intermediates")
"""Conventions that rule whatever is computed."""


ROUNDING = ("matmul_inputs",)
"""Conventions that round more coarsely than the format, and change nothing else: they widen what is admitted."""


def other_conventions(operation: Operation, declared: Conventions) -> Iterator[Cause]:
    """Every other value of every convention that rules the operation and says what is computed."""
    names = dict.fromkeys((*operation.conventions, *EVERYWHERE))
    return _others((name for name in names if name not in (*LAYOUTS, *ROUNDING)), declared)


def coarser_conventions(operation: Operation, declared: Conventions) -> Iterator[Cause]:
    """Every other value of every convention that rules the operation and says how coarsely it is rounded."""
    return _others((name for name in operation.conventions if name in ROUNDING), declared)


def _others(names: Iterable[str], declared: Conventions) -> Iterator[Cause]:
    for name in names:
        for value in known_conventions()[name].values:
            if value != declared[name]:
                sentence = f"{name} = {value}, where {declared[name]} is declared"
                yield Cause(f"convention {name}", sentence, conventions={name: value})


def forms(operation: Operation) -> Iterator[Cause]:
    """Each form that is not a stable one: of the operation itself, of a clause that it is computed from, of all."""
    for name in _weak_forms(operation.clause):
        yield Cause(f"form {name}", _words(operation.clause, name), Alteration(form=name), admits_every_form=True)
    others = [clause for clause in PROPOSITIONS if clause != operation.clause and _weak_forms(clause)]
    for clause in others:
        for name in _weak_forms(clause):
            yield Cause(f"form {name} of {clause}", f"{_words(clause, name)} for {clause}", _by_form(name, clause))
    yield Cause(
        "form of every clause", "every clause by its definition", _by_form(DEFINITION, *others, operation.clause)
    )


def _weak_forms(clause: str) -> list[str]:
    """The forms that MUST admits and SHOULD does not."""
    listed = PROPOSITIONS[clause].forms
    return [name for name in listed if name not in stable_forms(listed)]


def _words(clause: str, name: str) -> str:
    formula = clauses()[clause].forms.get(name, "")
    return f"the form {name}" + (f", {formula}" if formula else "")


def _by_form(name: str, *listed: str) -> Alteration:
    """One form in place of what would be admitted of these clauses."""

    def one(form: Formula) -> Instead:
        return lambda arithmetic, _right, *given, **named: form(arithmetic, *given, **named)

    return Alteration(instead={clause: one(PROPOSITIONS[clause].forms[name]) for clause in listed})


def other_operations(operation: Operation) -> Iterator[Cause]:
    """Every other operation that takes and returns arrays of the same shapes, and no keyword that is not given."""
    for other in operations().values():
        if other.name == operation.name or _signature(other) != _signature(operation):
            continue
        if _keywords(other) <= _keywords(operation):
            asked = partial(_asked_for, other)
            yield Cause(f"operation {other.name}", f"{other.name}: {other.summary}", case=asked)


def _signature(operation: Operation) -> tuple[object, ...]:
    arguments = tuple(argument.shape for argument in operation.arguments)
    return arguments, tuple(result.shape for result in operation.results)


def _keywords(operation: Operation) -> set[str]:
    return {keyword.name for keyword in operation.keywords}


def _asked_for(other: Operation, case: Case) -> Case:
    """The same question to another operation."""
    keywords = {name: value for name, value in case.keywords.items() if name in _keywords(other)}
    return replace(case, operation=other.name, keywords=keywords)
