"""Causes that are right answers to another question: another convention, one form alone, another operation."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from ...oracle.alterations import Alteration
from ...oracle.propositions import DEFINITION, PROPOSITIONS, stable_forms
from ...spec import shapes
from ...spec.clauses import clauses
from ...spec.conventions import conventions as known_conventions
from ...spec.operations import operations
from ..layout import expected_shapes
from ..strategies.hazardous import default_keywords
from .cause import Cause

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ...oracle.alterations import Instead
    from ...oracle.arithmetic.protocol import Formula
    from ...spec.conventions import Conventions
    from ...spec.operations import Argument, Operation
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
    """Every other operation of such arguments and results; where only their axes agree, as far as their lengths do."""
    for other in operations().values():
        if other.name != operation.name and _is_compatible(other, operation):
            condition = "" if _shapes(other) == _shapes(operation) else "where the shapes permit it, "
            words = f"{condition}{other.name}: {other.summary}"
            yield Cause(f"operation {other.name}", words, case=partial(_asked_for, other))


def _shapes(operation: Operation) -> tuple[int, list[str]]:
    """The number of arguments, and the shapes of them and of the results."""
    return len(operation.arguments), _words_of(operation)


def _words_of(operation: Operation, arguments: Iterable[Argument] | None = None) -> list[str]:
    """The shapes of the arguments, in the order of ``arguments`` where that is another one, and of the results."""
    given = operation.arguments if arguments is None else arguments
    return [*(each.shape for each in given), *(each.shape for each in operation.results)]


def _matched(other: Operation, operation: Operation) -> tuple[Argument, ...]:
    """The arguments of ``other`` in the order of those of ``operation``, by their names where these are the same."""
    by_name = {argument.name: argument for argument in other.arguments}
    names = [argument.name for argument in operation.arguments]
    return tuple(by_name[name] for name in names) if by_name.keys() == set(names) else other.arguments


def _is_compatible(other: Operation, operation: Operation) -> bool:
    """Whether one may be asked in place of the other: equal shapes, or numbers of the same kind and as many axes."""
    if _shapes(other) == _shapes(operation):
        return True
    arguments = _matched(other, operation)
    axes, wanted = (list(map(_axes, words)) for words in (_words_of(other, arguments), _words_of(operation)))
    domains = [argument.domain for argument in arguments]
    has_counts = len(arguments) == len(operation.arguments) and None not in axes
    return has_counts and axes == wanted and domains == [argument.domain for argument in operation.arguments]


def _axes(shape: str) -> int | None:
    """How many axes an array of this shape has; None where they are no plain lengths."""
    axes = shapes.axes(shape)
    is_plain = bool(axes) and not shapes.is_batch(shape) and all(axis in PLAIN for axis in axes)
    return len(axes) if is_plain else None


PLAIN = ("m", "n", "k")
"""Axes whose length is free."""


def _keywords(operation: Operation) -> set[str]:
    return {keyword.name for keyword in operation.keywords}


def _asked_for(other: Operation, case: Case) -> Case:
    """The same question to another operation, its further keywords as they are by default; itself where it is none."""
    defaults = default_keywords(other, case.format_name)
    keywords = defaults | {name: value for name, value in case.keywords.items() if name in _keywords(other)}
    matched = [argument.name for argument in _matched(other, case.declaration)]
    given = dict(zip(matched, case.arguments, strict=True))
    arguments = tuple(given[argument.name] for argument in other.arguments)
    asked = replace(case, operation=other.name, arguments=arguments, keywords=keywords)
    is_same = _shapes(other) == _shapes(case.declaration)
    return asked if is_same or (_is_consistent(asked) and _answered(asked) == _answered(case)) else case


def _is_consistent(case: Case) -> bool:
    """Whether each name of an axis is one length, whatever argument it is read off."""
    lengths = [
        pair
        for argument, value in zip(case.declaration.arguments, case.arguments, strict=True)
        for pair in zip(shapes.axes(argument.shape), np.shape(value), strict=True)
    ]
    return all(dict(lengths)[name] == length for name, length in lengths)


def _answered(case: Case) -> list[tuple[int, ...]]:
    """The shapes of the answer."""
    return [shape for _, _, shape in expected_shapes(case.declaration, case.arguments)]
