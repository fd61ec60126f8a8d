"""Detection: conventions and formats that nobody declares, found out by the answers alone."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import ml_dtypes
import numpy as np
import pytest
from click.testing import CliRunner, Result
from flint import arb

from gradspec.conformance import ScopeError, detect
from gradspec.conformance.adapters.reference import Reference
from gradspec.conformance.command_line import main
from gradspec.conformance.detecting.assignment import is_admitted, telling_names
from gradspec.conformance.detecting.detection import Standing
from gradspec.conformance.detecting.factor import Factor, Measured, recognised, simplest
from gradspec.conformance.detecting.telling import UNNORMALISED, telling_cases
from gradspec.conformance.faults import FAULTS
from gradspec.spec import conventions, operations

if TYPE_CHECKING:
    from pathlib import Path

    from gradspec.conformance.detecting import Detection, Found

OPERATIONS = (
    "relu_vjp",
    "leaky_relu_derivative",
    "heaviside",
    "squared_error",
    "squared_error_gradient",
    "softmax_cross_entropy_delta",
    "dense",
    "dense_batch",
    "network_cost",
)
"""A few that all conventions rule, and none that takes long."""

VALUES = [
    (name, value)
    for name, convention in conventions().items()
    for value in convention.values
    if name not in ("label_sum", "subnormals", "intermediates", "matmul_inputs")
]
"""Every value that makes the reference answer otherwise."""


class Undeclared:
    """A target that offers some operations of another object and says nothing of its conventions."""

    name = "undeclared"

    def __init__(self, right: object, *names: str, **changed: Any) -> None:
        for name in names:
            setattr(self, name, getattr(right, name))
        for name, function in changed.items():
            setattr(self, name, function)


def shown(detection: Detection, name: str) -> Found:
    """What is known of the convention ``name``."""
    return next(found for found in detection.conventions if found.name == name)


def gradspec(*words: str) -> Result:
    """What the command says, and its exit status."""
    return CliRunner().invoke(main, list(words), prog_name="gradspec")


class TestConventions:
    """An undeclared target is found to keep the conventions that it keeps."""

    @pytest.mark.parametrize(("name", "value"), VALUES)
    def test_each_value_is_found(self, name: str, value: str) -> None:
        """The reference under one other value is told from the reference, and all else is found as it is."""
        detection = detect(Undeclared(Reference({name: value}), *OPERATIONS), ["float64"])

        wanted = {each: convention.default for each, convention in conventions().items()}
        wanted |= {"label_sum": "any", name: value}
        del wanted["intermediates"], wanted["matmul_inputs"]
        assert detection.mapping == wanted
        assert detection.is_consistent
        assert (detection.unexplained, detection.troubles, detection.unsupported) == ((), (), ())

    def test_gradients_alone_show_the_conventions_of_their_cost(self) -> None:
        """From the gradients of networks everything but the step is read off."""
        choices = {
            "layout": "rows",
            "weight_layout": "in_out",
            "relu_at_zero": "0.5",
            "leaky_relu_at_zero": "mean",
            "squared_error": "full",
            "cost": "sum",
            "entry_reduction": "mean",
        }

        detection = detect(Undeclared(Reference(choices), "network_gradients"), ["float64"])

        assert {name: detection.mapping[name] for name in choices} == choices
        assert shown(detection, "step_at_threshold").standing is Standing.NOT_SHOWN

    def test_labels_of_any_sum_are_found_out_by_the_delta(self) -> None:
        """S - y is right for labels that sum to one, and for no others."""
        right = Reference()
        both = detect(Undeclared(right, "softmax_cross_entropy_delta"), ["float64"])
        one = detect(Undeclared(right, softmax_cross_entropy_delta=lambda z, y: right.softmax(z) - y), ["float64"])

        assert shown(both, "label_sum").value == "any"
        assert shown(both, "label_sum").fits == ("one", "any")
        assert shown(one, "label_sum").fits == ("one",)

    def test_what_is_declared_is_taken_where_it_fits(self) -> None:
        """A target that declares the weaker promise is not told that it breaks it."""
        right = Reference()
        target = Undeclared(right, "softmax_cross_entropy_delta", conventions={"label_sum": "one"})

        detection = detect(target, ["float64"])

        assert detection.mapping == {"label_sum": "one"}
        assert detection.is_consistent


class TestContradictions:
    """What no one mapping explains is said, with the operations that disagree."""

    def test_two_operations_that_need_different_values(self) -> None:
        """A derivative that is 0 at 0 and a vjp that is 1 there are named, each with its smallest case."""
        target = Undeclared(Reference(), "relu_derivative", relu_vjp=Reference({"relu_at_zero": "1"}).relu_vjp)

        detection = detect(target, ["float64"])

        found = shown(detection, "relu_at_zero")
        assert found.standing is Standing.CONTRADICTION
        assert {voice.values: voice.operations for voice in found.voices} == {
            ("0",): ("relu_derivative",),
            ("1",): ("relu_vjp",),
        }
        examples = [voice.example for voice in found.voices]
        assert [example and example.case["arguments"][0]["shape"] for example in examples] == [[1], [1]]
        assert not detection.is_consistent

    def test_a_declaration_that_behaviour_contradicts(self) -> None:
        """Declared 0, behaves like 1."""
        target = Undeclared(Reference({"relu_at_zero": "1"}), "relu_vjp", conventions={"relu_at_zero": 0})

        detection = detect(target, ["float64"])

        assert [(found.declared, found.value) for found in detection.broken_declarations] == [("0", "1")]
        assert not detection.is_consistent

    def test_a_declaration_that_does_not_exist(self) -> None:
        """Neither an unknown value nor an unknown name keeps anything from being found."""
        target = Undeclared(Reference(), "relu_vjp", conventions={"relu_at_zero": 2, "colour": "red"})

        detection = detect(target, ["float64"])

        assert detection.mapping["relu_at_zero"] == "0"
        assert [found.declared for found in detection.broken_declarations] == ["2"]
        assert detection.no_conventions == ("colour",)

    @pytest.mark.parametrize(
        ("name", "convention", "value"),
        [
            ("relu_rises_at_zero", "relu_at_zero", "1"),
            ("network_cost_is_summed", "cost", "sum"),
            ("gradients_are_summed", "cost", "sum"),
            ("squared_error_delta_is_doubled", "squared_error", "full"),
            ("gradient_vector_reads_weights_as_they_are_stored", "weight_layout", "out_in"),
            ("softmax_cross_entropy_delta_of_normal_labels", "label_sum", "one"),
        ],
    )
    def test_faults_of_convention_are_the_convention_that_they_follow(
        self, name: str, convention: str, value: str
    ) -> None:
        """A fault that is another convention's right answer is found to be just that."""
        fault = next(each for each in FAULTS if each.name == name)

        detection = detect(fault.make(), ["float64"])

        assert [(found.name, found.value) for found in detection.broken_declarations] == [(convention, value)]


