"""
A target in any language, behind a process that speaks JSON Lines (clause ``conformance.process``).

One request a line on its standard input, one answer a line on its standard output; standard error is passed on. A call
that takes longer than the limit is an error and ends the process, and so is an answer that is not the protocol's; the
next call starts a new one.
"""

from __future__ import annotations

import json
import math
import queue
import shlex
import subprocess
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import numpy as np

from ...spec.formats import FORMATS
from ...spec.network import Network
from ...spec.operations import operations
from .errors import TargetError

if TYPE_CHECKING:
    from collections.abc import Mapping

SECONDS_PER_CALL = 60.0
"""How long one call may take."""

_SPECIAL = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


_ANSWERS = frozenset({"result", "unsupported", "error"})


class ProcessError(RuntimeError):
    """The process hung, died, or answered something that is not the protocol's."""


class Process:
    """The target behind a command line."""

    def __init__(self, command: str, seconds: float = SECONDS_PER_CALL) -> None:
        self._words = shlex.split(command)
        if not self._words:
            message = "--command is empty; give the command that starts the target, such as 'node target.js'"
            raise TargetError(message)
        self._seconds = seconds
        self._running: subprocess.Popen[str] | None = None
        self._lines: queue.Queue[str | None] = queue.Queue()
        self._listener: threading.Thread | None = None
        self._count = 0
        described = self._describe(command)
        self.name = str(described.get("name", command))
        self.version = str(described.get("version", ""))
        self.formats = _formats(described, command)
        self.conventions: Mapping[str, object] = dict(described.get("conventions") or {})
        self.environment = {"command": command}
        self._operations = frozenset(described.get("operations", ()))

    def _describe(self, command: str) -> Mapping[str, Any]:
        try:
            return self._request({"operation": "describe"})
        except (OSError, ProcessError) as error:
            self.close()
            message = f"the command {command!r} does not answer to describe: {error}"
            raise TargetError(message) from error

    def offers(self, operation: str) -> bool:
        """Whether it named the operation when asked to describe itself."""
        return operation in self._operations

    def call(self, operation: str, arguments: list[Any], keywords: dict[str, float], format_name: str) -> Any:
        """Its answer as arrays of the format; raises what the process reports."""
        request = {
            "operation": operation,
            "format": format_name,
            "arguments": [written(argument) for argument in arguments],
            "keywords": {name: written(value) for name, value in keywords.items()},
        }
        answer = self._request(request)
        if len(_ANSWERS & answer.keys()) != 1:
            message = f"the answer has not just one of {', '.join(sorted(_ANSWERS))}: {json.dumps(answer)[:200]}"
            raise ProcessError(message)
        if "unsupported" in answer:
            raise NotImplementedError(str(answer["unsupported"]))
        if "error" in answer:
            raise ProcessError(str(answer["error"]))
        results = operations()[operation].results
        if len(results) == 1:
            return _read(answer["result"], results[0].shape, format_name)
        parts = answer["result"] if isinstance(answer["result"], list) else [answer["result"]]
        shapes = [result.shape for result in results] + ["any"] * len(parts)
        return [_read(part, shape, format_name) for part, shape in zip(parts, shapes, strict=False)]

    def close(self) -> None:
        """End the process."""
        process, self._running = self._running, None
        if process is None:
            return
        process.kill()
        process.wait()
        if self._listener is not None:
            self._listener.join(timeout=1.0)
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with suppress(OSError):  # what was not sent cannot be sent any more
                    stream.close()

    def _start(self) -> subprocess.Popen[str]:
        process = subprocess.Popen(  # noqa: S603 - the command that the user asked for
            self._words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )
        self._running = process
        lines: queue.Queue[str | None] = queue.Queue()
        self._lines = lines

        def listen() -> None:
            try:
                for line in process.stdout or ():
                    lines.put(line)
            except ValueError:  # the stream was closed while it was read
                pass
            lines.put(None)

        self._listener = threading.Thread(target=listen, daemon=True)
        self._listener.start()
        return process

    def _request(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        process = self._running or self._start()
        self._count += 1
        text = json.dumps({"id": self._count, **request}, allow_nan=False)
        try:
            if process.stdin is not None:
                process.stdin.write(text + "\n")
                process.stdin.flush()
            line = self._lines.get(timeout=self._seconds)
        except queue.Empty:
            self.close()
            message = f"hung: no answer within {self._seconds:g} seconds"
            raise ProcessError(message) from None
        except OSError as error:
            line = None if self._running is not None else str(error)
        if line is None:
            status = process.wait()
            self.close()
            message = f"died with exit status {status} instead of answering"
            raise ProcessError(message)
        return self._answer(line)

    def _answer(self, line: str) -> Mapping[str, Any]:
        try:
            answer = json.loads(line)
        except json.JSONDecodeError as error:
            self.close()
            message = f"not a line of JSON: {line.strip()[:200]!r} ({error})"
            raise ProcessError(message) from error
        if not isinstance(answer, dict) or answer.get("id") != self._count:
            self.close()
            message = f"not an object with the id {self._count} of the request: {line.strip()[:200]!r}"
            raise ProcessError(message)
        return answer


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
        case np.ndarray():
            return written(argument.astype(np.float64).tolist())
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
    except (TypeError, ValueError) as error:
        message = f"the result is not an array of numbers: {json.dumps(part)[:200]} ({error})"
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


def _formats(described: Mapping[str, Any], command: str) -> tuple[str, ...]:
    declared = described.get("formats", ["float64"])
    if not isinstance(declared, list) or not declared or any(each not in FORMATS for each in declared):
        message = f"{command!r} declares the formats {declared!r}; they are a list out of {', '.join(FORMATS)}"
        raise TargetError(message)
    return tuple(each for each in FORMATS if each in declared)
