"""The reader of the worked examples: what it takes from the file, and what it refuses."""

from __future__ import annotations

from fractions import Fraction
from typing import get_args

import pytest

from gradspec.spec.example import (
    COLUMNS,
    DIGITS,
    Applied,
    Constant,
    Digits,
    ExampleError,
    Quantity,
    bhadani,
    parse_example,
    parse_expression,
)

FILE = "somebody-2000.toml"

LAYER = """
[[layers]]
activation = "sigmoid"
weights = [["0.1", "-0.2"]]
bias = ["0.5"]
"""

PART = """
[[parts]]
title = "Forward pass"
lines = [10, 20]
values = [
    [12, "z", "0.35", "right", "z[1, 1]", "0.5 - 0.1*1.5"],
    [12, "a", "0.587", "slip", "a[1, 1]", "sigmoid(0.35)"],
]
"""

TEXT = f"""
clause = "example.somebody"
source = "somebody-2000"
lines = [10, 30]
x = ["-1.5", "0"]
y = ["1"]
rate = "0.01"
loss = "binary_cross_entropy"
columns = {list(COLUMNS)}
{LAYER}{PART}"""
"""An example of one unit."""


def refusal(old: str, new: str) -> str:
    """The message with which the example is refused once ``new`` stands for ``old``."""
    assert old in TEXT
    with pytest.raises(ExampleError) as caught:
        parse_example(FILE, TEXT.replace(old, new, 1))
    return str(caught.value)


class TestWhatIsRead:
    """An example is a network, a sample, a rate, and printed numbers with their expressions."""

    def test_every_fact_arrives(self) -> None:
        """Decimals are fractions, lists are tuples."""
        example = parse_example(FILE, TEXT)
        (layer,) = example.network.layers

        assert (example.clause, example.source, example.lines) == ("example.somebody", "somebody-2000", (10, 30))
        assert (example.x, example.y) == ((Fraction(-3, 2), Fraction(0)), (Fraction(1),))
        assert example.rate == Fraction(1, 100)
        assert example.network.loss == "binary_cross_entropy"
        assert layer.activation == "sigmoid"
        assert layer.weights == ((Fraction(1, 10), Fraction(-1, 5)),)
        assert layer.bias == (Fraction(1, 2),)

    def test_values_come_in_parts(self) -> None:
        """Each part has its title, its lines and its values, which the example has together."""
        example = parse_example(FILE, TEXT)
        (part,) = example.parts

        assert (part.title, part.lines) == ("Forward pass", (10, 20))
        assert part.values == example.values
        assert [(value.line, value.quantity, value.printed, value.verdict) for value in example.values] == [
            (12, "z", "0.35", "right"),
            (12, "a", "0.587", "slip"),
        ]

    def test_a_printed_number_has_its_places(self) -> None:
        """How many decimals are printed says to which width a value is rounded."""
        assert [value.places for value in parse_example(FILE, TEXT).values] == [2, 3]

    def test_every_verdict_has_its_words(self) -> None:
        """What may be said of digits is said in words too."""
        assert tuple(DIGITS) == get_args(Digits)


class TestExpressions:
    """An expression is decimals, quantities, the four operations, a sign, and the two functions."""

    def test_a_constant_is_exact(self) -> None:
        """A decimal is the fraction that it writes, not a float near it."""
        assert parse_expression("0.1") == Constant(Fraction(1, 10))

    def test_a_quantity_has_a_letter_and_indices(self) -> None:
        """Whatever the spaces between its indices."""
        assert parse_expression("loss") == Quantity("loss")
        assert parse_expression("W[2,3,1]") == Quantity("W[2, 3, 1]")
        assert parse_expression("b_new[ 3, 1 ]") == Quantity("b_new[3, 1]")

    @pytest.mark.parametrize("sign", ["+", "-", "*", "/"])
    def test_operations_take_two(self, sign: str) -> None:
        """In the order in which they are written."""
        assert parse_expression(f"x {sign} 2") == Applied(sign, (Quantity("x"), Constant(Fraction(2))))

    def test_a_product_binds_closer_than_a_sum(self) -> None:
        """And parentheses closer than both."""
        one, two, three = (Constant(Fraction(number)) for number in (1, 2, 3))

        assert parse_expression("1 + 2*3") == Applied("+", (one, Applied("*", (two, three))))
        assert parse_expression("(1 + 2)*3") == Applied("*", (Applied("+", (one, two)), three))

    def test_functions_take_one(self) -> None:
        """The sigmoid and the logarithm."""
        assert parse_expression("-log(0.5)") == Applied("negative", (Applied("log", (Constant(Fraction(1, 2)),)),))
        assert parse_expression("sigmoid(z)") == Applied("sigmoid", (Quantity("z"),))

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "1 +",
            "1; 2",
            "2**3",
            "5 % 2",
            "+1",
            "1e-3",
            "0x10",
            "1j",
            "True",
            "'0.5'",
            "exp(1)",
            "log(1, 2)",
            "log(x=1)",
            "math.log(2)",
            "z[-1]",
            "z[i]",
            "z[1.5]",
            "z[1:2]",
            "z[True]",
            "z[1][2]",
            "(1, 2)",
            "1 if x else 2",
            "1 < 2",
            "__import__('os')",
            "lambda: 1",
        ],
    )
    def test_anything_else_is_refused(self, text: str) -> None:
        """The message has the expression, what is wrong with it, and what may be written."""
        with pytest.raises(ExampleError, match=r"is not an expression .*; write decimals"):
            parse_expression(text)


