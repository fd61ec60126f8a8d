"""The Markdown of the specification as HTML: formulas as MathML, and the names of clauses as links."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt
from markupsafe import Markup, escape

from .formulas import mathml

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.renderer import RendererHTML
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token
    from markdown_it.utils import EnvType, OptionsDict

    from ...spec.clauses import Clause

Resolver = Callable[[str], str | None]
"""
The address of a name: of what stands in a code span, ``tanh.derivative``, or of the target of a link,
``B-examples.md``. None where it has none; then a code span is no link, and a link is its text alone.
"""

_FORMULA = re.compile(r"\$\$(?P<display>.+?)\$\$|\$(?P<inline>(?!\s)[^$]+?)(?<![\s\\])\$", re.DOTALL)
_FORMULA_WITH_MARKS = re.compile(
    r"[(\[]*<math>(?:(?!</math>).)*</math>(?:[.,;:!?)\]]|&quot;)+|[(\[]+<math>(?:(?!</math>).)*</math>"
)
"""A formula in a line with the marks that no line may part from it."""

_ABROAD = re.compile(r"https?://")


@dataclass(frozen=True)
class ClauseHtml:
    """The text of a clause as HTML."""

    statement: Markup
    """The normative text."""
    proof: Markup
    """Why it is true; empty where there is nothing to prove."""
    notes: Markup
    """Everything else; often empty."""


def clause_html(clause: Clause, resolver: Resolver) -> ClauseHtml:
    """The parts of ``clause``, each as blocks of HTML; ``resolver`` says where its names lead."""
    return ClauseHtml(
        *(markdown_html(part, resolver) for part in (clause.statement, clause.proof, clause.notes)),
    )


def markdown_html(text: str, resolver: Resolver, anchors: Callable[[str], str] | None = None) -> Markup:
    """
    Markdown ``text`` as blocks of HTML; ``resolver`` says where its names and links lead.

    Headings get the ids that ``anchors`` makes of their text, and none without it. Raw HTML in the text is shown as
    text.
    """
    environment: dict[str, object] = {"resolver": resolver, "anchors": anchors, "ends": []}
    html = _reader().render(text.strip(), environment)
    return Markup(_FORMULA_WITH_MARKS.sub(r'<span class="whole">\g<0></span>', html))  # noqa: S704 - markdown-it escapes


@cache
def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    reader.inline.ruler.before("escape", "formula", _read_formula)
    rules: dict[str, Callable[..., str]] = {
        "formula": _write_formula,
        "code_inline": _write_code,
        "link_open": _write_link,
        "link_close": _write_link_end,
        "heading_open": _write_heading,
        "table_open": _write_table,
        "table_close": _write_table_end,
    }
    for name, rule in rules.items():
        reader.add_render_rule(name, rule)
    return reader


def _read_formula(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's signature
    """A formula between dollars, in which nothing else is Markdown."""
    if state.src[state.pos] != "$":
        return False
    match = _FORMULA.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    if not silent:
        token = state.push("formula", "math", 0)
        token.content = match["display"] or match["inline"]
        token.block = match["display"] is not None
    state.pos = match.end()
    return True


def _write_formula(_: RendererHTML, tokens: Sequence[Token], index: int, __: OptionsDict, ___: EnvType) -> str:
    token = tokens[index]
    if not token.block:
        return mathml(token.content)
    return f'<span class="formula scrolling">{mathml(token.content, display=True)}</span>'


def _write_code(_: RendererHTML, tokens: Sequence[Token], index: int, __: OptionsDict, env: EnvType) -> str:
    name = tokens[index].content
    address = None if env["ends"] else env["resolver"](name)  # inside of a link there is no other
    code = f"<code>{escape(name)}</code>"
    return f'<a href="{escape(address)}">{code}</a>' if address else code


def _write_link(_: RendererHTML, tokens: Sequence[Token], index: int, __: OptionsDict, env: EnvType) -> str:
    target = str(tokens[index].attrs["href"])
    address = target if _ABROAD.match(target) else env["resolver"](target)
    env["ends"].append("</a>" if address else "</span>")
    return f'<a href="{escape(address)}">' if address else "<span>"


def _write_link_end(_: RendererHTML, __: Sequence[Token], ___: int, ____: OptionsDict, env: EnvType) -> str:
    return str(env["ends"].pop())


def _write_heading(_: RendererHTML, tokens: Sequence[Token], index: int, __: OptionsDict, env: EnvType) -> str:
    tag = tokens[index].tag
    anchors = env["anchors"]
    return f'<{tag} id="{escape(anchors(tokens[index + 1].content))}">' if anchors else f"<{tag}>"


def _write_table(*_: object) -> str:
    return '<div class="wide scrolling"><table>'


def _write_table_end(*_: object) -> str:
    return "</table></div>"
