"""Drafted codebooks load as they are; their guesses are marked and on the cautious side."""

from __future__ import annotations

import shutil
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pyreadstat
import pytest

from licet.errors import BadInput
from licet.files.codebook import read_evidence
from licet.files.drafts import draft_codebook, quoted
from licet.files.guesses import guess_meaning, guess_stances, slug
from licet.vocabulary import SUBJECT_LIST, term

TRUST = {1.0: "A lot", 2.0: "Some", 3.0: "Not at all", 8.0: "Don't know", 9.0: "Refused"}


def survey(place: Path, **how: Any) -> Path:
    place.mkdir(exist_ok=True)
    path = place / "Parents 2025.sav"
    people = range(60)
    frame = pl.DataFrame(
        {
            "pid": [float(n) for n in people],
            "police": [[1.0, 2.0, 3.0, 8.0, 9.0][n % 5] for n in people],
            "school": [[1.0, 2.0, 3.0][n % 3] for n in people],
            "worry": [[1.0, 2.0, 3.0][n % 3] for n in people],
            "ethnicity": [1.0 + n % 3 for n in people],
            "age": [20.0 + n for n in people],
            "wt": [0.5 + n / 60 for n in people],
            "stratum": [float(n % 3) for n in people],
        }
    )
    options: dict[str, Any] = {
        "column_labels": ["", "How much do you trust the police?", "Do you trust schools?",
                          "Worried that it leads to discrimination?", "", "", "", ""],
        "variable_value_labels": {
            "police": TRUST,
            "school": TRUST,
            "worry": {1.0: "Agree", 2.0: "Neither", 3.0: 'Disagree "fully"'},
            "ethnicity": {1.0: "White", 2.0: "Black", 3.0: "Traveller's", 9.0: "Refused"},
        },
        "missing_ranges": {"police": [9.0], "school": [9.0]},
    }  # fmt: skip
    pyreadstat.write_sav(frame, str(path), **(options | how))
    return path


def load(path: Path, text: str) -> Any:
    (path.parent / "codebook.toml").write_text(text, encoding="utf-8")
    return read_evidence(path.parent)


def test_a_draft_loads_as_it_is(tmp_path: Path) -> None:
    path = survey(tmp_path / "a")
    text = draft_codebook(path)
    evidence, answers = load(path, text)
    assert evidence.id == "parents-2025" and answers.frame.height == 60
    assert evidence.design.weight == "wt" and '# strata = "stratum"' in text
    found = {item.id: (item.kind, item.subject) for item in evidence.items}
    assert found == {
        "police": ("trust", "police"),
        "school": ("trust", "education"),
        "worry": ("concern", "discrimination"),
    }
    police = evidence.items[0].collapse
    assert (police.permits, police.opposes) == (("A lot", "Some"), ("Not at all",))
    assert (police.dont_know, police.outside) == (("Don't know",), ("Refused",))
    assert evidence.items[1].collapse == police
    assert text.count("[scales.") == 2
    assert [group.expression for group in evidence.groups] == [
        'ethnicity == "White"',
        'ethnicity == "Black"',
        'ethnicity == "Traveller\'s"',
    ]
    assert text.count("CHECK") > 15


def test_an_unchecked_draft_can_grant_nothing(tmp_path: Path) -> None:
    path = survey(tmp_path / "a")
    evidence, _ = load(path, draft_codebook(path))
    assert evidence.fieldwork.sample == "opt_in"
    assert evidence.fieldwork.expires < date(2004, 1, 1)


def test_a_draft_may_be_limited_to_columns_and_a_weight(tmp_path: Path) -> None:
    path = survey(tmp_path / "a")
    evidence, _ = load(path, draft_codebook(path, ["school", "stratum"], "age"))
    assert [item.column for item in evidence.items] == ["school", "stratum"]
    assert evidence.items[1].collapse.options == ("0", "1", "2")
    assert evidence.design.weight == "age"


