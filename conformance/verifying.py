"""What ``gradspec verify`` prints."""

from __future__ import annotations

import fnmatch
import json
from dataclasses import replace
from typing import TYPE_CHECKING

from ..oracle.verification.witnesses import WITNESSES
from ..oracle.verify import ENVELOPE, verify
from .running import ScopeError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ..oracle.verification.certificate import Disagreement, Verified


def verified(  # noqa: PLR0913 - the options of the command
    patterns: tuple[str, ...],
    *,
    points: int,
    bits: int,
    seed: int,
    json_file: Path | None,
    out: Callable[[str], object],
) -> bool:
    """Verify the oracle, telling ``out`` of each clause as it is done, and say whether it holds."""
    known = [*WITNESSES, ENVELOPE]
    names = [name for name in known if not patterns or any(fnmatch.fnmatch(name, glob) for glob in patterns)]
    if not names:
        message = f"{', '.join(patterns)} matches no clause that is verified; choose from {', '.join(known)}"
        raise ScopeError(message)
    out(f"{len(names)} clauses at {bits} bits, {points} points each, seed {seed}")
    found: list[Verified] = []
    for name in names:
        part = verify([name], bits=bits, points=points, seed=seed)
        found += part.clauses
        out(_line(part.clauses[0]))
    certificate = replace(part, clauses=tuple(found))
    for disagreement in certificate.disagreements:
        out(_disagreement(disagreement))
    total = sum(sum(each.comparisons.values()) for each in certificate.clauses)
    ending = "all hold" if certificate.holds else "NOT all hold"
    out(f"{ending}: {total} comparisons, {len(certificate.disagreements)} disagreements")
    if json_file is not None:
        json_file.write_text(json.dumps(certificate.as_dict(), indent=1) + "\n", encoding="utf-8")
    return certificate.holds


def _line(clause: Verified) -> str:
    counts = "; ".join(f"{count} {witness}" for witness, count in clause.comparisons.items())
    return f"{'holds' if clause.holds else 'FAILS'}  {clause.clause} ({clause.witness}): {counts}"


def _disagreement(found: Disagreement) -> str:
    inputs = ", ".join(f"{name} = {value}" for name, value in found.inputs.items())
    return f"{found.clause}, {found.witness}, {found.entry}: {found.ours} against {found.theirs} at {inputs}"
