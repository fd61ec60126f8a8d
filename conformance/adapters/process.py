"""
A target in any language, behind a process that speaks JSON Lines (clause ``conformance.process``).

One request a line on its standard input, one answer a line on its standard output; what it writes to standard error is
passed on, up to a point. A process that hangs, dies or breaks the protocol is ended, and the next call starts another.
"""

from __future__ import annotations

import json
import math
import shlex
import shutil
import time
from typing import TYPE_CHECKING, Any

import numpy as np

from ...spec.formats import FORMATS
from ...spec.network import Network
from ...spec.operations import operations
from ..asking import ask
from ..environment import version
from ..isolation.child import DiedError
from ..isolation.limits import SECONDS_TO_START, Limits
from ..isolation.restarting import Restarting
from ..layout import outgoing
from ..strange_json import json_value
from ..told import storable
from .errors import TargetError
from .protocol import answer_faults, members

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ...spec.conventions import Conventions
    from ..case import Case
    from ..isolation.child import Child
    from ..outcome import Outcome

PROTOCOL = 1
"""The version of the protocol that is spoken."""

SHOWN = 200
"""How many characters of what a process wrote a message shows."""

_SPECIAL = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}

_ANSWERS = frozenset({"result", "unsupported", "error"})


class ProcessError(RuntimeError):
    """What the process reports, or answers that is no answer."""


class BrokenProtocolError(DiedError):
    """The process was ended because what it wrote is not the protocol's."""


class Process(Restarting):
    """The target behind a command line; raises :class:`TargetError` where it cannot be started or described."""

    def __init__(self, command: str, limits: Limits | None = None) -> None:
        words = shlex.split(command)
        if not words:
            message = "--command is empty; give the command that starts the target, such as 'node target.js'"
            raise TargetError(message)
        if shutil.which(words[0]) is None:
            message = f"--command {command!r}: there is no program {words[0]!r} here, or it may not be executed"
            raise TargetError(message)
        super().__init__(words, limits or Limits())
        self._command = command
        self._count = 0
        self._described: Mapping[str, Any] = {}
        try:
            self._start()
        except (OSError, DiedError) as error:
            message = f"the command {command!r} does not say what it is: it {error}"
            raise TargetError(message) from error
        self.name = storable(self._described.get("name", command))
        self.version = storable(self._described.get("version", ""))
        declared = self._described.get("formats", ["float64"])
        self.formats = tuple(each for each in FORMATS if each in declared)
        self.conventions: Mapping[str, object] = self._described.get("conventions", {})
        environment = self._described.get("environment", {})
        self.environment = {storable(name): storable(value) for name, value in environment.items()}
        self.environment["command"] = command
        self._operations = frozenset(self._described["operations"])

    def offers(self, operation: str) -> bool:
        """Whether it named the operation when asked to describe itself."""
        return operation in self._operations

    def call(self, operation: str, arguments: list[Any], keywords: dict[str, float], format_name: str) -> Any:
        """Its answer as arrays of the format; raises what the process reports."""
        request = _call(operation, arguments, keywords, format_name)
        return _answer(self._called([request])[0], operation, format_name)

    def _greet(self, child: Child) -> None:
        self._count = 0
        deadline = time.monotonic() + SECONDS_TO_START
        started = self._request(child, {"message": "start", "protocol": PROTOCOL, "gradspec": version()}, deadline)
        if started.get("protocol") != PROTOCOL:
            message = f"{self._command!r} does not speak version {PROTOCOL} of the protocol: {_shown(started)}"
            raise TargetError(message)
        answer = self._request(child, {"message": "describe"}, deadline)
        # What else it says is not read, and may be the next version's.
        described = {name: answer[name] for name in members("describe") if name in answer}
        if faults := answer_faults("describe", described):
            message = f"{self._command!r} does not answer to describe as the protocol says: {'; '.join(faults)}"
            raise TargetError(message)
        self._described = described

    def _farewell(self, child: Child) -> None:
        child.send(_line({"id": self._count + 1, "message": "stop"}))

    def _asked(self, cases: Sequence[Case], conventions: Conventions) -> list[Outcome]:
        try:
            answers = self._called([_call_of(case, conventions) for case in cases])
        except TargetError as error:
            raise DiedError(str(error)) from error
        # What an answer has to be is looked at as that of any other target; the call was made in the process.
        return [ask(_Answered(answer), case, conventions) for answer, case in zip(answers, cases, strict=True)]

    def _called(self, calls: list[dict[str, Any]]) -> list[Any]:
        """The answers to ``calls``, as they came."""

        def exchange(child: Child, deadline: float) -> list[Any]:
            answers = self._request(child, {"message": "call", "calls": calls}, deadline).get("answers")
            if not isinstance(answers, list) or len(answers) != len(calls):
                text = f"gave {_shown(answers)} as the answers to {len(calls)} calls"
                raise BrokenProtocolError(text)
            return answers

        return self._exchanged(exchange)

    def _request(self, child: Child, request: Mapping[str, Any], deadline: float) -> dict[str, Any]:
        self._count += 1
        child.send(_line({"id": self._count, **request}))
        line = child.line(deadline).decode("utf-8", "replace")
        try:
            answer = json_value(line)
        except ValueError as error:
            text = f"wrote what is not a line of JSON: {line.strip()[:SHOWN]!r} ({error})"
            raise BrokenProtocolError(text) from error
        if not isinstance(answer, dict) or answer.get("id") != self._count:
            text = f"wrote what is not an object with the id {self._count} of the request: {line.strip()[:SHOWN]!r}"
            raise BrokenProtocolError(text)
        return answer


