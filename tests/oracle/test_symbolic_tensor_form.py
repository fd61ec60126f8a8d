"""
Chapter 8 for general symbols: SymPy differentiates the output, and every form of the oracle gives the same expression.

The formulas of the oracle run on symbols, in an arithmetic of expressions. In it the activations called sigmoid and
tanh are general functions g and h with the derivatives G and H, about which nothing is known; of the exponential it is
known that it is its own derivative.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from gradspec.oracle import PROPOSITIONS
from gradspec.oracle.arguments import leaves
from gradspec.oracle.arithmetic.arrays import as_array, entrywise
from gradspec.oracle.propositions import DEFINITION
from gradspec.spec import Layer, Network, resolve
from tests.oracle.evaluating import forms

if TYPE_CHECKING:
    from gradspec.oracle.arithmetic import Array

sympy = pytest.importorskip("sympy", reason="sympy is a witness of its own, and keeps mpmath below 1.4")


def general(name: str, derivative: str) -> Any:
    """A function called ``name`` whose derivative is a function called ``derivative``."""
    made: dict[str, Any] = {}
    rule = {"fdiff": lambda self, _=1: made.get(derivative, sympy.Function(derivative))(self.args[0])}
    made[name] = type(name, (sympy.Function,), rule)
    return made[name]


GENERAL = {
    "sigmoid.value": general("g", "G"),
    "sigmoid.derivative": sympy.Function("G"),
    "tanh.value": general("h", "H"),
    "tanh.derivative": sympy.Function("H"),
}
"""The functions that stand for activations and their derivatives, by clause."""

EXPONENTIAL = general("e", "e")
"""Stands for exp."""


class Symbolic:
    """An arithmetic whose numbers are expressions of SymPy, as far as this chapter asks."""

    conventions = resolve({})

    def choose(self, listed: dict[str, Any], arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
        """A general function for an activation, else the definition."""
        for clause, function in GENERAL.items():
            if listed is PROPOSITIONS[clause].forms:
                return entrywise(function, *arguments)
        return listed[DEFINITION](self, *arguments, **keywords)

    def exp(self, x: Array) -> Array:
        """Exponential of every entry."""
        return entrywise(EXPONENTIAL, x)

    def sum(self, terms: Array, over: tuple[int, ...] = ()) -> Any:
        """Sum of all entries."""
        assert over == ()
        return sum(as_array(terms).reshape(-1))

    def matmul(self, a: Array, b: Array, over: tuple[int, ...] = ()) -> Array:
        """Matrix product."""
        assert over == ()
        return as_array(a @ b)

    def affine(self, weights: Array, x: Array, bias: Array) -> Array:
        """W x + b."""
        return as_array(weights @ x + bias)


def symbols(letter: str, *shape: int) -> Array:
    """An array of symbols."""
    return entrywise(
        lambda *place: sympy.Symbol(letter + "_" + "".join(map(str, place)), real=True), *np.indices(shape)
    )


def general_network(*widths: int, last: str) -> Network:
    """Layers of these widths with symbols for parameters; hidden activations are g and h in turn."""
    names = [("sigmoid", "tanh")[index % 2] for index in range(len(widths) - 2)] + [last]
    layers = [
        Layer(symbols(f"w{number}", *shape), symbols(f"b{number}", shape[0]), name, None)
        for number, (shape, name) in enumerate(zip(zip(widths[1:], widths, strict=False), names, strict=True), start=1)
    ]
    return Network(tuple(layers), "categorical_cross_entropy" if last == "softmax" else "squared_error")


NETWORKS = {
    "one layer": general_network(2, 2, last="sigmoid"),
    "two layers": general_network(1, 2, 2, last="tanh"),
    "three layers": general_network(1, 2, 2, 2, last="sigmoid"),
    "a softmax": general_network(2, 2, last="softmax"),
    "a softmax after a layer": general_network(1, 2, 2, last="softmax"),
    "a softmax after two layers": general_network(1, 1, 2, 2, last="softmax"),
}
LAYERS = [(name, layer + 1) for name, network in NETWORKS.items() for layer in range(len(network.layers))]
ELEMENTWISE = [(name, layer) for name, layer in LAYERS if "softmax" not in name]

NAMES = ("jacobian", "nested_sum", "path_sum", "full_jacobians", "backpropagated")


def answer(clause: str, form: str, network: Network, *more: Any) -> list[Array]:
    """The arrays of the answer at general inputs."""
    x = symbols("x", network.layers[0].weights.shape[1])
    return leaves(PROPOSITIONS[clause].forms[form](Symbolic(), network, x, *more))  # type: ignore[arg-type]


def output(network: Network) -> Array:
    """``a^L``, by ``network.forward``."""
    return answer("network.forward", DEFINITION, network)[0]


def jacobian(values: Array, variables: Array) -> Array:
    """Every derivative of every value, by SymPy."""
    pairs = np.indices((values.size, variables.size))
    flat = entrywise(lambda i, j: sympy.diff(values.reshape(-1)[i], variables.reshape(-1)[j]), *pairs)
    return flat.reshape(*values.shape, *variables.shape)


def same(left: Array, right: Array) -> bool:
    """Whether the differences vanish identically, as rational functions of the symbols and of values of functions."""
    differences = [sympy.numer(sympy.together(each)) for each in (left - right).reshape(-1)]
    return left.shape == right.shape and all(sympy.expand(each) == 0 for each in differences)


class TestFactors:
    """Gamma, G, G~ and D are derivatives of a layer."""

    @pytest.mark.parametrize(("name", "layer"), ELEMENTWISE)
    def test_gamma(self, name: str, layer: int) -> None:
        """Clause ``gamma.value``: the derivative of a^l_i with respect to b^l_i, in the columns of G and rows of G~."""
        network = NETWORKS[name]
        until = Network(network.layers[:layer], network.loss)
        gamma = answer("gamma.value", DEFINITION, network, layer)[0]
        of_bias = jacobian(output(until), network.layers[layer - 1].bias)

        assert same(np.diag(gamma), of_bias)
        assert same(np.diag(np.diag(of_bias)), of_bias)
        columns = answer("gamma.columns", DEFINITION, network, layer)[0]
        assert columns.shape == network.layers[layer - 1].weights.shape
        assert all(same(column, gamma) for column in columns.T)
        if layer < len(network.layers):
            rows = answer("gamma.rows", DEFINITION, network, layer)[0]
            assert rows.shape == network.layers[layer].weights.shape
            assert all(same(row, gamma) for row in rows)

    @pytest.mark.parametrize(("name", "layer"), LAYERS)
    @pytest.mark.parametrize(("clause", "form"), forms("layer.jacobian"))
    def test_jacobian(self, clause: str, form: str, name: str, layer: int) -> None:
        """Clause ``layer.jacobian``: the product over all layers is the derivative of the output by the input."""
        network = NETWORKS[name]
        until = Network(network.layers[:layer], network.loss)
        product = answer(clause, form, network, layer)[0]
        for below in range(layer - 1, 0, -1):
            product = product @ answer(clause, form, network, below)[0]

        assert same(product, jacobian(output(until), symbols("x", network.layers[0].weights.shape[1])))


class TestOutput:
    """Every form of every clause is the derivative of the output."""

    @pytest.mark.parametrize(("name", "layer"), LAYERS)
    @pytest.mark.parametrize(("clause", "form"), forms(*(f"output.weight_{name}" for name in NAMES)))
    def test_by_the_weights(self, clause: str, form: str, name: str, layer: int) -> None:
        """Clause ``output.weight_jacobian`` and those that state it in other ways."""
        network = NETWORKS[name]

        expected = jacobian(output(network), network.layers[layer - 1].weights)

        assert same(answer(clause, form, network, layer)[0], expected)

    @pytest.mark.parametrize(("name", "layer"), LAYERS)
    @pytest.mark.parametrize(("clause", "form"), forms(*(f"output.bias_{name}" for name in NAMES)))
    def test_by_the_bias(self, clause: str, form: str, name: str, layer: int) -> None:
        """Clause ``output.bias_jacobian`` and those that state it in other ways."""
        network = NETWORKS[name]

        expected = jacobian(output(network), network.layers[layer - 1].bias)

        assert same(answer(clause, form, network, layer)[0], expected)

    @pytest.mark.parametrize("name", NETWORKS)
    def test_aggregated(self, name: str) -> None:
        """Clause ``output.aggregation``: the gradients of u . a^L."""
        network = NETWORKS[name]
        upstream = symbols("u", network.layers[-1].bias.shape[0])
        total = as_array(upstream @ output(network))
        inputs = symbols("x", network.layers[0].weights.shape[1])
        variables = [
            inputs,
            *(layer.weights for layer in network.layers),
            *(layer.bias for layer in network.layers),
        ]

        arrays = answer("output.aggregation", DEFINITION, network, upstream)

        assert all(same(got, jacobian(total, of)) for got, of in zip(arrays, variables, strict=True))
