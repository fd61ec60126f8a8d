"""Mutations of calls, of attributes, and of which variable is meant."""

from __future__ import annotations

import ast
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .site import Function, Site

CONFUSED: dict[str, tuple[str, ...]] = {
    # functions of NumPy
    "exp": ("expm1", "exp2"),
    "log": ("log1p", "log2"),
    "log1p": ("log",),
    "sin": ("cos",),
    "cos": ("sin",),
    "tanh": ("sin", "arctan"),
    "maximum": ("minimum",),
    "minimum": ("maximum",),
    "max": ("min", "sum"),
    "min": ("max",),
    "sum": ("mean", "max"),
    "square": ("abs",),
    "sqrt": ("square",),
    "ones": ("zeros",),
    "zeros": ("ones",),
    "ones_like": ("zeros_like",),
    "zeros_like": ("ones_like",),
    "eye": ("ones",),
    "isnan": ("isinf", "isfinite"),
    "isfinite": ("isnan", "isinf"),
    "ldexp": ("multiply",),
    "all": ("any",),
    "any": ("all",),
    "inf": ("nan",),
    "nan": ("inf",),
    "float64": ("float32",),
    "float32": ("float64", "float16"),
    # parts of the reference
    "values": ("pre_activations",),
    "pre_activations": ("values",),
    "weights": ("bias",),
    "bias": ("weights",),
    "sample_divisor": ("entry_divisor",),
    "entry_divisor": ("sample_divisor",),
    "averaged_over_samples": ("averaged_over_entries",),
    "averaged_over_entries": ("averaged_over_samples",),
    "rows": ("in_out",),
    "in_out": ("rows",),
    "batch": ("weights",),
    "sigmoid": ("softplus",),
    "softmax": ("log_softmax",),
    "relu": ("softplus",),
}
"""Names of functions and attributes, and for what each is mistaken."""


def attribute(site: Site) -> Iterator[ast.AST]:
    """A function or an attribute is mistaken for another, or a transposition is forgotten."""
    match site.node:
        case ast.Attribute(value=value, attr="T", ctx=ast.Load()):
            yield value
        case ast.Attribute(value=value, attr=name, ctx=ast.Load()):
            for other in CONFUSED.get(name, ()):
                yield ast.Attribute(value, other, ast.Load())


def call(site: Site) -> Iterator[ast.AST]:
    """A function is not applied: its first argument stands for its value; a method leaves its object as it is."""
    match site.node:
        case ast.Call(args=[ast.Starred(), *_]):
            return
        case ast.Call(func=ast.Attribute(value=value, attr="astype" | "reshape")):
            yield value
        case ast.Call(args=[first, *_]):
            yield first


def arguments(site: Site) -> Iterator[ast.AST]:
    """Two neighbouring arguments of a call change places."""
    match site.node:
        case ast.Call(func=ast.Name(id="isinstance" | "hasattr" | "getattr")):
            return
        case ast.Call(func=function, args=given, keywords=keywords):
            for first, second in pairwise(range(len(given))):
                exchanged = list(given)
                exchanged[first], exchanged[second] = given[second], given[first]
                yield ast.Call(function, exchanged, keywords)


def keyword(site: Site) -> Iterator[ast.AST]:
    """A keyword of a call is left out."""
    match site.node:
        case ast.Call(func=function, args=given, keywords=keywords):
            for index, each in enumerate(keywords):
                if each.arg not in {None, "strict"}:
                    yield ast.Call(function, given, [*keywords[:index], *keywords[index + 1 :]])


def variable(site: Site) -> Iterator[ast.AST]:
    """A parameter is mistaken for the next one of the same type."""
    if not isinstance(site.node, ast.Name) or not isinstance(site.node.ctx, ast.Load):
        return
    for function in reversed(site.functions):
        alike = _parameters_like(function, site.node.id)
        if len(alike) > 1:
            following = alike[(alike.index(site.node.id) + 1) % len(alike)]
            yield ast.Name(following, ast.Load())
        if alike:
            return


def _parameters_like(function: Function, name: str) -> list[str]:
    """The parameters of the type of the one called ``name``, that one included; none where it is no parameter."""
    types = {each.arg: ast.unparse(each.annotation) for each in function.args.args if each.annotation is not None}
    return [other for other, its_type in types.items() if its_type == types[name]] if name in types else []
