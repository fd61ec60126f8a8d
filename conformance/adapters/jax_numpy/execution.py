"""How JAX runs an operation: in which precision it counts, and whether it compiles."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import jax
import jax.experimental

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


_HOME: Any = jax if hasattr(jax, "enable_x64") else jax.experimental
"""Where the context of 64-bit numbers stands: older versions of JAX have it among what is experimental."""


@dataclass(frozen=True)
class Execution:
    """
    The settings of JAX under which an operation is run.

    They hold for the call alone: targets with different settings live side by side in one process, and what the
    process has set for itself is neither used nor changed.
    """

    x64: bool
    """Whether JAX has 64-bit numbers; without them it answers float64 in float32."""

    jitted: bool = False
    """Whether the operation is compiled as a whole by ``jax.jit``, else each of its steps by itself."""

    @property
    def environment(self) -> Mapping[str, str]:
        """What a report says of these settings."""
        return {
            "backend": jax.default_backend(),
            "x64": "on" if self.x64 else "off",
            "jit": "every operation" if self.jitted else "off",
        }

    def run(
        self, operation: Callable[..., Any], target: object, arguments: Sequence[Any], keywords: Mapping[str, float]
    ) -> Any:
        """The answer of ``operation``, a method of ``target``, on JAX arrays."""
        run = compiled(operation, static_positions(arguments)) if self.jitted else operation
        return run(target, *arguments, **keywords)

    def enter(self) -> Any:
        """The context in which arrays are made and operations run."""
        return _HOME.enable_x64(self.x64)


def static_positions(arguments: Sequence[Any]) -> tuple[int, ...]:
    """Where names and numbers of layers stand, behind the target; they are no numbers to compute with."""
    return tuple(position for position, argument in enumerate(arguments, 1) if isinstance(argument, str | int))


@functools.cache
def compiled(operation: Callable[..., Any], static: tuple[int, ...]) -> Callable[..., Any]:
    """The operation under ``jax.jit``, which compiles it anew for each shape, dtype and static argument."""
    return jax.jit(operation, static_argnums=(0, *static))
