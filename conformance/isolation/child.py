"""
A child process that is talked to over its standard input and output, whatever it does.

Reading and writing are done by threads, so that whoever waits can stop waiting: a child may not read, may not answer,
may answer without end, and may leave a child of its own behind that holds the pipes open.
"""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import time
from collections import deque
from contextlib import suppress
from threading import Lock, Thread
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

CHUNK = 1 << 16
"""Bytes read at once; a pipe holds as many."""

LONGEST_MESSAGE = 1 << 28
"""Bytes of one answer."""

SECONDS_BETWEEN_LOOKS = 0.05
"""How often a child that does not answer is looked at, whether it is alive."""

SECONDS_TO_END = 5.0
"""How long a child may take to end by itself when it is told to."""

KEPT_OF_ERRORS = 4096
"""Bytes of standard error that are kept for a message."""

PASSED_ON = 1 << 16
"""Bytes of standard error that are passed on, over all children of a run."""


class DiedError(Exception):
    """The child ended, or had to be ended; the message says how."""

    hung = False
    """Whether it had not answered in time."""
    from_outside = False
    """Whether somebody else ended it, by SIGTERM or SIGKILL: the system, say, when it is short of memory."""


class HungError(DiedError):
    """The child did not answer in time, and was ended."""

    hung = True


class KilledError(DiedError):
    """Somebody else ended the child."""

    from_outside = True


_FROM_OUTSIDE = (-signal.SIGTERM, -9)


class _PassedOn:
    """What the children of this process have written to standard error, as far as it is passed on."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._left = PASSED_ON

    def write(self, text: bytes) -> None:
        """Pass on ``text``, or no more of it."""
        with self._lock:
            passed, self._left = text[: self._left], max(self._left - len(text), 0)
            if not passed:
                return
            end = b"" if self._left else b"\n[gradspec passes on no more of what the target prints]\n"
            with suppress(OSError, ValueError):  # nobody listens, or the stream is closed
                sys.stderr.write((passed + end).decode("utf-8", "replace"))
                sys.stderr.flush()


_PASSED_ON = _PassedOn()


class Child:
    """A running process, in a session of its own, and the bytes that go to it and come from it."""

    def __init__(self, words: Sequence[str]) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - what the user asked for, or this interpreter
            words,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,  # an interrupt is for whoever started this, and its children are ended with it
        )
        self._buffer = bytearray()
        self._last_errors: deque[bytes] = deque()
        self._to_write: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._read: queue.Queue[bytes] = queue.Queue(maxsize=64)
        self._errors = self._thread(self._read_errors)
        self._thread(self._read_answers)
        self._thread(self._write)

    @property
    def pid(self) -> int:
        """Of the process."""
        return self._process.pid

    def send(self, data: bytes) -> None:
        """Write ``data``, without waiting until it is read."""
        self._to_write.put(data)

    def line(self, deadline: float) -> bytes:
        """The next line, without its end; raises :class:`DiedError` where none comes until the ``deadline``."""
        seen = 0
        while (end := self._buffer.find(b"\n", seen)) < 0:
            seen = len(self._buffer)
            self._more(deadline)
        return self._taken(end + 1)[:-1]

    def end(self, seconds: float = 0.0) -> int:
        """End the process and all of its session, after the ``seconds`` it may take itself; its exit status."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(seconds)
        if hasattr(os, "killpg"):
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, signal.SIGKILL)
        self._process.kill()
        status = self._process.wait()
        self._to_write.put(None)
        self._errors.join(SECONDS_BETWEEN_LOOKS)
        return status

    def last_words(self) -> str:
        """The last line that it wrote to standard error."""
        lines = b"".join(self._last_errors).decode("utf-8", "replace").split("\n")
        return next((line.strip() for line in reversed(lines) if line.strip()), "")

    def _taken(self, count: int) -> bytes:
        taken = bytes(self._buffer[:count])
        del self._buffer[:count]
        return taken

    def _more(self, deadline: float) -> None:
        """Wait for more bytes."""
        dead = False
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                self.end()
                message = "did not answer in time"
                raise HungError(message)
            try:
                chunk = self._read.get(timeout=min(left, SECONDS_BETWEEN_LOOKS))
            except queue.Empty:
                if dead:  # it was dead before, and nothing has come since
                    chunk = b""
                else:
                    dead = self._process.poll() is not None
                    continue
            if not chunk:
                raise self._end_of_it()
            self._buffer += chunk
            if len(self._buffer) > LONGEST_MESSAGE:
                self.end()
                message = f"wrote more than {LONGEST_MESSAGE >> 20} MiB without ending its answer"
                raise DiedError(message)
            return

    def _end_of_it(self) -> DiedError:
        try:
            status = self._process.wait(SECONDS_BETWEEN_LOOKS)
        except subprocess.TimeoutExpired:
            self.end()
            return DiedError("closed its output instead of answering")
        self.end()
        words = self.last_words()
        text = f"{ended(status)} instead of answering" + (f"; the last it wrote: {words[:300]}" if words else "")
        return KilledError(text) if status in _FROM_OUTSIDE else DiedError(text)

    def _thread(self, work: object) -> Thread:
        thread = Thread(target=work, daemon=True)  # type: ignore[arg-type]
        thread.start()
        return thread

    def _read_answers(self) -> None:
        """Into the queue, an empty chunk at the end; a full queue holds the child back."""
        with suppress(OSError, ValueError), _stream(self._process.stdout) as stream:
            while chunk := os.read(stream.fileno(), CHUNK):
                self._read.put(chunk)
        self._read.put(b"")

    def _read_errors(self) -> None:
        with suppress(OSError, ValueError), _stream(self._process.stderr) as stream:
            while chunk := os.read(stream.fileno(), CHUNK):
                self._last_errors.append(chunk[-KEPT_OF_ERRORS:])
                while sum(map(len, self._last_errors)) > 2 * KEPT_OF_ERRORS and len(self._last_errors) > 1:
                    self._last_errors.popleft()
                _PASSED_ON.write(chunk)

    def _write(self) -> None:
        stream = _stream(self._process.stdin)
        with suppress(OSError, ValueError):  # whoever does not read any more will not answer either
            while (data := self._to_write.get()) is not None:
                stream.write(data)
                stream.flush()
        with suppress(OSError, ValueError):
            stream.close()


def ended(status: int) -> str:
    """How a process ended, from its exit status."""
    if status >= 0:
        return f"ended with exit status {status}"
    try:
        return f"was ended by {signal.Signals(-status).name}"
    except ValueError:
        return f"was ended by signal {-status}"


def _stream(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None  # noqa: S101 - all three are asked for when the process is started
    return pipe
