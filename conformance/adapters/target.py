"""A target as the suite sees it: an identity, what it declares, and calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Mapping


@runtime_checkable
class Target(Protocol):
    """An implementation under test."""

    @property
    def name(self) -> str:
        """By which the report calls it."""
        ...

    @property
    def version(self) -> str:
        """Of the implementation, empty where it does not say."""
        ...

    @property
    def formats(self) -> tuple[str, ...]:
        """The formats that it declares."""
        ...

    @property
    def conventions(self) -> Mapping[str, object]:
        """The conventions that it declares."""
        ...

    @property
    def environment(self) -> Mapping[str, str]:
        """What it says of the device, threads and flags it runs with."""
        ...

    def offers(self, operation: str) -> bool:
        """Whether it has a function of that name."""
        ...

    def call(self, operation: str, arguments: list[Any], keywords: dict[str, float], format_name: str) -> Any:
        """Its answer; raises NotImplementedError where it does not support the case."""
        ...

    def close(self) -> None:
        """Let go of what it holds."""
        ...
