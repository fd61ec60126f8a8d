"""What a comparison prints: detection by kind of fault, alarms on right code, and time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.benchmarks.checkers import CHECKERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    Target = dict[str, Any]

COLUMNS = (
    ("default, one point", "default, random"),
    ("default, ten points", "default, random"),
    ("careful, ten points", "careful, random"),
    ("careful, corpus", "careful, corpus"),
    ("careful, hazards", "careful, hazards"),
)
"""The trials as they are printed, each with its name in the data."""

GRADSPEC = ("gradspec, quick", "gradspec, standard")


def tables(targets: Sequence[Target], floors: Mapping[str, float | None]) -> str:
    """Every table, in Markdown."""
    faults = [target for target in targets if target["kind"] != "right"]
    derivatives = [target for target in faults if target["expressed_by"] == "derivative"]
    values = [target for target in faults if target["expressed_by"] == "value"]
    nothing = [target for target in faults if target["expressed_by"] == "nothing"]
    right = [target for target in targets if target["kind"] == "right"]
    parts = [
        _summary(derivatives, values, nothing),
        _heading("Faults in derivatives that are found", derivatives) + _by_checker(derivatives, _found_in),
        _heading("Faults in values beside a right derivative that are found", values) + _by_checker(values, _found_in),
        "## By kind of fault, of those in derivatives: defaults at one point / careful at ten points and the corpus\n\n"
        + _by_kind(derivatives),
        _heading("Right code that is flagged", right) + _by_checker(right, _found_in),
        _heading("Points at which right code is flagged, in per cent", right) + _by_checker(right, _share_of_points),
        _heading("Processor seconds on right code", right) + _by_checker(right, _seconds),
    ]
    return "\n\n".join([*parts, _of_floors(floors)])


def _of_floors(floors: Mapping[str, float | None]) -> str:
    heading = "## Smallest relative error of a whole gradient that is seen, by powers of ten"
    lines = [heading, "", _row(["", "default", "careful"]), _row(["---"] * 3)]
    for checker in CHECKERS:
        found = [floors[f"{checker.name}, {settings}"] for settings in ("default", "careful")]
        lines.append(_row([checker.name, *("flags right code" if each is None else f"{each:.0e}" for each in found)]))
    return "\n".join([*lines, "", f"gradspec: {floors['gradspec, quick']:.0e} at quick effort."])


def _summary(derivatives: Sequence[Target], values: Sequence[Target], nothing: Sequence[Target]) -> str:
    quick, standard = (_found(nothing, key) for key in GRADSPEC)
    count = len(derivatives) + len(values) + len(nothing)
    return (
        f"{count} faults: {len(derivatives)} in a derivative, {len(values)} in a value that has a right derivative"
        f" beside it, {len(nothing)} that no checker can be asked about (gradspec finds {quick} of these at quick"
        f" effort, {standard} at standard effort)."
    )


def _heading(text: str, targets: Sequence[Target]) -> str:
    return f"## {text}: of {len(targets)}\n\n"


def _names(targets: Sequence[Target]) -> list[str]:
    """The checkers that took part."""
    answered = {key.split(", ")[0] for target in targets for key in target["answers"]}
    return [checker.name for checker in CHECKERS if checker.name in answered]


def _row(cells: Iterable[object]) -> str:
    return "| " + " | ".join(map(str, cells)) + " |"


def _by_checker(targets: Sequence[Target], cell: Callable[[Sequence[Target], str, str], str]) -> str:
    lines = [_row(["", *(heading for heading, _ in COLUMNS)]), _row(["---"] * (len(COLUMNS) + 1))]
    lines += [
        _row([name, *(cell(targets, f"{name}, {trial}", heading) for heading, trial in COLUMNS)])
        for name in _names(targets)
    ]
    found = ", ".join(f"{cell(targets, key, '')} at {key.split(', ')[1]} effort" for key in GRADSPEC)
    return "\n".join([*lines, "", f"gradspec: {found}."])


def _is_found(target: Target, key: str, *, at_first: bool = False) -> bool:
    first = target["answers"][key]["first"] if key in target["answers"] else None
    return first == 0 if at_first else first is not None


def _found(targets: Sequence[Target], key: str, *, at_first: bool = False) -> int:
    return sum(_is_found(target, key, at_first=at_first) for target in targets)


def _found_in(targets: Sequence[Target], key: str, heading: str) -> str:
    return str(_found(targets, key, at_first="one point" in heading))


def _share_of_points(targets: Sequence[Target], key: str, heading: str) -> str:
    if "one point" in heading:
        return ""
    answers = [target["answers"][key] for target in targets]
    asked = sum(answer["asked"] for answer in answers)
    return f"{100 * sum(answer['alarms'] for answer in answers) / asked:.1f}" if asked else ""


def _seconds(targets: Sequence[Target], key: str, heading: str) -> str:
    if "one point" in heading:
        return ""
    return f"{sum(target['answers'][key]['seconds'] for target in targets):.1f}"


def _by_kind(targets: Sequence[Target]) -> str:
    names = _names(targets)
    lines = [_row(["kind", "faults", *names, "gradspec quick", "standard"]), _row(["---"] * (len(names) + 4))]
    for kind in [*dict.fromkeys(target["kind"] for target in targets), "all"]:
        of_kind = [target for target in targets if kind in (target["kind"], "all")]
        cells = [
            f"{_found(of_kind, f'{name}, default, random', at_first=True)} / "
            f"{sum(_is_found_carefully(target, name) for target in of_kind)}"
            for name in names
        ]
        lines.append(_row([kind, len(of_kind), *cells, *(_found(of_kind, key) for key in GRADSPEC)]))
    return "\n".join(lines)


def _is_found_carefully(target: Target, name: str) -> bool:
    return any(_is_found(target, f"{name}, careful, {where}") for where in ("random", "corpus"))
