"""A household is people who live at the same address at a date, here 1 June 2026. An address is a
UPRN, or house, street and postcode; never a name. Where rows of a person disagree, the newest source
is believed. A child may have two homes: where two feeds state when each began and both are dated
after both began, or where two guardians who are not partners live one at each. Ann and Ben are
adults, Kit is a child. A row is written: feed, its year, address, first and last year.
"""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from licet.linkage.households import Households, households, residences
from tests.spec.tables import Row, cases

TITLE = "Who lives together"

TABLE = """
ann                          | ben                 | kit                                    | guardians | households
---------------------------- | ------------------- | -------------------------------------- | --------- | ----------
gp 2025 A 2019-              | gp 2025 A 2020-     | gp 2025 A 2021-                        |           | ann ben kit
gp 2025 A 2019-              | gp 2025 B 2020-     | gp 2025 A 2021-                        |           | ann kit, ben
gp 2025 A 2019-2024          | gp 2025 B 2020-     |                                        |           | ben
gp 2025 A 2027-              | gp 2025 B 2020-     |                                        |           | ben
gp 2025 A -                  | gp 2025 A 2020-     |                                        |           | ann ben
gp 2024 A 2019-; tax 2025 B - | gp 2025 B 2020-    |                                        |           | ann ben
gp 2025 A 2019-; tax 2024 B 2023- | gp 2025 B 2020- |                                       |           | ann, ben
gp 2025 A 2019-; gp 2025 B 2023- | gp 2025 B 2020- |                                        |           | ann ben
gp 2025 A 2019-; tax 2025 B 2023- | gp 2025 B 2020- |                                       |           | ann ben
gp 2025 A 2019-              | gp 2025 B 2020-     | gp 2025 A 2019-; school 2025 B 2020-   |           | ann kit, ben kit
gp 2025 A 2019-              | gp 2025 B 2020-     | gp 2025 A 2019-; gp 2025 B 2020-       |           | ann, ben kit
gp 2025 A 2019-              | gp 2025 B 2020-     | gp 2020 A 2019-; school 2025 B 2021-   |           | ann, ben kit
gp 2025 A 2019-              | gp 2025 B 2020-     | gp 2025 A 2019-; school 2025 B -       |           | ann, ben kit
gp 2025 A 2019-              | gp 2025 B 2020-     | gp 2026 A 2019-; school 2025 B -       |           | ann kit, ben
gp 2025 A 2019-              | gp 2025 B 2020-     | gp 2025 A 2019-; gp 2025 B 2020-       | ann, ben  | ann kit, ben kit
gp 2025 A 2019-              | gp 2025 B 2020-     | gp 2025 A 2019-; gp 2025 B 2020-       | partners  | ann, ben kit
gp 2025 A 2019-              | gp 2025 B 2020-     | gp 2025 A 2021-; gp 2025 B 2020-       | partners  | ann kit, ben
gp 2025 A 2019-              | gp 2025 B 2020-     | gp 2025 A 2019-; gp 2025 B 2020-       | ann       | ann, ben kit
gp 2025 A 2019-              | gp 2025 B 2020-     | gp 2025 A 2019-                        | ann, ben  | ann kit, ben
gp 2025 C 2019-              | gp 2025 A 2020-     | gp 2025 A 2021-                        |           | ben kit
"""

ON = date(2026, 6, 1)
KEY = b"k" * 32
BIRTHS = {"ann": date(1985, 5, 1), "ben": date(1984, 5, 1), "kit": date(2016, 5, 1)}
PARTS = {"A": ("1", None), "B": ("2", None), "C": ("3", "900")}
"""C is declared to be communal."""


def _year(text: str) -> date | None:
    return date(int(text), 1, 1) if text else None


def _rows(row: Row) -> pl.DataFrame:
    told = []
    for person in BIRTHS:
        for number, text in enumerate(part for part in row[person].split(";") if part.strip()):
            feed, dated, address, period = text.split()
            first, last = (_year(year) for year in period.split("-"))
            house, uprn = PARTS[address]
            place = (house, "mill lane", "AB1 2CD", uprn)
            told.append(
                (
                    person,
                    f"{person}/{number}",
                    feed,
                    _year(dated),
                    *place,
                    BIRTHS[person],
                    first,
                    last,
                )
            )
    schema = dict.fromkeys(("person", "row", "feed"), pl.String) | {"dated": pl.Date}
    schema |= dict.fromkeys(("house", "street", "postcode", "uprn"), pl.String)
    schema |= dict.fromkeys(("birth", "seen_from", "seen_to"), pl.Date)
    return pl.DataFrame(told, schema=schema, orient="row")


def _relationships(text: str) -> pl.DataFrame | None:
    guardians = [("kit", "ann", "guardian"), ("kit", "ben", "guardian")]
    known = {
        "ann": guardians[:1],
        "ann, ben": guardians,
        "partners": [*guardians, ("ann", "ben", "partner")],
    }
    if not text:
        return None
    told = [(*edge, "parent", date(2016, 5, 1), None, "school") for edge in known[text]]
    schema = dict.fromkeys(("person", "other", "kind", "relationship"), pl.String)
    schema |= {"from": pl.Date, "to": pl.Date, "source": pl.String}
    return pl.DataFrame(told, schema=schema, orient="row")


def _shown(found: Households) -> str:
    groups = found.homes.group_by("household").agg(pl.col("person").sort())["person"].to_list()
    return ", ".join(sorted(" ".join(people) for people in groups))


@pytest.mark.parametrize("row", cases(TABLE))
def test_households(row: Row) -> None:
    found = residences(_rows(row))
    relationships = _relationships(row["guardians"])
    lived = households(
        found, ON, KEY, "early-help", 1, communal={"900"}, relationships=relationships
    )
    assert _shown(lived) == row["households"]
