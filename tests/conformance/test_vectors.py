"""Frozen vectors: up to date, true, in agreement with a run, and of use without Python."""

from __future__ import annotations

import json
import shutil
import subprocess
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import numpy as np
import pytest
from click.testing import CliRunner, Result

from gradspec.conformance import load
from gradspec.conformance.checks.examiner import Examiner
from gradspec.conformance.checks.finding import Kind
from gradspec.conformance.command_line import main
from gradspec.conformance.encoding import decoded_case
from gradspec.conformance.faults import FAULTS
from gradspec.conformance.outcome import Value
from gradspec.conformance.schemas import schema
from gradspec.conformance.vectors import Ruling, folder, ruling
from gradspec.conformance.vectors.answers import SCHEMA
from gradspec.conformance.vectors.catching import first_caught
from gradspec.conformance.vectors.choosing import OF_ELEMENTWISE, OF_OTHERS
from gradspec.conformance.vectors.making import identifier
from gradspec.conformance.vectors.numbers import exactly, fraction, is_of_format
from gradspec.conformance.vectors.ruling import FAR, levels, ulps
from gradspec.conformance.vectors.writing import made
from gradspec.conformance.verdict import Level
from gradspec.oracle.correct_rounding import nearest_fraction
from gradspec.spec.conventions import resolve
from gradspec.spec.formats import BFLOAT16, FLOAT32, FLOAT64, FORMATS
from gradspec.spec.operations import operations

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PROGRAMS = Path(__file__).parent.parent / "vectors"

SAMPLE = (
    "relu_derivative",
    "sigmoid",
    "softmax_vjp",
    "dense_gradients",
    "network_forward",
    "steepest_descent_direction",
)
"""Operations of every kind, whose files are looked at as a whole."""

FEWER = {"sigmoid", "sigmoid_derivative", "tanh", "tanh_derivative", "softmax", "log_softmax", "softmax_jacobian"} | {
    "softmax_batch",
    "power_map_jacobian",
}
"""Operations that have few arguments at which they are exact."""

KINDS = {Ruling.PASS: Kind.INSIDE, Ruling.FAIL: Kind.OUTSIDE, Ruling.UNDECIDED: Kind.OPEN}


@cache
def file(operation: str) -> Mapping[str, Any]:
    """The vectors of an operation, with what is said of all of them."""
    return folder().file(operation)


def entries(vector: Mapping[str, Any]) -> list[tuple[Any, Any, Any]]:
    """True value, enclosure and correct rounding of every entry that has a true value, not too far for a fraction."""
    found = [each for r in vector["results"] for each in zip(r["true"], r["enclosure"], r["rounded"], strict=True)]
    return [each for each in found if each[0] is not None and abs(int(each[0].partition("e")[2] or 0)) < FAR]


def rounded(vector: Mapping[str, Any]) -> list[list[str]]:
    """The correct rounding of every entry, or one of the numbers that stand in its place."""
    (box, *_) = vector.get("must") or vector["strict"]
    return [
        [
            number if number is not None else first_allowed(options)
            for number, options in zip(result["rounded"], allowed, strict=True)
        ]
        for result, allowed in zip(vector["results"], box["allowed"], strict=True)
    ]


def first_allowed(options: Sequence[Any] | None) -> str:
    """A number that is allowed."""
    first = options[0] if options else "0x0p+0"
    return str(first if isinstance(first, str) else first[0])


def answers_to(vector: Mapping[str, Any], arrays: Sequence[Any]) -> list[list[float]]:
    """The numbers of ``arrays``, checked to be as many as the vector asks for."""
    assert len(arrays) == len(vector["results"])
    return [np.asarray(each).astype(np.float64).reshape(-1).tolist() for each in arrays]


