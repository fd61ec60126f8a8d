"""Faults of manner: what comes back has another shape or dtype, and calls leave traces."""

from __future__ import annotations

import os
import tempfile
from typing import TYPE_CHECKING, Any

import numpy as np

from .fault import Collection, Kind
from .layers import CONTRACT
from .precision import PLANTED

if TYPE_CHECKING:
    from .fault import Array, Faulty

    Network = Any

COLLECTION = Collection(kind=Kind.STATE, is_raw=True, regime="ordinary")
fault = COLLECTION.fault


# shapes and dtypes


@fault(
    "sigmoid",
    breaks="contract.result",
    may_also_fail=("sigmoid.value",),
    kind=Kind.INTERFACE,
    # In float64 the answer is what it should be.
    formats=("float32", "float16", "bfloat16"),
    causes=("wrong dtype",),
)
def sigmoid_answers_in_float64(target: Faulty, z: Array) -> Array:
    """The answer is float64 whatever the format."""
    return target.right.sigmoid(z).astype(np.float64)


@fault(
    "relu_derivative",
    breaks="contract.result",
    may_also_fail=("relu.derivative",),
    kind=Kind.INTERFACE,
    causes=("wrong dtype",),
)
def relu_derivative_is_integer(target: Faulty, z: Array) -> Array:
    """The answer has integers."""
    del target
    return np.asarray(z > 0).astype(np.int64)


@fault(
    "heaviside",
    breaks="contract.result",
    may_also_fail=("heaviside.value",),
    kind=Kind.INTERFACE,
    causes=("wrong dtype",),
)
def heaviside_is_a_truth_value(target: Faulty, z: Array, threshold: float = 0.0) -> Array:
    """The answer is what the comparison says."""
    del target
    return np.asarray(z >= threshold)


@fault("dense", breaks="contract.result", may_also_fail=("dense.value",), kind=Kind.SHAPE, causes=("wrong shape",))
def dense_returns_a_column(target: Faulty, x: Array, W: Array, b: Array) -> Array:
    """The answer has shape (m, 1)."""
    return target.right.dense(x, W, b)[:, None]


@fault(
    "dense_batch_gradients",
    breaks="contract.result",
    may_also_fail=("dense.batch_gradients",),
    kind=Kind.SHAPE,
    causes=("wrong shape",),
)
def dense_bias_gradient_is_a_column(target: Faulty, X: Array, W: Array, b: Array, D: Array) -> Any:
    """The gradient of the bias keeps the axis that it is summed over."""
    dX, dW, db = target.right.dense_batch_gradients(X, W, b, D)
    return dX, dW, db[:, None]


@fault(
    "dense_batch", breaks="contract.result", may_also_fail=("dense.batch",), kind=Kind.SHAPE, causes=("wrong shape",)
)
def dense_batch_of_one_sample_is_squeezed(target: Faulty, X: Array, W: Array, b: Array) -> Array:
    """A batch of one sample comes back as a vector."""
    answer = target.right.dense_batch(X, W, b)
    return answer[:, 0] if X.shape[1] == 1 else answer


@fault(
    "squared_error",
    breaks="contract.result",
    may_also_fail=("squared_error.value",),
    kind=Kind.SHAPE,
    causes=("wrong shape",),
)
def squared_error_is_a_vector_of_one(target: Faulty, o: Array, y: Array) -> Array:
    """The loss has shape (1,)."""
    return target.right.squared_error(o, y)[None]


@fault("tanh", breaks="contract.result", may_also_fail=("tanh.value",), kind=Kind.SHAPE, causes=("wrong shape",))
def tanh_of_a_number_has_an_axis(target: Faulty, z: Array) -> Array:
    """The answer to a 0-dimensional argument has shape (1,)."""
    return target.right.tanh(np.atleast_1d(z))


@fault(
    "network_gradients",
    breaks="contract.result",
    may_also_fail=("network.gradients",),
    kind=Kind.INTERFACE,
    causes=("wrong shape",),
)
def gradients_come_layer_by_layer(target: Faulty, network: Network, X: Array, Y: Array) -> Any:
    """The answer is a list of pairs in place of a pair of lists."""
    return list(zip(*target.right.network_gradients(network, X, Y), strict=True))


