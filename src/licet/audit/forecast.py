"""The audit of a forecast: any score, flag list or rule against what came to be.

Everything that is said of it is one frozen value: sums, figures and verdicts over groups of people.
Counts stand beside figures so that disclosure control can decide what may be shown; nothing here is of
one person. What was not looked at, and why, is said in ``notes``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from licet.audit.beyond.definitions import Definitions, definitions_of
from licet.audit.beyond.funnel import Funnel, funnel_of
from licet.audit.beyond.link_errors import LinkReruns, reruns
from licet.audit.beyond.link_weights import link_weights
from licet.audit.beyond.outside import Outside, outside_of
from licet.audit.beyond.selective import CONDITIONAL, Selective, random_arm
from licet.audit.grounds import Grounds
from licet.audit.groups.dominance import Heavy, heavy_of
from licet.audit.groups.others import Other, others_of
from licet.audit.groups.overlaps import Relation, relations_of
from licet.audit.groups.rates import GroupRates, group_rates
from licet.audit.groups.small_names import nameless
from licet.audit.input.flagging import about
from licet.audit.input.population import population_of
from licet.audit.judging.gates import Findings, Gate, gates
from licet.audit.judging.gates_score import TOO_GOOD, TOO_GOOD_SAYS, TOO_GOOD_TODO, too_good
from licet.audit.people import GroupKey, People
from licet.audit.plan import Plan
from licet.audit.score.benefit import Benefit, benefit
from licet.audit.score.calibration import Calibration, calibration, chances_of
from licet.audit.score.challengers import Challenger, challengers
from licet.audit.score.skill import Skill, skill
from licet.audit.score.stability import Stability, stability
from licet.audit.standing import NOT_PERMISSION, Standing, overall, worst

if TYPE_CHECKING:
    import polars as pl

EXPLORATORY = (
    "Exploratory: the plan was changed after the outcomes had been opened. What it finds must be shown "
    "again on data that nobody has looked at."
)
SHEETS = "No groups are crossed: nothing is known of people who are in two of them."
SELECTIVE = 0.2
"""Outcomes are known of the flagged this much (0-1) more often than of others: known of the looked-into."""


@dataclass(frozen=True)
class Heads:
    """How many people (unweighted): in the data, with a score, with a flag known, flagged, with a known
    outcome, with the outcome, with both a flag and a known outcome; families or clusters; and those who
    share the score at the cut."""

    people: int
    scored: int
    flag_known: int
    flagged: int
    outcome_known: int
    outcome: int
    judged: int
    clusters: int
    tied: int


@dataclass(frozen=True)
class Audit:
    """The whole forecast audit of a plan.

    plan_hash, data_hash: in hexadecimal; data_hash "" where the data had no name. opened: the day when
    the outcomes were opened, "" if not recorded. conditional: whether outcomes are known of those looked
    into only, and no random arm tells of the others. Parts are None where the plan or the data do not
    allow them; notes say why. threshold: of disclosure control, people. relations: what counts of groups
    tell of others, by the places of keys and then of others, groups that audits before told of; for
    disclosure control; heavy: figures that one person makes up.
    """

    plan: Plan
    plan_hash: str
    heads: Heads
    keys: tuple[GroupKey, ...]
    gates: tuple[Gate, ...]
    rates: GroupRates | None = None
    skill: Skill | None = None
    calibration: Calibration | None = None
    benefit: Benefit | None = None
    stability: Stability | None = None
    definitions: Definitions | None = None
    selective: Selective | None = None
    outside: Outside | None = None
    links: tuple[LinkReruns, ...] = ()
    funnel: Funnel | None = None
    grounds: Grounds | None = None
    conditional: bool = False
    notes: tuple[str, ...] = ()
    data_hash: str = ""
    opened: str = ""
    threshold: int = 10
    relations: tuple[Relation, ...] = ()
    others: tuple[Other, ...] = ()
    heavy: Heavy = field(default_factory=Heavy)

    @property
    def standing(self) -> Standing:
        """The worst of the gates."""
        return worst(gate.standing for gate in self.gates)

    @property
    def sentence(self) -> str:
        """What the gates come to, and what a pass is not."""
        return f"{overall(gate.standing for gate in self.gates)} {NOT_PERMISSION}"

    @property
    def exploratory(self) -> bool:
        """Whether the plan was made after the outcomes had been opened."""
        return self.plan.exploratory

    def gate(self, name: str) -> Gate:
        """A gate by its id, G0 to G7."""
        return next(gate for gate in self.gates if gate.id == name)


def audit(
    people: People,
    frame: pl.DataFrame | None = None,
    grounds: Grounds | None = None,
    *,
    data_hash: str = "",
    opened: str = "",
    threshold: int = 0,
    notes: Sequence[str] = (),
    over_time: People | None = None,
) -> Audit:
    """The whole audit of ``reading.people_of``'s people.

    frame: population counts (``population.population_of``). grounds: of the use it serves. opened: the day
    when the outcomes were opened. threshold: people; the plan's, if that is the stricter. Refuses what
    cannot be meant: a frame of fewer people than the data, features that are not there, and so on. over_time:
    these people and earlier ones, where whether it lasts is to be told by both.
    """
    plan, least = people.plan, max(people.plan.threshold, threshold)
    population = None
    if frame is not None:
        levels = {name: names for name, (_, names) in people.levels.items()}
        population = population_of(plan, frame, levels)
    people, population = nameless(people, population, least)
    selective = random_arm(people)
    conditional = selective is None and looked_into_only(people)
    fit = _of_score(people, selective, over_time)
    outside = outside_of(people, population)
    links = tuple(found for found in (reruns(people), link_weights(people)) if found)
    definitions = definitions_of(people) if selective is None else None
    said = definitions.words if definitions else ()
    parts: dict[str, Any] = {
        "grounds": grounds, "rates": fit.rates, "skill": fit.skill, "calibration": fit.calibration,
        "benefit": fit.benefit, "stability": fit.stability, "selective": selective,
        "outside": outside, "links": links, "conditional": conditional,
    }  # fmt: skip
    found = Findings(plan, len(people), **parts)
    return Audit(
        plan,
        plan.hash(),
        _heads(people),
        people.keys,
        gates(found),
        **parts,
        definitions=definitions,
        funnel=funnel_of(people),
        notes=(*_leaks(found), *notes, *_notes(people, fit, selective, conditional, least), *said),
        data_hash=data_hash,
        opened=opened,
        threshold=least,
        relations=_relations(people, least),
        others=others_of(people) if selective is None else (),
        heavy=heavy_of(people),
    )


def _leaks(found: Findings) -> list[str]:
    """Warnings of a score, or of a simple rule, that must have seen the outcome. Not of few people, where
    it would tell who had it."""
    if found.skill is None:
        return []
    least, counts = found.plan.least_cases, found.rates.counts[None] if found.rates else (0,) * 5
    if min(counts[0] + counts[2], counts[1] + counts[3]) < least:
        return []
    said = [f"Warning: {TOO_GOOD_SAYS}. To do: {TOO_GOOD_TODO}."]
    rivals = [row.label for row in found.skill.compared if row.own["auc"].value > TOO_GOOD]
    return (said if too_good(found) else []) + [
        f"Warning: the simple rule ({name}) is too good to be true: look for the outcome among its columns."
        for name in rivals
    ]


def _relations(people: People, least: int) -> tuple[Relation, ...]:
    if not people.others:
        return relations_of(people.keys, people.member, least)
    member = np.column_stack([people.member, people.other])
    return relations_of((*people.keys, *people.others), member, least)


@dataclass(frozen=True)
class _Fit:
    """What is said of the score, of those it may be said of. notes: why not, and how."""

    rates: GroupRates | None = None
    skill: Skill | None = None
    calibration: Calibration | None = None
    benefit: Benefit | None = None
    stability: Stability | None = None
    notes: tuple[str, ...] = ()


def _of_score(people: People, selective: Selective | None, over_time: People | None = None) -> _Fit:
    """Skill, calibration, benefit and rates; with a random arm, of the people drawn by lot only."""
    if selective is not None:
        assert people.arm is not None
        by_lot = people.arm == people.plan.selection.random
        people = people.among(by_lot)
        known = np.isfinite(people.y)
        if len(np.unique(people.flag[known & (people.flag >= 0)])) < 2:
            note = (
                "People drawn by lot have no score and no flag of their own, so skill, calibration and "
                "benefit cannot be judged: outcomes of those picked alone would mislead."
            )
            return _Fit(notes=(note,))
    tried = challengers(people)
    rivals: tuple[Challenger, ...] = tried.challengers
    chances = chances_of(people)
    return _Fit(
        group_rates(people),
        skill(people, rivals),
        calibration(people, chances=chances),
        benefit(people, rivals, chances=chances),
        stability(people, chances=chances) if over_time is None else stability(over_time),
        tried.notes,
    )


def looked_into_only(people: People) -> bool:
    """Whether outcomes are known of those looked into only: a column of arms says so, or they are known
    of the flagged much more often than of others."""
    if people.arm is not None:
        return True
    known = np.isfinite(people.y)
    flagged, others = people.flag == 1, people.flag == 0
    if not flagged.any() or not others.any():
        return False
    return float(known[flagged].mean() - known[others].mean()) > SELECTIVE


def _heads(people: People) -> Heads:
    known = np.isfinite(people.y)
    return Heads(
        people=len(people),
        scored=int(np.isfinite(people.score).sum()),
        flag_known=int((people.flag >= 0).sum()),
        flagged=int((people.flag == 1).sum()),
        outcome_known=int(known.sum()),
        outcome=int((people.y == 1).sum()),
        judged=int((known & (people.flag >= 0)).sum()),
        clusters=len(np.unique(people.cluster)),
        tied=people.tied[0] if people.tied else 0,
    )


def _notes(
    people: People, fit: _Fit, selective: Selective | None, conditional: bool, threshold: int
) -> list[str]:
    plan = people.plan
    found = (
        [EXPLORATORY + f" Why it was changed: {plan.because.strip()}"] if plan.exploratory else []
    )
    found += [*people.notes, *fit.notes]
    if conditional:
        found.append(
            f"Outcomes are known of people who were looked into. Every figure is {CONDITIONAL}; of "
            "everybody there are bounds only."
        )
    span = selective.depends_on_definition if selective else None
    if span:
        low, high = span
        found.append(
            f"By the definition of the outcome, the picked have it from {low:.2f} to {high:.2f} times as "
            "often as people drawn by lot: the choice of the definition is part of the result."
        )
    if len(plan.by) > 1 and not plan.intersections:
        found.append(SHEETS)
    unknown = int((np.isnan(people.y)).sum())
    if unknown:
        found.append(f"The outcome of {about(unknown, threshold)} is not known.")
    return found
