"""``gradspec.oracle.evaluate``: certified digits, enclosures and correctly rounded values."""

from __future__ import annotations

import decimal
import math
import random
from fractions import Fraction
from typing import Any

import mpmath
import numpy as np
import pytest
from flint import arb

from gradspec.oracle import CertifiedNumber, OperandError, evaluate
from gradspec.oracle.arguments import leaves, lifted
from gradspec.oracle.arithmetic import HighPrecision
from gradspec.oracle.arithmetic.ball import exact_ball, precision
from gradspec.oracle.arithmetic.rational import IrrationalError, Rational
from gradspec.oracle.decimals import outward, proven_decimal, rounded_decimal, rounded_fraction
from gradspec.oracle.propositions import DEFINITION, PROPOSITIONS
from gradspec.oracle.truth import LARGEST_BITS, START_BITS
from gradspec.oracle.verification.points import points
from gradspec.spec import BFLOAT16, FLOAT16, FLOAT32, FLOAT64, FORMATS, ConventionError, Format, resolve
from gradspec.spec.operations import operations
from tests.oracle.elementwise import by_flint, by_mpmath, names
from tests.oracle.evaluating import network
from tests.oracle.exhaustive import agreement, every_half, sample

STRIDE = 97
"""Of the numbers of a half format, every so many are tried here; ``python -m tests.oracle.exhaustive`` tries all."""


def certified(operation: str, *arguments: Any, **options: Any) -> list[CertifiedNumber]:
    """Every number of an answer, flat."""
    return [
        number for array in evaluate(operation, arguments, **options) for number in array.numbers.reshape(-1).tolist()
    ]


def only(operation: str, *arguments: Any, **options: Any) -> CertifiedNumber:
    """The one number of an answer."""
    (number,) = certified(operation, *arguments, **options)
    return number


class TestDecimals:
    """A decimal is the number rounded to nearest, ties to even; only digits that are proven are given."""

    @pytest.mark.parametrize("digits", [1, 2, 3, 17, 20, 40])
    def test_of_exact_numbers_agree_with_pythons_decimal(self, digits: int) -> None:
        """Dyadic numbers of every size, rounded by a library that computes in decimals."""
        rng = random.Random(f"decimals {digits}")  # noqa: S311 - reproducible draws, not secrets
        for _ in range(500):
            mantissa = rng.choice((-1, 1)) * rng.getrandbits(rng.choice((1, 5, 20, 53)))
            exponent = rng.choice((rng.randint(-60, 60), rng.randint(-1074, 900)))
            with decimal.localcontext(prec=2000):
                exact = decimal.Decimal(mantissa) * decimal.Decimal(2) ** exponent
            with decimal.localcontext(prec=digits, rounding=decimal.ROUND_HALF_EVEN), precision(256):
                got = rounded_decimal(exact_ball(Fraction(mantissa) * Fraction(2) ** exponent), digits)

                assert got is not None
                assert decimal.Decimal(got) == +exact, (mantissa, exponent)

    @pytest.mark.parametrize(
        ("number", "expected"),
        [
            (0.5, "0.5"),
            (-1024.0, "-1024"),
            (2.5, "2"),
            (3.5, "4"),
            (1e22, "1e+22"),
            (2.0**-20, "0.000001"),
            (2.0**-24, "6e-8"),
        ],
    )
    def test_are_written_as_people_do(self, number: float, expected: str) -> None:
        """An exact number with no zeros at its end, plain unless it is very large or small."""
        assert rounded_decimal(arb(number), 1 if number in (2.5, 3.5, 2.0**-20, 2.0**-24) else 20) == expected

    def test_keep_their_zeros_where_the_number_is_not_exact(self) -> None:
        """They are digits that are proven."""
        assert rounded_decimal(arb(0.5, 1e-30), 10) == "0.5000000000"

    def test_round_up_into_another_power_of_ten(self) -> None:
        """0.99996 at four digits is 1.000."""
        assert rounded_decimal(arb(0.99996, 1e-20), 4) == "1.000"

    def test_end_where_the_ball_leaves_a_digit_open(self) -> None:
        """1.234567 to within 1e-5 has five digits for certain, not six."""
        ball = arb(1.234567, 1e-5)

        assert rounded_decimal(ball, 6) is None
        assert proven_decimal(ball, 6) == "1.2346"
        assert proven_decimal(arb(0, 1), 6) == ""

    def test_of_numbers_beyond_every_format(self) -> None:
        """e^-10^30 has its digits too, its exponent has thirty."""
        context = mpmath.MPContext()
        context.prec = 300
        expected = mpmath.nstr(context.exp(-(context.mpf(10) ** 30)), 20)
        with precision(256):
            got = rounded_decimal((-(arb(10) ** 30)).exp(), 20)

        assert got == expected

    @pytest.mark.parametrize("digits", [1, 5, 22])
    def test_of_an_enclosure_are_rounded_outward(self, digits: int) -> None:
        """Below the lower end and above the upper one, and not by more than a unit of the last digit."""
        rng = random.Random(f"outward {digits}")  # noqa: S311 - reproducible draws, not secrets
        for _ in range(300):
            middle = rng.choice((-1, 1)) * rng.random() * 10.0 ** rng.randint(-30, 30)
            radius = abs(middle) * 1e-25
            low, high = (Fraction(each) for each in outward(arb(middle, radius), digits))

            assert low <= Fraction(middle) - Fraction(radius)
            assert high >= Fraction(middle) + Fraction(radius)
            assert high - low <= abs(Fraction(middle)) * Fraction(2, 10 ** (digits - 1)) + 3 * Fraction(radius)


