"""A feed with tables, and rules over it, for the tests of this folder."""

from __future__ import annotations

from datetime import date
from typing import Any

from licet.feeds.contract import Feed
from licet.identify.criteria import Rule

ABSENCES: dict[str, Any] = {
    "location": {"kind": "csv", "path": "absences.csv"},
    "record": "pupil",
    "happened": "day",
    "recorded": "entered",
    "values": {
        "sessions": {"column": "missed", "kind": "number", "meaning": "Sessions missed"},
        "excused": {"column": "ok", "kind": "yes_no", "meaning": "Whether the school was told why"},
        "reason": {
            "column": "why",
            "kind": "word",
            "words": ["ill", "holiday", "other"],
            "meaning": "Why",
        },
        "due": {"column": "back", "kind": "date", "meaning": "Expected back"},
        "late": {"column": "late", "kind": "number", "meaning": "Sessions begun late"},
    },
}
FEED: dict[str, Any] = {
    "id": "education",
    "service": "education",
    "title": "School roll",
    "extract": date(2026, 9, 1),
    "one_record_per_person": True,
    "location": {"kind": "csv", "path": "roll.csv"},
    "fields": {"record": "id", "given": "first", "family": "last", "birth": "dob", "seen_from": "since"},
    "mentions": [{"role": "guardian", "name": "parent1"}],
    "audit_only": {"ethnicity": "eth"},
    "tables": {"absences": ABSENCES},
}  # fmt: skip
CRITERION: dict[str, Any] = {
    "id": "away",
    "meaning": "Often away from school",
    "feed": "education",
    "table": "absences",
    "where": "not excused",
    "window": "180 days",
    "at_least": 2,
}
RULE: dict[str, Any] = {
    "id": "early-help",
    "title": "Who may be offered early help",
    "use": "early-help",
    "level": "household",
    "kind": "criteria",
    "criteria": [CRITERION],
}


def feed(**changes: Any) -> Feed:
    return Feed(**(FEED | changes))


def with_table(**changes: Any) -> Feed:
    """The feed with a table changed."""
    return feed(tables={"absences": ABSENCES | changes})


def with_value(name: str, **value: Any) -> Feed:
    """The feed with one value more."""
    added = {"column": "x", "kind": "number", "meaning": "m"} | value
    return with_table(values=ABSENCES["values"] | {name: added})


def rule(*criteria: dict[str, Any], **changes: Any) -> Rule:
    """The rule with these criteria, each a change of the usual one."""
    named = [CRITERION | {"id": f"c{n}"} | one for n, one in enumerate(criteria, start=1)]
    return Rule(**(RULE | ({"criteria": named} if named else {}) | changes))
