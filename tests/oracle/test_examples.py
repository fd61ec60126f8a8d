"""The worked examples: what is computed of them, what is said of their digits, and what the text says of both."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from math import isqrt
from typing import TYPE_CHECKING, Any

import pytest
from flint import arb, fmpq

from gradspec.oracle.arithmetic import Ball, HighPrecision
from gradspec.oracle.correct_rounding import exact_lower, exact_upper
from gradspec.oracle.examples import (
    BITS,
    JudgedValue,
    bhadani,
    digits,
    evaluated,
    exact_quantities,
    functions_of,
    quantities,
    rounded,
)
from gradspec.spec import example as worked
from gradspec.spec import resolve
from gradspec.spec.clauses import parse_chapter
from gradspec.spec.example import Applied, Constant, parse_expression
from gradspec.spec.network import Layer, Network

if TYPE_CHECKING:
    from pathlib import Path

    from gradspec.spec.example import Example, Expression

EXAMPLE = worked.bhadani()
ROWS = bhadani()
EXACT = exact_quantities(EXAMPLE)

BALL_BITS = 240
"""Of the enclosures: fewer than the values that they are to contain."""

PARAMETERS = [name for name in EXACT if name.startswith(("W[", "b["))]
"""The names of all seventeen, in the order of the text within each layer."""

STEPS = {name: -EXACT["rate"] * EXACT[f"d{name}"] for name in PARAMETERS}
"""What the step adds to each of them."""

GRADIENTS = {
    "b[1, 1]": ("-0.00263409444365390", "0.100263409444365"),
    "W[1, 1, 1]": ("-0.00526818888730780", "0.100526818888731"),
    "b[1, 2]": ("-0.00336795355238813", "0.200336795355239"),
    "W[1, 2, 1]": ("-0.00673590710477625", "0.100673590710478"),
    "b[2, 1]": ("-0.0213818675178110", "0.302138186751781"),
    "W[2, 1, 1]": ("-0.0122826537910648", "0.201228265379106"),
    "W[2, 1, 2]": ("-0.0128010602330727", "0.101280106023307"),
    "b[2, 2]": ("-0.0108812070840332", "0.101088120708403"),
    "W[2, 2, 1]": ("-0.00625062798330089", "0.300625062798330"),
    "W[2, 2, 2]": ("-0.00651444440833888", "0.200651444440834"),
    "b[2, 3]": ("-0.0323449400214416", "0.203234494002144"),
    "W[2, 3, 1]": ("-0.0185803087520390", "0.101858030875204"),
    "W[2, 3, 2]": ("-0.0193645164579145", "0.301936451645791"),
    "b[3, 1]": ("-0.226095072055848", "0.522609507205585"),
    "W[3, 1, 1]": ("-0.139389673548721", "0.413938967354872"),
    "W[3, 1, 2]": ("-0.134929238507149", "0.213492923850715"),
    "W[3, 1, 3]": ("-0.137365420269806", "0.613736542026981"),
}
"""The gradient of each parameter and its value after the step, by an evaluation that shares no line with this one."""

GOLDEN = {
    "z[1, 1]": "0.300000000000000",
    "z[1, 2]": "0.400000000000000",
    "a[1, 1]": "0.574442516811659",
    "a[1, 2]": "0.598687660112452",
    "z[2, 1]": "0.474757269373577",
    "a[2, 1]": "0.616509118404361",
    "z[2, 2]": "0.392070287065988",
    "a[2, 2]": "0.596780979259114",
    "z[2, 3]": "0.437050549714901",
    "a[2, 3]": "0.607556011817346",
    "z[3, 1]": "1.23049345030397",
    "a[3, 1]": "0.773904927944152",
    "loss": "0.256306245050391",
    "z_new[1, 1]": "0.301317047221827",
    "z_new[1, 2]": "0.401683976776194",
    "a_new[1, 1]": "0.574764448341834",
    "a_new[1, 2]": "0.599092186305627",
    "z_new[2, 1]": "0.478473159839956",
    "a_new[2, 1]": "0.617387268938872",
    "z_new[2, 2]": "0.394085431620856",
    "a_new[2, 2]": "0.597265795712905",
    "z_new[2, 3]": "0.442666637869157",
    "a_new[2, 3]": "0.608894253413329",
    "z_new[3, 1]": "1.27938283036095",
    "a_new[3, 1]": "0.782344702183264",
    "loss_new": "0.245459839927908",
    "da[3, 1]": "-1.29214838139933",
    "da[2, 1]": "-0.0904380288223392",
    "da[2, 2]": "-0.0452190144111696",
    "da[2, 3]": "-0.135657043233509",
    "da[1, 1]": "-0.0107752296309163",
    "da[1, 2]": "-0.0140179101750202",
    "delta[3, 1]": "-0.226095072055848",
    "delta[2, 1]": "-0.0213818675178110",
    "delta[2, 2]": "-0.0108812070840332",
    "delta[2, 3]": "-0.0323449400214416",
    "delta[1, 1]": "-0.00263409444365390",
    "delta[1, 2]": "-0.00336795355238813",
    **{f"d{name}": gradient for name, (gradient, _) in GRADIENTS.items()},
    **{name.replace("[", "_new["): after for name, (_, after) in GRADIENTS.items()},
}
"""Fifteen digits of everything, likewise."""


def named(row: JudgedValue) -> str:
    """A printed value, as the name of a test."""
    return f"{row.value.line} {row.value.quantity}"


def trained(example: Example, steps: int) -> Example:
    """The example after ``steps`` steps."""
    for _ in range(steps):
        exact = exact_quantities(example)
        layers = tuple(
            Layer(
                tuple(
                    tuple(exact[f"W_new[{index}, {i}, {j}]"] for j in range(1, len(row) + 1))
                    for i, row in enumerate(layer.weights, start=1)
                ),
                tuple(exact[f"b_new[{index}, {i}]"] for i in range(1, len(layer.bias) + 1)),
                layer.activation,
            )
            for index, layer in enumerate(example.network.layers, start=1)
        )
        example = replace(example, network=Network(layers, example.network.loss))
    return example


def changed(example: Example, name: str, amount: Fraction) -> Example:
    """The example with ``amount`` added to the parameter of this name."""
    layer_number, i, *j = (int(index) - 1 for index in re.findall(r"\d+", name))
    layers = list(example.network.layers)
    layer = layers[layer_number]
    weights, bias = [list(row) for row in layer.weights], list(layer.bias)
    if j:
        weights[i][j[0]] += amount
    else:
        bias[i] += amount
    layers[layer_number] = replace(layer, weights=tuple(map(tuple, weights)), bias=tuple(bias))
    return replace(example, network=Network(tuple(layers), example.network.loss))


class TestBhadani:
    """The printed numbers of a 1-2-3-1 network and of one step of its training."""

    def test_counts(self) -> None:
        """Of 141 numbers 109 are right, 7 carried, 14 propagated and 11 slips."""
        assert Counter(row.verdict for row in ROWS) == {"right": 109, "carried": 7, "propagated": 14, "slip": 11}

    @pytest.mark.parametrize("row", ROWS, ids=named)
    def test_verdict(self, row: JudgedValue) -> None:
        """What the file records of a printed number is what the numbers say."""
        assert row.verdict == row.value.verdict

    @pytest.mark.parametrize("row", ROWS, ids=named)
    def test_right_digits(self, row: JudgedValue) -> None:
        """The digits that are right are the printed ones exactly where the verdict is right or carried."""
        assert (row.rounded == row.value.printed) == (row.verdict in {"right", "carried"})

    @pytest.mark.parametrize(("name", "golden"), GOLDEN.items())
    def test_golden_values(self, name: str, golden: str) -> None:
        """To fifteen digits."""
        places = len(golden.partition(".")[2])

        assert rounded(EXACT[name], places) == golden

    def test_nothing_else_is_computed(self) -> None:
        """Every quantity has its golden value, but for what the example is given."""
        assert EXACT.keys() - GOLDEN.keys() == {*PARAMETERS, "rate"}

    def test_some_operands_are_half_way(self) -> None:
        """Three sums of printed numbers, and no exact number, lie half-way between two decimals."""
        ties = [row.value.line for row in ROWS if half_way(row.from_operands, row.value.places)]

        assert ties == [134, 142, 371]
        assert not any(half_way(row.exact, row.value.places) for row in ROWS)


def half_way(number: Fraction, places: int) -> bool:
    """Whether ``number`` lies half-way between two decimals of so many places."""
    return number * 10**places % 1 == Fraction(1, 2)


class TestGradients:
    """The gradients of the example are those of its loss."""

    @pytest.mark.parametrize("name", PARAMETERS)
    def test_are_slopes_of_the_loss(self, name: str) -> None:
        """A central difference quotient of the loss, with an error of about 2^-120."""
        step = Fraction(1, 2**60)
        above, below = (exact_quantities(changed(EXAMPLE, name, sign * step))["loss"] for sign in (1, -1))

        assert abs((above - below) / (2 * step) - EXACT[f"d{name}"]) < Fraction(1, 2**110)

    @pytest.mark.parametrize("name", PARAMETERS)
    def test_are_deltas_times_what_comes_in(self, name: str) -> None:
        """delta_i a_j for a weight, delta_i for a bias, with the deltas of the steps of the text."""
        layer, i, *j = (int(index) for index in re.findall(r"\d+", name))
        comes_in = Fraction(1) if not j else EXACT[f"a[{layer - 1}, {j[0]}]"] if layer > 1 else EXAMPLE.x[0]

        assert abs(EXACT[f"delta[{layer}, {i}]"] * comes_in - EXACT[f"d{name}"]) < Fraction(1, 2 ** (BITS - 16))

    @pytest.mark.parametrize("name", PARAMETERS)
    def test_are_what_the_step_follows(self, name: str) -> None:
        """A parameter loses the rate times its gradient."""
        after = EXACT[name] - EXACT["rate"] * EXACT[f"d{name}"]

        assert abs(after - EXACT[name.replace("[", "_new[")]) < Fraction(1, 2 ** (BITS - 16))


class TestEnclosures:
    """FLINT, and the stable forms, give the same numbers: in enclosures that decide every digit."""

    @staticmethod
    def arithmetic() -> Ball:
        """The arithmetic of the enclosures."""
        return Ball(BALL_BITS, resolve(profile_name=EXAMPLE.source))

    @classmethod
    def quantities(cls) -> dict[str, arb]:
        """Enclosures of everything that is computed."""
        with cls.arithmetic().working() as arithmetic:
            return {name: arb(ball) for name, ball in quantities(arithmetic, EXAMPLE, enclosed).items()}

    def test_contain_the_values(self) -> None:
        """Each value lies in its enclosure, which is narrow."""
        for name, ball in self.quantities().items():
            low, high = ends(ball)
            assert low <= EXACT[name] <= high, name
            assert high - low < Fraction(1, 2 ** (BALL_BITS - 16)), name

    def test_decide_what_is_tabulated(self) -> None:
        """Both ends have the same twelve digits."""
        for name, ball in self.quantities().items():
            assert {digits(end) for end in ends(ball)} == {digits(EXACT[name])}, name

    @pytest.mark.parametrize("row", ROWS, ids=named)
    def test_decide_the_verdicts(self, row: JudgedValue) -> None:
        """Both ends are rounded alike, and so are those of the values from operands that hold a function."""
        with self.arithmetic().working() as arithmetic:
            functions = functions_of(arithmetic)
            exact = evaluated(row.value.exact, self.quantities(), functions, enclosed)
            operands = evaluated(row.value.operands, {}, functions, enclosed)

        assert {rounded(end, row.value.places) for end in ends(exact)} == {row.rounded}
        if holds_a_function(row.value.operands):
            assert {replace(row, from_operands=end).verdict for end in ends(operands)} == {row.verdict}


def enclosed(number: Fraction) -> arb:
    """An enclosure of a fraction."""
    return arb(fmpq(number.numerator, number.denominator))


def ends(ball: Any) -> tuple[Fraction, Fraction]:
    """Both ends of a ball, exactly."""
    (low, low_exponent), (high, high_exponent) = exact_lower(ball), exact_upper(ball)
    return low * Fraction(2) ** low_exponent, high * Fraction(2) ** high_exponent


def holds_a_function(expression: Expression) -> bool:
    """Whether a function is applied in it, so that its value is no fraction."""
    match expression:
        case Applied(function, arguments):
            return function in worked.FUNCTIONS or any(map(holds_a_function, arguments))
        case _:
            return False


class TestEvaluated:
    """An expression has one value, in whatever numbers its quantities are."""

    def test_in_fractions(self) -> None:
        """The four operations and the sign, exactly."""
        assert evaluated(parse_expression("-z[1]*(2 - 0.5)/3 + 1"), {"z[1]": Fraction(1, 5)}, {}) == Fraction(9, 10)

    def test_functions_are_those_of_the_arithmetic(self) -> None:
        """The sigmoid and the natural logarithm."""
        arithmetic = HighPrecision(100, resolve())
        functions = functions_of(arithmetic)
        value = evaluated(parse_expression("log(sigmoid(0) + sigmoid(z))"), {"z": 0}, functions, arithmetic.number)

        assert value == 0

    def test_a_quantity_must_be_known(self) -> None:
        """A misspelt name is no number."""
        with pytest.raises(KeyError, match="z"):
            evaluated(parse_expression("z"), {"a": Fraction(1)}, {})


class TestRounded:
    """A fraction rounded to some decimals, as text."""

    @pytest.mark.parametrize(
        ("number", "places", "text"),
        [
            (Fraction(1, 3), 2, "0.33"),
            (Fraction(-2, 3), 4, "-0.6667"),
            (Fraction(1, 8), 2, "0.12"),
            (Fraction(3, 8), 2, "0.38"),
            (Fraction(7, 2), 0, "4"),
            (Fraction(12345, 10), 3, "1234.500"),
            (Fraction(1, 1000), 2, "0.00"),
        ],
    )
    def test_to_nearest_even(self, number: Fraction, places: int, text: str) -> None:
        """With all its zeros."""
        assert rounded(number, places) == text


class TestDigits:
    """A fraction as a decimal that a reader is shown."""

    @pytest.mark.parametrize(
        ("number", "text"),
        [
            (Fraction(-47475, 100000), "-0.47475"),
            (Fraction(2, 3), "0.666666666667"),
            (Fraction(1, 3000), "0.000333333333333"),
            (Fraction(123456789012, 10), "12345678901.2"),
            (Fraction(0), "0"),
        ],
    )
    def test_exact_where_twelve_digits_hold_it(self, number: Fraction, text: str) -> None:
        """And rounded to twelve elsewhere."""
        assert digits(number) == text


class TestRemarks:
    """What the text says of the remarks of the slides."""

    def test_all_gradients_are_negative(self) -> None:
        """All parameters grow."""
        assert min(STEPS.values()) > 0

    @pytest.mark.parametrize("rate", ["0.001", "0.1", "1", "10", "100"])
    def test_every_step_lowers_the_loss(self, rate: str) -> None:
        """However large the rate."""
        after = exact_quantities(replace(EXAMPLE, rate=Fraction(rate)))

        assert 0 < after["loss_new"] < EXACT["loss"]

    def test_the_output_layer_moves_most(self) -> None:
        """Its bias first, then its weights, then the bias of the third unit of layer 2."""
        largest = sorted(STEPS, key=STEPS.__getitem__, reverse=True)[:5]

        assert largest == ["b[3, 1]", "W[3, 1, 1]", "W[3, 1, 3]", "W[3, 1, 2]", "b[2, 3]"]

    def test_the_first_layer_moves_least_in_norm(self) -> None:
        """And has the smallest entry, but not the smallest entries."""
        smallest = sorted(STEPS, key=STEPS.__getitem__)[:6]

        assert norm(1) < norm(2) < norm(3)
        assert smallest == ["b[1, 1]", "b[1, 2]", "W[1, 1, 1]", "W[2, 2, 1]", "W[2, 2, 2]", "W[1, 2, 1]"]

    def test_no_number_of_steps_predicts_what_is_printed(self) -> None:
        """0.7862 lies between the outputs after one step and after two."""
        first, second = (exact_quantities(trained(EXAMPLE, steps))["a[3, 1]"] for steps in (1, 2))

        assert rounded(first, 4) < "0.7862" < rounded(second, 4)

    def test_equal_units_stay_equal(self) -> None:
        """Two units of the first layer with equal biases, incoming and outgoing weights move alike."""
        first, second, third = EXAMPLE.network.layers
        layers = (
            replace(first, bias=(first.bias[0],) * 2),
            replace(second, weights=tuple((row[0],) * 2 for row in second.weights)),
            third,
        )
        twins = replace(EXAMPLE, network=Network(layers, EXAMPLE.network.loss))
        after = exact_quantities(trained(twins, 3))

        assert after["b[1, 1]"] == after["b[1, 2]"] != EXACT["b[1, 1]"]
        assert after["W[1, 1, 1]"] == after["W[1, 2, 1]"]
        assert all(after[f"W[2, {i}, 1]"] == after[f"W[2, {i}, 2]"] for i in (1, 2, 3))

    @pytest.mark.parametrize(("operand", "total"), [("0.6147", "1.2782"), ("0.6174", "1.2793")])
    def test_the_transposed_digits_are_in_print_only(self, operand: str, total: str) -> None:
        """With either operand the printed sum of line 431 is not what follows from the printed numbers."""
        (row,) = (row for row in ROWS if (row.value.line, row.value.printed) == (431, "1.2794"))
        value = evaluated(replaced(row.value.operands, Fraction("0.6147"), Fraction(operand)), {}, {})

        assert rounded(value, 4) == total


def norm(layer: int) -> Fraction:
    """The root of the sum of the squares of the steps of a layer, to forty decimals."""
    steps = [step for name, step in STEPS.items() if name[2] == str(layer)]
    return Fraction(isqrt(int(sum(step * step for step in steps) * 10**80)), 10**40)


def replaced(expression: Expression, old: Fraction, new: Fraction) -> Expression:
    """``expression`` with the constant ``new`` for ``old``."""
    match expression:
        case Constant(value):
            return Constant(new if value == old else value)
        case Applied(function, arguments):
            return Applied(function, tuple(replaced(each, old, new) for each in arguments))
        case _:
            return expression


class TestText:
    """The text states the numbers that the oracle computes."""

    @pytest.fixture
    def statement(self, repository: Path) -> str:
        """The statement of the clause."""
        file = "B-examples.md"
        text = (repository / "spec" / file).read_text(encoding="utf-8")
        return parse_chapter(file, text)["example.bhadani"].statement

    def test_forward(self, statement: str) -> None:
        """Every pre-activation and activation, and the loss, before the step and after it."""
        expected = [
            [digits(EXACT[f"{letter}[{layer}, {i}]"]), digits(EXACT[f"{letter}_new[{layer}, {i}]"])]
            for layer, width in ((1, 2), (2, 3), (3, 1))
            for letter in "za"
            for i in range(1, width + 1)
        ]

        assert cells(statement, "quantity", columns=2) == [
            *expected,
            [digits(EXACT["loss"]), digits(EXACT["loss_new"])],
        ]

    def test_backward(self, statement: str) -> None:
        """The derivative of the loss with respect to each activation and pre-activation, and the slope between."""
        assert cells(statement, "layer", columns=5) == [
            [str(layer), str(i), digits(EXACT[f"da[{place}]"]), digits(a * (1 - a)), digits(EXACT[f"delta[{place}]"])]
            for layer, width in ((3, 1), (2, 3), (1, 2))
            for i in range(1, width + 1)
            for place in [f"{layer}, {i}"]
            for a in [EXACT[f"a[{place}]"]]
        ]

    def test_parameters(self, statement: str) -> None:
        """Each before the step, its gradient, and after the step."""
        assert cells(statement, "parameter", columns=4) == [
            [latex(name), before(name), digits(EXACT[f"d{name}"]), digits(EXACT[name.replace("[", "_new[")])]
            for name in GRADIENTS
        ]

    def test_digits(self, statement: str) -> None:
        """Every printed number whose digits are not right."""
        stated = [[line, *rest] for line, _, *rest in cells(statement, "line", columns=8)]

        assert [row[:5] for row in stated] == [
            [
                str(row.value.line),
                row.value.printed,
                row.rounded,
                rounded(row.from_operands, row.value.places),
                row.verdict,
            ]
            for row in ROWS
            if row.verdict != "right"
        ]

    def test_numbers_in_prose(self, statement: str, repository: Path) -> None:
        """The decrease of the loss, the norms of the steps, and the output after two steps."""
        decrease = EXACT["loss"] - EXACT["loss_new"]
        second = exact_quantities(trained(EXAMPLE, 2))["a[3, 1]"]
        prose = " ".join(statement.split())

        assert f"by {digits(decrease)}, which is {digits(100 * decrease / EXACT['loss'])} percent" in prose
        assert f"which are {digits(norm(1))}, {digits(norm(2))} and {digits(norm(3))}," in prose
        assert all(digits(STEPS[name]) in prose for name in ("W[1, 2, 1]", "W[2, 2, 1]", "W[2, 2, 2]"))
        assert f"o_2 = {digits(second)}" in (repository / "spec" / "B-examples.md").read_text(encoding="utf-8")

    def test_counts(self, statement: str) -> None:
        """How many digits are right, carried, propagated or a slip."""
        counts = Counter(row.verdict for row in ROWS)
        right, *others = (counts[verdict] for verdict in ("right", "carried", "propagated", "slip"))
        sentence = (
            "Of {} printed numbers the digits of {} are right, of {} carried, of {} propagated, and {} are slips."
        )

        assert sentence.format(len(ROWS), right, *others) in " ".join(statement.split())


def cells(statement: str, heading: str, *, columns: int) -> list[list[str]]:
    """The last ``columns`` cells of each row of the table whose first heading is ``heading``."""
    _, table = re.split(rf"(?m)^\| {heading} \|.*\n\|[ |-]+\|\n", statement)
    rows = table.partition("\n\n")[0].splitlines()
    return [[cell.strip() for cell in row.strip("|").split("|")][-columns:] for row in rows]


def latex(name: str) -> str:
    """A parameter as the text writes it."""
    layer, *indices = re.findall(r"\d+", name)
    joined = "".join(indices)
    return f"${name[0]}^{layer}_{joined if len(joined) == 1 else '{' + joined + '}'}$"


def before(name: str) -> str:
    """A parameter before the step, as the example gives it."""
    return digits(round(EXACT[name], 12))
