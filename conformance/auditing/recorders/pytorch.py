"""A bundle from a PyTorch model after ``loss.backward()``."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

import numpy as np

from ....spec.conventions import profile
from ....spec.formats import BFLOAT16
from ..errors import BundleError
from ..making import from_arrays

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..bundle import Bundle

    FloatArray = np.ndarray[Any, np.dtype[Any]]

ACTIVATIONS: Mapping[str, str] = {
    "ReLU": "relu",
    "LeakyReLU": "leaky_relu",
    "Sigmoid": "sigmoid",
    "Tanh": "tanh",
    "Identity": "identity",
    "Softmax": "softmax",
    "LogSoftmax": "softmax",
}
"""The activation of a module, by its class."""

LOSSES: Mapping[str, tuple[str, str | None]] = {
    "MSELoss": ("squared_error", None),
    "BCELoss": ("binary_cross_entropy", None),
    "BCEWithLogitsLoss": ("binary_cross_entropy", "sigmoid"),
    "CrossEntropyLoss": ("categorical_cross_entropy", "softmax"),
    "NLLLoss": ("categorical_cross_entropy", None),
}
"""The loss of a module, by its class, and the activation that it applies itself."""

PLAIN: Mapping[str, object] = {"weight": None, "pos_weight": None, "label_smoothing": 0.0}
"""Settings of a loss module that change what it computes, as they have to be."""


def from_torch(
    model: Any,
    x: Any,
    y: Any,
    *,
    loss: Any,
    output: Any = None,
    cost: Any = None,
    conventions: Mapping[str, object] | None = None,
) -> Bundle:
    """
    The step of an ``nn.Sequential`` of ``Linear`` layers and activations, after ``loss(model(x), y).backward()``.

    x has shape ``(N, n_0)``, or more axes where the model begins with ``Flatten``; y has shape ``(N, n_L)``, or, for a
    categorical loss, one class a sample. ``loss`` is the loss module that was used, whose reduction is read from it. To
    have them judged, ``output`` is the last activation, the softmax or sigmoid of a loss from logits included, and
    ``cost`` what the loss returned. ``conventions`` go over those of the profile ``torch``.
    """
    loss_name, own_activation = _loss(loss)
    layers = _layers(model)
    if own_activation is not None:
        layers[-1].be(own_activation, "the loss")
    arrays: dict[str, FloatArray] = {}
    for number, layer in enumerate(layers, start=1):
        arrays |= layer.arrays(number)
    arrays |= {"x": _numbers(x), "y": _numbers(y)}
    arrays["x"] = arrays["x"].reshape(len(arrays["x"]), -1)
    optional = {"output": output, "cost": cost}
    arrays |= {name: _numbers(value) for name, value in optional.items() if value is not None}
    return from_arrays(
        arrays,
        activations=[layer.activation or "identity" for layer in layers],
        slopes=[layer.slope for layer in layers],
        loss=loss_name,
        conventions=dict(profile("torch").values) | _reduction(loss) | dict(conventions or {}),
        origin=_origin(),
    )


def _origin() -> str:
    try:
        return f"torch {version('torch')}"
    except PackageNotFoundError:
        return "torch"


def _is_a(thing: object, name: str) -> bool:
    """Whether ``thing`` is of the class of torch of that name, or of one that inherits from it."""
    return any(each.__name__ == name and each.__module__.startswith("torch.") for each in type(thing).__mro__)


@dataclass
class _Layer:
    """A linear module and what follows it."""

    linear: Any
    name: str
    activation: str | None = None
    slope: float | None = field(default=None)

    def be(self, activation: str, source: str, slope: float | None = None) -> None:
        """Take the activation of a module that follows."""
        if self.activation is not None:
            message = f"{source} applies {activation} after {self.activation}: a layer has one activation"
            raise BundleError(message)
        self.activation, self.slope = activation, slope

    def arrays(self, number: int) -> dict[str, FloatArray]:
        """Weights, bias, and their gradients."""
        found: dict[str, FloatArray] = {}
        for letter, parameter in (("W", self.linear.weight), ("b", self.linear.bias)):
            if parameter is None:
                message = f"module {self.name} has no bias, and a layer of a bundle has one; use bias=True, at zero"
                raise BundleError(message)
            if parameter.grad is None:
                message = f"module {self.name} has no gradient; call backward() before the step is recorded"
                raise BundleError(message)
            found |= {f"{letter}{number}": _numbers(parameter), f"d{letter}{number}": _numbers(parameter.grad)}
        return found


def _layers(model: Any) -> list[_Layer]:
    found: list[_Layer] = []
    for name, module in model.named_modules():
        if list(module.children()):
            continue
        if _is_a(module, "Linear"):
            found.append(_Layer(module, name))
        elif _is_skipped(module, found):
            continue
        else:
            known = next((each for each in ACTIVATIONS if _is_a(module, each)), None)
            if known is None or not found:
                message = (
                    f"module {name} is {type(module).__name__}; a bundle knows Linear and {', '.join(ACTIVATIONS)} "
                    "after it, and Flatten before"
                )
                raise BundleError(message)
            found[-1].be(ACTIVATIONS[known], f"module {name}", getattr(module, "negative_slope", None))
    if not found:
        message = f"the model {type(model).__name__} has no Linear module"
        raise BundleError(message)
    return found


def _is_skipped(module: object, before: list[_Layer]) -> bool:
    """Whether a module changes nothing: Flatten at the front, a dropout that is switched off."""
    if _is_a(module, "Flatten"):
        return not before
    return _is_a(module, "Dropout") and (not getattr(module, "training", True) or getattr(module, "p", 1) == 0)


def _loss(loss: object) -> tuple[str, str | None]:
    name = next((each for each in LOSSES if _is_a(loss, each)), None)
    if name is None:
        message = f"loss is {loss!r}; known are torch.nn's {', '.join(LOSSES)}, such as nn.CrossEntropyLoss()"
        raise BundleError(message)
    for setting, plain in PLAIN.items():
        value = getattr(loss, setting, plain)
        if value is not plain and value != plain:
            message = f"{name} has {setting} = {value}; a bundle knows it without"
            raise BundleError(message)
    return LOSSES[name]


def _reduction(loss: Any) -> dict[str, str]:
    """``reduction = sum`` adds up over entries and samples."""
    match loss.reduction:
        case "mean":
            return {}
        case "sum":
            return {"cost": "sum", "entry_reduction": "sum"}
        case other:
            message = f"the loss has reduction = {other!r}; a bundle knows mean and sum"
            raise BundleError(message)


def _numbers(tensor: Any) -> FloatArray:
    """A copy of a tensor's numbers; bfloat16, which NumPy does not know, by way of float32, which holds it."""
    if not hasattr(tensor, "detach"):
        return np.asarray(tensor)
    plain = tensor.detach().cpu()
    if str(plain.dtype) == "torch.bfloat16":
        wide: FloatArray = plain.float().numpy()
        return wide.astype(BFLOAT16.dtype)
    copied: FloatArray = plain.numpy().copy()
    return copied
