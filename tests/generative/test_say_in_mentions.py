"""Whose word counts about the cells that name somebody: passing over the others changes nothing."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from licet.chapters.changing import Rules, _blanked, _Found
from licet.permission.reach import Fit, Reach, mention_stays

EFFECTS = ("granted", "refused", "none")
RULES = Rules(0.0, (), (), (), {})
FIT = st.tuples(st.integers(0, 5), st.integers(-3, 12), st.booleans(), st.booleans(), st.booleans())


@given(st.dictionaries(st.integers(0, 4), st.sampled_from(EFFECTS)), st.lists(FIT, max_size=6))
def test_the_same_mentions_go(
    decided: dict[int, str], fits: list[tuple[int, int, bool, bool, bool]]
) -> None:
    listed = sorted({(3, "guardian1", *fit) for fit in fits})
    there = {3: (3, "feed/3", 0, 0, "p")}
    gone = _blanked(there, _Found((), listed, (), ()), {0: decided}, RULES)
    everybody = [
        Fit(decided.get(number, "none"), score, known, named=named, alike=alike)
        for _, _, number, score, known, named, alike in listed
    ]
    stays = not listed or mention_stays(everybody, Reach())
    assert gone == ([] if stays else [(3, "guardian1")])
