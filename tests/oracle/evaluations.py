"""
Right implementations in NumPy, each evaluating the same clauses in its own manner.

An evaluation is a set of choices: the order in which sums are added, how matrices are multiplied, which of the listed
forms stands for a function, where the factor 1/N goes, and in which format intermediate results are held. Whatever is
chosen, every answer must lie in the MUST envelope.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tests.oracle.computing import Floats, computed

if TYPE_CHECKING:
    from collections.abc import Callable

    from gradspec.spec import Conventions
    from gradspec.spec.formats import Format

# orders of summation: the sum of a one-dimensional array, each partial sum in its format


def by_numpy(terms: Floats) -> Floats:
    """As np.sum does: in pairs, or as the processor likes."""
    return np.sum(terms)


def forwards(terms: Floats) -> Floats:
    """From the first to the last."""
    total = terms[0]
    for term in terms[1:]:
        total = total + term
    return total


def backwards(terms: Floats) -> Floats:
    """From the last to the first."""
    return forwards(terms[::-1])


def pairwise(terms: Floats) -> Floats:
    """Halves of halves."""
    middle = len(terms) // 2
    return terms[0] if middle == 0 else pairwise(terms[:middle]) + pairwise(terms[middle:])


def by_blocks(terms: Floats) -> Floats:
    """Two at a time, then the blocks."""
    return forwards(np.array([forwards(terms[start : start + 2]) for start in range(0, len(terms), 2)]))


def by_kahan(terms: Floats) -> Floats:
    """Forwards, carrying what each addition lost; where that is an infinity, forwards alone."""
    total, lost = terms[0], terms[0] - terms[0]
    for term in terms[1:]:
        corrected = term - lost
        larger = total + corrected
        lost = (larger - total) - corrected
        total = larger
    return forwards(terms) if np.isnan(total) else total


def smallest_first(terms: Floats) -> Floats:
    """By magnitude."""
    return forwards(terms[np.argsort(np.abs(terms.astype(np.float64)))])


def shuffled(terms: Floats) -> Floats:
    """In an order that chance decides."""
    order = list(range(len(terms)))
    random.Random(len(terms)).shuffle(order)  # noqa: S311 - the same order on every machine
    return forwards(terms[order])


def in_float64(terms: Floats) -> Floats:
    """Accumulated in float64 and rounded once, as a wide register does."""
    return np.sum(terms.astype(np.float64)).astype(terms.dtype)


# products of matrices


def by_terms(evaluation: Evaluation, a: Floats, b: Floats) -> Floats:
    """Each entry a sum of rounded products, in the evaluation's order."""
    rows = [[evaluation.add(row * column) for column in b.T] for row in a]
    return np.array(rows, dtype=a.dtype)


def by_matmul(evaluation: Evaluation, a: Floats, b: Floats) -> Floats:
    """As the library does; formats that it does not multiply are widened first."""
    del evaluation
    return _native(a, b, np.matmul)


def by_einsum(evaluation: Evaluation, a: Floats, b: Floats) -> Floats:
    """By the summation convention."""
    del evaluation
    return _native(a, b, lambda left, right: np.einsum("ij,jk->ik", left, right))


def transposed(evaluation: Evaluation, a: Floats, b: Floats) -> Floats:
    """A B as (B^T A^T)^T, which is what code for row vectors computes."""
    return by_matmul(evaluation, np.ascontiguousarray(b.T), np.ascontiguousarray(a.T)).T


def fused(evaluation: Evaluation, a: Floats, b: Floats) -> Floats:
    """Each product exact, each addition to it rounded, as a fused multiply-add does."""
    del evaluation
    wide = np.float64 if a.dtype != np.float64 else np.longdouble
    rows = np.zeros((a.shape[0], b.shape[1]), dtype=a.dtype)
    for inner in range(a.shape[1]):
        rows = (rows.astype(wide) + np.outer(a[:, inner].astype(wide), b[inner].astype(wide))).astype(a.dtype)
    return rows


def _native(a: Floats, b: Floats, product: Callable[[Floats, Floats], Floats]) -> Floats:
    wide = np.float32 if a.dtype.itemsize == 2 else a.dtype  # bfloat16 is no format that NumPy multiplies
    return product(a.astype(wide), b.astype(wide)).astype(a.dtype)


