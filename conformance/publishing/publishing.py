"""
A folder of reports: for each target a JSON document and a page, and one page over all of them.

Pages are functions of the documents, so that they can be written again at any time and checked for being up to date.
"""

from __future__ import annotations

import re
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..distributing.choosing import performer
from ..isolation.source import Source
from ..journal import Journal
from ..json_file import write
from ..report import read
from ..running import Request, run
from .comparison import comparison
from .page import Place, page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from ..examining import Job
    from ..report import Report

_UNSAFE = re.compile(r"[^\w.-]+")
"""What a version, which a stranger writes, has that the name of a file should not."""

COMPARISON = "comparison.md"
"""The page over all reports."""


@dataclass(frozen=True)
class Published:
    """One report of a folder."""

    target: str
    """By which the command line names it."""
    report: Report
    """The document."""

    @property
    def stem(self) -> str:
        """Of its files."""
        return f"{self.target}-{_version(self.report)}"


def publish(
    folder: Path,
    target: str,
    request: Request,
    workers: int,
    progress: Callable[[int, int, Job, Sequence[Mapping[str, object]]], None] | None = None,
) -> Path:
    """
    Examine ``target``, named as on the command line, and write its report into ``folder``; the file.

    What an interrupted run had reached is not asked again.
    """
    journal_file = folder / f"{target}.journal"
    source = Source(target, journal=journal_file)
    journal = Journal(journal_file, resumes=journal_file.exists())
    with closing(source.open()) as subject:
        report = run(subject, request, progress, perform=performer(source, workers, None), journal=journal)
    file = folder / f"{Published(target, report).stem}.json"
    write(file, report.text())
    journal.remove()
    return file


def published(folder: Path) -> list[Published]:
    """The reports of a folder, by name."""
    found = []
    for file in sorted(folder.glob("*.json")):
        report = read(file)
        found.append(Published(file.stem.removesuffix(f"-{_version(report)}"), report))
    return found


def pages(reports: Sequence[Published]) -> dict[str, str]:
    """The pages of a folder with these reports, by the names of their files."""
    made = {f"{each.stem}.md": page(each.report, Place(each.target, each.stem)) for each in reports}
    return made | {COMPARISON: comparison({each.stem: each.report for each in reports})}


def stale(folder: Path, wanted: Mapping[str, str]) -> Iterable[str]:
    """The names of the pages of a folder that are not as ``wanted``."""
    for name, text in wanted.items():
        file = folder / name
        if not file.is_file() or file.read_text(encoding="utf-8") != text:
            yield name


def _version(report: Report) -> str:
    """Of the target, without what only says how it was built, as it may stand in the name of a file."""
    return _UNSAFE.sub("_", str(report.document["target"]["version"]).partition("+")[0])
