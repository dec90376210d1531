"""What may be done about a question, an objection or a proposed condition: by whom, in which state, and
what it then is. "asker" is whoever sent it, "other moderator" not the one who did not publish it. What is
not in the table cannot be done. A notice counts as nothing: it is announced and stays so.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest

from licet.dialogue.items import Act, Item, after
from licet.dialogue.moves import MOVES, NAMES, SORTS, STATES
from licet.errors import BadInput
from tests.spec.tables import Row, cases, rows

TITLE = "Questions, objections, proposed conditions"

TABLE = """
sort                | in                | who             | does           | then          | says why
------------------- | ----------------- | --------------- | -------------- | ------------- | --------
any                 |                   | family          | ask            | sent          | yes
notice              |                   | owner           | announce       | announced     | yes
any                 | sent              | moderator       | open           | open          |
any                 | sent              | moderator       | withhold       | not_published | yes
any                 | not_published     | asker           | appeal         | appealed      |
any                 | appealed          | other moderator | open           | open          |
any                 | appealed          | other moderator | uphold         | upheld        | yes
question            | open              | owner           | explain        | answered      | yes
question            | contested         | owner           | explain        | answered      | yes
objection, proposal | open              | owner           | accept         | answered      | yes
objection, proposal | contested         | owner           | accept         | answered      | yes
objection, proposal | open              | owner           | accept_in_part | answered      | yes
objection, proposal | contested         | owner           | accept_in_part | answered      | yes
objection, proposal | open              | owner           | decline        | answered      | yes
objection, proposal | contested         | owner           | decline        | answered      | yes
any                 | answered          | asker           | satisfied      | settled       |
any                 | answered          | asker           | contest        | contested     |
any                 | sent              | asker           | withdraw       | withdrawn     |
any                 | not_published     | asker           | withdraw       | withdrawn     |
any                 | appealed          | asker           | withdraw       | withdrawn     |
any                 | open              | asker           | withdraw       | withdrawn     |
any                 | contested         | asker           | withdraw       | withdrawn     |
any                 | open              | moderator       | take_down      | open          | yes
any                 | answered          | moderator       | take_down      | answered      | yes
any                 | settled           | moderator       | take_down      | settled       | yes
any                 | contested         | moderator       | take_down      | contested     | yes
objection, proposal | answered          | owner           | end            | answered      | yes
objection, proposal | settled           | owner           | end            | settled       | yes
objection, proposal | contested         | owner           | end            | contested     | yes
"""
START = datetime(2026, 11, 2, 9, tzinfo=UTC)
WAYS: dict[str, tuple[str, ...]] = {
    "": (),
    "sent": ("ask",),
    "open": ("ask", "open"),
    "not_published": ("ask", "withhold"),
    "appealed": ("ask", "withhold", "appeal"),
    "upheld": ("ask", "withhold", "appeal", "uphold"),
    "answered": ("ask", "open", "ANSWER"),
    "settled": ("ask", "open", "ANSWER", "satisfied"),
    "contested": ("ask", "open", "ANSWER", "contest"),
    "withdrawn": ("ask", "withdraw"),
    "announced": ("announce",),
}
"""How an item comes into each state."""
BY = {
    "family": "w-asker",
    "asker": "w-asker",
    "moderator": "w-one",
    "other moderator": "w-two",
    "owner": "w-owner",
}
SPOKEN = {name for row in rows(TABLE) if row["says why"] for name in [row["does"]]}


def due(day: date) -> date:
    return day + timedelta(days=30)


def act(move: str, who: str, sort: str, number: int = 1, **changes: object) -> Act:
    """An act as that person would make it."""
    given = {
        "item": 1, "move": move, "by": BY[who], "role": "" if who in ("family", "asker") else who,
        "at": START + timedelta(hours=number), "use": "early-help", "sort": sort, "number": number,
        "text": "h" * 64 if move in SPOKEN else "",
        "parameter": "exclude_service" if move.startswith("accept") else "",
        "value": "police" if move.startswith("accept") else "",
    }  # fmt: skip
    return Act(**{**given, **changes})  # type: ignore[arg-type]


def who_does(move: str, state: str) -> str:
    return next(
        row["who"] for row in rows(TABLE) if row["does"] == move and row["in"] in (state, "")
    )


def item_in(state: str, sort: str) -> Item | None:
    """An item that came into a state the shortest way."""
    found: Item | None = None
    for number, name in enumerate(WAYS[state], start=1):
        move = ("explain" if sort == "question" else "accept") if name == "ANSWER" else name
        sender = who_does(move, found.state if found else "")
        found = after(found, act(move, sender, sort, number), due)
    return found


def sorts(cell: str) -> tuple[str, ...]:
    return ("question", "objection", "proposal") if cell == "any" else tuple(cell.split(", "))


@pytest.mark.parametrize("row", cases(TABLE))
def test_moves(row: Row) -> None:
    for sort in sorts(row["sort"]):
        item = item_in(row["in"], sort)
        made = after(item, act(row["does"], row["who"], sort, 9), due)
        assert made.state == row["then"]
        if row["says why"]:
            with pytest.raises(BadInput):
                after(item, act(row["does"], row["who"], sort, 9, text=""), due)


ALLOWED = {
    (sort, row["in"], row["who"], row["does"]) for row in rows(TABLE) for sort in sorts(row["sort"])
}


@pytest.mark.parametrize("state", WAYS)
def test_what_is_not_in_the_table_cannot_be_done(state: str) -> None:
    for sort, move, who in product(SORTS, NAMES, BY):
        if (sort == "notice") != (state == "announced") and state:
            continue
        item = item_in(state, sort)
        allowed = {w for s, i, w, m in ALLOWED if (s, i, m) == (sort, state, move)}
        # A moderator may be either; whoever asks is also of the families.
        same = {"family": {"asker"}, "asker": {"family"}, "other moderator": {"moderator"}}
        if who in allowed or same.get(who, set()) & allowed:
            continue
        if (
            allowed
            and who in ("moderator", "other moderator", "owner")
            and allowed <= {"moderator", "other moderator", "owner"}
        ):
            continue  # posts of staff are told apart by the table of roles: tests/served
        with pytest.raises(BadInput):
            after(item, act(move, who, sort, 9), due)


def test_the_moderator_who_refused_cannot_judge_the_appeal() -> None:
    item = item_in("appealed", "question")
    for move in ("open", "uphold"):
        with pytest.raises(BadInput, match="cannot judge the appeal"):
            after(item, act(move, "moderator", "question", 9), due)


def test_only_whoever_sent_it_may_take_it_back_or_rate_the_answer() -> None:
    for state, move in (
        ("open", "withdraw"),
        ("answered", "satisfied"),
        ("answered", "contest"),
        ("not_published", "appeal"),
    ):
        with pytest.raises(BadInput, match="only whoever sent it"):
            after(
                item_in(state, "question"), act(move, "asker", "question", 9, by="w-stranger"), due
            )


def test_a_condition_is_named_where_one_is_accepted_and_only_there() -> None:
    item = item_in("open", "proposal")
    with pytest.raises(BadInput):
        after(item, act("accept", "owner", "proposal", 9, parameter="", value=""), due)
    with pytest.raises(BadInput):
        after(
            item, act("decline", "owner", "proposal", 9, parameter="no_company", value="true"), due
        )
    accepted = after(item, act("accept", "owner", "proposal", 9), due)
    assert accepted.condition == ("exclude_service", "police")
    ended = after(accepted, act("end", "owner", "proposal", 10), due)
    assert ended.condition is None and ended.ended
    with pytest.raises(BadInput, match="no condition"):
        after(ended, act("end", "owner", "proposal", 11), due)


def test_declining_what_was_contested_ends_no_condition_that_binds() -> None:
    item = item_in("contested", "proposal")
    assert item is not None and item.condition
    assert after(item, act("decline", "owner", "proposal", 9), due).condition == (
        "exclude_service",
        "police",
    )


def test_an_act_cannot_be_older_than_the_one_before_it() -> None:
    with pytest.raises(BadInput, match="older"):
        after(item_in("open", "question"), act("explain", "owner", "question", 0), due)


def test_every_state_and_every_row_of_the_code_is_in_the_table() -> None:
    assert set(WAYS) == {"", *STATES}
    told = {
        (sort, state, move.who, move.name)
        for move in MOVES
        for sort in move.sorts
        for state in move.start
    }
    assert told == ALLOWED
