"""``gradspec site``: the specification as pages, each thing at an address of its own."""

from __future__ import annotations

import hashlib
import json
import os
import posixpath
import re
import subprocess
import sys
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from gradspec.conformance.command_line import main
from gradspec.conformance.commands import site as command
from gradspec.conformance.publishing import Published
from gradspec.conformance.running import ScopeError
from gradspec.conformance.site import building, permanent_address, site_pages, write_site
from gradspec.conformance.site.chapters import Chapter
from gradspec.conformance.verdict import FAILING
from gradspec.spec.clauses import clauses
from gradspec.spec.conventions import conventions, profiles
from gradspec.spec.erratum import errata
from gradspec.spec.operations import operations
from gradspec.spec.tracing import items
from tests.conformance.report_samples import hostile, sample

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Site = dict[str, "Page"]

SAMPLE = "report/sample-1.2.3.html"
"""The page of the report that has every verdict."""

UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What no page shows: escapes of a terminal, marks of direction."""


@dataclass
class Page(HTMLParser):
    """One page of the site, as a browser reads it."""

    address: str
    """From the root of the site."""
    source: str
    """Its text."""
    ids: list[str] = field(default_factory=list)
    """The anchors in it."""
    links: list[str] = field(default_factory=list)
    """What it leads to."""
    loaded: list[str] = field(default_factory=list)
    """What a browser would fetch to show it."""
    words: list[str] = field(default_factory=list)
    """What is printed outside of code, style and scripts."""
    tags: list[str] = field(default_factory=list)
    """The elements that are open."""

    def __post_init__(self) -> None:
        """Read it."""
        super().__init__()
        self.feed(self.source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember the anchors and addresses of an element."""
        self.tags.append(tag)
        found = {name: value or "" for name, value in attrs}
        self.ids.extend(found[name] for name in ("id",) if name in found)
        self.links.extend(found[name] for name in ("href", "action") if name in found and tag != "link")
        self.loaded.extend(found[name] for name in ("src", "srcset", "data", "poster") if name in found)
        self.loaded.extend(["link"] if tag == "link" else [])

    def handle_endtag(self, tag: str) -> None:
        """Close it; elements without an end are closed with what they stand in."""
        while self.tags and self.tags.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        """Remember the words."""
        if not {"code", "pre", "style", "script"} & set(self.tags):
            self.words.append(data)

    @property
    def targets(self) -> list[tuple[str, str]]:
        """The pages and anchors that its links lead to, those abroad left out."""
        found = []
        for link in self.links:
            if not link.startswith(("https://", "http://")):
                path, _, anchor = link.partition("#")
                folder = posixpath.dirname(self.address)
                found.append((posixpath.normpath(posixpath.join(folder, path)) if path else self.address, anchor))
        return found


@pytest.fixture(scope="module")
def texts() -> Mapping[str, str]:
    """Every page of a site with two reports: one with every verdict, and one by somebody who means harm."""
    return dict(site_pages([Published("sample", sample()), Published("../harm\x1b", hostile())]))


@pytest.fixture(scope="module")
def plain() -> Mapping[str, str]:
    """Every page of a site without reports."""
    return dict(site_pages())


@pytest.fixture(scope="module")
def site(texts: Mapping[str, str]) -> Site:
    """The same, read."""
    return {address: Page(address, text) for address, text in texts.items()}


def leads_to(page: Page, address: str) -> bool:
    """Whether a link of ``page`` leads to ``address``."""
    path, _, anchor = address.partition("#")
    return (path, anchor) in page.targets


class TestAddresses:
    """Everything has an address that stays."""

    def test_no_link_is_broken(self, site: Site) -> None:
        """Neither a page nor an anchor is missing, over the whole site."""
        broken = [
            (page.address, path, anchor)
            for page in site.values()
            for path, anchor in page.targets
            if path not in site or (anchor and anchor not in site[path].ids)
        ]
        assert broken == []

    def test_each_clause_has_a_page(self, site: Site) -> None:
        """At an address that depends on nothing but its id, and a place of the same name in its chapter."""
        for clause in clauses().values():
            assert permanent_address(clause.id) == f"clause/{clause.id}.html"
            assert permanent_address(clause.id) in site
            assert clause.id in site[f"{clause.chapter}.html"].ids
            assert leads_to(site["A-index.html"], permanent_address(clause.id))
            assert leads_to(site["index.html"], permanent_address(clause.id))

    @pytest.mark.parametrize(
        ("page", "names"),
        [
            ("operations.html", operations()),
            ("conventions.html", [*conventions(), *profiles()]),
            ("C-errata.html", errata()),
            ("F-trace.html", items()),
            ("D-references.html", ["albert-2024", "bhadani-2026", "dick-2021", "park-2022", "jiang"]),
        ],
    )
    def test_everything_else_has_an_anchor(self, site: Site, page: str, names: list[str]) -> None:
        """Operations, conventions, errata, propositions of the sources, and the sources by their names."""
        assert set(names) <= set(site[page].ids)

    def test_no_anchor_stands_twice(self, site: Site) -> None:
        """In one page."""
        assert [page.address for page in site.values() if len(set(page.ids)) < len(page.ids)] == []

    def test_names_in_the_text_are_links(self, site: Site) -> None:
        """Of clauses, operations and conventions; in a chapter a clause leads to its place in its chapter."""
        assert leads_to(site["clause/softmax.jacobian.html"], "clause/softmax.symmetric.html")
        assert leads_to(site["4-activations.html"], "4-activations.html#softmax.symmetric")
        assert leads_to(site["clause/network.gradients.html"], "conventions.html#cost")


