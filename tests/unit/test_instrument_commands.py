"""The commands of the questionnaire: what they write, what they refuse, and nothing half-written."""

from __future__ import annotations

import builtins
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from licet.chapters import questionnaires
from licet.commands.questionnaire import app
from licet.errors import BadInput
from licet.files.checks import checks_of
from licet.files.codebook import read_evidence
from licet.files.instrument import read_instrument
from licet.instrument.simulation import export, made_up


@pytest.fixture
def drafted(tmp_path: Path) -> Path:
    return questionnaires.new(tmp_path / "q", ["police", "education"], ["offer_unasked"])


def run(*arguments: object) -> str:
    result = CliRunner().invoke(app, [str(a) for a in arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_from_draft_to_evidence(tmp_path: Path) -> None:
    folder = tmp_path / "survey"
    services = ("--services", "police,education", "--reasons", "offer_unasked")
    assert "licet questionnaire check" in run("new", folder, *services)
    document = folder / "instrument.toml"
    assert "No fault" in run("check", document)
    assert run("write", document, "--out", folder).count("written") == 4
    assert "say nothing" in run(
        "simulate", document, "--out", folder / "export.csv", "--people", 90
    )
    said = run(
        "realign",
        document,
        folder / "export.csv",
        "--out",
        folder / "answers.csv",
        "--keep",
        "weight",
    )
    assert "90 people" in said and "--keep" not in said
    again = run("realign", document, folder / "export.csv", "--out", folder / "bare.csv")
    assert "left out: weight" in again and "--keep COLUMN" in again
    (folder / "bare.csv").unlink()
    evidence, answers = read_evidence(folder)
    assert answers is not None and answers.frame.height == 90
    assert evidence.draft and len(evidence.items) == 13
    drawn = {"mode": "mode", "flip": "_flip", "order": "_order", "set": "_set"}
    assert checks_of(folder).columns == drawn, "what the form draws, the quality page checks"
    assert set(drawn.values()) <= set(answers.frame.columns)


def test_a_draft_is_never_replaced(drafted: Path) -> None:
    before = drafted.read_text("utf-8")
    with pytest.raises(BadInput, match="there already"):
        questionnaires.new(drafted.parent)
    assert drafted.read_text("utf-8") == before


def test_unknown_words_write_nothing(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="unknown service 'polise'"):
        questionnaires.new(tmp_path / "q", ["polise"])
    assert list(tmp_path.iterdir()) == []


def test_a_filled_in_codebook_is_not_lost(drafted: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "codebook.toml").write_text("mine", "utf-8")
    with pytest.raises(BadInput, match="--replace"):
        questionnaires.write(drafted, out)
    assert [path.name for path in out.iterdir()] == ["codebook.toml"]
    questionnaires.write(drafted, out, replace=True)
    assert "draft = true" in (out / "codebook.toml").read_text("utf-8")


def test_a_faulty_questionnaire_writes_nothing(drafted: Path, tmp_path: Path) -> None:
    drafted.write_text(drafted.read_text("utf-8").replace('"police"', '"polise"'), "utf-8")
    with pytest.raises(BadInput, match="unknown service"):
        questionnaires.write(drafted, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def without(monkeypatch: pytest.MonkeyPatch, module: str) -> None:
    whole = builtins.__import__

    def refuse(name: str, *rest: object, **more: object) -> object:
        if name.split(".")[0] == module:
            raise ImportError(name)
        return whole(name, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", refuse)


def test_check_says_whether_the_form_was_tried(
    drafted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "pyxform accepts the form" in questionnaires.checked_text(questionnaires.check(drafted))
    without(monkeypatch, "pyxform")
    assert "The form was not tried" in questionnaires.checked_text(questionnaires.check(drafted))


def test_writing_a_form_without_its_library_says_what_to_install(
    drafted: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without(monkeypatch, "xlsxwriter")
    with pytest.raises(BadInput, match="XlsxWriter"):
        questionnaires.write(drafted, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_faults_of_an_export_name_its_file(drafted: Path, tmp_path: Path) -> None:
    export, out = tmp_path / "export.csv", tmp_path / "answers.csv"
    questionnaires.simulate(drafted, export, 20, 1)
    frame = pl.read_csv(export, infer_schema=False).with_columns(mode=pl.lit("Pigeon"))
    frame.write_csv(export)
    with pytest.raises(BadInput) as refused:
        questionnaires.realign(drafted, export, out)
    assert str(export) in refused.value.faults[0].where
    assert not out.exists()
    with pytest.raises(BadInput, match="no file"):
        questionnaires.realign(drafted, tmp_path / "exprt.csv", out)


def test_the_same_seed_gives_the_same_made_up_people(drafted: Path, tmp_path: Path) -> None:
    one, two, three = (tmp_path / f"{name}.csv" for name in ("one", "two", "three"))
    questionnaires.simulate(drafted, one, 30, 7)
    questionnaires.simulate(drafted, two, 30, 7)
    questionnaires.simulate(drafted, three, 30, 8)
    assert one.read_bytes() == two.read_bytes() != three.read_bytes()
    with pytest.raises(BadInput, match=r"ends in \.csv"):
        questionnaires.simulate(drafted, tmp_path / "x.xlsx", 3, 1)


@pytest.mark.parametrize("groups", ["-", ""])
def test_an_export_that_was_not_realigned_is_no_evidence(groups: str, drafted: Path) -> None:
    """Codes of flipped options would count the wrong way round."""
    questionnaires.write(drafted, drafted.parent)
    made = read_instrument(drafted)
    raw = export(made, *made_up(made, 60, np.random.default_rng(1)), groups)
    named = raw.rename({"KEY": "respondent"}).with_columns(weight=pl.lit(1.0))
    named.write_csv(drafted.parent / "answers.csv")
    with pytest.raises(BadInput) as refused:
        read_evidence(drafted.parent)
    told = " ".join(fault.what + fault.where for fault in refused.value.faults)
    for item in made.items:
        assert f"item '{item}'" in told
