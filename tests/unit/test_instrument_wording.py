"""What a use says beside what was asked: rows for a reader, flags and never a ruling."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest

from licet.evidence import Evidence, Item
from licet.files.codebook import read_evidence
from licet.files.instrument_codebook import codebook_toml
from licet.files.use import read_use
from licet.instrument.simulation import export, made_up
from licet.instrument.template import template
from licet.instrument.wording import WordingRow, forecasts, wording_check
from licet.use import Use
from licet.vocabulary import PROCESSORS, REASONS, SERVICES

TOWN = Path(str(files("licet.bundled") / "town"))
WIDE = read_use(TOWN / "uses" / "early-help-wide.toml")
PRINTED, _ = read_evidence(TOWN / "evidence" / "parents-2021")


def asked(wording: str, key: str = "trust:police", use: Use = WIDE, note: str = "") -> WordingRow:
    """The row of one requirement when this is the only wording."""
    kind, subject = key.split(":")
    item = Item(id="x", kind=kind, subject=subject, wording=wording, k=3, note=note)
    evidence = PRINTED.model_copy(update={"items": (item,)})
    return next(row for row in wording_check(use, evidence) if row.requirement == key)


def kinds(row: WordingRow) -> list[str]:
    return [flag.kind for flag in row.flags]


def with_use(**keys: object) -> Use:
    return Use(**(WIDE.model_dump() | keys))


def test_the_use_speaks_beside_the_wording() -> None:
    rows = wording_check(WIDE, PRINTED)
    assert [row.requirement for row in rows] == list(WIDE.requirements)
    police = next(row for row in rows if row.requirement == "trust:police")
    assert police.asked == "Trusts the police and criminal justice bodies to join records."
    assert police.said == (
        ("sources", "Domestic incident notifications (name, birth_date, address, incident_date)"),
    )
    company = next(row for row in rows if row.requirement == "processor:commercial")
    assert company.said[0][0] == "companies" and "Example Analytics Ltd" in company.said[0][1]
    reason = rows[0]
    assert [key for key, _ in reason.said] == ["title", "summary", "support.offer"]


def test_what_nobody_was_asked_has_a_row() -> None:
    rows = wording_check(WIDE, PRINTED.model_copy(update={"items": PRINTED.items[:1]}))
    assert {row.item for row in rows if kinds(row) == ["not asked"]} == {None}
    assert len(rows) == len(WIDE.requirements)


PLAIN = "Do you trust the police to join records? For example: calls to a home."


@pytest.mark.parametrize(
    ("key", "wording", "expected"),
    [
        ("trust:police", PLAIN, []),
        ("trust:police", "Do you trust the police to join records?", ["no example"]),
        ("trust:police", "Do you trust this body, for example?", ["subject missing"]),
        (
            "trust:police",
            PLAIN.replace("police", "police and schools"),
            ["other service", "double-barrelled"],
        ),
        ("trust:police", PLAIN.replace("police", "police to protect you and"), ["leading words"]),
        ("trust:police", PLAIN.replace("police", "police and criminal justice bodies"), []),
        (
            "reason:offer_unasked",
            "Join records to save money, for example?",
            ["subject missing", "other reason"],
        ),
        ("processor:commercial", "Is it OK that a company does it, for example a big one?", []),
        ("processor:commercial", "Is it OK that they do it, for example?", ["subject missing"]),
    ],
)
def test_flags(key: str, wording: str, expected: list[str]) -> None:
    assert kinds(asked(wording, key)) == expected


def test_an_explanation_may_stand_in_the_note() -> None:
    assert kinds(asked("Do you trust the police?", note="Case: An officer is called.")) == []


def test_a_forecast_that_nobody_was_asked_about_is_flagged() -> None:
    scoring = with_use(summary="A score picks out families.")
    assert forecasts(scoring) and not forecasts(WIDE)
    assert kinds(asked(PLAIN, use=scoring)) == ["forecast not asked"]
    told = PLAIN + " A computer may predict who needs help."
    assert kinds(asked(told, use=scoring)) == []
    declared = with_use(analytics=("linking", "predictive_flagging"))
    assert kinds(asked(PLAIN, use=declared)) == ["forecast not asked"]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Evidence:
    """Evidence of the template, for every word of the vocabulary."""
    import numpy as np
    import polars as pl

    from licet.instrument.realigning import realign
    from licet.survey.answers import Answers

    made = template(tuple(SERVICES), tuple(REASONS), tuple(PROCESSORS))
    folder = tmp_path_factory.mktemp("evidence")
    (folder / "codebook.toml").write_text(codebook_toml(made), "utf-8")
    sent = export(made, *made_up(made, 200, np.random.default_rng(1)))
    answers = realign(Answers(sent), made).frame.with_columns(weight=pl.lit(1.0))
    answers.write_csv(folder / "answers.csv")
    return read_evidence(folder)[0]


def test_the_template_raises_no_flag(home: Evidence) -> None:
    use = with_use(
        services=tuple(SERVICES), reasons=tuple(REASONS), sources=(), conditions=(), overrides=()
    )
    rows = wording_check(use, home)
    assert {row.requirement: kinds(row) for row in rows if row.flags} == {}


def test_the_codebook_of_the_template_is_a_draft_that_counts_for_nothing(home: Evidence) -> None:
    assert home.draft and home.fieldwork.sample == "opt_in"
    assert {item.kind for item in home.items} == {
        "awareness",
        "reason",
        "trust",
        "processor",
        "concern",
        "demand",
    }
    note = home.item("concern_inaccurate").note
    assert "Asked of set_b only (column _set)" in note and "(column _flip)" in note
    assert "Source: Licet template 1, version 1." in note
    assert "Case:" in home.item("reason_save_money").note
