"""Proofs by machine: the statements of the clauses against the theorems of ``spec/proofs``, checked by Coq."""

from .coq import Coq as Coq
from .coq import ProofError as ProofError
from .golden import golden_points as golden_points
from .mutating import mutated as mutated
from .proving import Proving as Proving
from .proving import Ruling as Ruling
from .proving import prove as prove
from .record import in_words as in_words
from .record import proofs_digest as proofs_digest
from .record import record as record
from .record import recorded as recorded
from .statements import Statement as Statement
from .statements import statements as statements
from .statements import unproven as unproven
