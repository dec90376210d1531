"""Identify, from the use to the queue: who is counted, what is told, and what keeps a list from being made."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from licet.audit.standing import Standing
from licet.chapters import identifying
from licet.chapters.auditing_entitlement import audit_entitlement
from licet.chapters.grounds import NotLinked, permitted_ground
from licet.chapters.identifying import (
    Identified,
    counted,
    identified_json,
    identified_text,
    identify,
)
from licet.chapters.linking import link
from licet.chapters.publishing import publish
from licet.chapters.rules import chosen_rule
from licet.chapters.run_people import RunPeople, people_of_run
from licet.errors import BadInput
from licet.files.use import read_use
from licet.identify.picked import Picked
from licet.permission import Scope
from tests.identify.test_entitlement_audit import CARE, ROBUST, changed, truth_of
from tests.identify.town import AS_OF, Case
from tests.linkage.conftest import Typed
from tests.linkage.town import NOW, TODAY, USE, edit_use, event, store_of
from tests.tiers import few

DAY = TODAY.isoformat()


def queue(case: Case) -> tuple[Any, ...]:
    with store_of(case.root) as store:
        return tuple(store.offers.of_use(USE))


def asked(case: Case, today: date = TODAY) -> Identified:
    return identify(case.use, as_of=AS_OF, today=today)


@contextmanager
def opened(case: Case) -> Iterator[tuple[RunPeople, list[Picked]]]:
    """The people of the run, and whom the rule means."""
    with permitted_ground(case.use, TODAY) as ground:
        people = people_of_run(ground, case.use)
        rule = chosen_rule(case.root, read_use(case.use))
        yield (
            people,
            list(identifying.picked_of(counted(ground, people, rule, AS_OF), people, rule)),
        )


def entitled(case: Case) -> dict[str, set[tuple[str, str]]]:
    """By household who meets which criterion: line by line, from the files of the run and the lines."""
    folder = next((case.root / "runs" / USE).glob("*/crosswalk.parquet")).parent
    rows = pl.read_parquet(folder / "crosswalk.parquet")
    homes: dict[str, str] = {}
    for one in (
        pl.read_parquet(folder / "households.parquet")
        .sort("person", "from", "household")
        .to_dicts()
    ):
        homes.setdefault(one["person"], one["household"])
    met: dict[str, set[tuple[str, str]]] = {}
    for person, feed, record in rows.select("person", "feed", "record").iter_rows():
        for name, table, lines, days in (("low-income", "social_work", case.awards, 90),
                                         ("paid-meals", "education", case.meals, 180)):  # fmt: skip
            for line, day, entered, what in lines:
                fits = (
                    what == "paid" if table == "education" else what != "paid" and float(what) < 617
                )
                known = entered or date(2026, 6, 1)  # the day of the extract
                inside = day <= AS_OF and known <= AS_OF and (AS_OF - day).days < days
                if (feed, record) == (table, line) and fits and inside and person in homes:
                    met.setdefault(homes[person], set()).add((person, name))
    both = {"low-income", "paid-meals"}
    return {home: who for home, who in met.items() if {name for _, name in who} == both}


def test_whom_a_rule_means_is_what_a_plain_reading_finds(meals: Case) -> None:
    wanted = entitled(meals)
    with opened(meals) as (_, picked):
        found = {one.key: {(r.person, r.criterion) for r in one.reasons} for one in picked}
    assert found == wanted and len(wanted) >= 2, "more than there is room for"


def test_nobody_outside_the_permitted_rows_is_counted_or_meant(meals: Case) -> None:
    with opened(meals) as (people, picked):
        rows = dict(people.crosswalk.select("row", "person").iter_rows())
    owners: dict[str, set[int]] = {}
    for row, person in rows.items():
        owners.setdefault(person, set()).add(meals.town.owner[row])
    said = {meals.answers[number] for numbers in owners.values() for number in numbers}
    assert said == {"yes"}
    assert {person for one in picked for person in one.people} <= owners.keys()
    assert {r.person for one in picked for r in one.reasons} <= owners.keys()


def test_with_every_condition_households_go_before_reviewers_and_counts_into_the_log(
    meals: Case, tmp_path: Path
) -> None:
    case = meals.again(tmp_path / "town")
    wanted = entitled(case)
    found = asked(case)
    assert (found.status, found.unmet) == (0, ())
    held = queue(case)
    assert len(held) == 1 and {one.key for one in held} <= wanted.keys()
    kind, body = case.leaves()[-1]
    assert kind == "list_offered"
    assert (body["use"], body["rule"], body["rule_hash"]) == (USE, "meals", case.rule.hash())
    assert body["counts"]["offered"] is None, "fewer than ten: not told"
    told = json.dumps(body) + identified_text(found) + identified_json(found)
    names = [*wanted, *(person for who in wanted.values() for person, _ in who)]
    assert [name for name in names if name in told] == []


def unpublished(case: Case) -> None:
    case.edit(("Families who moved", "Families that moved"))


def no_offer(case: Case) -> None:
    text = case.document.read_text(encoding="utf-8")
    case.document.write_text(
        text.split("[offer]")[0].replace('id = "meals"', 'id = "meals"\nversion = 2')
    )
    publish(case.root, today=TODAY)
    case.audited()


def another_action(case: Case) -> None:
    edit_use(case.root, 'intended_action = "offer_of_support"', 'intended_action = "information"')
    edit_use(case.root, "version = 2\n", "version = 3\n")
    publish(case.root, today=TODAY)
    yes = [case.town.people[number] for number, word in case.answers.items() if word == "yes"]
    with store_of(case.root) as store:  # whoever said yes to another action is asked anew
        said = [event(person, "grant", 9, scope=Scope(USE, 3)) for person in yes]
        store.permissions.append(said, now=NOW, sign=False)
    link(case.use, today=TODAY)
    case.audited()
    case.decided("do")


def a_forecast(case: Case) -> None:
    text = case.document.read_text(encoding="utf-8").replace('gives = "free school meals"\n', "")
    case.document.write_text(
        text.replace('kind = "entitlement"', 'kind = "criteria"\nversion = 2\nat_least = 2')
    )
    publish(case.root, today=TODAY)


def undetermined(name: str, **more: Any) -> Callable[[Case], None]:
    return lambda case: case.audit(name, Standing.UNDETERMINED, **more)


def later_rule(case: Case) -> None:
    """An audit of an earlier form of the rule says nothing of this one."""
    case.edit(("earnings < 617", "earnings < 700"), ('id = "meals"', 'id = "meals"\nversion = 2'))
    publish(case.root, today=TODAY)


def audited_as_another(case: Case) -> None:
    """An audit of an easier form that was never published, which then was put back."""
    before = case.document.read_text("utf-8")
    case.edit(("earnings < 617", "earnings < 700"))
    case.audited()
    case.document.write_text(before, encoding="utf-8")


def of_another_run(name: str, **more: Any) -> Callable[[Case], None]:
    return lambda case: case.audit(name, Standing.PASS, run="another-run", **more)


PASSED = dict.fromkeys(("G0", "G6", "G7"), Standing.PASS)
G6_OPEN = {"G0": Standing.PASS, "G6": Standing.UNDETERMINED, "G7": Standing.PASS}
LACKING: dict[str, tuple[Callable[[Case], None], list[str]]] = {
    "the rule as it stands is not in the register": (unpublished, ["published", "gates"]),
    "the owner decided to build first": (lambda case: case.decided("build"), ["decision"]),
    "the linkage audit settles nothing": (undetermined("linkage"), ["gates"]),
    "the audit of the rule settles nothing": (undetermined("entitlement", audited="meals", gates=G6_OPEN), ["gates"]),
    "a gate is missing": (lambda case: case.audit("entitlement", Standing.PASS, audited="meals",
                                                  gates={"G0": Standing.PASS, "G6": Standing.PASS}), ["gates"]),
    "the rule changed since its audit": (later_rule, ["gates"]),
    "another form of the rule was audited": (audited_as_another, ["gates"]),
    "the audit of the rule is of another run": (of_another_run("entitlement", audited="meals", gates=PASSED), ["gates"]),
    "the linkage audit is of another run": (of_another_run("linkage", audited="linkage"), ["gates"]),
    "nothing is declared of an offer": (no_offer, ["capacity", "reviewers"]),
    "the use intends something else": (another_action, ["offer"]),
    "it is a forecast that nobody audited": (a_forecast, ["gates", "offer"]),
}  # fmt: skip


@pytest.mark.parametrize("name", few(LACKING, 4))
def test_without_a_condition_nobody_is_picked_out(name: str, meals: Case, tmp_path: Path) -> None:
    case = meals.again(tmp_path / "town")
    change, wanted = LACKING[name]
    change(case)
    found = asked(case)
    assert [one.id for one in found.unmet] == wanted and found.status == 3
    assert queue(case) == () and found.offered is None
    kind, body = case.leaves()[-1]
    assert (kind, body["why"]) == ("list_refused", wanted)
    assert body["reasons"] == [one.text for one in found.unmet]
    shown = identified_text(found)
    assert "NOBODY IS PICKED OUT" in shown
    assert [one.text for one in found.unmet if one.text not in " ".join(shown.split())] == []


REFUSED: dict[str, tuple[Callable[[Case], None], date, str]] = {
    "the ruling ended": (lambda case: None, date(2030, 12, 30), "undetermined"),
    "the owner decided to stop": (lambda case: case.decided("stop"), TODAY, "decided_stop"),
    "an audit failed": (lambda case: case.audit("entitlement", Standing.FAIL, audited="meals"), TODAY, "suspended"),
    "the use was edited": (lambda case: edit_use(case.root, "Early help for", "Help for"), TODAY, "edited"),
}  # fmt: skip


@pytest.mark.parametrize("name", few(REFUSED, 1))
def test_without_a_permit_it_is_refused_as_linking_is(
    name: str, meals: Case, tmp_path: Path
) -> None:
    case = meals.again(tmp_path / "town")
    change, today, why = REFUSED[name]
    change(case)
    with pytest.raises(NotLinked) as error:
        asked(case, today)
    assert error.value.why == why and queue(case) == ()
    assert case.leaves()[-1][0] in ("run_refused", "sealed")


def test_whoever_says_no_is_not_counted_any_more(meals: Case, tmp_path: Path) -> None:
    case = meals.again(tmp_path / "town")
    with opened(case) as (people, picked):
        rows = {person: row for row, person in people.crosswalk.select("row", "person").iter_rows()}
    gone = {case.town.owner[rows[person]] for person in picked[0].people}
    with store_of(case.root) as store:
        said = [event(case.town.people[n], "withdraw", 9) for n in sorted(gone)]
        store.permissions.append(said, now=NOW, sign=False)
    asked(case)
    assert picked[0].key not in {one.key for one in queue(case)}
    with opened(case) as (people, _):
        owners = {case.town.owner[row] for row in people.crosswalk["row"]}
    assert owners.isdisjoint(gone)


def test_a_no_while_it_is_counted_makes_no_list(
    meals: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = meals.again(tmp_path / "town")
    real = identifying.counted

    def and_somebody_answers(*given: Any) -> Any:
        found = real(*given)
        number = next(n for n, word in case.answers.items() if word == "yes")
        with store_of(case.root) as store:
            said = [event(case.town.people[number], "withdraw", 9)]
            store.permissions.append(said, now=NOW, sign=False)
        return found

    monkeypatch.setattr(identifying, "counted", and_somebody_answers)
    with pytest.raises(BadInput, match="somebody answered while this ran"):
        asked(case)
    assert queue(case) == ()
    assert "list_offered" not in [kind for kind, _ in case.leaves()]


STOPPED: dict[str, Callable[[Case], None]] = {
    "the owner decides otherwise": lambda case: case.decided("build"),
    "an audit of the rule fails": lambda case: case.audit(
        "entitlement", Standing.FAIL, audited="meals"
    ),
    "an audit settles nothing any more": undetermined("linkage"),
}


@pytest.mark.parametrize("name", few(STOPPED, 1))
def test_whoever_stops_it_while_a_list_is_made_stops_the_list(
    name: str, meals: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = meals.again(tmp_path / "town")
    real = identifying.picked_of

    def and_it_is_stopped(*given: Any) -> Any:
        STOPPED[name](case)
        return real(*given)

    monkeypatch.setattr(identifying, "picked_of", and_it_is_stopped)
    with pytest.raises(BadInput, match="changed while this ran"):
        asked(case)
    assert queue(case) == ()
    assert "list_offered" not in [kind for kind, _ in case.leaves()]


def bad(case: Case, **changes: Any) -> str:
    told: dict[str, Any] = {"as_of": AS_OF, "today": TODAY} | changes
    before = case.leaves()
    with pytest.raises(BadInput) as error:
        identify(case.use, **told)
    assert case.leaves() == before and queue(case) == ()
    return str(error.value)


def test_bad_input_leaves_nothing_behind(meals: Case, tmp_path: Path) -> None:
    case = meals.again(tmp_path / "town")
    assert "is still to come" in bad(case, as_of=date(2026, 12, 1))
    assert "unknown rule 'meels'" in bad(case, rule="meels")
    second = case.root / "criteria" / "more.toml"
    second.write_text(case.document.read_text("utf-8").replace('id = "meals"', 'id = "more"'))
    assert "several rules belong to the use" in bad(case)
    second.write_text("")
    assert "more.toml" in bad(case)
    second.unlink()
    lines = case.root / "feeds" / "data" / "meals.csv"
    whole = lines.read_text("utf-8")
    lines.write_text(whole.replace("paid", "payd"))
    assert "values.status" in bad(case)
    lines.unlink()
    assert "meals.csv" in bad(case)
    case.document.unlink()
    assert "no rule belongs to the use" in bad(case)


def test_a_forbidden_action_is_refused_before_anything_else(meals: Case, tmp_path: Path) -> None:
    case = meals.again(tmp_path / "town")
    edit_use(case.root, 'intended_action = "offer_of_support"', 'intended_action = "sanction"')
    edit_use(case.root, '    "sanction",\n', "")
    said = bad(case)
    assert "the use intends what is forbidden: sanction" in said and "intended_action" in said


def test_tables_of_lines_are_no_part_of_what_was_linked(meals: Case, tmp_path: Path) -> None:
    """The linker never reads them: a table more, or other lines, and the run in force stands."""
    case = meals.again(tmp_path / "town")
    contract = case.root / "feeds" / "education.toml"
    text = contract.read_text("utf-8")
    contract.write_text(
        text + text[text.index("[tables.meals]") :].replace("tables.meals", "tables.more")
    )
    lines = case.root / "feeds" / "data" / "meals.csv"
    lines.write_text(lines.read_text("utf-8").replace("paid", "free"))
    before = case.leaves()
    assert not link(case.use, today=TODAY).new and case.leaves() == before
    contract.write_text(contract.read_text("utf-8").replace("School roll", "Another roll"))
    assert link(case.use, today=TODAY).new, "the rest of the contract is"


def test_a_run_of_another_version_is_not_asked(meals: Case, tmp_path: Path) -> None:
    case = meals.again(tmp_path / "town")
    edit_use(case.root, "version = 2\n", "version = 3\n")
    publish(case.root, today=TODAY)
    assert "another version of early-help" in bad(case)


@pytest.mark.long
def test_the_command_says_it_and_ends_with_3_where_nobody_is_picked_out(
    meals: Case, tmp_path: Path, typed: Typed
) -> None:
    case = meals.again(tmp_path / "town")
    words = ("identify", str(case.use), "--today", DAY)
    missing = typed(*words)
    assert missing.returncode == 2 and "a window without an as-of date" in missing.stderr
    done = typed(*words, "--as-of", AS_OF.isoformat())
    assert done.returncode == 0, done.stderr
    for said in ("BEFORE REVIEWERS", "School office, desk 1", "child-protection disclosure",
                 "Not known: Schools tell of a change weeks later."):  # fmt: skip
        assert said in " ".join(done.stdout.split()), said
    case.decided("build")
    refused = typed(*words, "--as-of", AS_OF.isoformat(), "--json")
    assert refused.returncode == 3, refused.stderr
    told = json.loads(refused.stdout)
    assert [one["id"] for one in told["unmet"]] == ["decision"] and told["offered"] is None


@pytest.mark.long
def test_from_a_real_audit_to_the_queue(many: Case, tmp_path: Path) -> None:
    """The audit of the rule is made here, not recorded by hand."""
    case = changed(many.again(tmp_path / "town"), CARE + ROBUST)
    truth = truth_of(case, tmp_path / "truth.csv")
    assert audit_entitlement(case.use, as_of=AS_OF, today=TODAY, truth=truth).status == 0
    case.audited(without="entitlement")
    assert [one.id for one in asked(case).unmet] == ["decision"]
    case.decided("do")
    found = asked(case)
    assert found.unmet == () and len(queue(case)) == 1
    wanted = len(entitled(case))
    assert found.counts["picked"] is not None and abs(found.counts["picked"] - wanted) <= 2
