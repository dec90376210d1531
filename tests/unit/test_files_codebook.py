"""Codebooks: what is declared is read, and what is declared wrongly is refused."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from licet.errors import BadInput
from licet.files.agreement import check_answers
from licet.files.codebook import read_evidence, read_evidence_folder
from tests.factories import CODEBOOK_ANSWERS as ANSWERS
from tests.factories import CODEBOOK_HEAD as HEAD
from tests.factories import CODEBOOK_PRINTED as PRINTED
from tests.factories import LONE_PARENTS as GROUPS
from tests.factories import SURVEY_LABELS as LABELS
from tests.factories import evidence_folder as folder


def test_a_codebook_with_answers_is_read(tmp_path: Path) -> None:
    place = folder(tmp_path / "parents")
    evidence, answers = read_evidence(place)
    police, asked = evidence.items
    assert police.column == "police" and asked.column == "q2"
    assert police.options == ("Trust", "Neither", "Distrust") and police.k == 3
    assert police.collapse and police.collapse.dont_know == ("Don't know",)
    assert asked.k == 2 and asked.collapse and asked.collapse.permits == ("Yes",)
    assert (police.dont_know, asked.dont_know) == ("in", "out")
    assert [group.reference for group in evidence.groups] == [False, True]
    assert evidence.groups[0].expression == 'ethnicity == "Black"'
    assert evidence.design and evidence.design.strata == "region"
    names = ("codebook.toml", "answers.sav")
    hashes = {n: hashlib.sha256((place / n).read_bytes()).hexdigest() for n in names}
    assert dict(evidence.files) == hashes
    assert answers is not None and answers.frame.height == 40
    assert check_answers(evidence, answers, "person") == []


def test_a_codebook_of_printed_figures_is_read(tmp_path: Path) -> None:
    evidence, answers = read_evidence(folder(tmp_path / "a", HEAD + PRINTED + GROUPS))
    assert answers is None and evidence.design is None
    assert evidence.printed and evidence.printed.deff == 2.0
    assert dict(evidence.printed.other_bases) == {"lone": (8,)}
    assert [(f.percent, f.decimals, f.base) for f in evidence.figures] == [
        (55.0, 0, 843),
        (43.5, 1, 93),
        (70.0, 0, None),
    ]
    assert evidence.items[0].collapse is None
    assert set(evidence.files) == {"codebook.toml", "figures.csv"}


def test_a_scale_gives_printed_items_their_number_of_stances(tmp_path: Path) -> None:
    scale = '[scales.t]\npermits = ["Yes"]\nopposes = ["No"]\n'
    text = HEAD + PRINTED.replace("k = 3", 'scale = "t"') + GROUPS + scale
    evidence, _ = read_evidence(folder(tmp_path / "a", text))
    assert evidence.items[0].k == 2 and evidence.items[0].collapse is None


def test_codes_without_labels_are_options_as_text(tmp_path: Path) -> None:
    text = HEAD + ANSWERS.replace('["Yes"]', '["1"]').replace('["No"]', '["2"]')
    labels = {name: LABELS[name] for name in ("police", "ethnicity")}
    evidence, answers = read_evidence(folder(tmp_path / "a", text, labels=labels))
    assert answers and set(answers.frame["q2"]) == {"1", "2"}
    assert "read as options" in answers.notes[0] and evidence.items[1].k == 2


WRONG_CODEBOOKS: dict[str, tuple[str, list[str]]] = {
    "key at the top": (HEAD.replace("title", "titel") + ANSWERS, ["titel", "write 'title'"]),
    "missing keys": (HEAD.replace('title = "Parents"\n', "") + ANSWERS, ["'title' is missing"]),
    "population": (HEAD.replace("people =", "peple =") + ANSWERS, ["write 'people'"]),
    "no population": (HEAD.replace("[population]", "[populated]") + ANSWERS, ["'populated'"]),
    "date": (HEAD.replace("2025-01-01", '"soon"') + ANSWERS, ["fieldwork: start", "not a date"]),
    "sample": (HEAD.replace("probability", "probably") + ANSWERS, ["write 'probability'"]),
    "dates in wrong order": (HEAD.replace("2025-02", "2024-02") + ANSWERS, ["before it starts"]),
    "purpose": (HEAD.replace("early_int", "erly_int") + ANSWERS, ["write 'early_intervention'"]),
    "no source": (HEAD, ["neither [answers] nor [printed]"]),
    "both sources": (HEAD + ANSWERS + '[printed]\nfile = "figures.csv"\n', ["both [answers]"]),
    "section as text": (HEAD.replace("[population]", "population = 3\n[a]"), ["not a table"]),
    "items as table": (HEAD + ANSWERS.split("[[items]]")[0] + "[items]\n", ["not a list"]),
    "items as number": (
        "items = 3\ngroups = 1.5\nscales = 1\n" + HEAD + PRINTED.split("[[items]]")[0],
        ["items", "not a list of tables", "not a table of scales"],
    ),
    "answers as text": ('answers = "x"\n' + HEAD, ["answers", "not a table"]),
    "no file": (HEAD + ANSWERS.replace('file = "answers.sav"\n', ""), ["'file' is missing"]),
    "file is a number": (HEAD + ANSWERS.replace('"answers.sav"', "3"), ["not text"]),
    "another file": (HEAD + ANSWERS.replace("answers.sav", "anwsers.sav"), ["'answers.sav'"]),
    "file above": (HEAD + ANSWERS.replace("answers.sav", "../a.sav"), ["not in this folder"]),
    "file from the root": (HEAD + ANSWERS.replace("answers.sav", "/a.sav"), ["not in this folder"]),
    "file of Windows": (HEAD + ANSWERS.replace('"answers.sav"', "'C:\\a.sav'"), ["not in this"]),
    "no design": (HEAD + ANSWERS.replace("[design]", "[desing]"), ["write 'design'"]),
    "no weight": (HEAD + ANSWERS.replace('weight = "w"\n', ""), ["no weight", "unweighted = true"]),
    "lonely": (
        HEAD + ANSWERS.replace("psu =", 'lonely_psu = "x"\npsu ='),
        ["lonely_psu", "remove"],
    ),
    "design key": (HEAD + ANSWERS.replace("strata =", "stratum ="), ["write 'strata'"]),
    "scale key": (HEAD + ANSWERS.replace("neutral =", "netural ="), ["write 'neutral'"]),
    "scale": (HEAD + ANSWERS.replace('scale = "trust"', 'scale = "trst"'), ["write 'trust'"]),
    "no scale": (HEAD + ANSWERS.replace('scale = "trust"\n', ""), ["no scale is named"]),
    "overlap": (HEAD + ANSWERS.replace('["Neither"]', '["Trust"]'), ["overlapping stances"]),
    "no stance": (HEAD + ANSWERS.replace('"Distrust"]\np', '"Hm"]\np'), ["given for 'Hm'"]),
    "options": (HEAD + ANSWERS.replace('options = ["Trust"', "options = [1"), ["list of text"]),
    "both names": (
        HEAD + ANSWERS.replace('agrees = ["Y', 'permits = ["A"]\nagrees = ["Y'),
        ["both"],
    ),
    "agreement for trust": (
        HEAD + ANSWERS.replace('scale = "trust"', 'scale = "agree"'),
        ["agrees or disagrees, but this is a trust item"],
    ),
    "k and scale": (
        HEAD + ANSWERS.replace('scale = "trust"', 'scale = "trust"\nk = 3'),
        ["take k"],
    ),
    "kind": (HEAD + ANSWERS.replace('"demand"', '"demands"'), ["items[2] asked", "write 'demand'"]),
    "subject": (HEAD + ANSWERS.replace('subject = "police"', 'subject = "polise"'), ["'police'"]),
    "item key": (HEAD + ANSWERS.replace("wording =", "wordng ="), ["items[1]", "write 'wording'"]),
    "dont_know": (HEAD + ANSWERS.replace('= "in"', '= "maybe"'), ["dont_know", "'in' or 'out'"]),
    "item twice": (HEAD + ANSWERS.replace('id = "asked"', 'id = "police"'), ["declared twice"]),
    "no items": (HEAD + PRINTED.split("[[items]]")[0] + GROUPS, ["no item is declared"]),
    "no groups": (HEAD + ANSWERS.split("[[groups]]")[0], ["an empty list of groups"]),
    "group key": (HEAD + ANSWERS.replace("when =", "wen ="), ["write 'when'"]),
    "group without when": (
        HEAD + ANSWERS.replace("when = 'ethnicity == \"B", "note = '\"B"),
        ["groups[1] black"],
    ),
    "group called all": (
        HEAD + ANSWERS.replace('id = "black"', 'id = "all"'),
        ["cannot be called"],
    ),
    "call": (HEAD + ANSWERS.replace("'ethnicity == \"Black\"'", "'exit()'"), ["may not call"]),
    "reference": (HEAD + ANSWERS.replace("reference = true", "reference = 1"), ["true nor false"]),
    "printed key": (HEAD + PRINTED.replace("deff", "def") + GROUPS, ["write 'deff'"]),
    "deff": (HEAD + PRINTED.replace("deff = 2.0", "deff = 0.5") + GROUPS, ["printed: deff"]),
    "other bases": (HEAD + PRINTED.replace("lone = [8]", "loen = [8]") + GROUPS, ["write 'lone'"]),
    "base of nobody": (HEAD + PRINTED.replace("[8]", "[0]") + GROUPS, ["not positive"]),
    "printed design": (HEAD + PRINTED + GROUPS + '[design]\nweight = "w"\n', ["have no design"]),
    "k missing": (HEAD + PRINTED.replace("k = 3\n", "") + GROUPS, ["or k = 3"]),
    "k of licence": (HEAD + PRINTED.replace("k = 3", "k = 5") + GROUPS, ["from 5 stances"]),
}


@pytest.mark.parametrize("name", WRONG_CODEBOOKS)
def test_every_wrong_codebook_is_refused(name: str, tmp_path: Path) -> None:
    text, said = WRONG_CODEBOOKS[name]
    with pytest.raises(BadInput) as caught:
        read_evidence(folder(tmp_path / "parents", text))
    for words in ["codebook.toml", *said]:
        assert words in str(caught.value)


def test_all_faults_of_a_codebook_are_told_at_once(tmp_path: Path) -> None:
    text = HEAD.replace("probability", "x").replace("parents", "y") + ANSWERS
    text = (
        text.replace('"demand"', '"z"').replace("when = 'eth", "when = 'eth(").replace("psu", "q")
    )
    with pytest.raises(BadInput) as caught:
        read_evidence(folder(tmp_path / "a", text))
    places = [fault.where for fault in caught.value.faults]
    for key in ("sample", "people", "items[2] asked", "groups[1] black", "design.q"):
        assert any(key in place for place in places), (key, places)


WRONG_FIGURES = {
    "item": ("item,group,percent,base\npolise,all,5,9\n", ["row 2", "write 'police'"]),
    "group": ("item,group,percent,base\npolice,loen,5,9\n", ["column 'group'", "write 'lone'"]),
    "base": ("item,group,percent,base\npolice,all,5,\n", ["row 2", "the base is missing"]),
    "percent": ("item,group,percent,base\npolice,all,x,9\n", ["row 2", "not a percentage"]),
}


@pytest.mark.parametrize("name", WRONG_FIGURES)
def test_figures_must_fit_the_codebook(name: str, tmp_path: Path) -> None:
    figures, said = WRONG_FIGURES[name]
    with pytest.raises(BadInput) as caught:
        read_evidence(folder(tmp_path / "a", HEAD + PRINTED + GROUPS, figures=figures))
    for words in ["figures.csv", *said]:
        assert words in str(caught.value)


def test_every_evidence_below_a_folder_is_read_in_the_order_of_ids(tmp_path: Path) -> None:
    first = folder(tmp_path / "z", HEAD.replace('"parents"', '"a"', 1) + ANSWERS)
    folder(tmp_path / "y", HEAD.replace('"parents"', '"b"', 1) + PRINTED + GROUPS)
    (tmp_path / "notes").mkdir()
    assert [evidence.id for evidence, _ in read_evidence_folder(tmp_path)] == ["a", "b"]
    assert [evidence.id for evidence, _ in read_evidence_folder(first)] == ["a"]


def test_wrong_evidence_folders_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no such folder"):
        read_evidence_folder(tmp_path / "nowhere")
    (tmp_path / "answers.sav").write_bytes(b"")
    with pytest.raises(BadInput, match="licet new codebook"):
        read_evidence_folder(tmp_path / "answers.sav")
    with pytest.raises(BadInput, match="no folder here has a codebook"):
        read_evidence_folder(tmp_path)
    folder(tmp_path / "a")
    folder(tmp_path / "b", HEAD + PRINTED + GROUPS)
    with pytest.raises(BadInput, match="'parents' is also that of 'a'"):
        read_evidence_folder(tmp_path)
    folder(tmp_path / "c", HEAD.replace("UK", ""))
    folder(tmp_path / "d", HEAD.replace("early_", "erly_") + ANSWERS)
    with pytest.raises(BadInput) as caught:
        read_evidence_folder(tmp_path)
    places = " ".join(fault.where for fault in caught.value.faults)
    assert "c/codebook.toml" in places and "d/codebook.toml" in places
