"""A workspace in which every use is published, and words to say to ``licet permission`` in it."""

from __future__ import annotations

import csv
import shutil
from datetime import date
from pathlib import Path

import polars as pl
import pytest
import typer
from typer.testing import CliRunner

from licet import flow
from licet.chapters.publishing import publish
from licet.chapters.stores import open_store
from licet.commands import permission as cli_permission
from licet.commands import publish as cli_publish
from licet.errors import BadInput
from licet.files.town import write_town
from licet.files.workspace import find_workspace

RUNNER = CliRunner()
DAY = "2026-06-02"
USE = "uses/early-help.toml"
SERVICES = ("education", "early_years", "social_work")
YES = ("--use", "early-help", "--verified", "passport at the desk")
GOOD = "a,Ann,Lee,1990-01-02,self,early-help,yes,2026-01-25,desk,"
HEAD = "subject,given,family,birth,relation,use,effect,at,verified_by,service\n"


@pytest.fixture(scope="module")
def app() -> typer.Typer:
    made = typer.Typer(pretty_exceptions_enable=False, rich_markup_mode=None)
    cli_permission.add_to(made)
    cli_publish.add_to(made)
    return made


_published: list[Path] = []


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory, app: typer.Typer) -> Path:
    """A workspace of which every use is published, with feeds of 500 made-up people; once for all modules."""
    if not _published:
        _published.append(_town(tmp_path_factory, app))
    return _published[0]


def _town(tmp_path_factory: pytest.TempPathFactory, app: typer.Typer) -> Path:
    folder = tmp_path_factory.mktemp("permission")
    flow.init(folder / "town")
    write_town(folder / "small", 500, 1)
    for name in ("feeds", "permissions"):
        shutil.copytree(folder / "small" / name, folder / "town" / name, dirs_exist_ok=True)
    said = RUNNER.invoke(app, ["publish", str(folder / "town"), "--today", DAY])
    assert said.exit_code == 0, said.exception
    return folder / "town"


@pytest.fixture
def town(published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(published, tmp_path / "town")
    monkeypatch.chdir(tmp_path / "town")
    monkeypatch.delenv("LICET_DATABASE", raising=False)
    return tmp_path / "town"


@pytest.fixture
def say(app: typer.Typer):
    def said(*words: str, status: int = 0) -> str:
        found = RUNNER.invoke(app, ["permission", *words])
        if isinstance(found.exception, BadInput):
            assert status == 2, str(found.exception)
            return str(found.exception)
        assert found.exit_code == status, (found.output, found.exception)
        return found.output

    return said


def letters(town: Path, service: str = "education", day: str = DAY) -> list[dict[str, str]]:
    path = town / "letters" / "early-help" / day / f"mailing-{service}.csv"
    return list(csv.DictReader(path.read_text("utf-8").splitlines()))


def events(town: Path):
    with open_store(find_workspace(town)) as store:
        return store.permissions.events()


def subjects(town: Path) -> pl.DataFrame:
    with open_store(find_workspace(town)) as store:
        return store.permissions.subjects()


def flow_publish(town: Path) -> None:
    publish(town, today=date.fromisoformat(DAY))


@pytest.fixture
def known(town: Path, say) -> str:
    """The handle of a client of education who reads English."""
    say("invite", USE, "--today", DAY)
    return str(subjects(town).filter(pl.col("handle").str.starts_with("education/"))["handle"][0])
