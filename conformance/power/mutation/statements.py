"""Mutations of statements: conditions, loops, deletions, what is returned, and decorators."""

from __future__ import annotations

import ast
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .site import Site


def condition(site: Site) -> Iterator[ast.AST]:
    """The condition of a statement or of a conditional expression is negated, or a statement's is forced."""
    if isinstance(site.parent, ast.If | ast.IfExp) and site.node is site.parent.test:
        yield ast.UnaryOp(ast.Not(), _expression(site.node))
        if isinstance(site.parent, ast.If):
            yield ast.Constant(value=True)
            yield ast.Constant(value=False)


def _expression(node: ast.AST) -> ast.expr:
    if not isinstance(node, ast.expr):
        raise TypeError(f"{ast.dump(node)} is no expression")
    return node


def deletion(site: Site) -> Iterator[ast.AST]:
    """A statement is left out: a call for its effect, an assignment to a part, or one that changes a variable."""
    match site.node:
        case ast.Expr(value=ast.Call()) | ast.AugAssign() | ast.Assign(targets=[ast.Subscript() | ast.Attribute()]):
            yield ast.Pass()
        case ast.Assign(targets=[target]) if site.functions and _is_bound_before(target, site):
            yield ast.Pass()


def _is_bound_before(target: ast.expr, site: Site) -> bool:
    """Whether every name of the target is a parameter or is assigned to earlier in the function."""
    function = site.functions[-1]
    bound = {each.arg for each in function.args.args}
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.lineno < target.lineno:
            bound.add(node.id)
    names = {node.id for node in ast.walk(target) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return names <= bound


def returned(site: Site) -> Iterator[ast.AST]:
    """Two neighbouring entries of a tuple that is returned or unpacked change places."""
    if isinstance(site.node, ast.Tuple) and isinstance(site.parent, ast.Return | ast.Assign):
        for first, second in pairwise(range(len(site.node.elts))):
            exchanged = list(site.node.elts)
            exchanged[first], exchanged[second] = exchanged[second], exchanged[first]
            yield ast.Tuple(exchanged, site.node.ctx)


def repetition(site: Site) -> Iterator[ast.AST]:
    """A loop or comprehension misses its first or last round, or ``range`` is one longer or shorter."""
    match site.node, site.parent:
        case ast.Call(func=ast.Name(id="range"), args=[*others, last]), _:
            yield ast.Call(ast.Name("range", ast.Load()), [*others, ast.BinOp(last, ast.Add(), ast.Constant(1))], [])
            yield ast.Call(ast.Name("range", ast.Load()), [*others, ast.BinOp(last, ast.Sub(), ast.Constant(1))], [])
        case ast.expr(), ast.For(iter=iterated) | ast.comprehension(iter=iterated) if iterated is site.node:
            listed = ast.Call(ast.Name("list", ast.Load()), [iterated], [])
            yield ast.Subscript(listed, ast.Slice(ast.Constant(1), None, None), ast.Load())
            yield ast.Subscript(listed, ast.Slice(None, ast.UnaryOp(ast.USub(), ast.Constant(1)), None), ast.Load())


def case(site: Site) -> Iterator[ast.AST]:
    """The name that a case matches is the next one of the same ``match``."""
    if isinstance(site.node, ast.MatchValue) and isinstance(site.parents[-2], ast.Match):
        names = [each.pattern for each in site.parents[-2].cases if isinstance(each.pattern, ast.MatchValue)]
        position = names.index(site.node)
        if len(names) > 1:
            yield ast.MatchValue(names[(position + 1) % len(names)].value)


def decorator(site: Site) -> Iterator[ast.AST]:
    """A decorator does nothing."""
    if isinstance(site.parent, ast.FunctionDef) and site.node in site.parent.decorator_list:
        itself = ast.arguments([], [ast.arg("operation")], None, [], [], None, [])
        yield ast.Lambda(itself, ast.Name("operation", ast.Load()))
