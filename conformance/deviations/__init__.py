"""
Known deviations: rows that fail, written down with a reason, a link and an expiry, so that a run says what is new.

They change no verdict, class or figure of a report. All they decide is whether a run counts as a surprise.
"""

from .deviation import Deviation as Deviation
from .deviation import DeviationError as DeviationError
from .deviation import Deviations as Deviations
from .deviation import today as today
from .document import reported as reported
from .reading import read as read
from .settling import Settlement as Settlement
from .settling import Standing as Standing
from .settling import State as State
from .settling import exit_status as exit_status
from .settling import settled as settled
