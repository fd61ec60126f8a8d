"""
A target that keeps a state for each operation, and one that dies.

What comes back depends on the calls before of the same operation, in whatever format, as of a cache or of a buffer.
"""

import os
import signal
import sys
import time
from collections import Counter
from pathlib import Path

import numpy as np

formats = ("float64", "float32")


class Counting:
    """Every seventh answer of an operation is wrong."""

    formats = formats

    def __init__(self):
        self.calls = Counter()

    def _answered(self, name, answer):
        self.calls[name] += 1
        return answer + answer.dtype.type(self.calls[name] % 7 == 0)

    def relu(self, z):
        return self._answered("relu", np.maximum(z, 0).astype(z.dtype))

    def relu_derivative(self, z):
        return self._answered("relu_derivative", (z > 0).astype(z.dtype))

    def identity(self, z):
        return self._answered("identity", z.copy())


class Right:
    """Right throughout."""

    formats = formats

    def relu(self, z):
        return np.maximum(z, 0).astype(z.dtype)

    def relu_derivative(self, z):
        return (z > 0).astype(z.dtype)

    def identity(self, z):
        return z.copy()

    def identity_derivative(self, z):
        return np.ones_like(z)


class Dying(Right):
    """Dies where a number is large, by a signal or by an exit; finds nothing on its standard input."""

    def relu(self, z):
        if np.any(np.abs(z.astype(float)) > 1e30):
            os.kill(os.getpid(), signal.SIGSEGV)
        return np.maximum(z, 0).astype(z.dtype)

    def identity(self, z):
        assert sys.stdin.read() == ""
        if np.any(np.abs(z.astype(float)) > 1e30):
            os._exit(3)
        return z.copy()


class DyingOnce(Right):
    """Dies once in all, by the signal named in the environment; a file says that it happened."""

    def relu_derivative(self, z):
        print("a target may print what it likes")
        mark = Path(os.environ["DYING_ONCE_MARK"])
        if not mark.exists():
            mark.touch()
            os.kill(os.getpid(), int(os.environ["DYING_ONCE_SIGNAL"]))
        return (z > 0).astype(z.dtype)


class Slow(Right):
    """Takes its time, and leaves a file for each process that it is in."""

    def relu(self, z):
        folder = os.environ.get("SLOW_FOLDER")
        if folder:
            (Path(folder) / str(os.getpid())).touch()
        time.sleep(0.05)
        return np.maximum(z, 0).astype(z.dtype)


class Fatal:
    """Ends the process that makes it, but for the first one."""

    formats = formats

    def __init__(self):
        if os.environ.get("FATAL") not in (None, str(os.getpid())):
            os._exit(4)

    def relu(self, z):
        return np.maximum(z, 0).astype(z.dtype)
