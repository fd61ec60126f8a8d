"""The free choices of the specification, read from ``conventions.toml``, and how they are settled for a run."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType

Conventions = Mapping[str, str]
"""A value for every convention, by its name."""


@dataclass(frozen=True)
class Convention:
    """One free choice."""

    name: str
    """Its name, as in clause ``convention.<name>``."""
    values: tuple[str, ...]
    """The values it may take, the default first."""
    rules: str
    """What it rules, in words."""

    @property
    def default(self) -> str:
        """The value taken where nobody says otherwise."""
        return self.values[0]


@dataclass(frozen=True)
class Profile:
    """A named set of conventions: those of one source or of one framework."""

    name: str
    """Its name on the command line."""
    summary: str
    """Whose conventions they are, in a line."""
    values: Mapping[str, str]
    """The conventions it sets; those it leaves out keep their defaults."""


class ConventionError(ValueError):
    """A convention or profile that does not exist, or a value it cannot take: the caller's fault."""


@cache
def _document() -> Mapping[str, Mapping[str, Mapping[str, object]]]:
    text = resources.files(__package__).joinpath("conventions.toml").read_text(encoding="utf-8")
    return MappingProxyType(tomllib.loads(text))


@cache
def conventions() -> Mapping[str, Convention]:
    """Every convention by its name, in the order of the text."""
    return MappingProxyType(
        {
            name: Convention(name, tuple(map(str, _sequence(facts["values"]))), str(facts["rules"]))
            for name, facts in _document()["conventions"].items()
        },
    )


@cache
def profiles() -> Mapping[str, Profile]:
    """Every profile by its name."""
    return MappingProxyType(
        {
            name: Profile(
                name,
                str(facts["summary"]),
                validated({key: str(value) for key, value in facts.items() if key != "summary"}, f"profile {name}"),
            )
            for name, facts in _document()["profiles"].items()
        },
    )


def validated(choices: Mapping[str, object], owner: str) -> Mapping[str, str]:
    """
    ``choices`` with every name and value known to the specification.

    ``owner`` says whose they are, for the message. Numbers count as their shortest text (0.5 as ``"0.5"``).
    Raises :class:`ConventionError` naming the value, the rule and what may stand there.
    """
    result = {}
    for name, value in choices.items():
        convention = conventions().get(name)
        if convention is None:
            known = ", ".join(conventions())
            message = f"{owner}: {name!r} is not a convention; the conventions are {known}"
            raise ConventionError(message)
        text = _text(value)
        if text not in convention.values:
            allowed = ", ".join(convention.values)
            message = f"{owner}: {name}={value!s} is not a value of this convention; it takes one of {allowed}"
            raise ConventionError(message)
        result[name] = text
    return MappingProxyType(result)


def profile(name: str) -> Profile:
    """The profile called ``name``; raises :class:`ConventionError` when there is none."""
    try:
        return profiles()[name]
    except KeyError:
        message = f"{name!r} is not a profile; the profiles are {', '.join(profiles())}"
        raise ConventionError(message) from None


def resolve(
    explicit: Mapping[str, object] | None = None,
    *,
    profile_name: str | None = None,
    declared: Mapping[str, object] | None = None,
) -> Conventions:
    """
    A value for every convention: ``explicit`` over the profile over what the target ``declared`` over the default.

    Raises :class:`ConventionError` for a name or a value that does not exist.
    """
    settled = {name: convention.default for name, convention in conventions().items()}
    settled.update(validated(declared or {}, "the target's conventions"))
    if profile_name is not None:
        settled.update(profile(profile_name).values)
    settled.update(validated(explicit or {}, "the conventions asked for"))
    return MappingProxyType(settled)


def _text(value: object) -> str:
    if isinstance(value, float | int) and not isinstance(value, bool):
        return repr(int(value)) if value == int(value) else repr(float(value))
    return str(value)


def _sequence(value: object) -> list[object]:
    if not isinstance(value, list):
        message = f"conventions.toml: {value!r} must be a list of values"
        raise ConventionError(message)
    return value
