"""What TensorFlow is set to before it computes."""

from __future__ import annotations

import os

import tensorflow as tf

from .environment import ONEDNN

THREADS = 1


def prepare() -> None:
    """
    One thread and no GPU, before TensorFlow computes anything in this process.

    With one thread its kernels are deterministic, so that ``enable_op_determinism`` is not needed. It would replace the
    kernel of the softmax cross-entropy, which nearly everybody trains with, by a composition of others.
    """
    tf.config.threading.set_intra_op_parallelism_threads(THREADS)
    tf.config.threading.set_inter_op_parallelism_threads(THREADS)
    tf.config.set_visible_devices([], "GPU")


def described() -> dict[str, str]:
    """The same, for a report."""
    return {
        "mode": "eager",
        "device": "CPU",
        "threads": str(THREADS),
        "enable_op_determinism": "no",
        "oneDNN": {"0": "off", "1": "on"}.get(os.environ.get(ONEDNN, ""), "as TensorFlow was built"),
    }