class TestFiles:
    """What stands in the folder is what is written now."""

    @pytest.mark.parametrize(
        "operation", ["tanh_derivative", "relu_vjp", "softmax_cross_entropy", "neuron_cost_gradients"]
    )
    def test_they_are_up_to_date(self, operation: str) -> None:
        """To the byte."""
        assert (folder().place / f"{operation}.json").read_text(encoding="utf-8") == made(operation)

    def test_the_index_is_theirs(self, repository: Path) -> None:
        """The digest of every file, and of the specification as it stands."""
        place = repository / "spec" / "vectors"
        result = CliRunner().invoke(main, ["vectors", "write", "--index", "--check", "--out", str(place)])

        assert (result.exit_code, result.output) == (0, "")
        jsonschema.validate(folder().index, schema("vectors-index"))

    @pytest.mark.parametrize("operation", SAMPLE)
    def test_they_keep_their_schema(self, operation: str) -> None:
        """A published one, as do answers and the index."""
        assert list(jsonschema.Draft202012Validator(schema("vectors")).iter_errors(file(operation))) == []

    @pytest.mark.parametrize("operation", ["relu_derivative", "sigmoid", "network_forward"])
    def test_every_regime_of_every_format_has_its_vectors(self, operation: str) -> None:
        """As many as are promised, but where there are no more."""
        declared = operations()[operation]
        wanted = OF_ELEMENTWISE if declared.is_elementwise else OF_OTHERS
        rows = [(each["format"], each["regime"]) for each in file(operation)["vectors"]]
        few = {(f, r) for f in FORMATS for r in declared.regimes if rows.count((f, r)) < wanted}

        assert {regime for _, regime in few} <= ({"exact"} if operation in FEWER else set())

    def test_other_values_of_conventions_have_vectors(self) -> None:
        """Of each that changes the value, in each format, with another true value than the default."""
        vectors = file("relu_derivative")["vectors"]
        others = {(each["format"], each.get("conventions", {}).get("relu_at_zero")) for each in vectors}

        assert others >= {(name, value) for name in FORMATS for value in ("1", "0.5")}

    @pytest.mark.parametrize("operation", SAMPLE)
    def test_ids_are_digests_of_what_is_asked(self, operation: str) -> None:
        """And no two vectors have the same."""
        vectors = file(operation)["vectors"]
        defaults: dict[str, Any] = {"keywords": {}, "conventions": {}}

        assert [each["id"] for each in vectors] == [identifier(operation, {**defaults, **each}) for each in vectors]
        assert len({each["id"] for each in vectors}) == len(vectors)

    def test_hazards_are_explained(self) -> None:
        """Those of the vectors of a file, and no others."""
        found = {hazard for each in file("sigmoid")["vectors"] for hazard in each["hazards"]}

        assert found == set(file("sigmoid")["hazards"]) >= {"exp_overflow", "saturation", "subnormal"}


@pytest.mark.parametrize("operation", SAMPLE)
class TestTruth:
    """True values, enclosures and correct roundings are consistent with one another and with what is allowed."""

    def test_enclosures_hold_the_true_values(self, operation: str) -> None:
        """Within the last of forty digits."""
        for vector in file(operation)["vectors"]:
            for true, enclosure, _ in entries(vector):
                lower, upper = map(fraction, [enclosure] * 2 if isinstance(enclosure, str) else enclosure)
                value = fraction(true)
                assert lower <= upper
                assert max(abs(lower - value), abs(upper - value)) <= abs(value) / 10**39

    def test_enclosures_round_to_the_correct_rounding(self, operation: str) -> None:
        """Both ends, in the format."""
        for vector in file(operation)["vectors"]:
            for _, enclosure, nearest in entries(vector):
                ends = {enclosure} if isinstance(enclosure, str) else set(enclosure)
                number_format = FORMATS[vector["format"]]
                assert {nearest_fraction(fraction(end), number_format).value() for end in ends} == {
                    float.fromhex(nearest)
                }

    def test_correct_rounding_is_allowed(self, operation: str) -> None:
        """At every level."""
        for vector in file(operation)["vectors"]:
            answer = [list(map(float.fromhex, numbers)) for numbers in rounded(vector)]
            assert {ruling(vector, answer, level).ruling for level in levels(vector)} <= {Ruling.PASS, Ruling.UNDECIDED}