class TestConstantFactors:
    """A constant between a value and a derivative is found, although each alone is right by some convention."""

    def test_a_cost_that_is_averaged_and_gradients_that_are_summed(self) -> None:
        """Each keeps a convention; together the gradients are N times the derivative."""
        target = Undeclared(Reference(), "network_cost", network_gradients=Reference({"cost": "sum"}).network_gradients)

        detection = detect(target, ["float64"])

        (found,) = detection.disproportions
        assert (found.value, found.derivative, found.factor) == ("network_cost", "network_gradients", "N")
        assert found.results == ("dWs", "dbs")
        assert found.because == ("cost = mean by network_cost, sum by network_gradients",)
        assert not detection.unexplained

    def test_a_factor_that_no_convention_has(self) -> None:
        """Three times the delta is three times the derivative of the target's own loss."""
        right = Reference({"squared_error": "full"})
        target = Undeclared(
            right, "squared_error", squared_error_delta=lambda z, y: 3 * right.squared_error_delta(z, y)
        )

        detection = detect(target, ["float64"])

        (found,) = detection.disproportions
        assert (found.value, found.derivative, found.factor) == ("squared_error", "squared_error_delta", "3")

    def test_a_value_and_a_derivative_that_are_both_doubled(self) -> None:
        """They belong together, and each is twice what it should be."""
        right = Reference()
        target = Undeclared(
            right, sigmoid=lambda z: 2 * right.sigmoid(z), sigmoid_derivative=lambda z: 2 * right.sigmoid_derivative(z)
        )

        detection = detect(target, ["float64"])

        assert {(each.value, each.derivative, each.factor) for each in detection.disproportions} == {
            ("", "sigmoid", "2"),
            ("", "sigmoid_derivative", "2"),
        }

    @pytest.mark.parametrize(
        ("name", "results", "factor"),
        [
            ("dense_bias_gradient_is_averaged", ("db",), "1/N"),
            ("categorical_cross_entropy_is_averaged", ("loss",), "1/m"),
            ("neuron_gradient_is_summed", ("dw",), "N"),
            ("relu_layer_averages_again", ("dW", "db"), "1/N"),
            ("regression_cost_has_no_half", ("cost",), "2"),
        ],
    )
    def test_faults_of_scale(self, name: str, results: tuple[str, ...], factor: str) -> None:
        """The factor is recognised, and in which results it stands."""
        fault = next(each for each in FAULTS if each.name == name)

        (found,) = detect(fault.make(), ["float64"]).disproportions

        assert (found.results, found.factor) == (results, factor)

    def test_the_plainest_factor_is_recognised(self) -> None:
        """One over m shows as a third at m = 3 and as a quarter at m = 4."""
        measured = [Measured(arb(1) / 3, 5, 3), Measured(arb(1) / 4, 3, 4)]

        assert recognised(measured) == Factor(entries=-1)
        assert recognised([*measured, Measured(arb(1), 1, 7)]) is None
        assert simplest(Fraction(-34, 100), Fraction(-33, 100)) == Fraction(-1, 3)
        assert str(Factor(Fraction(2, 3), 1, -1)) == "2 N/(3 m)"


