"""ONNX Runtime as a target: the contract's operations as graphs of ONNX operators."""

from __future__ import annotations

from typing import Any

import onnxruntime

from .calculus import Calculus
from .derivatives import Derivatives
from .graphs import TRAINING
from .layers import Layers
from .networks import Networks
from .training import Training


class OnnxRuntimeForward(Layers, Networks):
    """
    ONNX Runtime on its CPU provider, one thread; batches in rows and weights as exported from PyTorch.

    What is not here is in the classes that this one is put together from.
    """

    name = "onnxruntime"
    version = str(onnxruntime.__version__)
    formats = ("float64", "float32", "float16")
    conventions: dict[str, Any] = {  # noqa: RUF012 -- read, never written
        "layout": "rows",
        "weight_layout": "out_in",
        "relu_at_zero": "0",
        "leaky_relu_at_zero": "slope",
        "step_at_threshold": "1",
        "squared_error": "full",
        "cost": "mean",
        "entry_reduction": "mean",
        "label_sum": "any",
        "subnormals": "gradual",
    }
    environment = {"provider": "CPUExecutionProvider", "threads": "1"}  # noqa: RUF012 -- read, never written


class OnnxRuntimeTraining(Calculus, Derivatives, Training, OnnxRuntimeForward):
    """The same with the gradients that a build for training makes, in float32."""


OnnxRuntime: type[OnnxRuntimeForward] = OnnxRuntimeTraining if TRAINING else OnnxRuntimeForward
"""What the installed build can do."""
