"""Chapter 7 for general symbols: the algebraic steps of its proofs at small sizes, by sympy."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest

sympy = pytest.importorskip("sympy", reason="sympy is a witness of its own, and keeps mpmath below 1.4")

Expression = Any
"""A sympy expression; sympy publishes no types."""

Matrix = Any
"""A matrix of them."""

SHAPES = [(2, 2), (2, 3), (1, 2, 1), (2, 3, 2), (2, 1, 2, 2)]
"""Widths n_0, ..., n_L."""

SAMPLES = 2


@cache  # a function of sympy is a class: one for each name
def elementwise(name: str) -> tuple[Any, Any]:
    """A function of one variable, and its derivative, of which nothing is known but the names."""
    derivative = sympy.Function(f"{name}_prime")
    return _differentiable(name, [derivative]), derivative


def _differentiable(name: str, partials: list[Any]) -> Any:
    """A function of as many variables as it has partial derivatives."""

    def fdiff(self: Any, argindex: int = 1) -> Expression:
        return partials[argindex - 1](*self.args)

    return type(name, (sympy.Function,), {"fdiff": fdiff})


def matrix(name: str, rows: int, columns: int) -> Matrix:
    """A matrix of symbols."""
    return sympy.Matrix(rows, columns, lambda row, column: sympy.Symbol(f"{name}_{row}_{column}"))


def gradient(scalar: Expression, variables: Matrix) -> Matrix:
    """The derivative by each variable, in the shape of the variables."""
    return variables.applyfunc(lambda variable: sympy.diff(scalar, variable))


def equal(one: Matrix, other: Matrix) -> bool:
    """Whether two matrices of one shape are identically the same."""
    return one.shape == other.shape and all(sympy.expand(entry) == 0 for entry in one - other)


@dataclass(frozen=True)
class Symbols:
    """A network of symbols at a batch of symbols, with general activations and a general loss."""

    weights: list[Matrix]
    biases: list[Matrix]
    x: Matrix
    z: list[Matrix]
    """The pre-activations of each layer, a column a sample."""
    a: list[Matrix]
    """The input, then the activations of each layer."""
    slopes: list[Matrix]
    """The derivatives of the activations at the pre-activations."""
    losses: list[Expression]
    """One a sample."""
    of_output: Matrix
    """The derivatives of the losses by the outputs, a column a sample."""

    @property
    def depth(self) -> int:
        """The number of layers."""
        return len(self.weights)

    @property
    def cost(self) -> Expression:
        """The mean of the losses."""
        return sum(self.losses) / len(self.losses)


def symbols(widths: tuple[int, ...], samples: int = SAMPLES) -> Symbols:
    """The network of these widths."""
    depth = len(widths) - 1
    weights = [matrix(f"W{layer}", widths[layer], widths[layer - 1]) for layer in range(1, depth + 1)]
    biases = [matrix(f"b{layer}", widths[layer], 1) for layer in range(1, depth + 1)]
    x = matrix("x", widths[0], samples)
    ones = sympy.ones(1, samples)
    z, a, slopes = [], [x], []
    for layer in range(depth):
        function, derivative = elementwise(f"g{layer + 1}")
        z.append(weights[layer] * a[-1] + biases[layer] * ones)
        a.append(z[-1].applyfunc(function))
        slopes.append(z[-1].applyfunc(derivative))
    partials = [[sympy.Function(f"loss{k}_{i}") for i in range(widths[-1])] for k in range(samples)]
    losses = [_differentiable(f"loss{k}", partials[k])(*a[-1][:, k]) for k in range(samples)]
    of_output = sympy.Matrix(widths[-1], samples, lambda i, k: partials[k][i](*a[-1][:, k]))
    return Symbols(weights, biases, x, z, a, slopes, losses, of_output)


def deltas(given: Symbols) -> list[Matrix]:
    """The errors of the losses by the recursion, a column a sample."""
    found = [given.of_output.multiply_elementwise(given.slopes[-1])]
    for layer in range(given.depth - 2, -1, -1):
        found.insert(0, (given.weights[layer + 1].T * found[0]).multiply_elementwise(given.slopes[layer]))
    return found


@pytest.mark.parametrize("widths", SHAPES)
class TestBackpropagation:
    """Clauses of chapter 7, for any differentiable activations and loss."""

    def test_of_one_sample_is_the_four_equations(self, widths: tuple[int, ...]) -> None:
        """Clause ``backpropagation.four_equations``: BP1 to BP4 are the derivatives of the loss."""
        given = symbols(widths, samples=1)
        (loss,) = given.losses

        for layer, delta in enumerate(deltas(given)):
            assert equal(gradient(loss, given.biases[layer]), delta)
            assert equal(gradient(loss, given.weights[layer]), delta * given.a[layer].T)

    def test_on_columns(self, widths: tuple[int, ...]) -> None:
        """Clause ``backpropagation.vectorised``: dW = dZ A^T, db = dZ 1 and dX = W^T dZ of the mean."""
        given = symbols(widths)
        scaled = [delta / SAMPLES for delta in deltas(given)]

        for layer, dz in enumerate(scaled):
            assert equal(gradient(given.cost, given.weights[layer]), dz * given.a[layer].T)
            assert equal(gradient(given.cost, given.biases[layer]), dz * sympy.ones(SAMPLES, 1))
        assert equal(gradient(given.cost, given.x), given.weights[0].T * scaled[0])

    def test_on_rows(self, widths: tuple[int, ...]) -> None:
        """Clause ``backpropagation.rows``: the same matrices from transposed batches."""
        given = symbols(widths)
        inputs = [a.T for a in given.a]
        dz = (given.of_output.T / SAMPLES).multiply_elementwise(given.slopes[-1].T)

        for layer in range(given.depth - 1, -1, -1):
            z = inputs[layer] * given.weights[layer].T + sympy.ones(SAMPLES, 1) * given.biases[layer].T
            assert equal(z, given.z[layer].T)
            assert equal(gradient(given.cost, given.weights[layer]), dz.T * inputs[layer])
            assert equal(gradient(given.cost, given.biases[layer]), (sympy.ones(1, SAMPLES) * dz).T)
            if layer:
                dz = (dz * given.weights[layer]).multiply_elementwise(given.slopes[layer - 1].T)

    def test_by_layer_jacobians(self, widths: tuple[int, ...]) -> None:
        """Clause ``backpropagation.jacobian_chain``: the product of Jacobians with I (x) a^T at its end."""
        given = symbols(widths, samples=1)
        (loss,) = given.losses
        local = [sympy.diag(*slopes) for slopes in given.slopes]

        for layer in range(given.depth):
            row = given.of_output.T
            for after in range(given.depth - 1, layer, -1):
                row = row * local[after] * given.weights[after]
            of_bias = row * local[layer]
            of_weights = of_bias * sympy.kronecker_product(sympy.eye(widths[layer + 1]), given.a[layer].T)
            assert equal(gradient(loss, given.biases[layer]), of_bias.T)
            assert equal(gradient(loss, given.weights[layer]), of_weights.reshape(widths[layer + 1], widths[layer]))

    def test_from_upstream_gradients(self, widths: tuple[int, ...]) -> None:
        """Clauses ``upstream.gradient``, ``upstream.parameter_gradients``: sums over units, then over samples."""
        given = symbols(widths)
        total = sum(given.losses)
        upstream = {given.depth: given.of_output.multiply_elementwise(given.slopes[-1])}
        for layer in range(given.depth - 1, 0, -1):
            through = upstream[layer + 1]
            if layer + 1 < given.depth:
                through = through.multiply_elementwise(given.slopes[layer])
            upstream[layer] = sympy.Matrix(
                widths[layer],
                SAMPLES,
                lambda j, k, of=through, by=given.weights[layer]: sum(
                    of[unit, k] * by[unit, j] for unit in range(of.rows)
                ),
            )

        for layer in range(1, given.depth + 1):
            factors = upstream[layer]
            if layer < given.depth:
                factors = factors.multiply_elementwise(given.slopes[layer - 1])
            for unit in range(widths[layer]):
                row = sum(
                    (factors[unit, k] * given.a[layer - 1][:, k].T for k in range(SAMPLES)),
                    sympy.zeros(1, widths[layer - 1]),
                )
                assert equal(gradient(total, given.weights[layer - 1][unit, :]), row)
                assert sympy.expand(sympy.diff(total, given.biases[layer - 1][unit]) - sum(factors[unit, :])) == 0

    def test_of_an_upstream_gradient_of_the_output(self, widths: tuple[int, ...]) -> None:
        """Clause ``network.vjp``: the gradients of u . a^L."""
        given = symbols(widths, samples=1)
        upstream = matrix("u", widths[-1], 1)
        output = (upstream.T * given.a[-1])[0]
        found = [upstream.multiply_elementwise(given.slopes[-1])]
        for layer in range(given.depth - 2, -1, -1):
            found.insert(0, (given.weights[layer + 1].T * found[0]).multiply_elementwise(given.slopes[layer]))

        for layer, delta in enumerate(found):
            assert equal(gradient(output, given.biases[layer]), delta)
            assert equal(gradient(output, given.weights[layer]), delta * given.a[layer].T)
        assert equal(gradient(output, given.x), given.weights[0].T * found[0])


@pytest.mark.parametrize("widths", SHAPES)
class TestError:
    """Clauses ``backpropagation.error`` and ``network.deltas``: the derivative along a shift of the pre-activations."""

    def test_is_the_derivative_along_a_shift(self, widths: tuple[int, ...]) -> None:
        """Moved by S, the cost has the gradient D at S = 0, and D is Delta / N."""
        for layer in range(len(widths) - 1):
            shift = matrix("S", widths[layer + 1], SAMPLES)
            given = symbols(widths)
            functions = [elementwise(f"g{number + 1}")[0] for number in range(given.depth)]
            a = given.x
            for number in range(given.depth):
                z = given.weights[number] * a + given.biases[number] * sympy.ones(1, SAMPLES)
                a = (z + shift if number == layer else z).applyfunc(functions[number])
            moved = sum(loss.func(*a[:, k]) for k, loss in enumerate(given.losses)) / SAMPLES
            at_rest = gradient(moved, shift).subs(dict.fromkeys(shift, 0))

            assert equal(at_rest, deltas(given)[layer] / SAMPLES)


class TestOutputLayer:
    """Clause ``backpropagation.four_equations``: BP1 at an output whose entries depend on all logits."""

    @pytest.mark.parametrize("size", [1, 2, 3])
    def test_is_the_transposed_jacobian_times_the_gradient(self, size: int) -> None:
        """The sum over i of the derivative by a_i times that of a_i by z_j, for any activation of a vector."""
        z = matrix("z", size, 1)
        jacobian = [[sympy.Function(f"s{i}_{j}") for j in range(size)] for i in range(size)]
        outputs = [_differentiable(f"s{i}", jacobian[i])(*z) for i in range(size)]
        partials = [sympy.Function(f"loss_{i}") for i in range(size)]
        loss = _differentiable("loss", partials)(*outputs)
        full = sympy.Matrix(size, size, lambda i, j: jacobian[i][j](*z))

        assert equal(gradient(loss, z), full.T * sympy.Matrix([partial(*outputs) for partial in partials]))

    @pytest.mark.parametrize("size", [2, 3])
    def test_of_a_softmax_is_not_the_diagonal_one(self, size: int) -> None:
        """J^T (-y / s) is (sum y) s - y, and diag(s (1 - s)) (-y / s) is not."""
        z, y = matrix("z", size, 1), matrix("y", size, 1)
        s = z.applyfunc(sympy.exp) / sum(z.applyfunc(sympy.exp))
        jacobian = s.jacobian(z)
        of_output = sympy.Matrix([-label / own for label, own in zip(y, s, strict=True)])
        delta = (sum(y) * s - y).applyfunc(sympy.simplify)
        diagonal = sympy.Matrix([(own - own**2) * each for own, each in zip(s, of_output, strict=True)])

        assert (jacobian.T * of_output - delta).applyfunc(sympy.simplify) == sympy.zeros(size, 1)
        assert (diagonal - delta).applyfunc(sympy.simplify) != sympy.zeros(size, 1)


class TestListings:
    """Clauses ``listing.relu_layer_forward`` and ``listing.relu_layer_backward``, for any activation."""

    def test_backward_is_the_gradient_of_what_the_next_layer_sees(self) -> None:
        """dA, dZ, dW and db are the derivatives of the sum of dZ_next * (W_next g(W A_prev + b 1^T))."""
        function, derivative = elementwise("g")
        weights, bias, a_prev = matrix("W", 2, 3), matrix("b", 2, 1), matrix("A", 3, SAMPLES)
        weights_next, dz_next = matrix("V", 3, 2), matrix("D", 3, SAMPLES)
        z = weights * a_prev + bias * sympy.ones(1, SAMPLES)
        seen = sum(dz_next.multiply_elementwise(weights_next * z.applyfunc(function)))
        da = weights_next.T * dz_next
        dz = z.applyfunc(derivative).multiply_elementwise(da)

        assert equal(gradient(seen, weights), dz * a_prev.T)
        assert equal(gradient(seen, bias), dz * sympy.ones(SAMPLES, 1))
