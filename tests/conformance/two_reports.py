"""Two reports that differ, in files, for the tests of what stands reports beside one another."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from click.testing import CliRunner

from gradspec.conformance.command_line import main
from gradspec.conformance.report import Report
from tests.conformance.report_samples import document, hostile_document

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Json = dict[str, Any]


def changed(change: Callable[[Json], object] = lambda _: None) -> Report:
    """The sample, a little different."""
    made = deepcopy(document())
    change(made)
    return Report(made)


def named(made: Json, name: str) -> Json:
    """The row of a document that ``name`` names by clause, operation, format, regime and level."""
    fields = ("clause", "operation", "format", "regime", "level")
    return next(row for row in made["results"] if " ".join(row[field] for field in fields) == name)


def faster(made: Json) -> None:
    """Another implementation: one row fails that passed, one passes that failed, another format is not there."""
    made["target"] = {"name": "other", "version": "2"}
    value = named(made, "tanh.value tanh float64 ordinary must")
    value |= {"verdict": "fail", "max_error_ulps": 40.0, "counterexample": made["results"][9]["counterexample"]}
    slope = named(made, "tanh.derivative tanh_derivative float32 ordinary should")
    slope["verdict"] = "pass"
    del slope["counterexample"]
    made["results"] = [row for row in made["results"] if row["format"] != "bfloat16"]
    made["scope"]["formats"].remove("bfloat16")
    made["seed"] = 8


def written(folder: Path) -> Path:
    """``folder`` with the sample, with what is a little different, and with a hostile report."""
    for name, made in (("one", document()), ("two", changed(faster).document), ("bad", hostile_document())):
        (folder / f"{name}.json").write_text(json.dumps(made), encoding="utf-8")
    return folder


def run(*arguments: object) -> tuple[int, str]:
    """The command with these arguments: its exit status and what it prints."""
    done = CliRunner().invoke(main, list(map(str, arguments)))
    assert done.exception is None or isinstance(done.exception, SystemExit)
    return done.exit_code, done.output
