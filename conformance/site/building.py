"""The pages of the site, from the specification and the reports that are published beside it."""

from __future__ import annotations

from collections import Counter
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Protocol

from ...oracle.examples import digits
from ...spec.clauses import VERSION, clauses, specification_digest
from ...spec.conventions import conventions
from ...spec.erratum import errata
from ...spec.operations import operations
from ...spec.tracing import items
from ..citing.citation import of_clause
from ..citing.styles import STYLES
from ..html_report import html
from ..html_report.chapters import clause_anchor
from ..pages import render, text
from ..proving.record import in_words, record
from . import addresses, listings
from .addresses import (
    address_of,
    chapter_address,
    full_report_address,
    heading_anchor,
    permanent_address,
    relative,
    report_address,
)
from .chapters import chapters
from .reports import listed
from .search import search_index
from .texts import in_its_chapter, on_its_page, prose

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..publishing import Published
    from .chapters import Chapter
    from .reports import Listed

NAVIGATION = (
    (addresses.HOME, "Chapters"),
    (addresses.CLAUSES, "Clauses"),
    (addresses.OPERATIONS, "Operations"),
    (addresses.CONVENTIONS, "Conventions"),
    (addresses.ERRATA, "Errata"),
    (addresses.TRACE, "Trace"),
    (addresses.REFERENCES, "References"),
    (addresses.REPORTS, "Reports"),
)
"""The head of every page: where each word leads."""


CITED_AS = ("text", "bibtex")
"""The styles in which the page of a clause says how to cite it."""


class Show(Protocol):
    """What makes a page of a template: its address and its text."""

    def __call__(self, template: str, address: str, title: str, **context: object) -> tuple[str, str]:
        """The page at ``address``."""


def site_pages(reports: Sequence[Published] = ()) -> Iterator[tuple[str, str]]:
    """Every page of the site, its address and its text; the same for the same specification and reports."""
    shown = listed(reports)
    show = partial(_page, {"has_reports": bool(shown), "report_count": len(shown)})
    yield from _contents(show)
    yield from _chapters(show)
    yield from _clauses(show, shown)
    yield from _tables(show)
    yield from _reports(show, shown)
    yield show("search.html", addresses.SEARCH, "Search", index=search_index(shown))


def _page(shared: dict[str, object], template: str, address: str, title: str, **context: object) -> tuple[str, str]:
    of_page = {
        "page": address,
        "to": partial(relative, page=address),
        "address_of": address_of,
        "navigation": NAVIGATION,
        "version": VERSION,
        "digest": specification_digest()[:12],
    }
    scripts = (text("search.js", __package__),) if template == "search.html" else ()
    page = render(
        template,
        title=f"{title} - gradspec",
        package=__package__,
        styles=(text("site.css", __package__),),
        scripts=scripts,
        context=shared | of_page | context,
    )
    return address, page


def _contents(show: Show) -> Iterator[tuple[str, str]]:
    counts = {
        "clause_count": len(clauses()),
        "operation_count": len(operations()),
        "convention_count": len(conventions()),
        "erratum_count": len(errata()),
        "item_count": len(items()),
    }
    worked = f"{permanent_address(addresses.WORKED_EXAMPLE)}#{addresses.NUMBERS}"
    yield show(
        "index.html",
        addresses.HOME,
        "The specification",
        chapters=chapters(),
        anchor=heading_anchor,
        worked_example=worked,
        proofs=in_words(record()),
        **counts,
    )


def _chapters(show: Show) -> Iterator[tuple[str, str]]:
    neighbours = (None, *chapters(), None)
    for (before, _), (chapter, after) in pairwise(pairwise(neighbours)):
        if chapter is not None:
            yield show(
                "chapter.html",
                chapter_address(chapter.name),
                chapter.title,
                chapter=chapter,
                before=before,
                after=after,
                texts=in_its_chapter,
                prose=partial(prose, chapter=chapter.name),
            )


def _clauses(show: Show, reports: Sequence[Listed]) -> Iterator[tuple[str, str]]:
    for chapter in chapters():
        for clause in chapter.clauses:
            yield show(
                "clause.html",
                permanent_address(clause.id),
                clause.id,
                clause=clause,
                chapter=chapter,
                text=on_its_page(clause),
                facts=listings.facts(clause),
                example=listings.example() if clause.id == addresses.WORKED_EXAMPLE else None,
                standings=[each.standings[clause.id] for each in reports if clause.id in each.standings],
                signature=listings.signature,
                digits=digits,
                citations=[(style, STYLES[style](of_clause(clause))) for style in CITED_AS],
            )
    failed = Counter(standing.clause for each in reports for standing in each.failing)
    yield show("clauses.html", addresses.CLAUSES, "Index of clauses", chapters=_indexed(failed))


def _indexed(failed: Counter[str]) -> list[tuple[Chapter, list[tuple[object, ...]]]]:
    """Each chapter with its clauses, their errata, and how many reports fail them."""
    return [
        (chapter, [(clause, listings.errata_of(clause), failed[clause.id]) for clause in chapter.clauses])
        for chapter in chapters()
        if chapter.clauses
    ]


def _tables(show: Show) -> Iterator[tuple[str, str]]:
    yield show(
        "errata.html",
        addresses.ERRATA,
        "Errata",
        errata=listings.errata_by_source(),
        counts=listings.error_counts(),
    )
    yield show("trace.html", addresses.TRACE, "Trace of the sources", items=listings.items_by_source())
    yield show(
        "conventions.html",
        addresses.CONVENTIONS,
        "Conventions",
        ruled=listings.ruled(),
        profiles=listings.all_profiles(),
    )
    yield show(
        "operations.html",
        addresses.OPERATIONS,
        "Operations",
        operations=list(operations().values()),
        judged_by=listings.further_clauses(),
        signature=listings.signature,
    )


def _reports(show: Show, reports: Sequence[Listed]) -> Iterator[tuple[str, str]]:
    yield show("reports.html", addresses.REPORTS, "Reports", reports=reports)
    for each in reports:
        full = full_report_address(each.name)
        yield show(
            "report.html",
            report_address(each.name),
            each.title,
            report=each,
            full=full,
            full_address=partial(_in_full, full),
        )
        yield full, html(each.published.report, f"{each.published.stem}.json")


def _in_full(page: str, clause: str) -> str:
    """Where the rows of ``clause`` stand in the page of a whole report."""
    return f"{page}#{clause_anchor(clause)}"
