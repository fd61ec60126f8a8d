"""Chapter 8, tensor form: the sentence by which each clause is judged."""

from __future__ import annotations

from .registry import value_check

value_check(
    "output.weight_jacobian",
    "output_weight_jacobian",
    "The Jacobian of a^L with respect to W^l is (D^L ... D^(l+2) (D^(l+1) * G~^l)) (x) a^(l-1).",
)
value_check(
    "output.bias_jacobian",
    "output_bias_jacobian",
    "The Jacobian of a^L with respect to b^l is D^L ... D^(l+2) (D^(l+1) * G~^l).",
)
