"""What a ruling says of itself, beside its kind and floor: those are in the tables of tests/spec."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from licet.findings import Terms
from licet.gate import CONSEQUENCE, Permit, Undetermined
from licet.licence import Verdict
from tests.factories import (
    LICENSED,
    SAYS,
    TODAY,
    YESTERDAY,
    everywhere,
    figure,
    level,
    reading,
    ruled,
    use,
)
from tests.spec.test_overrides import override

REASON = {"reason:offer_unasked": "granted"}


@pytest.mark.parametrize(
    ("verdicts", "changes", "could"),
    [
        ("absent", {}, True),
        ("not measured", {}, True),
        ("granted", {"end": YESTERDAY}, True),
        ("granted", {"review_by": YESTERDAY}, True),
        ("granted", {"status": "suspended"}, False),
        ("granted", {"intended_action": "sanction"}, False),
        ("absent", {"intended_action": "sanction"}, False),
    ],
)
def test_interviews_settle_nothing_where_the_use_itself_is_forbidden(
    verdicts: str, changes: Mapping[str, Any], could: bool
) -> None:
    cells = everywhere({**REASON, "trust:education": verdicts})
    assert ruled(use(**changes), reading(cells)).evidence_could_settle is could


@pytest.mark.parametrize("said", SAYS)
def test_what_follows_is_what_the_gate_does(said: str) -> None:
    words = {"unproven above": "unproven", "unproven below": "unproven", "on the line": "unproven"}
    verdict = Verdict(words.get(said, "too few" if said == "under 10" else said))
    ruling = ruled(use(), reading(everywhere({**REASON, "trust:education": said})))
    kind = ruling.kind if level(ruling) == 0 else {1: "ask", 2: "tell"}[level(ruling)]
    assert {
        "out": "Refusal",
        "measure first": "Undetermined",
        "ask each family": "ask",
        "tell, may object": "tell",
    }[CONSEQUENCE[verdict]] == kind


def test_expired_evidence_is_measured_again() -> None:
    ruling = ruled(use(), reading(LICENSED, expires=YESTERDAY))
    assert isinstance(ruling, Undetermined)
    assert {f.verdict for f in ruling.decided} == {Verdict.EXPIRED}
    assert CONSEQUENCE[Verdict.EXPIRED] == "measure again"


def test_evidence_counts_from_the_last_day_of_its_fieldwork() -> None:
    fresh = reading(LICENSED, end=TODAY)
    assert ruled(use(), fresh).kind == "Permit"
    assert ruled(use(), fresh, today=YESTERDAY).kind == "Undetermined"


def test_what_is_not_known_is_named_and_what_was_measured_too() -> None:
    ruling = ruled(use(), reading(everywhere(REASON)))
    assert isinstance(ruling, Undetermined)
    assert ruling.unknown == ("trust:education",)
    assert ruling.evidence == ("survey",)


def test_a_permit_names_who_runs_the_linkage() -> None:
    declared = use(processor="public_partner")
    cells = everywhere(dict.fromkeys(declared.requirements, "granted"))
    ruling = ruled(declared, reading(cells))
    assert isinstance(ruling, Permit)
    assert (ruling.processor, ruling.services) == ("public_partner", ("education",))


def test_the_order_of_overrides_changes_no_word() -> None:
    lifting = override("2026-01-01", "2026-09-01")
    two = [{**lifting, "role": role, "reason": f"as {role} says"} for role in ("Mayor", "Director")]
    cells = everywhere({**REASON, "trust:education": "absent"})
    one, other = (ruled(use(overrides=order), reading(cells)) for order in (two, two[::-1]))
    assert one.reasons == other.reasons
    assert one.reasons[0].text == (
        "Education: unproven in 'all'. "
        "Absent, lifted by Director until 2026-09-01: as Director says."
    )


def test_a_use_that_ended_says_when() -> None:
    early = ruled(use(end=YESTERDAY), reading(LICENSED))
    assert [r.text for r in early.reasons] == ["The use ended on 2026-05-31."]
    stopped = ruled(use(status="ended"), reading(LICENSED))
    assert [r.text for r in stopped.reasons] == ["The use ended on 2026-06-01."]


def test_an_overdue_review_says_who_asked_for_it() -> None:
    own = ruled(use(review_by=YESTERDAY), reading(LICENSED))
    assert [r.text for r in own.reasons] == ["The use was to be reviewed by 2026-05-31."]
    later, first = date(2026, 12, 31), date(2026, 9, 1)
    for days in ([later, first], [first, later]):
        agreed = [{"parameter": "review_by", "value": day} for day in days]
        ruling = ruled(use(conditions=agreed), reading(LICENSED))
        assert isinstance(ruling, Permit) and ruling.expires == first


def test_the_group_that_misses_the_line_by_most_is_named_first() -> None:
    missing = {"all": 45.0, "black": 20.0, "lone": 30.0}
    figures = [figure("trust:education", group, share, 900) for group, share in missing.items()]
    groups = ("black", "lone")
    ruling = ruled(use(), reading(everywhere(REASON, groups), figures=figures, groups=groups))
    assert [r.group for r in ruling.reasons] == ["black", "lone", "all"]
    assert ruling.reasons[0].text == "Education: absent in 'black'."


def test_only_who_asks_for_the_floor_in_force_is_named() -> None:
    weaker = [{"parameter": "floor", "value": "objection"}]
    ruling = ruled(use(conditions=weaker), reading(LICENSED), terms=Terms(floor="ask_first"))
    assert isinstance(ruling, Permit)
    assert ruling.floor_reasons == ("the workspace requires it",)
