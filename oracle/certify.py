"""
The certificate that reports carry: what ``gradspec verify`` found of exactly this oracle.

``python -m gradspec.oracle.certify`` verifies every proposition and writes ``certificate.json``; with ``--check`` it
only says whether the file belongs to the oracle and the specification that are installed.
"""

from __future__ import annotations

import hashlib
import json
import sys
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..spec.clauses import specification_digest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from importlib.resources.abc import Traversable

FILE = "certificate.json"
"""Beside this module."""

POINTS, BITS, SEED = 100, 240, 0
"""How the certificate is made: points a proposition, bits of agreement, seed of the draws."""


@cache
def oracle_digest() -> str:
    """SHA-256 of every source file of the oracle, in the order of their paths."""
    digest = hashlib.sha256()
    for name, file in sorted(_sources(resources.files(__package__), "")):
        digest.update(f"{name}\n".encode())
        digest.update(file.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()


def _sources(folder: Traversable, prefix: str) -> Iterator[tuple[str, Traversable]]:
    for entry in folder.iterdir():
        name = f"{prefix}{entry.name}"
        if entry.is_dir() and not entry.name.startswith("__"):
            yield from _sources(entry, f"{name}/")
        elif entry.name.endswith(".py"):
            yield name, entry


def certificate() -> Mapping[str, Any]:
    """What the installed certificate says, or that there is none for this oracle."""
    file = resources.files(__package__).joinpath(FILE)
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    if found.get("oracle") == oracle_digest() and found.get("specification") == specification_digest():
        return found
    return {"holds": False, "reason": "no certificate was made of this oracle; run gradspec verify"}


def certified() -> Mapping[str, Any]:
    """The certificate of this oracle, made now: about half a minute."""
    from .verify import verify  # noqa: PLC0415 - the verification is not needed to read a certificate

    made = verify(bits=BITS, points=POINTS, seed=SEED)
    return {
        "note": "DO NOT EDIT: written by python -m gradspec.oracle.certify",
        "specification": specification_digest(),
        "oracle": oracle_digest(),
        "bits": BITS,
        "points": POINTS,
        "seed": SEED,
        "clauses": len(made.clauses),
        "comparisons": sum(sum(clause.comparisons.values()) for clause in made.clauses),
        "disagreements": len(made.disagreements),
        "holds": made.holds,
    }


def main(arguments: list[str]) -> int:
    """Write the certificate, or with ``--check`` say whether it is up to date; exit status 1 where it is not."""
    if arguments == ["--check"]:
        holds = bool(certificate()["holds"])
        sys.stdout.write(f"{FILE}: {'up to date' if holds else certificate().get('reason', 'does not hold')}\n")
        return 0 if holds else 1
    made = certified()
    Path(str(resources.files(__package__).joinpath(FILE))).write_text(
        json.dumps(made, indent=1) + "\n", encoding="utf-8"
    )
    sys.stdout.write(f"{FILE}: {made['comparisons']} comparisons, {made['disagreements']} disagreements\n")
    return 0 if made["holds"] else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