class TestDecimalsOfFractions:
    """The decimal of a fraction is that of Python's division in decimals."""

    def test_of_many_fractions(self) -> None:
        """Of any sizes, at any number of digits."""
        rng = random.Random("fractions")  # noqa: S311 - reproducible draws, not secrets
        for _ in range(500):
            numerator, denominator = rng.getrandbits(rng.randint(0, 400)), rng.getrandbits(rng.randint(1, 400)) + 1
            with decimal.localcontext(prec=rng.randint(1, 40), rounding=decimal.ROUND_HALF_EVEN) as context:
                expected = -context.divide(decimal.Decimal(numerator), decimal.Decimal(denominator))
                got = rounded_fraction(-Fraction(numerator, denominator), context.prec)

            assert decimal.Decimal(got) == expected

    @pytest.mark.parametrize(
        ("number", "expected"),
        [(Fraction(0), "0"), (Fraction(1, 8), "0.125"), (Fraction(1, 3), "0.33333"), (Fraction(2999999, 3), "1000000")],
    )
    def test_of_few_digits(self, number: Fraction, expected: str) -> None:
        """Without zeros at the end where there are no more digits."""
        assert rounded_fraction(number, 5) == expected


class TestCorrectRounding:
    """The correctly rounded value is that of another way to compute, whose roundings are searches among fractions."""

    @pytest.mark.parametrize("name", names())
    @pytest.mark.parametrize("number_format", [FLOAT16, BFLOAT16], ids=lambda each: each.name)
    def test_of_half_formats(self, name: str, number_format: Format) -> None:
        """Many of their numbers, all over the range, through every elementwise operation of one argument."""
        numbers = every_half(number_format)[len(name) % STRIDE :: STRIDE]
        found = agreement(name, numbers, number_format, by_mpmath)

        assert found.inputs > 300
        assert (found.differing, found.unresolved) == ((), 0)

    @pytest.mark.parametrize("name", names())
    def test_of_float32(self, name: str) -> None:
        """Against FLINT's other functions."""
        found = agreement(name, sample(300), FLOAT32, by_flint)

        assert (found.differing, found.unresolved) == ((), 0)

    def test_is_an_array_of_the_format(self) -> None:
        """For a program that wants to compare."""
        array = evaluate("tanh", [np.array([[0.5, -1.0]], dtype=np.float16)], format="float16").arrays[0]

        assert array.rounded(FLOAT16).dtype == np.float16
        assert array.rounded(FLOAT16).tolist() == [
            [float(np.float16(math.tanh(0.5))), float(np.float16(-math.tanh(1)))]
        ]


