"""Address keys and residences: what counts as the same dwelling, and for how long."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from licet.linkage.addresses import address_forms, address_keys, slip_apart
from licet.linkage.households import complete_households, households, residences

ON = date(2026, 6, 1)
KEY = b"k" * 32
SCHEMA = {
    "person": pl.String, "row": pl.String, "feed": pl.String, "dated": pl.Date,
    "house": pl.String, "street": pl.String, "postcode": pl.String, "uprn": pl.String,
    "birth": pl.Date, "seen_from": pl.Date, "seen_to": pl.Date,
}  # fmt: skip


def rows(*given: dict[str, Any]) -> pl.DataFrame:
    plain = {
        "feed": "gp",
        "dated": date(2026, 1, 1),
        "house": "1",
        "street": "mill lane",
        "postcode": "AB1 2CD",
    }
    told = [{"row": f"gp/{k}", "person": f"p{k}", **plain, **row} for k, row in enumerate(given)]
    return pl.DataFrame([{name: row.get(name) for name in SCHEMA} for row in told], schema=SCHEMA)


def same(*given: dict[str, Any]) -> bool:
    keys = address_keys(rows(*given))
    return keys.null_count() == 0 and keys.n_unique() == 1


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ({}, {}, True),
        ({"uprn": "7"}, {"uprn": "7", "house": None, "postcode": None}, True),
        ({"uprn": "7"}, {"uprn": "8"}, False),
        ({"uprn": "7"}, {}, True),
        ({"house": "1"}, {"house": "2"}, False),
        ({"house": "flat 1 1"}, {"house": "1"}, False),
        ({"postcode": "AB1 2CE"}, {}, False),
        ({"street": "mill lnae"}, {}, True),
        ({"street": "mil lane"}, {}, True),
        ({"street": "mill road"}, {}, False),
        ({"street": None}, {}, True),
        ({"street": "mill lnae", "uprn": "7"}, {}, True),
        ({"street": "mill lnae", "uprn": "7"}, {"uprn": "8"}, False),
        ({"house": None}, {"house": None}, False),
        ({"postcode": None}, {"postcode": None}, False),
    ],
)
def test_the_same_address(one: dict[str, Any], other: dict[str, Any], expected: bool) -> None:
    assert same(one, other) is expected
    assert same(other, one) is expected


def test_what_two_references_share_is_neither() -> None:
    keys = address_keys(rows({"uprn": "7"}, {"uprn": "8"}, {}))
    assert keys.n_unique() == 3


def test_two_references_show_that_a_slip_was_none() -> None:
    streets = ({"street": "oak rd", "uprn": "7"}, {"street": "oak rds", "uprn": "8"})
    assert (
        address_keys(rows(*streets, {"street": "oak rda"}, {"street": "oak rdx"})).n_unique() == 4
    )
    assert address_keys(rows({"street": "oak rda"}, {"street": "oak rdx"})).n_unique() == 1
    assert address_keys(rows(*streets, {"street": "oak rd"})).to_list() == ["u:7", "u:8", "u:7"]


def test_a_missing_street_is_not_guessed_between_two() -> None:
    keys = address_keys(rows({"street": "oak road"}, {"street": "mill lane"}, {"street": None}))
    assert keys.n_unique() == 3


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("oak", "oak", False), ("oak", "oka", True), ("oak", "ok", True), ("oak", "oaks", True),
        ("oak", "elk", False), ("oak", "kao", False), ("oak", "o", False), ("", "a", True),
        ("abcd", "badc", False), ("abcd", "abdc", True), ("ab", "ba", True),
    ],
)  # fmt: skip
def test_one_slip(one: str, other: str, expected: bool) -> None:
    assert slip_apart(one, other) is expected
    assert slip_apart(other, one) is expected


def periods(*given: tuple[int | None, int | None]) -> list[tuple[date, date | None]]:
    year = [[date(y, 1, 1) if y else None for y in period] for period in given]
    told = [{"person": "p", "seen_from": first, "seen_to": last} for first, last in year]
    return residences(rows(*told)).periods.select("from", "to").rows()


def test_periods_that_overlap_or_adjoin_are_one() -> None:
    first, last = date(2001, 1, 1), date(2006, 1, 1)
    assert periods((2001, 2004), (2003, 2006)) == [(first, last)]
    assert periods((2001, 2006), (2003, 2004)) == [(first, last)]
    assert periods((2001, 2006), (2006, None)) == [(first, None)]
    assert periods((2001, 2002), (2005, 2006)) == [
        (first, date(2002, 1, 1)),
        (date(2005, 1, 1), last),
    ]
    assert periods((2001, None), (2005, 2006)) == [(first, None)]
    assert periods((2001, 2005), (2002, 2003), (2004, 2006)) == [(first, last)]


def test_a_day_between_periods_is_enough_to_part_them() -> None:
    def told(day: int) -> int:
        one = {"person": "p", "seen_from": date(2001, 1, 1), "seen_to": date(2001, 1, 30)}
        two = {"person": "p", "seen_from": date(2001, 2, day), "seen_to": date(2001, 3, 1)}
        return len(residences(rows({**one, "seen_to": date(2001, 1, 31)}, two)).periods)

    assert (told(1), told(2)) == (1, 2)


def test_rows_without_a_usable_address_are_counted() -> None:
    ends = {"seen_from": date(2020, 1, 1), "seen_to": date(2019, 1, 1)}
    found = residences(rows({"house": None}, ends, {}))
    assert (found.without, found.reversed, len(found.periods)) == (1, 1, 1)


def lived(frame: pl.DataFrame, **more: Any) -> Any:
    return households(residences(frame), ON, KEY, "use", more.pop("counter", 1), **more)


def test_ten_people_are_a_household_and_eleven_are_not() -> None:
    assert len(lived(rows(*[{}] * 10)).homes) == 10
    found = lived(rows(*[{}] * 11))
    assert len(found.homes) == 0
    assert (found.tally.crowded_addresses, found.tally.crowded_people) == (1, 11)
    assert len(lived(rows(*[{}] * 11), largest=11).homes) == 11


def test_who_moved_into_a_home_for_many_is_no_longer_at_their_old_address() -> None:
    moved = {"person": "p0", "uprn": "900", "house": "9", "dated": date(2026, 2, 1)}
    found = lived(rows({}, moved, {}), communal={"900"})
    assert found.homes["person"].to_list() == ["p2"]
    assert (found.tally.communal_addresses, found.tally.communal_people) == (1, 1)


def test_a_household_keeps_its_id_while_somebody_stays_and_shows_no_address() -> None:
    one = lived(rows({"uprn": "7654321"}, {}))
    two = lived(rows({"uprn": "7654321"}, {"house": "2"}, {}), counter=2, previous=one.membership)
    ids = dict(two.homes.select("person", "household").rows())
    assert ids["p0"] == ids["p2"] == one.homes["household"][0] != ids["p1"]
    shown = one.homes.write_csv() + two.homes.write_csv() + two.membership.write_csv()
    assert not [text for text in ("7654321", "mill", "AB1") if text in shown]
    other = households(residences(rows({}, {})), ON, KEY, "another-use", 1)
    assert not set(other.homes["address"]) & set(one.homes["address"])


def test_a_household_with_somebody_not_permitted_is_left_out() -> None:
    found = lived(rows({}, {"uprn": "7"}, {"house": "2"}))
    missing = rows({"street": "quite another way of writing it"})
    told = complete_households(found, address_forms(missing)["form"].to_list())
    assert told.homes["person"].to_list() == ["p2"]
    by_reference = rows({"house": None, "uprn": "7"})
    told = complete_households(found, address_forms(by_reference)["form"].to_list())
    assert told.homes["person"].to_list() == ["p2"]
    assert set(told.membership["person"]) == set(told.homes["household"])
    assert complete_households(found, ()).homes.equals(found.homes)


def test_names_are_never_read() -> None:
    assert {"given", "family"}.isdisjoint(SCHEMA)
    found = residences(rows({}, {}).with_columns(given=pl.lit("x"), family=pl.Series(["a", "b"])))
    assert found.periods.equals(residences(rows({}, {})).periods)
