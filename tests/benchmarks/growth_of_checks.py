"""
A judged gradient against gradient checkers, as the parameters of a network grow.

One hidden layer of tanh, as wide as inputs and outputs, with the squared error, in float64. The gradient that is
examined is PyTorch's (JAX's own for its checker). ``gradcheck`` perturbs every parameter; its ``fast_mode`` and JAX's
``check_grads`` compare one random direction, whatever the number of parameters; all of them to some digits. The audit
and ``judge`` hold every entry against its envelope.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

import jax
import numpy as np
import torch
from torch.autograd.gradcheck import GradcheckError

from gradspec.conformance import judge
from gradspec.conformance.auditing import AuditVerdict, audit, from_arrays
from gradspec.oracle.large.certified import certified_step
from gradspec.oracle.large.deviations import deviations
from gradspec.spec import resolve
from gradspec.spec.formats import FORMATS
from tests.benchmarks.growing import duration, growths, multiple, table
from tests.oracle.sized_networks import drawn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from gradspec.spec import Network
    from tests.benchmarks.growing import Growth

WIDTHS = (7, 22, 70, 223, 707)
"""Of all three layers: some 10^2, 10^3, 10^4, 10^5 and 10^6 parameters."""

FORMAT = "float64"
"""Of every number."""


class Counted:
    """A function that counts its calls."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.calls = 0
        self._function = function

    def __call__(self, *arguments: Any) -> Any:
        """What the function says."""
        self.calls += 1
        return self._function(*arguments)


@dataclass(frozen=True, eq=False)
class Training:
    """One training step, for everybody to examine."""

    width: int
    """Inputs, hidden units and outputs."""
    samples: int
    """Of the batch."""
    calls: dict[str, int] = field(default_factory=dict)
    """How often each checker called the function in its last run."""
    refused: set[str] = field(default_factory=set)
    """The checkers that did not accept the gradient, which is right."""

    @property
    def parameters(self) -> int:
        """How many weights and biases there are."""
        return 2 * self.width * (self.width + 1)

    @cached_property
    def network(self) -> Network:
        """The network, its last layer linear."""
        return drawn((self.width,) * 3, "tanh", ("identity", "squared_error"))

    @cached_property
    def batch(self) -> tuple[Any, Any]:
        """Inputs and labels in columns, standard normal."""
        random = np.random.default_rng(1)
        return random.standard_normal((self.width, self.samples)), random.standard_normal((self.width, self.samples))

    @cached_property
    def point(self) -> list[Any]:
        """The arrays of parameters: weights and bias of the first layer, then of the second."""
        return [array for layer in self.network.layers for array in (layer.weights, layer.bias)]

    @cached_property
    def tensors(self) -> list[Any]:
        """The same for PyTorch."""
        return [torch.tensor(array, requires_grad=True) for array in self.point]

    @cached_property
    def of_torch(self) -> Callable[..., Any]:
        """The cost by the parameters, in PyTorch."""
        return self._cost(torch.tanh, *map(torch.tensor, self.batch))

    @cached_property
    def of_jax(self) -> Callable[..., Any]:
        """The same in JAX, compiled."""
        return jax.jit(self._cost(jax.numpy.tanh, *map(jax.numpy.asarray, self.batch)))

    def _cost(self, tanh: Callable[[Any], Any], x: Any, y: Any) -> Callable[..., Any]:
        def cost(w1: Any, b1: Any, w2: Any, b2: Any) -> Any:
            error = w2 @ tanh(w1 @ x + b1[:, None]) + b2[:, None] - y
            return (error * error).sum() / (2 * self.samples)

        return cost

    def put_to(self, name: str, check: Callable[[Any], object], function: Callable[..., Any]) -> None:
        """Run the checker ``name`` on ``function``, and keep what it did."""
        counted = Counted(function)
        try:
            check(counted)
        except (AssertionError, GradcheckError):
            self.refused.add(name)
        self.calls[name] = counted.calls

    @cached_property
    def answer(self) -> list[Any]:
        """The gradients that are judged, in the order of the point."""
        return [each.numpy() for each in gradient(self)]


def forward(training: Training) -> Any:
    """One forward pass."""
    with torch.no_grad():
        return training.of_torch(*training.tensors)


def gradient(training: Training) -> Any:
    """One analytic gradient: forward and backward pass."""
    return torch.autograd.grad(training.of_torch(*training.tensors), training.tensors)


def gradcheck(training: Training) -> None:
    """PyTorch's checker at its defaults."""
    training.put_to("gradcheck", partial(torch.autograd.gradcheck, inputs=training.tensors), training.of_torch)


