"""Chapter 9, cost and training: the sentence by which each clause is judged."""

from __future__ import annotations

from .registry import value_check

value_check("stack.value", "stack_samples", "The stack of a batch has all entries of sample 1 first, then of sample 2.")
value_check("projection.value", "project_sample", "The projection pi_k takes block k of the stack, the sample k.")
value_check(
    "projection.jacobian", "projection_jacobian", "The Jacobian of pi_k is [0 | ... | I | ... | 0] with I as block k."
)
value_check(
    "losses.jacobian",
    "losses_jacobian",
    "The Jacobian of the losses has in row k the gradient of loss k as block k, and 0 elsewhere.",
)
value_check(
    "cost.row",
    "cost_row",
    "The derivative of phi(l_1, ..., l_N) with respect to the stack has block k equal to d_k phi times grad l_k.",
)
value_check(
    "stacked.weight_jacobian",
    "stacked_weight_jacobian",
    "The Jacobian of the stack of outputs with respect to W^l is that of each sample, one below the other.",
)
value_check(
    "stacked.bias_jacobian",
    "stacked_bias_jacobian",
    "The Jacobian of the stack of outputs with respect to b^l is that of each sample, one below the other.",
)
value_check(
    "cost.weight_derivative",
    "cost_weight_derivative",
    "The derivative of the cost with respect to W^l_pq is sum_r (D_A C)_r (D_W A)_rpq.",
)
value_check(
    "cost.bias_derivative",
    "cost_bias_derivative",
    "The derivative of the cost with respect to b^l_p is sum_r (D_A C)_r (D_b A)_rp.",
)
value_check(
    "gradient.vector",
    "gradient_vector",
    "The gradient vector lists the derivatives by all weights, layer by layer and row by row, then by all biases.",
)
value_check(
    "gradient_descent.step",
    "gradient_descent_step",
    "A step of gradient descent is W - rate dW and b - rate db.",
)
value_check("descent.direction", "steepest_descent_direction", "The direction of steepest descent is -g / |g|.")
value_check(
    "quadratic.rate_limit", "learning_rate_limit", "Descent on a quadratic converges for rates below 2 / curvature."
)
value_check(
    "quadratic.descent",
    "quadratic_descent",
    "After t steps of descent on a quadratic, theta is (1 - rate curvature)^t times what it was.",
)
value_check("listing.linear_regression_forward", "linear_regression_forward", "The predictions are a_k = w . x_k + b.")
value_check("listing.linear_regression_cost", "linear_regression_cost", "The cost is sum (a_k - y_k)^2 / (2 N).")
value_check(
    "listing.linear_regression_backward",
    "linear_regression_backward",
    "The gradients are dw = dZ X^T and db = sum dZ with dZ = (a - y) / N.",
)
value_check("listing.linear_regression_step", "linear_regression_step", "A step is w - rate dw and b - rate db.")
value_check(
    "listing.linear_regression_descent",
    "linear_regression_descent",
    "Descent returns the parameters after all steps, and the cost of these parameters.",
)
