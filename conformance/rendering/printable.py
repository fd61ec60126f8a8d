"""
What a stranger wrote, so that a terminal shows it and does not obey it.

Names, versions, messages and reasons of a report come from the target or from whoever made the report. A terminal takes
some characters for commands: escape sequences move the cursor and rewrite what stands above, a carriage return hides
the start of a line, marks of direction turn it around. Each of them is shown as an escape that only names it.
"""

from __future__ import annotations


def printable(text: object, longest: int | None = None) -> str:
    r"""
    ``text`` in one line, each character that is no visible letter or mark, nor the blank, as its escape.

    What is longer than ``longest`` characters is cut there, and says so.

    >>> print(printable("torch\x1b[2J 2.13"))
    torch\x1b[2J 2.13
    >>> print(printable("one\ntwo"))
    one\ntwo
    >>> print(printable("a long name", longest=6))
    a long...
    """
    whole = str(text)
    shown = whole if longest is None or len(whole) <= longest else whole[:longest] + "..."
    return shown if shown.isprintable() else "".join(map(_visible, shown))


def printable_lines(text: object) -> list[str]:
    """The lines of ``text``, where lines are wanted, each as :func:`printable` shows it."""
    return [printable(line.expandtabs(4)) for line in str(text).split("\n")]


def _visible(character: str) -> str:
    return character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
