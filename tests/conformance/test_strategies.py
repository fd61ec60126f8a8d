"""Strategies: they reach every hazard, say truly which they reached, and shrink to the plain case."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import Phase, find, given, settings

from gradspec.conformance.encoding import encoded_case
from gradspec.conformance.strategies.cases import corpus, drawn_cases
from gradspec.conformance.strategies.hazards import HAZARDS
from gradspec.conformance.strategies.unmet import of_unmet_shapes
from gradspec.conformance.strategies.variants import ALL, fresh, variants
from gradspec.spec import FORMATS, Network, operations, resolve
from tests.conformance.inspecting import (
    DEFAULT,
    HOLDS,
    OFFERED,
    arrays,
    digest,
    every_number,
    examiner,
    exponents,
    farthest,
    fixed_cases,
    labels,
    lengths,
    samples,
    shapes,
    some_cases,
    spread,
    units,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from gradspec.conformance.case import Case
    from gradspec.conformance.checks.examiner import Examiner
    from gradspec.spec import Conventions

ROOT = Path(__file__).resolve().parents[2]
"""The folder that holds ``tests``."""

ANY_LABELS = resolve({"label_sum": "any"})
"""The conventions under which labels need not sum to one."""


class TestCorpus:
    """The corpus is part of the suite: the same cases on every machine, in every run."""

    def test_is_the_same_in_another_process(self) -> None:
        """Neither the order of hashing nor anything else that is drawn at the start of Python takes part."""
        code = "from tests.conformance.inspecting import digest; print(digest('float32', 'bfloat16'))"
        path = os.pathsep.join(entry for entry in [str(ROOT), *sys.path] if entry)
        environment = os.environ | {"PYTHONHASHSEED": "1", "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
        there = subprocess.run(
            [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
        )

        assert there.stdout.strip() == digest("float32", "bfloat16")

    def test_every_operation_has_one_in_every_regime(self) -> None:
        """But in ``special`` where a batch has to be spoilt at random."""
        missing = {
            (name, regime)
            for name, regime in OFFERED
            if not list(corpus(name, "float32", regime, DEFAULT)) and regime != "special"
        }

        assert missing == set()

    def test_kinks_are_visible(self) -> None:
        """In every format, every operation that a convention at a kink rules has a case that tells its values."""
        hidden = set()
        for name, one, other in (
            ("relu_at_zero", 0, 1),
            ("leaky_relu_at_zero", "slope", "one"),
            ("step_at_threshold", 0, 1),
        ):
            examiners = [examiner({name: value}) for value in (one, other)]
            for operation in operations().values():
                for format_name in FORMATS if name in operation.conventions else ():
                    cases = [
                        case
                        for each in operation.regimes
                        for case in corpus(operation.name, format_name, each, DEFAULT)
                    ]
                    if not any(differ(examiners, case) for case in cases if "tie_at_kink" in case.hazards):
                        hidden.add((operation.name, format_name, name))

        assert hidden == set()


def differ(examiners: list[Examiner], case: Case) -> bool:
    """Whether the true value is one thing under one convention and another under the other."""
    one, other = ([str(ball) for array in each.truth(case).arrays for ball in array.reshape(-1)] for each in examiners)
    return one != other


def square_by_largest(case: Case) -> list[float]:
    """The square of each number, divided by the largest number of the format."""
    root = math.sqrt(case.number_format.largest)
    return [(number / root) ** 2 for number in every_number(case)]


TRUE_OF: dict[str, Callable[[Case], bool]] = {
    "scalar_shape": lambda case: case.arguments[0].shape == (),
    "long_array": lambda case: max(max(array.shape, default=0) for _, array in arrays(case)) > 64,
    "one_sample": lambda case: samples(case) == 1,
    "one_unit": lambda case: 1 in units(case),
    "one_layer": lambda case: len(case.arguments[0].layers) == 1,
    "last_layer": lambda case: len(case.arguments[0].layers) == case.arguments[-1],
    "different_dimensions": lambda case: len(set(lengths(case))) == len(lengths(case)) > 1,
    "equal_dimensions": lambda case: len(set(units(case))) == 1 and len(lengths(case)) > 1 and units(case)[0] > 1,
    "soft_label": lambda case: any(0 < label < 1 for label in labels(case)),
    "near_overflow": lambda case: farthest(case) >= case.number_format.largest / 4,
    "square_overflow": lambda case: sum(square_by_largest(case)) > 1,
    "exp_overflow": lambda case: farthest(case) >= 0.99 * exponents(case.number_format) / 2,
    "saturation": lambda case: farthest(case) >= 0.99 * case.number_format.precision * math.log(2) / 2,
    "subnormal": lambda case: 0 < min(map(abs, filter(None, every_number(case)))) <= case.number_format.smallest_normal,
    "common_shift": lambda case: np.min(np.abs(case.arguments[0])) > 0.75 * exponents(case.number_format),
    "wide_gap": lambda case: spread(case) > exponents(case.number_format) / 3,
    "nan": lambda case: any(map(math.isnan, every_number(case))),
    "infinity": lambda case: any(map(math.isinf, every_number(case))),
    "negative_zero": lambda case: any(number == 0 and math.copysign(1, number) < 0 for number in every_number(case)),
    "unnormalised_label": lambda case: math.fsum(labels(case)) != (samples(case) or 1),
}
"""What a hazard's name says of a case, where it can be seen in its arguments alone."""


