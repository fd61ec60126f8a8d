"""Chapter 9 for general symbols: the algebraic steps of its proofs at small sizes, by sympy."""

from __future__ import annotations

from itertools import combinations, product
from typing import Any

import pytest

sympy = pytest.importorskip("sympy", reason="sympy is a witness of its own, and keeps mpmath below 1.4")

Expression = Any
"""A sympy expression; sympy publishes no types."""

SAMPLES = [1, 2, 3]
SIZES = [1, 2, 3]

g = sympy.Function("g")
"""Any differentiable activation at all."""

d = sympy.Function("d")
"""Any loss of one entry of a prediction and one of a target."""


def symbols(name: str, *shape: int) -> Any:
    """An array of real symbols."""
    return sympy.Array(
        [sympy.Symbol(f"{name}{'_'.join(map(str, place))}", real=True) for place in product(*map(range, shape))], shape
    )


def positive(name: str) -> Expression:
    """A positive symbol."""
    return sympy.Symbol(name, positive=True)


def vanishes(expression: Expression) -> bool:
    """Whether an expression is identically 0."""
    return bool(sympy.simplify(sympy.expand(expression)) == 0)


def half_square(prediction: list[Expression], target: list[Expression]) -> Expression:
    """Half of the sum of the squares."""
    return sum((own - other) ** 2 for own, other in zip(prediction, target, strict=True)) / 2


def binary(prediction: list[Expression], target: list[Expression]) -> Expression:
    """The binary cross-entropy."""
    pairs = list(zip(prediction, target, strict=True))
    return -sum(other * sympy.log(own) + (1 - other) * sympy.log(1 - own) for own, other in pairs)


def categorical(prediction: list[Expression], target: list[Expression]) -> Expression:
    """The categorical cross-entropy."""
    return -sum(other * sympy.log(own) for own, other in zip(prediction, target, strict=True))


def any_loss(prediction: list[Expression], target: list[Expression]) -> Expression:
    """The sum over the entries of any function of both."""
    return sum(d(own, other) for own, other in zip(prediction, target, strict=True))


LOSSES = {"any": any_loss, "half_square": half_square, "binary": binary, "categorical": categorical}


class TestStack:
    """Clauses ``stack.value``, ``projection.value`` and ``projection.jacobian``."""

    @pytest.mark.parametrize(("n", "samples"), list(product(SIZES, SAMPLES)))
    def test_a_projection_differentiates_to_a_block_of_the_identity(self, n: int, samples: int) -> None:
        """Entry (i, (r-1) n + j) is 1 for r = k and i = j, and else 0."""
        stack = list(symbols("A", samples * n))
        for k, r, i, j in product(range(samples), range(samples), range(n), range(n)):
            projected = stack[k * n : (k + 1) * n]
            assert sympy.diff(projected[i], stack[r * n + j]) == int(k == r and i == j)


class TestLosses:
    """Clause ``losses.jacobian``: block-diagonal for every loss of one sample at a time."""

    @pytest.mark.parametrize("name", LOSSES)
    @pytest.mark.parametrize(("m", "samples"), list(product(SIZES[:2], SAMPLES)))
    def test_has_zeros_off_its_blocks(self, name: str, m: int, samples: int) -> None:
        """The derivative of the loss of a sample by the output of another is 0; by its own it is the gradient."""
        stack, targets = list(symbols("A", samples * m)), symbols("y", samples, m)
        u = list(symbols("u", m))
        for k, r, j in product(range(samples), range(samples), range(m)):
            own, target = stack[k * m : (k + 1) * m], list(targets[k])
            found = sympy.diff(LOSSES[name](own, target), stack[r * m + j])
            alone = sympy.diff(LOSSES[name](u, target), u[j]).subs(dict(zip(u, own, strict=True))).doit()
            assert vanishes(found - alone) if k == r else found == 0

    @pytest.mark.parametrize("divisor", [1, 3])
    def test_the_weighted_forms_are_one_function(self, divisor: int) -> None:
        """Clause ``cost.row``: w (o - y) / (o (1 - o)) and (w (1 - y)) / (1 - o) - (w y) / o, over the entries."""
        o, y, w = positive("o"), sympy.Symbol("y", real=True), sympy.Symbol("w", real=True)
        derivative = w * sympy.diff(binary([o], [y]), o) / divisor
        t = w / divisor

        assert vanishes(derivative - t * (o - y) / (o * (1 - o)))
        assert vanishes(derivative - (t * (1 - y) / (1 - o) - t * y / o))
        assert vanishes(w * sympy.diff(categorical([o], [y]), o) + w * y / o)
        assert vanishes(w * sympy.diff(half_square([o], [y]), o) / divisor - t * (o - y))


