"""
Targets that are right, but at an array without axes, where relu does something that has nothing to do with a relu.

Each class is one way to misbehave. Nobody but relu does, so that every other verdict has to be that of ``Right``.
"""

import base64
import ctypes
import json
import os
import subprocess
import sys
import time

import numpy as np


class Right:
    """Right throughout."""

    formats = ("float64",)

    def relu(self, z):
        if z.ndim == 0:
            found = self.misbehave(z)
            if found is not None:
                return found
        return np.maximum(z, 0)

    def misbehave(self, z):
        return None

    def identity(self, z):
        return z.copy()

    def sigmoid(self, z):
        return 1 / (1 + np.exp(-np.clip(z, -700, 700)))


class Segfault(Right):
    def misbehave(self, z):
        ctypes.string_at(0)


class Aborts(Right):
    def misbehave(self, z):
        os.abort()


class Loops(Right):
    def misbehave(self, z):
        while True:
            pass


class SleepsInC(Right):
    """Holds the lock of the interpreter, so that no signal handler and no thread of Python would run."""

    def misbehave(self, z):
        ctypes.PyDLL(None).usleep(60_000_000)


class AnswersLate(Right):
    def misbehave(self, z):
        time.sleep(6)


class Allocates(Right):
    """10 GiB, all of them written to."""

    def misbehave(self, z):
        return np.ones(10 << 27)


class Exits(Right):
    def misbehave(self, z):
        os._exit(0)


class RaisesSystemExit(Right):
    def misbehave(self, z):
        sys.exit("enough")


class RaisesKeyboardInterrupt(Right):
    def misbehave(self, z):
        raise KeyboardInterrupt


class Whatever(BaseException):
    pass


class RaisesBaseException(Right):
    def misbehave(self, z):
        raise Whatever("what nobody catches")


class RaisesUnprintably(Right):
    """A name of a file that is no UTF-8, as Python reads it."""

    def misbehave(self, z):
        raise ValueError("no file " + os.fsdecode(b"caf\xe9"))


class RaisesWhatCannotBePrinted(Right):
    def misbehave(self, z):
        class Unprintable(ValueError):
            def __str__(self):
                raise KeyError("message")

        raise Unprintable


class RaisesAtLength(Right):
    def misbehave(self, z):
        raise ValueError("very " * 10**7 + "long")


def tell_everybody(message):
    """Write a line to everything that is open, its own way out too."""
    for number in range(256):
        try:
            os.write(number, message + b"\n")
        except OSError:
            pass


class FindsTheWayOut(Right):
    """And writes there what is no message."""

    def misbehave(self, z):
        tell_everybody(b"Segmentation fault")


class FindsTheWayOutInDepth(Right):
    """And writes there what no reader of JSON gets to the bottom of."""

    def misbehave(self, z):
        tell_everybody(b"[" * 100_000)


class Forges(Right):
    """The answer to its request, by what it finds on the stack; of a shape that no relu has."""

    def misbehave(self, z):
        frame = sys._getframe()
        while "request" not in frame.f_locals:
            frame = frame.f_back
        numbers = base64.b64encode(np.zeros(7).tobytes()).decode()
        outcome = ["value", [["float64", [7], numbers]], 1, [], [], []]
        count = len(frame.f_locals["request"][1])
        tell_everybody(json.dumps([frame.f_locals["number"], "outcomes", [outcome] * count, False]).encode())


class ClosesItsPipes(Right):
    def misbehave(self, z):
        os.closerange(0, 256)


class TakesItsTime(Right):
    """A second for each call of the identity, and does not misbehave."""

    def identity(self, z):
        time.sleep(1)
        return z.copy()


class PretendsToWork(Right):
    """Says without end that it has done some more."""

    def misbehave(self, z):
        frame = sys._getframe()
        while "request" not in frame.f_locals:
            frame = frame.f_back
        for done in range(1, 1000):
            tell_everybody(json.dumps([frame.f_locals["number"], "done", done]).encode())
            time.sleep(0.01)
        time.sleep(60)


class Prints(Right):
    """To everything that might be taken for the channel of its answers."""

    def misbehave(self, z):
        print("hello")
        sys.stdout.write("{}\n" * 1000)
        sys.__stdout__.flush()
        os.write(1, b'{"id": 1}\n')


class PrintsWithoutEnd(Right):
    """Two hundred MiB."""

    def misbehave(self, z):
        for _ in range(200):
            os.write(1, b"0" * (1 << 20))


class ReadsItsInput(Right):
    def misbehave(self, z):
        assert sys.stdin.read() == ""


class Generates(Right):
    def misbehave(self, z):
        return (each for each in [z])


class GeneratesWithoutEnd(Right):
    """An object that numpy asks for numbers without end."""

    def misbehave(self, z):
        class Endless:
            def __array__(self, dtype=None, copy=None):
                while True:
                    pass

        return Endless()


class Spawns(Right):
    """A child that outlives it, in the same session and with all its pipes."""

    def misbehave(self, z):
        subprocess.Popen(["sleep", "600"])


class SpawnsAndDies(Right):
    """The same in a session of its own, so that it stays behind with the pipes when its parent is gone."""

    def misbehave(self, z):
        subprocess.Popen(["sleep", "10"], start_new_session=True, close_fds=False)
        os.abort()


class Forks(Right):
    """And returns twice."""

    def misbehave(self, z):
        os.fork()


class ChangesDirectory(Right):
    def misbehave(self, z):
        os.chdir("/")


class RaisesNumpyErrors(Right):
    def misbehave(self, z):
        np.seterr(all="raise")


class RoundsUpward(Right):
    def misbehave(self, z):
        upward = {"x86_64": 0x800, "aarch64": 0x400000}[os.uname().machine]
        assert ctypes.CDLL(None).fesetround(upward) == 0


class FlushesToZero(Right):
    """By a library that HOSTILE_LIBRARY names."""

    def misbehave(self, z):
        ctypes.CDLL(os.environ["HOSTILE_LIBRARY"]).flush()


class LoadsFlushing(Right):
    """Flushes from its loading on, as a library that was linked with -ffast-math does."""

    def __init__(self):
        ctypes.CDLL(os.environ["HOSTILE_LIBRARY"]).flush()


class Unsettled(Right):
    """Dies at two calls in one process, never at one: what kills it cannot be told from its input."""

    calls = 0

    def misbehave(self, z):
        Unsettled.calls += 1
        if Unsettled.calls > 1:
            os.kill(os.getpid(), 11)


class Hoards(Right):
    """Keeps 128 MiB of every call at an array without axes, as a compiler keeps its programs."""

    kept = []

    def misbehave(self, z):
        Hoards.kept.append(np.empty(1 << 24))
