"""Filters: what is allowed and how it is written, what is refused and what is told."""

from __future__ import annotations

import pytest

from licet.errors import BadInput
from licet.feeds.tables import Value
from licet.identify.expressions import fields_of, sql
from licet.identify.parsing import LONGEST, Reader
from tests.identify.made import feed

VALUES = {
    **feed().tables["absences"].values,
    "order": Value(column="o", kind="number", meaning="m"),
    "odd": Value(column="p", kind="word", words=("it's", "a\\b", "café"), meaning="m"),
}
READER = Reader(VALUES, ("ethnicity",))

ALLOWED = [
    ("", "(1 = 1)"),
    ("true", "(1 = 1)"),
    ("excused", '("excused")'),
    ("not excused", '(NOT ("excused"))'),
    ("excused = TRUE", '("excused" = TRUE)'),
    ("false <> excused", '(FALSE <> "excused")'),
    ("sessions >= 2.5", "(\"sessions\" >= CAST('25000' AS BIGINT))"),
    ("-1 < sessions", "(CAST('-10000' AS BIGINT) < \"sessions\")"),
    ("sessions > late", '("sessions" > "late")'),
    ("sessions != .5", "(\"sessions\" <> CAST('5000' AS BIGINT))"),
    ("reason in ('ill', 'other')", "(\"reason\" IN ('ill', 'other'))"),
    ("reason not in ('ill')", "(NOT (\"reason\" IN ('ill')))"),
    ("due < '2026-03-31'", "(\"due\" < CAST('2026-03-31' AS DATE))"),
    ("due is not null", '(NOT ("due" IS NULL))'),
    ('"order" = 2', "(\"order\" = CAST('20000' AS BIGINT))"),
    ("odd = 'it''s'", "(\"odd\" = 'it''s')"),
    (
        "sessions between 1 and (4)",
        "((\"sessions\" >= CAST('10000' AS BIGINT)) AND (\"sessions\" <= CAST('40000' AS BIGINT)))",
    ),
    (
        "excused or reason = 'ill' and\n not (late > 1)",
        '(("excused") OR (("reason" = \'ill\') AND (NOT ("late" > CAST(\'10000\' AS BIGINT)))))',
    ),
]


@pytest.mark.parametrize(("text", "written"), ALLOWED)
def test_what_a_filter_may_say(text: str, written: str) -> None:
    assert sql(READER.read(text), "duckdb") == written


def test_spark_gets_the_same_tree_in_its_own_words() -> None:
    found = READER.read("odd in ('it''s', 'a\\b') and \"order\" = 1 and due < '2026-03-31'")
    assert sql(found, "spark") == (
        "((`odd` IN ('it\\'s', 'a\\\\b')) AND (`order` = CAST('10000' AS BIGINT))"
        " AND (`due` < CAST('2026-03-31' AS DATE)))"
    )
    assert fields_of(found) == ("odd", "order", "due")


