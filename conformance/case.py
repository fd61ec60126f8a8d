"""A case: one operation at exact inputs, drawn once and judged from then on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..spec.formats import FORMATS
from ..spec.operations import operations

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..spec.formats import Format
    from ..spec.operations import Operation


@dataclass(frozen=True, eq=False)
class Case:
    """The inputs of one call, in the canonical layout: samples are columns, weights are (out, in)."""

    operation: str
    """The name of the operation."""
    format_name: str
    """The format of its arrays."""
    regime: str
    """The regime it was drawn in."""
    arguments: tuple[Any, ...]
    """Positional arguments: NumPy arrays of the format, networks of such arrays, floats, ints and names."""
    keywords: Mapping[str, float] = field(default_factory=dict)
    """Keyword arguments, floats that the format represents."""
    hazards: frozenset[str] = frozenset()
    """What makes the case hard, by the names of ``hazards.py``, as far as it was constructed on purpose."""

    @property
    def number_format(self) -> Format:
        """The format of its arrays."""
        return FORMATS[self.format_name]

    @property
    def declaration(self) -> Operation:
        """The operation as ``operations.toml`` declares it."""
        return operations()[self.operation]
