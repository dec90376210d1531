"""An attacker with a linear program learns no small count from what is shown.

The attacker knows every count, net and base shown, every difference from the rest (as the exact
count of the rest), and how the table is made: options add up to bases, groups with the people of
unknown group to the whole sample. Counts are people, so none is negative. What it can say of a
count is the least and the greatest value that fit all of that.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from licet.disclosure import Suppression, breakdowns, suppress


@dataclass(frozen=True)
class Case:
    """counts: shape (rows, options), the whole sample first. unknown: which breakdowns have people
    of unknown group. nets: their options."""

    counts: np.ndarray
    partitions: tuple[tuple[int, ...], ...]
    nets: tuple[tuple[int, ...], ...]
    threshold: int


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Small tables: one or two breakdowns of the same people, with and without unknown groups."""
    options = draw(st.integers(2, 4))
    threshold = draw(st.sampled_from([3, 5, 10]))
    # Many small counts, some large: where the rules bite.
    cell = st.one_of(st.integers(0, threshold + 2), st.integers(0, 40), st.just(0))
    first = np.array(
        draw(st.lists(st.lists(cell, min_size=options, max_size=options), min_size=1, max_size=5))
    )
    with_unknown = [draw(st.booleans()), draw(st.booleans())]
    whole = first.sum(axis=0)
    blocks = [first]
    if draw(st.booleans()):
        blocks.append(_split_again(draw, whole))
    rows, partitions = [whole], []
    for block, unknown in zip(blocks, with_unknown, strict=False):
        shown = block[1:] if unknown and len(block) > 1 else block
        partitions.append(tuple(range(len(rows), len(rows) + len(shown))))
        rows += list(shown)
    names = st.lists(st.integers(0, options - 1), min_size=1, max_size=options, unique=True)
    nets = tuple(tuple(net) for net in draw(st.lists(names, max_size=2)))
    return Case(np.array(rows), tuple(partitions), nets, threshold)


def _split_again(draw: st.DrawFn, whole: np.ndarray) -> np.ndarray:
    """The same people in another breakdown of two or three groups."""
    left, rows = whole.copy(), []
    for _ in range(draw(st.integers(1, 2))):
        rows.append(np.array([draw(st.integers(0, int(most))) for most in left]))
        left = left - rows[-1]
    return np.array([*rows, left])


class Attacker:
    """Everything that can be derived from what is shown of one item."""

    def __init__(self, case: Case, found: Suppression) -> None:
        counts, self.options = case.counts, case.counts.shape[1]
        unknown = [counts[0] - counts[list(p)].sum(axis=0) for p in case.partitions]
        self.truth = np.vstack([counts, *unknown])
        self.left: list[np.ndarray] = []
        self.right: list[float] = []
        for place, partition in enumerate(case.partitions):
            for option in range(self.options):
                self._know([(0, option)], [(r, option) for r in partition], len(counts) + place)
            if not unknown[place].any():
                self._show([(len(counts) + place, o) for o in range(self.options)])
            for row in partition:
                others = [other for other in partition if other != row]
                self._learn(case, found.differences[row], others)
        for row in range(len(counts)):
            self._learn(case, found.hidden[row], [row])
            if not found.bases[row]:
                self._show([(row, option) for option in range(self.options)])

    def _know(self, plus: list[tuple[int, int]], minus: list[tuple[int, int]], last: int) -> None:
        line = np.zeros(self.truth.shape)
        for cell in plus:
            line[cell] = 1
        for cell in [*minus, (last, plus[0][1])]:
            line[cell] = -1
        self.left.append(line.ravel())
        self.right.append(0)

    def _learn(self, case: Case, kept: np.ndarray, rows: list[int]) -> None:
        """Options and nets that are shown, summed over rows."""
        columns = [(o,) for o in range(self.options)] + list(case.nets)
        for options, hidden in zip(columns, kept, strict=True):
            if not hidden:
                self._show([(row, option) for row in rows for option in options])

    def _show(self, cells: list[tuple[int, int]]) -> None:
        """The sum of these cells is shown."""
        line = np.zeros(self.truth.shape)
        for cell in cells:
            line[cell] = 1
        self.left.append(line.ravel())
        self.right.append(float((line * self.truth).sum()))

    def range_of(self, cells: list[tuple[int, int]]) -> tuple[float, float]:
        """Least and greatest sum of these cells that fit what is shown."""
        aim = np.zeros(self.truth.shape)
        for cell in cells:
            aim[cell] = 1
        ends = []
        for sign in (1, -1):
            found = linprog(sign * aim.ravel(), A_eq=np.array(self.left), b_eq=self.right)
            if found.status == 3:  # unbounded
                ends.append(np.inf)
                continue
            assert found.status == 0, found.message
            ends.append(round(sign * found.fun, 6))
        return ends[0], ends[1]


