"""What TensorFlow is set to before it computes."""

from __future__ import annotations

import os
from contextlib import suppress

import tensorflow as tf

from .environment import ONEDNN

THREADS = 1


def prepare() -> None:
    """
    One thread and no GPU. TensorFlow refuses where it has computed something in this process already.

    With one thread its kernels are deterministic, so that ``enable_op_determinism`` is not needed. It would replace the
    kernel of the softmax cross-entropy, which nearly everybody trains with, by a composition of others.
    """
    with suppress(RuntimeError):  # what it has then, `described` says
        tf.config.threading.set_intra_op_parallelism_threads(THREADS)
        tf.config.threading.set_inter_op_parallelism_threads(THREADS)
        tf.config.set_visible_devices([], "GPU")


def described() -> dict[str, str]:
    """What it computes with, for a report."""
    threads = tf.config.threading.get_intra_op_parallelism_threads()
    return {
        "mode": "eager",
        "device": "GPU" if tf.config.get_visible_devices("GPU") else "CPU",
        "threads": str(threads or "as many as there are cores"),
        "enable_op_determinism": "no",
        "oneDNN": {"0": "off", "1": "on"}.get(os.environ.get(ONEDNN, ""), "as TensorFlow was built"),
    }