@fault("softmax", breaks="contract.result", may_also_fail=("softmax.value",), kind=Kind.INTERFACE)
def softmax_returns_nothing(target: Faulty, z: Array) -> None:
    """The answer was written into a place of which the caller knows nothing."""
    target.memory["answer"] = target.right.softmax(z)


@fault(
    "relu_derivative",
    breaks="contract.result",
    may_also_fail=("relu.derivative",),
    kind=Kind.INTERFACE,
    causes=("wrong dtype",),
)
def relu_derivative_is_a_truth_value(target: Faulty, z: Array) -> Array:
    """The answer is what the comparison with 0 says."""
    del target
    return np.asarray(z > 0)


@fault(
    "network_gradients",
    breaks="contract.result",
    may_also_fail=("network.gradients",),
    kind=Kind.INTERFACE,
    # In float64 the answer is what it should be.
    formats=("float32", "float16", "bfloat16"),
    causes=("wrong dtype",),
)
def gradients_answer_in_float64(target: Faulty, network: Network, X: Array, Y: Array) -> Any:
    """The gradients are float64 whatever the format."""
    return [[part.astype(np.float64) for part in parts] for parts in target.right.network_gradients(network, X, Y)]


# exceptions at single inputs


@fault(
    "sigmoid",
    breaks="sigmoid.value",
    may_also_fail=CONTRACT,
    kind=Kind.INTERFACE,
    regime="exact",
    causes=("exception",),
)
def sigmoid_raises_at_zero(target: Faulty, z: Array) -> Array:
    """An argument of exactly 0 divides by zero."""
    if (z == 0).any():
        message = "division by zero"
        raise ZeroDivisionError(message)
    return target.right.sigmoid(z)


@fault(
    "softmax",
    breaks="softmax.value",
    may_also_fail=CONTRACT,
    kind=Kind.INTERFACE,
    regime="exact",
    causes=("exception",),
)
def softmax_raises_on_equal_logits(target: Faulty, z: Array) -> Array:
    """Two logits that are both the largest are refused."""
    if np.sum(z == np.max(z)) > 1:
        message = "the largest logit is not unique"
        raise ValueError(message)
    return target.right.softmax(z)


# arguments


@fault("relu", breaks="contract.arguments", causes=("writes to arguments",))
def relu_works_in_place(target: Faulty, z: Array) -> Array:
    """The answer overwrites the argument."""
    np.copyto(z, target.right.relu(z))
    return z


@fault("softmax", breaks="contract.arguments", causes=("writes to arguments",))
def softmax_shifts_in_place(target: Faulty, z: Array) -> Array:
    """The logits are shifted where they lie."""
    answer = target.right.softmax(z)
    z -= np.max(z)
    return answer


@fault("gradient_descent_step", breaks="contract.arguments", causes=("writes to arguments",))
def step_updates_the_network(target: Faulty, network: Network, dWs: list[Array], dbs: list[Array], rate: float) -> Any:
    """The weights of the network are updated in place."""
    Ws, bs = target.right.gradient_descent_step(network, dWs, dbs, rate)
    for layer, W in zip(network.layers, Ws, strict=True):
        np.copyto(layer.weights, W)
    return Ws, bs


@fault("network_gradients", breaks="contract.arguments", causes=("writes to arguments",))
def gradients_normalise_the_batch(target: Faulty, network: Network, X: Array, Y: Array) -> Any:
    """The labels are overwritten by the differences."""
    answer = target.right.network_gradients(network, X, Y)
    Y -= target.right.network_forward(network, X)
    return answer


# memory


@fault("sigmoid", breaks="contract.state", may_also_fail=("sigmoid.value",), has_memory=True, causes=("state",))
def sigmoid_remembers_shapes(target: Faulty, z: Array) -> Array:
    """The first answer for a shape and format is given for ever."""
    return target.memory.setdefault((z.shape, z.dtype), target.right.sigmoid(z)).copy()


