"""Findings for tests of the gates, one part at a time, from words like ``AUC gain 0.02 to 0.05``."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from math import nan
from typing import Any

from licet.audit.beyond.link_errors import LinkReruns, LinkRow
from licet.audit.beyond.outside import EVERYBODY, Bounds, Outside, OutsideGap, OutsideRow
from licet.audit.beyond.selective import ArmGroup, ArmRates, Lift, Selective
from licet.audit.grounds import Grounds
from licet.audit.groups.gaps import Gap
from licet.audit.groups.rates import GroupRates, Rate
from licet.audit.input.population import Count
from licet.audit.judging.gates import Findings
from licet.audit.people import GroupKey
from licet.audit.score.benefit import Benefit, Harms, Worth
from licet.audit.score.calibration import Calibrated, Calibration
from licet.audit.score.ranking import TieBounds
from licet.audit.score.skill import Capacity, Compared, Skill
from licet.audit.score.stability import Alarm, Decay, Stability
from licet.audit.standing import Estimate
from tests.audit.planned import plan

KEY = GroupKey("town", "North", "North")
PEOPLE = 1000
UNKNOWN = Estimate(nan)


def between(text: str, n: int = 500) -> Estimate:
    """``0.02 to 0.05`` as an estimate halfway."""
    found = re.search(r"(-?[0-9.]+) to (-?[0-9.]+)", text)
    if found is None:
        return UNKNOWN
    low, high = float(found[1]), float(found[2])
    return Estimate((low + high) / 2, low, high, (high - low) / 3.92, n)


def grounds(**changes: Any) -> Grounds:
    """A permitted use that declares everything."""
    usual = Grounds("early-help", 1, "0" * 64, "Permit", True, "early_help", "Children Act 2004",
                    "in_house", False, True)  # fmt: skip
    return replace(usual, **changes)


def skill(
    gain: Estimate | None,
    precision: Estimate,
    own: Estimate | None = None,
    auc: Estimate | None = None,
) -> Skill:
    """Skill with one simple rule, or without. own: AUC of the rule; auc: of the score."""
    rows = ()
    if gain is not None:
        rows = (
            Compared(
                "two",
                "two variables",
                500,
                0.1,
                {},
                {"auc": own or Estimate(0.7, 0.65, 0.75)},
                {"auc": gain},
            ),
        )
    ties = TieBounds(nan, nan, nan, nan, 0, 0)
    capacity = Capacity(0.1, 100, precision, UNKNOWN, ties, 0.0)
    return Skill(
        500, {"auc": auc} if auc else {}, capacity, (), rows, (), "two" if rows else "", 0.0, ""
    )


def benefit(flag: Estimate, less_best: Estimate | None) -> Benefit:
    """Net benefit at two thresholds: nothing wrong at the first, ``flag`` at the second."""
    fine = Estimate(0.2, 0.15, 0.25, 0.02, 500)
    best = less_best or UNKNOWN
    curve = tuple(
        Worth(t, at, at, UNKNOWN, UNKNOWN, UNKNOWN, best, UNKNOWN, UNKNOWN)
        for t, at in ((0.1, fine), (0.5, flag))
    )
    mean = Worth(nan, *[UNKNOWN] * 5, best, UNKNOWN, UNKNOWN)
    harms = Harms(None, 500, *[UNKNOWN] * 5, curve, mean)
    return Benefit("two" if less_best else "", "two variables", False, harms, ())


def calibration(observed_expected: Estimate, slope: Estimate) -> Calibration:
    """Everybody right, one group as told."""
    fine = Estimate(1.0, 0.95, 1.05, 0.02, 500)
    rows = [
        Calibrated(key, 500, 100, oe, UNKNOWN, line, nan, ())
        for key, oe, line in ((None, fine, fine), (KEY, observed_expected, slope))
    ]
    return Calibration(False, rows[0], (rows[1],))


def gap(measure: str, difference: Estimate, band: tuple[float, float] | None = None,
        ratio: Estimate | None = None) -> Gap:  # fmt: skip
    """A gap to the rest; its band is its interval unless told."""
    times = ratio or Estimate(1.0, 0.9, 1.1, 0.05, 500)
    return Gap(KEY, measure, "rest", difference, band or (difference.low, difference.high), times,
               (times.low, times.high), nan, nan, nan, 1, 1.96)  # fmt: skip


def rates(text: str) -> GroupRates:
    """Gaps of a group from words: ``fpr 0.01 to 0.03``, ``flagged ratio 0.9 to 1.2``, ``too few``."""
    fine = Estimate(0.0, -0.01, 0.01, 0.005, 500)
    gaps = {"flag": gap("flag", fine), "fpr": gap("fpr", fine), "fnr": gap("fnr", fine)}
    if "too few" in text:
        gaps |= {name: gap(name, UNKNOWN) for name in ("fpr", "fnr")}
        if "in all" in text:
            gaps["flag"] = gap("flag", UNKNOWN, ratio=UNKNOWN)
    for part in text.split(","):
        if part.strip().startswith(("fpr", "fnr")):
            name = part.split()[0]
            wide = re.search(r"with band (-?[0-9.]+) to (-?[0-9.]+)", part)
            band = (float(wide[1]), float(wide[2])) if wide else None
            gaps[name] = gap(name, between(part), band)
        if "ratio" in part:
            gaps["flag"] = gap("flag", fine, ratio=between(part))
    return GroupRates((), tuple(gaps.values()), {})


def errors(fpr: float, fnr: float) -> GroupRates:
    """Rates of everybody, and no groups."""
    found = (("fpr", fpr), ("fnr", fnr))
    return GroupRates(
        tuple(Rate(None, name, Estimate(value, value, value, 0.01, 500), (5, 500)) for name, value in found),
        (), {None: (90, 5, 10, 395, 0)},
    )  # fmt: skip


def beside(others: GroupRates, group: str) -> GroupRates:
    """Another group, or a crossing, beside what is known of others."""
    by = "town x sex" if "crossing" in group else "ward"
    more = [replace(one, key=GroupKey(by, "Mill", "Mill")) for one in rates(group).gaps]
    return GroupRates((), (*others.gaps, *more), {})


SEEN = {
    "source": "Review of flags by two workers, report FH-214",
    "day": date(2026, 5, 12),
    "measured": "flags that a worker read before anybody called",
    "people": 240,
    "found": 231,
}
"""Evidence of care."""


def arm(over: Estimate) -> Selective:
    """A random arm with one group."""
    fine, counts = Estimate(0.0, -0.01, 0.01, 0.005, 500), (100, 200, 100, 200)
    side = ArmRates(UNKNOWN, UNKNOWN, over, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, counts)
    ratio = Estimate(1.0, 0.9, 1.1, 0.05, 500)
    lift = Lift("outcome", "as declared", Estimate(1.5, 1.4, 1.6, 0.05, 500), ratio, ratio, counts)
    return Selective("lot", 1000, (lift,), (ArmGroup(KEY, side, side, ratio, fine, fine, ratio),))


def stability(lost: Estimate, early: int = 0, after: Estimate | None = None) -> Stability:
    """AUC lost out of time; after: what it was of later people."""
    later = after or Estimate(0.7, 0.65, 0.75)
    decay = Decay(date(2025, 1, 1), True, UNKNOWN, later, UNKNOWN, lost, UNKNOWN)
    alarms = (Alarm("2025 Q1", 50, True),) if early else ()
    return Stability((), decay, (), (), True, 0, 0, early, (), alarms, ())


def outside(recall: Estimate, known: bool = True) -> Outside:
    """Everybody and one group, with a frame."""

    def bounds(estimate: Estimate) -> Bounds:
        return Bounds(estimate, estimate)

    even, alike = Estimate(1.0, 0.9, 1.1, 0.05, 500), Estimate(0.0, -0.01, 0.01, 0.005, 500)
    rows = tuple(
        OutsideRow(key, 500, Count(100, 100), 0, bounds(recall), recall, recall, bounds(alike), bounds(alike),
                   bounds(alike), alike, None, known, True)
        for key in (EVERYBODY, KEY)
    )  # fmt: skip
    return Outside(
        rows, (OutsideGap(KEY, bounds(alike), bounds(alike), bounds(even), None),), True, 0, ()
    )


def links(loss: Estimate, shrinks: Estimate) -> tuple[LinkReruns, ...]:
    """Re-runs with one scenario."""
    rows = tuple(
        LinkRow(name, label, *[UNKNOWN] * 4, ((KEY, UNKNOWN),), ((KEY, UNKNOWN),), lost, shrunk)
        for name, label, lost, shrunk in (
            ("perfect", "perfect links", Estimate(0, 0, 0), Estimate(0, 0, 0)),
            ("missed-0.15-false-0", "15% missed links", loss, shrinks),
        )
    )
    return (LinkReruns("refit", (), (), rows, (), 500, 20),)


def findings(**parts: Any) -> Findings:
    """Findings with these parts and no others. tolerances, care, challengers: of the plan."""
    named = ("tolerances", "care", "challengers")
    declared = plan(**{name: parts.pop(name, {}) for name in named})
    return Findings(declared, PEOPLE, **parts)
