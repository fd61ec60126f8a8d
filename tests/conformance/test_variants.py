"""Right implementations are left in peace, however differently they compute: each reaches the class that it has to."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from gradspec.conformance import Request, run
from gradspec.conformance.adapters.python_object import PythonObject
from gradspec.conformance.checks import CHECKS
from gradspec.conformance.checks.registry import Subject
from gradspec.conformance.examining import EFFORTS
from gradspec.conformance.variants import VARIANTS, Variant, layouts
from gradspec.conformance.verdict import REQUIRED, Class
from gradspec.spec.conventions import conventions
from gradspec.spec.formats import FORMATS
from gradspec.spec.operations import operations

if TYPE_CHECKING:
    from gradspec.conformance.checks.memory import Memory

CLASSES = {"core": Class.CORE, "robust": Class.ROBUST, "strict": Class.STRICT}
"""The class that each name stands for, lowest first."""


NUMBERS = tuple(check.clause for check in CHECKS.values() if check.subject is not Subject.CONTRACT)
"""What is asked of a variant that computes in a way of its own and answers as the reference does."""


def spread() -> list[tuple[Variant, str]]:
    """Each variant in one of its formats, so that every format has its turn; together what meets the same cases."""
    ordered = sorted(VARIANTS, key=lambda variant: (sorted(variant.computations), sorted(variant.conventions.items())))
    runs = [(variant, variant.formats[turn // 4 % len(variant.formats)]) for turn, variant in enumerate(ordered)]
    return sorted(runs, key=lambda run: (run[1], sorted(run[0].computations)))


@pytest.fixture(autouse=True)
def little_effort(monkeypatch: pytest.MonkeyPatch) -> None:
    """The corpus and a few draws; what the lower classes fail by is known, and neither shrunk nor diagnosed."""
    little = replace(EFFORTS["quick"], examples=3, contract_examples=1, shrinking_calls=0)
    monkeypatch.setitem(EFFORTS, "quick", little)


class TestVariants:
    """A right implementation has no failing row at the levels of its class."""

    @pytest.mark.parametrize(("variant", "format_name"), spread(), ids=lambda each: getattr(each, "name", each))
    def test_is_left_in_peace(self, variant: Variant, format_name: str, memory: Memory) -> None:
        """Nothing that its class promises fails, and it reaches this class, neither less nor more."""
        target = PythonObject(variant.make(), variant.name)
        clauses = () if variant in layouts.COLLECTION.variants else NUMBERS
        request = Request(
            formats=(format_name,), clauses=clauses, effort="quick", require=variant.reaches, diagnose=False
        )

        report = run(target, request, memory=memory)

        levels = {level.value for level in REQUIRED[variant.reaches]}
        alarms = [(row["operation"], row["regime"]) for row in report.failures if row["level"] in levels]
        assert alarms == []
        assert report.reached is CLASSES[variant.reaches]


class TestCollection:
    """The collection is wide: no format, chapter or convention is without a variant."""

    def test_names_are_unique(self) -> None:
        """A report that names a variant names one."""
        assert len({variant.name for variant in VARIANTS}) == len(VARIANTS)

    def test_every_variant_says_how_it_computes(self) -> None:
        """Its description is a sentence."""
        assert [variant.name for variant in VARIANTS if not variant.description.strip().endswith(".")] == []

    def test_every_format_has_its_turn(self) -> None:
        """Each of the four is met by at least ten variants here."""
        turns = [format_name for _, format_name in spread()]
        assert {name for name in FORMATS if turns.count(name) < 10} == set()

    def test_only_known_operations_are_offered(self) -> None:
        """What a variant offers is in the table of operations."""
        offered = {operation for variant in VARIANTS for operation in variant.computations}
        assert offered <= set(operations())

    def test_every_convention_value_is_kept_by_a_variant(self) -> None:
        """Whatever may be declared is declared and kept, by default or on purpose."""
        kept = {(name, value.default) for name, value in conventions().items()}
        kept |= {choice for variant in VARIANTS for choice in variant.conventions.items()}
        known = {(name, value) for name, each in conventions().items() for value in each.values}
        assert known == kept
