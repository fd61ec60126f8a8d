"""A bundle from the parameters and gradients of a JAX program."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

import numpy as np

from ....spec.conventions import profile
from ..errors import BundleError
from ..making import from_arrays

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ..bundle import Bundle

    FloatArray = np.ndarray[Any, np.dtype[Any]]

WEIGHTS = ("kernel", "weight", "weights", "W", "w")
"""The keys under which a layer may keep its weights."""

BIASES = ("bias", "b")
"""The keys under which it may keep its bias."""


def from_jax(
    params: Any,
    grads: Any,
    x: Any,
    y: Any,
    *,
    activations: Sequence[str],
    loss: str,
    slopes: Sequence[float | None] | None = None,
    output: Any = None,
    cost: Any = None,
    conventions: Mapping[str, object] | None = None,
) -> Bundle:
    """
    The step whose ``grads = jax.grad(cost)(params)``.

    ``params`` and ``grads`` have one pair (weights, bias) a layer, as a tuple or as a mapping with the keys ``kernel``
    and ``bias`` (or ``W`` and ``b``), in a sequence or, as Flax keeps them, in a mapping in the order of the layers;
    x has shape ``(N, n_0)``, y ``(N, n_L)``. ``conventions`` go over those of the profile ``jax``, under which weights
    are in by out and the squared error is the mean of the squares.
    """
    arrays: dict[str, FloatArray] = {"x": np.asarray(x), "y": np.asarray(y)}
    for prefix, tree in (("", params), ("d", grads)):
        for number, (weights, bias) in enumerate(_pairs(tree, "grads" if prefix else "params"), start=1):
            arrays |= {f"{prefix}W{number}": np.asarray(weights), f"{prefix}b{number}": np.asarray(bias)}
    optional = {"output": output, "cost": cost}
    arrays |= {name: np.asarray(value) for name, value in optional.items() if value is not None}
    return from_arrays(
        arrays,
        activations=activations,
        slopes=slopes,
        loss=loss,
        conventions=dict(profile("jax").values) | dict(conventions or {}),
        origin=_origin(),
    )


def _origin() -> str:
    try:
        return f"jax {version('jax')}"
    except PackageNotFoundError:
        return "jax"


def _pairs(tree: Any, name: str) -> list[tuple[Any, Any]]:
    if isinstance(tree, dict) and set(tree) == {"params"}:
        tree = tree["params"]
    layers: Iterable[Any] = tree.values() if hasattr(tree, "values") else tree
    return [_pair(layer, f"{name}, layer {number}") for number, layer in enumerate(layers, start=1)]


def _pair(layer: Any, name: str) -> tuple[Any, Any]:
    if hasattr(layer, "keys"):
        keys = [next((key for key in wanted if key in layer), None) for wanted in (WEIGHTS, BIASES)]
        if None in keys:
            message = f"{name} has the keys {list(layer)}; one of {WEIGHTS} and one of {BIASES} was expected"
            raise BundleError(message)
        return layer[keys[0]], layer[keys[1]]
    pair = tuple(layer)
    if len(pair) != 2:  # noqa: PLR2004 - a pair
        message = f"{name} has {len(pair)} arrays, and weights and a bias were expected"
        raise BundleError(message)
    return pair
