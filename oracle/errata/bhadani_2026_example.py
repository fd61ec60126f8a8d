"""
Counterexamples to bhadani-2026 about the digits of its worked example, clause ``example.bhadani``.

The printed digits are those that the table of the example records line by line; what is true is the exact number
beside them, or the one that follows from the digits printed in front.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..examples import JudgedValue, bhadani
from .registry import counterexample

if TYPE_CHECKING:
    from .computing import Columns


def _printed(line: int, quantity: str) -> JudgedValue:
    """The number that the source prints for ``quantity`` in ``line``."""
    (found,) = [each for each in bhadani() if (each.value.line, each.value.quantity) == (line, quantity)]
    return found


def _against_exact(*places: tuple[int, str]) -> Columns:
    """Printed digits and the exact numbers."""
    rows = [_printed(*place) for place in places]
    return [row.value.printed for row in rows], [row.exact for row in rows]


def _against_operands(*places: tuple[int, str]) -> Columns:
    """Printed digits and the numbers that follow from the printed operands."""
    rows = [_printed(*place) for place in places]
    return [row.value.printed for row in rows], [row.from_operands for row in rows]


@counterexample("B-E11")
def activation_cut_off() -> Columns:
    """The activation of neuron 3 of layer 2."""
    return _against_exact((150, "a^2_3, operand"))


@counterexample("B-E12")
def output_rounded_up() -> Columns:
    """The output of the first forward pass."""
    return _against_exact((245, "o, recalled"))


@counterexample("B-E12")
def logarithm_of_another_output() -> Columns:
    """The logarithm of the output that was rounded up."""
    return _against_operands((161, "log o, of 0.7740"))


@counterexample("B-E13")
def derivative_of_the_loss() -> Columns:
    """The derivative of the loss by the output."""
    return _against_exact((253, "dL/do, operand"))


@counterexample("B-E13")
def derivative_from_another_output() -> Columns:
    """The reciprocal of the output that was rounded up."""
    return _against_operands((249, "dL/do"))


@counterexample("B-E14")
def derivative_cut_off() -> Columns:
    """The derivative of the loss by the activation of neuron 3 of layer 2."""
    return _against_exact((285, "dL/da^2_3, operand"))


@counterexample("B-E15")
def derivatives_cut_off() -> Columns:
    """Three derivatives by weights, as the updates use them."""
    return _against_exact((349, "dL/dW^3_11, operand"), (353, "dL/dW^3_13, operand"), (379, "dL/dW^2_32, operand"))


@counterexample("B-E16")
def difference_of_a_cut_operand() -> Columns:
    """One minus the activation of neuron 3 of layer 2."""
    return _against_exact((285, "1 - a^2_3"))


@counterexample("B-E16")
def product_of_rounded_operands() -> Columns:
    """A summand of the derivative by the activation of neuron 1 of layer 1."""
    return _against_exact((309, "dL/dz^2_2 W^2_21"))


@counterexample("B-E16")
def sum_of_rounded_operands() -> Columns:
    """A summand of the derivative by the activation of neuron 2 of layer 1, and that derivative."""
    return _against_exact((311, "dL/dz^2_3 W^2_32"), (311, "dL/da^1_2"))


@counterexample("B-E16")
def deltas_of_rounded_operands() -> Columns:
    """The derivatives by the bias and the weight of neuron 1 of layer 1."""
    return _against_exact((323, "dL/db^1_1"), (325, "dL/dW^1_11"))


@counterexample("B-E16")
def steps_of_cut_derivatives() -> Columns:
    """The steps of three weights whose derivatives were cut off."""
    return _against_exact((349, "-r dL/dW^3_11"), (353, "-r dL/dW^3_13"), (379, "-r dL/dW^2_32"))


@counterexample("B-E16")
def steps_of_rounded_derivatives() -> Columns:
    """The steps of the bias and the weight of neuron 1 of layer 1."""
    return _against_exact((385, "-r dL/db^1_1"), (387, "-r dL/dW^1_11"))


_CARRIED = ((303, "dL/dW^2_32"), (417, "z^2_1, new"), (425, "z^2_3, new"))
_PERCENT = (450, "decrease, percent")


@counterexample("B-E17")
def digits_of_exact_values() -> Columns:
    """Five numbers that are right, although their printed operands give others."""
    return _against_exact(*_CARRIED, (431, "z^3_1, new"), _PERCENT)


@counterexample("B-E17")
def digits_of_printed_operands() -> Columns:
    """What the printed operands of four of them give."""
    return _against_operands(*_CARRIED, _PERCENT)


@counterexample("B-E18")
def digits_exchanged() -> Columns:
    """The activation of neuron 1 of layer 2 after the step."""
    return _against_exact((431, "a^2_1, new, operand"))


@counterexample("B-E18")
def sum_with_digits_exchanged() -> Columns:
    """The last pre-activation after the step, from the printed operands."""
    return _against_operands((431, "z^3_1, new"))


@counterexample("B-E19")
def outputs_of_the_summary() -> Columns:
    """The output after the step and before it."""
    return _against_exact((470, "o, new, in the summary"), (470, "o, in the summary"))


@counterexample("B-E20")
def steps_of_the_first_layer_are_not_the_smallest() -> Columns:
    """The step of a weight of layer 1, which is greater than those of two weights of layer 2."""
    return _against_exact((393, "-r dL/dW^1_21"), (369, "-r dL/dW^2_21"), (371, "-r dL/dW^2_22"))
