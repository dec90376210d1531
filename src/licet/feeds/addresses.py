"""Addresses in one standard form: what is at the door, and the street.

house: flat and number (``flat 3 12a``), or the name of a house without a number. street: its
words, the last one written out (``rd`` is ``road``). Towns and counties are left out: the postcode
says them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from licet.feeds.distinct import Part, Stage
from licet.feeds.texts import alternatives, emptied, folded

if TYPE_CHECKING:
    import polars as pl

STREET_WORDS = {
    "st": "street", "str": "street", "rd": "road", "ave": "avenue", "av": "avenue", "ln": "lane",
    "la": "lane", "cl": "close", "clo": "close", "ct": "court", "crt": "court", "cr": "crescent",
    "cres": "crescent", "cresc": "crescent", "dr": "drive", "drv": "drive", "gdn": "garden",
    "gdns": "gardens", "gr": "grove", "gro": "grove", "pk": "park", "pl": "place", "sq": "square",
    "ter": "terrace", "terr": "terrace", "wy": "way", "bldg": "building", "bldgs": "buildings",
    "est": "estate", "hse": "house", "pde": "parade", "prom": "promenade", "blvd": "boulevard",
    "bvd": "boulevard", "grn": "green", "mws": "mews", "row": "row", "wk": "walk", "yd": "yard",
}  # fmt: skip
"""The last word of a street, shortened and in full."""
MORE_STREETS = (
    "way", "hill", "rise", "view", "mount", "mews", "walk", "row", "yard", "green", "croft", "fold",
    "garth", "gate", "bank", "vale", "dene", "quay", "wharf", "meadow", "meadows", "approach",
)  # fmt: skip
_FLAT = r"(?:flat|flt|fl|apartment|apt|unit|studio)"
_NUMBER = r"[0-9]+ ?[a-z]?(?: ?- ?[0-9]+ ?[a-z]?)?"
_DOOR = rf"(?:{_FLAT}[ ,]*(?:no |number )?(?:[0-9]+ ?[a-z]?|[a-z])\b)"
NO_ABODE = (
    r"^[^\p{L}\p{N}]*(?:(?:of )?no fixed (?:abode|address)|nfa|n f a|homeless"
    r"|sofa surfing|rough sleep(?:er|ing)"
    r"|no address|unknown|not known|n/?k|address not known|address unknown|x+|tbc)\b[ ,.]*"
)
_USUAL = r"^([0-9]+[a-z]?) ([a-z]{2}[^,]*)$"
"""What most addresses are: found in a quarter of the time of every other way to write a number."""
_SIGN = r"[^\p{L}\p{M}\p{N}]"
_SIGNS = rf"{_SIGN}{{2,}}|[^\p{{L}}\p{{M}}\p{{N}} ]"
"""Signs between words that are not one space already."""
_POSTCODE = r"(?i)[, ]*\b([A-Z]{1,2}[0-9][0-9A-Z]?\s*[0-9][A-Z]{2})\W*$"


def _house(text: pl.Expr) -> pl.Expr:
    """A folded house cell in its one form."""
    text = text.str.replace_all(_SIGNS, " ").str.strip_chars(" ")
    text = text.str.replace(rf"^{_FLAT} ?(?:no |number )?([0-9]+|[a-z]\b)", "flat ${1}")
    text = text.str.replace(r"^(?:no|number|num) ([0-9])", "${1}")
    text = text.str.replace_all(r"\b0+([1-9])", "${1}")
    return text.str.replace_all(r"\b([0-9]+) ([a-z])\b", "${1}${2}")


def _street(text: pl.Expr) -> pl.Expr:
    """A folded street cell in its one form."""
    import polars as pl

    text = text.str.replace_all(_SIGNS, " ").str.strip_chars(" ")
    last = text.str.extract(r" (\S+)$", 1)
    full = last.replace(list(STREET_WORDS), list(STREET_WORDS.values()))
    return pl.when(last.is_not_null()).then(text.str.strip_suffix(last) + full).otherwise(text)


def _homeless(text: pl.Expr) -> pl.Expr:
    return text.str.contains(NO_ABODE).fill_null(False)


def house_stages() -> tuple[dict[str, pl.Expr], ...]:
    """house, and ``abode``: no fixed abode, or not known."""
    import polars as pl

    text, house = pl.col("_text"), pl.col("_house")
    homeless = _homeless(text) | _homeless(house)
    return (
        {"_text": folded(pl.col("raw"))},
        {"_house": _house(text)},
        {"house": pl.when(~homeless).then(emptied(house)), "abode": homeless},
    )


def street_stages() -> tuple[dict[str, pl.Expr], ...]:
    """street, number (what stands before the street in the same cell, a house), rest (the street
    without it), and ``abode``.
    """
    import polars as pl

    text, street, number, rest = (pl.col(name) for name in ("_text", "_street", "_number", "_rest"))
    homeless = _homeless(text) | _homeless(street)
    clean = folded(pl.col("raw")).str.replace(rf"^((?:{_DOOR}[ ,]+)?{_NUMBER}) *, *", "${1} ")
    first = rf"^((?:{_DOOR} )?[0-9]+ ?[a-z]?\b(?: [0-9]+[a-z]?\b)?) \D"
    return (
        {"_text": clean.str.replace(r" *,.*$", "")},
        {"_street": _street(text)},
        {"_number": street.str.extract(first, 1)},
        {"_rest": _street(street.str.strip_prefix(number))},
        {
            "street": pl.when(~homeless).then(emptied(street)),
            "rest": pl.when(~(homeless | _homeless(rest))).then(emptied(rest)),
            "number": pl.when(~homeless).then(emptied(_house(number))),
            "abode": homeless,
        },
    )


def address_stages() -> tuple[Stage, ...]:
    """house, street and postcode (raw) of an address in one column, and ``abode``, ``unsplit``.

    A number wins over the name of a house; a flat stays with either. An address in which no street
    can be told is kept as one text, as a street: ``unsplit``.
    """
    import polars as pl

    raw, text, flat, rest = (pl.col(name) for name in ("raw", "_text", "_flat", "_rest"))
    number = pl.col("_number")
    line = folded(raw.str.replace(_POSTCODE, "").str.replace_all(r"[\r\n;]+", ", "))
    homeless = text.str.contains(NO_ABODE).fill_null(False)
    after = pl.when(flat.is_null()).then(text).otherwise(text.str.strip_prefix(flat))
    numbered = rf"(?:^|,)(?:no\.? ?|number )?({_NUMBER})\b[ ,]+([^,]*\p{{L}}[^,]*)"
    usual, found, other = pl.col("_usual"), pl.col("_found"), pl.col("_other")
    first, second = other.str.extract(r"^([^,]*)", 1), pl.col("_second")
    kinds = alternatives((*STREET_WORDS, *STREET_WORDS.values(), *MORE_STREETS))
    cut = pl.coalesce(raw.str.extract(rf"^(\S+ (?:.*? )?(?:{kinds}))\b", 1), raw)
    streets = {"_street": _street(raw), "_street_cut": _street(cut)}
    street = pl.when(text.str.contains(",", literal=True)).then("_street").otherwise("_street_cut")
    named = pl.when(number.is_null() & second.is_not_null()).then(first)
    door = pl.concat_str([flat, number, named], separator=" ", ignore_nulls=True)
    return (
        {"_text": line.str.replace_all(r"[. ]*,[, .]*", ",").str.strip_chars(" ,.")},
        {"_flat": text.str.extract(rf"^({_DOOR})", 1)},
        {"_rest": after.str.strip_chars(" ,")},
        {"_usual": rest.str.extract_groups(_USUAL)},
        {"_found": pl.when(usual.struct[0].is_null()).then(rest).str.extract_groups(numbered)},
        {"_number": pl.coalesce(usual.struct[0], found.struct[0])},
        {"_other": pl.when(number.is_null()).then(rest)},
        {"_second": other.str.extract(r"^[^,]*,([^,]*)", 1)},
        {"_way": pl.coalesce(usual.struct[1], found.struct[1], second, first), "_door": door},
        # Many addresses, but few doors and streets.
        Part("_door", ({"_house": _house(raw)},)),
        Part("_way", (streets,)),
        {
            "house": pl.when(~homeless).then(emptied(pl.col("_house"))),
            "street": pl.when(~homeless).then(emptied(street)),
            "postcode": raw.str.extract(_POSTCODE, 1),
            "abode": homeless,
            "unsplit": (~homeless & (text != "") & number.is_null() & second.is_null()).fill_null(
                False
            ),
        },
    )
