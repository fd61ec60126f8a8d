"""Renderings of a report: each says what the JSON says, and nothing that a stranger wrote means anything in it."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import subprocess
from collections import Counter
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from gradspec.conformance.command_line import main
from gradspec.conformance.exporting import RENDERINGS, rendered
from gradspec.conformance.exporting.badge import text_width
from gradspec.conformance.exporting.csv_table import COLUMNS, harmless
from gradspec.conformance.exporting.latex import PACKAGES, literal
from gradspec.conformance.exporting.message import COLOURS
from gradspec.conformance.rendering.figures import LEVELS
from gradspec.conformance.rendering.printable import printable
from gradspec.conformance.report import Report
from gradspec.conformance.spec_lookup import chapter_of
from gradspec.conformance.verdict import RowVerdict
from tests.conformance.report_samples import document, hostile, hostile_document, sample

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    Row = Mapping[str, Any]

TEXTS = [name for name in RENDERINGS if name != "html"]
"""The page has tests of its own."""

VERDICTS = [verdict.value for verdict in RowVerdict]

TABLE_CELL = 4
"""How deep the text of a cell stands in a page."""


def counted(rows: Iterable[Row], *fields: str) -> dict[tuple[str, ...], list[int]]:
    """Rows by chapter, these fields and verdict, counted from the document."""
    found: dict[tuple[str, ...], Counter[str]] = {}
    for row in rows:
        found.setdefault((chapter_of(row["clause"]), *(row[field] for field in fields)), Counter())[row["verdict"]] += 1
    return {place: [count[verdict] for verdict in VERDICTS] for place, count in found.items()}


def failing_places(report: Report) -> Counter[tuple[str, str, str]]:
    """Clause, operation and level of each group of failing rows."""
    return Counter({(row["clause"], row["operation"], row["level"]): 1 for row in report.failures})


def worst(report: Report, clause: str, operation: str, level: str) -> float:
    """The largest error of the rows there that fail, from the document."""
    key = (clause, operation, level)
    rows = [row for row in report.results if (row["clause"], row["operation"], row["level"]) == key]
    return max((float(row["max_error_ulps"]) for row in rows if row["verdict"] == "fail"), default=0.0)


class TestTerminal:
    """The summary, read back."""

    def test_counts_are_those_of_the_rows(self) -> None:
        """By chapter and level."""
        lines = [line.split() for line in rendered(sample(), "terminal").splitlines()]
        table = {
            (line[0], line[1]): [0 if cell == "-" else int(cell) for cell in line[2:]]
            for line in lines
            if len(line) == 7 and line[1] in LEVELS
        }

        assert table == counted(sample().results, "level")

    def test_every_failing_group_stands_once(self) -> None:
        """With the number of its counterexample, and those of the others."""
        text = rendered(sample(), "terminal")
        shown = re.findall(r"gradspec replay REPORT (\d+) TARGET|\(#(\d+)\)", text)

        assert sorted(int(first or other) for first, other in shown) == list(range(1, len(sample().failures) + 1))
        for row in sample().failures:
            assert f"{row['verdict'].upper()} {row['level'].upper()} {row['clause']} in " in text

    def test_every_undecided_row_is_named(self) -> None:
        """With what is known of it."""
        text = rendered(sample(), "terminal")
        for row in sample().results:
            name = f"{row['clause']} ({row['operation']}, {row['format']}, {row['regime']}, {row['level']})"
            assert (name in text) == (row["verdict"] == "undecided")


class TestMarkdown:
    """The page of any report by itself, read by a reader of Markdown."""

    @pytest.fixture
    def tables(self) -> list[list[list[str]]]:
        """Its tables, as texts of cells."""
        return tables_of(rendered(sample(), "markdown"))

    def test_counts_are_those_of_the_rows(self, tables: list[list[list[str]]]) -> None:
        """By chapter and level."""
        counts = {(row[0], row[1]): [int(cell or 0) for cell in row[2:]] for row in tables[0][1:]}

        assert counts == counted(sample().results, "level")

    def test_failing_groups_are_those_of_the_rows(self, tables: list[list[list[str]]]) -> None:
        """Each with its largest error, by level."""
        levels = [level for level in LEVELS if any(row["level"] == level for row in sample().failures)]
        found = {
            (row[0], row[1], level): row[3]
            for level, table in zip(levels, tables[1:], strict=True)
            for row in table[1:]
        }

        assert Counter(found.keys()) == failing_places(sample())
        for place, text in found.items():
            error = worst(sample(), *place)
            assert text == (f"{error:.3g}" if error else "")

    def test_leads_nowhere(self) -> None:
        """A page of any report does not know where the text stands."""
        assert "](" not in rendered(sample(), "markdown")

    def test_a_hostile_report_is_text(self) -> None:
        """No element but those of a page of any report, and no address."""
        html = MarkdownIt("commonmark", {"html": False}).enable("table").render(rendered(hostile(), "markdown"))
        usual = MarkdownIt("commonmark", {"html": False}).enable("table").render(rendered(sample(), "markdown"))

        assert elements(html) <= elements(usual)
        assert "href" not in html


class TestJUnit:
    """The XML, as a test system reads it."""

    @pytest.fixture(params=[sample, hostile])
    def report(self, request: pytest.FixtureRequest) -> Report:
        """One of the samples."""
        return request.param()

    def test_a_test_case_is_a_row(self, report: Report) -> None:
        """Of the same name and ruling, in the suite of its chapter."""
        found = Counter(
            (suite.attrib["name"], case.attrib["classname"], case.attrib["name"], ruling(case))
            for suite in parsed(rendered(report, "junit"))
            for case in suite.iter("testcase")
        )
        wanted = Counter(
            (
                chapter_of(row["clause"]),
                printable(row["clause"]),
                printable(f"{row['operation']}[{row['format']}-{row['regime']}-{row['level']}]"),
                {"fail": "failure", "error": "error", "pass": "pass"}.get(row["verdict"], row["verdict"]),
            )
            for row in report.results
        )

        assert found == wanted

    def test_suites_count_what_they_hold(self, report: Report) -> None:
        """By ruling."""
        for suite in parsed(rendered(report, "junit")):
            rulings = Counter(ruling(case) for case in suite.iter("testcase"))
            counts = {name: int(suite.attrib[name]) for name in ("tests", "failures", "errors", "skipped")}

            assert counts == {
                "tests": sum(rulings.values()),
                "failures": rulings["failure"],
                "errors": rulings["error"],
                "skipped": rulings["unsupported"] + rulings["undecided"],
            }

    def test_a_failure_shows_its_counterexample(self) -> None:
        """Message, level, input, error and replay, in their order."""
        root = parsed(rendered(sample(), "junit"))
        texts = [element for element in root.iter() if element.tag in {"failure", "error"}]
        by_number = {int(re.search(r"replay REPORT (\d+) ", each.text or "")[1]): each for each in texts}  # type: ignore[index]

        assert sorted(by_number) == list(range(1, len(sample().failures) + 1))
        for row in sample().failures:
            example = row["counterexample"]
            shown = by_number[example["number"]]
            assert shown.attrib == {
                "type": f"{row['verdict']} {row['level']}".upper(),
                "message": example["reason"],
            }
            if "entry" in example:
                assert f"error    {example['entry']['error_ulps']:.3g} ulps" in str(shown.text)

    def test_properties_say_what_it_is_relative_to(self) -> None:
        """Target, text and seed, in each suite."""
        for suite in parsed(rendered(sample(), "junit")):
            properties = {each.attrib["name"]: each.attrib["value"] for each in suite.iter("property")}

            assert properties["target"] == "sample 1.2.3+cpu"
            assert properties["specification digest"] == sample().document["spec"]["digest"]
            assert properties["seed"] == "7"
            assert properties["environment.numpy"] == "2.4.6"

    def test_keeps_the_schema_of_ant(self, report: Report) -> None:
        """The stricter of the schemas in use: elements in their order, attributes that must be there, no others."""
        root = parsed(rendered(report, "junit"))
        attributes = {
            "name",
            "package",
            "id",
            "hostname",
            "timestamp",
            "tests",
            "failures",
            "errors",
            "skipped",
            "time",
        }

        assert (root.tag, root.attrib) == ("testsuites", {})
        for number, suite in enumerate(root):
            assert set(suite.attrib) == attributes
            assert suite.attrib["id"] == str(number)
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", suite.attrib["timestamp"])
            tags = [child.tag for child in suite]
            assert tags == ["properties", *["testcase"] * (len(tags) - 3), "system-out", "system-err"]
            for case in suite.iter("testcase"):
                assert set(case.attrib) == {"name", "classname", "time"}
                assert [child.tag for child in case] in ([], ["failure"], ["error"], ["skipped"])
                assert all(set(child.attrib) <= {"type", "message"} for child in case)

    def test_a_day_that_is_none_is_not_shown(self) -> None:
        """The schema asks for a day, and a report may have none, or have nonsense there."""
        for day in ({"date": "tomorrow"}, {}):
            made = {name: value for name, value in document().items() if name != "date"} | day
            suite = parsed(rendered(Report(made), "junit"))[0]

            assert suite.attrib["timestamp"] == "1970-01-01T00:00:00"


class TestCsv:
    """The table, as a program reads it."""

    @pytest.mark.parametrize("report", [sample(), hostile()], ids=["sample", "hostile"])
    def test_a_line_is_a_row(self, report: Report) -> None:
        """Every cell is what the document has, texts shown as text and numbers as numbers."""
        lines = list(csv.DictReader(io.StringIO(rendered(report, "csv"))))

        assert len(lines) == len(report.results)
        for line, row in zip(lines, report.results, strict=True):
            assert tuple(line) == COLUMNS
            for field in ("clause", "operation", "format", "regime", "level", "verdict"):
                assert as_text(line[field]) == printable(row[field])
            for field in ("examples", "decided", "undecided", "unsupported", "errors", "failures", "entries"):
                assert int(line[field]) == row[field]
            for field in ("max_error_ulps", "max_envelope_ratio"):
                assert float(line[field]) == float(row[field])
            assert as_text(line["hazards"]) == printable(" ".join(row["hazards"]))
            assert as_text(line["observations"]) == printable("; ".join(row.get("observations", ())))
            assert line["counterexample"] == str(row.get("counterexample", {}).get("number", ""))
            assert as_text(line["target"]) == printable(report.document["target"]["name"])

    def test_no_cell_is_a_formula(self) -> None:
        """None of a hostile report begins as one, and numbers are not touched."""
        for line in csv.DictReader(io.StringIO(rendered(hostile(), "csv"))):
            for name, cell in line.items():
                assert not cell.startswith(("=", "+", "@", "\t", "\r")), name
                assert not cell.startswith("-") or float(cell) < 0

    @given(st.text(st.characters(exclude_categories=())))
    def test_a_cell_of_text_can_be_read_back(self, text: str) -> None:
        """One apostrophe is taken off; what nobody sees is an escape, since it may be half of a formula."""
        cell = harmless(text)

        assert as_text(cell) == printable(text)
        assert not cell.lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))


class TestLatex:
    """The tables for a paper."""

    def test_counts_are_those_of_the_rows(self) -> None:
        """By chapter, level and format."""
        lines = [line.removesuffix(r" \\").split(" & ") for line in rendered(sample(), "latex").splitlines()]
        table = {
            tuple(cell.replace("{-}", "-") for cell in line[:3]): list(map(int, line[3:]))
            for line in lines
            if len(line) == 8 and line[1] in LEVELS
        }

        assert table == counted(sample().results, "level", "format")

    def test_failing_groups_are_those_of_the_rows(self) -> None:
        """Each with its largest error."""
        lines = [line.split(" & ") for line in rendered(sample(), "latex").splitlines() if line.startswith(r"\texttt")]
        names = [re.findall(r"\\texttt\{((?:[^{}]|\{\})*)\}", line[0]) for line in lines]
        found = {
            (unbroken(clause), unbroken(operation), line[1]): line[3]
            for (clause, operation), line in zip(names, lines, strict=True)
        }

        assert Counter(found.keys()) == failing_places(sample())
        for place, text in found.items():
            error = worst(sample(), *place)
            assert text.replace("{-}", "-") == (f"{error:.3g}" if error else "")

    @given(st.text(st.characters(exclude_categories=())))
    def test_no_command_is_left(self, text: str) -> None:
        """Of whatever a stranger writes, only commands of this module are commands; the rest is ASCII."""
        shown = literal(text)
        ours = r"\\(textbackslash|textasciicircum|textasciitilde|textless|textgreater|textbar)\{\}"
        rest = re.sub(ours + r"|\\symbol\{\d+\}|\\texttt\{U\+[0-9A-F]+\}|\{\\[`'^~\"rvc]\{[A-Za-z]\}\}", "", shown)
        rest = re.sub(r"\\[{}$&#%_]", "", rest)

        assert shown.isascii()
        assert not re.search(r"[\\$&#%_^~]", rest)
        assert rest.count("{") == rest.count("}")

    @pytest.mark.parametrize("report", [sample(), hostile()], ids=["sample", "hostile"])
    def test_compiles(self, report: Report, tmp_path: Path) -> None:
        """In a document with the packages that it names; nothing is read and nothing run."""
        compiler = shutil.which("pdflatex")
        if compiler is None:
            pytest.skip("pdflatex is missing: apt install texlive-latex-recommended")
        head = rf"\documentclass{{article}}\usepackage[T1]{{fontenc}}\usepackage{{{','.join(PACKAGES)}}}"
        (tmp_path / "tables.tex").write_text(rendered(report, "latex"), encoding="utf-8")
        (tmp_path / "paper.tex").write_text(
            rf"{head}\begin{{document}}\input{{tables}}\end{{document}}", encoding="utf-8"
        )
        command = [compiler, "-halt-on-error", "-interaction=nonstopmode", "-no-shell-escape", "-recorder", "paper"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False, timeout=120)

        assert done.returncode == 0, done.stdout.decode("latin-1")[-2000:]
        assert "/etc/passwd" not in (tmp_path / "paper.fls").read_text(encoding="utf-8")


class TestBadges:
    """The class with its scope, in words."""

    def test_says_the_class_and_its_scope(self) -> None:
        """In the text and in the title."""
        made = scoped("Core, float32", "Core", "conformant")
        texts = [each.text for each in parsed(rendered(made, "badge")).iter("{http://www.w3.org/2000/svg}text")]

        assert texts == ["gradspec", "Core, float32"]
        assert "sample 1.2.3+cpu: Core, float32; conformant" in rendered(made, "badge")
        assert json.loads(rendered(made, "shields")) == {
            "schemaVersion": 1,
            "label": "gradspec",
            "message": "Core, float32",
            "color": COLOURS["Core"],
            "isError": False,
        }

    @pytest.mark.parametrize(
        ("text", "reached", "verdict", "message"),
        [
            ("no class", "none", "nonconformant", "no class"),
            ("Strict, float64", "Strict", "incomplete", "incomplete: Strict, float64"),
            ("Core", "Core", "nonconformant", "Core"),
            ("Core, " + "clauses a.* " * 9, "Core", "conformant", "Core, limited scope"),
        ],
    )
    def test_says_what_is_not_reached(self, text: str, reached: str, verdict: str, message: str) -> None:
        """A scope that is too long is not cut, which would make it a larger one."""
        made = scoped(text, reached, verdict)
        found = json.loads(rendered(made, "shields"))

        assert found["message"] == message
        assert found["isError"] == (reached == "none" or verdict == "incomplete")
        assert f">{message}</text>" in rendered(made, "badge")

    def test_is_as_wide_as_its_texts(self) -> None:
        """A viewer with another font is told the width."""
        root = parsed(rendered(scoped("Core, float32", "Core", "conformant"), "badge"))
        lengths = [int(each.attrib["textLength"]) for each in root.iter() if "textLength" in each.attrib]

        assert lengths == [text_width("gradspec"), text_width("Core, float32")]
        assert int(root.attrib["width"]) == sum(lengths) + 24

    def test_white_is_legible_on_every_colour(self) -> None:
        """With a contrast above 4.5."""
        for colour in COLOURS.values():
            channels = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
            linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels]
            luminance = sum(weight * each for weight, each in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

            assert 1.05 / (luminance + 0.05) > 4.5


class TestStrangers:
    """Nothing of a hostile report means anything, in any rendering."""

    @pytest.mark.parametrize("name", TEXTS)
    def test_no_character_is_a_command(self, name: str) -> None:
        """Lines are ended by us; whatever else nobody sees is an escape."""
        assert {each for each in rendered(hostile(), name) if not each.isprintable()} <= {"\n"}

    @pytest.mark.parametrize("name", ["junit", "badge"])
    def test_no_text_is_markup(self, name: str) -> None:
        """XML has the elements of the harmless report, and no others."""
        usual = {each.tag for each in parsed(rendered(sample(), name)).iter()}

        assert {each.tag for each in parsed(rendered(hostile(), name)).iter()} == usual

    def test_half_a_character_is_shown(self) -> None:
        """Which JSON can have, and no encoding."""
        made = document() | {"target": {"name": "half \ud800", "version": ""}}
        for name in TEXTS:
            rendered(Report(made), name).encode("utf-8")

    def test_a_hostile_report_reads_as_a_report(self, tmp_path: Path) -> None:
        """The schema lets it pass, so that renderings have to cope with it."""
        path = tmp_path / "hostile.json"
        path.write_text(json.dumps(hostile_document()), encoding="utf-8")
        for name in RENDERINGS:
            assert CliRunner().invoke(main, ["render", str(path), "--to", name]).exit_code == 0


class TestCommand:
    """``gradspec render``."""

    @pytest.fixture
    def file(self, tmp_path: Path) -> Path:
        """A report."""
        path = tmp_path / "report.json"
        path.write_text(json.dumps(document()), encoding="utf-8")
        return path

    @pytest.mark.parametrize("name", RENDERINGS)
    def test_writes_what_it_prints(self, file: Path, tmp_path: Path, name: str) -> None:
        """To standard output, or to a file."""
        out = tmp_path / "out"
        printed = CliRunner().invoke(main, ["render", str(file), "--to", name])
        written = CliRunner().invoke(main, ["render", str(file), "--to", name, "--out", str(out)])

        assert (printed.exit_code, written.exit_code, written.output) == (0, 0, "")
        assert out.read_text(encoding="utf-8") == printed.output

    def test_refuses_what_it_does_not_know(self, file: Path, tmp_path: Path) -> None:
        """Another rendering, a file that is no report, a folder that is not there."""
        for arguments, says in (
            ([str(file), "--to", "pdf"], "--to pdf: choose from terminal, markdown"),
            ([str(tmp_path / "absent.json")], "cannot be read"),
            ([str(file), "--out", str(tmp_path / "absent" / "x")], "there is no folder"),
        ):
            found = CliRunner().invoke(main, ["render", *arguments])

            assert found.exit_code == 2
            assert says in found.output


def ruling(case: ET.Element) -> str:
    """What a test case came to."""
    child = next(iter(case), None)
    if child is None:
        return "pass"
    return child.attrib["message"].partition(":")[0] if child.tag == "skipped" else child.tag


def as_text(cell: str) -> str:
    """A cell of text without the apostrophe that says so."""
    return cell.replace("'", "", 1) if cell.lstrip().startswith("'") and cell[0] == "'" else cell


def unbroken(name: str) -> str:
    """A name in LaTeX as it was."""
    return name.replace(r"\allowbreak{}", "").replace(r"\_", "_")


def scoped(text: str, reached: str, verdict: str) -> Report:
    """The sample with another class."""
    made = document()
    return Report(made | {"class": reached, "verdict": verdict, "scope": made["scope"] | {"text": text}})


def parsed(text: str) -> ET.Element:
    """An XML document."""
    return ET.fromstring(text)  # noqa: S314 - made here


def elements(html: str) -> set[str]:
    """The elements of a page."""
    return set(re.findall(r"<([A-Za-z][A-Za-z0-9]*)", html))


def tables_of(markdown: str) -> list[list[list[str]]]:
    """The tables of a page in Markdown, as texts of cells."""
    found: list[list[list[str]]] = []
    for token in MarkdownIt("commonmark").enable("table").parse(markdown):
        if token.type == "table_open":
            found.append([])
        elif token.type == "tr_open":
            found[-1].append([])
        elif token.type == "inline" and token.level == TABLE_CELL:
            found[-1][-1].append("".join(child.content for child in token.children or ()))
    return found
