"""Asking a target: one call with fresh copies, and an outcome whatever happens."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import numpy as np

from ..spec.network import Network
from .isolation.surroundings import changes, observed, restore
from .layout import declared_shape, expected_shapes, incoming, outgoing
from .outcome import Malformed, Outcome, Raised, Unsupported, Value
from .told import described, said_by

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..spec.conventions import Conventions
    from .adapters.target import Target
    from .case import Case

    FloatArray = np.ndarray[Any, np.dtype[Any]]


class _AnswerError(Exception):
    """The answer is not what the operation declares; the message says how."""


@runtime_checkable
class Remote(Protocol):
    """A target in another process, which is asked there."""

    def outcomes(self, cases: Sequence[Case], conventions: Conventions) -> list[Outcome]:
        """The outcome of each case, asked in order."""
        ...


def ask(target: Target, case: Case, conventions: Conventions) -> Outcome:
    """Call the operation of ``case`` on ``target`` with fresh copies of its arguments."""
    return ask_all(target, [case], conventions)[0]


def ask_all(target: Target, cases: Sequence[Case], conventions: Conventions) -> list[Outcome]:
    """The outcome of each case, asked in order; where the target is in another process, with few messages."""
    if isinstance(target, Remote):
        return target.outcomes(cases, conventions)
    return [_asked_here(target, case, conventions) for case in cases]


def _asked_here(target: Target, case: Case, conventions: Conventions) -> Outcome:
    declared = case.declaration.arguments
    sent = [
        outgoing(argument, declaration.shape, conventions)
        for argument, declaration in zip(case.arguments, declared, strict=True)
    ]
    arrays = [
        (name, array) for d, argument in zip(declared, sent, strict=True) for name, array in named(argument, d.name)
    ]
    before = [_contents(array) for _, array in arrays]
    surroundings = observed()

    def changed() -> tuple[str, ...]:
        return tuple(name for (name, now), then in zip(arrays, before, strict=True) if _contents(now) != then)

    def disturbed() -> tuple[str, ...]:
        after = observed()
        if after == surroundings:
            return ()
        restore(surroundings)
        return changes(surroundings, after)

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            answer = target.call(case.operation, sent, dict(case.keywords), case.format_name)
            taken = list(_taken(answer, case, conventions))
    except NotImplementedError as unsupported:
        disturbed()
        return Unsupported(said_by(unsupported) or case.operation)
    except _AnswerError as error:
        return Malformed(str(error), changed(), disturbed())
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - whatever the target raises is its outcome
        return Raised(described(error), changed(), disturbed())
    aliased = tuple(name for name, array in arrays if any(np.may_share_memory(array, part) for part, _ in taken))
    arrays_taken = tuple(canonical for _, canonical in taken)
    held = _contents(answer)
    return Value(arrays_taken, lambda: _contents(answer) != held, changed(), disturbed(), aliased)


def _contents(answer: Any) -> list[Any]:  # noqa: ANN401 - the target's own objects
    """Shape, dtype and bytes of every array of an answer."""
    if isinstance(answer, Sequence):
        return [_contents(part) for part in answer]
    array = np.asarray(answer)
    return [array.shape, array.dtype, array.tobytes()]


def named(argument: Any, name: str) -> Iterator[tuple[str, FloatArray]]:  # noqa: ANN401 - whatever an operation takes
    """Every array inside ``argument`` with the name by which a report calls it."""
    match argument:
        case np.ndarray():
            yield name, argument
        case Network():
            for index, layer in enumerate(argument.layers):
                yield f"{name}.layers[{index}].weights", layer.weights
                yield f"{name}.layers[{index}].bias", layer.bias
        case list() | tuple():
            for index, each in enumerate(argument):
                yield from named(each, f"{name}[{index}]")


def _taken(answer: Any, case: Case, conventions: Conventions) -> Iterator[tuple[FloatArray, FloatArray]]:  # noqa: ANN401
    """Every array of ``answer`` as it is and in the canonical layout; raises when one is not as declared."""
    expected = expected_shapes(case.declaration, case.arguments)
    parts = list(_parts(answer, case))
    if len(parts) != len(expected):
        message = (
            f"{len(parts)} arrays came back, expected {len(expected)}: {', '.join(name for name, _, _ in expected)}"
        )
        raise _AnswerError(message)
    for part, (name, words, shape) in zip(parts, expected, strict=True):
        array = _as_array(part, name, case)
        wanted = declared_shape(shape, words, conventions)
        if array.shape != wanted:
            message = f"{name} has shape {array.shape}, expected {wanted}"
            raise _AnswerError(message)
        yield array, incoming(array, words, conventions)


def _parts(answer: Any, case: Case) -> Iterator[Any]:  # noqa: ANN401 - the target's own objects
    results = case.declaration.results
    names = ", ".join(result.name for result in results)
    groups = [answer] if len(results) == 1 else _sequence(answer, len(results), f"({names})")
    for group, result in zip(groups, results, strict=True):
        if result.shape.startswith("all "):
            layers = next(argument for argument in case.arguments if isinstance(argument, Network)).layers
            yield from _sequence(group, len(layers), f"{result.name}, one array a layer")
        else:
            yield group


def _sequence(answer: Any, length: int, what: str) -> Sequence[Any]:  # noqa: ANN401 - the target's own objects
    if not isinstance(answer, Sequence) or isinstance(answer, str):
        message = f"a {type(answer).__name__} came back, expected a sequence {what}"
        raise _AnswerError(message)
    if len(answer) != length:
        message = f"a sequence of {len(answer)} came back, expected {length}: {what}"
        raise _AnswerError(message)
    return answer


def _as_array(part: Any, name: str, case: Case) -> FloatArray:  # noqa: ANN401 - the target's own objects
    dtype = case.number_format.dtype
    try:
        array = np.asarray(part)
    except Exception as error:
        message = f"{name} is a {type(part).__name__} that numpy.asarray refuses: {said_by(error)}"
        raise _AnswerError(message) from error
    if type(part) is float:
        narrowed = np.asarray(part).astype(dtype)
        if float(narrowed) == part or part != part:  # noqa: PLR0124 - NaN alone differs from itself
            return narrowed
    if array.dtype != dtype:
        message = f"{name} has dtype {array.dtype}, expected {dtype}"
        raise _AnswerError(message)
    return array
