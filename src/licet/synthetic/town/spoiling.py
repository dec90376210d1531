"""Errors put into the records of a feed, at the declared rates; each is written down."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import numpy as np
import polars as pl
from numpy.typing import NDArray

from licet.synthetic.town.differences import ERRORS, FACTORS, HIGHEST, KINDS
from licet.synthetic.town.names import SHORT_NAMES
from licet.synthetic.town.social import factors

Flags = NDArray[np.bool_]

_SOUNDS = tuple(
    (re.compile(pattern), to)
    for pattern, to in (
        ("ph", "f"), ("ck", "k"), ("sz", "sh"), ("cz", "ch"), ("ie", "y"), ("y$", "ie"), ("ee", "ea"),
        ("ou", "u"), ("oo", "u"), ("kh", "k"), ("th", "t"), ("ll", "l"), ("ss", "s"), ("tt", "t"),
        ("w", "v"), ("j", "y"), ("ah$", "a"), ("a$", "ah"), ("e$", ""), ("n$", "nn"), ("c", "k"),
        ("i", "e"), ("u", "o"), ("o", "u"), ("a", "e"),
    )
)  # fmt: skip
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_MARKS = str.maketrans("łŁøØđĐ", "lLoOdD")


def chances(feed: str, kind: str, flags: pl.DataFrame) -> NDArray[np.float64]:
    """The declared chance of an error for each row of ``flags`` (the groups of its person)."""
    return np.minimum(ERRORS[feed][kind] * factors(FACTORS, kind, flags), HIGHEST)


def befallen(rng: np.random.Generator, feed: str, flags: pl.DataFrame) -> dict[str, Flags]:
    """Which records each error befalls."""
    return {
        kind: rng.random(flags.height) < chances(feed, kind, flags)
        for kind in KINDS
        if kind in ERRORS[feed]
    }


def spoil(
    rng: np.random.Generator, cells: pl.DataFrame, hit: Mapping[str, Flags]
) -> tuple[pl.DataFrame, dict[str, Flags]]:
    """The cells with their errors, and which cells really changed by kind.

    cells: given, family, birth, sex, house, street, postcode, uprn, nhs, upn, nino,
    parent_given, parent_family (null where there is none).
    """
    done: dict[str, Flags] = {}
    for kind, flags in hit.items():
        before = cells
        cells = _CHANGES[kind](rng, cells, flags)
        columns = _TOUCHED[kind]
        same = [before[c].eq_missing(cells[c]).to_numpy() for c in columns]
        done[kind] = ~np.logical_and.reduce(same)
    return cells, done


Change = Callable[[np.random.Generator, pl.DataFrame, Flags], pl.DataFrame]
Edit = Callable[[np.random.Generator, str], str]


def _each(column: str, edit: Edit) -> Change:
    """A change of single values by a plain function; few values are changed."""

    def change(rng: np.random.Generator, cells: pl.DataFrame, flags: Flags) -> pl.DataFrame:
        place = np.flatnonzero(flags & cells[column].is_not_null().to_numpy())
        old = cells[column].gather(place.tolist()).to_list()
        new = pl.Series(column, [edit(rng, value) for value in old], dtype=pl.String)
        return cells.with_columns(cells[column].scatter(place.tolist(), new))

    return change


def _none(*columns: str) -> Change:
    def change(rng: np.random.Generator, cells: pl.DataFrame, flags: Flags) -> pl.DataFrame:
        gone = pl.Series(flags)
        return cells.with_columns(pl.when(~gone).then(pl.col(c)).alias(c) for c in columns)

    return change


def _swap(*pairs: tuple[str, str]) -> Change:
    """One column takes the value of another where that is known."""

    def change(rng: np.random.Generator, cells: pl.DataFrame, flags: Flags) -> pl.DataFrame:
        known = pl.all_horizontal(pl.col(other).is_not_null() for _, other in pairs)
        takes = pl.Series(flags) & cells.select(known).to_series()
        return cells.with_columns(
            pl.when(takes).then(pl.col(other)).otherwise(pl.col(column)).alias(column)
            for column, other in pairs
        )

    return change


def typo(rng: np.random.Generator, text: str) -> str:
    """One letter swapped with the next (40 %), left out (30 %), another (20 %) or doubled."""
    if len(text) < 3:
        return text
    place = int(rng.integers(1, len(text) - 1))
    kind = rng.random()
    if kind < 0.4:
        return text[:place] + text[place + 1] + text[place] + text[place + 2 :]
    if kind < 0.7:
        return text[:place] + text[place + 1 :]
    if kind < 0.9:
        return text[:place] + _LETTERS[int(rng.integers(26))] + text[place + 1 :]
    return text[:place] + text[place] + text[place:]


def sound(rng: np.random.Generator, text: str) -> str:
    """Spelt as heard: one of the rules that fit, or two."""
    fitting = [rule for rule in _SOUNDS if rule[0].search(text)]
    for _ in range(1 + (rng.random() < 0.3)):
        if fitting:
            pattern, to = fitting[int(rng.integers(min(len(fitting), 6)))]
            text = pattern.sub(to, text, count=1)
    return text


def plain(text: str) -> str:
    """Without marks on its letters."""
    import unicodedata

    found = unicodedata.normalize("NFD", text.translate(_MARKS))
    return "".join(sign for sign in found if unicodedata.category(sign) != "Mn")


def _unmark(rng: np.random.Generator, cells: pl.DataFrame, flags: Flags) -> pl.DataFrame:
    for column in ("given", "family"):
        marked = cells[column].str.contains(r"[^\x00-\x7f]").fill_null(False).to_numpy()
        cells = _each(column, lambda _, text: plain(text))(rng, cells, flags & marked)
    return cells


def _halved(rng: np.random.Generator, text: str) -> str:
    parts = re.split(r"[- ]", text)
    return (
        parts[int(rng.integers(len(parts)))]
        if len(parts) == 2 and min(map(len, parts)) > 2
        else text
    )


def _signs(rng: np.random.Generator, text: str) -> str:
    """A postcode with one sign of its second half wrong."""
    place = len(text) - 1 - int(rng.integers(2))
    return text[:place] + "ABDEFGHJLN"[int(rng.integers(10))] + text[place + 1 :]


_DAY, _MONTH, _YEAR = (
    pl.col("birth").dt.day().cast(pl.Int32),
    pl.col("birth").dt.month().cast(pl.Int32),
    pl.col("birth").dt.year(),
)


def _turned(rng: np.random.Generator, cells: pl.DataFrame, flags: Flags) -> pl.DataFrame:
    """Day and month in each other's place, where that is a date."""
    takes = pl.Series(flags)
    return cells.with_columns(
        birth=pl.when(takes, _DAY <= 12).then(pl.date(_YEAR, _DAY, _MONTH)).otherwise("birth")
    )


