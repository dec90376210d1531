"""Whether a row is linked is decided by everybody in the ledger who may fit it. Each fit has points: who
has 5 or more may be meant; who has 9 or more, with the same given name and the same birth or number
(certain), surely is; a record number that is written down for a person (known) means them, unless the
details clash with theirs by 4 points or more. A no of anybody who may be meant keeps the row out. Only
one thing goes before it: a record number known to be that of somebody who said yes, whose details fit
surely and better than those of whoever said no. A yes counts if it surely means the row, and nobody who
has not answered is meant as surely. A cell lists who fits: answer, points, and what more is known.
"""

from __future__ import annotations

import pytest

from licet.errors import BadInput
from licet.permission.reach import ROW_REASONS, Fit, Reach, row_reason
from tests.spec.tables import Row, cases, words

TITLE = "Which rows a permission reaches"

TABLE = """
fits                                     | reason
---------------------------------------- | ----------------
                                         | not_known
yes 4                                    | not_known
no 4                                     | not_known
yes 13 certain                           | permitted
yes 9 certain                            | permitted
yes 8 certain                            | not_sure
yes 13                                   | not_sure
yes 5                                    | not_sure
yes 3 known                              | permitted
yes -3 known                             | permitted
yes -4 known                             | not_sure

no 13 certain                            | said_no
no 5                                     | may_have_said_no
no 8 certain                             | may_have_said_no
no 3 known                               | said_no
no -4 known                              | may_have_said_no
yes 13 certain, no 5                     | may_have_said_no
yes 13 certain, no 4                     | permitted
yes 13 certain, no 13 certain            | said_no
yes 13 certain, no 2 known               | said_no
yes 9 known, no 8                        | permitted
yes 9 known, no 9                        | may_have_said_no
yes 8 known, no 5                        | may_have_said_no
yes 20 known, no 1 known                 | said_no
yes 20 known, no 13 certain              | permitted
yes 20 known, no 20 certain              | said_no

none 13 certain                          | no_answer
none 5                                   | no_answer
none 4                                   | not_known
none 1 known                             | no_answer
yes 13 certain, none 5                   | permitted
yes 13 certain, none 12 certain          | permitted
yes 13 certain, none 13 certain          | not_sure
yes 13 certain, none 1 known             | not_sure
yes 3 known, none 20 certain             | permitted
yes 3 known, none 3 known                | not_sure
yes 6, none 13 certain                   | not_sure
none 13 certain, no 5                    | may_have_said_no
"""

EFFECT = {"yes": "granted", "no": "refused", "none": "none"}


def fit(text: str) -> Fit:
    """``yes 13 certain`` as a fit."""
    effect, score, *more = text.split()
    return Fit(EFFECT[effect], int(score), "known" in more, "certain" in more)


@pytest.mark.parametrize("row", cases(TABLE))
def test_row_reason(row: Row) -> None:
    fits = [fit(text) for text in words(row["fits"])]
    assert row_reason(fits, Reach()) == row["reason"] == row_reason(fits[::-1], Reach())
    assert row["reason"] in ROW_REASONS


@pytest.mark.parametrize(("sure", "may"), [(8, 5), (31, 5), (9, 6), (9, 0)])
def test_a_workspace_may_only_be_stricter(sure: int, may: int) -> None:
    with pytest.raises(BadInput, match="would reach rows from"):
        Reach(sure, may)


def test_stricter_settings_let_fewer_in() -> None:
    assert row_reason([fit("yes 13 certain")], Reach(14, 5)) == "not_sure"
    assert row_reason([fit("yes 13 certain"), fit("no 3")], Reach(9, 3)) == "may_have_said_no"