class TestFacts:
    """What the page of a clause says beside its text."""

    def test_errata_lead_to_clauses_and_back(self, site: Site) -> None:
        """Each mistake to every clause that states what is right, and each of these to the mistake."""
        for erratum in errata().values():
            for clause in erratum.clauses:
                assert leads_to(site["C-errata.html"], permanent_address(clause))
                assert leads_to(site[permanent_address(clause)], f"C-errata.html#{erratum.id}")
        for each in clauses().values():
            for name in each.errata:
                assert leads_to(site[permanent_address(each.id)], f"C-errata.html#{name}")

    def test_propositions_lead_to_clauses_and_back(self, site: Site) -> None:
        """Each proposition of a source and the clauses that state it."""
        for item in items().values():
            for clause in item.clauses:
                assert leads_to(site["F-trace.html"], permanent_address(clause))
                assert leads_to(site[permanent_address(clause)], f"F-trace.html#{item.id}")

    def test_sources_conventions_and_operation_are_links(self, site: Site) -> None:
        """To the references, the free choices and the table of operations."""
        for clause in clauses().values():
            page = site[permanent_address(clause.id)]
            for source in clause.sources:
                assert leads_to(page, f"D-references.html#{source.partition(':')[0]}")
            for convention in clause.conventions:
                assert leads_to(page, f"conventions.html#{convention}")
            if clause.operation:
                assert leads_to(page, f"operations.html#{clause.operation}")

    def test_the_forms_stand_there(self, texts: Mapping[str, str]) -> None:
        """As they are listed."""
        assert "4 e / (1 + e)^2, e = exp(-2 |z|)" in texts["clause/tanh.derivative.html"]

    def test_what_a_machine_has_proved_stands_there(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The formal statement as it is written, its theorem, and the lemma that it is not in vain."""
        clause = replace(
            clauses()["number.ulp"],
            formal="forall x : R, x < x + 1",
            theorem="Numbers.next",
            satisfiable="Numbers.some",
        )
        monkeypatch.setattr(building, "chapters", lambda: (Chapter("2-numbers", "2. Numbers", (clause,)),))
        pages = dict(site_pages())
        for address in ("2-numbers.html", "clause/number.ulp.html"):
            assert "<pre><code>forall x : R, x &lt; x + 1</code></pre>" in pages[address]
        assert "theorem <code>Numbers.next</code>, whose hypotheses" in pages["clause/number.ulp.html"]

    def test_the_worked_example_has_its_table(self, texts: Mapping[str, str]) -> None:
        """Of every printed number."""
        assert texts["clause/example.bhadani.html"].count("<tr><td class=") == 141


class TestReports:
    """Reports and clauses lead to one another."""

    def test_a_clause_names_every_report_that_fails_it(self, site: Site) -> None:
        """And the report every clause that it fails."""
        failing = {row["clause"] for row in sample().results if row["verdict"] in FAILING}
        assert failing
        for clause in failing:
            assert leads_to(site[permanent_address(clause)], SAMPLE)
            assert leads_to(site[SAMPLE], permanent_address(clause))

    def test_each_is_there_in_full(self, site: Site) -> None:
        """As the page of the whole report, at the rows of a clause."""
        assert {"report/sample-1.2.3.html", "report/sample-1.2.3.full.html"} <= site.keys()
        assert all(path in site for path, _ in site[SAMPLE].targets)
        assert any(path.endswith(".full.html") and anchor for path, anchor in site[SAMPLE].targets)

    def test_names_of_others_make_no_addresses(self, site: Site) -> None:
        """A page stands in its folder, whatever the target calls itself."""
        assert all(re.fullmatch(r"([a-z]+/)?[A-Za-z0-9._-]+\.html", address) for address in site)
        assert not any(".." in address for address in site)

    def test_without_reports_there_are_none(self, plain: Mapping[str, str]) -> None:
        """And the pages say how to add them."""
        assert not any(address.startswith("report/") for address in plain)
        assert "--reports" in plain["reports.html"]


class TestPages:
    """What holds for each page."""

    def test_each_is_one_file(self, site: Site) -> None:
        """It fetches nothing, and its policy forbids that."""
        for page in site.values():
            assert page.loaded == []
            assert "default-src &#39;none&#39;" in page.source

    def test_nothing_of_latex_is_left(self, plain: Mapping[str, str]) -> None:
        """No dollar and no command stands in the text."""
        for address, text in plain.items():
            assert not re.search(r"\$|\\[a-zA-Z]", "".join(Page(address, text).words)), address

    def test_what_a_stranger_wrote_is_shown_and_not_obeyed(self, site: Site) -> None:
        """Neither markup nor what nobody can see reaches a page."""
        for page in site.values():
            assert not UNSEEN.search(page.source), page.address
            assert "<script>window" not in page.source
            assert not any(link.startswith("javascript:") for link in page.links)

    def test_the_search_finds_everything(self, texts: Mapping[str, str]) -> None:
        """Each thing that has an address is an entry of the index."""
        index = re.findall(
            r'<script type="application/json" id="index">(.*?)</script>', texts["search.html"], re.DOTALL
        )
        names = {name for _, name, *_ in json.loads(index[0])}
        assert {*clauses(), *operations(), *conventions(), *profiles(), *errata(), *items()} <= names

    def test_two_sites_are_the_same_to_the_byte(self, plain: Mapping[str, str]) -> None:
        """In another process with other hashes too."""
        code = (
            "import hashlib; from gradspec.conformance.site import site_pages; "
            "print(hashlib.sha256(repr(dict(site_pages())).encode()).hexdigest())"
        )
        environment = {**os.environ, "PYTHONHASHSEED": "7"}
        other = subprocess.run(
            [sys.executable, "-c", code], env=environment, capture_output=True, check=True, text=True
        )
        assert other.stdout.strip() == hashlib.sha256(repr(plain).encode()).hexdigest()


class TestWriting:
    """The folder that a site is written to."""

    def test_a_site_replaces_an_earlier_one(self, tmp_path: Path) -> None:
        """Pages that are no more are taken away."""
        write_site(tmp_path, {"index.html": "a", "clause/old.html": "b"})
        write_site(tmp_path, {"index.html": "c", "clause/new.html": "d"})
        found = {file.relative_to(tmp_path).as_posix() for file in tmp_path.rglob("*") if file.is_file()}
        assert found == {"index.html", "clause/new.html", "pages.txt"}
        assert (tmp_path / "index.html").read_text(encoding="utf-8") == "c"

    def test_nothing_of_anybody_else_is_touched(self, tmp_path: Path) -> None:
        """A folder with another file is refused, and stays as it is."""
        (tmp_path / "thesis.html").write_text("years of work", encoding="utf-8")
        with pytest.raises(ScopeError, match=r"thesis\.html, which is no page of a site; name an empty folder"):
            write_site(tmp_path, {"thesis.html": "a"})
        assert [file.name for file in tmp_path.iterdir()] == ["thesis.html"]

    def test_a_folder_that_cannot_be_made_is_named(self, tmp_path: Path) -> None:
        """In one message."""
        (tmp_path / "file").write_text("", encoding="utf-8")
        with pytest.raises(ScopeError, match="the site cannot be written to"):
            write_site(tmp_path / "file" / "site", {"index.html": "a"})


class TestCommand:
    """``gradspec site DIR``."""

    @pytest.fixture
    def asked(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[list[str]]:
        """The names of the reports that pages are asked for, each time; the site is one page, and the folder empty."""
        found: list[list[str]] = []

        def pages(reports: list[Published]) -> list[tuple[str, str]]:
            found.append([each.stem for each in reports])
            return [("index.html", "a")]

        monkeypatch.setattr(command, "site_pages", pages)
        monkeypatch.chdir(tmp_path)
        return found

    def test_it_writes_the_site(self, asked: list[list[str]], tmp_path: Path) -> None:
        """And says how many pages; without a folder of reports there are none."""
        result = CliRunner().invoke(main, ["site", "out"])
        assert (result.exit_code, result.output) == (0, "out/index.html: 1 pages, 0 reports\n")
        assert asked == [[]]
        assert (tmp_path / "out" / "index.html").is_file()

    @pytest.mark.parametrize(("folder", "options"), [("reports", []), ("others", ["--reports", "others"])])
    def test_it_shows_the_reports_of_a_folder(
        self, asked: list[list[str]], tmp_path: Path, folder: str, options: list[str]
    ) -> None:
        """Of ``reports`` where no other is named."""
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "sample-1.2.3.json").write_text(sample().text(), encoding="utf-8")
        assert CliRunner().invoke(main, ["site", "out", *options]).exit_code == 0
        assert asked == [["sample-1.2.3"]]

    def test_a_folder_of_reports_that_is_not_there_is_refused(self, asked: list[list[str]]) -> None:
        """By its name, with exit status 2, and nothing is written."""
        result = CliRunner().invoke(main, ["site", "out", "--reports", "nowhere"])
        assert result.exit_code == 2
        assert "--reports nowhere: there is no such folder" in result.output
        assert asked == []

    def test_a_folder_of_somebody_else_is_refused_at_once(self, asked: list[list[str]], tmp_path: Path) -> None:
        """Before anything is rendered."""
        (tmp_path / "thesis.txt").write_text("years of work", encoding="utf-8")
        result = CliRunner().invoke(main, ["site", str(tmp_path)])
        assert result.exit_code == 2
        assert "thesis.txt, which is no page of a site" in result.output
        assert asked == []
