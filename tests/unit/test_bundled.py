"""The data that comes with Licet says what it should and can be read."""

from __future__ import annotations

import csv
import tomllib
from datetime import date
from importlib.resources import files
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from licet.evidence import Fieldwork, Population
from licet.sampling import DesignDeclaration
from licet.use import Use
from licet.vocabulary import SUBJECT_LIST, term

BUNDLED = Path(str(files("licet.bundled")))
TOWN = BUNDLED / "town"
PRINTED = TOWN / "evidence" / "parents-2021"
SYNTHETIC = BUNDLED / "parents-2020"
USES = ("early-help", "early-help-wide", "health-housing", "immigration")
AFFECTED = ["black", "lone", "younger", "hh5plus"]


def toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def use(name: str) -> Use:
    return Use(**toml(TOWN / "uses" / f"{name}.toml"))


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(path.read_text(encoding="utf-8"))))


def test_the_town_holds_exactly_these_files() -> None:
    found = {str(path.relative_to(TOWN)) for path in TOWN.rglob("*") if path.is_file()}
    assert found == {
        "README.md",
        "licet.toml",
        "evidence/parents-2021/codebook.toml",
        "evidence/parents-2021/figures.csv",
        *(f"uses/{name}.toml" for name in USES),
        ".taplo.toml",  # of which tests/docs/test_schemas.py says more
        *(f"schemas/{path.name}" for path in (TOWN / "schemas").glob("*.schema.json")),
    }


def test_the_readme_names_every_file() -> None:
    text = (TOWN / "README.md").read_text(encoding="utf-8")
    for path in TOWN.rglob("*.*"):
        if path.name != "README.md" and path.is_file() and path.parent.name != "schemas":
            assert str(path.relative_to(TOWN)) in text


@pytest.mark.parametrize("name", USES)
def test_a_use_is_valid_and_in_force_when_the_examples_are_run(name: str) -> None:
    found = use(name)
    assert found.id == name
    assert found.purpose == "early_intervention"
    assert found.population.covers(
        Population(people="parents", area="UK/England/Exampleton", child_ages=(0, 15))
    )
    for day in (date(2021, 12, 1), date(2026, 11, 22)):
        assert found.start <= day <= found.end
        assert found.review_by is not None and day <= found.review_by
    assert set(found.affected_groups) <= set(AFFECTED)
    assert {source.service for source in found.sources} == set(found.services)
    assert all(source.known_faults for source in found.sources)


@pytest.mark.parametrize("name", USES)
def test_a_use_fills_every_field_that_the_public_asks_about(name: str) -> None:
    found = use(name)
    optional = {"conditions", "overrides", "companies", "removed_groups", "unsurveyed_groups"}
    optional |= {"permission_reason", "payment_by_results", "affected_groups"}
    for field in set(Use.model_fields) - optional:
        assert getattr(found, field), field
    assert found.support.universal_alternative


def test_the_uses_differ_as_their_titles_say() -> None:
    assert use("early-help").operator == "in_house"
    assert set(use("early-help").services) == {"education", "early_years", "social_work"}
    wide = use("early-help-wide")
    assert set(wide.services) - set(use("early-help").services) == {"police"}
    assert wide.operator == "commercial" and wide.companies[0].sees_identifiable
    assert wide.payment_by_results
    assert set(use("immigration").services) == {"education", "immigration"}
    assert set(use("health-housing").services) == {"education", "early_years", "health", "housing"}


def test_nothing_measures_health_and_housing() -> None:
    items = toml(PRINTED / "codebook.toml")["items"]
    assert not {"health", "housing"} & {item["subject"] for item in items}


def test_the_workspace_has_a_name_an_area_and_default_settings() -> None:
    assert toml(TOWN / "licet.toml") == {
        "name": "Exampleton (example)",
        "area": "UK/England/Exampleton",
        "gate": {},
        "disclosure": {},
        "store": {},
    }