class TestCostRow:
    """Clause ``cost.row``: the weights are the gradient of any function phi of the losses."""

    @pytest.mark.parametrize("name", LOSSES)
    @pytest.mark.parametrize(("m", "samples"), list(product(SIZES[:2], SAMPLES[:2])))
    def test_has_the_blocks_of_any_phi(self, name: str, m: int, samples: int) -> None:
        """Block k is d_k phi at the losses times the gradient of loss k."""
        phi = sympy.Function("phi")
        stack, targets = list(symbols("A", samples * m)), symbols("y", samples, m)
        losses = [LOSSES[name](stack[k * m : (k + 1) * m], list(targets[k])) for k in range(samples)]
        dummies = list(symbols("l", samples))
        cost, at = phi(*losses), dict(zip(dummies, losses, strict=True))
        for k, j in product(range(samples), range(m)):
            weight = sympy.diff(phi(*dummies), dummies[k]).subs(at).doit()
            entry = stack[k * m + j]
            assert vanishes(sympy.diff(cost, entry).doit() - weight * sympy.diff(losses[k], entry))

    def test_the_witness_has_the_gradient_that_it_claims(self) -> None:
        """The gradient of sum w_k exp(l_k - c_k) at l = c is w."""
        w, losses, c = symbols("w", 3), symbols("l", 3), symbols("c", 3)
        phi = sum(w[k] * sympy.exp(losses[k] - c[k]) for k in range(3))

        for k in range(3):
            assert sympy.diff(phi, losses[k]).subs({losses[j]: c[j] for j in range(3)}) == w[k]


class Small:
    """Two samples through two inputs, two hidden units with any activation, and one output with any activation."""

    def __init__(self) -> None:
        self.x, self.y = symbols("x", 2, 2), symbols("y", 2)
        self.first, self.second = symbols("U", 2, 2), symbols("V", 1, 2)
        self.b, self.c = symbols("b", 2), sympy.Symbol("c", real=True)
        self.outputs = [self.output(k) for k in range(2)]

    def hidden(self, k: int, unit: int) -> Expression:
        """The pre-activation of a hidden unit at a sample."""
        return sum(self.first[unit, q] * self.x[k, q] for q in range(2)) + self.b[unit]

    def output(self, k: int) -> Expression:
        """The output at a sample."""
        return g(self.last(k))

    def last(self, k: int) -> Expression:
        """The last pre-activation at a sample."""
        return sum(self.second[0, unit] * g(self.hidden(k, unit)) for unit in range(2)) + self.c


def slope_at(z: Expression) -> Expression:
    """g'(z)."""
    t = sympy.Symbol("t", real=True)
    return sympy.diff(g(t), t).subs(t, z).doit()


