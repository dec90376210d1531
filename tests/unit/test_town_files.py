"""The made-up town written into a workspace: whole, readable by its contracts, the truth apart."""

from __future__ import annotations

import csv
from datetime import date
from importlib.resources import files
from pathlib import Path
from shutil import copytree

import polars as pl
import pytest

from licet.errors import BadInput
from licet.feeds.standard import standardise
from licet.files.extracts import read_extract
from licet.files.feeds import read_feeds
from licet.files.town import NOTE, PERMISSIONS, write_town
from licet.synthetic.town.answering import COLUMNS
from licet.synthetic.town.whole import FEEDS

BUNDLED = Path(str(files("licet.bundled"))) / "town"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("workspace") / "town"
    copytree(BUNDLED, root)
    write_town(root, people=1500, seed=3)
    return root


def contents(root: Path) -> dict[str, bytes]:
    return {str(p.relative_to(root)): p.read_bytes() for p in root.rglob("*") if p.is_file()}


def test_every_feed_keeps_its_contract_and_comes_out_whole(town: Path) -> None:
    found = read_feeds(town)
    assert {feed.id for _, feed in found} == set(FEEDS)
    kinds = {feed.location.kind for _, feed in found}
    assert kinds == {"csv", "parquet", "sqlite"}
    truth = pl.read_parquet(town / "truth" / "truth.parquet")
    for path, feed in found:
        assert feed.id == feed.service and feed.known_faults
        assert "made up" in feed.title and "SYNTHETIC" in path.read_text(encoding="utf-8")
        made = standardise(feed, read_extract(feed, path.parent))
        assert sorted(made.rows["row"]) == sorted(truth.filter(pl.col("feed") == feed.id)["row"])
        share = {
            name: made.rows[name].null_count() / made.rows.height for name in made.rows.columns
        }
        assert share["family"] == 0 and share["given"] == 0
        assert share["birth"] < 0.12 and share["street"] < 0.12 and share["seen_from"] == 0
        assert "ethnicity" in made.audit.columns


def test_families_called_null_keep_their_name(town: Path) -> None:
    people = pl.read_parquet(town / "truth" / "people.parquet")
    for path, feed in read_feeds(town):
        assert feed.formats.kept == ("null",), path
    assert people.height == 1500


def test_mentions_are_mostly_of_parents_that_the_truth_knows(town: Path) -> None:
    feeds = {feed.id: (path, feed) for path, feed in read_feeds(town)}
    path, feed = feeds["education"]
    made = standardise(feed, read_extract(feed, path.parent))
    assert made.mentions.height > made.rows.height
    assert set(made.mentions["relationship"].drop_nulls()) <= {"parent", "step_parent"}
    path, feed = feeds["social_work"]
    made = standardise(feed, read_extract(feed, path.parent))
    numbers = made.mentions["record"].drop_nulls()
    assert numbers.len() and set(numbers) <= set(made.rows["record"])


def test_everything_says_that_it_is_synthetic(town: Path) -> None:
    for folder in ("feeds/data", "permissions", "truth"):
        assert (town / folder / "README.md").read_text(encoding="utf-8").startswith(f"# {NOTE}")
    for path in town.rglob("*.parquet"):
        assert pl.read_parquet_metadata(path)["note"] == NOTE
    assert "synthetic" in PERMISSIONS
    for path in (town / "feeds" / "data").glob("*.csv"):
        lines = path.read_text(encoding="utf-8").splitlines()
        assert all(line.endswith("SYNTHETIC") for line in lines[1:])


def test_no_contract_reads_the_truth(town: Path) -> None:
    for path, feed in read_feeds(town):
        assert (path.parent / feed.location.path).resolve().is_relative_to(town / "feeds" / "data")


def test_the_permissions_are_a_plain_table(town: Path) -> None:
    with (town / PERMISSIONS).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == COLUMNS
    assert all(row["subject"] and row["effect"] and row["at"].endswith("Z") for row in rows)
    date.fromisoformat(rows[0]["birth"])


def test_the_same_arguments_give_the_same_bytes(town: Path, tmp_path: Path) -> None:
    root = tmp_path / "again"
    copytree(BUNDLED, root)
    write_town(root, people=1500, seed=3)
    assert contents(root) == contents(town)


def test_an_empty_folder_gets_contracts_and_codebook_too(tmp_path: Path) -> None:
    written = write_town(tmp_path / "new", people=600, seed=1, today=date(2030, 3, 1))
    assert all(path.is_file() for path in written)
    found = read_feeds(tmp_path / "new")
    assert {feed.extract for _, feed in found} == {date(2030, 3, 1)}
    for path, feed in found:
        read_extract(feed, path.parent)
    book = (tmp_path / "new" / "evidence" / "town-2026" / "codebook.toml").read_text("utf-8")
    answers = (tmp_path / "new" / "evidence" / "town-2026" / "answers.csv").read_text("utf-8")
    assert f"interviews = {answers.count('SYNTHETIC')}\n" in book


def test_a_contract_that_somebody_changed_stays(tmp_path: Path) -> None:
    copytree(BUNDLED.parent / "town-2026", tmp_path / "town")
    mine = tmp_path / "town" / "feeds" / "housing.toml"
    text = mine.read_text(encoding="utf-8").replace("communal_above", "communal_above")
    mine.write_text(text + "\n# a note of mine\n", encoding="utf-8")
    write_town(tmp_path / "town", people=600, today=date(2027, 1, 1))
    assert mine.read_text(encoding="utf-8") == text + "\n# a note of mine\n"


def test_a_town_too_small_and_a_folder_that_is_a_file_leave_nothing(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="500 to"):
        write_town(tmp_path / "small", people=10)
    assert not (tmp_path / "small").exists()
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    with pytest.raises(BadInput, match="not a folder"):
        write_town(tmp_path / "file", people=600)
    assert (tmp_path / "file").read_text(encoding="utf-8") == "mine"
