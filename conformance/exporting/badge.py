"""The badge as a small SVG of its own: no font, script or address is fetched, and the text says all that it says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import escape

from .message import COLOURS, LABEL, message, standing, title

if TYPE_CHECKING:
    from ..report import Report

SIZE = 11
"""Of the letters, in pixels."""

MARGIN = 6
"""Beside each text, in pixels."""

WIDEST = 1000
"""Of a character that the table below does not have, in thousandths of the size: a square."""

_WIDTHS = {
    275: "'",
    278: "ijl",
    295: "IJ",
    318: " ,.",
    337: "/:;\\|",
    352: "f",
    361: "-",
    390: "()[]",
    392: "t",
    401: "!",
    411: "r",
    460: '"',
    500: "*_`",
    521: "s",
    525: "z",
    531: "?",
    550: "c",
    557: "L",
    575: "F",
    579: "k",
    592: "vxy",
    603: "P",
    611: "TY",
    612: "o",
    613: "a",
    615: "e",
    632: "E",
    634: "hnu",
    635: "Sbdgpq",
    636: "$0123456789{}",
    656: "K",
    684: "AV",
    685: "XZ",
    686: "B",
    695: "R",
    698: "C",
    732: "U",
    748: "N",
    752: "H",
    770: "D",
    775: "G",
    780: "&",
    787: "OQ",
    818: "w",
    838: "#+<=>^~",
    863: "M",
    950: "%",
    974: "m",
    989: "W",
    1000: "@",
}
"""The characters of ASCII by their width in DejaVu Sans, in thousandths of the size."""

_WIDTH = {character: width for width, characters in _WIDTHS.items() for character in characters}

_SVG = """<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="20" role="img" aria-labelledby="badge-title">
<title id="badge-title">{title}</title>
<rect width="{width}" height="20" rx="3" fill="{colour}"/>
<path d="M3 0h{straight}v20H3a3 3 0 0 1-3-3V3a3 3 0 0 1 3-3z" fill="#3c4043"/>
<g fill="#fff" font-family="DejaVu Sans,Verdana,sans-serif" font-size="11">
<text x="6" y="14" textLength="{label_width}" lengthAdjust="spacingAndGlyphs">{label}</text>
<text x="{message_x}" y="14" textLength="{message_width}" lengthAdjust="spacingAndGlyphs">{message}</text>
</g>
</svg>
"""


def badge(report: Report) -> str:
    """The badge of ``report``: the class with its scope, the target in its title."""
    shown = message(report)
    left, right = text_width(LABEL) + 2 * MARGIN, text_width(shown) + 2 * MARGIN
    return _SVG.format(
        width=left + right,
        straight=left - 3,
        title=escape(title(report)),
        colour=COLOURS[standing(report)],
        label=LABEL,
        label_width=text_width(LABEL),
        message=escape(shown),
        message_x=left + MARGIN,
        message_width=text_width(shown),
    )


def text_width(text: str) -> int:
    """The width of ``text`` in pixels, to which a viewer fits it whatever font it has."""
    return round(sum(_WIDTH.get(character, WIDEST) for character in text) * SIZE / 1000)
