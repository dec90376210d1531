"""The forms that a value in a leaf may have. Each is narrow, so that nothing else can be said in it.

A form gives True for a value that fits. Counts are public figures: 1 to 9 never fit, and a figure kept
back is null.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from licet.errors import BadInput
from licet.log.canonical import LARGEST
from licet.log.checkpoint import read_key

SMALLEST_COUNT = 10
"""Counts of 1 to one less than this are kept back."""
LONGEST_TEXT = 1000
MOST_PARTS = 1000

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,99}")
_HASH = re.compile(r"[0-9a-f]{64}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SHARE = re.compile(r"0(\.[0-9]{1,17})?|1(\.0{1,17})?")
_TURNS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_NO_TEXT = frozenset({"Cc", "Cs", "Cn", "Co", "Zl", "Zp"})
_TAGS = range(0xE0000, 0xE1000)


@dataclass(frozen=True)
class Form:
    """allowed: what fits, in words. fits: whether a value does. free: whether anybody writes it."""

    allowed: str
    fits: Callable[[Any], bool]
    free: bool = False


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and bool(_NAME.fullmatch(value))


def _is_hash(value: Any) -> bool:
    return isinstance(value, str) and bool(_HASH.fullmatch(value))


def _is_whole(value: Any) -> bool:
    return type(value) is int and 1 <= value <= LARGEST


def _is_count(value: Any) -> bool:
    return value is None or (
        type(value) is int and (value == 0 or SMALLEST_COUNT <= value <= LARGEST)
    )


def _is_share(value: Any) -> bool:
    return isinstance(value, str) and bool(_SHARE.fullmatch(value))


def _is_day(value: Any) -> bool:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        return False
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _is_text(value: Any) -> bool:
    """One line that says something and that shows all it holds, to a terminal too."""
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_TEXT:
        return False
    return not any(
        unicodedata.category(sign) in _NO_TEXT or sign in _TURNS or ord(sign) in _TAGS
        for sign in value
    )


def _is_key(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(read_key(value))
    except BadInput:
        return False


def _list_of(form: Form) -> Form:
    def fits(value: Any) -> bool:
        return (
            isinstance(value, list | tuple)
            and len(value) <= MOST_PARTS
            and len(set(map(str, value))) == len(value)
            and all(form.fits(part) for part in value)
        )

    return Form(f"a list, each once: {form.allowed}", fits, form.free)


def _by_name(form: Form) -> Form:
    def fits(value: Any) -> bool:
        return (
            isinstance(value, dict)
            and len(value) <= MOST_PARTS
            and all(_is_name(key) and form.fits(part) for key, part in value.items())
        )

    return Form(f"by name: {form.allowed}", fits, form.free)


def one_of(words: Sequence[str]) -> Form:
    """One of a few words."""
    return Form(", ".join(words), lambda value: isinstance(value, str) and value in words)


NAME = Form("letters, digits and . : _ - without spaces, at most 100", _is_name)
HASH = Form("64 hexadecimal digits in small letters", _is_hash)
WHOLE = Form("a whole number from 1", _is_whole)
COUNT = Form(f"0, {SMALLEST_COUNT} or more, or null for a count kept back", _is_count)
SHARE = Form('a share from 0 to 1 as text: "0.42"', _is_share)
DAY = Form("a day that exists: 2026-11-30", _is_day)
TEXT = Form(f"one line of text, at most {LONGEST_TEXT} characters", _is_text, free=True)
KEY = Form("the text of a key: NAME+ID+BASE64", _is_key)
NAMES = _list_of(NAME)
TEXTS = _list_of(TEXT)
HASHES = _by_name(HASH)
COUNTS = _by_name(COUNT)

VERDICT = one_of(("granted", "unproven", "too few", "not measured", "expired", "absent", "refused"))
_FIGURE = {"requirement": NAME, "group": TEXT, "verdict": VERDICT}
_SHARES = {"share": SHARE, "low": SHARE, "high": SHARE}


def _is_figure(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and _FIGURE.keys() <= value.keys() <= _FIGURE.keys() | _SHARES.keys()
        and all((_FIGURE | _SHARES)[key].fits(part) for key, part in value.items())
    )


FIGURES = _list_of(
    Form("requirement, group, verdict and perhaps share, low, high", _is_figure, free=True)
)
