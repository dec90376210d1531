"""Tables of lines in a feed: every break of their declaration, and what is counted of them."""

from __future__ import annotations

from datetime import date

import polars as pl

from licet.feeds.formats import Formats
from licet.feeds.lines import line_faults
from licet.feeds.table_profile import table_profile
from tests.identify.made import feed

TABLE = feed().tables["absences"]


def lines(**changed: list[str | None]) -> pl.DataFrame:
    whole: dict[str, list[str | None]] = {
        "pupil": ["1", "2"], "day": ["2026-01-05", "2026-01-06"], "entered": ["2026-01-07"] * 2,
        "missed": ["1", "2"], "ok": ["yes", "no"], "why": ["ill", "other"],
        "back": ["2026-01-09", None], "late": ["0", "0"],
    }  # fmt: skip
    return pl.DataFrame({**whole, **changed}, schema_overrides={"pupil": pl.String})


def test_lines_that_keep_the_declaration_have_no_fault() -> None:
    assert [*line_faults(TABLE, Formats(dates="%Y-%m-%d"), lines())] == []


def test_every_kind_of_cell_that_does_not_fit_is_told_with_what_would() -> None:
    wrong = lines(pupil=["1", None], day=["5/1/2026", "2026-01-06"], missed=["many", "2"],
                  ok=["maybe", "no"], why=["tired", "ill"], back=["soon", None])  # fmt: skip
    found = {
        f.where.split(" =")[0]: f for f in line_faults(TABLE, Formats(dates="%Y-%m-%d"), wrong)
    }
    assert "1 line has no record number" in found["record"].what
    for place, allowed in (
        ("happened", "the declared format '%Y-%m-%d'"), ("values.sessions", "a number, such as 12"),
        ("values.excused", "yes"), ("values.reason", "the declared words: ill, holiday, other"),
        ("values.due", "the declared format"),
    ):  # fmt: skip
        assert (
            found[place].allowed.startswith(allowed) and "1 cell does not fit" in found[place].what
        )


def test_lines_are_counted_but_never_a_few_of_them() -> None:
    """Of 40 lines 20 are of records that the extract has not, 12 without a day, 3 after the extract."""
    made = pl.DataFrame({
        "record": ["1"] * 20 + ["9"] * 20,
        "happened": [None] * 12 + [date(2027, 1, 1)] * 3 + [date(2026, 1, 1)] * 25,
        "recorded": [date(2026, 1, 2)] * 40,
        "sessions": [None] * 15 + [1] * 25,
    })  # fmt: skip
    found = table_profile("absences", made, pl.Series([1, 2]), date(2026, 9, 1), 10)
    assert (found.lines, found.missing) == (40, {"sessions": 15})
    assert 20 in vars(found).values() and 12 in vars(found).values()
    assert 3 not in vars(found).values()
    assert table_profile("a", made.head(4), pl.Series([1]), date(2026, 9, 1), 10).lines is None
