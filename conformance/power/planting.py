"""Planting relative errors into right answers: in every entry or in one, up or down, in one result of several."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..layout import expected_shapes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .recording import Recorded

    FloatArray = np.ndarray[Any, np.dtype[Any]]
    Numbers = np.ndarray[Any, np.dtype[np.float64]]
    Places = np.ndarray[Any, np.dtype[np.bool_]]


@dataclass(frozen=True, eq=False)
class Plant:
    """A right answer, and where errors are planted in it in one manner."""

    arrays: tuple[FloatArray, ...]
    """The right answer."""
    signs: Numbers
    """1, -1 or 0 for each entry of the answer in order: the relative error is multiplied by it."""

    def with_error(self, error: float) -> tuple[FloatArray, ...]:
        """The answer with relative errors of this size, rounded to its format."""
        factors = 1 + self.signs * error
        planted, start = [], 0
        for array in self.arrays:
            part = factors[start : start + array.size].reshape(array.shape)
            with np.errstate(over="ignore"):
                planted.append((array.astype(np.float64) * part).astype(array.dtype))
            start += array.size
        return tuple(planted)


def plants(recorded: Recorded) -> Mapping[str, Plant]:
    """The answer of a case with a place for errors in every manner that it has entries for, by the manner's name."""
    values = np.concatenate([array.astype(np.float64).reshape(-1) for array in recorded.arrays])
    return {
        f"{where}, {direction}": Plant(recorded.arrays, signs)
        for where, places in _places(recorded, values)
        for direction, signs in _directions(places)
    }


def _places(recorded: Recorded, values: Numbers) -> Iterator[tuple[str, Places]]:
    """The entries that a relative error changes: all of them, those of each result, and single ones."""
    sound = np.isfinite(values) & (values != 0)
    if not sound.any():
        return
    yield "every entry", sound
    results = _results(recorded)
    names = dict.fromkeys(results.tolist())
    for name in names if len(names) > 1 else ():
        if (sound & (results == name)).any():
            yield f"every entry of {name}", sound & (results == name)
    places = np.flatnonzero(sound)
    magnitudes = np.abs(values[places])
    single = {
        "the first entry": places[0],
        "the last entry": places[-1],
        "the largest entry": places[magnitudes.argmax()],
        "the smallest entry": places[magnitudes.argmin()],
    }
    for name, place in single.items():
        yield name, np.arange(values.size) == place


def _results(recorded: Recorded) -> np.ndarray[Any, np.dtype[np.str_]]:
    """The name of the result that each entry of the answer belongs to; the arrays of a list have one name."""
    case = recorded.case
    expected = expected_shapes(case.declaration, case.arguments)
    names = [name.partition("[")[0] for name, _, _ in expected]
    return np.repeat(names, [array.size for array in recorded.arrays])


def _directions(places: Places) -> Iterator[tuple[str, Numbers]]:
    """Errors away from 0, towards 0, and, where there are several, in turn."""
    yield "up", places.astype(np.float64)
    yield "down", -places.astype(np.float64)
    if places.sum() > 1:
        signs = places.astype(np.float64)
        signs[np.flatnonzero(places)[1::2]] = -1
        yield "up and down in turn", signs
