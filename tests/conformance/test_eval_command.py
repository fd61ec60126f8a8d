"""``gradspec eval``: exact digits, enclosure and correctly rounded value, from what a person types."""

from __future__ import annotations

import json
import shlex
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from gradspec.conformance.adapters.process import written
from gradspec.conformance.case import Case
from gradspec.conformance.command_line import main
from gradspec.conformance.encoding import encoded_case
from gradspec.conformance.rendering.evaluating import shortest
from gradspec.spec import BFLOAT16, FLOAT16, FLOAT32, FORMATS, Format
from tests.oracle.evaluating import network

if TYPE_CHECKING:
    from pathlib import Path

SIGMOID = '{"z": [0.5, 0]}'

NETWORK = network(([[1.0, -2.0], [0.5, 0.25]], [0.0, 1.0], "leaky_relu"), ([[1.0, 3.0]], [0.1], "tanh"))


def gradspec(*words: str, stdin: str | None = None) -> Result:
    """What the command says, and its exit status."""
    return CliRunner().invoke(main, ["eval", *words], prog_name="gradspec", input=stdin)


def document(*words: str) -> Any:
    """The JSON that the command prints."""
    result = gradspec(*words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.output)


def values(found: Any) -> list[list[float]]:
    """The correctly rounded values of every result of a document."""
    return [[float.fromhex(entry["rounded"]) for entry in result["entries"]] for result in found["results"]]


class TestTable:
    """A line for each entry: digits, the correctly rounded value as shortest decimal and hex float, the enclosure."""

    def test_shows_digits_value_and_enclosure(self) -> None:
        """Of sigmoid(1/2), to twenty digits and in float32."""
        result = gradspec("sigmoid", "--input", SIGMOID, "--format", "float32")

        assert result.exit_code == 0
        for text in (
            "z = [0.5 (0x1p-1), 0.0 (0x0p+0)] shape (2,)",
            "a[0]   0.62245933120185456464  0.62245935  0x1.3eb2fep-1  [0.62245933120185456463",
            "a[1]   0.5                     0.5         0x1p-1         exact",
            "2 of 2 certain to 20 digits and correctly rounded, 1 of them exact; 128 bits",
        ):
            assert text in result.output

    def test_shows_as_many_digits_as_are_asked_for(self) -> None:
        """Forty of tanh'(20)."""
        assert (
            "1.699341702116635583692882810380141920667e-17"
            in gradspec("tanh_derivative", "--input", "20", "--digits", "40").output
        )

    def test_says_what_number_a_decimal_became(self) -> None:
        """0.1 is none of bfloat16."""
        output = gradspec("identity", "--input", "[0.1]", "--format", "bfloat16").output

        assert "z = [0.10009765625 (0x1.9ap-4)] shape (1,)" in output
        assert "0.10009765625  0.1       0x1.9ap-4  exact" in output

    def test_names_the_conventions_that_rule(self) -> None:
        """And goes by them."""
        output = gradspec("relu_derivative", "--input", "0", "--convention", "relu_at_zero=0.5").output

        assert "conventions: relu_at_zero=0.5" in output
        assert "da     0.5" in output

    def test_counts_what_stayed_open(self) -> None:
        """Two equal sigmoids subtracted: exit status 1, no digit, and an interval around 0."""
        equal = network(([[1.0], [1.0]], [0.0, 0.0], "sigmoid"), ([[1.0, -1.0]], [0.0], "identity"))
        text = json.dumps({"network": written(equal), "X": [[0.3]]})
        result = gradspec("network_forward", "--input", text)

        assert result.exit_code == 1
        assert "1 UNRESOLVED at the largest precision" in result.output
        assert "A[0, 0]  ?       0.0" in result.output

    def test_counts_what_has_no_value(self) -> None:
        """The root mean square error has no derivative where it is 0."""
        result = gradspec("root_mean_square_error_gradient", "--input", '{"o": [1], "y": [1]}')

        assert result.exit_code == 1
        assert "1 UNDEFINED here, or not enclosed" in result.output

    def test_of_a_network_names_every_entry(self) -> None:
        """dWs[0][1, 0] is an entry of the gradient of the first layer's weights."""
        text = json.dumps({"network": written(NETWORK), "X": [[1.0], [2.0]], "Y": [[0.5]]})
        output = gradspec("network_gradients", "--input", text).output

        assert "layer 1 leaky_relu slope 0.25" in output
        for entry in ("dWs[0][1, 0]", "dWs[1][0, 1]", "dbs[1][0]"):
            assert entry in output

    @pytest.mark.parametrize(
        "line",
        [
            line.strip()
            for line in gradspec("--help").output.splitlines()
            if "gradspec eval " in line and "--input" in line
        ],
    )
    def test_of_every_example_in_the_help(self, line: str) -> None:
        """They work as typed."""
        result = CliRunner().invoke(main, shlex.split(line)[1:], prog_name="gradspec")

        assert result.exit_code == 0, result.output
        assert "correctly rounded" in result.output

    def test_has_examples_in_its_help(self) -> None:
        """Three."""
        assert gradspec("--help").output.count("  gradspec eval ") == 3


