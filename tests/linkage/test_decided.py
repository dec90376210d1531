"""A decision and a failed audit bind the linker: what is refused, sealed, and opened again."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from licet.audit.standing import Standing
from licet.chapters.deciding import consider, considered_text, decide, record_audit
from licet.chapters.grounds import NotLinked
from licet.chapters.inviting import NotAsked, invite
from licet.chapters.linking import link
from licet.chapters.registering import publish_site
from licet.chapters.workspaces import status
from licet.errors import BadInput
from licet.files.use import read_use
from licet.files.workspace import find_workspace
from tests.linkage.conftest import Made, Typed
from tests.linkage.left import last, leaves, new_version, states
from tests.linkage.town import TODAY, edit_use
from tests.tiers import few

BECAUSE = "Families asked for a slower start."
REPORT = "ab" * 32


def audited(case: Made, standing: Standing | None, audit: str = "linkage", **more: Any) -> None:
    workspace = find_workspace(case.root)
    assert workspace is not None
    record_audit(workspace, read_use(case.use), audit, standing, REPORT, today=TODAY, **more)


def passed(case: Made) -> None:
    """Every audit that the town's concerns make due."""
    audited(case, Standing.PASS)
    audited(case, Standing.PASS, "source")
    audited(case, None, "contact")


def said(case: Made, choice: str) -> None:
    decide(case.use, choice, role="Head of Early Help", because=BECAUSE, today=TODAY)


def test_stop_seals_the_run_and_refuses_the_next_version_too(linked: Made, tmp_path: Path) -> None:
    case = linked.again(tmp_path / "town")
    said(case, "stop")
    assert last(case)[0] == "sealed" and states(case) == ["sealed"]
    with pytest.raises(NotLinked, match=r"Head of Early Help decided on .*: stop") as refused:
        link(case.use, today=TODAY)
    assert (refused.value.why, refused.value.status) == ("decided_stop", 3)
    assert last(case)[0] == "run_refused"
    new_version(case, ('status = "proposed"', 'status = "in_dialogue"'))
    with pytest.raises(NotLinked, match="stop"):
        link(case.use, today=TODAY)


def test_linker_and_decision_agree_on_a_stop_of_an_earlier_version_and_after_its_last_day(
    linked: Made, tmp_path: Path
) -> None:
    case = linked.again(tmp_path / "town")
    decide(case.use, "stop", role="Head", because=BECAUSE, today=TODAY, until=TODAY)
    new_version(case, ('status = "proposed"', 'status = "in_dialogue"'))
    after = TODAY + timedelta(days=1)
    found = consider(case.use, today=after)
    assert found.standing is not None and found.standing["decision"] == "stop"
    text = considered_text(found)
    for said_of_it in ("version 1 and binds every version", f"Its last day was {TODAY}", "Stopped"):
        assert said_of_it in text
    with pytest.raises(NotLinked, match=r"binds every version.*Only another decision lifts it"):
        link(case.use, today=after)
    said(case, "build")  # on this version, in the register as it stands: no new one is needed
    assert link(case.use, today=TODAY).new


def test_status_index_and_page_say_the_same(linked: Made, tmp_path: Path) -> None:
    case = linked.again(tmp_path / "town")

    def shown() -> set[str]:
        site = publish_site(case.root, today=TODAY).folder
        line = json.loads((site / "uses.json").read_text(encoding="utf-8"))["uses"][0]
        stands = line["state"]["label"]
        entry = json.loads((site / f"{line['path']}.json").read_text(encoding="utf-8"))
        words = {stands, entry["state"]["label"], consider(case.use, today=TODAY).state.text}
        for page in ("index.html", f"{line['path']}.html"):
            assert stands in (site / page).read_text(encoding="utf-8"), page
        assert stands in status(case.root, today=TODAY)
        return words

    assert shown() == {"Linked"}
    said(case, "build")
    assert shown() == {"Being built"}
    audited(case, Standing.FAIL)
    assert shown() == {"Suspended"}
    said(case, "stop")
    assert shown() == {"Stopped"}


