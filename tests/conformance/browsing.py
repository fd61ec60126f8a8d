"""
Pages in a browser without a head, as a reader meets them.

The browser is the system's Chromium, driven by Playwright. Whatever a page asks of another machine is refused and
remembered, and so is every error on its console; the fixture ``visit`` of ``conftest.py`` holds each page to neither.
"""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, ConsoleMessage, Page, Route, ViewportSize

WAY_OUT = "install it with: pip install '.[test]', and Chromium by the system, for example apt-get install chromium"
"""How to run what is skipped."""

_ARGUMENTS = (
    "--no-sandbox",  # containers have none, and the pages are our own
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
_SERIOUS = frozenset(("serious", "critical"))
_WINDOWS: dict[str, ViewportSize] = {"phone": {"width": 400, "height": 800}, "desk": {"width": 1200, "height": 900}}


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser; the tests that need it skip where it or Playwright is missing."""
    playwright = pytest.importorskip("playwright.sync_api", reason=f"Playwright is missing; {WAY_OUT}")
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        pytest.skip(f"Chromium is missing; {WAY_OUT}")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=program, args=list(_ARGUMENTS))
        yield browser
        browser.close()


@dataclass
class Visit:
    """One page that is open in the browser, and what it did that it must not."""

    page: Page
    """The page, by Playwright's interface."""
    requests: list[str] = field(default_factory=list)
    """What it asked of another machine; nothing was answered."""
    errors: list[str] = field(default_factory=list)
    """What its console says is wrong: errors, warnings, and exceptions of its scripts."""

    def violations(self) -> list[str]:
        """The rules of accessibility that axe-core finds broken seriously, each with the elements that break it."""
        axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason=f"axe-core is missing; {WAY_OUT}")
        found: list[dict[str, Any]] = axe.Axe().run(self.page).response["violations"]
        return [
            f"{each['id']} ({each['impact']}): {each['help']}: {[node['html'][:200] for node in each['nodes'][:5]]}"
            for each in found
            if each["impact"] in _SERIOUS
        ]

    def sizes(self, selector: str) -> list[tuple[float, float]]:
        """The width and the height of every element that ``selector`` finds, in pixels."""
        script = "found => found.map(each => [each.getBoundingClientRect().width, each.getBoundingClientRect().height])"
        return [(width, height) for width, height in self.page.locator(selector).evaluate_all(script)]

    @property
    def is_wider_than_its_window(self) -> bool:
        """Whether a reader has to scroll sideways."""
        return bool(self.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


@dataclass
class Visits:
    """The pages that one test opens."""

    browser: Browser
    """Where."""
    opened: list[Visit] = field(default_factory=list)
    """Those that are open."""

    def __call__(self, file: Path, *, anchor: str = "", dark: bool = False, on: str = "desk") -> Visit:
        """``file`` in a window of its own, at ``anchor``, on a ``desk`` or on a ``phone``."""
        context = self.browser.new_context(
            color_scheme="dark" if dark else "light",
            viewport=_WINDOWS[on],
            reduced_motion="reduce",
        )
        visit = Visit(context.new_page())
        self.opened.append(visit)
        visit.page.on("console", lambda message: _remember(message, visit.errors))
        visit.page.on("pageerror", lambda error: visit.errors.append(str(error)))
        context.route("**/*", lambda route: _only_files(route, visit.requests))
        visit.page.goto(file.absolute().as_uri() + anchor)
        return visit

    def close(self) -> None:
        """Every window."""
        for visit in self.opened:
            visit.page.context.close()

    @property
    def misdeeds(self) -> list[str]:
        """What any of the pages asked of another machine or reported as an error."""
        return [each for visit in self.opened for each in (*visit.requests, *visit.errors)]


def _remember(message: ConsoleMessage, errors: list[str]) -> None:
    if message.type in {"error", "warning"}:
        errors.append(message.text)


def _only_files(route: Route, requests: list[str]) -> None:
    if route.request.url.startswith("file:"):
        route.continue_()
    else:
        requests.append(route.request.url)
        route.abort()
