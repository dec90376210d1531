"""Invented national numbers, in ranges that are given to nobody."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

Whole = NDArray[np.int64]

NHS_TEST = "999"
"""NHS numbers that begin so are kept for tests."""
NINO_PREFIXES = ("QQ", "OO", "FY", "BG", "NK", "ZZ")
"""Beginnings that no National Insurance number has."""
UPN_AREA = 999
"""A local authority number that does not exist."""
_UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"


def nhs_numbers(rng: np.random.Generator, count: int) -> pl.Series:
    """``count`` different NHS numbers of the test range with valid check digits."""
    most = 10**6
    # One in eleven has no check digit, so more are tried than are needed.
    tried = np.arange(most)
    digits = np.concatenate(
        [np.full((most, 3), 9), (tried[:, None] // 10 ** np.arange(5, -1, -1)) % 10], axis=1
    )
    check = (11 - (digits @ np.arange(10, 1, -1)) % 11) % 11
    good = np.flatnonzero(check < 10)
    chosen = rng.permutation(good)
    if count > len(chosen):
        return _longer(chosen, check, count)
    chosen = chosen[:count]
    return _text("999{}{}", 6, chosen, check[chosen])


def _longer(chosen: Whole, check: Whole, count: int) -> pl.Series:
    """Beyond the test range: the numbers again with a letter before, so that no check passes."""
    rounds = np.arange(count) // len(chosen)
    taken = chosen[np.arange(count) % len(chosen)]
    text = _text("999{}{}", 6, taken, check[taken])
    before = pl.Series([("" if r == 0 else f"T{r}") for r in rounds.tolist()])
    return pl.select((before + text).alias("nhs")).to_series()


def _text(form: str, width: int, first: Whole, second: Whole) -> pl.Series:
    frame = pl.DataFrame({"first": first, "second": second})
    padded = pl.col("first").cast(pl.String).str.zfill(width)
    return frame.select(pl.format(form, padded, "second").alias("number")).to_series()


def upn_numbers(rng: np.random.Generator, count: int) -> pl.Series:
    """``count`` different pupil numbers: a letter and twelve digits, of no authority."""
    serial = rng.permutation(max(count, 10))[:count]
    school, year, pupil = 1000 + serial % 9000, 10 + (serial // 9000) % 16, serial // (9000 * 16)
    digits = UPN_AREA * 10**9 + school * 10**5 + year * 10**3 + pupil
    weights = np.arange(2, 14)
    places = (digits[:, None] // 10 ** np.arange(11, -1, -1)) % 10
    letter = np.array(list(_UPN_LETTERS), dtype=object)[(places @ weights) % 23]
    frame = pl.DataFrame({"letter": letter.astype(str), "digits": digits})
    return frame.select(pl.format("{}{}", "letter", "digits").alias("upn")).to_series()


def nino_numbers(rng: np.random.Generator, count: int) -> pl.Series:
    """``count`` different National Insurance numbers of unused beginnings, with suffix."""
    serial = rng.permutation(max(count, 10))[:count]
    prefix = np.array(NINO_PREFIXES, dtype=object)[serial % len(NINO_PREFIXES)]
    suffix = np.array(list("ABCD"), dtype=object)[serial % 4]
    frame = pl.DataFrame(
        {
            "prefix": prefix.astype(str),
            "digits": (serial // len(NINO_PREFIXES) * 7919) % 1_000_000,
            "suffix": suffix.astype(str),
        }
    )
    digits = pl.col("digits").cast(pl.String).str.zfill(6)
    return frame.select(pl.format("{}{}{}", "prefix", digits, "suffix").alias("nino")).to_series()
