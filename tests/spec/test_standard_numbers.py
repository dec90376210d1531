"""National numbers are written one way and are missing where they cannot be right; so are dates
that stand for nothing, lie after the extract (2026-09-01) or before 1900.
"""

from __future__ import annotations

import polars as pl
import pytest

from licet.feeds.standard import standardise
from tests.spec.tables import Row, cases
from tests.spec.test_standard_names import feed

TITLE = "Numbers and dates of feeds"

TABLE = """
field | written          | is            | counted as
----- | ---------------- | ------------- | -----------
nhs   | 943 476 5919     | 9434765919    |
nhs   | 943-476-5919     | 9434765919    |
nhs   | 9434765918       |               | invalid
nhs   | 943476591        |               | invalid
nhs   | 0000000000       |               | invalid
upn   | a123 45678901 2  | A123456789012 |
upn   | A12345678901B    | A12345678901B |
upn   | 1234567890123    |               | invalid
nino  | qq 12 34 56 c    | QQ123456      |
nino  | QQ123456         | QQ123456      |
nino  | Q1234567C        |               | invalid
uprn  | 000100012345     | 100012345     |
uprn  | 100012345.0      | 100012345     |
uprn  | 0                |               | invalid
uprn  | 1234567890123    |               | invalid
sex   | F                | female        |
sex   | boy              | male          |
sex   | 9                | other         |
sex   | 0                |               | nothing
sex   | q                |               | invalid
birth | 29/02/2012       | 2012-02-29    |
birth | 30/02/2012       |               | misfit
birth | 2012-02-29       |               | misfit
birth | 00/00/0000       |               | nothing
birth | n/k              |               | nothing
birth | 01/01/1900       |               | placeholder
birth | 05/05/2005       |               | placeholder
birth | 01/09/2026       | 2026-09-01    |
birth | 02/09/2026       |               | future
birth | 31/12/1891       |               | past
"""


@pytest.mark.parametrize("row", cases(TABLE))
def test_numbers(row: Row) -> None:
    formats = {"birth": "%d/%m/%Y", "placeholder_dates": ("05-05",)}
    frame = pl.DataFrame({"id": ["1"], "x": [row["written"]]})
    found = standardise(feed({row["field"]: "x"}, formats=formats), frame)
    value = found.rows[row["field"]][0]
    assert ("" if value is None else str(value)) == row["is"]
    assert found.changes["change"].to_list() == ([row["counted as"]] if row["counted as"] else [])


def test_a_year_of_two_digits_is_not_in_the_future() -> None:
    frame = pl.DataFrame({"id": ["1", "2"], "x": ["03/02/45", "03/02/19"]})
    found = standardise(feed({"birth": "x"}, formats={"birth": "%d/%m/%y"}), frame)
    assert [day.year for day in found.rows["birth"]] == [1945, 2019]