def gradcheck_fast(training: Training) -> None:
    """The same in its fast mode, of one random direction."""
    check = partial(torch.autograd.gradcheck, inputs=training.tensors, fast_mode=True)
    training.put_to("gradcheck, fast_mode", check, training.of_torch)


def jax_check(training: Training) -> None:
    """JAX's checker of reverse mode at its defaults, of one random direction."""
    with jax.enable_x64(new_val=True):
        arguments = tuple(map(jax.numpy.asarray, training.point))
        check = partial(import_module("jax.test_util").check_grads, args=arguments, order=1, modes=("rev",))
        training.put_to("check_grads", check, training.of_jax)


def certified(training: Training) -> Any:
    """The true gradients with their radii, by the path that the size decides."""
    return certified_step(training.network, *training.batch, resolve())


def certified_by_splitting(training: Training) -> Any:
    """The same by error-free splitting."""
    return certified_step(training.network, *training.batch, resolve(), path="fast")


def envelopes(training: Training) -> Any:
    """The envelopes of all entries at the level must."""
    return deviations(training.network, *training.batch, resolve(), number_format=FORMATS[FORMAT], level="must")


def audited(training: Training) -> None:
    """Every entry judged at the level must: truth, envelopes, and the page's statistics."""
    names = ("W1", "b1", "W2", "b2")
    arrays = dict(zip(names, training.point, strict=True)) | dict(zip("xy", training.batch, strict=True))
    arrays |= {f"d{name}": each for name, each in zip(names, training.answer, strict=True)}
    found = audit(from_arrays(arrays, activations=["tanh", "identity"], loss="squared_error"))
    assert found.verdict == AuditVerdict.CONFORMANT


def judged(training: Training) -> None:
    """Every entry judged at both levels, with the envelopes that a run of the suite has."""
    answer = training.answer[::2], training.answer[1::2]
    found = judge("network_gradients", [training.network, *training.batch], answer, FORMAT)
    assert {str(finding.kind) for finding in found.findings.values()} == {"inside"}


METHODS: dict[str, Callable[[Training], Any]] = {
    "forward": forward,
    "gradient": gradient,
    "gradcheck": gradcheck,
    "gradcheck, fast_mode": gradcheck_fast,
    "check_grads": jax_check,
    "certified": certified,
    "certified, splitting": certified_by_splitting,
    "envelopes": envelopes,
    "audit": audited,
    "judge": judged,
}
"""By the names that they have in the tables."""


def report(samples: int, rounds: int) -> Iterator[str]:
    """The tables."""
    torch.set_num_threads(1)
    trainings = [Training(width, samples) for width in WIDTHS]
    found = growths(trainings, lambda training: training.parameters, METHODS, rounds)
    exponents = (("all sizes", None), ("last two measured", 2))
    yield table(
        [
            ("parameters", *METHODS),
            *_rows(trainings, found, duration),
            *(
                (f"exponent, {of}", *(f"{each.exponent(last):.2f}" for each in found.values()))
                for of, last in exponents
            ),
        ]
    )
    for unit in ("gradient", "forward"):
        ratios = {
            name: [a / b for a, b in zip(each.seconds, found[unit].seconds, strict=True)]
            for name, each in found.items()
        }
        yield f"In units of one {unit}{' pass' if unit == 'forward' else ''}:"
        yield table([("parameters", *METHODS), *_rows(trainings, found, multiple, ratios)])
    yield "Calls of the function by each checker that was run, and whether it refused the gradient, which is right:"
    checkers = tuple(trainings[0].calls)
    yield table([("parameters", *checkers), *((f"{each.parameters:,}", *_told(each, checkers)) for each in trainings)])


def _told(training: Training, checkers: Sequence[str]) -> Iterator[str]:
    """What each checker did, empty for one that was not run."""
    for name in checkers:
        calls = training.calls.get(name)
        yield "" if calls is None else f"{calls:,}{', refused' if name in training.refused else ''}"


def _rows(
    trainings: Sequence[Training],
    found: dict[str, Growth],
    written: Callable[[float], str],
    numbers: dict[str, list[float]] | None = None,
) -> Iterator[list[str]]:
    """A row a size, of the times, or of other ``numbers``."""
    for place, training in enumerate(trainings):
        cells = [
            written((numbers[name] if numbers else each.seconds)[place]) + each.mark(place)
            for name, each in found.items()
        ]
        yield [f"{training.parameters:,}", *cells]
