"""Letters take nobody's yes away: the made-up town with letters sent before the answers, and without.

A letter enrols people whom nobody has asked yet. Before ``permission.same_person`` they stood beside
whoever answered by details, and kept a third of the permitted rows out.
"""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from licet import flow
from licet.chapters.admitting import admit
from licet.chapters.grounds import permitted_ground
from licet.chapters.importing import import_permissions
from licet.chapters.inviting import invite
from licet.chapters.publishing import publish
from licet.chapters.stores import open_store
from licet.files.town import PERMISSIONS, write_town
from licet.files.workspace import find_workspace
from tests.conftest import FULL

pytestmark = pytest.mark.long

DAY = date(2026, 11, 30)
USE = "uses/early-help.toml"
TOWNS = [(1200, 1), *([(1200, 2), (1200, 3), (5000, 1)] if FULL else [])]


def made(folder: Path, people: int, seed: int) -> Path:
    """The workspace that comes with Licet, with feeds and answers of a town of another size."""
    flow.init(folder / "town")
    write_town(folder / "made", people, seed, DAY)
    for name in ("feeds", "permissions"):
        shutil.copytree(folder / "made" / name, folder / "town" / name, dirs_exist_ok=True)
    publish(folder / "town", today=DAY)
    return folder / "town"


def permitted(town: Path, letters: str) -> set[str]:
    """The rows that may be linked. letters: sent before the answers, after, or never."""

    def send(hour: int) -> None:
        invite(town / USE, today=DAY, now=datetime(2026, 11, 30, hour, tzinfo=UTC))

    if letters == "before":
        send(9)
    import_permissions(town / PERMISSIONS, town, now=datetime(2026, 11, 30, 12, tzinfo=UTC))
    if letters == "after":
        send(13)
    with permitted_ground(town / USE, DAY) as ground:
        return set(admit(ground.feeds, ground.people, ground.decisions).rows["row"])


def mistaken(folder: Path, rows: set[str]) -> int:
    """How many of these rows are of people who, or whose parents, never said yes."""
    truth = pl.read_parquet(folder / "made" / "truth" / "truth.parquet")
    voices = pl.read_parquet(folder / "made" / "truth" / "voices.parquet")
    yes = voices.filter("answered", pl.col("effect") != "refuse")["person"].implode()
    return truth.filter(pl.col("row").is_in(rows), ~pl.col("person").is_in(yes)).height


@pytest.mark.parametrize(("people", "seed"), TOWNS)
def test_letters_never_lower_how_many_rows_are_permitted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, people: int, seed: int
) -> None:
    monkeypatch.delenv("LICET_DATABASE", raising=False)
    town = made(tmp_path, people, seed)
    found = {}
    for letters in ("never", "before", "after"):
        shutil.rmtree(tmp_path / "copy", ignore_errors=True)
        shutil.copytree(town, tmp_path / "copy")
        found[letters] = permitted(tmp_path / "copy", letters)
    assert found["never"]
    for letters in ("before", "after"):
        assert len(found["never"]) <= len(found[letters]), letters
        # A silent client whose date of birth has a slip stays apart from who answered: 1 row of 738.
        assert len(found["never"] - found[letters]) <= len(found["never"]) / 500, letters
    assert mistaken(tmp_path, found["before"]) <= mistaken(tmp_path, found["never"])
    nobody_speaks_for_two_clients(tmp_path / "copy")


def nobody_speaks_for_two_clients(town: Path) -> None:
    """Of education, whose register has one record per child, nobody's words count for two."""
    with open_store(find_workspace(town)) as store:
        people = store.permissions.subjects()
        heard = store.permissions.heard_with(people["subject"].to_list())
    records = dict(people.select("subject", "records").iter_rows())
    assert len(heard) > 20
    for subject, others in heard.items():
        held = {row for one in (subject, *others) for row in records[one]}
        assert len({row for row in held if row.startswith("education/")}) <= 1
