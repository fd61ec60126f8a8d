"""The two targets: the contract's operations over TensorFlow's functions, and over those of Keras."""

from __future__ import annotations

import keras
import tensorflow as tf

from . import settings
from .activations import Activations
from .calculus import Calculus
from .keras_library import KERAS
from .layers import Layers
from .networks import Networks
from .tensorflow_library import TENSORFLOW
from .training import Training

FORMATS = ("float64", "float32", "float16", "bfloat16")

CONVENTIONS = {
    "layout": "rows",
    "weight_layout": "in_out",
    "relu_at_zero": "0",
    "leaky_relu_at_zero": "slope",
    "step_at_threshold": "1",
    "squared_error": "full",
    "cost": "mean",
    "entry_reduction": "mean",
    "label_sum": "one",
    "subnormals": "flush",
}
"""What both do."""


class TensorFlow(Calculus, Activations, Layers, Networks, Training):
    """
    TensorFlow in eager mode, one thread; batches in rows and kernels ``(n, m)``.

    What is not here is in the classes that this one is put together from.
    """

    name = "tensorflow"
    version = str(tf.__version__)
    formats = FORMATS
    conventions = CONVENTIONS
    library = TENSORFLOW

    def __init__(self) -> None:
        settings.prepare()
        self.environment = settings.described()


class Keras(Calculus, Activations, Layers, Networks, Training):
    """Keras 3 in eager mode on its TensorFlow backend; likewise."""

    name = "keras"
    version = str(keras.__version__)
    formats = FORMATS
    conventions = CONVENTIONS
    library = KERAS

    def __init__(self) -> None:
        settings.prepare()
        self.environment = settings.described() | {
            "backend": f"{keras.config.backend()} {tf.__version__}",
            "epsilon": str(keras.config.epsilon()),
        }
