"""
The clauses of the specification, read from its chapters.

A chapter is a file of this folder whose name begins with its number, ``4-activations.md``, or the appendix of
worked examples, ``B-examples.md``. A clause in it
is a heading of the third level that is one code span, the id; then a fenced ``toml`` block of facts; then
paragraphs that open with ``**Statement.**``, ``**Formal.**``, ``**Proof.**`` and ``**Notes.**``, in this order, each
reaching up to the next; the formal part is a fenced ``coq`` block, the statement as a machine has checked it.
No clause stands anywhere else: whatever needs one asks :func:`clauses`.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, get_args

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from importlib.resources.abc import Traversable

VERSION = "0.1.0"
"""The version of the specification, the text: reports carry it beside :func:`specification_digest`."""

DATA_FOLDERS = ("errata", "examples", "sources")
"""The folders of tables beside the chapters: what the sources print, and which clause states it."""

Kind = Literal["definition", "convention", "example", "proposition", "property", "listing"]
"""What a clause is: propositions and listings have an oracle function, and every kind from propositions on a check."""

Subject = Literal["implementation", "oracle"]
"""Whom a clause binds."""

_CHAPTER_NAME = re.compile(r"(\d+|B)-[a-z-]+\.md")
_CLAUSE_ID = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")
_CLAUSE_TAG = "h3"
_PARTS = ("Statement", "Formal", "Proof", "Notes")
_PART = re.compile(rf"\*\*({'|'.join(_PARTS)})\.\*\*\s*")
_PART_MISSPELT = re.compile(rf"(\*\*|__)({'|'.join(_PARTS)}|Note)\b")


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_list_of_texts(value: object) -> bool:
    return isinstance(value, list) and all(map(_is_text, value))


def _is_table_of_texts(value: object) -> bool:
    return isinstance(value, dict) and all(map(_is_text, value.values()))


_FACTS: Mapping[str, tuple[str, Callable[[object], bool]]] = {
    "kind": (f"one of {', '.join(get_args(Kind))}", get_args(Kind).__contains__),
    "operation": ("a text", _is_text),
    "subject": (f"one of {', '.join(get_args(Subject))}", get_args(Subject).__contains__),
    "sources": ("a list of texts", _is_list_of_texts),
    "extension": ("a text", _is_text),
    "conventions": ("a list of texts", _is_list_of_texts),
    "witness": ("a text", _is_text),
    "judged_by": ("a text", _is_text),
    "errata": ("a list of texts", _is_list_of_texts),
    "forms": ("a table of texts", _is_table_of_texts),
    "proof": ('a theorem, "Calculus.chain_rule", or "none"', _is_text),
    "unproven": ("a text", _is_text),
    "satisfiable": ("a text", _is_text),
}
"""Each fact a clause may state: what it must be, in words and as a test."""

NO_PROOF = "none"
"""The fact ``proof`` of a clause that is no statement about real numbers; ``unproven`` says why."""

_OF_PROOFS = (
    re.compile(r"^(?:proof|unproven|satisfiable|refuted|unrefuted) = .*\n", re.MULTILINE),
    re.compile(r"^\*\*Formal\.\*\*\n+```coq\n.*?^```\n+", re.MULTILINE | re.DOTALL),
)
"""What a chapter says of the proofs by machine: they prove what a clause says, and no verdict depends on them."""

_REQUIRED_FACTS = ("kind", "sources", "conventions")


@dataclass(frozen=True, kw_only=True)
class Clause:
    """One clause of the specification: its facts, and its text as Markdown source."""

    id: str
    """Dotted words that begin with the operation or object, ``softmax.jacobian``; stable for ever."""
    kind: Kind
    """What it is, which decides what it needs: an oracle function, a check, or neither."""
    chapter: str
    """The chapter it stands in, as the stem of its file, ``4-activations``."""
    operation: str | None
    """The operation whose answers it judges; None where it judges no operation, or every one."""
    subject: Subject = "implementation"
    """Whom it binds: the implementation under test, or the oracle."""
    sources: tuple[str, ...]
    """The places that state it: a key of the references, a colon and a locator, ``jiang: section 2``."""
    extension: str | None
    """Why it stands here although no source states it; None where a source does."""
    conventions: tuple[str, ...]
    """The free choices it depends on, by their names in ``conventions.toml``."""
    witness: str | None
    """What it is verified against, ``derivative_of sigmoid.value`` or ``by definition``."""
    judged_by: str | None = None
    """The clause by whose check an implementation is judged, where this one states the same quantity in another way."""
    forms: Mapping[str, str] = field(hash=False)
    """Its formulas by name: ``definition`` first, ``stable`` the one by which SHOULD is judged."""
    errata: tuple[str, ...]
    """The ids of the mistakes in the sources that it corrects."""
    statement: str
    """The normative text: ordered cases, the formula, shapes and domain."""
    formal: str
    """The statement as a machine has checked it, in the language of Coq; empty where it is no such statement."""
    theorem: str | None
    """The theorem of ``proofs/`` that is the formal statement, ``Calculus.chain_rule``; None where there is none."""
    unproven: str | None
    """Why there is no theorem; None where there is one, or nothing is said."""
    satisfiable: str | None
    """The lemma that the hypotheses of the theorem can be met; None where it has none that could be in vain."""
    proof: str
    """Why the statement is true; empty where there is nothing to prove."""
    notes: str
    """Everything else; binds nobody, and is often empty."""


class SpecificationError(ValueError):
    """A chapter that breaks the grammar of clauses: the fault of whoever wrote the chapter."""

    def __init__(self, file: str, line: int, rule: str, way_out: str) -> None:
        super().__init__(file, line, rule, way_out)
        self.file = file
        """The file, relative to the folder of the specification."""
        self.line = line
        """The line, counted from 1, at which the rule is broken."""
        self.rule = rule
        """What was found, and the rule that it breaks."""
        self.way_out = way_out
        """What to write instead."""

    def __str__(self) -> str:
        return f"spec/{self.file}:{self.line}: {self.rule}; {self.way_out}"


@cache
def clauses() -> Mapping[str, Clause]:
    """
    Every clause by its id, in reading order.

    Raises :class:`SpecificationError` at the first place where a chapter breaks the grammar.
    """
    found: dict[str, Clause] = {}
    for name in _chapter_names():
        found |= parse_chapter(name, _text(name), known=found)
    return MappingProxyType(found)


@cache
def specification_digest() -> str:
    """
    SHA-256, in hexadecimal, of the text that judges: the chapters and the ``toml`` files beside and below them.

    What the chapters say of proofs by machine does not count: no verdict depends on it. Files count in the order of
    their names, each as name, length and UTF-8 bytes. Lines end in a line feed, whatever the checkout made of them.
    """
    digest = hashlib.sha256()
    for name in sorted((*_chapter_names(), *_tables())):
        content = judging_text(_text(name)).encode()
        digest.update(f"{name}\n{len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


def judging_text(text: str) -> str:
    """The text of a file without what is said of proofs by machine."""
    for pattern in _OF_PROOFS:
        text = pattern.sub("", text)
    return text


def _tables() -> Iterator[str]:
    """The ``toml`` files beside the chapters, and those of the folders of data."""
    for folder in ("", *(f"{name}/" for name in DATA_FOLDERS)):
        for file in _folder().joinpath(folder).iterdir():
            if file.name.endswith(".toml"):
                yield folder + file.name


def parse_chapter(file: str, text: str, *, known: Mapping[str, Clause] | None = None) -> dict[str, Clause]:
    """
    The clauses of one chapter by their ids, in the order of the text.

    ``file`` is the name of the chapter's file, ``text`` its Markdown source, ``known`` the clauses of earlier
    chapters, whose ids are taken. Raises :class:`SpecificationError` where the text breaks the grammar.
    """
    chapter = _Chapter(file, text.split("\n"))
    blocks = SyntaxTreeNode(MarkdownIt("commonmark").parse(text)).children
    found: dict[str, Clause] = {}
    for heading, body in _sections(chapter, blocks):
        identifier = _identifier(chapter, heading)
        if identifier is None:
            continue
        if identifier in found or identifier in (known or {}):
            rule = f"{identifier!r} is a clause already, and an id is used once"
            raise chapter.refusal(heading, rule, "choose another")
        found[identifier] = _clause(chapter, identifier, heading, body)
    return found


@dataclass(frozen=True)
class _Chapter:
    """A chapter being read, for its raw text and for messages."""

    file: str
    lines: Sequence[str]

    def refusal(self, block: SyntaxTreeNode, rule: str, way_out: str) -> SpecificationError:
        """The error that names the first line of ``block``."""
        return SpecificationError(self.file, _extent(block)[0] + 1, rule, way_out)

    def source(self, start: int, end: int) -> str:
        """The raw text of the lines from ``start`` up to but not including ``end``, counted from 0."""
        return "\n".join(self.lines[start:end]).strip()

    def opening(self, block: SyntaxTreeNode) -> str:
        """The first line of ``block``, raw."""
        return self.lines[_extent(block)[0]].strip()


def _folder() -> Traversable:
    return resources.files(__package__)


def _text(name: str) -> str:
    return _folder().joinpath(name).read_text(encoding="utf-8").replace("\r\n", "\n")


def _chapter_names() -> list[str]:
    """The files of the chapters in reading order: by number, so that 10 follows 9, and then the appendix."""
    matches = (_CHAPTER_NAME.fullmatch(file.name) for file in _folder().iterdir())
    return [match.string for match in sorted(filter(None, matches), key=lambda match: _place(match[1]))]


def _place(number: str) -> tuple[bool, int, str]:
    """The place of a chapter of this number or letter."""
    return not number.isdigit(), int(number) if number.isdigit() else 0, number


def _extent(block: SyntaxTreeNode) -> tuple[int, int]:
    """The first line of ``block`` and the line after its last, counted from 0."""
    return block.map or (0, 0)  # (0, 0) for the types alone: every block of a page knows its lines


def _sections(
    chapter: _Chapter, blocks: Sequence[SyntaxTreeNode]
) -> Iterator[tuple[SyntaxTreeNode, Sequence[SyntaxTreeNode]]]:
    """Each heading down to the level of clauses, with the blocks up to the next such heading."""
    headings = []
    for index, block in enumerate(blocks):
        if block.type != "heading":
            continue
        if not block.markup.startswith("#"):
            rule = "a line of - or = below text makes that text a heading"
            raise chapter.refusal(block, rule, "write a heading with #, a rule with a blank line above it")
        if block.tag <= _CLAUSE_TAG:
            headings.append(index)
    for start, end in pairwise([*headings, len(blocks)]):
        yield blocks[start], blocks[start + 1 : end]


def _identifier(chapter: _Chapter, heading: SyntaxTreeNode) -> str | None:
    """The id that ``heading`` declares; None for a heading that is prose."""
    content = heading.children[0].children
    if [node.type for node in content] != ["code_inline"]:
        return None
    text = content[0].content
    if heading.tag != _CLAUSE_TAG:
        rule = f"the heading {text!r} is a code span, but not of the third level"
        raise chapter.refusal(heading, rule, f"write ### `{text}` for a clause, plain words for prose")
    if not _CLAUSE_ID.fullmatch(text):
        rule = f"{text!r} is not the id of a clause: dotted words in small letters"
        raise chapter.refusal(heading, rule, "write ### `softmax.jacobian` for a clause, plain words for prose")
    return text


def _clause(chapter: _Chapter, identifier: str, heading: SyntaxTreeNode, body: Sequence[SyntaxTreeNode]) -> Clause:
    if not body or body[0].type != "fence" or body[0].info.strip() != "toml":
        rule = f"{identifier!r} has no facts"
        raise chapter.refusal(heading, rule, "let a fenced block marked toml follow its heading")
    facts = _facts(chapter, identifier, body[0])
    parts = _parts(chapter, identifier, heading, body[1:])
    return Clause(
        id=identifier,
        kind=facts["kind"],
        chapter=chapter.file.removesuffix(".md"),
        operation=facts.get("operation"),
        subject=facts.get("subject", "implementation"),
        sources=tuple(facts["sources"]),
        extension=facts.get("extension"),
        conventions=tuple(facts["conventions"]),
        witness=facts.get("witness"),
        judged_by=facts.get("judged_by"),
        forms=facts.get("forms", {}),
        formal=_formal(chapter, identifier, heading, parts.get("Formal", "")),
        theorem=None if facts.get("proof") == NO_PROOF else facts.get("proof"),
        unproven=facts.get("unproven"),
        satisfiable=facts.get("satisfiable"),
        errata=tuple(facts.get("errata", ())),
        statement=parts["Statement"],
        proof=parts.get("Proof", ""),
        notes=parts.get("Notes", ""),
    )


def _formal(chapter: _Chapter, identifier: str, heading: SyntaxTreeNode, text: str) -> str:
    """The content of the fenced block that is a clause's formal part."""
    if not text:
        return ""
    match = re.fullmatch(r"```coq\n(.*)\n```", text, re.DOTALL)
    if match is None:
        rule = f"the formal part of {identifier!r} is not one fenced block marked coq"
        raise chapter.refusal(heading, rule, "write that, and nothing beside it")
    return match[1]


