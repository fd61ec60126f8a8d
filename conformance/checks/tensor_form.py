"""Chapter 8, tensor form: the sentence by which each clause is judged."""

from __future__ import annotations

from .registry import value_check

value_check("gamma.value", "gamma", "Gamma holds the derivatives of the activations of a layer at its pre-activations.")
value_check("gamma.columns", "gamma_columns", "G has the derivatives of a layer in each of its n_(l-1) columns.")
value_check("gamma.rows", "gamma_rows", "G~ has the derivatives of a layer in each of its n_(l+1) rows.")
value_check(
    "layer.jacobian",
    "layer_jacobian",
    "The Jacobian of a^l with respect to a^(l-1) is G^l * W^l, at a softmax output J^L W^L.",
)
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
