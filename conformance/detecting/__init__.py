"""Detection: what conventions and formats a target follows, found out by its answers alone."""

from .detecting import detect as detect
from .detection import Detection as Detection
from .detection import Disproportion as Disproportion
from .detection import Example as Example
from .detection import FormatFound as FormatFound
from .detection import Found as Found
from .detection import Remark as Remark
from .detection import Standing as Standing
from .detection import Voice as Voice
