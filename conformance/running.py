"""A run: every row of a scope, one after the other, and the report of them."""

from __future__ import annotations

import fnmatch
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING, Any

from ..oracle.arithmetic.allowances import FUNCTION_ULPS
from ..oracle.certify import certificate
from ..spec.clauses import VERSION, specification_digest
from ..spec.conventions import conventions as known_conventions
from ..spec.conventions import resolve
from ..spec.formats import FORMATS
from ..spec.operations import REGIMES, operations
from .adapters.wrapping import as_target
from .checks.examiner import Examiner
from .checks.registry import CHECKS, Subject
from .distributing.unit import Here, Settings, units_of
from .environment import environment
from .examining import EFFORTS, Job
from .journal import Kept
from .proving.record import record
from .report import SCHEMA, class_reached, conformance, numbered, sealed
from .verdict import REQUIRED, Class

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from ..spec.conventions import Conventions
    from .adapters.target import Target
    from .checks.memory import Memory
    from .distributing.unit import Document, Performer
    from .journal import Journal
    from .report import Report

WIDENING = ("subnormals", "matmul_inputs")
"""Clause ``conformance.class``: the conventions that widen envelopes, and are therefore named with the class."""

PROPERTY_REGIME = "ordinary"
"""Where properties are examined: of answers to one another, and of how an operation answers."""


class ScopeError(ValueError):
    """A request that names what does not exist, or that the target does not offer."""


@dataclass(frozen=True)
class Request:
    """What to run."""

    formats: tuple[str, ...] = ()
    """Empty for every format that the target declares."""
    regimes: tuple[str, ...] = ()
    """Empty for all."""
    clauses: tuple[str, ...] = ()
    """Globs of clause ids; empty for all."""
    profile: str | None = None
    """A named set of conventions."""
    conventions: Mapping[str, object] = field(default_factory=dict)
    """Conventions over the profile's and the target's."""
    require: str = "core"
    """The class that the verdict is about."""
    effort: str = "standard"
    """How much is drawn."""
    seed: int = 0
    """Same seed, same cases, with the same version of Hypothesis."""
    function_ulps: Mapping[str, int] = field(default_factory=dict)
    """Other k of the elementary functions in float64 and float32."""
    diagnose: bool = True
    """Whether to look for what a clause that fails behaves like."""

    def __post_init__(self) -> None:
        _known("format", self.formats, FORMATS)
        _known("regime", self.regimes, REGIMES)
        _known("class", (self.require,), REQUIRED)
        _known("effort", (self.effort,), EFFORTS)
        _known("function", tuple(self.function_ulps), FUNCTION_ULPS)
        resolve(self.conventions, profile_name=self.profile)
        for pattern in self.clauses:
            if not fnmatch.filter(CHECKS, pattern):
                message = f"{pattern!r} matches no clause that is checked; gradspec list clauses prints them"
                raise ScopeError(message)


def _known(kind: str, given: Sequence[str], options: Any) -> None:  # noqa: ANN401 - any container of names
    for name in given:
        if name not in options:
            message = f"{name!r} is no {kind}; choose from {', '.join(options)}"
            raise ScopeError(message)


def run(  # noqa: PLR0913 - who is asked what, by whom, and who hears of it
    target: Target | object,
    request: Request | None = None,
    progress: Callable[[int, int, Job, Sequence[Document]], None] | None = None,
    memory: Memory | None = None,
    perform: Performer | None = None,
    journal: Journal | None = None,
) -> Report:
    """
    Examine ``target``, any object whose attributes are functions named after operations, and report.

    ``progress`` hears, after each job, how many are done of how many, which job it was, and its rows. ``memory`` is
    shared by runs that meet the same cases. Who else than this process is to ``perform`` the jobs finds the target
    where its source says. What each operation comes to is kept in ``journal``, and what is there is not asked again.
    Raises :class:`ScopeError` where nothing of the request is offered.
    """
    request = request or Request()
    target = as_target(target)
    conventions = resolve(request.conventions, profile_name=request.profile, declared=target.conventions)
    formats = _formats(target, request)
    jobs = list(jobs_of(target, request, formats))
    if not jobs:
        message = f"{target.name} offers nothing of what was asked; it offers {_offered_text(target)}"
        raise ScopeError(message)
    done = count(1)

    def tell(job: Job, rows: Sequence[Document]) -> None:
        if progress is not None:
            progress(next(done), len(jobs), job, rows)

    settings = Settings(dict(conventions), request.effort, request.seed, dict(request.function_ulps), request.diagnose)
    units = units_of(jobs)
    perform = perform or Here(Examiner(target, conventions, request.function_ulps, memory))
    if journal is not None:
        perform = Kept(perform, journal, target)
    with closing(perform(units, settings, tell)) as performed:
        found = dict(performed)
    reached = [found[number] for number in range(len(units))]
    rows = [row for unit in reached for each in unit.rows for row in each]
    diagnoses = [diagnosis for unit in reached for diagnosis in unit.diagnoses]
    return sealed(_document(target, request, conventions, formats, rows, diagnoses))


