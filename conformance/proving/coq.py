"""Coq as it is installed: building the proofs outside the tree, and asking it sentence by sentence."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

PROGRAMS = ("coqc", "coqtop", "coq_makefile", "make")
"""What has to be installed."""

HOW_TO_INSTALL = (
    "apt-get install --no-install-recommends coq libcoq-coquelicot libcoq-mathcomp-ssreflect libcoq-interval make"
)
"""On Debian 12, whose versions the proofs are written for."""

PROJECT = "_CoqProject"
"""The list of the files."""

_MARKED = re.compile(r"^sentence_(\d+)_was_read is defined$", re.MULTILINE)
_PROMPT = re.compile(r"^(?:[\w.]+ < )+", re.MULTILINE)
_FORBIDDEN = re.compile(
    r"\b(Admitted|admit|Axioms?|Parameters?|Conjecture|bypass_check|Unset\s+(?:Guard|Positivity|Universe)\s+Checking)\b"
)
_REQUIRED = re.compile(r"From Gradspec Require (?:Import|Export)\s+([\w\s]+?)\.")
_LIBRARIES = re.compile(r"^From (?:Coq|mathcomp|Coquelicot) Require Import [\w\s.]+?\.$", re.MULTILINE)
_COMMENT = re.compile(r"\(\*(?:(?!\(\*|\*\)).)*\*\)", re.DOTALL)


class ProofError(ValueError):
    """Coq is not there, or does not accept the proofs as a whole."""


@dataclass(frozen=True)
class Coq:
    """Built proofs, and a Coq to ask about them."""

    folder: Path
    """Where they were built."""
    version: str
    """Of Coq."""
    seconds: float
    """What the build took."""
    sources: Mapping[str, str]
    """The text of every file that was built, and of their list, by name."""

    @property
    def files(self) -> list[str]:
        """What was built, without the ending, in order."""
        return [line.removesuffix(".v") for line in self.sources[PROJECT].split("\n") if line.endswith(".v")]

    def imports(self, file: str) -> list[str]:
        """The files whose names are known in ``file``, itself the last."""
        found: list[str] = []
        for line in _REQUIRED.findall(self.sources.get(f"{file}.v", "")):
            found += line.split()
        return [*dict.fromkeys(found), *([file] if file in self.files else [])]

    def libraries(self, file: str) -> list[str]:
        """The sentences by which ``file`` imports from elsewhere."""
        return _LIBRARIES.findall(self.sources.get(f"{file}.v", ""))

    def forbidden(self) -> Iterator[str]:
        """Each place where the proofs leave something unproven, or tell Coq not to look."""
        for name, text in self.sources.items():
            if name != PROJECT:
                for found in _FORBIDDEN.finditer(_without_comments(text)):
                    yield f"{name}: {found[0]}"

    @classmethod
    def built(cls, folder: Path, jobs: int = 1) -> Coq:
        """The proofs built in ``folder``, which keeps what is up to date; raises :class:`ProofError`."""
        missing = [program for program in PROGRAMS if shutil.which(program) is None]
        if missing:
            message = f"{', '.join(missing)} cannot be found; proofs are checked by Coq: {HOW_TO_INSTALL}"
            raise ProofError(message)
        folder.mkdir(parents=True, exist_ok=True)
        found = sources()
        for name, text in found.items():
            file = folder / name
            if not file.is_file() or file.read_text(encoding="utf-8") != text:
                file.write_text(text, encoding="utf-8")
        start = time.monotonic()
        _run(["coq_makefile", "-f", PROJECT, "-o", "Makefile"], folder)
        _run(["make", "--no-print-directory", "-s", "-j", str(jobs)], folder)
        seconds = time.monotonic() - start
        return cls(folder, _run(["coqc", "--print-version"], folder).split()[0], seconds, found)

    def answers(self, sentences: Sequence[str]) -> list[str]:
        """
        What Coq prints for each of ``sentences``, asked in order in one session.

        One that is refused does not keep the later ones from being asked.
        """
        script = "\n".join(
            f"{each}\nDefinition sentence_{number}_was_read := tt." for number, each in enumerate(sentences)
        )
        command = ["coqtop", "-q", "-w", "none", "-R", ".", "Gradspec"]
        done = subprocess.run(  # noqa: S603 - the installed Coq, without a shell
            command,
            cwd=self.folder,
            input=script + "\n",
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        printed = _PROMPT.sub("", done.stdout)
        parts, start = [], 0
        for mark in _MARKED.finditer(printed):
            parts.append(printed[start : mark.start()].strip())
            start = mark.end()
        if len(parts) < len(sentences):
            rest = printed[start:].strip()[-2000:]
            message = f"Coq did not read sentence {len(parts) + 1}: {sentences[len(parts)]}\n{rest}"
            raise ProofError(message)
        return parts


def sources() -> Mapping[str, str]:
    """The text of every file of the proofs, and of their list, by name."""
    folder = resources.files("gradspec.spec").joinpath("proofs")
    files = [file for file in folder.iterdir() if file.name == PROJECT or file.name.endswith(".v")]
    return {file.name: file.read_text(encoding="utf-8") for file in sorted(files, key=lambda file: file.name)}


def _without_comments(text: str) -> str:
    """``text`` without its comments, which may stand in one another."""
    while (shorter := _COMMENT.sub(" ", text)) != text:
        text = shorter
    return text


def _run(command: list[str], folder: Path) -> str:
    done = subprocess.run(  # noqa: S603 - the installed Coq, without a shell
        command, cwd=folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    if done.returncode:
        message = f"{' '.join(command)} failed:\n{done.stdout.strip()[-4000:]}"
        raise ProofError(message)
    return done.stdout