@pytest.mark.parametrize("choice", ["stop", "build", "suspended"])
def test_nobody_is_written_to_about_what_does_not_go_ahead(
    choice: str, linked: Made, tmp_path: Path
) -> None:
    case = linked.again(tmp_path / "town")
    if choice == "suspended":
        audited(case, Standing.FAIL)
    else:
        said(case, choice)
    now = datetime.combine(TODAY, time(12), UTC)
    if choice == "build":
        invite(case.use, tmp_path / "letters", today=TODAY, now=now)
        return
    with pytest.raises(NotAsked, match="Nobody is asked about it") as refused:
        invite(case.use, tmp_path / "letters", today=TODAY, now=now)
    assert refused.value.status == 3 and not (tmp_path / "letters").exists()


@pytest.mark.long
def test_after_a_later_decision_that_is_not_stop_it_is_linked_again(
    linked: Made, tmp_path: Path
) -> None:
    case = linked.again(tmp_path / "town")
    said(case, "stop")
    new_version(case, ('status = "proposed"', 'status = "in_dialogue"'))
    said(case, "build")
    assert link(case.use, today=TODAY).new


def test_build_links_and_picks_nobody_out(linked: Made, tmp_path: Path) -> None:
    case = linked.again(tmp_path / "town")
    said(case, "build")
    assert states(case) == ["released"]
    found = consider(case.use, today=TODAY)
    assert found.standing is not None and found.standing["decision"] == "build"


def test_narrow_refuses_this_version_and_not_the_next(linked: Made, tmp_path: Path) -> None:
    case = linked.again(tmp_path / "town")
    with pytest.raises(BadInput, match="less strict than the evidence allows: Not audited yet"):
        said(case, "narrow")
    _support(case)
    passed(case)
    said(case, "narrow")
    with pytest.raises(NotLinked, match="only a smaller use"):
        link(case.use, today=TODAY)
    edit_use(case.root, "version = 2\n", "version = 3\n")
    from licet.chapters.publishing import publish

    publish(case.root, today=TODAY)
    assert link(case.use, today=TODAY).new


def _support(case: Made) -> None:
    """A new version that says what support comes to."""
    text = case.use.read_text(encoding="utf-8")
    more = """
[support.with_linkage]
offered = 60
helped = 24
wrongly = 20
source = "A trial in two wards, 2025."

[support.universal]
offered = 400
helped = 20
source = "The children's centres' own count, 2025."
"""
    place = text.index("\n[[sources]]") + 1
    case.use.write_text(text[:place] + more.lstrip() + "\n" + text[place:], encoding="utf-8")
    new_version(case, ('status = "proposed"', 'status = "in_dialogue"'))


def test_do_needs_a_linkage_audit_that_passes_and_support_in_counts(
    linked: Made, tmp_path: Path
) -> None:
    case = linked.again(tmp_path / "town")
    with pytest.raises(BadInput, match="Not audited yet: source, linkage, contact"):
        said(case, "do")
    passed(case)
    with pytest.raises(BadInput, match="counts per 1,000 families"):
        said(case, "do")
    _support(case)
    with pytest.raises(BadInput, match="Not audited yet"):
        said(case, "do")
    passed(case)
    said(case, "do")
    assert consider(case.use, today=TODAY).standing is not None
    assert consider(case.use, today=date(2100, 1, 1)).standing is None


def test_a_failed_audit_suspends_at_once_and_one_that_passes_lifts_it(
    linked: Made, tmp_path: Path
) -> None:
    case = linked.again(tmp_path / "town")
    audited(case, Standing.FAIL)
    assert states(case) == ["sealed"]
    with pytest.raises(NotLinked, match="suspended by the audit: An audit fails: linkage"):
        link(case.use, today=TODAY)
    with pytest.raises(BadInput, match="less strict"):
        said(case, "build")
    audited(case, None, "contact")
    audited(case, Standing.UNDETERMINED)
    assert states(case) == ["sealed"]
    audited(case, Standing.PASS)
    assert states(case) == ["released"]
    assert [kind for kind, _ in leaves(case)].count("suspension") == 2


