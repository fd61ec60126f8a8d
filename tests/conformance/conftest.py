"""What the tests of whole runs share: true values and envelopes of the cases that they all meet."""

from __future__ import annotations

import pytest

from gradspec.conformance.checks.memory import Memory


@pytest.fixture(scope="session")
def memory() -> Memory:
    """What the oracle said to the tests before."""
    return Memory()