def _mistaken(rng: np.random.Generator, cells: pl.DataFrame, flags: Flags) -> pl.DataFrame:
    """Another day (45 %), another month (25 %), a year or ten before (30 %)."""
    step = pl.lit(pl.Series(rng.integers(1, 9, cells.height))).cast(pl.Int32)
    way = pl.lit(pl.Series(rng.random(cells.height)))
    safe = pl.min_horizontal(_DAY, 28)
    day = pl.date(_YEAR, _MONTH, (_DAY + step * 3) % 28 + 1)
    month = pl.date(_YEAR, (_MONTH + step) % 12 + 1, safe)
    year = pl.date(_YEAR - 1 - step % 2 * 9, _MONTH, safe)
    other = pl.when(way < 0.45).then(day).when(way < 0.7).then(month).otherwise(year)
    return cells.with_columns(birth=pl.when(pl.Series(flags)).then(other).otherwise("birth"))


def _placeholder(rng: np.random.Generator, cells: pl.DataFrame, flags: Flags) -> pl.DataFrame:
    old = pl.date(1900, 1, 1)
    return cells.with_columns(birth=pl.when(pl.Series(flags)).then(old).otherwise("birth"))


def _short(rng: np.random.Generator, text: str) -> str:
    return SHORT_NAMES.get(text, text)


_CHANGES: Mapping[str, Change] = {
    "given_typo": _each("given", typo),
    "family_typo": _each("family", typo),
    "given_sound": _each("given", sound),
    "family_sound": _each("family", sound),
    "short_name": _each("given", _short),
    "initial": _each("given", lambda _, text: text[:1]),
    "swapped": _swap(("given", "family"), ("family", "given")),
    "unmarked": _unmark,
    "cut": _each("family", _halved),
    "birth_swapped": _turned,
    "birth_typo": _mistaken,
    "birth_missing": _none("birth"),
    "birth_placeholder": _placeholder,
    "sex_missing": _none("sex"),
    "address_typo": _each("street", typo),
    "address_missing": _none("house", "street", "postcode", "uprn"),
    "postcode_missing": _none("postcode"),
    "postcode_typo": _each("postcode", _signs),
    "number_missing": _none("nhs", "upn", "nino"),
    "relative": _swap(("given", "parent_given"), ("family", "parent_family")),
}
_TOUCHED: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("given_typo", "given_sound", "short_name", "initial"), ("given",)),
    **dict.fromkeys(("family_typo", "family_sound", "cut"), ("family",)),
    **dict.fromkeys(("swapped", "unmarked", "relative"), ("given", "family")),
    **{kind: ("birth",) for kind in KINDS if kind.startswith("birth_")},
    "sex_missing": ("sex",),
    "address_typo": ("street",),
    "address_missing": ("street",),
    "postcode_missing": ("postcode",),
    "postcode_typo": ("postcode",),
    "number_missing": ("nhs", "upn", "nino"),
}
