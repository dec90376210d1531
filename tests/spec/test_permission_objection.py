"""Under the floor "objection" a record may be used only if its person was told of this version of the
use, in a language that they read, 30 days before or more, and no no stands. A no counts here exactly as
under "ask first". A yes is not needed and does not replace the notice. Who is known to read no language
was told in none that they read. Asked for on 30 November 2026; 31 October is 30 days before.
"""

from __future__ import annotations

import pytest

from licet.permission import decide, standing
from tests.spec.tables import Row, cases
from tests.spec.test_permission_ages import details, question, recorded, said

TITLE = "Permission: told, and free to object"

TABLE = """
born       | reads  | said                                                            | outcome | reason
---------- | ------ | --------------------------------------------------------------- | ------- | -------------
1985-01-01 | en     |                                                                 | none    | not_told
1985-01-01 | en     | person told 2026-10-31                                          | granted | told
1985-01-01 | en     | person told 2026-11-01                                          | none    | notice_recent
1985-01-01 | en     | person told 2026-10-31; person told 2026-11-20                  | granted | told
1985-01-01 | en     | person told 2026-10-31 version 1                                | none    | not_told
1985-01-01 | en     | person told 2026-10-31 version 3                                | none    | not_told
1985-01-01 | en     | person told 2026-10-31 other use                                | none    | not_told
1985-01-01 | en     | person told 2026-10-31 (in cy)                                  | none    | notice_unread
1985-01-01 | cy, en | person told 2026-10-31 (in cy)                                  | granted | told
1985-01-01 |        | person told 2026-10-31                                          | none    | notice_unread
1985-01-01 | en     | person told 2026-10-01 (in cy); person told 2026-11-20          | none    | notice_recent
1985-01-01 | en     | person told 2026-10-31; authority voids 2026-11-01 #1           | none    | not_told
1985-01-01 | en     | person told 2026-10-31; person no 2026-11-29                    | refused | person_no
1985-01-01 | en     | person no 2026-01-01 everything; person told 2026-10-31         | refused | person_no
1985-01-01 | en     | person told 2026-10-31; person no 2026-11-29 (unverified)       | refused | person_no
1985-01-01 | en     | person told 2026-10-31; person no 2026-11-01; person yes 2026-11-02 | granted | told
1985-01-01 | en     | person yes 2026-10-01                                           | none    | not_told
1985-01-01 | en     | person told 2026-10-31; person later 2026-11-02                 | granted | told
2018-01-01 | en     | parent told 2026-10-31                                          | granted | told
2018-01-01 | en     | parent told 2026-10-31; father no 2026-11-29                    | refused | holder_no
2018-01-01 | en     | parent told 2026-10-31; father no 2026-11-01; parent yes 2026-11-02 | refused | holder_no
2012-01-01 | en     | parent told 2026-10-31; parent no 2026-11-01; child yes 2026-11-02 | granted | told
2012-01-01 | en     | parent told 2026-10-31; parent no 2026-11-03; child yes 2026-11-02 | refused | holder_no
unknown    | en     | parent told 2026-10-31                                          | granted | told
"""


@pytest.mark.parametrize("row", cases(TABLE))
def test_told_and_free_to_object(row: Row) -> None:
    what = standing(recorded(said(row["said"])), details(row["born"], row["reads"]))
    found = decide(what, question(floor="objection"))
    assert (found.outcome, found.reason.id) == (row["outcome"], row["reason"])


def test_the_notice_of_an_earlier_version_holds_unless_the_change_is_material() -> None:
    what = standing(recorded(said("person told 2026-10-31 version 1")), details("1985-01-01"))
    assert decide(what, question(floor="objection", material=1)).permitted
    assert not decide(what, question(floor="objection", material=2)).permitted
