"""Schemas for editors: what Licet takes they take, and what they can know to be wrong they refuse."""

from __future__ import annotations

import json
import tomllib
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from docs.build import SCHEMAS
from docs.keys import described
from tests.docs.runner import ROOT

BUNDLED = ROOT / "src" / "licet" / "bundled"
PLACES = {
    "workspace": ("licet.toml",),
    "use": ("uses/*.toml",),
    "codebook": ("evidence/*/codebook.toml", "codebook.toml"),
    "feed": ("feeds/*.toml",),
    "criteria": ("criteria/*.toml",),
    "forecast": ("forecasts/*.toml",),
    "audit-plan": ("audits/*.toml",),
}
DOCUMENTS = [
    (name, path)
    for name, places in PLACES.items()
    for place in places
    for path in sorted(BUNDLED.glob(f"*/{place}"))
]


def plain(value: Any) -> Any:
    """Days as text, as an editor hands them to its schema."""
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items()}
    if isinstance(value, list):
        return [plain(part) for part in value]
    return value.isoformat() if isinstance(value, date | datetime) else value


@cache
def schema(name: str) -> jsonschema.Draft7Validator:
    text = (SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8")
    jsonschema.Draft7Validator.check_schema(json.loads(text))
    return jsonschema.Draft7Validator(json.loads(text))


def told(name: str, text: str) -> list[str]:
    return [error.message for error in schema(name).iter_errors(plain(tomllib.loads(text)))]


def test_there_are_documents_of_most_kinds() -> None:
    assert {"workspace", "use", "codebook", "feed"} <= {name for name, _ in DOCUMENTS}


@pytest.mark.parametrize(
    ("name", "path"), DOCUMENTS, ids=lambda one: one if isinstance(one, str) else one.stem
)
def test_a_document_that_comes_with_licet_fits(name: str, path: Path) -> None:
    assert told(name, path.read_text(encoding="utf-8")) == []


USE = (BUNDLED / "town" / "uses" / "early-help.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"education", "early_years"', '"education", "erly_years"', "'erly_years' is not one of"),
        ('controller = "Exampleton Council"', "", "'controller' is a required property"),
        ('team = "Early Help"', 'teem = "Early Help"', "'teem' was unexpected"),
        ("version = 1", "version = 0", "0 is less than the minimum of 1"),
        ('processor = "in_house"', "processor = 3", "3 is not of type 'string'"),
        ("child_ages = [0, 15]", "child_ages = [0]", "[0] is too short"),
        ('period = "from 2018"', 'periods = "from 2018"', "'periods' was unexpected"),
    ],
)
def test_what_licet_refuses_in_one_document_is_underlined(old: str, new: str, says: str) -> None:
    from licet.errors import BadInput
    from licet.use import Use

    assert USE.count(old) == 1
    wrong = USE.replace(old, new)
    assert any(says in message for message in told("use", wrong))
    with pytest.raises(BadInput):
        Use(**tomllib.loads(wrong))


def test_every_key_says_what_it_means() -> None:
    for name in ("use", "feed", "criteria", "forecast", "codebook", "workspace", "audit-plan"):
        whole = schema(name).schema
        sections = [one for one in whole["properties"].values() if "properties" in one]
        tables = [*sections, *whole.get("definitions", {}).values()]
        tables += [whole] if name != "workspace" else []  # whose sections are only names
        assert all(key["description"] for one in tables for key in one["properties"].values())
    assert set(schema("use").schema["properties"]) == set(described()["use"])


def test_every_schema_is_named_for_editors() -> None:
    """A new workspace has the schemas, and the file that says which document has which."""
    town = files("licet.bundled") / "town"
    rules = tomllib.loads((town / ".taplo.toml").read_text(encoding="utf-8"))["rule"]
    named = {rule["schema"]["path"] for rule in rules}
    there = {f"schemas/{one.name}" for one in (town / "schemas").iterdir()}
    assert named == there
    globs = {name: places for name, places in PLACES.items() if name != "codebook"}
    for name, places in globs.items():
        rule = next(
            rule for rule in rules if rule["schema"]["path"].endswith(f"/{name}.schema.json")
        )
        assert rule["include"] == list(places)
