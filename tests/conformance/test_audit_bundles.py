"""Bundles of audits: as files, what is refused, and the recorders of three frameworks."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import ml_dtypes
import numpy as np
import pytest

from gradspec.conformance.auditing import (
    AuditVerdict,
    BundleError,
    audit,
    from_jax,
    from_torch,
    read_bundle,
)
from gradspec.spec import FORMATS
from tests.conformance.steps import (
    arrays_of,
    made,
    network_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from gradspec.conformance.auditing import Bundle

    Arrays = dict[str, Any]


@pytest.fixture(name="arrays")
def _arrays() -> Arrays:
    """A right step in float32, in the canonical layout."""
    return arrays_of(*network_of("float32"))


@pytest.fixture(name="right")
def _right() -> Bundle:
    """A right step in float32, in the canonical layout."""
    return made(arrays_of(*network_of("float32")))


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