class _Answered:
    """One call that a process has answered already."""

    name, version, formats = "a process", "", tuple(FORMATS)
    conventions: Mapping[str, object] = {}
    environment: Mapping[str, str] = {}

    def __init__(self, answer: object) -> None:
        self._answer = answer

    def offers(self, operation: str) -> bool:
        """What was asked."""
        return operation in operations()

    def call(self, operation: str, arguments: list[Any], keywords: dict[str, float], format_name: str) -> Any:
        """The answer."""
        del arguments, keywords
        return _answer(self._answer, operation, format_name)

    def close(self) -> None:
        """Nothing is held."""


def _call_of(case: Case, conventions: Conventions) -> dict[str, Any]:
    pairs = zip(case.arguments, case.declaration.arguments, strict=True)
    sent = [outgoing(argument, declared.shape, conventions) for argument, declared in pairs]
    return _call(case.operation, sent, case.keywords, case.format_name)


def _call(operation: str, arguments: Sequence[Any], keywords: Mapping[str, float], format_name: str) -> dict[str, Any]:
    return {
        "operation": operation,
        "format": format_name,
        "arguments": [written(argument) for argument in arguments],
        "keywords": {name: written(value) for name, value in keywords.items()},
    }


def _answer(answer: Any, operation: str, format_name: str) -> Any:
    """One answer of the process as arrays; raises where it is none."""
    if not isinstance(answer, dict) or len(_ANSWERS & answer.keys()) != 1:
        message = f"the answer has not just one of {', '.join(sorted(_ANSWERS))}: {_shown(answer)}"
        raise ProcessError(message)
    if "unsupported" in answer:
        raise NotImplementedError(_said(answer["unsupported"]))  # as any target says that it does not offer a case
    if "error" in answer:
        raise ProcessError(_said(answer["error"]))
    results = operations()[operation].results
    if len(results) == 1:
        return _read(answer["result"], results[0].shape, format_name)
    parts = answer["result"] if isinstance(answer["result"], list) else [answer["result"]]
    shapes = [result.shape for result in results] + ["any"] * len(parts)
    return [_read(part, shape, format_name) for part, shape in zip(parts, shapes, strict=False)]


def written(argument: Any) -> Any:
    """``argument`` in JSON: nested lists, shortest decimals of float64, special values as strings."""
    match argument:
        case Network():
            layers = [
                {
                    "weights": written(layer.weights),
                    "bias": written(layer.bias),
                    "activation": layer.activation,
                }
                | ({} if layer.slope is None else {"slope": layer.slope})
                for layer in argument.layers
            ]
            return {"layers": layers, "loss": argument.loss}
        case np.ndarray() | np.generic():
            return written(np.asarray(argument).astype(np.float64).tolist())
        case list() | tuple():
            return [written(each) for each in argument]
        case float() if not math.isfinite(argument):
            return "NaN" if math.isnan(argument) else "Infinity" if argument > 0 else "-Infinity"
        case _:
            return argument


def _read(part: Any, shape: str, format_name: str) -> Any:
    if shape.startswith("all ") and isinstance(part, list):
        return [_read(each, "any", format_name) for each in part]
    try:
        wide = np.array(_numbers(part), dtype=np.float64)
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        message = f"the result is not an array of numbers: {_shown(part)} ({error})"
        raise ProcessError(message) from error
    with np.errstate(over="ignore"):
        narrow = wide.astype(FORMATS[format_name].dtype)
    same = np.array_equal(narrow.astype(np.float64), wide, equal_nan=True)
    return narrow if same else wide


def _numbers(part: Any) -> Any:
    if isinstance(part, list):
        return [_numbers(each) for each in part]
    if isinstance(part, str):
        if part not in _SPECIAL:
            message = f"{part!r} is not one of NaN, Infinity, -Infinity"
            raise ValueError(message)
        return _SPECIAL[part]
    if isinstance(part, bool) or not isinstance(part, int | float):
        message = f"{part!r} is not a number"
        raise TypeError(message)
    return float(part)


def _line(message: Mapping[str, Any]) -> bytes:
    return (json.dumps(message, allow_nan=False) + "\n").encode()


def _said(value: object) -> str:
    """A reason that a process gives, or what stands in its place."""
    return storable(value) if isinstance(value, str) else _shown(value)


def _shown(value: object) -> str:
    try:
        return json.dumps(value)[:SHOWN]
    except RecursionError:
        return "a list of lists of lists, and so on"
