"""Publishing again: the site is what a whole publishing makes, and nothing is read for what stayed as it was."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from licet.chapters import registering, remembering, site_plan, talking
from licet.chapters.stores import open_store
from licet.files import seen_files, workspace, written_site
from licet.files import toml as reading
from licet.register.entry import RegisterEntry, Ruled
from tests.conftest import FULL
from tests.register.conftest import TODAY, Town, contents
from tests.register.test_heard import FAMILY, MODERATOR

MOMENT_NS = 50_000_000
"""Long enough for a change to leave another time behind, short enough to wait for."""


@pytest.fixture(autouse=True)
def _soon_settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are remembered soon after they were written, as in a site that takes longer to write."""
    monkeypatch.setattr(seen_files, "SETTLED_NS", MOMENT_NS)


def some_file(town: Town, draw: random.Random) -> Path:
    return draw.choice(sorted(path for path in town.site.rglob("*") if path.is_file()))


def another_version(town: Town, draw: random.Random) -> None:
    path = draw.choice(sorted((town.root / "uses").glob("*.toml")))
    text = path.read_text("utf-8")
    version = int(text.split("version = ")[1].split("\n")[0])
    text = text.replace(f"version = {version}\n", f"version = {version + 1}\n", 1)
    title = text.split('title = "')[1].split('"')[0]
    new = draw.choice((title, f"A{title}", f"Z {version}"))
    path.write_text(text.replace(f'title = "{title}"', f'title = "{new}"', 1), "utf-8")


def another_use(town: Town, draw: random.Random) -> None:
    text = (town.root / "uses" / "immigration.toml").read_text("utf-8")
    name = f"use-{draw.randrange(100)}"
    text = text.replace('id = "immigration"', f'id = "{name}"')
    (town.root / "uses" / f"{name}.toml").write_text(text, "utf-8")


def no_longer_declared(town: Town, draw: random.Random) -> None:
    for path in sorted((town.root / "uses").glob("use-*.toml"))[:1]:
        path.unlink()


def a_leaf(town: Town, draw: random.Random) -> None:
    town.log("run_refused", why="nobody_asked", reasons=[f"Reason {draw.random()}."])


def a_question(town: Town, draw: random.Random) -> None:
    now = datetime(2026, 11, 30, 9, draw.randrange(60), tzinfo=UTC)
    words = f"Who may see {draw.random()} of it?"
    number = talking.ask(town.root, "early-help", "question", words, FAMILY, now=now).item
    talking.do(town.root, number, "open", MODERATOR, now=now)


def another_name(town: Town, draw: random.Random) -> None:
    path = town.root / "licet.toml"
    text = path.read_text("utf-8")
    name = text.split('name = "')[1].split('"')[0]
    path.write_text(text.replace(name, f"Town {draw.randrange(100)}", 1), "utf-8")
    workspace._read_once.cache_clear()


def changed_by_hand(town: Town, draw: random.Random) -> None:
    """As long as before, and the time of writing put back."""
    for path in {some_file(town, draw) for _ in range(5)}:
        before, data = path.stat(), path.read_bytes()
        path.write_bytes(bytes([data[0] ^ 1]) + data[1:])
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def taken_away(town: Town, draw: random.Random) -> None:
    path = some_file(town, draw)
    if path.name != written_site.MARK:
        path.unlink()


def made_a_link(town: Town, draw: random.Random) -> None:
    path = some_file(town, draw)
    if path.name != written_site.MARK:
        kept = town.root / f"aside-{path.name}"
        path.replace(kept)
        path.symlink_to(kept)


def forgotten(town: Town, draw: random.Random) -> None:
    for name in (registering.SEEN, remembering.TURNING):
        path = town.root / "store" / name
        path.write_text(draw.choice(("", "[]", "{", '{"form": 1, "days": [], "files": {"a": 1}}')))


EDITS: tuple[Callable[[Town, random.Random], None], ...] = (
    another_version, another_version, another_use, no_longer_declared, a_leaf, a_question, another_name,
    changed_by_hand, taken_away, made_a_link, forgotten,
)  # fmt: skip


@pytest.mark.parametrize("seed", range(20 if FULL else 1))
def test_publishing_again_after_anything_makes_what_a_whole_publishing_makes(
    seed: int, town: Town
) -> None:
    draw, today = random.Random(seed), TODAY
    left = list(EDITS)
    draw.shuffle(left)
    for number in range(4):
        for edit in left[number::4]:
            if (town.site / written_site.MARK).exists():
                edit(town, draw)
        today += timedelta(days=draw.choice((0, 0, 1, 400)))
        try:
            town.publish(today=today)
        except written_site.BadInput:  # the mark itself was changed: the site is none of ours
            (town.site / written_site.MARK).write_text('{"made_by": "Licet", "files": {}}')
            continue
        whole = town.root.parent / f"whole-{number}"
        remembered = (town.root / "store" / registering.SEEN).read_bytes()
        town.publish(whole, today=today)
        (town.root / "store" / registering.SEEN).write_bytes(remembered)
        assert contents(town.site) == contents(whole), f"seed {seed}, round {number}"


