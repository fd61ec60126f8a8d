"""Finding the target that the command line names, and saying what is wrong with it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest

from gradspec.conformance import Request, ScopeError, TargetError, load, run
from gradspec.conformance.adapters.python_object import PythonObject
from gradspec.conformance.running import as_target

if TYPE_CHECKING:
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
