"""Text in one standard form: small letters, Latin letters without marks, other scripts as they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

PLAIN_LETTERS = {
    "ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ŧ": "t", "ŋ": "n", "ɓ": "b",
    "ɗ": "d", "ƙ": "k", "ɲ": "n", "ə": "e", "ɛ": "e", "ɔ": "o", "ƴ": "y", "ſ": "s",
    "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ĳ": "ij", "ĸ": "k",
}  # fmt: skip
"""Latin letters that Unicode does not take apart, and how they are written in English."""

APOSTROPHES = "'’‘`´′ʻʼʹʽ＇ʾʿ"
_LEFT_OUT = rf"[[\p{{Cf}}\p{{Cc}}&&[^\t\n\r]]{APOSTROPHES}]"
"""What is invisible, and apostrophes."""
SPACES = r"\s{2,}|[^\S ]"
"""Space that is not one plain space already: most is, and then nothing is to be written anew."""


def tidy_stages() -> tuple[dict[str, pl.Expr], ...]:
    """raw as text without surrounding spaces; null where it is empty."""
    import polars as pl

    raw = pl.col("raw")
    return {"raw": raw.cast(pl.String).str.strip_chars()}, {"raw": emptied(raw)}


def folded(text: pl.Expr) -> pl.Expr:
    """Small letters; Latin letters without marks and in ASCII; apostrophes gone; nothing invisible.

    Other scripts keep their letters and marks; only compatibility forms (full width, Arabic
    presentation forms) become the usual ones.
    """
    import polars as pl

    text = text.str.replace_all(_LEFT_OUT, "")
    # Most values are ASCII already; only the rest go the long way round.
    strange = pl.when(text.str.contains(r"[^\x00-\x7f]")).then(text)
    made = pl.coalesce(_long_way(strange), text.str.to_lowercase())
    return made.str.replace_all(SPACES, " ").str.strip_chars()


def _long_way(text: pl.Expr) -> pl.Expr:
    text = text.str.normalize("NFKD").str.to_lowercase().str.normalize("NFKD")
    text = text.str.replace_many(list(PLAIN_LETTERS), list(PLAIN_LETTERS.values()))
    text = text.str.replace_all(f"[{APOSTROPHES}]", "")
    text = text.str.replace_all(r"(\p{Latin})\p{M}+", "$1")
    # A mark on no letter says nothing, and would land on another when signs between are taken out.
    return text.str.replace_all(r"(^|[^\p{L}\p{M}])\p{M}+", "$1").str.normalize("NFC")


def emptied(text: pl.Expr) -> pl.Expr:
    """The text, or null where nothing is left of it."""
    import polars as pl

    return pl.when(text.str.len_bytes() > 0).then(text)


def alternatives(words: Mapping[str, object] | frozenset[str] | tuple[str, ...]) -> str:
    """The words as one pattern, the longest first."""
    import re

    return "|".join(re.escape(word) for word in sorted(words, key=lambda w: (-len(w), w)))
