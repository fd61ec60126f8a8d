"""
The measurement: stages, each of groups that share the oracle, done one after the other or by several processes.

A stage is added to ``STAGES`` with the parts that it measures, and with what it finds to :class:`Power`.
"""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, fields
from itertools import product
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any

from ...spec.formats import FORMATS
from ...spec.operations import operations
from ..running import ScopeError
from .alarms import Trial, chosen_variants, trials
from .deep_networks import FORMAT_NAMES, deep_shares, takes_network
from .detection import Detection, chosen_faults, detections, operations_of
from .naming import Naming, namings
from .right_answers import right_answers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from .selection import Selection
    from .sensitivity import Sensitivity
    from .undecided import Share

    Progress = Callable[[int, int, "Group", "Power"], None]


@dataclass(frozen=True)
class Power:
    """What was measured."""

    detections: tuple[Detection, ...] = ()
    """Faults, and whether each is found."""
    trials: tuple[Trial, ...] = ()
    """Variants, and whether each is left in peace."""
    namings: tuple[Naming, ...] = ()
    """Faults, and whether the true cause is listed."""
    shares: tuple[Share, ...] = ()
    """How much of right answers is decided."""
    sensitivities: tuple[Sensitivity, ...] = ()
    """The smallest relative errors that are always found."""

    def __add__(self, other: Power) -> Power:
        """Both together."""
        return Power(**{each.name: getattr(self, each.name) + getattr(other, each.name) for each in fields(self)})

    @property
    def missed(self) -> tuple[Detection, ...]:
        """The faults that had to be found and are not."""
        return tuple(detection for detection in self.detections if detection.is_missed)

    @property
    def alarms(self) -> tuple[tuple[Trial, Mapping[str, Any]], ...]:
        """The rows that fail though the variant is right, each with the trial it is of."""
        return tuple((trial, alarm) for trial in self.trials for alarm in trial.alarms)

    @property
    def is_sound(self) -> bool:
        """Whether no fault is missed and no variant flagged."""
        return not self.missed and not self.alarms


@dataclass(frozen=True)
class Group:
    """Operations in a format: what meets the same cases."""

    stage: str
    """By its name in ``STAGES``."""
    operations: tuple[str, ...]
    """By name."""
    format_name: str
    """The format."""

    def __str__(self) -> str:
        return f"{self.stage} {self.format_name} {' '.join(self.operations)}"


@dataclass(frozen=True)
class Stage:
    """One kind of measurement."""

    parts: tuple[str, ...]
    """The parts that it measures; it is done where one of them is selected."""
    groups: Callable[[Selection], Iterable[tuple[tuple[str, ...], str]]]
    """Operations and format of each group; what occurs twice is done once."""
    measure: Callable[[Selection, Group], Power]
    """What a group comes to."""


def _groups_of_faults(selection: Selection) -> Iterable[tuple[tuple[str, ...], str]]:
    return ((operations_of(fault), format_name) for fault, format_name in chosen_faults(selection))


def _groups_of_causes(selection: Selection) -> Iterable[tuple[tuple[str, ...], str]]:
    return ((operations_of(fault), format_name) for fault, format_name in chosen_faults(selection) if fault.causes)


def _groups_of_variants(selection: Selection) -> Iterable[tuple[tuple[str, ...], str]]:
    return (((operation,), format_name) for operation, format_name in chosen_variants(selection))


def _groups_of_operations(selection: Selection) -> Iterable[tuple[tuple[str, ...], str]]:
    names = [(operation.name,) for operation in selection.chosen_operations()]
    return product(names, selection.formats_of(FORMATS))


def _groups_of_networks(selection: Selection) -> Iterable[tuple[tuple[str, ...], str]]:
    names = [(operation.name,) for operation in selection.chosen_operations() if takes_network(operation)]
    return product(names, selection.formats_of(FORMAT_NAMES))


def _measure_faults(selection: Selection, group: Group) -> Power:
    return Power(detections=tuple(detections(selection, group.operations, group.format_name)))


def _measure_causes(selection: Selection, group: Group) -> Power:
    return Power(namings=tuple(namings(selection, group.operations, group.format_name)))


def _measure_variants(selection: Selection, group: Group) -> Power:
    return Power(trials=tuple(trials(selection, group.operations[0], group.format_name)))


def _measure_operations(selection: Selection, group: Group) -> Power:
    shares, sensitivities = right_answers(selection, group.operations[0], group.format_name)
    return Power(shares=tuple(shares), sensitivities=tuple(sensitivities))


def _measure_networks(selection: Selection, group: Group) -> Power:
    return Power(shares=tuple(deep_shares(selection, operations()[group.operations[0]], group.format_name)))


STAGES: Mapping[str, Stage] = {
    "faults": Stage(("faults",), _groups_of_faults, _measure_faults),
    "causes": Stage(("causes",), _groups_of_causes, _measure_causes),
    "variants": Stage(("variants",), _groups_of_variants, _measure_variants),
    "right answers": Stage(("undecided", "sensitivity"), _groups_of_operations, _measure_operations),
    "deep networks": Stage(("undecided",), _groups_of_networks, _measure_networks),
}
"""Every stage by its name, in the order in which they are done."""


def parts() -> tuple[str, ...]:
    """Every part that can be measured."""
    return tuple(dict.fromkeys(part for stage in STAGES.values() for part in stage.parts))


def groups_of(selection: Selection) -> tuple[Group, ...]:
    """Everything there is to measure, in order."""
    chosen = {name: stage for name, stage in STAGES.items() if set(stage.parts) & set(selection.parts)}
    each = (Group(name, *group) for name, stage in chosen.items() for group in dict.fromkeys(stage.groups(selection)))
    return tuple(each)


def measure(selection: Selection, *, processes: int = 1, progress: Progress | None = None) -> Power:
    """
    The power of the suite, as far as it is selected.

    ``progress`` hears, after each group, how many are done of how many, which one it was, and what it came to. Raises
    :class:`ScopeError` where nothing is selected.
    """
    for part in selection.parts:
        if part not in parts():
            message = f"{part!r} is no part of the measurement; choose from {', '.join(parts())}"
            raise ScopeError(message)
    groups = groups_of(selection)
    if not groups:
        message = "nothing is left to measure: no fault, variant or operation passes all of the filters"
        raise ScopeError(message)
    found: dict[Group, Power] = {}
    for group, power in _measured(selection, groups, processes):
        found[group] = power
        if progress is not None:
            progress(len(found), len(groups), group, power)
    return sum((found[group] for group in groups), Power())


def _measured(selection: Selection, groups: tuple[Group, ...], processes: int) -> Iterable[tuple[Group, Power]]:
    """Each group with what it comes to, as soon as it is known."""
    if processes == 1:
        yield from ((group, _measure(selection, group)) for group in groups)
        return
    with ProcessPoolExecutor(processes, get_context("spawn")) as executor:
        begun = {executor.submit(_measure, selection, group): group for group in groups}
        for done in as_completed(begun):
            yield begun[done], done.result()


def _measure(selection: Selection, group: Group) -> Power:
    return STAGES[group.stage].measure(selection, group)
