"""
The pytest plugin: ``pytest --gradspec TARGET`` makes one test of each clause in each format.

It is loaded in every pytest run of whoever has gradspec installed. So this module imports nothing but pytest, and
adds nothing to a run that names no target: not on the command line, not in the settings of pytest, and not as
``gradspec_targets`` in a ``conftest.py``.
"""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING

import pytest

from .options import ROOT, Wanted, add_options, wanted

if TYPE_CHECKING:
    from collections.abc import Iterator

_WANTED = pytest.StashKey[Wanted]()
"""What a run asks of gradspec, where it asks anything."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options and settings that begin with gradspec."""
    add_options(parser)


def pytest_cmdline_main(config: pytest.Config) -> int | None:
    """Print the example of a workflow, where that is asked for, instead of running tests."""
    if not config.getoption("gradspec_workflow"):
        return None
    print(resources.files(__package__).joinpath("workflow.yml").read_text(encoding="utf-8"), end="")  # noqa: T201 - asked for
    return 0


def pytest_configure(config: pytest.Config) -> None:
    """Find out what is asked, and keep the tests of gradspec named on the command line from being sought as files."""
    config.addinivalue_line("markers", "gradspec: a clause of gradspec in a format, on a target")
    asked = wanted(config)
    if asked is not None:
        config.stash[_WANTED] = asked
        config.args = [argument for argument in config.args if not argument.startswith(ROOT)]


def pytest_report_header(config: pytest.Config) -> list[str]:
    """Who is examined, and how thoroughly."""
    if _WANTED not in config.stash:
        return []
    asked = config.stash[_WANTED]
    return [f"gradspec: {', '.join(asked.labels)}; effort {asked.effort}, required {asked.require}"]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(session: pytest.Session, config: pytest.Config, items: list[pytest.Item]) -> None:
    """Add the tests of gradspec before any other plugin selects among all of them."""
    if _WANTED in config.stash:
        from .collecting import nodes  # noqa: PLC0415 - the oracle, which no other run is to load

        for node in nodes(session, config.stash[_WANTED]):
            items.extend(session.genitems(node))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How many rows fail that were not required: they decide no test, and are not to be lost."""
    if _WANTED in terminalreporter.config.stash:
        lines = list(_not_required(terminalreporter))
        if lines:
            terminalreporter.section("gradspec")
            for line in lines:
                terminalreporter.line(line)


def _not_required(terminalreporter: pytest.TerminalReporter) -> Iterator[str]:
    found: dict[str, dict[str, int]] = {}
    for reports in terminalreporter.stats.values():
        for report in reports:
            if getattr(report, "when", "") != "call":
                continue
            for name, counts in report.user_properties:
                if name == "gradspec_failing_not_required":
                    target = found.setdefault(counts["target"], {})
                    for level, number in counts["rows"].items():
                        target[level] = target.get(level, 0) + number
    for label, levels in found.items():
        counted = ", ".join(f"{number} {level.upper()}" for level, number in levels.items())
        yield f"{label}: failing rows that are not required: {counted}; gradspec run shows them"