class TestArithmetic:
    """What a target promises of its arithmetic is read off the last digits."""

    def test_half_formats_that_compute_in_float32(self) -> None:
        """One rounding at the end is told from a rounding at every step."""

        def rounded_at_every_step(x: Any, W: Any, b: Any) -> Any:
            total = b
            for column, factor in zip(W.T, x, strict=True):
                total = (total + (column * factor).astype(x.dtype)).astype(x.dtype)
            return total

        once = detect(Undeclared(Reference(), "dense"), ["float16"])
        always = detect(Undeclared(None, dense=rounded_at_every_step), ["float16"])

        assert once.mapping["intermediates"] == "float32"
        assert always.mapping["intermediates"] == "format"

    @pytest.mark.parametrize(("bits", "value"), [(24, "format"), (11, "tf32"), (8, "bfloat16")])
    def test_products_of_rounded_inputs(self, bits: int, value: str) -> None:
        """Inputs rounded to 11 or 8 bits show in a float32 product."""

        def rounded(x: Any) -> Any:
            mantissa, exponent = np.frexp(x)
            return np.ldexp(np.round(mantissa * 2.0**bits) / 2.0**bits, exponent).astype(x.dtype)

        detection = detect(Undeclared(None, dense=lambda x, W, b: rounded(W) @ rounded(x) + b), ["float32"])

        assert detection.mapping["matmul_inputs"] == value
        assert detection.mapping["weight_layout"] == "out_in"

    def test_underflow_to_zero(self) -> None:
        """Flushing is told from gradual underflow, and from a formula that loses small numbers altogether."""

        def flushed(z: Any, upstream: Any) -> Any:
            answer = (1 - np.tanh(z) ** 2) * upstream
            return np.where(np.abs(answer) < np.finfo(z.dtype).tiny, 0, answer).astype(z.dtype)

        def cancelling(z: Any) -> Any:
            return ((np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z))).astype(z.dtype)

        def underflow(**changed: Any) -> str | None:
            return detect(Undeclared(None, **changed), ["float64"]).mapping.get("subnormals")

        assert underflow(tanh_vjp=flushed) == "flush"
        assert underflow(tanh=Reference().tanh) == "gradual"
        assert underflow(tanh=cancelling) is None


