"""Finding the target that the command line names."""

from __future__ import annotations

import difflib
import importlib
import importlib.util
import sys
from contextlib import suppress
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import TargetError
from .guarding import guarded
from .installed import installed, installed_as
from .python_object import PythonObject

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType

    from .target import Target

SHOWN_NAMES = 12
"""How many names of a module a message lists."""

_ADAPTERS = "gradspec.conformance.adapters"


@dataclass(frozen=True)
class BuiltIn:
    """An adapter that gradspec brings."""

    where: str
    """``module:attribute``, the attribute an object or a class to make without arguments."""
    summary: str
    """What is examined, in a few words."""
    extra: str | None = None
    """The extra of gradspec that installs its framework."""


BUILT_IN: Mapping[str, BuiltIn] = {
    "reference": BuiltIn(f"{_ADAPTERS}.reference:Reference", "NumPy, every operation by its stable form"),
    "textbook": BuiltIn(f"{_ADAPTERS}.textbook:Textbook", "NumPy, the formulas as the sources print them"),
    "torch": BuiltIn(f"{_ADAPTERS}.pytorch:Torch", "PyTorch, its eager autograd", "torch"),
    "torch-func": BuiltIn(f"{_ADAPTERS}.pytorch:TorchFunc", "PyTorch, torch.func", "torch"),
    "torch-compile": BuiltIn(f"{_ADAPTERS}.pytorch:TorchCompiled", "PyTorch, torch.compile", "torch"),
    "jax": BuiltIn(f"{_ADAPTERS}.jax_numpy:Jax", "JAX, x64 enabled, not jitted", "jax"),
    "jax-jit": BuiltIn(f"{_ADAPTERS}.jax_numpy:JaxJitted", "JAX, x64 enabled, every operation jitted", "jax"),
    "jax-x32": BuiltIn(f"{_ADAPTERS}.jax_numpy:JaxSingle", "JAX as it is imported, without x64", "jax"),
    "autograd": BuiltIn(
        f"{_ADAPTERS}.autograd_numpy:Autograd", "autograd over NumPy, in the types it returns", "autograd"
    ),
    "autograd-cast": BuiltIn(f"{_ADAPTERS}.autograd_numpy:AutogradCast", "autograd, its answers cast back", "autograd"),
    "tensorflow": BuiltIn(f"{_ADAPTERS}.tensorflow_keras:TensorFlow", "TensorFlow, its gradient tape", "tensorflow"),
    "keras": BuiltIn(f"{_ADAPTERS}.tensorflow_keras:Keras", "Keras layers and losses on TensorFlow", "tensorflow"),
    "tinygrad": BuiltIn(f"{_ADAPTERS}.tinygrad_tensors:Tinygrad", "tinygrad on its CPU device", "tinygrad"),
    "sklearn": BuiltIn(f"{_ADAPTERS}.scikit_learn:ScikitLearn", "scikit-learn's MLP and its parts", "sklearn"),
    "onnxruntime": BuiltIn(f"{_ADAPTERS}.onnx_runtime:OnnxRuntime", "ONNX Runtime's CPU operators", "onnx"),
}
"""The adapters that gradspec brings, by the name they are run under."""

FRAMEWORKS: Mapping[str, tuple[str, ...]] = {
    "torch": ("torch",),
    "jax": ("jax",),
    "autograd": ("autograd",),
    "tensorflow": ("tensorflow", "tensorflow-cpu"),
    "tinygrad": ("tinygrad",),
    "sklearn": ("scikit-learn",),
    "onnx": ("onnxruntime", "onnxruntime-gpu"),
}
"""The distributions that bring the framework of each extra; any one of them does."""


def framework_version(target: BuiltIn) -> str:
    """The distribution and version of the framework that a built-in target needs; empty where it is not installed."""
    for name in FRAMEWORKS[target.extra] if target.extra is not None else ():
        with suppress(metadata.PackageNotFoundError):
            return f"{name} {metadata.version(name)}"
    return ""


CATALOGUES: Mapping[str, str] = {
    "fault": "gradspec.conformance.faults:FAULTS",
    "variant": "gradspec.conformance.variants:VARIANTS",
}
"""Collections whose members are named ``fault:NAME`` and so on: implementations with a known fault, and right ones."""


