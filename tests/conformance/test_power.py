"""The power of the suite is measured: what it misses and what it wrongly flags is reported as such."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from gradspec.conformance.command_line import main
from gradspec.conformance.faults import Fault, Faulty
from gradspec.conformance.power import alarms, detection
from gradspec.conformance.power.deep_networks import LIMITS, NETWORKS, deep_shares
from gradspec.conformance.power.measuring import measure, parts
from gradspec.conformance.power.planting import plants
from gradspec.conformance.power.right_answers import recorder_of_the_reference, right_answers
from gradspec.conformance.power.selection import PARTS, Selection
from gradspec.conformance.power.statistics import detection_rate
from gradspec.conformance.strategies.cases import corpus
from gradspec.conformance.variants import Variant
from gradspec.spec.formats import FORMATS
from gradspec.spec.operations import operations

if TYPE_CHECKING:
    from pathlib import Path

    from gradspec.conformance.power.recording import Recorded

    Array = np.ndarray[Any, np.dtype[Any]]


def identity(_: object, z: Array) -> Array:
    """The right answer."""
    return z.copy()


def twice(_: object, z: Array) -> Array:
    """A wrong answer."""
    return 2 * z


def nearly(_: object, z: Array) -> Array:
    """Off by one unit in the last place where z is above 100, which is inside of no envelope."""
    return np.where(z > 100, np.nextafter(z, np.inf, dtype=z.dtype), z)


def inexact(target: Faulty, z: Array) -> Array:
    """A tanh that is off by a relative error that the envelope hides."""
    return target.right.tanh(z) * (1 + np.finfo(z.dtype).eps)


def fault(mistake: Any, operation: str = "identity", **facts: Any) -> Fault:
    """A fault of one operation."""
    mistakes = {operation: mistake}
    return Fault(
        name="seeded", description="For a test.", mistakes=mistakes, breaks=operations()[operation].clause, **facts
    )


def variant(computation: Any, **facts: Any) -> Variant:
    """A variant of the identity."""
    return Variant(name="made", description="For a test.", computations={"identity": computation}, **facts)


def gradspec(*words: str) -> Result:
    """What the command says, and its exit status."""
    return CliRunner().invoke(main, ["power", *words], prog_name="gradspec")


@pytest.fixture
def one_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """A catalogue whose one fault is none."""
    monkeypatch.setattr(detection, "FAULTS", (fault(identity),))


@pytest.fixture
def one_variant(monkeypatch: pytest.MonkeyPatch) -> None:
    """A catalogue whose one variant is wrong."""
    monkeypatch.setattr(alarms, "VARIANTS", (variant(twice),))


class TestDetection:
    """A fault is found by the clause that it breaks, or missed."""

    def test_a_fault_is_found_with_the_number_of_examples(self) -> None:
        """The first row of the clause fails at its first case."""
        found = detection.detection(fault(twice), "float64", "quick", seed=0)

        assert found.is_found
        assert not found.is_missed
        assert (found.operation, found.regime, found.examples) == ("identity", "exact", 1)

    def test_a_fault_whose_mistake_is_right_is_missed(self) -> None:
        """And it hides nowhere: all of its answers are those of the reference."""
        found = detection.detection(fault(identity), "float32", "quick", seed=0)

        assert found.is_missed
        assert found.hiding is not None
        assert found.hiding.cases > 40
        assert found.hiding.differing == 0
        assert found.hiding.largest_difference == 0

    def test_a_fault_inside_of_the_envelope_is_missed_with_its_size(self) -> None:
        """The answers differ, by two units of roundoff."""
        found = detection.detection(fault(inexact, "tanh"), "float64", "quick", seed=0)

        assert found.is_missed
        assert found.hiding is not None
        assert found.hiding.differing > 0
        assert 0 < found.hiding.largest_difference < 2.0**-50

    def test_a_fault_for_more_effort_is_not_missed_at_less(self) -> None:
        """It is not found, and need not be."""
        demanding = fault(identity, effort="standard")

        assert not detection.detection(demanding, "float64", "quick", seed=0).is_missed
        assert detection.detection(demanding, "float64", "standard", seed=0).is_missed

    def test_it_is_looked_for_at_its_level(self) -> None:
        """A mistake that breaks only MUST and SHOULD is not found by the rows of STRICT."""
        assert detection.detection(fault(nearly, level="core"), "float64", "quick", seed=0).is_found
        assert detection.detection(fault(nearly, level="strict"), "float64", "quick", seed=0).is_missed

    def test_rates_count_found_and_missed(self) -> None:
        """Of two faults one is found, after one example."""
        runs = [detection.detection(fault(each), "float64", "quick", seed=0) for each in (twice, identity)]

        rate = detection_rate(runs)

        assert (rate.runs, rate.found, rate.missed, rate.rate) == (2, 1, 1, 0.5)
        assert (rate.median_examples, rate.most_examples) == (1, 1)


class TestAlarms:
    """A right implementation is left in peace, and a wrong one flagged."""

    def test_a_right_variant_raises_no_alarm(self) -> None:
        """Its rows and what they decided are counted."""
        trial = alarms.trial(variant(identity), "identity", "float16", Selection(efforts=("quick",)))

        assert trial.alarms == ()
        assert trial.rows > 10
        assert trial.cases > 100
        assert trial.entries > trial.cases

    def test_a_wrong_variant_is_an_alarm(self) -> None:
        """With clause, format, regime and counterexample."""
        selection = Selection(efforts=("quick",), clauses=("identity.value",))
        trial = alarms.trial(variant(twice), "identity", "float64", selection)

        assert {(alarm["clause"], alarm["format"]) for alarm in trial.alarms} == {("identity.value", "float64")}
        assert {alarm["regime"] for alarm in trial.alarms} >= {"exact", "ordinary", "wide", "extreme"}
        assert all(alarm["counterexample"]["reason"] for alarm in trial.alarms)

    def test_only_the_levels_of_its_class_count(self) -> None:
        """What fails STRICT alone keeps nobody out of Core."""

        def swallows_nan(_: object, z: Array) -> Array:
            return np.where(np.isnan(z), z.dtype.type(0), z)

        selection = Selection(efforts=("quick",))
        core, strict = (
            alarms.trial(variant(swallows_nan, reaches=reaches), "identity", "float64", selection)
            for reaches in ("core", "strict")
        )

        assert core.alarms == ()
        assert {alarm["level"] for alarm in strict.alarms} == {"strict"}


class TestPlanting:
    """Relative errors are planted in right answers."""

    @pytest.fixture
    def recorded(self) -> Recorded:
        """A case of an operation with several results."""
        recorder = recorder_of_the_reference()
        for case in corpus("dense_gradients", "float64", "ordinary", recorder.conventions):
            recorder.value(case)
        return max(recorder.taken(), key=lambda each: each.arrays[1].size)

    def test_every_entry_or_one_is_changed(self, recorded: Recorded) -> None:
        """By the relative error that is asked for."""
        total = sum(array.size for array in recorded.arrays)
        changed = {}
        for manner, plant in plants(recorded).items():
            pairs = zip(plant.with_error(0.25), recorded.arrays, strict=True)
            errors = np.concatenate([(got / right - 1).reshape(-1) for got, right in pairs if right.all()])
            assert set(np.unique(errors.round(12))) <= {-0.25, 0, 0.25}
            changed[manner] = np.count_nonzero(errors.round(12))

        assert changed["every entry, up"] == changed["every entry, down"] == total
        assert changed["the largest entry, up"] == 1
        assert changed["every entry of dW, down"] == recorded.arrays[1].size

    def test_the_right_answer_is_left_as_it_is(self, recorded: Recorded) -> None:
        """Planting makes new arrays."""
        before = [array.copy() for array in recorded.arrays]
        for plant in plants(recorded).values():
            plant.with_error(0.5)

        assert all(np.array_equal(now, then) for now, then in zip(recorded.arrays, before, strict=True))

    def test_nothing_is_planted_in_zeros(self) -> None:
        """A relative error does not change them."""
        recorder = recorder_of_the_reference()
        for case in corpus("heaviside_derivative", "float32", "ordinary", recorder.conventions):
            recorder.value(case)

        assert all(not plants(each) for each in recorder.taken())


class TestSensitivity:
    """The smallest error that is always found."""

    @pytest.mark.parametrize("format_name", FORMATS)
    @pytest.mark.parametrize("operation", ["identity", "tanh_derivative", "dense"])
    def test_is_between_unit_roundoff_and_one(self, operation: str, format_name: str) -> None:
        """Nor is SHOULD, whose envelope is the narrower one, less sensitive than MUST."""
        selection = Selection(parts=("sensitivity",), efforts=("quick",))
        shares, found = right_answers(selection, operation, format_name)

        assert shares == []
        assert found
        for each in found:
            assert float(FORMATS[format_name].unit_roundoff) <= each.error < 1
        by_level = {(each.regime, each.level): each.error for each in found}
        for regime in {each.regime for each in found}:
            assert by_level[regime, "should"] <= by_level[regime, "must"]

    def test_where_nothing_is_rounded_the_least_error_is_found(self) -> None:
        """The identity admits one answer only."""
        _, found = right_answers(Selection(parts=("sensitivity",), efforts=("quick",)), "identity", "float64")

        assert {each.exponent for each in found} == {52}
        assert {each.missed_manner for each in found} == {""}

    def test_it_is_the_radius_of_the_envelope(self) -> None:
        """In the exponential's forms a few roundings are admitted, and not a hundred."""
        selection = Selection(parts=("sensitivity",), efforts=("quick",))
        _, found = right_answers(selection, "sigmoid", "float32")

        ordinary = next(each for each in found if (each.regime, each.level) == ("ordinary", "should"))
        assert 2.0**-24 < ordinary.error <= 100 * 2.0**-24
        assert ordinary.missed_manner


