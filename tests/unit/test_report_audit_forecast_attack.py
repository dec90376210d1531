"""An attacker with the JSON alone, integer programming and patience: no small count can be pinned down.

Everything in the document that says something of a count becomes an equation: counts shown, rates with
their base, groups that add up to everybody, crossed groups to theirs, periods, those whose outcome is ripe.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import lil_array

from licet.audit.forecast import Audit
from licet.disclosure.joined import Joined
from licet.report.audit.forecast_outputs import json_text
from tests.unit import audit_forecast_cases as cases

PARTS = ("tp", "fp", "fn", "tn", "uf", "un")
OF = {
    "flag": (("tp", "fp", "uf"), PARTS),
    "fpr": (("fp",), ("fp", "tn")),
    "fnr": (("fn",), ("fn", "tp")),
    "ppv": (("tp",), ("tp", "fp")),
    "fdr": (("fp",), ("tp", "fp")),
    "base": (("tp", "fn"), ("tp", "fp", "fn", "tn")),
}
COUNTS = {
    "tp": ("tp",),
    "fp": ("fp",),
    "fn": ("fn",),
    "tn": ("tn",),
    "unknown": ("uf", "un"),
    "people": PARTS,
}
Set = tuple[str, ...]
MOST = 100_000
"""People that the attacker takes for possible anywhere."""


class Attack:
    """Equations over counts of people, all of them whole and none below 0."""

    def __init__(self) -> None:
        self.places: dict[tuple[Set, str], int] = {}
        self.equations: list[tuple[dict[int, float], float, float]] = []

    def of(self, who: Set, parts: tuple[str, ...]) -> list[int]:
        return [self.places.setdefault((who, part), len(self.places)) for part in parts]

    def says(self, who: Set, parts: tuple[str, ...], value: float) -> None:
        """These parts of a set add up to a number that was shown."""
        self.equations.append((dict.fromkeys(self.of(who, parts), 1.0), value, value))

    def adds_up(
        self, whole: Set, pieces: Sequence[Set], *, all_of_it: bool, parts: tuple[str, ...] = PARTS
    ) -> None:
        """Sets that share nobody are together the whole, or no more than it."""
        for part in parts:
            terms = {self.of(whole, (part,))[0]: 1.0}
            terms |= {self.of(piece, (part,))[0]: -1.0 for piece in pieces}
            self.equations.append((terms, 0.0, 0.0 if all_of_it else np.inf))

    def figures(self, who: Set, rates: dict[str, Any]) -> None:
        for measure, one in rates.items():
            if measure in OF and one["shown"]:
                top, base = OF[measure]
                self.says(who, base, one["n"])
                self.says(who, top, round(one["value"] * one["n"]))

    def reach(self, who: Set, part: str, threshold: int) -> tuple[bool, bool]:
        """Whether the count can be 0, and whether it can be the threshold or more."""
        least, most = self.range_of(who, (part,))
        return least <= 1e-6, most >= threshold - 1e-6

    def range_of(self, who: Set, parts: tuple[str, ...]) -> tuple[float, float]:
        """The least and greatest number of people that fits all that was shown."""
        matrix = lil_array((len(self.equations), len(self.places)))
        for row, (terms, _, _) in enumerate(self.equations):
            for place, sign in terms.items():
                matrix[row, place] = sign
        low, high = (np.array([one[at] for one in self.equations]) for at in (1, 2))
        goal, found = np.zeros(len(self.places)), []
        goal[self.of(who, parts)] = 1.0
        for sign in (1.0, -1.0):
            solved = milp(sign * goal, integrality=np.ones(len(goal)), bounds=Bounds(0, MOST),
                          constraints=LinearConstraint(matrix.tocsr(), low, high))  # fmt: skip
            assert solved.x is not None, solved.message
            found.append(sign * solved.fun)
        return found[0], found[1]


def name(row: dict[str, Any]) -> Set:
    return () if row["by"] is None else (row["by"], row["group"])


def attack(document: dict[str, Any]) -> Attack:
    found = Attack()
    by: dict[str, list[Set]] = {}
    for row in document["groups"]:
        who = name(row)
        found.figures(who, row["rates"])
        for cell, count in row["counts"].items():
            if count is not None:
                found.says(who, COUNTS[cell], count)
        by.setdefault(row["by"] or "", []).append(who)
    for column, sets in by.items():
        if column and column != "group" and " x " not in column:
            found.adds_up((), sets, all_of_it=True)
    for column in (c for c in by if " x " in c):
        one, other = column.split(" x ")
        for at, single in enumerate((one, other)):
            for who in by[single]:
                inside = [s for s in by[column] if s[1].split(" & ")[at] == who[1]]
                found.adds_up(who, inside, all_of_it=True)
    stability = document["stability"] or {"periods": [], "ripeness": []}
    periods = []
    for period in stability["periods"]:
        who = ("period", period["period"])
        periods.append(who)
        found.figures(who, period["figures"])
        if period["people"] is not None:
            found.says(who, PARTS, period["people"])
    if periods:
        found.adds_up((), periods, all_of_it=True)
    _ripe(found, stability["ripeness"], by)
    for row in (document["benefit"] or {"groups": []})["groups"]:
        for key, part in (("wrongly_flagged", "fp"), ("missed", "fn")):
            one = row[key]
            if one["shown"] and one["n"]:
                found.says(name(row), ("tp", "fp", "fn", "tn"), one["n"])
                found.says(name(row), (part,), round(one["value"] * one["n"] / 1000))
    return found


def _ripe(found: Attack, rows: list[dict[str, Any]], by: dict[str, list[Set]]) -> None:
    ripe = {name(row): ("ripe", *name(row)) for row in rows}
    for row in rows:
        who = name(row)
        found.figures(ripe[who], row["of_ripe"])
        found.adds_up(who, [ripe[who]], all_of_it=False)
        if row["ripe"] is not None:
            found.says(ripe[who], ("tp", "fp", "fn", "tn"), row["ripe"])
    for column, sets in by.items():
        if column and column != "group" and all(s in ripe for s in sets):
            found.adds_up(ripe[()], [ripe[s] for s in sets], all_of_it=True)


def attack_steps(document: dict[str, Any]) -> Attack:
    """The funnel: who left at each step and who passed all of them; groups add up, people are as told."""
    stages = [stage["stage"] for stage in document["funnel"]["stages"]]
    found, by = Attack(), dict[str, list[Set]]()
    told = {name(row): row["counts"]["people"] for row in document["groups"]}
    for rate in document["funnel"]["rates"]:
        who, at = name(rate), stages.index(rate["stage"])
        came = (*(f"left {later}" for later in stages[at + 1 :]), "through")
        reached = (f"left {stages[at]}", *came)
        everybody = (*(f"left {stage}" for stage in stages), "through")
        for key, base in (("passed", reached), ("so_far", everybody)):
            one = rate[key]
            if one["shown"] and one["n"]:
                found.says(who, base, one["n"])
                found.says(who, came, round(one["value"] * one["n"]))
        if told[who] is not None:
            found.says(who, everybody, told[who])
        if who not in by.setdefault(rate["by"] or "", []):
            by[rate["by"] or ""].append(who)
    parts = (*(f"left {stage}" for stage in stages), "through")
    for column, sets in by.items():
        if column and column != "group" and " x " not in column:
            found.adds_up((), sets, all_of_it=True, parts=parts)
        for single in column.split(" x ") if " x " in column else ():
            at = column.split(" x ").index(single)
            for who in by[single]:
                inside = [one for one in sets if one[1].split(" & ")[at] == who[1]]
                found.adds_up(who, inside, all_of_it=True, parts=parts)
    return found


def test_no_small_count_of_the_funnel_can_be_worked_out() -> None:
    audit = cases.everything()
    assert audit.funnel is not None
    found = attack_steps(json.loads(json_text(audit)))
    secrets = []
    for rate in audit.funnel.rates:
        passed, reached, _ = rate.counts
        who = (rate.key.by, rate.key.group) if rate.key else ()
        if 0 < reached - passed < audit.threshold:
            secrets.append((who, f"left {rate.stage}"))
        if rate.stage == audit.funnel.stages[-1][0] and 0 < passed < audit.threshold:
            secrets.append((who, "through"))
    assert len(secrets) >= 3
    for who, part in secrets:
        assert all(found.reach(who, part, audit.threshold)), (who, part)


def test_no_small_count_of_people_drawn_by_lot_can_be_worked_out() -> None:
    """With and without the outcome, picked and drawn, of the isle and of everybody else."""
    audit = cases.by_lot()
    document = json.loads(json_text(audit))
    kinds = tuple(
        f"{arm} {had}" for arm in ("picked", "drawn") for had in ("with", "without", "unknown")
    )
    found, by = Attack(), dict[str, list[Set]]()
    for name_, figures in (((), document["selective"]["lifts"][0]), *(
        (name(row), row["inside"]) for row in document["selective"]["groups"])):  # fmt: skip
        for key, arm in (
            ("precision", "picked"),
            ("picked", "picked"),
            ("base", "drawn"),
            ("drawn", "drawn"),
        ):
            one = figures.get(key)
            if one and one["shown"]:
                found.says(name_, (f"{arm} with", f"{arm} without"), one["n"])
                found.says(name_, (f"{arm} with",), round(one["value"] * one["n"]))
        for key, arm in (("share_picked", "picked"), ("share_drawn", "drawn")):
            one = figures.get(key)
            if one and one["shown"]:
                found.says(name_, tuple(kind for kind in kinds if kind.startswith(arm)), one["n"])
        if name_:
            by.setdefault(name_[0], []).append(name_)
    for sets in by.values():
        found.adds_up((), sets, all_of_it=True, parts=kinds)
    assert audit.selective is not None
    secrets = []
    for group in audit.selective.groups:
        had, known, lot_had, lot = group.inside.counts
        for part, count in zip(("picked with", "picked without", "drawn with", "drawn without"),
                               (had, known - had, lot_had, lot - lot_had), strict=True):  # fmt: skip
            if 0 < count < audit.threshold:
                secrets.append(((group.key.by, group.key.group), part))
    assert secrets
    for who, part in secrets:
        assert all(found.reach(who, part, audit.threshold)), (who, part)


def small(audit: Audit) -> Iterator[tuple[Set, str]]:
    """The counts that must not be found out."""
    assert audit.rates is not None
    for key, counts in audit.rates.counts.items():
        for part, count in zip(("tp", "fp", "fn", "tn"), counts[:4], strict=True):
            if 0 < count < audit.threshold:
                yield ((key.by, key.group) if key else ()), part


@pytest.mark.long
@pytest.mark.parametrize("seed", [11, 12])
def test_no_small_count_can_be_worked_out(seed: int) -> None:
    plain: dict[str, Any] = {"stages": [], "link_errors": {}, "challengers": {}, "groups": []}
    audit = (
        cases.everything()
        if seed == 11
        else cases.made(cases.people(900, seed), framed=False, **plain)
    )
    document = json.loads(json_text(audit))
    found = attack(document)
    secrets = list(small(audit))
    assert len(secrets) >= 5, "there is something to find"
    for who, part in secrets:
        nothing, enough = found.reach(who, part, audit.threshold)
        assert nothing and enough, (who, part)


def test_the_attacker_finds_what_is_told() -> None:
    """Without disclosure control it would find every count: it is no straw man."""
    found = Attack()
    found.says((), ("tp",), 50)
    found.says(("town", "A"), ("tp",), 47)
    found.adds_up((), [("town", "A"), ("town", "B")], all_of_it=True)
    assert found.reach(("town", "B"), "tp", 10) == (False, False)


def test_keeping_back_small_counts_alone_would_not_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same document with small counts kept back and nothing else: the attacker finds some of them."""

    def only_small(joined: Joined, worth: Any, public: Any = None) -> Any:
        least = joined.tables[0].threshold
        return (joined.counts > 0) & (joined.counts < least)

    monkeypatch.setattr(Joined, "protect", only_small)
    audit = cases.everything()
    found = attack(json.loads(json_text(audit)))
    assert not all(all(found.reach(who, part, audit.threshold)) for who, part in small(audit))


@pytest.mark.long
def test_most_of_what_is_not_small_stays_visible() -> None:
    """Errors of everybody and of groups without a small neighbour are told."""
    document = json.loads(json_text(cases.everything()))
    rows = [row for row in document["groups"] if row["by"] in (None, "sex")]
    assert len(rows) == 3
    for row in rows:
        assert all(row["rates"][name]["shown"] for name in ("fpr", "fnr", "ppv", "base")), row[
            "label"
        ]