class TestCostDerivatives:
    """Clauses ``cost.weight_derivative`` and ``cost.bias_derivative``, in every form."""

    @pytest.mark.parametrize(("p", "q"), list(product(range(2), range(2))))
    def test_of_hidden_weights(self, p: int, q: int) -> None:
        """The contraction over the stack, by sample, and by backpropagation are the derivative of the cost."""
        small = Small()
        cost = sum(d(small.outputs[k], small.y[k]) for k in range(2)) / 2
        u = sympy.Symbol("u", real=True)
        row = [sympy.diff(d(u, small.y[k]), u).subs(u, small.outputs[k]).doit() / 2 for k in range(2)]
        contracted = sum(row[k] * sympy.diff(small.outputs[k], small.first[p, q]) for k in range(2))
        M = [slope_at(small.last(k)) * small.second[0, p] * slope_at(small.hidden(k, p)) for k in range(2)]
        by_sample = sum(row[k] * M[k] * small.x[k, q] for k in range(2))
        deltas = [row[k] * slope_at(small.last(k)) for k in range(2)]
        backwards = sum(small.second[0, p] * deltas[k] * slope_at(small.hidden(k, p)) * small.x[k, q] for k in range(2))
        derivative = sympy.diff(cost, small.first[p, q]).doit()

        assert vanishes(derivative - contracted.doit())
        assert vanishes(derivative - by_sample)
        assert vanishes(derivative - backwards)

    def test_of_biases(self) -> None:
        """Without the factor of the input."""
        small = Small()
        cost = sum(d(small.outputs[k], small.y[k]) for k in range(2))
        u = sympy.Symbol("u", real=True)
        row = [sympy.diff(d(u, small.y[k]), u).subs(u, small.outputs[k]).doit() for k in range(2)]

        for bias in (*small.b, small.c):
            contracted = sum(row[k] * sympy.diff(small.outputs[k], bias) for k in range(2))
            assert vanishes(sympy.diff(cost, bias).doit() - contracted.doit())

    def test_the_stack_is_not_one_outer_product(self) -> None:
        """Clause ``stacked.weight_jacobian``: a minor of the stack is not identically 0; one of a sample is."""
        small = Small()

        def entry(k: int, p: int, q: int) -> Expression:
            return sympy.diff(small.outputs[k], small.first[p, q]).doit()

        def minor(k: int, r: int) -> Expression:
            return entry(k, 0, 0) * entry(r, 1, 1) - entry(k, 0, 1) * entry(r, 1, 0)

        assert vanishes(minor(0, 0))
        assert not vanishes(minor(0, 1))

    def test_of_a_softmax_is_the_fused_delta(self) -> None:
        """(J^L)^T times -y / o is (sum y) s - y."""
        z, y = symbols("z", 3), symbols("y", 3)
        total = sum(sympy.exp(z[j]) for j in range(3))
        s = [sympy.exp(z[j]) / total for j in range(3)]
        for j in range(3):
            composed = sum(-y[i] / s[i] * sympy.diff(s[i], z[j]) for i in range(3))
            assert vanishes(composed - (sum(y) * s[j] - y[j]))

    def test_of_a_sigmoid_is_the_fused_delta(self) -> None:
        """(J^L)^T times the gradient of the binary cross-entropy is s - y."""
        z, y = sympy.symbols("z y", real=True)
        o = positive("o")
        s = 1 / (1 + sympy.exp(-z))
        composed = sympy.diff(binary([o], [y]), o).subs(o, s) * sympy.diff(s, z)

        assert vanishes(composed - (s - y))


class TestBatches:
    """Clause ``cost.batches``."""

    @pytest.mark.parametrize("sizes", [(1, 2), (2, 2), (3, 1, 2)])
    def test_costs_are_weighed_by_sizes(self, sizes: tuple[int, ...]) -> None:
        """The mean of all losses is the mean of the means, weighed by the sizes."""
        total = sum(sizes)
        losses = list(symbols("l", total))
        starts = [sum(sizes[:index]) for index in range(len(sizes))]
        means = [sum(losses[start : start + size]) / size for start, size in zip(starts, sizes, strict=True)]
        weighed = sum(size * mean for size, mean in zip(sizes, means, strict=True)) / total

        assert vanishes(sum(losses) / total - weighed)
        assert vanishes(sum(losses) / total - sum(means) / len(sizes)) == (len(set(sizes)) == 1)

    @pytest.mark.parametrize("samples", range(1, 30))
    def test_are_fewer_than_samples_exactly_for_two_and_more(self, samples: int) -> None:
        """The number of batches is M/B rounded up."""
        for size in range(1, samples + 3):
            batches = len(range(0, samples, size))
            assert batches == sympy.ceiling(sympy.Rational(samples, size))
            assert (batches < samples) == (size >= 2 <= samples)