@pytest.mark.parametrize("folder", [PRINTED, SYNTHETIC])
def test_a_codebook_declares_population_fieldwork_items_and_groups(folder: Path) -> None:
    book = toml(folder / "codebook.toml")
    assert book["id"] == folder.name
    assert book["example_only"] is True and book["notice"]
    assert Population(**book["population"]).covers(use("early-help").population)
    fieldwork = Fieldwork(**book["fieldwork"])
    assert (fieldwork.sample, fieldwork.interviews) == ("probability", 843)
    assert fieldwork.expires == date(2031, 12, 31)
    for item in book["items"]:
        term(SUBJECT_LIST[item["kind"]], item["subject"])
    assert [g["id"] for g in book["groups"] if not g.get("reference")] == AFFECTED


def test_both_codebooks_ask_the_same_items_of_the_same_groups() -> None:
    printed, synthetic = toml(PRINTED / "codebook.toml"), toml(SYNTHETIC / "codebook.toml")
    for part, keys in (
        ("items", ("id", "kind", "subject")),
        ("groups", ("id", "label", "reference")),
    ):
        assert [[e.get(k) for k in keys] for e in printed[part]] == [
            [e.get(k) for k in keys] for e in synthetic[part]
        ]


def test_the_printed_codebook_states_what_it_assumes() -> None:
    book = toml(PRINTED / "codebook.toml")
    assert book["synthetic"] is False
    assert book["printed"] == {
        "file": "figures.csv",
        "deff": 1.5,
        "other_bases": {"black": [8], "higher_oqi": [126, 422]},
    }
    assert "assumed" in book["population"]["note"]
    assert [item["k"] for item in book["items"] if item["kind"] != "awareness"] == [3] * 16


def test_the_synthetic_codebook_says_that_nobody_answered() -> None:
    book = toml(SYNTHETIC / "codebook.toml")
    assert book["synthetic"] is True
    assert (
        book["notice"] == "SYNTHETIC: made by a program to match printed figures. "
        "No person answered."
    )
    assert book["answers"] == {"file": "answers.csv", "id": "respondent"}
    assert DesignDeclaration(**book["design"]).weight == "wt"


def test_figures_name_declared_items_and_groups_once_each() -> None:
    book, figures = toml(PRINTED / "codebook.toml"), rows(PRINTED / "figures.csv")
    assert len(figures) == 93
    assert len({(row["item"], row["group"]) for row in figures}) == 93
    assert {row["item"] for row in figures} == {item["id"] for item in book["items"]}
    assert {row["group"] for row in figures} == {"all", *(g["id"] for g in book["groups"])}


def test_a_base_is_missing_only_where_none_can_be_worked_out() -> None:
    without = [row for row in rows(PRINTED / "figures.csv") if not row["base"]]
    assert {(row["group"], row["item"]) for row in without} == {
        ("inc_under_1200", "aware_stored"),
        ("inc_under_1200", "aware_joined"),
    }


def test_only_the_share_against_a_company_opposes() -> None:
    opposing = {row["item"] for row in rows(PRINTED / "figures.csv") if row["stance"] == "opposes"}
    assert opposing == {"processor_commercial"}


def test_every_printed_figure_is_there_as_printed(shared: Path) -> None:
    bases = {row["group_id"]: row["assumed_base"] for row in rows(shared / "paper" / "bases.csv")}
    expected = [
        (
            row["table"],
            row["item_id"].removesuffix("_unacceptable"),
            row["group_id"],
            row["percent"],
            bases[row["group_id"]],
        )
        for row in rows(shared / "paper" / "figures.csv")
        if row["item_kind"] not in ("composition", "rule", "summary")
        and "repeats Table 3" not in row["item_label"]
    ]
    found = [
        (row["table"], row["item"], row["group"], row["percent"], row["base"])
        for row in rows(PRINTED / "figures.csv")
    ]
    assert found == expected
    assert sum(row[0].startswith("table") for row in found) == 70
