"""Scope ``family``: who is missing from a row takes their family's households out."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from licet.chapters.families import unnamed, whole_families
from licet.linkage.households import Households, Tally
from licet.linkage.relationships import COLUMNS

AT = date(2026, 11, 30)
HOMES = {"h1": ("ann", "mum"), "h2": ("ann", "dad"), "h3": ("zoe", "gran"), "h4": ("solo",)}
"""Ann has two homes."""


def households() -> Households:
    rows = [(h, p) for h, people in HOMES.items() for p in people]
    homes = pl.DataFrame(
        [(h, p, f"a-{h}", None, None, "education", AT) for h, p in rows],
        schema=["household", "person", "address", "from", "to", "source", "at"],
        orient="row",
    )
    membership = pl.DataFrame([(f"{p}@{h}", h) for h, p in rows], ["row", "person"], orient="row")
    empty = pl.DataFrame()
    return Households(homes, membership, empty, empty, Tally(7, 0, 1, 0, 0, 0, 0))


def related(
    *pairs: tuple[str, str], kind: str = "guardian", to: date | None = None
) -> pl.DataFrame:
    rows = [(a, b, kind, "parent", date(2020, 1, 1), to, "education") for a, b in pairs]
    schema = dict.fromkeys(COLUMNS, pl.String) | {"from": pl.Date, "to": pl.Date}
    return pl.DataFrame(rows, schema=schema, orient="row")


MEMBERS = pl.DataFrame(
    {"row": [f"education/{p}" for p in ("ann", "mum", "dad", "zoe", "gran", "solo")]}
).with_columns(person=pl.col("row").str.strip_prefix("education/"))


def left(missing: set[str], relationships: pl.DataFrame) -> set[str]:
    rows = {f"education/{person}" for person in missing}
    found = whole_families(households(), relationships, MEMBERS, rows, AT)
    assert set(found.membership["person"]) == set(found.homes["household"])
    for name in set(found.homes["household"]):
        kept = set(found.homes.filter(pl.col("household") == name)["person"])
        assert kept == set(HOMES[name]), "whole or not at all"
    return set(found.homes["household"])


EVERY = set(HOMES)


@pytest.mark.parametrize(
    ("missing", "kept"),
    [
        (set(), EVERY),
        ({"solo"}, EVERY - {"h4"}),
        ({"ann"}, {"h3", "h4"}),
        ({"dad"}, {"h3", "h4"}),  # the father's partner said no: h1 is of the same family
        ({"gran"}, EVERY - {"h3"}),
    ],
    ids=[
        "nobody",
        "of one alone",
        "of the child",
        "of one parent",
        "of who lives with another family",
    ],
)
def test_a_household_needs_everybody_of_its_families(missing: set[str], kept: set[str]) -> None:
    assert left(missing, related(("ann", "mum"), ("ann", "dad"))) == kept


def test_what_has_ended_makes_no_family() -> None:
    ended = related(("ann", "dad"), to=date(2024, 1, 1))
    assert left({"dad"}, ended) == EVERY - {"h2"}
    assert left({"dad"}, related(("ann", "dad"), kind="contact")) == EVERY - {"h2"}


def test_only_blanked_members_of_the_family_are_missing() -> None:
    mentions = pl.DataFrame(
        [("a", "1", "guardian"), ("a", "2", "guardian"), ("b", "1", "guardian"),
         ("c", "1", "contact"), ("d", "1", "partner")],
        ["row", "place", "role"], orient="row",
    )  # fmt: skip
    kept = pl.DataFrame([("a", "1"), ("b", "1")], ["row", "place"], orient="row")
    permitted = pl.DataFrame({"row": ["a", "b", "c"]})
    assert unnamed(mentions, kept, permitted) == {"a"}, "d was not let in, c names a contact"
    nothing = pl.DataFrame(schema={"row": pl.String, "place": pl.String})
    assert unnamed(mentions, nothing, permitted) == {"a", "b"}