class TestReaches:
    """Every hazard is reached, and what a case is called is true of it."""

    def test_every_hazard_is_in_the_corpus(self) -> None:
        """Under the default conventions, but for labels that need not sum to one, which have a convention."""
        met = {hazard for case in fixed_cases() for hazard in case.hazards}
        met_with_any_labels = {hazard for case in fixed_cases(ANY_LABELS) for hazard in case.hazards}

        assert met == set(HAZARDS) - {"unnormalised_label"}
        assert met_with_any_labels == set(HAZARDS)

    @pytest.mark.parametrize("conventions", [DEFAULT, ANY_LABELS], ids=["default", "any labels"])
    def test_names_are_true_in_the_corpus(self, conventions: Conventions) -> None:
        """No case carries a hazard that it does not have."""
        false = {
            (hazard, case.operation, case.format_name, case.regime)
            for case in fixed_cases(conventions)
            for hazard in case.hazards & set(TRUE_OF)
            if not TRUE_OF[hazard](case)
        }

        assert false == set()

    @HOLDS
    @given(some_cases(("exact", "ordinary", "wide", "extreme", "special")))
    def test_names_are_true_of_drawn_cases(self, case: Case) -> None:
        """The same for what Hypothesis draws."""
        assert {hazard for hazard in case.hazards & set(TRUE_OF) if not TRUE_OF[hazard](case)} == set()

    @pytest.mark.parametrize(
        ("operation", "regime", "hazard"),
        [
            ("sigmoid", "extreme", "saturation"),
            ("sigmoid", "extreme", "exp_overflow"),
            ("relu", "extreme", "near_overflow"),
            ("relu", "extreme", "subnormal"),
            ("relu", "exact", "tie_at_kink"),
            ("heaviside", "exact", "tie_at_kink"),
            ("backpropagate_delta", "exact", "tie_at_kink"),
            ("tanh", "special", "nan"),
            ("tanh", "special", "infinity"),
            ("softmax_batch", "special", "nan"),
            ("network_forward", "special", "nan"),
            ("dense", "ordinary", "equal_dimensions"),
            ("dense", "ordinary", "different_dimensions"),
            ("dense_batch", "ordinary", "one_sample"),
            ("softmax", "ordinary", "one_unit"),
            ("network_gradients", "ordinary", "one_layer"),
            ("output_weight_jacobian", "ordinary", "last_layer"),
            ("softmax_cross_entropy_delta", "ordinary", "soft_label"),
            ("binary_cross_entropy", "ordinary", "soft_label"),
            ("softmax_cross_entropy_delta", "ordinary", "unnormalised_label"),
            ("network_cost", "ordinary", "unnormalised_label"),
        ],
    )
    def test_drawing_reaches_it_too(self, operation: str, regime: str, hazard: str) -> None:
        """So that a fault that needs a hazard and something else besides can be met."""
        conventions = ANY_LABELS if hazard == "unnormalised_label" else DEFAULT

        found = find(
            drawn_cases(operation, "float32", regime, conventions),
            lambda case: hazard in case.hazards,
            settings=settings(max_examples=500, phases=(Phase.generate,)),
        )

        assert hazard in found.hazards


OF_ONE_SHAPE = {
    "square_plus_cosine_gradient",
    "cubic_exponential_jacobian",
    "power_map_jacobian",
    "sine_logarithm_jacobian",
    "composed_map_jacobian",
    "logarithm_sine_derivative",
}
"""The operations whose arrays have the same shape in every call."""


def array_shapes(case: Case) -> set[tuple[int, ...]]:
    """The shape of every array of a case."""
    return {array.shape for _, array in arrays(case)}


