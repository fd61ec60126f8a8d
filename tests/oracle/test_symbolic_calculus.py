"""
Chapter 3 for general symbols: SymPy derives what the clauses state, and simplifies every form to it.

The formulas of the oracle are generic over the arithmetic, so they run on symbols too: what is compared with SymPy's
derivative is the code that computes the proposition.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from gradspec.oracle import PROPOSITIONS
from gradspec.oracle.arguments import leaves
from gradspec.oracle.arithmetic.arrays import as_array, entrywise
from gradspec.oracle.propositions import DEFINITION
from gradspec.spec import resolve
from tests.oracle.evaluating import forms

if TYPE_CHECKING:
    from collections.abc import Callable

    from gradspec.oracle.arithmetic import Array

sympy = pytest.importorskip("sympy", reason="sympy is a witness of its own, and keeps mpmath below 1.4")


class Symbolic:
    """An arithmetic whose numbers are expressions of SymPy, as far as this chapter asks."""

    conventions = resolve({})

    def choose(self, listed: dict[str, Any], arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
        """The definition."""
        return listed[DEFINITION](self, *arguments, **keywords)

    def exp(self, x: Array) -> Array:
        """Exponential of every entry."""
        return entrywise(sympy.exp, x)

    def sin(self, x: Array) -> Array:
        """Sine of every entry."""
        return entrywise(sympy.sin, x)

    def cos(self, x: Array) -> Array:
        """Cosine of every entry."""
        return entrywise(sympy.cos, x)

    def sum(self, terms: Array) -> Any:
        """Sum of all entries."""
        return sum(as_array(terms).reshape(-1))

    def matmul(self, a: Array, b: Array) -> Array:
        """Matrix product."""
        return as_array(np.dot(a, b))

    def affine(self, weights: Array, x: Array, bias: Array) -> Array:
        """W x + b."""
        return as_array(np.dot(weights, x) + bias)


def number(name: str) -> Any:
    """A symbol for a real number other than 0."""
    return sympy.Symbol(name, real=True, nonzero=True)


def vector(name: str, size: int) -> Array:
    """A vector of symbols."""
    return as_array([number(f"{name}{index}") for index in range(size)])


def matrix(name: str, rows: int, columns: int) -> Array:
    """A matrix of symbols."""
    return np.stack([vector(f"{name}{row}_", columns) for row in range(rows)])


def quadratic_map(name: str, size: int, arguments: Array) -> Array:
    """The general map into vectors of length ``size`` whose entries are polynomials of degree 2."""
    monomials = as_array([1, *arguments, *(left * right for left in arguments for right in arguments)])
    return as_array(np.dot(matrix(name, size, len(monomials)), monomials))


def jacobian(values: Array, variables: Array) -> Array:
    """SymPy's derivative of every value with respect to every variable, values first."""
    return entrywise(sympy.diff, values.reshape((*values.shape, *[1] * variables.ndim)), variables)


def stated(clause: str, *arguments: Any, form: str = DEFINITION) -> list[Array]:
    """The arrays of the answer, as one form of the oracle computes it."""
    arithmetic: Any = Symbolic()
    return leaves(PROPOSITIONS[clause].forms[form](arithmetic, *arguments))


def same(left: Any, right: Any) -> bool:
    """Whether two arrays have one shape, and differences that SymPy simplifies to 0."""
    ours, theirs = np.array(left, dtype=object), np.array(right, dtype=object)
    if ours.shape != theirs.shape:
        return False
    return all(sympy.simplify(each) == 0 for each in as_array(ours - theirs).reshape(-1))


P = vector("p", 2)
W, X = vector("w", 3), vector("x", 3)
T = as_array(number("t"))


class TestMatrix:
    """Clause ``calculus.matrix``: associative and distributive laws, transposes, diagonal factors, vec."""

    A, B, C = matrix("a", 2, 3), matrix("b", 3, 2), matrix("c", 2, 4)

    def test_products(self) -> None:
        """(A B) C = A (B C), (A B)^T = B^T A^T, and multiples move freely."""
        assert same((self.A @ self.B) @ self.C, self.A @ (self.B @ self.C))
        assert same((self.A @ self.B).T, self.B.T @ self.A.T)
        assert same((number("t") * self.A) @ self.B, self.A @ (number("t") * self.B))

    def test_vec(self) -> None:
        """The scalar product of two vec is the sum of the entrywise product."""
        other = matrix("d", 2, 3)

        assert same(np.dot(self.A.reshape(-1), other.reshape(-1)), np.sum(self.A * other))


