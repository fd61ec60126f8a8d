"""
What is rendered from a report: for terminals, pages, test systems, spreadsheets, papers and badges.

Each module is one rendering, a function of the report's document alone. A report is written by strangers: each
rendering says how it keeps their texts from meaning anything in its language.
"""

from .renderings import RENDERINGS as RENDERINGS
from .renderings import rendered as rendered