def _visible_are_fit(case: Case, found: Suppression) -> None:
    """Nothing small is shown."""
    t = case.threshold
    bases = case.counts.sum(axis=1)
    nets = [case.counts[:, list(net)].sum(axis=1, keepdims=True) for net in case.nets]
    full = np.concatenate([case.counts, *nets], axis=1)
    others = bases[:, None] - full
    for figure in (full, others):
        assert not ((figure >= 1) & (figure < t) & ~found.hidden).any()
    assert not ((bases >= 1) & (bases < t) & ~found.bases).any()
    assert found.hidden[found.bases].all()
    assert (found.differences | ~found.hidden).all()


@given(cases())
@settings(max_examples=4 * settings().max_examples)
def test_a_linear_program_learns_no_small_count(case: Case) -> None:
    """Every small count that is not shown may be 0 as well as the threshold or more."""
    found = suppress(case.counts, case.partitions, nets=case.nets, threshold=case.threshold)
    _visible_are_fit(case, found)
    attacker = Attacker(case, found)
    bases = case.counts.sum(axis=1)
    for row, base in enumerate(bases):
        if 1 <= base < case.threshold:
            low, high = attacker.range_of([(row, o) for o in range(case.counts.shape[1])])
            assert low == 0 and high >= case.threshold, (row, low, high)
        for option, count in enumerate(case.counts[row]):
            if 1 <= count < case.threshold:
                low, high = attacker.range_of([(row, option)])
                assert low == 0 and high >= case.threshold, (row, option, low, high)
            elif count == 0 and 1 <= base < case.threshold:
                # Either as free as any other, or nobody at all gave it in a wider group.
                low, high = attacker.range_of([(row, option)])
                assert low == 0 and (high == 0 or high >= case.threshold), (row, option, high)


@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_breakdowns_and_unknown_nets(case: Case, random: object) -> None:
    """A net of unknown options is never shown where a known one is not."""
    known = suppress(case.counts, case.partitions, nets=case.nets, threshold=case.threshold)
    blind = suppress(
        case.counts, case.partitions, nets=[None] * len(case.nets), threshold=case.threshold
    )
    options = case.counts.shape[1]
    hides_options = blind.hidden[:, :options].any(axis=1)
    assert (blind.hidden[:, options:] >= hides_options[:, None]).all()
    turned = suppress(case.counts, case.partitions[::-1], nets=case.nets, threshold=case.threshold)
    assert (turned.hidden == known.hidden).all() and (turned.bases == known.bases).all()


@given(cases())
def test_nothing_is_kept_back_without_need(case: Case) -> None:
    """A table without small counts or bases is shown whole."""
    counts = np.where((case.counts >= 1) & (case.counts < case.threshold), 0, case.counts)
    parts = [counts[list(p)].sum(axis=0) for p in case.partitions]
    counts[0] = np.max([counts[0], *parts], axis=0)
    bases, t = counts.sum(axis=1), case.threshold
    rests = [bases[list(p)].sum() - bases[r] for p in case.partitions for r in p]
    found = suppress(counts, case.partitions, nets=case.nets, threshold=t)
    if not any(1 <= rest < t for rest in rests):
        assert not found.hidden.any() and not found.bases.any()
        assert not found.differences[bases > 0].any()


@st.composite
def overlapping(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    """Groups by expression over a few kinds of people: their counts, and their overlaps."""
    kinds, groups, options = (
        draw(st.integers(2, 6)),
        draw(st.integers(2, 5)),
        draw(st.integers(2, 4)),
    )
    cell = st.one_of(st.integers(0, 12), st.integers(0, 60))
    answers = np.array(
        draw(
            st.lists(
                st.lists(cell, min_size=options, max_size=options), min_size=kinds, max_size=kinds
            )
        )
    )
    masks = st.lists(st.booleans(), min_size=groups, max_size=groups)
    member = np.array(draw(st.lists(masks, min_size=kinds, max_size=kinds))).astype(np.int64)
    counts = np.vstack([answers.sum(axis=0), member.T @ answers])
    return counts, member.T @ np.diag(answers.sum(axis=1)) @ member


@given(overlapping())
@settings(max_examples=2 * settings().max_examples)
def test_groups_that_share_nobody_give_no_small_count_away(
    case: tuple[np.ndarray, np.ndarray],
) -> None:
    """Whatever sets of disjoint groups are subtracted from the whole, no small count is left over."""
    counts, overlap = case
    rows = len(counts)
    table = np.vstack([counts, counts[0] - counts[1:]])
    rests = [(row, rows + row - 1) for row in range(1, rows)]
    sets = [tuple(group + 1 for group in one) for one in breakdowns(overlap) if len(one) > 1]
    found = suppress(table, rests, disjoint=sets, threshold=10)
    # Rests are no rows of a table: only the difference of a group from its rest tells them.
    hidden, bases = found.hidden.copy(), found.bases.copy()
    hidden[rows:], bases[rows:] = True, True
    nothing = np.ones_like(hidden)
    known = Case(table, (*rests, *sets), (), 10)
    attacker = Attacker(known, Suppression(hidden, found.small, bases, nothing))
    for row, rest in rests:
        attacker._learn(known, found.differences[row], [rest])
    for row in range(1, rows):
        for option, count in enumerate(counts[row]):
            if 1 <= count < 10:
                assert hidden[row, option]
                low, high = attacker.range_of([(row, option)])
                assert low < high, (row, option, low, high)
