"""What goes wrong with vectors and answers."""

from __future__ import annotations


class VectorsError(ValueError):
    """Vectors that are not there or not whole, or answers that are none to them: the caller's fault."""
