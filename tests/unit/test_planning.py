"""Needs and plans at their edges; the numbers are in tests/simulation."""

from __future__ import annotations

import pytest

from licet.licence import Rule
from licet.planning import RULINGS, Need, Plan, chances, interviews_needed


@pytest.mark.parametrize(
    ("share", "deff", "interviews"), [(1.0, 1.0, 10), (0.0, 1.0, 10), (1.0, 1.5, 15)]
)
def test_a_certain_share_needs_hardly_anybody(share: float, deff: float, interviews: int) -> None:
    need = interviews_needed(share, 0.5, deff)
    assert need.interviews is not None and need.interviews <= interviews
    # Of six people all must agree before the interval of a unanimous answer leaves a half behind.
    assert need.effective == 6


def test_no_number_is_said_where_none_is_realistic() -> None:
    assert interviews_needed(0.5, 0.5) == Need(None, None, 0.8)
    assert interviews_needed(0.7501, 0.75) == Need(None, None, 0.8)


def test_chances_are_of_the_four_rulings() -> None:
    found = chances(Plan({"all": 100}, items=1), [0.2, 0.95], draws=200)
    assert list(found) == [0.2, 0.95]
    assert all(len(chance) == len(RULINGS) for chance in found.values())
    assert found[0.2] == (0, 0, 0, 1) and found[0.95] == (1, 0, 0, 0)


@pytest.mark.parametrize(("base", "index"), [(9, 2), (1, 2), (3000, 1)])
def test_a_tiny_base_is_not_known_and_a_true_half_is_asked(base: int, index: int) -> None:
    found = chances(Plan({"all": base}, items=1), [0.5], draws=2_000)[0.5]
    assert found[index] > 0.9


def test_plans_follow_stances_method_and_rule() -> None:
    base = {"all": 300}
    three, two = (chances(Plan(base, k=k), [0.7], draws=500)[0.7] for k in (3, 2))
    assert three[0] > 0.99 and two[0] == 0
    strict = Plan(base, rule=Rule(widest_half_width=0.01))
    assert chances(strict, [0.7], draws=500)[0.7] == (0, 0, 1, 0)
    wilson, exact = (
        chances(Plan({"all": 100}, items=1, method=m), [0.63], draws=4_000)[0.63]  # type: ignore[arg-type]
        for m in ("wilson", "korn-graubard")
    )
    assert wilson[0] >= exact[0]
