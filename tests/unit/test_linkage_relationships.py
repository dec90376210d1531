"""Mentions become relationships only where exactly one person fits."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from licet.errors import BadInput
from licet.linkage.relationships import Resolved, complete_families, families, resolve

ON = date(2026, 6, 1)
BIRTH = date(1985, 5, 1)
ROWS = {
    **dict.fromkeys(("person", "row", "feed", "record", "address"), pl.String),
    **dict.fromkeys(("given", "family", "previous_family"), pl.String),
    **dict.fromkeys(("dated", "birth", "seen_from", "seen_to"), pl.Date),
}
MENTIONS = {
    **dict.fromkeys(
        ("row", "place", "role", "relationship", "given", "family", "record"), pl.String
    ),
    "birth": pl.Date,
}
KIT = {
    "person": "kit",
    "row": "school/1",
    "feed": "school",
    "record": "1",
    "given": "kit",
    "family": "moss",
}
ANN = {"person": "ann", "row": "gp/1", "given": "ann", "family": "moss", "birth": BIRTH}


def rows(*given: dict[str, Any]) -> pl.DataFrame:
    plain = {"feed": "gp", "dated": date(2026, 1, 1), "address": "u:7"}
    told = [{**plain, "record": f"r{k}", **row} for k, row in enumerate(given)]
    return pl.DataFrame([{name: row.get(name) for name in ROWS} for row in told], schema=ROWS)


def resolved(mention: dict[str, Any], *people: dict[str, Any]) -> Resolved:
    told = {
        "row": "school/1",
        "place": "guardian1",
        "role": "guardian",
        "relationship": "parent",
        **mention,
    }
    frame = pl.DataFrame([{name: told.get(name) for name in MENTIONS}], schema=MENTIONS)
    return resolve(frame, rows(KIT, *people))


def outcome(found: Resolved) -> str:
    counts = ("found", "nobody", "several", "themselves", "too_little")
    (told,) = [name for name in counts if getattr(found, name)]
    assert len(found.relationships) == (told == "found")
    return told


NAMED = {"given": "ann", "family": "moss"}


@pytest.mark.parametrize(
    ("mention", "people", "expected"),
    [
        (NAMED, [ANN], "found"),
        (NAMED, [], "nobody"),
        (NAMED, [{**ANN, "address": "u:8"}], "nobody"),
        (NAMED, [{**ANN, "address": "u:8"}, {**ANN, "row": "gp/2"}], "found"),
        (NAMED, [ANN, {**ANN, "row": "gp/2"}], "found"),
        (NAMED, [ANN, {**ANN, "row": "gp/2", "person": "ann the younger"}], "several"),
        (NAMED, [{**ANN, "family": "hill", "previous_family": "moss"}], "found"),
        ({**NAMED, "birth": BIRTH}, [ANN], "found"),
        ({**NAMED, "birth": BIRTH}, [{**ANN, "birth": None}], "found"),
        ({**NAMED, "birth": date(1950, 1, 1)}, [ANN], "nobody"),
        (
            {**NAMED, "birth": BIRTH},
            [ANN, {**ANN, "row": "gp/2", "person": "elder ann", "birth": date(1950, 1, 1)}],
            "found",
        ),
        ({"given": "ann"}, [ANN], "too_little"),
        ({"given": "kit", "family": "moss"}, [], "themselves"),
        (
            {"record": "77"},
            [{**ANN, "feed": "school", "record": "77", "address": None}],
            "found",
        ),
        ({"record": "77"}, [{**ANN, "record": "77"}], "nobody"),
        ({**NAMED, "record": "77"}, [ANN], "nobody"),
    ],
)
def test_a_mention(mention: dict[str, Any], people: list[dict[str, Any]], expected: str) -> None:
    assert outcome(resolved(mention, *people)) == expected


def test_a_relationship_is_typed_dated_and_sourced() -> None:
    found = resolved(NAMED, ANN).relationships
    assert found.rows() == [("kit", "ann", "guardian", "parent", date(2026, 1, 1), None, "school")]


def test_partners_are_told_once() -> None:
    one = resolved({**NAMED, "role": "partner"}, ANN).relationships
    assert one.select("person", "other").rows() == [("ann", "kit")]


def test_an_unknown_role_is_refused_with_the_nearest() -> None:
    with pytest.raises(BadInput, match="write 'guardian'"):
        resolved({**NAMED, "role": "gaurdian"}, ANN)


def edges(*told: tuple[str, str, str, date, date | None]) -> pl.DataFrame:
    schema = {
        "person": pl.String,
        "other": pl.String,
        "kind": pl.String,
        "from": pl.Date,
        "to": pl.Date,
    }
    return pl.DataFrame(told, schema=schema, orient="row")


def test_families_are_relationships_that_hold_and_contacts_make_none() -> None:
    first = date(2020, 1, 1)
    told = edges(
        ("kit", "ann", "guardian", first, None),
        ("kit", "ben", "guardian", first, None),
        ("ann", "eve", "contact", first, None),
        ("lee", "ben", "guardian", first, date(2024, 1, 1)),
        ("sam", "zoe", "mother_baby", first, None),
    )
    found = families(told, ON)
    assert found.rows() == [
        ("ann", "ann"),
        ("ann", "ben"),
        ("ann", "kit"),
        ("sam", "sam"),
        ("sam", "zoe"),
    ]
    assert complete_families(found, ["ben"]).rows() == [("sam", "sam"), ("sam", "zoe")]
    assert len(families(edges(), ON)) == 0
