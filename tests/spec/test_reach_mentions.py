"""Cells of a row that name another person stay only if that person surely said yes, and nobody who may
be meant said no. A record number (known), or given and family name with birth or address (named), mean
somebody surely; 5 points and a given name that is near or not written (alike) may mean them. A cell
lists who fits: answer, points, and what more is known.
"""

from __future__ import annotations

import pytest

from licet.permission.reach import Fit, Reach, mention_stays
from tests.spec.tables import Row, cases, words, yes

TITLE = "Which mentions of others stay"

TABLE = """
fits                                    | stays
--------------------------------------- | -----
                                        | no
yes 10 named alike                      | yes
yes 10 alike                            | no
yes 2 known                             | yes
no 10 named alike                       | no
yes 10 named alike, no 5 alike          | no
yes 10 named alike, no 4 alike          | yes
yes 10 named alike, no 9                | yes
yes 10 named alike, no 1 known          | no
yes 10 named alike, none 10 named alike | no
yes 10 named alike, none 8 alike        | yes
yes 2 known, none 2 known               | no
none 10 named alike                     | no
"""

EFFECT = {"yes": "granted", "no": "refused", "none": "none"}


def fit(text: str) -> Fit:
    """``yes 10 named alike`` as a fit."""
    effect, score, *more = text.split()
    named = "named" in more
    return Fit(EFFECT[effect], int(score), "known" in more, named=named, alike="alike" in more)


@pytest.mark.parametrize("row", cases(TABLE))
def test_mention_stays(row: Row) -> None:
    fits = [fit(text) for text in words(row["fits"])]
    assert mention_stays(fits, Reach()) is yes(row["stays"]) is mention_stays(fits[::-1], Reach())
