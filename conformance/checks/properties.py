"""Properties: relations between answers that the chapters prove, each a clause of its own."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from .registry import property_of
from .relation import ONE, Answer, Number, Relation, equal, related

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..case import Case
    from .examiner import Examiner
    from .finding import Examination

    FloatArray = np.ndarray[Any, np.dtype[Any]]

SINGLES = 4
"""So many samples of a batch are asked for one by one."""


def _entries(left: np.ndarray[Any, Any], right: np.ndarray[Any, Any], name: str) -> Iterator[Relation]:
    for place in np.ndindex(left.shape):
        yield equal(f"{name} {list(place)}", left.item(place), right.item(place))


def _total(name: str, numbers: Sequence[Number], *, minus: Number | None = None) -> Relation:
    terms = tuple((1, number) for number in numbers)
    return Relation(name, terms if minus is None else (*terms, (-1, minus)))


# Chapter 4, activations


@property_of("sigmoid.symmetric", "sigmoid")
def sigmoid_symmetric(examiner: Examiner, case: Case) -> Examination:
    """The sigmoids of z and of -z sum to one."""

    def relations(answers: list[Answer]) -> Iterator[Relation]:
        (value,), (mirrored,) = answers
        for place in np.ndindex(value.shape):
            yield _total(f"entry {list(place)}", (value.item(place), mirrored.item(place)), minus=ONE)

    mirrored = np.asarray(-case.arguments[0])  # which of an array without axes is none
    return related(examiner, case, [case, replace(case, arguments=(mirrored,))], relations)


@property_of("softmax.sums_to_one", "softmax")
def softmax_sums_to_one(examiner: Examiner, case: Case) -> Examination:
    """The entries of a softmax are not negative and sum to one."""

    def relations(answers: list[Answer]) -> Iterator[Relation]:
        ((s,),) = answers
        yield _total("the sum", list(s), minus=ONE)
        for index, number in enumerate(s):
            yield Relation(f"entry {index}", ((1, number),), at_least=True)

    return related(examiner, case, [case], relations)


@property_of("softmax.shift_invariant", "softmax")
def softmax_shift_invariant(examiner: Examiner, case: Case) -> Examination:
    """A number added to every logit leaves their softmax what it is."""
    plain, shifted = _shiftable(case)
    return related(
        examiner, case, [plain, shifted], lambda answers: _entries(answers[0][0], answers[1][0], "the shifted entry")
    )


def _shiftable(case: Case) -> tuple[Case, Case]:
    """Logits with few bits, and the same logits with a number added that the format holds exactly."""
    z = case.arguments[0].astype(np.float64)
    quantum = 2.0 ** (5 - case.number_format.precision)
    coarse = np.clip(np.round(z / quantum) * quantum, -8, 8)
    shift = -4.0 if np.max(coarse) > 0 else 4.0
    dtype = case.number_format.dtype
    plain, shifted = (replace(case, arguments=(each.astype(dtype),)) for each in (coarse, coarse + shift))
    return plain, shifted


@property_of("softmax.permutation_equivariant", "softmax")
def softmax_permutation_equivariant(examiner: Examiner, case: Case) -> Examination:
    """Logits in another order have their softmax in that order."""
    order = _order(case.arguments[0].shape[0])
    moved = replace(case, arguments=(case.arguments[0][order].copy(),))
    return related(
        examiner, case, [case, moved], lambda answers: _entries(answers[0][0][order], answers[1][0], "the moved entry")
    )


def _order(size: int) -> FloatArray:
    """An order that moves every entry where there are two or more, and is not its own inverse from three on."""
    return np.roll(np.arange(size), 1)


@property_of("softmax.rows_sum_to_zero", "softmax_jacobian")
def softmax_rows_sum_to_zero(examiner: Examiner, case: Case) -> Examination:
    """Each row and each column of the Jacobian of softmax sums to zero."""

    def relations(answers: list[Answer]) -> Iterator[Relation]:
        ((jacobian,),) = answers
        for index in range(jacobian.shape[0]):
            yield _total(f"row {index}", list(jacobian[index]))
            yield _total(f"column {index}", list(jacobian[:, index]))

    return related(examiner, case, [case], relations)


@property_of("softmax.symmetric", "softmax_jacobian")
def softmax_symmetric(examiner: Examiner, case: Case) -> Examination:
    """The Jacobian of softmax is symmetric."""
    return related(
        examiner, case, [case], lambda answers: _entries(answers[0][0], answers[0][0].T, "the transposed entry")
    )


@property_of("softmax.semidefinite", "softmax_jacobian")
def softmax_semidefinite(examiner: Examiner, case: Case) -> Examination:
    """The Jacobian of softmax is positive semidefinite."""

    def relations(answers: list[Answer]) -> Iterator[Relation]:
        ((jacobian,),) = answers
        for vector in _directions(jacobian):
            terms = [
                (vector[i] * vector[j], jacobian.item(i, j))
                for i, j in np.ndindex(jacobian.shape)
                if vector[i] and vector[j]
            ]
            yield Relation(f"v^T J v for v = {[float(each) for each in vector]}", tuple(terms), at_least=True)

    return related(examiner, case, [case], relations)


def _directions(jacobian: np.ndarray[Any, Any]) -> Iterator[list[Fraction]]:
    """The unit vectors, differences of neighbours, and the direction in which the answer itself is least positive."""
    size = jacobian.shape[0]
    for i in range(size):
        yield [Fraction(int(index == i)) for index in range(size)]
        if i:
            yield [Fraction((index == i) - (index == i - 1)) for index in range(size)]
    numbers = np.array([[float(number.value) for number in row] for row in jacobian])
    _, vectors = np.linalg.eigh((numbers + numbers.T) / 2)
    yield [Fraction(float(each)) for each in vectors[:, 0]]


# Chapter 6, layers


@property_of("dense.layouts_agree", "dense_batch")
def dense_layouts_agree(examiner: Examiner, case: Case) -> Examination:
    """A batch through a dense layer is each of its samples through the layer."""
    return _sample_by_sample(examiner, case, 0)


@property_of("gradient.additive", "dense_gradients", "dense_batch_gradients", "network_vjp")
def gradient_additive(examiner: Examiner, case: Case) -> Examination:
    """The gradients of a sum of losses are the sums of their gradients."""
    upstream = case.arguments[-1]
    checker = np.indices(upstream.shape).sum(axis=0) % 2 == 0
    parts = [np.where(mask, upstream, upstream.dtype.type(0)) for mask in (checker, ~checker)]
    cases = [case, *(replace(case, arguments=(*case.arguments[:-1], part)) for part in parts)]

    def relations(answers: list[Answer]) -> Iterator[Relation]:
        for whole, one, other in zip(*answers, strict=True):
            for place in np.ndindex(whole.shape):
                yield _total(f"entry {list(place)}", (one.item(place), other.item(place)), minus=whole.item(place))

    return related(examiner, case, cases, relations)


# Chapter 7, networks


@property_of("network.layouts_agree", "network_forward")
def network_layouts_agree(examiner: Examiner, case: Case) -> Examination:
    """A batch through a network is each of its samples through the network."""
    return _sample_by_sample(examiner, case, 1)


def _sample_by_sample(examiner: Examiner, case: Case, position: int) -> Examination:
    """The answer to a batch, column by column, against the answers to batches of one sample."""
    batch = case.arguments[position]
    chosen = list(range(batch.shape[1]))[:SINGLES]
    singles = [_with(case, {position: batch[:, [index]]}) for index in chosen]

    def relations(answers: list[Answer]) -> Iterator[Relation]:
        (whole,), *alone = answers
        for index, (single,) in zip(chosen, alone, strict=True):
            yield from _entries(whole[:, [index]], single, f"sample {index}, entry")

    return related(examiner, case, [case, *singles], relations)


def _with(case: Case, changes: dict[int, FloatArray]) -> Case:
    arguments = [
        np.ascontiguousarray(changes[index]) if index in changes else each for index, each in enumerate(case.arguments)
    ]
    return replace(case, arguments=tuple(arguments))


@property_of("network.sample_order", "network_forward", "network_gradients")
def network_sample_order(examiner: Examiner, case: Case) -> Examination:
    """The order of the samples is that of the outputs and does not matter to gradients."""
    order = _order(case.arguments[1].shape[1])
    batches = {index: each[:, order] for index, each in enumerate(case.arguments) if index > 0}

    def relations(answers: list[Answer]) -> Iterator[Relation]:
        for before, after in zip(*answers, strict=True):
            expected = before[:, order] if case.operation == "network_forward" else before
            yield from _entries(expected, after, "entry")

    return related(examiner, case, [case, _with(case, batches)], relations)


@property_of("network.batch_additive", "network_gradients")
def network_batch_additive(examiner: Examiner, case: Case) -> Examination:
    """The gradients of a batch are the mean (or sum, by convention) of those of its samples."""
    count = case.arguments[1].shape[1]
    middle = (count + 1) // 2
    parts = [range(middle), range(middle, count)] if count > 1 else [range(1)]
    cases = [_with(case, {index: case.arguments[index][:, list(part)] for index in (1, 2)}) for part in parts]
    is_mean = examiner.conventions["cost"] == "mean"

    def relations(answers: list[Answer]) -> Iterator[Relation]:
        for whole, *halves in zip(*answers, strict=True):
            for place in np.ndindex(whole.shape):
                weighed = [
                    (Fraction(len(part), count) if is_mean else 1, half.item(place))
                    for part, half in zip(parts, halves, strict=True)
                ]
                yield Relation(f"entry {list(place)}", (*weighed, (-1, whole.item(place))))

    return related(examiner, case, [case, *cases], relations)
