"""
Families of faults that nobody picked: the reference with one place of its text changed by a mutation operator.

Whether the suite finds a mutant says how good the suite is; a mutant that no row finds is examined by hand, and is
excused only if it is a right implementation.
"""

from __future__ import annotations

from .examined import Examined as Examined
from .examined import MutationReport as MutationReport
from .mutant import Mutant as Mutant
from .mutant import mutants as mutants
from .survey import run_mutants as run_mutants
