"""What reviewers come to who do not see each other's answers, in the order of saying. "asked" says whether
one more reviewer, who has not said yet, is asked about the pair.
"""

from __future__ import annotations

import pytest

from licet.linkage.reviewing import asks, outcome
from tests.spec.tables import Row, cases

TITLE = "Pairs before two reviewers"

TABLE = """
said                      | comes to  | asked
------------------------- | --------- | -----
                          | waiting   | yes
same                      | waiting   | yes
same, same                | same      | no
different, different      | different | no
unsure, unsure            | unsure    | no
same, different           | waiting   | yes
same, unsure              | waiting   | yes
same, different, same     | same      | no
same, different, different | different | no
same, different, unsure   | unsure    | no
"""


@pytest.mark.parametrize("row", cases(TABLE))
def test_reviewing(row: Row) -> None:
    said = [one.strip() for one in row["said"].split(",") if one.strip()]
    assert outcome(said) == row["comes to"]  # type: ignore[arg-type]
    by = [(f"reviewer {number}", one) for number, one in enumerate(said)]
    assert asks(by, "another") == (row["asked"] == "yes")  # type: ignore[arg-type]
    assert not any(asks(by, who) for who, _ in by)  # type: ignore[arg-type]
