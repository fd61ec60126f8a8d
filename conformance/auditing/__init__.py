"""
Audits: one recorded training step of somebody's program, judged entry by entry.

A recorder, or :func:`from_arrays`, makes a :class:`Bundle`; ``bundle.save("step.npz")`` writes it for the command
``gradspec audit``, and :func:`audit` judges it here. No recorder imports a framework: whoever has a model of it has
imported it.
"""

from .auditing import audit as audit
from .bundle import Bundle as Bundle
from .errors import BundleError as BundleError
from .judged import ArrayAudit as ArrayAudit
from .judged import Audit as Audit
from .judged import AuditVerdict as AuditVerdict
from .judged import Entry as Entry
from .judged import Explanation as Explanation
from .judged import LevelAudit as LevelAudit
from .making import from_arrays as from_arrays
from .making import read_bundle as read_bundle
from .recorders.jax_numpy import from_jax as from_jax
from .recorders.pytorch import from_torch as from_torch
from .recorders.scikit_learn import from_sklearn as from_sklearn
