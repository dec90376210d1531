"""Disclosure control by hand: what is kept back, why, and what is left alone."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from licet.disclosure import suppress, suppress_table, visible_cell
from licet.errors import BadInput

# A dot is shown, s is small, c is kept back to shelter; B after a row: its base is kept back too.
CASES = {
    "nothing small": (
        [[60, 40], [30, 20], [30, 20]], [[1, 2]],
        ["..", "..", ".."],
    ),
    "zeros are shown, and so is everybody": (
        [[60, 40], [30, 0], [30, 40]], [[1, 2]],
        ["..", "..", ".."],
    ),
    "a small count hides the other option, and the same of the smallest group": (
        [[100, 100, 50], [40, 5, 20], [30, 45, 15], [30, 50, 15]], [[1, 2, 3]],
        ["...", ".sc", ".cc", "..."],
    ),
    "people of unknown group are shelter enough": (
        [[100, 100, 50], [40, 5, 20], [30, 40, 10]], [[1, 2]],
        ["...", ".sc", "..."],
    ),
    "a small base hides its group and the next smallest": (
        [[100, 100], [3, 2], [20, 25], [77, 73]], [[1, 2, 3]],
        ["..", "ssB", "ccB", ".."],
    ),
    "a base of which too many are unknown hides alone": (
        [[100, 100], [3, 2], [60, 60], [20, 20]], [[1, 2, 3]],
        ["..", "ssB", "..", ".."],
    ),
    "a zero of a small group is kept back like the rest of it": (
        [[100, 100], [5, 0], [20, 25], [75, 75]], [[1, 2, 3]],
        ["..", "ssB", "ccB", ".."],
    ),
    "a group whose rest is small": (
        [[60, 44], [58, 41], [2, 3]], [[1, 2]],
        ["..", "ccB", "ssB"],
    ),
    "a group whose rest is small, though others are of unknown group": (
        [[70, 44], [58, 41], [2, 3]], [[1, 2]],
        ["..", "ccB", "ssB"],
    ),
    "an option too rare in the whole sample takes the next rarest along, in every group": (
        [[60, 30, 4], [30, 15, 0], [30, 15, 4]], [[1, 2]],
        [".cs", ".cc", ".cs"],
    ),
    "too few people altogether": (
        [[4, 3], [4, 1], [0, 2]], [[1, 2]],
        ["ssB", "ssB", "ssB"],
    ),
    "nobody asked in a group: nobody to protect": (
        [[60, 40], [0, 0], [60, 40]], [[1, 2]],
        ["..", "..", ".."],
    ),
    "two small counts that shelter each other need more, for their sum is small": (
        [[60, 60, 60], [3, 4, 40], [57, 56, 20]], [[1, 2]],
        ["...", "ssc", "ccc"],
    ),
    "breakdowns are sheltered apart": (
        [[100, 100], [50, 50], [50, 50], [5, 45], [95, 55]], [[1, 2], [3, 4]],
        ["..", "..", "..", "sc", "cc"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_is_kept_back(name: str) -> None:
    counts, partitions, expected = CASES[name]
    found = suppress(counts, partitions)
    marks = [
        "".join(reason[:1] or "." for reason in row) + "B" * int(base)
        for row, base in zip(found.reasons, found.bases, strict=True)
    ]
    assert marks == expected


def test_the_threshold_is_a_choice() -> None:
    counts, partitions = [[60, 40], [5, 25], [55, 15]], [[1, 2]]
    assert suppress(counts, partitions, threshold=10).hidden.any()
    assert not suppress(counts, partitions, threshold=5).hidden.any()
    assert not suppress(counts, partitions, threshold=1).hidden.any()


@pytest.mark.parametrize(
    ("nets", "nets_kept", "options_kept"),
    [
        ([], [], [1, 2]),  # the smallest option joins the third, which is small
        ([[0, 1]], [False], [2, 3]),  # the first net holds none of what is kept back
        (
            [[0, 2]],
            [False],
            [0, 2],
        ),  # it holds all of it, which the base and the others tell anyway
        ([[0, 2], [1, 2], [2, 3]], [True, False, True], [1, 2]),  # two are split whatever is chosen
        ([None], [True], [1, 2]),  # unknown: never shown beside anything kept back
    ],
)
def test_nets_never_split_what_is_kept_back(
    nets: list[list[int] | None], nets_kept: list[bool], options_kept: list[int]
) -> None:
    counts = [[200, 100, 90, 100], [90, 15, 5, 20], [110, 85, 85, 80]]
    found = suppress(counts, [[1, 2]], nets=nets)
    for row in (1, 2):
        assert np.flatnonzero(found.hidden[row, :4]).tolist() == options_kept
        assert found.hidden[row, 4:].tolist() == nets_kept
    assert not found.hidden[0].any()


def test_a_difference_is_kept_back_where_it_would_tell_the_unknown() -> None:
    """The rest of group 1 is group 2; with people of unknown group it is not the whole less 1."""
    complete = suppress([[100, 100, 50], [60, 55, 15], [20, 20, 20], [20, 25, 15]], [[1, 2, 3]])
    assert not complete.differences.any()
    unknown = suppress([[120, 120, 60], [60, 55, 25], [20, 25, 4], [20, 20, 15]], [[1, 2, 3]])
    kept = np.flatnonzero(unknown.hidden[2])
    assert kept.tolist() == [0, 2] or kept.tolist() == [1, 2]
    assert not unknown.hidden[1].any()
    assert unknown.differences[1, kept].all()
    assert unknown.differences[1].sum() == len(kept)


@pytest.mark.parametrize(
    ("base", "count", "visible"),
    [
        (9, None, False), (10, None, True), (42, None, True),
        (42, 0, True), (42, 1, False), (42, 9, False), (42, 10, True),
        (42, 32, True), (42, 33, False), (42, 41, False), (42, 42, True),
        (9, 0, False), (0, 0, False),
    ],
)  # fmt: skip
def test_a_single_figure(base: int, count: int | None, visible: bool) -> None:
    assert visible_cell(base, count, 10) is visible


@pytest.mark.parametrize(
    ("counts", "partitions", "threshold", "what"),
    [
        ([[10, -1]], [], 10, "not a table"),
        ([10, 10], [], 10, "not a table"),
        ([[10, 10], [6, 6], [6, 3]], [[1, 2]], 10, "more people than the whole"),
        ([[10, 10]], [], 0, "threshold"),
    ],
)
def test_counts_that_nobody_can_have_are_refused(
    counts: list[object], partitions: list[list[int]], threshold: int, what: str
) -> None:
    with pytest.raises(BadInput, match=what):
        suppress(counts, partitions, threshold=threshold)


def long(counts: dict[tuple[str, str], list[int]], nets: dict[str, list[int]]) -> pl.DataFrame:
    """The long table of one item with every column of the matrix."""
    rows = []
    for (by, group), row in counts.items():
        n = sum(row)
        named = [("option", f"option {place}", count) for place, count in enumerate(row)]
        named += [("net", net, sum(row[o] for o in options)) for net, options in nets.items()]
        for kind, option, count in named:
            share = count / n if n else None
            figures = dict.fromkeys(
                ("se", "deff", "effective_base", "low", "high", "estimate"), share
            )
            bases = {"weighted_base": float(n), "df": n - 1.0, "kish_base": float(n)}
            rest = dict.fromkeys(
                ("difference", "difference_se", "difference_df"), None if by == "all" else 0.5
            )
            rows.append(
                {"item": "q", "option": option, "kind": kind, "by": by, "group": group, "n": n}
                | {"count": count, **bases, **figures, **rest}
            )
    return pl.DataFrame(rows)


COUNTS = {
    ("all", "all"): [100, 100, 50],
    ("age", "young"): [40, 5, 20],
    ("age", "old"): [60, 95, 30],
    ("place", "town"): [98, 97, 47],
    ("place", "island"): [2, 3, 3],
}


def cell(frame: pl.DataFrame, group: str, option: str) -> dict[str, object]:
    return frame.filter((pl.col("group") == group) & (pl.col("option") == option)).row(
        0, named=True
    )


def test_the_long_table_loses_every_number_of_what_is_kept_back() -> None:
    frame = long(COUNTS, {})
    found = suppress_table(frame)
    assert found.columns == [*frame.columns, "suppressed"]
    assert found.select("item", "option", "by", "group").equals(
        frame.select("item", "option", "by", "group")
    )
    small = cell(found, "young", "option 1")
    numbers = ("count", "estimate", "se", "deff", "effective_base", "low", "high", "difference")
    assert small["suppressed"] == "small"
    assert [small[name] for name in numbers] == [None] * len(numbers)
    assert small["n"] == 65 and small["kish_base"] == 65
    assert cell(found, "old", "option 1")["suppressed"] == "complement"
    island = cell(found, "island", "option 0")
    assert [island[name] for name in ("n", "weighted_base", "df", "kish_base")] == [None] * 4
    assert cell(found, "town", "option 0")["n"] is None, "the whole less the island"
    everybody = found.filter(pl.col("by") == "all")
    assert everybody.drop("suppressed").equals(frame.filter(pl.col("by") == "all"))


def test_the_order_of_rows_changes_nothing() -> None:
    frame = long(COUNTS, {"first two": [0, 1]}).with_row_index("place")
    nets = {"q": {"first two": ["option 0", "option 1"]}}
    straight = suppress_table(frame.drop("place"), nets=nets)
    shuffled = frame.sample(fraction=1, shuffle=True, seed=3)
    found = suppress_table(shuffled.drop("place"), nets=nets)
    again = found.with_columns(shuffled["place"]).sort("place").drop("place")
    assert again.equals(straight)


def test_a_single_group_stands_against_its_rest() -> None:
    """As groups by expression do: 4 people outside the group said option 1."""
    counts = {("all", "all"): [100, 40, 50], ("parents", "parents"): [60, 36, 20]}
    found = suppress_table(long(counts, {}))
    assert cell(found, "parents", "option 1")["suppressed"] == "complement"
    assert cell(found, "parents", "option 1")["difference"] is None
    small_rest = {("all", "all"): [100, 40], ("parents", "parents"): [96, 38]}
    assert cell(suppress_table(long(small_rest, {})), "parents", "option 0")["n"] is None


def test_the_rest_is_taken_from_the_table_where_it_is_there() -> None:
    """20 of the 24 people outside the group are of unknown group: the rest is 4 people."""
    counts = {("all", "all"): [60, 44], ("parents", "parents"): [50, 30]}
    frame = long(counts, {})
    assert cell(suppress_table(frame), "parents", "option 0")["suppressed"] == ""
    rest = frame.with_columns(
        pl.Series("rest_n", [None, None, 4, 4]), pl.Series("rest_count", [None, None, 2, 2])
    )
    found = suppress_table(rest)
    # People of unknown group shelter the four, but the difference would tell their share.
    assert cell(found, "parents", "option 0")["difference"] is None
    assert cell(found, "parents", "option 0")["rest_count"] is None


def test_nets_without_their_options_are_kept_back_beside_anything_kept_back() -> None:
    frame = long(COUNTS, {"first": [0]})
    blind = suppress_table(frame)
    assert cell(blind, "young", "first")["suppressed"] == "complement"
    known = suppress_table(frame, nets={"q": {"first": ["option 0"]}})
    assert cell(known, "young", "first")["suppressed"] == ""
    assert cell(known, "island", "first")["suppressed"] == "small"


@pytest.mark.parametrize(
    ("spoil", "what"),
    [
        (lambda frame: frame.filter(pl.col("by") != "all"), "the whole sample is not"),
        (lambda frame: frame[:-1], "not whole"),
        (lambda frame: pl.concat([frame, frame[-1:]]), "not whole"),
    ],
)
def test_a_table_in_parts_is_refused(spoil, what: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(BadInput, match=what):
        suppress_table(spoil(long(COUNTS, {})))
