"""Audits: bundles as files, what is refused, how entries are judged, and what a wrong step behaves like."""

from __future__ import annotations

import itertools
import json
import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import ml_dtypes
import numpy as np
import pytest
from click.testing import CliRunner, Result
from flint import arb

from gradspec.conformance.adapters.reference import Reference
from gradspec.conformance.auditing import (
    AuditVerdict,
    BundleError,
    audit,
    from_arrays,
    from_jax,
    from_torch,
    read_bundle,
)
from gradspec.conformance.auditing.document import document
from gradspec.conformance.auditing.factors import shortest
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

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from gradspec.conformance.auditing import Audit, Bundle

    Arrays = dict[str, Any]

WIDTHS = (6, 5, 5, 4)
"""Of the network; the middle layer is square."""

ACTIVATIONS = ("relu", "tanh", "softmax")
"""Of its layers."""

LOSS = "categorical_cross_entropy"
"""What it ends in."""

SAMPLES = 8
"""In the batch."""


def network_of(number_format: str, seed: int = 0) -> tuple[Network, Any, Any]:
    """A network, a batch and its labels, in the canonical layout."""
    random = np.random.default_rng(seed)
    dtype = FORMATS[number_format].dtype
    layers = tuple(
        Layer((random.standard_normal((m, n)) / 2).astype(dtype), random.standard_normal(m).astype(dtype), activation)
        for n, m, activation in zip(WIDTHS, WIDTHS[1:], ACTIVATIONS, strict=False)
    )
    x = random.standard_normal((WIDTHS[0], SAMPLES)).astype(dtype)
    y = np.eye(WIDTHS[-1])[random.integers(0, WIDTHS[-1], SAMPLES)].T.astype(dtype)
    return Network(layers, LOSS), x, y


def arrays_of(network: Network, x: Any, y: Any, conventions: dict[str, str] | None = None) -> Arrays:
    """The arrays of a right step, computed by the reference."""
    right: Any = Reference(conventions)
    weights, biases = right.network_gradients(network, x, y)
    found = {"x": x, "y": y, "output": right.network_forward(network, x), "cost": right.network_cost(network, x, y)}
    for number, layer in enumerate(network.layers, start=1):
        found |= {f"W{number}": layer.weights, f"b{number}": layer.bias}
        found |= {f"dW{number}": weights[number - 1], f"db{number}": biases[number - 1]}
    return found


@pytest.fixture(name="arrays")
def _arrays() -> Arrays:
    """A right step in float32, in the canonical layout."""
    return arrays_of(*network_of("float32"))


def made(arrays: Arrays, **changed: Any) -> Bundle:
    """The bundle of ``arrays``."""
    given: Any = {"activations": ACTIVATIONS, "loss": LOSS} | changed
    return from_arrays(arrays, **given)


@pytest.fixture(name="right")
def _right(arrays: Arrays) -> Bundle:
    return made(arrays)


def with_gradients(bundle: Bundle, change: Callable[[Any], Any]) -> Bundle:
    """The step with every gradient changed, in its format."""

    def changed(array: Any) -> Any:
        return np.asarray(change(array)).astype(array.dtype)

    return replace(
        bundle,
        weight_gradients=tuple(map(changed, bundle.weight_gradients)),
        bias_gradients=tuple(map(changed, bundle.bias_gradients)),
    )


def with_entry(bundle: Bundle, index: tuple[int, int], value: float) -> Bundle:
    """The step with one entry of dW1 changed."""
    gradient = bundle.weight_gradients[0].copy()
    gradient[index] = value
    return replace(bundle, weight_gradients=(gradient, *bundle.weight_gradients[1:]))


def sentences(found: Audit) -> list[str]:
    """What the step behaves like at the first level."""
    return [each.sentence for each in found.levels[0].explanations]