class TestDifferentiable:
    """Clause ``calculus.differentiable``: a limit of quotients by a norm is no derivative."""

    def test_identity_has_two_limits(self) -> None:
        """(x - 0) / |x - 0| tends to 1 from the right and to -1 from the left."""
        h = sympy.Symbol("h", real=True)

        assert sympy.limit(h / sympy.Abs(h), h, 0, "+") == 1
        assert sympy.limit(h / sympy.Abs(h), h, 0, "-") == -1

    def test_magnitude_has_one(self) -> None:
        """|x| / |x| tends to 1 from both sides of 0, where |x| has no derivative."""
        h = sympy.Symbol("h", real=True)

        assert {sympy.limit(sympy.Abs(h) / sympy.Abs(h), h, 0, side) for side in "+-"} == {1}
        assert {sympy.limit(sympy.Abs(h) / h, h, 0, side) for side in "+-"} == {1, -1}


class TestJacobian:
    """Clause ``calculus.jacobian``: partial derivatives alone are not enough."""

    def test_partial_derivatives_without_a_derivative(self) -> None:
        """x^2 y / (x^2 + y^2) has both partial derivatives 0 at the origin and the slope 1/2 along (t, t)."""
        h = sympy.Symbol("h", positive=True)

        def f(x: Any, y: Any) -> Any:
            return x**2 * y / (x**2 + y**2)

        assert sympy.limit(f(h, sympy.Integer(0)) / h, h, 0) == 0
        assert sympy.limit(f(sympy.Integer(0), h) / h, h, 0) == 0
        assert sympy.simplify(f(h, h) / h) == sympy.Rational(1, 2)

    def test_affine_maps(self) -> None:
        """The Jacobian of A x + c is A."""
        a = matrix("a", 2, 3)

        assert same(jacobian(np.dot(a, X) + vector("c", 2), X), a)


class TestIncrement:
    """Clause ``increment.linear``: f + J h is the Taylor polynomial of degree 1 in the length of the increment."""

    def test_is_the_taylor_polynomial(self) -> None:
        """The remainder of a general quadratic map is a multiple of t^2 along t h."""
        h, t = vector("h", 2), number("t")
        f = quadratic_map("f", 2, P)
        moved = as_array([each.subs(dict(zip(P, P + t * h, strict=True)), simultaneous=True) for each in f])
        (linear,) = stated("increment.linear", f, jacobian(f, P), t * h)
        remainders = [sympy.Poly(sympy.expand(each), t) for each in moved - linear]

        assert all(each.coeff_monomial(1) == each.coeff_monomial(t) == 0 for each in remainders)


class TestGradient:
    """Clause ``calculus.gradient``: the slope along a direction is at most the length of the gradient."""

    def test_by_the_identity_of_lagrange(self) -> None:
        """|g|^2 |h|^2 - (g . h)^2 is a sum of squares, 0 exactly for parallel vectors."""
        g, h = vector("g", 3), vector("h", 3)
        squares = sum((g[i] * h[j] - g[j] * h[i]) ** 2 for i in range(3) for j in range(i))

        assert same(np.dot(g, g) * np.dot(h, h) - np.dot(g, h) ** 2, squares)


class TestVectorJacobianProduct:
    """Clauses ``calculus.vjp`` and ``vector_jacobian_product.value``: J^T v is the gradient of F after f."""

    def test_is_a_gradient(self) -> None:
        """With v the gradient of a general quadratic F at f(x)."""
        f, u = quadratic_map("f", 2, P), vector("u", 2)
        (outside,) = quadratic_map("g", 1, u)
        at = dict(zip(u, f, strict=True))
        upstream = as_array([each.subs(at) for each in jacobian(as_array(outside), u)])
        (product,) = stated("vector_jacobian_product.value", jacobian(f, P), upstream)

        assert same(product, jacobian(as_array(outside.subs(at)), P))