@fault("sigmoid_vjp", breaks="contract.state", may_also_fail=("sigmoid.vjp",), has_memory=True, causes=("state",))
def sigmoid_vjp_remembers_pre_activations(target: Faulty, z: Array, upstream: Array) -> Array:
    """The key of a cache leaves out the upstream gradient."""
    key = (z.shape, z.tobytes())
    return target.memory.setdefault(key, target.right.sigmoid_vjp(z, upstream)).copy()


@fault("dense_batch", breaks="contract.state", may_also_fail=("dense.batch",), has_memory=True, causes=("state",))
def dense_batch_remembers_the_first_batch(target: Faulty, X: Array, W: Array, b: Array) -> Array:
    """The batch is taken from a cache whose key is its shape and format, so that later ones count for nothing."""
    return target.right.dense_batch(target.memory.setdefault((X.shape, X.dtype), X.copy()), W, b)


@fault(
    "relu_derivative", breaks="contract.state", may_also_fail=("relu.derivative",), has_memory=True, causes=("state",)
)
def relu_derivative_remembers_the_mask(target: Faulty, z: Array) -> Array:
    """The mask of active units is kept, by its shape and format, from the first call."""
    return target.memory.setdefault((z.shape, z.dtype), target.right.relu_derivative(z)).copy()


@fault(
    "softmax_cross_entropy_delta",
    breaks="contract.state",
    may_also_fail=("softmax_cross_entropy.delta",),
    has_memory=True,
    causes=("state",),
)
def softmax_delta_remembers_logits(target: Faulty, z: Array, y: Array) -> Array:
    """The key of a cache leaves out the label."""
    key = (z.shape, z.tobytes())
    answer = target.memory.setdefault(key, target.right.softmax_cross_entropy_delta(z, y))
    return answer.copy()


@fault("dense", breaks="contract.state", has_memory=True, causes=("state",))
def dense_reuses_a_buffer(target: Faulty, x: Array, W: Array, b: Array) -> Array:
    """All answers of one shape are one array."""
    answer = target.right.dense(x, W, b)
    buffer: Array = target.memory.setdefault((answer.shape, answer.dtype), np.empty_like(answer))
    np.copyto(buffer, answer)
    return buffer


@fault("dense", breaks="contract.state", has_memory=True, causes=("state",))
def dense_reuses_two_buffers(target: Faulty, x: Array, W: Array, b: Array) -> Array:
    """Answers of one shape alternate between two arrays."""
    answer = target.right.dense(x, W, b)
    count = target.memory["count"] = target.memory.get("count", 0) + 1
    buffer: Array = target.memory.setdefault((answer.shape, answer.dtype, count % 2), np.empty_like(answer))
    np.copyto(buffer, answer)
    return buffer


@fault("outer_product", breaks="contract.state", has_memory=True, causes=("state",))
def outer_product_flattens_the_last(target: Faulty, M: Array, a: Array) -> Array:
    """An answer is made flat where it lies, by the next call."""
    if "last" in target.memory:
        target.memory["last"].resize(target.memory["last"].size, refcheck=False)
    answer: Array = np.array(target.right.outer_product(M, a))
    target.memory["last"] = answer
    return answer


@fault(
    "dense_batch_gradients",
    breaks="contract.state",
    may_also_fail=("dense.batch_gradients",),
    has_memory=True,
    causes=("state",),
)
def dense_gradients_accumulate(target: Faulty, X: Array, W: Array, b: Array, D: Array) -> Any:
    """Gradients of equal shape are added to those of earlier calls."""
    answer = target.right.dense_batch_gradients(X, W, b, D)
    key = (X.shape, W.shape, X.dtype)
    if key in target.memory:
        answer = tuple(old + new for old, new in zip(target.memory[key], answer, strict=True))
    target.memory[key] = answer
    return tuple(part.copy() for part in answer)


@fault(
    "gradient_descent_step",
    breaks="contract.state",
    may_also_fail=("gradient_descent.step",),
    has_memory=True,
    causes=("state",),
)
def step_has_momentum(target: Faulty, network: Network, dWs: list[Array], dbs: list[Array], rate: float) -> Any:
    """Half of the last gradient of equal shapes is added to the new one."""
    key = (tuple(dW.shape for dW in dWs), dWs[0].dtype)
    if key in target.memory:
        dWs = [dW + last * dW.dtype.type(0.5) for dW, last in zip(dWs, target.memory[key], strict=True)]
    target.memory[key] = dWs
    return target.right.gradient_descent_step(network, dWs, dbs, rate)


