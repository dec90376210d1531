"""The owner of a use: drafts it, sees the ruling, asks for a run."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from licet.vocabulary import VOCABULARY
from tests.served.visitor import Visitor, forms_of

Visit = Callable[..., Visitor]


def drafted(visitor: Visitor, **changed: object) -> object:
    """What comes back for a filled form."""
    form = next(
        one for one in forms_of(visitor.get("/staff/uses").text) if one["action"] == "/staff/uses"
    )
    said = {
        "id": "drafted-use",
        "title": "A drafted use",
        "controller": "Exampleton",
        "services": ["education", "police"],
        "reasons": [next(iter(VOCABULARY["reason"]))],
        "purpose": next(iter(VOCABULARY["purpose"])),
        "people": "parents",
        "analytics": ["linking"],
        "action": "offer_of_support",
        "processor": "in_house",
        **changed,
    }
    return visitor.client.post("/staff/uses", data={**form["fields"], **said})


def test_a_ruling_is_seen_before_anything_is_kept(visitor: Visit, town: Path) -> None:
    owner = visitor("owner")
    answer = drafted(owner)
    assert answer.status_code == 200
    ruling = re.search(r'site-ruling">([^<]+)<', answer.text)
    assert ruling and ruling[1] in ("NOT PERMITTED", "NOT KNOWN", "NO LICENCE: ASK EACH FAMILY")
    assert 'value="A drafted use"' in answer.text and "CHECK" in answer.text
    path = town / "uses" / "drafted-use.toml"
    assert not path.exists()
    kept = drafted(owner, act="keep")
    assert "is kept as uses/drafted-use.toml" in kept.text and path.exists()
    path_before = path.read_bytes()
    again = drafted(owner, act="keep", title="Another")
    assert again.status_code == 400 and "there is a use" in again.text
    assert path.read_bytes() == path_before
    path.unlink()


def test_what_was_typed_stays_where_something_is_missing(visitor: Visit) -> None:
    answer = drafted(visitor("owner"), id="not a name", reasons=[])
    assert answer.status_code == 400
    assert "Use small letters, digits and dashes" in answer.text
    assert 'value="A drafted use"' in answer.text
    assert re.search(r'value="police" checked', answer.text)


@pytest.mark.long
def test_a_run_that_is_refused_is_a_result_and_not_a_fault(visitor: Visit, town: Path) -> None:
    owner = visitor("owner")
    assert "It is queued" in owner.post("/staff/runs", kind="link", use="immigration").text
    assert "It is queued" in owner.post("/staff/runs", kind="link", use="immigration").text
    subprocess.run([sys.executable, "-m", "licet", "work", str(town), "--once"], check=True)
    rows = re.findall(
        r'data-label="(State|How far|Asked by)">([^<]*)', owner.get("/staff/runs").text
    )
    assert ("State", "Refused") in rows and ("Asked by", "Head of Early Help") in rows
    assert sum(row == ("State", "Refused") for row in rows) == 1, "the same is not queued twice"
    assert owner.post("/staff/runs", kind="link", use="no-such-use").status_code == 404
    assert owner.post("/staff/runs", kind="shell", use="immigration").status_code == 404


def test_an_auditor_takes_what_the_reviewers_settled(visitor: Visit, town: Path) -> None:
    """As the page offers it; what is taken is tested in tests/audit/linked/test_reviewed.py."""
    from datetime import UTC, datetime

    from licet.chapters.stores import open_store
    from licet.files.workspace import read_workspace
    from licet.store.pairs import Pair

    now, auditor = datetime.now(UTC), visitor("auditor")
    place = "/staff/samples/early-help.csv"
    with open_store(read_workspace(town)) as store:
        store.pairs.add([Pair("p", "early-help", "", "a/1", "b/1", "s1", 2.0, "d", "m")])
        assert place not in auditor.get("/staff/samples").text, "a pair waits still"
        for who in ("one", "two"):
            store.pairs.answer("p", "early-help", who, f"Desk {who}", "unsure", "", now)
    assert "licet audit linkage town/early-help --truth" in auditor.get("/staff/samples").text
    refused = auditor.post(place)
    assert refused.status_code == 400 and "has no run in force" in refused.text
    assert auditor.post("/staff/samples/none.csv").status_code == 404
    assert auditor.get(place).url.path == "/staff/samples"
