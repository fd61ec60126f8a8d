"""Chapter 9: one step of gradient descent."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from tests.oracle.evaluating import agree, network, values

NETWORK = network(([[1.0, 2.0]], [0.5], "relu"), ([[3.0], [-1.0]], [0.0, 1.0], "identity"))
DWS = [np.array([[4.0, -8.0]]), np.array([[1.0], [2.0]])]
DBS = [np.array([1.0]), np.array([-2.0, 4.0])]


class TestGradientDescentStep:
    """A step takes W^l - rate dW^l and b^l - rate db^l for every layer."""

    def test_by_hand(self) -> None:
        """Every parameter moves against its gradient; weights come first."""
        w1, w2, b1, b2 = values("gradient_descent.step", NETWORK, DWS, DBS, 0.25)

        assert agree(w1, [[0, 4]])
        assert agree(w2, [[2.75], [-1.5]])
        assert agree(b1, [0.25])
        assert agree(b2, [0.5, 0])

    def test_is_exact_for_a_rate_that_is_no_power_of_two(self) -> None:
        """The rate 0.1 is the float64 nearest to it, and nothing is rounded after that."""
        rate = Fraction(0.1)
        w1, *_ = values("gradient_descent.step", NETWORK, DWS, DBS, 0.1)

        assert w1[0, 0].is_exact()
        assert agree(w1, [[1 - rate * 4, 2 + rate * 8]])

    def test_does_not_touch_the_network(self) -> None:
        """The parameters that went in are what they were."""
        values("gradient_descent.step", NETWORK, DWS, DBS, 0.25)

        assert NETWORK.layers[0].weights.tolist() == [[1.0, 2.0]]
