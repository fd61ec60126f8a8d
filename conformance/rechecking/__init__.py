"""Whether a report is what was written, and whether what it says of its examples is so, computed anew."""

from .form import misformed as misformed
from .recomputing import Agreement as Agreement
from .recomputing import Recomputed as Recomputed
from .recomputing import asked_again as asked_again
from .recomputing import recomputed as recomputed
from .recomputing import without_sample as without_sample
