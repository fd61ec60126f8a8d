"""The doctor: one line for each thing that keeps a target from being examined, and how to mend it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from gradspec.conformance.command_line import main
from gradspec.conformance.doctoring import Remark, Standing, doctored
from gradspec.conformance.doctoring.hints import of_exception, of_form
from gradspec.conformance.doctoring.spelling import remarks_on
from gradspec.conformance.isolation.source import Source

if TYPE_CHECKING:
    from collections.abc import Callable

TARGETS = Path(__file__).parent / "targets"

WELL = """
import numpy as np
name, version, formats = "well", "1", ("float64", "float32")
def relu(z): return np.maximum(z, 0)
def softmax(z):
    e = np.exp(z - z.max())
    return e / e.sum()
"""

SICK = """
import os
import numpy as np
version, formats = "1", ("float64", "float32")
conventions = {"squared_error": "full", "relu_at_zer0": 1, "cost": "median"}
def softmax_jacobain(z): ...
def sigmoid_prime(z): ...
def softmax(z):
    e = np.exp(z - z.max())
    return (e / e.sum())[None]
def dense(x, W, b): return (W.astype(np.float64) @ x + b).astype(np.float64)
def dense_batch(X, W, b): return X @ W.T + b
def relu(z):
    z[z < 0] = 0
    return z
def tanh(z): return np.tanh(z) + z.dtype.type(1e-3)
def leaky_relu(z): return z
def identity(z): os._exit(3)
def identity_derivative(z): return None
def squared_error_gradient(o, y): return o - y
def tanh_vjp(z, upstream): raise NotImplementedError("later")
def sigmoid(z):
    global count
    count = globals().get("count", 0) + 1
    return (1 / (1 + np.exp(-z))) if count == 1 else z
def heaviside(z, threshold=0.0):
    return np.where(z > threshold, 1, np.where(z == threshold, 1, 0)).astype(z.dtype)
