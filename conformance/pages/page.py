"""Pages made from templates: everything is escaped that is not said to be markup, and nothing may be undefined."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from ..rendering.printable import printable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PAGES = __package__

_LINES = "\n\t"
"""What is no visible character and does no harm in a page."""


@cache
def environment(package: str = PAGES) -> Environment:
    """
    The templates of ``package``, from its folder ``templates``, and those that all pages share.

    A template extends ``base.html``. Whatever it prints is escaped, and characters that a reader cannot see, such as
    marks of direction, are shown as escapes; :class:`markupsafe.Markup` alone is taken as it is.
    """
    packages = dict.fromkeys((package, PAGES))
    made = Environment(
        loader=ChoiceLoader([PackageLoader(name) for name in packages]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_shown,
    )
    made.policies["json.dumps_kwargs"] = {"sort_keys": True, "ensure_ascii": False}
    return made


def render(  # noqa: PLR0913 - one argument a part of a page
    template: str,
    *,
    title: str,
    package: str = PAGES,
    styles: Sequence[str] = (),
    scripts: Sequence[str] = (),
    context: Mapping[str, object] | None = None,
) -> str:
    """
    The page of ``template``, a file in the folder ``templates`` of ``package`` that extends ``base.html``.

    ``styles`` are style sheets beside the one that all pages share, ``scripts`` programs that run at the end of the
    page. All stand in the page, and its policy admits no other script and no request. ``context`` is what the template
    may print.
    """
    programs = (text("scrolling.js"), *scripts)
    return (
        environment(package)
        .get_template(template)
        .render(
            title=title,
            styles=[Markup(each) for each in (text("style.css"), *styles)],  # noqa: S704 - files of the packages
            scripts=[Markup(each) for each in programs],  # noqa: S704 - files of the packages
            policy=policy(programs),
            **(context or {}),
        )
    )


@cache
def text(name: str, package: str = PAGES) -> str:
    """The file ``name`` in the folder ``templates`` of ``package``: a style sheet or a script."""
    return resources.files(package).joinpath("templates", name).read_text(encoding="utf-8")


def policy(scripts: Sequence[str]) -> str:
    """The policy of a page with these ``scripts``: they run, as told by their digests, and nothing is fetched."""
    allowed = " ".join(f"'sha256-{_digest(script)}'" for script in scripts) or "'none'"
    return f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src {allowed}; base-uri 'none'"


def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode("ascii")


def _shown(value: object) -> object:
    """``value`` with every character visible, where it is a text that a template prints."""
    if not isinstance(value, str) or isinstance(value, Markup) or value.isprintable():
        return value
    return "".join(character if character in _LINES else printable(character) for character in value)