EASIER: dict[str, dict[str, object]] = {
    "a looser bound": {"asked": {"over": 50}},
    "another feed": {"audited": "social_work", "asked": {"over": 2}},
    "nothing asked": {"asked": None},
}


@pytest.mark.parametrize("name", EASIER)
def test_an_easier_question_lifts_nothing(name: str, linked: Made, tmp_path: Path) -> None:
    case = linked.again(tmp_path / "town")
    asked = {"audited": "education", "asked": {"over": 2}}
    audited(case, Standing.FAIL, "source", **asked)
    audited(case, Standing.PASS, "source", **{**asked, **EASIER[name]})
    assert states(case) == ["sealed"]
    audited(case, Standing.PASS, "source", **asked)
    assert states(case) == ["released"]


@pytest.mark.parametrize("audit", few(["source", "forecast"], 1))
def test_a_failed_audit_carries_over_to_the_next_version(
    audit: str, linked: Made, tmp_path: Path
) -> None:
    case = linked.again(tmp_path / "town")
    audited(case, Standing.FAIL, audit)
    new_version(case, ('status = "proposed"', 'status = "in_dialogue"'))
    with pytest.raises(NotLinked, match="suspended"):
        link(case.use, today=TODAY)
    assert consider(case.use, today=TODAY).allowed.decision == "stop"
    audited(case, Standing.PASS, audit)
    assert link(case.use, today=TODAY).new
    assert consider(case.use, today=TODAY).allowed.decision == "build"


@pytest.mark.long
def test_after_a_failed_linkage_the_next_version_is_linked_to_be_audited_and_not_decided(
    linked: Made, tmp_path: Path
) -> None:
    case = linked.again(tmp_path / "town")
    audited(case, Standing.FAIL)
    new_version(case, ('status = "proposed"', 'status = "in_dialogue"'))
    assert link(case.use, today=TODAY).new
    assert consider(case.use, today=TODAY).allowed.decision == "stop"
    audited(case, Standing.FAIL)
    with pytest.raises(NotLinked, match="suspended"):
        link(case.use, today=TODAY)


def test_days_of_decisions_are_kept_in_order_and_within_the_ruling(
    linked: Made, tmp_path: Path
) -> None:
    case = linked.again(tmp_path / "town")
    said(case, "build")
    with pytest.raises(BadInput, match="before what the log has"):
        decide(case.use, "stop", role="Head", because=BECAUSE, today=date(2026, 1, 1))
    with pytest.raises(BadInput, match="after ruling, review or use end"):
        decide(case.use, "stop", role="Head", because=BECAUSE, today=TODAY, until=date(2999, 1, 1))
    with pytest.raises(BadInput, match="is no role"):
        decide(case.use, "stop", role="Head, head@example.org", because=BECAUSE, today=TODAY)


def test_a_decision_on_a_use_edited_after_publishing_is_refused(
    linked: Made, tmp_path: Path
) -> None:
    case = linked.again(tmp_path / "town")
    edit_use(case.root, 'title = "', 'title = "Much more: ')
    with pytest.raises(BadInput, match="not in the register as it stands"):
        said(case, "stop")


@pytest.mark.long
def test_the_command_shows_then_records(linked: Made, tmp_path: Path, typed: Typed) -> None:
    case = linked.again(tmp_path / "town")
    day = TODAY.isoformat()
    shown = typed("decide", str(case.use), "--today", day)
    assert shown.returncode == 0 and "The evidence allows at most: BUILD" in shown.stdout
    refused = typed("decide", str(case.use), "--today", day, "--decision", "do")
    assert refused.returncode == 2 and "--as is missing" in refused.stderr
    words = ("--as", "Head of Early Help", "--because", BECAUSE)
    made = typed("decide", str(case.use), "--today", day, "--decision", "stop", *words)
    assert made.returncode == 0 and "Decided: STOP" in made.stdout
    data = typed("decide", str(case.use), "--today", day, "--json")
    assert json.loads(data.stdout)["in_force"]["decision"] == "stop"
    nothing = typed("decide", str(case.use), "--today", day, "--decision", "perhaps", *words)
    assert nothing.returncode == 2 and "do, narrow, build, stop" in nothing.stderr
