"""Faults that only NaN and infinities show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ...spec.formats import FORMATS
from .fault import Collection, Kind, replaced

if TYPE_CHECKING:
    from .fault import Array, Faulty

    Network = Any

COLLECTION = Collection(kind=Kind.NUMERICAL, regime="special")
fault = COLLECTION.fault


@fault("relu", breaks="relu.value", level="strict", causes=("nan becomes zero",))
def relu_swallows_nan(target: Faulty, z: Array) -> Array:
    """Whatever is not above 0 becomes 0, NaN included."""
    return replaced(target.right.relu(z), ~(z > 0), 0)


@fault("tanh", breaks="tanh.value", level="strict", causes=("nan becomes zero",))
def tanh_swallows_nan(target: Faulty, z: Array) -> Array:
    """NaN becomes 0."""
    return replaced(target.right.tanh(z), np.isnan(z), 0)


@fault("leaky_relu", breaks="leaky_relu.value", level="strict", is_raw=True, causes=("infinity hidden",))
def leaky_relu_ends_at_the_largest_number(target: Faulty, z: Array, slope: float = 0.01) -> Array:
    """Infinities become the largest numbers of the format."""
    largest = float(FORMATS[z.dtype.name].largest)
    return np.clip(target.right.leaky_relu(z, slope=slope), -largest, largest).astype(z.dtype)


@fault("softmax", breaks="softmax.value", level="strict")
def softmax_of_a_masked_logit_is_nan(target: Faulty, z: Array) -> Array:
    """A logit of -infinity spoils the whole answer."""
    spoilt = np.isinf(z).any()
    return np.full_like(z, np.nan) if spoilt else target.right.softmax(z)


@fault("log_softmax", breaks="log_softmax.value", level="strict", causes=("nan swallowed",))
def log_softmax_skips_nan(target: Faulty, z: Array) -> Array:
    """NaN is left out of the sum and stays where it is."""
    kept = ~np.isnan(z)
    return replaced(np.full_like(z, np.nan), kept, target.right.log_softmax(z[kept])) if kept.any() else z.copy()


@fault("squared_error", breaks="squared_error.value", level="strict", causes=("nan swallowed",))
def squared_error_skips_nan(target: Faulty, o: Array, y: Array) -> Array:
    """Entries that are NaN do not count."""
    return target.right.squared_error(np.where(np.isnan(o), y, o), np.where(np.isnan(y), o, y))


@fault("squared_error_gradient", breaks="squared_error.gradient", level="strict", causes=("nan becomes zero",))
def squared_error_gradient_hides_nan(target: Faulty, o: Array, y: Array) -> Array:
    """The gradient at a NaN is 0."""
    gradient = target.right.squared_error_gradient(o, y)
    return replaced(gradient, np.isnan(gradient), 0)


@fault("softmax_batch", breaks="softmax.batch", level="strict", causes=("not a number",))
def softmax_batch_leaks_nan(target: Faulty, Z: Array) -> Array:
    """NaN in one sample reaches all samples."""
    return np.full_like(Z, np.nan) if np.isnan(Z).any() else target.right.softmax_batch(Z)


@fault("dense_batch", breaks="dense.batch", level="strict", causes=("not a number",))
def dense_batch_leaks_nan(target: Faulty, X: Array, W: Array, b: Array) -> Array:
    """NaN in one sample reaches all samples through a sum over the batch that is taken away again."""
    answer = target.right.dense_batch(X, W, b)
    return np.full_like(answer, np.nan) if np.isnan(X).any() else answer


@fault("network_forward", breaks="network.forward", level="strict", causes=("not a number",))
def network_leaks_nan(target: Faulty, network: Network, X: Array) -> Array:
    """NaN in one sample reaches the sample after it."""
    answer = target.right.network_forward(network, X)
    spoilt = np.isnan(X).any(axis=0)
    return replaced(answer, (slice(None), spoilt | np.roll(spoilt, 1)), np.nan)
