"""The table of profiles in the text is what a profile sets."""

from __future__ import annotations

from importlib import resources

import pytest

from gradspec.spec.conventions import profiles

CHAPTER = resources.files("gradspec.spec").joinpath("1-conventions.md").read_text(encoding="utf-8")


def printed() -> dict[str, dict[str, str]]:
    """The values that the table of clause ``convention.profile`` gives, by profile and convention; a dash is none."""
    table = CHAPTER.split("### `convention.profile`")[1].split("| convention |")[1].split("\n\n")[0].splitlines()
    names = [cell.strip(" `") for cell in table[0].split("|") if cell.strip()]
    found: dict[str, dict[str, str]] = {name: {} for name in names}
    for line in table[2:]:
        conventions, *values = [cell.strip() for cell in line.strip("|").split("|")]
        for convention in conventions.split(","):
            for name, value in zip(names, values, strict=True):
                if value != "–":
                    found[name][convention.strip(" `")] = value.strip("`")
    return found


@pytest.mark.parametrize("name", printed())
def test_a_profile_of_a_source_sets_what_the_text_says(name: str) -> None:
    """No more and no less, since a profile goes before what a target declares."""
    assert dict(profiles()[name].values) == printed()[name]