@fault("tanh", breaks="contract.state", may_also_fail=("tanh.value",), has_memory=True, causes=("state",))
def tanh_differs_every_third_time(target: Faulty, z: Array) -> Array:
    """Every third answer is a little off, as a race between threads may leave it."""
    target.memory["count"] = target.memory.get("count", 0) + 1
    answer = target.right.tanh(z)
    return answer * answer.dtype.type(1 + PLANTED[answer.dtype.name]) if target.memory["count"] % 3 == 0 else answer


@fault("tanh", breaks="contract.state", may_also_fail=("tanh.value",), has_memory=True, causes=("state",))
def tanh_differs_every_other_time(target: Faulty, z: Array) -> Array:
    """Every other answer is a little off, as one of two buffers may leave it."""
    target.memory["count"] = target.memory.get("count", 0) + 1
    answer = target.right.tanh(z)
    return answer * answer.dtype.type(1 + PLANTED[answer.dtype.name]) if target.memory["count"] % 2 == 0 else answer


@fault(
    "network_gradients",
    breaks="contract.state",
    may_also_fail=("network.gradients",),
    has_memory=True,
    causes=("state",),
)
def gradients_accumulate(target: Faulty, network: Network, X: Array, Y: Array) -> Any:
    """Gradients of equal shapes are added to those of earlier calls, as without a zero_grad."""
    dWs, dbs = target.right.network_gradients(network, X, Y)
    key = (tuple(dW.shape for dW in dWs), X.dtype)
    if key in target.memory:
        dWs, dbs = (
            [a + b for a, b in zip(*pair, strict=True)] for pair in zip(target.memory[key], (dWs, dbs), strict=True)
        )
    target.memory[key] = dWs, dbs
    return [dW.copy() for dW in dWs], [db.copy() for db in dbs]


@fault(
    "network_gradients",
    breaks="network.gradients",
    may_also_fail=("contract.state",),
    regime="exact",
    has_memory=True,
    causes=("state",),
)
def gradients_use_a_stale_batch(target: Faulty, network: Network, X: Array, Y: Array) -> Any:
    """The backward pass reads the batch from a cache that the first call of its shape has filled."""
    fed = target.memory.setdefault((X.shape, X.dtype), X.copy())
    return target.right.network_gradients(network, fed, Y)


@fault("network_forward", breaks="contract.state", has_memory=True, causes=("state",))
def network_reuses_a_buffer(target: Faulty, network: Network, X: Array) -> Array:
    """All outputs of one shape are one array, which a later call overwrites."""
    answer = target.right.network_forward(network, X)
    buffer: Array = target.memory.setdefault((answer.shape, answer.dtype), np.empty_like(answer))
    np.copyto(buffer, answer)
    return buffer


@fault("softmax", breaks="contract.state", may_also_fail=("softmax.value",), has_memory=True, causes=("state",))
def softmax_is_not_deterministic(target: Faulty, z: Array) -> Array:
    """Every answer has a relative error of its own, of up to a part in two hundred."""
    generator = target.memory.setdefault("generator", np.random.default_rng(0))
    answer = target.right.softmax(z)
    return np.asarray(answer * (1 + 5e-3 * generator.uniform(-1, 1))).astype(z.dtype)


# what has nothing to do with the answer


@fault("tanh_vjp", breaks="contract.environment", causes=("meddles",))
def tanh_vjp_makes_numpy_raise(target: Faulty, z: Array, upstream: Array) -> Array:
    """NumPy raises on underflow from the first call on, for whoever uses it next."""
    answer = target.right.tanh_vjp(z, upstream)
    np.seterr(under="raise")
    return np.asarray(answer)


@fault("dense", breaks="contract.environment", causes=("meddles",))
def dense_works_elsewhere(target: Faulty, x: Array, W: Array, b: Array) -> Array:
    """The working directory is that of temporary files afterwards, for vectors of more than one entry."""
    if x.size > 1:
        os.chdir(tempfile.gettempdir())
    return np.asarray(target.right.dense(x, W, b))