class TestLinearity:
    """Clause ``calculus.linearity``: sums, multiples, affine images and squares."""

    def test_by_general_maps(self) -> None:
        """Of two general quadratic maps."""
        f, g, a = quadratic_map("f", 2, P), quadratic_map("g", 2, P), matrix("a", 3, 2)
        alpha, beta = number("alpha"), number("beta")

        assert same(jacobian(alpha * f + beta * g, P), alpha * jacobian(f, P) + beta * jacobian(g, P))
        assert same(jacobian(np.dot(a, f) + vector("c", 3), P), np.dot(a, jacobian(f, P)))

    def test_of_squares(self) -> None:
        """The gradient of half the scalar product of f with itself is J^T f."""
        f = quadratic_map("f", 2, P)

        assert same(jacobian(as_array(np.dot(f, f) / 2), P), np.dot(jacobian(f, P).T, f))


class TestChain:
    """Clauses ``calculus.chain_rule``, ``chain.jacobian`` and ``total_derivative.value``."""

    def test_of_general_maps(self) -> None:
        """J(g after f) = J(g) J(f), from two variables by three to two."""
        f, u = quadratic_map("f", 3, P), vector("u", 3)
        g = quadratic_map("g", 2, u)
        at = dict(zip(u, f, strict=True))
        outside = entrywise(lambda each: each.subs(at), jacobian(g, u))
        (chained,) = stated("chain.jacobian", outside, jacobian(f, P))

        assert same(chained, jacobian(entrywise(lambda each: each.subs(at), g), P))

    def test_total_derivative(self) -> None:
        """Of y = f(x, u_1, u_2) with u_1(x) and u_2(x, u_1): the rate of u_2 is a total one."""
        x, u = number("x"), vector("u", 2)
        (f,) = quadratic_map("f", 1, as_array([x, *u]))
        (first,) = quadratic_map("g", 1, as_array([x]))
        (second,) = quadratic_map("h", 1, as_array([x, u[0]]))
        at = {u[1]: second.subs(u[0], first), u[0]: first}
        partials = as_array([sympy.diff(f, each).subs(at) for each in u])
        rates = as_array([sympy.diff(at[each], x) for each in u])
        (total,) = stated("total_derivative.value", sympy.diff(f, x).subs(at), partials, rates)

        assert same(total, sympy.diff(f.subs(at), x))

    def test_paths(self) -> None:
        """With four quantities there are four paths from the first to the last."""
        e = {(k, j): number(f"e{k}{j}") for k in range(4) for j in range(k)}
        u = [number("u")]
        for k in range(1, 4):
            u.append(sum(e[k, j] * u[j] for j in range(k)))
        paths = e[3, 0] + e[3, 1] * e[1, 0] + e[3, 2] * e[2, 0] + e[3, 2] * e[2, 1] * e[1, 0]

        assert same(sympy.diff(u[3], u[0]), paths)


class TestElementwise:
    """Clause ``calculus.elementwise`` and those of the four operations."""

    @pytest.mark.parametrize(
        ("clause", "operation"),
        [
            ("addition.jacobians", lambda w, x: w + x),
            ("subtraction.jacobians", lambda w, x: w - x),
            ("multiplication.jacobians", lambda w, x: w * x),
            ("division.jacobians", lambda w, x: w / x),
        ],
    )
    def test_operations(self, clause: str, operation: Callable[[Array, Array], Array]) -> None:
        """Both Jacobians in every form."""
        for _, form in forms(clause):
            dw, dx = stated(clause, W, X, form=form)

            assert same(dw, jacobian(operation(W, X), W))
            assert same(dx, jacobian(operation(W, X), X))

    def test_generic_operator(self) -> None:
        """The derivative of phi(f_i(w), g_i(x)) with respect to w_j is phi_s times that of f_i."""
        s, t, w, x = number("s"), number("t"), vector("w", 2), vector("x", 2)
        (phi,) = quadratic_map("phi", 1, as_array([s, t]))
        f, g = quadratic_map("f", 2, w), quadratic_map("g", 2, x)
        pairs = list(zip(f, g, strict=True))
        y = as_array([phi.subs({s: left, t: right}) for left, right in pairs])
        slopes = as_array([sympy.diff(phi, s).subs({s: left, t: right}) for left, right in pairs])

        assert same(jacobian(y, w), slopes[:, None] * jacobian(f, w))

    def test_product(self) -> None:
        """Of general maps of two and of three variables."""
        f, g = quadratic_map("f", 2, P), quadratic_map("g", 2, X)
        dv, dw = stated("product.jacobians", f, g, jacobian(f, P), jacobian(g, X))

        assert same(dv, jacobian(f * g, P))
        assert same(dw, jacobian(f * g, X))


