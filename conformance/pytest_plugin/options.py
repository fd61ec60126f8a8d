"""What a run of pytest asks of gradspec: options, settings, and a name in ``conftest.py``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = "gradspec::"
"""With what the id of every test of gradspec begins."""

IN_CONFTEST = "gradspec_targets"
"""The list of targets that a ``conftest.py`` may hold."""

_LISTS = {
    "format": ("FORMAT", "only this format; repeatable"),
    "clause": ("GLOB", "only clauses that match, such as 'softmax.*'; repeatable"),
    "convention": ("KEY=VALUE", "one convention; repeatable"),
}
_TEXTS = {
    "profile": ("NAME", "the conventions of a source or framework", ""),
    "require": ("CLASS", "fail for rows that core (the default), robust or strict demands", "core"),
    "effort": ("EFFORT", "quick (the default), standard or exhaustive", "quick"),
    "deviations": ("FILE", "known deviations, which are expected to fail; see gradspec adopt", ""),
}


@dataclass(frozen=True)
class Named:
    """A target as it was named."""

    label: str
    """As it was written, for the ids of its tests."""
    name: str | None = None
    """For loading: built in, a file, or in a module."""
    command: str | None = None
    """For starting: a program that speaks the protocol."""


@dataclass(frozen=True)
class Wanted:
    """What a run asks of gradspec."""

    targets: tuple[Named, ...]
    """At least one, no two with the same label."""
    formats: tuple[str, ...]
    """Empty for every format that a target declares."""
    clauses: tuple[str, ...]
    """Globs; empty for all."""
    conventions: tuple[str, ...]
    """Each as ``KEY=VALUE``."""
    profile: str | None
    """A named set of conventions."""
    require: str
    """The class whose rows decide a test."""
    effort: str
    """How much is drawn."""
    deviations: Path | None
    """A file of known deviations."""
    ids: tuple[str, ...]
    """The tests named on the command line; empty for all."""

    @property
    def labels(self) -> tuple[str, ...]:
        """The targets, as they were named."""
        return tuple(target.label for target in self.targets)


def add_options(parser: pytest.Parser) -> None:
    """Add every option, and a setting of the same name with underscores."""
    group = parser.getgroup("gradspec", "conformance of derivatives, by gradspec")
    group.addoption("--gradspec", action="append", metavar="TARGET", help="examine TARGET; repeatable")
    parser.addini("gradspec", "targets that gradspec examines", type="linelist", default=[])
    group.addoption("--gradspec-command", action="append", metavar="COMMAND", help="examine a program; repeatable")
    parser.addini("gradspec_command", "programs that gradspec examines", type="linelist", default=[])
    for name, (metavar, explained) in _LISTS.items():
        group.addoption(f"--gradspec-{name}", action="append", metavar=metavar, help=explained)
        parser.addini(f"gradspec_{name}", explained, type="args", default=[])
    for name, (metavar, explained, default) in _TEXTS.items():
        group.addoption(f"--gradspec-{name}", metavar=metavar, help=explained)
        parser.addini(f"gradspec_{name}", explained, type="string", default=default)
    group.addoption("--gradspec-workflow", action="store_true", help="print a GitHub Actions workflow, and stop")


def wanted(config: pytest.Config) -> Wanted | None:
    """What this run asks, or None; raises a usage error where it cannot be."""
    targets = tuple(_targets(config))
    ids = tuple(argument for argument in config.args if argument.startswith(ROOT))
    if not targets:
        _refuse_without_target(config, ids)
        return None
    asked = Wanted(
        targets=targets,
        formats=tuple(_value(config, "format")),
        clauses=tuple(_value(config, "clause")),
        conventions=tuple(_value(config, "convention")),
        profile=_value(config, "profile") or None,
        require=_value(config, "require"),
        effort=_value(config, "effort"),
        deviations=_deviations(config),
        ids=ids,
    )
    _refuse_contradictions(asked)
    return asked


def _value(config: pytest.Config, name: str) -> Any:  # noqa: ANN401 - a text, or a list of them
    """The option, or else the setting."""
    given = config.getoption(f"gradspec_{name}")
    return config.getini(f"gradspec_{name}") if given is None else given


def _targets(config: pytest.Config) -> Iterator[Named]:
    """Those of the command line, or else those of the settings and of ``conftest.py``."""
    names, commands = config.getoption("gradspec"), config.getoption("gradspec_command")
    found: dict[str, Named] = {}
    if names is None and commands is None:
        commands = config.getini("gradspec_command")
        for name in config.getini("gradspec"):
            found.setdefault(name, Named(name, _anchored(name, config.rootpath)))
        for folder, name in _in_conftests(config):
            found.setdefault(name, Named(name, _anchored(name, folder)))
    for name in names or ():
        found.setdefault(name, Named(name, name))
    for command in commands or ():
        found.setdefault(command, Named(command, command=command))
    return iter(found.values())


def _in_conftests(config: pytest.Config) -> Iterator[tuple[Path, str]]:
    """The targets that are listed in each ``conftest.py`` that is loaded before the tests are sought."""
    for plugin in config.pluginmanager.get_plugins():
        file = getattr(plugin, "__file__", None)
        if isinstance(file, str) and Path(file).name == "conftest.py":
            listed = vars(plugin).get(IN_CONFTEST, ())
            if isinstance(listed, str) or not all(isinstance(name, str) for name in listed):
                message = f"{file}: {IN_CONFTEST} = {listed!r}; write a list of names, such as ['mine.adapter:Mine']"
                raise pytest.UsageError(message)
            for name in listed:
                yield Path(file).parent, name


def _anchored(name: str, folder: Path) -> str:
    """A file beside the settings that name it, wherever pytest is started; any other name as it is."""
    path, colon, attribute = name.rpartition(":")
    file = path if path.endswith(".py") else name
    if not file.endswith(".py") or Path(file).is_absolute():
        return name
    return f"{folder / file}{colon if file == path else ''}{attribute if file == path else ''}"


def _deviations(config: pytest.Config) -> Path | None:
    given, written = config.getoption("gradspec_deviations"), config.getini("gradspec_deviations")
    if given:
        return Path(given)
    return config.rootpath / written if written else None


def _refuse_without_target(config: pytest.Config, ids: tuple[str, ...]) -> None:
    names = [name for name in (*_LISTS, *_TEXTS) if config.getoption(f"gradspec_{name}") is not None]
    given = [f"--gradspec-{name}" for name in names] or list(ids)
    if given:
        message = f"{given[0]} is given and no target; add --gradspec TARGET, or gradspec = TARGET to the settings"
        raise pytest.UsageError(message)


def _refuse_contradictions(asked: Wanted) -> None:
    if asked.deviations is not None and len(asked.targets) > 1:
        message = f"{asked.deviations} holds the deviations of one target, and there are {len(asked.targets)}"
        raise pytest.UsageError(message)
    for identity in asked.ids:
        if not any(f"{identity}::".startswith(f"{ROOT}{label}::") for label in asked.labels):
            message = f"{identity} is no test of a target; the targets are {', '.join(asked.labels)}"
            raise pytest.UsageError(message)
