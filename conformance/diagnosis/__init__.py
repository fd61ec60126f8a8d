"""What a failing implementation behaves like: a dictionary of causes, each held against every recorded answer."""

from __future__ import annotations

from .diagnosing import Diagnosis, Listed, diagnosed

__all__ = ["Diagnosis", "Listed", "diagnosed"]
