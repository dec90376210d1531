"""Under 13 any one holder of responsibility may say yes, and any one may say no. From 13 to 15 it
takes the child and a holder; the child's no is final, and a holder's no stands until the child decides.
From 16 the person decides alone. A yes of before the 13th or 16th birthday holds for 90 days more,
then lapses; a no does not. Nobody needs a second signature. An authority that looks after a child
needs somebody independent beside it. A deputy counts as the person. Without a date of birth no yes
counts. All answers are to one use, asked for on 30 November 2026.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest

from licet.permission import Details, Event, NewEvent, Question, Scope, decide, standing
from licet.permission.events import FIRST
from tests.spec.tables import Row, cases

TITLE = "Permission: who decides"

TABLE = """
born       | said                                                               | outcome | reason
---------- | ------------------------------------------------------------------ | ------- | ---------------
2018-01-01 |                                                                    | none    | unknown
2018-01-01 | parent asked 2026-10-01                                            | none    | requested
2018-01-01 | parent yes 2026-10-01                                              | granted | holder_yes
2018-01-01 | guardian yes 2026-10-01                                            | granted | holder_yes
2018-01-01 | parent no 2026-10-01                                               | refused | holder_no
2018-01-01 | parent yes 2026-10-01; father no 2026-09-01                        | refused | holder_no
2018-01-01 | parent yes 2026-10-01; father no 2026-11-01                        | refused | holder_no
2018-01-01 | parent yes 2026-10-01; father yes 2026-11-01                       | granted | holder_yes
2018-01-01 | father no 2026-09-01; father yes 2026-10-01                        | granted | holder_yes
2018-01-01 | parent yes 2026-10-01; father no 2026-11-01 (unverified)           | refused | holder_no
2018-01-01 | parent yes 2026-10-01 (unverified)                                 | none    | unverified
2018-01-01 | child yes 2026-10-01                                               | none    | too_young
2018-01-01 | parent yes 2026-10-01; child no 2026-09-01                         | refused | person_no
2018-01-01 | authority yes 2026-10-01                                           | none    | not_independent
2018-01-01 | authority yes 2026-10-01 (independent)                             | granted | holder_yes
2018-01-01 | authority yes 2026-10-01 (independent); parent no 2026-09-01       | refused | holder_no
2018-01-01 | authority yes 2026-10-01; parent yes 2026-10-02                    | granted | holder_yes
2018-01-01 | authority no 2026-10-01                                            | refused | holder_no
unknown    | parent yes 2026-10-01                                              | none    | age_unknown
unknown    | child yes 2026-10-01; parent yes 2026-10-01                        | none    | age_unknown
unknown    | parent no 2026-10-01                                               | refused | holder_no

2012-01-01 | parent yes 2026-10-01                                              | none    | person_not_said
2012-01-01 | child yes 2026-10-01                                               | none    | holder_not_said
2012-01-01 | child yes 2026-10-01; parent yes 2026-10-01                        | granted | both_yes
2012-01-01 | child no 2026-10-01; parent yes 2026-11-01                         | refused | person_no
2012-01-01 | child yes 2026-10-01; parent no 2026-09-01                         | none    | holder_not_said
2012-01-01 | child yes 2026-10-01; parent no 2026-11-01                         | refused | holder_no
2012-01-01 | child yes 2026-10-01; parent no 2026-10-01                         | refused | holder_no
2012-01-01 | child yes 2026-10-01; parent yes 2026-09-01; father no 2026-09-02  | granted | both_yes
2012-01-01 | child yes 2026-10-01; parent yes 2026-09-01; father no 2026-11-02  | refused | holder_no
2012-01-01 | child yes 2026-10-01; parent no 2026-09-01; parent no 2026-11-01 everything | refused | holder_no
2012-01-01 | child yes 2026-10-01; parent no 2026-11-01; parent no 2026-09-01 everything | refused | holder_no
2012-01-01 | child yes 2026-10-01; parent no 2026-08-01; parent no 2026-09-01 everything; parent no 2026-11-01 | refused | holder_no
2012-01-01 | child yes 2026-10-01; parent no 2026-09-01; parent no 2026-08-01 everything | none    | holder_not_said
2012-01-01 | parent no 2020-10-01                                               | refused | holder_no

