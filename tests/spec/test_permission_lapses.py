"""A yes lapses with a material change of the use, and at its own end; a no does neither. What does not
count is passed over: an older no then stands again, an older yes does not. An unverified yes, a yes
given on a notice in a language that is not read, a yes that the authority ended or declared void never
counts. "Material" is the earliest version whose answers still fit version 2; where it is empty, version
2 changed materially. Person of 41 years, on 30 November 2026; #1 names the first event.
"""

from __future__ import annotations

import pytest

from licet.permission import decide, standing
from tests.spec.tables import Row, cases
from tests.spec.test_permission_ages import details, question, recorded, said

TITLE = "Permission: when a yes ends"

TABLE = """
said                                                                                       | reads  | material | outcome | reason
------------------------------------------------------------------------------------------ | ------ | -------- | ------- | --------------
person yes 2026-10-01 version 1                                                            | en     |          | none    | lapsed_version
person yes 2026-10-01 version 1                                                            | en     | 1        | granted | person_yes
person yes 2026-10-01 version 2                                                            | en     | 1        | granted | person_yes
person yes 2026-10-01 version 3                                                            | en     | 1        | none    | lapsed_version
person no 2026-10-01 version 1                                                             | en     |          | refused | person_no
person no 2026-09-01 version 1; person yes 2026-10-01 version 1                            | en     |          | refused | person_no
person yes 2026-10-01 everything                                                           | en     |          | granted | person_yes
person yes 2026-10-01; person yes 2026-10-02 version 1                                     | en     |          | none    | lapsed_version

person yes 2026-10-01 (until 2026-11-30)                                                   | en     |          | granted | person_yes
person yes 2026-10-01 (until 2026-11-29)                                                   | en     |          | none    | expired
person no 2026-09-01; person yes 2026-10-01 (until 2026-11-29)                             | en     |          | refused | person_no
person yes 2026-09-01; person yes 2026-10-01 (until 2026-11-29)                            | en     |          | none    | expired
person yes 2026-11-30                                                                      | en     |          | granted | person_yes
person yes 2026-12-01                                                                      | en     |          | none    | not_yet
person no 2026-12-01                                                                       | en     |          | refused | person_no

person yes 2026-10-01 (unverified)                                                         | en     |          | none    | unverified
person no 2026-09-01; person yes 2026-10-01 (unverified)                                   | en     |          | refused | person_no
person no 2026-10-01 (unverified)                                                          | en     |          | refused | person_no
person yes 2026-09-01; person yes 2026-10-01 (unverified)                                  | en     |          | granted | person_yes

person yes 2026-10-01 (in en)                                                              | ur     |          | none    | notice_unread
person yes 2026-10-01 (in ur)                                                              | en, ur |          | granted | person_yes
person yes 2026-10-01 (in ur)                                                              |        |          | granted | person_yes
person no 2026-10-01 (in en)                                                               | ur     |          | refused | person_no

person yes 2026-10-01; authority ends 2026-10-02 #1                                        | en     |          | none    | ended
person no 2026-09-01; person yes 2026-10-01; authority ends 2026-10-02 #2                  | en     |          | refused | person_no
person yes 2026-10-01; authority voids 2026-10-02 #1                                       | en     |          | none    | void
person no 2026-10-01; authority voids 2026-10-02 #1                                        | en     |          | none    | unknown
person no 2026-09-01; person yes 2026-10-01; authority voids 2026-10-02 #2                 | en     |          | refused | person_no
person yes 2026-10-01; person withdraws 2026-10-02; authority voids 2026-10-03 #2          | en     |          | granted | person_yes
person yes 2026-10-01; person asked 2026-10-02                                             | en     |          | granted | person_yes
"""


@pytest.mark.parametrize("row", cases(TABLE))
def test_when_a_yes_ends(row: Row) -> None:
    for events in (recorded(said(row["said"])), recorded(said(row["said"]))[::-1]):
        what = standing(events, details("1985-01-01", row["reads"]))
        found = decide(what, question(material=int(row["material"] or 0)))
        assert (found.outcome, found.reason.id) == (row["outcome"], row["reason"])