class TestWhatIsRefused:
    """A file that breaks the rules is refused with its name, the rule, and the way out."""

    def test_the_message_says_where_and_what_to_do(self) -> None:
        """The file, the value, what it says, and what it may say."""
        assert refusal('"slip"', '"wrong"') == (
            "spec/examples/somebody-2000.toml: part 'Forward pass': value 2: verdict = 'wrong'; "
            "write one of right, carried, propagated, slip"
        )

    @pytest.mark.parametrize(
        ("old", "new", "rule"),
        [
            ('clause = "example.somebody"', "clause =", "not TOML"),
            ('clause = "example.somebody"', "", "the file does not say its clause; write clause = "),
            ('source = "somebody-2000"', "source = 2000", "source = 2000 is no str; write one"),
            ('rate = "0.01"', 'rate = "0.01"\nseed = 1', "'seed' is not a fact; write one of clause, source"),
            ('rate = "0.01"', "rate = 0.01", "rate = 0.01 is no str"),
            ('rate = "0.01"', 'rate = "1e-2"', "rate: '1e-2' is not a decimal; write one as"),
            ("lines = [10, 30]", "lines = [30, 10]", "is not a first and a last line"),
            ("lines = [10, 30]", "lines = [10]", "is not a first and a last line"),
            ('x = ["-1.5", "0"]', "x = []", "x: [] is not a list of decimals"),
            ('x = ["-1.5", "0"]', "x = [1.5, 0]", "x: 1.5 is not a decimal"),
            ('x = ["-1.5", "0"]', 'x = ["-1.5"]', "layer 1: weights need 1 entries in each row"),
            ('y = ["1"]', 'y = ["1", "0"]', "the label has 2 entries, the output 1"),
            ("binary_cross_entropy", "hinge", "loss = 'hinge'; write one of squared_error, binary_cross_entropy"),
            ("'operands'", "'digits'", "columns = "),
            ('"sigmoid"', '"softsign"', "layer 1: activation = 'softsign'; write one of identity"),
            ('bias = ["0.5"]', 'bias = ["0.5", "0.6"]', "layer 1: 1 rows of weights, 2 biases; write as many"),
            ('bias = ["0.5"]', "bias = 0.5", "layer 1: bias = 0.5 is no list"),
            ('weights = [["0.1", "-0.2"]]', 'weights = ["0.1", "-0.2"]', "'0.1' is not a list of decimals"),
            ("lines = [10, 20]", "lines = [9, 20]", "lines [9, 20] are out of order; write 10 to 30"),
            ("lines = [10, 20]", "lines = [10, 31]", "lines [10, 31] are out of order"),
            ("[12, ", "[21, ", "value 1: line 21 is out of order; write 10 to 20"),
            ("[12, ", "[13, ", "value 2: line 12 is out of order; write 13 to 20"),
            ("[12, ", '["12", ', "value 1: line = '12' is no int"),
            ('"right", ', "", "value 1 is [12, 'z', '0.35', 'z[1, 1]', '0.5 - 0.1*1.5']; write line, quantity"),
            ('"0.35"', '".35"', "value 1: printed: '.35' is not a decimal"),
            ('"z[1, 1]"', '"z[1, 1"', "value 1: exact: 'z[1, 1' is not an expression"),
            ('"0.5 - 0.1*1.5"', '"0.5^2"', "value 1: operands: '0.5^2' is not an expression"),
        ],
    )
    def test_names_the_rule(self, old: str, new: str, rule: str) -> None:
        """Each rule has its message."""
        message = refusal(old, new)

        assert message.startswith("spec/examples/somebody-2000.toml: ")
        assert rule in message

    def test_parts_and_layers_are_tables(self) -> None:
        """A list of something else is refused."""
        assert "layer 1 is not a table" in refusal(LAYER, "\nlayers = [1]\n")
        assert "a part is not a table" in refusal(LAYER + PART, f"\nparts = [1]\n{LAYER}")

    def test_parts_follow_one_another(self) -> None:
        """A part that begins before the one above it ends is refused."""
        message = refusal(PART, PART + PART.replace("[10, 20]", "[20, 30]").replace("[12, ", "[22, "))

        assert "lines [20, 30] are out of order; write 21 to 30" in message


class TestBhadani:
    """The worked example of bhadani-2026."""

    def test_is_a_network_of_two_hidden_layers(self) -> None:
        """Seventeen parameters: 1-2-3-1."""
        layers = bhadani().network.layers

        assert [(len(layer.weights[0]), len(layer.bias)) for layer in layers] == [(1, 2), (2, 3), (3, 1)]
        assert {layer.activation for layer in layers} == {"sigmoid"}

    def test_has_every_printed_number(self) -> None:
        """141, from line 125 to line 470."""
        values = bhadani().values

        assert len(values) == 141
        assert (values[0].line, values[-1].line) == (125, 470)

    def test_is_read_once(self) -> None:
        """The reader remembers."""
        assert bhadani() is bhadani()
