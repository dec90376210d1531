"""What is said to somebody who wrote something wrong: what it was, where, and what to write."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from licet.chapters.measuring import judge, table, table_of_file
from licet.declared import Declared
from licet.errors import BadInput, counted
from licet.evidence import Population, Stance
from licet.files.figures import read_printed_table
from licet.files.toml import parse_toml
from licet.report.screens import judge_text, message
from licet.synonyms import SYNONYMS, day_meant, looks_like_day, meant_by, plain_word
from licet.use import Use
from licet.vocabulary import VOCABULARY, term

# --- TOML -------------------------------------------------------------------------------------

SYNTAX = {
    "day first": ("start = 30/11/2026", "not a date", "write start = 2026-11-30"),
    "dots": ("start = 30.11.2026", "not a date", "write start = 2026-11-30"),
    "slashes": ("start = 2026/11/30", "not a date", "write start = 2026-11-30"),
    "month in words": ("start = 30 November 2026", "not a date", "write start = 2026-11-30"),
    "which is the month": ("start = 03/04/2026", "not a date", "write the year first"),
    "no such day": ("start = 2026-11-31", "there is no day", "correct the day"),
    "short month": ("start = 2026-1-5", "not a date", "write start = 2026-01-05"),
    "curly": ("title = “Early help”", "curly quotes", 'write title = "Early help"'),
    "curly in list": ("a = [“x”, “y”]", "curly quotes", 'write a = ["x", "y"]'),
    "no quotes": ("purpose = early help", "not in quotes", 'write purpose = "early help"'),
    "list of bare words": ("a = [x, y]", "not in quotes", 'write a = ["x", "y"]'),
    "bare words": ("a = x, y", "without quotes", 'write a = ["x", "y"]'),
    "yes": ("a = yes", "neither true nor false", "write a = true"),
    "False": ("a = False", "neither true nor false", "write a = false"),
    "open quote": ('title = "Early help', "does not end", 'put " at the end'),
    "open single quote": ("title = 'Early help", "does not end", "put ' at the end"),
    "open long text": ('a = 1\nt = """x\ny\n', "does not end", 'put """ at the end'),
    "open list": ('a = ["x"\nb = 1', "no closing bracket", "put ] after"),
    "open list at the end": ('a = ["x",\n"y"\n', "no closing bracket", "put ] after"),
    "comma in list": ('a = ["x" "y"]', "comma is missing", "comma before the mark"),
    "key twice": ('a = "x"\nb = 1\na = "y"', "'a' is given twice (first in line 1)", "keep one"),
    "table twice": ("[a]\nb = 1\n[a]", "table [a] is given twice", "write [[a]]"),
    "decimal comma": ("a = 0,6", "decimal comma", "write a = 0.6"),
    "thousands": ("a = 1,234", "comma in it", "write a = 1234, or 1.234"),
    "percent": ("a = 60 %", "percent sign", "write a = 0.6"),
    "money": ("a = £5", "sign before a number", "write a = 5"),
    "leading zero": ("version = 01", "begins with 0", "write version = 1"),
    "half a number": ("a = .5", "both sides of the point", "write a = 0.5"),
    "Windows path": (r'f = "C:\Users\a.sav"', "backslash", r"write f = 'C:\Users\a.sav'"),
    "colon": ('purpose: "x"', "a colon", 'write purpose = "x"'),
    "space in key": ('intended action = "x"', "a space in it", "write intended_action ="),
    "no value": ("purpose =", "has no value", 'write purpose = "..."'),
    "nothing but words": ("just text", "no sign of equality", "# before a remark"),
    "tab": ("purpose\tearly", "no sign of equality", "write key = value"),
    "brackets": ("[population", "not in brackets", "write [population]"),
    "double brackets": ("[[sources]", "not in brackets", "write [[sources]]"),
    "quotes in quotes": ('a = "the "x" of"', "inside quotes", "write a = 'the \"x\" of'"),
    "semicolon": ('a = "x";', "';' stands after", "take the ';' out"),
    "remark": ("// a remark", "how a remark is written", "begin the line with #"),
    "invisible": ("a\u00a0= 1", "U+00A0", "type the line anew"),
    "JSON": ('{"a": 1}', "JSON", "licet new use"),
}


def refused(text: str) -> BadInput:
    with pytest.raises(BadInput) as caught:
        parse_toml(text.encode(), Path("use.toml"))
    return caught.value


@pytest.mark.parametrize("name", SYNTAX)
def test_wrong_toml_says_why_and_what_to_write(name: str) -> None:
    text, what, todo = SYNTAX[name]
    (fault,) = refused(text).faults
    assert what in fault.what and todo in fault.todo and fault.allowed
    assert fault.where.startswith("use.toml: line ")
    number = int(fault.where.split("line ")[1].split(",")[0])
    line, mark = fault.line.split("\n")
    shown = "".join(c if c.isprintable() else " " for c in text.split("\n")[number - 1])
    assert line == shown.strip() and mark.strip() == "^"
    assert all(len(said) <= 80 for said in str(fault).split("\n"))


def test_the_mark_is_below_the_place_also_of_a_long_line() -> None:
    (fault,) = refused("a = " + "[" + "1, " * 100 + "x]").faults
    line, mark = fault.line.split("\n")
    assert line[mark.index("^")] == "x" and len(line) <= 64
    (fault,) = refused("\t  a = 0,6").faults
    assert fault.line == "a = 0,6\n     ^"


@pytest.mark.parametrize("text", ["= 3", "a = [1,, 2]", "a = 1_", "a = {b = 1,\nc = 2}", "é = 1"])
def test_what_nobody_guesses_is_still_refused_with_its_line(text: str) -> None:
    (fault,) = refused(text).faults
    assert fault.what.startswith("this is not valid TOML") and fault.line and fault.todo


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("30/11/2026", date(2026, 11, 30)),
        ("30 Nov 2026", date(2026, 11, 30)),
        ("05-05-2026", date(2026, 5, 5)),
        ("2026/2/3", date(2026, 2, 3)),
        *((text, None) for text in ("3/4/2026", "31/02/2026", "30/11/26", "12 apples 2026", "5")),
    ],
)
def test_a_day_is_told_only_if_it_can_be_one_alone(text: str, day: date | None) -> None:
    assert day_meant(text) == day
    assert looks_like_day("30/11/2026") and not looks_like_day("12 apples 2026")


# --- words ------------------------------------------------------------------------------------

MEANT = [
    *(("service", word, "education") for word in ("school", "Schools", "academies")),
    *(("service", word, "early_years") for word in ("nursery", "Childcare", "pre-school")),
    *(("service", word, "social_work") for word in ("social care", "Children’s services")),
    *(("service", word, "health") for word in ("NHS", "doctor", "GP", "hospitals")),
    *(("service", word, "immigration") for word in ("Home Office", "border")),
    ("service", "Leeds social services", "social_work"),
    ("service", "council housing", "housing"),
    ("service", "HMRC", "tax"),
    ("service", "DWP", "benefits"),
    ("service", "welfare", "benefits"),
    ("service", "polise", "police"),
    ("service", "nursry schools", "education"),
    ("service", "libraries", None),
    ("service", "police and education", "education"),
    ("processor", "in-house", "in_house"),
    ("processor", "Private company", "commercial"),
    ("processor", "no company", None),
    ("permission model", "opt-in", "ask_first"),
    ("permission model", "consent", "ask_first"),
    ("people", "families", "parents"),
    ("stance", "Yes", "permits"),
    ("stance", "agree", "permits"),
    ("stance", "no", "opposes"),
    ("stance", "would not support it", None),
    ("stance", "don't know", None),
]


@pytest.mark.parametrize(("thing", "word", "right"), MEANT)
def test_another_word_leads_to_the_right_one(thing: str, word: str, right: str | None) -> None:
    words = VOCABULARY.get(thing) or {str(stance): stance for stance in Stance}
    assert meant_by(thing, word, list(words)) == right
    if thing in VOCABULARY:
        said = f"write {right!r} if that is meant" if right else "unknown"
        with pytest.raises(BadInput, match=said):
            term(thing, word)


def test_two_words_of_equal_length_are_not_chosen_between() -> None:
    assert meant_by("service", "schools doctors", list(VOCABULARY["service"])) is None


@pytest.mark.parametrize("thing", SYNONYMS)
def test_other_words_are_plain_and_lead_to_words_that_exist(thing: str) -> None:
    right = VOCABULARY.get(thing) or {str(stance) for stance in Stance}
    assert {"stance", *VOCABULARY} == set(SYNONYMS)
    for other, found in SYNONYMS[thing].items():
        assert other == plain_word(other) and found in right and other not in right


# --- keys -------------------------------------------------------------------------------------


def test_a_missing_key_says_what_it_may_hold() -> None:
    with pytest.raises(BadInput) as caught:
        Use(id="x", population={"area": "UK"}, companies=[{"name": "x"}])
    told = {fault.where: (fault.allowed, fault.todo) for fault in caught.value.faults}
    assert told["purpose"] == (", ".join(VOCABULARY["purpose"]), 'add purpose = "..."')
    assert told["services"] == (", ".join(VOCABULARY["service"]), 'add services = ["..."]')
    assert told["start"] == ("a date, without quotes", "add start = 2026-11-30")
    assert told["population: people"][0] == "parents, young_people, adults"
    assert told["companies[1]: sees_identifiable"][0] == "true or false, without quotes"
    with pytest.raises(BadInput, match="parents, young_people, adults"):
        Population(area="UK")


def test_a_date_in_quotes_is_told_how_to_write_it() -> None:
    class Dated(Declared):
        start: date

    with pytest.raises(BadInput, match="write start = 2026-11-30, without quotes"):
        Dated(start="30/11/2026")
    with pytest.raises(BadInput, match="correct start"):
        Dated(start="03/04/2026")


# --- printed tables ---------------------------------------------------------------------------


def written(tmp_path: Path, text: str | bytes) -> Path:
    path = tmp_path / "table.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


@pytest.mark.parametrize(
    "head",
    [
        "Question,Who,%,N",
        " STATEMENT , Subgroup ,Percentage,Base size",
        "Item,Group,Per cent,Base (n)",
        "Question;Who;%;Unweighted base",
        "Question\tWho\t% \tBASE:",
    ],
)
def test_headings_of_reports_are_understood(head: str, tmp_path: Path) -> None:
    sign = ";" if ";" in head else "\t" if "\t" in head else ","
    row = sign.join(("trust", "lone", "55", "843"))
    (found,) = read_printed_table(written(tmp_path, f"{head}\n{row}\n"))
    assert (found.item, found.group, found.percent, found.base) == ("trust", "lone", 55, 843)


def test_a_heading_that_may_be_a_remark_yields_to_the_right_one(tmp_path: Path) -> None:
    text = "item,question,percent,base,people\na,Do you trust?,55,843,parents\n"
    (found,) = read_printed_table(written(tmp_path, text))
    assert (found.item, found.base) == ("a", 843)
    with pytest.raises(BadInput, match="two columns for 'item': 'Question', 'Statement'"):
        read_printed_table(written(tmp_path, "Question,Statement,%,N\na,b,5,10\n"))
    with pytest.raises(BadInput, match=r"add a column 'base' \(or n, "):
        read_printed_table(written(tmp_path, "Question,%\na,5\n"))


@pytest.mark.parametrize(
    ("base", "todo"),
    [
        ("1.200", "write 1200 if the point marks thousands"),
        ("843.0", "write 843"),
        ("843.7", "not their weights"),
        ("n = 42", "write the number alone: 42"),
        ("<50", "write how many people answered"),
        ("-3", "write how many people answered"),
        ("9" * 500, "write how many people answered"),
        ("", "write how many people answered"),
    ],
)
def test_a_base_is_never_guessed(base: str, todo: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        read_printed_table(written(tmp_path, f"item,percent,base\na,50,{base}\n"))
    (fault,) = caught.value.faults
    assert todo in fault.todo and "row 2, column 'base'" in fault.where


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("yes", "write 'permits'"),
        ("Disagree", "write 'opposes'"),
        ("don't know", "not knowing is never a stance"),
        ("blue", "use one of the allowed words"),
    ],
)
def test_a_stance_in_other_words_is_told_the_right_one(
    cell: str, said: str, tmp_path: Path
) -> None:
    with pytest.raises(BadInput, match=said):
        read_printed_table(written(tmp_path, f"item,percent,base,stance\na,50,10,{cell}\n"))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("item\tpercent\tbase\na\t5\t9\n".encode("utf-16"), "UTF-16"),
        ("item\tpercent\tbase\na\t5\t9\n".encode("utf-16-le"), "UTF-16"),
        (b"PK\x03\x04 and so on", "a workbook"),
        (b"item,percent,base\n\xe9,5,9\n", "line 2"),
    ],
)
def test_a_file_of_a_spreadsheet_says_how_to_save_it(
    data: bytes, said: str, tmp_path: Path
) -> None:
    with pytest.raises(BadInput, match=said) as caught:
        read_printed_table(written(tmp_path, data))
    assert "Save As, CSV UTF-8" in caught.value.faults[0].todo


TWO_LINES = (
    "item,group,percent,base,stance,k\nAsked twice,,61,1200,permits,\nAsked twice,,38,1200,opposes,\n"
    "Said,,55,1200,,3\nNot said,,44,1200,,\n"
)


def test_a_judged_table_says_where_its_line_comes_from(tmp_path: Path) -> None:
    screen = " ".join(judge_text(judge(written(tmp_path, TWO_LINES))).split())
    assert "75 % for k = 2 and 50 % for k = 3" in screen and "below half" not in screen
    assert "is assumed for “Not said”" in screen
    assert "k = 2 for “Asked twice”: its two rows add up to 100 %" in screen
    declared = judge_text(judge(written(tmp_path, "item,percent,base\na,55,900\n"), k=2))
    assert "75 % for k = 2." in declared and "assumed:" not in declared
    more = " ".join(judge_text(judge(written(tmp_path, TWO_LINES), k=4)).split())
    assert "never below half" in more


def test_a_judged_table_explains_its_verdicts_and_fits_the_screen(tmp_path: Path) -> None:
    rows = [
        f"A very long question about trust in service {n},Lone parents {n},55,{n * 40}"
        for n in (1, 9)
    ]
    text = "item,group,percent,base\n" + "\n".join(rows) + "\n"
    screen = judge_text(judge(written(tmp_path, text)))
    assert all(len(line) <= 80 for line in screen.split("\n"))
    assert "\n  unproven    the interval crosses the line" in screen and "  absent " not in screen
    names = {line[:20] for line in screen.split("\n") if line.startswith("A very")}
    assert len(names) == 2
    shown = judge_text(judge(written(tmp_path, "item,percent,base,kind\na,5,90,awareness\n")))
    assert "The line is" not in shown and "consensus" not in shown


# --- tables of answers ------------------------------------------------------------------------

PEOPLE = pl.DataFrame(
    {
        "id": range(200),
        "age": [18 + n % 50 for n in range(200)],
        "town": [f"T{n % 40}" for n in range(200)],
        "eth": [("Black", "White", "Asian")[n % 3] for n in range(200)],
        "trust": [("Yes", "No")[n % 2] for n in range(200)],
    }
)


def test_a_group_by_a_label_that_nobody_has_is_refused() -> None:
    with pytest.raises(BadInput) as caught:
        table(PEOPLE, ["trust"], groups={"x": "eth == 'Blak'"}, unweighted=True)
    (fault,) = caught.value.faults
    assert fault.where == "group 'x': eth == 'Blak'"
    assert fault.todo == "write 'Black' if that is meant" and "'Asian'" in fault.allowed
    with pytest.raises(BadInput, match="unknown column 'ethnic'"):
        table(PEOPLE, ["trust"], groups={"x": "ethnic == 'Black'"}, unweighted=True)


@pytest.mark.parametrize(
    ("by", "said", "todo"),
    [
        ("id", "tells people apart (200 values)", "age bands"),
        ("age", "50 different values", '--group "low=age < '),
        ("town", "40 different values", "NAME=town == 'T0'"),
    ],
)
def test_a_column_of_many_values_makes_no_groups(
    by: str, said: str, todo: str, tmp_path: Path
) -> None:
    path = tmp_path / "answers.csv"
    PEOPLE.write_csv(path)
    with pytest.raises(BadInput) as caught:
        table_of_file(path, items=["trust"], by=[by], unweighted=True)
    (fault,) = caught.value.faults
    assert said in fault.what and todo in fault.todo and "at most 30" in fault.allowed
    assert table_of_file(path, items=["trust"], by=["eth"], unweighted=True).to_text()


# --- the screen -------------------------------------------------------------------------------


def test_one_person_is_not_one_people() -> None:
    assert [counted(n, "person", "people") for n in (1, 2, 1200)] == [
        *("1 person", "2 people", "1,200 people")
    ]


def test_long_faults_are_wrapped_beside_their_word() -> None:
    (fault,) = refused("purpose = early help").faults
    long = message(f"licet: {'word ' * 40}\n  allowed: {'one, ' * 40}\n{fault}")
    assert all(len(line) <= 80 for line in long.split("\n"))
    assert "\n           one, one" in long and "           purpose = early help\n" in long


def test_the_command_ends_with_status_2_and_shows_the_line(tmp_path: Path) -> None:
    path = tmp_path / "use.toml"
    path.write_text('id = "x"\nstart = 30/11/2026\n')
    done = subprocess.run(
        [sys.executable, "-m", "licet", "assess", str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "           start = 30/11/2026\n                     ^\n" in done.stderr
