"""One training step of a dense network, with a proven radius for every entry."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING
from warnings import warn

from threadpoolctl import threadpool_limits

from ..arithmetic.ball import UnresolvedError, precision
from .backpropagation import backpropagated
from .blas import multiplies_exactly
from .flint_path import FlintProducts
from .inputs import in_float64
from .splitting import SpreadError
from .splitting_path import GUARD_BITS, SplittingProducts
from .sufficiency import is_sufficient, magnitudes_of

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from ...spec.conventions import Conventions
    from ...spec.network import Network
    from .step import Deviations, FloatArray, Step

LARGEST_BITS = 4096
"""Bits beyond which a jump admits all its values and a radius stays as wide as it is."""

LARGEST_BITS_OF_LARGE = 1024
"""The same from :data:`MANY_PRODUCTS` multiply-adds on, where more bits would take minutes."""

MANY_PRODUCTS = 10**6
"""Multiply-adds from which a step counts as large."""

MANY_PARAMETERS = 5_000
"""Weights from which error-free splitting is the faster path at any batch: FLINT converts each of them."""

PATHS = ("flint", "fast")
"""By FLINT's matrices, or by error-free splitting."""


class SlowPathWarning(UserWarning):
    """Error-free splitting was asked for, or would have been the faster path, and FLINT computed instead."""


def certified_step(
    network: Network,
    x: ArrayLike,
    y: ArrayLike,
    conventions: Conventions,
    *,
    bits: int = 113,
    path: str | None = None,
) -> Step:
    """
    Output, cost and gradients of ``network`` at a batch.

    Clauses ``network.forward``, ``network.cost`` and ``network.gradients``. The arrays are those of the canonical
    layout: x of shape ``(n_0, N)``, y of shape ``(n_L, N)``, weights out by in; numbers of any format, taken as they
    stand. Every true value lies within the radius of its entry. What float64 numbers do not reach has an infinite
    radius.

    ``path`` is one of :data:`PATHS`; without it the size decides. Error-free splitting is tried once, at ``bits``: when
    a jump is open, or rows are too far apart for its digits, or a radius is too wide for an audit (see
    ``sufficiency``), FLINT takes over. There precision begins at ``bits`` and is doubled until every radius is narrow
    enough and every jump is decided, up to a cap. Beyond it a jump admits all its values, and what depends on it has a
    wide radius. A path that is named answers as it can, however wide, and if it cannot, FLINT does, with a
    :class:`SlowPathWarning`. Raises ValueError for what is not a network of the specification, or not finite.
    """
    if path is not None and path not in PATHS:
        raise ValueError(f"path={path!r}: it is one of {', '.join(PATHS)}, or None")
    question = _Question(*in_float64(network, x, y), conventions)
    with threadpool_limits(1, "blas"):
        if path == "fast" or (path is None and question.is_faster_split):
            step = _by_splitting(question, bits, is_wanted=path == "fast")
            if step is not None and (path == "fast" or is_sufficient(step, question.magnitudes)):
                return step
        return _by_flint(question, bits)


@dataclass(frozen=True, eq=False)
class _Question:
    """The step that is asked for."""

    network: Network
    x: FloatArray
    y: FloatArray
    conventions: Conventions

    @property
    def is_large(self) -> bool:
        """Whether forward pass and backward pass take :data:`MANY_PRODUCTS` multiply-adds."""
        sizes = [int(layer.weights.size) for layer in self.network.layers]
        return int(self.x.shape[1]) * (3 * sum(sizes) - sizes[0]) >= MANY_PRODUCTS

    @property
    def is_faster_split(self) -> bool:
        """Whether error-free splitting is the faster path."""
        return self.is_large or sum(int(layer.weights.size) for layer in self.network.layers) >= MANY_PARAMETERS

    @cached_property
    def magnitudes(self) -> Deviations:
        """What the radii are held against."""
        return magnitudes_of(self.network, self.x, self.y, self.conventions)


def _by_flint(question: _Question, bits: int) -> Step:
    """The step at as many bits as it takes, from ``bits`` on."""
    network = question.network
    products = FlintProducts(question.x.shape[1], max(layer.weights.shape[0] for layer in network.layers))
    largest = max(bits, LARGEST_BITS_OF_LARGE if question.is_large else LARGEST_BITS)
    while True:
        is_last = bits >= largest
        with precision(bits), suppress(UnresolvedError):
            step = backpropagated(
                products, network, question.x, question.y, question.conventions, admit_both_branches=is_last
            )
            if is_last or is_sufficient(step, question.magnitudes):
                return step
        bits = min(2 * bits, largest)


def _by_splitting(question: _Question, bits: int, *, is_wanted: bool) -> Step | None:
    """The step by error-free splitting, or None where it has no answer, of which one who wanted it is told."""
    if not multiplies_exactly():
        _warn("the float64 matrix product of this machine (BLAS) is not exact on integers below 2^53")
        return None
    products = SplittingProducts(bits)
    try:
        with precision(bits + GUARD_BITS):
            return backpropagated(
                products, question.network, question.x, question.y, question.conventions, admit_both_branches=False
            )
    except UnresolvedError:
        reason = f"at {bits} bits it is open on which side of a kink a pre-activation lies"
    except SpreadError as error:
        reason = str(error)
    if is_wanted:
        _warn(reason)
    return None


def _warn(reason: str) -> None:
    warn(f"no error-free splitting: {reason}; FLINT computes instead", SlowPathWarning, stacklevel=4)
