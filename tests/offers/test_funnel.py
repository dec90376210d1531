"""What became of those who were picked out: counts by group, against a plain count."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from licet.audit.beyond.funnel import funnel_of
from licet.chapters.contesting import contest_offer, record_outcome
from licet.chapters.offer_funnel import funnel, people_of_steps, write_funnel
from licet.identify.funnel import NOT_BY_GROUP, OF, STEPS, steps_of, told
from licet.permission.events import EFFECTS
from tests.audit.planned import frame, read
from tests.identify.town import Case
from tests.linkage.town import NOW, TODAY, USE, event, store_of
from tests.offers.reviewers import offered, people_of, queue, says, says_of

SAID = {
    "offer alone": ([("picked", "rule", "waiting"), ("offer", "reviewer", "offered")],
                    {"picked", "decided", "offered"}),
    "no alone": ([("no_offer", "reviewer", "not_offered")], {"picked", "decided", "not_offered"}),
    "two differ": ([("offer", "reviewer", "second"), ("no_offer", "reviewer", "third"),
                    ("offer", "reviewer", "offered")], {"picked", "decided", "offered", "twice", "differed"}),
    "taken back": ([("offer", "reviewer", "offered"), ("contest", "family", "contested"),
                    ("no_offer", "reviewer", "taken_back")],
                   {"picked", "decided", "offered", "contested", "taken_back"}),
    "taken up after a contest": ([("offer", "reviewer", "offered"), ("contest", "family", "contested"),
                                  ("offer", "reviewer", "upheld"), ("took_up", "office", "taken_up")],
                                 {"picked", "decided", "offered", "contested", "upheld", "taken_up"}),
    "left": ([("offer", "reviewer", "offered"), ("left", "family", "not_taken_up")],
             {"picked", "decided", "offered", "left"}),
    "a no after an offer": ([("offer", "reviewer", "offered"), ("withdraw", "rule", "offered")],
                            {"picked", "decided", "offered", "withdrawn"}),
    "expired": ([("expire", "rule", "waiting")], {"picked", "expired"}),
    "kept to its end": ([("no_offer", "reviewer", "not_offered"), ("ended", "rule", "not_offered")],
                        {"picked", "decided", "not_offered"}),
}  # fmt: skip


@pytest.mark.parametrize("name", SAID)
def test_how_far_a_household_came(name: str) -> None:
    acts, wanted = SAID[name]
    assert steps_of(acts) == wanted


def test_everything_that_is_counted_happens_somewhere_above_and_is_a_share_of_something() -> None:
    assert set().union(*(wanted for _, wanted in SAID.values())) == set(STEPS)
    assert set(OF) | {"picked"} == set(STEPS) and set(OF.values()) <= set(STEPS)


def test_shares_are_of_counts_as_they_are_shown_and_small_ones_are_kept_back() -> None:
    some = [frozenset({"picked", "decided", "offered"})] * 33
    some += [frozenset({"picked", "decided", "not_offered"})] * 19
    some += [frozenset({"picked", "expired"})] * 7
    found = {one.step: one for one in told("meals", "", "", some, 10)}
    # 59, 52, 33, 19 and 7, rounded to fives; 7 is too few to say.
    assert [found[n].count for n in ("picked", "decided", "offered", "not_offered", "expired")] == [
        60, 50, 35, 20, None,
    ]  # fmt: skip
    assert found["not_offered"].share == 0.4 and found["expired"].share is None
    assert found["contested"].count == 0 and found["contested"].share == 0
    assert {one.count for one in told("meals", "ethnicity", "a", some[:9], 10)} == {None}, (
        "no zero of few"
    )
    by_group = {one.step for one in told("meals", "ethnicity", "a", some, 10)}
    assert by_group == set(STEPS) - NOT_BY_GROUP


def acted(case: Case) -> Counter[str]:
    """A few households of every kind, and how often each step was reached."""
    item = offered(case)
    with store_of(case.root) as store:
        code = store.offers.code(item.name)
    contest_offer(case.root, code, "It is wrong.", today=TODAY)
    assert says_of(case, item.name, 3, "no_offer") == "taken_back"
    other = offered(case)
    record_outcome(case.root, other.name, took_up=True, today=TODAY)
    says(case, 2, "no_offer")
    leaving = next(one for one in queue(case) if one.state == "waiting")
    person = next(p for p in case.town.people if p.number in people_of(case, leaving))
    with store_of(case.root) as store:
        store.permissions.append([event(person, "refuse", day=29)], now=NOW)
        found: dict[str, list[tuple[str, str, str]]] = {}
        for name, _, act, by, state in store.offers.acts(USE):
            found.setdefault(name, []).append((act, by, state))
    return Counter(step for acts in found.values() for step in steps_of(acts))


def test_the_funnel_is_a_plain_count_and_goes_into_the_log_without_a_group(
    town: Case, tmp_path: Path
) -> None:
    wanted = acted(town)
    before = queue(town)
    with store_of(town.root) as store:
        rows = store.offers.rows([one.name for one in before])
    own = {
        name: {row for row in some if row.startswith("education/")} for name, some in rows.items()
    }
    first = next(some for some in own.values() if some)
    group = regrouped(town, first)
    found = funnel(town.root, USE, today=TODAY)
    shown = {one.step: one.count for one in found.steps if not one.by}
    few = wanted["picked"] < 10
    assert shown == {n: None if few else _shown(wanted[n]) for n in STEPS}
    kept = Counter(g for some in rows.values() for g in {group[r] for r in some if r in group})
    picked = {one.group: one.count for one in found.steps if one.by and one.step == "picked"}
    assert picked == {name: _shown(many) for name, many in kept.items()} and len(picked) == 2
    kind, body = town.leaves()[-1]
    assert kind == "offers" and body["counts"] == shown and "ethnicity" not in json.dumps(body)
    paths = write_funnel(found, tmp_path / "out")
    texts = [path.read_text("utf-8") for path in paths]
    lines = list(csv.DictReader(texts[1].splitlines()))
    assert len(lines) == len(found.steps) == len(json.loads(texts[0])["steps"])
    assert not any(one.name in text or one.key in text for one in before for text in texts)


def regrouped(case: Case, north: set[str]) -> dict[str, str]:
    """Two groups in the audit-only column of one feed; by row. north: the rows of one of them."""
    path = case.root / "feeds" / "data" / "education.csv"
    frame = pl.read_csv(path, infer_schema=False)
    rows = [f"education/{record}" for record in frame["record"]]
    said = ["north" if row in north else "south" for row in rows]
    frame.with_columns(ethnicity=pl.Series(said)).write_csv(path)
    return dict(zip(rows, said, strict=True))


def _shown(many: int) -> int | None:
    """10 and more to the nearest five, 0 as it is, 1 to 9 not at all."""
    return None if 0 < many < 10 else 5 * ((many + 2) // 5)


@pytest.mark.long
def test_the_steps_go_into_the_funnel_of_a_forecast_audit_in_memory(town: Case) -> None:
    acted(town)
    people = people_of_steps(town.root, USE, today=TODAY)
    assert set(people["person"]) == {person for one in queue(town) for person in one.people}
    n = people.height
    given = people.select("picked", "decided", "offered").to_dict(as_series=False)
    data = frame(n, town=np.where(np.arange(n) % 2, "North", "South"), **given)
    stages = [{"id": name, "column": name} for name in ("picked", "decided", "offered")]
    found = funnel_of(read(data, by=["town"], stages=stages))
    assert found is not None and found.irregular == 0
    rate = next(r for r in found.rates if r.key is None and r.stage == "offered")
    assert rate.counts == (people["offered"].sum(), people["decided"].sum(), n)


def test_a_word_of_the_ledger_that_is_a_no_is_known_to_the_queue() -> None:
    from licet.store.offers import NO

    assert set(EFFECTS) - {"grant", "expire", "invalidate", "request", "notify"} == NO
