"""Looking into cases: their arrays, numbers, labels and lengths, and where to get cases from."""

from __future__ import annotations

import hashlib
import json
import math
from typing import TYPE_CHECKING, Any

import numpy as np
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from gradspec.conformance.adapters.python_object import PythonObject
from gradspec.conformance.adapters.reference import Reference
from gradspec.conformance.checks.examiner import Examiner
from gradspec.conformance.encoding import encoded_case
from gradspec.conformance.strategies.cases import corpus, drawn_cases
from gradspec.spec import FORMATS, Network, operations, resolve
from gradspec.spec.shapes import axes, names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gradspec.conformance.case import Case
    from gradspec.spec import Conventions, Format

DEFAULT = resolve()
"""The default conventions."""

OFFERED = [(each.name, regime) for each in operations().values() for regime in each.regimes]
"""Every operation in every regime in which it is examined."""


def digest(*formats: str) -> str:
    """Of every case of the corpus in these formats, in order."""
    found = hashlib.sha256()
    for name, regime in OFFERED:
        for format_name in formats:
            for case in corpus(name, format_name, regime, DEFAULT):
                found.update(json.dumps(encoded_case(case)).encode())
    return found.hexdigest()


def fixed_cases(conventions: Conventions = DEFAULT) -> Iterator[Case]:
    """The whole corpus."""
    for name, regime in OFFERED:
        for format_name in FORMATS:
            yield from corpus(name, format_name, regime, conventions)


def some_cases(regimes: tuple[str, ...], conventions: Conventions = DEFAULT) -> st.SearchStrategy[Case]:
    """Drawn cases of all operations and formats in these regimes."""
    pairs = [(name, regime) for name, regime in OFFERED if regime in regimes]
    return st.tuples(st.sampled_from(pairs), st.sampled_from(list(FORMATS))).flatmap(
        lambda chosen: drawn_cases(chosen[0][0], chosen[1], chosen[0][1], conventions)
    )


HOLDS = settings(max_examples=250, suppress_health_check=list(HealthCheck), phases=(Phase.generate,))
"""A few hundred cases of all operations and formats, none of which is shrunk: the first one that fails is shown."""


def examiner(choices: dict[str, object]) -> Examiner:
    """An examiner of the reference under these conventions."""
    return Examiner(PythonObject(Reference(), "reference"), resolve(choices))


def arrays(case: Case) -> Iterator[tuple[str, np.ndarray[Any, Any]]]:
    """Every array of a case with the domain that it is drawn from."""
    for argument, declared in zip(case.arguments, case.declaration.arguments, strict=True):
        yield from _arrays(argument, declared.domain)


def _arrays(argument: Any, domain: str) -> Iterator[tuple[str, np.ndarray[Any, Any]]]:
    match argument:
        case np.ndarray():
            yield domain, argument
        case Network():
            for layer in argument.layers:
                yield "weights", layer.weights
                yield "bias", layer.bias
        case list():
            for each in argument:
                yield from _arrays(each, domain)


def numbers(array: np.ndarray[Any, Any]) -> list[float]:
    """The entries as float64, which holds the numbers of every format."""
    return [float(number) for number in array.astype(np.float64).reshape(-1)]


def every_number(case: Case) -> list[float]:
    """The entries of all arrays of a case."""
    return [number for _, array in arrays(case) for number in numbers(array)]


def samples(case: Case) -> int | None:
    """N, where the operation takes a batch, or a number for each sample of one."""
    pairs = zip(case.arguments, case.declaration.arguments, strict=True)
    return next((argument.shape[-1] for argument, each in pairs if "N" in names(each.shape)), None)


def units(case: Case) -> list[int]:
    """The lengths of all axes but those of samples, and of all layers of a network."""
    lengths: dict[str, int] = {}
    widths: list[int] = []
    for argument, declared in zip(case.arguments, case.declaration.arguments, strict=True):
        if isinstance(argument, Network):
            widths = [argument.layers[0].weights.shape[1], *(len(layer.bias) for layer in argument.layers)]
        elif isinstance(argument, np.ndarray):
            pairs = zip(axes(declared.shape), argument.shape, strict=False)
            lengths |= {axis: length for axis, length in pairs if axis in ("m", "n", "k")}
    return [*lengths.values(), *widths]


LABELS = ("labels", "unit interval", "labels of the loss")


def labels(case: Case) -> list[float]:
    """The entries of the labels of a case, whatever its loss; those of a squared error are none."""
    network = next((each for each in case.arguments if isinstance(each, Network)), None)
    if network is not None and network.loss == "squared_error":
        return []
    return [number for domain, array in arrays(case) if domain in LABELS for number in numbers(array)]


def spread(case: Case) -> float:
    """The largest difference of two logits of one sample."""
    first = case.arguments[0].astype(np.float64)
    return float(np.max(np.max(first, axis=0) - np.min(first, axis=0)))


def farthest(case: Case) -> float:
    """The largest magnitude among all numbers of a case."""
    return max(map(abs, every_number(case)))


def exponents(number_format: Format) -> float:
    """The logarithm of the largest number."""
    return math.log(float(number_format.largest))


def lengths(case: Case) -> list[int]:
    """The lengths of all axes."""
    return [*units(case), *([samples(case) or 0] if samples(case) else [])]


def shapes(case: Case) -> list[tuple[int, ...]]:
    """Of all arrays."""
    return [array.shape for _, array in arrays(case)]