"""


def gradspec(*words: str) -> Result:
    """What the command says, and its exit status."""
    return CliRunner().invoke(main, list(words), prog_name="gradspec")


@pytest.fixture
def written(tmp_path: Path) -> Callable[[str], str]:
    """Writes a target into a file, and says where."""

    def write(text: str) -> str:
        file = tmp_path / "subject_of_the_doctor.py"
        file.write_text(text, encoding="utf-8")
        return str(file)

    return write


@pytest.fixture(scope="module")
def sick(tmp_path_factory: pytest.TempPathFactory) -> list[Remark]:
    """What is said of a target with many ills."""
    file = tmp_path_factory.mktemp("doctor") / "sick.py"
    file.write_text(SICK, encoding="utf-8")
    return list(doctored(Source(str(file))))


def to_mend(remarks: list[Remark], subject: str) -> str:
    """What there is to mend of one subject, joined."""
    return " | ".join(each.text for each in remarks if each.subject == subject and each.standing is Standing.MEND)


class TestIlls:
    """Each ill has its line, and no other suffers from it."""

    @pytest.mark.parametrize(
        ("subject", "says"),
        [
            ("declares", "'relu_at_zer0' is not a convention; the conventions are"),
            ("declares", "cost=median is not a value of this convention; it takes one of mean, sum"),
            ("softmax_jacobain", "if it is softmax_jacobian, call it so, or map it"),
            ("softmax", "s has shape (1, 3), expected (3,): drop the batch axis, for example result[0]"),
            ("dense", "in float32: z has dtype float64, expected float32: finish with .astype(x.dtype)"),
            ("relu", "wrote to its argument z: copy it first, z = z.copy()"),
            ("tanh", "] = "),
            ("tanh", " is right, at z = ["),
            ("leaky_relu", "unexpected keyword argument 'slope': it is called as leaky_relu(z, slope=...)"),
            ("identity", "exit status 3"),
            ("identity_derivative", "da has dtype object, expected float64: return numbers"),
            ("dense_batch", "is right under layout = rows, which is not what is declared"),
            (
                "layout",
                'behaves like rows (dense_batch), and columns is assumed: write "layout": "rows" in conventions',
            ),
            ("squared_error", "behaves like half (squared_error_gradient), and full is declared"),
            ("sigmoid", "answers two equal calls differently"),
        ],
    )
    def test_it_is_told_with_the_way_out(self, sick: list[Remark], subject: str, says: str) -> None:
        """In one line."""
        assert says in to_mend(sick, subject)

    def test_what_is_well_is_told_too(self, sick: list[Remark]) -> None:
        """The process that ended was started again for the others."""
        calls = [each for each in sick if each.subject == "calls"]

        assert [each.standing for each in calls] == [Standing.OK]
        assert "heaviside" in calls[0].text

    def test_what_is_no_fault_is_a_note(self, sick: list[Remark]) -> None:
        """An operation that says it is not supported, and a name that other libraries use."""
        notes = {each.subject: each.text for each in sick if each.standing is Standing.NOTE}

        assert notes["tanh_vjp"] == "is not supported, as the target says"
        assert "sigmoid_derivative" in notes["sigmoid_prime"]

    def test_each_thing_is_told_once(self, sick: list[Remark]) -> None:
        """Not once a format."""
        assert len(sick) == len({(each.subject, each.text) for each in sick})
        assert to_mend(sick, "tanh").count("is right") == 1


class TestCommand:
    """What the command prints, and its exit status."""

    def test_all_well(self, written: Callable[[str], str]) -> None:
        """Exit status 0, and what comes next."""
        result = gradspec("doctor", written(WELL))

        assert result.exit_code == 0, result.output
        lines = result.output.splitlines()
        assert lines[0] == "ok    loads: well 1, 2 of 120 operations"
        assert "ok    calls: 2 of 2 operations: relu, softmax" in lines
        assert lines[-1].startswith("all well: gradspec run ")

    def test_something_to_mend(self, written: Callable[[str], str]) -> None:
        """Exit status 1, and how many things."""
        result = gradspec("doctor", written(WELL.replace("z.max())", "z.max()) + 1e-2")))

        assert result.exit_code == 1
        assert result.output.endswith("1 thing to mend\n")

    def test_a_target_that_offers_nothing(self, written: Callable[[str], str]) -> None:
        """It is told how to offer one."""
        result = gradspec("doctor", written("version = '1'"))

        assert result.exit_code == 1
        assert "mend  offers: no operation: define sigmoid(z)" in result.output

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ("import nothing_there", r"(line 1 of"),
            ("def relu(z:\n", "SyntaxError"),
            ("raise SystemExit(3)", "SystemExit: 3"),
            ("operations = {'sigmiod': len}", "near it: sigmoid"),
        ],
    )
    def test_a_target_that_cannot_be_loaded(self, written: Callable[[str], str], text: str, says: str) -> None:
        """Exit status 2, and the last line of the stranger's own file."""
        result = gradspec("doctor", written(text))

        assert result.exit_code == 2
        assert says in result.output

    @pytest.mark.parametrize("words", [[], ["reference", "--command", "cat"]])
    def test_one_target_is_asked_for(self, words: list[str]) -> None:
        """Exit status 2."""
        result = gradspec("doctor", *words)

        assert result.exit_code == 2
        assert "give either a TARGET or --command" in result.output

    def test_a_target_that_hangs(self, written: Callable[[str], str]) -> None:
        """It costs its own line."""
        result = gradspec("doctor", "--seconds", "1", written(WELL + "def tanh(z):\n    while True: pass\n"))

        assert result.exit_code == 1
        assert "mend  tanh: " in result.output
        assert "the limit is 1 seconds" in result.output
        assert "2 of 3 operations: relu, softmax" in result.output

    def test_a_program_that_speaks(self) -> None:
        """The step is that it speaks the protocol."""
        result = gradspec("doctor", "--command", f"{sys.executable} {TARGETS / 'speaking.py'}")

        assert result.output.startswith("ok    speaks: ")

    def test_a_program_that_does_not_speak(self) -> None:
        """Exit status 2, with what it said."""
        result = gradspec("doctor", "--command", f"{sys.executable} -c 'print(1)'")

        assert result.exit_code == 2


