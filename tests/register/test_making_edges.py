"""What an entry tells of a suspension and of conditions that its document declares."""

from __future__ import annotations

from datetime import UTC, date, datetime

from licet.conditions import made
from licet.log.leaves import Leaf
from licet.register.making import _conditions, _suspension
from tests.factories import use

AT = datetime(2026, 6, 1, 9, tzinfo=UTC)


def test_a_suspension_is_told_with_who_and_why() -> None:
    body = {
        "use": "early-help",
        "version": 1,
        "state": "suspended",
        "role": "Director",
        "reason": "Wrong links",
    }
    found = _suspension([(7, Leaf("suspension", AT, body))])
    assert found is not None
    assert (found.leaf, found.since, found.role) == (7, date(2026, 6, 1), "Director")
    assert _suspension([]) is None


def test_conditions_of_the_document_stand_beside_those_of_the_log() -> None:
    one = made("exclude_service", "police", agreed=date(2026, 5, 1))
    told = {"item": "3", "parameter": "exclude_service", "value": "housing", "day": "2026-05-02"}
    leaves = [Leaf("condition", AT, told), Leaf("condition_ended", AT, {"item": "3"})]
    logged, declared = _conditions(use(conditions=(one,)), leaves)
    assert (logged.value, logged.ended) == ("housing", True)
    assert (declared.value, declared.agreed) == ("police", date(2026, 5, 1))