@dataclass(frozen=True)
class Evaluation:
    """One way to evaluate everything; the choices are named after the forms of the clauses."""

    name: str
    """What is particular about it."""
    add: Callable[[Floats], Floats] = by_numpy
    """The sum of a one-dimensional array."""
    product: Callable[[Evaluation, Floats, Floats], Floats] = by_matmul
    """The product of two matrices."""
    bias_first: bool = False
    """Whether a sum begins with the bias."""
    sigmoid: str = "definition"
    """The form of the sigmoid."""
    sigmoid_slope: str = "definition"
    """The form of its derivative."""
    tanh: str = "stable"
    """The form of tanh."""
    tanh_slope: str = "definition"
    """The form of its derivative."""
    softmax: str = "stable"
    """The form of the softmax."""
    jacobian: str = "definition"
    """The form of its Jacobian."""
    loss: str = "definition"
    """Whether losses come from the output or, by a form, from the logits."""
    delta: str = "definition"
    """The form of the last delta."""
    mean: str = "first"
    """Where 1/N goes: into the last delta, after the sums, or to each sample's gradient."""
    tensor: str = "stable"
    """The form of the Jacobians of the output."""
    wider: type[Any] | None = None
    """A format for intermediate results; None for that of the answer."""

    def answer(
        self, operation: str, arguments: tuple[Any, ...], keywords: dict[str, Any], settled: Conventions, target: Format
    ) -> list[Floats]:
        """The arrays of the answer, in the format."""
        dtype = np.dtype(self.wider or target.dtype)
        given = [_cast(argument, dtype) for argument in arguments]
        named = {name: dtype.type(number) for name, number in keywords.items()}
        with np.errstate(all="ignore"):
            arrays = computed(operation, given, named, by=self, settled=settled, dtype=dtype)
            return [np.asarray(array, dtype=dtype).astype(target.dtype) for array in arrays]


def _cast(argument: Any, dtype: np.dtype[Any]) -> Any:
    """Float arrays in that format; networks and everything else as they are."""
    return argument.astype(dtype) if isinstance(argument, np.ndarray) else argument


STABLE: dict[str, Any] = {
    "sigmoid": "stable",
    "sigmoid_slope": "stable",
    "tanh_slope": "stable",
    "jacobian": "stable",
    "loss": "stable",
    "delta": "stable",
}

EVALUATIONS = {
    each.name: each
    for each in (
        Evaluation("as NumPy does"),
        Evaluation("naive", tanh="definition", softmax="definition"),
        Evaluation("stable", **STABLE),
        Evaluation("by tanh", sigmoid="tanh", tanh="sigmoid", tanh_slope="factored", loss="maximum"),
        Evaluation(
            "by exponentials", sigmoid="exponential", tanh="exponential", softmax="log_sum_exp", delta="softplus"
        ),
        Evaluation("from logits", softmax="stable_log_sum_exp", loss="softplus", tensor="forward"),
        Evaluation("unfused", delta="unfused", jacobian="difference", loss="log_sigmoid"),
        Evaluation("unfused, stable functions", **STABLE | {"delta": "unfused"}),
        Evaluation("loops, the bias first", add=forwards, product=by_terms, bias_first=True),
        Evaluation("loops, the bias last", add=forwards, product=by_terms, mean="last"),
        Evaluation("backwards", add=backwards, product=by_terms, bias_first=True, tensor="forward"),
        Evaluation("pairwise", add=pairwise, product=by_terms, mean="per_sample"),
        Evaluation("by blocks", add=by_blocks, product=by_terms, softmax="definition"),
        Evaluation("compensated", add=by_kahan, product=by_terms, mean="last", **STABLE),
        Evaluation("smallest first", add=smallest_first, product=by_terms, jacobian="difference"),
        Evaluation("shuffled", add=shuffled, product=by_terms, bias_first=True, mean="per_sample"),
        Evaluation("einsum", product=by_einsum, bias_first=True, mean="last", delta="softplus"),
        Evaluation("transposed", product=transposed, mean="per_sample", loss="maximum"),
        Evaluation("fused multiply-add", product=fused, bias_first=True, tensor="forward"),
        Evaluation("accumulated in float64", add=in_float64, product=by_terms, mean="last"),
        Evaluation("everything in float64", wider=np.float64, tanh="definition", mean="per_sample"),
        Evaluation("everything in long double", wider=np.longdouble, delta="unfused", mean="last"),
    )
}
"""Every evaluation by its name."""
