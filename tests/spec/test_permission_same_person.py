"""Which subjects are one person: the rules as tables.

A letter enrols whoever it is sent to; an answer by details, or on another service's letter, is of a
subject of its own. Each case below is two subjects, ``letter`` (asked, and silent) and ``answer`` (who
said something), and whether the answer counts for the letter.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from licet.permission.same_person import Known, heard_with, together

LETTER = Known(
    1, "ann", "lee", "2018-03-01", "AB1 2CD", "4 high street", (None, None, None),
    frozenset({"education/1"}), frozenset({"education"}), True, False,
)  # fmt: skip
ANSWER = Known(2, "ann", "lee", "2018-03-01", "AB1 2CD", spoke=True)

ONE_PERSON = [
    ("names, birth and postcode are equal", {}, True),
    ("a twin: another given name", {"given": "bea"}, False),
    ("another birth", {"birth": "2018-03-02"}, False),
    ("no birth", {"birth": None}, False),
    ("no given name", {"given": None}, False),
    ("another family name, elsewhere", {"family": "roy", "postcode": "ZZ1 1ZZ"}, False),
    ("another family name in the same home", {"family": "roy", "home": "4 high street"}, True),
    ("another family name in the same postcode", {"family": "roy"}, False),
    ("another postcode, and nobody else of this name", {"postcode": "ZZ1 1ZZ"}, True),
    ("no postcode, and nobody else of this name", {"postcode": None}, True),
    ("the row is known to be of both", {"given": "anne", "records": frozenset({"education/1"}),
                                         "single": frozenset({"education"})}, True),
    ("another client of the same service", {"records": frozenset({"education/2"}),
                                            "single": frozenset({"education"})}, False),
    ("a client of another service", {"records": frozenset({"health/2"}),
                                     "single": frozenset({"health"})}, True),
    ("a second record in a feed that may have several", {"records": frozenset({"education/2"})}, True),
]  # fmt: skip
"""What differs in the answer, and whether it counts for the letter."""


@pytest.mark.parametrize(("what", "differs", "one"), ONE_PERSON, ids=[row[0] for row in ONE_PERSON])
def test_an_answer_counts_for_the_letter(what: str, differs: dict, one: bool) -> None:
    found = heard_with([LETTER, replace(ANSWER, **differs)])
    assert (2 in found.get(1, ())) == one, what


@pytest.mark.parametrize("place", range(3))
def test_a_national_number_that_differs_parts_them(place: int) -> None:
    def numbered(one: Known, text: str) -> Known:
        return replace(one, national=tuple(text if n == place else None for n in range(3)))

    assert heard_with([numbered(LETTER, "1"), numbered(ANSWER, "1")])
    assert not heard_with([numbered(LETTER, "1"), numbered(ANSWER, "2")])
    assert heard_with([LETTER, numbered(ANSWER, "2")]), "what is not held does not differ"


def test_nobody_is_one_person_with_another_before_a_letter() -> None:
    assert not heard_with([replace(LETTER, written=False), ANSWER])


def test_two_clients_with_equal_details_are_two_people() -> None:
    """Then nobody knows whose the answer is."""
    other = replace(LETTER, number=3, records=frozenset({"education/3"}))
    assert not heard_with([LETTER, other, ANSWER])
    assert not heard_with([LETTER, other, replace(ANSWER, postcode="ZZ1 1ZZ")])
    elsewhere = replace(other, postcode="ZZ1 1ZZ", home="1 low street")
    assert heard_with([LETTER, elsewhere, ANSWER]) == {1: (2,), 2: (1,)}, "the postcode tells"
    silent = heard_with([LETTER, elsewhere, replace(ANSWER, postcode="YY1 1YY")])
    assert not silent, "it is nobody's postcode"


def test_of_two_who_answered_neither_is_heard_from_elsewhere() -> None:
    one = replace(ANSWER, postcode="ZZ1 1ZZ")
    assert heard_with([LETTER, one]) == {1: (2,)}, "the letter hears; the answer stands alone"
    assert not heard_with([LETTER, one, replace(one, number=3, postcode="YY1 1YY")])
    spoke = replace(LETTER, spoke=True)
    assert not heard_with([spoke, one]), "who answered for themselves is not answered for"


def test_all_of_one_person_are_heard_together() -> None:
    health = replace(
        LETTER, number=3, records=frozenset({"health/1"}), single=frozenset({"health"})
    )
    found = heard_with([LETTER, ANSWER, health])
    assert found == {1: (2, 3), 2: (1, 3), 3: (1, 2)}
    assert together(found) == {1: 1, 2: 1, 3: 1}


def test_people_are_counted_once() -> None:
    assert together({5: (2,), 7: (2,)}) == {2: 2, 5: 2, 7: 2}
    assert together({1: (3,), 5: (3,)}) == {1: 1, 3: 1, 5: 1}
    assert together({}) == {}
