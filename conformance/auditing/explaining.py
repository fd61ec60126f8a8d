"""What a program behaves like whose answers are outside: every explanation under which every entry is right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .arrangements import (
    constant_factors,
    reversed_layers,
    scaled_conventions,
    scaled_entries,
    transposed,
    weight_decay,
)
from .judged import Explanation
from .variations import coarser, explains, likely, variations

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from .bundle import Bundle
    from .measuring import Rules
    from .quantities import Quantity


def explanations(
    bundle: Bundle, answers: Sequence[Quantity], outside: Mapping[str, int], rules: Rules
) -> list[Explanation]:
    """
    The explanations of the failing arrays, those that explain most of them first.

    ``outside`` says by name how many entries of every answer are outside. An explanation of an array holds of every
    entry of it, an explanation by another question of every array. That the arithmetic is coarser than declared would
    explain every small error: it is said where nothing else is, and where most entries are outside.
    """
    failing = [answer for answer in answers if outside[answer.name]]
    found = list(_found(bundle, answers, failing, rules))
    if not found and 2 * sum(outside.values()) > sum(answer.size for answer in answers):
        found = list(_coarse(bundle, failing, rules))
    found += _of_entries(bundle, failing, found, rules)
    return sorted(found, key=lambda each: -len(each.arrays))


def _coarse(bundle: Bundle, failing: Sequence[Quantity], rules: Rules) -> Iterator[Explanation]:
    """Of each kind of coarser arithmetic the finest that explains the answers."""
    names = tuple(answer.name for answer in failing)
    said = set()
    for variation in coarser(bundle):
        if variation.name not in said and explains(variation, bundle, rules):
            said.add(variation.name)
            yield Explanation(variation.name, variation.sentence, names)


def _found(
    bundle: Bundle, answers: Sequence[Quantity], failing: Sequence[Quantity], rules: Rules
) -> Iterator[Explanation]:
    yield from scaled_conventions(bundle, answers, failing, rules)
    names = tuple(answer.name for answer in failing)
    for variation in likely(bundle, variations(bundle, rules.level)):
        if explains(variation, bundle, rules):
            yield Explanation(variation.name, variation.sentence, names)
    yield from constant_factors(bundle, failing, rules)
    yield from transposed(failing, rules)
    yield from reversed_layers(answers, failing, rules)
    yield from weight_decay(bundle, failing, rules)


def _of_entries(
    bundle: Bundle, failing: Sequence[Quantity], found: Sequence[Explanation], rules: Rules
) -> Iterator[Explanation]:
    """Of arrays that nothing explains as a whole, what the entries outside have in common."""
    explained = {name for each in found for name in each.arrays}
    yield from scaled_entries(bundle, [answer for answer in failing if answer.name not in explained], rules)