class TestInput:
    """Arguments by name, by order, from a file or from standard input."""

    def test_from_a_file(self, tmp_path: Path) -> None:
        """As it would be typed."""
        file = tmp_path / "input.json"
        file.write_text(SIGMOID, encoding="utf-8")

        assert gradspec("sigmoid", "--input", str(file)).output == gradspec("sigmoid", "--input", SIGMOID).output

    def test_from_standard_input(self) -> None:
        """Where the file is called -."""
        assert (
            gradspec("sigmoid", "--input", "-", stdin=SIGMOID).output == gradspec("sigmoid", "--input", SIGMOID).output
        )

    def test_of_one_argument_is_its_value(self) -> None:
        """Without its name."""
        assert gradspec("sigmoid", "--input", "[0.5, 0]").output == gradspec("sigmoid", "--input", SIGMOID).output

    def test_in_hex_floats(self) -> None:
        """Which say exactly what is meant."""
        assert values(document("identity", "--input", '["0x1.8p-3", "-0x1p+0"]')) == [[0.1875, -1.0]]

    def test_in_the_words_of_the_process_protocol(self) -> None:
        """A request, with its format."""
        request = {
            "id": 1,
            "operation": "leaky_relu",
            "format": "float16",
            "arguments": [[-1.0]],
            "keywords": {"slope": 0.25},
        }

        assert document("leaky_relu", "--input", json.dumps(request))["format"] == "float16"

    def test_in_the_words_of_a_report(self) -> None:
        """A case as a counterexample stores it."""
        dtype = np.float32
        arguments = (NETWORK, np.array([[1.0], [2.0]], dtype=dtype), np.array([[0.5]], dtype=dtype))
        case = Case("network_cost", "float32", "ordinary", arguments)
        network_text = {"network": written(NETWORK), "X": [[1.0], [2.0]], "Y": [[0.5]]}
        found = document("network_cost", "--input", json.dumps(encoded_case(case)))

        assert found["format"] == "float32"
        assert (
            found["results"]
            == document("network_cost", "--input", json.dumps(network_text), "--format", "float32")["results"]
        )

    def test_in_the_layout_of_the_conventions(self) -> None:
        """Rows in, rows out, and weights in_out: the transposes of the same numbers."""
        columns = '{"X": [[1, 2, 3], [4, 5, 6]], "W": [[1, 10]], "b": [0.5]}'
        rows = '{"X": [[1, 4], [2, 5], [3, 6]], "W": [[1], [10]], "b": [0.5]}'
        words = ("--convention", "layout=rows", "--convention", "weight_layout=in_out")
        found = document("dense_batch", "--input", rows, *words)

        assert found["results"][0]["shape"] == [3, 1]
        assert values(found) == values(document("dense_batch", "--input", columns)) == [[41.5, 52.5, 63.5]]

    def test_rounds_a_decimal_once(self) -> None:
        """1 + 2^-24 + 10^-30 is above a tie of float32; by way of float64 it would be the tie, and go down."""
        decimal = f"1.{2**24:d}"  # only the digits after the point matter
        exact = Fraction(1, 2**24) + Fraction(1, 10**30)
        decimal = f"1.{exact.numerator * 10**60 // exact.denominator:060d}"

        assert values(document("identity", "--input", f"[{decimal}]", "--format", "float32")) == [[1 + 2.0**-23]]

    def test_of_a_tiny_decimal_is_zero(self) -> None:
        """However long its exponent is."""
        assert values(document("sigmoid", "--input", "[1e-999999999]")) == [[0.5]]


class TestDocument:
    """``--json`` prints everything as JSON."""

    def test_holds_exact_ends(self) -> None:
        """As mantissa times a power of two, and the decimal ends outside of them."""
        entry = document("sigmoid", "--input", "[0.5]")["results"][0]["entries"][0]
        low, high = (
            Fraction(mantissa) * Fraction(2) ** int(exponent)
            for mantissa, exponent in (end.split("*2^") for end in entry["ends"])
        )
        outer = [Fraction(end) for end in entry["enclosure"]]

        assert outer[0] <= low < high <= outer[1]
        assert entry["rounded"] == entry["candidates"][0] == float(low).hex()
        assert (entry["exact"], entry["resolved"], entry["digits"]) == (False, True, "0.62245933120185456464")

    def test_names_its_shapes(self) -> None:
        """And what the arguments were, so that it may be evaluated again."""
        found = document("softmax_jacobian", "--input", "[1, 2]")

        assert [(result["name"], result["shape"]) for result in found["results"]] == [("J", [2, 2])]
        again = document("softmax_jacobian", "--input", json.dumps({"arguments": found["arguments"]}))
        assert again == found


