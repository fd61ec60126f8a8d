"""Whether a document follows the schema that it names, and does not contradict itself."""

from .problem import Problem as Problem
from .problem import pointer as pointer
from .validation import NotJsonError as NotJsonError
from .validation import Validation as Validation
from .validation import loaded as loaded
from .validation import validated as validated
