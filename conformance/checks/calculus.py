"""Chapter 3, calculus: the sentence by which each clause is judged."""

from __future__ import annotations

from .registry import value_check

value_check("increment.linear", "linear_increment", "The first-order approximation beside a point is f + J h.")
value_check("vector_jacobian_product.value", "vector_jacobian_product", "The vector-Jacobian product is J^T v.")
value_check(
    "chain.jacobian", "chain_jacobian", "The Jacobian of a composed map is that of the outer times that of the inner."
)
value_check(
    "total_derivative.value",
    "total_derivative",
    "The total derivative is the direct term plus the sum of the partial derivatives times the rates.",
)
value_check("addition.jacobians", "addition_jacobians", "The Jacobians of w + x are I and I.")
value_check("subtraction.jacobians", "subtraction_jacobians", "The Jacobians of w - x are I and -I.")
value_check("multiplication.jacobians", "multiplication_jacobians", "The Jacobians of w * x are diag(x) and diag(w).")
value_check("division.jacobians", "division_jacobians", "The Jacobians of w / x are diag(1 / x) and diag(-w / x^2).")
value_check("product.jacobians", "product_jacobians", "The Jacobians of f(v) * g(w) are diag(g) F and diag(f) G.")
value_check(
    "scalar_addition.jacobians", "scalar_addition_jacobians", "The Jacobians of x + t are I and a vector of ones."
)
value_check("scalar_multiplication.jacobians", "scalar_multiplication_jacobians", "The Jacobians of t x are t I and x.")
value_check(
    "sum_reduction.gradient", "sum_reduction_gradient", "The derivative of the sum of the values of a map is 1^T J."
)
value_check("row_scaling.value", "row_scaling", "Row scaling is diag(gamma) X.")
value_check("column_scaling.value", "column_scaling", "Column scaling is X diag(gamma).")
value_check("outer_product.value", "outer_product", "The outer product of M and a has the entries M_ip a_q.")
value_check(
    "outer_product.contraction",
    "outer_product_contraction",
    "Contracted with v along its first axis, the outer product of M and a is (M^T v) a^T.",
)
value_check(
    "square_plus_cosine.gradient", "square_plus_cosine_gradient", "The gradient of x^2 + cos y is (2 x, -sin y)."
)
value_check(
    "cubic_exponential.jacobian",
    "cubic_exponential_jacobian",
    "The Jacobian of (2 x + y^3, e^y - 13 x) has the rows (2, 3 y^2) and (-13, e^y).",
)
value_check("sine_of_square.derivative", "sine_of_square_derivative", "The derivative of sin x^2 is 2 x cos x^2.")
value_check(
    "power_map.jacobian",
    "power_map_jacobian",
    "The Jacobian of (a^2 + b, b^3) has the rows (2 a, 1) and (0, 3 b^2).",
)
value_check(
    "sine_logarithm.jacobian",
    "sine_logarithm_jacobian",
    "The Jacobian of (sin g_1, log g_2) is diag(cos g_1, 1 / g_2).",
)
value_check(
    "composed_map.jacobian",
    "composed_map_jacobian",
    "The Jacobian of (sin(a^2 + b), log b^3) has the rows (2 a c, c), c = cos(a^2 + b), and (0, 3 / b).",
)
value_check(
    "logarithm_sine.derivative",
    "logarithm_sine_derivative",
    "The derivative of (log x^2, sin 3 x) is the column (2 / x, 3 cos 3 x).",
)
value_check("sum_with_square.derivative", "sum_with_square_derivative", "The derivative of x + x^2 is 1 + 2 x.")
