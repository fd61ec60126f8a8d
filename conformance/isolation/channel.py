"""The pipes between a child and whoever started it, out of reach of what the child runs, and messages on them."""

from __future__ import annotations

import io
import os
import pickle
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .child import Child


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
    """A message with its length before it."""
    data = pickle.dumps(message)
    return b"%d\n" % len(data) + data


def received(stream: IO[bytes]) -> Any:  # noqa: ANN401 - any message
    """The next message, from whoever started this process; raises EOFError where none comes any more."""
    length = stream.readline()
    if not length:
        raise EOFError
    return pickle.loads(stream.read(int(length)))  # noqa: S301 - from the process that started this one


def received_from(child: Child, deadline: float) -> Any:  # noqa: ANN401 - any plain value
    """
    The next message of a ``child``, which is not trusted: it is made of numbers, texts, bytes, tuples, lists and dicts.

    Raises ValueError or :class:`pickle.UnpicklingError` for anything else.
    """
    length = child.line(deadline)
    return _Plain(io.BytesIO(child.exactly(int(length), deadline))).load()


class _Plain(pickle.Unpickler):
    """Reads plain values alone: nothing of a message is called or imported."""

    def find_class(self, module: str, name: str) -> Any:  # noqa: ANN401 - pickle's signature
        """Refuse."""
        message = f"a message names {module}.{name}; it may hold plain values only"
        raise pickle.UnpicklingError(message)
