"""A household in the queue of offers, in the order of saying. "twice" says whether the keyed lot has two people
look at it; neither is shown the other's answer. "contested" is what a person without part in it says after the
family contested the offer. Nobody is asked twice about one household.
"""

from __future__ import annotations

from itertools import product

import pytest

from licet.errors import BadInput
from licet.identify.offers import (
    ANSWERS,
    OPEN,
    STANDS,
    STATES,
    STEPS,
    after,
    come_to,
)
from tests.spec.tables import Row, cases, rows

TITLE = "Offers of support before reviewers"

TABLE = """
said                       | twice | comes to
-------------------------- | ----- | -----------
                           | no    | waiting
                           | yes   | waiting
offer                      | no    | offered
no_offer                   | no    | not_offered
second                     | no    | second
offer                      | yes   | second
no_offer                   | yes   | second
second                     | yes   | second
second, offer              | no    | offered
second, no_offer           | no    | not_offered
second, second             | no    | third
offer, offer               | yes   | offered
no_offer, no_offer         | yes   | not_offered
offer, no_offer            | yes   | third
no_offer, offer            | yes   | third
offer, second              | yes   | third
no_offer, second           | yes   | third
second, offer              | yes   | offered
second, no_offer           | yes   | not_offered
second, second             | yes   | third
offer, no_offer, offer     | yes   | offered
offer, no_offer, no_offer  | yes   | not_offered
no_offer, offer, offer     | yes   | offered
no_offer, offer, no_offer  | yes   | not_offered
offer, second, offer       | yes   | offered
offer, second, no_offer    | yes   | not_offered
no_offer, second, offer    | yes   | offered
no_offer, second, no_offer | yes   | not_offered
second, second, offer      | no    | offered
second, second, no_offer   | no    | not_offered
second, second, offer      | yes   | offered
second, second, no_offer   | yes   | not_offered
"""
STEPPED = """
state        | who      | what     | then
------------ | -------- | -------- | ------------
offered      | family   | contest  | contested
offered      | family   | left     | not_taken_up
offered      | office   | left     | not_taken_up
offered      | office   | took_up  | taken_up
contested    | reviewer | offer    | upheld
contested    | reviewer | no_offer | taken_back
upheld       | family   | left     | not_taken_up
upheld       | office   | left     | not_taken_up
upheld       | office   | took_up  | taken_up
"""
"""Everything that may follow on an offer; anything else is refused."""


def said(row: Row) -> list[str]:
    return [one.strip() for one in row["said"].split(",") if one.strip()]


@pytest.mark.parametrize("row", cases(TABLE))
def test_offers(row: Row) -> None:
    assert come_to(said(row), drawn=row["twice"] == "yes") == row["comes to"]  # type: ignore[arg-type]


def test_whatever_is_not_in_the_table_is_refused() -> None:
    known = {(tuple(said(row)), row["twice"]) for row in rows(TABLE)}
    refused = 0
    for many, twice in product(range(5), ("no", "yes")):
        for answers in product(ANSWERS, repeat=many):
            if (answers, twice) not in known:
                with pytest.raises(BadInput):
                    come_to(answers, drawn=twice == "yes")
                refused += 1
    assert refused == 2 * (1 + 3 + 9 + 27 + 81) - len(known)


@pytest.mark.parametrize("row", cases(STEPPED))
def test_what_follows_on_an_offer(row: Row) -> None:
    found = after(row["state"], row["what"], row["who"], ["offer"], drawn=False)  # type: ignore[arg-type]
    assert found == row["then"]


def test_every_other_step_is_refused_in_every_state_by_everybody() -> None:
    allowed = {(row["state"], row["who"], row["what"]) for row in rows(STEPPED)}
    allowed |= {(s, "reviewer", a) for s in ("waiting", "second", "third") for a in ANSWERS}
    acts = {step.act for step in STEPS} - {"expire", "withdraw"}
    tried = 0
    for state, who, act in product(STATES, ("reviewer", "family", "office"), acts):
        if (state, who, act) in allowed:
            continue
        with pytest.raises(BadInput):
            after(state, act, who, [], drawn=False)
        tried += 1
    assert tried == len(STATES) * 3 * len(acts) - len(allowed)


def test_whoever_is_picked_can_always_leave_and_never_waits_for_ever() -> None:
    for act in ("withdraw", "expire"):
        (step,) = [one for one in STEPS if one.act == act]
        assert step.before == set(STATES) and step.after == ""


def test_each_state_has_a_sentence_for_the_family_and_no_score_in_it() -> None:
    for state, text in STATES.items():
        assert text.endswith(".") and not any(sign.isdigit() for sign in text), state
    assert OPEN.isdisjoint(STANDS)
