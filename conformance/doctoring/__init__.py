"""What keeps a target from being examined, found by one tiny call of each operation, and how to mend it."""

from .doctoring import doctored as doctored
from .remark import Remark as Remark
from .remark import Standing as Standing
