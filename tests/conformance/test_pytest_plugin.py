"""The pytest plugin, on a library with a few operations: ids, selection, rulings, and what it leaves alone."""

from __future__ import annotations

import shlex
import subprocess
import sys
import tomllib
from importlib import import_module, resources
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from gradspec.conformance.pytest_plugin.ruling import Failed, Passed, Unoffered, not_required, ruling
from gradspec.conformance.report import Report

if TYPE_CHECKING:
    from pathlib import Path

pytest_plugins = ["pytester"]

PLUGIN = "gradspec.conformance.pytest_plugin"

MINE = """
import warnings
import numpy as np

formats = ("float64", "float32")

def relu(z):
    warnings.warn("what a library has to say", DeprecationWarning)
    return np.maximum(z, 0)

def relu_derivative(z):
    return (z >= 0).astype(z.dtype)

def tanh_derivative(z):
    return 1 - np.tanh(z) ** 2

def identity(z):
    raise NotImplementedError
"""

DEVIATION = """
[[deviation]]
clause = "relu.derivative"
format = "*"
regime = "*"
outcome = "fail"
reason = "1 at 0 until version 3"
link = "https://example.org/issues/12"
expires = 2999-01-31
"""

CLAUSES = ("identity.value", "relu.value", "relu.derivative", "tanh.derivative")
"""What these tests examine, in the order of the text."""

HERE = ("--gradspec", "mine.py", *(word for clause in CLAUSES for word in ("--gradspec-clause", clause)))


class Runner(Protocol):
    """Runs pytest with the plugin, in a library of its own."""

    def __call__(self, *words: str) -> pytest.RunResult:
        """What pytest printed, and its exit status."""
        ...


