"""What the tests of whole runs and of pages share: true values and envelopes, and a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gradspec.conformance.checks.memory import Memory
from tests.conformance.browsing import Visits, chromium

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser


@pytest.fixture(scope="session")
def memory() -> Memory:
    """What the oracle said to the tests before."""
    return Memory()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium without a head; skips where it is missing."""
    with chromium() as running:
        yield running


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visits]:
    """Opens a file in the browser; afterwards no page may have asked for anything or reported an error."""
    visits = Visits(browser)
    yield visits
    misdeeds = visits.misdeeds
    visits.close()
    assert misdeeds == []