class TestAgreement:
    """A vector says what a run says."""

    @pytest.mark.parametrize("operation", ["sigmoid_derivative", "relu_derivative", "softmax", "softmax_vjp"])
    def test_of_an_implementation_with_few_digits(self, operation: str) -> None:
        """Of formulas as they are printed, some answers to which are allowed, and some are not."""
        seen = set()
        for vector in file(operation)["vectors"]:
            settled = resolve(vector.get("conventions", {}))
            case = decoded_case({"operation": operation, "keywords": {}, **vector})
            with np.errstate(all="ignore"):
                examination = Examiner(load("textbook", settled), settled).value(case)
            if not isinstance(examination.outcome, Value):
                continue  # of another dtype
            answer = answers_to(vector, examination.outcome.arrays)
            for level in levels(vector):
                kind = KINDS[ruling(vector, answer, level).ruling]
                seen.add(kind)
                if level != "strict" or Kind.OUTSIDE in (kind, examination.findings[Level.STRICT].kind):
                    assert kind is examination.findings[Level(level)].kind, vector["id"]

        assert {Kind.INSIDE, Kind.OUTSIDE} <= seen

    def test_errata_are_seen_where_they_are_wrong(self) -> None:
        """The first vector that a printed formula fails carries the name of the erratum."""
        vectors = file("neuron_cost_gradients")["vectors"]
        cases = [decoded_case({"operation": "neuron_cost_gradients", "keywords": {}, **each}) for each in vectors]
        (fault,) = (each for each in FAULTS if each.errata == ("A-E34",))
        first = first_caught(fault, cases, vectors)

        assert first is not None
        assert "erratum A-E34" in vectors[first]["seen"]

    def test_published_counterexamples_are_among_them(self) -> None:
        """With the names of those who failed there."""
        seen = [each["seen"] for each in file("tanh_derivative")["vectors"] if "seen" in each]

        assert any(name.startswith("torch ") and name.endswith(", should") for names in seen for name in names)


class TestNumbers:
    """Numbers of vectors are exact."""

    @pytest.mark.parametrize(
        ("mantissa", "exponent", "text"),
        [
            (0, 5, "0x0p+0"),
            (1, 0, "0x1p+0"),
            (-3, -1, "-0x1.8p+0"),
            ((1 << 106) + 1, -2000, "0x1.000000000000000000000000004p-1894"),
        ],
    )
    def test_dyadic_numbers_have_all_their_digits(self, mantissa: int, exponent: int, text: str) -> None:
        """However many there are, and are read again."""
        assert exactly(mantissa, exponent) == text
        assert fraction(text) == mantissa * Fraction(2) ** exponent

    def test_what_a_format_holds(self) -> None:
        """Subnormal numbers, the largest number, and neither a digit nor a binade more."""
        assert is_of_format(2.0**-149, FLOAT32)
        assert not is_of_format(2.0**-150, FLOAT32)
        assert is_of_format(float(BFLOAT16.largest), BFLOAT16)
        assert not is_of_format(2.0**128, FLOAT32)
        assert not is_of_format(1 + 2.0**-24, FLOAT32)
        assert is_of_format(float("nan"), FLOAT32)

    def test_distances_are_in_ulps_of_the_true_value(self) -> None:
        """Below the normal numbers in those of the least, and finite where the true value is far below all."""
        assert ulps(1.0 + 2.0**-51, "1", FLOAT64) == 2
        assert ulps(3.0 * 2.0**-149, "0", FLOAT32) == 3
        assert ulps(2.0**-149, "1.5e-4000000000000", FLOAT32) == 1
        assert ulps(1.0, "1.5e+4000000000000", FLOAT32) == float("inf")
        assert ulps(float("nan"), "1", FLOAT64) == float("inf")


def check(answers: Path, *words: str) -> Result:
    """What the command says of answers."""
    return CliRunner().invoke(main, ["vectors", "check", str(answers), *words], prog_name="gradspec")


@pytest.fixture
def answers(tmp_path: Path) -> Path:
    """A file to write answers to."""
    return tmp_path / "answers.json"


def write(answers: Path, given: Mapping[str, Any], digest: str | None = None) -> Path:
    """The same, written."""
    document = {"schema": SCHEMA, "vectors": digest or folder().digest, "answers": given}
    answers.write_text(json.dumps(document), encoding="utf-8")
    return answers


def right(operation: str) -> dict[str, Any]:
    """The correctly rounded answers to all vectors of an operation."""
    return {each["id"]: rounded(each) for each in file(operation)["vectors"]}


SCOPE = ("--operation", "heaviside_vjp")


