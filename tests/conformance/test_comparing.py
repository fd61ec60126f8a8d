"""``gradspec compare``: implementations by clause and format; and all comparisons before strangers and in a browser."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from gradspec.conformance.comparing.comparability import differences
from gradspec.conformance.comparing.matrix import Matrix
from gradspec.conformance.comparing.naming import names_of
from gradspec.conformance.comparing.terminal import ALIKE, cell_text
from gradspec.conformance.publishing.comparison import comparison
from gradspec.conformance.report import Report, class_reached
from gradspec.conformance.running import ScopeError
from gradspec.conformance.verdict import FAILING
from tests.conformance.report_samples import document, hostile, sample
from tests.conformance.two_reports import changed, faster, run, written

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conformance.browsing import Visits

    Json = dict[str, Any]

WHERE = ("clause", "format")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two reports and a hostile one."""
    return written(tmp_path)


class TestMatrix:
    """Each cell is what the rows of a report say of a clause in a format."""

    @pytest.mark.parametrize("report", [sample(), hostile()], ids=["sample", "hostile"])
    def test_a_cell_is_what_its_rows_are(self, report: Report) -> None:
        """Class, worst error and counts, each counted from the document; nothing unsupported is counted."""
        matrix = Matrix({"it": report})
        for clause, format_name in {tuple(row[field] for field in WHERE) for row in report.results}:
            rows = [
                row
                for row in report.results
                if (row["clause"], row["format"]) == (clause, format_name) and row["verdict"] != "unsupported"
            ]
            cell = matrix.cell("it", clause, format_name)
            if not rows:
                assert cell is None
                continue
            assert cell is not None
            assert cell.reached == class_reached(rows)
            assert cell.worst == max(float(row["max_error_ulps"]) for row in rows)
            assert cell.failing == sum(row["verdict"] in FAILING for row in rows)
            assert cell.undecided == sum(row["verdict"] == "undecided" for row in rows)

    def test_terminal_page_and_document_are_one_matrix(self, folder: Path) -> None:
        """Cell by cell."""
        status, printed = run(
            "compare", folder / "one.json", folder / "two.json", "--all",
            "--json", folder / "m.out", "--html", folder / "m.html",
        )  # fmt: skip
        made = json.loads((folder / "m.out").read_text(encoding="utf-8"))
        page = (folder / "m.html").read_text(encoding="utf-8")
        matrix = Matrix({"one": sample(), "two": changed(faster)})
        lines = list(matrix.lines(matrix.clauses))

        assert status == 0
        assert [(line["clause"], line["format"]) for line in made["matrix"]] == [line[:2] for line in lines]
        for (clause, _, cells), line in zip(lines, made["matrix"], strict=True):
            texts = [cell_text(cell) for cell in cells]
            assert {name: each["class"] for name, each in line["cells"].items()} == {
                name: cell.reached.value for name, cell in zip(("one", "two"), cells, strict=True) if cell
            }
            assert any(clause in shown and all(text in shown for text in texts) for shown in printed.splitlines())
            assert all(f">{text}</td>" in page for text in texts)
        assert page.count("data-clause=") == len(lines)

    def test_an_error_without_a_number_is_infinite(self) -> None:
        """And JSON says so in a text."""
        matrix = Matrix({"it": sample()})
        cell = matrix.cell("it", "tanh.derivative", "float32")

        assert cell is not None
        assert math.isinf(cell.worst)
        assert cell_text(cell) == "Core inf"

    def test_the_page_of_a_folder_is_of_the_same_matrix(self) -> None:
        """Formats and errors of what fails, by level."""
        text = comparison({"one": sample(), "two": changed(faster)})
        cells = {line.split("`")[1]: line.split("|")[2:4] for line in text.splitlines() if line.startswith("| [`")}

        assert [each.strip() for each in cells["tanh.value"]] == ["", "M f64 (40)"]
        assert cells["tanh.derivative"][1].strip() == "S f32"