class TestEveryOperation:
    """All operations are evaluated, and mpmath's value of the definition lies in the enclosure."""

    @pytest.mark.parametrize("name", operations())
    def test_encloses_the_definition_in_mpmath(self, name: str) -> None:
        """To within what mpmath loses at twice the precision, which is far less than the enclosure is wide."""
        for point in points(operations()[name], 2, 1):
            arithmetic = HighPrecision(1024, point.conventions)
            given = [lifted(arithmetic, argument) for argument in point.arguments]
            named = {keyword: lifted(arithmetic, number) for keyword, number in point.keywords.items()}
            defined = leaves(PROPOSITIONS[operations()[name].clause].forms[DEFINITION](arithmetic, *given, **named))
            answer = evaluate(name, point.arguments, point.keywords, conventions=point.conventions)

            assert answer.unresolved == 0
            assert [array.shape for array in answer] == [array.shape for array in defined]
            with precision(1024):
                for array, numbers in zip(answer, defined, strict=True):
                    for ours, theirs in zip(array.numbers.reshape(-1), numbers.reshape(-1), strict=True):
                        assert arb(ours.ball, 2.0**-900).contains(arb(theirs))

    def test_names_one_array_a_layer(self) -> None:
        """dWs[0], dWs[1], dbs[0], dbs[1]."""
        two = network(([[1.0], [2.0]], [0.0, 0.0], "relu"), ([[1.0, 1.0]], [0.0], "identity"))
        answer = evaluate("network_gradients", [two, [[1.0, 2.0]], [[0.0, 0.5]]])

        assert [array.name for array in answer] == ["dWs[0]", "dWs[1]", "dbs[0]", "dbs[1]"]


class TestPrecision:
    """What cancels in a formula costs no precision in its balls."""

    @pytest.mark.parametrize("z", [40.0, -40.0, 700.0, -700.0, 1e5, -1e5])
    @pytest.mark.parametrize("name", names())
    def test_of_elementwise_operations_far_out(self, name: str, z: float) -> None:
        """The first precision is enough in the tails, for float64 and twenty digits."""
        keywords = {each.name: 0.25 for each in operations()[name].keywords}

        assert evaluate(name, [[abs(z) if name == "learning_rate_limit" else z]], keywords).bits == START_BITS

    @pytest.mark.parametrize("z", [40.0, 700.0, 1e5])
    @pytest.mark.parametrize(
        ("name", "more"),
        [
            ("softmax", ()),
            ("log_softmax", ()),
            ("softmax_jacobian", ()),
            ("softmax_vjp", ([1.0, 0.5, -0.25],)),
            ("softmax_cross_entropy", ([1.0, 0.0, 0.0],)),
            ("softmax_cross_entropy_delta", ([1.0, 0.0, 0.0],)),
            ("sigmoid_cross_entropy", ([1.0, 0.5, 0.0],)),
            ("sigmoid_cross_entropy_delta", ([1.0, 0.5, 0.0],)),
        ],
    )
    def test_of_softmax_where_one_logit_stands_out(self, name: str, more: tuple[list[float], ...], z: float) -> None:
        """log_softmax is -e^-z there, to all digits."""
        assert evaluate(name, [[z, 0.25, -z], *more]).bits == START_BITS

    def test_is_raised_for_the_entries_that_need_it(self) -> None:
        """e^-1e300 needs a thousand bits, its neighbours do not get them."""
        answer = evaluate("sigmoid", [[0.5, -1e300]])
        easy, hard = answer.arrays[0].numbers

        assert answer.bits > START_BITS
        assert easy.ball.rel_accuracy_bits() <= START_BITS
        assert hard.digits.startswith("4.00")
        assert hard.rounded == 0

    def test_is_raised_for_digits(self) -> None:
        """Three hundred of them, as mpmath has them."""
        context = mpmath.MPContext()
        context.prec = 1200

        assert only("sigmoid", 0.5, digits=300).digits == mpmath.nstr(1 / (1 + context.exp(-0.5)), 300)


