"""Which old rows a new one may be compared with: those that agree with it on a whole block."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from licet.linkage.changes import near
from licet.linkage.spec import BLOCK_PARTS, FIELDS, standard_spec

HELD = ("given", "family", "birth", "house", "street", "postcode", "uprn", "nhs")
FEW = st.sampled_from([None, "a", "ab", "b"])
BIRTH = st.one_of(st.none(), st.integers(0, 800).map(lambda n: date(1999, 12, 1) + timedelta(n)))
ROW = st.fixed_dictionaries({name: BIRTH if name == "birth" else FEW for name in HELD})
SCHEMA = {name: pl.Date if name == "birth" else pl.String for name in HELD}
SPEC = standard_spec(HELD)
WORKED_OUT = (
    ("birth_year", "given"),
    ("birth_day", "family"),
    ("initial", "postcode"),
)
WIDE = SPEC.model_copy(update={"blocks": WORKED_OUT})


def agrees(one: Mapping[str, object], other: Mapping[str, object], parts: tuple[str, ...]) -> bool:
    def value(row: Mapping[str, object], part: str) -> object:
        if part == "initial":
            return row["given"] and str(row["given"])[0]
        if not part.startswith("birth_"):
            return row[part]
        born = row["birth"]
        if born is None:
            return None
        return born.year if part == "birth_year" else (born.month, born.day)  # type: ignore[attr-defined]

    return all(value(one, p) is not None and value(one, p) == value(other, p) for p in parts)


@given(st.lists(ROW, max_size=12), st.lists(ROW, min_size=1, max_size=4), st.booleans())
def test_they_are_those_of_the_blocks(
    old: list[dict[str, object]], fresh: list[dict[str, object]], wide: bool
) -> None:
    spec = WIDE if wide else SPEC
    frames = [
        pl.DataFrame(rows, schema=SCHEMA, orient="row").with_row_index("node")
        for rows in (old, fresh)
    ]
    expected = [
        k
        for k, row in enumerate(old)
        if any(agrees(row, new, parts) for new in fresh for parts in spec.blocks)
    ]
    found = near(*frames, spec)
    assert found["node"].to_list() == expected
    assert found.columns == frames[0].columns


def test_a_field_that_is_not_held_agrees_with_nothing() -> None:
    rows = pl.DataFrame({"node": [0], "given": ["a"], "birth": [date(2000, 1, 1)]})
    assert near(rows, rows.drop("birth"), SPEC).is_empty()
    assert near(rows.drop("node"), rows, SPEC).height == 1


def test_every_part_of_a_block_is_tried_above() -> None:
    tried = {part for parts in WORKED_OUT for part in parts}
    assert set(BLOCK_PARTS) - set(FIELDS) <= tried
