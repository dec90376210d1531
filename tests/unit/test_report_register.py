"""The register's first form: what its pages say, what they keep back, and how the site is put down."""

from __future__ import annotations

import json
import re
import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

import licet.chapters.registering as registering
from licet.chapters.publishing import MATERIAL
from licet.chapters.stores import open_store
from licet.chapters.witnessing import verify
from licet.chapters.workspaces import init
from licet.errors import BadInput
from licet.files.workspace import find_workspace
from licet.log.leaves import read_leaf, write_leaf
from licet.report.register import words
from licet.report.register.data import Foot, entry, json_text
from licet.report.register.page import index_page, use_page
from licet.states import facts_of, state_of
from tests.unit.test_report_cases import example, granted, nasty

TODAY = date(2026, 11, 30)
AT = datetime(2026, 11, 30, 9, 15, tzinfo=UTC)
FOOT = Foot("licet/exampleton", 7, "cm9vdA==", "licet/exampleton+00000000+AAAA")
HASH = "0" * 64


def leaf(kind, **body):
    return read_leaf(write_leaf(kind, AT, {"use": "early-help", **body}))


def leaves(counts=None):
    made = [
        leaf("use_version", version=1, use_hash=HASH, title="Early help", status="proposed"),
        leaf("ruling", version=1, use_hash=HASH, ruling="permit", day="2026-11-30", reasons=["Why."],
             evidence=[], floor="ask_first", expires="2027-06-30"),
        leaf("run_refused", why="nobody_asked", reasons=["Nobody has been asked yet."]),
        leaf("run_finished", run="20261130-abc", version=1, ledger_mark=HASH, outputs={},
             counts=counts or {"persons": 1830, "households": None}, excluded={"said_no": None}),
    ]  # fmt: skip
    return list(enumerate(made))


def told(assessment=None, versions=None, said=None):
    assessment = assessment or example("early-help")
    declared = {1: json.loads(assessment.use.canonical())}
    known = leaves() if said is None else said
    facts = facts_of(assessment, [one for _, one in known], assessment.ruling.today,
                     register="published", told=False, linked=False)  # fmt: skip
    return entry(assessment, versions or declared, known, MATERIAL, state_of(facts))


def test_the_page_of_a_use_says_what_a_parent_must_know():
    text = use_page("Exampleton", told(), FOOT)
    for said in (
        "NO LICENCE: ASK EACH FAMILY",
        "Nothing of yours is joined unless you said yes.",
        "families@exampleton.example",
        "School census and attendance",
        "name, birth date, address, school, attendance",
        "Nobody has been asked yet.",
        "licet/exampleton, 7 leaves",
        "cm9vdA==",
        "early-help-ruling.html",
        "Saying no never stops or delays",
        "It holds until 30 June 2027.",
    ):
        assert said in text, said
    assert re.findall(r'<h2 id="([^"]+)"', text) == [
        "ruling", "no", "declared", "whose", "runs", "versions", "data", "log",
    ]  # fmt: skip


def test_counts_kept_back_in_the_log_are_not_shown():
    text = use_page("Exampleton", told(), FOOT)
    assert "persons 1,830" in text and "households not shown" in text
    assert "said no not shown" in text


def test_a_use_without_licence_says_that_nothing_may_be_linked():
    text = use_page("Exampleton", told(example("early-help-wide"), said=[]), FOOT)
    assert "NOT PERMITTED: nothing may be linked." in text
    assert "Nothing was run, and no run was refused." in text


def test_the_status_follows_a_suspension_and_its_end():
    stop = {"version": 1, "role": "Director", "reason": "An error was found."}
    said = [(0, leaf("suspension", state="suspended", **stop))]
    assert told(said=said)["status"] == "suspended"
    said.append((1, leaf("suspension", state="resumed", **stop)))
    assert told(said=said)["status"] == "published"


