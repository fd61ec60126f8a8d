"""How operations follow from others: every derivation there is, each with the proof that its answers are admissible."""

from __future__ import annotations

from . import functions, jacobians, layers, networks
from .derivation import Calls as Calls
from .derivation import Derivation as Derivation  # noqa: TC001 - public here, not for this module alone
from .derivation import DerivationError as DerivationError

DERIVATIONS: tuple[Derivation, ...] = tuple(
    each for module in (functions, layers, networks, jacobians) for each in module.COLLECTION.derivations
)
"""All of them; of several for one operation the first that can be had is taken."""
