"""What cannot be linked: one clear message, and nothing half-written."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from licet.chapters import arriving, joining, releasing
from licet.chapters.arriving import arrive, follow
from licet.chapters.linking import link
from licet.errors import BadInput
from licet.files.runs import PROOF, RunPlace, current, read_manifest
from tests.conftest import FULL
from tests.linkage.conftest import Made, Typed
from tests.linkage.left import delivery, leaves, new_version, states, withdraw
from tests.linkage.town import (
    CONTRACTS,
    TODAY,
    USE,
)  # fmt: skip
from tests.tiers import few


def _one_message(case: Made, words: str, work: Callable[[], object]) -> None:
    before = leaves(case)
    there = sorted(p.as_posix() for p in (case.root / "runs").rglob("*") if p.name != ".lock")
    with pytest.raises(BadInput, match=words) as refused:
        work()
    assert len(refused.value.faults) == 1 and refused.value.faults[0].what
    after = leaves(case)
    assert [kind for kind, _ in after[len(before) :]] in ([], ["run_started", "run_failed"])
    now = sorted(p.as_posix() for p in (case.root / "runs").rglob("*") if p.name != ".lock")
    assert [p for p in now if p not in there and Path(p).is_file()] == []


def test_unknown_feed_of_an_arrival(linked: Made, tmp_path: Path) -> None:
    case = linked.again(tmp_path / "town")
    path = delivery(case)
    _one_message(
        case,
        "no feed of this use is called 'school'",
        lambda: arrive(case.use, {"school": path}, today=TODAY),
    )


def test_a_folder_or_a_missing_file_as_an_arrival(linked: Made, typed: Typed) -> None:
    day = ("--today", TODAY.isoformat())
    for path, said in (("feeds", "this is a folder, not a file"), ("gone.csv", "no file")):
        done = typed("link", str(linked.use), "--arrived", f"education={linked.root / path}", *day)
        assert done.returncode == 2 and said in done.stderr and "Traceback" not in done.stderr


def test_a_feed_that_may_not_be_read(
    answered: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = answered.again(tmp_path / "town")
    real = os.access

    def access(path: Any, mode: int, **more: Any) -> bool:
        return Path(path).suffix != ".csv" and real(path, mode, **more)

    monkeypatch.setattr(os, "access", access)  # the tests may run as a user who may read everything
    said = "(?s)the file may not be read.*ask its owner"
    _one_message(case, said, lambda: link(case.use, today=TODAY))


def test_arrival_without_a_run(answered: Made, tmp_path: Path) -> None:
    case = answered.again(tmp_path / "town")
    path = delivery(case)
    _one_message(
        case, "no run in force", lambda: arrive(case.use, {"education": path}, today=TODAY)
    )


def test_arrival_for_another_version_or_other_feeds(linked: Made, tmp_path: Path) -> None:
    case = linked.again(tmp_path / "town")
    path = delivery(case)
    contract = case.root / "feeds" / "education.toml"
    contract.write_text(CONTRACTS["education"].replace("person = true", "person = false"))
    _one_message(case, "other feeds", lambda: arrive(case.use, {"education": path}, today=TODAY))
    contract.write_text(CONTRACTS["education"])
    new_version(case, ('title = "', 'title = "A new name: '))
    _one_message(
        case, "another version", lambda: arrive(case.use, {"education": path}, today=TODAY)
    )


def test_a_no_is_followed_whatever_became_of_the_feeds(linked: Made, tmp_path: Path) -> None:
    case = linked.again(tmp_path / "town")
    some = withdraw(case, 2)
    (case.root / "feeds" / "early_years.toml").unlink()
    followed = follow(case.use, today=TODAY)
    assert followed is not None and followed[1].rows
    rows = set(pl.read_parquet(followed[0].folder / "crosswalk.parquet")["row"])
    assert not rows & case.town.rows_of(some)


def test_a_service_without_a_feed(answered: Made, tmp_path: Path) -> None:
    case = answered.again(tmp_path / "town")
    (case.root / "feeds" / "early_years.toml").unlink()
    _one_message(case, "no feed brings records of early_years", lambda: link(case.use, today=TODAY))


def test_too_many_pairs(answered: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    case = answered.again(tmp_path / "town")
    held = ("given", "family", "birth", "postcode", "house", "street")
    from licet.linkage.spec import standard_spec

    narrow = standard_spec(held, bound=0.5)
    _one_message(case, "pairs would be compared", lambda: link(case.use, today=TODAY, spec=narrow))


def test_too_many_pairs_of_new_rows(
    linked: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = linked.again(tmp_path / "town")
    path = delivery(case)
    real = arriving.spec_of
    monkeypatch.setattr(
        arriving, "spec_of", lambda place: real(place).model_copy(update={"bound": 0.1})
    )
    _one_message(
        case, "pairs would be compared", lambda: arrive(case.use, {"education": path}, today=TODAY)
    )


def test_a_model_of_another_specification(linked: Made, tmp_path: Path) -> None:
    case = linked.again(tmp_path / "town")
    place = RunPlace(case.root, USE, current(case.root, USE))
    model = releasing.read_model(place.folder)
    other = arriving.spec_of(place).model_copy(update={"version": 99})
    with pytest.raises(BadInput, match="trained for another specification"):
        joining.score(_Held(), pl.DataFrame({"row": ["a"]}), other, model)


def test_a_model_of_another_town(linked: Made, tmp_path: Path) -> None:
    case = linked.again(tmp_path / "town")
    other = tmp_path / "other"
    shutil.copytree(RunPlace(case.root, USE, current(case.root, USE)).folder, other)
    told = json.loads((other / "manifest.json").read_text(encoding="utf-8"))
    (other / "manifest.json").write_text(json.dumps(told | {"run": "20260101T000000Z-0123abcd"}))
    _one_message(
        case,
        "a run that this workspace has not made",
        lambda: link(case.use, today=TODAY, model=other),
    )


class _Held:
    """An engine that compares nothing."""

    name = "none"

    def load(self, rows: pl.DataFrame) -> None: ...

    def candidates(self, spec: object) -> tuple[int, ...]:
        return (0,)


def test_a_locked_zone(linked: Made, tmp_path: Path) -> None:
    """Another program has the run open."""
    import subprocess
    import sys

    case = linked.again(tmp_path / "town")
    place = RunPlace(case.root, USE, current(case.root, USE))
    hold = "import duckdb,sys; c=duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()"
    other = subprocess.Popen(
        [sys.executable, "-c", hold, str(place.folder / "zone.duckdb")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert other.stdout is not None and other.stdout.readline() == "open\n"
        withdraw(case, 1)
        _one_message(case, "the zone cannot be opened", lambda: follow(case.use, today=TODAY))
    finally:
        other.communicate("")
    followed = follow(case.use, today=TODAY)
    assert followed is not None and followed[1].rows


def test_another_program_links_the_same_use(answered: Made, tmp_path: Path) -> None:
    case = answered.again(tmp_path / "town")
    with RunPlace(case.root, USE, "").held() as free:
        assert free
        _one_message(case, "another program is linking", lambda: link(case.use, today=TODAY))


def test_a_locked_store(linked: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sqlite3

    from licet.store import opening

    case = linked.again(tmp_path / "town")
    withdraw(case, 1)
    monkeypatch.setattr(
        opening.Store.open.__func__,  # type: ignore[attr-defined]
        "__kwdefaults__",
        {**opening.Store.open.__func__.__kwdefaults__, "lock_seconds": 0.1},
    )  # type: ignore[attr-defined]
    other = sqlite3.connect(case.root / "store" / "licet.sqlite3", isolation_level=None)
    other.execute("begin exclusive")
    try:
        with pytest.raises(BadInput, match="locked"):
            link(case.use, today=TODAY)
    finally:
        other.rollback()
        other.close()


FULL_DISK = OSError(28, "No space left on device")


@pytest.mark.parametrize(
    "place",
    few(
        [
            "releasing.write_outputs",
            "releasing.write_bytes",
            *(["releasing.write_rows", "releasing.write_frequencies"] if FULL else []),
        ],
        1,
    ),
)
def test_a_full_disk_while_linking(
    place: str, answered: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = answered.again(tmp_path / "town")

    def full(*given: Any) -> None:
        raise FULL_DISK

    monkeypatch.setattr(f"licet.chapters.{place}", full)
    with pytest.raises(BadInput, match="No space left"):
        link(case.use, today=TODAY)
    assert not current(case.root, USE)
    monkeypatch.undo()
    found = link(case.use, today=TODAY)
    assert (found.folder / PROOF).exists() and states(case) == ["released"]


@pytest.mark.long
@pytest.mark.parametrize(
    "what", ["refreshing.write_outputs", "changing.remove_rows", "arriving.write_rows"]
)
def test_a_full_disk_after_a_change(
    what: str, linked: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = linked.again(tmp_path / "town")
    some = withdraw(case, 2)
    path = delivery(case)

    def full(*given: Any) -> None:
        raise FULL_DISK

    monkeypatch.setattr(f"licet.chapters.{what}", full)
    with pytest.raises(BadInput, match="No space left"):
        arrive(case.use, {"education": path}, today=TODAY)
    monkeypatch.undo()
    followed = follow(case.use, today=TODAY)
    assert followed is not None
    arrived = arrive(case.use, {"education": path}, today=TODAY)
    rows = set(pl.read_parquet(arrived.folder / "crosswalk.parquet")["row"])
    assert not rows & case.town.rows_of(some)
    assert any(row.startswith("education/9") for row in rows)


@pytest.mark.long
def test_a_disk_that_is_really_full(linked: Made, tmp_path: Path, ready: Path | None) -> None:
    """The system refuses to let any file grow beyond a few kilobytes."""
    import subprocess
    import sys

    case = linked.again(tmp_path / "town")
    withdraw(case, 2)
    code = """
