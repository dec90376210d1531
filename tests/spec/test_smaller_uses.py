"""Where a use does not pass, the largest smaller uses that would are offered: with fewer services,
without a company, with fewer kinds of analytics. Never with fewer groups or reasons, another
collapse, baseline or evidence; and no use of one service in place of one that joined several. Each
is a new version, ruled afresh. "Offered" lists services and floor of each; the use is run by a
company where a verdict on it is given.
"""

from __future__ import annotations

import pytest

from licet.assessment import smaller_uses
from licet.findings import Terms
from tests.factories import everywhere, reading, ruled, use
from tests.spec.tables import Row, cases, pairs, words

TITLE = "Smaller uses"

TABLE = """
services                                                       | company  | reason   | besides            | offered
-------------------------------------------------------------- | -------- | -------- | ------------------ | -------
education granted, early_years granted, police absent          |          | granted  |                    | education + early_years: objection
education granted, early_years unproven, police absent         |          | granted  |                    | education + early_years: ask_first
education granted, early_years granted, health unproven, police absent |  | granted  |                    | education + early_years + health: ask_first; education + early_years: objection
education granted, early_years granted, health not measured    |          | granted  |                    | education + early_years: objection
education granted, early_years granted, health too few         |          | unproven |                    | education + early_years: ask_first
education granted, police absent                               |          | granted  |                    |
education absent                                               |          | granted  |                    |
education granted, early_years granted, police absent          |          | absent   |                    |
education granted, early_years granted, police absent          |          | too few  |                    |
education granted, early_years granted                         | refused  | granted  |                    | education + early_years in_house: objection
education granted, early_years granted, police absent          | refused  | granted  |                    | education + early_years in_house: objection
education granted, early_years granted, police absent          | granted  | granted  |                    | education + early_years: objection
education granted, early_years granted, police absent          | unproven | granted  |                    | education + early_years: ask_first; education + early_years in_house: objection
education granted, early_years granted, police granted         |          | granted  | without police     | education + early_years: objection
education granted, early_years granted                         |          | granted  | without linking    | education + early_years, matching: objection
education granted, early_years granted                         | granted  | granted  | no company         | education + early_years in_house: objection
education granted, early_years granted, police absent          |          | granted  | action enforcement |
education granted, early_years granted, police absent          |          | granted  | group removed      |
"""

BESIDES: dict[str, dict[str, object]] = {
    "": {},
    "without police": {"conditions": [{"parameter": "exclude_service", "value": "police"}]},
    "without linking": {"conditions": [{"parameter": "exclude_analytics", "value": "linking"}]},
    "no company": {"conditions": [{"parameter": "no_company", "value": True}]},
    "action enforcement": {"intended_action": "enforcement"},
    "group removed": {"removed_groups": ("lone",)},
}


@pytest.mark.parametrize("row", cases(TABLE))
def test_smaller_uses(row: Row) -> None:
    services = pairs(row["services"])
    cells = {f"trust:{service}": verdict for service, verdict in services.items()}
    cells["reason:offer_unasked"] = row["reason"]
    changes: dict[str, object] = dict(BESIDES[row["besides"]])
    if row["company"]:
        cells["processor:commercial"] = row["company"]
        changes["processor"] = "commercial"
    declared = use(services=tuple(services), **changes)
    readings = [reading(everywhere(cells))]
    ruling = ruled(declared, *readings)
    found = []
    for small in smaller_uses(declared, ruling, readings, Terms()):
        text = " + ".join(small.use.services)
        text += " in_house" if small.use.operator != declared.operator else ""
        if small.use.analytics != declared.analytics:
            text += ", " + ", ".join(small.use.analytics)
        found.append(f"{text}: {small.ruling.floor}")
        assert small.use.version == declared.version + 1
        assert small.use.reasons == declared.reasons
        assert small.ruling.use_hash == small.use.hash() != declared.hash()
    assert "; ".join(found) == row["offered"]


def test_what_is_left_out_is_named() -> None:
    cells = {"reason:offer_unasked": "granted", "trust:police": "absent"}
    cells |= {f"trust:{service}": "granted" for service in words("education, early_years")}
    cells |= {"processor:commercial": "refused"}
    company = {"name": "C Ltd", "sees_identifiable": True}
    declared = use(services=("education", "early_years", "police"), companies=[company])
    readings = [reading(everywhere(cells))]
    (small,) = smaller_uses(declared, ruled(declared, *readings), readings, Terms())
    assert small.left_out == ("police", "company")
    assert small.use.companies == () and small.use.operator == "in_house"


def test_asking_families_is_a_smaller_use_than_asking_nobody() -> None:
    cells = {"reason:offer_unasked": "granted", "trust:education": "granted"}
    declared = use(permission_model="none_statutory")
    readings = [reading(everywhere(cells))]
    (small,) = smaller_uses(declared, ruled(declared, *readings), readings, Terms())
    assert small.use.permission_model == "ask_first"
