"""One value, one text: JSON in the canonical form of RFC 8785, written by ``rfc8785``.

It is read back with the standard library alone, and strictly: whatever would be written otherwise is
refused, so that two texts never mean the same.
"""

from __future__ import annotations

import json
from typing import Any, NoReturn

from licet.errors import bad

LARGEST = 2**53 - 1
"""The largest whole number that every reader of JSON reads alike."""
_ALLOWED = "JSON in the canonical form of RFC 8785, without fractions"


class _Odd(ValueError):
    """Something in a text that canonical JSON of the log never holds."""


def canonical(value: Any) -> bytes:
    """The canonical bytes of a value (RFC 8785).

    Raises BadInput for what cannot be written so: whole numbers beyond 2**53 - 1, NaN, infinity, half
    characters, keys that are no text.
    """
    try:
        import rfc8785
    except ImportError:
        todo = "install licet[link]"
        raise bad("writing to the log needs the package rfc8785", "", "", todo) from None
    try:
        return rfc8785.dumps(value)
    except (ValueError, RecursionError) as error:
        todo = "write large numbers and fractions as text"
        raise bad(f"this cannot be written to the log: {error}", "", _ALLOWED, todo) from None


def read_canonical(data: bytes, where: str = "") -> Any:
    """The value of canonical JSON bytes. Raises BadInput for any other text of the same value.

    Refused besides what is no JSON: a key given twice, fractions, whole numbers beyond 2**53 - 1.
    """
    try:
        text = data.decode()
        value = json.loads(
            text,
            object_pairs_hook=_object,
            parse_float=_no_fraction,
            parse_int=_whole,
            parse_constant=_no_fraction,
        )
        again = _written(value)
    except UnicodeDecodeError as error:
        raise bad(f"byte {error.start} is not UTF-8", where, _ALLOWED) from None
    except UnicodeEncodeError:
        raise bad("it holds half a character", where, _ALLOWED) from None
    except RecursionError:
        raise bad("it is nested too deeply", where, _ALLOWED) from None
    except _Odd as error:
        raise bad(str(error), where, _ALLOWED) from None
    except ValueError as error:
        position = getattr(error, "pos", 0)
        raise bad(f"it is not JSON, from character {position}", where, _ALLOWED) from None
    if again != data:
        place = next((i for i, (a, b) in enumerate(zip(data, again, strict=False)) if a != b), None)
        first = min(len(data), len(again)) if place is None else place
        raise bad(f"it is not in canonical form, from byte {first}", where, _ALLOWED)
    return value


def _written(value: Any) -> bytes:
    """The canonical bytes of a value without fractions: what ``canonical`` gives, by other means."""
    text = json.dumps(_sorted(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.encode()


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
        return {key: _sorted(value[key]) for key in keys}
    if isinstance(value, list):
        return [_sorted(part) for part in value]
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _Odd(f"the key {ascii(key)[:80]} is given twice")
        found[key] = value
    return found


def _whole(text: str) -> int:
    if len(text) > 17 or abs(int(text)) > LARGEST:
        raise _Odd(f"the number {text[:20]} is beyond 2**53 - 1")
    return int(text)


def _no_fraction(text: str) -> NoReturn:
    raise _Odd(f"{text[:20]} is no whole number; fractions are written as text")