class TestCheck:
    """``gradspec vectors check`` rules on answers by the file alone."""

    def test_right_answers_hold(self, answers: Path) -> None:
        """At every level, with exit status 0."""
        result = check(write(answers, right("heaviside_vjp")), *SCOPE, "--require", "strict")

        count = len(file("heaviside_vjp")["vectors"])
        assert result.exit_code == 0, result.output
        assert f"{count} of {count} vectors answered; strict (must, should, strict) holds" in result.output
        assert "FAIL" not in result.output

    def test_a_wrong_answer_is_shown(self, answers: Path) -> None:
        """With its id, what came back, what is allowed, what is true, and how far off it is."""
        vector = next(each for each in file("sigmoid")["vectors"] if each["source"] == "corpus 1")
        given = right("sigmoid")
        given[vector["id"]][0][0] = 0.75
        result = check(write(answers, given), "--operation", "sigmoid")

        assert result.exit_code == 1
        assert f"FAIL MUST {vector['id']} in float64, exact" in result.output
        assert "got      a[0] = 0.75 (0x1.8p-1)" in result.output
        assert "allowed  0.5 (0x1p-1)" in result.output
        assert "true     0.5" in result.output
        assert "error    2.25e+15 ulps" in result.output

    def test_what_is_missing_does_not_pass(self, answers: Path) -> None:
        """It is counted as not answered, and the exit status is 1."""
        given = right("heaviside_vjp")
        first, second = list(given)[:2]
        del given[first]
        given[second] = None
        result = check(write(answers, given), *SCOPE)

        count = len(file("heaviside_vjp")["vectors"])
        assert result.exit_code == 1
        assert f"{count - 2} of {count} vectors answered; core (must) does NOT hold" in result.output

    def test_no_answer_at_all_does_not_hold(self, answers: Path) -> None:
        """Nor does a scope that is empty."""
        assert check(write(answers, {}), *SCOPE).exit_code == 1
        assert check(write(answers, {}), "--operation", "dense", "--regime", "special").exit_code == 1

    @pytest.mark.parametrize(
        ("answer", "says"),
        [
            ({"error": "stack \x1b[2J overflow"}, r"error: stack \x1b[2J overflow"),
            ([], "0 arrays, expected 1: a"),
            ([["0x1p-1"] * 4], "a has 4 numbers, expected 3"),
            ([{"shape": [3, 1], "hex": ["0x1p-1"] * 3}], "a has shape [3, 1], expected [3]"),
            ([[0.5, 0.5, 0.1]], "a holds 0.1, which is no number of float32"),
            ([[0.5, 0.5, "NaN"]], "got      a[2] = nan"),
        ],
    )
    def test_what_is_no_answer_fails(self, answer: Any, says: str, answers: Path) -> None:
        """With the reason, which a terminal shows and does not obey."""
        vectors = file("sigmoid")["vectors"]
        vector = next(each for each in vectors if each["source"] == "corpus 1" and each["format"] == "float32")
        result = check(write(answers, {vector["id"]: answer}), "--operation", "sigmoid", "--format", "float32")

        assert result.exit_code == 1
        assert says in result.output
        assert "\x1b" not in result.output

    def test_json_lines_are_read_too(self, answers: Path) -> None:
        """A head, then an answer a line."""
        head = json.dumps({"schema": SCHEMA, "vectors": folder().digest})
        given = [json.dumps({"id": name, "answer": answer}) for name, answer in right("heaviside_vjp").items()]
        answers.write_text("\n".join([head, *given]), encoding="utf-8")

        assert check(answers, *SCOPE).exit_code == 0

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ("sigmoid", "is neither JSON nor JSON lines"),
            ("{}", "holds no answers: 'schema' is a required property"),
            ('{"schema": 1}\n{"id": "a/1"}', "is neither JSON nor JSON lines: line 2 is not"),
            ('{"schema": 1}\n{"id": "a/1", "answer": []}\n{"id": "a/1", "answer": []}', "line 3 answers a/1 again"),
        ],
    )
    def test_what_is_no_file_of_answers_is_refused(self, text: str, says: str, answers: Path) -> None:
        """In one message, with exit status 2."""
        answers.write_text(text, encoding="utf-8")
        result = check(answers)

        assert result.exit_code == 2
        assert says in result.output

    def test_answers_to_other_vectors_are_refused(self, answers: Path) -> None:
        """By the digest."""
        result = check(write(answers, {}, digest="0" * 64))

        assert result.exit_code == 2
        assert f"the answers are to the vectors {'0' * 16}, and these are {folder().digest[:16]}" in result.output

    @pytest.mark.parametrize(
        ("given", "says"),
        [
            ({"sigmoid/00000000": None}, "there is no vector 'sigmoid/00000000'"),
            ({"cube/00000000": []}, "there is no vector 'cube/00000000'"),
            ({"sigmoid/00000000": [["one"]]}, "holds 'one', which is no number"),
        ],
    )
    def test_mistakes_in_answers_are_told(self, given: dict[str, Any], says: str, answers: Path) -> None:
        """With the value."""
        result = check(write(answers, given), *SCOPE)

        assert result.exit_code == 2
        assert says in result.output

    @pytest.mark.parametrize(
        ("words", "says"),
        [
            (["--format", "float8"], "--format float8: choose from float64, float32, float16, bfloat16"),
            (["--regime", "wild"], "--regime wild: choose from exact"),
            (["--require", "all"], "--require all: choose from core, robust, strict"),
            (["--operation", "cube"], "--operation cube: there are no vectors of it"),
            (["--vectors", "nowhere"], "nowhere has no index.json"),
        ],
    )
    def test_mistakes_on_the_command_line_are_told(self, words: list[str], says: str, answers: Path) -> None:
        """With what may stand there."""
        result = check(write(answers, {}), *words)

        assert result.exit_code == 2
        assert says in result.output


