"""A target of three operations, each computed as it is defined: right formulas, and wrong numbers far from zero."""

import numpy as np

formats = ("float64", "float16")
name = "by definition"
version = "1"


def sigmoid(z):
    with np.errstate(over="ignore"):
        return (1 / (1 + np.exp(-z))).astype(z.dtype)


def sigmoid_derivative(z):
    value = sigmoid(z)
    return value * (1 - value)


def softmax(z):
    with np.errstate(over="ignore", invalid="ignore"):
        powers = np.exp(z)
        return (powers / powers.sum()).astype(z.dtype)
