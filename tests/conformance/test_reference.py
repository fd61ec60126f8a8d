"""The target ``reference`` computes the stable form of every clause, so that by the theorem no row ever fails."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from gradspec.conformance import Request, examining, load, run
from gradspec.conformance.adapters.reference import Reference
from gradspec.conformance.adapters.wrapping import as_target
from gradspec.conformance.checks import CHECKS
from gradspec.conformance.checks.registry import Subject
from gradspec.conformance.examining import EFFORTS
from gradspec.spec.conventions import conventions
from gradspec.spec.formats import FORMATS
from gradspec.spec.operations import operations

if TYPE_CHECKING:
    from gradspec.conformance.checks.memory import Memory

SEEDS = range(len(FORMATS))

NUMBERS = tuple(check.clause for check in CHECKS.values() if check.subject is not Subject.CONTRACT)
"""The clauses of values and of relations between them."""

DECISIVE = ("exact", "ordinary")
"""The regimes in which conventions show: kinks are hit in the one, scalings differ by factors in both."""

CLAUSES = [operation.clause for operation in operations().values()]

SETTLED = {"layout", "weight_layout", "subnormals", "intermediates", "matmul_inputs"}
"""Conventions that are not about values, or that reference does not follow."""


@pytest.mark.parametrize("format_name", FORMATS)
class TestWholeScope:
    """Everything that it offers: all numbers in each format, and in one how it answers, which is the same in each."""

    def test_is_strict_and_nothing_is_undecided(self, format_name: str, memory: Memory) -> None:
        """No failing row at any level, and every row decided."""
        clauses = () if format_name == "float64" else NUMBERS
        request = Request(formats=(format_name,), clauses=clauses, effort="quick", require="strict")
        report = run(load("reference"), request, memory=memory)

        assert report.failures == []
        assert [row for row in report.results if row["verdict"] != "pass"] == []
        assert report.document["verdict"] == "conformant"


@pytest.mark.parametrize("seed", SEEDS)
def test_no_seed_flags_it(seed: int, memory: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Each seed examines another format, and another part of the clauses, so that together they cover all of both.

    Only what is drawn: the corpus is that of every seed.
    """
    monkeypatch.setattr(examining, "corpus", lambda *_: iter(()))
    part = CLAUSES[seed :: len(SEEDS)]
    format_name = list(FORMATS)[seed]

    request = Request(formats=(format_name,), clauses=tuple(part), effort="quick", seed=1000 + seed, require="strict")
    report = run(load("reference"), request, memory=memory)

    assert report.failures == []


@pytest.fixture
def little_effort(monkeypatch: pytest.MonkeyPatch) -> None:
    """The corpus, which has the kinks, and a few draws; what fails is not shrunk."""
    monkeypatch.setitem(EFFORTS, "quick", replace(EFFORTS["quick"], examples=3, shrinking_calls=0))


@pytest.mark.usefixtures("little_effort")
@pytest.mark.parametrize(
    ("name", "value"),
    [
        (name, value)
        for name, convention in conventions().items()
        if name not in SETTLED
        for value in convention.values[1:]
    ],
)
def test_every_value_of_every_convention_can_be_kept(name: str, value: str, memory: Memory) -> None:
    """Under another value the clauses that it rules are kept by whoever declares it."""
    clauses = tuple(each.clause for each in operations().values() if name in each.conventions)
    target = as_target(Reference({name: value}))

    request = Request(formats=("float64",), regimes=DECISIVE, clauses=clauses, effort="quick", require="strict")
    report = run(target, request, memory=memory)

    assert report.failures == []


@pytest.mark.usefixtures("little_effort")
@pytest.mark.parametrize(
    ("name", "value", "other"),
    [
        ("relu_at_zero", "0", "1"),
        ("leaky_relu_at_zero", "slope", "one"),
        ("step_at_threshold", "1", "0.5"),
        ("squared_error", "half", "full"),
        ("cost", "mean", "sum"),
        ("entry_reduction", "sum", "mean"),
    ],
)
def test_a_convention_that_is_not_kept_is_found(name: str, value: str, other: str, memory: Memory) -> None:
    """Declared one way and computed another: every clause that the convention rules at its core fails."""
    clauses = tuple(each.clause for each in operations().values() if name in each.conventions)
    target = as_target(Reference({name: value}))

    request = Request(
        formats=("float64",),
        regimes=DECISIVE,
        clauses=clauses,
        conventions={name: other},
        effort="quick",
        diagnose=False,
    )
    report = run(target, request, memory=memory)

    failing = {row["clause"] for row in report.failures if row["level"] == "must"}
    assert failing == set(clauses)