class TestShowing:
    """``gradspec vectors list`` and ``show``."""

    def test_a_vector_is_shown_with_everything(self) -> None:
        """Inputs, truth, enclosure, what is allowed, and why it is there."""
        vector = next(each for each in file("tanh_derivative")["vectors"] if "saturation" in each["hazards"])
        result = CliRunner().invoke(main, ["vectors", "show", vector["id"]])

        assert result.exit_code == 0
        for text in ("clause tanh.derivative", "hazard saturation: |z| is so large", "z = ", "  true ", "  must "):
            assert text in result.output
        assert f"  enclosure {vector['results'][0]['enclosure'][0][0]} to " in result.output

    def test_a_vector_that_is_not_there_is_told(self) -> None:
        """With the name of one that is."""
        result = CliRunner().invoke(main, ["vectors", "show", "tanh"])

        assert result.exit_code == 2
        assert "'tanh' is not a vector; they are called like activation_jacobian/" in result.output

    def test_operations_are_listed_with_their_counts(self) -> None:
        """And by which text they are."""
        result = CliRunner().invoke(main, ["vectors", "list", "--operation", "sigmoid*"])

        assert result.exit_code == 0
        count = folder().index["files"]["sigmoid.json"]["vectors"]
        assert f"\nsigmoid {count:>34}\n" in result.output
        assert "\nrelu" not in result.output


class TestWriting:
    """``gradspec vectors write`` into another folder."""

    @pytest.fixture
    def place(self, tmp_path: Path) -> Path:
        """A copy of the folder."""
        copy = tmp_path / "vectors"
        copy.mkdir()
        for name in (*folder().index["files"], "index.json"):
            (copy / name).write_bytes((folder().place / name).read_bytes())
        return copy

    def test_a_changed_file_is_found_and_written_again(self, place: Path) -> None:
        """Together with the index."""
        changed = place / "heaviside.json"
        before = changed.read_bytes()
        changed.write_bytes(before.replace(b"0x1p+0", b"0x1p+1", 1))
        words = ["vectors", "write", "--out", str(place), "--operation", "heaviside"]
        told = CliRunner().invoke(main, [*words, "--check"])
        written = CliRunner().invoke(main, words)

        assert told.exit_code == 1
        assert f"{changed} is stale" in told.output
        assert written.exit_code == 0
        assert changed.read_bytes() == before
        assert CliRunner().invoke(main, [*words, "--check"]).exit_code == 0

    def test_one_byte_is_missed_by_the_index(self, place: Path) -> None:
        """Without computing anything."""
        file = place / "sigmoid.json"
        file.write_bytes(file.read_bytes().replace(b"0x1p-1", b"0x1p-2", 1))
        result = CliRunner().invoke(main, ["vectors", "write", "--index", "--check", "--out", str(place)])

        assert result.exit_code == 1
        assert "index.json is stale" in result.output

    def test_a_file_of_nothing_known_is_refused(self, place: Path) -> None:
        """And one that is missing."""
        (place / "sigmoid.json").rename(place / "cube.json")
        result = CliRunner().invoke(main, ["vectors", "write", "--index", "--out", str(place)])

        assert result.exit_code == 2
        assert "cube.json is of no operation" in result.output

    def test_an_index_that_was_changed_is_refused(self, place: Path, answers: Path) -> None:
        """Its digest is that of what it lists."""
        index = place / "index.json"
        index.write_text(index.read_text(encoding="utf-8").replace('"sha256": "', '"sha256": "00', 1), encoding="utf-8")
        text = index.read_text(encoding="utf-8")
        first = text.index('"sha256": "00') + len('"sha256": "')
        index.write_text(text[: first + 64] + text[first + 66 :], encoding="utf-8")
        result = check(write(answers, {}), "--vectors", str(place))

        assert result.exit_code == 2
        assert "its digest is not that of the files it lists" in result.output


