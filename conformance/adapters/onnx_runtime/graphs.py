"""An ONNX graph under construction: values are names, nodes are added as operators are called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import onnx
from onnx import helper, numpy_helper
from onnxruntime.capi import _pybind_state

if TYPE_CHECKING:
    from collections.abc import Sequence

Value: TypeAlias = str
"""The name of a tensor in a graph."""

TRAINING = hasattr(_pybind_state, "GradientGraphBuilder")
"""Whether the installed build is one for training, with gradients."""

OPERATORS = 17
"""The version of ONNX's operators: the newest with a leaky relu in float64, of which gradients can be taken."""

TRAINING_OPERATORS = 1
"""The version of ONNX Runtime's own operators."""

FILE_FORMAT = 8
"""The version of the file format that goes with :data:`OPERATORS`."""


class Graph:
    """A graph whose floating-point tensors are of one format."""

    def __init__(self, dtype: np.dtype[Any]) -> None:
        self.dtype = dtype
        self._element = helper.np_dtype_to_tensor_dtype(dtype)
        self._nodes: list[Any] = []
        self._initializers: list[Any] = []
        self._inputs: list[Any] = []
        self._values = 0

    @property
    def inputs(self) -> list[Value]:
        """The inputs, in the order in which they were taken."""
        return [each.name for each in self._inputs]

    def input(self, rank: int) -> Value:
        """A further input of that many dimensions, each of any length."""
        name = f"input_{len(self._inputs)}"
        axes = [f"{name}_axis_{axis}" for axis in range(rank)]
        self._inputs.append(helper.make_tensor_value_info(name, self._element, axes))
        return name

    def __call__(self, operator: str, *inputs: Value, results: int = 1, **attributes: Any) -> Value:
        """A further node; its value, the first where it has several."""
        outputs = [self._name() for _ in range(results)]
        self._nodes.append(helper.make_node(operator, list(inputs), outputs, **attributes))
        return outputs[0]

    def number(self, number: float) -> Value:
        """A constant number of the format."""
        return self._initialized(np.asarray(number, dtype=self.dtype))

    def integers(self, *numbers: int) -> Value:
        """A constant list of integers: axes, lengths, labels."""
        return self._initialized(np.asarray(numbers, dtype=np.int64))

    def unsqueezed(self, value: Value, axis: int) -> Value:
        """The value with a further axis of length 1."""
        return self("Unsqueeze", value, self.integers(axis))

    def squeezed(self, value: Value, axis: int) -> Value:
        """The value without an axis of length 1."""
        return self("Squeeze", value, self.integers(axis))

    def total(self, value: Value) -> Value:
        """The sum of all entries."""
        return self("ReduceSum", value, keepdims=0)

    def model(self, outputs: Sequence[Value]) -> Any:
        """The graph as a model with these outputs, each behind a name of its own."""
        named = [f"output_{index}" for index in range(len(outputs))]
        ends = [helper.make_node("Identity", [value], [name]) for value, name in zip(outputs, named, strict=True)]
        results = [helper.make_tensor_value_info(name, self._element, None) for name in named]
        graph = helper.make_graph([*self._nodes, *ends], "operation", self._inputs, results, self._initializers)
        versions = [helper.make_opsetid("", OPERATORS), helper.make_opsetid("com.microsoft", TRAINING_OPERATORS)]
        return onnx.shape_inference.infer_shapes(
            helper.make_model(graph, opset_imports=versions, ir_version=FILE_FORMAT)
        )

    def _name(self) -> Value:
        self._values += 1
        return f"value_{self._values}"

    def _initialized(self, array: np.ndarray[Any, np.dtype[Any]]) -> Value:
        name = self._name()
        self._initializers.append(numpy_helper.from_array(array, name))
        return name
