"""Twins of one sex: born on one day, in one home, of one family name. Only what each is called parts them."""

from __future__ import annotations

from datetime import date
from itertools import product
from typing import Any

import polars as pl
import pytest

from licet.engines.admission import Antechamber
from licet.feeds.contract import PERSON

SHARED: dict[str, Any] = {
    "family": "lee", "birth": date(2014, 3, 1), "sex": "female", "house": "4",
    "street": "high street", "postcode": "AB1 2CD", "uprn": "100",
}  # fmt: skip
TWINS = ("zoe", "martha")
KINDS: dict[str, Any] = {name: pl.Date if name == "birth" else pl.String for name in PERSON}


def frame(kinds: dict[str, Any], rows: list[dict[str, Any]]) -> pl.DataFrame:
    return pl.DataFrame([{name: row.get(name) for name in kinds} for row in rows], schema=kinds)


def decided(effects: tuple[str, str]) -> list[str]:
    """The reasons for the rows of both, by what each said; no number is known of either."""
    people = [{**SHARED, "given": name} for name in TWINS]
    known = frame(
        {"subject": pl.String, "number": pl.Int64, **KINDS, "records": pl.List(pl.String)},
        [
            {**one, "subject": one["given"], "number": n, "records": []}
            for n, one in enumerate(people)
        ],
    )
    rows = frame(
        {"row": pl.String, "feed": pl.String, **KINDS},
        [{**one, "row": f"education/{n}", "feed": "education"} for n, one in enumerate(people)],
    )
    said = pl.DataFrame({"subject": TWINS, "effect": effects})
    mentions = pl.DataFrame(schema={"row": pl.String, "place": pl.String})
    antechamber = Antechamber(known)
    try:
        return antechamber.admit(rows, mentions, said).verdicts["reason"].to_list()
    finally:
        antechamber.close()


REASONS = {"granted": "permitted", "refused": "said_no", "none": "no_answer"}


@pytest.mark.parametrize("effects", list(product(REASONS, repeat=2)))
def test_a_twin_is_let_in_and_kept_out_by_their_own_word_alone(effects: tuple[str, str]) -> None:
    assert decided(effects) == [REASONS[effect] for effect in effects]
