"""Every mutation operator by its name, in the order in which they are tried at a site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import calls, expressions, statements

if TYPE_CHECKING:
    import ast
    from collections.abc import Callable, Iterator, Mapping

    from .site import Site

    Operator = Callable[[Site], Iterator[ast.AST]]

_IN_ORDER: tuple[Operator, ...] = (
    expressions.arithmetic,
    expressions.operand,
    expressions.order,
    expressions.unary,
    expressions.sign,
    expressions.comparison,
    expressions.connective,
    expressions.constant,
    expressions.subscript,
    expressions.index,
    expressions.choice,
    calls.attribute,
    calls.call,
    calls.arguments,
    calls.keyword,
    calls.variable,
    statements.condition,
    statements.deletion,
    statements.returned,
    statements.repetition,
    statements.case,
    statements.decorator,
)

OPERATORS: Mapping[str, Operator] = {operator.__name__: operator for operator in _IN_ORDER}
"""Each gives the nodes that may stand in place of the node of a site; where it does not apply, none."""
