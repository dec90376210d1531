"""A permit ends with the earliest of the evidence that decides, the use, its review and any override
it rests on; the last day named still counts. Evidence that has expired already, and was settled by
newer or lifted by an override, ends nothing: a permit never ends before today. Where two surveys
say the same, the one with the lower share decides. Today is 1 June 2026.
"""

from __future__ import annotations

from datetime import date

import pytest

from licet.gate import Permit
from tests.factories import TODAY, everywhere, figure, reading, ruled, use
from tests.spec.tables import Row, cases
from tests.spec.test_overrides import override

TITLE = "When a permit ends"

TABLE = """
first survey, until     | second survey, until | use until  | review     | condition  | override   | permit ends
----------------------- | -------------------- | ---------- | ---------- | ---------- | ---------- | -----------
80 % 2028-12-31         |                      | 2030-12-31 |            |            |            | 2028-12-31
80 % 2028-12-31         |                      | 2027-12-31 |            |            |            | 2027-12-31
80 % 2028-12-31         |                      | 2030-12-31 | 2027-06-01 |            |            | 2027-06-01
80 % 2028-12-31         |                      | 2030-12-31 | 2027-06-01 | 2026-09-01 |            | 2026-09-01
80 % 2028-12-31         |                      | 2030-12-31 |            | 2026-09-01 |            | 2026-09-01
80 % 2026-06-01         |                      | 2030-12-31 |            |            |            | 2026-06-01
80 % 2026-05-31         |                      | 2030-12-31 |            |            |            | none
80 % 2028-12-31         |                      | 2026-06-01 |            |            |            | 2026-06-01
80 % 2028-12-31         |                      | 2026-05-31 |            |            |            | none
80 % 2028-12-31         |                      | 2030-12-31 | 2026-05-31 |            |            | none
80 % 2028-12-31         | 75 % 2027-12-31      | 2030-12-31 |            |            |            | 2027-12-31
80 % 2027-12-31         | 75 % 2028-12-31      | 2030-12-31 |            |            |            | 2028-12-31
80 % 2028-12-31         | 75 % 2026-05-31      | 2030-12-31 |            |            |            | 2028-12-31
80 % 2028-12-31         | 20 % 2026-05-31      | 2030-12-31 |            |            |            | 2028-12-31
20 % 2028-12-31         |                      | 2030-12-31 |            |            | 2026-09-01 | 2026-09-01
20 % 2026-08-01         |                      | 2030-12-31 |            |            | 2026-09-01 | 2026-08-01
80 % 2028-12-31         |                      | 2030-12-31 |            |            | 2026-09-01 | 2028-12-31
80 % 2026-05-31         |                      | 2030-12-31 |            |            | 2026-09-01 | 2026-09-01
20 % 2026-05-31         |                      | 2030-12-31 |            |            | 2026-09-01 | 2026-09-01
"""


@pytest.mark.parametrize("row", cases(TABLE))
def test_permit_expiry(row: Row) -> None:
    reasons = everywhere({"reason:offer_unasked": "granted"})
    readings = [reading(reasons, id="reasons", expires=date(2035, 1, 1))]
    for place in ("first", "second"):
        if row[f"{place} survey, until"]:
            percent, _, until = row[f"{place} survey, until"].split()
            cells = [figure("trust:education", g, float(percent), 400) for g in ("all", "lone")]
            expires = date.fromisoformat(until)
            readings.append(reading(figures=cells, id=place, expires=expires))
    changes: dict[str, object] = {"end": date.fromisoformat(row["use until"])}
    if row["review"]:
        changes["review_by"] = date.fromisoformat(row["review"])
    if row["condition"]:
        value = date.fromisoformat(row["condition"])
        changes["conditions"] = [{"parameter": "review_by", "value": value}]
    if row["override"]:
        changes["overrides"] = [override("2026-01-01", row["override"])]
    ruling = ruled(use(**changes), *readings)
    assert str(getattr(ruling, "expires", "none")) == row["permit ends"]


def test_of_two_overrides_the_order_does_not_matter() -> None:
    cells = everywhere({"reason:offer_unasked": "granted", "trust:education": "absent"})
    two = [override("2026-01-01", "2026-09-01"), override("2026-01-01", "2026-12-31")]
    found = {
        str(getattr(ruled(use(overrides=order), reading(cells)), "expires", "none"))
        for order in (two, two[::-1])
    }
    assert len(found) == 1


def test_a_permit_holds_today() -> None:
    cells = everywhere({"reason:offer_unasked": "granted", "trust:education": "granted"})
    ruling = ruled(use(end=TODAY), reading(cells))
    assert isinstance(ruling, Permit) and ruling.expires == ruling.today == TODAY
