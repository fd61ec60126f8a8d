"""Mutations of operators, comparisons, constants, subscripts and conditions."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .site import Site

NEIGHBOURS: dict[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub, ast.Mult),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div, ast.Add),
    ast.Div: (ast.Mult,),
    ast.FloorDiv: (ast.Div,),
    ast.Pow: (ast.Mult,),
    ast.MatMult: (ast.Mult,),
    ast.BitAnd: (ast.BitOr,),
    ast.BitOr: (ast.BitAnd,),
}
"""By what a binary operator is replaced."""

ORDERED = (ast.Sub, ast.Div, ast.MatMult, ast.Pow)
"""The operators whose operands cannot change places."""

SHIFTED: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq, ast.LtE, ast.GtE),
    ast.NotEq: (ast.Eq, ast.Lt, ast.Gt),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
"""By what a comparison is replaced: its boundary shifted, and its opposite."""

SLIGHTLY = 1.001
"""A constant is wrong by this factor."""


def arithmetic(site: Site) -> Iterator[ast.AST]:
    """A binary operator becomes a neighbour of it."""
    if isinstance(site.node, ast.BinOp):
        for other in NEIGHBOURS.get(type(site.node.op), ()):
            yield ast.BinOp(site.node.left, other(), site.node.right)
    if isinstance(site.node, ast.AugAssign):
        for other in NEIGHBOURS.get(type(site.node.op), ()):
            yield ast.AugAssign(site.node.target, other(), site.node.value)


def operand(site: Site) -> Iterator[ast.AST]:
    """A binary operation becomes one of its operands: a term or factor is forgotten."""
    if isinstance(site.node, ast.BinOp):
        yield site.node.left
        yield site.node.right


def order(site: Site) -> Iterator[ast.AST]:
    """The operands of an operation that is not commutative change places."""
    if isinstance(site.node, ast.BinOp) and isinstance(site.node.op, ORDERED):
        yield ast.BinOp(site.node.right, site.node.op, site.node.left)


def unary(site: Site) -> Iterator[ast.AST]:
    """A sign or a negation is forgotten."""
    if isinstance(site.node, ast.UnaryOp) and not isinstance(site.node.operand, ast.Constant):
        yield site.node.operand


def sign(site: Site) -> Iterator[ast.AST]:
    """What a function returns has the other sign, entry by entry of a tuple."""
    is_returned = isinstance(site.parent, ast.Return)
    is_entry = isinstance(site.parent, ast.Tuple) and isinstance(site.parents[-2], ast.Return)
    if (is_returned or is_entry) and isinstance(site.node, ast.BinOp | ast.Call | ast.Name | ast.Subscript):
        yield ast.UnaryOp(ast.USub(), site.node)


def comparison(site: Site) -> Iterator[ast.AST]:
    """A comparison has its boundary shifted, or is the opposite."""
    if isinstance(site.node, ast.Compare):
        for index, operator in enumerate(site.node.ops):
            for other in SHIFTED[type(operator)]:
                shifted = [*site.node.ops[:index], other(), *site.node.ops[index + 1 :]]
                yield ast.Compare(site.node.left, shifted, site.node.comparators)


def connective(site: Site) -> Iterator[ast.AST]:
    """``and`` becomes ``or`` and the reverse, or one of the conditions is forgotten."""
    if isinstance(site.node, ast.BoolOp):
        yield ast.BoolOp(ast.Or() if isinstance(site.node.op, ast.And) else ast.And(), site.node.values)
        yield from site.node.values


def constant(site: Site) -> Iterator[ast.AST]:
    """A number becomes another one: the next, the one before, zero or one, half, or slightly wrong."""
    node = site.node
    if not isinstance(node, ast.Constant):
        return
    if isinstance(node.value, bool):
        yield ast.Constant(not node.value)
    elif isinstance(node.value, int):
        yield ast.Constant(node.value + 1)
        yield ast.Constant(node.value - 1)
        if isinstance(site.parent, ast.BinOp) and node.value:
            yield ast.Constant(node.value * SLIGHTLY)
    elif isinstance(node.value, float):
        yield ast.Constant(node.value * SLIGHTLY if node.value else 0.001)
        yield ast.Constant(node.value / 2 if node.value else 1.0)
        yield ast.Constant(1.0 if node.value != 1.0 else 0.0)


def subscript(site: Site) -> Iterator[ast.AST]:
    """A slice loses a bound, begins or ends one later; a step of an index is in ``constant``."""
    node = site.node
    if not isinstance(node, ast.Slice):
        return
    if node.lower is not None:
        yield ast.Slice(None, node.upper, node.step)
    if node.upper is not None:
        yield ast.Slice(node.lower, None, node.step)
    if node.lower is None and node.upper is None:
        yield ast.Slice(ast.Constant(1), None, node.step)
        yield ast.Slice(None, ast.UnaryOp(ast.USub(), ast.Constant(1)), node.step)


def index(site: Site) -> Iterator[ast.AST]:
    """An index that is a name is one more; a subscript with ``np.newaxis`` has its axes exchanged."""
    if not isinstance(site.node, ast.Subscript):
        return
    match site.node.slice:
        case ast.Name():
            after = ast.BinOp(site.node.slice, ast.Add(), ast.Constant(1))
            yield ast.Subscript(site.node.value, after, site.node.ctx)
        case ast.Tuple(elts=[first, second]):
            exchanged = ast.Tuple([second, first], ast.Load())
            yield ast.Subscript(site.node.value, exchanged, site.node.ctx)


def choice(site: Site) -> Iterator[ast.AST]:
    """A conditional expression takes the other branch, or always the same one."""
    if isinstance(site.node, ast.IfExp):
        yield ast.IfExp(site.node.test, site.node.orelse, site.node.body)
        yield site.node.body
        yield site.node.orelse
