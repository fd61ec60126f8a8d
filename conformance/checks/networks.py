"""Chapter 7, networks: the sentence by which each clause is judged."""

from __future__ import annotations

from .registry import value_check

value_check("network.forward", "network_forward", "The output of a network is a^L with a^l = g^l(W^l a^(l-1) + b^l).")
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
