"""The cases that a process asks at the moment, on disk before they are asked."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from ..encoding import encoded_case

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ..case import Case


class InFlight:
    """A file beside the ``journal`` of a run, one for each process that asks; it is called with the cases."""

    def __init__(self, journal: Path) -> None:
        self._file = journal.with_name(f"{journal.name}.asking.{os.getpid()}").open("w", encoding="utf-8")

    def __call__(self, cases: Sequence[Case]) -> None:
        """These are asked next, or none is."""
        self._file.seek(0)
        self._file.write(json.dumps([encoded_case(case) for case in cases]))
        self._file.truncate()
        self._file.flush()

    def close(self) -> None:
        """Nothing is asked any more."""
        self._file.close()
