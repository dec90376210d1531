"""Of several answers of one voice about the same records the more specific beats the general: a named
use before a service, a category and a purpose, in this order. In the same scope the latest counts; of a
yes and a no at the same moment the no. A no to a use is a no to all of its versions. A withdrawal is a
no, and ends every yes within its scope, also the more specific. Putting the answer off ends a yes and
lifts no no. A no to a category of records is a no to the whole service where whole services are
asked for, and a yes to a category is then no yes. Person of 41 years; version 2 of the use is asked
for, on 30 November 2026.
"""

from __future__ import annotations

import pytest

from licet.permission import decide, standing
from tests.spec.tables import Row, cases
from tests.spec.test_permission_ages import details, question, recorded, said

TITLE = "Permission: which answer counts"

TABLE = """
said                                                                                    | outcome | reason
--------------------------------------------------------------------------------------- | ------- | ----------
person yes 2026-10-01 everything                                                        | granted | person_yes
person yes 2026-10-01 purpose                                                           | granted | person_yes
person yes 2026-10-01 service                                                           | granted | person_yes
person yes 2026-10-01 other use                                                         | none    | unknown
person yes 2026-10-01 other service                                                     | none    | unknown
person yes 2026-10-01 other purpose                                                     | none    | unknown
person no 2026-10-01 other service                                                      | none    | unknown
person no 2026-10-01 everything                                                         | refused | person_no

person no 2026-10-01 everything; person yes 2026-10-02 version 2                        | granted | person_yes
person yes 2026-10-01 version 2; person no 2026-10-02 everything                        | granted | person_yes
person yes 2026-10-01 everything; person no 2026-10-02 use                              | refused | person_no
person no 2026-10-01 use; person yes 2026-10-02 everything                              | refused | person_no
person no 2026-10-01 use; person yes 2026-10-02 service                                 | refused | person_no
person no 2026-10-01 service; person yes 2026-10-02 purpose                             | refused | person_no
person yes 2026-10-01 service; person no 2026-10-02 purpose                             | granted | person_yes
person yes 2026-10-01 version 2; person no 2026-09-01 use service                       | refused | person_no
person no 2026-10-01 use; person yes 2026-10-02 version 2 service                       | granted | person_yes

person yes 2026-10-01; person no 2026-10-02                                             | refused | person_no
person no 2026-10-01; person yes 2026-10-02                                             | granted | person_yes
person no 2026-10-01; person yes 2026-10-01                                             | refused | person_no
person no 2026-10-01 version 1; person yes 2026-10-02                                   | granted | person_yes
person yes 2026-10-01; person no 2026-10-02 version 1                                   | refused | person_no

person yes 2026-10-01; person withdraws 2026-10-02 everything                           | refused | person_no
person yes 2026-10-01; person withdraws 2026-10-02 use                                  | refused | person_no
person yes 2026-10-01 version 2 service; person withdraws 2026-10-02 service            | refused | person_no
person yes 2026-10-01 version 2 service; person withdraws 2026-10-02 service; person yes 2026-10-03 | granted | person_yes
person yes 2026-10-01; person yes 2026-10-01 other use; person withdraws 2026-10-02 other use | granted | person_yes
person yes 2026-10-01 everything; person withdraws 2026-10-02 everything; person yes 2026-10-03 purpose | granted | person_yes
person yes 2026-10-01; person withdraws 2026-10-01 everything                           | refused | person_no
person yes 2026-09-01; person withdraws 2026-10-01 everything; person yes 2026-10-01    | refused | person_no
person yes 2026-09-01; person later 2026-10-01 everything; person yes 2026-10-01        | none    | deferred

person yes 2026-10-01; person later 2026-10-02                                          | none    | deferred
person yes 2026-10-01; person later 2026-10-02 everything                               | none    | deferred
person no 2026-10-01; person later 2026-10-02                                           | refused | person_no
person yes 2026-10-01 everything; person later 2026-10-02                               | granted | person_yes

person no 2026-10-01 category                                                           | refused | person_no
person yes 2026-10-01; person no 2026-09-01 service category                            | granted | person_yes
person yes 2026-10-01 everything; person no 2026-09-01 service category                 | refused | person_no
person yes 2026-10-01 category                                                          | none    | unknown
person yes 2026-10-01 service category                                                  | none    | unknown
"""


@pytest.mark.parametrize("row", cases(TABLE))
def test_which_answer_counts(row: Row) -> None:
    for events in (recorded(said(row["said"])), recorded(said(row["said"]))[::-1]):
        found = decide(standing(events, details("1985-01-01")), question())
        assert (found.outcome, found.reason.id) == (row["outcome"], row["reason"])


def test_a_use_that_asks_by_category_is_answered_by_category() -> None:
    what = standing(
        recorded(said("person yes 2026-10-01 everything; person no 2026-10-02 service category")),
        details("1985-01-01"),
    )
    assert not decide(what, question(category="attendance")).permitted
    assert decide(what, question(category="exclusions")).permitted
    yes = standing(recorded(said("person yes 2026-10-01 category")), details("1985-01-01"))
    assert decide(yes, question(category="attendance")).permitted
    assert not decide(yes, question(category="exclusions")).permitted
