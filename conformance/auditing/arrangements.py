"""Explanations that compute nothing anew: a constant factor, a transpose, layers in reverse order, weight decay."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from ...spec.conventions import conventions as known_conventions
from ..detecting.factor import of_assignment
from .factors import common_factor, common_summand, fits, named, only_outside, shortest, telling
from .judged import Explanation
from .quantities import WEIGHTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ...spec.conventions import Conventions
    from ..detecting.factor import Factor
    from .bundle import Bundle
    from .measuring import Rules
    from .quantities import Quantity

    FloatArray = np.ndarray[Any, np.dtype[np.float64]]

SCALING = ("cost", "squared_error", "entry_reduction")
"""Conventions whose other value multiplies the cost and every gradient."""

PLAIN = 8
"""The complexity of a factor beyond which its decimals say more."""

ENOUGH = 3
"""So many entries make it unlikely that they share a factor by chance, unless it is the plainest there are."""

SEVERAL = 2
"""One entry has a factor whatever it is."""

WORDS: Mapping[str, str] = {
    "-1": "has the opposite sign",
    "2": "is twice the right one",
    "1/2": "is half of the right one",
}
"""Factors that have words of their own."""


def scaled_conventions(
    bundle: Bundle, answers: Sequence[Quantity], failing: Sequence[Quantity], rules: Rules
) -> Iterator[Explanation]:
    """Other values of the conventions that scale, under which every answer is right: the fewest that do."""
    declared = bundle.conventions
    names = tuple(each.name for each in failing)
    found: list[Mapping[str, str]] = []
    for values in product(*(known_conventions()[name].values for name in SCALING)):
        other = dict(zip(SCALING, values, strict=True))
        number = _number(_factor_of({**declared, **other}, bundle) / _factor_of(declared, bundle), bundle)
        if number != 1 and all(fits(each, 1.0 if each.name == "output" else number, rules) for each in answers):
            found.append({name: value for name, value in other.items() if value != declared[name]})
    fewest = min(map(len, found), default=0)
    for changed in found:
        if len(changed) == fewest:
            parts = [f"{name} = {value}, where {declared[name]} is declared" for name, value in changed.items()]
            yield Explanation("convention", " and ".join(parts), names)


def _factor_of(conventions: Conventions, bundle: Bundle) -> Factor:
    """By what the conventions multiply the cost of the network's loss."""
    return of_assignment(frozenset(conventions.items()), bundle.loss)


def _number(factor: Factor, bundle: Bundle) -> float:
    """``factor`` for the batch at hand."""
    powers = Fraction(bundle.samples) ** factor.samples * Fraction(len(bundle.labels)) ** factor.entries
    return float(factor.constant * powers)


def constant_factors(bundle: Bundle, failing: Sequence[Quantity], rules: Rules) -> Iterator[Explanation]:
    """The factor of all failing arrays; where there is none, of the weights' and of the biases' gradients; of each."""
    if not failing:
        return
    interval = common_factor(failing, rules)
    found = None if interval is None else _factor(bundle, failing, interval, rules)
    if found is not None:
        yield found
        return
    if len(failing) == 1:
        return
    kinds = {each.axes for each in failing}
    parts = [[each for each in failing if each.axes == axes] for axes in sorted(kinds)]
    for part in parts if len(kinds) > 1 else [[each] for each in failing]:
        yield from constant_factors(bundle, part, rules)


def _factor(
    bundle: Bundle, failing: Sequence[Quantity], interval: tuple[float, float], rules: Rules
) -> Explanation | None:
    names = tuple(each.name for each in failing)
    if interval[0] <= 0 <= interval[1]:
        is_zero = all(not each.got.astype(np.float64).any() for each in failing)
        return Explanation("zero", "is zero", names) if is_zero else None
    known = named(interval, bundle.samples, len(bundle.labels))
    is_certain = telling(failing, rules) >= ENOUGH
    if known is not None and known.complexity > (PLAIN if is_certain else 1):
        known = None
    if known is None and not is_certain:
        return None
    if known is None:
        number = shortest(interval)
        name, words = "constant factor", f"is the right one times {number:.10g}"
    else:
        number = _number(known, bundle)
        letters = {"N": (known.samples, bundle.samples), "m": (known.entries, len(bundle.labels))}
        told = ", ".join(f"{letter} = {length}" for letter, (power, length) in letters.items() if power)
        name = f"factor {known}"
        words = WORDS.get(str(known), f"is the right one times {known}" + (f" ({told})" if told else ""))
    if not all(fits(each, number, rules) for each in failing):
        return None
    return Explanation(name, words, names)


def scaled_entries(bundle: Bundle, failing: Sequence[Quantity], rules: Rules) -> Iterator[Explanation]:
    """The factor that all entries outside of an array share, where there are several."""
    for quantity in failing:
        outside = only_outside(quantity, rules)
        if np.isfinite(outside.deviation).sum() < SEVERAL:
            continue
        for found in constant_factors(bundle, [outside], rules):
            yield Explanation("some entries", f"every entry outside {found.sentence}", found.arrays)


def transposed(failing: Sequence[Quantity], rules: Rules) -> Iterator[Explanation]:
    """Gradients of square weights that are right once they are transposed."""
    square = [each for each in failing if each.axes == WEIGHTS and each.got.shape[0] == each.got.shape[1]]
    names = tuple(each.name for each in square if fits(each.times_truth(np.transpose), 1.0, rules))
    if names:
        yield Explanation("transpose", "is the right one transposed", names)


def reversed_layers(answers: Sequence[Quantity], failing: Sequence[Quantity], rules: Rules) -> Iterator[Explanation]:
    """Gradients that are right for the layer of the same distance from the other end."""
    last = max(each.layer for each in answers)
    by_place = {(each.axes, each.layer): each for each in answers if each.name.startswith("d")}
    names = []
    for each in failing:
        mirrored = by_place.get((each.axes, last + 1 - each.layer))
        if mirrored is None or mirrored.got.shape != each.got.shape or not fits(each.beside(mirrored), 1.0, rules):
            return
        names.append(each.name)
    yield Explanation("order of layers", "is that of the layers in reverse order", tuple(names))


def weight_decay(bundle: Bundle, failing: Sequence[Quantity], rules: Rules) -> Iterator[Explanation]:
    """Gradients to which a multiple of the parameters was added."""
    parameters = {f"dW{number}": array for number, array in enumerate(bundle.weights, start=1)}
    parameters |= {f"db{number}": array for number, array in enumerate(bundle.biases, start=1)}
    if not all(each.name in parameters for each in failing):
        return
    interval = common_summand([(each, parameters[each.name]) for each in failing], rules)
    if interval is not None and not interval[0] <= 0 <= interval[1]:
        words = f"is the right one plus {shortest(interval):.10g} times the parameters, as of weight decay"
        yield Explanation("weight decay", words, tuple(each.name for each in failing))
