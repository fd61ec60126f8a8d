"""Chapter 9, training: the sentence by which each clause is judged."""

from __future__ import annotations

from .registry import value_check

value_check(
    "gradient_descent.step",
    "gradient_descent_step",
    "A step of gradient descent is W - rate dW and b - rate db.",
)
