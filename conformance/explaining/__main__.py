"""
Writes which implementations are known to fail which clause, from published reports.

``python -m gradspec.conformance.explaining`` takes the reports and the findings of the folder ``reports``, or of the
one named, and merges them into the file that is installed; with ``--check`` it only says whether that would change it.
"""

from __future__ import annotations

import json
import sys
from importlib import resources
from pathlib import Path

from ..canonical import canonical_text
from ..json_file import write
from ..publishing import published
from . import findings
from .known_failures import FILE
from .recording import recorded

COMMAND = "python -m gradspec.conformance.explaining"
"""What writes the file."""


def main(arguments: list[str]) -> int:
    """Write the file, or with ``--check`` say whether it is up to date; exit status 1 where it is not."""
    folder = Path(next((argument for argument in arguments if argument != "--check"), "reports"))
    file = Path(str(resources.files(__package__).joinpath(FILE)))
    before = file.read_text(encoding="utf-8") if file.is_file() else ""
    told = (folder / findings.FILE).read_text(encoding="utf-8")
    wanted = canonical_text(recorded(json.loads(before) if before else None, published(folder), told))
    if "--check" in arguments:
        sys.stdout.write(f"{FILE}: " + ("up to date\n" if wanted == before else f"stale; {COMMAND} writes it\n"))
        return 0 if wanted == before else 1
    write(file, wanted, FILE)
    sys.stdout.write(f"{FILE}: {len(json.loads(wanted)['failures'])} failures\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
