"""Errors of the feeds, and how much more often they befall some groups: declared, and made up.

The chance of an error in a record is ``ERRORS[feed][error]`` times the factors of every group that
the person is in, at most ``HIGHEST``. Real rates are not known; what matters is that these are, so
that an audit can be tried out on them. They are written beside the truth.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

KINDS: Mapping[str, str] = {
    "given_typo": "One letter of the given name is wrong.",
    "family_typo": "One letter of the family name is wrong.",
    "given_sound": "The given name is spelt as heard.",
    "family_sound": "The family name is spelt as heard.",
    "short_name": "A short or other form of the given name.",
    "initial": "Only the initial of the given name.",
    "swapped": "Given and family name stand in each other's place.",
    "unmarked": "Letters lost their marks.",
    "cut": "Only one half of a double family name.",
    "birth_swapped": "Day and month of birth are swapped.",
    "birth_typo": "One digit of the date of birth is wrong.",
    "birth_missing": "No date of birth.",
    "birth_placeholder": "1 January 1900 stands for no date of birth.",
    "sex_missing": "No sex.",
    "address_typo": "One letter of the street is wrong.",
    "address_missing": "No address.",
    "postcode_missing": "No postcode.",
    "postcode_typo": "One sign of the postcode is wrong.",
    "number_missing": "No national number.",
    "relative": "The name of the parent stands where the child's should.",
    "stale": "More days since the service last asked (a factor on ``rates.UPDATED``).",
}
"""Every kind of error. The last makes old names and addresses stand in for new ones."""

_ORDER = tuple(KINDS)[:-1]
_PERCENT: Mapping[str, tuple[float, ...]] = {
    # in percent, in the order of KINDS, without "stale"
    "education": (
        1.2, 1.2, 0.9, 1.0, 2.0, 0.1, 0.3, 35, 3, 0.4, 0.6, 0.2, 0.1, 0.3, 3.0, 1.0, 1.0, 0.6, 2.0, 0.15,
    ),
    "early_years": (
        3.5, 3.5, 2.5, 3.0, 4.0, 0.5, 0.8, 55, 6, 1.0, 1.5, 2.5, 1.0, 4.0, 6.0, 4.0, 4.0, 1.5, 5.0, 0.6,
    ),
    "social_work": (
        2.5, 2.5, 2.0, 2.5, 5.0, 0.6, 0.8, 50, 6, 0.9, 1.5, 3.5, 0.8, 2.0, 5.0, 4.0, 4.0, 1.5, 12.0, 0.5,
    ),
    "health": (
        0.7, 0.8, 0.5, 0.7, 1.2, 0.1, 0.3, 70, 3, 0.3, 0.4, 0.1, 0.1, 0.2, 2.0, 0.6, 0.6, 0.5, 0.3, 0.05,
    ),
    "housing": (
        2.2, 2.0, 1.5, 1.8, 6.0, 2.0, 0.7, 60, 5, 0.8, 1.2, 5.0, 1.5, 5.0, 1.0, 0.2, 0.3, 0.3, 9.0, 0.3,
    ),
    "benefits": (
        1.1, 1.1, 0.7, 0.9, 1.5, 0.2, 0.5, 80, 4, 0.5, 0.6, 0.3, 0.2, 1.0, 3.0, 1.5, 1.5, 0.8, 1.0, 0.05,
    ),
}  # fmt: skip
ERRORS: Mapping[str, Mapping[str, float]] = {
    feed: {kind: percent / 100 for kind, percent in zip(_ORDER, percents, strict=True)}
    for feed, percents in _PERCENT.items()
}
"""The chance of each error in a record of a person in no group of ``FACTORS``."""

FACTORS: tuple[tuple[str, str, float], ...] = (
    ("black", "given_sound", 4.0),
    ("black", "family_sound", 4.0),
    ("black", "given_typo", 3.0),
    ("black", "family_typo", 3.0),
    ("black", "birth_typo", 3.0),
    ("black", "birth_swapped", 2.5),
    ("black", "number_missing", 2.5),
    ("black", "stale", 1.5),
    ("asian", "given_sound", 1.8),
    ("asian", "family_sound", 1.6),
    ("asian", "swapped", 3.0),
    ("asian", "birth_missing", 1.3),
    ("white_other", "given_sound", 2.0),
    ("white_other", "family_sound", 2.2),
    ("white_other", "family_typo", 1.7),
    ("white_other", "stale", 1.4),
    ("mixed_other", "family_sound", 1.4),
    ("mixed_other", "swapped", 1.8),
    ("family_first", "swapped", 9.0),
    ("lone", "stale", 1.3),
    ("lone", "address_missing", 1.3),
    ("younger", "stale", 1.4),
    ("younger", "address_missing", 1.4),
    ("hh5plus", "birth_typo", 1.3),
    ("hh5plus", "relative", 1.8),
    ("low_income", "address_missing", 1.6),
    ("low_income", "postcode_missing", 1.5),
    ("low_income", "number_missing", 1.3),
)
"""(group, error, how many times as often). Groups are columns of ``groups`` in the truth."""
HIGHEST = 0.9


def declared() -> pl.DataFrame:
    """The tables as one: feed, error, group, rate (0-1, of the feed; null for stale), factor."""
    rows = []
    for feed, rates in ERRORS.items():
        for kind in KINDS:
            rows.append((feed, kind, "nobody's", rates.get(kind), 1.0))
            found = [(group, times) for group, error, times in FACTORS if error == kind]
            rows += [(feed, kind, group, rates.get(kind), times) for group, times in found]
    schema = {
        "feed": pl.String,
        "error": pl.String,
        "group": pl.String,
        "rate": pl.Float64,
        "factor": pl.Float64,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")
