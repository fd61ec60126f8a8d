"""What every test may count on: the repository, one numeric thread, the same examples on every machine."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from hypothesis import settings

REPOSITORY = Path(__file__).resolve().parent.parent

# `python -m pytest` puts the checkout on the path. From there pytest, asking what a module of tests/spec is
# called, would import the folder spec as a package of that name.
sys.path[:] = [entry for entry in sys.path if Path(entry).resolve() != REPOSITORY]

# Before NumPy is imported, which reads them once. Two BLAS threads beside pytest-xdist's workers spin
# against one another and take up to twenty times as long as one.
for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")

# No deadline: the oracle doubles its precision until it can decide, so examples differ in time by nature.
# The same examples on every machine: a test rules on a change, `gradspec run` is what explores.
settings.register_profile("gradspec", deadline=None, database=None, derandomize=True)
settings.load_profile("gradspec")


@pytest.fixture(scope="session")
def repository() -> Path:
    """The folder of the checkout."""
    return REPOSITORY
