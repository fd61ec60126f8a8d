"""
The record that reports carry: what Coq found of exactly these proofs and statements.

``gradspec prove --record`` writes it after everything held; with ``--check`` it is only said whether it belongs to the
proofs and the text that are installed, for which no Coq is needed.
"""

from __future__ import annotations

import hashlib
import json
from importlib import resources
from typing import TYPE_CHECKING, Any

from .coq import sources
from .proving import Ruling
from .statements import UNEXPLAINED, statements, unproven

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .proving import Proving

FILE = "checked.json"
"""Beside this module."""


def proofs_digest() -> str:
    """SHA-256 of the proofs, and of every statement that is held against them."""
    digest = hashlib.sha256()
    for name, text in sources().items():
        digest.update(f"{name}\n{text}\n".encode())
    for each in statements():
        digest.update(f"{each.id}\n{each.theorem}\n{each.formal}\n{each.satisfiable}\n".encode())
    return digest.hexdigest()


def recorded(proving: Proving) -> dict[str, Any]:
    """What was found, as JSON values."""
    proven = [proof.statement for proof in proving.proofs if proof.ruling is Ruling.PROVEN]
    return {
        "note": "DO NOT EDIT: written by gradspec prove --record",
        "proofs": proofs_digest(),
        "coq": proving.coq,
        "axioms": list(proving.axioms),
        "clauses": sum(bool(each.formal) for each in proven),
        "of": claims(),
        "errata_refuted": sum(not each.formal for each in proven),
        "slips_rejected": len(proving.tried),
        "digits_proven": len(proving.golden),
        "holds": proving.holds,
    }


def claims() -> int:
    """How many clauses claim something about real numbers: those with a theorem, and those that should have one."""
    return sum(bool(each.formal) for each in statements()) + list(unproven().values()).count(UNEXPLAINED)


def in_words(found: Mapping[str, Any]) -> str:
    """What a record says, in one sentence without its end."""
    if not found.get("holds"):
        return "its statements are not checked by machine as they stand"
    return (
        f"{found['clauses']} of {found['of']} of its statements about real numbers are theorems checked by Coq "
        f"{found['coq']}, and {found['errata_refuted']} errata are refuted"
    )


def record() -> Mapping[str, Any]:
    """What the installed record says, or that there is none for these proofs."""
    file = resources.files(__package__).joinpath(FILE)
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    if found.get("proofs") == proofs_digest():
        return found
    return {"holds": False, "reason": "the proofs were changed since Coq checked them; run gradspec prove --record"}
