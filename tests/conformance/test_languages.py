"""Targets in other languages, each right and with one fault; and what ``gradspec new-adapter`` writes."""

from __future__ import annotations

import shlex
import shutil
import subprocess
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from gradspec.conformance import Request, load, run
from gradspec.conformance.adapters.process import Process
from gradspec.conformance.checks import CHECKS
from gradspec.conformance.checks.registry import Subject
from gradspec.conformance.command_line import main
from gradspec.conformance.commands.new_adapter import LANGUAGES
from gradspec.conformance.verdict import Class, Conformance
from gradspec.spec.operations import operations

TARGETS = Path(__file__).parent.parent / "targets"


@dataclass(frozen=True)
class Program:
    """A target in one language, and the twin that has a fault."""

    source: str
    """Its file among the targets."""
    tool: str
    """What compiles or starts it."""
    installing: str
    """How the tool is installed."""
    compiling: str | None
    """Compiles ``{source}`` into ``{program}`` with ``{flags}``; None where nothing is compiled."""
    flags: str
    """The flags by which the compiler, or the words by which the program, plants the fault."""
    offers: int
    """How many operations it has."""
    broken: frozenset[str]
    """The clauses that the twin breaks in the regime wide, all of them."""

    def command(self, folder: Path, *, faulty: bool) -> str:
        """The command that starts it, compiled into ``folder`` if need be; skips where the tool is absent."""
        require(self.tool, self.installing)
        flags = self.flags if faulty else ""
        source = shlex.quote(str(TARGETS / self.source))
        if self.compiling is None:
            return f"{self.tool} {source} {flags}"
        program = shlex.quote(str(folder / "target"))
        compiled(self.compiling.format(program=program, source=source, flags=flags))
        return program


PROGRAMS = {
    "C": Program(
        source="target.c",
        tool="cc",
        installing="install a C compiler, such as gcc",
        compiling="cc -std=c11 -O2 -Wall -Wextra -Werror {flags} -o {program} {source} -lm",
        flags="-DFAULTY",
        offers=42,
        broken=frozenset({"dense.gradients", "dense.batch_gradients", "network.gradients"}),  # square dW transposed
    ),
    "JavaScript": Program(
        source="target.js",
        tool="node",
        installing="install Node.js",
        compiling=None,
        flags="faulty",
        offers=27,
        broken=frozenset({"network.gradients"}),  # the derivative of an activation at a instead of z
    ),
    "Rust": Program(
        source="target.rs",
        tool="rustc",
        installing="install Rust, such as by rustup",
        compiling="rustc --edition 2021 -O -D warnings {flags} -o {program} {source}",
        flags="--cfg faulty",
        offers=27,
        broken=frozenset({"dense.batch_gradients"}),  # the bias gradient is the mean over the samples
    ),
}

RUNS = {"float32": ("ordinary",), "float64": ("extreme", "special")}
"""The regimes in which the right targets are examined in each format; the twins are in ``wide``."""

MOST = max(program.offers for program in PROGRAMS.values())
"""How many operations the program has whose answers are held to the contract too."""

NUMBERS = tuple(check.clause for check in CHECKS.values() if check.subject is not Subject.CONTRACT)
"""The clauses of values and of relations between them."""


def require(tool: str, installing: str) -> None:
    """Skip a test where there is no ``tool``."""
    if shutil.which(tool) is None:
        pytest.skip(f"there is no {tool}: {installing}")


