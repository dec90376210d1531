"""Linked tables: whole numbers, what is cheapest, the same again, rounding, and nothing loaded early."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from licet.disclosure import Sum, confusion_sums, protect, rounded, rounded_counts, rounded_share
from licet.disclosure.exchanges import Ground, Need
from licet.disclosure.linked import shelter
from licet.errors import BadInput

SUMS = [Sum(0, (1, 2, 3)), Sum(1, (4, 5)), Sum(2, (6, 7)), Sum(3, (8, 9)),
        Sum(10, (4, 6, 8)), Sum(11, (5, 7, 9)), Sum(0, (10, 11))]  # fmt: skip
COUNTS = [200, 60, 70, 70, 4, 56, 30, 40, 35, 35, 69, 131]


def test_a_block_of_four_is_kept_back_for_one() -> None:
    """In a table with all margins one small count needs three others, and no margin."""
    mask = protect(COUNTS, SUMS)
    assert mask.sum() == 4 and mask[[4, 5]].all()
    assert not mask[[0, 1, 2, 3, 10, 11]].any()


def test_the_same_table_comes_out_alike() -> None:
    again = [protect(COUNTS, SUMS).tolist() for _ in range(3)]
    assert again[0] == again[1] == again[2]


def test_an_exchange_leaves_every_sum_and_no_count_negative() -> None:
    ground = Ground(np.array(COUNTS), SUMS)
    everything = np.ones(len(COUNTS), dtype=bool)
    for need in (Need(4, 0, True), Need(4, 10, False)):
        change = ground.cheapest([need], np.ones(len(COUNTS)), everything)
        assert change is not None
        (one,) = ground.exchanges(change)
        after = np.array(COUNTS) + one
        assert need.met(int(after[4])) and (after >= 0).all()
        assert all(after[s.total] == after[list(s.parts)].sum() for s in SUMS)
    wrong = np.zeros(len(COUNTS), dtype=np.int64)
    wrong[4] = 1
    assert not ground.is_exchange(wrong)
    assert not list(ground.exchanges(wrong * 0.5))


def test_where_only_hiding_everything_helps() -> None:
    """Two tables of the same few people: nothing but their own total can move."""
    assert protect([4, 4], [Sum(0, (1,))]).all()


def test_a_need_that_is_met_asks_for_nothing() -> None:
    kept = np.zeros(len(COUNTS), dtype=bool)
    found = shelter(np.array(COUNTS), SUMS, kept, [Need(5, 56, False), Need(5, 60, True)])
    assert not found.any()


def test_near_stops_at_cells_that_may_not_change() -> None:
    ground = Ground(np.array(COUNTS), SUMS)
    allowed = np.zeros(len(COUNTS), dtype=bool)
    allowed[[4, 5, 8]] = True
    near = ground.near(4, allowed)
    assert near[[4, 5, 8]].all()  # by a row, and by a column
    allowed[8] = False
    assert ground.near(4, allowed).sum() == 2


def test_people_of_unknown_group_shelter_and_are_no_group() -> None:
    """Twenty of them beside one small group: nothing else is kept back."""
    table = {
        (): [120, 100, 100, 100, 0],
        (("a", "in"),): [7, 40, 40, 40, 0],
        (("a", "out"),): [93, 40, 40, 40, 0],
    }
    linked = confusion_sums(table)
    mask = linked.protect()
    assert linked.hides(mask, (("a", "in"),), "tp")
    assert not linked.hides(mask, (("a", "out"),), "tp", "fp", "fn", "tn")
    # The rest of the group is the others of its column; it is theirs to be shown.
    assert not linked.hides_rest(mask, (("a", "in"),), "tp")
    assert linked.hides_rest(mask, (("a", "out"),), "tp")


def test_cells_printed_of_no_crossed_group_shelter_the_others() -> None:
    table = {(("a", a), ("b", b)): [30, 30, 30, 30, 5 + 3 * (a == b)] for a in "01" for b in "01"}
    single = {((c, n),): [60, 60, 60, 60, 13] for c in "ab" for n in "01"}
    counts = {(): [120, 120, 120, 120, 26], **single, **table}
    every = confusion_sums(counts)
    few = confusion_sums(counts, crossed=("tp", "fp", "fn", "tn", "known"))
    group = (("a", "0"), ("b", "1"))
    assert every.hides(every.protect(), group, "people", "unknown")
    mask = few.protect()
    assert few.hides(mask, group, "unknown") and few.hides(mask, group, "people")
    assert not few.hides(mask, group, "tp", "fp", "fn", "tn", "known")
    assert not few.hides(mask, (("a", "0"),), *few.cells)


def test_rounding() -> None:
    assert [rounded(n) for n in (0, 2, 3, 7, 8, 12, 13)] == [0, 0, 5, 5, 10, 10, 15]
    assert rounded(1234, 10) == 1230
    assert rounded_counts([12, 4, 1003], [False, True, False]) == (10, None, 1005)
    assert rounded_share(532, 1901) == round(530 / 1900, 3)
    assert rounded_share(12, 43) == 0.22  # 10 of 45
    assert rounded_share(None, 43) is None and rounded_share(1, 2) is None
    with pytest.raises(BadInput, match="step 0"):
        rounded(5, 0)


def test_the_program_starts_without_scipy() -> None:
    """Linear programming is loaded when a table needs it."""
    code = "import licet.disclosure, sys; assert 'scipy' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
