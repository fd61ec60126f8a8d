"""
The pipes between a child and whoever started it, and the messages on them.

A child believes who started it, and is sent whatever can be pickled. What a child sends is a line of JSON, since the
target that it runs can find the pipe and write there too: reading JSON calls and imports nothing, and takes no more
memory than a multiple of the line.
"""

from __future__ import annotations

import json
import os
import pickle
from typing import IO, Any

from ..strange_json import json_value

GREETING = 0
"""The number of what a child says of itself, without a request."""


def taken() -> tuple[IO[bytes], IO[bytes]]:
    """
    The standard input and output of this process, to be called before anything else runs.

    From then on whatever reads standard input finds it empty, and whatever is printed goes to standard error.
    """
    incoming, outgoing = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return incoming, outgoing


def framed(message: object) -> bytes:
    """A message to a child, with its length before it."""
    data = pickle.dumps(message)
    return b"%d\n" % len(data) + data


def received(stream: IO[bytes]) -> Any:  # noqa: ANN401 - any message
    """The next message, from whoever started this process; raises EOFError where none comes any more."""
    length = stream.readline()
    if not length:
        raise EOFError
    return pickle.loads(stream.read(int(length)))  # noqa: S301 - from the process that started this one


def told(stream: IO[bytes], number: int, *message: object) -> None:
    """Write a child's answer to the request of that number: its kind, and what goes with it, as JSON values."""
    stream.write(json.dumps([number, *message]).encode("ascii") + b"\n")
    stream.flush()


def parsed(line: bytes, number: int) -> list[Any]:
    """The child's answer to the request of that number; raises ValueError for what is none."""
    match json_value(line):
        case [int(answered), str(kind), *rest] if answered == number:
            return [kind, *rest]
    message = f"{line[:200]!r} is no answer to request {number}"
    raise ValueError(message)