def load(name: str, conventions: Mapping[str, object] | None = None) -> Target:
    """
    The target called ``name``: built in, ``path/to/file.py:object``, ``package.module:object``, or installed.

    A file alone is a target too, and so are ``fault:NAME`` and ``variant:NAME``. A distribution makes its targets known
    by entry points of the group ``gradspec.targets``; a built-in name goes before these. A class is instantiated
    without arguments; a built-in target that can follow conventions is given those asked for. Raises
    :class:`TargetError`, with the way out, when it cannot be had.
    """
    if name in BUILT_IN:
        return PythonObject(_built_in(name, conventions or {}), name)
    if name.endswith(".py"):
        return PythonObject(_from_file(name), name)
    if (entry := installed_as(name)) is not None:
        return PythonObject(_instance(entry.load(), str(entry)), name)
    module_name, colon, attribute = name.rpartition(":")
    if module_name in CATALOGUES:
        return PythonObject(_of_catalogue(module_name, attribute), name)
    if not colon or not module_name or not attribute:
        names = dict.fromkeys([*BUILT_IN, *(each.name for each in installed())])
        near = difflib.get_close_matches(name, names, n=3)
        hint = f" (near it: {', '.join(near)})" if near else ""
        message = (
            f"{name!r} is not a target{hint}: give one of "
            f"{', '.join(names)}, or path/to/file.py, path/to/file.py:object, or package.module:object"
        )
        raise TargetError(message)
    module = _from_file(module_name) if module_name.endswith(".py") else _from_name(module_name)
    return PythonObject(_instance(_attribute(module, attribute, module_name), name), name)


def _built_in(name: str, conventions: Mapping[str, object]) -> object:
    module_name, _, attribute = BUILT_IN[name].where.partition(":")
    try:
        module = importlib.import_module(module_name)
        made = getattr(module, attribute)
        return made(conventions) if name == "reference" else made()
    except ModuleNotFoundError as error:
        if error.name is not None and error.name.partition(".")[0] == "gradspec":
            raise
        message = (
            f"the target {name!r} needs {error.name}, which is not installed: "
            f"pip install 'gradspec[{BUILT_IN[name].extra}]'"
        )
        raise TargetError(message) from error


def _of_catalogue(catalogue: str, wanted: str) -> object:
    module_name, _, attribute = CATALOGUES[catalogue].partition(":")
    members = {each.name: each for each in getattr(importlib.import_module(module_name), attribute)}
    if wanted not in members:
        near = difflib.get_close_matches(wanted, members, n=3) or sorted(members)[:3]
        message = f"there is no {catalogue} {wanted!r}; near it: {', '.join(near)}; gradspec list {catalogue}s has all"
        raise TargetError(message)
    made: object = members[wanted].make()
    return made


def _from_file(path: str) -> ModuleType:
    file = Path(path)
    if not file.is_file():
        message = f"there is no file {path}; a target in a file is named path/to/file.py:object"
        raise TargetError(message)
    specification = importlib.util.spec_from_file_location(file.stem, file)
    if specification is None or specification.loader is None:
        message = f"{path} is not a Python file"
        raise TargetError(message)
    module = importlib.util.module_from_spec(specification)
    sys.modules.setdefault(file.stem, module)
    folder = str(file.resolve().parent)
    if folder not in sys.path:
        sys.path.insert(0, folder)
    loader = specification.loader
    guarded(lambda: loader.exec_module(module), f"the target {path}")
    return module


def _from_name(name: str) -> ModuleType:
    folder = str(Path.cwd())
    if folder not in sys.path:
        sys.path.insert(0, folder)
    return guarded(lambda: importlib.import_module(name), f"the target {name}")


def _attribute(module: ModuleType, attribute: str, module_name: str) -> object:
    try:
        return getattr(module, attribute)
    except AttributeError:
        names = [name for name in vars(module) if not name.startswith("_")]
        shown = ", ".join(names[:SHOWN_NAMES]) + (", ..." if len(names) > SHOWN_NAMES else "")
        message = f"{module_name} has no {attribute!r}; it has {shown or 'nothing'}"
        raise TargetError(message) from None


def _instance(subject: object, name: str) -> object:
    if not isinstance(subject, type):
        return subject
    return guarded(subject, f"{name} is a class that", "cannot be made without arguments")
