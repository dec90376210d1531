"""The log of a workspace is checked in whatever database the workspace is kept."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from licet import flow
from licet.chapters import witnessing
from licet.chapters.stores import open_store
from licet.errors import BadInput
from licet.files.database import VARIABLE
from licet.files.workspace import read_workspace

TODAY = date(2026, 11, 30)


@pytest.fixture
def town(tmp_path: Path) -> Path:
    flow.init(tmp_path / "town")
    return tmp_path / "town"


def test_the_log_that_is_checked_is_the_one_that_is_written(
    town: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    flow.publish(town, today=TODAY)  # a log in the file of the workspace, which is left behind
    before = witnessing.verify(town).size
    monkeypatch.setenv(VARIABLE, url)
    with pytest.raises(BadInput, match="no log yet"):
        witnessing.verify(town)
    flow.publish(town, today=TODAY)
    with open_store(read_workspace(town)) as store:
        store.log.change_key("the yearly change")
        size, root = store.log.root()
    found = witnessing.verify(town)
    assert found.sound and (found.size, found.root) == (size, root)
    assert size == before + 1


def test_a_database_that_is_not_there_is_not_made_by_looking(
    town: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, f"sqlite:///{tmp_path}/none.sqlite3")
    with pytest.raises(BadInput, match="no log yet"):
        witnessing.verify(town)
    assert not (tmp_path / "none.sqlite3").exists()
