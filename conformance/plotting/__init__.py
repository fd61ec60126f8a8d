"""Pictures of errors: how they are spread in a report, where on the real line they are, and where in a matrix."""

from __future__ import annotations

from .drawing import drawn_case as drawn_case
from .drawing import line_picture as line_picture
from .drawing import map_picture as map_picture
from .svg import Picture as Picture
