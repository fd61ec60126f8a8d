"""Implementations that are right and differ from one another: the suite must flag none of them."""

from __future__ import annotations

from .variant import Variant, Varied

VARIANTS: tuple[Variant, ...] = ()
"""All of them."""

__all__ = ["VARIANTS", "Variant", "Varied"]
