"""Codebook and answers: every disagreement between them is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from licet.errors import BadInput
from licet.evidence import Evidence
from licet.files.agreement import check_answers
from licet.files.codebook import read_evidence
from licet.survey.answers import Answers
from tests.factories import CODEBOOK_ANSWERS as ANSWERS
from tests.factories import CODEBOOK_HEAD as HEAD
from tests.factories import SURVEY_LABELS as LABELS
from tests.factories import evidence_folder as folder
from tests.factories import survey


def changed(column: str, row: int, value: Any) -> dict[str, list[Any]]:
    data = survey()
    data[column][row] = value
    return data


def relabelled(column: str, code: float, label: str | None) -> dict[str, dict[Any, str]]:
    labels = {name: dict(codes) for name, codes in LABELS.items()}
    labels[column].pop(code, None)
    if label is not None:
        labels[column][code] = label
    return labels


Case = Callable[[Path], Path]
DISAGREEMENTS: dict[str, tuple[Case, list[str]]] = {
    "item column": (
        lambda p: folder(p, HEAD + ANSWERS.replace('column = "q2"', 'column = "q22"')),
        ["item 'asked'", "write 'q2'"],
    ),
    "weight column": (
        lambda p: folder(p, HEAD + ANSWERS.replace('weight = "w"', 'weight = "wt"')),
        ["weight: there is no column 'wt'"],
    ),
    "strata column": (
        lambda p: folder(p, HEAD + ANSWERS.replace('"region"', '"regin"')),
        ["write 'region'"],
    ),
    "psu column": (lambda p: folder(p, HEAD + ANSWERS.replace('"place"', '"x"')), ["psu: there"]),
    "group column": (
        lambda p: folder(p, HEAD + ANSWERS.replace("'ethnicity ==", "'ethnicty ==", 1)),
        ["group 'black'", "write 'ethnicity'"],
    ),
    "id column": (lambda p: folder(p, HEAD + ANSWERS.replace('"person"', '"x"')), ["id: there is"]),
    "id twice": (lambda p: folder(p, data=changed("person", 3, 1.0)), ["2 rows, first row 1"]),
    "id missing": (lambda p: folder(p, data=changed("person", 3, None)), ["the id is missing"]),
    "label of a group": (
        lambda p: folder(p, HEAD + ANSWERS.replace('"Black"', '"black"')),
        ["nobody's 'ethnicity' is 'black'", "write 'Black'"],
    ),
    "text against number": (
        lambda p: folder(p, HEAD + ANSWERS.replace("age >= 20", 'age >= "20"')),
        ["group 'rest'", "does not fit", "age is a number"],
    ),
    "number against text": (
        lambda p: folder(p, HEAD + ANSWERS.replace('"White"', "1")),
        ["does not fit", "ethnicity is string"],
    ),
    "mixed list": (
        lambda p: folder(p, HEAD + ANSWERS.replace("age >= 20", 'age in [1, "a"]')),
        ["does not fit"],
    ),
    "text as condition": (
        lambda p: folder(p, HEAD + ANSWERS.replace("age >= 20", "region")),
        ["does not fit"],
    ),
    "loose option in the data": (
        lambda p: folder(p, data=changed("police", 0, 5.0)),
        ["undeclared collapse", "'5'", "column 'police'", "permits: 'Trust'"],
    ),
    "loose label": (
        lambda p: folder(p, labels=relabelled("police", 4.0, "It depends")),
        ["undeclared collapse", "'It depends'"],
    ),
    "label spelled otherwise": (
        lambda p: folder(p, labels=relabelled("police", 1.0, "Trusts")),
        ["given for 'Trusts'", "codebook says 'Trust'", "no label of the column is 'Trust'"],
    ),
    "option without label": (
        lambda p: folder(p, HEAD + ANSWERS.replace('["Refused"]', '["Refused", "Routed"]')),
        ["labels disagree with the codebook", "'Routed'"],
    ),
    "missing mark as stance": (
        lambda p: folder(
            p,
            HEAD
            + ANSWERS.replace('opposes = ["Distrust"]', 'opposes = ["Distrust", "Refused"]')
            .replace('outside = ["Refused"]\n', "")
            .replace('"Distrust"]\npermits', '"Distrust", "Refused"]\npermits'),
        ),
        ["marks 'Refused' as missing", "opposes"],
    ),
    "weight missing": (lambda p: folder(p, data=changed("w", 4, None)), ["1 row, first row 5"]),
    "weight negative": (lambda p: folder(p, data=changed("w", 4, -1.0)), ["a weight is negative"]),
    "weight of nothing": (
        lambda p: folder(p, data={**survey(), "w": [0.0] * 40}),
        ["add up to 0"],
    ),
    "weight as words": (
        lambda p: folder(p, data={**survey(), "w": ["1", "heavy"] * 20}),
        ["not a number, first 'heavy'", "20 rows, first row 2"],
    ),
    "weight as text": (lambda p: folder(p, data={**survey(), "w": ["1"] * 40}), ["are text"]),
    "strata missing": (
        lambda p: folder(p, data=changed("region", 0, "")),
        ["strata, column 'region'", "1 row,"],
    ),
}


@pytest.mark.parametrize("name", DISAGREEMENTS)
def test_every_disagreement_with_the_answers_is_told(name: str, tmp_path: Path) -> None:
    make, said = DISAGREEMENTS[name]
    with pytest.raises(BadInput) as caught:
        read_evidence(make(tmp_path / "parents"))
    for words in ["answers.sav", *said]:
        assert words in str(caught.value)


def test_marks_for_no_answer_may_be_missing_from_some_items_of_a_scale(tmp_path: Path) -> None:
    second = ANSWERS.replace('scale = "agree"', 'scale = "trust"').replace(
        '"ask_first"', '"publish"'
    )
    labels = {**LABELS, "q2": {1.0: "Trust", 2.0: "Neither", 3.0: "Distrust"}}
    evidence, _ = read_evidence(folder(tmp_path / "a", HEAD + second, labels=labels))
    assert len(evidence.items) == 2


def test_a_value_that_nobody_has_is_no_fault_without_labels() -> None:
    frame = pl.DataFrame({"police": ["Trust", "Distrust"], "town": ["Aton", "Bton"]})
    evidence = bare('town == "Zzz"')
    assert check_answers(evidence, Answers(frame)) == []
    near = check_answers(bare('town in ["aton"]'), Answers(frame))
    assert "write 'Aton'" in near[0].todo
    dates = replace(Answers(frame), frame=frame.with_columns(w=pl.date(2020, 1, 1)))
    weighted = bare('town == "Aton"', {"weight": "w"})
    assert "not a number" in check_answers(weighted, dates)[0].what


def bare(when: str, design: dict[str, Any] | None = None) -> Evidence:
    from licet.groups import Group

    return Evidence(
        id="a",
        title="A",
        purpose="evaluation",
        population={"people": "parents", "area": "UK"},
        fieldwork={
            "sample": "census",
            "start": "2025-01-01",
            "end": "2025-01-02",
            "expires": "2025-01-03",
        },
        design=design or {"unweighted": True},
        items=[
            {
                "id": "police",
                "kind": "trust",
                "subject": "police",
                "wording": "w",
                "column": "police",
                "k": 2,
                "collapse": {"permits": ["Trust"], "opposes": ["Distrust"]},
            }
        ],
        groups=[Group("g", "G", when)],
    )
