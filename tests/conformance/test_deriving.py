"""Operations that follow from offered ones: derived by calls alone, admissible, and as wrong as what they come from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from gradspec.conformance import Request, run
from gradspec.conformance.adapters.derivations import DERIVATIONS
from gradspec.conformance.adapters.deriving import Deriving, deriving
from gradspec.conformance.adapters.python_object import PythonObject
from gradspec.conformance.adapters.reference import Reference
from gradspec.conformance.asking import ask
from gradspec.conformance.case import Case
from gradspec.conformance.checks.examiner import Examiner
from gradspec.conformance.checks.finding import Kind
from gradspec.conformance.detecting.telling import telling_cases
from gradspec.conformance.outcome import Raised, Unsupported, Value
from gradspec.conformance.verdict import Level
from gradspec.spec.conventions import resolve
from gradspec.spec.operations import operations

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from gradspec.conformance.checks.memory import Memory
    from gradspec.spec.conventions import Conventions

ACTIVATIONS = ("relu", "leaky_relu", "sigmoid", "tanh")

BASES = (
    *ACTIVATIONS,
    *(f"{name}_vjp" for name in ACTIVATIONS),
    "heaviside",
    "softmax",
    "softmax_vjp",
    "squared_error",
    "squared_error_gradient",
    "binary_cross_entropy_gradient",
    "categorical_cross_entropy_gradient",
    "sigmoid_cross_entropy",
    "sigmoid_cross_entropy_delta",
    "softmax_cross_entropy",
    "softmax_cross_entropy_delta",
    "dense_batch",
    "dense_batch_gradients",
)
"""What a small library of layers has, and from which all else here is derived."""

CHOICES: tuple[Mapping[str, str], ...] = (
    {"intermediates": "format"},
    {
        "layout": "rows",
        "weight_layout": "in_out",
        "relu_at_zero": "0.5",
        "leaky_relu_at_zero": "mean",
        "squared_error": "full",
        "cost": "sum",
        "entry_reduction": "mean",
        "label_sum": "any",
        "intermediates": "format",
    },
)
"""The default conventions, and others for each; intermediates are rounded to the format."""


class Part:
    """A target that offers some operations of the reference, and others as they are given."""

    name = "part"

    def __init__(self, choices: Mapping[str, str], names: Iterable[str], **others: Callable[..., Any]) -> None:
        right = Reference(choices)
        self.conventions, self.formats = right.conventions, right.formats
        for name in names:
            setattr(self, name, getattr(right, name))
        for name, function in others.items():
            setattr(self, name, function)


class Derived:
    """What another target derives, and nothing that it offers itself."""

    environment: Mapping[str, str] = {}

    def __init__(self, whole: Deriving) -> None:
        self._whole = whole
        self.name, self.version, self.formats, self.conventions = "derived", "", whole.formats, whole.conventions

    def offers(self, operation: str) -> bool:
        """Whether it is derived."""
        return operation in self._whole.derived

    def call(self, operation: str, arguments: list[Any], keywords: dict[str, float], format_name: str) -> Any:
        """The answer."""
        return self._whole.call(operation, arguments, keywords, format_name)

    def close(self) -> None:
        """Nothing is held."""


def of_part(choices: Mapping[str, str], names: Iterable[str], **others: Callable[..., Any]) -> Deriving:
    """A part of the reference, with what follows from it."""
    return deriving(PythonObject(Part(choices, names, **others), "part"), settled(choices))


def settled(choices: Mapping[str, str]) -> Conventions:
    """The conventions of a run of the reference under ``choices``."""
    return resolve(declared=Reference(choices).conventions)


def findings(target: Deriving, operation: str, format_name: str, conventions: Conventions) -> list[Kind]:
    """How the answers to all telling cases of an operation lie to the envelope of MUST, and to that of SHOULD."""
    examiner = Examiner(target, conventions)
    examinations = [examiner.value(case) for case in telling_cases(operation, format_name)]
    return [each.findings[level].kind for each in examinations for level in (Level.MUST, Level.SHOULD)]


class TestDerivations:
    """Every derivation has a proof and is right."""

    def test_each_has_a_proof_and_leads_to_another_operation(self) -> None:
        """Each names operations of the table, and its docstring has a second paragraph: the proof."""
        for each in DERIVATIONS:
            function = getattr(each.function, "func", each.function)

            assert {each.operation, *each.mentions} <= set(operations()), each.operation
            assert each.operation not in each.mentions
            assert len(str(function.__doc__).split("\n\n")) > 1, "what it is, and why that is admissible"

    def test_a_small_library_implies_half_of_the_table(self) -> None:
        """From 25 operations of layers 58 others follow, networks among them."""
        derived = of_part({}, BASES).derived

        assert {"network_gradients", "network_cost", "output_weight_jacobian", "softmax_jacobian"} <= derived.keys()
        assert not derived.keys() & set(BASES)
        assert len(derived) > len(BASES) * 2

    @pytest.mark.parametrize(
        ("format_name", "choices"),
        [("float64", CHOICES[0]), ("float32", CHOICES[1]), ("float16", CHOICES[1]), ("bfloat16", CHOICES[0])],
        ids=["float64", "float32-others", "float16-others", "bfloat16"],
    )
    def test_derived_from_right_operations_each_keeps_its_clause(
        self, format_name: str, choices: Mapping[str, str]
    ) -> None:
        """In all formats and layouts, at every telling case, kinks included; in SHOULD too."""
        target = of_part(choices, BASES)

        found = {name: findings(target, name, format_name, settled(choices)) for name in target.derived}

        assert {name for name, kinds in found.items() if Kind.OUTSIDE in kinds or Kind.ERROR in kinds} == set()
        assert all(Kind.INSIDE in kinds for kinds in found.values())

    @pytest.mark.parametrize("each", DERIVATIONS, ids=lambda each: f"{each.operation}-{'-'.join(each.needs)}")
    def test_each_alone_is_right(self, each: Any) -> None:
        """From nothing but what it mentions."""
        choices = {"layout": "rows", "intermediates": "format"}
        names = [name for name in each.mentions if name != each.operation]
        target = of_part(choices, names)

        kinds = findings(target, each.operation, "float64", settled(choices))

        assert set(kinds) <= {Kind.INSIDE, Kind.OPEN, Kind.UNSUPPORTED}
        assert Kind.INSIDE in kinds

    @pytest.mark.parametrize("format_name", ["float32", "bfloat16"])
    def test_a_run_finds_what_is_derived_conformant(self, format_name: str, memory: Memory) -> None:
        """In every regime, those of saturation, overflow and special values included."""
        choices = CHOICES[0]
        names = (*BASES[:8], "softmax_vjp", "dense_batch_gradients")
        clauses = ("sigmoid.derivative", "softmax.jacobian", "dense.jacobian_x", "backpropagation.delta")

        report = run(
            Derived(of_part(choices, names)),
            Request(formats=(format_name,), clauses=clauses, effort="quick", diagnose=False),
            memory=memory,
        )

        assert report.document["verdict"] == "conformant"
        assert report.document["class"] == "Strict"


class TestFaults:
    """A fault of an operation shows in what is derived from it, and is blamed on it."""

    @pytest.mark.parametrize(
        ("operation", "wrong", "shows"),
        [
            ("dense_batch_gradients", lambda X, W, _, D: (W.T @ D, D @ X.T, D[:, 0]), "network_gradients"),
            ("dense_batch_gradients", lambda X, W, _, D: (W.T @ D, 2 * D @ X.T, D.sum(1)), "dense_jacobian_weights"),
            ("softmax_vjp", lambda z, u: np.exp(z) / np.exp(z).sum() * u, "softmax_jacobian"),
            ("tanh_vjp", lambda z, u: u * (1 - np.tanh(z)), "network_deltas"),
            ("tanh_vjp", lambda z, u: u * (1 - np.tanh(z)), "activation_jacobian"),
            ("relu_vjp", lambda z, u: u * (z >= 0), "relu_derivative"),
        ],
    )
    def test_it_is_found_through_what_is_derived(self, operation: str, wrong: Callable[..., Any], shows: str) -> None:
        """The derived operation fails its own clause."""
        target = of_part({}, [name for name in BASES if name != operation], **{operation: wrong})

        assert operation in target.derived[shows]
        assert Kind.OUTSIDE in findings(target, shows, "float64", settled({}))

    def test_an_answer_of_the_wrong_shape_is_blamed_on_who_gave_it(self) -> None:
        """The reason names the operation that was called."""
        target = of_part({}, ["dense"], dense_batch_gradients=lambda X, W, _, D: (X, W, D))
        case = telling_cases("dense_gradients", "float64")[0]

        outcome = ask(target, case, settled({}))

        assert isinstance(outcome, Raised)
        assert "dense_batch_gradients, from which it is derived: db has shape" in outcome.reason


class TestLimits:
    """Nothing is derived where the proof does not hold."""

    def test_what_is_offered_is_not_derived(self) -> None:
        """The target's own function answers."""
        target = of_part({}, ["dense_batch"], dense=lambda x, *_: x)

        assert "dense" not in target.derived
        assert target.call("dense", ["as it is", None, None], {}, "float64") == "as it is"

    def test_the_sources_are_what_is_offered(self) -> None:
        """Through as many steps as it takes."""
        derived = of_part({}, ["dense_batch_gradients", "relu_vjp"]).derived

        assert derived["dense_gradients"] == ("dense_batch_gradients",)
        assert derived["dense_jacobian_x"] == ("dense_batch_gradients",)
        assert derived["backpropagate_delta"] == ("relu_vjp", "dense_batch_gradients")

    @pytest.mark.parametrize(("format_name", "is_supported"), [("float64", True), ("float16", False)])
    def test_a_promise_of_float32_leaves_no_room_for_roundings_between(
        self, format_name: str, *, is_supported: bool
    ) -> None:
        """With ``intermediates = float32`` half formats are rounded once, so steps are unsupported there."""
        target = of_part({"intermediates": "float32"}, ["dense", "tanh"])
        case = next(each for each in telling_cases("layer", format_name) if each.arguments[3] == "tanh")

        outcome = ask(target, case, settled({"intermediates": "float32"}))

        assert isinstance(outcome, Value if is_supported else Unsupported)

    def test_products_of_rounded_inputs_imply_nothing(self) -> None:
        """A Jacobian that is the weights themselves would be rounded weights."""
        choices = {"matmul_inputs": "tf32"}
        subject = PythonObject(Part({}, ["dense_gradients", "softmax_vjp"]), "part")

        derived = deriving(subject, resolve(choices)).derived

        assert "dense_jacobian_x" not in derived
        assert derived["softmax_jacobian"] == ("softmax_vjp",)

    @pytest.mark.parametrize("number", [np.nan, np.inf])
    def test_unit_vectors_are_not_used_where_numbers_are_not_finite(self, number: float) -> None:
        """0 times a NaN is no exact zero."""
        target = of_part({}, ["softmax_vjp"])
        case = Case("softmax_jacobian", "float64", "special", (np.array([1.0, number]),))

        assert isinstance(ask(target, case, settled({})), Unsupported)

    def test_a_case_that_needs_what_is_missing_is_unsupported(self) -> None:
        """A layer of an activation that is not offered; the identity needs none."""
        target = of_part({}, ["dense", "relu"])
        cases = {each.arguments[3]: each for each in telling_cases("layer", "float64")}

        assert isinstance(ask(target, cases["tanh"], settled({})), Unsupported)
        assert isinstance(ask(target, cases["identity"], settled({})), Value)

    def test_a_listing_with_a_mean_follows_from_a_mean_only(self) -> None:
        """Park's code 4 takes the mean whatever the conventions."""
        assert "classifier_backward" in of_part({"cost": "mean"}, ["network_gradients"]).derived
        assert "classifier_backward" not in of_part({"cost": "sum"}, ["network_gradients"]).derived

    def test_an_end_of_the_process_is_told_as_one(self) -> None:
        """Of the target's own operations and through what is derived from them."""
        ended = Raised("the target ended", is_fatal=True)
        subject = PythonObject(Part({}, ["dense_batch"]), "part")
        subject.outcomes = lambda cases, _: [ended for _ in cases]  # type: ignore[attr-defined]
        target = deriving(subject, settled({}))

        for operation in ("dense_batch", "dense"):
            outcome = ask(target, telling_cases(operation, "float64")[0], settled({}))
            assert isinstance(outcome, Raised)
            assert outcome.is_fatal

    @pytest.mark.parametrize("operation", ["dense_gradients", "network_trace", "neuron"])
    def test_calls_and_cases_are_answered_alike(self, operation: str) -> None:
        """In the layout of the target, or in that of the suite."""
        choices = {"layout": "rows", "weight_layout": "in_out"}
        target = of_part(choices, BASES)
        case = telling_cases(operation, "float64")[0]
        asked = ask(target, case, settled(choices))
        called = ask(Derived(target), case, settled(choices))

        assert isinstance(asked, Value)
        assert isinstance(called, Value)
        assert [part.tobytes() for part in asked.arrays] == [part.tobytes() for part in called.arrays]
        assert not asked.has_changed()

    def test_it_is_called_what_the_target_is_called(self) -> None:
        """Name, formats and declarations are those of the target, and closing it closes the target."""
        closed = []
        subject = PythonObject(Part({}, ["dense"]), "part")
        subject.close = lambda: closed.append(True)  # type: ignore[method-assign]
        target = deriving(subject, settled({}))

        target.close()

        assert (target.name, target.formats, target.conventions) == ("part", subject.formats, subject.conventions)
        assert closed == [True]
