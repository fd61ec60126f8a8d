"""
Reading a file of known deviations.

It is TOML, a list of tables::

    [[deviation]]
    clause = "relu.derivative"
    operation = "relu_derivative"  # may be left out: every operation of the clause
    format = ["float64", "float32"]  # or one, or "*"
    regime = "exact"  # likewise
    level = "must"  # which is the default
    effort = "standard"  # the least effort at which it shows; quick is the default
    outcome = "fail"  # or "error", or both in a list
    reason = "1 at 0 by the documented convention of version 2; changes with version 3"
    link = "https://example.org/issues/12"
    expires = 2027-06-30

An entry names rows, and every row that it names and that a run judges has to fail. So ``"*"`` says that it happens in
every format, not that nobody knows in which. Where fewer cases are drawn than the entry's effort draws, a row that
passes tells nothing.
"""

from __future__ import annotations

import difflib
import hashlib
import re
import tomllib
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ...spec.formats import FORMATS
from ...spec.operations import REGIMES, operations
from ..checks import CHECKS
from ..examining import EFFORTS
from ..verdict import FAILING, Level, RowVerdict
from .deviation import Deviation, DeviationError, Deviations, rows_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

TABLE = "deviation"
"""The name of the list of tables."""

REQUIRED_KEYS = ("clause", "format", "regime", "outcome", "reason", "link", "expires")
"""Which every entry has."""

OPTIONAL_KEYS = ("operation", "level", "effort")
"""Which an entry may have."""

NO_LINK = "none"
"""Stands for a link, except at level must: a formula that is wrong has an issue somewhere."""

_HEADER = re.compile(rf"^\s*\[\[\s*{TABLE}\s*\]\]", re.MULTILINE)


@dataclass(frozen=True)
class _Entry:
    """One table of the file, and where it stands."""

    file: str
    place: str
    values: dict[str, Any]

    def error(self, fault: str) -> DeviationError:
        return DeviationError(f"{self.file}, {self.place}: {fault}")


def read(path: Path) -> Deviations:
    """The deviations in a file; raises :class:`DeviationError`, naming the entry, the rule and the way out."""
    try:
        content = path.read_bytes()
        document = tomllib.loads(content.decode("utf-8"))
    except OSError as error:
        message = f"the deviations {path} cannot be read: {error.strerror}; gradspec adopt REPORT writes such a file"
        raise DeviationError(message) from error
    except (ValueError, RecursionError) as error:
        message = f"{path} is not TOML: {error}"
        raise DeviationError(message) from error
    deviations = tuple(_deviation(entry) for entry in _entries(document, content.decode("utf-8"), str(path)))
    _refuse_twice(deviations, str(path))
    return Deviations(path.name, hashlib.sha256(content).hexdigest(), deviations)


def _entries(document: dict[str, Any], text: str, file: str) -> list[_Entry]:
    others = [key for key in document if key != TABLE]
    tables = document.get(TABLE, [])
    if others or not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        message = f"{file} has {others[0] if others else TABLE!r} at the top; write [[{TABLE}]] above each entry"
        raise DeviationError(message)
    lines = [text.count("\n", 0, match.end()) + 1 for match in _HEADER.finditer(text)]
    places = [f"entry {number} (line {line})" for number, line in enumerate(lines, 1)]
    if len(places) != len(tables):  # written inline, or the header stands in a text
        places = [f"entry {number}" for number in range(1, len(tables) + 1)]
    return [_Entry(file, place, table) for place, table in zip(places, tables, strict=True)]


def _deviation(entry: _Entry) -> Deviation:
    for key in entry.values:
        _known(entry, "key", key, (*REQUIRED_KEYS, *OPTIONAL_KEYS))
    for key in REQUIRED_KEYS:
        if key not in entry.values:
            raise entry.error(f"{key} is missing; an entry has {', '.join(REQUIRED_KEYS)}")
    level = Level(_one(entry, "level", tuple(Level))) if "level" in entry.values else Level.MUST
    deviation = Deviation(
        place=entry.place,
        clause=_one(entry, "clause", CHECKS, "gradspec list clauses prints them"),
        operation=_one(entry, "operation", operations(), "gradspec list operations prints them")
        if "operation" in entry.values
        else None,
        formats=_some(entry, "format", tuple(FORMATS)),
        regimes=_some(entry, "regime", REGIMES),
        level=level,
        outcomes=tuple(map(RowVerdict, _some(entry, "outcome", FAILING, star=False))),
        reason=_reason(entry),
        link=_link(entry, level),
        expires=_expires(entry),
        effort=_one(entry, "effort", EFFORTS) if "effort" in entry.values else next(iter(EFFORTS)),
    )
    _refuse_nothing(entry, deviation)
    return deviation