def _formats(target: Target, request: Request) -> tuple[str, ...]:
    wanted = request.formats or target.formats
    missing = [name for name in wanted if name not in target.formats]
    if missing:
        message = f"{target.name} does not declare {missing[0]}; it declares {', '.join(target.formats)}"
        raise ScopeError(message)
    return tuple(name for name in FORMATS if name in wanted)


def jobs_of(target: Target, request: Request, formats: tuple[str, ...]) -> Iterator[Job]:
    """
    Every clause on every offered operation in scope, in the order of the text.

    All that concerns an operation stands together, so that a failure is diagnosed from all its examples.
    """
    offered = [operation for operation in operations().values() if target.offers(operation.name)]
    for operation in offered:
        for format_name in formats:
            regimes = [regime for regime in operation.regimes if not request.regimes or regime in request.regimes]
            for regime in regimes:
                clauses = [operation.clause, *(_properties(operation.name) if regime == PROPERTY_REGIME else [])]
                for clause in clauses:
                    if not request.clauses or any(fnmatch.fnmatch(clause, glob) for glob in request.clauses):
                        yield Job(clause, operation.name, format_name, regime)


def _properties(operation: str) -> Iterator[str]:
    """The clauses about relations between answers of an operation, then those about how every operation answers."""
    for subject in (Subject.RELATION, Subject.CONTRACT):
        for check in CHECKS.values():
            if check.subject is subject and (not check.operations or operation in check.operations):
                yield check.clause


def _offered_text(target: Target) -> str:
    names = [name for name in operations() if target.offers(name)]
    return ", ".join(names) or "no operation that gradspec knows"


def _document(  # noqa: PLR0913 - the parts of a report
    target: Target,
    request: Request,
    conventions: Conventions,
    formats: tuple[str, ...],
    rows: list[Document],
    diagnoses: list[Document],
) -> dict[str, Any]:
    derived = getattr(target, "derived", {})
    offered = [name for name in operations() if target.offers(name) and name not in derived]
    reached = class_reached(rows)
    return {
        "schema": SCHEMA,
        "date": datetime.now(UTC).date().isoformat(),
        "spec": {"version": VERSION, "digest": specification_digest()},
        "target": {"name": target.name, "version": target.version},
        "environment": environment() | dict(target.environment),
        "conventions": dict(conventions),
        "scope": {
            "operations": offered,
            **({"derived": {name: list(bases) for name, bases in derived.items()}} if derived else {}),
            "of_operations": len(operations()),
            "formats": list(formats),
            "declared_formats": list(target.formats),
            "regimes": list(request.regimes or REGIMES),
            "clauses": list(request.clauses),
            **({"function_ulps": dict(request.function_ulps)} if request.function_ulps else {}),
            "text": scope_text(reached, len(offered), len(derived), formats, target.formats, request, conventions),
        },
        "seed": request.seed,
        "effort": request.effort,
        "require": request.require,
        "class": reached.value,
        "verdict": conformance(rows, request.require).value,
        "certificate": dict(certificate()) | {"proofs": dict(record())},
        "results": numbered(rows),
        "diagnoses": diagnoses,
    }


def scope_text(  # noqa: PLR0913 - everything that a class is relative to
    reached: Class,
    offered: int,
    derived: int,
    formats: Sequence[str],
    declared: Sequence[str],
    request: Request,
    conventions: Conventions,
) -> str:
    """The class with its scope; only full scope earns the bare name."""
    name = "no class" if reached is Class.NONE else reached.value
    parts = [name]
    total = len(operations())
    if offered < total:
        parts.append(f"{offered} of {total} operations" + (f", {derived} derived" if derived else ""))
    if set(formats) != set(declared) or set(declared) != set(FORMATS):
        parts.append(" ".join(formats))
    if request.regimes and set(request.regimes) != set(REGIMES):
        parts.append("regimes " + " ".join(request.regimes))
    if request.clauses:
        parts.append("clauses " + " ".join(request.clauses))
    parts += [f"{name}={conventions[name]}" for name in WIDENING if conventions[name] != _default(name)]
    if request.function_ulps:
        parts.append("function ulps " + " ".join(f"{name}={k}" for name, k in sorted(request.function_ulps.items())))
    return ", ".join(parts)


def _default(name: str) -> str:
    return known_conventions()[name].default
