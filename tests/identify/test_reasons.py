"""Reasons in words, and how sure it is that rows are of one person."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from licet.identify.links import REVIEWED, how_sure, weakest_links
from licet.identify.picked import Reason
from licet.identify.words import not_known, sentence, services
from tests.conftest import FULL
from tests.identify.made import feed, rule, with_table

AWAY = Reason(
    "p1", "away", "A child was away from school for ten half days or more in half a year.", "education",
    "absences", 9, 9, date(2026, 3, 3), date(2026, 6, 20), 14.0, 12.0,
)  # fmt: skip
FEEDS = {"education": feed()}


def test_a_reason_says_what_how_much_when_and_how_sure() -> None:
    assert sentence(AWAY, FEEDS) == (
        "A child was away from school for ten half days or more in half a year: 14 in all, in 9 lines on 9 days, "
        "3 March to 20 June 2026 (School roll). The records are joined by links that are almost certain."
    )  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"total": None, "days": None, "lines": 1}, ": 1 line, 3 March to 20 June 2026"),
        ({"total": None, "lines": 12}, ": 12 lines on 9 days, "),
        ({"total": 1234.5, "days": 1}, ": 1,234.5 in all, in 9 lines on 1 day, "),
        ({"total": 100.0, "days": None}, ": 100 in all, in 9 lines, "),
        ({"first": date(2025, 12, 30)}, "30 December 2025 to 20 June 2026 (School roll)."),
        ({"first": date(2026, 6, 20)}, "days, 20 June 2026 (School roll)."),
        ({"weight": 7.0}, "links that are likely."),
        ({"weight": 4.3}, "links that are the weakest that count."),
        ({"feed": "gone"}, "(gone)."),
    ],
)
def test_its_parts(changes: dict[str, object], said: str) -> None:
    assert said in sentence(replace(AWAY, **changes), FEEDS)  # type: ignore[arg-type]


def test_nothing_is_said_of_links_where_there_is_none() -> None:
    assert sentence(replace(AWAY, weight=None), FEEDS).endswith("(School roll).")


def test_links_are_called_by_how_often_such_a_link_is_wrong() -> None:
    """2 ** 10 = 1024: wrong in fewer than one of 1,000; 2 ** 6.6 = 97: in about one of 100."""
    said = {bits: how_sure(bits) for bits in (3.0, 6.5, 6.7, 9.9, 10.0, REVIEWED)}
    wrong = {bits: 1 / (1 + 2**bits) for bits in said}
    assert [bits for bits, words in said.items() if words == "almost certain"] == [10.0, REVIEWED]
    assert all(wrong[bits] < 0.001 for bits, words in said.items() if words == "almost certain")
    assert all(wrong[bits] < 0.0105 for bits, words in said.items() if words == "likely")
    assert said[3.0] == said[6.5] == "the weakest that count"


def test_what_is_not_known_is_told_once_and_of_criteria_that_are_met_alone() -> None:
    told = with_table(known_faults=("Late.",)).model_copy(update={"known_faults": ("Moved away.",)})
    found = rule(
        {"known_faults": ("A  guess.",)}, {"known_faults": ("Not asked.",)}, known_faults=("Late.",)
    )
    assert not_known(found, {"education": told}, ["c1"]) == ("Late.", "A guess.", "Moved away.")
    assert not_known(found, {}, []) == ("Late.",)


def test_services_are_told_once() -> None:
    assert services([AWAY, AWAY, replace(AWAY, feed="gone")], FEEDS) == ("education",)


ROWS = st.lists(st.integers(0, 3), min_size=1, max_size=9)


def oracle(person: list[int], links: list[tuple[int, int, float]]) -> list[float]:
    """The greatest weight at which what is joined by links of that weight or more is joined by all of them."""
    found: dict[int, float] = {}
    for who in set(person):
        own = [(a, b, w) for a, b, w in links if person[a] == who == person[b] and a != b]

        def parts(
            least: float, own: list[tuple[int, int, float]] = own, who: int = who
        ) -> list[set[int]]:
            groups = [{row} for row, of in enumerate(person) if of == who]
            for a, b, weight in own:
                if weight >= least:
                    joined = [g for g in groups if a in g or b in g]
                    groups = [g for g in groups if g not in joined] + [set().union(*joined)]
            return sorted(groups, key=min)

        whole = parts(-np.inf)
        good = [weight for *_, weight in own if parts(weight) == whole]
        found[who] = max(good) if good and any(len(part) > 1 for part in whole) else np.nan
    return [found[who] for who in person]


@settings(max_examples=2000 if FULL else 300, deadline=None, derandomize=True)
@given(person=ROWS, data=st.data())
def test_a_person_hangs_on_the_weakest_link_that_is_needed(
    person: list[int], data: st.DataObject
) -> None:
    place = st.integers(0, len(person) - 1)
    bits = st.sampled_from([4.0, 5.5, 7.0, 7.25, 12.0, REVIEWED])
    links = data.draw(st.lists(st.tuples(place, place, bits), max_size=14))
    ends = np.array(links, dtype=np.float64).reshape(-1, 3)
    found = weakest_links(person, ends[:, 0], ends[:, 1], ends[:, 2])
    np.testing.assert_array_equal(found, oracle(person, links))


def test_a_reviewed_link_of_infinite_weight_is_as_good_as_certain() -> None:
    assert weakest_links([0, 0], [0], [1], [np.inf]).tolist() == [REVIEWED, REVIEWED]
