"""The door through which every bundle comes: from arrays by name, and from files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ...spec.conventions import resolve
from . import checking, files
from .bundle import Bundle
from .errors import BundleError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from ...spec.conventions import Conventions

    FloatArray = np.ndarray[Any, np.dtype[Any]]

FACTS = ("gradspec", "activations", "slopes", "loss", "conventions", "format", "origin")
"""The keys of the JSON object of a file."""


def from_arrays(  # noqa: PLR0913 - a step has so many parts, and all but the first are keywords
    arrays: Mapping[str, Any],
    *,
    activations: Sequence[str],
    loss: str,
    slopes: Sequence[float | None] | None = None,
    conventions: Mapping[str, object] | None = None,
    number_format: str | None = None,
    origin: str = "",
) -> Bundle:
    """
    The bundle of ``arrays``: ``W1``, ``b1``, ``dW1``, ``db1``, ..., ``x``, ``y``, perhaps ``output`` and ``cost``.

    Shapes follow the conventions, those of the specification where none are given. Labels of the categorical
    cross-entropy may be one whole number a sample, its class. Raises :class:`BundleError`, which names what does not
    fit, what was found, and what was expected.
    """
    settled_slopes = checking.known_facts(activations, slopes, loss)
    settled = resolve(checking.known_conventions(conventions or {}))
    declared = None if number_format is None else checking.known_format(number_format)
    given = {name: np.asarray(array) for name, array in arrays.items()}
    checking.require_names(list(given), len(activations))
    given["y"] = _labels(given, loss, settled)
    found = checking.common_format(given, declared)
    checking.require_shapes(given, len(activations), settled)
    checking.require_data(given)
    checking.require_labels(given["y"], loss, settled)
    numbers = range(1, len(activations) + 1)
    return Bundle(
        weights=tuple(given[f"W{number}"] for number in numbers),
        biases=tuple(given[f"b{number}"] for number in numbers),
        x=given["x"],
        y=given["y"],
        weight_gradients=tuple(given[f"dW{number}"] for number in numbers),
        bias_gradients=tuple(given[f"db{number}"] for number in numbers),
        output=given.get("output"),
        cost=given.get("cost"),
        activations=tuple(activations),
        slopes=tuple(settled_slopes),
        loss=loss,
        conventions=settled,
        number_format=found,
        origin=origin,
    )


def read_bundle(path: str | Path, conventions: Mapping[str, object] | None = None) -> Bundle:
    """The bundle of the file at ``path``; ``conventions`` go over those that the file names."""
    arrays, facts = files.read(path)
    for key in facts:
        if key not in FACTS:
            message = f"{path}: {key!r} is no fact of a bundle; known are {', '.join(FACTS)}"
            raise BundleError(message)
    declared = _fact(path, facts, "conventions", dict, {})
    try:
        return from_arrays(
            arrays,
            activations=[str(name) for name in _fact(path, facts, "activations", list, None)],
            loss=_fact(path, facts, "loss", str, None),
            slopes=_fact(path, facts, "slopes", list, []) or None,
            conventions=declared | dict(conventions or {}),
            number_format=_fact(path, facts, "format", str, "") or None,
            origin=_fact(path, facts, "origin", str, ""),
        )
    except BundleError as error:
        message = f"{path}: {error}"
        raise BundleError(message) from error


def _fact(path: str | Path, facts: Mapping[str, Any], key: str, kind: type, default: Any) -> Any:  # noqa: ANN401 - a value of JSON
    value = facts.get(key, default)
    if value is None:
        message = f"{path}: the JSON object lacks {key!r}"
        raise BundleError(message)
    if not isinstance(value, kind):
        message = f"{path}: {key} is {value!r}, and a {_JSON[kind]} was expected"
        raise BundleError(message)
    return value


_JSON: Mapping[type, str] = {dict: "JSON object", list: "JSON list", str: "text"}


def _labels(arrays: Mapping[str, FloatArray], loss: str, conventions: Conventions) -> FloatArray:
    """The labels in the format of the batch: whole numbers as such, one a sample as one-hot vectors."""
    y, x = arrays["y"], arrays["x"]
    if y.dtype.kind not in "iu":
        return y
    if y.ndim != 1 or loss != "categorical_cross_entropy":
        return y.astype(x.dtype)
    last = max((name for name in arrays if name.startswith("b")), key=lambda name: int(name[1:]))
    classes = arrays[last].size
    if y.size and not 0 <= y.min() <= y.max() < classes:
        wrong = int(y.min()) if y.min() < 0 else int(y.max())
        message = f"y names the class {wrong}; the last layer has {classes} units, so a class is 0 to {classes - 1}"
        raise BundleError(message)
    one_hot: FloatArray = np.eye(classes, dtype=x.dtype)[y]
    return one_hot if conventions["layout"] == "rows" else one_hot.T
