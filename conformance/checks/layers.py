"""Chapter 6, layers: the sentence by which each clause is judged."""

from __future__ import annotations

from .registry import value_check

value_check("dense.value", "dense", "A dense layer is W x + b.")
value_check("dense.batch", "dense_batch", "Each sample of a batch gets W x + b of its own entries.")
value_check("dense.jacobian_x", "dense_jacobian_x", "The Jacobian of a dense layer with respect to x is W.")
value_check(
    "dense.jacobian_weights",
    "dense_jacobian_weights",
    "The Jacobian of a dense layer with respect to W is d z_i / d W_pq = delta_ip x_q.",
)
value_check(
    "dense.jacobian_bias",
    "dense_jacobian_bias",
    "The Jacobian of a dense layer with respect to b is the identity.",
)
value_check("dense.gradients", "dense_gradients", "The vjps of a dense layer are W^T delta, delta x^T and delta.")
value_check(
    "dense.batch_gradients",
    "dense_batch_gradients",
    "The vjps of a dense layer for a batch are W^T D, D X^T and the sum of D over the samples.",
)
value_check(
    "backpropagation.delta",
    "backpropagate_delta",
    "The delta of a hidden layer is (W_next^T delta_next) * g'(z).",
)
