"""Pictures of errors: well-formed, in words too, the same each time, and right about where answers lie."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from click.testing import CliRunner, Result

from gradspec.conformance import load
from gradspec.conformance.case import Case
from gradspec.conformance.checks.examiner import Examiner
from gradspec.conformance.checks.finding import Kind
from gradspec.conformance.command_line import main
from gradspec.conformance.plotting import drawn_case, line_picture, map_picture
from gradspec.conformance.plotting.distribution import distribution_plot, exponents, histogram, quantile, smallest
from gradspec.conformance.plotting.measuring import Place, measured
from gradspec.conformance.plotting.number_line import Line
from gradspec.conformance.verdict import Level
from gradspec.spec import FORMATS
from gradspec.spec.conventions import resolve
from gradspec.spec.operations import operations
from tests.conformance.report_samples import HOSTILE

if TYPE_CHECKING:
    from pathlib import Path

    from gradspec.conformance.plotting import Picture

COUNTS = {"exact": 12, "bins": [[-4, 3], [0, 10], [9, 1]], "beyond": 1}
RADII = {"exact": 0, "bins": [[1, 14], [3, 12]], "beyond": 0}

STRANGE = """
import numpy as np
name = {name!r}
version = "1"
formats = ("float32",)


def tanh_derivative(z):
    return np.where(abs(z) > 4, np.float32(0), 1 - np.tanh(z) ** 2).astype(z.dtype)


def sigmoid(z):
    raise RuntimeError(name)


def softmax_jacobian(z):
    s = np.exp(z) / np.exp(z).sum()
    return (np.outer(s, s) + np.diag(s)).astype(z.dtype)
"""


@pytest.fixture(scope="module")
def examiner() -> Examiner:
    """The textbook's formulas."""
    return Examiner(load("textbook"), resolve())


