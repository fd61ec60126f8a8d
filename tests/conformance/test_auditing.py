"""Audits: how entries are judged, what is found and where, and what a person sees of it."""

from __future__ import annotations

import itertools
import json
import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from click.testing import CliRunner, Result
from flint import arb

from gradspec.conformance.auditing import (
    AuditVerdict,
    audit,
)
from gradspec.conformance.auditing.document import document
from gradspec.conformance.auditing.heat import edges
from gradspec.conformance.auditing.measuring import measured, rules_of
from gradspec.conformance.auditing.quantities import Quantity
from gradspec.conformance.command_line import main
from gradspec.conformance.judgement import error_in_ulps
from gradspec.conformance.rendering.audit import shaded, summary
from gradspec.conformance.rendering.heat_maps import svg
from gradspec.oracle.large.deviations import deviations
from gradspec.oracle.truth import truth
from gradspec.spec import FLOAT32, FORMATS, Layer, Network, resolve
from tests.conformance.steps import (
    LOSS,
    arrays_of,
    made,
    network_of,
    with_entry,
)

if TYPE_CHECKING:
    from pathlib import Path

    from gradspec.conformance.auditing import Audit, Bundle

    Arrays = dict[str, Any]


@pytest.fixture(name="right")
def _right() -> Bundle:
    """A right step in float32, in the canonical layout."""
    return made(arrays_of(*network_of("float32")))


def quantity(got: Any, true: Any, deviation: Any) -> Quantity:
    """A row of answers beside true values."""
    high = np.atleast_2d(np.asarray(true, dtype=np.float64))
    zeros = np.zeros_like(high)
    reach = np.broadcast_to(np.asarray(deviation, dtype=np.float64), high.shape)
    return Quantity("dW1", 1, "weights", np.atleast_2d(got), high, zeros, zeros, reach)


class TestMeasuring:
    """Clause ``accuracy.decided``, entry by entry."""

    rules = rules_of(FLOAT32, resolve(), "must")

    def test_inside_and_outside(self) -> None:
        """An answer at the end of its envelope is inside, the next number is outside."""
        got = np.array([1.25, np.nextafter(np.float32(1.25), np.float32(2))], dtype=np.float32)
        found = measured(quantity(got, [1.0, 1.0], 0.25), 1.0, self.rules)

        assert found.outside.tolist() == [[False, True]]
        assert (found.ratio > 1).tolist() == [[False, True]]

    def test_a_wide_envelope_decides_nothing_but_what_is_outside(self) -> None:
        """A radius beyond a quarter of the value leaves an entry inside undecided."""
        found = measured(quantity(np.array([1.0, 1.5], np.float32), [1.0, 1.0], 0.26), 1.0, self.rules)

        assert found.decided.tolist() == [[False, True]]
        assert found.outside.tolist() == [[False, True]]

    def test_a_true_zero_is_measured_by_the_largest_value(self) -> None:
        """Else none would ever be decided."""
        row = quantity(np.zeros(1, np.float32), [0.0], 0.25)

        assert measured(row, 1.0, self.rules).decided.all()
        assert not measured(row, 0.5, self.rules).decided.any()

    def test_everything_is_admitted_where_the_envelope_is_infinite(self) -> None:
        """NaN included, and nothing is decided."""
        found = measured(quantity(np.array([np.nan, np.inf], np.float32), [1.0, 1.0], np.inf), 1.0, self.rules)

        assert not found.decided.any()
        assert not found.outside.any()

    def test_nan_and_a_false_infinity_are_outside(self) -> None:
        """Whatever is not a number fails where numbers are admitted."""
        found = measured(quantity(np.array([np.nan, np.inf, -np.inf], np.float32), [1.0] * 3, 0.1), 1.0, self.rules)

        assert found.outside.all()
        assert np.isinf(found.error_ulps).all()

    def test_an_overflow_that_rounding_admits_is_inside(self) -> None:
        """The infinity of the right sign, where the envelope reaches the largest number."""
        largest = float(FLOAT32.largest)
        found = measured(quantity(np.array([np.inf, -np.inf], np.float32), [largest] * 2, largest / 8), 1.0, self.rules)

        assert found.outside.tolist() == [[False, True]]

    @pytest.mark.parametrize("name", ["float64", "float32", "float16"])
    def test_errors_in_ulps_are_those_of_a_run(self, name: str) -> None:
        """The judge of a run measures the same distances, one entry after the other."""
        random = np.random.default_rng(1)
        number_format = FORMATS[name]
        true = random.standard_normal(200) * 2.0 ** random.integers(-20, 10, 200)
        got = (true * (1 + random.standard_normal(200) * 2.0**-8)).astype(number_format.dtype)
        found = measured(quantity(got, true, 0.0), 1.0, rules_of(number_format, resolve(), "must"))

        expected = [error_in_ulps(float(a), arb(float(b)), number_format) for a, b in zip(got, true, strict=True)]
        assert found.error_ulps[0] == pytest.approx(expected, rel=1e-12)

    @pytest.mark.parametrize("level", ["must", "should"])
    def test_right_steps_are_inside(self, level: str) -> None:
        """In every format, each array of a right step has decided entries and none outside."""
        for name in FORMATS:
            bundle = made(arrays_of(*network_of(name)), conventions={"intermediates": "float32"})
            found = audit(bundle, (level,)).levels[0]

            assert not found.failing, name
            if not FORMATS[name].is_half:
                assert found.verdict is AuditVerdict.CONFORMANT

    def test_the_truth_is_that_of_the_oracle(self, right: Bundle) -> None:
        """The certified step and the scalar oracle agree on what an entry is."""
        arguments = right.network, right.inputs, right.labels
        known = truth("network_gradients", arguments, {}, number_format=FLOAT32, conventions=right.conventions)
        for index, array in enumerate(audit(right).levels[0].arrays[0:6:2]):
            for entry in array.worst:
                expected = known.arrays[index][entry.index]
                assert entry.truth == expected.str(20, radius=False).lower() or float(entry.truth) == float(expected)


