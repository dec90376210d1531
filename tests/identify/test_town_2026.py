"""The demo town: families who miss free school meals are found as a plain reading finds them, and go before
reviewers only after real audits PASS and somebody decided. Of many people in the full tier: a linkage audit
settles nothing on few pairs, and then nobody is picked out."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from importlib.resources import files
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from licet.audit.standing import Standing
from licet.chapters import auditing
from licet.chapters.auditing_entitlement import audit_entitlement
from licet.chapters.deciding import decide
from licet.chapters.grounds import permitted_ground
from licet.chapters.identifying import counted, identified_text, identify
from licet.chapters.importing import import_permissions
from licet.chapters.linking import link
from licet.chapters.publishing import publish
from licet.chapters.rules import chosen_rule
from licet.chapters.run_people import RunPeople, people_of_run
from licet.errors import BadInput
from licet.files.town import RIGHTS_PERMISSIONS, RIGHTS_USE, write_town
from licet.files.use import read_use
from licet.files.workspace import init_workspace
from licet.identify.counting import Counts
from tests.conftest import FULL

pytestmark = pytest.mark.long

PEOPLE = 40_000 if FULL else 5_000
AS_OF, TODAY = date(2026, 6, 1), date(2026, 6, 2)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Published, asked and linked; nothing audited."""
    root: Path = tmp_path_factory.mktemp("rights") / "town"
    init_workspace(root, files("licet.bundled") / "town")
    write_town(root, PEOPLE, 1, AS_OF)
    publish(root, today=TODAY)
    now = datetime.combine(TODAY, time(9), UTC)
    import_permissions(root / RIGHTS_PERMISSIONS, root, now=now, by="office")
    link(use_of(root), today=TODAY)
    return root


def use_of(root: Path) -> Path:
    return root / "uses" / f"{RIGHTS_USE}.toml"


@contextmanager
def opened(root: Path) -> Iterator[tuple[RunPeople, Counts]]:
    with permitted_ground(use_of(root), TODAY) as ground:
        people = people_of_run(ground, use_of(root))
        yield people, counted(ground, people, chosen_rule(root, read_use(use_of(root))), AS_OF)


def day(text: str, sign: str) -> date:
    number, month, year = (int(part) for part in text.split(sign))
    return date(year, month, number)


def plain(root: Path, people: RunPeople) -> dict[str, set[tuple[str, str]]]:
    """Household to who meets which criterion, line by line from the files of the services."""
    assert people.homes is not None
    whose = {(feed, record): person for _, person, feed, record in people.crosswalk.select("row", "person", "feed", "record").iter_rows()}  # fmt: skip
    homes = dict(people.homes.iter_rows())
    met: dict[str, set[tuple[str, str]]] = {}

    def meets(feed: str, record: str, name: str) -> None:
        person = whose.get((feed, record))
        if person in homes:
            met.setdefault(homes[person], set()).add((person, name))

    with (root / "feeds" / "data" / "education_meals.csv").open(encoding="utf-8") as file:
        for line in csv.DictReader(file):
            happened, entered = day(line["from_day"], "/"), day(line["entered"], "/")
            if line["status"] == "paid" and entered <= AS_OF and 0 <= (AS_OF - happened).days < 140:
                meets("education", line["pupil_ref"], "meals-paid-for")
    with (root / "feeds" / "data" / "benefits_awards.csv").open(encoding="utf-8") as file:
        for line in csv.DictReader(file):
            happened, entered = day(line["from_day"], "."), day(line["entered"], ".")
            low = line["kind"] == "universal_credit" and float(line["monthly_earnings"]) <= 616.67
            inside = entered <= AS_OF and 0 <= (AS_OF - happened).days < 100
            if inside and (low or line["kind"] == "income_support"):
                meets("benefits", line["claim"], "qualifying-benefit")
    both = {"meals-paid-for", "qualifying-benefit"}
    return {home: who for home, who in met.items() if {name for _, name in who} == both}


def test_the_rule_means_whom_a_plain_reading_of_the_permitted_rows_finds(root: Path) -> None:
    with opened(root) as (people, counts):
        wanted = plain(root, people)
    found: dict[str, set[tuple[str, str]]] = {}
    for home, person, criterion in counts.reasons.select("household", "person", "criterion").iter_rows():  # fmt: skip
        found.setdefault(home, set()).add((person, criterion))
    assert found == wanted
    assert set(counts.households["household"]) == set(wanted) and len(wanted) >= 3


