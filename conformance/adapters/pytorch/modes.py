"""The ways in which PyTorch runs a function and differentiates it."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import torch
from torch._dynamo import config as dynamo_config
from torch._functorch import config as functorch_config

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from .tensors import Tensor

    Function = Callable[..., Any]

COMPILATIONS = 1 << 20
"""As many compilations of one function as there may be; at PyTorch's limit of 8 it would run eagerly from then on."""


class Mode(Protocol):
    """A way to run functions of tensors and to differentiate them."""

    @property
    def environment(self) -> Mapping[str, str]:
        """What a report says of it."""
        ...

    def value(self, function: Function, *arguments: Any, **keywords: Any) -> Any:
        """What the function answers."""
        ...

    def vjp(self, function: Function, points: Any, upstream: Tensor | None = None) -> Any:
        """
        Vector-Jacobian product of ``function`` at a tensor or a tuple of tensors.

        Where there is no ``upstream``, it is ones. A function that does not depend on a point gives zeros.
        """
        ...

    def jacobian(self, function: Function, points: Any) -> Any:
        """Jacobian of ``function`` at a tensor or a tuple of tensors."""
        ...


def _tuple(points: Any) -> tuple[Tensor, ...]:
    return points if isinstance(points, tuple) else (points,)


def _positions(points: Any) -> int | tuple[int, ...]:
    """By which arguments ``torch.func`` differentiates, so that it answers a tensor for one and a tuple for a tuple."""
    return tuple(range(len(points))) if isinstance(points, tuple) else 0


@dataclass(frozen=True)
class Eager:
    """Functions as they stand, derivatives by the backward passes that training runs."""

    environment = {"derivatives": "torch.autograd.functional", "compilation": "none"}  # noqa: RUF012 -- read, never written

    def value(self, function: Function, *arguments: Any, **keywords: Any) -> Any:
        """What the function answers."""
        return function(*arguments, **keywords)

    def vjp(self, function: Function, points: Any, upstream: Tensor | None = None) -> Any:
        """By one backward pass."""
        if upstream is None:
            upstream = torch.ones_like(function(*_tuple(points)))
        # torch leaves this function and the next untyped.
        return torch.autograd.functional.vjp(function, points, upstream)[1]  # type: ignore[no-untyped-call]

    def jacobian(self, function: Function, points: Any) -> Any:
        """By a backward pass for each entry of the value."""
        return torch.autograd.functional.jacobian(function, points)  # type: ignore[no-untyped-call]


@dataclass(frozen=True)
class Transformed:
    """Functions as they stand, derivatives by the transformations of ``torch.func``."""

    environment = {"derivatives": "torch.func", "compilation": "none"}  # noqa: RUF012 -- read, never written

    def value(self, function: Function, *arguments: Any, **keywords: Any) -> Any:
        """What the function answers."""
        return function(*arguments, **keywords)

    def vjp(self, function: Function, points: Any, upstream: Tensor | None = None) -> Any:
        """By ``torch.func.grad`` where the value is a number and nothing comes from upstream, else by ``vjp``."""
        arguments = _tuple(points)
        value, pull_back = torch.func.vjp(function, *arguments)[:2]
        if upstream is None and value.ndim == 0:
            return torch.func.grad(function, _positions(points))(*arguments)
        pulled = pull_back(torch.ones_like(value) if upstream is None else upstream)
        return pulled if isinstance(points, tuple) else pulled[0]

    def jacobian(self, function: Function, points: Any) -> Any:
        """By ``jacfwd`` where the value has more entries than the points, else by ``jacrev``, as PyTorch advises."""
        arguments = _tuple(points)
        is_tall = function(*arguments).numel() > sum(each.numel() for each in arguments)
        transformation = torch.func.jacfwd if is_tall else torch.func.jacrev
        return transformation(function, _positions(points))(*arguments)


@dataclass(frozen=True)
class Compiled:
    """
    Functions by ``torch.compile``, derivatives by the backward passes that are compiled with them.

    Shapes are dynamic, so that a graph serves tensors of every size but 0 and 1. A graph that cannot be compiled as a
    whole is an error: what PyTorch runs eagerly in between is not what is examined.
    """

    backend: str

    @property
    def environment(self) -> Mapping[str, str]:
        """What a report says of it."""
        return {"derivatives": "torch.autograd.functional", "compilation": f"{self.backend}, dynamic shapes"}

    def value(self, function: Function, *arguments: Any, **keywords: Any) -> Any:
        """What the compiled function answers."""
        with self._settings():
            return self._compiled(function)(*arguments, **keywords)

    def vjp(self, function: Function, points: Any, upstream: Tensor | None = None) -> Any:
        """By one forward and one backward pass of the compiled function."""
        if upstream is None:  # only its shape is asked for, so a second graph need not be compiled
            upstream = torch.ones_like(function(*_tuple(points)))
        with self._settings():
            return Eager().vjp(self._compiled(function), points, upstream)

    def jacobian(self, function: Function, points: Any) -> Any:
        """By a backward pass of the compiled function for each entry of the value."""
        with self._settings():
            return Eager().jacobian(self._compiled(function), points)

    def _compiled(self, function: Function) -> Function:
        """The function compiled; closures that are made of the same code share their graphs."""
        return torch.compile(function, backend=self.backend, dynamic=True, fullgraph=True)

    @contextmanager
    def _settings(self) -> Iterator[None]:
        """What compiles without limit, and keeps what a backward pass needs for the next."""
        without_limit = dynamo_config.patch(
            recompile_limit=COMPILATIONS, accumulated_recompile_limit=COMPILATIONS, fail_on_recompile_limit_hit=True
        )
        with without_limit, functorch_config.patch(donated_buffer=False):
            yield
