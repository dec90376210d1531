"""Generated dialogues against a plain oracle, written from the tables and not from the code."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from math import comb

from hypothesis import given
from hypothesis import strategies as st

from licet.conditions import PARAMETERS, agreed, made
from licet.dialogue.agreement import agreement, wilson_low
from licet.dialogue.clock import due_on
from licet.dialogue.items import Act, Item, after
from licet.dialogue.moves import NAMES, SORTS
from licet.errors import BadInput
from licet.findings import Terms
from licet.log.leaves import Leaf
from licet.use import Condition
from tests.factories import everywhere, reading, ruled, use
from tests.spec.tables import rows
from tests.spec.test_dialogue_moves import BY, SPOKEN, TABLE, act, due, sorts

ROWS = [
    (sort, row["in"], row["who"], row["does"], row["then"])
    for row in rows(TABLE)
    for sort in sorts(row["sort"])
]


def oracle(
    state: str, sort: str, move: str, who: str, refused_by: str, condition: bool
) -> str | None:
    """The state after a move, from the rows of the table; None where no row fits."""
    for known, start, by, does, then in ROWS:
        if (known, start, does) != (sort, state, move):
            continue
        family = by in ("family", "asker")
        if family != (who in ("family", "asker")):
            continue
        if by == "other moderator" and BY[who] == refused_by:
            continue
        if move == "end" and not condition:
            continue
        return then
    return None


@given(
    st.sampled_from(list(SORTS)),
    st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(sorted(BY))), max_size=12),
)
def test_any_history_stands_where_the_table_says(sort: str, steps: list[tuple[str, str]]) -> None:
    item: Item | None = None
    state, refused_by, condition = "", "", False
    first = ("announce", "owner") if sort == "notice" else ("ask", "family")
    for number, (move, who) in enumerate([first, *steps], start=1):
        said: Act = act(move, who, sort, number)
        wanted = oracle(state, sort, move, who, refused_by, condition)
        try:
            item = after(item, said, due)
        except BadInput:
            assert wanted is None
            continue
        assert wanted == item.state
        state = wanted or ""
        if move in ("open", "withhold"):
            refused_by = BY[who]
        condition = (condition or move.startswith("accept")) and move != "end"
        assert (item.condition is not None) == condition
        assert item.sort == sort and len(item.acts) >= 1


@given(
    st.lists(
        st.tuples(
            st.integers(0, 30),
            st.sampled_from(["agree", "disagree", "pass"]),
            st.sets(st.sampled_from("abc")),
        ),
        max_size=120,
    )
)
def test_agreement_is_that_of_plain_counts(told: list[tuple[int, str, set[str]]]) -> None:
    votes = {f"w-{n}": said for n, said, _ in told}
    members = {f"w-{n}": frozenset(groups) for n, _, groups in told}
    found = agreement(votes, members, list("abc"))
    lows = []
    for row in found.groups:
        own = [said for who, said in votes.items() if row.group in members[who]]
        shown = len(own) >= 10 and (len(own) == len(votes) or len(votes) - len(own) >= 10)
        assert (row.seen is not None) == shown
        if shown:
            assert (row.seen, row.agree) == (len(own), own.count("agree"))
            lows.append(wilson_low(own.count("agree"), len(own)))
    assert found.bridging == (min(lows) if len(lows) == 3 else None)
    assert set(found.silent) == {row.group for row in found.groups if row.seen is None}


@given(st.integers(1, 400), st.data())
def test_wilson_is_where_the_score_test_turns(seen: int, data: st.DataObject) -> None:
    """At the lower end p, the count seen lies exactly z standard errors above: (k/n - p)^2 = z^2 p(1-p)/n."""
    agree = data.draw(st.integers(0, seen))
    low = wilson_low(agree, seen)
    assert 0 <= low <= agree / seen
    assert abs((agree / seen - low) ** 2 - 1.6449**2 * low * (1 - low) / seen) < 1e-9
    assert comb(seen, agree) >= 1


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.sets(st.integers(25, 45), max_size=8))
def test_due_is_the_first_working_day_from_the_thirtieth_on(asked: date, off: set[int]) -> None:
    days_off = {asked + timedelta(days=n) for n in off}
    days = (asked + timedelta(days=n) for n in range(30, 90))
    assert due_on(asked, days_off) == next(d for d in days if d.weekday() < 5 and d not in days_off)


KEYS = st.sampled_from(["q-1", "q-2", "q-3"])
CONDITIONS = st.sampled_from(
    [
        ("exclude_service", "education"),
        ("no_company", "true"),
        ("minimum_licence", "0.9"),
        ("floor", "ask_first"),
        ("review_by", "2026-05-01"),
    ]
)


@given(st.lists(st.tuples(KEYS, st.one_of(st.none(), CONDITIONS)), max_size=10))
def test_conditions_of_the_log_are_those_not_ended_since(
    told: list[tuple[str, tuple[str, str] | None]],
) -> None:
    now = datetime(2026, 3, 1, tzinfo=UTC)
    leaves, plain = [], {}
    for item, condition in told:
        body = {"use": "early-help", "item": item, "day": "2026-03-01"}
        if condition is None:
            leaves.append(Leaf("condition_ended", now, body))
            plain.pop(item, None)
        else:
            leaves.append(
                Leaf("condition", now, body | {"parameter": condition[0], "value": condition[1]})
            )
            plain[item] = condition
    found = {one.item: (one.parameter, one.written) for one in agreed(leaves, "early-help")}
    assert found == plain


ORDER = {"Permit": 2, "Undetermined": 1, "Refusal": 0}


@given(
    st.sets(CONDITIONS, max_size=4),
    st.sets(CONDITIONS, max_size=4),
    st.sampled_from(["granted", "unproven", "absent"]),
)
def test_accepting_a_condition_never_permits_more(
    few: set[tuple[str, str]], more: set[tuple[str, str]], verdict: str
) -> None:
    def ruling(named: set[tuple[str, str]]) -> tuple[int, int]:
        conditions: tuple[Condition, ...] = tuple(made(*one) for one in sorted(named))
        cells = everywhere({"reason:offer_unasked": "granted", "trust:education": verdict})
        found = ruled(use(), reading(cells), terms=Terms(conditions=conditions))
        return ORDER[found.kind], -found.status if found.kind == "Permit" else 0

    assert ruling(few | more) <= ruling(few)
    assert set(PARAMETERS) >= {name for name, _ in few | more}


def test_what_is_spoken_is_in_the_table() -> None:
    assert {"withhold", "decline", "take_down"} <= SPOKEN