class TestExactness:
    """A value that no precision decides is recognised where it is rational."""

    def test_of_a_tie_behind_a_square_root(self) -> None:
        """sqrt((4^2 + 4^2 + 2^2 + 8^2) / 4) = 5, times a number that makes it a tie of float64."""
        x = 2.0**52 + 2
        number = only("root_mean_square_error", [4 * x, 4 * x, 2 * x, 8 * x], [0.0] * 4)

        assert (number.is_exact, number.is_resolved) == (True, True)
        assert number.rounded == 5 * 2.0**52 + 8  # of + 10 between + 8 and + 12, spacing 4

    def test_of_a_tie_behind_a_softmax_of_equal_logits(self) -> None:
        """(2 u_1 - u_2 - u_3) / 9 is 2^53 + 1, halfway between two numbers."""
        numbers = certified("softmax_vjp", [1.0, 1.0, 1.0], [2.0**55, -(2.0**53), -9.0])

        assert numbers[0].is_exact
        assert (numbers[0].digits, numbers[0].rounded) == ("9007199254740993", 2.0**53)

    def test_of_a_zero_behind_thirds(self) -> None:
        """(sum y) / 3 - y is 0, and no ball of a third says so."""
        numbers = certified(
            "softmax_cross_entropy_delta", [2.0, 2.0, 2.0], [0.1, 0.1, 0.1], conventions={"label_sum": "any"}
        )

        assert [(number.digits, number.is_exact) for number in numbers] == [("0", True)] * 3

    def test_of_a_decimal_tie_that_is_not_dyadic(self) -> None:
        """2 / (125 2^27) = 1.1920928955078125e-10 is a tie at sixteen digits: the even one is 2."""
        number = only("learning_rate_limit", 125 * 2.0**27, digits=16)

        assert (number.digits, number.is_resolved, number.is_exact) == ("1.192092895507812e-10", True, False)

    def test_of_a_tie_that_a_polynomial_meets(self) -> None:
        """Park's relu at -eps/2 is -eps/4; in float16 that is a tie for a subnormal eps with its last bits set."""
        epsilon = 6 * 2.0**-24
        number = only("relu_epsilon", -3 * 2.0**-24, keywords={"epsilon": epsilon}, format="float16")

        assert number.is_exact
        assert number.rounded == -2 * 2.0**-24  # of -1.5, between -1 and -2

    def test_of_numbers_that_more_bits_than_the_largest_precision_would_take(self) -> None:
        """(1e300)^14 + 1e-300 - (1e300)^14 in fractions is what it is."""
        layers = [([[1e300, 0.0], [0.0, 1.0]], [0.0, 0.0], "identity") for _ in range(13)]
        deep = network(
            *layers, ([[1e300, 1.0], [1e300, 0.0]], [0.0, 0.0], "identity"), ([[1.0, -1.0]], [0.0], "identity")
        )
        number = only("network_forward", deep, [[1.0], [1e-300]])

        assert number.is_exact
        assert number.rounded == 1e-300

    def test_is_no_guess(self) -> None:
        """Two equal sigmoids subtracted are 0, which no enclosure and no fraction proves: the entry stays open."""
        equal = network(([[1.0], [1.0]], [0.0, 0.0], "sigmoid"), ([[1.0, -1.0]], [0.0], "identity"))
        answer = evaluate("network_forward", [equal, [[0.3]]])
        number = answer.arrays[0].numbers[0, 0]

        assert (answer.unresolved, answer.bits) == (1, LARGEST_BITS)
        assert (number.digits, number.is_exact, number.is_resolved) == ("", False, False)
        assert number.candidates == (0.0,)
        assert number.ball.contains(0)

    def test_is_not_claimed_where_there_is_no_value(self) -> None:
        """The root of 0 has no derivative: nothing is known, and that is counted."""
        answer = evaluate("root_mean_square_error_gradient", [[1.0], [1.0]])
        number = answer.arrays[0].numbers[0]

        assert (answer.unresolved, number.digits, number.candidates, number.rounded) == (1, "", (), None)
        assert number.enclosure(5) == ("-inf", "inf")
        assert np.isnan(answer.arrays[0].rounded(FLOAT64)).all()


class TestEnclosure:
    """The ends of an enclosure are exact dyadic numbers."""

    def test_holds_the_value_between_its_ends(self) -> None:
        """sigmoid(0.5), and the ends as mantissa and exponent."""
        number = only("sigmoid", 0.5)
        low, high = (
            Fraction(mantissa) * Fraction(2) ** exponent for mantissa, exponent in (number.lower, number.upper)
        )

        assert low < high < low + Fraction(1, 2**120)
        assert low < Fraction("0.62245933120185456463890056574550847875327936530891") < high

    def test_of_an_exact_number_is_the_number(self) -> None:
        """Both ends are 1/4."""
        number = only("sigmoid_derivative", 0.0)

        assert number.lower == number.upper == (1, -2)


