"""Where a use stands, in one public word; lists, pages, data and feed say the same. "told": families were
asked or told. "log" is what the log says, in order; a decision is followed by its last day where that is
over, or by the version it was made on.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from licet.log.leaves import Leaf, read_leaf, write_leaf
from licet.register import states
from licet.register.ruled import ruled_of
from licet.report.ruling.data import document
from licet.states import TABLE as TABLE_OF_STATES
from tests.spec.tables import Row, cases
from tests.unit.test_report_cases import example

AT, TODAY, HASH = datetime(2026, 11, 30, 9, tzinfo=UTC), date(2026, 11, 30), "0" * 64


TABLE = """
ruling           | told | log                          | declared    | state
---------------- | ---- | ---------------------------- | ----------- | -------------
permit           | no   |                              |             | published
permit           | no   |                              | in_dialogue | in_dialogue
permit           | yes  |                              |             | asked
permit           | yes  | run                          |             | linked
permit           | yes  | run, sealed                  |             | asked
permit           | yes  | run, sealed, run             |             | linked
permit           | no   | decided do                   |             | going_ahead
permit           | no   | decided build                |             | being_built
permit           | no   | decided narrow               |             | narrowed
permit           | no   | decided stop                 |             | stopped
permit           | no   | decided stop until yesterday |             | stopped
permit           | no   | decided narrow until yesterday |           | narrowed
permit           | no   | decided do until yesterday   |             | lapsed
permit           | no   | decided stop on version 2    |             | stopped
permit           | no   | decided narrow on version 2  |             | published
permit           | no   | decided stop, decided do     |             | going_ahead
permit           | yes  | run, suspended by the audit  |             | suspended
permit           | yes  | run, suspended by Director   |             | suspended
permit           | yes  | run, suspended by Director, resumed by Director | | linked
permit           | no   |                              | suspended   | suspended
permit           | yes  | run, decided stop            | ended       | ended
refusal          | yes  | run                          |             | not_permitted
refusal          | no   | decided stop                 |             | stopped
refusal, smaller | no   | suspended by Director        |             | not_permitted
"""

USES = {"permit": "early-help", "refusal": "immigration", "refusal, smaller": "early-help-wide"}


def leaf(kind: str, **body: object) -> Leaf:
    return read_leaf(write_leaf(kind, AT, {"version": 1, **body}))


def said(text: str, use: str) -> Leaf:
    """What a part of the cell stands for."""
    word, _, rest = text.partition(" ")
    if word == "run":
        return leaf(
            "run_finished", use=use, run="r", ledger_mark=HASH, outputs={}, counts={}, excluded={}
        )
    if word == "sealed":
        return leaf("sealed", use=use, run="r", why="rules")
    if word in ("suspended", "resumed"):
        return leaf(
            "suspension",
            use=use,
            state=word,
            role=rest.removeprefix("by "),
            reason="An error was found.",
        )
    choice, _, more = rest.partition(" ")
    until = "2026-11-29" if more == "until yesterday" else "2027-11-30"
    return leaf("decision", use=use, version=2 if more == "on version 2" else 1, decision=choice, by_table=choice,
                role="Head", reason="Why.", day="2026-11-01", until=until, reasons=["Why."])  # fmt: skip


@pytest.mark.parametrize("row", cases(TABLE))
def test_where_a_use_stands(row: Row) -> None:
    found = example(USES[row["ruling"]])
    changes = {"status": row["declared"]} if row["declared"] else {}
    ruled = ruled_of(found.use.model_copy(update=changes), document(found), (), ())
    leaves = [said(part.strip(), found.use.id) for part in row["log"].split(",") if part.strip()]
    facts = states.facts_of(ruled, leaves, TODAY, told=row["told"] == "yes")
    assert states.state_of(facts).id == row["state"]


def test_time_alone_ends_a_permit_and_a_use() -> None:
    found = example("early-help")
    ruled = ruled_of(found.use, document(found), (), ())
    assert ruled.ruling.expires is not None

    def state(day: date, gone: bool = False) -> str:
        return states.state_of(states.facts_of(ruled, [], day, told=False, gone=gone)).id

    assert state(ruled.ruling.expires) == "published"
    assert state(date.fromordinal(ruled.ruling.expires.toordinal() + 1)) == "expired"
    assert state(date.fromordinal(found.use.end.toordinal() + 1)) == "ended"
    assert state(TODAY, gone=True) == "ended"


def test_every_state_has_a_word_that_people_read() -> None:
    assert {row.id for row in TABLE_OF_STATES} == set(states.WORDS)
    assert all(row.text and row.text[0].isupper() for row in TABLE_OF_STATES)