class TestFiles:
    """A bundle comes back from a file as it went."""

    @pytest.mark.parametrize("number_format", FORMATS)
    @pytest.mark.parametrize("suffix", [".npz", ".safetensors"])
    def test_every_array_and_fact_comes_back(self, tmp_path: Path, number_format: str, suffix: str) -> None:
        """In every format, bfloat16 included, and bit by bit."""
        if suffix == ".safetensors":
            pytest.importorskip("safetensors")
        bundle = made(arrays_of(*network_of(number_format)), origin="by hand")
        path = tmp_path / f"step{suffix}"
        bundle.save(path)
        found = read_bundle(path)

        assert found.facts() == bundle.facts()
        for name, array in bundle.arrays().items():
            back = found.arrays()[name]
            assert back.dtype == array.dtype
            assert back.shape == array.shape
            assert back.tobytes() == array.tobytes(), name

    def test_bfloat16_as_numpy_writes_it(self, tmp_path: Path) -> None:
        """An .npz into which bfloat16 arrays were put as they are holds two nameless bytes a number."""
        bundle = made(arrays_of(*network_of("bfloat16")))
        path = tmp_path / "step.npz"
        everything: Any = bundle.arrays() | {"meta": np.array(json.dumps(bundle.facts()))}
        np.savez(path, **everything)

        assert read_bundle(path).weights[0].dtype == ml_dtypes.bfloat16

    def test_a_convention_of_the_command_goes_over_that_of_the_file(self, tmp_path: Path, right: Bundle) -> None:
        """What is said last holds."""
        right.save(tmp_path / "step.npz")

        assert read_bundle(tmp_path / "step.npz", {"cost": "sum"}).conventions["cost"] == "sum"

    def test_without_the_library_the_way_out_is_named(
        self, tmp_path: Path, right: Bundle, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A .safetensors file needs an optional package."""
        monkeypatch.setitem(__import__("sys").modules, "safetensors.numpy", None)

        with pytest.raises(BundleError, match=r"pip install 'gradspec\[audit\]', or save as .npz"):
            right.save(tmp_path / "step.safetensors")


def _shape(arrays: Arrays) -> None:
    arrays["W2"] = arrays["W2"][:, :-1]


def _value(name: str, index: Any, value: float) -> Callable[[Arrays], None]:
    def change(arrays: Arrays) -> None:
        arrays[name] = arrays[name].copy()
        arrays[name][index] = value

    return change


def _put(name: str, array: Any) -> Callable[[Arrays], None]:
    return lambda arrays: arrays.__setitem__(name, array)


def _cast(name: str, dtype: Any) -> Callable[[Arrays], None]:
    return lambda arrays: arrays.__setitem__(name, arrays[name].astype(dtype))


def _drop(name: str) -> Callable[[Arrays], None]:
    return lambda arrays: arrays.__delitem__(name)


WRONG_ARRAYS: dict[str, tuple[Callable[[Arrays], None], str]] = {
    "missing": (_drop("dW2"), "the array dW2 is missing; the activations name 3 layers"),
    "one layer too many": (_put("W4", np.zeros((4, 4))), "the array W4 is none of a bundle"),
    "shape": (_shape, r"W2 has the shape \(5, 4\), and \(5, 5\) was expected: layer 2 leads from 5 inputs"),
    "gradient of another layer": (_put("dW3", np.zeros((5, 5), np.float32)), r"dW3 .* \(4, 5\) was expected"),
    "axes": (_put("x", np.zeros(6, np.float32)), r"x has the shape \(6,\), and 2 axes were expected"),
    "empty": (_put("x", np.zeros((6, 0), np.float32)), r"x has the shape \(6, 0\), and is empty"),
    "batch of another size": (_put("y", np.zeros((4, 7), np.float32)), r"y has .* \(4, 8\) was expected: x holds 8"),
    "mixed formats": (_cast("dW2", np.float64), "dW2 is float64, where W1 is float32: one step is computed in one"),
    "no format": (_cast("b1", np.complex64), "b1 is complex64, and a format was expected"),
    "nan": (_value("W1", (1, 2), math.nan), r"W1\[1, 2\] is nan, and a finite number was expected"),
    "infinity": (_value("x", (0, 3), math.inf), r"x\[0, 3\] is inf, and a finite number was expected"),
    "label": (_value("y", (0, 0), -0.25), r"y\[0, 0\] is -0.25; a label of categorical_cross_entropy"),
    "label sum": (_value("y", (slice(None), 2), 0.25 + 2.0**-20), "labels of sample 2 in y sum to 1.0000038146972656"),
    "class": (_put("y", np.array([0, 1, 2, 3, 4, 0, 0, 0])), "y names the class 4; the last layer has 4 units"),
}

WRONG_FACTS: dict[str, tuple[dict[str, Any], str]] = {
    "activation": ({"activations": ("relu", "swish", "softmax")}, "activation 'swish' of layer 2 is unknown; known"),
    "loss": ({"loss": "hinge"}, "loss 'hinge' is unknown; known are squared_error"),
    "no layer": ({"activations": ()}, "activations: none is named"),
    "softmax within": ({"activations": ("softmax", "tanh", "softmax")}, "softmax stands in the last layer only"),
    "output of the loss": ({"activations": ("relu", "tanh", "sigmoid")}, "categorical_cross_entropy goes with softmax"),
    "softmax and squares": ({"loss": "squared_error"}, "squared_error goes with an elementwise activation"),
    "no slope": ({"activations": ("leaky_relu", "tanh", "softmax")}, "layer 1 is leaky_relu, and None is no number"),
    "too few slopes": ({"slopes": (None,)}, "slopes: 1 are given for 3 layers"),
    "convention": ({"conventions": {"costs": "sum"}}, "'costs' is not a convention"),
    "value of a convention": ({"conventions": {"cost": "total"}}, "cost=total is not a value of this convention"),
    "format": ({"number_format": "float8"}, "format 'float8' is unknown; known are float64"),
    "another format": ({"number_format": "float64"}, "is float32, where the bundle declares float64"),
}


class TestRefused:
    """What does not fit together is refused in one message that says what was found and what was expected."""

    @pytest.mark.parametrize("name", WRONG_ARRAYS)
    def test_arrays(self, arrays: Arrays, name: str) -> None:
        """The array is named."""
        change, message = WRONG_ARRAYS[name]
        change(arrays)

        with pytest.raises(BundleError, match=message):
            made(arrays)

    @pytest.mark.parametrize("name", WRONG_FACTS)
    def test_facts(self, arrays: Arrays, name: str) -> None:
        """The value is named, and those that may stand there."""
        changed, message = WRONG_FACTS[name]

        with pytest.raises(BundleError, match=message):
            made(arrays, **changed)

    @pytest.mark.parametrize("suffix", [".npz", ".safetensors"])
    @pytest.mark.parametrize("part", [0, 1, 100, 0.5, 0.9])
    def test_a_file_that_was_cut_off(self, tmp_path: Path, right: Bundle, suffix: str, part: float) -> None:
        """Wherever it ends, one message says so."""
        if suffix == ".safetensors":
            pytest.importorskip("safetensors")
        path = tmp_path / f"step{suffix}"
        right.save(path)
        whole = path.read_bytes()
        path.write_bytes(whole[: int(part * len(whole)) if part < 1 else int(part)])

        with pytest.raises(BundleError, match=r"cut off|no whole"):
            read_bundle(path)

    @pytest.mark.parametrize(
        ("name", "content", "message"),
        [
            ("absent.npz", None, "there is no such file"),
            ("step.txt", b"", r"a bundle is a file that ends in .npz or .safetensors"),
            ("text.npz", b"W1 = [[1, 2]]", "no whole .npz file"),
            ("text.safetensors", b"W1 = [[1, 2]]", "no whole .safetensors file"),
        ],
    )
    def test_what_is_no_bundle(self, tmp_path: Path, name: str, content: bytes | None, message: str) -> None:
        """A file of another kind, or none."""
        if name.endswith(".safetensors"):
            pytest.importorskip("safetensors")
        if content is not None:
            (tmp_path / name).write_bytes(content)

        with pytest.raises(BundleError, match=message):
            read_bundle(tmp_path / name)

    def test_a_pickle_is_never_loaded(self, tmp_path: Path, right: Bundle) -> None:
        """An array of objects is refused, not run."""
        path = tmp_path / "step.npz"
        objects: Any = {"W1": np.array([print], dtype=object)}
        np.savez(path, meta=np.array(json.dumps(right.facts())), **(right.arrays() | objects))

        with pytest.raises(BundleError, match="the array W1 cannot be read"):
            read_bundle(path)

    @pytest.mark.parametrize(
        ("meta", "message"),
        [
            (None, "lacks the array meta"),
            ("{", "the array meta is not JSON"),
            ("[]", "a JSON object was expected"),
            ('{"gradspec": 7}', "layout 7"),
            ('{"loss": "squared_error"}', "lacks 'activations'"),
            ('{"activations": "relu"}', "activations is 'relu', and a JSON list was expected"),
            ('{"activation": ["relu"]}', "'activation' is no fact of a bundle"),
        ],
    )
    def test_facts_of_a_file(self, tmp_path: Path, right: Bundle, meta: str | None, message: str) -> None:
        """The JSON text is checked like the arrays."""
        path = tmp_path / "step.npz"
        facts: Any = {} if meta is None else {"meta": np.array(meta)}
        np.savez(path, **(right.arrays() | facts))

        with pytest.raises(BundleError, match=message):
            read_bundle(path)

    def test_a_format_that_does_not_hold_the_numbers(self, right: Bundle) -> None:
        """A step whose numbers are none of a format was not computed in it."""
        with pytest.raises(BundleError, match=r"W1\[0, 0\] = .* is no number of bfloat16"):
            right.in_format(FORMATS["bfloat16"])

    def test_a_format_that_does(self) -> None:
        """A bfloat16 step kept in float32 arrays is one of bfloat16."""
        arrays = {name: array.astype(np.float32) for name, array in arrays_of(*network_of("bfloat16")).items()}
        arrays |= {name: arrays[name].astype(ml_dtypes.bfloat16).astype(np.float32) for name in ("output", "cost")}

        assert made(arrays).in_format(FORMATS["bfloat16"]).weights[0].dtype == ml_dtypes.bfloat16


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


class TestExplanations:
    """What a wrong step behaves like, by every entry of it."""

    @pytest.mark.parametrize(
        ("factor", "sentence"),
        [
            (SAMPLES, f"is the right one times N (N = {SAMPLES})"),
            (1 / SAMPLES, f"is the right one times 1/N (N = {SAMPLES})"),
            (-1, "has the opposite sign"),
            (2, "is twice the right one"),
            (0.37, "is the right one times 0.37"),
            (1.01, "is the right one times 1.01"),
            (0, "is zero"),
        ],
    )
    def test_factors(self, right: Bundle, factor: float, sentence: str) -> None:
        """A constant factor is named, by the numbers of the step where it is one of them."""
        found = audit(with_gradients(right, lambda array: array * np.float32(factor)))

        assert sentence in sentences(found)

    def test_a_sum_of_weights_and_a_mean_of_biases(self, right: Bundle) -> None:
        """The factor is said of the arrays that have it."""
        wrong = replace(right, weight_gradients=tuple(array * SAMPLES for array in right.weight_gradients))
        (only,) = audit(wrong).levels[0].explanations

        assert only.arrays == ("dW1", "dW2", "dW3")
        assert only.name == "factor N"

    @pytest.mark.parametrize(
        ("activations", "loss", "conventions"),
        [
            (ACTIVATIONS, LOSS, {"cost": "sum"}),
            (("relu", "tanh", "identity"), "squared_error", {"squared_error": "full"}),
            (("relu", "tanh", "sigmoid"), "binary_cross_entropy", {"entry_reduction": "mean"}),
            (("relu", "tanh", "tanh"), "squared_error", {"squared_error": "full", "cost": "sum"}),
        ],
    )
    def test_conventions_that_scale(self, activations: tuple[str, ...], loss: str, conventions: dict[str, str]) -> None:
        """Where cost and gradients follow another convention, it is named."""
        network, x, y = network_of("float32")
        layers = tuple(replace(layer, activation=name) for layer, name in zip(network.layers, activations, strict=True))
        arrays = arrays_of(Network(layers, loss), x, y, conventions)
        found = audit(made(arrays, activations=activations, loss=loss))
        expected = " and ".join(
            f"{name} = {conventions[name]}, where {resolve()[name]} is declared"
            for name in ("cost", "squared_error", "entry_reduction")
            if name in conventions
        )

        assert sentences(found)[0] == expected

    def test_the_value_at_a_kink(self) -> None:
        """A pre-activation of exactly 0 shows which derivative relu has there."""
        network, x, y = network_of("float32")
        first = network.layers[0]
        weights = first.weights.copy()
        weights[2] = 0
        layers = (Layer(weights, np.zeros_like(first.bias), "relu"), *network.layers[1:])
        arrays = arrays_of(Network(layers, LOSS), x, y, {"relu_at_zero": "1"})

        assert "relu_at_zero = 1, where 0 is declared" in sentences(audit(made(arrays)))

    def test_transposed(self, right: Bundle) -> None:
        """Square weights do not show a transpose by their shape."""
        gradients = list(right.weight_gradients)
        gradients[1] = np.ascontiguousarray(gradients[1].T)
        (only,) = audit(replace(right, weight_gradients=tuple(gradients))).levels[0].explanations

        assert (only.name, only.arrays) == ("transpose", ("dW2",))

    def test_layers_in_reverse_order(self) -> None:
        """Layers of one shape do not show their order."""
        random = np.random.default_rng(2)
        layers = tuple(
            Layer(
                random.standard_normal((4, 4)).astype(np.float32), random.standard_normal(4).astype(np.float32), "tanh"
            )
            for _ in range(3)
        )
        x, y = (random.standard_normal((4, 5)).astype(np.float32) for _ in range(2))
        arrays = arrays_of(Network(layers, "squared_error"), x, y)
        bundle = made(arrays, activations=("tanh",) * 3, loss="squared_error")
        wrong = replace(
            bundle,
            weight_gradients=bundle.weight_gradients[::-1],
            bias_gradients=bundle.bias_gradients[::-1],
        )

        assert sentences(audit(wrong)) == ["is that of the layers in reverse order"]

    def test_weight_decay(self, right: Bundle) -> None:
        """A penalty on the weights adds a multiple of them."""
        pairs = zip(right.weight_gradients, right.weights, strict=True)
        wrong = replace(right, weight_gradients=tuple(g + np.float32(0.01) * w for g, w in pairs))

        assert sentences(audit(wrong)) == ["is the right one plus 0.01 times the parameters, as of weight decay"]

    @pytest.mark.parametrize(
        ("chosen", "sentence"),
        [
            ([0, 1, 2, 4, 5, 6, 7], "sample 3 is left out"),
            ([5], "sample 5 is the only one"),
        ],
    )
    def test_samples(self, right: Bundle, chosen: list[int], sentence: str) -> None:
        """A sample that is left out, or alone, is named."""
        network, x, y = network_of("float32")
        part = made(arrays_of(network, x[:, chosen], y[:, chosen]))
        wrong = replace(right, weight_gradients=part.weight_gradients, bias_gradients=part.bias_gradients)

        assert sentence in sentences(audit(wrong))

    def test_forgotten_biases(self, right: Bundle) -> None:
        """A forward pass without biases."""
        network, x, y = network_of("float32")
        layers = tuple(replace(layer, bias=np.zeros_like(layer.bias)) for layer in network.layers)
        arrays = arrays_of(Network(layers, LOSS), x, y)
        arrays |= {f"b{number}": array for number, array in enumerate(right.biases, start=1)}

        assert sentences(audit(made(arrays))) == ["the biases are left out"]

    def test_another_activation(self) -> None:
        """What was declared is not what was computed."""
        arrays = arrays_of(*network_of("float32"))

        assert "the activation of the hidden layers is relu" not in sentences(audit(made(arrays)))
        network, x, y = network_of("float32")
        layers = (*(replace(layer, activation="relu") for layer in network.layers[:-1]), network.layers[-1])
        arrays = arrays_of(Network(layers, LOSS), x, y)
        assert sentences(audit(made(arrays))) == ["the activation of the hidden layers is relu"]

    def test_a_narrower_format(self, right: Bundle) -> None:
        """A step computed in float16 and kept in float32: the finest format that admits it is named."""
        rounded = Network(
            tuple(
                Layer(layer.weights.astype(np.float16), layer.bias.astype(np.float16), layer.activation)
                for layer in right.network.layers
            ),
            LOSS,
        )
        arrays = arrays_of(rounded, right.inputs.astype(np.float16), right.labels.astype(np.float16))
        computed = made({name: array.astype(np.float32) for name, array in arrays.items()})
        wrong = replace(right, weight_gradients=computed.weight_gradients, bias_gradients=computed.bias_gradients)

        assert "computed in float16, where float32 is declared" in sentences(audit(wrong, ("should",)))

    def test_noise_behaves_like_nothing(self, right: Bundle) -> None:
        """No explanation is invented."""
        random = np.random.default_rng(3)
        wrong = with_gradients(right, lambda array: array * (1 + random.uniform(0.5, 1, array.shape)))

        assert sentences(audit(wrong)) == []

    @pytest.mark.parametrize(
        ("interval", "number"),
        [((0.9999, 1.0001), 1.0), ((0.36996, 0.37004), 0.37), ((1.00009, 1.00011), 1.0001), ((-2.1, -1.9), -2.0)],
    )
    def test_a_constant_has_as_few_digits_as_are_known(self, interval: tuple[float, float], number: float) -> None:
        """The shortest decimal in an interval."""
        assert shortest(interval) == number


class TestRecorders:
    """Three lines record a step."""

    def test_torch(self) -> None:
        """From the modules, the loss and the gradients of a model; classes become one-hot labels."""
        torch = pytest.importorskip("torch")
        torch.manual_seed(0)
        nn = torch.nn
        model = nn.Sequential(nn.Flatten(), nn.Linear(6, 5), nn.LeakyReLU(0.125), nn.Dropout(0.0), nn.Linear(5, 3))
        x, y = torch.randn(4, 2, 3), torch.tensor([0, 2, 1, 1])
        loss = nn.CrossEntropyLoss(reduction="sum")
        cost = loss(model(x), y)
        cost.backward()
        bundle = from_torch(model, x, y, loss=loss, cost=cost)

        assert bundle.activations == ("leaky_relu", "softmax")
        assert bundle.slopes == (0.125, None)
        assert bundle.conventions["cost"] == "sum"
        assert bundle.y.tolist()[1] == [0, 0, 1]
        assert audit(bundle, ("must", "should")).verdict is AuditVerdict.CONFORMANT

    @pytest.mark.parametrize(
        ("loss", "last", "name"),
        [
            ("MSELoss", "Identity", "squared_error"),
            ("BCELoss", "Sigmoid", "binary_cross_entropy"),
            ("BCEWithLogitsLoss", None, "binary_cross_entropy"),
            ("NLLLoss", "LogSoftmax", "categorical_cross_entropy"),
        ],
    )
    def test_losses_of_torch(self, loss: str, last: str | None, name: str) -> None:
        """Each with the activation that it wants, or applies itself."""
        torch = pytest.importorskip("torch")
        torch.manual_seed(1)
        nn = torch.nn
        arguments = {"LogSoftmax": (1,)}.get(str(last), ())
        end = [] if last is None else [getattr(nn, last)(*arguments)]
        model = nn.Sequential(nn.Linear(4, 5), nn.Tanh(), nn.Linear(5, 3), *end)
        x = torch.randn(6, 4)
        y = torch.tensor([0, 2, 1, 1, 0, 0]) if loss == "NLLLoss" else torch.rand(6, 3)
        criterion = getattr(nn, loss)()
        cost = criterion(model(x), y)
        cost.backward()
        bundle = from_torch(model, x, y, loss=criterion, cost=cost)

        assert bundle.loss == name
        assert audit(bundle).verdict is AuditVerdict.CONFORMANT

    @pytest.mark.parametrize(
        ("modules", "message"),
        [
            ("nn.Linear(4, 3, bias=False)", "module 0 has no bias"),
            ("nn.Linear(4, 3), nn.GELU()", "module 1 is GELU; a bundle knows Linear"),
            ("nn.Linear(4, 3), nn.ReLU(), nn.Tanh()", "module 2 applies tanh after relu"),
            ("nn.Linear(4, 3), nn.Dropout(0.5)", "module 1 is Dropout"),
            ("nn.ReLU()", "module 0 is ReLU"),
        ],
    )
    def test_models_that_are_none_of_a_bundle(self, modules: str, message: str) -> None:
        """The module is named."""
        torch = pytest.importorskip("torch")
        nn = torch.nn
        model = nn.Sequential(*eval(f"[{modules}]", {"nn": nn}))  # noqa: S307 - the modules of this table
        x, y = torch.randn(6, 4), torch.randn(6, 3)
        if list(model.parameters()):
            nn.MSELoss()(model(x), y).backward()

        with pytest.raises(BundleError, match=message):
            from_torch(model, x, y, loss=nn.MSELoss())

    def test_a_model_without_gradients(self) -> None:
        """Before backward() there is nothing to judge."""
        torch = pytest.importorskip("torch")
        model = torch.nn.Sequential(torch.nn.Linear(4, 3))

        with pytest.raises(BundleError, match="module 0 has no gradient; call backward"):
            from_torch(model, torch.randn(6, 4), torch.randn(6, 3), loss=torch.nn.MSELoss())

    def test_a_loss_with_settings(self) -> None:
        """Label smoothing is another loss."""
        torch = pytest.importorskip("torch")
        loss = torch.nn.CrossEntropyLoss(label_smoothing=0.1)

        with pytest.raises(BundleError, match=r"CrossEntropyLoss has label_smoothing = 0.1"):
            from_torch(torch.nn.Linear(2, 2), torch.zeros(1, 2), torch.zeros(1, 2), loss=loss)

    @pytest.mark.parametrize("kind", ["pairs", "flax"])
    def test_jax(self, kind: str) -> None:
        """From the trees of parameters and gradients, as pairs or as Flax keeps them."""
        jax = pytest.importorskip("jax")
        jnp = jax.numpy
        random = np.random.default_rng(4)
        sizes = ((4, 5), (5, 3))
        pairs = [
            tuple(jnp.asarray(random.standard_normal(shape), dtype=jnp.float32) for shape in (size, size[1:]))
            for size in sizes
        ]
        x, y = (jnp.asarray(random.standard_normal((6, n)), dtype=jnp.float32) for n in (4, 3))

        def cost(parameters: Any) -> Any:
            (first, one), (second, two) = parameters
            return jnp.mean((jnp.tanh(x @ first + one) @ second + two - y) ** 2)

        value, gradients = jax.value_and_grad(cost)(pairs)

        def tree(layers: Any) -> Any:
            named = {f"Dense_{number}": {"kernel": w, "bias": b} for number, (w, b) in enumerate(layers)}
            return {"params": named} if kind == "flax" else layers

        bundle = from_jax(
            tree(pairs), tree(gradients), x, y, activations=("tanh", "identity"), loss="squared_error", cost=value
        )

        assert bundle.conventions["weight_layout"] == "in_out"
        assert audit(bundle, ("must", "should")).verdict is AuditVerdict.CONFORMANT

    def test_jax_without_a_bias(self) -> None:
        """The layer and the keys are named."""
        with pytest.raises(BundleError, match=r"params, layer 1 has the keys \['kernel'\]"):
            from_jax([{"kernel": 1}], [], 0, 0, activations=("identity",), loss="squared_error")


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