class TestUnmet:
    """A target is asked for shapes of which it has not heard."""

    @pytest.mark.parametrize("format_name", FORMATS)
    def test_no_row_has_them(self, format_name: str) -> None:
        """Nor has one of the cases the shape of any array of another, unless the operation leaves no choice."""
        for operation in set(operations()) - OF_ONE_SHAPE:
            cases = list(corpus(operation, format_name, "ordinary", DEFAULT))
            shapes = [array_shapes(case) for case in of_unmet_shapes(cases[0], DEFAULT)]
            shapes.append(set().union(*map(array_shapes, cases)))

            assert not any(one & other for one, other in combinations(shapes, 2)), operation

    def test_equal_cases_have_the_same(self) -> None:
        """So that what failed fails again."""
        case, again = (next(corpus("dense", "float32", "ordinary", DEFAULT)) for _ in range(2))

        pairs = zip(of_unmet_shapes(case, DEFAULT), of_unmet_shapes(again, DEFAULT), strict=True)
        assert all(plain(one) == plain(other) for one, other in pairs)


def plain(case: Case) -> str:
    """The arguments of a case as a reader sees them."""
    return json.dumps([_plain(argument) for argument in case.arguments])


def _plain(argument: Any) -> Any:
    match argument:
        case np.ndarray():
            return argument.tolist()
        case Network():
            layers = [[layer.activation, layer.weights.tolist(), layer.bias.tolist()] for layer in argument.layers]
            return [argument.loss, *layers]
        case _:
            return argument


class TestShrinks:
    """A counterexample is the plainest case that fails."""

    @pytest.mark.parametrize(
        ("operation", "fails", "plainest"),
        [
            ("relu", lambda _: True, "[[0.0]]"),
            ("relu", lambda case: np.any(case.arguments[0] > 2), "[[3.0]]"),
            ("dense", lambda _: True, "[[0.0], [[0.0]], [0.0]]"),
            ("dense", lambda case: case.arguments[1].shape == (2, 1), "[[0.0], [[0.0], [0.0]], [0.0, 0.0]]"),
            ("binary_cross_entropy", lambda _: True, "[[0.5], [0.0]]"),
            ("softmax_cross_entropy_delta", lambda case: "soft_label" in case.hazards, "[[0.0, 0.0], [0.75, 0.25]]"),
            ("softmax_batch", lambda case: case.arguments[0].shape[1] > 1, "[[[0.0, 0.0]]]"),
            ("backpropagate_delta", lambda case: case.arguments[3] == "tanh", '[[[0.0]], [0.0], [0.0], "tanh"]'),
            (
                "network_gradients",
                lambda _: True,
                '[["squared_error", ["identity", [[0.0]], [0.0]]], [[0.0]], [[0.0]]]',
            ),
            (
                "network_forward",
                lambda case: len(case.arguments[0].layers) == 2,
                '[["squared_error", ["relu", [[0.0]], [0.0]], ["identity", [[0.0]], [0.0]]], [[0.0]]]',
            ),
        ],
    )
    def test_to_the_plainest_case(self, operation: str, fails: Callable[[Case], bool], plainest: str) -> None:
        """Short axes, zeros, small whole numbers, the first activation."""
        smallest = find(
            drawn_cases(operation, "float64", "ordinary", DEFAULT), fails, settings=settings(max_examples=1000)
        )

        assert plain(smallest) == plainest


class TestVariants:
    """The calls between two equal ones differ from them in what their names say, and are cases like any other."""

    @pytest.mark.parametrize("operation", operations())
    def test_one_argument_changes_at_a_time(self, operation: str) -> None:
        """A cache that leaves that argument out of its key is met by one of them."""
        for case in corpus(operation, "float32", "ordinary", DEFAULT):
            before = encoded_case(case)
            for name, variant in variants(case).items():
                after = encoded_case(variant)
                pairs = zip(case.declaration.arguments, before["arguments"], after["arguments"], strict=True)
                changed = {each.name for each, one, other in pairs if one != other}
                changed |= {key for key in before["keywords"] if before["keywords"][key] != after["keywords"][key]}
                assert name == ALL or changed <= {name}
                assert shapes(variant) == shapes(case)

    @pytest.mark.parametrize("operation", operations())
    def test_a_fresh_case_shares_no_first_argument(self, operation: str) -> None:
        """Unless all of it is 0, or it is a name, it was not asked before."""
        for case in corpus(operation, "float64", "ordinary", DEFAULT):
            one, other = encoded_case(case)["arguments"][0], encoded_case(fresh(case))["arguments"][0]
            assert one != other or isinstance(one, str) or not any(every_number(case))
            assert shapes(fresh(case)) == shapes(case)
