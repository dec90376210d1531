"""The gate judges every reason and every service of a use in the whole sample ("all") and in every
affected group (here one, "lone"); the weakest verdict counts: granted, unproven, too few, not
measured, expired, absent, refused. Nothing is averaged: a majority cannot outvote an affected group,
and the terms it sets hold for everybody.
"""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from licet.gate import CONSEQUENCE, Permit
from licet.licence import RANK, Verdict
from tests.factories import YESTERDAY, reading, ruled, use
from tests.spec.tables import Row, cases, rows

TITLE = "Ruling"

TABLE = """
reason, all  | reason, lone | service, all | service, lone | ruling       | on screen                   | floor     | exit
------------ | ------------ | ------------ | ------------- | ------------ | --------------------------- | --------- | ----
granted      | granted      | granted      | granted       | Permit       | LICENSED                    | objection | 0
unproven     | granted      | granted      | granted       | Permit       | NO LICENCE: ASK EACH FAMILY | ask_first | 5
granted      | unproven     | granted      | granted       | Permit       | NO LICENCE: ASK EACH FAMILY | ask_first | 5
granted      | granted      | granted      | unproven      | Permit       | NO LICENCE: ASK EACH FAMILY | ask_first | 5
unproven     | unproven     | unproven     | unproven      | Permit       | NO LICENCE: ASK EACH FAMILY | ask_first | 5
granted      | granted      | granted      | too few       | Undetermined | NOT KNOWN                   |           | 4
granted      | granted      | granted      | under 10      | Undetermined | NOT KNOWN                   |           | 4
too few      | granted      | granted      | granted       | Undetermined | NOT KNOWN                   |           | 4
granted      | granted      | not measured | not measured  | Undetermined | NOT KNOWN                   |           | 4
granted      | not measured | granted      | granted       | Undetermined | NOT KNOWN                   |           | 4
unproven     | unproven     | unproven     | not measured  | Undetermined | NOT KNOWN                   |           | 4
expired      | expired      | granted      | granted       | Undetermined | NOT KNOWN                   |           | 4
granted      | granted      | expired      | expired       | Undetermined | NOT KNOWN                   |           | 4
granted      | granted      | granted      | absent        | Refusal      | NOT PERMITTED               |           | 3
granted      | granted      | absent       | granted       | Refusal      | NOT PERMITTED               |           | 3
granted      | granted      | granted      | refused       | Refusal      | NOT PERMITTED               |           | 3
refused      | granted      | granted      | granted       | Refusal      | NOT PERMITTED               |           | 3
granted      | absent       | granted      | granted       | Refusal      | NOT PERMITTED               |           | 3
too few      | not measured | unproven     | absent        | Refusal      | NOT PERMITTED               |           | 3
not measured | not measured | refused      | not measured  | Refusal      | NOT PERMITTED               |           | 3
"""


@pytest.mark.parametrize("row", cases(TABLE))
def test_ruling(row: Row) -> None:
    names = {"reason": "reason:offer_unasked", "service": "trust:education"}
    fresh, expired = {}, {}
    for column, requirement in names.items():
        for group in ("all", "lone"):
            verdict = row[f"{column}, {group}"]
            if verdict == "expired":
                expired[requirement, group] = "granted"
            else:
                fresh[requirement, group] = verdict
    readings = [reading(fresh, groups=["lone"])]
    if expired:
        readings.append(reading(expired, id="older", expires=YESTERDAY))
    ruling = ruled(use(), *readings)
    found = (ruling.kind, ruling.heading, str(ruling.status))
    assert found == (row["ruling"], row["on screen"], row["exit"])
    assert getattr(ruling, "floor", "") == row["floor"]


def test_every_verdict_has_a_rank_and_a_consequence() -> None:
    assert set(RANK) == set(CONSEQUENCE) == set(Verdict)
    assert len(set(RANK.values())) == len(Verdict)
    said = {row[c] for row in rows(TABLE) for c in row} - {"under 10"}
    assert {verdict.value for verdict in Verdict} <= said


def test_a_reference_group_is_shown_and_decides_nothing() -> None:
    cells = {("reason:offer_unasked", g): "granted" for g in ("all", "lone", "rich")}
    cells |= {("trust:education", "all"): "granted", ("trust:education", "lone"): "granted"}
    cells |= {("trust:education", "rich"): "refused"}
    ruling = ruled(use(), reading(cells, reference=["rich"]))
    assert ruling.heading == "LICENSED"
    shown = [f for f in ruling.findings if f.group == "rich" and f.requirement == "trust:education"]
    assert [(f.verdict, f.deciding) for f in shown] == [(Verdict.REFUSED, False)]
    named = ruled(use(affected_groups=("rich",)), reading(cells, reference=["rich"]))
    assert named.heading == "NOT PERMITTED"


