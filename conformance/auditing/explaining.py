"""What a program behaves like whose answers are outside: every explanation under which every entry is right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .arrangements import constant_factors, reversed_layers, scaled_conventions, transposed, weight_decay
from .judged import Explanation
from .variations import explains, variations

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from .bundle import Bundle
    from .measuring import Rules
    from .quantities import Quantity


def explanations(
    bundle: Bundle, answers: Sequence[Quantity], names: Collection[str], rules: Rules
) -> list[Explanation]:
    """
    The explanations of the failing arrays of these ``names``, those that explain most of them first.

    An explanation of an array holds of every entry of it, an explanation by another question of every array.
    """
    failing = [answer for answer in answers if answer.name in names]
    found = list(_found(bundle, answers, failing, rules))
    return sorted(found, key=lambda each: -len(each.arrays))


def _found(
    bundle: Bundle, answers: Sequence[Quantity], failing: Sequence[Quantity], rules: Rules
) -> Iterator[Explanation]:
    yield from scaled_conventions(bundle, answers, failing, rules)
    names = tuple(answer.name for answer in failing)
    for variation in variations(bundle, rules.level):
        if explains(variation, bundle, rules):
            yield Explanation(variation.name, variation.sentence, names)
    yield from constant_factors(bundle, failing, rules)
    yield from transposed(failing, rules)
    yield from reversed_layers(answers, failing, rules)
    yield from weight_decay(bundle, failing, rules)
