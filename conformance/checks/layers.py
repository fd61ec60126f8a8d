"""Chapter 6, layers: the sentence by which each clause is judged."""

from __future__ import annotations

from .registry import value_check

value_check("linear_model.value", "linear_model", "A linear model is w_0 + w_1 x_1 + ... + w_n x_n.")
value_check(
    "perceptron.value",
    "perceptron",
    "A perceptron is 1 where w . x + b is above the threshold and 0 where it is below.",
)
value_check("neuron.value", "neuron", "A neuron is g(w . x + b), the bias added once.")
value_check(
    "neuron.gradients",
    "neuron_gradients",
    "The derivatives of a neuron with respect to its weights and bias are g'(z) x and g'(z).",
)
value_check(
    "neuron.chain",
    "neuron_chain",
    "The four factors of a neuron's derivative are g'(z), 1, a row of ones and diag(x).",
)
value_check(
    "neuron.cost", "neuron_cost", "The cost of a neuron is the squared error of its activations over the batch."
)
value_check(
    "neuron.cost_gradients",
    "neuron_cost_gradients",
    "The gradients of a neuron's cost sum d_i x_i and d_i over the samples, where d_i = (a_i - y_i) g'(z_i).",
)
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
value_check("layer.value", "layer", "A layer with its activation is g(W x + b), entry by entry.")
value_check(
    "layer.gradients",
    "layer_gradients",
    "The vjps of a layer with its activation are W^T d, d x^T and d, where d = upstream * g'(W x + b).",
)
value_check(
    "affine.composition",
    "compose_affine",
    "Two layers without activation are the affine map of W2 W1 and W2 b1 + b2.",
)