def test_families_who_truly_miss_the_right_are_most_of_those_who_are_meant(root: Path) -> None:
    """By the truth, which nothing but this test reads."""
    rights = pl.read_parquet(root / "truth" / "entitled.parquet")
    missing = rights.filter("entitled", ~pl.col("claimed"), ~pl.col("infant"))["household"]
    truth = pl.read_parquet(root / "truth" / "truth.parquet").select("row", true="household")
    with opened(root) as (people, counts):
        rows = people.crosswalk.join(truth, on="row").select("person", "true").unique()
    homes = counts.reasons.select("household", "person").join(rows, on="person")
    told = homes.group_by("household").agg(pl.col("true").is_in(missing.implode()).all())
    assert told["true"].mean() > 0.75


def test_nobody_is_picked_out_before_audits_and_decision(root: Path) -> None:
    found = identify(use_of(root), as_of=AS_OF, today=TODAY)
    assert found.status == 3 and found.offered is None
    assert {one.id for one in found.unmet} >= {"decision", "gates"}
    assert "NOBODY IS PICKED OUT" in identified_text(found)


@pytest.fixture(scope="module")
def audited(root: Path) -> tuple[Standing | None, Standing | None]:
    """What a linkage audit against the truth comes to, and one of the rule after it."""
    truth = pl.read_parquet(root / "truth" / "truth.parquet")
    sexes = pl.read_parquet(root / "truth" / "people.parquet").select("person", "sex")
    of = truth.filter(pl.col("feed").is_in(["education", "benefits"])).join(sexes, on="person")
    labels = root / "labels.csv"
    of.select("row", "person", "sex").write_csv(labels)
    linkage = auditing.linkage(root / RIGHTS_USE, truth=labels, by=("sex",), today=TODAY)
    rule = audit_entitlement(use_of(root), as_of=AS_OF, today=TODAY)
    return linkage.standing, rule.standing


def test_few_pairs_settle_nothing_and_many_pass(
    root: Path, audited: tuple[Standing | None, Standing | None]
) -> None:
    if not FULL:
        assert audited == (Standing.UNDETERMINED, Standing.UNDETERMINED)
        with pytest.raises(BadInput, match="Not shown either way: linkage"):
            decide(use_of(root), "do", role="Head", because="It is urgent.", today=TODAY)
        unmet = identify(use_of(root), as_of=AS_OF, today=TODAY).unmet
        assert [one.id for one in unmet] == ["decision", "gates"]
        return
    assert audited == (Standing.PASS, Standing.PASS)
    import licet.chapters.offering as offering

    decide(use_of(root), "do", role="Head of Education", because="Both audits pass.", today=TODAY)
    found = identify(use_of(root), as_of=AS_OF, today=TODAY)
    assert (found.status, found.unmet) == (0, ())
    # Capacity is 40; it is told in tens.
    assert found.counts["picked"] is not None and found.counts["picked"] > 40
    assert found.offered == 40
    reviewed(root, offering)


def reviewed(root: Path, offering: Any) -> None:
    """Everybody in the queue is looked at: two posts in turn, until nobody waits. A letter for each offer."""
    offered = set()
    for turn in range(200):
        who = turn % 2 + 1
        account, post = f"officer {who}", f"Education Welfare, team {who}"
        held = offering.next_offer(root, account, post, today=TODAY, use=RIGHTS_USE)
        if held is None:
            if turn % 2:
                break
            continue
        said = " ".join(text for person in held.people for text in person.reasons)
        assert "school meals" in said and held.services
        state = offering.decide_offer(
            root, held.name, RIGHTS_USE, account, post, answer="offer", today=TODAY,
            because="The meals are paid for, and the award gives the right.",
        )  # fmt: skip
        assert state in ("offered", "second")
        offered |= {held.name} if state == "offered" else set()
    assert len(offered) == 40
    letters = list((root / "letters" / RIGHTS_USE / "offers").rglob("*.txt"))
    assert len(letters) == 40
    assert all("school meals" in path.read_text(encoding="utf-8") for path in letters)
