"""Frozen vectors: cases with their true values and allowed intervals, for whoever has neither the oracle nor Python."""

from __future__ import annotations

from .answers import Answers as Answers
from .answers import read_answers as read_answers
from .checking import Checked as Checked
from .checking import checked as checked
from .errors import VectorsError as VectorsError
from .folder import Folder as Folder
from .folder import folder as folder
from .ruling import Ruling as Ruling
from .ruling import ruling as ruling
