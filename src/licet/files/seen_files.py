"""Hashes of files, remembered by what the file system says of them: what nobody touched is not read again.

Size, times and number of a file have to be what they were when it was read; the time of its last change
cannot be set back by hand. What changed a moment ago is read again, because the next change may leave the
same time behind.
"""

from __future__ import annotations

import contextlib
import json
import os
import stat
import tempfile
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from time import time_ns
from typing import Any

SETTLED_NS = 2_000_000_000
"""A file that was changed longer ago than this has a time of its own, whatever the file system's clock."""
FORM = 1
HASH = 64
"""Characters of a hash."""


class SeenFiles:
    """The files of one folder. kept: where their hashes are remembered; None: nowhere."""

    def __init__(self, folder: Path, kept: Path | None = None) -> None:
        self._folder, self._kept = folder, kept
        self._before = _remembered(kept, folder)
        self._now: dict[str, str] = {}
        """Of each file its hash and its sign, as one text: there may be many."""

    def hash(self, name: str) -> str | None:
        """The hash of a file as it is; None where there is none, and for a link."""
        place = f"{self._folder}/{name}"
        sign = _sign(place)
        if sign is None:
            return None
        known = self._before.get(name)
        if isinstance(known, str) and known[HASH:] == sign:
            self._now[name] = known
            return known[:HASH]
        try:
            with open(place, "rb") as file:
                found = sha256(file.read()).hexdigest()
        except OSError:
            return None
        self._now[name] = found + sign
        return found

    def wrote(self, name: str, hash: str) -> None:
        """A file was put in its place just now."""
        sign = _sign(f"{self._folder}/{name}")
        if sign is None:
            self._now.pop(name, None)
        else:
            self._now[name] = hash + sign

    def keep(self) -> None:
        """Remember what was seen, for the next time. Not being able to costs time, and nothing else."""
        if self._kept is None:
            return
        old = time_ns() - SETTLED_NS
        settled = {
            name: one
            for name, one in self._now.items()
            if one == self._before.get(name) or int(one.rpartition(" ")[2]) < old
        }
        if settled != self._before:
            value = {"form": FORM, "folder": str(self._folder), "files": settled}
            write_remembered(self._kept, value)


def read_remembered(path: Path | None) -> Mapping[str, Any]:
    """What was remembered in a file; nothing where it cannot be read."""
    if path is None:
        return {}
    try:
        held = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return held if isinstance(held, dict) and held.get("form") == FORM else {}


def write_remembered(path: Path, value: Mapping[str, Any]) -> None:
    """Whole or not at all, readable by its owner alone."""
    with contextlib.suppress(OSError):
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".licet-", suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(json.dumps(value).encode())
            os.replace(temporary, path)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
            raise


def _remembered(path: Path | None, folder: Path) -> dict[str, Any]:
    held = read_remembered(path)
    files = held.get("files")
    return files if held.get("folder") == str(folder) and isinstance(files, dict) else {}


def _sign(place: str) -> str | None:
    """Number, size, times of writing and of change of a file; None where there is none, and for a link."""
    try:
        found = os.lstat(place)
    except OSError:
        return None
    if not stat.S_ISREG(found.st_mode):
        return None
    return f" {found.st_ino} {found.st_size} {found.st_mtime_ns} {found.st_ctime_ns}"
