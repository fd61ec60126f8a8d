"""
The audit of a real network: scikit-learn's digits, 64-32-10, trained a little, by PyTorch and by scikit-learn.

``python -m tests.benchmarks.audit_digits [FOLDER]`` trains both, records a step of each, audits it, plants an error of
one part in 10^4 in one entry whose envelope is narrower, and looks whether it is found and located. The bundles are
left in FOLDER where one is given. Needs torch and scikit-learn. Exit status 1 where something is not as it should be.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from sklearn.datasets import load_digits
from sklearn.neural_network import MLPClassifier
from torch import nn

from gradspec.conformance.auditing import audit, from_sklearn, from_torch
from gradspec.conformance.auditing.quantities import quantities
from gradspec.conformance.rendering.audit import summary
from gradspec.oracle.large.certified import certified_step
from gradspec.oracle.large.deviations import deviations

if TYPE_CHECKING:
    from gradspec.conformance.auditing import Audit, Bundle

    FloatArray = np.ndarray[Any, np.dtype[Any]]

BATCH = 64
"""Samples of the step."""

STEPS = 200
"""Of training."""

SECONDS = 10
"""The longest that an audit may take."""

PLANTED = 1e-4
"""The relative error of one entry."""


@dataclass(frozen=True)
class Planted:
    """Where an error was planted."""

    bundle: Bundle
    """The step with it."""
    name: str
    """The array."""
    index: tuple[int, ...]
    """The entry."""
    possible: int
    """In how many weights the error would have to be found."""


def by_torch(x: FloatArray, y: FloatArray) -> Bundle:
    """A step of PyTorch in float32."""
    torch.manual_seed(0)
    torch.set_num_threads(1)
    model = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))
    loss = nn.CrossEntropyLoss()
    optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
    for step in range(STEPS):
        rows = slice(step % 20 * BATCH, (step % 20 + 1) * BATCH)
        optimiser.zero_grad()
        loss(model(torch.tensor(x[rows])), torch.tensor(y[rows])).backward()
        optimiser.step()
    batch, labels = torch.tensor(x[:BATCH]), torch.tensor(y[:BATCH])
    optimiser.zero_grad()
    cost = loss(model(batch), labels)
    cost.backward()
    return from_torch(model, batch, labels, loss=loss, cost=cost)


def by_sklearn(x: FloatArray, y: FloatArray) -> Bundle:
    """A step of scikit-learn's classifier, in the format of ``x``."""
    model = MLPClassifier((32,), alpha=0.0, max_iter=5, random_state=0)
    for _ in range(10):
        model.partial_fit(x, y, classes=np.arange(10))
    return from_sklearn(model, x[:BATCH], y[:BATCH])


def planted(bundle: Bundle) -> Planted:
    """The step with an error in the middle one of all entries in which it has to be found at the level should."""
    given = bundle.network, bundle.inputs, bundle.labels, bundle.conventions
    step = certified_step(*given)
    allowed = deviations(*given, number_format=bundle.number_format, level="should")
    fitting = [
        (answer.name, tuple(map(int, index)))
        for answer in quantities(bundle, step, allowed)
        if answer.name.startswith("dW")
        for index in np.argwhere(_with_error(answer.got) - answer.high > answer.reach)
    ]
    name, index = fitting[len(fitting) // 2]
    layer = int(name.removeprefix("dW")) - 1
    gradients = [gradient.copy() for gradient in bundle.weight_gradients]
    gradients[layer][index] = _with_error(gradients[layer])[index]
    return Planted(replace(bundle, weight_gradients=tuple(gradients)), name, index, len(fitting))


def _with_error(gradient: FloatArray) -> FloatArray:
    """Every entry with the error, in its format, as float64."""
    changed: FloatArray = (gradient * gradient.dtype.type(1 + PLANTED)).astype(np.float64)
    return changed


def examine(name: str, bundle: Bundle, folder: Path | None) -> bool:
    """Whether the step conforms, within the time, and the planted error is found where it is, and nowhere else."""
    sound, seconds = _audited(bundle, name)
    wrong = planted(bundle)
    place = f"{wrong.name}{list(wrong.index)}"
    found, seconds_of_wrong = _audited(wrong.bundle, f"{name}, one part in {1 / PLANTED:.0f} in {place}")
    if folder is not None:
        bundle.save(folder / f"{name}.npz")
        wrong.bundle.save(folder / f"{name}-planted.npz")
    places = {
        (array.name, entry.index)
        for level in found.levels
        for array in level.failing
        for entry in array.worst
        if entry.ratio > 1
    }
    is_located = places == {(wrong.name, wrong.index)}
    told = f"in {wrong.possible} weights, and in {place} is {'' if is_located else 'not '}found alone"
    _say(f"{name}: {sound.verdict}, {seconds:.2f} s; the error has to be found {told}, {seconds_of_wrong:.2f} s")
    is_sound = not any(level.failing for level in sound.levels)
    return is_sound and is_located and max(seconds, seconds_of_wrong) < SECONDS


def _audited(bundle: Bundle, name: str) -> tuple[Audit, float]:
    started = time.perf_counter()
    found = audit(bundle, ("must", "should"), worst=1)
    seconds = time.perf_counter() - started
    _say(*summary(found, name))
    return found, seconds


def _say(*lines: str) -> None:
    sys.stdout.write("\n".join([*lines, "", ""]))
    sys.stdout.flush()


def main() -> None:
    """Both programs, in float32, and scikit-learn in float64 too."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    digits = load_digits()
    x, y = (digits.data / 16).astype(np.float32), digits.target
    steps = {
        "torch-float32": by_torch(x, y),
        "sklearn-float32": by_sklearn(x, y),
        "sklearn-float64": by_sklearn(x.astype(np.float64), y),
    }
    results = [examine(name, bundle, folder) for name, bundle in steps.items()]
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()