class TestOtherLanguages:
    """Programs that know nothing of gradspec read the files and rule as it does."""

    @pytest.fixture
    def c_checker(self, tmp_path: Path, request: pytest.FixtureRequest) -> list[str]:
        """The checker in C, compiled, with its fault or without."""
        if shutil.which("cc") is None:
            pytest.skip("there is no cc: install a C compiler, such as gcc")
        program = tmp_path / "checker"
        flags = ["-DFAULTY"] if request.param else []
        source = str(PROGRAMS / "checker.c")
        command = ["cc", "-std=c11", "-O2", "-Wall", "-Wextra", "-Werror", *flags, "-o", str(program), source, "-lm"]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        assert result.returncode == 0, result.stderr
        return [str(program)]

    @staticmethod
    def node() -> list[str]:
        """The checker in JavaScript."""
        if shutil.which("node") is None:
            pytest.skip("there is no node: install Node.js")
        return ["node", str(PROGRAMS / "checker.js")]

    @staticmethod
    def ran(command: Sequence[str], operation: str, *words: str) -> subprocess.CompletedProcess[str]:
        """What a checker says of the vectors of an operation."""
        path = str(folder().place / f"{operation}.json")
        return subprocess.run([*command, path, *words], capture_output=True, text=True, check=False)

    @pytest.mark.parametrize("c_checker", [False], indirect=True)
    @pytest.mark.parametrize("operation", ["sigmoid", "sigmoid_derivative", "tanh", "tanh_derivative"])
    def test_c_finds_nothing_in_right_functions(self, c_checker: list[str], operation: str) -> None:
        """In float64 and float32, all regimes."""
        result = self.ran(c_checker, operation)

        assert result.returncode == 0, result.stdout
        assert " 0 failed" in result.stdout

    @pytest.mark.parametrize("c_checker", [True], indirect=True)
    def test_c_finds_what_overflows(self, c_checker: list[str], answers: Path) -> None:
        """And ``gradspec vectors check`` finds the same in the answers that it prints."""
        result = self.ran(c_checker, "sigmoid")
        answers.write_text(self.ran(c_checker, "sigmoid", folder().digest).stdout, encoding="utf-8")
        judged = check(answers, "--operation", "sigmoid", "--format", "float64", "--format", "float32", "--show", "99")

        assert result.returncode == 1
        found = {line.split()[1] for line in result.stdout.splitlines() if line.startswith("FAIL")}
        assert found
        lines = [line.split() for line in judged.output.splitlines() if line.startswith("FAIL")]
        assert {line[2] for line in lines if line[1] != "SHOULD"} == found

    def test_javascript_finds_nothing_in_right_networks(self, answers: Path) -> None:
        """In float64 and float32, and neither does ``gradspec vectors check``."""
        result = self.ran(self.node(), "network_forward")
        answers.write_text(self.ran(self.node(), "network_forward", folder().digest).stdout, encoding="utf-8")
        scope = ("--operation", "network_forward", "--format", "float64", "--format", "float32")

        assert result.returncode == 0, result.stdout
        assert check(answers, *scope).exit_code == 0

    def test_javascript_finds_transposed_weights(self) -> None:
        """Where they are square."""
        result = self.ran(self.node(), "network_forward", "", "faulty")

        assert result.returncode == 1
        assert "FAIL network_forward/" in result.stdout