2013-12-01 | parent yes 2026-01-10                                              | granted | holder_yes
2010-11-30 | child yes 2026-11-30                                               | granted | person_yes
2010-06-01 | child yes 2026-06-01                                               | granted | person_yes
2013-06-01 | child yes 2026-06-01; parent yes 2026-10-01                        | granted | both_yes
2013-11-30 | parent yes 2026-01-10                                              | granted | grace_yes
2013-09-01 | parent yes 2026-01-10                                              | granted | grace_yes
2013-08-31 | parent yes 2026-01-10                                              | none    | lapsed_age
2013-09-01 | parent yes 2026-10-10                                              | granted | grace_yes
2013-08-31 | parent yes 2026-10-10                                              | none    | person_not_said
2013-09-01 | child yes 2026-10-10                                               | none    | holder_not_said
2013-08-31 | child yes 2026-10-10; parent yes 2026-01-10                        | none    | holder_not_said
2013-09-01 | child yes 2026-10-10; parent yes 2026-01-10                        | granted | both_yes
2013-09-01 | child yes 2026-01-10; parent yes 2026-01-10                        | granted | grace_yes
2013-08-31 | parent no 2026-01-10                                               | refused | holder_no
2013-08-31 | parent no 2025-01-10; parent yes 2026-01-10                        | refused | holder_no

