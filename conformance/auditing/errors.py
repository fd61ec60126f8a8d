"""The one exception of a bundle that cannot be judged."""

from __future__ import annotations


class BundleError(ValueError):
    """A bundle that is not what the layout demands: the fault of whoever recorded it, or of the file."""
