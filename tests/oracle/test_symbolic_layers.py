"""Chapter 6 for general symbols: the algebraic steps of its proofs at small sizes, by sympy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Sequence

sympy = pytest.importorskip("sympy", reason="sympy is a witness of its own, and keeps mpmath below 1.4")

Expression = Any
"""A sympy expression; sympy publishes no types."""

Matrix = Any
"""A matrix of them."""

SIZES = [1, 2, 3]

t = sympy.Symbol("t", real=True)

SMOOTH = {
    "general": sympy.Function("g")(t),
    "identity": t,
    "sigmoid": 1 / (1 + sympy.exp(-t)),
    "tanh": sympy.tanh(t),
}
"""Activations as expressions in t, one of them any differentiable function at all."""

SIDES = {"active": t, "inactive": sympy.Integer(0)}
"""What a relu is on either side of its kink."""

ACTIVATIONS = pytest.mark.parametrize("activation", SMOOTH)


def vector(name: str, size: int) -> Matrix:
    """A column of symbols."""
    return sympy.Matrix([sympy.Symbol(f"{name}{index}", real=True) for index in range(1, size + 1)])


def matrix(name: str, rows: int, columns: int) -> Matrix:
    """A matrix of symbols."""
    return sympy.Matrix(rows, columns, lambda row, column: sympy.Symbol(f"{name}{row + 1}{column + 1}", real=True))


def at(activation: Expression, z: Expression) -> Expression:
    """The activation of a pre-activation."""
    return activation.subs(t, z)


def slope(activation: Expression, z: Expression) -> Expression:
    """Its derivative there."""
    return sympy.diff(activation, t).subs(t, z).doit()


def gradient(scalar: Expression, variables: Matrix) -> Matrix:
    """The derivative by each variable, in the shape of the variables."""
    return variables.applyfunc(lambda variable: sympy.diff(scalar, variable).doit())


def vanishes(difference: Any) -> bool:
    """Whether an expression, or every entry of a matrix of them, is identically 0."""
    entries = difference if isinstance(difference, sympy.MatrixBase) else [difference]
    return all(sympy.expand(entry) == 0 or sympy.simplify(entry) == 0 for entry in entries)


class TestLinearModel:
    """Clause ``linear_model.value``: with x_0 = 1 the sum over n + 1 products is w . x + b."""

    @pytest.mark.parametrize("size", SIZES)
    def test_has_the_bias_for_its_first_weight(self, size: int) -> None:
        """The bias is the weight of index 0."""
        w, x, b = vector("w", size), vector("x", size), sympy.Symbol("b")
        extended = sympy.Matrix([b, *w]).dot(sympy.Matrix([1, *x]))

        assert vanishes(extended - (w.dot(x) + b))


class TestPerceptron:
    """Clauses ``perceptron.value`` and ``perceptron.separable``."""

    @pytest.mark.parametrize("size", SIZES)
    def test_compares_with_zero_as_with_the_threshold(self, size: int) -> None:
        """The sum less the threshold is one sum with the weights b and threshold of inputs 1 and -1."""
        w, x, b, threshold = vector("w", size), vector("x", size), sympy.Symbol("b"), sympy.Symbol("threshold")
        folded = sympy.Matrix([*w, b, threshold]).dot(sympy.Matrix([*x, 1, -1]))

        assert vanishes(folded - (w.dot(x) + b - threshold))

    def test_sums_over_the_classes_of_exclusive_or_are_equal(self) -> None:
        """An affine function has one sum over (0, 1), (1, 0) and over (0, 0), (1, 1): it cannot separate them."""
        w, b = vector("w", 2), sympy.Symbol("b")

        def affine(*corner: int) -> Expression:
            return w.dot(sympy.Matrix(corner)) + b

        assert vanishes(affine(0, 1) + affine(1, 0) - affine(0, 0) - affine(1, 1))

    def test_middle_of_the_gap_separates(self) -> None:
        """With c = b - (p + q)/2 the least sum p of a class and the greatest q of the other are half the gap from 0."""
        p, q, b = sympy.symbols("p q b")
        moved = b - (p + q) / 2 - b

        assert vanishes(p + moved - (p - q) / 2)
        assert vanishes(q + moved + (p - q) / 2)


@pytest.mark.parametrize("size", SIZES)
class TestNeuron:
    """Clauses ``neuron.value``, ``neuron.gradients``, ``neuron.chain`` and ``neuron.bias``."""

    def test_is_a_sum_of_products(self, size: int) -> None:
        """w^T x, x^T w and the sum of the entries of w * x are one number."""
        w, x = vector("w", size), vector("x", size)
        products = w.multiply_elementwise(x)

        assert vanishes((w.T * x)[0] - (x.T * w)[0])
        assert vanishes((w.T * x)[0] - sum(products))

    @ACTIVATIONS
    def test_has_its_gradients(self, size: int, activation: str) -> None:
        """g'(z) x and g'(z)."""
        w, x, b = vector("w", size), vector("x", size), sympy.Symbol("b", real=True)
        z, g = w.dot(x) + b, SMOOTH[activation]

        assert vanishes(gradient(at(g, z), w) - slope(g, z) * x)
        assert vanishes(sympy.diff(at(g, z), b).doit() - slope(g, z))

    @pytest.mark.parametrize("side", SIDES)
    def test_has_the_gradients_of_a_relu(self, size: int, side: str) -> None:
        """The input and 1 where it is active, zeros elsewhere."""
        w, x, b = vector("w", size), vector("x", size), sympy.Symbol("b", real=True)
        output, expected = at(SIDES[side], w.dot(x) + b), int(side == "active")

        assert vanishes(gradient(output, w) - expected * x)
        assert vanishes(sympy.diff(output, b) - expected)

    def test_is_a_chain_of_four(self, size: int) -> None:
        """Each factor by itself, and their product in the order of the clause."""
        w, x, h = vector("w", size), vector("x", size), vector("h", size)
        b, total = sympy.symbols("b s", real=True)
        of_sum = sympy.Matrix([sum(h)]).jacobian(h)
        of_products = w.multiply_elementwise(x).jacobian(w)
        g = SMOOTH["general"]
        whole = sympy.Matrix([at(g, w.dot(x) + b)]).jacobian(w).doit()

        assert sympy.diff(total + b, total) == 1
        assert of_sum == sympy.ones(1, size)
        assert of_products == sympy.diag(*x)
        assert of_sum * of_products == x.T
        assert vanishes(whole - slope(g, w.dot(x) + b) * of_sum * of_products)

    def test_bias_in_each_product_is_added_as_often(self, size: int) -> None:
        """Inside of the sum it makes n biases of one."""
        w, x, b = vector("w", size), vector("x", size), sympy.Symbol("b")
        inside = sum(weight * entry + b for weight, entry in zip(w, x, strict=True))

        assert vanishes(inside - (w.dot(x) + size * b))

    def test_shared_bias_has_the_sum_of_the_gradients(self, size: int) -> None:
        """Of a function of all outputs, not of each alone."""
        z, beta = vector("z", size), sympy.Symbol("beta")
        whole = sympy.Function("S")(*z)
        shifted = whole.subs(dict(zip(z, [each + beta for each in z], strict=True)), simultaneous=True)
        derivative = sympy.diff(shifted, beta).doit().subs(beta, 0).doit()

        assert vanishes(derivative - sum(gradient(whole, z)))


def of_a_batch(size: int, samples: int, activations: Sequence[Expression]) -> tuple[Any, ...]:
    """Weights, bias, inputs as columns, labels, pre-activations, outputs and slopes of a neuron over a batch."""
    w, b = vector("w", size), sympy.Symbol("b", real=True)
    inputs, labels = matrix("x", size, samples), vector("y", samples)
    z = [w.dot(inputs[:, index]) + b for index in range(samples)]
    outputs = sympy.Matrix([at(each, own) for each, own in zip(activations, z, strict=True)])
    slopes = sympy.Matrix([slope(each, own) for each, own in zip(activations, z, strict=True)])
    return w, b, inputs, labels, z, outputs, slopes


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("samples", [1, 2, 3])
class TestNeuronCost:
    """Clauses ``neuron.cost``, ``neuron.cost_gradients`` and ``neuron.error``."""

    def test_has_its_gradients_in_every_form(self, size: int, samples: int) -> None:
        """For any activation and any factors rho and c, by the definition, by X d and with rho in d."""
        rho, c = sympy.symbols("rho c")
        w, b, inputs, labels, _, outputs, slopes = of_a_batch(size, samples, [SMOOTH["general"]] * samples)
        v = labels - outputs
        cost = rho * c * v.dot(v)
        d = (outputs - labels).multiply_elementwise(slopes)
        terms = [v[index] * -slopes[index] * inputs[:, index] for index in range(samples)]
        forms = [
            2 * rho * c * sum(terms, sympy.zeros(size, 1)),
            2 * rho * c * inputs * d,
            inputs * (2 * c * rho * d),
            (2 * rho * c * d.T * inputs.T).T,
        ]

        for dw in forms:
            assert vanishes(gradient(cost, w) - dw)
        assert vanishes(sympy.diff(cost, b).doit() - 2 * rho * c * sum(d))
        assert vanishes(sympy.diff(cost, b).doit() - 2 * rho * c * -v.dot(slopes))

    def test_is_a_chain_over_the_batch(self, size: int, samples: int) -> None:
        """The Jacobians of the cost by v, of v by a and of a by w, multiplied in this order."""
        rho, c = sympy.symbols("rho c")
        w, _, inputs, labels, _, outputs, slopes = of_a_batch(size, samples, [SMOOTH["general"]] * samples)
        v, a = vector("v", samples), vector("a", samples)
        by_v = sympy.Matrix([rho * c * v.dot(v)]).jacobian(v)
        by_a = (labels - a).jacobian(a)
        by_w = outputs.jacobian(w).doit()

        assert by_v == 2 * rho * c * v.T
        assert by_a == -sympy.eye(samples)
        assert vanishes(by_w - sympy.diag(*slopes) * inputs.T)
        whole = gradient(rho * c * (labels - outputs).dot(labels - outputs), w).T
        product = by_v.subs(dict(zip(v, labels - outputs, strict=True))) * by_a * by_w
        assert vanishes(whole - product)

    def test_masks_each_sample(self, size: int, samples: int) -> None:
        """With the first sample of a relu inactive and the others active, the sums are over the others."""
        rho, c = sympy.symbols("rho c")
        sides = [SIDES["inactive"], *[SIDES["active"]] * (samples - 1)]
        w, b, inputs, labels, z, outputs, _ = of_a_batch(size, samples, sides)
        cost = rho * c * (labels - outputs).dot(labels - outputs)
        errors = sympy.Matrix(z) - labels
        masked = sympy.Matrix([0, *errors[1:]])

        assert vanishes(gradient(cost, w) - 2 * rho * c * inputs * masked)
        assert vanishes(sympy.diff(cost, b) - 2 * rho * c * sum(masked))
        assert vanishes(sympy.diff(cost, b) - 2 * rho * c * sum(errors) + 2 * rho * c * errors[0])


def vectorised(rows: int, columns: int) -> tuple[Matrix, Matrix, Matrix, Matrix]:
    """Weights, bias, input and pre-activation of a layer."""
    W, b, x = matrix("W", rows, columns), vector("b", rows), vector("x", columns)
    return W, b, x, W * x + b


@pytest.mark.parametrize(("rows", "columns"), [(1, 2), (2, 1), (2, 3)])
class TestLayer:
    """Clauses ``dense.gradients``, ``backpropagation.delta``, ``layer.value`` and ``layer.gradients``."""

    def test_dense_gradients(self, rows: int, columns: int) -> None:
        """For a function of the pre-activation, whatever it is."""
        W, b, x, z = vectorised(rows, columns)
        at_z = dict(zip(vector("z", rows), z, strict=True))
        of_z = sympy.Function("S")(*vector("z", rows))
        whole = of_z.subs(at_z, simultaneous=True)
        delta = gradient(of_z, vector("z", rows)).subs(at_z, simultaneous=True).doit()

        assert vanishes(gradient(whole, x) - W.T * delta)
        assert vanishes(gradient(whole, W) - delta * x.T)
        assert vanishes(gradient(whole, b) - delta)

    @ACTIVATIONS
    def test_gradients_through_the_activation(self, rows: int, columns: int, activation: str) -> None:
        """For a function of the activations that does not take them one by one, in both forms."""
        W, b, x, z = vectorised(rows, columns)
        g, weights, coupling = SMOOTH[activation], vector("u", rows), sympy.Symbol("k")
        a = vector("a", rows)
        at_a = dict(zip(a, [at(g, each) for each in z], strict=True))
        of_a = weights.dot(a) + coupling * sympy.prod(a)
        whole = of_a.subs(at_a, simultaneous=True)
        upstream = gradient(of_a, a).subs(at_a, simultaneous=True)
        slopes = z.applyfunc(lambda each: slope(g, each))
        delta = upstream.multiply_elementwise(slopes)

        assert vanishes(gradient(whole, x) - W.T * delta)
        assert vanishes(gradient(whole, x) - (sympy.diag(*slopes) * W).T * upstream)
        assert vanishes(gradient(whole, W) - delta * x.T)
        assert vanishes(gradient(whole, W) - sympy.diag(*upstream) * (slopes * x.T))
        assert vanishes(gradient(whole, b) - delta)

    @ACTIVATIONS
    def test_delta_of_the_layer_before(self, rows: int, columns: int, activation: str) -> None:
        """As a column, with the diagonal matrix in front, and as a row, with it behind."""
        W, delta, z = matrix("W", rows, columns), vector("delta", rows), vector("z", columns)
        g = SMOOTH[activation]
        activated, slopes = z.applyfunc(lambda each: at(g, each)), z.applyfunc(lambda each: slope(g, each))
        before = gradient(delta.dot(W * activated), z)

        assert vanishes(before - (W.T * delta).multiply_elementwise(slopes))
        assert vanishes(before - sympy.diag(*slopes) * (W.T * delta))
        assert vanishes(before.T - (delta.T * W) * sympy.diag(*slopes))

    def test_a_row_is_the_transpose(self, rows: int, columns: int) -> None:
        """x^T W^T + b^T."""
        W, b, x, z = vectorised(rows, columns)

        assert vanishes((x.T * W.T + b.T).T - z)


class TestHypotheses:
    """What ``dense.gradients`` and ``layer.gradients`` assume is needed."""

    def test_dependence_through_the_activation_alone(self) -> None:
        """A penalty on the weight, or on the input, has a derivative of its own."""
        weight, x = sympy.symbols("W x")
        at_one = {weight: 1, x: 1}

        assert sympy.diff((weight * x) ** 2 / 2 + weight**2 / 2, weight).subs(at_one) == 2
        assert sympy.diff((weight * x) ** 2 / 2 + weight**2, weight).subs(at_one) == 3
        assert sympy.diff((weight * x) ** 2 / 2 + x, x).subs(at_one) == 2
        assert sympy.diff((weight * x) ** 2 / 2, weight).subs(at_one) == 1

    def test_elementwise_activation(self) -> None:
        """For a softmax the product with its own slopes alone is not the gradient."""
        z = vector("z", 2)
        total = sympy.exp(z[0]) + sympy.exp(z[1])
        s = sympy.Matrix([sympy.exp(z[0]) / total, sympy.exp(z[1]) / total])
        jacobian = s.jacobian(z).subs({z[0]: 0, z[1]: 0})
        upstream = sympy.Matrix([1, 0])

        assert list(jacobian.T * upstream) == [sympy.Rational(1, 4), sympy.Rational(-1, 4)]
        assert [jacobian[0, 0] * upstream[0], jacobian[1, 1] * upstream[1]] == [sympy.Rational(1, 4), 0]

    def test_sides_of_a_kink(self) -> None:
        """The one-sided slopes of F(g(z)) in the bias are u and alpha u, equal only if u is 0 or the slope 1."""
        u, alpha = sympy.symbols("u alpha")
        above, below = sympy.diff(u * t, t), sympy.diff(u * alpha * t, t)

        assert sympy.factor(above - below) in {-u * (alpha - 1), u * (1 - alpha)}

    def test_whole_upstream_function(self) -> None:
        """For F = a_1 a_2 the gradient of row 1 depends on row 2."""
        W, _, x, z = vectorised(2, 2)
        g = SMOOTH["general"]
        whole = at(g, z[0]) * at(g, z[1])

        assert vanishes(gradient(whole, W)[0, :] - (at(g, z[1]) * slope(g, z[0]) * x).T)


class TestComposition:
    """Clause ``affine.composition``."""

    @pytest.mark.parametrize("widths", [(1, 1, 1), (2, 1, 2), (2, 3, 2), (3, 2, 1)])
    def test_is_one_affine_map(self, widths: tuple[int, int, int]) -> None:
        """W2 W1 and W2 b1 + b2; with in_out the product in the other order."""
        n, k, m = widths
        first, second = matrix("P", k, n), matrix("Q", m, k)
        b, c, x = vector("b", k), vector("c", m), vector("x", n)

        assert vanishes(second * (first * x + b) + c - (second * first * x + second * b + c))
        assert second * first == (first.T * second.T).T

    def test_narrow_layer_has_no_inverse(self) -> None:
        """Of widths 2, 1, 2 the determinant is identically 0."""
        assert vanishes((matrix("Q", 2, 1) * matrix("P", 1, 2)).det())

    @pytest.mark.parametrize("depth", [2, 3, 4])
    def test_wide_layers_reach_every_map(self, depth: int) -> None:
        """The construction of the proof for rank 2 between widths 2 and 3, through hidden layers of width 3."""
        U, V = matrix("U", 3, 2), matrix("V", 2, 2)
        layers = [V.col_join(sympy.zeros(1, 2)), *[sympy.diag(1, 1, 0)] * (depth - 2), U.row_join(sympy.zeros(3, 1))]
        through = sympy.eye(2)
        for weights in layers:
            through = weights * through

        assert vanishes(through - U * V)