class TestRational:
    """Fractions compute what is rational and refuse everything else."""

    def test_knows_functions_where_they_are_rational(self) -> None:
        """exp, log, tanh, sin and cos at 0 and 1; a root of a square."""
        rational = Rational(resolve())
        zero, one, square = (np.array([rational.number(value)], dtype=object) for value in (0.0, 1.0, 2.25))

        assert [rational.exp(zero)[0], rational.cos(zero)[0], rational.log(one)[0]] == [1, 1, 0]
        assert [rational.log1p(zero)[0], rational.tanh(zero)[0], rational.sin(zero)[0]] == [0, 0, 0]
        assert rational.sqrt(square)[0] == Fraction(3, 2)

    @pytest.mark.parametrize("name", ["exp", "log", "log1p", "tanh", "sin", "cos", "sqrt"])
    def test_refuses_what_is_irrational(self, name: str) -> None:
        """At 2, where none of these is rational."""
        rational = Rational(resolve())

        with pytest.raises(IrrationalError):
            getattr(rational, name)(np.array([rational.number(2)], dtype=object))

    def test_refuses_to_compute_with_an_irrational_logarithm(self) -> None:
        """That of the number of classes, in the logarithm of the softmax of equal logits."""
        shifted = Rational(resolve()).shifted(np.array([Fraction(1)] * 3, dtype=object))

        assert shifted.total == 3
        with pytest.raises(IrrationalError):
            shifted.w - shifted.logarithm

    def test_agrees_with_balls_on_every_operation_that_is_rational(self) -> None:
        """All of them that fractions do not refuse, at drawn points."""
        computed = set()
        for name, declared in operations().items():
            for point in points(declared, 2, 2):
                arithmetic = Rational(point.conventions)
                given = [lifted(arithmetic, argument) for argument in point.arguments]
                named = {keyword: lifted(arithmetic, number) for keyword, number in point.keywords.items()}
                try:
                    exact = leaves(PROPOSITIONS[declared.clause](arithmetic, *given, **named))
                except IrrationalError:
                    continue
                computed.add(name)
                answer = evaluate(name, point.arguments, point.keywords, conventions=point.conventions)
                for array, fractions in zip(answer, exact, strict=True):
                    for ours, theirs in zip(array.numbers.reshape(-1), fractions.reshape(-1), strict=True):
                        with precision(2048):
                            fraction = Fraction(theirs)
                            assert ours.ball.overlaps(arb(fraction.numerator) / arb(fraction.denominator)), name

        assert len(computed) > 50