def test_versions_show_what_changed_and_what_ends_earlier_answers():
    one = json.loads(example("early-help").use.canonical())
    two = {**one, "version": 2, "team": "Play", "services": ["education"]}
    found = told(versions={1: one, 2: two})["versions"]
    assert [v["version"] for v in found] == [2, 1] and found[1]["changes"] == []
    assert {c["field"]: c["families_decide"] for c in found[0]["changes"]} == {
        "services": True,
        "team": False,
    }
    text = use_page("Exampleton", told(versions={1: one, 2: two}), FOOT)
    assert "what they said before no longer counts as a yes" in text
    assert "<del>early_years; social_work</del>" in text
    plain = {**one, "version": 2, "team": "Play"}
    assert "no longer counts" not in use_page("Exampleton", told(versions={1: one, 2: plain}), FOOT)


DIFFERENCES = [
    # before, after, what is said of them
    ("a", "b", ("a", "b")),
    (None, "b", ("nothing", "b")),
    (False, True, ("no", "yes")),
    (["a", "b"], ["b", "c", "d"], ("a", "c; d")),
    (["a", "b"], ["b", "a"], ("a; b", "b; a")),
    ({"name": "x", "owner": "y"}, {"name": "x", "owner": "z"}, ("name: x, owner: y", "name: x, owner: z")),
    ([{"name": "x", "owner": "y"}], [{"name": "x", "owner": "z"}], ("name: x, owner: y", "name: x, owner: z")),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "said"), DIFFERENCES)
def test_a_difference_is_told_without_what_is_the_same(before, after, said):
    assert words.difference(before, after) == said


def test_the_index_lists_uses_and_refused_runs():
    text = index_page("Exampleton", [told(), told(example("immigration"), said=[])], FOOT)
    assert 'href="uses/early-help.html"' in text and 'href="uses/immigration.html"' in text
    assert "1 run was refused" in text and "2 uses are declared" in text
    assert "No run was refused so far." in index_page("Exampleton", [], FOOT)


def test_hostile_texts_are_escaped():
    for text in (
        use_page("<script>", told(nasty()), FOOT),
        index_page("<script>", [told(nasty())], FOOT),
    ):
        assert "<script" not in text and "\x07" not in text and "\u202e" not in text
    data = json_text({"text": "\u202e\x1b"})
    assert "\u202e" not in data and json.loads(data) == {"text": "\u202e\x1b"}


