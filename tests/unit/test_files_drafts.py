"""Drafted codebooks load as they are; their guesses are marked and on the cautious side."""

from __future__ import annotations

import shutil
import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pyreadstat
import pytest

from licet.errors import BadInput
from licet.files.codebook import read_evidence
from licet.files.draft_facts import CodebookFacts
from licet.files.drafts import draft_codebook, lines_to_check, quoted

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


def csv(place: Path, **columns: list[Any]) -> Path:
    place.mkdir(exist_ok=True)
    pl.DataFrame(columns).write_csv(place / "plain.csv")
    return place / "plain.csv"


SAID = CodebookFacts(
    title="Parents", purpose="early_intervention", setting="operational", people="parents",
    area="UK/England", child_ages=(0, 15), sample="probability", start=date(2026, 3, 1),
    end=date(2026, 5, 31), weight="wt", strata="stratum", base_rule="out", by=["ethnicity"],
    items={"police": ("trust", "police"), "school": ("trust", "education")},
    stances={"permits": ["A lot"], "neutral": ["Some"], "opposes": ["Not at all"]},
)  # fmt: skip


def test_a_draft_of_recognised_questions_loads_as_it_is(tmp_path: Path) -> None:
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
    assert 'id = "pid"' in text


def test_an_unchecked_draft_can_grant_nothing(tmp_path: Path) -> None:
    path = survey(tmp_path / "a")
    evidence, _ = load(path, draft_codebook(path))
    assert evidence.draft and evidence.fieldwork.sample == "opt_in"
    assert evidence.fieldwork.expires < date(2004, 1, 1)
    assert evidence.population.child_ages == (0, 15)


@pytest.mark.parametrize(
    "key",
    ["title", "purpose", "setting", "people", "area", "child_ages", "sample", "start", "end",
     "expires", "weight"],
)  # fmt: skip
def test_each_fact_that_nobody_said_is_marked(key: str, tmp_path: Path) -> None:
    path = survey(tmp_path / "a")
    marked = [line for _, line in lines_to_check(draft_codebook(path))]
    assert any(line.startswith(f"{key} = ") for line in marked)
    left = [line for _, line in lines_to_check(draft_codebook(path, SAID))]
    assert not any(line.startswith(f"{key} = ") for line in left)


def test_what_was_said_is_written_and_only_draft_is_left(tmp_path: Path) -> None:
    path = survey(tmp_path / "a")
    text = draft_codebook(path, SAID)
    assert lines_to_check(text) == []
    evidence, _ = load(path, text)
    assert evidence.draft
    assert evidence.fieldwork.expires == date(2029, 5, 31)
    assert evidence.design.strata == "stratum"
    assert evidence.items[0].collapse.neutral == ("Some",)
    assert load(path, text.replace("draft = true\n", ""))[0] == evidence.model_copy(
        update={"draft": False, "files": load(path, text.replace("draft = true\n", ""))[0].files}
    )


def test_ready_is_refused_while_anything_is_guessed_and_then_is_no_draft(tmp_path: Path) -> None:
    path = survey(tmp_path / "a")
    evidence, _ = load(path, draft_codebook(path, replace(SAID, ready=True)))
    assert not evidence.draft
    for lacking in ({"sample": None}, {"stances": {}}, {"items": {"police": None}}, {"by": ()}):
        with pytest.raises(BadInput, match="still to look at"):
            draft_codebook(path, replace(SAID, ready=True, **lacking))