class TestFindings:
    """One wrong entry is found, located, and said in words."""

    def test_a_planted_error_is_found_where_it_is(self, right: Bundle) -> None:
        """One entry by one part in a hundred."""
        value = float(right.weight_gradients[0][3, 2])
        found = audit(with_entry(right, (3, 2), value * 1.01)).levels[0]
        (array,) = found.failing

        assert found.verdict is AuditVerdict.NONCONFORMANT
        assert (array.name, array.outside) == ("dW1", 1)
        assert array.worst[0].index == (3, 2)
        assert array.worst[0].place == "layer 1, from input 2 to unit 3"
        assert array.worst[0].relative == pytest.approx(0.01, rel=0.01)
        assert array.heat.cells[3, 2] > 1
        assert (np.nan_to_num(array.heat.cells) > 1).sum() == 1

    def test_one_part_in_ten_thousand_in_a_network_for_digits(self) -> None:
        """In 64-32-10 in float32, in an entry whose envelope at SHOULD is narrower than that: found there alone."""
        random = np.random.default_rng(5)
        layers = tuple(
            Layer(
                (random.standard_normal((m, n)) / n**0.5).astype(np.float32),
                random.standard_normal(m).astype(np.float32) / 4,
                activation,
            )
            for n, m, activation in ((64, 32, "relu"), (32, 10, "softmax"))
        )
        x = (random.integers(0, 17, (64, 32)) / 16).astype(np.float32)
        y = np.eye(10, dtype=np.float32)[random.integers(0, 10, 32)].T
        bundle = made(arrays_of(Network(layers, LOSS), x, y), activations=("relu", "softmax"))
        given = bundle.network, bundle.inputs, bundle.labels, bundle.conventions
        allowed = deviations(*given, number_format=FLOAT32, level="should").weights[0]
        room = 1e-4 * np.abs(bundle.weight_gradients[0]) - allowed
        index = tuple(map(int, np.unravel_index(np.argmax(room), room.shape)))
        value = float(bundle.weight_gradients[0][index])
        found = audit(with_entry(bundle, (index[0], index[1]), value * 1.0001), ("must", "should"))

        assert audit(bundle, ("must", "should")).verdict is AuditVerdict.CONFORMANT
        (array,) = found.levels[1].failing
        assert (array.name, array.outside, array.worst[0].index) == ("dW1", 1, index)

    def test_coordinates_are_the_programs_own(self, right: Bundle) -> None:
        """Under ``weight_layout = in_out`` the first index counts inputs, and a batch of rows is one of rows."""
        network, x, y = network_of("float32")
        conventions = {"layout": "rows", "weight_layout": "in_out"}
        turned = Network(tuple(replace(layer, weights=layer.weights.T) for layer in network.layers), LOSS)
        bundle = made(arrays_of(turned, x.T, y.T, conventions), conventions=conventions)
        assert audit(bundle).verdict is AuditVerdict.CONFORMANT
        value = float(bundle.weight_gradients[0][2, 3])
        (array,) = audit(with_entry(bundle, (2, 3), value * 1.01)).levels[0].failing

        assert value == pytest.approx(float(right.weight_gradients[0][3, 2]), rel=1e-5)
        assert array.worst[0].index == (2, 3)
        assert array.worst[0].place == "layer 1, from input 2 to unit 3"

    def test_what_would_have_been_found_is_found(self, right: Bundle) -> None:
        """An entry that is off by more than the array's largest sensitivity is outside."""
        array = audit(right).levels[0].arrays[0]
        index = (4, 3)
        value = float(right.weight_gradients[0][index])
        off = value * (1 + 3 * array.sensitivity.largest)

        assert 0 < array.sensitivity.median <= array.sensitivity.most <= array.sensitivity.largest < 0.25
        assert audit(with_entry(right, index, off)).levels[0].failing

    def test_shares_fall_with_the_size_of_the_error(self, right: Bundle) -> None:
        """The smaller an error, the fewer entries show it; one part in ten shows nearly everywhere."""
        shares = list(audit(right).levels[0].found.values())

        assert 0.95 < shares[0] <= 1
        assert shares == sorted(shares, reverse=True)

    def test_nan_is_outside_and_comes_first(self, right: Bundle) -> None:
        """A gradient that is no number is a wrong gradient, not a bad bundle."""
        (array,) = audit(with_entry(right, (0, 1), math.nan)).levels[0].failing

        assert math.isnan(array.worst[0].got)
        assert math.isinf(array.worst[0].error_ulps)

    def test_rows_and_columns_are_told(self, right: Bundle) -> None:
        """Where all that is outside stands in one row or column, it is said."""
        scale = np.ones((5, 6), np.float32)
        scale[:, 4] = 2
        gradients = (right.weight_gradients[0] * scale, *right.weight_gradients[1:])
        found = audit(replace(right, weight_gradients=gradients)).levels[0]

        assert found.failing[0].pattern == "all in column 4"
        assert [each.sentence for each in found.explanations] == ["every entry outside is twice the right one"]


