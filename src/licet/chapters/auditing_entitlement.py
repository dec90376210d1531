"""The audit of a rule of entitlement: what ``licet audit entitlement`` calls.

Three gates: G0 from the ruling, G6 by counting the rule again with links as wrong as the linkage audit of
this run found them, by group, G7 from the evidence of care in the rule. Audit-only columns are read here and
in no other step. Nothing that is written holds a row or a person.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from licet.audit.judging.demands import Gate, missing
from licet.audit.judging.gates import TITLES, cared, declared
from licet.audit.linked.measured import ENOUGH
from licet.audit.people import GroupKey
from licet.audit.plan import Plan
from licet.audit.standing import Standing, overall, worst
from licet.chapters.auditing import Done, logged_beside, report_folder
from licet.chapters.auditing_forecast import grounds_of
from licet.chapters.auditing_linkage import audit_linkage
from licet.chapters.grounds import permitted_ground
from licet.chapters.rules import chosen_rule
from licet.chapters.run_people import RunPeople, check_as_of, lines_of, people_of_run
from licet.errors import bad, unknown
from licet.files.audit_linkage import feed_rows
from licet.files.use import read_use
from licet.files.workspace import Workspace, find_workspace
from licet.files.writing import check_folder, write_together
from licet.identify.bound import BoundRule
from licet.identify.counting import Counts
from licet.identify.criteria import Robust, Rule
from licet.identify.robust import LOST, REPEATS, Tries, damaged, demands, not_compared, tries

if TYPE_CHECKING:
    from licet.chapters.grounds import PermittedGround

MEASURES = ("missed", "false")
LEAST_CASES = int(Plan.model_fields["least_cases"].default)
"""People that evidence of care has to be of, as in the plan of a forecast audit."""
NOT_MEASURED = "How wrong the links of this run are is not known"


@dataclass(frozen=True)
class Rates:
    """How wrong links are, as shares of pairs, 0-1. whole: of everybody, by measure; groups: by measure,
    column and group, of groups with enough pairs. basis: where they come from, in words."""

    whole: Mapping[str, float]
    groups: Mapping[tuple[str, str, str], float] = field(default_factory=dict)
    basis: str = ""


@dataclass(frozen=True)
class EntitlementAudit:
    """What is known of a rule. permitted: the share of rows of these feeds that may be linked, 0-1."""

    rule: Rule
    title: str
    run: str
    day: date
    as_of: date
    gates: tuple[Gate, ...]
    rates: Rates | None
    not_compared: tuple[GroupKey, ...]
    permitted: float
    threshold: int
    synthetic: bool

    @property
    def standing(self) -> Standing:
        """The worst of its gates."""
        return worst(gate.standing for gate in self.gates)


def audit_entitlement(
    path: Path,
    *,
    as_of: date,
    today: date,
    rule: str | None = None,
    truth: Path | None = None,
    folder: Path | None = None,
) -> Done:
    """Audit a rule of entitlement as of a day, write what it came to and log it beside its use.

    truth: as ``audit_linkage`` takes it, to measure how wrong links are; without it the last linkage audit of
    this run counts. Raises BadInput for what cannot be used, NotLinked as ``link`` does.
    """
    from licet.report.identify.audited import document, json_text, page, screen

    workspace = find_workspace(path)
    if workspace is None:
        raise bad("the use lies in no workspace", str(path), "a use in uses/ of a workspace")
    use = read_use(path)
    found = chosen_rule(workspace.root, use, rule)
    _check(found.declared, as_of, today)
    with permitted_ground(path, today) as ground:
        made = _audited(ground, path, found, as_of, truth)
    told = document(_plain(made))
    text, place = (
        json_text(told),
        folder or report_folder(workspace, f"entitlement-{made.rule.id}", use),
    )
    files = {
        "page": ("entitlement-audit.html", page(told)),
        "data": ("entitlement-audit.json", text),
    }
    check_folder(place)
    place.mkdir(parents=True, exist_ok=True)
    write_together({place / name: content.encode() for name, content in files.values()})
    logged = logged_beside(
        workspace, [use], "entitlement", made.standing, text, today,
        gates={gate.id: gate.standing for gate in made.gates}, run=made.run, plan=made.rule.hash(),
        audited=made.rule.id, asked=_asked(made.rule.robust), looser=looser(made.rule.robust),
    )  # fmt: skip
    paths = {kind: place / name for kind, (name, _) in files.items()}
    return Done(screen(told), text, paths, made.standing, logged)


def _check(rule: Rule, as_of: date, today: date) -> None:
    check_as_of(as_of, today)
    if rule.kind != "entitlement":
        raise bad(f"the rule {rule.id!r} is no entitlement", "--rule", 'a rule of kind = "entitlement"',
                  "it is a forecast: licet audit forecast")  # fmt: skip
    for name, day in rule.care.dated():
        if day > today:
            raise bad(f"evidence of {day}, after the day of the audit", f"care.{name}: day",
                      f"{today} or earlier", "name what has been seen already")  # fmt: skip


def _asked(robust: Robust) -> dict[str, Any]:
    """The question, as the log keeps it: a mended rule that is asked the same may answer it."""
    return robust.model_dump(mode="json", exclude={"missed", "false"})


def looser(robust: Robust) -> list[str]:
    """The tolerances of a rule that let more pass than those that stand where nothing is said."""
    usual = Robust()
    found = ["found_at_least"] if robust.found_at_least < usual.found_at_least else []
    more = ("wrong_at_most", "gap")
    return found + [name for name in more if getattr(robust, name) > getattr(usual, name)]


def _audited(
    ground: PermittedGround, path: Path, rule: BoundRule, as_of: date, truth: Path | None
) -> EntitlementAudit:
    robust, people = rule.declared.robust, people_of_run(ground, path)
    columns = sorted({name for _, feed in ground.feeds for name in feed.audit_only})
    for name in robust.by:
        if name not in columns:
            raise unknown("audit-only column", name, columns, "robust: by")
    every = feed_rows(ground.feeds)
    held = people.crosswalk.join(every.drop("feed"), on="row", how="left", maintain_order="left")
    rates = rates_of(ground, path, people, robust, truth)
    notes: tuple[GroupKey, ...] = ()
    if rates is None:
        todo = "licet audit linkage of this run first, with --truth or labelled pairs; or name --truth here"
        robustly = [missing(NOT_MEASURED, todo)]
    else:
        told = _tried(ground, people, held, rule, rates, as_of)
        robustly, notes = list(demands(told, robust)), not_compared(told)
    parts = {
        "G0": tuple(declared(grounds_of(ground.assessment), forecast=False)),
        "G6": tuple(robustly),
        "G7": tuple(cared(rule.declared.care, LEAST_CASES, "The rule")),
    }
    return EntitlementAudit(
        rule.declared, ground.use.title, people.place.run, ground.today, as_of,
        tuple(Gate(name, TITLES[name], part) for name, part in parts.items()), rates, notes,
        people.crosswalk.height / max(every.height, 1), ground.assessment.terms.threshold,
        any(feed.synthetic for _, feed in ground.feeds),
    )  # fmt: skip


def _tried(
    ground: PermittedGround,
    people: RunPeople,
    held: pl.DataFrame,
    rule: BoundRule,
    rates: Rates,
    as_of: date,
) -> Tries:
    """The rule counted with the links as they are, and again with wrong ones."""
    from licet.engines.connecting import connect
    from licet.engines.criteria import DuckDBTables, count

    robust, lines = rule.declared.robust, lines_of(rule, ground.feeds)
    missed, false = (row_shares(held, rates, one, robust) for one in MEASURES)
    person = dict(enumerate(people.crosswalk["person"].to_list()))
    with closing(connect()) as connection:
        tables = DuckDBTables(connection)

        def means(crosswalk: pl.DataFrame) -> frozenset[str]:
            found = count(tables, rule, lines, crosswalk, people.homes, [as_of])
            return frozenset(
                person[int(unit.removeprefix(LOST))] if unit.startswith(LOST) else unit
                for unit in _units(found, rule.declared.level)
            )

        picked = means(people.crosswalk)
        again = [
            means(damaged(people.crosswalk, missed, false, (robust.seed, number)))
            for number in range(REPEATS)
        ]
    return tries(sorted(picked), again, _groups(held, people, rule.declared))


def _units(counts: Counts, level: str) -> list[str]:
    frame = counts.households if level == "household" else counts.persons
    return frame[level].to_list()


def _groups(held: pl.DataFrame, people: RunPeople, rule: Rule) -> dict[GroupKey, frozenset[str]]:
    """The units in each group: those with anybody whose rows say so."""
    frame = held
    if rule.level == "household":
        frame = held.join(people.members, on="person", how="inner")
    found: dict[GroupKey, frozenset[str]] = {}
    for by in rule.robust.by:
        told = frame.drop_nulls(by).group_by(by).agg(pl.col(rule.level).unique()).sort(by)
        for group, units in told.iter_rows():
            found[GroupKey(by, str(group), str(group))] = frozenset(units)
    return found


def row_shares(held: pl.DataFrame, rates: Rates, measure: str, robust: Robust) -> np.ndarray:
    """By row how wrong its links are: the worst of the groups that its person is in, of everybody where none
    is known, and at least what the rule declares."""
    whole = rates.whole[measure]
    least: float = getattr(robust, measure)
    shares = [pl.lit(None, pl.Float64)]
    for by in robust.by:
        known = {group: share for (one, column, group), share in rates.groups.items()
                 if (one, column) == (measure, by)}  # fmt: skip
        share = pl.col(by).replace_strict(known, default=None, return_dtype=pl.Float64)
        shares.append(share.max().over("person"))
    worst_of = pl.max_horizontal(shares).fill_null(whole).clip(lower_bound=least)
    return held.select(worst_of.alias("share"))["share"].to_numpy()


def rates_of(
    ground: PermittedGround, path: Path, people: RunPeople, robust: Robust, truth: Path | None
) -> Rates | None:
    """How wrong the links of this run are: measured now against truth, or by the last audit of this run that
    the log holds, or as the rule declares; None where nothing tells."""
    if truth is not None:
        found = audit_linkage(path, today=ground.today, truth=truth, by=robust.by)
        part = found.clusters or found.labels
        rows = [
            {"measure": one.measure, "by": one.key.by if one.key else None,
             "group": one.key.group if one.key else "", "value": one.estimate.value,
             "enough": one.estimate.n >= ENOUGH}
            for one in (part.rates if part else ())
        ]  # fmt: skip
        return _rates(rows, "measured against the truth that was given")
    data = last_linkage_audit(ground, people.place.run)
    if data is not None:
        return _rates((data["clusters"] or data["labels"] or {}).get("rates", ()),
                      f"as the linkage audit of {data['day']} measured")  # fmt: skip
    if _logged_reports(ground, people.place.run):
        return None  # it was measured: what a rule declares stands in for no report that is gone
    if robust.missed or robust.false:
        return Rates({"missed": robust.missed, "false": robust.false}, basis="as the rule declares")
    return None


def _rates(rows: Sequence[Mapping[str, Any]], basis: str) -> Rates | None:
    told = [(row, _worst_known(row)) for row in rows if row["measure"] in MEASURES]
    whole = {
        row["measure"]: share for row, share in told if row["by"] is None and share is not None
    }
    groups = {
        (row["measure"], str(row["by"]), str(row["group"])): share
        for row, share in told
        if row["by"] is not None and row["enough"] and share is not None
    }
    return Rates(whole, groups, basis) if set(MEASURES) <= whole.keys() else None


def _worst_known(row: Mapping[str, Any]) -> float | None:
    """The share of a row; where it is kept back the end of its interval, which is no better."""
    for value in (row["value"], row.get("high")):
        if value is not None and np.isfinite(value):
            return float(value)
    return None


def last_linkage_audit(ground: PermittedGround, run: str) -> dict[str, Any] | None:
    """The report of the last linkage audit of a run, as it was logged; None where it is not there any more,
    or is another."""
    wanted = _logged_reports(ground, run)
    for path in sorted(_reports(ground.workspace, ground.use.id)) if wanted else ():
        text = path.read_bytes()
        if hashlib.sha256(text).hexdigest() == wanted[-1]:
            data: dict[str, Any] = json.loads(text)
            return data
    return None


def _logged_reports(ground: PermittedGround, run: str) -> list[str]:
    """The hashes of the reports of a run's linkage audits, as the log has them."""
    bodies = [entry.leaf.body for entry in ground.store.log.entries() if entry.leaf.kind == "audit"]
    own = [one for one in bodies if (one["use"], one["audit"]) == (ground.use.id, "linkage")]
    return [one["report"] for one in own if one.get("run") == run]


def _reports(workspace: Workspace, use: str) -> list[Path]:
    return list((workspace.root / "reports" / use).glob("*/linkage-audit.json"))


def _plain(made: EntitlementAudit) -> dict[str, Any]:
    """What the report is made of."""
    return {
        "rule": made.rule, "title": made.title, "run": made.run, "day": made.day, "as_of": made.as_of,
        "gates": made.gates, "standing": made.standing, "sentence": overall(g.standing for g in made.gates),
        "whole": dict(made.rates.whole) if made.rates else {},
        "basis": made.rates.basis if made.rates else "",
        "not_compared": [f"{key.by}: {key.label}" for key in made.not_compared],
        "permitted": made.permitted, "threshold": made.threshold, "synthetic": made.synthetic,
        "repeats": REPEATS,
    }  # fmt: skip
