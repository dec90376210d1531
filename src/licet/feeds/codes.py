"""Words and numbers for sexes and relationships, as services write them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

SEX_WORDS = {
    "f": "female", "female": "female", "woman": "female", "girl": "female", "2": "female",
    "m": "male", "male": "male", "man": "male", "boy": "male", "1": "male",
    "o": "other", "other": "other", "x": "other", "i": "other", "9": "other", "non-binary": "other",
    "nonbinary": "other", "indeterminate": "other", "not specified": "other",
    "u": "unknown", "unknown": "unknown", "not known": "unknown", "0": "unknown", "n/k": "unknown",
    "nk": "unknown", "n/a": "unknown", "not stated": "unknown", "-": "unknown", "?": "unknown",
}  # fmt: skip
"""The NHS codes 0, 1, 2, 9 and the usual words and letters."""

RELATIONSHIP_WORDS = {
    "mother": "parent", "father": "parent", "mum": "parent", "dad": "parent", "parent": "parent",
    "carer": "carer", "foster carer": "carer", "foster parent": "carer", "guardian": "guardian",
    "stepmother": "step_parent", "stepfather": "step_parent", "step-mother": "step_parent",
    "step-father": "step_parent", "step parent": "step_parent", "step_parent": "step_parent",
    "step-parent": "step_parent", "grandmother": "grandparent", "grandfather": "grandparent",
    "grandparent": "grandparent", "husband": "partner", "wife": "partner", "partner": "partner",
    "spouse": "partner", "brother": "sibling", "sister": "sibling", "sibling": "sibling",
    "son": "child", "daughter": "child", "child": "child", "aunt": "relative", "uncle": "relative",
    "cousin": "relative", "relative": "relative", "other relative": "relative",
    "social worker": "professional", "professional": "professional", "teacher": "professional",
    "other": "other", "friend": "other", "neighbour": "other",
}  # fmt: skip


def _meant(raw: pl.Expr, usual: Mapping[str, str], declared: Mapping[str, str]) -> pl.Expr:
    import polars as pl

    words = {**usual, **{word.strip().casefold(): meant for word, meant in declared.items()}}
    text = raw.str.to_lowercase().str.strip_chars()
    return text.replace_strict(
        list(words), list(words.values()), default=None, return_dtype=pl.String
    )


def sex_stage(declared: Mapping[str, str]) -> dict[str, pl.Expr]:
    """sex (female, male, other or null), ``nothing``: not known, and ``invalid``: no declared word."""
    import polars as pl

    raw = pl.col("raw")
    found = _meant(raw, SEX_WORDS, declared)
    return {
        "sex": pl.when(found != "unknown").then(found),
        "nothing": (found == "unknown").fill_null(False),
        "invalid": raw.is_not_null() & found.is_null(),
    }


def relationship_stage(declared: Mapping[str, str], otherwise: str) -> dict[str, pl.Expr]:
    """relationship, and ``invalid``: a word that is not declared. otherwise: where none is told."""
    import polars as pl

    raw = pl.col("raw")
    found = _meant(raw, RELATIONSHIP_WORDS, declared)
    fallback = pl.lit(otherwise or None, dtype=pl.String)
    return {
        "relationship": pl.coalesce(found, fallback),
        "invalid": raw.is_not_null() & found.is_null(),
    }
