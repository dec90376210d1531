"""Rules: what may be declared, and what is told when something else is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from licet.errors import BadInput
from licet.files.criteria import read_rule, read_rules
from tests.identify.made import rule

OFFER: dict[str, Any] = {
    "what": "A talk with the school",
    "capacity": 5,
    "reviewers": ["Team 1", "Team 2"],
}
TOML = """
id = "meals"
title = "Free school meals"
use = "meals"
level = "person"
kind = "entitlement"

[[criteria]]
id = "low-income"
meaning = "The family receives Universal Credit."
feed = "benefits"
table = "payments"
where = "kind = 'uc'"
window = "90 days"
gives = "Free school meals"
"""


def test_a_rule_is_read(tmp_path: Path) -> None:
    (tmp_path / "criteria").mkdir()
    path = tmp_path / "criteria" / "meals.toml"
    path.write_text(TOML)
    found = read_rule(path)
    assert found.criteria[0].days == 90
    assert read_rules(tmp_path) == ((path, found),)
    again = tmp_path / "criteria" / "second.toml"
    again.write_text(TOML)
    with pytest.raises(BadInput, match=r"the id 'meals' is also that of meals\.toml"):
        read_rules(tmp_path)
    again.write_text(TOML.replace("90 days", "90").replace("person", "persn"))
    with pytest.raises(
        BadInput, match=r"second\.toml: level(?s:.*)second\.toml: criteria\[1\]: window"
    ):
        read_rules(tmp_path)


def test_criteria_of_one_right_are_known_by_its_words() -> None:
    found = rule(*({"gives": text} for text in ("Meals", "Bus  pass", " meals", "bus PASS", "Milk")), kind="entitlement")  # fmt: skip
    assert dict(found.rights) == {"Meals": ("c1", "c3"), "Bus pass": ("c2", "c4"), "Milk": ("c5",)}
    assert dict(rule({}).rights) == {}


def test_what_is_offered_changes_the_hash_and_its_absence_none() -> None:
    """A rule published before offers were declared keeps its hash."""
    told = rule({})
    assert [key for key in ('"offer":', '"care":', '"robust":') if key in told.canonical()] == []
    hashes = {rule({}, offer=OFFER | {"capacity": n}).hash() for n in (5, 6)} | {told.hash()}
    assert len(hashes) == 3


def test_a_workspace_may_have_no_rules(tmp_path: Path) -> None:
    assert read_rules(tmp_path) == ()


def test_a_window_ends_with_its_as_of_date() -> None:
    """180 days: the as-of date and the 179 before it. The day before those is outside."""
    (one, ever) = rule({"window": "180 days"}, {"window": "ever"}).criteria
    assert one.starts(date(2026, 6, 30)) == date(2026, 1, 1)
    assert one.starts(date(1, 1, 5)) == date(1, 1, 1)
    assert ever.starts(date(2026, 6, 30)) is None


def given(**changes: Any) -> Callable[[], object]:
    return lambda: rule(changes)


@pytest.mark.parametrize(
    ("make", "complaints"),
    [
        (given(window="6 months"), ["'6 months' is no window", "criteria[1]: window", 'write "183 days"']),
        (given(window=""), ["no window", '"ever"']),
        (given(window="0 days"), ["no window"]),
        (given(window="999999 days"), ["no window"]),
        (given(at_least=0), ["at_least"]),
        (given(at_least=1.5), ["at least 1.5 lines", "a whole number"]),
        (given(at_least=1.5, count="days"), ["at least 1.5 days"]),
        (given(total="sessions", count="days"), ["counted and a total"]),
        (given(count="dys"), ["criteria[1]: count", "write 'days'"]),
        (given(wher="x"), ["unknown key 'wher'", "write 'where'"]),
        (given(meaning=""), ["nothing is said"]),
        (given(gives="meals"), ["no entitlement", "criteria[1].gives"]),
        (lambda: rule({}, {"id": "c1"}), ["two criteria have the id 'c1'", "criteria: [2].id"]),
        (lambda: rule({}, {}, at_least=3), ["3 criteria are asked for, and 2 declared"]),
        (lambda: rule({}, at_least=0), ["at_least"]),
        (lambda: rule(criteria=[]), ["criteria", "nothing is listed"]),
        (lambda: rule({}, kind="entitlement"), ["gives no right", "audited as a forecast"]),
        (lambda: rule({"gives": "a"}, {"gives": "b"}, kind="entitlement", at_least=2),
         ["asks for 2 rights at once", "audited as a forecast"]),
        (lambda: rule({}, offer=OFFER | {"reviewers": []}), ["offer", "reviewers", "none of two different posts"]),
        (lambda: rule({}, offer=OFFER | {"reviewers": ["Team 1", "team  1"]}), ["1 of two different posts"]),
        (lambda: rule({}, offer=OFFER | {"reviewers": ["a", "b", "A"]}), ["a post twice"]),
        (lambda: rule({}, offer=OFFER | {"reviewers": ["a", "b@c.uk"]}), ["'b@c.uk' is no post", "reviewers[2]"]),
        (lambda: rule({}, offer=OFFER | {"capacity": 0}), ["offer: capacity"]),
        (lambda: rule({}, offer=OFFER | {"what": " "}), ["offer: what", "nothing is said"]),
        (lambda: rule({}, offer=OFFER | {"expires_days": 0}), ["offer: expires_days"]),
        (lambda: rule({}, offer={"what": "Help"}), ["offer: capacity", "offer: reviewers"]),
        (lambda: rule({}, robust={"gap": 1.5}), ["robust: gap"]),
        (lambda: rule({}, care={"review": {"source": "x"}}), ["care"]),
        (lambda: rule(level="family"), ["level", "household"]),
        (lambda: rule(use="a/b"), ["cannot be an id"]),
    ],
)  # fmt: skip
def test_refusals(make: Callable[[], object], complaints: list[str]) -> None:
    with pytest.raises(BadInput) as error:
        make()
    said = str(error.value)
    assert [text for text in complaints if text not in said] == [], said
