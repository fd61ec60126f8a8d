"""What a target says of itself and of its errors, as text that a report can hold."""

from __future__ import annotations

LONGEST = 4_000
"""Characters of one text that are kept."""


def storable(text: str) -> str:
    r"""
    ``text`` as it is, but what UTF-8 cannot write as its escape, and no longer than :data:`LONGEST` characters.

    A name of a file that is no UTF-8, which Python reads with surrogates, is the common case.

    >>> storable("no file caf\udce9.npy")
    'no file caf\\udce9.npy'
    """
    kept = text.encode("utf-8", "backslashreplace").decode("utf-8")
    if len(kept) <= LONGEST:
        return kept
    note = f"... ({len(kept)} characters)"
    return kept[: LONGEST - len(note)] + note


def said_by(error: BaseException) -> str:
    """
    The message of an exception, or what went wrong when it was asked for its message.

    >>> said_by(ValueError("no"))
    'no'
    """
    return storable(_message(error))


def described(error: BaseException) -> str:
    """
    The class of an exception and its message.

    >>> described(ValueError("no"))
    'ValueError: no'
    """
    return storable(f"{type(error).__name__}: {_message(error)}")


def _message(error: BaseException) -> str:
    try:
        return str(error)
    except Exception as second:  # noqa: BLE001 - whatever a stranger's exception does when it is printed
        return f"({type(second).__name__} when its message is asked for)"
