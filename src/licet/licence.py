"""From a measured share to a consensus (the article's point rule) and a verdict (with uncertainty).

The baseline is 1.5 / k, k the number of stances: 75 % for two, 50 % for three. It is inferred from
the article's two printed cases. A point at or above it is a consensus. A verdict needs the whole
95 % interval on one side: what the interval straddles is unproven, and unproven is not granted.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

_ROUNDING = 1e-12
"""Shares are sums of floats: a share equal to the baseline may miss it by one part in 1e16."""


class Consensus(StrEnum):
    """Which stance a point share gives a consensus to. ``undetermined``: printed on the line."""

    FOR = "for"
    AGAINST = "against"
    CONTESTED = "contested"
    NONE = "none"
    UNDETERMINED = "undetermined"


class Verdict(StrEnum):
    """What is shown of one item in one group. Ranked: see ``RANK``."""

    GRANTED = "granted"
    UNPROVEN = "unproven"
    TOO_FEW = "too few"
    NOT_MEASURED = "not measured"
    EXPIRED = "expired"
    ABSENT = "absent"
    REFUSED = "refused"


RANK: dict[Verdict, int] = {
    Verdict.GRANTED: 6,
    Verdict.UNPROVEN: 5,
    Verdict.TOO_FEW: 4,
    Verdict.NOT_MEASURED: 3,
    Verdict.EXPIRED: 2,
    Verdict.ABSENT: 1,
    Verdict.REFUSED: 0,
}
"""The weakest verdict over the whole sample and every affected group counts."""

BLOCKING = frozenset({Verdict.ABSENT, Verdict.REFUSED})
UNKNOWN = frozenset({Verdict.TOO_FEW, Verdict.NOT_MEASURED, Verdict.EXPIRED})


@dataclass(frozen=True)
class Share:
    """A share of one stance: proportions 0-1. rounding: half a unit of the last printed digit.

    firm_low: the lower bound at the confidence that a workspace asks of a grant, if it asks more.
    """

    point: float
    low: float
    high: float
    rounding: float = 0.0
    firm_low: float | None = None

    @property
    def half_width(self) -> float:
        """Half the width of the interval."""
        return (self.high - self.low) / 2


@dataclass(frozen=True)
class Measure:
    """What is known of one item in one group.

    permits, opposes: the share of each stance, None where it was not printed. base: people with a
    valid answer. effective_base: what they are worth. deff: assumed or estimated. df: of the design,
    None for printed figures. se: of the permitting share, None for printed figures. count: people who
    permit, None for printed figures. hidden: stances whose share would tell of too few people, and
    "base" where the number of people would.
    """

    permits: Share | None
    opposes: Share | None
    base: int
    effective_base: float
    deff: float | None = None
    df: float | None = None
    se: float | None = None
    count: int | None = None
    hidden: frozenset[str] = frozenset()

    @property
    def shown(self) -> Share:
        """The share that is printed beside the verdict: permitting where known."""
        found = self.permits or self.opposes
        if found is None:
            raise ValueError("a measure without a share")
        return found

    @property
    def stance(self) -> str:
        """Which stance ``shown`` is of: permits or opposes."""
        return "permits" if self.permits else "opposes"


SMALLEST_BASE = 10
"""Fewer people decide nothing, either way. A workspace that asks for more lets fewer grant; what
they refuse still blocks."""


@dataclass(frozen=True)
class Rule:
    """The rule of verdicts. A workspace may tighten each number, never loosen it.

    baseline_minimum, widest_half_width: proportions. smallest_base: people. precision False reports
    the precision rule apart instead of applying it. strict: a point on the baseline is not enough.
    """

    baseline_minimum: float = 0.5
    widest_half_width: float = 0.20
    smallest_base: int = SMALLEST_BASE
    precision: bool = True
    strict: bool = False

    def baseline(self, k: int) -> float:
        """1.5 / k as a proportion, never below the minimum."""
        return max(1.5 / k, self.baseline_minimum)


@dataclass(frozen=True)
class Judgement:
    """Consensus and verdict of one measure, and what decided them."""

    consensus: Consensus
    verdict: Verdict
    baseline: float
    too_few: str


def consensus_of(measure: Measure, baseline: float, *, strict: bool = False) -> Consensus:
    """The stance whose point share reaches the baseline; ``undetermined`` within printed rounding."""
    if any(_on_the_line(share, baseline) for share in (measure.permits, measure.opposes)):
        return Consensus.UNDETERMINED
    agreed = _reaches(measure.permits, baseline, strict)
    against = _reaches(measure.opposes, baseline, strict)
    if agreed and against:
        return Consensus.CONTESTED
    if agreed:
        return Consensus.FOR
    return Consensus.AGAINST if against else Consensus.NONE


def _reaches(share: Share | None, baseline: float, strict: bool) -> bool:
    if share is None:
        return False
    return share.point > baseline + _ROUNDING if strict else share.point >= baseline - _ROUNDING


def _on_the_line(share: Share | None, baseline: float) -> bool:
    """Whether rounding hides on which side of the baseline a printed share lies."""
    return share is not None and share.rounding > abs(share.point - baseline) + _ROUNDING


def too_few(measure: Measure, rule: Rule) -> str:
    """Why a measure is too imprecise to buy anything, or an empty text."""
    if measure.base < rule.smallest_base:
        return f"fewer than {rule.smallest_base} people answered"
    if measure.df is not None and measure.df < 1:
        return "everybody who answered is in one cluster"
    if not measure.shown.half_width >= 0:
        return "no interval can be given"
    if measure.shown.half_width > rule.widest_half_width + _ROUNDING:
        return f"the interval is wider than {100 * rule.widest_half_width:.0f} points each way"
    return ""


def judge(measure: Measure, k: int, rule: Rule = Rule()) -> Judgement:
    """Consensus and verdict of one item in one group. k: stances after the collapse, 2 or more.

    Where only the opposing share is known, the permitting share is at most its complement: it can
    show absence, never licence. A share that lies wholly on the wrong side stays absent or refused
    however wide its interval is, for imprecision may never buy what the figures refuse; fewer than
    ``SMALLEST_BASE`` people decide nothing either way.
    """
    baseline = rule.baseline(k)
    consensus = consensus_of(measure, baseline, strict=rule.strict)
    imprecise = too_few(measure, rule)
    applied = imprecise if rule.precision else ""
    if applied and measure.base < SMALLEST_BASE:
        verdict = Verdict.TOO_FEW
    elif _wholly_reaches(measure.opposes, baseline):
        verdict = Verdict.REFUSED
    elif _wholly_misses(measure, baseline):
        verdict = Verdict.ABSENT
    elif applied:
        verdict = Verdict.TOO_FEW
    elif _wholly_reaches(measure.permits, baseline):
        verdict = Verdict.GRANTED
    else:
        verdict = Verdict.UNPROVEN
    return Judgement(consensus, verdict, baseline, imprecise)


def _wholly_reaches(share: Share | None, baseline: float) -> bool:
    """Whether the whole interval lies at or above the baseline, printed rounding permitting."""
    if share is None or _on_the_line(share, baseline):
        return False
    low = share.low if share.firm_low is None else min(share.low, share.firm_low)
    return low >= baseline - _ROUNDING


def _wholly_misses(measure: Measure, baseline: float) -> bool:
    """Whether the permitting share, or the most it can be, lies wholly below the baseline."""
    if measure.permits:
        if _on_the_line(measure.permits, baseline):
            return False
        return measure.permits.high < baseline - _ROUNDING
    return measure.opposes is not None and 1 - measure.opposes.low < baseline - _ROUNDING
