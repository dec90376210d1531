"""Declared documents as TOML text, read with a fault for everything that can be wrong."""

from __future__ import annotations

import math
import tomllib
from pathlib import Path
from typing import Any

from licet.errors import BadInput, bad
from licet.files.reading import MEGABYTE, decode, read_bytes, shown

LARGEST = 5 * MEGABYTE
DEEPEST = 20


def read_toml(path: Path) -> dict[str, Any]:
    """The document as nested dictionaries. Numbers are finite.

    Refuses a missing or unreadable file, a folder, more than 5 MB, text that is not UTF-8, wrong
    TOML (with line and column), a key given twice, tables nested over 20 deep, nan and inf.
    """
    path = Path(path)
    return parse_toml(read_bytes(path, LARGEST), path)


def parse_toml(data: bytes, path: Path) -> dict[str, Any]:
    """The same for bytes already read; ``path`` is named in messages."""
    text = decode(data, path, todo="declared documents are UTF-8: save the file as UTF-8")
    try:
        found = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, ValueError) as error:
        raise _syntax(str(error), path) from None
    except RecursionError:
        raise _too_deep(path) from None
    _check_values(found, path)
    return found


def _syntax(message: str, path: Path) -> BadInput:
    todo = "correct the line; text stands in double quotes, lists in brackets"
    if "Cannot overwrite a value" in message or "Cannot declare" in message:
        todo = "a key or table is given twice: keep one of them"
    elif "digits" in message:
        message = "a number with too many digits"
    return bad(f"this is not valid TOML: {message}", shown(path), "TOML 1.0", todo)


def _too_deep(path: Path) -> BadInput:
    return bad("the document is nested too deeply", shown(path), f"at most {DEEPEST} levels")


def _check_values(document: dict[str, Any], path: Path) -> None:
    """Refuse depth and numbers that no declared key can hold, without recursion."""
    waiting: list[tuple[str, Any, int]] = [("", document, 0)]
    while waiting:
        place, value, depth = waiting.pop()
        if depth > DEEPEST:
            raise _too_deep(path)
        if isinstance(value, float) and not math.isfinite(value):
            raise bad(f"{value} is not a number here", f"{shown(path)}: {place}", "a finite number")
        if isinstance(value, dict):
            if "self" in value:  # Python would mistake it for the object that is being made
                raise bad("unknown key 'self'", f"{shown(path)}: {place}", "", "take it out")
            waiting += [(f"{place}.{k}" if place else k, v, depth + 1) for k, v in value.items()]
        elif isinstance(value, list):
            waiting += [(f"{place}[{n}]", v, depth + 1) for n, v in enumerate(value, start=1)]
