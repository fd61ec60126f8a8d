"""
Draws that depend on nothing but their seed (clause ``conformance.row``).

Of its own accord Hypothesis mixes into its draws the constants of every module that it takes for the user's own, that
is, of every one outside site-packages. What is drawn would then differ between an editable and an ordinary install,
and change with an edit of the implementation under test. It has no setting that turns this off.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from hypothesis.internal.conjecture import providers

if TYPE_CHECKING:
    from collections.abc import Iterator

_internals: Any = providers
"""Not a public interface of Hypothesis: a test asks of each version whether this still has its effect."""


@contextmanager
def independent_draws() -> Iterator[None]:
    """Inside, Hypothesis draws without a look at the modules that are loaded; outside, as ever."""
    _internals.CONSTANTS_CACHE.cache.clear()
    with patch.object(_internals, "_get_local_constants", _internals.Constants):
        yield
    _internals.CONSTANTS_CACHE.cache.clear()
