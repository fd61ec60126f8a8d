"""The errata: every counterexample is computed anew and is what its table says, and a wrong table would be found."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import mpmath
import pytest
from flint import arb

from gradspec.oracle.errata import recomputed
from gradspec.oracle.errata.computing import BITS, derivative, difference_shape, numbers, oracle_of, printed
from gradspec.oracle.errata.recomputing import agrees
from gradspec.oracle.errata.registry import COMPUTATIONS
from gradspec.spec.erratum import errata

if TYPE_CHECKING:
    from gradspec.spec.erratum import Erratum

ERRATA = errata()
WITH_VALUES = [erratum.id for erratum in ERRATA.values() if erratum.counterexamples]


class TestCounterexamples:
    """What a source prints and what is true are computed anew for every counterexample."""

    @pytest.mark.parametrize("name", WITH_VALUES)
    def test_is_what_its_table_says(self, name: str) -> None:
        """Each value of an erratum agrees with the one that is recorded, in both columns."""
        found = list(recomputed([ERRATA[name]]))

        assert [each.differences for each in found] == [()] * len(ERRATA[name].counterexamples)
        assert all(each.values > 0 for each in found)

    def test_there_is_no_computation_without_an_entry(self) -> None:
        """Each registered computation belongs to an erratum with counterexamples."""
        assert set(COMPUTATIONS) <= set(WITH_VALUES)

    @pytest.mark.parametrize("name", WITH_VALUES)
    def test_the_columns_differ(self, name: str) -> None:
        """What is printed is not what is true, unless the entry is a cleared one."""
        for example in ERRATA[name].counterexamples:
            assert (example.printed != example.true) or ERRATA[name].of_class == "cleared"


class TestRecomputed:
    """A table that does not say what is computed is found."""

    def changed(self, **columns: Any) -> Erratum:
        """The erratum A-E20 with other columns in its first counterexample."""
        first, *others = ERRATA["A-E20"].counterexamples
        return replace(ERRATA["A-E20"], counterexamples=(replace(first, **columns), *others))

    def test_names_a_wrong_value(self) -> None:
        """A value that is not the computed one is named with its column and both values."""
        first, second = recomputed([self.changed(true=("1", "0.5"))])

        assert first.differences == ("true: 0.5 is recorded and 1 computed",)
        assert second.differences == ()

    def test_looks_at_both_columns(self) -> None:
        """The printed column is computed too."""
        first, _ = recomputed([self.changed(printed=("2", "0.25"))])

        assert first.differences == ("printed: 0.25 is recorded and 0.5 computed",)

    def test_counts_values(self) -> None:
        """A column with a value too few is found."""
        first, _ = recomputed([self.changed(printed=("2",), true=("1",))])

        assert first.differences == (
            "printed: 1 values are recorded and 2 computed",
            "true: 1 values are recorded and 2 computed",
        )

    def test_counts_counterexamples(self) -> None:
        """A counterexample that nothing computes is found, and so is a computation too many."""
        erratum = ERRATA["A-E20"]
        for examples in (erratum.counterexamples[:1], erratum.counterexamples * 2):
            (found,) = recomputed([replace(erratum, counterexamples=examples)])

            assert found.differences == (f"{len(examples)} counterexamples are recorded and 2 computed",)


class TestAgrees:
    """A recorded value agrees with a computed one that is the same, or that rounds to its digits."""

    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("0.5", Fraction(1, 2)),
            ("-3", -3),
            ("3.75", mpmath.mpf("3.75")),
            ("0.333333", Fraction(1, 3)),
            ("2.06115361394185e-9", Fraction("2.061153613941852e-9")),
            ("0.02", Fraction(1, 50) + Fraction(1, 10**32)),
            ("0.625", arb(0.625)),
            ("(2, 3)", (2, 3)),
            ("()", ()),
            ("undefined", "undefined"),
            ("0.6075", "0.6075"),
        ],
    )
    def test_accepts(self, text: str, value: Any) -> None:
        """Exact values, six digits or more that are rounded right, shapes and words."""
        assert agrees(text, value)

    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("0.333334", Fraction(1, 3)),
            ("0.33333", Fraction(1, 3)),
            ("0.5", Fraction(1, 2) + Fraction(1, 10**20)),
            ("-0.5", Fraction(1, 2)),
            ("0", Fraction(1, 10**25)),
            ("-2.5e-33", Fraction(0)),
            ("0.625000", arb(0.625, 1e-3)),
            ("(2, 3)", (3, 2)),
            ("(2,)", (2, 1)),
            ("undefined", Fraction(0)),
            ("not conformable", (1, 1)),
            ("0.6075", "0.6076"),
            ("nan", Fraction(1)),
        ],
    )
    def test_refuses(self, text: str, value: Any) -> None:
        """A wrong last digit, too few digits, another sign, a wide enclosure, another shape, words for numbers."""
        assert not agrees(text, value)


class TestComputing:
    """What the counterexamples are computed with."""

    def test_inputs_are_exact(self) -> None:
        """A decimal is the fraction that it says, to the precision of the arithmetic."""
        arithmetic = oracle_of("albert-2024")

        assert abs(numbers(arithmetic, "0.1") * 10 - 1) <= mpmath.mpf(2) ** (1 - BITS)
        assert printed(["1/4", 3]).tolist() == [0.25, 3]

    def test_conventions_are_those_of_the_source(self) -> None:
        """A source brings its profile, of which single choices may be changed."""
        assert oracle_of("albert-2024").conventions["squared_error"] == "half"
        assert oracle_of("bhadani-2026").conventions["squared_error"] == "full"
        assert oracle_of("bhadani-2026", squared_error="half").conventions["squared_error"] == "half"

    def test_derivative_has_the_axes_of_the_values_first(self) -> None:
        """The derivative of two values by three variables is a matrix of two rows."""
        found = derivative(lambda _, x: x[:2] * x[2], [2, 3, 5], oracle_of("albert-2024"))

        assert found.tolist() == [[5, 0, 2], [0, 5, 3]]

    def test_nothing_is_broadcast(self) -> None:
        """The difference of a column and a row has no shape."""
        assert difference_shape((2, 1), (1, 2)) == "not conformable"
        assert difference_shape((2, 1), (2, 1)) == (2, 1)
