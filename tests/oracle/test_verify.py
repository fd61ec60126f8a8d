"""The verification of the oracle: that it holds, and that it would not if a formula were wrong."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from gradspec.oracle import PROPOSITIONS, activations, layers, losses, networks, tensor_form, training
from gradspec.oracle.arithmetic import Rounding
from gradspec.oracle.arithmetic.arrays import as_array, entrywise
from gradspec.oracle.propositions import Proposition
from gradspec.oracle.verification.points import combinations, points
from gradspec.oracle.verification.witnesses import WITNESSES
from gradspec.oracle.verify import ENVELOPE, verify
from gradspec.spec import Network, clauses, operations, resolve

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

    @pytest.mark.parametrize("seed", range(3))
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
        told = []
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
    def test_have_sizes_of_their_own(self, name: str) -> None:
        """All sizes 1, all sizes 2, and then no two symbols of one size."""
        drawn = list(points(operations()[name], 12, 0))
        shapes = [{each for array in arrays(point.arguments) for each in array.shape} for point in drawn]

        assert shapes[0] <= {1}
        assert shapes[1] <= {2}
        assert (
            any(len(each) > 1 for each in shapes)
            or name.rpartition("_")[2] in {"softmax", "jacobian"}
            or all(len(each) <= 1 for each in shapes)
        )

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


# Wrong formulas. Each takes the place of one form of a clause, and the certificate must not hold.


def relu_derivative_at(arithmetic: Arithmetic, z: Array) -> Array:
    """One at zero, whatever the convention says."""
    return arithmetic.branch(z, 0, 1, 1)


def relu_derivative_of_value(arithmetic: Arithmetic, z: Array) -> Array:
    """The value instead of the derivative."""
    return arithmetic.relu(z)


def leaky_relu_by_maximum(arithmetic: Arithmetic, z: Array, slope: Any) -> Array:
    """The slope above zero too."""
    return as_array(z * slope) + arithmetic.relu(z) * 0


def sigmoid_derivative_plus(arithmetic: Arithmetic, z: Array) -> Array:
    """s (1 + s)."""
    s = activations.sigmoid(arithmetic, z)
    return as_array(s * (1 + s))


def tanh_derivative_linear(arithmetic: Arithmetic, z: Array) -> Array:
    """1 - t, which one of the sources prints."""
    return as_array(1 - activations.tanh(arithmetic, z))


def tanh_off_by_little(arithmetic: Arithmetic, z: Array) -> Array:
    """Wrong in the sixtieth digit."""
    return as_array(arithmetic.tanh(z) + arithmetic.number(2.0**-200))


def softmax_unnormalised(arithmetic: Arithmetic, z: Array) -> Array:
    """One too many in the denominator."""
    e = arithmetic.exp(z)
    return as_array(e / (arithmetic.sum(e) + 1))


def softmax_jacobian_diagonal(arithmetic: Arithmetic, z: Array) -> Array:
    """Without the entries off the diagonal."""
    s = activations.softmax(arithmetic, z)
    return activations.diagonal(as_array(s * (1 - s)))


def softmax_of_rows(arithmetic: Arithmetic, z: Array) -> Array:
    """Along the wrong axis."""
    return np.stack([activations.softmax(arithmetic, row) for row in z])


def squared_error_without_half(arithmetic: Arithmetic, o: Array, y: Array) -> Any:
    """The half is forgotten."""
    return arithmetic.sum((o - y) * (o - y))


def gradient_transposed_sign(arithmetic: Arithmetic, o: Array, y: Array) -> Array:
    """y - o."""
    del arithmetic
    return as_array(y - o)


def binary_gradient_without_zeros(arithmetic: Arithmetic, o: Array, y: Array) -> Array:
    """The second term is forgotten."""
    return as_array(losses.reduced(arithmetic, -(y / o), o.shape[0]))


def softmax_delta_unscaled(arithmetic: Arithmetic, z: Array, y: Array) -> Array:
    """S - y, although the labels do not sum to one."""
    return as_array(activations.softmax(arithmetic, z) - y)


def dense_without_bias(arithmetic: Arithmetic, x: Array, weights: Array, bias: Array) -> Array:
    """W x."""
    del bias
    return arithmetic.matmul(weights, x)


def dense_jacobian_moved(arithmetic: Arithmetic, x: Array, weights: Array, bias: Array) -> Array:
    """Axes of outputs and units swapped with those of inputs, as far as shapes allow."""
    jacobian = layers.dense_jacobian_weights(arithmetic, x, weights, bias)
    return as_array(jacobian[::-1])


def batch_gradients_averaged(arithmetic: Arithmetic, x: Array, weights: Array, bias: Array, delta: Array) -> Any:
    """The mean over samples, where the sum is asked for."""
    dx, dw, db = layers.dense_batch_gradients(arithmetic, x, weights, bias, delta)
    return dx, as_array(dw / x.shape[1]), as_array(db / x.shape[1])


def delta_without_slope(  # noqa: PLR0913 - the arguments of the operation
    arithmetic: Arithmetic, weights: Array, delta: Array, z: Array, activation: str, slope: Any = None
) -> Array:
    """The derivative of the activation is forgotten."""
    del z, activation, slope
    return arithmetic.matmul(weights.T, delta)


def network_gradients_summed(arithmetic: Arithmetic, network: Network, x: Array, y: Array) -> Any:
    """1/N is forgotten."""
    return networks._gradients_by(_never_scaled, arithmetic, network, x, y)


def _never_scaled(arithmetic: Arithmetic, /, network: Network, traces: Any, x: Array, delta: Array) -> Any:
    return networks._gradients_from(arithmetic, network, traces, x, delta, ())


def cost_of_one_layer_less(arithmetic: Arithmetic, network: Network, x: Array) -> Array:
    """The last activation is forgotten."""
    return networks.forward(arithmetic, network, x)[-1].z


def path_without_first_slope(arithmetic: Arithmetic, network: Network, x: Array, layer: int) -> Array:
    """gamma^l is left out, as where an index of the source slips."""
    traces = networks.forward(arithmetic, network, x)
    if layer == len(network.layers):
        return tensor_form.output_jacobian(arithmetic, network, traces)
    jacobians = tensor_form.layer_jacobians(arithmetic, network, traces, layer)
    product = jacobians[0]
    for each in jacobians[1:]:
        product = arithmetic.matmul(product, each)
    return product


def step_uphill(arithmetic: Arithmetic, network: Network, dws: Any, dbs: Any, rate: Any) -> Any:
    """W + rate dW."""
    return training.gradient_descent_step(arithmetic, network, dws, dbs, -rate)


WRONG: dict[str, tuple[str, str, Callable[..., Any]]] = {
    "relu' of its own at zero": ("relu.derivative", "definition", relu_derivative_at),
    "relu for relu'": ("relu.derivative", "definition", relu_derivative_of_value),
    "leaky relu linear": ("leaky_relu.value", "definition", leaky_relu_by_maximum),
    "sigmoid' with a plus": ("sigmoid.derivative", "definition", sigmoid_derivative_plus),
    "stable sigmoid' with a plus": ("sigmoid.derivative", "stable", sigmoid_derivative_plus),
    "tanh' linear": ("tanh.derivative", "factored", tanh_derivative_linear),
    "tanh wrong by 2^-200": ("tanh.value", "stable", tanh_off_by_little),
    "softmax that sums to less": ("softmax.value", "log_sum_exp", softmax_unnormalised),
    "softmax Jacobian diagonal": ("softmax.jacobian", "stable", softmax_jacobian_diagonal),
    "softmax of rows": ("softmax.batch", "definition", softmax_of_rows),
    "squared error without its half": ("squared_error.value", "definition", squared_error_without_half),
    "squared error gradient reversed": ("squared_error.gradient", "definition", gradient_transposed_sign),
    "binary gradient of ones alone": ("binary_cross_entropy.gradient", "stable", binary_gradient_without_zeros),
    "softmax delta without the sum of labels": ("softmax_cross_entropy.delta", "definition", softmax_delta_unscaled),
    "dense without bias": ("dense.value", "definition", dense_without_bias),
    "dense Jacobian reversed": ("dense.jacobian_weights", "definition", dense_jacobian_moved),
    "batch gradients averaged": ("dense.batch_gradients", "definition", batch_gradients_averaged),
    "delta without slope": ("backpropagation.delta", "definition", delta_without_slope),
    "network gradients summed": ("network.gradients", "scaled_last", network_gradients_summed),
    "network without its last activation": ("network.forward", "definition", cost_of_one_layer_less),
    "Jacobian without gamma": ("output.bias_jacobian", "paths", path_without_first_slope),
    "step uphill": ("gradient_descent.step", "definition", step_uphill),
}


class TestWrongFormulas:
    """A verification that cannot fail says nothing."""

    @pytest.mark.parametrize(("clause", "form", "wrong"), WRONG.values(), ids=WRONG)
    def test_do_not_hold(
        self, clause: str, form: str, wrong: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Whichever form is wrong, and be it in the sixtieth digit or at a single point."""
        monkeypatch.setitem(PROPOSITIONS[clause].forms, form, _once(wrong, PROPOSITIONS[clause], form))
        certificate = verify([clause], points=12)

        assert not certificate.holds
        assert certificate.disagreements
        found = certificate.disagreements[0]
        assert found.clause == clause
        assert found.ours != found.theirs
        assert "argument 0" in found.inputs

    def test_are_found_through_what_depends_on_them(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A wrong sigmoid in the forward definition contradicts the derivative, which is right."""
        monkeypatch.setitem(activations.sigmoid.forms, "definition", lambda _, z: as_array(z * z))

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
        monkeypatch.setitem(PROPOSITIONS, "new.value", Proposition("new.value"))  # type: ignore[arg-type]
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


def _once(wrong: Callable[..., Any], right: Proposition, form: str) -> Callable[..., Any]:
    """``wrong``, but where it asks for the proposition itself it gets the form that was right."""
    original = right.forms[form]
    inside = False

    def formula(arithmetic: Arithmetic, /, *arguments: Any, **keywords: Any) -> Any:
        nonlocal inside
        if inside:
            return original(arithmetic, *arguments, **keywords)
        inside = True
        try:
            return wrong(arithmetic, *arguments, **keywords)
        finally:
            inside = False

    return formula


def test_conventions_of_points_are_complete() -> None:
    """A point has a value for every convention."""
    assert next(iter(points(operations()["relu"], 1, 0))).conventions.keys() == resolve().keys()
