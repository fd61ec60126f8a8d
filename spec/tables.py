"""Reading the tables of data beside the chapters strictly: every field known, present and of its type."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any, TypeGuard

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


class TableError(ValueError):
    """A file of tables that breaks its grammar: the fault of whoever wrote the file."""

    def __init__(self, file: str, entry: str | None, rule: str, way_out: str) -> None:
        super().__init__(file, entry, rule, way_out)
        self.file = file
        """The file, relative to the folder of the specification."""
        self.entry = entry
        """The id of the entry at fault, or its place where it has none; None where the file is at fault."""
        self.rule = rule
        """What was found, and the rule that it breaks."""
        self.way_out = way_out
        """What to write instead."""

    def __str__(self) -> str:
        place = self.file if self.entry is None else f"{self.file}, {self.entry}"
        return f"spec/{place}: {self.rule}; {self.way_out}"


def tables_of(file: str, text: str, name: str, sources: Collection[str]) -> tuple[str, list[dict[str, Any]]]:
    """
    The source that ``text`` names, and its tables called ``name``.

    ``file`` is the name of the file, with its folder; it is called after the source, one of ``sources``. Raises
    :class:`TableError` where the text has another form.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise TableError(file, None, f"the file is not TOML: {error}", "mend it there") from error
    require_fields(file, None, document, ("source", name))
    source, tables = document["source"], document[name]
    stem = file.rpartition("/")[2].removesuffix(".toml")
    if source not in sources or stem != source:
        rule = f"source = {source!r} is not one of {', '.join(sources)} that names the file"
        raise TableError(file, None, rule, f"write source = {stem!r}")
    if not (isinstance(tables, list) and tables and all(isinstance(table, dict) for table in tables)):
        raise TableError(file, None, f"{name} is not a list of tables", f"write each entry below [[{name}]]")
    return source, tables


def require_fields(
    file: str,
    place: str | None,
    table: Mapping[str, Any],
    required: Collection[str],
    optional: Collection[str] = (),
) -> None:
    """Refuse ``table`` unless it has every field of ``required`` and none but these and ``optional``."""
    for name in table:
        if name not in required and name not in optional:
            raise TableError(
                file, place, f"{name!r} is not a field", f"write one of {', '.join((*required, *optional))}"
            )
    for name in required:
        if name not in table:
            raise TableError(file, place, f"the field {name!r} is missing", f"write {name} = ...")


def line(file: str, place: str, table: Mapping[str, Any], name: str) -> str:
    """The field ``name``: one line of text."""
    value = table[name]
    if not is_line(value):
        rule = f"{name} = {value!r} is not one line of text"
        raise TableError(file, place, rule, "write one, without space around it")
    return value


def lines(file: str, place: str, table: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """The field ``name``: a list of lines of text, at least one."""
    value = table[name]
    if not (isinstance(value, list) and value and all(map(is_line, value))):
        raise TableError(file, place, f"{name} = {value!r} is not a list of texts", "write at least one")
    return tuple(value)


def clause_ids(file: str, place: str, table: Mapping[str, Any]) -> tuple[str, ...]:
    """The field ``clauses``: at least one id and none twice; whether they are clauses is for others to say."""
    found = lines(file, place, table, "clauses")
    if len(set(found)) < len(found):
        raise TableError(file, place, f"clauses = {list(found)!r} names a clause twice", "name each once")
    return found


def is_line(value: object) -> TypeGuard[str]:
    """Whether ``value`` is one line of text, neither empty nor with space around it."""
    return isinstance(value, str) and value == value.strip() and len(value.splitlines()) == 1
