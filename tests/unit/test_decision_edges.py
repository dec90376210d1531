"""What the log makes of decisions and audits one after another."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from licet import decision
from licet.audit.standing import Standing
from licet.log.leaves import Leaf
from tests.factories import use

USE = use()
DAY = date(2026, 6, 1)


def audit(standing: str, **changes: Any) -> Leaf:
    body = {"use": USE.id, "version": 1, "standing": standing, "audit": "linkage", "day": str(DAY),
            "report": "0" * 64, "audited": "", "asked": "a", **changes}  # fmt: skip
    return Leaf("audit", datetime(2026, 6, 1, tzinfo=UTC), body)


def test_the_worst_of_several_subjects_counts_and_a_failure_until_the_same_is_passed() -> None:
    def stands(*leaves: Leaf) -> Standing | None:
        return decision.audits_of(leaves, USE)["linkage"].standing

    assert stands(audit("fail"), audit("pass", asked="b")) is Standing.FAIL, "an easier question"
    assert stands(audit("fail"), audit("undetermined")) is Standing.FAIL
    assert stands(audit("fail"), audit("pass")) is Standing.PASS
    for order in (("pass", "fail"), ("fail", "pass")):
        leaves = [audit(said, audited=str(place)) for place, said in enumerate(order)]
        assert stands(*leaves) is Standing.FAIL


def test_a_failure_of_an_earlier_version_that_is_passed_later_is_gone() -> None:
    """A pass of an earlier version says nothing of the version in force: only the failure is taken away."""
    later = use(version=3)
    passed = [audit("fail", version=1), audit("pass", version=2)]
    assert decision.audits_of(passed, later) == {}


def test_how_a_decision_binds_is_said_by_what_it_is() -> None:
    made = {"version": 1, "until": "2026-05-01", "decision": "do"}
    assert decision.how_it_binds(made, USE, DAY) == ""
    said = decision.how_it_binds(made | {"decision": "stop"}, use(version=2), DAY)
    assert said == ("It was made on version 1 and binds every version. Its last day was 2026-05-01; "
                    "it binds on. Only another decision lifts it.")  # fmt: skip


def test_what_an_audit_suspended_is_linked_again_only_to_be_audited() -> None:
    told = {
        "use": USE.id,
        "state": "suspended",
        "version": 1,
        "role": decision.BY_AUDIT,
        "reason": "R",
    }
    stopped = Leaf("suspension", datetime(2026, 6, 1, tzinfo=UTC), told)
    linkage, forecast = audit("fail"), audit("fail", audit="forecast")
    later = use(version=2)
    assert decision.blocked([linkage, stopped], USE, DAY)
    assert decision.blocked([linkage, stopped], later, DAY) is None
    assert decision.blocked([forecast, stopped], later, DAY)