class TestPage:
    """What a person sees, and what a program reads."""

    @pytest.fixture(name="found")
    def _found(self, right: Bundle) -> Audit:
        return audit(with_entry(right, (3, 2), 1.0), ("must", "should"))

    def test_the_failing_entry_is_told(self, found: Audit) -> None:
        """Its coordinates, in numbers and words, what is allowed and what is true."""
        page = "\n".join(summary(found, "step.npz"))

        assert "level must: nonconformant" in page
        assert "FAIL MUST dW1: 1 of 30 entries outside" in page
        assert "dW1[3, 2]: layer 1, from input 2 to unit 3" in page
        assert "got      1.0 (0x1p+0)" in page
        assert "an error of one part in so many, in one entry of a gradient, is found: 10^" in page
        assert "nonconformant: step.npz, float32, at must and should" in page

    def test_a_way_out_is_named_where_rounding_hides_everything(self) -> None:
        """A deep step in bfloat16 decides little; in float64 its formulas would be judged."""
        page = "\n".join(summary(audit(made(arrays_of(*network_of("bfloat16")))), "step.npz"))

        assert "most entries are undecided" in page
        assert "record the step in float64" in page

    def test_the_heat_map_shows_where(self, found: Audit) -> None:
        """One character a block, # for far outside."""
        lines = shaded(found.levels[0].arrays[0].heat)

        assert len(lines) == 5
        assert lines[3][2] == "#"
        assert sum(line.count("#") for line in lines) == 1

    def test_the_picture_crosses_what_is_outside(self, found: Audit) -> None:
        """Not by colour alone."""
        page = svg(found, "step <1>.npz")

        assert page.startswith("<svg")
        assert "step &lt;1&gt;.npz" in page
        assert page.count("<path") == len(found.levels)

    def test_the_document_is_json(self, found: Audit) -> None:
        """Without a number that JSON does not have."""
        text = json.dumps(document(found, "step.npz"), allow_nan=False)
        first = json.loads(text)["levels"][0]

        assert first["arrays"][0]["worst"][0]["index"] == [3, 2]
        assert first["arrays"][0]["worst"][0]["got"] == (1.0).hex()

    @pytest.mark.parametrize(("length", "most"), [(1, 24), (24, 24), (25, 24), (1000, 64)])
    def test_blocks_cover_everything_once(self, length: int, most: int) -> None:
        """And none is empty."""
        cuts = edges(length, most)

        assert (cuts[0], cuts[-1]) == (0, length)
        assert all(one < next_ for one, next_ in itertools.pairwise(cuts))
        assert len(cuts) == min(length, most) + 1