class TestComparability:
    """What bears on a comparison is said."""

    def test_nothing_differs(self) -> None:
        """And that is said too."""
        assert list(differences({"one": sample(), "two": sample()})) == []

    @pytest.mark.parametrize(
        ("subject", "change"),
        [
            ("specification", lambda made: made["spec"].update(digest="0" * 64)),
            ("seed", lambda made: made.update(seed=1)),
            ("effort", lambda made: made.update(effort="standard")),
            ("packages that draw cases and judge", lambda made: made["environment"].update(numpy="9")),
            ("ulps allowed to functions", lambda made: made["scope"].update(text="Core, function ulps exp=9")),
            ("formats", lambda made: made["scope"]["formats"].pop()),
            ("regimes", lambda made: made["scope"]["regimes"].pop()),
            ("filter of clauses", lambda made: made["scope"].update(clauses=[])),
            ("operations examined", lambda made: made["scope"]["operations"].pop()),
            ("convention layout", lambda made: made["conventions"].update(layout="columns")),
            ("convention subnormals", lambda made: made["conventions"].update(subnormals="flush")),
            ("convention new", lambda made: made["conventions"].update(new="of a later version")),
        ],
    )
    def test_what_differs_is_named(self, subject: str, change: Callable[[Json], object]) -> None:
        """With what each report has, and what follows."""
        found = list(differences({"one": sample(), "two": changed(change)}))

        assert [each.subject for each in found] == [subject]
        assert len(found[0].groups()) == 2
        assert found[0].consequence

    def test_it_stands_above_the_matrix(self, folder: Path) -> None:
        """Also that there is nothing."""
        (folder / "same.json").write_text(json.dumps(document()), encoding="utf-8")

        assert ALIKE in run("compare", folder / "one.json", folder / "same.json")[1]
        assert "seed: other cases were drawn" in run("compare", folder / "one.json", folder / "two.json")[1]


class TestNames:
    """Reports are called by their files."""

    def test_as_much_of_the_folder_as_is_needed(self) -> None:
        """To tell them apart."""
        assert list(names_of([Path("/a/one.json"), Path("/b/two.json")])) == ["one", "two"]
        assert list(names_of([Path("/a/x/one.json"), Path("/b/x/one.json")])) == ["a/x/one", "b/x/one"]

    def test_twice_is_refused(self) -> None:
        """It would have one column."""
        with pytest.raises(ScopeError, match="given 2 times"):
            names_of([Path("one.json"), Path("one.json")])


class TestStrangers:
    """A hostile report beside a harmless one."""

    @pytest.mark.parametrize(
        "arguments", [("compare", "one.json", "bad.json", "--all"), ("diff", "one.json", "bad.json"), ("trend", ".")]
    )
    def test_a_terminal_shows_it(
        self, folder: Path, arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """And is not commanded."""
        monkeypatch.chdir(folder)
        _, printed = run(*arguments)

        assert {each for each in printed if not each.isprintable()} <= {"\n"}


class TestPages:
    """As a reader meets them in a browser: nothing is fetched, no error is reported, no rule is broken."""

    @pytest.fixture
    def pages(self, folder: Path) -> dict[str, Path]:
        """Comparison and history of harmless and hostile reports."""
        files = {name: folder / f"{name}.html" for name in ("compare", "trend")}
        run("compare", *(folder / f"{name}.json" for name in ("one", "two", "bad")), "--html", files["compare"])
        run("trend", folder, "--html", files["trend"])
        return files

    @pytest.mark.parametrize("dark", [False, True])
    @pytest.mark.parametrize("on", ["desk", "phone"])
    @pytest.mark.parametrize("name", ["compare", "trend"])
    def test_breaks_no_rule_of_accessibility(
        self, visit: Visits, pages: dict[str, Path], name: str, on: str, *, dark: bool
    ) -> None:
        """Nor does a hostile name do anything."""
        opened = visit(pages[name], dark=dark, on=on)

        assert opened.violations() == []
        assert not opened.is_wider_than_its_window
        assert opened.page.evaluate("window.hacked") is None

    def test_filters_leave_the_lines_that_fit(self, visit: Visits, pages: dict[str, Path]) -> None:
        """And say how many they are."""
        page = visit(pages["compare"]).page
        rows = page.locator(".matrix tbody tr")
        everything = rows.count()
        page.fill("#clause-filter", "TANH.value")

        assert page.locator(".matrix tbody tr:visible").count() == 4
        assert page.inner_text("#shown") == f"4 of {everything} lines"

        page.select_option("#format-filter", "f64")

        assert page.locator(".matrix tbody tr:visible").count() == 1

        page.fill("#clause-filter", "")
        page.select_option("#format-filter", "")
        page.check("#failing-filter")

        assert (
            page.locator(".matrix tbody tr:visible").count()
            == page.locator("tr[data-clause]:not([data-quiet])").count()
        )
        assert page.locator(".matrix tbody tr:visible").count() < everything

    def test_charts_have_a_size(self, visit: Visits, pages: dict[str, Path]) -> None:
        """Each of them."""
        sizes = visit(pages["trend"]).sizes("svg.plot")

        assert len(sizes) == 9
        assert all(width > 300 and height > 100 for width, height in sizes)