def test_every_reason_names_its_requirement_and_group() -> None:
    cells = {("trust:education", "all"): "absent", ("trust:education", "lone"): "refused"}
    ruling = ruled(use(), reading(cells))
    assert [(r.rule, r.requirement, r.group) for r in ruling.reasons] == [
        ("absent_or_refused", "trust:education", "lone"),
        ("absent_or_refused", "trust:education", "all"),
        ("not_known", "reason:offer_unasked", "all"),
        ("not_known", "reason:offer_unasked", "lone"),
    ]
    assert ruling.blocked == ("trust:education",)  # type: ignore[attr-defined]


def test_a_use_needs_its_reasons_services_and_any_outside_operator() -> None:
    declared = use(services=("police", "education"), reasons=("find_abuse",))
    needs = ("reason:find_abuse", "trust:police", "trust:education")
    assert declared.requirements == needs
    company = {"name": "C Ltd", "sees_identifiable": True}
    assert use(processor="commercial").requirements[-1] == "processor:commercial"
    assert use(companies=[company]).requirements[-1] == "processor:commercial"
    blind = {"name": "C Ltd", "sees_identifiable": False}
    assert use(companies=[blind]).requirements == use().requirements
    partner = use(processor="public_partner")
    assert partner.requirements[-1] == "processor:public_partner"


@pytest.mark.parametrize("cell", ["", "granted", "unproven", "absent", "too few"])
def test_a_public_partner_without_an_item_counts_as_unproven(cell: str) -> None:
    cells = {(key, g): "granted" for key in use().requirements for g in ("all", "lone")}
    cells |= {("processor:public_partner", g): cell for g in ("all", "lone") if cell}
    ruling = ruled(use(processor="public_partner"), reading(cells))
    assert (
        ruling.heading
        == {
            "": "NO LICENCE: ASK EACH FAMILY",
            "granted": "LICENSED",
            "unproven": "NO LICENCE: ASK EACH FAMILY",
            "absent": "NOT PERMITTED",
            "too few": "NOT KNOWN",
        }[cell]
    )


def test_a_public_partner_with_an_item_must_be_measured_in_every_group() -> None:
    cells = {(key, g): "granted" for key in use().requirements for g in ("all", "lone")}
    cells["processor:public_partner", "all"] = "granted"
    assert ruled(use(processor="public_partner"), reading(cells)).heading == "NOT KNOWN"


def test_a_company_beside_a_public_partner_replaces_none_of_its_licence() -> None:
    cells = {(key, g): "granted" for key in use().requirements for g in ("all", "lone")}
    cells |= {("processor:public_partner", g): "absent" for g in ("all", "lone")}
    cells |= {("processor:commercial", g): "granted" for g in ("all", "lone")}
    company = {"name": "C Ltd", "sees_identifiable": True}
    partner = use(processor="public_partner")
    assert ruled(partner, reading(cells)).heading == "NOT PERMITTED"
    both = use(processor="public_partner", companies=[company])
    assert ruled(both, reading(cells)).heading == "NOT PERMITTED"


@pytest.mark.parametrize("kind", ["awareness", "concern", "demand"])
def test_licence_is_never_read_from_other_kinds_of_item(kind: str) -> None:
    subject = {"awareness": "stored", "concern": "inaccurate", "demand": "publish"}[kind]
    cells = {(f"{kind}:{subject}", g): "granted" for g in ("all", "lone")}
    ruling = ruled(use(), reading(cells))
    assert ruling.heading == "NOT KNOWN"
    assert not [f for f in ruling.findings if f.measure]


def test_a_permit_is_made_by_the_gate_only() -> None:
    cells = {(key, g): "granted" for key in use().requirements for g in ("all", "lone")}
    ruling = ruled(use(), reading(cells))
    assert isinstance(ruling, Permit)
    stated = {f.name: getattr(ruling, f.name) for f in fields(ruling) if f.name != "seal"}
    with pytest.raises(TypeError, match="only the gate makes a Permit"):
        Permit(**stated)
    with pytest.raises(TypeError, match="only the gate makes a Permit"):
        Permit(**stated, seal=object())


def test_a_permit_cannot_be_altered_into_another() -> None:
    cells = {(key, g): "unproven" for key in use().requirements for g in ("all", "lone")}
    ruling = ruled(use(), reading(cells))
    assert isinstance(ruling, Permit) and ruling.floor == "ask_first"
    with pytest.raises((TypeError, ValueError)):
        replace(ruling, floor="objection")
