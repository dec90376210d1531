"""What a linkage audit comes to: whether groups' errors lie within a tolerance of the rest's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from licet.audit.linked.audit import LinkageAudit
from licet.audit.linked.measured import LinkGap
from licet.audit.standing import Standing, Tolerance, worst

GAP = 0.02
"""How far a group's share of missed or false matches may differ from the rest's: two in a hundred."""
JUDGED = ("missed", "false")


@dataclass(frozen=True)
class Judged:
    """A gap held against the tolerance."""

    gap: LinkGap
    standing: Standing


def judged_gaps(found: LinkageAudit, most: float = GAP) -> tuple[Judged, ...]:
    """The gaps of every group with enough pairs. FAIL goes by the band over all groups, so that one of
    many does not fail by chance; PASS by the interval."""
    return tuple(_judged(found, Tolerance(-most, most)))


def _judged(found: LinkageAudit, tolerance: Tolerance) -> Iterator[Judged]:
    measured = found.clusters or found.labels
    for gap in measured.gaps if measured else ():
        if gap.measure not in JUDGED or not gap.enough:
            continue
        low, high = gap.band
        if high < tolerance.least or low > tolerance.most:
            yield Judged(gap, Standing.FAIL)
            continue
        standing = tolerance.standing(gap.difference)
        yield Judged(gap, Standing.UNDETERMINED if standing is Standing.FAIL else standing)


def linkage_standing(found: LinkageAudit, most: float = GAP) -> Standing:
    """The worst of all gaps; UNDETERMINED without truth, without groups, or where none has enough pairs."""
    return worst(one.standing for one in judged_gaps(found, most))


def linkage_sentence(found: LinkageAudit, most: float = GAP) -> str:
    """The same in words."""
    if not (found.clusters or found.labels):
        return "UNDETERMINED: without truth or pairs that people looked at, nothing is known of wrong links."
    judged = judged_gaps(found, most)
    if not judged:
        return "UNDETERMINED: no group holds enough pairs to be compared with the rest."
    standing = worst(one.standing for one in judged)
    said = {
        Standing.PASS: f"every group lies within {most * 100:g} points of the rest",
        Standing.FAIL: f"a group lies more than {most * 100:g} points from the rest",
        Standing.UNDETERMINED: f"whether groups lie within {most * 100:g} points of the rest is not shown",
    }[standing]
    return f"{standing}: of missed and false matches, {said}."
