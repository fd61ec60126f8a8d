"""The static site as a reader meets it: from a folder, in a browser, without a network."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gradspec.conformance.publishing import Published
from gradspec.conformance.site import site_pages, write_site
from tests.conformance.report_samples import hostile, sample

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

    from tests.conformance.browsing import Visits

EACH_KIND = (
    "index.html",
    "2-numbers.html",
    "A-index.html",
    "C-errata.html",
    "D-references.html",
    "F-trace.html",
    "conventions.html",
    "operations.html",
    "reports.html",
    "search.html",
    "clause/softmax.jacobian.html",
    "clause/example.bhadani.html",
    "report/sample-1.2.3.html",
)
"""A page of each kind."""

EXAMINED = (
    "index.html",
    "2-numbers.html",
    "D-references.html",
    "reports.html",
    "clause/tanh.derivative.html",
    "report/sample-1.2.3.html",
)
"""Those of them that axe-core is done with in a few seconds."""

TOLERATED = 1.0
"""Pixels: nothing that is seen is smaller."""


@pytest.fixture(scope="module")
def site(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a site with two reports, made where there is a browser to look at it."""
    assert browser.is_connected()
    folder = tmp_path_factory.mktemp("site")
    write_site(folder, dict(site_pages([Published("sample", sample()), Published("hostile", hostile())])))
    return folder


class TestPages:
    """Every kind of page."""

    @pytest.mark.parametrize("page", EACH_KIND)
    def test_it_fits_a_phone(self, site: Path, visit: Visits, page: str) -> None:
        """Nobody has to scroll sideways; what is wide scrolls in its place."""
        assert not visit(site / page, on="phone").is_wider_than_its_window

    @pytest.mark.parametrize("is_dark", [False, True], ids=["light", "dark"])
    @pytest.mark.parametrize("page", EXAMINED)
    def test_everybody_can_use_it(self, site: Path, visit: Visits, page: str, *, is_dark: bool) -> None:
        """axe-core finds no serious violation, in light and in dark."""
        assert visit(site / page, dark=is_dark).violations() == []

    def test_what_a_stranger_wrote_does_nothing(self, site: Path, visit: Visits) -> None:
        """No script of a report runs, neither on its page nor in the search."""
        pages = [page for page in site.glob("report/*.html") if not page.name.startswith("sample")]
        assert pages
        for page in (*pages, site / "search.html", site / "reports.html"):
            assert visit(page).page.evaluate("window.hacked") is None

    def test_the_first_link_leads_to_the_content(self, site: Path, visit: Visits) -> None:
        """For whoever goes by the keyboard."""
        page = visit(site / "index.html").page
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "content"


class TestMathematics:
    """Formulas in the browser."""

    @pytest.mark.parametrize("page", ["2-numbers.html", "4-activations.html", "8-tensor-form.html"])
    def test_it_is_rendered(self, site: Path, visit: Visits, page: str) -> None:
        """Every formula has a size, and fractions stand above one another."""
        sizes = visit(site / page).sizes("math")
        assert len(sizes) > 100
        assert all(width > TOLERATED and height > TOLERATED for width, height in sizes)

    def test_a_fraction_is_higher_than_a_letter(self, site: Path, visit: Visits) -> None:
        """So that the browser takes it for mathematics, and not for text."""
        opened = visit(site / "clause" / "softmax.jacobian.html")
        assert min(height for _, height in opened.sizes("math[display] mfrac")) > 1.5 * max(
            height for _, height in opened.sizes("math[display] mfrac mi")
        )

    def test_a_wide_formula_scrolls_by_the_keyboard(self, site: Path, visit: Visits) -> None:
        """What does not fit a phone can be reached without a mouse, and what fits is no stop on the way."""
        phone = visit(site / "clause" / "example.bhadani.html", on="phone").page
        assert phone.locator(".formula[tabindex='0']").count() > 0
        desk = visit(site / "clause" / "softmax.jacobian.html").page
        assert desk.locator(".formula[tabindex]").count() == 0


class TestSearch:
    """The search, without a server."""

    def test_a_name_is_found_first(self, site: Path, visit: Visits) -> None:
        """The clause of exactly this name, which leads to its page."""
        page = visit(site / "search.html").page
        page.fill("#words", "softmax.jacobian")
        first = page.locator("#found li a").first
        assert first.text_content() == "softmax.jacobian"
        first.click()
        assert page.url.endswith("/clause/softmax.jacobian.html")

    def test_it_is_asked_from_every_page(self, site: Path, visit: Visits) -> None:
        """By the field at its head."""
        page = visit(site / "clause" / "tanh.derivative.html").page
        page.fill("header input", "Kronecker delta")
        page.press("header input", "Enter")
        page.wait_for_selector("#found li")
        assert page.url.endswith("/search.html?q=Kronecker+delta")
        assert page.input_value("#words") == "Kronecker delta"

    @pytest.mark.parametrize(
        ("words", "kind"), [("A-E34", "erratum"), ("PRK-38", "source"), ("layout", "convention"), ("1.2.3", "report")]
    )
    def test_everything_is_found(self, site: Path, visit: Visits, words: str, kind: str) -> None:
        """Not clauses alone."""
        page = visit(site / "search.html", anchor=f"?q={words}").page
        assert kind in page.locator("#found li .badge").all_text_contents()

    def test_words_that_stand_nowhere_are_said_to_be_nowhere(self, site: Path, visit: Visits) -> None:
        """In words that are read out."""
        page = visit(site / "search.html").page
        page.fill("#words", "convolution kernel stride")
        assert page.locator("#count[role=status]").text_content() == "0 entries found."

    @pytest.mark.parametrize("is_dark", [False, True], ids=["light", "dark"])
    def test_everybody_can_use_what_is_found(self, site: Path, visit: Visits, *, is_dark: bool) -> None:
        """axe-core finds no serious violation among the results."""
        assert visit(site / "search.html", anchor="?q=sigmoid+derivative", dark=is_dark).violations() == []
