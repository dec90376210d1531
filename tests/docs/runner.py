"""Run what the documentation shows, so that it cannot go stale.

In README.md and docs/**/*.md:

- a fenced block marked `console` is run: each line that starts with "$ " by bash, in order, in a
  temporary folder that the blocks of one file share. It must end with status 0, or with 3 where
  the line ends in "# exit 3". Other lines show output and are not compared.
- a fenced block marked `python` is run in the same folder.
- `console no-run` and `python no-run` are not run; the line above the fence says why:
  <!-- no-run: needs a survey licence -->
- `$ make NAME` is not run, but the Makefile must have that target.

Where a folder of programs is given (tests/ready.py), `licet` and python blocks are those of a process
that stands ready; otherwise, and always with LICET_FULL=1, each starts on its own.

`python -m tests.docs.runner` lists what is run and what is not.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SECONDS_ALLOWED = 300

FENCE = re.compile(r"^\s*(?P<marks>`{3,}|~{3,})\s*(?P<info>[^`]*)$")
REASON = re.compile(r"^\s*<!--\s*no-run:\s*(?P<reason>\S.*?)\s*-->\s*$")
EXIT = re.compile(r"\s+#\s*exit\s+(?P<status>\d+)\s*$")
CHANGE_FOLDER = re.compile(r"^cd\s+(?P<folder>\S+)$")
TARGET = re.compile(r"^(?P<name>[A-Za-z][\w-]*)\s*:(?!=)", re.MULTILINE)
LANGUAGES_THAT_ESCAPE = {"bash", "pycon", "sh", "shell", "shell-session", "zsh"}


class DocumentError(AssertionError):
    """A document shows something that is not so."""


@dataclass(frozen=True)
class Block:
    """One fenced block: `line` is that of its opening fence."""

    document: Path
    line: int
    language: str
    reason_not_run: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Command:
    line: int
    text: str
    status: int


@dataclass(frozen=True)
class Tally:
    """How many blocks of a document were run, and how many were not."""

    run: int
    not_run: int


def documents(root: Path = ROOT) -> list[Path]:
    readme = [path for path in [root / "README.md"] if path.is_file()]
    return readme + sorted((root / "docs").rglob("*.md"))


def blocks(document: Path) -> list[Block]:
    """The `console` and `python` blocks of a document, in order."""
    found = []
    for line, info, above, body in _fenced(document):
        language, *marks = info.split() or [""]
        if language in LANGUAGES_THAT_ESCAPE:
            raise DocumentError(
                f"{document}:{line}: a block marked {language} is never run. "
                "Next: mark it console, with '$ ' before each command, or python"
            )
        if language in {"console", "python"}:
            reason = _reason_not_run(f"{document}:{line}", marks, above)
            found.append(Block(document, line, language, reason, body))
    return found


def commands(block: Block) -> list[Command]:
    """The commands of a `console` block; a trailing backslash joins the next line."""
    found: list[Command] = []
    joined, first = "", 0
    for number, line in enumerate(block.lines, start=block.line + 1):
        if not joined and not line.startswith("$ "):
            continue
        first = first if joined else number
        joined += line.removeprefix("> ") if joined else line.removeprefix("$ ")
        if joined.endswith("\\"):
            joined = joined[:-1]
            continue
        ending = EXIT.search(joined)
        text = EXIT.sub("", joined).strip()
        found.append(Command(first, text, int(ending["status"]) if ending else 0))
        joined = ""
    if not found or joined:
        raise DocumentError(
            f"{block.document}:{block.line}: this console block shows no whole command. "
            "Next: start each with '$ ', or mark plain output `text`"
        )
    return found


def run_document(
    document: Path,
    folder: Path,
    makefile: Path = ROOT / "Makefile",
    programs: Path | None = None,
) -> Tally:
    """Run every block of a document in `folder`; refuse the first that does not do as shown."""
    town, home = folder / "town", folder / "home"
    town.mkdir()
    home.mkdir()
    (town / ".venv").symlink_to(sys.prefix)  # so that .venv/bin/licet works as in a checkout
    environment = _environment(home, programs)
    python = [str(programs / "ready-python")] if programs else [sys.executable, "-c"]
    here, run, not_run = town, 0, 0
    for block in blocks(document):
        if block.reason_not_run:
            not_run += 1
            continue
        run += 1
        if block.language == "python":
            shown = f"{document}:{block.line}: python block"
            program = textwrap.dedent("\n".join(block.lines))
            _expect(shown, [*python, program], 0, here, environment)
            continue
        for command in commands(block):
            here = _run_command(block, command, (town, here), makefile, environment)
    return Tally(run, not_run)


def _run_command(
    block: Block,
    command: Command,
    folders: tuple[Path, Path],
    makefile: Path,
    environment: dict[str, str],
) -> Path:
    """Run one command in the second folder, within the first; return the folder it leaves us in."""
    town, here = folders
    shown = f"{block.document}:{command.line}: $ {command.text}"
    wanted = _make_targets(command.text)
    if wanted is not None:
        missing = wanted - set(TARGET.findall(makefile.read_text(encoding="utf-8")))
        if missing:
            raise DocumentError(f"{shown}\nthe Makefile has no target {', '.join(sorted(missing))}")
        return here
    change = CHANGE_FOLDER.match(command.text)
    if change:
        there = (here / change["folder"]).resolve()
        if not there.is_dir() or not there.is_relative_to(town.resolve()):
            raise DocumentError(f"{shown}\nno such folder inside the document's own")
        return there
    _expect(shown, ["bash", "-c", command.text], command.status, here, environment)
    return here


def _expect(
    shown: str, program: list[str], status: int, folder: Path, environment: dict[str, str]
) -> None:
    try:
        done = subprocess.run(
            program,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=SECONDS_ALLOWED,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        raise DocumentError(f"{shown}\nnot done after {SECONDS_ALLOWED} seconds") from late
    if done.returncode != status:
        raise DocumentError(
            f"{shown}\nended with status {done.returncode}, the document says {status}; it printed:\n"
            + "\n".join(done.stdout.splitlines()[-40:])
        )


def _fenced(document: Path) -> Iterator[tuple[int, str, str, tuple[str, ...]]]:
    """Every fenced block as (line of its fence, info, the line above the fence, its lines)."""
    body: list[str] = []
    closing, start, info, above, indent = "", 0, "", "", 0
    last = ""
    for number, line in enumerate(document.read_text(encoding="utf-8").splitlines(), start=1):
        fence = FENCE.match(line)
        if not closing and fence:
            closing, start, info, above = fence["marks"], number, fence["info"].strip(), last
            body, indent = [], len(line) - len(line.lstrip())
        elif closing and fence and fence["marks"].startswith(closing) and not fence["info"]:
            yield start, info, above, tuple(body)
            closing = ""
        elif closing:
            body.append(line[indent:] if line[:indent].isspace() else line)
        last = line if line.strip() else last
    if closing:
        raise DocumentError(f"{document}:{start}: this fence is never closed")


def _reason_not_run(where: str, marks: list[str], above: str) -> str:
    """Why a block is not run, "" where it is."""
    if not marks:
        return ""
    if marks != ["no-run"]:
        raise DocumentError(f"{where}: unknown mark {' '.join(marks)!r}; only no-run is known")
    reason = REASON.match(above)
    if not reason:
        raise DocumentError(
            f"{where}: a block that is not run says why. "
            "Next: write <!-- no-run: the reason --> on the line above its fence"
        )
    return reason["reason"]


def _make_targets(command: str) -> set[str] | None:
    """The targets that a `make` command names; None for any other command."""
    try:
        words = shlex.split(command, comments=True)
    except ValueError:
        return None
    while words and re.match(r"^\w+=", words[0]):
        words = words[1:]
    if not words or words[0] != "make":
        return None
    return {word for word in words[1:] if "=" not in word and not word.startswith("-")}


def _environment(home: Path, programs: Path | None) -> dict[str, str]:
    """These programs and this environment's own first, an empty home, nothing of Licet's set."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LICET_")}
    first = [*([str(programs)] if programs else []), str(Path(sys.executable).parent)]
    path = os.pathsep.join([*first, kept.get("PATH", os.defpath)])
    kept |= {"PATH": path, "HOME": str(home)}
    return kept | {"NO_COLOR": "1", "TERM": "dumb", "COLUMNS": "100"}


def main() -> None:
    for document in documents():
        for block in blocks(document):
            fate = f"not run: {block.reason_not_run}" if block.reason_not_run else "run"
            print(f"{document.relative_to(ROOT)}:{block.line}: {block.language}: {fate}")


if __name__ == "__main__":
    main()