def run(*arguments: str | Path) -> Result:
    """``gradspec audit`` with these arguments."""
    return CliRunner().invoke(main, ["audit", *map(str, arguments)])


class TestCommand:
    """``gradspec audit``."""

    def test_a_right_step(self, tmp_path: Path, right: Bundle) -> None:
        """Exit status 0."""
        right.save(tmp_path / "step.npz")
        result = run(tmp_path / "step.npz", "--level", "must", "--level", "should", "--heat")

        assert result.exit_code == 0, result.output
        assert result.output.splitlines()[-1] == "conformant: step.npz, float32, at must and should"

    def test_a_wrong_step(self, tmp_path: Path, right: Bundle) -> None:
        """Exit status 1, and both files are written."""
        with_entry(right, (3, 2), 1.0).save(tmp_path / "step.npz")
        result = run(
            tmp_path / "step.npz", "--worst", "1", "--json", tmp_path / "a.json", "--heat-map", tmp_path / "a.svg"
        )

        assert result.exit_code == 1, result.output
        assert json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))["verdict"] == "nonconformant"
        assert (tmp_path / "a.svg").read_text(encoding="utf-8").startswith("<svg")

    def test_another_convention(self, tmp_path: Path, right: Bundle) -> None:
        """A step that is right under one convention is wrong under another."""
        right.save(tmp_path / "step.npz")
        result = run(tmp_path / "step.npz", "--convention", "cost=sum")

        assert result.exit_code == 1
        assert "every failing array: cost = mean, where sum is declared" in result.output

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (("--convention", "cost"), "--convention cost: write KEY=VALUE"),
            (("--convention", "cost=all"), "cost=all is not a value of this convention"),
            (("--format", "float8"), "format 'float8' is unknown"),
            (("--format", "float16"), "is no number of float16"),
            (("--level", "strict"), "level 'strict' is unknown; known are must, should"),
            (("--json", "absent/a.json"), "--json absent/a.json: there is no folder"),
            (("--heat-map", "absent/a.svg"), "--heat-map absent/a.svg: there is no folder"),
        ],
    )
    def test_a_wrong_command_line(
        self, tmp_path: Path, right: Bundle, arguments: tuple[str, ...], message: str
    ) -> None:
        """Exit status 2, one message."""
        right.save(tmp_path / "step.npz")
        result = run(tmp_path / "step.npz", *arguments)

        assert result.exit_code == 2
        assert message in result.output
        assert len(result.output.splitlines()) == 1

    def test_a_bad_bundle(self, tmp_path: Path) -> None:
        """Exit status 2, one message that names the file."""
        result = run(tmp_path / "absent.npz")

        assert result.exit_code == 2
        assert result.output.startswith("gradspec: ")
        assert "absent.npz: there is no such file" in result.output
