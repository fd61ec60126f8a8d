"""Whether a mutant gives the bits of the reference on every input of a half format."""

from __future__ import annotations

import warnings
from functools import cache
from typing import TYPE_CHECKING, Any

import ml_dtypes
import numpy as np

from ....spec.operations import operations
from ...adapters.reference import Reference
from .detecting import operations_of
from .questions import equal
from .settings import SETTINGS, settings_of
from .sources import reference_from

if TYPE_CHECKING:
    from .mutant import Mutant

HALF_FORMATS: tuple[Any, ...] = (np.float16, ml_dtypes.bfloat16)
"""The formats of 65,536 numbers."""

PARTNERS = (0.0, 1.0, -1.0, 0.5, -3.0, 0.3, 600.0, -0.0, float("inf"), float("nan"))
"""The values of a second argument that meet every value of the first."""

REQUIRED = {"epsilon"}
"""The keywords without a default."""


def is_identical(mutant: Mutant) -> bool:
    """Whether it touches elementwise operations alone and answers all 65,536 inputs of each half format as they do."""
    touched = operations_of(mutant)
    if not touched or not all(operations()[name].is_elementwise for name in touched):
        return False
    reference = reference_from({mutant.module: mutant.source()})
    return all(
        _same(reference(SETTINGS[setting]), Reference(SETTINGS[setting]), name)
        for name in touched
        for setting in settings_of(name)
    )


def _same(mutant: object, right: object, operation: str) -> bool:
    for half_format in HALF_FORMATS:
        numbers = every_number(half_format)
        for others, keywords in _partners(operation, numbers):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                one = getattr(mutant, operation)(numbers, *others, **keywords)
                other = getattr(right, operation)(numbers, *others, **keywords)
            if not equal(np.asarray(one), np.asarray(other)):
                return False
    return True


@cache
def every_number(half_format: Any) -> np.ndarray[Any, Any]:  # noqa: ANN401 - a dtype of NumPy or of ml_dtypes
    """All bit patterns of a half format, ``(65536,)``."""
    return np.arange(2**16, dtype=np.uint16).view(half_format)


def _partners(operation: str, numbers: np.ndarray[Any, Any]) -> list[tuple[list[Any], dict[str, float]]]:
    """What stands beside every number: arrays of one value; keywords, and none where they have defaults."""
    declared = operations()[operation]
    keywords: list[dict[str, float]] = [{each.name: value for each in declared.keywords} for value in (0.25, 2.0)]
    if not REQUIRED.intersection(each.name for each in declared.keywords):
        keywords.append({})
    others: list[list[Any]] = [[]]
    if len(declared.arguments) > 1:
        others = [[np.full_like(numbers, value)] for value in PARTNERS]
    return [(other, keyword) for other in others for keyword in keywords]
