"""Bytes and text from files, with a clear fault for everything that can be wrong with a file."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from licet.errors import BadInput, Fault, bad, nearest

MEGABYTE = 1_000_000
ENCODINGS = 'UTF-8, or a named one such as encoding = "cp1252"'


def check_file(path: Path) -> int:
    """The size of a readable file in bytes. Refuses a missing file, a folder, an unreadable one."""
    try:
        found = os.stat(path)
    except FileNotFoundError:
        raise BadInput(_no_file(path)) from None
    except (OSError, ValueError) as error:
        raise bad(f"the file cannot be read ({reason(error)})", shown(path)) from None
    if stat.S_ISDIR(found.st_mode):
        raise bad("this is a folder, not a file", shown(path), "a file", "name the file in it")
    if not stat.S_ISREG(found.st_mode):
        raise bad("this is not an ordinary file", shown(path), "a file")
    if not os.access(path, os.R_OK):
        raise _closed(path)
    return found.st_size


def _closed(path: Path) -> BadInput:
    return bad("the file may not be read", shown(path), "", "ask its owner for permission")


def read_bytes(path: Path, limit: int) -> bytes:
    """The bytes of a file of at most ``limit`` bytes."""
    size = check_file(path)
    if size > limit:
        raise bad(
            f"the file is too large: {size / MEGABYTE:,.1f} MB",
            shown(path),
            f"at most {limit / MEGABYTE:,.0f} MB",
            "check that this is the file you meant",
        )
    try:
        return path.read_bytes()
    except PermissionError:
        raise _closed(path) from None
    except OSError as error:
        raise bad(f"the file cannot be read ({reason(error)})", shown(path)) from None


def decode(
    data: bytes, path: Path, encoding: str = "utf-8", todo: str = "", allowed: str = ENCODINGS
) -> str:
    """The text of the bytes, without a byte-order mark.

    Refuses bytes that are not in ``encoding``, naming the first wrong line. todo, allowed: of the
    message; ``allowed`` is given where no other encoding can be named.
    """
    if encoding == "utf-8" and _is_utf_16(data):
        named = 'save it as UTF-8, or add --encoding utf-16 (in a codebook: encoding = "utf-16")'
        remedy = todo if allowed != ENCODINGS else named
        raise bad("the file is UTF-16, not UTF-8", shown(path), allowed, remedy)
    try:
        return data.decode("utf-8-sig" if encoding.casefold() == "utf-8" else encoding)
    except LookupError:
        raise bad(f"unknown encoding {encoding!r}", shown(path), ENCODINGS) from None
    except (UnicodeError, ValueError) as error:
        line = data[: getattr(error, "start", 0)].count(b"\n") + 1
        raise bad(
            f"line {line} is not {encoding.upper()} text",
            f"{shown(path)}: line {line}",
            allowed,
            todo or "save the file as UTF-8",
        ) from None


def _is_utf_16(data: bytes) -> bool:
    """Whether there is a byte-order mark, or every other byte of the beginning is empty."""
    marks = (b"\xff\xfe", b"\xfe\xff")
    return data.startswith(marks) or data[:200].count(0) > len(data[:200]) / 3


def shown(path: Path) -> str:
    """The path as it is named in messages: without line breaks or invisible characters."""
    return "".join(sign if sign.isprintable() else "?" for sign in str(path))


def reason(error: Exception) -> str:
    """Why the system refused, in its own words and without the path."""
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


def _no_file(path: Path) -> Fault:
    if not path.parent.is_dir():
        return Fault("there is no such folder", shown(path.parent), "", "correct the path")
    names = sorted(entry.name for entry in path.parent.iterdir() if entry.is_file())
    near = nearest(path.name, names)
    return Fault(
        f"there is no file {path.name!r}",
        shown(path),
        ", ".join(names[:20]),
        f"write {near!r} if that is meant" if near else "correct the name",
    )