@pytest.mark.parametrize(
    ("items", "weight", "said"),
    [
        (["polise"], None, "write 'police'"),
        (None, "weigth", "unknown column 'weigth'"),
        (["age"], None, "fewer than two answers to choose from"),
    ],
)
def test_wrong_wishes_are_refused(
    items: list[str] | None, weight: str | None, said: str, tmp_path: Path
) -> None:
    with pytest.raises(BadInput, match=said):
        draft_codebook(survey(tmp_path / "a"), items, weight)


def test_a_file_without_questions_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b\n1,2\n3,4\n")
    with pytest.raises(BadInput, match="no column looks like a question"):
        draft_codebook(path)


def test_a_file_without_weight_labels_or_known_groups_still_loads(tmp_path: Path) -> None:
    path = tmp_path / "a" / "plain.csv"
    path.parent.mkdir()
    rows = "".join(f"{n},{'yes' if n % 2 else 'no'},x{n}\n" for n in range(30))
    path.write_text("number,answer,words\n" + rows)
    text = draft_codebook(path)
    evidence, _ = load(path, text)
    assert evidence.design.unweighted and "instead of the line above" in text
    assert [item.column for item in evidence.items] == ["answer"]
    assert len(evidence.groups) == 1


def test_weights_that_do_not_weigh_everybody_are_only_proposed(tmp_path: Path) -> None:
    path = tmp_path / "a" / "plain.csv"
    path.parent.mkdir()
    path.write_text("wt,answer\n1,yes\n,no\n")
    assert '# weight = "wt"' in draft_codebook(path)


@pytest.mark.parametrize(
    ("options", "marks", "lists"),
    [
        (["Agree", "Neither", "Disagree"], [], ("Agree|Neither|Disagree||")),
        (["Yes", "No", "Don't know", "Refused"], [], ("Yes||No|Don't know|Refused")),
        (["Definitely should", "Definitely should not", ".d", ".i"], [".d", ".i"],
         "Definitely should||Definitely should not|.d|.i"),
        (["a great deal", "only some", "hardly any"], [], "a great deal|only some|hardly any||"),
        (["red", "green", "blue"], [], "red|green|blue||"),
        (["red", "green", "blue", "x"], ["x"], "red|green|blue||x"),
        (["1", "2", "3", "4"], [], "1,2||3,4||"),
    ],
)  # fmt: skip
def test_stances_are_guessed_from_words_then_places(
    options: list[str], marks: list[str], lists: str
) -> None:
    found = guess_stances(options, marks)
    assert found is not None
    assert "|".join(",".join(entries) for entries in found.values()) == lists


def test_one_option_is_no_scale() -> None:
    assert guess_stances(["Yes", "Refused"], []) is None
    assert guess_stances([], []) is None


@pytest.mark.parametrize(
    "wording",
    ["Trust the police", "A company runs it", "Be asked first", "Publish it", "Worried", "Aware of",
     "confidence in doctors", "save money", "abuse", "nothing known", "trust in tax authorities"],
)  # fmt: skip
def test_every_guessed_meaning_is_a_known_word(wording: str) -> None:
    kind, subject = guess_meaning(wording)
    assert term(SUBJECT_LIST[kind], subject).id == subject


@pytest.mark.parametrize(
    "text", ["plain", 'a "b" \\ c', "line\nbreak\ttab", "\x7f\x00\x1f é 漢 \u2028"]
)
def test_quoted_text_reads_back(text: str) -> None:
    assert tomllib.loads(f"a = {quoted(text)}") == {"a": text}


def test_ids_are_small_letters() -> None:
    assert slug("Ethnic group: Black/Other", "x") == "ethnic-group-black-other"
    assert (slug("漢", "item"), slug("All", "group")) == ("item", "group")


@pytest.mark.parametrize(
    "name", ["hints6/hints6_public.sav", "gss_panel/gss_panel_2016_2018_2020_subset.dta"]
)
def test_real_survey_files_give_a_draft_that_loads(name: str, shared: Path, tmp_path: Path) -> None:
    source = shared / "data/surveys" / name
    path = tmp_path / source.name
    shutil.copy(source, path)
    evidence, _ = load(path, draft_codebook(path))
    assert len(evidence.items) >= 10 and len(evidence.groups) >= 5
    columns = {item.column for item in evidence.items}
    assert columns & {"CancerTrustDoctor", "givinfusa_1a"}
