"""The gates of the score itself: whether it beats simple rules, is useful, calibrated, and lasts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from licet.audit.beyond.link_errors import LinkReruns
from licet.audit.beyond.outside import Outside
from licet.audit.beyond.selective import CONDITIONAL, Selective
from licet.audit.grounds import Grounds
from licet.audit.groups.rates import GroupRates
from licet.audit.judging.demands import Demand, judged, missing
from licet.audit.plan import Plan
from licet.audit.score.benefit import Benefit
from licet.audit.score.calibration import Calibration
from licet.audit.score.skill import Compared, Skill
from licet.audit.score.stability import Stability
from licet.audit.standing import Estimate, Standing, Tolerance


@dataclass(frozen=True)
class Findings:
    """What the gates judge. people: of the audit; conditional: whether outcomes are known of those
    looked into only, without a random arm. None: not looked at."""

    plan: Plan
    people: int
    conditional: bool = False
    grounds: Grounds | None = None
    skill: Skill | None = None
    calibration: Calibration | None = None
    benefit: Benefit | None = None
    stability: Stability | None = None
    rates: GroupRates | None = None
    selective: Selective | None = None
    outside: Outside | None = None
    links: tuple[LinkReruns, ...] = ()


Parts = tuple[tuple[Demand, ...], tuple[str, ...]]


def score_gates(found: Findings) -> dict[str, Parts]:
    """G1, G2, G3 and G5: demands and notes."""
    return {
        "G1": _conditioned(found, _beats(found)),
        "G2": _conditioned(found, _useful(found)),
        "G3": _calibrated(found),
        "G5": _conditioned(found, _lasts(found)),
    }


def as_far_as_known(found: Findings, demand: Demand) -> Demand:
    """A demand that passes among those looked into only is not known to pass."""
    if not found.conditional or demand.standing is not Standing.PASS:
        return demand
    todo = "look into some people drawn by lot, and name that arm: random = ... under [selection]"
    says = f"{demand.says}, {CONDITIONAL}"
    return replace(demand, says=says, standing=Standing.UNDETERMINED, people=None, supply=todo)


def _conditioned(found: Findings, demands: Iterator[Demand], *notes: str) -> Parts:
    return tuple(as_far_as_known(found, demand) for demand in demands), notes


HALF = 0.5
"""The AUC of drawing lots."""
TOO_GOOD = 0.98
"""An AUC above which a score is not believed: outcomes of people are not so sure, but a column that was
made from the outcome, or after it, is. Of flags without a score, the mean of those rightly flagged among
people with the outcome and rightly let be among those without."""
TOO_GOOD_SAYS = "It is too good to be true: it tells nearly everybody apart"
TOO_GOOD_TODO = (
    "look for the outcome among its inputs, and for inputs that were known only after it; then audit scores "
    "made before the outcome on people that nobody has looked at"
)


def too_good(found: Findings) -> bool:
    """Whether score or flags all but equal the outcome: a sign that it leaked into them."""
    auc = found.skill.figures.get("auc") if found.skill else None
    if auc is not None and auc.value > TOO_GOOD:
        return True
    if found.rates is None or not found.rates.rates:
        return False
    wrong = [found.rates.rate(None, measure).estimate.value for measure in ("fpr", "fnr")]
    return 1 - sum(wrong) / 2 > TOO_GOOD


def _constant(found: Findings) -> bool:
    """Whether everybody has the same score."""
    auc = found.skill.figures.get("auc") if found.skill else None
    return auc is not None and auc.value == HALF and auc.low == auc.high


def _beats(found: Findings) -> Iterator[Demand]:
    """G1: against the best challenger; with a random arm against drawing lots too."""
    plan = found.plan
    if found.selective is not None:
        for lift in found.selective.lifts:
            yield judged(
                f"How many times as often the picked have the outcome as people drawn by lot ({lift.label})",
                lift.lift, Tolerance(1.0, above=True), found.people, level=plan.level, measure="lift",
            )  # fmt: skip
    best = found.skill.best if found.skill else ""
    if found.skill is None or not best:
        yield missing("There is no simple rule to compare with",
                      "name features of simple models: one, two or four under [challengers]")  # fmt: skip
        return
    if too_good(found):
        yield missing(TOO_GOOD_SAYS, TOO_GOOD_TODO)
    row = next(row for row in found.skill.compared if row.challenger == best)
    yield from _real(found, found.skill, row)
    yield judged(
        f"AUC less that of the best simple rule ({row.label})",
        row.difference["auc"], plan.tolerances.at_least("gain"), found.people,
        level=plan.level, measure="auc",
    )  # fmt: skip


def _real(found: Findings, skill: Skill, best: Compared) -> Iterator[Demand]:
    """Whether what the score is compared with is a rule at all, and every rule of the plan was tried."""
    own = best.own["auc"]
    if not (own.known and own.low > HALF):
        yield missing(
            f"The best simple rule ({best.label}) tells nobody apart for sure: beating it says nothing",
            "name features that go with the outcome, such as earlier contact, under [challengers]",
        )
    tried = {row.challenger for row in skill.compared if row.own["auc"].known}
    rules = found.plan.challengers
    declared = [name for name in ("one", "two", "four") if getattr(rules, name)]
    declared += [f"score:{column}" for column in rules.scores]
    if lost := [name for name in declared if name not in tried]:
        yield missing(f"Rules that the plan names could not be tried: {', '.join(lost)}",
                      "outcomes of more people, or columns with more than one value")  # fmt: skip


def _useful(found: Findings) -> Iterator[Demand]:
    """G2: precision at the capacity; more good than nobody flagged, and than the best simple rule."""
    tolerance = found.plan.tolerances.at_least("precision")
    level = found.plan.level
    if found.selective is not None:
        yield judged("Of those picked, the share with the outcome", found.selective.lifts[0].picked,
                     tolerance, found.people, level=level, measure="precision")  # fmt: skip
    elif found.skill is not None:
        yield judged("Of those picked at the capacity, the share with the outcome",
                     found.skill.capacity.precision, tolerance, found.people, level=level,
                     measure="precision")  # fmt: skip
    else:
        yield missing(
            "How many of those picked have the outcome is not known", "outcomes of people"
        )
    if found.benefit is None or not found.benefit.overall.curve:
        todo = "outcomes of people drawn by lot who have a score"
        yield missing("Whether it does more good than harm is not known", todo)
        return
    yield _more_than_nobody(found, found.benefit)
    mean = found.benefit.overall.mean
    if found.benefit.best and mean is not None:
        yield _more_than_best(found, found.benefit.label, mean.score_less_best)


def _more_than_nobody(found: Findings, benefit: Benefit) -> Demand:
    """At the threshold of the harm range where it does worst."""
    asked = [
        judged(
            f"Net benefit of the flags, where it is least (t = {point.threshold:g})",
            point.flag, Tolerance(0.0, above=True), found.people, level=found.plan.level, measure="benefit",
        )
        for point in benefit.overall.curve
    ]  # fmt: skip
    order = [Standing.FAIL, Standing.UNDETERMINED, Standing.PASS]

    def badness(demand: Demand) -> tuple[int, float]:
        return order.index(demand.standing), demand.estimate.value if demand.estimate else 0.0

    return min(asked, key=badness)


def _more_than_best(found: Findings, label: str, estimate: Estimate) -> Demand:
    """On average over the harm range, paired in the same draws."""
    return judged(
        f"Net benefit less that of the best simple rule ({label}), over the range of harm",
        estimate, Tolerance(0.0, above=True), found.people, level=found.plan.level, measure="benefit",
    )  # fmt: skip


def _calibrated(found: Findings) -> Parts:
    """G3: in everybody and every group with enough people."""
    if _constant(found):
        todo = "a score that tells people apart"
        return (
            missing(
                "All scores are alike, so it cannot be seen whether chances mean what they say",
                todo,
            ),
        ), ()
    if found.calibration is None:
        todo = "scores of people whose outcome is known, drawn by lot if only some are looked into"
        return (missing("Whether its chances mean what they say is not known", todo),), ()
    rows = [found.calibration.overall, *found.calibration.groups]
    demands: list[Demand] = []
    small = []
    for row in rows:
        name = "everybody" if row.key is None else repr(row.key.label)
        if not row.observed_expected.known:
            small.append(name)
            continue
        limits = found.plan.tolerances
        for measure, says, estimate, tolerance in (
            ("observed_expected", "cases seen over cases expected", row.observed_expected,
             limits.within("observed_expected")),
            ("slope", "slope of the outcome on the chance", row.slope, limits.within("slope")),
        ):  # fmt: skip
            demands.append(judged(f"In {name}, {says}", estimate, tolerance, found.people,
                                  level=found.plan.level, family=len(rows), measure=measure,
                                  key=row.key))  # fmt: skip
    if not demands:
        demands.append(
            missing("There are too few people to see calibration", "outcomes of more people")
        )
    note = f"Too few people to see calibration: {', '.join(small)}." if small else ""
    notes = [part for part in (found.calibration.note, note) if part]
    return _conditioned(found, iter(demands), *notes)


def _lasts(found: Findings) -> Iterator[Demand]:
    """G5: on later people than it was made on, with outcomes that had time to show."""
    stability = found.stability
    if stability is None or stability.decay is None:
        yield missing(
            "Whether it holds on later people is not known",
            "name the day of each score (as_of), and fit_before under [challengers]; or run a pilot",
        )
        return
    decay, limits = stability.decay, found.plan.tolerances
    # A score that tells nobody apart has nothing to lose.
    yield judged(f"AUC of people scored since {decay.at:%Y-%m-%d}", decay.after, Tolerance(HALF, above=True),
                 found.people, level=found.plan.level, measure="decay")  # fmt: skip
    since = f"{decay.at:%Y-%m-%d}"
    for says, lost in (
        (f"AUC of people scored before {since} less that of people scored since", decay.lost),
        (f"AUC of people scored before {since} less that of the last period", decay.lost_last),
    ):
        if lost.known or lost is decay.lost:
            yield judged(says, lost, Tolerance(most=limits.decay), found.people,
                         level=found.plan.level, measure="decay")  # fmt: skip
    if stability.alarms or stability.read_early:
        yield missing(
            "Outcomes of some people had no time to show, or are all alike in a period",
            "wait until they can be seen in full, or leave these people out by the plan",
        )
