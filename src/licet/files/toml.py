"""Declared documents as TOML text, read with a fault for everything that can be wrong."""

from __future__ import annotations

import math
import tomllib
from pathlib import Path
from typing import Any

from licet.errors import BadInput, bad
from licet.files.reading import MEGABYTE, decode, read_bytes, shown
from licet.files.toml_faults import syntax_fault

LARGEST = 5 * MEGABYTE
DEEPEST = 20


def read_toml(path: Path) -> dict[str, Any]:
    """The document as nested dictionaries. Numbers are finite.

    Refuses a missing or unreadable file, a folder, more than 5 MB, text that is not UTF-8, wrong
    TOML (with the line and what was probably meant), a key given twice, tables nested over 20
    deep, nan and inf.
    """
    path = Path(path)
    return parse_toml(read_bytes(path, LARGEST), path)


def parse_toml(data: bytes, path: Path) -> dict[str, Any]:
    """The same for bytes already read; ``path`` is named in messages."""
    text = decode(data, path, todo="save the file as UTF-8", allowed="UTF-8")
    try:
        found = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, ValueError) as error:
        message = "a number with too many digits" if "digits" in str(error) else str(error)
        raise BadInput(syntax_fault(message, text, path)) from None
    except RecursionError:
        raise _too_deep(path) from None
    _check_values(found, path)
    return found


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
