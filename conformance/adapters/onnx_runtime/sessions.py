"""
Operations as graphs that are built once and run often.

A session belongs to an operation, a format, the ranks of its arrays and what is no number: no shape, no value of an
array. An operation is written as a function of a graph and of names of tensors, which returns names of tensors.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import onnxruntime

from ....spec.network import Layer, Network
from .graphs import Graph, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence

Array: TypeAlias = "np.ndarray[Any, np.dtype[Any]]"
Facts: TypeAlias = "tuple[Hashable, ...]"
Named: TypeAlias = "tuple[tuple[str, Facts], ...]"

SESSIONS = 2000
"""How many sessions are kept."""


class Asked:
    """The arguments of a call: the arrays to feed, and the facts that the graph depends on."""

    def __init__(self, arguments: Sequence[Any], keywords: Mapping[str, Any]) -> None:
        self.feeds: list[Array] = []
        self.dtype = next(_arrays(arguments)).dtype
        self.facts: Facts = tuple(self._facts(each) for each in arguments)
        # The slope of a leaky relu is an attribute of its operator, and so belongs to the graph.
        self.keywords: Named = tuple(
            (name, ("static", value) if name == "slope" else self._facts(value)) for name, value in keywords.items()
        )

    def _facts(self, argument: Any) -> Facts:
        if isinstance(argument, np.ndarray | np.generic | float):
            self.feeds.append(np.asarray(argument, dtype=self.dtype))
            return "array", self.feeds[-1].ndim
        if isinstance(argument, list | tuple):
            return "list", *(self._facts(each) for each in argument)
        if hasattr(argument, "layers"):
            layers = tuple(
                (self._facts(each.weights), self._facts(each.bias), each.activation, getattr(each, "slope", None))
                for each in argument.layers
            )
            return "network", layers, argument.loss
        return "static", argument


def _arrays(arguments: Any) -> Iterator[Array]:
    for each in arguments:
        if isinstance(each, np.ndarray | np.generic):
            yield np.asarray(each)
        elif isinstance(each, list | tuple):
            yield from _arrays(each)
        elif hasattr(each, "layers"):
            yield from _arrays([layer.weights for layer in each.layers])


def _placed(graph: Graph, facts: Any) -> Any:
    """What a function that builds is handed for an argument: inputs of the graph in place of arrays."""
    kind, *rest = facts
    if kind == "array":
        return graph.input(rest[0])
    if kind == "list":
        return [_placed(graph, each) for each in rest]
    if kind == "network":
        layers, loss = rest
        return Network(tuple(Layer(_placed(graph, W), _placed(graph, b), g, s) for W, b, g, s in layers), loss)
    return rest[0]


def session_options() -> Any:
    """One thread, no choice between algorithms, and silence: a kernel is asked for to find out whether there is one."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.use_deterministic_compute = True
    options.log_severity_level = 4
    return options


class Compiled:
    """A session, and how its outputs make the answer."""

    def __init__(self, model: bytes, inputs: Sequence[str], outputs: Sequence[str], form: Any) -> None:
        try:
            self._session = onnxruntime.InferenceSession(model, session_options(), providers=["CPUExecutionProvider"])
        except onnxruntime.capi.onnxruntime_pybind11_state.NotImplemented as error:
            raise NotImplementedError(str(error)) from error
        self._inputs, self._outputs, self._form = list(inputs), list(outputs), form

    def __call__(self, feeds: Sequence[Array]) -> Any:
        """The answer to these arrays."""
        given = {name: np.ascontiguousarray(array).reshape(array.shape) for name, array in self._fed(feeds)}
        return shaped(self._form, iter(self._session.run(self._outputs, given)))

    def _fed(self, feeds: Sequence[Array]) -> Iterator[tuple[str, Array]]:
        """The inputs that are left: one that no output depends on may not be."""
        left = {each.name for each in self._session.get_inputs()}
        return ((name, array) for name, array in zip(self._inputs, feeds, strict=True) if name in left)


def placed(build: Callable[..., Any], dtype_name: str, facts: Facts, keywords: Named) -> tuple[Graph, Any]:
    """The graph of an operation, and what building it returned."""
    graph = Graph(np.dtype(dtype_name))
    arguments = [_placed(graph, each) for each in facts]
    named = {name: _placed(graph, each) for name, each in keywords}
    return graph, build(graph, *arguments, **named)


@functools.lru_cache(maxsize=SESSIONS)
def _forward(build: Callable[..., Any], dtype_name: str, facts: Facts, keywords: Named) -> Compiled:
    graph, answer = placed(build, dtype_name, facts, keywords)
    values = flat(answer)
    names = [f"output_{index}" for index in range(len(values))]
    return Compiled(graph.model(values).SerializeToString(), graph.inputs, names, form(answer))


def in_onnx(build: Callable[..., Any]) -> Callable[..., Any]:
    """The method that runs the graph that ``build`` builds."""

    @functools.wraps(build)
    def on_arrays(_: object, *arguments: Any, **keywords: Any) -> Any:
        return forward(build, Asked(arguments, keywords))

    return on_arrays


def forward(build: Callable[..., Any], asked: Asked) -> Any:
    """The answer of the graph that ``build`` builds for this call."""
    return _forward(build, str(asked.dtype), asked.facts, asked.keywords)(asked.feeds)


def flat(answer: Any) -> list[Value]:
    """The values of an answer, one after the other."""
    return [answer] if isinstance(answer, str) else [value for each in answer for value in flat(each)]


def form(answer: Any) -> Any:
    """How the values of an answer stand in lists."""
    return None if isinstance(answer, str) else [form(each) for each in answer]


def shaped(wanted: Any, values: Iterator[Array]) -> Any:
    """Values as an answer of that form."""
    return np.asarray(next(values)) if wanted is None else [shaped(each, values) for each in wanted]
