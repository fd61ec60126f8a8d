"""
Bundles as files: ``.npz`` and ``.safetensors``.

Both hold the arrays ``W1 b1 dW1 db1 W2 ...``, ``x``, ``y``, and, where they were recorded, ``output`` and ``cost``.
All that is no array is one JSON object: in an ``.npz`` the text of the array ``meta``, in a ``.safetensors`` the entry
``gradspec`` of its metadata. bfloat16, of which NumPy's files know nothing, is written to an ``.npz`` as uint16, the
bits of each number; the format in the JSON object says so. Nothing in a file is ever run or unpickled.
"""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile
from zlib import error as ZlibError  # noqa: N812 - zlib names its exception like a variable

import numpy as np

from ...spec.formats import BFLOAT16, FORMATS
from ..strange_json import json_value
from .errors import BundleError

if TYPE_CHECKING:
    from collections.abc import Mapping

    FloatArray = np.ndarray[Any, np.dtype[Any]]

LAYOUT = 1
"""The version of the layout of files."""

META = "meta"
"""The array of an ``.npz`` with the JSON text."""

KEY = "gradspec"
"""The entry of the metadata of a ``.safetensors`` with the JSON text, and that of the version within it."""

SUFFIXES = (".npz", ".safetensors")
"""The two kinds of files."""

DAMAGE = (BadZipFile, OSError, EOFError, ValueError, RuntimeError, ZlibError)
"""
What a damaged ``.npz`` raises: a method of compression or a version that do not exist, or a password, a RuntimeError.

Of one array also a MemoryError, where its header asks for more than there is.
"""

SAFETENSORS_DTYPES: Mapping[str, np.dtype[Any]] = {
    "F64": FORMATS["float64"].dtype,
    "F32": FORMATS["float32"].dtype,
    "F16": FORMATS["float16"].dtype,
    "BF16": FORMATS["bfloat16"].dtype,
    "I64": np.dtype(np.int64),
    "I32": np.dtype(np.int32),
}
"""The types of numbers that a ``.safetensors`` may hold; whole numbers for labels that name their class."""


def write(path: str | Path, arrays: Mapping[str, FloatArray], facts: Mapping[str, Any]) -> None:
    """Write ``arrays`` and ``facts`` to ``path``, which ends in one of :data:`SUFFIXES`."""
    text = json.dumps(facts)
    if _suffix(path) == ".npz":
        stored = {name: _as_bits(array) for name, array in arrays.items()}
        with Path(path).open("wb") as file:
            np.savez(file, **(stored | {META: np.array(text)}))
    else:
        contiguous = {name: np.ascontiguousarray(array).reshape(array.shape) for name, array in arrays.items()}
        _safetensors("safetensors.numpy").save_file(contiguous, str(path), metadata={KEY: text})


def read(path: str | Path) -> tuple[dict[str, FloatArray], dict[str, Any]]:
    """
    The arrays by name and the JSON object of the bundle at ``path``.

    Raises :class:`BundleError` where the file cannot be read, is cut off, or has no JSON object.
    """
    suffix = _suffix(path)
    if not Path(path).is_file():
        message = f"{path}: there is no such file"
        raise BundleError(message)
    arrays, text = _read_npz(path) if suffix == ".npz" else _read_safetensors(path)
    facts = _parsed(path, text)
    if facts.get("format") == BFLOAT16.name:
        arrays = {name: _from_bits(array) for name, array in arrays.items()}
    return arrays, facts


def _suffix(path: str | Path) -> str:
    suffix = Path(path).suffix
    if suffix not in SUFFIXES:
        message = f"{path}: a bundle is a file that ends in {' or '.join(SUFFIXES)}"
        raise BundleError(message)
    return suffix


def _parsed(path: str | Path, text: str | None) -> dict[str, Any]:
    where = f"the array {META}" if _suffix(path) == ".npz" else f"the entry {KEY} of the metadata"
    if text is None:
        message = f"{path} lacks {where}, JSON text with activations, loss, conventions and format"
        raise BundleError(message)
    try:
        facts = json_value(text)
    except ValueError as error:
        message = f"{path}: {where} is not JSON: {error}"
        raise BundleError(message) from error
    if not isinstance(facts, dict):
        message = f"{path}: {where} is {text[:40]}, and a JSON object was expected"
        raise BundleError(message)
    if facts.get(KEY, LAYOUT) != LAYOUT:
        message = f"{path}: layout {facts[KEY]!r}; this version of gradspec reads layout {LAYOUT}"
        raise BundleError(message)
    return facts


# npz


def _as_bits(array: FloatArray) -> FloatArray:
    return array.view(np.uint16) if array.dtype == BFLOAT16.dtype else array


def _from_bits(array: FloatArray) -> FloatArray:
    """``array`` as bfloat16 where it holds bits: uint16, or the two bytes as which NumPy writes a type it knows not."""
    if array.dtype == np.uint16 or (array.dtype.kind == "V" and array.dtype.itemsize == BFLOAT16.dtype.itemsize):
        return array.view(BFLOAT16.dtype)
    return array


def _read_npz(path: str | Path) -> tuple[dict[str, FloatArray], str | None]:
    try:
        with Path(path).open("rb") as file:
            archive = np.load(file, allow_pickle=False)
            names = list(archive.files) if isinstance(archive, np.lib.npyio.NpzFile) else None
            arrays = {} if names is None else {name: _member(path, archive, name) for name in names}
    except DAMAGE as error:
        if isinstance(error, BundleError):
            raise
        message = f"{path} is no whole .npz file, which is what numpy.savez writes: {str(error) or 'it ends too early'}"
        raise BundleError(message) from error
    if names is None:
        message = f"{path} holds one array alone; a bundle is what numpy.savez writes, with W1, b1, ... by name"
        raise BundleError(message)
    meta = arrays.pop(META, None)
    return arrays, None if meta is None else str(meta)


def _member(path: str | Path, archive: Any, name: str) -> FloatArray:  # noqa: ANN401 - NumPy's archive
    try:
        array: FloatArray = archive[name]
    except (*DAMAGE, MemoryError) as error:
        message = f"{path}: the array {name} cannot be read, the file is damaged or cut off: {error}"
        raise BundleError(message) from error
    return array


# safetensors


def _safetensors(module: str) -> Any:  # noqa: ANN401 - a module that may be absent
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        message = "a .safetensors file needs the package safetensors: pip install 'gradspec[audit]', or save as .npz"
        raise BundleError(message) from error


def _read_safetensors(path: str | Path) -> tuple[dict[str, FloatArray], str | None]:
    library = _safetensors("safetensors")
    try:
        with library.safe_open(str(path), framework="np") as file:
            text = (file.metadata() or {}).get(KEY)
        tensors = library.deserialize(Path(path).read_bytes())
    except (library.SafetensorError, OSError) as error:
        message = f"{path} is no whole .safetensors file, or it was cut off: {error}"
        raise BundleError(message) from error
    return {name: _tensor(path, name, tensor) for name, tensor in tensors}, text


def _tensor(path: str | Path, name: str, tensor: Mapping[str, Any]) -> FloatArray:
    dtype = SAFETENSORS_DTYPES.get(tensor["dtype"])
    if dtype is None:
        message = f"{path}: the array {name} has the type {tensor['dtype']}; known are {', '.join(SAFETENSORS_DTYPES)}"
        raise BundleError(message)
    return np.frombuffer(tensor["data"], dtype=dtype).reshape(tensor["shape"])
