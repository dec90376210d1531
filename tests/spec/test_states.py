"""Where a use stands and what comes next, on the terminal and in the register alike. "families" is "told"
once anybody was written to or answered. "against it" is who suspended the use, or the decision that binds
it. "over" says what has come to its end: the use, its evidence or review ("ruling"), a decision.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from licet.log.leaves import Leaf, read_leaf, write_leaf
from licet.states import TABLE as STATES
from licet.states import Facts, facts_of, state_of
from tests.factories import LICENSED, reading, use
from tests.spec.tables import Row, cases

TITLE = "Where a use stands"

TABLE = """
ruling                | register  | families | linked | against it             | over     | state                        | next
--------------------- | --------- | -------- | ------ | ---------------------- | -------- | ---------------------------- | ----
permit, objection     | missing   |          |        |                        |          | Proposed                     | publish, tell each family
permit, ask_first     | missing   |          |        |                        |          | Proposed                     | publish, ask each family
undetermined          | missing   |          |        |                        |          | Not known                    | measure first
refusal               | missing   |          |        |                        |          | Not permitted                | do not start
refusal, smaller      | missing   |          |        |                        |          | Not permitted                | propose a smaller use
permit, ask_first     | edited    | told     | yes    |                        |          | Edited since it was published | give it a new version, then publish
permit, objection     | published |          |        |                        |          | Published                    | tell each family
permit, ask_first     | published |          |        |                        |          | Published                    | ask each family
permit, objection     | published | told     |        |                        |          | Families told                | record who says no, link after 30 days
permit, ask_first     | published | told     |        |                        |          | Families asked               | record what they say, then link
permit, ask_first     | published | told     | yes    |                        |          | Linked                       | audit it, then decide
refusal, smaller      | published | told     | yes    |                        |          | Not permitted                | propose a smaller use
undetermined          | published | told     | yes    |                        |          | Not known                    | measure first
undetermined          | published | told     | yes    |                        | ruling   | Expired                      | look at it again: measure, or review
permit, ask_first     | published | told     | yes    | the audit suspends     |          | Suspended                    | mend what failed, then audit it again
permit, ask_first     | published | told     |        | a board suspends       |          | Suspended                    | nothing, until a board lifts it
refusal               | published | told     | yes    | the audit suspends     |          | Not permitted                | do not start
permit, ask_first     | published | told     | yes    | do                     |          | Goes ahead                   | a limited and reviewed pilot
permit, ask_first     | published | told     | yes    | narrow                 |          | Only a smaller use           | publish the smaller use as a new version
permit, ask_first     | published |          |        | build                  |          | Being built                  | ask each family, link, audit
permit, ask_first     | published | told     | yes    | build                  |          | Being built                  | audit it, then decide anew
permit, ask_first     | published | told     | yes    | stop                   |          | Stopped                      | nothing, unless its owner decides anew
permit, ask_first     | missing   |          |        | stop                   |          | Stopped                      | nothing, unless its owner decides anew
refusal               | published | told     | yes    | stop                   |          | Stopped                      | nothing, unless its owner decides anew
permit, ask_first     | published | told     | yes    |                        | decision | To be decided anew           | decide anew
permit, ask_first     | published | told     | yes    | stop                   | use      | Ended                        | nothing: it is over
"""

DAY = date(2026, 6, 1)
NOW = datetime(2026, 5, 1, 9, tzinfo=UTC)


def facts(row: Row) -> Facts:
    """What a row of the table says."""
    ruling, _, more = row["ruling"].partition(", ")
    against, over = row["against it"], row["over"]
    return Facts(
        ruling,
        more if ruling == "permit" else "",
        smaller=more == "smaller",
        again=over == "ruling",
        register=row["register"],  # type: ignore[arg-type]
        told=row["families"] == "told",
        linked=row["linked"] == "yes",
        suspended=against.removesuffix(" suspends") if "suspends" in against else "",
        decided="" if "suspends" in against else against,
        lapsed="2026-05-31" if over == "decision" else "",
        ended=over == "use",
    )


@pytest.mark.parametrize("row", cases(TABLE))
def test_states(row: Row) -> None:
    found = state_of(facts(row))
    assert (found.text, found.next) == (row["state"], row["next"])


def test_every_state_but_that_of_dialogue_is_in_the_table() -> None:
    told = {row.values[0]["state"] for row in cases(TABLE)}  # type: ignore[attr-defined]
    assert {row.text for row in STATES if row.id != "in_dialogue"} == told


def leaf(kind: str, **body: object) -> Leaf:
    """A leaf about the use of these tests."""
    return read_leaf(write_leaf(kind, NOW, {"use": "early-help", "version": 1, **body}))


def decided(choice: str, version: int = 1, until: str = "2026-12-31") -> Leaf:
    return leaf(
        "decision", decision=choice, by_table="do", role="Head of Early Help", reason="Why.",
        day="2026-05-01", until=until, reasons=[], version=version,
    )  # fmt: skip


SUSPENDED = leaf(
    "suspension", state="suspended", role="the audit", reason="An audit fails: source."
)
LEAVES = {
    "nothing": ([], "published"),
    "suspended": ([SUSPENDED], "suspended"),
    "resumed": ([SUSPENDED, leaf("suspension", state="resumed", role="the audit", reason="x")], "published"),
    "stop": ([decided("stop")], "stopped"),
    "stop of another version": ([decided("stop", 7)], "stopped"),
    "stop, its last day over": ([decided("stop", until="2026-05-31")], "stopped"),
    "stop, lifted": ([decided("stop"), decided("build")], "being_built"),
    "narrow, its last day over": ([decided("narrow", until="2026-05-31")], "narrowed"),
    "narrow of another version": ([decided("narrow", 7)], "published"),
    "build, its last day": ([decided("build", until="2026-06-01")], "being_built"),
    "build, its last day over": ([decided("build", until="2026-05-31")], "lapsed"),
    "do of another version": ([decided("do", 7)], "published"),
}  # fmt: skip


@pytest.mark.parametrize("name", LEAVES)
def test_what_the_log_says_is_known(name: str) -> None:
    from tests.unit.test_report_cases import of_readings

    leaves, expected = LEAVES[name]
    found = of_readings(use(), reading(LICENSED), today=DAY)
    known = facts_of(found, leaves, DAY, register="published", told=False, linked=False)
    assert state_of(known).id == expected
