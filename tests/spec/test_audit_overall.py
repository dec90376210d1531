"""What the gates of a forecast audit come to together. Any FAIL decides; else anything not known; and
where there is nothing, nothing may be done. That a gate passes never makes up for one that does not.
"""

from __future__ import annotations

import pytest

from licet.audit.standing import NOT_PERMISSION, Standing, overall, worst
from tests.spec.tables import Row, cases, words

TITLE = "The verdict of a forecast audit"

TABLE = """
gates                    | says
------------------------ | ----
                         | No data: do not use.
PASS                     | The evidence supports a limited, reviewed pilot.
PASS, PASS               | The evidence supports a limited, reviewed pilot.
PASS, UNDETERMINED       | Not shown either way: do not use.
UNDETERMINED             | Not shown either way: do not use.
PASS, FAIL               | No evidence that it works well and fairly enough to be used.
UNDETERMINED, FAIL, PASS | No evidence that it works well and fairly enough to be used.
"""


@pytest.mark.parametrize("row", cases(TABLE))
def test_overall(row: Row) -> None:
    assert overall(Standing(word) for word in words(row["gates"])) == row["says"]


def test_a_pass_is_not_permission() -> None:
    assert NOT_PERMISSION.startswith("A pass is not permission")
    assert worst([]) is Standing.UNDETERMINED