@pytest.fixture
def inner(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Runner:
    """Pytest in this process, with this plugin and no other that is installed."""
    import_module(f"{PLUGIN}.collecting")  # what an inner run imports first, pytester unloads after it
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makepyfile(mine=MINE, test_own="def test_own():\n    pass\n")

    def run(*words: str) -> pytest.RunResult:
        return pytester.runpytest_inprocess(*words, plugins=[import_module(PLUGIN)])

    return run


class TestListing:
    """One test a clause and format, under an id that can be read and typed."""

    def test_ids(self, inner: Runner) -> None:
        """They are listed in the order of the text, after the library's own tests, and nothing is examined."""
        result = inner("--collect-only", "-q", *HERE)

        assert result.outlines[:9] == [
            "test_own.py::test_own",
            *(f"gradspec::mine.py::{clause}[{name}]" for clause in CLAUSES for name in ("float64", "float32")),
        ]
        assert result.ret == 0

    @pytest.mark.parametrize(
        ("words", "number"),
        [
            (("-k", "gradspec"), 8),
            (("-k", "relu"), 4),
            (("-k", "relu.derivative and float32"), 1),
            (("-k", "not gradspec"), 1),
            (("-m", "gradspec"), 8),
            (("--gradspec-format", "float32"), 5),
            (("gradspec::mine.py",), 8),
            (("gradspec::mine.py::relu.derivative[float32]",), 1),
            (("gradspec::mine.py::relu.derivative[float32]", "test_own.py"), 2),
        ],
    )
    def test_selection(self, inner: Runner, words: tuple[str, ...], number: int) -> None:
        """By -k, by -m, by format, and by id."""
        result = inner("--collect-only", "-q", *words, *HERE)

        assert sum("::" in line for line in result.outlines) == number

    def test_the_header_names_the_target(self, inner: Runner) -> None:
        """And what is drawn and required."""
        inner("--collect-only", *HERE).stdout.fnmatch_lines(["gradspec: mine.py; effort quick, required core"])

    def test_the_effort_is_quick_unless_another_is_asked_for(self, inner: Runner) -> None:
        """A test suite is run often."""
        result = inner("--collect-only", "--gradspec-effort", "standard", *HERE)

        result.stdout.fnmatch_lines(["gradspec: mine.py; effort standard, required core"])


class TestRuling:
    """A test fails for what the command line calls nonconformant or incomplete, and says the same of it."""

    def test_a_library_of_its_own(self, inner: Runner) -> None:
        """Fails, passes, skips; warnings of the target are no errors, though those of tests are."""
        result = inner("-W", "error", "-rfs", "--gradspec-format", "float32", *HERE)

        result.assert_outcomes(failed=1, passed=3, skipped=1)
        result.stdout.fnmatch_lines(
            [
                "FAIL MUST relu.derivative in float32, *",
                "    The derivative of relu at z is 1 above 0*",
                "    got      da = 1.0 (0x1p+0)",
                "             - relu_at_zero = 1, where 0 is declared",
                "    again    gradspec run mine.py --clause relu.derivative --format float32 --effort quick*",
                "mine.py: failing rows that are not required: * SHOULD*; gradspec run shows them",
                "FAILED gradspec::mine.py::relu.derivative?float32?*",
                "SKIPPED * mine* does not support it: no case was answered",
            ],
            consecutive=False,
        )
        assert "Traceback" not in result.stdout.str()

    def test_a_convention_makes_the_same_library_right(self, inner: Runner) -> None:
        """As on the command line."""
        result = inner("-k", "relu.derivative", "--gradspec-convention", "relu_at_zero=1", *HERE)

        result.assert_outcomes(passed=2, deselected=7)

    def test_what_is_required_decides(self, inner: Runner) -> None:
        """A tanh that loses its digits in the tails is Core and not Robust."""
        result = inner("-k", "tanh and float32", "--gradspec-require", "robust", *HERE)

        result.assert_outcomes(failed=1, deselected=8)
        result.stdout.fnmatch_lines(["FAIL SHOULD tanh.derivative in float32, *"])
        assert "not required" not in result.stdout.str()

    def test_undecided_is_a_failure(self) -> None:
        """Nothing is known, and that is no pass."""
        ruled = ruling(report("pass", "undecided"), None)

        assert isinstance(ruled, Failed)
        assert "UNDECIDED MUST relu.derivative in float64, wide" in ruled.lines[0]

    def test_unsupported_alone_is_skipped(self) -> None:
        """A row that was judged beside it makes a pass."""
        assert isinstance(ruling(report("unsupported", "unsupported"), None), Unoffered)
        assert ruling(report("pass", "unsupported"), None) == Passed()

    def test_rows_that_are_not_required_are_counted(self) -> None:
        """By level."""
        found = report("pass", "fail")
        found.results[1]["level"] = "should"

        assert ruling(found, None) == Passed()
        assert not_required(found) == {"should": 1}


class TestDeviations:
    """What is listed is expected to fail, and nothing else is."""

    @pytest.fixture
    def known(self, pytester: pytest.Pytester) -> Path:
        """A file that lists what the library does at 0, in both formats."""
        return pytester.makefile(".toml", known=DEVIATION)

    def test_a_known_deviation_is_an_expected_failure(self, inner: Runner, known: Path) -> None:
        """With its reason and link."""
        result = inner("-rx", "-k", "(relu and float32) or known", "--gradspec-deviations", str(known), *HERE)

        result.assert_outcomes(xfailed=1, passed=2, deselected=7)
        says = "known deviation: 1 at 0 until version 3 (https://example.org/issues/12), until 2999-01-31"
        assert says in result.stdout.str()

    def test_it_fails_where_such_failures_are_to_be_run(self, inner: Runner, known: Path) -> None:
        """With --runxfail nothing is expected to fail, so nothing may pass that does."""
        result = inner("--runxfail", "-k", "relu.derivative and float32", "--gradspec-deviations", str(known), *HERE)

        result.assert_outcomes(failed=1, deselected=9)

    def test_what_no_longer_happens_fails(self, inner: Runner, known: Path) -> None:
        """As a strict expectation does."""
        words = ("--gradspec-convention", "relu_at_zero=1", "--gradspec-deviations", str(known))
        result = inner("-k", "relu.derivative and float64", *words, *HERE)

        result.assert_outcomes(failed=1, deselected=9)
        result.stdout.fnmatch_lines(["*STALE*relu.derivative*", "*passes now; take it out of the entry"])

    def test_what_has_expired_fails(self, inner: Runner, known: Path) -> None:
        """In the test of the file too, which fails whatever else is selected."""
        known.write_text(DEVIATION.replace("2999-01-31", "2001-01-31"), encoding="utf-8")

        result = inner("-k", "(relu.derivative and float32) or known", "--gradspec-deviations", str(known), *HERE)

        result.assert_outcomes(failed=2, deselected=8)
        result.stdout.fnmatch_lines(["EXPIRED relu.derivative, entry 1 (line 2), on 2001-01-31: mend it, or *"])

    def test_a_file_that_cannot_be_read_is_an_error(self, inner: Runner, known: Path) -> None:
        """With the message of the command line."""
        known.write_text(DEVIATION.replace("1 at 0 until version 3", ""), encoding="utf-8")

        result = inner("--gradspec-deviations", str(known), *HERE)

        assert result.ret == pytest.ExitCode.INTERRUPTED
        result.stdout.fnmatch_lines(["gradspec: *known.toml, entry 1 (line 2): reason = ''; write why this deviates*"])


class TestSettings:
    """The same from the settings of a library, from its conftest, and from the command line, which goes first."""

    INI = "[pytest]\ngradspec = mine.py\ngradspec_clause = relu.value relu.derivative\ngradspec_format = float32\n"

    def test_settings_suffice(self, inner: Runner, pytester: pytest.Pytester) -> None:
        """No conftest is needed."""
        pytester.makeini(self.INI + "gradspec_convention = relu_at_zero=1\n")

        inner("-q").assert_outcomes(passed=3)

    def test_settings_in_toml_suffice(self, inner: Runner, pytester: pytest.Pytester) -> None:
        """Lists are lists there."""
        pytester.makepyprojecttoml(
            '[tool.pytest.ini_options]\ngradspec = ["mine.py"]\ngradspec_clause = ["relu.value"]\n'
        )

        assert "gradspec::mine.py::relu.value[float32]" in inner("-q", "--collect-only").outlines

    def test_a_file_is_found_from_another_folder(
        self, inner: Runner, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """It is named relative to the settings."""
        pytester.makeini(self.INI)
        monkeypatch.chdir(pytester.mkdir("below"))

        assert "gradspec::mine.py::relu.value[float32]" in inner("-q", "--collect-only").stdout.str()

    def test_the_command_line_goes_first(self, inner: Runner, pytester: pytest.Pytester) -> None:
        """Another target, another format."""
        pytester.makeini(self.INI)
        result = inner("-q", "--collect-only", "--gradspec", "reference", "--gradspec-format", "float16")

        assert "gradspec::reference::relu.value[float16]" in result.outlines
        assert "mine.py" not in result.stdout.str()

    def test_a_line_in_conftest_suffices(self, inner: Runner, pytester: pytest.Pytester) -> None:
        """A list, since there may be several."""
        pytester.makeconftest('gradspec_targets = ["mine.py"]\n')

        result = inner("-q", "--collect-only", "--gradspec-clause", "relu.value")

        assert "gradspec::mine.py::relu.value[float32]" in result.outlines

    def test_a_text_in_conftest_is_refused(self, inner: Runner, pytester: pytest.Pytester) -> None:
        """Its letters would be taken for targets."""
        pytester.makeconftest('gradspec_targets = "mine.py"\n')

        result = inner()

        assert result.ret == pytest.ExitCode.USAGE_ERROR
        result.stderr.fnmatch_lines(["ERROR: *gradspec_targets = 'mine.py'; write a list of names*"])


class TestMistakes:
    """One message, and no run that looks as if all were well."""

    @pytest.mark.parametrize(
        ("words", "says"),
        [
            (("--gradspec-format", "float32"), "--gradspec-format is given and no target; add --gradspec TARGET"),
            (("gradspec::mine.py::relu.value[float32]",), "is given and no target"),
            (("--gradspec", "mine.py", "gradspec::tanh"), "gradspec::tanh is no test of a target"),
            (
                ("--gradspec", "mine.py", "--gradspec", "reference", "--gradspec-deviations", "known.toml"),
                "known.toml holds the deviations of one target, and there are 2",
            ),
        ],
    )
    def test_of_usage(self, inner: Runner, words: tuple[str, ...], says: str) -> None:
        """Pytest's exit status for them."""
        result = inner(*words)

        assert result.ret == pytest.ExitCode.USAGE_ERROR
        assert says in result.stderr.str()

    @pytest.mark.parametrize(
        ("words", "says"),
        [
            (("--gradspec", "nobody"), "gradspec: 'nobody' is not a target"),
            (("--gradspec", "absent.py"), "gradspec: there is no file absent.py"),
            (("--gradspec-command", ""), "gradspec: --command is empty"),
            ((*HERE, "--gradspec-clause", "nope.*"), "gradspec: 'nope.*' matches no clause that is checked"),
            ((*HERE, "--gradspec-format", "float16"), "gradspec: mine* does not declare float16; it declares float64,"),
            ((*HERE, "--gradspec-effort", "heroic"), "gradspec: 'heroic' is no effort"),
            ((*HERE, "--gradspec-require", "all"), "gradspec: 'all' is no class"),
            ((*HERE, "--gradspec-profile", "keras9"), "gradspec: 'keras9' is not a profile"),
            ((*HERE, "--gradspec-convention", "relu_at_zero"), "gradspec: --gradspec-convention relu_at_zero: write"),
            (("--gradspec", "mine.py", "--gradspec-clause", "dense.value"), "gradspec: mine* offers nothing of what"),
            ((*HERE, "gradspec::mine.py::relu"), "gradspec: gradspec::mine.py::relu is no test of mine.py;"),
        ],
    )
    def test_of_the_request(self, inner: Runner, words: tuple[str, ...], says: str) -> None:
        """An error of collecting the target: no test is run."""
        result = inner(*words)

        assert result.ret == pytest.ExitCode.INTERRUPTED
        result.stdout.fnmatch_lines([f"{says.replace('[', '?')}*"])


class TestOtherRuns:
    """Who has gradspec installed and names no target notices nothing."""

    def test_no_test_is_added(self, inner: Runner) -> None:
        """Nor a line."""
        result = inner()

        result.assert_outcomes(passed=1)
        assert not [line for line in result.outlines if line.startswith("gradspec")]

    def test_no_oracle_is_loaded(self) -> None:
        """Nor anything else that takes time, until a target is named."""
        heavy = ("gradspec.oracle", "gradspec.spec", "numpy", "mpmath", "hypothesis", "jsonschema", "jsonschema_rs")
        code = f"import sys, {PLUGIN}; print(*(set(sys.modules) & {set(heavy)!r}))"

        result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

        assert result.stdout.strip() == ""

    def test_pytest_finds_it(self, repository: Path) -> None:
        """By the entry point that is installed."""
        project = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))["project"]

        assert project["entry-points"]["pytest11"] == {"gradspec": PLUGIN}


