"""The reference adapter: the stable form of every clause, in NumPy, under any conventions."""

from __future__ import annotations

from .target import Reference as Reference