2010-09-01 | child yes 2026-01-10; parent yes 2026-01-10                        | granted | grace_yes
2010-09-01 | child yes 2026-01-10                                               | none    | holder_not_said
2010-08-31 | child yes 2026-01-10; parent yes 2026-01-10                        | none    | lapsed_age
2010-08-31 | child yes 2026-10-10                                               | granted | person_yes
2010-09-01 | parent yes 2026-10-10                                              | none    | person_not_said
2010-08-31 | child no 2026-01-10                                                | refused | person_no
2010-08-31 | parent no 2026-01-10                                               | refused | holder_no
2010-08-31 | parent no 2026-01-10; child yes 2026-10-10                         | granted | person_yes
1985-01-01 | child yes 2026-10-10                                               | granted | person_yes
1985-01-01 | deputy yes 2026-10-10                                              | granted | person_yes
1985-01-01 | deputy yes 2026-10-10; child no 2026-10-09                         | refused | person_no
1985-01-01 | parent yes 2026-10-10                                              | none    | person_not_said
2010-12-01 | child yes 2026-10-10; parent yes 2026-10-10                        | granted | both_yes
"""

ON = date(2026, 11, 30)
USE, PURPOSE, SERVICE = "early-help", "early_intervention", "education"

RELATION = {
    "child": "self",
    "person": "self",
    "parent": "parental_responsibility",
    "father": "parental_responsibility",
    "guardian": "guardian",
    "authority": "corporate_parent",
    "deputy": "deputy",
}
EFFECT = {
    "yes": "grant",
    "no": "refuse",
    "withdraws": "withdraw",
    "later": "defer",
    "asked": "request",
    "told": "notify",
    "ends": "expire",
    "voids": "invalidate",
}
SCOPES = {
    "everything": Scope(),
    "use": Scope(USE),
    "version 1": Scope(USE, 1),
    "version 2": Scope(USE, 2),
    "version 3": Scope(USE, 3),
    "purpose": Scope(purpose=PURPOSE),
    "service": Scope(service=SERVICE),
    "category": Scope(category="attendance"),
    "use service": Scope(USE, service=SERVICE),
    "version 2 service": Scope(USE, 2, service=SERVICE),
    "service category": Scope(service=SERVICE, category="attendance"),
    "service purpose": Scope(service=SERVICE, purpose=PURPOSE),
    "other use": Scope("another", 1),
    "other service": Scope(service="police"),
    "other purpose": Scope(purpose="evaluation"),
}


def said(text: str, subject: str = "child") -> list[NewEvent]:
    """Events from ``parent yes 2026-10-01 [scope]? (flag)?; ...``; a number names an earlier event."""
    found = []
    for part in filter(None, (piece.strip() for piece in text.split(";"))):
        who, effect, day, *rest = part.split(" ", 3)
        flags = re.findall(r"\(([^)]*)\)", part)
        scope = re.sub(r"\([^)]*\)", "", rest[0]).strip() if rest else ""
        speaker = subject if RELATION[who] == "self" else f"{subject}#{who}"
        target = re.search(r"#(\d+)", scope)
        scope = re.sub(r"#\d+", "", scope).strip()
        until = next((f.split()[1] for f in flags if f.startswith("until")), None)
        language = next((f.split()[1] for f in flags if f.startswith("in ")), "en")
        named = SCOPES[scope or ("version 2" if EFFECT[effect] in VERSIONED else "use")]
        found.append(
            NewEvent(
                subject=subject,
                expressed_by=speaker,
                relation=RELATION[who],
                effect=EFFECT[effect],
                at=datetime.fromisoformat(day).replace(tzinfo=UTC),
                recorded_by="office",
                scope=named,
                verified_by="" if "unverified" in flags else "letter",
                independent="reviewing officer" if "independent" in flags else "",
                notice_hash="n",
                language=language,
                valid_until=date.fromisoformat(until) if until else None,
                supersedes=target.group(1) if target else None,
                reason="mistaken" if EFFECT[effect] == "invalidate" else "",
            )
        )
    return found


VERSIONED = {"grant", "request", "notify"}


def recorded(events: list[NewEvent]) -> list[Event]:
    """The events as in a ledger; each is called by its place, from 1."""
    fields = NewEvent.__dataclass_fields__
    return [
        Event(
            **{name: getattr(event, name) for name in fields},
            event_id=str(place),
            sequence=place,
            previous_hash=FIRST,
        )
        for place, event in enumerate(events, start=1)
    ]


def question(**changes: object) -> Question:
    asked: dict[str, object] = {
        "use": USE,
        "version": 2,
        "purpose": PURPOSE,
        "service": SERVICE,
        "floor": "ask_first",
        "on": ON,
    }
    return Question(**(asked | changes))


def details(born: str, reads: str = "en") -> Details:
    birth = None if born == "unknown" else date.fromisoformat(born)
    return Details(birth, frozenset(filter(None, reads.split(", "))))


@pytest.mark.parametrize("row", cases(TABLE))
def test_who_decides(row: Row) -> None:
    events = recorded(said(row["said"]))
    found = decide(standing(events, details(row["born"])), question())
    assert (found.outcome, found.reason.id) == (row["outcome"], row["reason"])


@pytest.mark.parametrize("row", cases(TABLE))
def test_the_order_of_recording_changes_nothing(row: Row) -> None:
    events = recorded(said(row["said"]))[::-1]
    found = decide(standing(events, details(row["born"])), question())
    assert (found.outcome, found.reason.id) == (row["outcome"], row["reason"])


def test_the_grace_is_declared() -> None:
    what = standing(recorded(said("parent yes 2026-01-10")), details("2013-08-31"))
    assert not decide(what, question(grace_days=90)).permitted
    assert decide(what, question(grace_days=91)).permitted


def test_born_on_29_february() -> None:
    what = standing([], details("2012-02-29"))
    assert what.thirteen == standing([], details("2012-03-01")).thirteen  # 2025 has no 29 February
    assert what.sixteen == standing([], details("2012-03-01")).sixteen - 1  # 2028 has
