"""How to mend what a call came to: from the words in which it is told to the line that a stranger has to change."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ...spec.operations import operations

if TYPE_CHECKING:
    from collections.abc import Callable

_SHAPES = re.compile(r"has shape (\([^)]*\)), expected (\([^)]*\))")
_DTYPES = re.compile(r"has dtype (\S+), expected (\S+)")


def signature(operation: str) -> str:
    """How the operation is called: ``leaky_relu(z, slope=...)``."""
    declared = operations()[operation]
    names = [each.name for each in declared.arguments] + [f"{each.name}=..." for each in declared.keywords]
    return f"{operation}({', '.join(names)})"


def of_form(operation: str, reason: str) -> str:
    """How to mend an answer of the wrong form; empty where nothing is known."""
    if found := _SHAPES.search(reason):
        return _of_shape(_shape(found[1]), _shape(found[2]))
    if found := _DTYPES.search(reason):
        return _of_dtype(found[1], found[2], operation)
    if "requires grad" in reason:
        return "return .detach().numpy()"
    if "numpy.asarray refuses" in reason:
        return "return a NumPy array, or what numpy.asarray makes into one"
    if "expected a sequence" in reason:
        return f"return a tuple or a list, {_results(operation)}"
    return ""


def of_exception(operation: str, reason: str) -> str:
    """How to mend a function that raises; empty where nothing is known."""
    for words, hint in _EXCEPTIONS:
        if re.search(words, reason):
            return hint(operation)
    return ""


def _of_shape(got: tuple[int, ...], wanted: tuple[int, ...]) -> str:
    if got == (1, *wanted):
        return "drop the batch axis, for example result[0]"
    if got == (*wanted, 1):
        return "drop the last axis, for example result[..., 0]"
    if wanted == ():
        return "return one number, for example the sum over the entries"
    if got == wanted[::-1]:
        return "return its transpose, or declare the layout or weight_layout that it is in"
    if len(got) == len(wanted):
        return ""
    return "return exactly this shape: nothing is broadcast or squeezed"


def _of_dtype(got: str, wanted: str, operation: str) -> str:
    if got == "object":
        return f"return numbers, {_results(operation)}: None, generators and ragged lists are no array"
    name = next((each.name for each in operations()[operation].arguments if each.shape not in _NO_ARRAYS), "x")
    if got.startswith(("int", "uint", "bool")):
        return f"finish with .astype({name}.dtype)"
    return f"finish with .astype({name}.dtype), or leave {wanted} out of formats"


_NO_ARRAYS = {"network", "activation", "loss", "layer", "sample", "count", "scalar"}


def _results(operation: str) -> str:
    return ", ".join(result.name for result in operations()[operation].results)


def _shape(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.strip("()").split(",") if part.strip())


_EXCEPTIONS: tuple[tuple[str, Callable[[str], str]], ...] = (
    (
        r"unexpected keyword argument|positional argument|got multiple values|takes no keyword",
        lambda operation: f"it is called as {signature(operation)}",
    ),
    (
        r"(?i)must be (a )?tensor|expected .*tensor|not numpy\.ndarray|numpy\.ndarray' object has no attribute",
        lambda _: "arguments are NumPy arrays: convert them first, for example torch.from_numpy(z)",
    ),
    (
        r"'(Network|Layer)' object|'numpy.float|float' object is not callable",
        lambda _: "a network has .layers, each with .weights, .bias, .activation and .slope, and .loss",
    ),
    (
        r"mismatch|not aligned|could not be broadcast|inconsistent|incompatible shapes|size of tensor",
        lambda _: "weights are (out, in) and samples are columns unless weight_layout or layout are declared",
    ),
    (
        r"(?i)bfloat16|unsupported dtype|unsupported scalartype|not implemented for 'half'|no loop matching",
        lambda _: "leave the format out of formats, or compute in float32 and round at the end",
    ),
    (
        r"limit is .* seconds",
        lambda _: "an answer has to come; gradspec run has a time limit for each call too",
    ),
)
"""Words of messages, and what to do about them."""
