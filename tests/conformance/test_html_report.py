"""The HTML page of a report: everything in it is that of the JSON, and nothing of a stranger's is markup."""

from __future__ import annotations

import json
import re
from collections import Counter
from copy import deepcopy
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from gradspec.conformance.html_report import html
from gradspec.conformance.report import Report
from gradspec.conformance.schemas import schema
from tests.conformance.report_samples import HOSTILE, document, hostile, hostile_document, sample

if TYPE_CHECKING:
    from pathlib import Path

SYMBOLS = {"pass": "✓", "fail": "✗", "error": "‼", "unsupported": "–", "undecided": "?"}


class Parsed(HTMLParser):
    """A page taken apart: its elements with their attributes, and its text without them."""

    SILENT = ("script", "style", "title")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.rows: list[list[str]] = []
        self._silent = False
        self._is_in_cell = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember an element; a row or a cell begins a text of its own."""
        self.elements.append((tag, dict(attrs)))
        self._silent = tag in self.SILENT
        if tag == "tr":
            self.rows.append([])
            self._is_in_cell = False
        if tag in {"td", "th"}:
            self.rows[-1].append("")
            self._is_in_cell = True

    def handle_endtag(self, tag: str) -> None:
        """A script, a style or a cell is over."""
        self._is_in_cell = self._is_in_cell and tag not in {"td", "th", "tbody", "table"}
        self._silent = self._silent and tag not in self.SILENT

    def handle_data(self, data: str) -> None:
        """Keep what a reader sees."""
        if self._silent:
            return
        self.words.append(data)
        if self._is_in_cell:
            self.rows[-1][-1] += data

    @property
    def text(self) -> str:
        """What a reader sees, in one line."""
        return " ".join("".join(self.words).split())


@pytest.fixture(scope="module")
def page() -> Parsed:
    """The page of the sample."""
    return Parsed(html(sample(), "report of mine.json"))


@pytest.fixture(scope="module")
def failing() -> list[dict[str, Any]]:
    """The rows of the sample that fail."""
    return sample().failures


class TestSamples:
    """The documents that renderings are tested on are reports."""

    @pytest.mark.parametrize("made", [document(), hostile_document()])
    def test_is_valid(self, made: Any) -> None:
        """By the published schema, with every verdict at every level."""
        jsonschema.validate(made, schema("report"))
        seen = {(row["level"], row["verdict"]) for row in made["results"]}

        assert len(seen) == 15

    def test_is_hostile_wherever_it_can_be(self) -> None:
        """Each hostile text stands in it."""
        text = json.dumps(hostile_document())

        assert all(json.dumps(each)[1:-1] in text for each in HOSTILE)


class TestHead:
    """Whoever has two minutes sees the class, the verdict and what both were reached under."""

    def test_names_class_verdict_and_scope_first(self, page: Parsed) -> None:
        """Before anything that fails."""
        head = page.text.partition("What fails")[0]

        for words in ("sample 1.2.3+cpu", "No class", "✗ nonconformant", "(required: robust)", "no class, 3 of 120"):
            assert words in head
        assert "9 of 24 rows fail, 4 at MUST, 3 at SHOULD, 2 at STRICT: 5 clauses." in head

    def test_counts_rows_by_level_and_verdict(self, page: Parsed) -> None:
        """As the rows themselves do."""
        counts = Counter((row["level"], row["verdict"]) for row in sample().results)
        for level in ("must", "should", "strict"):
            assert [level.upper(), *(str(counts[level, verdict]) for verdict in SYMBOLS)] in page.rows

    def test_names_every_condition(self, page: Parsed) -> None:
        """Specification, date, seed, effort, oracle, environment, digest, and conventions that are chosen."""
        made = document()
        told = [
            made["spec"]["digest"],
            made["date"],
            "quick, seed 7",
            "1,778,654 comparisons",
            *made["environment"].values(),
        ]
        told += [made["certificate"]["oracle"], made["digests"]["document"], "activation_jacobian from tanh_vjp"]

        assert [each for each in told if each not in page.text] == []
        assert "layoutrows" in page.text
        assert "relu_at_zero" not in page.text.partition("Conditions")[2]

    def test_says_what_it_does_not_say(self, page: Parsed) -> None:
        """Scope, effort, undecided and unsupported rows, and that a pass is no proof."""
        part = page.text.partition("What this report does not say")[2].partition("What fails")[0]

        for words in ("No proof.", "Of 3 rows nothing is known", "3 rows ask for", "108 numbers", "effort was quick"):
            assert words in part


class TestFailures:
    """Of everything that fails the page shows what the report knows."""

    def test_shows_each_counterexample(self, page: Parsed, failing: list[dict[str, Any]]) -> None:
        """Sentence, place, reason or entry, and the command that asks again."""
        for row in failing:
            example = row["counterexample"]
            entry = example.get("entry")
            told = [example["sentence"], f"gradspec replay 'report of mine.json' {example['number']} TARGET"]
            told += [entry["truth"], repr(float.fromhex(entry["got"]))] if entry else [example["reason"]]
            told += [repr(float.fromhex(end)) for end in entry["allowed"]] if entry else []

            assert [each for each in told if each not in page.text] == []

    def test_names_where_else_it_fails(self, page: Parsed) -> None:
        """By format and regime, each with its own command."""
        part = page.text.partition("Also fails in")[2]

        assert part.startswith(" float32 extreme ✗ fail counterexample 2, 4.57e+06 ulps")

    def test_explains_hazards(self, page: Parsed) -> None:
        """In words."""
        assert "|z| is so large that a sigmoid rounds to 0 or 1" in page.text

    def test_lists_causes(self, page: Parsed) -> None:
        """None, one, many, and those that a defect leaves open."""
        assert "It behaves like no known cause, over 81 failing examples." in page.text
        assert "It behaves like this, over 81 failing and 108 passing examples: the logarithm" in page.text
        assert (
            "It behaves like each of these, over 81 failing and 108 passing examples: the form definition" in page.text
        )
        assert "it is open whether it also behaves like this:the cost is a sum" in page.text

    def test_renders_the_statement(self) -> None:
        """With its formulas as MathML."""
        statement = html(sample()).partition("On <code>tanh_derivative</code>")[2].partition("Smallest input")[0]

        assert "<math" in statement
        assert "$" not in Parsed(statement).text

    def test_shows_every_call_of_a_contract(self, page: Parsed) -> None:
        """With what it left behind."""
        assert "[0.0, 1.5] shape (2,) (wrote to z)" in page.text

    def test_warns_of_another_text(self) -> None:
        """Where the report was judged by a specification that is not the installed one."""
        made = document()
        made["spec"] = {"version": "9", "digest": "0" * 64}

        assert "text of another digest" in html(Report(made))
        assert "text of another digest" not in html(sample())


class TestTable:
    """Every row is in the page, whether or not it has a script."""

    def test_has_every_row(self, page: Parsed) -> None:
        """With its verdict as a sign and a word, and its numbers."""
        shown = [tuple(cell.strip() for cell in row[:7]) for row in page.rows if len(row) == 9]
        wanted = [
            (
                f"{SYMBOLS[row['verdict']]} {row['verdict']}",
                row["level"].upper(),
                row["format"],
                row["regime"],
                row["operation"],
                f"{row['decided']} of {row['examples']}",
                str(row["entries"]),
            )
            for row in sample().results
        ]

        assert Counter(row for row in shown if row[0] != "Verdict") == Counter(wanted)

    def test_leads_from_a_row_to_its_failure(self) -> None:
        """And every link of the page leads somewhere in it."""
        elements = Parsed(html(sample())).elements
        ids = [attributes["id"] for _, attributes in elements if attributes.get("id")]
        links = {attributes["href"] for tag, attributes in elements if tag == "a"}

        assert len(ids) == len(set(ids))
        assert {f"#{each}" for each in ids} >= links

    def test_lists_what_is_undecided_or_unsupported(self, page: Parsed) -> None:
        """Row by row."""
        part = page.text.partition("Undecided: 3 rows")[2]

        assert part.count("softmax_jacobian, bfloat16") == 3
        assert "2 of 20 cases decided" in part
        assert part.partition("Unsupported: 3 rows")[2].count("softmax, float32") == 3

    def test_lists_observations_and_deviations(self, page: Parsed) -> None:
        """With their counts and states."""
        assert "not certified as exact, judged as ordinary (2 rows)" in page.text
        for words in ("2 of 7 failing required rows listed in deviations.toml", "✗ stale", "‼ expired", "✓ listed"):
            assert words in page.text


class TestPlots:
    """The errors of each clause, on each operation and in each format."""

    def test_has_one_for_each_format_with_text(self) -> None:
        """A title, a description, and the numbers as a table."""
        text = html(sample())
        titles = re.findall(r"<title>Errors in ulps, (.*?)</title>", text)

        assert Counter(each.partition(",")[0] for each in titles)["tanh"] == 4
        assert text.count("<desc>") == len(titles) == text.count("of the plot of")

    def test_shows_the_numbers_of_the_report(self) -> None:
        """All regimes of a format together, and the envelope of each level."""
        page = Parsed(html(sample()))

        assert ["from, in ulps", "errors", "MUST radii", "SHOULD radii"] in page.rows
        assert ["0", "55", "31", "0"] in page.rows  # tanh in float32: 12 + 31 + 12 exact answers, 31 exact envelopes

    def test_a_full_report_stays_small(self, repository: Path) -> None:
        """Five thousand rows, with a plot of every clause in every format, are below three megabytes."""
        made = json.loads((repository / "reports" / "torch-2.13.0.json").read_text(encoding="utf-8"))
        counts = {"exact": 100, "bins": [[exponent, 40] for exponent in range(-6, 3)], "beyond": 0}
        for row in made["results"]:
            if row["entries"]:
                row.setdefault("error_distribution", counts)
                row.setdefault("envelope_distribution", counts)

        assert len(made["results"]) > 4000
        assert len(html(Report(made)).encode("utf-8")) < 3_000_000

    def test_an_older_report_has_none(self) -> None:
        """And is shown else as it is."""
        made = deepcopy(document())
        for name in ("date", "digests"):
            del made[name]
        for row in made["results"]:
            for name in ("error_distribution", "envelope_distribution", "sample"):
                row.pop(name, None)
        text = html(Report(made))

        assert "<svg" not in text
        assert "tanh.derivative" in text


class TestSafety:
    """A stranger's text is shown, and does nothing."""

    def test_adds_no_element_and_no_handler(self) -> None:
        """The hostile page has the elements of the other, and nowhere an attribute that runs."""
        plain, bad = Parsed(html(sample())), Parsed(html(hostile()))

        assert {tag for tag, _ in bad.elements} <= {tag for tag, _ in plain.elements}
        assert [tag for tag, _ in bad.elements].count("script") == [tag for tag, _ in plain.elements].count("script")
        assert not [name for _, attributes in bad.elements for name in attributes if name.startswith("on")]

    def test_leads_nowhere_else(self) -> None:
        """Each link stays in the page, and its policy forbids every request."""
        page = Parsed(html(hostile()))
        links = [attributes["href"] for tag, attributes in page.elements if tag == "a"]
        policies = [each["content"] for _, each in page.elements if each.get("http-equiv") == "Content-Security-Policy"]

        assert all(link is not None and link.startswith("#") for link in links)
        assert [each for each in policies if each and each.startswith("default-src 'none'")] == policies != []

    def test_shows_what_cannot_be_seen(self) -> None:
        """Escapes of terminals and marks of direction are written out."""
        text = html(hostile())

        assert not set("\x1b\x07\x9b\u202e") & set(text)
        assert r"\x1b[31mred" in text

    def test_survives_numbers_of_no_format(self) -> None:
        """A hex float beyond every exponent, a bin beyond every error, a half of a surrogate pair."""
        made = document()
        failed = next(row for row in made["results"] if "entry" in row.get("counterexample", ()))
        failed["counterexample"]["entry"]["got"] = "0x1.0p+99999999"
        failed["counterexample"]["case"]["arguments"] = [{"shape": [1], "hex": ["0x1.8p+99999999"]}, {"layers": [1]}]
        failed["error_distribution"]["bins"] = [[-(10**9), 1], [10**9, 1]]
        failed["counterexample"]["reason"] = "\ud800"
        text = html(Report(made))

        assert "0x1p+99999999" in text
        text.encode("utf-8")
