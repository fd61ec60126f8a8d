"""The verification of the oracle: that it holds, and that it would not if a formula were wrong."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from gradspec.oracle import PROPOSITIONS, activations
from gradspec.oracle.arithmetic import Rounding
from gradspec.oracle.arithmetic.arrays import as_array, entrywise
from gradspec.oracle.propositions import Proposition
from gradspec.oracle.verification.points import combinations, points
from gradspec.oracle.verification.witnesses import WITNESSES
from gradspec.oracle.verify import ENVELOPE, verify
from gradspec.spec import Network, clauses, operations, resolve, shapes
from tests.oracle.wrong_formulas import WRONG, once

if TYPE_CHECKING:
    from collections.abc import Callable

    from gradspec.oracle.arithmetic import Arithmetic, Array

ALL = [*PROPOSITIONS, ENVELOPE]


class TestVerify:
    """Every proposition agrees with its witnesses."""

    @pytest.mark.parametrize("clause", PROPOSITIONS)
    def test_holds(self, clause: str) -> None:
        """At a dozen points, which meet single units, square shapes and every depth of a network."""
        certificate = verify([clause], points=12)

        assert certificate.disagreements == ()
        assert certificate.holds

    @pytest.mark.parametrize("seed", range(2))
    def test_holds_for_envelopes(self, seed: int) -> None:
        """No simulated admissible evaluation leaves its envelope."""
        certificate = verify([ENVELOPE], points=20, seed=seed)

        assert certificate.disagreements == ()
        assert certificate.holds

    def test_holds_at_another_precision(self) -> None:
        """The tolerances follow the bits that are asked for."""
        assert verify(["sigmoid.derivative", "network.gradients"], points=5, bits=120).holds
        assert verify(["sigmoid.derivative", "network.gradients"], points=5, bits=600).holds

    def test_compares_what_the_clauses_promise(self) -> None:
        """The facts of the table are those of the chapters, and every proposition has a witness."""
        stated = {name: clause.witness for name, clause in clauses().items() if name in ALL}

        assert {name: witness.fact for name, witness in WITNESSES.items()} | {ENVELOPE: "simulation"} == stated
        assert WITNESSES.keys() == PROPOSITIONS.keys()

    @pytest.mark.parametrize("clause", PROPOSITIONS)
    def test_uses_the_witness_that_it_names(self, clause: str) -> None:
        """A derivative is taken by dual numbers and by mpmath, a definition is written twice, an equal is computed."""
        (verified,) = verify([clause], points=4).clauses
        expected = {
            "derivative_of": {"the dual derivative", "mpmath's difference quotient"},
            "by": {"the definition written a second time"},
            "equals": {"what it equals"},
        }[verified.witness.split()[0]]

        assert expected <= verified.comparisons.keys()
        assert {"the definition in mpmath", "the definition in mpmath at half the bits"} <= verified.comparisons.keys()

    @pytest.mark.parametrize(
        "clause",
        [
            "relu.derivative",
            "leaky_relu.vjp",
            "heaviside.value",
            "backpropagation.delta",
            "network.gradients",
            "output.weight_jacobian",
        ],
    )
    def test_looks_at_kinks(self, clause: str) -> None:
        """Where a convention decides, its value is compared with the limits beside the kink."""
        (verified,) = verify([clause], points=12).clauses

        assert verified.comparisons["the limits at a kink"] > 0

    def test_compares_each_form_with_each(self) -> None:
        """In balls, two by two; the sum over paths with forward accumulation, for one."""
        (verified,) = verify(["output.bias_jacobian"], points=4).clauses

        assert "form paths in balls, against form forward" in verified.comparisons


class TestCertificate:
    """What was verified, for a report."""

    def test_is_json(self) -> None:
        """And says which version, precision, points and seed it speaks of."""
        certificate = verify(["relu.value", "sigmoid.derivative"], points=2)
        read = json.loads(json.dumps(certificate.as_dict()))

        assert (read["bits"], read["points"], read["seed"], read["holds"]) == (240, 2, 0, True)
        assert [clause["clause"] for clause in read["clauses"]] == ["relu.value", "sigmoid.derivative"]
        assert read["clauses"][1]["witness"] == "derivative_of sigmoid.value"

    def test_is_the_same_every_time(self) -> None:
        """No clock and no machine is in it, and no clause changes the points of another."""
        alone = verify(["softmax.jacobian"], points=3, seed=5)
        together = verify(["network.gradients", "softmax.jacobian"], points=3, seed=5)

        assert alone.as_dict() == verify(["softmax.jacobian"], points=3, seed=5).as_dict()
        assert alone.clauses[0] == together.clauses[1]

    def test_tells_of_progress(self) -> None:
        """Before each clause: its id, how many are done, how many there are."""
        told: list[tuple[str, int, int]] = []
        verify(["relu.value", "tanh.value"], points=1, progress=lambda *each: told.append(each))

        assert told == [("relu.value", 0, 2), ("tanh.value", 1, 2)]

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            ({"clauses": ["sigmod.value"]}, "'sigmod.value' is not a clause that the oracle verifies"),
            ({"bits": 20}, "bits=20: agreement can be asked for to 64 to 900 bits"),
            ({"points": 0}, "points=0: a clause is verified at one point at least"),
        ],
    )
    def test_refuses_what_it_cannot_do(self, arguments: dict[str, Any], message: str) -> None:
        """With the value, the rule, and what may stand there."""
        with pytest.raises(ValueError, match=message):
            verify(**arguments)


class TestPoints:
    """Points are drawn from what operations.toml declares."""

    @pytest.mark.parametrize("name", operations())
    def test_begin_with_single_units_and_squares(self, name: str) -> None:
        """All sizes 1, then all sizes 2, but for axes of a fixed length, or longer than another by one."""
        words = [argument.shape for argument in operations()[name].arguments]
        for size, point in enumerate(points(operations()[name], 2, 0), start=1):
            lengths = {each: size for word in words for each in shapes.names(word)}
            fixed = {shapes.length(axis, lengths) for word in words for axis in shapes.axes(word)}

            assert {length for array in arrays(point.arguments) for length in array.shape} <= {size} | fixed

    @pytest.mark.parametrize("name", ["dense_batch", "backpropagate_delta", "softmax_batch", "network_gradients"])
    def test_go_on_with_sizes_that_differ(self, name: str) -> None:
        """No matrix is square, so that a transposed one has a wrong shape."""
        _, _, *others = points(operations()[name], 20, 0)
        matrices = [array for point in others for array in arrays(point.arguments) if array.ndim == 2]

        assert all(array.shape[0] != array.shape[1] for array in matrices)
        assert any(1 in array.shape for array in matrices)

    def test_cycle_through_the_conventions(self) -> None:
        """Every combination that matters, each as often as the others."""
        operation = operations()["network_cost"]
        seen = [tuple(sorted(point.conventions.items())) for point in points(operation, 32, 0)]

        assert len(combinations(operation)) == 16
        assert len(set(seen)) == 16

    def test_sum_labels_to_one_where_the_convention_says_so(self) -> None:
        """Exactly; where it does not, to anything."""
        for point in points(operations()["softmax_cross_entropy_delta"], 24, 0):
            total = point.arguments[1].sum()
            assert point.conventions["label_sum"] == "any" or total == 1


def arrays(arguments: Any) -> list[Any]:
    """Every array among arguments."""
    if isinstance(arguments, np.ndarray):
        return [arguments]
    if isinstance(arguments, Network):
        return [array for layer in arguments.layers for array in (layer.weights, layer.bias)]
    return [each for part in arguments for each in arrays(part)] if isinstance(arguments, list | tuple) else []


class TestWrongFormulas:
    """A verification that cannot fail says nothing."""

    @pytest.mark.parametrize(("clause", "form", "wrong"), WRONG.values(), ids=WRONG)
    def test_do_not_hold(
        self, clause: str, form: str, wrong: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Whichever form is wrong, and be it in the sixtieth digit or at a single point."""
        monkeypatch.setitem(PROPOSITIONS[clause].forms, form, once(wrong, PROPOSITIONS[clause], form))
        certificate = verify([clause], points=12)

        assert not certificate.holds
        assert certificate.disagreements
        found = certificate.disagreements[0]
        assert found.clause == clause
        assert float(found.difference) > 0
        assert "argument 0" in found.inputs

    def test_are_found_through_what_depends_on_them(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A wrong sigmoid in the forward definition contradicts the derivative, which is right."""

        def squared(arithmetic: Arithmetic, z: Array) -> Array:
            del arithmetic
            return as_array(z * z)

        monkeypatch.setitem(activations.sigmoid.forms, "definition", squared)

        assert not verify(["sigmoid.derivative"], points=3).holds

    def test_include_forms_that_know_nothing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """An enclosure so wide that it holds everything proves nothing."""

        def unknown(arithmetic: Arithmetic, z: Array) -> Array:
            zero = entrywise(lambda number: number - number, z)
            return arithmetic.log(zero) if hasattr(arithmetic, "unresolved") else arithmetic.tanh(z)

        monkeypatch.setitem(activations.tanh.forms, "stable", unknown)

        assert not verify(["tanh.value"], points=3).holds

    def test_include_propositions_without_a_witness(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """What nobody can check does not hold."""
        monkeypatch.setitem(PROPOSITIONS, "new.value", Proposition("new.value"))
        (verified,) = verify(["new.value"], points=1).clauses

        assert not verified.holds
        assert verified.witness == "none"

    @pytest.mark.parametrize("operation", ["sum", "multiply", "exp"])
    def test_include_envelopes_that_are_too_narrow(self, operation: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """A bound forgotten in one operation of the rounding arithmetic is found by simulation."""
        kept = getattr(Rounding, operation)

        def narrower(rules: Rounding, *given: Any) -> Any:
            before = rules._u, rules._ulps
            rules._u, rules._ulps = before[0] / 64, dict.fromkeys(before[1], 0)
            try:
                return kept(rules, *given)
            finally:
                rules._u, rules._ulps = before

        monkeypatch.setattr(Rounding, operation, narrower)

        assert not verify([ENVELOPE], points=10).holds


def test_conventions_of_points_are_complete() -> None:
    """A point has a value for every convention."""
    assert next(iter(points(operations()["relu"], 1, 0))).conventions.keys() == resolve().keys()
