"""Identify: a declared rule over the people of a run, and whether it may pick anybody out.

The order is the point. The ruling allows the run; the run follows the ledger; the rule is counted on
permitted rows; what it means is told in counts. Only then the conditions of release are asked, and only
with all of them does a list go before reviewers. Who is meant is never told here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from licet.chapters import offering
from licet.chapters.grounds import permitted_ground
from licet.chapters.rules import chosen_rule
from licet.chapters.run_people import RunPeople, check_as_of, lines_of, people_of_run
from licet.chapters.unlocking import facts_of, picker_of, refuse_moved, released, tell_offered
from licet.disclosure import visible_cell
from licet.disclosure.counts import shown_count
from licet.errors import bad
from licet.files.use import read_use
from licet.files.workspace import find_workspace
from licet.identify.bound import BoundRule
from licet.identify.counting import Counts
from licet.identify.criteria import Criterion, Rule
from licet.identify.picked import Picked, Reason
from licet.identify.release import Facts, NotReleased, Released, Unmet
from licet.identify.words import not_known

if TYPE_CHECKING:
    from licet.chapters.grounds import PermittedGround


@dataclass(frozen=True)
class Identified:
    """What a rule came to. counts: as they may be shown, None where kept back: units (people or households
    in the run), picked, and by criterion those of the picked that meet it. offered: how many went before
    reviewers; None where nobody did. unmet: conditions of release that do not hold. not_known: what is known
    to be wrong with rule, tables and feeds. extracts: by service's feed the day it was taken."""

    rule: Rule
    use_title: str
    heading: str
    run: str
    as_of: date
    counts: Mapping[str, int | None]
    met: Mapping[str, int | None]
    offered: int | None
    unmet: tuple[Unmet, ...]
    not_known: tuple[str, ...]
    extracts: Mapping[str, date]
    threshold: int

    @property
    def status(self) -> int:
        """The exit status of the command."""
        return 3 if self.unmet else 0


def identify(path: Path, *, as_of: date, today: date, rule: str | None = None) -> Identified:
    """Count a rule of a use as of a day and, if every condition of release holds, put whom it means before
    reviewers.

    rule: its id, where the use has several. Raises BadInput for a rule, feed or run that cannot be used;
    NotLinked, after a leaf in the log, as ``link`` does. A list that is refused is no error: it says why.
    """
    found = _rule(path, rule)
    check_as_of(as_of, today)
    with permitted_ground(path, today) as ground:
        people = people_of_run(ground, path)
        counts = counted(ground, people, found, as_of)
        told = shown(counts, people, found.declared, ground.assessment.terms.threshold)
        facts = facts_of(ground, picker_of(found.declared), people.place.run, as_of)
        try:
            proof = released(ground, facts, logged(*told))
        except NotReleased as refused:
            return _identified(ground, facts, found, told, None, refused.unmet)
        picked = list(picked_of(counts, people, found))
        offered = _offer(ground, people, facts, proof, picked, told, found)
        return _identified(ground, facts, found, told, offered, ())


def _rule(path: Path, name: str | None) -> BoundRule:
    workspace = find_workspace(path)
    if workspace is None:
        todo = "make one: licet init town/"
        raise bad("the use lies in no workspace", str(path), "a use in uses/ of a workspace", todo)
    return chosen_rule(workspace.root, read_use(path), name)


def counted(ground: PermittedGround, people: RunPeople, rule: BoundRule, as_of: date) -> Counts:
    """The rule over the permitted rows of the run."""
    from licet.engines.connecting import connect
    from licet.engines.criteria import DuckDBTables, count

    lines = lines_of(rule, ground.feeds)
    with closing(connect()) as connection:
        tables = DuckDBTables(connection)
        return count(tables, rule, lines, people.crosswalk, people.homes, [as_of])


Told = tuple[dict[str, int | None], dict[str, int | None]]


def shown(counts: Counts, people: RunPeople, rule: Rule, threshold: int) -> Told:
    """Counts of units and picked, and by criterion of those who meet it, as they may be shown: rounded, and
    kept back where they, or what is left of the whole, are few."""
    units = people.units(rule.level)
    found = counts.households if rule.level == "household" else counts.persons
    unit = pl.col("household" if rule.level == "household" else "person")
    whole = {
        "units": shown_count(units, threshold),
        "picked": _part(units, found.height, threshold),
    }
    met = counts.reasons.group_by("criterion").agg(unit.n_unique().alias("many"))
    many = dict(met.iter_rows())
    return whole, {
        one.id: None if whole["picked"] is None else _part(found.height, many.get(one.id, 0), threshold)
        for one in rule.criteria
    }  # fmt: skip