def compiled(command: str) -> None:
    """Run the compiler; a failure shows what it said."""
    result = subprocess.run(shlex.split(command), capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("name", PROGRAMS)
class TestLanguages:
    """A target in another language is examined like any other."""

    @pytest.mark.parametrize("format_name", RUNS)
    def test_the_right_one_is_strict(self, name: str, format_name: str, tmp_path: Path) -> None:
        """Every digit arrives, in both directions and both formats."""
        program = PROGRAMS[name]
        request = Request(
            formats=(format_name,),
            regimes=RUNS[format_name],
            clauses=() if program.offers == MOST else NUMBERS,
            effort="quick",
            diagnose=False,
        )
        with closing(Process(program.command(tmp_path, faulty=False))) as target:
            report = run(target, request)

        assert [(row["clause"], row["counterexample"]["reason"]) for row in report.failures] == []
        assert report.reached is Class.STRICT
        assert report.verdict is Conformance.CONFORMANT
        assert len(report.document["scope"]["operations"]) == program.offers

    def test_its_twin_fails_what_it_breaks(self, name: str, tmp_path: Path) -> None:
        """And passes everything else that it offers."""
        program = PROGRAMS[name]
        request = Request(formats=("float64",), regimes=("wide",), effort="quick", diagnose=False)
        with closing(Process(program.command(tmp_path, faulty=True))) as target:
            report = run(target, request)

        assert {row["clause"] for row in report.failures} == program.broken
        assert report.verdict is Conformance.NONCONFORMANT


TOOLS = {
    "c": ("cc", PROGRAMS["C"].installing),
    "javascript": ("node", PROGRAMS["JavaScript"].installing),
    "rust": ("rustc", PROGRAMS["Rust"].installing),
}
"""What an adapter needs beside Python, and how it is installed."""


class TestNewAdapter:
    """``gradspec new-adapter`` writes an adapter that works before anything is changed."""

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_what_is_written_is_conformant(self, language: str, tmp_path: Path) -> None:
        """Written, compiled by the printed command, examined; also in a folder whose name has a space."""
        if language in TOOLS:
            require(*TOOLS[language])
        folder = tmp_path / "my adapter"
        result = CliRunner().invoke(main, ["new-adapter", "--language", language, str(folder)])
        assert result.exit_code == 0, result.output
        *compiling, doctor, running = [line.strip() for line in result.output.partition("next:\n")[2].splitlines()]
        for command in compiling:
            compiled(command)

        words = shlex.split(running)
        assert shlex.split(doctor) == ["gradspec", "doctor", *words[2:-2]]
        target = Process(words[3]) if words[2] == "--command" else load(words[2])
        with closing(target):
            report = run(target, Request(effort="quick"))

        assert report.document["scope"]["text"].startswith(f"Strict, 2 of {len(operations())} operations, float64")
        assert report.verdict is Conformance.CONFORMANT

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_its_readme_says_what_to_type(self, language: str, tmp_path: Path) -> None:
        """In its folder, with every blank filled in."""
        CliRunner().invoke(main, ["new-adapter", "--language", language, str(tmp_path)])

        readme = (tmp_path / "README.md").read_text(encoding="utf-8")
        assert "{" not in readme
        assert "\n    gradspec doctor " in readme
        assert "--json report.json\n" in readme
        assert str(tmp_path) not in readme

    def test_nothing_is_overwritten(self, tmp_path: Path) -> None:
        """Neither the adapter nor the README, and nothing is written beside what is there."""
        (tmp_path / "README.md").write_text("mine", encoding="utf-8")
        result = CliRunner().invoke(main, ["new-adapter", str(tmp_path)])

        assert result.exit_code == 2
        assert "README.md would be overwritten; give another folder" in result.output
        assert (tmp_path / "README.md").read_text(encoding="utf-8") == "mine"
        assert not (tmp_path / "target.py").exists()

    @pytest.mark.parametrize(
        ("words", "says"),
        [
            (["--language", "cobol", "new"], "--language cobol: there are templates in python, c, javascript, rust"),
            (["taken/new"], "an adapter cannot be written into taken/new"),
        ],
    )
    def test_mistakes_are_told(
        self, words: list[str], says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """With the value, the rule and the way out."""
        monkeypatch.chdir(tmp_path)
        (tmp_path / "taken").write_text("a file", encoding="utf-8")
        result = CliRunner().invoke(main, ["new-adapter", *words])

        assert result.exit_code == 2
        assert says in result.output