class TestFormats:
    """Every format is tried, declared or not."""

    def test_formats_that_are_not_declared(self) -> None:
        """What answers in a format has it."""
        detection = detect(Undeclared(Reference(), "relu_derivative", "dense"))

        assert detection.usable_formats == ("float64", "float32", "float16", "bfloat16")
        assert [each.is_declared for each in detection.formats] == [True, False, False, False]

    def test_what_comes_back_in_another_dtype_is_not_the_format(self) -> None:
        """The reason names the dtype."""
        right = Reference()
        target = Undeclared(right, "dense", sigmoid=lambda z: right.sigmoid(z.astype(np.float64)))

        found = {each.name: each for each in detect(target).formats}

        assert found["float64"].is_usable
        assert not found["float32"].is_usable
        assert found["float32"].reason.startswith("sigmoid: a has dtype float64, expected float32")

    def test_what_raises_in_a_format_is_not_usable(self) -> None:
        """The reason is the exception."""

        def dense(x: Any, W: Any, b: Any) -> Any:
            if x.dtype == ml_dtypes.bfloat16:
                raise TypeError("no kernel")
            return W @ x + b

        found = {each.name: each for each in detect(Undeclared(None, dense=dense)).formats}

        assert found["float32"].is_usable
        assert found["bfloat16"].reason == "dense: TypeError: no kernel"

    def test_float32_inside_of_float64_is_no_float64(self) -> None:
        """The dtype alone does not make a format."""
        right = Reference()
        target = Undeclared(None, sigmoid=lambda z: right.sigmoid(z.astype(np.float32)).astype(z.dtype))

        detection = detect(target, ["float64", "float32"])

        found = {each.name: each for each in detection.formats}
        assert found["float32"].is_usable
        assert detection.unexplained == ()
        assert "not those of the format" in found["float64"].reason


class TestTroubles:
    """Nothing that single operations do ends the detection."""

    def test_errors_refusals_and_shapes_are_listed(self) -> None:
        """The others are explained all the same."""

        def raising(z: Any) -> Any:
            raise ZeroDivisionError(f"no {z.ndim}")

        def refusing(z: Any) -> Any:
            raise NotImplementedError(f"no {z.ndim}")

        target = Undeclared(
            Reference(), "relu_vjp", softmax=raising, log_softmax=refusing, tanh=lambda z: z.reshape(1, -1)
        )

        detection = detect(target, ["float64"])

        assert detection.mapping["relu_at_zero"] == "0"
        assert detection.is_consistent
        assert ("softmax", "ZeroDivisionError: no 1") in [(each.operation, each.text) for each in detection.troubles]
        assert "tanh" in [each.operation for each in detection.troubles]
        assert [each.operation for each in detection.unsupported] == ["log_softmax"]

    def test_what_no_convention_explains_is_shown_by_its_smallest_case(self) -> None:
        """A derivative of 0.3 at a kink belongs to no convention, and votes for none."""

        def derivative(z: Any) -> Any:
            return np.where(z > 0, 1.0, np.where(z < 0, 0.0, 0.3))

        detection = detect(Undeclared(None, relu_derivative=derivative), ["float64"])

        (remark,) = detection.unexplained
        assert remark.operation == "relu_derivative"
        assert remark.example is not None
        assert remark.example.got == (0.3).hex()
        assert "relu_at_zero" not in detection.mapping

    def test_a_target_that_never_answers_shows_nothing(self) -> None:
        """That is no consistent mapping."""
        detection = detect(Undeclared(None, relu=lambda z: None if z.ndim else z), ["float64"])

        assert detection.mapping == {}
        assert detection.usable_formats == ()
        assert not detection.is_consistent

    def test_a_target_without_operations_is_refused(self) -> None:
        """There is nothing to find out."""
        with pytest.raises(ScopeError, match="offers no operation"):
            detect(Undeclared(None))


