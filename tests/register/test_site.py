"""The site as a folder: whole, incremental, readable after a stop, without a dead link."""

from __future__ import annotations

import json
import re
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest
import typer
from typer.testing import CliRunner

from licet.chapters import ruling, witnessing
from licet.errors import BadInput
from licet.files import written_site
from tests.register.conftest import TODAY, Town, contents


class Links(HTMLParser):
    """Where a page leads, and what may be led to on it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.to: list[str] = []
        self.ids: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("href", "src") and value:
                self.to.append(value)
            if name == "id" and value:
                assert value not in self.ids, f"the id {value} stands twice"
                self.ids.add(value)


def dead(folder: Path, start: str | None = None) -> list[str]:
    """Links that lead nowhere, and those that leave the site. start: of what can be reached from there."""
    held = contents(folder)
    pages = {name: Links(data.decode()) for name, data in held.items() if name.endswith(".html")}
    found, seen, left = [], set(), [start] if start else list(pages)
    while left:
        name = left.pop()
        if name in seen or name not in pages:
            continue
        seen.add(name)
        for link in pages[name].to:
            place = urlsplit(urljoin(f"http://site/{name}", link))
            target = unquote(place.path.lstrip("/"))
            if place.netloc != "site":
                found.append(f"{name} leaves: {link}")
            elif target not in held:
                found.append(f"{name}: {link}")
            elif place.fragment and place.fragment not in pages[target].ids:
                found.append(f"{name}: {link} has no such place")
            left.append(target)
    return found


def test_no_link_is_dead_and_none_leaves(made: Town) -> None:
    assert dead(made.site) == []


def test_the_site_holds_pages_data_and_a_log_that_can_be_checked(made: Town) -> None:
    held = contents(made.site)
    for name in ("index.html", "cy/index.html", "uses.json", "uses.csv", "uses.csv-metadata.json",
                 "feed.atom", "schema/entry.json", "vocabulary.jsonld", "about.html", "accessibility.html",
                 "check.html", "questions.html", "uses/early-help.html", "uses/early-help/figures.html",
                 "uses/early-help/versions.html", "uses/early-help/runs.html",
                 "uses/early-help/audits.html", "uses/early-help/questions.html",
                 "uses/early-help/changed.html", "cy/uses/early-help.html", "uses/early-help.json",
                 "uses/early-help.csv", "uses/early-help.csv-metadata.json", "uses/early-help.jsonld",
                 "uses/early-help.atrs.json", "uses/early-help-ruling.json", "log/leaves.jsonl",
                 "by/service/police.html", "by/ruling/not-permitted.html"):  # fmt: skip
        assert name in held, name
    assert witnessing.verify(made.site).sound
    assert b"\nlicet/" not in held["uses/early-help.html"]
    size = held["log/checkpoint.txt"].decode().split("\n")[1]
    assert f": {size} entries" in held["index.html"].decode()


def test_publishing_again_changes_no_byte_and_rules_on_nothing(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(town.site)
    stamps = {path: path.stat().st_mtime_ns for path in town.site.rglob("*")}
    monkeypatch.setattr("licet.chapters.publishing.assess", ruling_is_not_wanted)
    again = town.publish()
    assert not again.changed and not any(one.new for one in again.uses)
    assert contents(town.site) == before
    assert {path: path.stat().st_mtime_ns for path in town.site.rglob("*")} == stamps
    town.publish(town.root / "other")
    assert contents(town.root / "other") == before


def ruling_is_not_wanted(*args: object, **named: object) -> None:
    pytest.fail("a use that did not change is ruled on again")


def test_only_what_changed_is_ruled_on_and_written(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    ruled: list[Path] = []

    def counted(path: Path, *given: object, **named: object) -> object:
        ruled.append(Path(path))
        return ruling.assess(path, *given, **named)

    monkeypatch.setattr("licet.chapters.publishing.assess", counted)
    town.change("immigration", "version = 1", "version = 2")
    before = contents(town.site)
    done = town.publish()
    after = contents(town.site)
    changed = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    assert [path.stem for path in ruled] == ["immigration"]
    assert not [name for name in changed if "early-help" in name]
    assert any(name == "uses/immigration/versions.html" for name in changed)
    assert done.written <= len(changed) and done.kept > done.written


def test_a_day_on_which_evidence_expires_is_ruled_on_again(town: Town) -> None:
    late = date(2040, 1, 1)
    done = town.publish(today=late)
    assert {one.heading for one in done.uses} != {"NOT PERMITTED"}
    assert town.entry(today=late).ruling.day == late
    assert town.entry(today=late).state.id == "ended"


def test_a_use_that_nobody_declares_any_more_stays_in_the_register(town: Town) -> None:
    (town.root / "uses" / "immigration.toml").unlink()
    done = town.publish()
    assert [one.id for one in done.uses] == ["early-help", "early-help-wide"]
    assert town.entry("immigration").state.id == "ended"
    assert "uses/immigration.html" in contents(town.site)
    assert dead(town.site) == []


def test_a_damaged_file_is_put_right(town: Town) -> None:
    whole = contents(town.site)
    for name in ("index.html", "uses/early-help.html", "uses/early-help-ruling.json"):
        (town.site / name).write_text("damaged", "utf-8")
    assert town.publish().written == 3
    assert contents(town.site) == whole


REFUSED = {
    "a folder of somebody's": lambda town: (town / "uses", "not empty and no site"),
    "the workspace": lambda town: (town, "not empty and no site"),
    "a file": lambda town: (town / "licet.toml", "file"),
    "no such parent": lambda town: (town / "no" / "such", "no such folder"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_place_that_is_no_site_is_refused_before_anything_is_published(
    case: str, town: Town
) -> None:
    out, said = REFUSED[case](town.root)
    town.change("early-help", "version = 1", "version = 2")
    before = contents(town.root)
    with pytest.raises(BadInput, match=said):
        town.publish(out)
    assert contents(town.root) == before


def test_a_file_of_somebody_in_the_site_is_not_lost(town: Town) -> None:
    (town.site / "notes.txt").write_text("mine", "utf-8")
    with pytest.raises(BadInput, match=re.escape("notes.txt")):
        town.publish()
    assert (town.site / "notes.txt").read_text("utf-8") == "mine"


@pytest.mark.parametrize("stop", [1, 2, 7])
def test_a_stop_in_the_middle_leaves_a_site_that_can_be_read_and_gone_on_with(
    stop: int, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.change("immigration", "version = 1", "version = 2")
    town.change("immigration", 'id = "immigration"', 'id = "immigration-new"')
    whole, written = written_site._replace, [0]

    def stops(path: Path, data: bytes) -> None:
        written[0] += 1
        if written[0] > stop:
            raise OSError(28, "No space left on device")
        whole(path, data)

    monkeypatch.setattr(written_site, "_replace", stops)
    with pytest.raises(BadInput, match="No space left"):
        town.publish()
    assert dead(town.site, "index.html") == []
    monkeypatch.setattr(written_site, "_replace", whole)
    town.publish()
    assert dead(town.site) == []
    town.publish(town.root / "other")
    assert contents(town.root / "other") == contents(town.site)
    assert not list(town.root.rglob(".licet-*"))


def test_the_command_prints_a_line_for_each_use(town: Town) -> None:
    from licet.commands import publish

    app = typer.Typer()
    publish.add_to(app)
    found = CliRunner().invoke(app, [str(town.root), "--today", TODAY.isoformat()])
    assert found.exit_code == 0
    assert found.stdout.splitlines() == [
        "early-help, version 1: NO LICENCE: ASK EACH FAMILY (published before)",
        "early-help-wide, version 1: NOT PERMITTED (published before)",
        "immigration, version 1: NOT PERMITTED (published before)",
    ]
    assert "Register, unchanged" in found.stderr


def test_no_workspace_is_refused(tmp_path: Path) -> None:
    from licet.chapters.registering import publish_site

    with pytest.raises(BadInput, match="no workspace"):
        publish_site(tmp_path, today=TODAY)


def test_the_mark_of_an_older_form_is_known(town: Town) -> None:
    mark = town.site / "licet-site.json"
    names = sorted(json.loads(mark.read_text())["files"])
    mark.write_text(json.dumps({"made_by": "Licet", "files": [*names, "old.html"]}))
    (town.site / "old.html").write_text("old")
    assert town.publish().removed == 1
    assert not (town.site / "old.html").exists()
