"""Homes at a date, against the rule written out plainly, day by day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from licet.linkage.households import homes_at, households, residences

START = date(2026, 1, 1)
END = 30
KEY = b"k" * 32
PLACES = ("1", "2", "3")
FEEDS = ("gp", "school")
Told = dict[str, Any]


def day(number: int | None) -> date | None:
    return None if number is None else START + timedelta(number)


@st.composite
def rows_told(draw: st.DrawFn) -> list[Told]:
    number = st.none() | st.integers(0, 20)
    return [
        {
            "person": draw(st.sampled_from(["ann", "kit"])),
            "feed": draw(st.sampled_from(FEEDS)),
            "dated": draw(st.integers(0, 20)),
            "house": draw(st.sampled_from(PLACES)),
            "first": draw(number),
            "last": draw(number),
        }
        for _ in range(draw(st.integers(1, 7)))
    ]


def frame(told: list[Told]) -> pl.DataFrame:
    text = dict.fromkeys(
        ("person", "row", "feed", "house", "street", "postcode", "uprn"), pl.String
    )
    days = dict.fromkeys(("dated", "birth", "seen_from", "seen_to"), pl.Date)
    births = {"ann": date(1980, 1, 1), "kit": date(2015, 1, 1)}
    made = [
        {
            **{name: t[name] for name in ("person", "feed", "house")},
            "row": f"{t['feed']}/{k}",
            "street": "mill lane",
            "postcode": "AB1 2CD",
            "uprn": None,
            "dated": day(t["dated"]),
            "birth": births[t["person"]],
            "seen_from": day(t["first"]),
            "seen_to": day(t["last"]),
        }
        for k, t in enumerate(told)
    ]
    return pl.DataFrame(made, schema=text | days)


def stretches(told: list[Told], person: str, house: str) -> list[Told]:
    """Runs of days for which rows put the person there; open ends run to the last day."""
    held = []
    for row in told:
        if row["person"] == person and row["house"] == house:
            last = END if row["last"] is None else row["last"]
            first = min(row["dated"], last) if row["first"] is None else row["first"]
            if first <= last:
                held.append((set(range(first, last + 1)), row))
    days = sorted(set().union(*(covered for covered, _ in held)) if held else set())
    runs: list[list[int]] = []
    for number in days:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    found = []
    for run in runs:
        said = [row for covered, row in held if covered & set(run)]
        newest = min(said, key=lambda row: (-row["dated"], row["feed"]))
        stated = any(row["first"] is not None for row in said)
        found.append(
            {
                "house": house,
                "days": run,
                "stated": stated,
                **{k: newest[k] for k in ("feed", "dated")},
            }
        )
    return found


def plain(told: list[Told], person: str, at: int) -> set[str]:
    current = [s for house in PLACES for s in stretches(told, person, house) if at in s["days"]]
    current.sort(key=lambda s: (-s["dated"], -s["days"][0], s["house"]))
    homes = {current[0]["house"]} if current else set()
    if person == "kit":
        for other in current[1:]:
            first = current[0]
            begun = max(first["days"][0], other["days"][0])
            both_dated = first["dated"] >= begun and other["dated"] >= begun
            if (
                first["feed"] != other["feed"]
                and first["stated"]
                and other["stated"]
                and both_dated
            ):
                return homes | {other["house"]}
    return homes


@given(rows_told(), st.integers(0, 20))
def test_homes_are_those_of_the_plain_rule(told: list[Told], at: int) -> None:
    found = homes_at(residences(frame(told)), START + timedelta(at))
    for person in ("ann", "kit"):
        mine = found.filter(pl.col("person") == person)["address"].to_list()
        assert {key.split("|")[0].removeprefix("a:") for key in mine} == plain(told, person, at)
        assert len(mine) == len(set(mine))


@given(rows_told(), st.integers(0, 20), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(told: list[Told], at: int, shuffled: Any) -> None:
    on = START + timedelta(at)
    one = households(residences(frame(told)), on, KEY, "use", 1)
    turned = frame(told).sample(fraction=1.0, shuffle=True, seed=shuffled.randrange(1000))
    two = households(residences(turned), on, KEY, "use", 1)
    assert one.homes.equals(two.homes) and one.tally == two.tally