import resource, signal, sys, warnings
from pathlib import Path
warnings.simplefilter("ignore")
sys.path.insert(0, {here!r})
from licet.chapters.linking import link
from licet.errors import BadInput
from tests.linkage.town import TODAY
import splink, duckdb, django
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, resource.RLIM_INFINITY))
try:
    link(Path({use!r}), today=TODAY)
except BadInput as error:
    print(error)
"""
    here = Path(__file__).resolve().parents[2]
    first = [str(ready / "ready-python")] if ready else [sys.executable, "-c"]
    before = current(case.root, USE)
    size = (case.root / "store" / "licet.sqlite3").stat().st_size + 16_384
    done = subprocess.run(
        [*first, code.format(here=str(here), size=size, use=str(case.use))],
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    assert "cannot be written" in done.stdout or "disk" in done.stdout
    assert "Traceback" not in done.stderr
    assert current(case.root, USE) in (before, ""), done.stdout
    assert link(case.use, today=TODAY).folder.exists()


def test_the_manifest_says_what_the_run_was_made_from(linked: Made) -> None:
    place = RunPlace(linked.root, USE, current(linked.root, USE))
    manifest = read_manifest(place.folder)
    assert {feed["id"] for feed in manifest["feeds"]} == {"education", "early_years", "social_work"}
