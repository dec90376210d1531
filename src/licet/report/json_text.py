"""Documents as JSON text for people to read: indented, one value a line.

The standard library writes indented text by a chain of generators, one for each level: half a second for
the rulings of one workspace. Here the same text is put together directly.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from json.encoder import encode_basestring
from math import isfinite
from typing import Any

from licet.report.screens import plain

Put = Callable[[str], None]
_NAMED = {None: "null", True: "true", False: "false"}


def indented(document: Any, indent: int = 2, *, strict: bool = True) -> str:
    """What ``json.dumps(document, ensure_ascii=False, indent=indent, allow_nan=not strict)`` gives.

    Refuses what it refuses, by the same errors: ValueError, TypeError.
    """
    parts: list[str] = []
    leaf = json.JSONEncoder(ensure_ascii=False, allow_nan=not strict).encode
    _write(document, "\n", " " * indent, parts.append, leaf)
    return "".join(parts)


def readable(document: Any, *, strict: bool = True) -> str:
    """``indented`` with a line break at its end, for people to read.

    Characters that a terminal would obey or that hide what is written are written as ``\\u202e``.
    """
    text = indented(document, strict=strict)
    unsafe = {ord(sign): json.dumps(sign)[1:-1] for sign in set(text) if plain(sign) != sign}
    return (text.translate(unsafe) if unsafe else text) + "\n"


def _write(value: Any, line: str, step: str, put: Put, leaf: Callable[[Any], str]) -> None:
    """line: a line break and the indent of what holds the value. leaf: writes what holds nothing."""
    if isinstance(value, str):
        put(encode_basestring(value))
    elif isinstance(value, dict) and value:
        inner, before = line + step, "{"
        for key, held in value.items():
            name = encode_basestring(key) if isinstance(key, str) else leaf({key: 0})[1:-4]
            put(f"{before}{inner}{name}: ")
            _write(held, inner, step, put, leaf)
            before = ","
        put(line + "}")
    elif isinstance(value, list | tuple) and value:
        inner, before = line + step, "["
        for held in value:
            put(before + inner)
            _write(held, inner, step, put, leaf)
            before = ","
        put(line + "]")
    elif type(value) is int or (type(value) is float and isfinite(value)):
        put(repr(value))
    elif value is None or value is True or value is False:
        put(_NAMED[value])
    else:
        put(leaf(value))
