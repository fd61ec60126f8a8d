"""Strategies: they reach every hazard, hold every promise, and shrink to the plain case."""

from __future__ import annotations

import hashlib
import json
import math
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, find, given, seed, settings
from hypothesis import strategies as st

from gradspec.conformance.adapters.python_object import PythonObject
from gradspec.conformance.adapters.reference import Reference
from gradspec.conformance.checks.examiner import Examiner
from gradspec.conformance.encoding import encoded_case
from gradspec.conformance.strategies.cases import corpus, drawn_cases
from gradspec.conformance.strategies.hazards import HAZARDS
from gradspec.conformance.strategies.variants import ALL, fresh, variants
from gradspec.conformance.verdict import Level
from gradspec.spec import FORMATS, Network, operations, resolve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gradspec.conformance.case import Case
    from gradspec.spec import Conventions, Format

ROOT = Path(__file__).resolve().parents[2]
"""The folder that holds ``tests``."""

DEFAULT = resolve()
ANY_LABELS = resolve({"label_sum": "any"})

OFFERED = [(each.name, regime) for each in operations().values() for regime in each.regimes]
"""Every operation in every regime in which it is examined."""


def digest(*formats: str) -> str:
    """Of every case of the corpus in these formats, in order."""
    found = hashlib.sha256()
    for name, regime in OFFERED:
        for format_name in formats:
            for case in corpus(name, format_name, regime, DEFAULT):
                found.update(json.dumps(encoded_case(case)).encode())
    return found.hexdigest()


def fixed_cases(conventions: Conventions = DEFAULT) -> Iterator[Case]:
    """The whole corpus."""
    for name, regime in OFFERED:
        for format_name in FORMATS:
            yield from corpus(name, format_name, regime, conventions)


def some_cases(regimes: tuple[str, ...], conventions: Conventions = DEFAULT) -> st.SearchStrategy[Case]:
    """Drawn cases of all operations and formats in these regimes."""
    pairs = [(name, regime) for name, regime in OFFERED if regime in regimes]
    return st.tuples(st.sampled_from(pairs), st.sampled_from(list(FORMATS))).flatmap(
        lambda chosen: drawn_cases(chosen[0][0], chosen[1], chosen[0][1], conventions)
    )


holds = settings(max_examples=250, suppress_health_check=list(HealthCheck), phases=(Phase.generate,))


def arrays(case: Case) -> Iterator[tuple[str, np.ndarray[Any, Any]]]:
    """Every array of a case with the domain that it is drawn from."""
    for argument, declared in zip(case.arguments, case.declaration.arguments, strict=True):
        yield from _arrays(argument, declared.domain)


def _arrays(argument: Any, domain: str) -> Iterator[tuple[str, np.ndarray[Any, Any]]]:
    match argument:
        case np.ndarray():
            yield domain, argument
        case Network():
            for layer in argument.layers:
                yield "weights", layer.weights
                yield "bias", layer.bias
        case list():
            for each in argument:
                yield from _arrays(each, domain)


def numbers(array: np.ndarray[Any, Any]) -> list[float]:
    """The entries as float64, which holds the numbers of every format."""
    return [float(number) for number in array.astype(np.float64).reshape(-1)]


def every_number(case: Case) -> list[float]:
    """The entries of all arrays of a case."""
    return [number for _, array in arrays(case) for number in numbers(array)]


def samples(case: Case) -> int | None:
    """N, where the operation takes a batch."""
    pairs = zip(case.arguments, case.declaration.arguments, strict=True)
    return next((argument.shape[1] for argument, each in pairs if each.shape.startswith("batch")), None)


def units(case: Case) -> list[int]:
    """The lengths of all axes but those of samples, and of all layers of a network."""
    lengths: dict[str, int] = {}
    widths: list[int] = []
    for argument, declared in zip(case.arguments, case.declaration.arguments, strict=True):
        if isinstance(argument, Network):
            widths = [argument.layers[0].weights.shape[1], *(len(layer.bias) for layer in argument.layers)]
        elif isinstance(argument, np.ndarray):
            names = [word for word in declared.shape.split() if word in ("m", "n")]
            lengths |= dict(zip(names, argument.shape, strict=False))
    return [*lengths.values(), *widths]


