"""
What every HTML page of gradspec is built on: templates, the style sheet, clauses and formulas as HTML.

A page is one file that needs no other: style and scripts stand in it, formulas are MathML, and its policy forbids
whatever would ask the network.
"""

from __future__ import annotations

from .formulas import mathml as mathml
from .markdown import ClauseHtml as ClauseHtml
from .markdown import Resolver as Resolver
from .markdown import clause_html as clause_html
from .markdown import markdown_html as markdown_html
from .page import environment as environment
from .page import render as render
from .page import text as text
