"""The precision at which the tests of the oracle compute with balls of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gradspec.oracle.arithmetic.ball import precision
from tests.oracle.evaluating import BITS

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _working_precision() -> Iterator[None]:
    """FLINT's precision is that of the values under test, so that sums of them lose nothing."""
    with precision(BITS):
        yield
