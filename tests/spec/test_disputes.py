"""A record that a family says is wrong goes to the service that holds it, which answers in 30 days. If it
keeps the record it says why, and the family may ask once for another look, by somebody else. F marks a
step of the family, C one of the desk; a step that may not be taken changes nothing.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licet.errors import BadInput
from licet.permission.disputes import DAYS, MOVES, STATES, UNSETTLED, checked_move, folded
from licet.permission.voices import NewAct
from tests.spec.tables import Row, cases

TITLE = "What becomes of a disputed record"

TABLE = """
steps                                       | state        | held out
------------------------------------------- | ------------ | --------
                                            | raised       | yes
C send                                      | with_service | yes
C correct                                   | raised       | yes
C send, C correct                           | corrected    | no
C send, C refuse                            | refused      | no
C send, C refuse, F appeal                  | appealed     | yes
C send, C refuse, F appeal, C correct       | appealed     | yes
C send, C refuse, F appeal, D correct       | corrected    | no
C send, C refuse, F appeal, D uphold        | kept         | no
C send, C refuse, F appeal, D uphold, F appeal | kept      | no
C send, C refuse, C correct                 | refused      | no
F withdraw                                  | withdrawn    | no
C send, F withdraw                          | withdrawn    | no
C send, C correct, F withdraw               | corrected    | no
C send, F correct                           | with_service | yes
F send                                      | raised       | yes
C appeal                                    | raised       | yes
"""

START = datetime(2026, 3, 2, 9, tzinfo=UTC)


def dispute(steps: str, hold: str = "yes", days: int = 1):
    """The dispute after steps, each ``days`` after the one before."""
    acts = [NewAct(kind="dispute_raised", key="d", at=START, by="web", account="a", subject="s",
                   data={"service": "education", "hold": hold})]  # fmt: skip
    for number, step in enumerate((one.split() for one in steps.split(",") if one.strip()), 1):
        who, name = step
        found = folded(acts)["d"]
        by = "family" if who == "F" else "clerk"
        try:
            move = checked_move(found, name, by, "because it is so", f"account {who}")
        except BadInput:
            continue
        acts.append(NewAct(kind=move.kind, key="d", at=START + timedelta(days * number),
                           by="desk", account=f"account {who}", subject="s"))  # fmt: skip
    return folded(acts)["d"]


@pytest.mark.parametrize("row", cases(TABLE))
def test_states(row: Row) -> None:
    found = dispute(row["steps"])
    assert (found.state, found.held) == (row["state"], row["held out"] == "yes")
    assert not dispute(row["steps"], hold="no").held, "only if the family wants it"


def test_the_clock_is_thirty_days_and_starts_again_with_an_appeal() -> None:
    found = dispute("C send")
    assert DAYS == 30 and found.due == date(2026, 4, 1)
    assert not found.overdue(date(2026, 4, 1)) and found.overdue(date(2026, 4, 2))
    appealed = dispute("C send, C refuse, F appeal", days=10)
    assert appealed.due == date(2026, 4, 1) + timedelta(30)
    assert dispute("C send, C refuse").due is None


def test_a_record_is_kept_only_with_a_reason() -> None:
    for steps, name in (("C send", "refuse"), ("C send, C refuse, F appeal", "uphold")):
        with pytest.raises(BadInput, match="Say why"):
            checked_move(dispute(steps), name, "clerk", "  no  ", "somebody")


def test_every_state_has_words_and_a_way_out_or_none() -> None:
    reached = {"raised"} | {move.after for move in MOVES.values()}
    assert set(STATES) == reached
    left = {state for move in MOVES.values() for state in move.before}
    assert left - {"refused"} == UNSETTLED, (
        "what waits can go on; what is settled, only by an appeal"
    )
    assert all(move.by in ("family", "clerk") for move in MOVES.values())


WAYS = {("raised", "send"): "with_service", ("with_service", "correct"): "corrected",
        ("with_service", "refuse"): "refused", ("refused", "appeal"): "appealed",
        ("appealed", "correct"): "corrected", ("appealed", "uphold"): "kept",
        ("raised", "withdraw"): "withdrawn", ("with_service", "withdraw"): "withdrawn",
        ("appealed", "withdraw"): "withdrawn"}  # fmt: skip
"""The table once more, written from the rule and not from the code."""


@given(st.lists(st.tuples(st.sampled_from("FCDE"), st.sampled_from(sorted(MOVES))), max_size=8))
def test_any_steps_end_where_the_plain_table_says(steps: list[tuple[str, str]]) -> None:
    state, looked = "raised", set()
    for who, name in steps:
        family = name in ("appeal", "withdraw")
        again = state == "appealed" and not family and who in looked
        if (state, name) in WAYS and (who == "F") == family and not again:
            if not family and name != "send":
                looked.add(who)
            state = WAYS[state, name]
    found = dispute(", ".join(f"{who} {name}" for who, name in steps))
    assert found.state == state
    assert found.step <= len(steps) + 1
    assert all(a != b for a, b in pairwise((*found.by, None)))
