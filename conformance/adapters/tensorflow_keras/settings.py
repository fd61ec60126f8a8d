"""What TensorFlow is set to before it computes."""

from __future__ import annotations

import os

import tensorflow as tf

from .environment import ONEDNN

THREADS = 1


def prepare() -> None:
    """One thread, deterministic kernels, the processor alone; before TensorFlow computes anything in this process."""
    tf.config.threading.set_intra_op_parallelism_threads(THREADS)
    tf.config.threading.set_inter_op_parallelism_threads(THREADS)
    tf.config.experimental.enable_op_determinism()
    tf.config.set_visible_devices([], "GPU")


def described() -> dict[str, str]:
    """The same, for a report."""
    return {
        "mode": "eager",
        "device": "CPU",
        "threads": str(THREADS),
        "deterministic": "yes",
        "oneDNN": {"0": "off", "1": "on"}.get(os.environ.get(ONEDNN, ""), "as TensorFlow was built"),
    }
