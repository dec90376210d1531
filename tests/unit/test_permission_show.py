"""``licet permission show`` and ``receipt``."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import polars as pl
import pytest
import typer

from licet.chapters import looking
from tests.unit.permission_town import (  # noqa: F401
    DAY,
    RUNNER,
    YES,
    app,
    events,
    known,
    published,
    say,
    subjects,
    town,
)

# ruff: noqa: F811


def test_a_history_is_for_the_office(town: Path, say, known: str) -> None:
    say("record", known, "yes", *YES)
    said = say("show", known, "--today", DAY)
    assert said.startswith(f"{known} (s-") and "Asked" in said and "Yes: The person" in said
    assert "checked: passport at the desk" in said and "For the office alone" in said
    data = json.loads(say("show", known, "--today", DAY, "--json"))
    assert data["events"][-1]["effect"] == "grant" and data["decisions"]


def test_a_receipt_can_be_checked(town: Path, say, known: str) -> None:
    said = say("record", known, "yes", *YES, "--out", "r.json")
    held = json.loads((town / "r.json").read_text("utf-8"))
    again = say("receipt", held["receipt_id"])
    assert again.strip() in said and say("receipt", held["event_id"]) == again
    assert json.loads(say("receipt", held["event_id"], "--json")) == held
    assert "is GENUINE" in say("receipt", "--verify", "r.json")
    assert "is GENUINE" in say("receipt", held["receipt_id"], "--verify", "r.json")
    assert "NOT GENUINE" in say("receipt", "00", "--verify", "r.json", status=3)
    for key, value in (
        ("content", held["content"].replace("You said yes", "You said no")),
        ("signature", "00" * 64),
        ("event_id", "0" * 32),
        ("receipt_id", "0" * 20),
    ):
        (town / "false.json").write_text(json.dumps({**held, key: value}), "utf-8")
        assert "NOT GENUINE" in say("receipt", "--verify", "false.json", status=3), key
    for wrong in ("{", "[]", '{"receipt_id": 1}', json.dumps({**held, "signature": "xyz"})):
        (town / "false.json").write_text(wrong, "utf-8")
        assert "this is no receipt" in say("receipt", "--verify", "false.json", status=2)


def test_a_receipt_is_the_same_byte_for_byte_whatever_another_holder_did(
    town: Path, say, app: typer.Typer, known: str, tmp_path: Path
) -> None:
    """Screen, file and notice of one parent, in copies of the workspace in which the other has said
    nothing, yes, no, later, and taken a yes back."""
    holder = ("--relation", "parental_responsibility", "--said-by")
    use = ("--use", "early-help")
    other = {
        "nothing": [],
        "yes": [("record", known, "yes", *YES, *holder, "dad")],
        "no": [("record", known, "no", *use, *holder, "dad")],
        "later": [("record", known, "later", *use, *holder, "dad")],
        "back": [
            ("record", known, "yes", *YES, *holder, "dad"),
            ("withdraw", known, *use, *holder, "dad", "--at", f"{DAY}T23:00Z"),
        ],
        "everything": [("record", known, "no", "--everything", *holder, "dad")],
    }
    asked = {
        "yes": ("record", known, "yes", *YES, *holder, "mum", "--at", f"{DAY}T09:00Z"),
        "no": ("record", known, "no", *use, *holder, "mum", "--at", f"{DAY}T09:00Z"),
        "withdraw": ("withdraw", known, *use, *holder, "mum", "--at", f"{DAY}T09:00Z"),
    }
    for said, words in asked.items():
        told = set()
        for place, before in other.items():
            copy = tmp_path / f"{said}-{place}"
            shutil.copytree(town, copy)
            for earlier in before:
                say(*earlier, "-w", str(copy))
            out = copy / "r.json"
            done = RUNNER.invoke(app, ["permission", *words, "-w", str(copy), "--out", str(out)])
            assert done.exit_code == 0, done.exception
            again = say(
                "receipt", json.loads(out.read_text("utf-8"))["receipt_id"], "-w", str(copy)
            )
            assert "is GENUINE" in say("receipt", "--verify", str(out), "-w", str(copy))
            told.add((done.stdout, out.read_bytes(), again))
        assert len(told) == 1, said


def test_a_history_names_the_other_handles_of_one_person(town: Path, say, known: str) -> None:
    one = subjects(town).row(by_predicate=pl.col("handle") == known, named=True)
    head = "subject,given,family,birth,postcode,relation,expressed_by,use,effect,at,verified_by"
    cells = (
        "desk-1", one["given"], one["family"], one["birth"], one["postcode"],
        "parental_responsibility", "mum", "early-help", "no", DAY, "",
    )  # fmt: skip
    (town / "t.csv").write_text(f"{head}\n{','.join(map(str, cells))}\n", "utf-8")
    say("import", "t.csv")
    said = say("show", known, "--today", DAY)
    assert "home or record: desk-1" in said
    assert "not used. A holder of responsibility said no." in " ".join(said.split())
    data = json.loads(say("show", "desk-1", "--today", DAY, "--json"))
    assert data["same_person"] == [known]
    follows = {d["outcome"] for d in data["decisions"] if d["use"] == "early-help"}
    assert follows == {"refused"}


def test_one_person_is_counted_once(
    town: Path, say, known: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    real = looking.excluded
    monkeypatch.setattr(looking, "excluded", lambda f, n: seen.append(f.height) or real(f, n))
    say("show", "--counts", "--use", "early-help", "--today", DAY)
    one = subjects(town).row(by_predicate=pl.col("handle") == known, named=True)
    head = "subject,given,family,birth,postcode,relation,use,effect,at"
    cells = ("desk-1", one["given"], one["family"], one["birth"], one["postcode"], "self")
    row = ",".join(map(str, (*cells, "early-help", "no", DAY)))
    (town / "t.csv").write_text(f"{head}\n{row}\n{row.replace('desk-1,', 'desk-2,Bea')}\n", "utf-8")
    say("import", "t.csv")
    say("show", "--counts", "--use", "early-help", "--today", DAY)
    services = 3
    assert seen[1] == seen[0] + services, "desk-2 is new; desk-1 was written to before"