class TestTellingCases:
    """The cases tell one value of each convention from another."""

    def test_every_convention_of_behaviour_is_told_by_some_case_of_each_operation_it_rules(self) -> None:
        """No operation is ruled by a convention that its cases leave open."""
        for name, operation in operations().items():
            told = set().union(*(telling_names(case) for case in telling_cases(name, "float64")))
            ruling = set(operation.conventions) - {"subnormals", "intermediates", "matmul_inputs"}
            assert told == ruling, name

    def test_labels_of_any_sum_are_asked_about_under_any_alone(self) -> None:
        """Under ``label_sum = one`` they are outside of the domain."""
        case = next(each for each in telling_cases("network_cost", "float64") if UNNORMALISED in each.hazards)

        assert is_admitted(case, frozenset({("label_sum", "any")}))
        assert not is_admitted(case, frozenset({("label_sum", "one")}))


class TestCommand:
    """``gradspec detect`` prints what to paste, and why."""

    @pytest.fixture
    def mine(self, tmp_path: Path) -> str:
        """A file that says nothing of its conventions."""
        file = tmp_path / "mine.py"
        file.write_text(
            "import numpy as np\n\n\ndef relu_derivative(z):\n    return (z >= 0).astype(z.dtype)\n", encoding="utf-8"
        )
        return str(file)

    def test_what_it_prints_can_be_pasted(self, mine: str, tmp_path: Path) -> None:
        """The first lines are Python, and the file holds everything."""
        report = tmp_path / "found.json"

        result = gradspec("detect", mine, "--format", "float64", "--json", str(report))

        assert result.exit_code == 0, result.output
        pasted: dict[str, Any] = {}
        exec(result.output.partition("\n\n")[0], pasted)  # noqa: S102 - the claim is that this runs
        assert pasted["conventions"] == {"relu_at_zero": "1"}
        assert pasted["formats"] == ("float64",)
        assert "not shown by what it offers" in result.output
        assert json.loads(report.read_text(encoding="utf-8"))["mapping"] == {"relu_at_zero": "1"}

    def test_a_contradiction_exits_with_1(self, tmp_path: Path) -> None:
        """The line names what is declared and what is done."""
        file = tmp_path / "mine.py"
        file.write_text(
            "conventions = {'relu_at_zero': 0}\n\n\ndef relu_derivative(z):\n    return (z >= 0).astype(z.dtype)\n",
            encoding="utf-8",
        )

        result = gradspec("detect", str(file), "--format", "float64")

        assert result.exit_code == 1
        assert "DECLARED relu_at_zero = 0, behaves like 1: relu_derivative" in result.output

    @pytest.mark.parametrize(
        ("words", "text"),
        [
            ((), "give either a TARGET or --command"),
            (("nothing.py",), "there is no file nothing.py"),
            (("reference", "--format", "float8"), "'float8' is no format"),
            (("reference", "--json", "/no/such/folder/x.json"), "there is no folder"),
        ],
    )
    def test_a_wrong_command_line_exits_with_2(self, words: tuple[str, ...], text: str) -> None:
        """One message says what is wrong."""
        result = gradspec("detect", *words)

        assert result.exit_code == 2
        assert text in result.output
