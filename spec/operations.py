"""The operations an implementation may offer, read from ``operations.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

REGIMES = ("exact", "ordinary", "wide", "extreme", "special")
"""The five regimes of clause ``accuracy.regimes``, in the order in which they are run."""

ELEMENTWISE = "any"
"""The shape of the arguments and results of an elementwise operation."""


@dataclass(frozen=True)
class Argument:
    """One positional or keyword argument of an operation."""

    name: str
    """Its name in the text."""
    shape: str
    """Its shape, in the words that ``operations.toml`` explains."""
    domain: str
    """Where its values are drawn."""


@dataclass(frozen=True)
class Result:
    """One array (or list of arrays) of an answer."""

    name: str
    """Its name in the text."""
    shape: str
    """Its shape, in the words that ``operations.toml`` explains."""


@dataclass(frozen=True)
class Operation:
    """One function that a target may offer."""

    name: str
    """The name of the function."""
    summary: str
    """What it computes, in a line."""
    clause: str
    """The clause that states its value."""
    arguments: tuple[Argument, ...]
    """Positional arguments, in order."""
    keywords: tuple[Argument, ...]
    """Arguments passed by keyword."""
    results: tuple[Result, ...]
    """What comes back: one result alone, or a sequence of several in this order."""
    conventions: tuple[str, ...]
    """The conventions that rule it."""
    regimes: tuple[str, ...]
    """The regimes in which it is examined."""

    @property
    def is_elementwise(self) -> bool:
        """Whether each entry of the answer depends on one entry of each argument."""
        return self.arguments[0].shape == ELEMENTWISE


@cache
def operations() -> Mapping[str, Operation]:
    """Every operation by its name, in the order of the text."""
    text = resources.files(__package__).joinpath("operations.toml").read_text(encoding="utf-8")
    document = tomllib.loads(text)["operations"]
    return MappingProxyType({name: _operation(name, facts) for name, facts in document.items()})


def _operation(name: str, facts: Mapping[str, Any]) -> Operation:
    return Operation(
        name=name,
        summary=facts["summary"],
        clause=facts["clause"],
        arguments=tuple(Argument(**each) for each in facts["arguments"]),
        keywords=tuple(Argument(shape="scalar", **each) for each in facts.get("keywords", ())),
        results=tuple(Result(**each) for each in facts["results"]),
        conventions=tuple(facts["conventions"]),
        regimes=tuple(facts["regimes"]),
    )