class TestWorkers:
    """Tests are independent of one another: pytest-xdist spreads them."""

    def test_two_workers_rule_as_one_process(self, inner: Runner, pytester: pytest.Pytester) -> None:
        """The outcomes, and the count of what is not required, are those of one process."""
        pytest.importorskip("xdist", reason="pip install 'gradspec[test]' brings pytest-xdist")
        words = ("-k", "gradspec and float32", *HERE)
        alone = inner(*words)
        spread = pytester.runpytest_subprocess("-p", "xdist.plugin", "-p", PLUGIN, "-n", "2", *words)

        spread.assert_outcomes(failed=1, passed=2, skipped=1)
        (line,) = (line for line in alone.outlines if line.startswith("mine.py: failing rows"))
        assert line in spread.outlines


class TestWorkflow:
    """The example for GitHub Actions is YAML of the right form, and what it runs is understood."""

    @pytest.fixture
    def workflow(self) -> Any:
        """The example, read."""
        yaml = pytest.importorskip("yaml", reason="pip install pyyaml to check the form of the workflow")
        return yaml.safe_load(resources.files(PLUGIN).joinpath("workflow.yml").read_text(encoding="utf-8"))

    def test_it_is_printed(self, inner: Runner) -> None:
        """To be saved where GitHub looks for it."""
        result = inner("--gradspec-workflow")

        assert result.ret == 0
        assert result.stdout.str().rstrip() == resources.files(PLUGIN).joinpath("workflow.yml").read_text().rstrip()

    def test_it_has_the_form_of_a_workflow(self, workflow: Any) -> None:
        """Events, jobs on a runner, and steps that run or use something."""
        events = workflow[True]  # what YAML 1.1 reads for on
        (job,) = workflow["jobs"].values()

        assert {"push", "pull_request", "schedule"} == events.keys()
        assert job["runs-on"] == "ubuntu-latest"
        assert workflow["permissions"] == {"contents": "read"}
        assert all(("run" in step) != ("uses" in step) for step in job["steps"])

    def test_its_pytest_is_understood(self, workflow: Any, inner: Runner, pytester: pytest.Pytester) -> None:
        """Every option that it gives, with the adapter of a library in place of the example."""
        pytester.makepyfile(adapter=MINE + "\n\nclass Adapter:\n    relu = staticmethod(relu)\n")
        runs = [shlex.split(step["run"]) for step in workflow["jobs"]["conformance"]["steps"] if "run" in step]
        (words,) = (words[3:] for words in runs if words[:3] == ["python", "-m", "pytest"])
        words = ["adapter.py:Adapter" if word == "mylib.adapter:Adapter" else word for word in words]
        assert words[:2] == ["-n", "auto"]

        result = inner("--collect-only", "-q", *words[2:])

        assert "gradspec::adapter.py:Adapter::relu.value[float64]" in result.outlines

    def test_its_run_is_understood(self, workflow: Any) -> None:
        """The command line knows each option."""
        steps = workflow["jobs"]["conformance"]["steps"]
        (words,) = (shlex.split(step["run"]) for step in steps if step.get("run", "").startswith("gradspec run"))

        assert words == ["gradspec", "run", "mylib.adapter:Adapter", "--json", "gradspec.json"]


def report(*verdicts: str) -> Report:
    """A report of relu.derivative whose rows have these verdicts, in exact and wide."""
    rows = [
        {
            "clause": "relu.derivative",
            "operation": "relu_derivative",
            "format": "float64",
            "regime": regime,
            "level": "must",
            "verdict": verdict,
            "examples": 12,
            "decided": 3,
        }
        for regime, verdict in zip(("exact", "wide"), verdicts, strict=True)
    ]
    return Report(
        {"require": "core", "effort": "quick", "verdict": "incomplete", "target": {"name": "mine"}, "results": rows}
    )
