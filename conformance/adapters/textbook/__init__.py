"""The textbook: what the formulas of the sources, kept to the letter, are worth."""

from .target import Textbook as Textbook