def test_nothing_is_read_for_what_stayed_as_it_was(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.publish()
    wait()
    town.publish()

    def read(*args: object, **named: object) -> None:
        pytest.fail("something is read though nothing changed")

    monkeypatch.setattr(RegisterEntry, "model_validate_json", read)
    monkeypatch.setattr(Ruled, "model_validate_json", read)
    monkeypatch.setattr("licet.files.use.read_toml", read)
    monkeypatch.setattr(site_plan.pages, "use_page", read)
    monkeypatch.setattr(site_plan.pages, "uses_page", read)
    monkeypatch.setattr(seen_files, "sha256", read)
    assert not town.publish().changed


def test_a_change_of_one_use_makes_the_pages_of_no_other(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.publish()
    made: set[str] = set()
    whole = site_plan.pages.use_page

    def counted(around: object, entry: RegisterEntry, *given: str) -> str:
        made.add(entry.id)
        return whole(around, entry, *given)

    monkeypatch.setattr(site_plan.pages, "use_page", counted)
    town.change("immigration", "version = 1", "version = 2")
    town.publish()
    assert made == {"immigration"}


def test_another_program_makes_every_file_anew(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    town.publish()
    before = json.loads((town.site / written_site.MARK).read_text())["files"]
    monkeypatch.setattr(site_plan, "made_with", lambda: "another program")
    assert not town.publish().changed
    after = json.loads((town.site / written_site.MARK).read_text())["files"]
    same = [name for name, one in after.items() if one["from"] and one == before[name]]
    assert same == []


def test_what_files_are_made_with_is_all_of_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    before = site_plan.made_with()
    site_plan.made_with.cache_clear()
    with monkeypatch.context() as patched:
        patched.setattr(site_plan, "version", lambda name: "0")
        assert site_plan.made_with() != before
    site_plan.made_with.cache_clear()
    assert site_plan.made_with() == before


def wait() -> None:
    import time

    time.sleep(2 * MOMENT_NS / 1e9)


def test_a_hash_is_remembered_for_as_long_as_nobody_touches_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, kept = tmp_path / "site", tmp_path / "seen.json"
    folder.mkdir()
    (folder / "a").write_text("one")
    (folder / "link").symlink_to(folder / "a")
    reads = []

    def seen() -> seen_files.SeenFiles:
        found = seen_files.SeenFiles(folder, kept)
        monkeypatch.setattr(seen_files, "sha256", lambda data: reads.append(data) or sha(data))
        return found

    sha = seen_files.sha256
    first = seen()
    assert first.hash("a") == sha(b"one").hexdigest()
    assert first.hash("link") is None and first.hash("nothing") is None
    first.keep()
    assert not kept.exists()  # the file was changed only now
    wait()
    for _ in range(3):
        again = seen()
        assert again.hash("a") == sha(b"one").hexdigest()
        again.keep()
    assert reads == [b"one", b"one"]
    stamp = (folder / "a").stat()
    (folder / "a").write_text("two")
    os.utime(folder / "a", ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    assert seen().hash("a") == sha(b"two").hexdigest()
    assert seen_files.SeenFiles(tmp_path, kept).hash("site/a") == sha(b"two").hexdigest()


def test_the_days_of_a_ruling_say_when_it_no_longer_holds() -> None:
    days = ["2026-11-30", "2026-12-05", "2027-01-01"]
    held = [date(2026, 11, 30) + timedelta(days=n) for n in (-1, 0, 1, 4, 5, 40)]
    assert [remembering.holds(days, day.isoformat()) for day in held] == [
        False, True, True, True, False, False,
    ]  # fmt: skip
    assert remembering.holds(["2026-11-30", "2026-11-30"], "2026-11-30")
    assert not remembering.holds(["2026-11-30", "2026-11-30"], "2026-12-01")


def test_a_document_that_stays_as_it_was_is_read_once_for_its_title(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("licet.files.use.SETTLED_NS", MOMENT_NS)
    whole, read = reading.read_toml, list[str]()
    monkeypatch.setattr("licet.files.use.read_toml", lambda p: read.append(p.stem) or whole(p))
    town.change("immigration", 'title = "', 'title = "Again: ')
    wait()
    first = talking.use_titles(town.root)
    assert sorted(read) == ["early-help", "early-help-wide", "immigration"]
    assert talking.use_titles(town.root) == first and len(read) == 3
    town.change("immigration", 'title = "Again', 'title = "Other')
    assert dict(talking.use_titles(town.root))["immigration"].startswith("Other: ")
    assert read[3:] == ["immigration"]
    assert talking.use_of(workspace.read_workspace(town.root), "early-help")[1].id == "early-help"


def test_every_use_that_is_taken_away_is_ended_whatever_was_ruled_last(town: Town) -> None:
    found = workspace.read_workspace(town.root)
    taken = ("early-help-wide", "immigration")
    with open_store(found) as store, store.changing():
        store.entries.set_mark(taken, remembering.RULED_AGAIN)
    for use in taken:
        (town.root / "uses" / f"{use}.toml").unlink()
    assert [one.id for one in town.publish().uses] == ["early-help"]
    assert {town.entry(use).state.id for use in taken} == {"ended"}