@pytest.fixture(scope="module")
def strange(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A file with a wrong target of a hostile name."""
    file = tmp_path_factory.mktemp("strange") / "strange.py"
    file.write_text(STRANGE.format(name=" ".join(HOSTILE)), encoding="utf-8")
    return str(file)


def plot(*words: str) -> Result:
    """What the command says, and its exit status."""
    return CliRunner().invoke(main, ["plot", *words], prog_name="gradspec")


def texts(picture: str, tag: str = "text") -> list[str]:
    """The texts of a picture, which is well-formed."""
    root = ET.fromstring(picture)  # noqa: S314 - the picture is our own
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    return ["".join(each.itertext()) for each in root.iter(f"{{http://www.w3.org/2000/svg}}{tag}")]


class TestDistribution:
    """The plot of a row's errors says what the row says."""

    def picture(self, name: str = "tanh, float32") -> Picture:
        """That of the counts above."""
        errors, radii = histogram(COUNTS), histogram(RADII)
        return distribution_plot(name, errors, {"must": radii, "should": radii}, exponents([errors, radii]))

    def test_says_it_in_words(self) -> None:
        """How many entries, how many of them exact or beyond, and the envelopes."""
        words = self.picture().description

        assert "27 decided entries, 12 of them exact, 1 infinite or NaN" in words
        assert "other errors from 0.062 to 1e+03 ulps" in words
        assert "radius of the envelope, MUST: median 2.8, smallest 2, SHOULD: median 2.8" in words

    def test_has_a_bar_for_each_bin(self) -> None:
        """And one for the exact entries, and one for those beyond."""
        root = ET.fromstring(self.picture().text())  # noqa: S314 - the picture is our own
        (bars,) = (each for each in root.iter() if each.get("class") == "bar")

        assert bars.attrib["d"].count("M") == 5

    def test_does_not_tell_tiny_errors_apart(self) -> None:
        """An answer of 0 for 1e-300 is off by 1e-200 ulps, and would leave no room for the others."""
        counts = histogram({"exact": 0, "bins": [[-700, 2], [-11, 1], [0, 5], [900, 1]], "beyond": 0})

        assert counts.bins == {-10: 3, 0: 5, 64: 1}

    def test_is_the_same_each_time(self) -> None:
        """To the byte, alone and inside of a page."""
        assert self.picture().text() == self.picture().text()
        assert self.picture().inline() == self.picture().inline()

    @pytest.mark.parametrize("name", HOSTILE)
    def test_shows_a_hostile_name(self, name: str) -> None:
        """As text, without what cannot be seen."""
        text = self.picture(name).text()

        assert texts(text)[0]
        assert len(list(ET.fromstring(text).iter())) == len(list(ET.fromstring(self.picture().text()).iter()))  # noqa: S314 - our own
        assert not set("\x1b\x07\x9b\u202e") & set(text)

    def test_tells_quantiles_from_bins(self) -> None:
        """The middle of the bin that holds it; 0 and infinity as they are."""
        assert quantile(histogram(COUNTS), 0.4) == 0
        assert quantile(histogram(COUNTS), 0.5) == math.ldexp(math.sqrt(2), -4)
        assert quantile(histogram(COUNTS), 1) == math.inf
        assert smallest(histogram(RADII)) == 2


class TestNumberLine:
    """Every number of a format has a rank."""

    @pytest.mark.parametrize("name", FORMATS)
    def test_ranks_count_numbers(self, name: str) -> None:
        """Neighbours have neighbouring ranks, and a number is that of its rank."""
        line = Line(FORMATS[name])
        smallest_number = float(FORMATS[name].smallest_subnormal)

        assert [line.rank(each) for each in (0.0, smallest_number, -2 * smallest_number)] == [0, 1, -2]
        assert line.rank(2.0) - line.rank(1.0) == 2 ** (FORMATS[name].precision - 1)
        assert line.numbers([line.rank(-1.5), line.last]) == [-1.5, float(FORMATS[name].largest)]

    @pytest.mark.parametrize("name", FORMATS)
    def test_a_sample_is_of_all_magnitudes(self, name: str) -> None:
        """Both signs, from 0 to the largest number, in order; one sign where the domain has one."""
        line = Line(FORMATS[name])
        both, positive = line.sample(200, signed=True), line.sample(200, signed=False)

        assert both == sorted(set(both))
        assert -both[0] == both[-1] == positive[-1] == float(FORMATS[name].largest)
        assert 0 in both
        assert positive[0] > 0

    def test_marks_powers_of_ten(self) -> None:
        """Where they stand."""
        line = Line(FORMATS["float32"])
        marks = list(line.powers_of_ten(line.rank(0.5), line.rank(200.0), 10))

        assert [(sign, power) for _, sign, power in marks] == [(1, 0), (1, 1), (1, 2)]
        assert line.numbers([rank for rank, _, _ in marks]) == [1.0, 10.0, 100.0]


class TestMeasuring:
    """What a picture says of an entry is what a report says of it."""

    def test_agrees_with_the_judge(self, examiner: Examiner) -> None:
        """Input by input, at both levels."""
        numbers = [0.0, 0.5, -3.0, 7.512128, 20.0, -90.0, 1e30]
        array = np.array(numbers, dtype=np.float32)
        (entries,) = measured(examiner, Case("tanh_derivative", "float32", "ordinary", (array,)), alone=True)
        for entry, number in zip(entries, array, strict=True):
            alone = Case("tanh_derivative", "float32", "ordinary", (np.array(number),))
            findings = examiner.value(alone).findings
            should = findings[Level.SHOULD]

            assert (entry.place is Place.OUTSIDE) == (findings[Level.MUST].kind is Kind.OUTSIDE)
            assert (entry.place in (Place.OUTSIDE, Place.BELOW)) == (should.kind is Kind.OUTSIDE)
            assert should.judgement is not None
            assert should.judgement.worst is None or should.judgement.worst.error_ulps == entry.error

        assert {entry.place for entry in entries} == {Place.INSIDE, Place.BELOW}

    def test_agrees_on_a_matrix(self, examiner: Examiner) -> None:
        """The worst entry is the judge's."""
        case = Case("softmax_jacobian", "float32", "ordinary", (np.array([0, 7.5, 30], dtype=np.float32),))
        (entries,) = measured(examiner, case, alone=False)
        judgement = examiner.value(case).findings[Level.SHOULD].judgement

        assert judgement is not None
        assert judgement.worst is not None
        assert max(entry.error for entry in entries if entry.place is Place.BELOW) == judgement.worst.error_ulps
        assert {entry.index for entry in entries} == {(row, column) for row in range(3) for column in range(3)}


class TestLine:
    """The error over the real line."""

    def test_finds_where_answers_are_outside(self, examiner: Examiner) -> None:
        """And shows that part closer, with the worst inputs written out."""
        picture = line_picture(examiner, operations()["tanh_derivative"], "float32", 400, (None, None))
        words = texts(picture.text())

        assert picture.title == "tanh_derivative of textbook NumPy " + np.__version__ + " in float32"
        assert any("where answers are outside" in each for each in words)
        assert any(each.startswith("1: at ") and "outside SHOULD" in each for each in words)
        assert any(each.startswith("at inf: nan, ✗ not as the clause says") for each in words)
        assert "at -0.0: 1.0, ✓ as the clause says" in words
        assert picture.description.split(";")[0] in words

    @pytest.mark.parametrize("name", ["sigmoid_vjp", "leaky_relu", "learning_rate_limit", "sine_of_square_derivative"])
    @pytest.mark.parametrize("format_name", FORMATS)
    def test_draws_every_kind_of_operation(self, examiner: Examiner, name: str, format_name: str) -> None:
        """With an upstream gradient, a keyword, a domain of one sign, or no special values, in every format."""
        picture = line_picture(
            Examiner(load("reference"), resolve()), operations()[name], format_name, 60, (None, None)
        )
        del examiner

        assert ", 0 outside MUST" in picture.description
        assert texts(picture.text(), "desc") == [picture.description]

    def test_is_the_same_each_time(self, examiner: Examiner) -> None:
        """To the byte."""
        first, second = (
            line_picture(examiner, operations()["sigmoid"], "bfloat16", 100, (-20.0, 20.0)).text() for _ in range(2)
        )

        assert first == second


class TestMap:
    """The error of every entry."""

    @pytest.mark.parametrize(
        "name", ["softmax_jacobian", "network_gradients", "dense_jacobian_weights", "outer_product"]
    )
    def test_draws_every_array(self, examiner: Examiner, name: str) -> None:
        """With as many cells as entries, each of which says what it is."""
        case = drawn_case(operations()[name], "float32", 3, resolve())
        picture = map_picture(examiner, case)
        cells = [each for each in texts(picture.text(), "rect") if "ulps" in each]

        assert len(cells) == int(picture.description.split()[0])

    def test_many_entries_share_cells(self, examiner: Examiner) -> None:
        """Each shows the worst of its block."""
        logits = np.linspace(-3, 3, 70, dtype=np.float32)
        picture = map_picture(examiner, Case("softmax_jacobian", "float32", "ordinary", (logits,)))

        assert picture.description.startswith("4900 entries")
        assert len(texts(picture.text(), "rect")) == 64 * 24

    def test_the_same_seed_draws_the_same(self) -> None:
        """And another one something else."""
        cases = [drawn_case(operations()["softmax_jacobian"], "float32", seed, resolve()) for seed in (1, 1, 2)]
        first, again, other = (case.arguments[0].tobytes() for case in cases)

        assert first == again != other


class TestCommand:
    """``gradspec plot``."""

    def test_writes_the_picture_and_says_what_it_shows(self, strange: str, tmp_path: Path) -> None:
        """A wrong target is wrong where it is."""
        out = tmp_path / "picture.svg"
        result = plot(
            strange, "tanh_derivative", "--format", "float32", "--points", "200", "--out", str(out), "--in-process"
        )

        assert result.exit_code == 0, result.output
        assert "inputs:" in result.output
        assert " 0 outside MUST" not in result.output
        assert texts(out.read_text(encoding="utf-8"), "title")[0].startswith("tanh_derivative of <script>")
        assert "\x1b" not in result.output + out.read_text(encoding="utf-8")

    def test_prints_the_picture(self, strange: str) -> None:
        """Where no file is named."""
        result = plot(strange, "softmax_jacobian", "--format", "float32", "--input", "[0, 1]", "--in-process")

        assert texts(result.output, "title")
        assert any("outside MUST" in each for each in texts(result.output, "desc"))

    def test_asks_a_process_of_its_own(self, strange: str) -> None:
        """As every command does."""
        result = plot(strange, "tanh_derivative", "--format", "float32", "--points", "8")

        assert result.exit_code == 0, result.output

    @pytest.mark.parametrize(
        ("words", "says"),
        [
            ((), "which OPERATION is to be drawn?"),
            (("softplus",), "softplus"),
            (("tanh", "--format", "float8"), "float8"),
            (("tanh", "--format", "float32"), "does not offer tanh"),
            (("sigmoid", "--format", "float32"), "gives no answer to sigmoid in float32: RuntimeError"),
            (("softmax_jacobian", "--from", "1"), "--from and --to with softmax_jacobian"),
            (("tanh_derivative", "--from", "3", "--to", "2"), "--from 3 --to 2"),
            (("softmax_jacobian", "--input", "[[1]]"), "z"),
            (("tanh_derivative", "--out", "/no/such/folder/x.svg"), "--out"),
        ],
    )
    def test_refuses_in_one_message(self, strange: str, words: tuple[str, ...], says: str) -> None:
        """What cannot be drawn."""
        options = words if "--format" in words else (*words, "--format", "float32")
        result = plot(strange, *options, "--in-process")

        assert result.exit_code == 2
        assert says in result.output
        assert len(result.output.splitlines()) == 1
