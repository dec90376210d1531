"""Groups by expression: three-valued, and able to call nothing."""

from __future__ import annotations

import polars as pl
import pytest

from licet.errors import BadInput
from licet.groups import Group, columns_of, in_order, membership, ordered
from licet.survey.matrix import masks_of

PEOPLE = pl.DataFrame(
    {
        "ethnicity": ["Black", "White", None, "Black"],
        "age": [25, 40, 31, None],
        "lone": [True, False, None, None],
        "children": [3, 0, 1, -1],
    }
)


def member(expression: str) -> list[bool | None]:
    return PEOPLE.select(membership(expression, PEOPLE.columns)).to_series().to_list()


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('ethnicity == "Black"', [True, False, None, True]),
        ('ethnicity != "Black"', [False, True, None, False]),
        ('ethnicity in ["Black", "Asian"]', [True, False, None, True]),
        ('ethnicity not in ("Black", "Asian")', [False, True, None, False]),
        ("age < 31", [True, False, False, None]),
        ("age <= 31", [True, False, True, None]),
        ("25 < age <= 40", [False, True, True, None]),
        ("children >= 3", [True, False, False, False]),
        ("children == -1", [False, False, False, True]),
        ("children in [-1, 3]", [True, False, False, True]),
        ("lone", [True, False, None, None]),
        ("not lone", [False, True, None, None]),
        ('ethnicity == "Black" and age < 31', [True, False, False, None]),
        ('ethnicity == "White" and age < 31', [False, False, False, False]),
        ('ethnicity == "Black" or age < 31', [True, False, None, True]),
        ('ethnicity == "White" or age < 31', [True, True, None, None]),
        ('not (ethnicity == "Black" or lone)', [False, True, None, False]),
        ("lone or not lone", [True, True, None, None]),
        ("age < 31 and\n  children >= 3", [True, False, False, False]),
        ("True and age < 31", [True, False, False, None]),
    ],
)
def test_membership_is_true_false_or_unknown(expression: str, expected: list[bool | None]) -> None:
    assert member(expression) == expected


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("len(ethnicity) == 5", "may not call anything"),
        ('__import__("os")', "may not call anything"),
        ("age < int(lone)", "may not call anything"),
        ("[age() for age in lone]", "ListComp is not allowed"),
        ("lambda: age", "Lambda is not allowed"),
        ("age.real == 1", "Attribute is not allowed"),
        ("ethnicity[0] == 1", "Subscript is not allowed"),
        ("age + 1 < 3", "BinOp is not allowed"),
        ('f"{age}" == "1"', "JoinedStr is not allowed"),
        ("(age := 3) < 4", "NamedExpr is not allowed"),
        ("age is None", "Constant is not allowed"),
        ("age == None", "Constant is not allowed"),
        ('ethnicity in "Black"', "needs a list in brackets"),
        ("ethnicity in lone", "needs a list in brackets"),
        ("age in [lone]", "a list may hold only text and numbers"),
        ("age in [[1]]", "a list may hold only text and numbers"),
        ('lone and "yes"', "'yes' is not a condition"),
        ("3", "Constant is not allowed"),
        ("age <", "this is not an expression"),
        ("age = 3", "this is not an expression"),
        (" ", "not an expression"),
        ("age is lone", "Is is not allowed"),
        ("age < 3; lone", "this is not an expression"),
        ("age < 3\x00", "this is not an expression"),
        ("(" * 300 + "age" + ")" * 300, "this is not an expression"),
        ("not " * 60 + "lone", "nested too deeply"),
        ("lone or " * 400 + "lone", "longer than 2000 characters"),
        ("lone) or (age < 31", "this is not an expression"),
    ],
)
def test_what_is_not_on_the_list_is_refused(expression: str, message: str) -> None:
    with pytest.raises(BadInput) as refused:
        columns_of(expression)
    assert message in str(refused.value)
    assert "allowed: column names" in str(refused.value)


def test_an_unknown_column_is_refused_with_the_nearest() -> None:
    with pytest.raises(BadInput, match="write 'ethnicity' if that is meant") as refused:
        membership('ethnicty == "Black"', PEOPLE.columns)
    assert "unknown column 'ethnicty'" in str(refused.value)


@pytest.mark.parametrize(
    "expression",
    ['age == "old"', "ethnicity < 3", 'age in ["old"]', 'age in [1, "old"]', "ethnicity", "1 == 1"],
)
def test_an_expression_that_does_not_fit_the_columns_is_refused(expression: str) -> None:
    with pytest.raises(BadInput, match="group 'g'"):
        masks_of(PEOPLE, {"g": expression})


def test_columns_come_in_order_of_first_use() -> None:
    assert columns_of("b == 1 and a == 2 and b == 3") == ("b", "a")
    assert columns_of("(a == 1 and b == 2) or c == 3") == ("a", "b", "c")
    assert columns_of("1 < 2") == ()


@pytest.mark.parametrize("id", ["", "all"])
def test_a_group_needs_an_id_of_its_own(id: str) -> None:
    with pytest.raises(BadInput, match="cannot be called"):
        Group(id, "?")


def test_a_group_checks_its_expression_when_it_is_made() -> None:
    assert Group("black", "Black parents").expression == ""
    with pytest.raises(BadInput):
        Group("black", "Black parents", "open('x')")


@pytest.mark.parametrize(
    "levels",
    [
        ("0-4", "5-9", "10-14", "15+", "not known"),
        ("under 5", "5-9", "10-14", "over 65", "not known"),
        ("1", "2", "3-4", "5+"),
        ("Q2", "Q10", "not known"),
        ("Asian", "Black", "White", "not known"),
    ],
)
def test_bands_stand_in_their_own_order(levels):
    assert sorted(set(levels), key=in_order) == list(levels)


def test_names_that_are_no_bands_stay_as_they_come():
    assert ordered(["White", "Asian"]) == ["White", "Asian"]
    assert ordered(["10-14", "0-4", "5-9", "not known"]) == ["0-4", "5-9", "10-14", "not known"]
