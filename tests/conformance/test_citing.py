"""``gradspec cite``: gradspec, clauses and reports, so that a reader can check what is cited."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from gradspec.conformance.citing.certificate import LIMITS, certificate
from gradspec.conformance.citing.citation import Citation, of_clause, of_report, software
from gradspec.conformance.citing.styles import STYLES, bibtex, csl_json, latex, text
from gradspec.conformance.command_line import main
from gradspec.conformance.report import Report, ReportError
from gradspec.spec.clauses import VERSION, clauses, specification_digest

from .report_samples import document, hostile_document

if TYPE_CHECKING:
    from pathlib import Path

CSL_TYPES = {"software", "standard", "report"}
"""Of the types that CSL 1.0.2 knows, those that are used."""

CSL_FIELDS = {
    "author", "container-title", "genre", "id", "issued", "note", "number", "publisher", "section", "title", "type",
    "version",
}  # fmt: skip
"""Of its fields, likewise; its schema allows no others than it names."""

ESCAPES = re.compile(r"\{\\text[a-z]+\}|\\[&%$#_]")
"""The commands that a field may hold."""


def cited() -> list[Citation]:
    """Of each kind one, and one that strangers wrote."""
    return [
        software(),
        of_clause(clauses()["tanh.derivative"]),
        of_clause(clauses()["accuracy.envelope"]),
        of_report(Report(document())),
        of_report(Report(hostile_document())),
    ]


def fields(entry: str) -> dict[str, str]:
    """The fields of a BibTeX entry, read as BibTeX does: a value ends where its braces are balanced."""
    _, _, rest = entry.partition(",\n")
    found = {}
    while match := re.match(r"\s*(\w+) = ", rest):
        depth, end = 0, match.end()
        while depth or rest[end] not in ",\n":
            depth += (rest[end] == "{") - (rest[end] == "}")
            end += 1
        found[match[1]] = rest[match.end() : end]
        rest = rest[end:].removeprefix(",")
    assert rest == "\n}"
    return found


class TestCitations:
    """What is cited, and by what it can be checked."""

    def test_a_clause_is_cited_by_its_id_and_the_text(self) -> None:
        """In every style: id, version and digest of the specification, and what it says."""
        for style in STYLES.values():
            shown = style(of_clause(clauses()["tanh.derivative"])).replace(r"{\textasciicircum}", "^")

            assert "tanh.derivative: The derivative of tanh at z is 1 - tanh(z)^2" in shown
            assert VERSION in shown
            assert specification_digest() in shown

    def test_a_report_is_cited_by_all_that_its_verdict_depends_on(self) -> None:
        """Target, version, class, verdict, day, seed, digests of text, oracle and report."""
        made = document()
        for style in STYLES.values():
            shown = style(of_report(Report(made))).replace("\\_", "_")

            for fact in (
                "sample 1.2.3+cpu", made["scope"]["text"], "nonconformant (required: robust)", "seed 7", "2026",
                made["spec"]["digest"], made["certificate"]["oracle"], made["digests"]["document"],
            ):  # fmt: skip
                assert str(fact) in shown

    def test_every_clause_can_be_cited(self) -> None:
        """Each by a key of its own, which BibTeX can read."""
        keys = {of_clause(clause).key for clause in clauses().values()}

        assert len(keys) == len(clauses())
        assert all(re.fullmatch(r"[A-Za-z0-9._-]+", key) for key in keys)

    def test_a_report_without_a_day_and_digests_has_its_digest_computed(self) -> None:
        """Reports had neither once; the digest is that of the document without the digests."""
        made = document()
        dated = of_report(Report(made))
        made.pop("digests")
        assert of_report(Report(made)) == dated

        made.pop("date")
        undated = of_report(Report(made))
        assert undated.date is None
        assert undated.number != dated.number
        assert "(no date)" in text(undated)
        assert "year" not in fields(bibtex(undated))
        assert "issued" not in json.loads(csl_json(undated))[0]

    def test_a_changed_report_is_not_cited(self) -> None:
        """Its digest would be that of another."""
        made = document()
        made["class"] = "Core"

        with pytest.raises(ReportError, match=r"carries the digest [0-9a-f]{64} and has [0-9a-f]{64}"):
            of_report(Report(made))

    @pytest.mark.parametrize("value", ["\ud800", float("inf")])
    def test_what_has_no_digest_is_refused(self, value: object) -> None:
        """Half a character, which UTF-8 cannot hold, and a number that JSON cannot."""
        made = document() | {"seed": value}
        made.pop("digests")

        with pytest.raises(ReportError, match="has no digest"):
            of_report(Report(made))

    @pytest.mark.parametrize("day", ["yesterday", "2026-13-01", "\x1b[2J"])
    def test_a_day_that_is_none_is_refused(self, day: str) -> None:
        """The schema takes any text."""
        made = document() | {"date": day}
        made.pop("digests")

        with pytest.raises(ReportError, match="is no day such as 2026-11-21"):
            of_report(Report(made))


class TestStyles:
    """Each style is what programs read, whoever wrote what it shows."""

    @pytest.mark.parametrize("citation", cited(), ids=lambda citation: citation.kind)
    def test_bibtex_is_one_entry(self, citation: Citation) -> None:
        """Of its type, with a plain key; braces are balanced, and no command is left but those that print a letter."""
        entry = bibtex(citation)
        found = fields(entry)

        assert re.match(r"@(software|misc|techreport)\{[A-Za-z0-9.-]+,\n", entry)
        assert {"title", "author", "note"} <= found.keys()
        for value in found.values():
            rest = ESCAPES.sub("", value)
            assert not re.search(r"[\\$%&#_~^<>|]", rest)
            assert rest.count("{") == rest.count("}")

    @pytest.mark.parametrize("citation", cited(), ids=lambda citation: citation.kind)
    def test_csl_json_is_an_item(self, citation: Citation) -> None:
        """With a type and an id, and no field that the schema does not know."""
        (item,) = json.loads(csl_json(citation))

        assert item["type"] in CSL_TYPES
        assert item["id"] == citation.key
        assert item.keys() <= CSL_FIELDS
        assert item["author"] == [{"literal": item["author"][0]["literal"]}]
        assert all(isinstance(value, str) for name, value in item.items() if name not in {"author", "issued"})
        assert [list(map(type, parts)) for parts in item["issued"]["date-parts"]] == [[int, int, int]]

    @pytest.mark.parametrize("style", STYLES.values())
    @pytest.mark.parametrize("citation", cited(), ids=lambda citation: citation.kind)
    def test_nothing_is_obeyed_by_a_terminal(self, citation: Citation, style: Any) -> None:
        """Lines are those of the style, and every character is visible."""
        assert all(line.isprintable() for line in style(citation).split("\n"))

    def test_text_is_one_line(self) -> None:
        """A paragraph, to be pasted."""
        assert text(software()).startswith("The gradspec authors (2026-11-21). gradspec: Specification, ")
        assert all("\n" not in text(citation) for citation in cited())

    def test_latex_prints_what_is_written(self) -> None:
        """Braces are balanced, for BibTeX counts them even behind a backslash."""
        assert latex(r"\input{x} 50% {") == (
            r"{\textbackslash}input{\textbraceleft}x{\textbraceright} 50\% {\textbraceleft}"
        )

    def test_keys_are_stable(self) -> None:
        """A text that cites by them goes on working."""
        made = document()

        assert software().key == "gradspec-0.1.0"
        assert of_clause(clauses()["tanh.derivative"]).key == "gradspec-0.1.0-tanh.derivative"
        assert of_report(Report(made)).key == f"gradspec-report-sample-1.2.3-cpu-{made['digests']['document'][:8]}"


class TestCertificate:
    """A page about a report, for who does not read reports."""

    def test_says_what_was_found_and_what_that_is_worth(self) -> None:
        """Target, text, oracle, class, verdict, failing clauses, limits, and how to verify it."""
        made = document()
        page = "\n".join(certificate(Report(made), "my report.json"))

        assert "  target        sample 1.2.3+cpu" in page
        assert "  on            2026-11-26" in page
        assert f"SHA-256 {specification_digest()}" in page
        assert "certified by 1778654 comparisons over 135 clauses, 0 disagreements" in page
        assert "  verdict       nonconformant (required: robust)" in page
        assert "  fail SHOULD   3 of 6 rows: sigmoid.value, tanh.derivative" in page
        assert all(line in page for line in LIMITS)
        assert f"SHA-256 of the report {made['digests']['document']}" in page
        assert "gradspec verify-report 'my report.json'" in page
        assert "--convention layout=rows --require robust --effort quick --seed 7" in page

    def test_counts_are_those_of_the_rows(self) -> None:
        """Every verdict is counted, those that nobody reached too."""
        rows = document()["results"]
        page = "\n".join(certificate(Report(document()), "r.json"))
        counted = re.search(r"rows +(\d+): (.*)", page)

        assert counted is not None
        assert int(counted[1]) == len(rows)
        for verdict in ("pass", "fail", "error", "unsupported", "undecided"):
            assert f"{sum(row['verdict'] == verdict for row in rows)} {verdict}" in counted[2]

    def test_an_oracle_without_a_certificate_is_named(self) -> None:
        """Whoever relies on a report has to know it."""
        made = document() | {"certificate": {"holds": False, "reason": "none was made"}}
        made.pop("digests")

        assert "  oracle        without a certificate" in list(certificate(Report(made), "r.json"))

    def test_the_words_of_strangers_are_shown_and_not_obeyed(self) -> None:
        """And a command to copy is quoted for the shell."""
        lines = list(certificate(Report(hostile_document()), "$(reboot).json"))

        assert all(line.isprintable() for line in lines)
        assert "  the file      gradspec validate '$(reboot).json'" in lines


class TestCommand:
    """On the command line."""

    @pytest.fixture
    def report(self, tmp_path: Path) -> Path:
        """A report in a file."""
        file = tmp_path / "report.json"
        file.write_text(json.dumps(document()), encoding="utf-8")
        return file

    def test_prints_every_style(self) -> None:
        """Or the one that is asked for."""
        every = CliRunner().invoke(main, ["cite"])
        one = CliRunner().invoke(main, ["cite", "--format", "bibtex"])

        assert every.exit_code == one.exit_code == 0
        assert every.output == "\n\n".join(style(software()) for style in STYLES.values()) + "\n"
        assert one.output == bibtex(software()) + "\n"

    def test_takes_a_clause_an_operation_or_a_report(self, report: Path) -> None:
        """An operation stands for its clause."""
        for name in ("tanh.derivative", "tanh_derivative"):
            assert "Clause tanh.derivative" in CliRunner().invoke(main, ["cite", name]).output
        assert "Conformance of sample" in CliRunner().invoke(main, ["cite", str(report)]).output

    def test_prints_a_certificate(self, report: Path) -> None:
        """Of a report."""
        result = CliRunner().invoke(main, ["cite", str(report), "--certificate"])

        assert result.exit_code == 0
        assert result.output.startswith("CERTIFICATE OF EXAMINATION BY GRADSPEC\n")

    @pytest.mark.parametrize(
        ("arguments", "says"),
        [
            (
                ["tanh.derivativ"],
                "'tanh.derivativ' is not a clause, an operation or the file of a report; did you mean",
            ),
            (["missing.json"], "the report missing.json cannot be read"),
            (["--format", "endnote"], "--format endnote: choose from text, bibtex, csl-json"),
            (["--certificate"], "--certificate is of a report"),
            (["tanh.derivative", "--certificate"], "--certificate is of a report"),
            (["r.json", "--certificate", "--format", "bibtex"], "is a page of text; leave --format bibtex out"),
        ],
    )
    def test_a_mistake_is_told_in_one_message(self, arguments: list[str], says: str) -> None:
        """Exit status 2."""
        result = CliRunner().invoke(main, ["cite", *arguments])

        assert result.exit_code == 2
        assert says in result.output