class TestSpelling:
    """Names that are nearly those of operations."""

    @pytest.mark.parametrize(
        ("name", "meant"),
        [
            ("softmax_jacobain", "softmax_jacobian"),
            ("softmaxJacobian", "softmax_jacobian"),
            ("network_gradient", "network_gradients"),
            ("sigmod", "sigmoid"),
        ],
    )
    def test_a_misspelt_operation(self, name: str, meant: str) -> None:
        """It would not be asked."""
        (remark,) = remarks_on([name], set())

        assert (remark.standing, remark.subject) == (Standing.MEND, name)
        assert f"if it is {meant}," in remark.text

    @pytest.mark.parametrize("name", ["elu", "gelu", "helper", "relu", "dense_layer", "train"])
    def test_other_names_are_left_alone(self, name: str) -> None:
        """As are operations themselves."""
        assert list(remarks_on([name], {"relu"})) == []

    def test_what_is_offered_is_not_meant(self) -> None:
        """A helper beside it may be called alike."""
        assert list(remarks_on(["network_gradient", "tanh_prime"], {"network_gradients", "tanh_derivative"})) == []


class TestHints:
    """From the words of an outcome to the line to change."""

    @pytest.mark.parametrize(
        ("operation", "reason", "hint"),
        [
            ("softmax", "s has shape (3, 1), expected (3,)", "drop the last axis, for example result[..., 0]"),
            ("squared_error", "loss has shape (3,), expected ()", "return one number"),
            ("dense_batch", "Z has shape (5, 3), expected (3, 5)", "return its transpose"),
            ("softmax", "s has shape (1, 1, 3), expected (3,)", "return exactly this shape"),
            ("softmax", "s has shape (4,), expected (3,)", ""),
            ("relu", "a has dtype int64, expected float64", "finish with .astype(z.dtype)"),
            ("network_forward", "A has dtype float64, expected float32", ".astype(X.dtype), or leave float32 out"),
            ("relu", "a is a Tensor that numpy.asarray refuses: it requires grad", "return .detach().numpy()"),
            ("relu", "a is a Thing that numpy.asarray refuses: no", "return a NumPy array"),
            (
                "dense_gradients",
                "a generator came back, expected a sequence (dx)",
                "return a tuple or a list, dx, dW, db",
            ),
            ("relu", "something else", ""),
        ],
    )
    def test_the_form_of_an_answer(self, operation: str, reason: str, hint: str) -> None:
        """Shapes, dtypes and sequences."""
        found = of_form(operation, reason)

        assert hint in found
        assert bool(hint) == bool(found)

    @pytest.mark.parametrize(
        ("reason", "hint"),
        [
            ("TypeError: dense() takes 2 positional arguments but 3 were given", "it is called as dense(x, W, b)"),
            ("TypeError: linear(): argument 'input' must be Tensor, not numpy.ndarray", "torch.from_numpy"),
            ("AttributeError: 'Network' object has no attribute 'weights'", "a network has .layers"),
            ("ValueError: matmul: Input operand 1 has a mismatch in its core dimension 0", "weights are (out, in)"),
            ("RuntimeError: unsupported ScalarType BFloat16", "leave the format out of formats"),
            ("KeyError: 'x'", ""),
        ],
    )
    def test_exceptions(self, reason: str, hint: str) -> None:
        """What newcomers meet."""
        found = of_exception("dense", reason)

        assert hint in found
        assert bool(hint) == bool(found)
