"""Which database a workspace keeps its ledger in: licet.toml, the environment, and every refusal."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from licet.chapters.stores import database_of, open_store
from licet.errors import BadInput
from licet.files.workspace import read_workspace
from licet.store import opening

URL = "postgresql://council@db.example:5432/licet"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("LICET_DATABASE", raising=False)
    (tmp_path / "licet.toml").write_text('name = "Town"\n', "utf-8")
    return tmp_path


def name(root: Path, text: str) -> None:
    (root / "licet.toml").write_text(f'name = "Town"\n\n[store]\n{text}\n', "utf-8")


def test_without_a_setting_the_database_is_a_file_of_the_workspace(root: Path) -> None:
    url, where = database_of(read_workspace(root))
    assert url == f"sqlite:///{root}/store/licet.sqlite3" and where == ""
    with open_store(read_workspace(root)):
        assert (root / "store" / "licet.sqlite3").exists()


def test_the_setting_names_it_and_the_environment_wins(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name(root, f'database = "{URL}"')
    workspace = read_workspace(root)
    assert database_of(workspace) == (URL, f"{root / 'licet.toml'}: store.database")
    other = f"sqlite:///{root}/other.sqlite3"
    monkeypatch.setenv("LICET_DATABASE", other)
    assert database_of(workspace) == (other, "LICET_DATABASE")
    with open_store(workspace) as store:
        assert store.url == other and (root / "other.sqlite3").exists()
    monkeypatch.setenv("LICET_DATABASE", "")
    assert database_of(workspace)[0] == URL, "empty is not given"


def test_a_path_begins_at_the_workspace(
    root: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    (root / "data").mkdir()
    name(root, 'database = "sqlite:///data/licet.sqlite3"')
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    with open_store(read_workspace(root)):
        assert (root / "data" / "licet.sqlite3").exists()
    assert (root / "store" / "keys").is_dir(), "keys are never in the database"
    name(root, f'database = "sqlite:///{root}/whole.sqlite3"')
    assert database_of(read_workspace(root))[0] == f"sqlite:///{root}/whole.sqlite3"


REFUSED = [
    ('database = "postgresql://council:s3cret@db.example/licet"', "a password does not belong"),
    ('database = "postgresql://db.example/licet?password=s3cret"', "a password does not belong"),
    ('database = "postgress://db.example/licet"', "begin it with postgres"),
    ('database = "mysql://db.example/licet"', "this is no database URL"),
    ('database = "postgresql://db.example"', "this is no database URL"),
    ('database = "postgresql://db.example:port/licet"', "this is no database URL"),
    ('database = "sqlite://licet.sqlite3"', "this is no database URL"),
    ('database = "store/licet.sqlite3"', "this is no database URL"),
    ("database = 5", "this is no database URL"),
    (f'databse = "{URL}"', "write 'database' if that is meant"),
]


@pytest.mark.parametrize(("text", "what"), REFUSED, ids=[text for text, _ in REFUSED])
def test_what_is_no_url_is_refused_where_it_stands(root: Path, text: str, what: str) -> None:
    name(root, text)
    with pytest.raises(BadInput) as caught:
        read_workspace(root)
    said = str(caught.value)
    assert what in said and "licet.toml: store.data" in said and "allowed:" in said
    assert "s3cret" not in said, "a password is never repeated"


def test_a_password_is_refused_with_the_ways_to_give_it(root: Path) -> None:
    name(root, 'database = "postgresql://council:s3cret@db.example/licet"')
    with pytest.raises(BadInput, match="PGPASSWORD"):
        read_workspace(root)


@pytest.mark.parametrize("by", ["setting", "environment"])
def test_a_database_that_is_down_is_told_with_where_it_was_named(
    root: Path, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    url = "postgresql://council@127.0.0.1:1/licet"
    if by == "setting":
        name(root, f'database = "{url}"')
    else:
        monkeypatch.setenv("LICET_DATABASE", url.replace("council", "council:s3cret"))
    with pytest.raises(BadInput) as caught, open_store(read_workspace(root)):
        pass
    said = str(caught.value)
    assert "the database cannot be reached" in said and "s3cret" not in said
    assert ("store.database" if by == "setting" else "LICET_DATABASE") in said
    assert "port in the URL" in said


def test_wrong_urls_of_the_environment_are_told_as_such(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for url in ("nonsense", "mysql://h/d", f"sqlite:///{root}/none/licet.sqlite3"):
        monkeypatch.setenv("LICET_DATABASE", url)
        with pytest.raises(BadInput, match="LICET_DATABASE"), open_store(read_workspace(root)):
            pass


def test_a_locked_database_is_told_and_nothing_is_written(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name(root, 'database = "sqlite:///locked.sqlite3"')
    with open_store(read_workspace(root)):
        pass
    described = opening.describe
    monkeypatch.setattr(opening, "describe", lambda url, seconds: described(url, 0.1))
    holder = sqlite3.connect(root / "locked.sqlite3", isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    try:
        with pytest.raises(BadInput, match="stayed locked"):
            _append_nothing(root)
    finally:
        holder.close()


def _append_nothing(root: Path) -> None:
    with open_store(read_workspace(root)) as store:
        store.permissions.append([], [])