class TestUndecided:
    """The share of which nothing can be said."""

    def test_ordinary_answers_of_the_stable_form_are_decided(self) -> None:
        """Every row is counted with its cases and entries."""
        shares, found = right_answers(Selection(parts=("undecided",), efforts=("quick",)), "softmax", "float64")

        assert found == []
        assert {share.regime for share in shares} == {"exact", "ordinary", "wide", "extreme", "special"}
        ordinary = next(share for share in shares if (share.regime, share.level) == ("ordinary", "should"))
        assert ordinary.cases > 20
        assert ordinary.undecided_entries == 0

    def test_networks_are_deeper_and_wider_than_those_of_a_run(self) -> None:
        """Below five percent of the entries are undecided, as it is promised."""
        shares = list(deep_shares(Selection(), operations()["network_forward"], "float64"))

        assert (LIMITS.layers, LIMITS.width) == (4, 32)
        assert {share.networks for share in shares} == {NETWORKS}
        for share in shares:
            if share.regime == "ordinary":
                assert share.undecided_entries < 0.05 * share.entries


class TestSelection:
    """Filters let pass what they name."""

    def test_faults_pass_by_every_filter(self) -> None:
        """Format, kind, clause and operation."""
        selection = Selection(formats=("float32",), kinds=("formula",), clauses=("relu.*",), operations=("relu_v*",))

        for chosen, format_name in detection.chosen_faults(selection):
            assert format_name == "float32"
            assert chosen.kind == "formula"
            assert chosen.breaks.startswith("relu.")
            assert "relu_vjp" in chosen.mistakes

    def test_every_part_is_known(self) -> None:
        """What is measured where nothing is asked for can be asked for."""
        assert set(PARTS) <= set(parts())

    def test_processes_find_the_same(self) -> None:
        """Two of them, in the order of one."""
        selection = Selection(parts=("faults", "undecided"), efforts=("quick",), operations=("relu_vjp",))

        assert measure(selection, processes=2) == measure(selection)


