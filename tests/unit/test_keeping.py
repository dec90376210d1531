"""A workspace copied, put back, and signed with another key."""

from __future__ import annotations

import sqlite3
import stat
import tarfile
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from licet.chapters.keeping import back_up, restore, rotate_keys
from licet.chapters.registering import publish_site
from licet.chapters.stores import open_store
from licet.chapters.workspaces import init
from licet.errors import BadInput
from licet.files.workspace import read_workspace

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kept") / "town"
    init(folder)
    publish_site(folder, today=date(2026, 11, 2))
    return folder


def leaves(folder: Path) -> list[bytes]:
    with open_store(read_workspace(folder)) as store:
        return [entry.data for entry in store.log.entries()]


def test_what_is_put_back_is_what_was_copied(town: Path, tmp_path: Path) -> None:
    made = back_up(town, tmp_path / "copy.tar.gz", now=NOW)
    assert stat.S_IMODE(made.file.stat().st_mode) == 0o600
    found = restore(made.file, tmp_path / "again")
    assert (found.leaves, found.root) == (made.leaves, made.root)
    assert leaves(tmp_path / "again") == leaves(town)
    for name in ("licet.toml", "uses/early-help.toml", "store/keys/log-signing.key"):
        if (town / name).exists():
            assert (tmp_path / "again" / name).read_bytes() == (town / name).read_bytes()
    keys = list((tmp_path / "again" / "store" / "keys").iterdir())
    assert keys and all(stat.S_IMODE(key.stat().st_mode) == 0o600 for key in keys)


def test_a_copy_made_while_somebody_writes_is_of_one_moment(town: Path, tmp_path: Path) -> None:
    other = sqlite3.connect(town / "store" / "licet.sqlite3", timeout=30)
    try:
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM store_leaf").fetchone()
        made = back_up(town, tmp_path / "copy.tar.gz", now=NOW)
    finally:
        other.rollback()
        other.close()
    assert restore(made.file, tmp_path / "again").leaves == made.leaves


@pytest.mark.parametrize("fault", ["cut", "other", "outside", "no file"])
def test_what_is_no_copy_is_refused_and_leaves_nothing(
    town: Path, tmp_path: Path, fault: str
) -> None:
    file = tmp_path / "copy.tar.gz"
    back_up(town, file, now=NOW)
    if fault == "cut":
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    elif fault == "other":
        file.write_bytes(b"no archive")
    elif fault == "outside":
        with tarfile.open(file, "w:gz") as archive:
            archive.add(town / "licet.toml", "../outside.toml")
    else:
        file.unlink()
    with pytest.raises(BadInput):
        restore(file, tmp_path / "again")
    assert not (tmp_path / "again").exists() and not (tmp_path / "outside.toml").exists()
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".licet")]


def test_a_folder_that_holds_something_is_left_alone(town: Path, tmp_path: Path) -> None:
    made = back_up(town, tmp_path / "copy.tar.gz", now=NOW)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("mine")
    with pytest.raises(BadInput, match="not empty"):
        restore(made.file, tmp_path / "mine")
    assert (tmp_path / "mine" / "letter.txt").read_text() == "mine"
    with pytest.raises(BadInput, match="already"):
        back_up(town, made.file, now=NOW)
    with pytest.raises(BadInput, match="lie in what it copies"):
        back_up(town, town / "copy.tar.gz", now=NOW)


def test_a_log_goes_on_under_a_new_key(town: Path, tmp_path: Path) -> None:
    own = restore(back_up(town, tmp_path / "c.tar.gz", now=NOW).file, tmp_path / "own").folder
    (own / "store" / "keys" / "web-secret").write_text("old")
    before = leaves(own)
    key = rotate_keys(own, "the yearly change", now=datetime.now(UTC))
    assert leaves(own)[:-1] == before
    assert not (own / "store" / "keys" / "web-secret").exists()
    with open_store(read_workspace(own)) as store:
        assert store.log.key == key and not store.log.verify().findings
    with pytest.raises(BadInput, match="why is the key changed"):
        rotate_keys(own, "  ", now=datetime.now(UTC))
