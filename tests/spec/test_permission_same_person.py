"""A letter enrols whoever it is sent to; an answer by details, or on another service's letter, is of an
entry of its own. Each case is two entries, the letter's (asked, and silent: ann lee, born 2018-03-01, 4 high
street, AB1 2CD, education/1) and the answer's (who said something), and whether the answer counts for the
letter.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from licet.permission.same_person import Known, heard_with, together
from tests.spec.tables import cases

LETTER = Known(
    1, "ann", "lee", "2018-03-01", "AB1 2CD", "4 high street", (None, None, None),
    frozenset({"education/1"}), frozenset({"education"}), True, False,
)  # fmt: skip
ANSWER = Known(2, "ann", "lee", "2018-03-01", "AB1 2CD", spoke=True)

TITLE = "Permission: when two entries are one person"

TABLE = """
the answer differs in                     | given | family | birth      | postcode | home          | record          | counts
----------------------------------------- | ----- | ------ | ---------- | -------- | ------------- | --------------- | ------
nothing                                   |       |        |            |          |               |                 | yes
a twin: another given name                | bea   |        |            |          |               |                 | no
another birth                             |       |        | 2018-03-02 |          |               |                 | no
no birth                                  |       |        | none       |          |               |                 | no
no given name                             | none  |        |            |          |               |                 | no
another family name, elsewhere            |       | roy    |            | ZZ1 1ZZ  |               |                 | no
another family name in the same home      |       | roy    |            |          | 4 high street |                 | yes
another family name in the same postcode  |       | roy    |            |          |               |                 | no
another postcode, and nobody else so named|       |        |            | ZZ1 1ZZ  |               |                 | yes
no postcode, and nobody else so named     |       |        |            | none     |               |                 | yes
the same row, known to be of both         | anne  |        |            |          |               | education/1     | yes
another client of the same service        |       |        |            |          |               | education/2     | no
a client of another service               |       |        |            |          |               | health/2        | yes
a second record where there may be several|       |        |            |          |               | education/2 any | yes
"""


def _answer(row: dict[str, str]) -> Known:
    fields = {key: row[key] for key in ("given", "family", "birth", "postcode", "home") if row[key]}
    found = replace(ANSWER, **{k: None if v == "none" else v for k, v in fields.items()})  # type: ignore[arg-type]
    record, _, several = row["record"].partition(" ")
    if not record:
        return found
    single = frozenset() if several else frozenset({record.partition("/")[0]})
    return replace(found, records=frozenset({record}), single=single)


@pytest.mark.parametrize("row", cases(TABLE))
def test_an_answer_counts_for_the_letter(row: dict[str, str]) -> None:
    found = heard_with([LETTER, _answer(row)])
    assert (2 in found.get(1, ())) == (row["counts"] == "yes")


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
