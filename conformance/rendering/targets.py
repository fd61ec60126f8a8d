"""The targets that there are by name, and what one of them offers, as text for a person."""

from __future__ import annotations

from importlib import metadata
from typing import TYPE_CHECKING

from ...spec.conventions import conventions, resolve
from ...spec.operations import operations
from ..adapters.deriving import deriving
from ..adapters.installed import GROUP, installed
from ..adapters.loading import BUILT_IN, framework_version

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ..adapters.loading import BuiltIn
    from ..adapters.target import Target

NAME_WIDTH, SUMMARY_WIDTH, TEXT_WIDTH = 14, 42, 96
"""Of the columns, and of the lines that names are written into."""


def known_targets() -> Iterator[str]:
    """Every target that has a name: built in, with the version of its framework, or of an installed distribution."""
    for name, target in BUILT_IN.items():
        yield f"{name:<{NAME_WIDTH}} {target.summary:<{SUMMARY_WIDTH}} {_framework(target)}".rstrip()
    for each in installed():
        line = f"{each.name:<{NAME_WIDTH}} {each.where:<{SUMMARY_WIDTH}} {each.distribution}"
        yield f"{line}; the built-in target has this name: write {each.where}" if each.name in BUILT_IN else line
    if not installed():
        yield f"no installed distribution has an entry point of the group {GROUP}"
    yield "path/to/file.py, path/to/file.py:object, package.module:object, or --command 'node target.js'"
    yield "fault:NAME and variant:NAME, of gradspec list faults and gradspec list variants"


def _framework(target: BuiltIn) -> str:
    """Which version of its framework is installed, or how to install it; nothing is imported."""
    if target.extra is None:
        return f"numpy {metadata.version('numpy')}"
    version = framework_version(target)
    return version or f"not installed: pip install 'gradspec[{target.extra}]'"


def offered(target: Target) -> Iterator[str]:
    """What a loaded target declares and offers."""
    yield f"{target.name} {target.version}".rstrip()
    yield f"  formats      {', '.join(target.formats)}"
    yield from _declared(target)
    for name, value in target.environment.items():
        yield f"  environment  {name} = {value}"
    names = [name for name in operations() if target.offers(name)]
    yield f"  operations   {len(names)} of {len(operations())}"
    yield from _wrapped(names)
    derived = deriving(target, resolve(declared=target.conventions)).derived
    if derived:
        yield f"  --derive     {len(derived)} more, which follow from these"
        yield from _wrapped(derived)


def _declared(target: Target) -> Iterator[str]:
    settled = resolve(declared=target.conventions)
    others = {name: value for name, value in settled.items() if value != conventions()[name].default}
    for name, value in others.items():
        yield f"  convention   {name} = {value}"
    yield f"  conventions  {'else ' if others else 'all '}the default ones"


def _wrapped(names: Iterable[str]) -> Iterator[str]:
    line = ""
    for name in names:
        if line and len(line) + len(name) + 2 > TEXT_WIDTH:
            yield f"    {line},"
            line = ""
        line = f"{line}, {name}" if line else name
    if line:
        yield f"    {line}"
