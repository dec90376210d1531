"""Who is heard with whom, on drawn people: against a plain oracle written from the table."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from licet.permission.same_person import Known, heard_with, together
from tests.conftest import FULL

MANY = 5_000 if FULL else 100
ROWS = ("education/1", "education/2", "health/1", "health/2")

records = st.frozensets(st.sampled_from(ROWS), max_size=2)
somebody = st.builds(
    Known,
    number=st.just(0),
    given=st.sampled_from(("ann", "ann", "ann", "bea", None)),
    family=st.sampled_from(("lee", "lee", "roy", None)),
    birth=st.sampled_from(("2018-03-01", "2018-03-01", "2018-03-02", None)),
    postcode=st.sampled_from(("AB1 2CD", "AB1 2CD", "ZZ1 1ZZ", None)),
    home=st.sampled_from(("", "4 high street")),
    national=st.tuples(st.sampled_from((None, None, "1", "2"))),
    records=records,
    written=st.booleans(),
    spoke=st.booleans(),
)
crowds = st.lists(somebody, min_size=2, max_size=6).map(
    lambda people: [
        replace(
            one,
            number=n,
            # education has one record of each child; health may have several of anybody
            single=frozenset({"education"} if any("educ" in r for r in one.records) else ()),
        )
        for n, one in enumerate(people, start=1)
    ]
)


def surely(one: Known, other: Known) -> bool:
    """The table: what makes two subjects one person, but for rivals."""
    if one.records & other.records:
        return True
    named = None not in (one.given, one.birth, one.postcode)
    alike = (one.given, one.birth, one.postcode) == (other.given, other.birth, other.postcode)
    family = one.family is not None and one.family == other.family
    return named and alike and (family or (one.home != "" and one.home == other.home))


def never(one: Known, other: Known) -> bool:
    """The table: what makes them two people."""
    differ = any(a and b and a != b for a, b in zip(one.national, other.national, strict=True))
    return differ or (not one.records & other.records and bool(one.single & other.single))


def circle(one: Known, people: list[Known]) -> list[Known]:
    """Everybody who is surely the same as one, or as one of these; alone where two of them cannot be."""
    found = [one]
    while more := [p for p in people if p not in found and any(surely(p, q) for q in found)]:
        found += more
    return [one] if any(never(a, b) for a, b in combinations(found, 2)) else found


def oracle(people: list[Known]) -> dict[int, set[int]]:
    heard = {}
    for one in people:
        own = circle(one, people)
        others = set(own)
        if not any(p.spoke for p in own):
            circles = {frozenset(circle(p, people)) for p in people} - {frozenset(own)}
            alike = [c for c in circles if any(
                a.given and a.birth and a.family
                and (a.given, a.birth, a.family) == (b.given, b.birth, b.family)
                for a in own for b in c
            )]  # fmt: skip
            spoke = [c for c in alike if any(p.spoke for p in c)]
            rivals = [c for c in alike if c not in spoke and any(
                never(a, b) for a in (*own, *c) for b in (*own, *c) if a != b
            )]  # fmt: skip
            if len(spoke) == 1 and not rivals:
                joined = [*own, *spoke[0]]
                if not any(never(a, b) for a, b in combinations(joined, 2)):
                    others |= spoke[0]
        if len(others) > 1 and any(p.written for p in own):
            heard[one.number] = {p.number for p in others} - {one.number}
    return heard


@settings(max_examples=MANY)
@given(crowds)
def test_who_is_heard_with_whom_is_as_the_oracle_says(people: list[Known]) -> None:
    assert {n: set(others) for n, others in heard_with(people).items()} == oracle(people)


@settings(max_examples=MANY)
@given(crowds)
def test_the_order_of_people_changes_nothing_and_each_is_counted_once(people: list[Known]) -> None:
    found = heard_with(people)
    assert heard_with(people[::-1]) == found
    once = together(found)
    assert all(once[n] == once[other] for n, others in found.items() for other in others)


@settings(max_examples=MANY)
@given(crowds)
def test_nobodys_words_count_for_a_client_who_is_somebody_else(people: list[Known]) -> None:
    of = {one.number: one for one in people}
    for number, others in heard_with(people).items():
        assert not any(never(of[number], of[other]) for other in others)