def _part(whole: int, part: int, threshold: int) -> int | None:
    if part and not visible_cell(whole, part, threshold):
        return None
    return shown_count(part, threshold)


def logged(whole: Mapping[str, int | None], met: Mapping[str, int | None]) -> dict[str, int | None]:
    """The same as a leaf of the log names them."""
    return {**whole, **{f"met:{name}"[:100]: many for name, many in met.items()}}


def picked_of(counts: Counts, people: RunPeople, rule: BoundRule) -> Iterator[Picked]:
    """Whom the rule means, with reasons; in the order of their ids, which says nothing."""
    declared = {one.declared.id: one.declared for one in rule.criteria}
    unit = rule.declared.level
    inside = dict(people.members.group_by("household").agg(pl.col("person").sort()).iter_rows())
    reasons = counts.reasons.with_columns(key=pl.col(unit)).sort(
        "key", "person", maintain_order=True
    )
    for (key,), frame in reasons.group_by(["key"], maintain_order=True):
        told = tuple(_reason(row, declared[row["criterion"]]) for row in frame.to_dicts())
        names = inside.get(key, ()) if unit == "household" else (key,)
        yield Picked(unit, str(key), tuple(names), told)


def _reason(row: Mapping[str, Any], criterion: Criterion) -> Reason:
    return Reason(
        row["person"], criterion.id, criterion.meaning, row["feed"], row["table"], row["lines"],
        row["days"], row["first"], row["last"], row["total"], row["weight"], criterion.gives,
    )  # fmt: skip


def _offer(
    ground: PermittedGround,
    people: RunPeople,
    facts: Facts,
    proof: Released,
    picked: Sequence[Picked],
    told: Told,
    rule: BoundRule,
) -> int | None:
    """Put those who are meant before reviewers; how many, as it may be shown.

    Refuses where somebody answered in the meantime, or anything that the release stands on changed: a no
    takes effect at once, and so does whoever stops the use.
    """
    store, least = ground.store, ground.assessment.terms.threshold
    with store.changing():
        if store.permissions.snapshot().sequence != people.sequence:
            raise bad(
                "somebody answered while this ran", "", "a ledger that stands still", "run it again"
            )
        refuse_moved(
            ground, facts, facts_of(ground, picker_of(rule.declared), facts.run, facts.as_of)
        )
        made = offering.put(
            ground.workspace, store, people.place, ground.use, proof, picked, today=ground.today,
            key=store.keys.secret("offers"), not_known=doubts_of(ground, rule),
        )  # fmt: skip
        many = _part(people.units(rule.declared.level), made.queued, least)
        tell_offered(ground, facts, {**logged(*told), "offered": many})
    return many


def doubts_of(ground: PermittedGround, rule: BoundRule) -> tuple[str, ...]:
    """What is known to be wrong with the rule, and with the tables and feeds that it asks."""
    feeds = {feed.id: feed for _, feed in ground.feeds}
    return not_known(rule.declared, feeds, [one.id for one in rule.declared.criteria])


def _identified(
    ground: PermittedGround,
    facts: Facts,
    rule: BoundRule,
    told: Told,
    offered: int | None,
    unmet: tuple[Unmet, ...],
) -> Identified:
    feeds = {feed.id: feed for _, feed in ground.feeds}
    return Identified(
        rule.declared, ground.use.title, ground.permit.heading, facts.run, facts.as_of, *told, offered,
        unmet, doubts_of(ground, rule),
        {feeds[name].title: feeds[name].extract for name, _ in rule.tables()},
        ground.assessment.terms.threshold,
    )  # fmt: skip


def identified_text(found: Identified) -> str:
    """For the terminal."""
    from licet.report.identify.screen import identified_text as text

    return text(_facts(found))


def identified_json(found: Identified) -> str:
    """The same as data."""
    from licet.report.identify.data import json_text

    return json_text(_facts(found))


def _facts(found: Identified) -> dict[str, Any]:
    """As plain values, which report and data are made of."""
    rule = found.rule
    return {
        "rule": rule, "use_title": found.use_title, "heading": found.heading, "run": found.run,
        "as_of": found.as_of, "counts": found.counts, "met": found.met, "offered": found.offered,
        "unmet": found.unmet, "not_known": found.not_known, "extracts": found.extracts,
        "threshold": found.threshold,
    }  # fmt: skip