def test_nothing_is_asked_for_and_nothing_is_called_synthetic_that_is_not():
    text = use_page("Exampleton", told(granted(), said=[]), FOOT)
    assert "SYNTHETIC" not in text
    assert "://" not in text and "<script" not in text


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A workspace of one use that is published, and its site."""
    root = tmp_path_factory.mktemp("register") / "town"
    init(root)
    for name in ("early-help-wide", "health-housing"):
        (root / "uses" / f"{name}.toml").unlink()
    with open_store(find_workspace(root)) as store:
        body = {"use": "immigration", "why": "refusal", "reasons": ["NOT PERMITTED."]}
        store.log.append("run_refused", body, AT)
    found = registering.publish_site(root, today=TODAY)
    return root, found


@pytest.fixture
def town(made, tmp_path):
    """A copy of it."""
    return Path(shutil.copytree(made[0], tmp_path / "town"))


def contents(folder):
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()
    }


def test_the_site_holds_pages_data_and_a_log_that_can_be_checked(made):
    root, found = made
    held = contents(root / "site")
    assert {"index.html", "index.json", "uses/early-help.html", "uses/early-help.json",
            "uses/early-help-ruling.html", "log/leaves.jsonl", "log/checkpoint.txt"} <= held.keys()  # fmt: skip
    assert verify(root / "site").sound
    data = json.loads(held["uses/immigration.json"])
    assert [run["kind"] for run in data["runs"]] == ["run_refused"]
    assert data["ruling"]["heading"] == "NOT PERMITTED" and data["schema"] == "licet-register-1"
    size = read_size(held)
    assert f"{size} leaves".encode() in held["uses/early-help.html"]
    assert found.changed and all(one.new for one in found.uses)


def read_size(held):
    return held["log/checkpoint.txt"].decode().split("\n")[1]


def test_publishing_again_changes_no_byte(town):
    before = contents(town / "site")
    stamps = {path: path.stat().st_mtime_ns for path in (town / "site").rglob("*")}
    again = registering.publish_site(town, today=TODAY)
    assert not again.changed and not any(one.new for one in again.uses)
    assert contents(town / "site") == before
    assert {path: path.stat().st_mtime_ns for path in (town / "site").rglob("*")} == stamps
    registering.publish_site(town, town / "other", today=TODAY)
    assert contents(town / "other") == before


def test_an_old_site_is_replaced_whole(town):
    use = town / "uses" / "immigration.toml"
    use.unlink()
    (town / "site" / "index.html").write_text("damaged", "utf-8")
    assert registering.publish_site(town, today=TODAY).changed
    assert "uses/immigration.html" not in contents(town / "site")
    assert b"damaged" not in contents(town / "site")["index.html"]
    assert [p.name for p in town.iterdir() if p.name.startswith(".licet")] == []


REFUSED = {
    "a folder of somebody's": lambda town: (town / "uses", "not empty and no site"),
    "the workspace": lambda town: (town, "not empty and no site"),
    "a file": lambda town: (town / "licet.toml", "file"),
    "no such parent": lambda town: (town / "no" / "such", "no such folder"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_place_that_is_no_site_is_refused_before_anything_is_published(case, town):
    out, said = REFUSED[case](town)
    use = town / "uses" / "early-help.toml"
    use.write_text(use.read_text("utf-8").replace("version = 1", "version = 2"), "utf-8")
    before = contents(town)
    with pytest.raises(BadInput, match=said):
        registering.publish_site(town, out, today=TODAY)
    assert contents(town) == before


def test_a_file_of_somebody_in_the_site_is_not_lost(town):
    (town / "site" / "notes.txt").write_text("mine", "utf-8")
    with pytest.raises(BadInput, match=re.escape("notes.txt")):
        registering.publish_site(town, today=TODAY)
    assert (town / "site" / "notes.txt").read_text("utf-8") == "mine"


def test_a_site_that_cannot_be_put_down_leaves_the_old_one(town, monkeypatch):
    (town / "uses" / "immigration.toml").unlink()
    before = contents(town / "site")
    rename = Path.rename

    def fails(self, target):
        if self.name == "new":
            raise OSError(28, "No space left on device")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fails)
    with pytest.raises(BadInput, match="No space left"):
        registering.publish_site(town, today=TODAY)
    assert contents(town / "site") == before


def test_the_command_prints_a_line_for_each_use(town):
    import typer

    from licet.commands import publish

    app = typer.Typer()
    publish.add_to(app)
    found = CliRunner().invoke(
        app, [str(town), "--out", str(town / "site"), "--today", "2026-11-30"]
    )
    assert found.exit_code == 0
    assert found.stdout.splitlines() == [
        "early-help, version 1: NO LICENCE: ASK EACH FAMILY (published before)",
        "immigration, version 1: NOT PERMITTED (published before)",
    ]
    assert "Register, unchanged" in found.stderr


def test_no_workspace_is_refused(tmp_path):
    with pytest.raises(BadInput, match="no workspace"):
        registering.publish_site(tmp_path, today=TODAY)


def test_pages_of_register_and_linkage_share_their_table_and_their_frame():
    from licet.report.rendering import TEMPLATES

    for path in [*TEMPLATES.glob("register_*.html"), *TEMPLATES.glob("linkage*.html")]:
        text = path.read_text(encoding="utf-8")
        assert "<table" not in text and "<!DOCTYPE" not in text, path.name


def test_what_happened_to_a_run_stands_with_the_runs():
    said = [
        (0, leaf("run_changed", run="20261130-abc", version=1, outputs={})),
        (1, leaf("unsealed", run="20261130-abc", why="in_force")),
        (2, leaf("explained", run="20261130-abc", role="Early help, team 2")),
    ]
    found = told(said=said)
    assert [one["kind"] for one in found["runs"]] == ["run_changed", "unsealed", "explained"]
    assert found["decisions"] == []
    assert "were shown, with why they are one person, to: Early help, team 2." in use_page(
        "Exampleton", found, FOOT
    )
