"""What all pages share: templates, policy, colours, and the Markdown of clauses with its formulas."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from jinja2 import UndefinedError
from markupsafe import Markup

from gradspec.conformance.pages import clause_html, environment, markdown_html, mathml, render, text
from gradspec.conformance.pages.formulas import FormulaError
from gradspec.spec.clauses import clauses

SPECIFICATION = Path(__file__).resolve().parents[2] / "spec"

FENCE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
FORMULA = re.compile(r"\$\$(.+?)\$\$|(?<!\\)\$(?!\s)([^$]+?)(?<!\\)\$", re.DOTALL)

LEFTOVER = re.compile(r"[\\\\$&\ue000-\uf8ff]")
"""Commands, dollars, marks of columns, and signs that stand for others while a formula is converted."""

ROOM_FOR_TEXT = 4.5
"""The contrast that WCAG 2 asks of text at level AA."""


def formulas(file: Path) -> list[tuple[str, bool]]:
    """Every formula of a chapter, and whether it stands on a line of its own; looked for by a pattern of its own."""
    source = FENCE.sub("", file.read_text(encoding="utf-8"))
    return [(match[1] or match[2], match[1] is not None) for match in FORMULA.finditer(source)]


def nowhere(_: str) -> None:
    """A resolver for which nothing has an address."""


class TestFormulas:
    """Every formula of the specification becomes MathML that a browser knows."""

    @pytest.mark.parametrize("file", sorted(SPECIFICATION.glob("*.md")), ids=lambda file: str(file.stem))
    def test_each_is_converted_whole(self, file: Path) -> None:
        """Nothing of LaTeX is left, neither commands nor braces as text nor alphabets that Core does not have."""
        for latex, display in formulas(file):
            shown = ET.fromstring(f"<p>{mathml(latex, display=display)}</p>")  # noqa: S314 - our own
            assert {each.tag for each in shown} == {"math"}
            assert not LEFTOVER.search("".join(shown.itertext())), latex
            assert {each.get("mathvariant", "normal") for each in shown.iter()} == {"normal"}
            assert all(each.attrib["width"].endswith("em") for each in shown.iter("mspace"))

    def test_a_chapter_has_hundreds(self) -> None:
        """So that the test above looks at something."""
        assert sum(len(formulas(file)) for file in SPECIFICATION.glob("*.md")) > 6000

    def test_an_unknown_command_is_refused(self) -> None:
        """By its name; it is not shown as text."""
        with pytest.raises(FormulaError, match=r"'\\\\nonsense'"):
            mathml(r"a \nonsense b")

    @pytest.mark.parametrize(
        ("latex", "wanted"),
        [
            (r"\lvert x \rvert", '<mo form="prefix" fence="true" stretchy="false" lspace="0" rspace="0">|</mo>'),
            (r"\lVert x \rVert", '<mo form="postfix" fence="true" stretchy="false" lspace="0" rspace="0">‖</mo>'),
            (r"\Vert x \Vert", '<mo form="postfix" fence="true" stretchy="false" lspace="0" rspace="0">‖</mo>'),
            (r"\Bigl\lvert x \Bigr\rvert", 'form="prefix"'),
            (r"\lbrace x \rbrace", '<mo form="prefix" fence="true" stretchy="false" lspace="0" rspace="0">{</mo>'),
            (r"a = -b", '<mo form="prefix">−</mo>'),
            (r"\lvert -b \rvert", '<mo form="prefix">−</mo>'),
            (r"\mathrm{softmax}(z)", "<mi>softmax</mi>"),
            (r"\mathrm{log1p}(z)", "<mi>log1p</mi>"),
            (r"\exp 0", '<mi class="function">exp</mi><mspace width="0.1667em" /><mn>0</mn>'),
            (r"2 \log x", '<mn>2</mn><mspace width="0.1667em" /><mi class="function">log</mi>'),
            (r"a\thinspace b", '<mspace width="0.1667em" />'),
            (r"\mathbf{1}", "<mn>𝟏</mn>"),
            (r"\mathbf x", "<mi>𝐱</mi>"),
            (r"\mathcal L", "<mi>ℒ</mi>"),
            (r"\mathcal C", "<mi>𝒞</mi>"),
            (r"\mathbb{R}^n", "<mi>ℝ</mi>"),
            (r"f'(z)", '<mrow><mi>f</mi><mo form="postfix" lspace="0" rspace="0">′</mo></mrow>'),
            (r"f'_i", '<mo form="postfix" lspace="0" rspace="0">′</mo></mrow><mi>i</mi></msub>'),
            (r"-\infty", "<mi>∞</mi>"),
            (r"\Omega", '<mi mathvariant="normal">Ω</mi>'),
            (r"\partial f / \partial z", '<mo lspace="0" rspace="0">∂</mo>'),
            (r"f : A \to B", "<mo>:</mo>"),
            (r"1 / N", '<mo lspace="0" rspace="0">/</mo>'),
            (r"\otimes", '<mo lspace="0" rspace="0">⊗</mo>'),
        ],
    )
    def test_what_the_conversion_writes_otherwise_is_set_right(self, latex: str, wanted: str) -> None:
        """Sides of bars, signs, names of functions, alphabets, primes, and spaces."""
        assert wanted in mathml(latex)

    @pytest.mark.parametrize(
        "latex", [r"a - b", r"\lvert a \rvert - b", r"f(a) - b", r"a' - b", r"x^2 - b", r"n! - b", r"\infty - b"]
    )
    def test_a_difference_is_no_sign(self, latex: str) -> None:
        """Behind an operand a minus subtracts, and has space around it."""
        assert '<mo form="prefix">−</mo>' not in mathml(latex)
        assert "<mo>−</mo>" in mathml(latex)

    def test_a_maximum_has_its_index_below_it_on_a_line_of_its_own(self) -> None:
        """And beside it in a line of text."""
        assert '<munder><mi class="function">max</mi>' in mathml(r"\max_j z_j", display=True)
        assert '<msub><mi class="function">max</mi>' in mathml(r"\max_j z_j")

    def test_a_long_formula_in_a_line_can_be_parted(self) -> None:
        """Behind a relation outside of parentheses; a short one, or one on a line of its own, is one element."""
        long = r"f(a = b) = (d/c)^2 = 1 - (d/c)^2 = 2 - \lvert d = e \rvert"
        assert mathml(long).count("<math>") == 4
        assert mathml(long, display=True).count("<math") == 1
        assert mathml("a = b").count("<math>") == 1


class TestMarkdown:
    """The text of a clause as HTML."""

    def test_names_of_clauses_are_links(self) -> None:
        """To where the resolver says."""
        clause = clauses()["softmax.jacobian"]
        shown = clause_html(clause, lambda name: f"/{name}" if name in clauses() else None)
        assert '<a href="/softmax.symmetric"><code>softmax.symmetric</code></a>' in shown.statement
        assert "<math" in shown.proof
        assert "<p>" in shown.notes

    def test_a_name_without_address_is_no_link(self) -> None:
        """But code, as it is written."""
        assert markdown_html("`tanh.value`", nowhere) == "<p><code>tanh.value</code></p>\n"

    def test_no_link_stands_in_a_link(self) -> None:
        """A name in the text of a link is no link of its own."""
        shown = markdown_html("[`tanh.value`](there.md) and `tanh.value`", lambda name: f"/{name}")
        assert shown.count("<a ") == 2
        assert '<a href="/there.md"><code>tanh.value</code></a>' in shown

    def test_a_link_that_leads_nowhere_is_text(self) -> None:
        """And keeps its words."""
        assert markdown_html("[words](there.md)", nowhere) == "<p><span>words</span></p>\n"

    def test_a_link_abroad_stays(self) -> None:
        """With its address."""
        assert '<a href="https://doi.org/10.1/x">' in markdown_html("[doi](https://doi.org/10.1/x)", nowhere)

    @pytest.mark.parametrize("source", ["<script>x</script>", "<b>x</b>", "[x](javascript:alert(1))"])
    def test_markup_of_others_is_text(self, source: str) -> None:
        """Neither elements nor addresses that are programs."""
        shown = markdown_html(source, lambda name: name)
        assert "<script" not in shown
        assert "<b>" not in shown
        assert "href" not in shown

    def test_nothing_in_a_formula_is_markdown(self) -> None:
        """Underscores and stars are signs of it."""
        assert "<em>" not in markdown_html("$a_i * b_j * c_k$ and $d_i$", nowhere)

    def test_marks_stay_with_the_formula_before_them(self) -> None:
        """So that no line begins with a full stop."""
        shown = markdown_html("By ($x$), $y$.", nowhere)
        assert shown.count('<span class="whole">') == 2

    def test_headings_have_anchors_where_they_are_asked_for(self) -> None:
        """And none otherwise."""
        assert markdown_html("## A b", nowhere, str.upper) == '<h2 id="A B">A b</h2>\n'
        assert markdown_html("## A b", nowhere) == "<h2>A b</h2>\n"


class TestPage:
    """A page that is made from a template."""

    def test_its_policy_admits_its_scripts_and_no_request(self) -> None:
        """Each script by its digest."""
        page = render("base.html", title="t", scripts=("alert(1)",))
        scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
        digests = [base64.b64encode(hashlib.sha256(each.encode()).digest()).decode() for each in scripts]
        policy = str(re.findall(r'Content-Security-Policy" content="([^"]*)"', page)[0]).replace("&#39;", "'")
        assert scripts[-1] == "alert(1)"
        assert "script-src " + " ".join(f"'sha256-{digest}'" for digest in digests) in policy
        assert "default-src 'none'" in policy
        assert "http" not in policy

    def test_what_is_printed_is_escaped(self) -> None:
        """Markup alone is taken as it is."""
        template = environment().from_string("{{ text }} {{ markup }}")
        assert template.render(text="<b>", markup=Markup("<b>")) == "&lt;b&gt; <b>"

    @pytest.mark.parametrize(
        ("text", "shown"), [("\x1b[31m", r"\x1b[31m"), ("\u202eabc", r"\u202eabc"), ("a\tb\nc", "a\tb\nc")]
    )
    def test_what_cannot_be_seen_is_shown(self, text: str, shown: str) -> None:
        """Escapes of a terminal and marks of direction by their names."""
        assert environment().from_string("{{ text }}").render(text=text) == shown

    def test_what_is_not_defined_is_an_error(self) -> None:
        """And not an empty place."""
        with pytest.raises(UndefinedError):
            environment().from_string("{{ missing }}").render()


class TestColours:
    """The style sheet that all pages share."""

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    @pytest.mark.parametrize("ground", ["paper", "raised", "mark"])
    @pytest.mark.parametrize("ink", ["ink", "soft", "link", "visited", "good", "bad", "warn", "info"])
    def test_text_can_be_read(self, scheme: str, ground: str, ink: str) -> None:
        """Every colour of text on every ground has the contrast of WCAG 2, level AA."""
        colours = _colours()[scheme]
        assert _contrast(colours[ink], colours[ground]) >= ROOM_FOR_TEXT

    def test_no_font_and_no_image_is_fetched(self) -> None:
        """The style names fonts of the system alone."""
        assert "url(" not in text("style.css")
        assert "@import" not in text("style.css")
        assert "@font-face" not in text("style.css")


def _colours() -> dict[str, dict[str, str]]:
    """The colours by name, light and dark."""
    blocks = re.findall(r":root \{(.*?)\}", text("style.css"), re.DOTALL)
    light, dark = (dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6});", block)) for block in blocks[:2])
    return {"light": light, "dark": light | dark}


def _contrast(one: str, other: str) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