class TestShortest:
    """The shortest decimal is the one that rounds to the number, in its format."""

    @pytest.mark.parametrize("number_format", [FLOAT32, FLOAT16], ids=lambda each: each.name)
    def test_is_that_of_numpy(self, number_format: Format) -> None:
        """Where NumPy has it."""
        rng = np.random.default_rng(0)
        for number in rng.uniform(-9, 9, 200).astype(number_format.dtype):
            assert float(shortest(float(number), number_format)) == float(np.format_float_scientific(number))

    def test_of_bfloat16(self) -> None:
        """0.1 is enough for the number next to it."""
        assert shortest(0.10009765625, BFLOAT16) == "0.1"
        assert shortest(float("inf"), BFLOAT16) == "inf"

    def test_of_the_largest_numbers(self) -> None:
        """Which are near to an overflow."""
        for number_format in FORMATS.values():
            largest = float(number_format.largest)

            assert float(np.float64(shortest(largest, number_format)).astype(number_format.dtype)) == largest


class TestRefusals:
    """Bad input is one message, with exit status 2."""

    @pytest.mark.parametrize(
        ("words", "message"),
        [
            (("sigmod", "--input", "[1]"), "'sigmod' is not an operation; did you mean sigmoid"),
            (
                ("sigmoid", "--input", "none.json"),
                "--input none.json: there is no such file, and JSON begins with { or [",
            ),
            (("sigmoid", "--input", "/"), "--input / cannot be read"),
            (("sigmoid", "--input", "[1"), "--input is not JSON"),
            (("sigmoid", "--input", '{"x": [1]}'), "--input holds 'x'; sigmoid takes z"),
            (("dense", "--input", '{"x": [1]}'), "--input holds no 'W'; dense takes x, W, b"),
            (("dense", "--input", "[1]"), "--input is one value; dense takes an object of x, W, b"),
            (
                ("sigmoid", "--input", '{"operation": "tanh", "arguments": []}'),
                "of the operation 'tanh', not of sigmoid",
            ),
            (("sigmoid", "--input", '{"arguments": 5}'), '"arguments" is a list'),
            (("sigmoid", "--input", '{"arguments": [[1], [2]]}'), "sigmoid takes 1 argument (z), not 2"),
            (("sigmoid", "--input", "[NaN]"), "z[0] is nan; the oracle takes finite numbers"),
            (("sigmoid", "--input", '["-Infinity"]'), "z[0] is -inf; the oracle takes finite numbers"),
            (("sigmoid", "--input", "[1e999999999]"), "z[0] = 1E+999999999 overflows float64"),
            (("sigmoid", "--input", "[70000]", "--format", "float16"), "z[0] = 70000 overflows float16"),
            (("sigmoid", "--input", f"[{'9' * 5000}]"), "--input is not JSON: Exceeds the limit"),
            (("heaviside", "--input", f'{{"z": [1], "threshold": {"9" * 400}}}'), "overflows float64"),
            (("sigmoid", "--input", '["abc"]'), 'z[0] is "abc", which is not a number'),
            (("sigmoid", "--input", "[true]"), "z[0] is true, which is not a number"),
            (("sigmoid", "--input", "[[1, 2], [3]]"), "z is not an array of numbers: its rows have different lengths"),
            (("sigmoid", "--input", '{"z": {"shape": [3], "hex": ["0x1p+0"]}}'), "z has shape [3] and 1 hex floats"),
            (("sigmoid", "--input", "[1]", "--format", "half"), "'half' is not a format"),
            (("sigmoid", "--input", "[1]", "--digits", "0"), "digits=0: a whole number from 1 to 1000"),
            (("sigmoid", "--input", "[1]", "--convention", "kink=0"), "'kink' is not a convention"),
            (("sigmoid", "--input", "[1]", "--convention", "cost"), "write KEY=VALUE"),
            (("softmax_batch", "--input", "[1]", "--convention", "layout=rows"), "softmax_batch takes it with 2 axes"),
            (("leaky_relu", "--input", '{"z": [1]}'), "leaky_relu needs the keyword slope"),
            (
                ("network_forward", "--input", '{"network": {"layers": [5], "loss": "squared_error"}, "X": [[1]]}'),
                "a layer is an object of",
            ),
        ],
    )
    def test_name_what_is_wrong(self, words: tuple[str, ...], message: str) -> None:
        """The value, the rule and the way out."""
        result = gradspec(*words)

        assert result.exit_code == 2, result.output
        assert message in result.stderr
        assert len(result.stderr.splitlines()) == 1