class TestCorpus:
    """The corpus is part of the suite: the same cases on every machine, in every run."""

    def test_is_the_same_in_another_process(self) -> None:
        """Neither the order of hashing nor anything else that is drawn at the start of Python takes part."""
        code = "from tests.conformance.test_strategies import digest; print(digest('float32', 'bfloat16'))"
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
                    cases = corpus(operation.name, format_name, "exact", DEFAULT)
                    if not any(differ(examiners, case) for case in cases if "tie_at_kink" in case.hazards):
                        hidden.add((operation.name, format_name, name))

        assert hidden == set()


def examiner(choices: dict[str, object]) -> Examiner:
    """An examiner of the reference under these conventions."""
    return Examiner(PythonObject(Reference(), "reference"), resolve(choices))


def differ(examiners: list[Examiner], case: Case) -> bool:
    """Whether the true value is one thing under one convention and another under the other."""
    one, other = ([str(ball) for array in each.truth(case).arrays for ball in array.reshape(-1)] for each in examiners)
    return one != other


LABELS = ("labels", "unit interval", "labels of the loss")


def labels(case: Case) -> list[float]:
    """The entries of the labels of a case, whatever its loss; those of a squared error are none."""
    network = next((each for each in case.arguments if isinstance(each, Network)), None)
    if network is not None and network.loss == "squared_error":
        return []
    return [number for domain, array in arrays(case) if domain in LABELS for number in numbers(array)]


def spread(case: Case) -> float:
    """The largest difference of two logits of one sample."""
    first = case.arguments[0].astype(np.float64)
    return float(np.max(np.max(first, axis=0) - np.min(first, axis=0)))


def farthest(case: Case) -> float:
    """The largest magnitude among all numbers of a case."""
    return max(map(abs, every_number(case)))


def exponents(number_format: Format) -> float:
    """The logarithm of the largest number."""
    return math.log(float(number_format.largest))


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


def lengths(case: Case) -> list[int]:
    """The lengths of all axes."""
    return [*units(case), *([samples(case) or 0] if samples(case) else [])]


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

    @holds
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


class TestHolds:
    """What the accuracy chapter promises of each regime is true of every case."""

    @holds
    @given(some_cases(("exact", "ordinary", "wide", "extreme", "special")))
    def test_arrays_are_of_the_format(self, case: Case) -> None:
        """Dtype, no empty axis, contiguous; finite everywhere but in ``special``; keywords that the format holds."""
        for _, array in arrays(case):
            assert array.dtype == case.number_format.dtype
            assert array.flags.c_contiguous
            assert 0 not in array.shape
        assert case.regime == "special" or all(map(math.isfinite, every_number(case)))
        for parameter in [*case.keywords.values(), *(each for each in case.arguments if isinstance(each, float))]:
            assert float(np.asarray(parameter).astype(case.number_format.dtype)) == parameter

    @holds
    @given(some_cases(("ordinary",)))
    def test_ordinary_numbers_are_ordinary(self, case: Case) -> None:
        """0 or 2^-6 to 2^3, probabilities 2^-8 to 1 - 2^-8, weights over the root of their inputs."""
        for domain, array in arrays(case):
            magnitudes = [abs(number) for number in numbers(array) if number]
            if domain in ("open unit interval", "probabilities"):
                assert all(2.0**-8 <= number <= 1 - 2.0**-8 for number in numbers(array))
            elif domain not in LABELS and magnitudes:
                root = math.sqrt(max(array.shape)) if array.ndim > 1 else 1
                assert max(magnitudes) <= 8
                assert min(magnitudes) >= (1 - 2.0**-7) * 2.0**-6 / root

    @holds
    @given(some_cases(("wide",)))
    def test_wide_numbers_fit_in_products(self, case: Case) -> None:
        """2^-c to 2^c with c half the smallest exponent, so that a product of two is a normal number."""
        bound = 2.0 ** (-case.number_format.smallest_exponent / 2)
        for domain, array in arrays(case):
            if domain not in LABELS:
                assert all(1 / bound <= abs(number) <= bound for number in numbers(array) if number)

    @holds
    @given(some_cases(("extreme",)))
    def test_no_subnormal_where_zero_is_outside_the_domain(self, case: Case) -> None:
        """A probability that may be flushed to 0 is no probability."""
        for domain, array in arrays(case):
            if domain in ("open unit interval", "probabilities"):
                assert all(case.number_format.smallest_normal <= number <= 1 for number in numbers(array))
                assert domain == "probabilities" or max(numbers(array)) < 1

    @holds
    @given(some_cases(("exact", "ordinary", "wide", "extreme")))
    def test_labels_sum_to_exactly_one(self, case: Case) -> None:
        """Of each sample of a categorical loss, without any rounding."""
        network = next((each for each in case.arguments if isinstance(each, Network)), None)
        for domain, array in arrays(case):
            if domain == "labels" or (
                domain == "labels of the loss" and network is not None and network.loss == "categorical_cross_entropy"
            ):
                for column in array.reshape(array.shape[0], -1).T:
                    assert math.fsum(numbers(column)) == 1
            elif domain == "unit interval":
                assert all(0 <= number <= 1 for number in numbers(array))

    @holds
    @given(some_cases(("exact", "ordinary", "wide", "extreme", "special")))
    def test_networks_are_those_of_chapter_7(self, case: Case) -> None:
        """Layers fit, softmax is last and with its loss, slopes are where they belong, half formats are shallow."""
        for network in (each for each in case.arguments if isinstance(each, Network)):
            inner = [layer.activation for layer in network.layers[:-1]]
            for below, above in zip(network.layers, network.layers[1:], strict=False):
                assert above.weights.shape[1] == below.weights.shape[0] == len(below.bias)
            assert "softmax" not in inner
            last = network.layers[-1].activation
            assert (network.loss == "categorical_cross_entropy") == (last == "softmax")
            assert network.loss != "binary_cross_entropy" or last == "sigmoid"
            assert all((layer.slope is not None) == (layer.activation == "leaky_relu") for layer in network.layers)
            if case.number_format.is_half:
                assert len(network.layers) <= 2
                assert max(units(case)) <= 4


