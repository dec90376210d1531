"""Whether a text seems to name somebody, so that its writer can look again before everybody reads it."""

from __future__ import annotations

import re

SIGNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("a name after a title", re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Dr|Cllr|Sir)\.? [A-Z][a-z]+")),
    ("two names in a row", re.compile(r"(?<![.!?] )(?<!^)\b[A-Z][a-z]+ [A-Z][a-z]+\b", re.MULTILINE)),
    ("a child or relative by name",
     re.compile(r"\b[Mm]y (?:son|daughter|child|husband|wife|partner|brother|sister|friend)s?,? [A-Z]")),
    ("an e-mail address", re.compile(r"\S+@\S+\.\S+")),
    ("a telephone number", re.compile(r"(?:\d[ -]?){9,}")),
    ("a postcode", re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b")),
)  # fmt: skip


def named_in(text: str) -> tuple[str, ...]:
    """What in a text looks like a name, an address or a number of somebody; empty for nothing."""
    return tuple(what for what, sign in SIGNS if sign.search(text))
