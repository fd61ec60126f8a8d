"""Chapter 4, activations: the sentence by which each clause is judged."""

from __future__ import annotations

from .registry import value_check

_ELEMENTWISE = {
    "identity": ("z", "1"),
    "relu": ("max(0, z)", "1 above 0, 0 below, and at 0 what the convention says"),
    "leaky_relu": (
        "z from 0 on and slope z below",
        "1 above 0, the slope below, and at 0 what the convention says",
    ),
    "sigmoid": ("1 / (1 + e^-z)", "s (1 - s) with s = sigmoid(z)"),
    "tanh": ("(e^z - e^-z) / (e^z + e^-z)", "1 - tanh(z)^2"),
    "heaviside": ("1 above the threshold, 0 below, and at it what the convention says", "0"),
}

for _name, (_value, _derivative) in _ELEMENTWISE.items():
    value_check(f"{_name}.value", _name, f"{_name}(z) is {_value}.")
    value_check(f"{_name}.derivative", f"{_name}_derivative", f"The derivative of {_name} at z is {_derivative}.")
    value_check(
        f"{_name}.vjp",
        f"{_name}_vjp",
        f"The vjp of {_name} is the upstream gradient times its derivative at z.",
    )

value_check("indicator.value", "indicator", "The indicator of z is 1 for z > 0 and 0 elsewhere.")
value_check(
    "relu_epsilon.value",
    "relu_epsilon",
    "relu_epsilon(z) is z - 3 z^3 / eps^2 - 2 z^4 / eps^3 from -eps to 0, and relu(z) elsewhere.",
)
value_check(
    "relu_epsilon.derivative",
    "relu_epsilon_derivative",
    "The derivative of relu_epsilon is 1 - 9 t^2 - 8 t^3, t = z / eps, from -eps to 0, 0 below and 1 above.",
)

value_check("softmax.value", "softmax", "softmax(z)_i is e^z_i / sum_j e^z_j.")
value_check("log_softmax.value", "log_softmax", "log_softmax(z)_i is z_i - log sum_j e^z_j.")
value_check("softmax.jacobian", "softmax_jacobian", "The Jacobian of softmax is S_i (delta_ij - S_j).")
value_check("softmax.vjp", "softmax_vjp", "The vjp of softmax is S_i (u_i - S . u).")
value_check("softmax.batch", "softmax_batch", "Each sample of a batch gets the softmax of its own entries.")
value_check(
    "activation.jacobian",
    "activation_jacobian",
    "The Jacobian of an elementwise activation is diagonal, with its derivative at z_i in row i.",
)