NEVER_POINTS = {
    "softmax": "a form takes the logarithm of the sum",
    "log_softmax": "the logarithm of a number of entries",
    "softmax_jacobian": "softmax",
    "softmax_vjp": "softmax",
    "softmax_batch": "softmax",
    "categorical_cross_entropy": "the logarithm of a probability",
}
"""Operations whose exact cases can be certified for single entries or perfect predictions alone, and why."""


class TestExact:
    """Cases of the regime ``exact`` are exact: the envelope is a point."""

    @pytest.mark.parametrize("format_name", FORMATS)
    def test_nearly_all_of_them_are_certified(self, format_name: str) -> None:
        """At least nine in ten of each operation, where a formula of it can be exact at all."""
        judge = examiner({})
        shares = {}
        for name in (name for name, regime in OFFERED if regime == "exact"):
            cases = [*corpus(name, format_name, "exact", DEFAULT), *drawn(name, format_name, "exact", 12)]
            points = [judge.envelope(case, Level.MUST, exact=True).is_point for case in cases]
            shares[name] = sum(points) / len(points)

        assert {name for name, share in shares.items() if share < 0.9} <= set(NEVER_POINTS)
        assert all(share > 0 for share in shares.values())


def drawn(operation: str, format_name: str, regime: str, count: int) -> list[Case]:
    """So many drawn cases."""
    cases: list[Case] = []

    @seed(1)
    @settings(max_examples=count, phases=(Phase.generate,), suppress_health_check=list(HealthCheck))
    @given(drawn_cases(operation, format_name, regime, DEFAULT))
    def draw(case: Case) -> None:
        cases.append(case)

    draw()
    return cases


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
        """Unless all of it is 0, it was not asked before."""
        for case in corpus(operation, "float64", "ordinary", DEFAULT):
            one, other = encoded_case(case)["arguments"][0], encoded_case(fresh(case))["arguments"][0]
            assert one != other or not any(every_number(case))
            assert shapes(fresh(case)) == shapes(case)


def shapes(case: Case) -> list[tuple[int, ...]]:
    """Of all arrays."""
    return [array.shape for _, array in arrays(case)]