def test_a_draft_may_be_limited_to_columns_and_a_weight(tmp_path: Path) -> None:
    path = survey(tmp_path / "a")
    facts = CodebookFacts(items={"school": None, "stratum": None}, weight="age")
    text = draft_codebook(path, facts)
    document = tomllib.loads(text)
    assert [item["column"] for item in document["items"]] == ["school", "stratum"]
    assert document["design"]["weight"] == "age"
    assert '# To sort into these lists: ["0", "1", "2"]' in text
    with pytest.raises(BadInput, match="no permitting option"):
        load(path, text)


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"items": {"polise": None}}, "write 'police'"),
        ({"weight": "weigth"}, "unknown column 'weigth'"),
        ({"by": ["ethnicty"]}, "write 'ethnicity'"),
        ({"items": {"age": None}}, "fewer than two answers to choose from"),
        ({"stances": {"permits": ["A lott"]}}, "write 'A lot'"),
        ({"by": ["pid"]}, "60 different values: too many"),
        ({"by": ["ethnicity"], "reference": ["white"]}, "allowed: ethnicity-white"),
        ({"groups": {"young": "agee < 30"}}, "write 'age'"),
    ],
)
def test_wrong_wishes_are_refused(facts: dict[str, Any], said: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=said):
        draft_codebook(survey(tmp_path / "a"), CodebookFacts(**facts))


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"sample": "random"}, "unknown sample"),
        ({"items": {"a": ("trust", "polise")}}, "write 'police'"),
        ({"lonely_psu": "ajust"}, "write 'adjust'"),
        ({"start": date(2026, 2, 1), "end": date(2026, 1, 1)}, "before it starts"),
        ({"end": date(2026, 2, 1), "expires": date(2026, 1, 1)}, "before it ends"),
        ({"weight": "wt", "unweighted": True}, "both a weight and unweighted"),
        ({"stances": {"permits": ["Yes"], "opposes": ["Yes"]}}, "named twice"),
    ],
)
def test_facts_that_cannot_be_are_refused(facts: dict[str, Any], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        CodebookFacts(**facts)


def test_a_file_without_questions_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b\n1,2\n3,4\n")
    with pytest.raises(BadInput, match="no column looks like a question"):
        draft_codebook(path)


def test_nothing_is_made_up_for_a_file_without_weight_labels_or_groups(tmp_path: Path) -> None:
    path = csv(
        tmp_path / "a",
        number=list(range(30)),
        answer=["yes" if n % 2 else "no" for n in range(30)],
        words=[f"x{n}" for n in range(30)],
    )
    text = draft_codebook(path)
    document = tomllib.loads(text)
    assert document["design"]["unweighted"] and "still to say (--weight or --unweighted)" in text
    assert [item["column"] for item in document["items"]] == ["answer"]
    assert document["items"][0]["subject"] == "" and "groups" not in document
    with pytest.raises(BadInput, match="unknown reason ''"):
        load(path, text)


WEIGHTS = [1.0, 2.0] * 10


@pytest.mark.parametrize(
    ("columns", "labels", "chosen"),
    [
        ({"wgt": WEIGHTS}, {}, "wgt"),
        ({"poids": WEIGHTS}, {}, "poids"),
        ({"v12": WEIGHTS}, {"v12": "Final weight variable"}, "v12"),
        ({"v12": WEIGHTS}, {"v12": "Coefficient de pondération"}, "v12"),
        ({"wt_a": WEIGHTS, "wt_b": WEIGHTS}, {}, None),
        ({"v12": WEIGHTS, "w": WEIGHTS}, {"v12": "weight variable"}, None),
        ({"wt": [None, *WEIGHTS[1:]]}, {}, None),
        ({"weight": WEIGHTS}, {"weight": "How much do you weigh, in kg?"}, "unweighted"),
        ({"finwt1": WEIGHTS}, {"finwt1": "Replicate weight 1"}, "unweighted"),
        ({"score": WEIGHTS}, {}, "unweighted"),
    ],
)
def test_a_weight_is_drafted_only_if_there_is_one_and_never_denied(
    columns: dict[str, Any], labels: dict[str, str], chosen: str | None, tmp_path: Path
) -> None:
    path = tmp_path / "a.sav"
    frame = pl.DataFrame({"trust": [1.0, 2.0] * 10, **columns})
    pyreadstat.write_sav(
        frame,
        str(path),
        column_labels=["Do you trust the police?", *(labels.get(c, "") for c in columns)],
        variable_value_labels={"trust": {1.0: "Yes", 2.0: "No"}},
    )
    text = draft_codebook(path)
    design = tomllib.loads(text)["design"]
    expected = {"unweighted": True} if chosen == "unweighted" else {"weight": chosen}
    assert design == ({} if chosen is None else expected)
    if chosen is None:
        assert all(f'# weight = "{name}"' in text for name in columns)


def test_groups_are_never_made_from_design_identity_dates_or_single_people(tmp_path: Path) -> None:
    people = [f"p{n % 7}" for n in range(20)]
    path = csv(
        tmp_path / "a",
        trust_police=["yes", "no"] * 10,
        household_id=people,
        ethnic_strata=people,
        parent_psu=people,
        family_weight=people,
        child_birth_date=people,
        family_name=[f"n{n}" for n in range(20)],
        gender=["w", "m"] * 10,
    )
    groups = tomllib.loads(draft_codebook(path))["groups"]
    assert {group["when"].split()[0] for group in groups} == {"gender"}


def test_groups_come_from_the_columns_and_expressions_that_are_named(tmp_path: Path) -> None:
    path = survey(tmp_path / "a")
    facts = replace(SAID, by=["stratum"], groups={"Under 40": "age < 40"}, reference=["under-40"])
    evidence, _ = load(path, draft_codebook(path, facts))
    found = [(group.id, group.expression, group.reference) for group in evidence.groups]
    assert found == [
        ("stratum-0", "stratum == 0", False),
        ("stratum-1", "stratum == 1", False),
        ("stratum-2", "stratum == 2", False),
        ("under-40", "age < 40", True),
    ]


def test_the_encoding_of_the_file_is_kept_in_the_codebook(tmp_path: Path) -> None:
    path = tmp_path / "a" / "old.csv"
    path.parent.mkdir()
    rows = "wt,gender,trust_police\n" + "1,Frau,Ja\n2,M\xe4nner,Nein\n" * 9
    path.write_bytes(rows.encode("cp1252"))
    with pytest.raises(BadInput, match="--encoding cp1252"):
        draft_codebook(path)
    facts = CodebookFacts(encoding="cp1252", stances={"permits": ["Ja"], "opposes": ["Nein"]})
    evidence, _ = load(path, draft_codebook(path, facts))
    assert evidence.groups[1].expression == 'gender == "M\xe4nner"'


def test_labels_in_another_language_are_left_to_whoever_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "a.sav"
    words = ["Pas du tout d'accord", "Plut\xf4t d'accord", "Tout \xe0 fait d'accord"]
    pyreadstat.write_sav(
        pl.DataFrame({"police": [1.0, 2.0, 3.0] * 5, "sexe": [1.0, 2.0, 1.0] * 5}),
        str(path),
        column_labels=["Je fais confiance \xe0 la police", "Sexe"],
        variable_value_labels={
            "police": dict(enumerate(words, start=1)),
            "sexe": {1.0: "Femme", 2.0: "Homme"},
        },
    )
    scale = tomllib.loads(draft_codebook(path))["scales"]["scale_1"]
    assert scale == {name: [] for name in ("permits", "neutral", "opposes", "dont_know", "outside")}
    facts = CodebookFacts(stances={"permits": words[1:], "opposes": words[:1]})
    scale = tomllib.loads(draft_codebook(path, facts))["scales"]["scale_1"]
    assert scale == {"permits": words[1:], "opposes": words[:1]}


def test_stances_said_for_all_are_not_taken_for_a_question_put_the_other_way(
    tmp_path: Path,
) -> None:
    path, yes = tmp_path / "a.sav", [1.0, 2.0] * 10
    pyreadstat.write_sav(
        pl.DataFrame({"police": yes, "school": yes, "wt": WEIGHTS}),
        str(path),
        column_labels=["I trust the police", "I do not trust schools", ""],
        variable_value_labels={name: {1.0: "Yes", 2.0: "No"} for name in ("police", "school")},
    )
    facts = CodebookFacts(
        items={"police": ("trust", "police"), "school": ("trust", "education")},
        stances={"permits": ["Yes"], "opposes": ["No"]},
    )
    text = draft_codebook(path, facts)
    scales = tomllib.loads(text)["scales"]
    assert scales["scale_1"] == {"permits": ["Yes"], "opposes": ["No"]}
    assert (scales["scale_2"]["permits"], scales["scale_2"]["opposes"]) == ([], [])
    marked = [line for _, line in lines_to_check(text) if line.startswith("[scales.")]
    assert marked == ["[scales.scale_2]" + marked[0].removeprefix("[scales.scale_2]")]
    assert "school is put the other way round" in marked[0]


def test_questions_of_unknown_meaning_are_left_out_and_listed(tmp_path: Path) -> None:
    yes = ["yes", "no"] * 10
    path = csv(tmp_path / "a", wt=WEIGHTS, trust_police=yes, trust_church=yes, gender=yes)
    text = draft_codebook(path)
    assert [item["column"] for item in tomllib.loads(text)["items"]] == ["trust_police"]
    assert "not clear what they mean: trust_church." in text


@pytest.mark.parametrize(
    "text", ["plain", 'a "b" \\ c', "line\nbreak\ttab", "\x7f\x00\x1f \xe9 \u6f22 \u2028"]
)
def test_quoted_text_reads_back(text: str) -> None:
    assert tomllib.loads(f"a = {quoted(text)}") == {"a": text}


@pytest.mark.long
def test_a_real_survey_with_one_weight_gives_a_draft_that_loads(
    shared: Path, tmp_path: Path
) -> None:
    path = tmp_path / "hints6_public.sav"
    shutil.copy(shared / "data/surveys/hints6" / path.name, path)
    evidence, _ = load(path, draft_codebook(path))
    assert evidence.design.weight == "PERSON_FINWT0"
    assert {item.column for item in evidence.items} >= {"CancerTrustDoctor", "TrustHCSystem"}
    assert len(evidence.groups) >= 5


def test_a_real_survey_with_several_weights_is_refused_until_one_is_chosen(
    shared: Path, tmp_path: Path
) -> None:
    path = tmp_path / "gss_panel_2016_2018_2020_subset.dta"
    shutil.copy(shared / "data/surveys/gss_panel" / path.name, path)
    text = draft_codebook(path)
    document = tomllib.loads(text)
    assert document["design"] == {} and '# weight = "wtssall_2"' in text
    assert "can't trust" not in text.split("[[groups]]")[0]
    with pytest.raises(BadInput, match="no weight is declared"):
        load(path, text)
    facts = CodebookFacts(weight="wtssall_2", by=["race_1a"], items={"coneduc_2": None})
    evidence, _ = load(path, draft_codebook(path, facts))
    assert evidence.items[0].subject == "education"
