"""Chapter 7, networks: the sentence by which each clause is judged."""

from __future__ import annotations

from .registry import value_check

value_check("network.forward", "network_forward", "The output of a network is a^L with a^l = g^l(W^l a^(l-1) + b^l).")
value_check(
    "network.trace",
    "network_trace",
    "The trace of a network is z^l = W^l a^(l-1) + b^l and a^l = g^l(z^l) of every layer.",
)
value_check(
    "downstream.value",
    "downstream_value",
    "The first layer is fed the sample, every other one the activation of the layer before it.",
)
value_check(
    "network.cost",
    "network_cost",
    "The cost of a batch is the mean (or sum, by convention) of the losses of its samples.",
)
value_check(
    "network.gradients",
    "network_gradients",
    "The gradients are dW^l = sum_k delta^l_k (a^(l-1)_k)^T and db^l = sum_k delta^l_k, scaled like the cost.",
)
value_check(
    "network.deltas",
    "network_deltas",
    "The gradients by Z^l are D^l = ((W^(l+1))^T D^(l+1)) * g'(Z^l), from the last delta, scaled like the cost.",
)
value_check(
    "network.input_gradient",
    "network_input_gradient",
    "The gradient by the inputs is (W^1)^T D^1, scaled like the cost.",
)
value_check(
    "network.vjp",
    "network_vjp",
    "The vjp of a network is (W^1)^T delta^1, delta^l (a^(l-1))^T and delta^l, from delta^L = (J^L)^T u.",
)
value_check(
    "upstream.gradient",
    "upstream_gradient",
    "The upstream gradient is delta^L, before it (W^L)^T delta^L, further down (W^(l+1))^T (d^(l+1) * g'(z^(l+1))).",
)
value_check(
    "listing.relu_layer_forward",
    "relu_layer_forward",
    "A relu layer computes Z = W A + b 1^T and max(0, Z).",
)
value_check(
    "listing.relu_layer_backward",
    "relu_layer_backward",
    "A relu layer passes back dA = W_next^T dZ_next and dZ = relu'(Z) * dA, with dW = dZ A_prev^T and db = dZ 1.",
)
value_check(
    "listing.classifier_forward",
    "classifier_forward",
    "A classifier computes relu layers and the softmax of each sample.",
)
value_check(
    "listing.classifier_backward",
    "classifier_backward",
    "The gradients of a classifier are those of relu layers from dZ^L = (A^L - Y) / N.",
)