class TestRefusals:
    """What does not fit is refused by a sentence that names the value, the rule and the way out."""

    ONE = network(([[1.0, 2.0]], [0.0], "relu"))

    @pytest.mark.parametrize(
        ("operation", "arguments", "options", "message"),
        [
            ("sigmod", [0.5], {}, "'sigmod' is not an operation; did you mean sigmoid"),
            ("sigmoid", [0.5], {"format": "float8"}, "'float8' is not a format; choose from float64"),
            ("sigmoid", [], {}, r"sigmoid takes 1 argument \(z\), not 0"),
            ("sigmoid", [[0.5, math.nan]], {}, r"z\[1\] is nan; the oracle takes finite numbers"),
            ("sigmoid", [[[1.0], [math.inf]]], {}, r"z\[1, 0\] is inf"),
            (
                "sigmoid",
                [0.1],
                {"format": "float32"},
                "z = 0.1 is not a float32 number, the nearest one is 0.1000000014",
            ),
            ("sigmoid", [1e39], {"format": "float32", "round_inputs": True}, "z = 1e[+]39 overflows float32"),
            ("sigmoid", [["a"]], {}, "z is not an array of numbers"),
            ("sigmoid", [[[1.0, 2.0], [3.0]]], {}, "z is not an array of numbers: its rows have different lengths"),
            ("sigmoid", [[]], {}, r"z has shape \(0,\); every axis has at least one entry"),
            ("sigmoid", [2**53 + 1], {}, "z has whole numbers that float64 does not hold"),
            ("sigmoid", [0.5], {"digits": 0}, "digits=0: a whole number from 1 to 1000"),
            ("sigmoid", [0.5], {"keywords": {"slope": 0.5}}, "sigmoid takes no keyword here, not slope"),
            ("leaky_relu", [0.5], {}, "leaky_relu needs the keyword slope"),
            ("leaky_relu", [0.5], {"keywords": {"slope": [0.5]}}, r"slope has shape \(1,\); it is one number"),
            ("tanh_vjp", [[1.0, 2.0], [1.0]], {}, r"upstream has shape \(1,\): its axis 1 is 1, but that of z is 2"),
            ("dense", [[1.0], [[1.0, 2.0]], [0.0]], {}, r"W has shape \(1, 2\): its n is 2, but that of x is 1"),
            ("dense", [1.0, [[1.0]], [0.0]], {}, r"x has shape \(\); dense takes it with 1 axis, n"),
            ("layer", [[1.0], [[1.0]], [0.0], "gelu"], {}, "activation is 'gelu'; it is one of identity"),
            ("cost_row", [[1.0], "hinge", [[1.0]], [[1.0]]], {}, "loss is 'hinge'; it is one of squared_error"),
            ("network_forward", [5, [[1.0]]], {}, "network is not a Network of at least one layer"),
            ("network_forward", [ONE, [[1.0]]], {}, r"X has shape \(1, 1\): its n_0 is 1, but that of network is 2"),
            (
                "output_bias_jacobian",
                [ONE, [1.0, 2.0], 2],
                {},
                "layer is 2: .* a layer, it is a whole number from 1 to 1",
            ),
            ("gamma_rows", [ONE, [1.0, 2.0], 1], {}, "takes a hidden layer, there is none to choose from"),
            ("project_sample", [[[1.0, 2.0]], 3], {}, "a whole number from 1 to 2"),
            ("gradient_descent_step", [ONE, [], [[0.0]], 0.5], {}, "dWs is a list of 1 arrays"),
            ("gradient_descent_step", [ONE, [[[1.0]]], [[0.0]], 0.5], {}, r"dWs\[0\] has shape \(1, 1\); that layer's"),
        ],
    )
    def test_of_arguments(self, operation: str, arguments: list[Any], options: dict[str, Any], message: str) -> None:
        """Each as an OperandError, which is a ValueError."""
        with pytest.raises(OperandError, match=message):
            evaluate(operation, arguments, **options)

    @pytest.mark.parametrize(
        ("layers", "loss", "message"),
        [
            (
                [([[1.0]], [0.0], "softmax"), ([[1.0]], [0.0], "relu")],
                "squared_error",
                "softmax is an activation of the last",
            ),
            ([([[1.0]], [0.0], "relu")], "binary_cross_entropy", "goes with sigmoid in the last layer, not relu"),
            ([([[1.0]], [0.0], "relu")], "hinge", "the loss is 'hinge'"),
            ([([[1.0]], [0.0], "relu"), ([[1.0, 2.0]], [0.0], "relu")], "squared_error", "layer 2 takes 2 inputs"),
            (
                [([[1.0]], [0.0, 1.0], "relu")],
                "squared_error",
                r"layer 1 has W of shape \(1, 1\) and b of shape \(2,\)",
            ),
        ],
    )
    def test_of_networks(self, layers: list[Any], loss: str, message: str) -> None:
        """Layers that do not follow one another, and losses that do not go with their output."""
        with pytest.raises(OperandError, match=message):
            evaluate("network_forward", [network(*layers, loss=loss), [[1.0]]])

    def test_of_conventions(self) -> None:
        """By the error that every other part raises."""
        with pytest.raises(ConventionError, match="relu_at_zero=2"):
            evaluate("relu_derivative", [0.0], conventions={"relu_at_zero": 2})

    def test_rounds_inputs_where_it_is_asked_to(self) -> None:
        """0.1 is then the float32 number next to it, and the answer says what was used."""
        answer = evaluate("identity", [0.1], format="float32", round_inputs=True)

        assert answer.arguments[0] == np.float32(0.1)
        assert answer.arrays[0].numbers.reshape(-1)[0].digits == "0.10000000149011611938"

    @pytest.mark.parametrize("number_format", FORMATS.values(), ids=FORMATS)
    def test_takes_arrays_of_the_format(self, number_format: Format) -> None:
        """And lists of Python's numbers, as they are."""
        assert only("identity", np.array(0.5, dtype=number_format.dtype), format=number_format.name).rounded == 0.5
        assert only("identity", 1, format=number_format.name).digits == "1"
