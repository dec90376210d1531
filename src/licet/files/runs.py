"""Runs of a use on disk: a folder each, whole or not visible, and which of them is current.

``runs/USE/RUN.part`` while it is made, ``runs/USE/RUN`` once it is released; ``runs/USE/current`` names the
one in force. A folder is renamed last, so that nobody ever sees half a run.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from licet.errors import bad
from licet.files.reading import reason, shown
from licet.files.writing import write_text

MANIFEST = "manifest.json"
PROOF = "proof.json"
PROMISE = "promise.txt"
"""Beside outputs that were written anew after a no, until the next batch brings their leaf and proof."""
OUTPUTS = (
    "persons.parquet",
    "crosswalk.parquet",
    "households.parquet",
    "relationships.parquet",
    "model.json",
    "report.json",
    "report.html",
)
"""What a run gives out. Everything else in its folder serves later withdrawals and arrivals."""

KEPT = (MANIFEST, PROOF, "model.json", "report.json", "report.html")
"""What stays of a run that another took the place of."""


@dataclass(frozen=True)
class RunPlace:
    """Where one run of a use lies. root: of the workspace."""

    root: Path
    use: str
    run: str

    @property
    def parent(self) -> Path:
        """The folder of all runs of the use."""
        return self.root / "runs" / self.use

    @property
    def folder(self) -> Path:
        """The run once it is released."""
        return self.parent / self.run

    @property
    def part(self) -> Path:
        """The run while it is made."""
        return self.parent / f"{self.run}.part"

    def make(self) -> Path:
        """The folder to work in, with what an interrupted run left."""
        try:
            self.part.parent.mkdir(parents=True, exist_ok=True)
            self.part.mkdir(mode=0o700, exist_ok=True)  # who is in it is for nobody else to read
        except OSError as error:
            raise bad(
                f"the run cannot be written ({error.strerror})",
                shown(self.part),
                "a folder that can be made and written",
                "make room, or ask for permission",
            ) from None
        return self.part

    def show(self) -> None:
        """Make the finished run visible and current."""
        if not self.folder.exists():
            self.part.replace(self.folder)
        write_text(self.parent / "current", f"{self.run}\n")

    def discard(self) -> None:
        """Take away what was made of the run, visible or not. Refuses what cannot be taken away."""
        try:
            if current(self.root, self.use) == self.run:
                (self.parent / "current").unlink(missing_ok=True)
            if self.part.exists():
                shutil.rmtree(self.part)
            if self.folder.exists():
                # Out of sight first: nobody ever sees half of it.
                self.folder.replace(self.part)
                shutil.rmtree(self.part)
        except OSError as error:
            todo = "take it away by hand, then start again"
            raise bad(
                f"the run cannot be deleted ({reason(error)})", shown(self.part), "", todo
            ) from None

    def strip(self) -> None:
        """Take away everything that says something of a row. Refuses what cannot be taken away."""
        try:
            for path in sorted(self.folder.iterdir()):
                if path.name not in KEPT:
                    shutil.rmtree(path) if path.is_dir() else path.unlink()
        except OSError as error:
            todo = "take it away by hand, then start again"
            raise bad(
                f"the run cannot be deleted ({reason(error)})", shown(self.folder), "", todo
            ) from None

    @contextmanager
    def held(self) -> Iterator[bool]:
        """Whether nobody else is making a run of this use; nobody can while this lasts.

        The lock ends with the program that holds it, however it ends.
        """
        self.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.parent / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            yield _locked(handle)
        finally:
            os.close(handle)


def _locked(handle: int) -> bool:
    try:
        import fcntl
    except (
        ImportError
    ):  # a system without such locks: one command at a time is up to whoever runs it
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def current(root: Path, use: str) -> str:
    """The run of a use that is in force, "" if there is none."""
    path = root / "runs" / use / "current"
    if not path.is_file():
        return ""
    named = path.read_text(encoding="utf-8").strip()
    return named if named and (path.parent / named).is_dir() else ""


def digests(folder: Path, names: Iterable[str] = OUTPUTS) -> dict[str, str]:
    """SHA-256, in hexadecimal, of the outputs that are there."""
    return {name: digest(folder / name) for name in names if (folder / name).is_file()}


def digest(path: Path) -> str:
    """SHA-256 of a file, or of all files of a folder with their names; in hexadecimal."""
    found = hashlib.sha256()
    for one in sorted(path.rglob("*")) if path.is_dir() else [path]:
        if not one.is_file():
            continue
        if path.is_dir():
            found.update(one.relative_to(path).as_posix().encode() + b"\0")
        with one.open("rb") as file:
            while block := file.read(1 << 20):
                found.update(block)
    return found.hexdigest()


def write_manifest(folder: Path, manifest: Mapping[str, Any]) -> str:
    """Write the manifest; its SHA-256."""
    text = (
        json.dumps(manifest, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"
    )
    write_text(folder / MANIFEST, text)
    return hashlib.sha256(text.encode()).hexdigest()


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a run. Refuses one that is missing or damaged."""
    path = folder / MANIFEST
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        found = None
    if not isinstance(found, dict):
        raise bad(
            "the manifest of the run is missing or damaged",
            shown(path),
            "a run as licet link leaves it",
            "link anew",
        )
    return found