class TestNumbersAndSums:
    """Clauses ``scalar_addition.jacobians``, ``scalar_multiplication.jacobians`` and ``sum_reduction.gradient``."""

    def test_addition(self) -> None:
        """I and a column of ones."""
        dx, dt = stated("scalar_addition.jacobians", X, T[()])

        assert same(dx, jacobian(X + T, X))
        assert same(dt, jacobian(X + T, T))

    def test_multiplication(self) -> None:
        """T I and x."""
        dx, dt = stated("scalar_multiplication.jacobians", X, T[()])

        assert same(dx, jacobian(X * T, X))
        assert same(dt, jacobian(X * T, T))

    def test_multiplication_of_a_map(self) -> None:
        """The Jacobians of t f(v) are t J and f(v)."""
        f = quadratic_map("f", 2, P)

        assert same(jacobian(f * T, P), T * jacobian(f, P))
        assert same(jacobian(f * T, T), f)

    def test_sum(self) -> None:
        """The derivative of the sum of the values of a general map."""
        f = quadratic_map("f", 3, P)
        (gradient,) = stated("sum_reduction.gradient", jacobian(f, P))

        assert same(gradient, jacobian(as_array(np.sum(f)), P))


class TestFactors:
    """Clauses ``row_scaling.value``, ``column_scaling.value`` and those of the outer product."""

    M = matrix("m", 2, 3)

    def test_diagonal_factors(self) -> None:
        """They are products with diagonal matrices, and with matrices of equal columns or rows."""
        rows, columns, ones = vector("r", 2), vector("c", 3), as_array([1, 1, 1])

        assert same(stated("row_scaling.value", rows, self.M)[0], np.dot(sympy.diag(*rows), sympy.Matrix(self.M)))
        assert same(stated("row_scaling.value", rows, self.M)[0], np.outer(rows, ones) * self.M)
        assert same(stated("column_scaling.value", self.M, columns)[0], np.dot(self.M, np.diag(columns)))
        assert same(stated("column_scaling.value", self.M, columns)[0], self.M * np.outer(ones[:2], columns))

    def test_outer_product(self) -> None:
        """Laid out row by row it is the Kronecker product with a row."""
        (tensor,) = stated("outer_product.value", self.M, W)

        assert same(tensor.reshape(2, 9), sympy.kronecker_product(sympy.Matrix(self.M), sympy.Matrix([W])))

    def test_contractions(self) -> None:
        """Along the first axis, with a vector in every form and with a matrix."""
        (tensor,) = stated("outer_product.value", self.M, W)
        v, a = vector("v", 2), matrix("a", 3, 2)

        for _, form in forms("outer_product.contraction"):
            assert same(stated("outer_product.contraction", v, self.M, W, form=form)[0], np.tensordot(v, tensor, 1))
        assert same(np.tensordot(a, tensor, 1), stated("outer_product.value", np.dot(a, self.M), W)[0])


x, y = P
EXAMPLES = {
    "square_plus_cosine.gradient": (as_array(x**2 + sympy.cos(y)), P),
    "cubic_exponential.jacobian": (as_array([2 * x + y**3, sympy.exp(y) - 13 * x]), P),
    "sine_of_square.derivative": (as_array(sympy.sin(x**2)), as_array(x)),
    "power_map.jacobian": (as_array([x**2 + y, y**3]), P),
    "sine_logarithm.jacobian": (as_array([sympy.sin(x), sympy.log(y)]), P),
    "composed_map.jacobian": (as_array([sympy.sin(x**2 + y), sympy.log(y**3)]), P),
    "logarithm_sine.derivative": (as_array([sympy.log(x**2), sympy.sin(3 * x)]), P[:1]),
    "sum_with_square.derivative": (as_array(x + x**2), as_array(x)),
}
"""The functions that the sources print, with their variables."""


class TestExamples:
    """The derivatives of the functions that the sources print, in every form."""

    @pytest.mark.parametrize(("clause", "form"), forms(*EXAMPLES))
    def test_is_what_sympy_derives(self, clause: str, form: str) -> None:
        """At a general point of the domain."""
        function, variables = EXAMPLES[clause]

        assert same(stated(clause, variables, form=form)[0], jacobian(function, variables))
