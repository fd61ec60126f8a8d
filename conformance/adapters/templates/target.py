"""
An adapter between gradspec and your library.

gradspec imports this file and calls its functions. A function named after an operation is offered; the others are not
asked for. `gradspec list operations` prints every name with its arguments and results.
"""

import numpy as np

name = "my library"
version = "0.1"

# Every format listed is examined; arrays come and go in its dtype. There are float64, float32, float16 and bfloat16.
formats = ("float64", "float32")

# Choices that differ between libraries and are no errors; `gradspec list conventions` prints them all. What is not
# listed has its default. `gradspec detect target.py` finds out what your library does.
conventions = {"layout": "columns", "weight_layout": "out_in"}


def sigmoid(z):
    """1 / (1 + exp(-z)) of every entry, for z of any shape."""
    e = np.exp(-np.abs(z))  # exp(-z) would overflow
    return np.where(z < 0, e, 1) / (1 + e)


def sigmoid_derivative(z):
    """The derivative at z (not at the sigmoid of z)."""
    e = np.exp(-np.abs(z))
    return e / (1 + e) ** 2  # s (1 - s) would lose its digits where s is nearly 1


# To go on, add a function a time and run again:
#
#     def dense(x, W, b):
#         return my_library.dense(W, b)(x)
#
#     def dense_gradients(x, W, b, delta):
#         ...
#         return dx, dW, db
#
# Raise NotImplementedError for what your library cannot do.
