"""Evidence counts if its population covers the use's, and if service, reason, purpose and setting
are the same. Wider evidence counts but is marked "not local". An item may state a purpose of its
own. Evidence that does not count neither licenses nor refuses. The use here is about parents of
children aged 0 to 15 in UK/England/Leeds, for early intervention, operational.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from licet.evidence import Population
from licet.findings import misfits
from tests.factories import LICENSED, TODAY, everywhere, evidence, item, reading, ruled, use
from tests.spec.tables import Row, cases

TITLE = "Which evidence counts"

TABLE = """
people       | area                 | ages  | purpose            | item's purpose     | setting     | counts | local
------------ | -------------------- | ----- | ------------------ | ------------------ | ----------- | ------ | -----
parents      | UK/England/Leeds     | 0-15  | early_intervention |                    | operational | yes    | yes
parents      | uk/england/leeds     | 0-15  | early_intervention |                    | operational | yes    | yes
parents      | UK/England           | 0-15  | early_intervention |                    | operational | yes    | no
parents      | UK                   | 0-15  | early_intervention |                    | operational | yes    | no
parents      | UK/England/Leeds     |       | early_intervention |                    | operational | yes    | yes
parents      | UK/England/Leeds     | 0-18  | early_intervention |                    | operational | yes    | yes
parents      | UK/England/Leeds     | 0-10  | early_intervention |                    | operational | no     | no
parents      | UK/England/Leeds     | 5-18  | early_intervention |                    | operational | no     | no
parents      | UK/England/York      | 0-15  | early_intervention |                    | operational | no     | no
parents      | UK/England/Leeds/LS1 | 0-15  | early_intervention |                    | operational | no     | no
parents      | UK/Eng               | 0-15  | early_intervention |                    | operational | no     | no
adults       | UK/England/Leeds     |       | early_intervention |                    | operational | no     | no
young_people | UK/England/Leeds     |       | early_intervention |                    | operational | no     | no
parents      | UK/England/Leeds     | 0-15  | evaluation         |                    | operational | no     | yes
parents      | UK/England/Leeds     | 0-15  | early_intervention |                    | research    | no     | yes
parents      | UK/England/Leeds     | 0-15  | early_intervention | evaluation         | operational | no     | yes
parents      | UK/England/Leeds     | 0-15  | evaluation         | early_intervention | operational | yes    | yes
"""

OURS = Population(people="parents", area="UK/England/Leeds", child_ages=(0, 15))


def _asked(row: Row) -> Population:
    ages = tuple(int(age) for age in row["ages"].split("-")) if row["ages"] else None
    return Population(people=row["people"], area=row["area"], child_ages=ages)


@pytest.mark.parametrize("row", cases(TABLE))
def test_matching(row: Row) -> None:
    where = {
        "population": _asked(row),
        "purpose": row["purpose"],
        "setting": row["setting"],
        "items": [item(key, purpose=row["item's purpose"] or None) for key in use().requirements],
    }
    declared = use(population=OURS)
    asked = evidence(LICENSED, **where)
    counts = not misfits(declared, asked, asked.items[0])
    assert (counts, asked.population.is_local_to(OURS)) == (
        row["counts"] == "yes",
        row["local"] == "yes",
    )
    ruling = ruled(declared, reading(LICENSED, **where))
    assert ruling.heading == ("LICENSED" if counts else "NOT KNOWN")
    assert {f.local for f in ruling.findings if f.measure} <= {row["local"] == "yes"}


def test_a_use_about_children_of_all_ages_needs_evidence_about_all_ages() -> None:
    everybody = Population(people="parents", area="UK")
    assert not OURS.covers(everybody) and everybody.covers(OURS)


@pytest.mark.parametrize("way", ["evidence", "item"])
def test_groups_of_an_item_that_counts_decide_wherever_its_purpose_is_stated(way: str) -> None:
    cells = everywhere({"reason:offer_unasked": "granted", "trust:education": "granted"}, ())
    cells |= everywhere({"reason:offer_unasked": "granted", "trust:education": "refused"})
    cells[("trust:education", "all")] = "granted"
    items = [item(key, purpose="early_intervention") for key in use().requirements]
    purpose = "early_intervention" if way == "evidence" else "evaluation"
    ruling = ruled(use(), reading(cells, items=items, purpose=purpose))
    assert ruling.heading == "NOT PERMITTED"


@pytest.mark.parametrize(
    ("changes", "heading"),
    [
        ({}, "LICENSED"),
        ({"end": TODAY}, "LICENSED"),
        ({"end": TODAY + timedelta(1)}, "NOT KNOWN"),
        ({"draft": True}, "NOT KNOWN"),
        ({"example_only": True}, "LICENSED"),
    ],
)
def test_fieldwork_that_is_not_over_and_a_draft_count_for_nothing(
    changes: dict[str, object], heading: str
) -> None:
    assert ruled(use(), reading(LICENSED, **changes)).heading == heading


def test_evidence_that_does_not_count_refuses_nothing() -> None:
    refused = everywhere({"trust:education": "refused"}, ["other"])
    elsewhere = reading(refused, id="elsewhere", population=Population(people="adults", area="UK"))
    assert ruled(use(), reading(LICENSED), elsewhere).heading == "LICENSED"
