"""The gradient checkers that people use, each as a function that raises where it does not accept a question."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from importlib import import_module, metadata
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .questions import Question

    Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Checker:
    """A checker at its defaults and at settings that somebody careful gives it."""

    name: str
    """By which the tables call it."""
    package: str
    """Whose it is."""
    check: Callable[..., None]
    """Raises where it does not accept."""
    format_name: str = "float64"
    """Of the arrays that it is handed."""
    default: Mapping[str, Any] = field(default_factory=dict)
    """What has to be said for it to run at all on a backward function that is not its own."""
    careful: Mapping[str, Any] = field(default_factory=dict)
    """Steps and tolerances as tight as its differences allow."""

    @property
    def is_installed(self) -> bool:
        """Whether its package is there."""
        try:
            metadata.version(self.package)
        except metadata.PackageNotFoundError:
            return False
        return True

    def complaint(self, question: Question, settings: Mapping[str, Any]) -> str | None:
        """What it says where it does not accept, whatever is raised; None where it accepts, or the target declines."""
        try:
            with warnings.catch_warnings(), np.errstate(all="ignore"):
                warnings.simplefilter("ignore")
                self.check(question, **settings)
        except NotImplementedError:  # by which a target says that it does not offer the case
            return None
        except Exception as error:  # noqa: BLE001 - a user of the checker sees whatever is raised
            return f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
        return None


def _array(number: Any, like: Array) -> Array:
    """An answer as an array; a Python float has the format of the arguments."""
    return np.asarray(number, dtype=like.dtype) if isinstance(number, float) else np.asarray(number)


def _value(question: Question, point: tuple[Array, ...]) -> Array:
    return np.asarray(question.value(*point), dtype=question.point[0].dtype)


def _gradients(question: Question, upstream: Array) -> list[Array]:
    found = question.backward(upstream)
    return [_array(each, like) for each, like in zip(found, question.point, strict=True)]


def torch_gradcheck(question: Question, **settings: Any) -> None:
    """``torch.autograd.gradcheck`` of a ``torch.autograd.Function``, whose tensors share memory with the arrays."""
    torch = import_module("torch")

    def forward(_: Any, *inputs: Any) -> Any:
        return torch.from_numpy(_value(question, tuple(each.detach().numpy() for each in inputs)).copy())

    def backward(_: Any, upstream: Any) -> Any:
        found = _gradients(question, upstream.contiguous().numpy())
        return tuple(torch.from_numpy(np.require(each, requirements=["C", "W"])) for each in found)

    function: Any = type(
        "Asked", (torch.autograd.Function,), {"forward": staticmethod(forward), "backward": staticmethod(backward)}
    )
    arrays = [np.require(each, requirements=["C", "W"]) for each in question.point]
    inputs = tuple(torch.from_numpy(each).requires_grad_() for each in arrays)
    torch.autograd.gradcheck(function.apply, inputs, **settings)


def jax_check_grads(question: Question, *, x64: bool, **settings: Any) -> None:
    """``jax.test_util.check_grads`` of a ``jax.custom_vjp``, whose functions get numbers, since nothing is compiled."""
    jax, test_util = import_module("jax"), import_module("jax.test_util")

    def forward(*inputs: Any) -> Any:
        return jax.numpy.asarray(_value(question, tuple(map(np.asarray, inputs))))

    def backward(_: Any, upstream: Any) -> Any:
        return tuple(jax.numpy.asarray(each) for each in _gradients(question, np.asarray(upstream)))

    with jax.enable_x64(x64):
        function = jax.custom_vjp(forward)
        function.defvjp(lambda *inputs: (forward(*inputs), None), backward)
        test_util.check_grads(function, tuple(map(jax.numpy.asarray, question.point)), order=1, **settings)


def autograd_check_grads(question: Question) -> None:
    """``autograd.test_util.check_grads`` of a primitive with its ``defvjp``; it has no settings of accuracy."""
    extend, test_util = import_module("autograd.extend"), import_module("autograd.test_util")
    function = extend.primitive(lambda *point: _value(question, point))

    def vjp(argnums: Any, *_: Any) -> Callable[[Array], Any]:
        def pull(upstream: Array) -> Any:
            found = _gradients(question, np.asarray(upstream))
            return tuple(found[number] for number in argnums)

        return pull

    extend.defvjp_argnums(function, vjp)
    np.random.seed(0)  # noqa: NPY002 - the generator that autograd draws its directions from
    variables = tuple(range(len(question.point)))
    test_util.check_grads(function, argnum=variables, modes=["rev"], order=1)(*question.point)


def scipy_check_grad(question: Question, *, relative: float = 0.0, absolute: float = 1e-5) -> None:
    """
    ``scipy.optimize.check_grad``, which returns a norm of differences and leaves the verdict to its caller.

    It wants a number: a value that has entries is weighed by random numbers.
    """
    optimize = import_module("scipy.optimize")
    splits = np.cumsum([each.size for each in question.point])[:-1]
    value = _value(question, question.point)
    weights: Array = np.asarray(np.random.default_rng(0).standard_normal(value.shape) if value.shape else 1.0)

    def scalar(flat: Array) -> float:
        parts = zip(np.split(flat, splits), question.point, strict=True)
        moved = tuple(part.reshape(each.shape) for part, each in parts)
        return float(np.sum(weights * _value(question, moved)))

    def gradient(_: Array) -> Array:
        return np.concatenate([each.reshape(-1) for each in _gradients(question, weights)])

    flat = np.concatenate([each.reshape(-1) for each in question.point])
    difference = optimize.check_grad(scalar, gradient, flat)
    allowed = absolute + relative * np.linalg.norm(gradient(flat))
    if not difference <= allowed:
        raise AssertionError(f"check_grad returns {difference:.3g}, allowed {allowed:.3g}")


TIGHT = {"eps": 1e-5, "atol": 1e-8, "rtol": 1e-7}
"""Central differences in float64: step, and tolerances somewhat above their error at numbers about 1."""

LOOSE = {"eps": 1e-3, "atol": 1e-2, "rtol": 1e-2}
"""The same in float32."""

REVERSE = {"modes": ("rev",)}
"""JAX's default asks for the forward mode too, which a custom_vjp has not: a TypeError, right or wrong."""

CHECKERS = (
    Checker("torch gradcheck", "torch", torch_gradcheck, careful=TIGHT),
    Checker("torch fast_mode", "torch", torch_gradcheck, "float64", {"fast_mode": True}, {"fast_mode": True, **TIGHT}),
    Checker("torch float32", "torch", torch_gradcheck, "float32", careful=LOOSE),
    Checker(
        "jax float32", "jax", jax_check_grads, "float32", {"x64": False, **REVERSE}, {"x64": False, **REVERSE, **LOOSE}
    ),
    Checker("jax x64", "jax", jax_check_grads, "float64", {"x64": True, **REVERSE}, {"x64": True, **REVERSE, **TIGHT}),
    Checker("scipy", "scipy", scipy_check_grad, careful={"absolute": 1e-6, "relative": 1e-6}),
    Checker("autograd", "autograd", autograd_check_grads),
)
"""All of them."""
