"""Chapter 5, losses: the sentence by which each clause is judged."""

from __future__ import annotations

from .registry import value_check

value_check(
    "squared_error.value",
    "squared_error",
    "The squared error is 1/2 sum (o - y)^2, without the half by convention.",
)
value_check(
    "squared_error.gradient",
    "squared_error_gradient",
    "The gradient of the squared error is o - y, twice that by convention.",
)
value_check(
    "squared_error.delta",
    "squared_error_delta",
    "The delta of the squared error at an identity output is z - y, twice that by convention.",
)
value_check(
    "root_mean_square_error.value",
    "root_mean_square_error",
    "The root mean square error is the root of the mean of (o - y)^2.",
)
value_check(
    "root_mean_square_error.gradient",
    "root_mean_square_error_gradient",
    "The gradient of the root mean square error r is (o - y) / (m r).",
)
value_check(
    "binary_cross_entropy.value",
    "binary_cross_entropy",
    "The binary cross-entropy is -sum y log o + (1 - y) log(1 - o).",
)
value_check(
    "binary_cross_entropy.gradient",
    "binary_cross_entropy_gradient",
    "The gradient of the binary cross-entropy is -y / o + (1 - y) / (1 - o).",
)
value_check(
    "categorical_cross_entropy.value",
    "categorical_cross_entropy",
    "The categorical cross-entropy is -sum y_j log o_j with 0 log 0 = 0.",
)
value_check(
    "categorical_cross_entropy.gradient",
    "categorical_cross_entropy_gradient",
    "The gradient of the categorical cross-entropy is -y / o.",
)
value_check(
    "sigmoid_cross_entropy.value",
    "sigmoid_cross_entropy",
    "The sigmoid cross-entropy is the binary cross-entropy of sigmoid(z).",
)
value_check(
    "sigmoid_cross_entropy.delta",
    "sigmoid_cross_entropy_delta",
    "The delta of the sigmoid cross-entropy is sigmoid(z) - y.",
)
value_check(
    "softmax_cross_entropy.value",
    "softmax_cross_entropy",
    "The softmax cross-entropy is the categorical cross-entropy of softmax(z).",
)
value_check(
    "softmax_cross_entropy.delta",
    "softmax_cross_entropy_delta",
    "The delta of the softmax cross-entropy is (sum y) S - y, which is S - y for labels that sum to one.",
)
