"""Output Jacobians as two certified factors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from flint import arb

from gradspec.oracle.arithmetic.ball import exact_ball
from gradspec.oracle.large.jacobian_factors import jacobian_factors
from gradspec.oracle.truth import truth
from gradspec.spec import FLOAT64, Layer, Network, resolve
from gradspec.spec.network import ACTIVATIONS
from tests.oracle.sized_networks import ENDS, batch, check_overlap, drawn

if TYPE_CHECKING:
    from collections.abc import Iterator


class TestJacobianFactors:
    """The output Jacobian of a layer is an outer product of two certified factors."""

    @pytest.mark.parametrize("end", ENDS, ids="-".join)
    @pytest.mark.parametrize("activation", ACTIVATIONS)
    def test_give_the_tensor(self, activation: str, end: tuple[str, str]) -> None:
        """Clause output.weight_jacobian, layer by layer."""
        network = drawn((4, 5, 3, 2), activation, end)
        x = batch(network, 1)[0][:, 0]
        for number, factors in enumerate(jacobian_factors(network, x, resolve()), 1):
            true = truth(
                "output_weight_jacobian", [network, x, number], {}, number_format=FLOAT64, conventions=resolve()
            )
            assert true.arrays[0].shape == factors.shape
            for output, units in blocks(factors):
                check_overlap(true.arrays[0][output, units], factors.block(output, units))

    def test_find_a_wrong_entry(self) -> None:
        """A tensor is compared block by block; one that is rounded is off by half an ulp."""
        network = drawn((40, 30, 20, 5))
        factors = jacobian_factors(network, batch(network, 1)[0][:, 0], resolve())[1]
        tensor = np.array([factors.block(output, slice(0, 20)).high for output in range(5)])
        tensor[3, 11, 17] *= 1 + 1e-9
        found = [
            (each.output, each.units.start + int(unit), int(source))
            for each in factors.compared(tensor)
            for unit, source in np.argwhere(each.error > 2.0**-53 * np.abs(each.true.high) + each.true.radius)
        ]

        assert found == [(3, 11, 17)]

    def test_refuse_another_shape(self) -> None:
        """The message names both."""
        network = drawn((4, 3, 2))
        factors = jacobian_factors(network, np.ones(4), resolve())[0]

        with pytest.raises(ValueError, match=r"\(2, 4, 3\); it must be \(2, 3, 4\)"):
            next(factors.compared(np.ones((2, 4, 3))))

    def test_of_the_largest_and_the_smallest_numbers(self) -> None:
        """Products beyond float64 are not known; products below it are, to the smallest number."""
        network = Network((Layer(np.array([[1.0, 1.0]]), np.zeros(1), "identity"),) * 1, "squared_error")
        for x in (1e-300, 1.5e300):
            block = jacobian_factors(network, np.array([x, 0]), resolve())[0].block(0, slice(0, 1))
            check_overlap(np.array([[exact_ball(x), arb(0)]]), block)
            assert block.radius[0, 1] == 0


def blocks(factors: Any) -> Iterator[tuple[int, slice]]:
    """One unit at a time."""
    outputs, units, _ = factors.shape
    return ((output, slice(unit, unit + 1)) for output in range(outputs) for unit in range(units))