class TestDescent:
    """Clauses ``descent.direction`` and ``descent.condition``."""

    @pytest.mark.parametrize("n", [1, 2, 3, 4])
    def test_cauchy_and_schwarz(self, n: int) -> None:
        """The square of the length minus that of the slope is a sum of squares."""
        gradient, v = symbols("g", n), symbols("v", n)
        lengths = sum(each**2 for each in gradient) * sum(each**2 for each in v)
        slope = sum(gradient[i] * v[i] for i in range(n))
        squares = sum((gradient[i] * v[j] - gradient[j] * v[i]) ** 2 for i, j in combinations(range(n), 2))

        assert vanishes(lengths - slope**2 - squares)

    @pytest.mark.parametrize("n", [2, 3])
    def test_is_minus_the_gradient_of_the_length(self, n: int) -> None:
        """-g / |g| is minus the derivative of |g|, of length 1, and does not change with the scale."""
        gradient, scale = list(symbols("g", n)), positive("s")
        length = sympy.sqrt(sum(each**2 for each in gradient))
        u = [-each / length for each in gradient]
        scaled = {each: scale * each for each in gradient}

        for each, entry in zip(gradient, u, strict=True):
            assert vanishes(entry + sympy.diff(length, each))
            assert vanishes(entry.subs(scaled, simultaneous=True) - entry)
        assert vanishes(sum(entry**2 for entry in u) - 1)

    def test_the_bound_of_a_step_is_met_by_a_quadratic(self) -> None:
        """C(theta - r g) = C - r (1 - Lambda r / 2) |g|^2 for half of Lambda theta^2."""
        theta, r, curvature = sympy.symbols("theta r Lambda", real=True)
        gradient = curvature * theta

        def cost(at: Expression) -> Expression:
            return curvature * at**2 / 2

        bound = cost(theta) - r * (1 - curvature * r / 2) * gradient**2
        assert vanishes(cost(theta - r * gradient) - bound)

    @pytest.mark.parametrize("steps", range(5))
    def test_descent_on_a_quadratic_is_a_power(self, steps: int) -> None:
        """Clause ``quadratic.descent``: the iteration, the factor and the power are one."""
        theta, r, curvature = sympy.symbols("theta r lambda", real=True)
        reached = theta
        for _ in range(steps):
            reached = reached - r * sympy.diff(curvature * theta**2 / 2, theta).subs(theta, reached)

        assert vanishes(reached - (1 - r * curvature) ** steps * theta)

    def test_the_limit_of_the_rate(self) -> None:
        """Clause ``quadratic.rate_limit``: where the square of the factor is 1, and between below 1."""
        r, curvature = sympy.Symbol("r", real=True), positive("lambda")
        roots = sympy.solve((1 - r * curvature) ** 2 - 1, r)

        assert {sympy.simplify(root) for root in roots} == {0, 2 / curvature}
        assert vanishes((1 - (1 - r * curvature) ** 2) - r * curvature**2 * (2 / curvature - r))


class TestLinearRegression:
    """The listings, and the quadratic of clause ``descent.condition``."""

    @pytest.mark.parametrize(("n", "samples"), list(product([1, 2], SAMPLES)))
    def test_the_gradients_are_the_residual_of_the_normal_equations(self, n: int, samples: int) -> None:
        """Clause ``listing.linear_regression_backward``: dZ X^T and sum dZ are the derivatives, and H theta - c."""
        x, y, theta = symbols("x", samples, n), symbols("y", samples), list(symbols("t", n + 1))
        extended = [[*x[k], 1] for k in range(samples)]
        a = [sum(own * each for own, each in zip(extended[k], theta, strict=True)) for k in range(samples)]
        cost = sum((a[k] - y[k]) ** 2 for k in range(samples)) / (2 * samples)
        dZ = [(a[k] - y[k]) / samples for k in range(samples)]
        for i, parameter in enumerate(theta):
            listed = sum(dZ[k] * extended[k][i] for k in range(samples))
            moments = [sum(extended[k][i] * extended[k][j] for k in range(samples)) / samples for j in range(n + 1)]
            normal = sum(moment * each for moment, each in zip(moments, theta, strict=True))
            assert vanishes(sympy.diff(cost, parameter) - listed)
            assert vanishes(listed - normal + sum(y[k] * extended[k][i] for k in range(samples)) / samples)

    @pytest.mark.parametrize("samples", SAMPLES)
    def test_the_cost_is_a_quadratic(self, samples: int) -> None:
        """J(theta + h) - J(theta) is the slope along h and half of the mean of the squares of x . h."""
        x, y, theta, h = symbols("x", samples), symbols("y", samples), symbols("t", 2), symbols("h", 2)

        def cost(w: Expression, b: Expression) -> Expression:
            return sum((w * x[k] + b - y[k]) ** 2 for k in range(samples)) / (2 * samples)

        slope = sum(sympy.diff(cost(*theta), theta[i]) * h[i] for i in range(2))
        curved = sum((x[k] * h[0] + h[1]) ** 2 for k in range(samples)) / (2 * samples)

        assert vanishes(cost(theta[0] + h[0], theta[1] + h[1]) - cost(*theta) - slope - curved)

    @pytest.mark.parametrize("steps", range(4))
    def test_descent_multiplies_the_error_by_the_same_matrix(self, steps: int) -> None:
        """e_t = (I - r H)^t e_0, for two parameters and a solution of H theta = c."""
        r = sympy.Symbol("r", real=True)
        first, second, third = sympy.symbols("h1 h2 h3", real=True)
        H = sympy.Matrix([[first, second], [second, third]])
        best, start = sympy.Matrix(symbols("s", 2)), sympy.Matrix(symbols("t", 2))
        theta = start
        for _ in range(steps):
            theta = theta - r * (H * theta - H * best)
        expected = (sympy.eye(2) - r * H) ** steps * (start - best)

        assert all(vanishes(entry) for entry in theta - best - expected)
