"""The demonstration: the whole loop, stage by stage, on a town large enough for its audits to settle something."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from licet.chapters.demonstrated import Place
from licet.chapters.demonstrating import KEPT_DAYS, LEAST, STAGES, demo
from licet.chapters.demonstrating_rights import LOOKED_AT
from licet.chapters.stores import open_store
from licet.errors import BadInput
from licet.files.town import RIGHTS_USE, USE
from licet.files.use import read_use

TODAY = date(2026, 11, 30)


def test_a_folder_with_a_workspace_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "licet.toml").write_text("mine", encoding="utf-8")
    with pytest.raises(BadInput, match="a workspace is here already"):
        next(demo(tmp_path, today=TODAY))
    assert [path.name for path in tmp_path.iterdir()] == ["licet.toml"]
    assert (tmp_path / "licet.toml").read_text(encoding="utf-8") == "mine"


def test_a_town_too_small_to_rule_by_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=f"a town of {LEAST - 1:,}"):
        next(demo(tmp_path / "town", today=TODAY, people=LEAST - 1))
    assert not (tmp_path / "town").exists()


Told = tuple[Place, dict[str, list[str]]]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """What each stage said, by its name."""
    place = Place(tmp_path_factory.mktemp("demo") / "town", TODAY)
    return place, {stage.__name__: [one.text for one in stage(place)] for stage in STAGES}


@pytest.mark.long
def test_the_wide_use_is_refused_and_why(told: Told) -> None:
    _, said = told
    (wide,) = [text for text in said["ruled"] if text.startswith(f"{USE}-wide: ")]
    assert "NOT PERMITTED" in wide and "the line is 50 %" in wide
    (narrow,) = [text for text in said["ruled"] if text.startswith(f"{USE}: ")]
    assert "ASK EACH FAMILY" in narrow
    assert said["refused"] == [f"{USE}-wide is not linked: NOT PERMITTED. Logged."]


@pytest.mark.long
def test_families_are_asked_and_one_says_no(told: Told) -> None:
    _, said = told
    assert re.search(r"[\d,]+ of [\d,]+ rows were permitted", said["linked"][0])
    assert "left the run" in said["withdrawn"][0]


@pytest.mark.long
def test_the_vendors_score_fails_and_nobody_is_picked_out_by_early_help(told: Told) -> None:
    place, said = told
    assert "FAIL (gates G1" in said["scored"][0]
    assert said["decided"][0].startswith(f"{USE}: BUILD")
    assert not (place.root / "letters" / USE / "offers").exists()


@pytest.mark.long
def test_a_condition_binds_until_the_use_keeps_it(told: Told) -> None:
    place, said = told
    assert f"retention = {KEPT_DAYS}, agreed on {TODAY}" in said["talked"][1]
    use = read_use(place.use())
    assert (use.version, use.retention_days) == (2, KEPT_DAYS)
    assert "is linked" in said["amended"][0]


@pytest.mark.long
def test_offers_of_the_entitlement_are_letters_that_a_person_decided_on(told: Told) -> None:
    place, said = told
    text = "\n".join(said["rights"])
    assert text.count("PASS: ") == 2, text
    assert "DO, in a limited and reviewed pilot" in text
    letters = list((place.root / "letters" / RIGHTS_USE / "offers").glob("*.txt"))
    told_of = re.search(rf"{LOOKED_AT} households looked at: (\d) offered", text)
    assert told_of and len(letters) == int(told_of[1]) >= 1, text
    rights = pl.read_parquet(place.root / "truth" / "entitled.parquet")
    assert rights.filter("entitled", ~pl.col("claimed")).height > len(letters)


@pytest.mark.long
def test_the_log_has_it_all_in_its_order(told: Told) -> None:
    place, said = told
    assert said["witnessed"][0].startswith("SOUND: ")
    with open_store(place.workspace) as store:
        kinds = [entry.leaf.kind for entry in store.log.entries()]
    wanted = [
        "run_refused", "run_finished", "audit", "decision", "question", "answer", "condition", "run_refused",
        "use_version", "run_finished", "audit", "audit", "decision", "list_offered", "offer_seen",
    ]  # fmt: skip
    rest = iter(kinds)
    assert all(kind in rest for kind in wanted), kinds
    index = (place.root / "site" / "index.html").read_text(encoding="utf-8")
    assert "Free school meals" in index