def _one(entry: _Entry, key: str, options: Iterable[str], otherwise: str = "") -> str:
    value = entry.values[key]
    if not isinstance(value, str):
        raise entry.error(f"{key} = {value!r} is no text")
    _known(entry, key, value, options, otherwise)
    return value


def _some(entry: _Entry, key: str, options: Sequence[str], *, star: bool = True) -> tuple[str, ...]:
    """The options that are named, in their order: by one text, by a list, or by ``*``."""
    value = entry.values[key]
    if star and value == "*":
        return tuple(options)
    named = [value] if isinstance(value, str) else value
    if not isinstance(named, list) or not named or not all(isinstance(each, str) for each in named):
        raise entry.error(f"{key} = {value!r}: write one of {', '.join(options)}, or a list{', or *' if star else ''}")
    for each in named:
        _known(entry, key, each, options)
    return tuple(option for option in options if option in named)


def _known(entry: _Entry, kind: str, value: str, options: Iterable[str], otherwise: str = "") -> None:
    """Refuse what is no option, with those that are near, or ``otherwise`` the way to find one, or all."""
    options = [str(option) for option in options]
    if value not in options:
        near = " or ".join(difflib.get_close_matches(value, options, n=3))
        way = f"did you mean {near}?" if near else otherwise or f"choose from {', '.join(options)}"
        raise entry.error(f"{value!r} is no {kind}; {way}")


def _reason(entry: _Entry) -> str:
    value = entry.values["reason"]
    if not isinstance(value, str) or not value.strip():
        raise entry.error(f"reason = {value!r}; write why this deviates and why it is left so for now")
    return value


def _link(entry: _Entry, level: Level) -> str:
    value = entry.values["link"]
    if isinstance(value, str) and is_address(value):
        return value
    if value == NO_LINK and level is not Level.MUST:
        return NO_LINK
    other = "" if level is Level.MUST else f', or "{NO_LINK}", which level {level} admits'
    raise entry.error(f"link = {value!r}; write the https:// address where this is dealt with{other}")


def is_address(text: str) -> bool:
    """Whether a text is the address of a page."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and not any(map(str.isspace, text))


def _expires(entry: _Entry) -> date:
    value = entry.values["expires"]
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    found = as_date(value) if isinstance(value, str) else None
    if found is None:
        raise entry.error(f"expires = {value!r}; write the last day on which it counts, such as 2027-06-30")
    return found


def as_date(text: str) -> date | None:
    """The day that is written as ``2027-06-30``, or None."""
    try:
        return date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else None
    except ValueError:
        return None


def _refuse_nothing(entry: _Entry, deviation: Deviation) -> None:
    """An entry, and each value that it lists, names a row that some run can have."""
    rows = [row for row in rows_of(deviation.clause) if deviation.operation in (None, row.operation)]
    if not rows:
        names = ", ".join(dict.fromkeys(row.operation for row in rows_of(deviation.clause)))
        raise entry.error(f"{deviation.clause} has no rows on {deviation.operation}; it has them on {names}")
    at_level = {row.regime for row in rows if row.level is deviation.level}
    wanted = [] if entry.values["regime"] == "*" else [name for name in deviation.regimes if name not in at_level]
    if wanted or not at_level:
        has = ", ".join(dict.fromkeys(f"{row.regime} ({row.level})" for row in rows))
        where = f"in {wanted[0]} " if wanted else ""
        raise entry.error(f"{deviation.clause} has no rows {where}at level {deviation.level}; it has {has}")


def _refuse_twice(deviations: Sequence[Deviation], file: str) -> None:
    seen: dict[Any, Deviation] = {}
    for deviation in deviations:
        for row in sorted(deviation.rows, key=str):
            if row in seen:
                message = f"{file}: {seen[row].place} and {deviation.place} both name the row {row}; keep it in one"
                raise DeviationError(message)
            seen[row] = deviation
