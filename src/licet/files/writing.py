"""Files written whole or not at all: to a temporary neighbour first, then renamed."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from licet.errors import BadInput, bad
from licet.files.reading import reason, shown


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text with plain line ends. Refuses as ``write_bytes`` does."""
    try:
        data = text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise bad(
            f"the text holds half a character at position {error.start}",
            shown(path),
            "text that can be written as UTF-8",
        ) from None
    write_bytes(path, data)


def check_not_read(out: Path, *inputs: Path) -> None:
    """Refuse to write over a file that is read from, by whatever path it is named."""
    for path in inputs:
        try:
            same = os.path.samefile(out, path)
        except OSError:
            same = os.path.abspath(out) == os.path.abspath(path)
        if same:
            todo = "name another file: the input stays as it is"
            raise bad("this file is read from", shown(out), "a new file", todo)


def check_folder(folder: Path) -> None:
    """Refuse a folder to write in that is a file, lies in one, or may not be written in.

    A folder that does not exist yet is no fault: whoever writes makes it.
    """
    folder = Path(folder)
    try:
        there = next(place for place in (folder, *folder.absolute().parents) if place.exists())
        if not there.is_dir():
            raise bad("this is a file, not a folder", shown(there), "a folder", "name another")
        if not os.access(there, os.W_OK | os.X_OK):
            todo = "choose another place or ask for permission"
            raise bad("the folder may not be written in", shown(there), "", todo)
    except (OSError, ValueError) as error:
        if isinstance(error, BadInput):
            raise
        raise bad(f"the folder cannot be used ({reason(error)})", shown(folder)) from None


def write_bytes(path: Path, data: bytes) -> None:
    """Write the file whole or not at all; an older file stays until the new one is complete.

    Refuses a folder, a missing parent folder and a place that may not be written.
    """
    write_together({Path(path): data})


def write_together(files: Mapping[Path, bytes]) -> None:
    """Write several files that belong together: none is replaced before all of them are complete.

    Refuses as ``write_bytes`` does.
    """
    for path in files:
        _check_target(path)
    complete: dict[Path, str] = {}
    path = next(iter(files))
    try:
        for path, data in files.items():
            handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".licet-", suffix=".part")
            complete[path] = temporary
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(temporary, _mode(path))
        for path, temporary in complete.items():
            os.replace(temporary, path)
    except (OSError, ValueError) as error:
        raise bad(
            f"the file cannot be written ({reason(error)})",
            shown(path),
            "a folder that you may write in",
            "choose another place or ask for permission",
        ) from None
    finally:
        for temporary in complete.values():
            _remove(temporary)


def _check_target(path: Path) -> None:
    try:
        if path.is_dir():
            raise bad("this is a folder, not a file", shown(path), "the name of a file to write")
        if not path.parent.is_dir():
            raise bad(
                "the folder to write in does not exist",
                shown(path.parent),
                "a folder that exists",
                "make the folder first",
            )
    except (OSError, ValueError) as error:
        if isinstance(error, BadInput):
            raise
        raise bad(f"the file cannot be written ({reason(error)})", shown(path)) from None


def _mode(path: Path) -> int:
    """The rights of the file replaced; for a new file, what the user's umask leaves."""
    if path.exists():
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _remove(temporary: str) -> None:
    with contextlib.suppress(OSError):
        os.unlink(temporary)
