"""The files of vectors as text: one for each operation, one vector a line, and the index over them."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from ...spec.clauses import VERSION, specification_digest
from ...spec.conventions import resolve
from ...spec.operations import operations
from ..strategies.hazards import HAZARDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SCHEMA = "https://gradspec.org/schema/vectors-1.json"
"""The name of the schema that a file of vectors follows."""

INDEX_SCHEMA = "https://gradspec.org/schema/vectors-index-1.json"
"""The name of the schema that the index follows."""

INDEX = "index.json"
"""The index over the files of a folder."""


def file_name(operation: str) -> str:
    """The file of the vectors of ``operation``."""
    return f"{operation}.json"


def file_text(operation: str, vectors: Sequence[Mapping[str, Any]]) -> str:
    """The file of ``vectors``: a head that holds for all of them, then one a line."""
    declared = operations()[operation]
    hazards = sorted({hazard for each in vectors for hazard in each["hazards"]})
    head = {
        "schema": SCHEMA,
        "specification": VERSION,
        "operation": operation,
        "summary": declared.summary,
        "clause": declared.clause,
        "arguments": [{"name": each.name, "shape": each.shape} for each in declared.arguments],
        "keywords": [each.name for each in declared.keywords],
        "results": [{"name": each.name, "shape": each.shape} for each in declared.results],
        "rulings": list(declared.conventions),
        "conventions": dict(resolve()),
        "hazards": {
            name: {"description": HAZARDS[name].description, "effect": HAZARDS[name].effect} for name in hazards
        },
    }
    lines = [f'"{name}": {_line(value)},' for name, value in head.items()]
    body = ",\n".join(map(_line, vectors))
    return "\n".join(["{", *lines, '"vectors": [', body, "]}", ""])


def index_text(files: Mapping[str, bytes], counts: Mapping[str, int]) -> str:
    """The index over ``files``, which are given by their names: what each holds, and by which text all were made."""
    digests = {name: hashlib.sha256(files[name]).hexdigest() for name in sorted(files)}
    head = {
        "schema": INDEX_SCHEMA,
        "specification": {"version": VERSION, "digest": specification_digest()},
        "digest": digest(digests),
        "vectors": sum(counts.values()),
    }
    lines = [f'"{name}": {_line(value)},' for name, value in head.items()]
    body = ",\n".join(f'"{name}": {_line({"sha256": each, "vectors": counts[name]})}' for name, each in digests.items())
    return "\n".join(["{", *lines, '"files": {', body, "}}", ""])


def digest(digests: Mapping[str, str]) -> str:
    """Of a whole folder: SHA-256 of what ``sha256sum`` prints of its files, in the order of their names."""
    listed = "".join(f"{digests[name]}  {name}\n" for name in sorted(digests))
    return hashlib.sha256(listed.encode()).hexdigest()


def _line(value: Any) -> str:  # noqa: ANN401 - any JSON value
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(", ", ": "))
