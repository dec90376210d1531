"""Names of people in one standard form, whatever language they come from.

Hyphens and spaces within a given name: ``Anne-Marie`` is one name, ``annemarie``; of ``Anne
Marie`` the second word is a middle name. Family names keep their words: ``Smith-Jones`` and ``Smith
Jones`` are both ``smith jones``, and ``van der Berg`` keeps its particles. Scripts other than Latin
are kept as they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from licet.feeds.texts import APOSTROPHES, SPACES, alternatives, emptied, folded

if TYPE_CHECKING:
    import polars as pl

TITLES = (
    "mr", "mrs", "ms", "miss", "mx", "mstr", "master", "dr", "prof", "professor", "rev",
    "reverend", "sir", "dame", "lady", "lord", "cllr",
)  # fmt: skip
SUFFIXES = ("jr", "jnr", "sr", "snr", "esq", "ii", "iii", "iv", "obe", "mbe", "phd")
PARTICLES = (
    "van", "von", "vande", "vander", "vom", "der", "den", "ter", "ten", "te", "zu", "zum", "zur",
    "de", "del", "della", "dello", "degli", "di", "da", "das", "dos", "do", "du", "des", "la",
    "le", "las", "los", "lo", "al", "el", "ul", "ur", "bin", "ibn", "bint", "binti", "ben", "bar",
    "abu", "ould", "af", "av", "st", "san", "santa", "mac", "mc", "ap", "ó", "o", "d", "ní", "ni",
)  # fmt: skip
"""Words that belong to the family name after them."""
JOINED_GIVEN = (
    "abd al", "abd el", "abd ul", "abd ur", "abd", "abdul", "abdel", "abdal", "abdur", "abu", "umm",
)  # fmt: skip
"""Words that make one given name with the word after them: Abdul Rahman."""
NOTHING = (
    "unknown", "not known", "unk", "nk", "not given", "not stated", "not recorded", "no name",
    "none", "null", "nil return", "anonymous", "anon", "test", "testing", "tester", "test patient",
    "dummy", "tbc", "tba", "to be confirmed", "xx", "xxx", "xxxx", "zzz", "lnu", "fnu",
    "unnamed", "withheld", "deleted", "do not use", "missing", "no first name", "no last name",
    "no given name", "no middle name", "no forename", "no surname", "no family name", "mother",
    "father", "mum", "dad", "daughter",
)  # fmt: skip
"""Words that stand where there is no name. Child, Baby and Son are names of people as well, and stay."""
NOT_YET_NAMED = r"^(?:baby|babe|newborn|unborn|infant|twin|triplet)(?: .*)?$"
_RAW_NOTHING = r"^\s*(?:n[/\\][ka]|n\.k\.|[^\p{L}\p{M}]+)\s*$"
_BRACKETS = r"(\S)\s*\([^)]*\)"
_LEADING_TITLES = rf"(?i)^(?:(?:{alternatives(TITLES)})\.? )+"
_LAST_SUFFIX = rf"(?i)[ ,]+(?:{alternatives(SUFFIXES)})\.?$"
_NO_LETTER = r"[^\p{L}\p{M} ]+"


@dataclass(frozen=True)
class Words:
    """What stands for nothing in one feed, as patterns over folded text."""

    whole: str
    leading: str

    @classmethod
    def of(cls, empty: tuple[str, ...], kept: tuple[str, ...]) -> Words:
        """empty: further words for nothing. kept: words that are names here."""
        spared = {word.casefold().strip() for word in kept}
        more = tuple(word.casefold().strip() for word in empty if word.strip())
        words = alternatives(tuple(w for w in (*NOTHING, *more) if w not in spared))
        titles = alternatives(TITLES)
        return cls(f"^(?:{words})$", f"^(?:(?:{titles}|{words}) )+")


def cleaned(text: pl.Expr, *, joined: bool) -> pl.Expr:
    """Words of a name with single spaces between. joined: hyphens join words instead."""
    text = folded(text.str.replace_all(_BRACKETS, "$1"))
    text = text.str.replace_all(r"\s*[-‐-―]\s*", "" if joined else " ")
    return text.str.replace_all(_NO_LETTER, " ").str.replace_all(" {2,}", " ").str.strip_chars(" ")


def nothing(raw: pl.Expr, clean: pl.Expr, words: Words) -> pl.Expr:
    """Whether a value only says that there is no name."""
    return raw.str.to_lowercase().str.contains(_RAW_NOTHING) | clean.str.contains(words.whole)


def given_stages(words: Words) -> tuple[dict[str, pl.Expr], ...]:
    """given, rest (further given names), and which rows were changed how.

    changes: ``untitled``, ``nothing``, ``unnamed`` (not yet named), ``several``, and ``letters``.
    """
    import polars as pl

    raw, clean, bare = pl.col("raw"), pl.col("_clean"), pl.col("_bare")
    head, rest, empty = pl.col("_head"), pl.col("_rest"), pl.col("_empty")
    unnamed = bare.str.contains(NOT_YET_NAMED).fill_null(False)
    title = bare.is_in(["mr", "mrs", "ms", "miss", "mx"]).fill_null(False)
    none = nothing(raw, bare, words).fill_null(False) | title
    start = rf"^((?:{alternatives(JOINED_GIVEN)}) \p{{L}}{{2,}}\S*|\S+)"
    more = bare.str.strip_prefix(head).str.strip_chars(" ")
    given = pl.when(~empty).then(emptied(head.str.replace_all(" ", "", literal=True)))
    return (
        {"_clean": cleaned(raw, joined=True)},
        {"_bare": clean.str.replace(words.leading, "")},
        {"_head": bare.str.extract(start, 1), "nothing": none & ~unnamed, "unnamed": unnamed},
        {"_empty": pl.col("nothing") | pl.col("unnamed")},
        {"_rest": pl.when(~empty & ~more.str.contains(words.whole)).then(emptied(more))},
        {
            "given": given,
            "rest": rest,
            "untitled": (clean != bare).fill_null(False),
            "several": rest.is_not_null(),
            **letters(raw, given),
        },
    )


def middle_stages(words: Words) -> tuple[dict[str, pl.Expr], ...]:
    """Middle names, or null."""
    import polars as pl

    raw, clean = pl.col("raw"), pl.col("_clean")
    return (
        {"_clean": cleaned(raw, joined=True)},
        {"middle": pl.when(~nothing(raw, clean, words)).then(emptied(clean))},
    )


def family_stages(words: Words) -> tuple[dict[str, pl.Expr], ...]:
    """family, and which rows were changed how: ``unsuffixed``, ``nothing``, and ``letters``."""
    import polars as pl

    raw, clean, bare, whole = (pl.col(name) for name in ("raw", "_clean", "_bare", "_whole"))
    suffixes = rf"(\S)(?: (?:{alternatives(SUFFIXES)}))+$"
    empty = nothing(raw, whole, words).fill_null(False)
    family = pl.when(~empty).then(emptied(whole))
    return (
        {"_clean": cleaned(raw, joined=False)},
        {"_bare": clean.str.replace(suffixes, "$1")},
        {"_whole": bare.str.replace(r"^(o|mc|d) (\p{L}{2,})", "${1}${2}")},
        {
            "family": family,
            "unsuffixed": (clean != bare).fill_null(False),
            "nothing": empty,
            **letters(raw, family),
        },
    )


def split_stages(order: str) -> tuple[dict[str, pl.Expr], ...]:
    """The raw given and family part of a whole name in one column.

    What stands before a comma is the family name, whatever the order; an order otherwise says which
    end it is at, and it takes its particles with it. A single word is a family name.
    """
    import polars as pl

    raw, untitled, name = pl.col("raw"), pl.col("_untitled"), pl.col("_name")
    comma, family = pl.col("_comma"), pl.col("_family")
    tidy = raw.str.replace_all(_BRACKETS, "$1").str.replace_all(SPACES, " ").str.strip_chars(" ,")
    particle = rf"(?:(?:{alternatives(PARTICLES)}|d['’]|o['’]) )"
    if order == "family_first":
        found = name.str.extract(rf"(?i)^({particle}*\S+) \S", 1)
        given = name.str.strip_prefix(family)
    else:
        # Most names hold no particle: then the last word is found in less time.
        with_particle = pl.when(name.str.contains(rf"(?i) {particle}")).then(name)
        long = with_particle.str.extract(rf"(?i)^\S.*? ({particle}*\S+)$", 1)
        found = pl.coalesce(long, name.str.extract(r" (\S+)$", 1))
        given = name.str.strip_suffix(family)
    before, after = name.str.extract(r"^([^,]*),", 1), name.str.extract(r"^[^,]*,\s*(.*)$", 1)
    one_word = ~comma & family.is_null()
    return (
        {"_tidy": tidy},
        {"_untitled": pl.col("_tidy").str.replace(_LEADING_TITLES, "")},
        {"_name": untitled.str.replace(_LAST_SUFFIX, "")},
        {"_comma": name.str.contains(",", literal=True), "_family": found},
        {
            "given": pl.when(comma).then(after).when(family.is_not_null()).then(given),
            "family": pl.when(comma).then(before).otherwise(pl.coalesce(family, name)),
            "one_word": (one_word & name.is_not_null()).fill_null(False),
            "untitled": (pl.col("_tidy") != untitled).fill_null(False),
            "unsuffixed": (untitled != name).fill_null(False),
            "split": (comma | family.is_not_null()).fill_null(False),
        },
    )


def letters(raw: pl.Expr, made: pl.Expr) -> dict[str, pl.Expr]:
    """``marks``: letters were made plain. ``script``: the name is in another script and kept."""
    other = made.str.contains(r"[^\x00-\x7f]").fill_null(False)
    latin = raw.str.replace_all(f"[{APOSTROPHES}‐-―]", "").str.contains(r"[^\x00-\x7f]")
    return {"marks": (latin & made.is_not_null() & ~other).fill_null(False), "script": other}
