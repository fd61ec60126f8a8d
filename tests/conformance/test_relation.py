"""Relations between answers: what is off by more than the doubts allow is found, and what they hide is left open."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from gradspec.conformance.adapters.python_object import PythonObject
from gradspec.conformance.adapters.reference import Reference
from gradspec.conformance.case import Case
from gradspec.conformance.checks import CHECKS
from gradspec.conformance.checks.examiner import Examiner
from gradspec.conformance.checks.finding import Kind
from gradspec.conformance.checks.registry import Subject
from gradspec.conformance.checks.relation import ONE, Number, Relation, equal
from gradspec.conformance.verdict import Level
from gradspec.spec.conventions import resolve


def number(value: float, doubt: float | None = 0.0) -> Number:
    """A number that may be off by ``doubt``."""
    return Number(Fraction(value), None if doubt is None else Fraction(doubt))


class TestRelation:
    """A linear combination against its bound."""

    def test_holds_within_the_doubts(self) -> None:
        """Three entries that sum to zero up to their doubts."""
        relation = Relation("sum", ((1, number(1.0, 0.01)), (1, number(-0.5, 0.01)), (1, number(-0.51, 0.01))))

        assert relation.finding().kind is Kind.INSIDE

    def test_fails_beyond_the_doubts(self) -> None:
        """The reason names what is off, by how much, and what is admitted."""
        finding = Relation("row 0", ((1, number(1.0, 0.125)), (-1, number(0.5, 0.125)))).finding()

        assert finding.kind is Kind.OUTSIDE
        assert finding.reason == "row 0: off by 0.5, admitted are 0.25"

    def test_exact_numbers_have_no_doubt(self) -> None:
        """Between exact numbers every difference counts."""
        assert equal("", ONE, number(1.0)).finding().kind is Kind.INSIDE
        assert equal("", ONE, number(1.0 + 2.0**-52)).finding().kind is Kind.OUTSIDE

    def test_doubts_as_large_as_the_numbers_decide_nothing(self) -> None:
        """A relation that no wrong answer could break is open."""
        assert equal("", number(1.0, 0.5), number(1.0, 0.5)).finding().kind is Kind.OPEN

    def test_an_unbounded_envelope_decides_nothing(self) -> None:
        """Where anything is admitted nothing is said."""
        assert equal("", number(1.0, None), number(2.0)).finding().kind is Kind.OPEN

    @pytest.mark.parametrize(("value", "kind"), [(1.0, Kind.INSIDE), (-1.0, Kind.OUTSIDE)])
    def test_not_negative(self, value: float, kind: Kind) -> None:
        """An inequality is broken on one side only."""
        assert Relation("", ((1, number(value, 0.125)),), at_least=True).finding().kind is kind


class Shifted:
    """Softmax whose entries are all a little larger, and a Jacobian that is not symmetric."""

    formats = ("float64",)

    def softmax(self, z: np.ndarray) -> np.ndarray:
        """Every entry off by a relative 1e-9."""
        return np.asarray(Reference().softmax(z) * (1 + 1e-9))

    def softmax_jacobian(self, z: np.ndarray) -> np.ndarray:
        """Rows scaled by different factors."""
        jacobian = Reference().softmax_jacobian(z)
        return np.asarray(jacobian * np.linspace(1, 1 + 1e-9, len(z))[:, None])


def ruled(clause: str, target: object, *arguments: object) -> Kind:
    """The finding of a property about one case."""
    examiner = Examiner(PythonObject(target, "target"), resolve({}))
    case = Case(CHECKS[clause].operations[0], "float64", "ordinary", arguments)
    return CHECKS[clause].judge(examiner, case).findings[Level.MUST].kind


class TestProperties:
    """Each property is kept by the reference and can be broken."""

    def test_there_are_properties(self) -> None:
        """Twelve relations between answers."""
        assert len([check for check in CHECKS.values() if check.subject is Subject.RELATION]) == 12

    @pytest.mark.parametrize("clause", ["softmax.sums_to_one", "softmax.symmetric"])
    def test_an_error_of_a_part_in_a_thousand_million_is_found(self, clause: str) -> None:
        """No true value is needed for that."""
        z = np.array([0.5, -1.25, 2.0])

        assert ruled(clause, Reference(), z) is Kind.INSIDE
        assert ruled(clause, Shifted(), z) is Kind.OUTSIDE

    def test_what_is_not_offered_is_unsupported(self) -> None:
        """A refusal is none of the other rulings."""

        class Refusing:
            formats = ("float64",)

            def softmax(self, z: np.ndarray) -> np.ndarray:
                """Refuse."""
                raise NotImplementedError

        assert ruled("softmax.shift_invariant", Refusing(), np.array([0.5, 1.0])) is Kind.UNSUPPORTED
