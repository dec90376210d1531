"""What a linkage audit comes to: how much is missed and false over everybody, and whether groups differ.

Two demands. Over everybody at most so many matches are missed and so many false: a linkage that is equally
bad for all is not fair. And no group's share lies further from the rest's than the tolerance.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, isfinite

from licet.audit.judging.demands import MOST, times_to_settle, two_digits
from licet.audit.linked.audit import LinkageAudit
from licet.audit.linked.measured import ENOUGH, LinkGap, LinkRate, Measured
from licet.audit.standing import Standing, Tolerance, worst

GAP = 0.02
"""How far a group's share of missed or false matches may differ from the rest's: two in a hundred."""
MISSED = 0.1
"""The share of the matches of everybody that may be missed: one in ten."""
FALSE = 0.02
"""The share of the pairs joined that may be of two people: two in a hundred."""
JUDGED = ("missed", "false")
AS_THE_RUN = (
    "the truth says exactly what the run made, with no pair missed and none false: it may have been made "
    "from the run, and proves nothing"
)
BASIS = {"missed": "pairs of one person", "false": "pairs that were joined"}


@dataclass(frozen=True)
class Allowed:
    """What a linkage may do wrong, as shares 0-1. gap: how far a group's share may lie from the rest's;
    missed, false: of everybody."""

    gap: float = GAP
    missed: float = MISSED
    false: float = FALSE

    def most(self, measure: str) -> float:
        """The most of a measure over everybody."""
        return self.missed if measure == "missed" else self.false


USUAL = Allowed()


@dataclass(frozen=True)
class Judged:
    """A gap held against the tolerance."""

    gap: LinkGap
    standing: Standing


@dataclass(frozen=True)
class JudgedShare:
    """The share of everybody, held against what is allowed."""

    rate: LinkRate
    most: float
    standing: Standing


def judged_gaps(found: LinkageAudit, allowed: Allowed = USUAL) -> tuple[Judged, ...]:
    """The gaps of every group with enough pairs. FAIL goes by the band over all groups, so that one of
    many does not fail by chance; PASS by the interval."""
    return tuple(_judged(found, Tolerance(-allowed.gap, allowed.gap)))


def judged_shares(found: LinkageAudit, allowed: Allowed = USUAL) -> tuple[JudgedShare, ...]:
    """Missed and false of everybody, by their intervals."""
    measured = _measured(found)
    rates = [measured.rate(name) for name in JUDGED] if measured else []
    return tuple(
        JudgedShare(rate, most, Tolerance(most=most).standing(rate.estimate))
        for rate in rates
        if rate is not None
        for most in (allowed.most(rate.measure),)
    )


def _measured(found: LinkageAudit) -> Measured | None:
    return found.clusters or found.labels


def _judged(found: LinkageAudit, tolerance: Tolerance) -> Iterator[Judged]:
    measured = _measured(found)
    for gap in measured.gaps if measured else ():
        if gap.measure not in JUDGED or not gap.enough:
            continue
        low, high = gap.band
        if high < tolerance.least or low > tolerance.most:
            yield Judged(gap, Standing.FAIL)
            continue
        standing = tolerance.standing(gap.difference)
        yield Judged(gap, Standing.UNDETERMINED if standing is Standing.FAIL else standing)


def as_the_run(found: LinkageAudit) -> bool:
    """Whether truth parts the rows exactly as the run does."""
    if found.clusters is None:
        return False
    rates = [found.clusters.rate(name) for name in JUDGED]
    return all(rate is not None and rate.counts[0] == 0 for rate in rates)


def linkage_standing(found: LinkageAudit, allowed: Allowed = USUAL) -> Standing:
    """The worst of everybody's shares and all gaps; UNDETERMINED without truth, with a truth that says what
    the run made, without groups, or where none has enough pairs."""
    gaps, shares = judged_gaps(found, allowed), judged_shares(found, allowed)
    standings = [*(one.standing for one in gaps), *(one.standing for one in shares)]
    if not gaps or as_the_run(found):
        standings.append(Standing.UNDETERMINED)
    return worst(standings)


def linkage_sentence(found: LinkageAudit, allowed: Allowed = USUAL) -> str:
    """The same in words: what decides, and what would settle what is not known."""
    if _measured(found) is None:
        return (
            "UNDETERMINED: without truth or pairs that people looked at, nothing is known of wrong links. "
            "To settle it: draw pairs for people to look at (licet audit sample)."
        )
    standing = linkage_standing(found, allowed)
    said = list(_why(found, allowed, standing))
    if standing is Standing.UNDETERMINED:
        said.append(_settling(found, allowed))
    return f"{standing}: {' '.join(one for one in said if one)}"


def _why(found: LinkageAudit, allowed: Allowed, standing: Standing) -> Iterator[str]:
    if standing is Standing.PASS:
        yield (
            f"at most {_percent(allowed.missed)} of all matches are missed and {_percent(allowed.false)} of "
            f"those made are false, and every group lies within {100 * allowed.gap:g} points of the rest."
        )
        return
    if standing is Standing.UNDETERMINED and as_the_run(found):
        yield f"{AS_THE_RUN}."
        return
    how = "surely more" if standing is Standing.FAIL else "it is not shown that at most"
    for one in judged_shares(found, allowed):
        if one.standing is standing:
            than = " than" if standing is Standing.FAIL else ""
            what = BASIS[one.rate.measure]
            yield f"of all {what}, {how}{than} {_percent(one.most)} are {one.rate.measure}."
    gaps = judged_gaps(found, allowed)
    if any(one.standing is standing for one in gaps):
        points = f"{100 * allowed.gap:g} points of the rest"
        if standing is Standing.FAIL:
            yield f"a group's missed or false matches do not lie within {points}."
        else:
            yield f"whether the missed and false matches of groups lie within {points} is not shown."
    if not gaps:
        yield f"no group is compared: it takes {ENOUGH} pairs in a group and as many outside it."


def _settling(found: LinkageAudit, allowed: Allowed) -> str:
    """How many pairs would settle it in 80 of 100, were everything as it is seen."""
    measured = _measured(found)
    if measured is None or as_the_run(found):
        return "To settle it: bring truth that the run had no part in."
    wanted = 0.0
    for share in judged_shares(found, allowed):
        if share.standing is Standing.UNDETERMINED:
            times = times_to_settle(share.rate.estimate, Tolerance(most=share.most))
            wanted = max(wanted, times * share.rate.counts[1])
    for one in judged_gaps(found, allowed):
        whole = measured.rate(one.gap.measure)
        if one.standing is Standing.UNDETERMINED and whole is not None:
            times = times_to_settle(one.gap.difference, Tolerance(-allowed.gap, allowed.gap))
            wanted = max(wanted, times * whole.counts[1])
    if not wanted > 0:
        return "To settle it: groups with more pairs, or wider groups (--by)."
    if not isfinite(wanted) or wanted > MOST:
        return "No sample could settle it as it looks: wider groups (--by) might."
    return f"About {two_digits(ceil(wanted)):,} pairs would settle it, if it is as it looks; or wider groups."


def _percent(share: float) -> str:
    return f"{100 * share:g} %"
