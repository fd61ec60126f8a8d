"""Where a mutation may be made: the expressions and statements of a module that compute something."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MUTATED_DECORATORS = ("rounded_once",)
"""The decorators that are part of the computation."""

NOT_MUTATED = ("complete",)
"""Functions that refuse bad input and compute nothing; so do those whose names begin with ``_refuse``."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Site:
    """A node of the syntax tree, and what it stands in."""

    node: ast.AST
    """What may be replaced."""
    parents: tuple[ast.AST, ...]
    """What it stands in, from the module inwards."""
    qualified_name: str
    """Of the outermost function it stands in, with its class; empty outside of all."""

    @property
    def parent(self) -> ast.AST:
        """What it stands in immediately."""
        return self.parents[-1]

    @property
    def functions(self) -> tuple[Function, ...]:
        """The functions that it stands in, outermost first."""
        return tuple(each for each in self.parents if isinstance(each, Function))


def sites(tree: ast.Module) -> Iterator[Site]:
    """Every site of the module, in the order of the text."""
    for child in tree.body:
        yield from _sites(child, (tree,), "")


def _sites(node: ast.AST, parents: tuple[ast.AST, ...], name: str) -> Iterator[Site]:
    if _computes_nothing(node):
        return
    if isinstance(node, Function | ast.ClassDef):
        is_method_or_function = not any(isinstance(each, Function) for each in parents)
        inner = f"{name}.{node.name}".lstrip(".") if is_method_or_function else name
        yield from _definition(node, parents, inner)
        return
    yield Site(node, parents, name)
    for child in _children(node):
        yield from _sites(child, (*parents, node), name)


def _definition(node: Function | ast.ClassDef, parents: tuple[ast.AST, ...], name: str) -> Iterator[Site]:
    """The decorators that compute, the defaults of the parameters, and the body."""
    for decorator in node.decorator_list:
        if isinstance(decorator, ast.Name) and decorator.id in MUTATED_DECORATORS:
            yield Site(decorator, (*parents, node), name)
    defaults = [] if isinstance(node, ast.ClassDef) else [*node.args.defaults, *node.args.kw_defaults]
    for child in (*defaults, *node.body):
        if child is not None:
            yield from _sites(child, (*parents, node), name)


def _children(node: ast.AST) -> Iterator[ast.AST]:
    """What stands in the node, without annotations and without the contexts that silence warnings."""
    if isinstance(node, ast.AnnAssign):
        yield from () if node.value is None else (node.value,)
    elif isinstance(node, ast.With):
        yield from node.body
    else:
        yield from ast.iter_child_nodes(node)


def _computes_nothing(node: ast.AST) -> bool:
    """Whether no change of the node is one of the numbers: texts, imports, types, and refusals of bad input."""
    match node:
        case ast.FunctionDef(name=name):
            return name in NOT_MUTATED or name.startswith("_refuse")
        case ast.Expr(value=ast.Call(func=ast.Name(id=called))):
            return called.startswith("_refuse")
        case (
            ast.Import()
            | ast.ImportFrom()
            | ast.Raise()
            | ast.Assert()
            | ast.JoinedStr()
            | ast.Pass()
            | ast.Expr(value=ast.Constant())
            | ast.If(test=ast.Name(id="TYPE_CHECKING"))
            | ast.If(body=[*_, ast.Raise()])
            | ast.AnnAssign(annotation=ast.Name(id="TypeAlias"))
            | ast.Assign(value=ast.Call(func=ast.Name(id="TypeVar")))
            | ast.keyword(arg="strict")
        ):
            return True
    return False
