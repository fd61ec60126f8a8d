"""The HTML page of a report, as a reader meets it in a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gradspec.conformance.html_report import html
from tests.conformance.report_samples import hostile, sample

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.conformance.browsing import Visits


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the sample."""
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(html(sample()), encoding="utf-8")
    return path


def rows(page: Page) -> int:
    """How many rows can be seen."""
    return page.locator(".rows tbody tr:visible").count()


class TestFilters:
    """The table shows what is asked for."""

    @pytest.mark.parametrize(
        ("name", "value", "left"),
        [("level", "STRICT", 5), ("format", "float64", 2), ("regime", "wide", 3), ("verdict", "undecided", 3)],
    )
    def test_each_leaves_the_rows_that_fit(self, visit: Visits, file: Path, name: str, value: str, left: int) -> None:
        """They are seen at once, the page says how many they are, and all come back."""
        page = visit(file).page
        page.select_option(f"select[name={name}]", value)

        assert rows(page) == left
        assert page.inner_text("[role=status]") == f"{left} of 24 rows."

        page.click("button[type=reset]")
        page.wait_for_function("document.querySelector('[role=status]').textContent.startsWith('All')")

        assert page.locator(".clause:visible").count() == 9

    def test_text_and_filters_work_together(self, visit: Visits, file: Path) -> None:
        """A clause is found by its name, an operation by its own."""
        page = visit(file).page
        page.fill("input[name=text]", "TANH.value")

        assert rows(page) == 8

        page.select_option("select[name=format]", "float32")

        assert rows(page) == 5

        page.fill("input[name=text]", "no such clause")

        assert rows(page) == 0
        assert page.locator(".chapter:visible").count() == 0

    def test_without_scripts_every_row_is_there(self, visit: Visits, file: Path) -> None:
        """In clauses that open as they are."""
        page = visit.browser.new_context(java_script_enabled=False).new_page()
        page.goto(file.as_uri())

        assert page.locator(".rows tbody tr").count() == 24
        assert page.locator(".filters:visible").count() == page.locator(".copy:visible").count() == 0

        page.click(".clause summary >> nth=0")

        assert rows(page) > 0
        page.context.close()


class TestReading:
    """What fails is explained where it stands."""

    def test_formulas_have_a_size(self, visit: Visits, file: Path) -> None:
        """The browser draws the MathML of the statements that are open."""
        opened = visit(file)
        sizes = opened.sizes(".failure[open] .statement math")

        assert sizes
        assert all(width > 3 and height > 3 for width, height in sizes)

    def test_plots_have_a_size(self, visit: Visits, file: Path) -> None:
        """As soon as their clause is open."""
        opened = visit(file)
        opened.page.fill("input[name=text]", "tanh.value")

        assert [size for size in opened.sizes(".clause:visible svg.plot") if min(size) > 100] != []

    def test_a_command_is_copied(self, visit: Visits, file: Path) -> None:
        """By its button, which says so."""
        page = visit(file).page
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        button = page.locator(".copy:visible").first
        wanted = button.get_attribute("data-copy")
        button.click()
        page.wait_for_function("[...document.querySelectorAll('.copy')].some(each => each.textContent === 'Copied')")

        assert page.evaluate("navigator.clipboard.readText()") == wanted

    def test_an_address_opens_what_it_names(self, visit: Visits, file: Path) -> None:
        """A failure of level SHOULD is closed until it is asked for, and a row leads to it."""
        assert visit(file, anchor="#failure-3").page.locator("#failure-3[open]").count() == 1

        page = visit(file).page
        page.select_option("select[name=level]", "SHOULD")
        page.select_option("select[name=verdict]", "fail")
        page.locator(".rows a:visible").first.click()
        page.wait_for_selector("#failure-3[open]")

    def test_the_keyboard_is_enough(self, visit: Visits, file: Path) -> None:
        """The first key leads past the head, and a clause opens by another."""
        page = visit(file).page
        page.keyboard.press("Tab")

        assert page.evaluate("document.activeElement.textContent") == "Skip to the content"

        page.focus(".clause summary")
        page.keyboard.press("Enter")

        assert page.locator(".clause[open]").count() == 1


class TestReaders:
    """The page is for everybody, on whatever they hold."""

    @pytest.mark.parametrize("dark", [False, True])
    @pytest.mark.parametrize("on", ["desk", "phone"])
    def test_breaks_no_rule_of_accessibility(self, visit: Visits, file: Path, on: str, *, dark: bool) -> None:
        """Nor does it when everything is open."""
        opened = visit(file, dark=dark, on=on)
        opened.page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
        opened.page.wait_for_function("document.querySelector('.clause .wide').parentElement.open")

        assert opened.violations() == []
        assert not opened.is_wider_than_its_window

    def test_a_hostile_report_does_nothing(self, visit: Visits, tmp_path_factory: pytest.TempPathFactory) -> None:
        """No script of a name runs, on no console is an error, and the filters work."""
        path = tmp_path_factory.mktemp("hostile") / "report.html"
        path.write_text(html(hostile()), encoding="utf-8")
        opened = visit(path, on="phone")

        assert opened.page.evaluate("window.hacked") is None
        assert not opened.is_wider_than_its_window

        opened.page.select_option("select[name=level]", "MUST")

        assert rows(opened.page) > 0

    def test_is_printed(self, visit: Visits, file: Path) -> None:
        """Without what works on a screen alone."""
        page = visit(file).page
        page.emulate_media(media="print")

        assert page.locator(".filters:visible").count() == 0
        assert page.locator(".copy:visible").count() == 0
        assert page.locator("h1:visible").count() == 1
