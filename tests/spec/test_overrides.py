"""An override, by a named role with a reason and an end date, published, lets one named item pass
that is absent, refused or not known: at floor "ask_first" and in force only between its dates. It
never lifts another item, a forbidden action, a removed group, a broken condition, the duty to ask
somebody, a use that people refused, or one that is suspended, has ended or waits for its review. The override here names trust in education; today is
1 June 2026.
"""

from __future__ import annotations

from datetime import date

import pytest

from licet.errors import BadInput
from licet.use import Override
from tests.factories import YESTERDAY, everywhere, reading, ruled, use
from tests.spec.tables import Row, cases

TITLE = "Overrides"

TABLE = """
education      | police   | besides                   | from       | until      | ruling       | floor
-------------- | -------- | ------------------------- | ---------- | ---------- | ------------ | ---------
absent         | granted  |                           | 2026-01-01 | 2026-12-31 | Permit       | ask_first
refused        | granted  |                           | 2026-01-01 | 2026-12-31 | Permit       | ask_first
too few        | granted  |                           | 2026-01-01 | 2026-12-31 | Permit       | ask_first
not measured   | granted  |                           | 2026-01-01 | 2026-12-31 | Permit       | ask_first
expired        | granted  |                           | 2026-01-01 | 2026-12-31 | Permit       | ask_first
unproven       | granted  |                           | 2026-01-01 | 2026-12-31 | Permit       | ask_first
granted        | granted  |                           | 2026-01-01 | 2026-12-31 | Permit       | objection
absent         | granted  |                           | 2026-06-01 | 2026-06-01 | Permit       | ask_first
absent         | granted  |                           | 2026-06-02 | 2026-12-31 | Refusal      |
absent         | granted  |                           | 2026-01-01 | 2026-05-31 | Refusal      |
too few        | granted  |                           | 2026-01-01 | 2026-05-31 | Undetermined |
granted        | absent   |                           | 2026-01-01 | 2026-12-31 | Refusal      |
absent         | refused  |                           | 2026-01-01 | 2026-12-31 | Refusal      |
absent         | too few  |                           | 2026-01-01 | 2026-12-31 | Undetermined |
absent         | granted  | action sanction           | 2026-01-01 | 2026-12-31 | Refusal      |
absent         | granted  | action enforcement        | 2026-01-01 | 2026-12-31 | Refusal      |
absent         | granted  | action immigration_action | 2026-01-01 | 2026-12-31 | Refusal      |
absent         | granted  | action debt_recovery      | 2026-01-01 | 2026-12-31 | Refusal      |
absent         | granted  | action automated_decision | 2026-01-01 | 2026-12-31 | Refusal      |
absent         | granted  | group removed             | 2026-01-01 | 2026-12-31 | Refusal      |
absent         | granted  | condition broken          | 2026-01-01 | 2026-12-31 | Refusal      |
absent         | granted  | nobody asked              | 2026-01-01 | 2026-12-31 | Refusal      |
absent         | granted  | use ended                 | 2026-01-01 | 2026-12-31 | Undetermined |
absent         | granted  | status refused            | 2026-01-01 | 2026-12-31 | Refusal      |
absent         | granted  | status suspended          | 2026-01-01 | 2026-12-31 | Undetermined |
absent         | granted  | status ended              | 2026-01-01 | 2026-12-31 | Undetermined |
absent         | granted  | review overdue            | 2026-01-01 | 2026-12-31 | Undetermined |
"""

BESIDES: dict[str, dict[str, object]] = {
    "": {},
    "group removed": {"removed_groups": ("lone",)},
    "condition broken": {"conditions": [{"parameter": "exclude_service", "value": "police"}]},
    "nobody asked": {"permission_model": "none_statutory"},
    "status refused": {"status": "refused"},
    "status suspended": {"status": "suspended"},
    "status ended": {"status": "ended"},
    "use ended": {"end": YESTERDAY},
    "review overdue": {"review_by": YESTERDAY},
}


def override(start: str, until: str, lifts: str = "trust:education") -> dict[str, object]:
    return {
        "lifts": lifts,
        "role": "Director",
        "reason": "a pilot",
        "published": "register",
        "start": date.fromisoformat(start),
        "until": date.fromisoformat(until),
    }


@pytest.mark.parametrize("row", cases(TABLE))
def test_overrides(row: Row) -> None:
    action = row["besides"].removeprefix("action ")
    besides = BESIDES.get(row["besides"], {"intended_action": action})
    declared = use(
        services=("education", "police"),
        overrides=[override(row["from"], row["until"])],
        **besides,
    )
    verdict = row["education"]
    cells = {"reason:offer_unasked": "granted", "trust:police": row["police"]}
    readings = []
    if verdict == "expired":
        older = everywhere({"trust:education": "granted"})
        readings = [reading(older, id="older", expires=YESTERDAY)]
    else:
        cells["trust:education"] = verdict
    ruling = ruled(declared, reading(everywhere(cells)), *readings)
    assert (ruling.kind, getattr(ruling, "floor", "")) == (row["ruling"], row["floor"])


def test_an_override_leaves_its_trace_on_every_cell_it_lifts() -> None:
    cells = everywhere({"reason:offer_unasked": "granted", "trust:education": "absent"})
    ruling = ruled(use(overrides=[override("2026-01-01", "2026-12-31")]), reading(cells))
    lifted = [f for f in ruling.decided if f.requirement == "trust:education"]
    note = "absent, lifted by Director until 2026-12-31: a pilot"
    assert [(f.verdict.value, f.note) for f in lifted] == [("unproven", note)] * 2
    assert {f.verdict.value for f in ruling.findings} == {"granted", "absent"}
    assert ruling.heading == "NO LICENCE: ASK EACH FAMILY"


@pytest.mark.parametrize("field", ["lifts", "role", "reason", "published", "start", "until"])
def test_an_override_without_any_of_its_parts_does_not_exist(field: str) -> None:
    whole = override("2026-01-01", "2026-12-31")
    assert Override(**whole).lifts == "trust:education"
    with pytest.raises(BadInput):
        Override(**{key: value for key, value in whole.items() if key != field})
    if isinstance(whole[field], str):
        with pytest.raises(BadInput):
            Override(**{**whole, field: ""})


@pytest.mark.parametrize("lifts", ["trust:polise", "police", "floor:ask_first", "demand:ask_first"])
def test_an_override_of_what_is_no_required_item_is_refused(lifts: str) -> None:
    with pytest.raises(BadInput):
        Override(**override("2026-01-01", "2026-12-31", lifts))
