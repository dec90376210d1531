"""A run passes; a condition is accepted in dialogue; the same run is refused, naming it."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from licet.audit.standing import Standing
from licet.chapters import talking
from licet.chapters.deciding import record_audit
from licet.chapters.grounds import NotLinked
from licet.chapters.linking import link
from licet.chapters.ruling import assess
from licet.chapters.sealing import keep_in_force
from licet.chapters.talking import Who
from licet.conditions import PARAMETERS
from licet.files.use import read_use
from licet.files.workspace import find_workspace
from licet.permission import Scope
from tests.linkage.conftest import Made
from tests.linkage.left import last, leaves, new_version, states
from tests.linkage.town import NOW, TODAY, USE, edit_use, event, identity, store_of
from tests.tiers import few

FAMILY, MODERATOR = Who("a-family"), Who("a-moderator", "Information governance")
OWNER = Who("an-owner", "Head of Early Help")
WORDS = "We do not want this, and we would like to see it written down."

CASES = {
    "exclude_service": "education",
    "exclude_source": "School census and attendance",
    "exclude_organisation": "Head of Education",
    "exclude_analytics": "linking",
    "no_company": "true",
    "maximum_age": "1",
    "minimum_licence": "0.99",
    "scope": "person",
    "review_by": "2026-11-29",
    "audit_by_group": "ethnicity",
    "retention": "30",
}
"""A value of each parameter that the run of the town breaks. Of "floor" see below: it asks for more."""


def asked(case: Made, sort: str = "proposal", now: datetime = NOW) -> int:
    """A proposed condition that everybody can read."""
    item = talking.ask(case.root, USE, sort, WORDS, FAMILY, now=now)
    talking.do(case.root, item.item, "open", MODERATOR, now=now + timedelta(minutes=1))
    return item.item


def accepted(case: Made, parameter: str, value: str) -> int:
    """A condition that binds."""
    number = asked(case)
    talking.do(
        case.root, number, "accept", OWNER, now=NOW + timedelta(minutes=2), words=WORDS,
        parameter=parameter, value=value,
    )  # fmt: skip
    return number


def with_company(case: Made) -> None:
    """The next version has a company that sees no row; families said yes to it, and it was linked."""
    new_version(case)
    edit_use(case.root, "version = 2\n", "version = 3\n")
    path = case.use
    company = '\n[[companies]]\nname = "Firm"\nsees_identifiable = false\n'
    path.write_text(path.read_text(encoding="utf-8") + company, encoding="utf-8")
    from licet.chapters.publishing import publish

    publish(case.root, today=TODAY)
    yes = [n for n, word in case.answers.items() if word == "yes"]
    more = [event(case.town.people[n], "grant", scope=Scope(USE, 3)) for n in yes]
    with store_of(case.root) as store:
        store.permissions.append(more, now=NOW, sign=False)
    assert link(case.use, today=TODAY).new


@pytest.mark.parametrize("parameter", few(CASES, 4))
def test_the_same_run_is_refused_once_a_condition_is_accepted(
    parameter: str, linked: Made, tmp_path: Path
) -> None:
    case = linked.again(tmp_path / "town")
    if parameter == "no_company":
        with_company(case)
    assert not link(case.use, today=TODAY).new  # it passes, and stands already
    number = accepted(case, parameter, CASES[parameter])
    with pytest.raises(NotLinked) as refused:
        link(case.use, today=TODAY)
    told = "\n".join(refused.value.reasons)
    assert f"{parameter} = {CASES[parameter]}, agreed on {NOW.date()}" in told
    assert refused.value.status in (3, 4)
    kind, body = last(case)
    assert kind == "run_refused" and any(parameter in text for text in body["reasons"])
    # Ended by its owner, with a reason that everybody reads, it binds no longer.
    talking.do(
        case.root, number, "end", OWNER, now=NOW + timedelta(minutes=9),
        words="Families asked for it to end.",
    )  # fmt: skip
    link(case.use, today=TODAY)


def test_every_parameter_has_its_case_here() -> None:
    assert {*CASES, "floor"} == set(PARAMETERS)


def test_what_the_gate_forbids_seals_the_run_at_once(linked: Made, tmp_path: Path) -> None:
    case = linked.again(tmp_path / "town")
    number = accepted(case, "exclude_service", "education")
    assert states(case) == ["sealed"]
    told = [kind for kind, _ in leaves(case)][-5:]
    assert told == ["question", "answer", "condition", "ruling", "sealed"]
    body = leaves(case)[-3][1]
    assert (body["item"], body["parameter"], body["value"]) == (
        f"q-{number}",
        "exclude_service",
        "education",
    )
    assert WORDS not in str(leaves(case)) and "a-family" not in str(leaves(case))


def test_a_shorter_retention_destroys_an_old_run(linked: Made, tmp_path: Path) -> None:
    case = linked.again(tmp_path / "town")
    accepted(case, "retention", "30")
    assert states(case) == ["released"]
    found = keep_in_force(case.root, today=TODAY + timedelta(days=31))
    assert [(one.state, one.why) for one in found] == [("destroyed", "retention")]


def test_an_audit_by_the_group_lets_the_next_run_start(linked: Made, tmp_path: Path) -> None:
    case = linked.again(tmp_path / "town")
    accepted(case, "audit_by_group", "ethnicity")
    with pytest.raises(NotLinked, match="audit_by_group = ethnicity"):
        link(case.use, today=TODAY)
    workspace = find_workspace(case.root)
    assert workspace is not None
    run = next(body["run"] for kind, body in leaves(case) if kind == "run_finished")
    record_audit(
        workspace, read_use(case.use), "linkage", Standing.PASS, "ab" * 32, today=TODAY,
        run=run, groups=("ethnicity", "ethnicity:black"),
    )  # fmt: skip
    assert not link(case.use, today=TODAY).new


def licensed(case: Made) -> None:
    """The town as if everybody accepted everything and nobody demanded to be asked: told 30 days before."""
    (figures,) = (case.root / "evidence").glob("*/figures.csv")
    with figures.open(encoding="utf-8", newline="") as held:
        rows = list(csv.DictReader(held))
    for row in rows:
        demand = row["item"].startswith("demand")
        row |= {"percent": "5" if demand or row["stance"] == "opposes" else "95", "base": "800"}
    with figures.open("w", encoding="utf-8", newline="") as held:
        writer = csv.DictWriter(held, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    objection = 'permission_model = "objection"\npermission_reason = "Everybody is written to."'
    new_version(case, ('permission_model = "ask_first"', objection))
    told = [event(p, "notify", -40, scope=Scope(USE, 2), channel="paper") for p in case.town.people]
    with store_of(case.root) as store:
        store.permissions.append(told, [identity(p) for p in case.town.people], now=NOW, sign=False)


def test_the_same_run_is_refused_once_families_are_to_be_asked_first(
    published: Made, tmp_path: Path
) -> None:
    case = published.again(tmp_path / "town")
    licensed(case)
    assert assess(case.use, today=TODAY, vary=False).ruling.heading == "LICENSED"
    assert link(case.use, today=TODAY).new
    accepted(case, "floor", "ask_first")
    ruling = assess(case.use, today=TODAY, vary=False).ruling
    assert ruling.heading == "LICENSED, BUT ASK EACH FAMILY"
    with pytest.raises(NotLinked) as refused:
        link(case.use, today=TODAY)
    told = "\n".join(refused.value.reasons)
    assert refused.value.why == "no_permitted_row"
    assert f"floor = ask_first, agreed on {NOW.date()}" in told
    assert "floor = ask_first" in str(last(case)[1]["reasons"])


def test_a_permit_made_before_a_condition_was_accepted_opens_nothing(
    linked: Made, tmp_path: Path
) -> None:
    from licet.chapters.grounds import permitted

    case = linked.again(tmp_path / "town")
    before = assess(case.use, today=TODAY, vary=False)
    accepted(case, "retention", "365")
    with store_of(case.root) as store:
        with pytest.raises(NotLinked, match="made without an accepted condition: retention = 365"):
            permitted(store, before.use, before, TODAY)
        after = assess(case.use, today=TODAY, vary=False)
        assert permitted(store, after.use, after, TODAY)


def test_an_overdue_answer_suspends_runs_where_the_workspace_says_so(
    linked: Made, tmp_path: Path
) -> None:
    case = linked.again(tmp_path / "town")
    number = asked(case, "question", datetime(2026, 10, 26, 9, tzinfo=UTC))
    assert not link(
        case.use, today=TODAY
    ).new  # due on 25 November, and nobody says that it suspends
    settings = case.root / "licet.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(f'{text}\n[dialogue]\noverdue_suspends = "yes"\n', encoding="utf-8")
    with pytest.raises(NotLinked, match=f"overdue: q-{number}") as refused:
        link(case.use, today=TODAY)
    assert refused.value.why == "dialogue_overdue"
    with pytest.raises(NotLinked):
        link(case.use, today=TODAY)
    overdue = [b for kind, b in leaves(case) if kind == "question" and b["state"] == "overdue"]
    assert len(overdue) == 1 and overdue[0]["due"] == "2026-11-25"
    talking.do(case.root, number, "explain", OWNER, now=NOW, words=WORDS)
    assert not link(case.use, today=TODAY).new
    answer = [body for kind, body in leaves(case) if kind == "answer"][-1]
    assert answer["late"] == 5