def _facts(chapter: _Chapter, identifier: str, fence: SyntaxTreeNode) -> dict[str, Any]:
    """The facts of a clause, each known, of its type and with a value that it may take."""
    try:
        facts = tomllib.loads(fence.content)
    except tomllib.TOMLDecodeError as error:
        rule = f"the facts of {identifier!r} are not TOML: {error} of the block"
        raise chapter.refusal(fence, rule, "mend them there") from error
    for name in _REQUIRED_FACTS:
        if name not in facts:
            raise chapter.refusal(fence, f"{identifier!r} does not say its {name}", f"write {name} = ...")
    for name, value in facts.items():
        if name not in _FACTS:
            rule = f"{identifier!r}: {name!r} is not a fact"
            raise chapter.refusal(fence, rule, f"write one of {', '.join(_FACTS)}")
        wanted, admits = _FACTS[name]
        if not admits(value):
            raise chapter.refusal(fence, f"{identifier!r}: {name} = {value!r} is not {wanted}", "write one")
    return facts


def _parts(
    chapter: _Chapter, identifier: str, heading: SyntaxTreeNode, blocks: Sequence[SyntaxTreeNode]
) -> dict[str, str]:
    """The raw text of each part by its name, in the order of the text."""
    opened = [(name, block) for block in blocks if (name := _part_name(chapter, block))]
    names = [name for name, _ in opened]
    if not blocks or _part_name(chapter, blocks[0]) != "Statement":
        rule = f"the facts of {identifier!r} are not followed by its statement"
        raise chapter.refusal(heading, rule, "let the next paragraph open with **Statement.**")
    if names != [name for name in _PARTS if name in names]:
        rule = f"{identifier!r} has the parts {', '.join(names)}"
        raise chapter.refusal(heading, rule, f"write each once, in the order {', '.join(_PARTS)}")
    lines = [*(_extent(block)[0] for _, block in opened), _extent(blocks[-1])[1]]
    texts = (chapter.source(start, end) for start, end in pairwise(lines))
    parts = {name: _PART.sub("", text, count=1) for name, text in zip(names, texts, strict=True)}
    for name, block in opened:
        if not parts[name]:
            rule = f"the {name} of {identifier!r} is empty"
            raise chapter.refusal(block, rule, "write it, or leave the part out")
    return parts


def _part_name(chapter: _Chapter, block: SyntaxTreeNode) -> str | None:
    """The part that ``block`` opens; None where it continues one."""
    if block.type != "paragraph":
        return None
    opening = chapter.opening(block)
    if match := _PART.match(opening):
        return match[1]
    if _PART_MISSPELT.match(opening):
        rule = f"{opening.split()[0]} opens no part of a clause"
        raise chapter.refusal(block, rule, f"write one of **{'.**, **'.join(_PARTS)}.**")
    return None