class TestCommand:
    """``gradspec power`` prints figures, and its exit status says whether they are good."""

    def test_what_is_found_exits_with_0(self, tmp_path: Path) -> None:
        """The tables and the document have the same figures."""
        file = tmp_path / "power.json"
        result = gradspec("--operation", "heaviside", "--format", "float64", "--effort", "quick", "--json", str(file))

        assert result.exit_code == 0, result.output
        for text in ("Faults found", "Right answers", "smallest relative error", "missed faults: 0; false alarms: 0"):
            assert text in result.output
        document = json.loads(file.read_text(encoding="utf-8"))
        assert document["missed"] == document["alarms"] == []
        assert sum(each["runs"] for each in document["detection_by_kind_and_effort"]) == len(
            document["runs"]["detections"]
        )

    @pytest.mark.usefixtures("one_fault")
    def test_a_missed_fault_exits_with_1(self) -> None:
        """It is named with its formats, clause and level."""
        result = gradspec("--part", "faults", "--format", "float32", "--effort", "quick")

        assert result.exit_code == 1
        assert "MISSED seeded in float32 at quick: identity.value at MUST" in result.output
        assert "missed faults: 1; false alarms: 0" in result.output

    @pytest.mark.usefixtures("one_variant")
    def test_an_alarm_exits_with_1(self) -> None:
        """It is named with clause, format and regime."""
        result = gradspec(
            "--part", "variants", "--clause", "identity.value", "--format", "float64", "--effort", "quick"
        )

        assert result.exit_code == 1
        assert "ALARM made: identity.value (identity, float64, exact, must)" in result.output

    @pytest.mark.parametrize(
        ("words", "message"),
        [
            (("--format", "float8"), "'float8' is no format; choose from float64"),
            (("--kind", "evil"), "'evil' is no kind of fault; choose from formula"),
            (("--effort", "none"), "'none' is no effort; choose from quick"),
            (("--part", "wrong"), "'wrong' is no part of the measurement; choose from faults"),
            (("--clause", "wrong.*"), "'wrong.*' matches no clause"),
            (("--operation", "wrong*"), "'wrong*' matches no operation"),
            (("--json", "no/such/folder/out.json"), "there is no folder"),
            (
                ("--part", "faults", "--kind", "interface", "--operation", "relu", "--clause", "tanh.*"),
                "nothing is left",
            ),
        ],
    )
    def test_a_wrong_command_line_exits_with_2(self, words: tuple[str, ...], message: str) -> None:
        """One message names the value and the way out."""
        result = gradspec(*words)

        assert result.exit_code == 2
        assert message in result.output
