"""What wrong links do to a rule: links are as wrong as they are said to be, and each figure is the plain one."""

from __future__ import annotations

from math import isnan

import numpy as np
import polars as pl
import pytest

from licet.audit.people import GroupKey
from licet.audit.standing import Standing
from licet.identify.criteria import Robust
from licet.identify.robust import (
    LOST,
    REPEATS,
    damaged,
    demands,
    found_share,
    not_compared,
    row_chance,
    tries,
    wrong_share,
)
from licet.linkage.measures import pairwise

A, B = (GroupKey("ethnicity", name, name) for name in "ab")
PASS, FAIL, OPEN = Standing.PASS, Standing.FAIL, Standing.UNDETERMINED


def town(people: int, rows: int = 3) -> pl.DataFrame:
    """Each person in as many feeds, a row in each."""
    feeds = [f"feed{n}" for n in range(rows)]
    return pl.DataFrame({
        "feed": feeds * people,
        "record": [str(n) for n in range(people * rows)],
        "person": [f"p{n // rows}" for n in range(people * rows)],
    })  # fmt: skip


@pytest.mark.parametrize(("missed", "false"), [(0.1, 0.0), (0.0, 0.06), (0.08, 0.04)])
def test_pairs_are_wrong_as_often_as_it_is_said(missed: float, false: float) -> None:
    """18,000 pairs: three standard errors of a share of 0.1 are 0.007, and rows of a person go together.

    A pair is still together where both rows kept their person. One that is swapped meets two rows of another,
    so that a share of the pairs found is false.
    """
    whole = town(6000)
    n = whole.height
    found = damaged(whole, np.full(n, missed), np.full(n, false), [1, 2])
    agreed = pairwise(found["person"].to_numpy(), whole["person"].to_numpy())
    kept = (1 - missed) * (1 - false)
    assert agreed.recall == pytest.approx(kept, abs=0.01)
    assert 1 - agreed.precision == pytest.approx(false, abs=0.01)
    assert found.select("feed", "record").equals(whole.select("feed", "record"))


def test_a_swapped_row_takes_the_person_of_a_row_of_its_own_feed() -> None:
    whole = town(300)
    found = damaged(whole, np.zeros(900), np.full(900, 0.5), [3])
    for feed in ("feed0", "feed1", "feed2"):
        was, now = (
            frame.filter(pl.col("feed") == feed)["person"].sort() for frame in (whole, found)
        )
        assert was.equals(now)
    assert (found["person"] != whole["person"]).sum() > 200


def test_a_row_that_lost_its_person_is_nobody_else() -> None:
    found = damaged(town(50), np.full(150, 0.9), np.zeros(150), [3])
    lost = found.filter(pl.col("person").str.starts_with(LOST))["person"]
    assert lost.n_unique() == len(lost) > 60


def test_a_row_alone_has_no_link_to_lose() -> None:
    alone = town(50, rows=1)
    assert damaged(alone, np.full(50, 0.9), np.zeros(50), [3]).equals(alone)


def test_without_wrong_links_nothing_changes_and_a_seed_draws_the_same() -> None:
    whole, none = town(40), np.zeros(120)
    assert damaged(whole, none, none, [1]).equals(whole)
    some = np.full(120, 0.3)
    first, again, other = (damaged(whole, some, some, seed) for seed in ([1, 1], [1, 1], [1, 2]))
    assert first.equals(again) and not first.equals(other)


def test_the_chance_of_a_row_by_hand() -> None:
    """0.19 of pairs: 0.9 * 0.9 = 0.81 of them whole, so a row is wrong one time in ten."""
    assert row_chance(np.array([0.0, 0.19, 0.75])) == pytest.approx([0.0, 0.1, 0.5])


def drawn(
    seed: int, chance: dict[str, float], extra: float = 0.0, repeats: int = REPEATS
) -> list[frozenset[str]]:
    draw = np.random.default_rng(seed)
    return [
        frozenset({n for n, p in chance.items() if draw.random() < p} | {f"x{k}" for k in range(100) if draw.random() < extra})
        for _ in range(repeats)
    ]  # fmt: skip


def test_shares_are_the_plain_ones() -> None:
    """Of a, b, c found 2 + 1 + 0 of 2 times each: 3 of 6. Found at all 3 and x, y, y: 3 of 6 are wrong."""
    told = tries(["c", "a", "b"], [frozenset("abxy"), frozenset("ay")], {})
    assert found_share(told).value == pytest.approx(3 / 6)
    assert wrong_share(told).value == pytest.approx(3 / 6)
    assert told.wrong == {"x": 1, "y": 2}
    nobody = tries(["a"], [frozenset()], {})
    assert found_share(nobody).value == 0 and isnan(wrong_share(nobody).value)


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    """Of 300 draws of 60 units, each found with a chance of its own, 95 % hold the mean chance; the fewest
    that chance alone gives one time in 1,000 are 272."""
    held = 0
    for seed in range(300):
        own = np.random.default_rng([seed, 9]).beta(18, 2, 60)
        told = tries(
            [f"u{n}" for n in range(60)], drawn(seed, {f"u{n}": p for n, p in enumerate(own)}), {}
        )
        found = found_share(told)
        held += found.low <= 0.9 <= found.high
    assert held >= 272


def standings(chances: tuple[float, float], extra: float = 0.0, units: int = 80, **limits: float) -> dict[str, Standing]:  # fmt: skip
    """Half of the units in each of two groups, found with these chances."""
    names = [f"u{n}" for n in range(units)]
    chance = {name: chances[n % 2] for n, name in enumerate(names)}
    groups = {A: frozenset(names[::2]), B: frozenset(names[1::2])}
    told = tries(names, drawn(5, chance, extra), groups)
    robust = Robust(by=("ethnicity",), **limits)  # type: ignore[arg-type]
    return {
        f"{one.measure}{one.key.group if one.key else ''}": one.standing
        for one in demands(told, robust)
    }


def test_all_found_is_within_every_tolerance() -> None:
    assert standings((0.97, 0.97)) == {"found": PASS, "wrong": PASS, "gapa": PASS, "gapb": PASS}


@pytest.mark.parametrize(
    ("chances", "extra", "failing"),
    [((0.7, 0.7), 0.0, "found"), ((0.97, 0.97), 0.3, "wrong"), ((0.99, 0.8), 0.0, "gapb")],
)
def test_each_demand_fails_alone(chances: tuple[float, float], extra: float, failing: str) -> None:
    assert standings(chances, extra)[failing] is FAIL


def test_on_the_line_nothing_is_shown_either_way() -> None:
    assert standings((0.9, 0.9))["found"] is OPEN


def test_too_few_are_not_judged_and_their_figure_is_not_told() -> None:
    told = tries([f"u{n}" for n in range(9)], drawn(1, {f"u{n}": 1.0 for n in range(9)}), {})
    (only,) = demands(told, Robust())
    assert only.standing is OPEN and only.figures == "" and only.people is None


def test_a_group_of_few_is_named_as_not_compared_and_none_compared_settles_nothing() -> None:
    names = [f"u{n}" for n in range(40)]
    groups = {A: frozenset(names[:9]), B: frozenset(names[:31])}
    told = tries(names, drawn(1, dict.fromkeys(names, 1.0)), groups)
    assert not_compared(told) == (A, B)
    last = list(demands(told, Robust()))[-1]
    assert last.standing is OPEN and last.says.startswith("No group is compared")
