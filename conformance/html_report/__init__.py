"""A report as one HTML page, which needs no other file and asks no network."""

from __future__ import annotations

from .page import html as html