REFUSED = [
    ("upper(reason) = 'ILL'", ["a call", "UPPER(reason)"]),
    ("f(sessions) > 1", ["a call"]),
    ("current_date > due", ["a call"]),
    ("coalesce(excused, true)", ["a call"]),
    ("sessions in (select 1)", ["a sub-query"]),
    ("exists (select 1)", ["a sub-query at character 1"]),
    ("(select excused)", ["a sub-query"]),
    ("sessions + 1 > 2", ["arithmetic at character 10"]),
    ("sessions - 1 > 2", ["arithmetic"]),
    ("sessions - late > 2", ["arithmetic at character 10"]),
    ("sessions * 2 > 2", ["a star"]),
    ("sessions::text = '1'", ["a cast at character 9"]),
    ("cast(sessions as int) = 1", ["a cast"]),
    ("date '2026-01-01' < due", ["a cast", "single quotes"]),
    ("other_table.excused", ["another table at character 12"]),
    ("excused; drop table x", ["a second statement at character 8"]),
    ("excused -- and more", ["a comment at character 9"]),
    ("excused /* and more */", ["a comment"]),
    ("excused # and more", ["a comment"]),
    ("excused {# and more #}", ["a comment"]),
    ("excused = ?", ["a parameter"]),
    ("excused = :x", ["a parameter"]),
    ("excused = $1", ["a parameter"]),
    ("excused = @x", ["a parameter"]),
    ("reason like 'i%'", ["a pattern (like)"]),
    ("if(excused, true, false)", ["a choice (if) at character 1"]),
    ("case when excused then true end", ["a choice (case)"]),
    ("1 < sessions < 3", ["a comparison of comparisons"]),
    ("sessions", ["'sessions' is no filter: it is a number", "sessions >= 2"]),
    ("not reason", ["it is a word", "reason = 'ill'"]),
    ("sessions = 'two'", ["'sessions' is a number, and stands beside a word"]),
    ("sessions in (1, 'two')", ["stands beside a word"]),
    ("reason = 1", ["'reason' is a word, and stands beside a number"]),
    ("reason = 'il'", ["'il' is no word of 'reason'", "ill, holiday, other", "write 'ill'"]),
    ("reason < 'ill'", ["'reason' has no order"]),
    ("excused > false", ["'excused' has no order"]),
    ("excused = 1", ["'excused' is yes or no, and stands beside a number"]),
    ("due > 2026", ["'due' is a date, and stands beside a number", "due < '2026-01-31'"]),
    ("due > '2026-02-30'", ["'2026-02-30' is no day"]),
    ("due > '20260228'", ["is no day"]),
    ("sessions > due", ["(number) is compared with 'due' (date)"]),
    ("reason = odd", ["two numbers, or two dates"]),
    ("sessions = null", ["a comparison with null", "is null"]),
    ("sessions in (null)", ["a comparison with null"]),
    ("excused is true", ["'is' beside something else than null"]),
    ("1 is null", ["'is' beside"]),
    ("1 = 1", ["without a value of the table"]),
    ("'a' in ('a')", ["'in' without a value"]),
    ("sessions in ()", ["nothing in its list"]),
    ("sessions in (late)", ["'late' in a list"]),
    ("sessions in late", ["no filter"]),
    ("sessions > 1.00001", ["the number 1.00001", "four places"]),
    ("sessions > 100000000000", ["the number"]),
    ("sessions > 1e3", ["the number 1e3"]),
    ("sessions between symmetric 1 and 2", ["between symmetric"]),
    ("sesions > 1", ["unknown value 'sesions'", "write 'sessions'"]),
    ("Sessions > 1", ["unknown value 'Sessions'", "write 'sessions'"]),
    ("ethnicity = 'x'", ["audit-only column 'ethnicity'", "only an audit"]),
    ("excused excused", ["this is no filter"]),
    ("excused == true", ["write '='"]),
    ("excused and", ["this is no filter"]),
    ("(excused", ["this is no filter"]),
    ("reason = 'ill", ["quotes that do not end"]),
    ("`excused`", ["a sign of another language"]),
    ("excused = é", ["the sign 'é'"]),
    ("excused [1]", ["the sign '['"]),
    ("N'ill' = reason", ["no filter"]),
    ("(excused, excused) = (true, true)", ["a list without 'in'"]),
    ("(" * 45 + "excused" + ")" * 45, ["nested too deeply"]),
    ("(" * 900 + "excused" + ")" * 900, ["filter"]),
    ("not " * 100 + "excused", ["nested too deeply"]),
    ("excused or " * 200 + "excused", ["longer than"]),
    ("null", ["no filter"]),
    ("1", ["no filter"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "complaints"), REFUSED)
def test_refusals(text: str, complaints: list[str]) -> None:
    with pytest.raises(BadInput) as error:
        READER.read(text)
    said = str(error.value)
    assert [one for one in complaints if one not in said] == [], said


@pytest.mark.parametrize("word", ["drop", "set", "create", "grant", "if", "use", "copy"])
def test_words_of_statements_are_told_once_and_in_our_words(
    word: str, caplog: pytest.LogCaptureFixture
) -> None:
    for text in (f"{word} table x", f"{word} excused", word):
        with pytest.raises(BadInput):
            READER.read(text)
    assert caplog.records == []


def test_many_parts_are_read_and_written() -> None:
    text = " or ".join(["excused"] * (LONGEST // 12))
    assert sql(READER.read(text), "duckdb").count("OR") == LONGEST // 12 - 1
