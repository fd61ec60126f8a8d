"""The counterexamples of the errata: what a source prints and what is true, computed anew."""

from .recomputing import Recomputed as Recomputed
from .recomputing import recomputed as recomputed
