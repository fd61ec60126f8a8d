"""Finding the target that the command line names, and saying what is wrong with it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest

from gradspec.conformance import Request, ScopeError, TargetError, load, run
from gradspec.conformance.adapters.python_object import PythonObject, offering
from gradspec.conformance.adapters.wrapping import as_target

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MODULE = """
name, version, formats = "mine", "1.2", ("float32", "float64")
conventions = {"relu_at_zero": 1}


def relu(z):
    return z


class Class:
    name = "a class"

    def sigmoid(self, z):
        return z


class Demanding:
    def __init__(self, size):
        self.size = size


instance = Class()
"""


@pytest.fixture
def file(tmp_path: Path) -> str:
    """A module in a file that is on no path."""
    path = tmp_path / "subject_of_loading.py"
    path.write_text(MODULE, encoding="utf-8")
    return str(path)


class TestNames:
    """Every way to name a target."""

    def test_a_file_is_its_module(self, file: str) -> None:
        """The module's own functions and declarations count."""
        target = load(file)

        assert (target.name, target.version) == ("mine", "1.2")
        assert target.formats == ("float64", "float32")
        assert target.conventions == {"relu_at_zero": 1}
        assert target.offers("relu")
        assert not target.offers("sigmoid")

    def test_an_object_in_a_file(self, file: str) -> None:
        """An instance, or a class that is instantiated."""
        assert load(f"{file}:instance").offers("sigmoid")
        assert load(f"{file}:Class").name == "a class"

    def test_an_object_in_a_module(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A dotted name is imported, from the current folder too."""
        package = tmp_path / "package_of_loading"
        package.mkdir()
        (package / "__init__.py").write_text("", encoding="utf-8")
        (package / "inner.py").write_text(MODULE, encoding="utf-8")
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(sys, "path", [*sys.path])

        assert load("package_of_loading.inner:instance").offers("sigmoid")

    @pytest.mark.parametrize("name", ["reference", "textbook"])
    def test_a_built_in_name(self, name: str) -> None:
        """No framework is needed for these."""
        assert load(name).offers("network_gradients")

    def test_any_object_becomes_a_target(self) -> None:
        """From Python the object itself is enough."""

        class Mine:
            def relu(self, z: np.ndarray) -> np.ndarray:
                return np.maximum(z, 0)

        report = run(Mine(), Request(clauses=("relu.value",), effort="quick"))

        assert report.document["target"]["name"] == "Mine"
        assert report.reached.value == "Strict"

    def test_a_target_stays_what_it_is(self) -> None:
        """It is not wrapped again."""
        target = load("reference")

        assert as_target(target) is target


class TestRefusals:
    """What cannot be loaded is refused with the way out."""

    @pytest.mark.parametrize(
        ("suffix", "says"),
        [
            (":nothing", "has no 'nothing'; it has"),
            (":Demanding", "cannot be made without arguments"),
        ],
    )
    def test_an_object_that_is_not_there_or_cannot_be_made(self, file: str, suffix: str, says: str) -> None:
        """The message names the module's own names, or the exception."""
        with pytest.raises(TargetError, match=says):
            load(file + suffix)

    def test_a_module_that_fails(self, tmp_path: Path) -> None:
        """Whatever a stranger's module raises becomes a message."""
        path = tmp_path / "failing_subject.py"
        path.write_text("raise RuntimeError('no licence')", encoding="utf-8")

        with pytest.raises(TargetError, match="cannot be imported: RuntimeError: no licence"):
            load(str(path))

    def test_a_missing_framework(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The message names the extra to install."""
        monkeypatch.setitem(sys.modules, "torch", None)
        for name in [name for name in sys.modules if name.startswith("gradspec.conformance.adapters.pytorch")]:
            monkeypatch.delitem(sys.modules, name)

        with pytest.raises(TargetError, match=r"pip install 'gradspec\[torch\]'"):
            load("torch")

    @pytest.mark.parametrize("formats", ["float64", (), 7])
    def test_formats_of_the_wrong_kind(self, formats: object) -> None:
        """A text, nothing, or a number is no sequence of names."""
        with pytest.raises(TargetError, match="it is a sequence of names"):
            PythonObject(type("Odd", (), {"formats": formats})(), "odd")

    def test_a_format_that_does_not_exist(self) -> None:
        """The message lists those that do."""
        with pytest.raises(TargetError, match="'float128'; the formats are float64, float32, float16, bfloat16"):
            PythonObject(type("Odd", (), {"formats": ("float128",)})(), "odd")

    def test_conventions_of_the_wrong_kind(self) -> None:
        """A list is no mapping."""
        with pytest.raises(TargetError, match="it is a mapping"):
            PythonObject(type("Odd", (), {"conventions": ["relu_at_zero"]})(), "odd")

    def test_a_format_that_the_target_does_not_declare(self) -> None:
        """Asking for it is the caller's mistake."""
        subject = type("Narrow", (), {"relu": staticmethod(lambda z: z)})()

        with pytest.raises(ScopeError, match="does not declare float16; it declares float64"):
            run(subject, Request(formats=("float16",)))


@pytest.fixture
def installed_targets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Installs a distribution, as far as the metadata goes, with these entry points and one module."""

    def install(distribution: str, text: str = MODULE, **entries: str) -> None:
        folder = tmp_path / f"{distribution}-1.2.dist-info"
        folder.mkdir()
        (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.2\n", "utf-8")
        lines = [f"{name.replace('_', '-')} = {value}" for name, value in entries.items()]
        (folder / "entry_points.txt").write_text("\n".join(["[gradspec.targets]", *lines]), "utf-8")
        (tmp_path / f"{distribution}_targets.py").write_text(text, "utf-8")

    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    return install


class TestInstalled:
    """Installed distributions make their targets known by name."""

    def test_an_entry_point_is_a_name(self, installed_targets: Callable[..., None]) -> None:
        """An object, or a class that is instantiated."""
        installed_targets("firstlib", first="firstlib_targets:instance", first_class="firstlib_targets:Class")

        assert load("first").offers("sigmoid")
        assert load("first-class").name == "a class"

    def test_a_built_in_name_wins(self, installed_targets: Callable[..., None]) -> None:
        """Whoever installs a target cannot change what a report of the reference is."""
        installed_targets("hidinglib", reference="hidinglib_targets:instance")

        assert load("reference").offers("network_gradients")

    def test_a_name_of_two_distributions_is_refused(self, installed_targets: Callable[..., None]) -> None:
        """Both are named, and how to say which."""
        installed_targets("onelib", ours="onelib_targets:instance")
        installed_targets("otherlib", ours="otherlib_targets:instance")

        with pytest.raises(TargetError, match=r"that of onelib 1\.2 .* and otherlib 1\.2 .*; say which, as onelib_t"):
            load("ours")

    @pytest.mark.parametrize(
        ("where", "text", "says"),
        [
            ("brokenlib_targets:instance", "import nothing_there", "ModuleNotFoundError.*line 1 of .*: import nothing"),
            ("brokenlib_targets:absent", MODULE, "AttributeError"),
            ("brokenlib_targets:Demanding", MODULE, "cannot be made without arguments"),
            ("not a reference", MODULE, "cannot be imported"),
        ],
    )
    def test_a_broken_entry_point_names_its_distribution(
        self, installed_targets: Callable[..., None], where: str, text: str, says: str
    ) -> None:
        """The stranger's own last line is told where there is one."""
        installed_targets("brokenlib", text, broken=where)
        sys.modules.pop("brokenlib_targets", None)

        with pytest.raises(TargetError, match=says) as caught:
            load("broken")

        assert "brokenlib 1.2" in str(caught.value)

    def test_a_name_that_is_nearly_one(self, installed_targets: Callable[..., None]) -> None:
        """Built-in and installed names are near."""
        installed_targets("nearlib", nearly="nearlib_targets:instance")

        with pytest.raises(TargetError, match=r"'nearli' is not a target \(near it: nearly\)"):
            load("nearli")


class Library:
    """Functions under names of their own."""

    version = "7"
    formats = ("float32",)

    class losses:  # noqa: N801 - a namespace, as a module is
        """A part of the library."""

        @staticmethod
        def bce_grad(o: np.ndarray, y: np.ndarray) -> np.ndarray:
            """The gradient of the binary cross-entropy."""
            return (o - y) / (o * (1 - o))

    def logistic(self, z: np.ndarray) -> np.ndarray:
        """The sigmoid."""
        return 1 / (1 + np.exp(-z))

    def relu(self, z: np.ndarray) -> np.ndarray:
        """An operation by its own name."""
        return np.maximum(z, 0)


class TestMapping:
    """A function is offered under its own name."""

    def test_names_dots_and_functions(self) -> None:
        """What is mapped is offered beside what has the name of an operation."""
        subject = Library()
        mapping = {"sigmoid": "logistic", "binary_cross_entropy_gradient": "losses.bce_grad", "tanh": np.tanh}
        subject.operations = mapping  # type: ignore[attr-defined]
        target = PythonObject(subject, "library")

        assert all(target.offers(name) for name in (*mapping, "relu"))
        assert not target.offers("dense")
        assert target.call("sigmoid", [np.zeros(1)], {}, "float32") == [0.5]

    def test_a_mapping_alone_is_a_target(self) -> None:
        """A dictionary of functions."""
        report = run({"relu": lambda z: np.maximum(z, 0)}, Request(clauses=("relu.value",), effort="quick"))

        assert report.document["verdict"] == "conformant"

    def test_offering_leaves_the_object_alone(self) -> None:
        """Names, formats and conventions are declared in place of its own."""
        subject = Library()
        made = offering(
            subject,
            {"sigmoid": "logistic"},
            name="mine",
            formats=("float64",),
            conventions={"relu_at_zero": 0},
        )
        target = as_target(made)

        assert (target.name, target.version, target.formats) == ("mine", "7", ("float64",))
        assert target.conventions == {"relu_at_zero": 0}
        assert target.offers("sigmoid")
        assert target.offers("relu")
        assert not hasattr(subject, "operations")

    def test_offering_a_mapping_under_other_names(self) -> None:
        """The names are keys."""
        functions = {"logistic": Library().logistic}

        assert as_target(offering({}, {"sigmoid": functions["logistic"]})).offers("sigmoid")

    def test_a_function_called_operations_declares_nothing(self) -> None:
        """It may be anybody's."""
        assert not PythonObject(type("Odd", (), {"operations": lambda: 1})(), "odd").offers("sigmoid")

    @pytest.mark.parametrize(
        ("mapping", "says"),
        [
            ({"sigmiod": "logistic"}, "offers 'sigmiod', which is no operation; near it: sigmoid"),
            ({"qqq": "logistic"}, "offers 'qqq', which is no operation; gradspec list operations"),
            ({"sigmoid": "logistik"}, "there is no 'logistik'; near it: logistic"),
            ({"sigmoid": "losses.logistic"}, "there is no 'logistic' in losses"),
            ({"sigmoid": "version"}, "which is no function and no name of one"),
            ({"sigmoid": 7}, "which is no function and no name of one"),
            (["sigmoid"], "it is a mapping from operations to functions"),
        ],
    )
    def test_a_mapping_that_leads_nowhere(self, mapping: object, says: str) -> None:
        """The message names the operation or the name, and what is near."""
        subject = Library()
        subject.operations = mapping  # type: ignore[attr-defined]

        with pytest.raises(TargetError, match=says):
            PythonObject(subject, "library")

    def test_offering_refuses_at_once(self) -> None:
        """Not when it is asked."""
        with pytest.raises(TargetError, match="near it: sigmoid"):
            offering(Library(), {"sigmiod": "logistic"})
        with pytest.raises(TargetError, match="'float128'"):
            offering(Library(), formats=("float128",))
