"""What users bring: every fault is said at once, with lines and columns, and never with a row's name."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from licet.audit.linked.audit import Asked, RunRows, audit_linked
from licet.audit.linked.given import judged_of, kind_of, truth_of
from licet.errors import BadInput

RUN = {f"education/{n}": n for n in range(6)}
KNOWN = pl.Series([*RUN, "education/90", "education/91"])
TODAY = date(2026, 6, 1)


def truth(**columns: list[object]) -> pl.DataFrame:
    rows = {"row": list(RUN), "person": [f"person-{n // 2}" for n in range(6)]}
    return pl.DataFrame({**rows, **columns}, strict=False)


def pairs(**columns: list[object]) -> pl.DataFrame:
    made = {"row_a": ["education/0", "education/2"], "row_b": ["education/1", "education/3"]}
    return pl.DataFrame({**made, "same": ["yes", "no"], **columns}, strict=False)


TRUTHS = [
    ("nothing", truth().head(0), "there is nothing in it"),
    ("no person", truth().drop("person"), "the column 'person' is missing"),
    ("an empty person", truth(person=["a", None, "b", "b", None, "c"]), "2 cells of 'person' are empty: lines 3, 6"),
    ("a row twice", truth(row=["education/0"] * 2 + list(RUN)[2:]), "1 rows stand there again: line 3"),
    ("a strange row", truth(row=["police/7", *list(RUN)[1:]]), "1 of 6 rows are of no run: line 2"),
    ("many strange rows", truth(row=[f"police/{n}" for n in range(6)]), "6 of 6 rows are of no run: lines 2, 3, 4, 5, 6, and 1 more"),
    ("only rows left out", truth().head(2).with_columns(row=pl.Series(["education/90", "education/91"])), "no row of the run is among them"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("frame", "said"), [case[1:] for case in TRUTHS], ids=[c[0] for c in TRUTHS]
)
def test_truth_that_cannot_be_used(frame: pl.DataFrame, said: str) -> None:
    with pytest.raises(BadInput) as refused:
        truth_of(frame, RUN, KNOWN, "labels.csv")
    assert said in str(refused.value)
    assert "labels.csv" in str(refused.value)
    assert "police/" not in str(refused.value) and "person-" not in str(refused.value)


def test_all_faults_of_truth_are_said_at_once() -> None:
    frame = truth(
        row=["education/0", "education/0", "police/7", *list(RUN)[3:]],
        person=["a", None, *"bcde"[:4]],
    )
    with pytest.raises(BadInput) as refused:
        truth_of(frame, RUN, KNOWN, "labels.csv")
    assert len(refused.value.faults) == 3


def test_rows_that_were_left_out_may_be_in_the_truth() -> None:
    more = pl.DataFrame({"row": ["education/90"], "person": ["person-9"]})
    found = truth_of(pl.concat([truth(), more]), RUN, KNOWN, "labels.csv")
    assert found.outside == 1
    with pytest.raises(BadInput, match="1 of 7 rows are of no run"):
        truth_of(pl.concat([truth(), more]), RUN, None, "labels.csv")


def test_rows_of_other_feeds_tell_of_households_alone() -> None:
    more = pl.DataFrame({"row": ["police/1", "police/2"], "person": ["person-0", "person-7"]})
    frame = pl.concat([truth(), more]).with_columns(household=pl.lit("h"))
    found = truth_of(frame, RUN, KNOWN, "labels.csv", ("police",))
    assert found.rows.height == 6 and found.outside == 0
    assert found.homes is not None and found.homes.rows() == [("h", 4)]


PAIRS = [
    ("nothing", pairs().head(0), "there is nothing in it"),
    ("no answer", pairs().drop("same"), "the column 'same' is missing"),
    ("not looked at", pairs(same=["yes", None]), "1 cells of 'same' are empty: line 3"),
    ("perhaps", pairs(same=["perhaps", "yes"]), "1 answers say neither yes nor no: line 2"),
    ("itself", pairs(row_b=["education/0", "education/3"]), "1 rows are compared with themselves: line 2"),
    ("again", pairs(row_a=["education/0", "education/1"], row_b=["education/1", "education/0"]), "1 pairs stand there again: line 3"),
    ("a strange row", pairs(row_b=["education/1", "police/7"]), "1 of 2 rows are of no run: line 3"),
    ("a negative weight", pairs(weight=[1.0, -2.0]), "1 weights are no numbers above 0: line 3"),
    ("no weight", pairs(weight=[1.0, None]), "1 cells of 'weight' are empty: line 3"),
    ("a word", pairs(weight=["1", "much"]), "1 weights are no numbers above 0: line 3"),
    ("an endless weight", pairs(weight=[1.0, float("inf")]), "1 weights are no numbers above 0: line 3"),
]  # fmt: skip


@pytest.mark.parametrize(("frame", "said"), [case[1:] for case in PAIRS], ids=[c[0] for c in PAIRS])
def test_pairs_that_cannot_be_used(frame: pl.DataFrame, said: str) -> None:
    with pytest.raises(BadInput) as refused:
        judged_of(frame, RUN, "review.csv")
    assert said in str(refused.value)
    assert "police/" not in str(refused.value)


@pytest.mark.parametrize(
    ("same", "codes"),
    [
        (["yes", "no"], [1, 0]),
        ([True, False], [1, 0]),
        ([1, 0], [1, 0]),
        ([" Match ", "N"], [1, 0]),
    ],
)
def test_answers_in_several_words(same: list[object], codes: list[int]) -> None:
    assert judged_of(pairs(same=same), RUN, "review.csv").same.tolist() == codes


def test_pairs_without_strata_are_strata_of_their_weights() -> None:
    found = judged_of(pairs(weight=[3.0, 5.0]), RUN, "review.csv")
    assert found.drawn and found.stratum.tolist() == [0, 1]
    assert judged_of(pairs(), RUN, "review.csv").drawn is False


@pytest.mark.parametrize(
    ("columns", "kind"),
    [
        (["row", "person"], "truth"),
        (["row", "simulant_id", "household"], "truth"),
        (["row_a", "row_b", "same"], "pairs"),
        (["a", "b", "same", "weight"], "sample"),
    ],
)
def test_the_columns_say_what_it_is(columns: list[str], kind: str) -> None:
    assert kind_of(pl.DataFrame(schema=columns)) == kind


def test_neither_truth_nor_pairs() -> None:
    with pytest.raises(BadInput, match="is 'person' meant"):
        kind_of(pl.DataFrame(schema=["row", "persen"]))


def run() -> RunRows:
    return RunRows(pl.DataFrame({"row": list(RUN), "person": ["a", "a", "b", "b", "c", "d"]}))


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (Asked(TODAY, by=("ethnicty",)), "unknown column 'ethnicty'"),
        (Asked(TODAY, by=("ethnicity", "ethnicity")), "a column is named twice"),
        (
            Asked(TODAY, by=("ethnicity",), intersections=(("ethnicity", "sex"),)),
            "unknown column 'sex'",
        ),
        (
            Asked(TODAY, by=("ethnicity",), intersections=(("ethnicity",),)),
            "an intersection of one column",
        ),
        (Asked(TODAY, draws=10), "10 draws"),
        (Asked(TODAY, level=95), "a confidence level of 95"),
    ],
)
def test_what_cannot_be_asked(asked: Asked, said: str) -> None:
    frame = truth(ethnicity=["x", "y", "x", "y", "x", "y"])
    with pytest.raises(BadInput, match=said):
        audit_linked(run(), asked, truth=frame)


def test_the_nearest_column_is_named() -> None:
    with pytest.raises(BadInput, match="write 'ethnicity' if that is meant"):
        audit_linked(run(), Asked(TODAY, by=("ethnicty",)), truth=truth(ethnicity=["x"] * 6))


def test_a_column_of_many_values_is_no_breakdown() -> None:
    rows = pl.DataFrame(
        {"row": [f"f/{n}" for n in range(100)], "person": [str(n) for n in range(100)]}
    )
    told = rows.with_columns(number=pl.col("person"))
    with pytest.raises(BadInput, match="the column 'number' has 100 values"):
        audit_linked(RunRows(rows), Asked(TODAY, by=("number",)), truth=told)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (pl.DataFrame({"row": ["a/1", "a/1"], "person": ["x", "y"]}), "1 rows stand there again"),
        (pl.DataFrame({"row": ["a/1", None], "person": ["x", "y"]}), "rows or persons are missing"),
        (pl.DataFrame({"row": ["a/1"]}), "the column 'person' is missing"),
        (pl.DataFrame(schema={"row": pl.String, "person": pl.String}), "there is no row in it"),
    ],
)
def test_clusters_that_cannot_be_used(rows: pl.DataFrame, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        audit_linked(RunRows(rows), Asked(TODAY))
