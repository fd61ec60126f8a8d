"""
Pictures as SVG, written by the XML library of Python: what a stranger wrote is text in them, and never markup.

The plots of a report stand inside of its page, and those of ``gradspec plot`` in files of their own. Both are these
pictures: a page needs no plotting library, and a picture is the same to the byte wherever it is drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from markupsafe import Markup

from ..rendering.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

NAMESPACE = "http://www.w3.org/2000/svg"

ON_ITS_OWN = (
    "svg{color:#1c1c1a;background:#fdfdfb;font-family:sans-serif}"
    "@media(prefers-color-scheme:dark){svg{color:#e8e8e4;background:#16171a}}"
)
"""The style of a picture that no page surrounds."""


@dataclass(frozen=True)
class Picture:
    """A drawing, with what it says in words."""

    width: int
    """In pixels."""
    height: int
    """Likewise."""
    title: str
    """What it is."""
    description: str
    """What whoever sees it would read off it."""
    shapes: tuple[ET.Element, ...]
    """From back to front."""

    def inline(self) -> Markup:
        """The picture as part of a page that has :func:`style_sheet`."""
        return Markup(ET.tostring(self._root(), encoding="unicode"))  # noqa: S704 - the serializer escapes

    def text(self) -> str:
        """The picture as the text of a file."""
        root = self._root({"xmlns": NAMESPACE, "width": str(self.width), "height": str(self.height)})
        style = ET.Element("style")
        style.text = ON_ITS_OWN + style_sheet()
        root.insert(2, style)
        return ET.tostring(root, encoding="unicode") + "\n"

    def _root(self, more: dict[str, str] | None = None) -> ET.Element:
        size = {"viewBox": f"0 0 {self.width} {self.height}", "class": "plot", "role": "img"}
        root = ET.Element("svg", {**(more or {}), **size})
        for tag, words in (("title", self.title), ("desc", self.description)):
            ET.SubElement(root, tag).text = printable(words)
        root.extend(self.shapes)
        return root


@cache
def style_sheet() -> str:
    """The style that pictures need in a page."""
    return resources.files(__package__).joinpath("plot.css").read_text(encoding="utf-8")


def rectangle(kind: str, x: float, y: float, width: float, height: float) -> ET.Element:
    """A rectangle of a class of the style sheet."""
    place = {"x": short(x), "y": short(y), "width": short(width), "height": short(height)}
    return ET.Element("rect", {"class": kind, **place})


def path(kind: str, data: Iterable[str]) -> ET.Element:
    """Lines by their commands."""
    return ET.Element("path", {"class": kind, "d": "".join(data)})


def label(kind: str, x: float, y: float, text: str) -> ET.Element:
    """A text whose class says how it is aligned."""
    made = ET.Element("text", {"class": kind, "x": short(x), "y": short(y)})
    made.text = printable(text)
    return made


def titled(shape: ET.Element, text: str) -> ET.Element:
    """``shape`` with a text that is shown when it is pointed at."""
    ET.SubElement(shape, "title").text = printable(text)
    return shape


def short(number: float) -> str:
    """
    A coordinate to a tenth of a pixel.

    >>> short(3.0), short(-0.04), short(12.34)
    ('3', '0', '12.3')
    """
    text = f"{number:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text
