"""Addresses become what is at the door and the street; a number wins over the name of a house, a
flat stays, the last word of a street is written out. Of a postcode, letters and digits that look
alike are put right by their place; a part of one, or one that stands for no address, is missing.
"""

from __future__ import annotations

import polars as pl
import pytest

from licet.feeds.standard import standardise
from tests.spec.tables import Row, cases
from tests.spec.test_standard_names import feed

TITLE = "Addresses of feeds"

TABLE = """
house   | street or whole address               | postcode  | house is     | street is    | postcode is
------- | ------------------------------------- | --------- | ------------ | ------------ | -----------
12      | High St.                              | ls6 1aa   | 12           | high street  | LS6 1AA
012 A   | St Mary's Rd                          | LS61AA    | 12a          | st marys road | LS6 1AA
No. 7   | The Ave                               | L56 1AA   | 7            | the avenue   | L56 1AA
Flat 2  | Rose Ct                               | SW1A 1AA  | flat 2       | rose court   | SW1A 1AA
Apt. 2B | Rose Court                            | SW1A IAA  | flat 2b      | rose court   | SW1A 1AA
        | 12 High Street                        | 0X1 2AB   | 12           | high street  | OX1 2AB
        | 12, High Street, Leeds                | S01 7AA   | 12           | high street  | SO1 7AA
        | no fixed abode                        | ZZ99 3VZ  |              |              |
        | NFA                                   | LS6       |              |              |
12      | High Street                           | LS6 1     | 12           | high street  |
12      | High Street                           | unknown   | 12           | high street  |
12      | High Street                           | W1O 3A0   | 12           | high street  | W10 3AO
12-14   | Bredegade Øst                         | M1 1AE    | 12 14        | bredegade ost | M1 1AE
whole   | 12A High St., Leeds LS6 1AA           |           | 12a          | high street  | LS6 1AA
whole   | Flat 3, 12A High St, Leeds, ls61aa    |           | flat 3 12a   | high street  | LS6 1AA
whole   | Flat 3 12 High St, Leeds              | LS6 1AB   | flat 3 12    | high street  | LS6 1AB
whole   | Rose Cottage, 3 Mill Lane, Leeds      |           | 3            | mill lane    |
whole   | Rose Cottage, Mill Ln, Leeds          |           | rose cottage | mill lane    |
whole   | 12 high street leeds ls6 1aa          |           | 12           | high street  | LS6 1AA
whole   | Flat 2, Rose House, Mill Lane         |           | flat 2 rose house | mill lane |
whole   | Of no fixed abode, Leeds              |           |              |              |
"""


@pytest.mark.parametrize("row", cases(TABLE))
def test_places(row: Row) -> None:
    whole = row["house"] == "whole"
    fields = {"address": "a"} if whole else {"house": "h", "street": "a"}
    frame = pl.DataFrame({
        "id": ["1"], "h": [row["house"]], "a": [row["street or whole address"]],
        "p": [row["postcode"]],
    })  # fmt: skip
    found = standardise(feed({**fields, "postcode": "p"}), frame).rows.row(0, named=True)
    parts = {name: found[name] or "" for name in ("house", "street", "postcode")}
    assert parts == {name: row[f"{name} is"] for name in parts}
