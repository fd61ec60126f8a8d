"""The known failures that are installed are those of the published reports."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gradspec.conformance.explaining import __main__ as generator
from gradspec.conformance.publishing import publishing
from gradspec.conformance.report import Report

REPORTS = Path(__file__).parents[2] / "reports"


@pytest.mark.skipif(not REPORTS.is_dir(), reason="the reports are in the checkout alone")
def test_known_failures_are_those_of_the_reports(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """``python -m gradspec.conformance.explaining`` would change nothing."""
    # Another test holds them against their schema, which takes longer than all the rest.
    monkeypatch.setattr(publishing, "read", lambda file: Report(json.loads(file.read_text(encoding="utf-8"))))
    status = generator.main(["--check", str(REPORTS)])

    assert capsys.readouterr().out == "known_failures.json: up to date\n"
    assert status == 0
