"""PASS, FAIL or UNDETERMINED: what an interval says of a tolerance. The one place that decides it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from math import inf, isfinite, isnan, nan


class Standing(StrEnum):
    """What is known of a demand."""

    PASS = "PASS"
    FAIL = "FAIL"
    UNDETERMINED = "UNDETERMINED"


@dataclass(frozen=True)
class Estimate:
    """A figure with its interval. Shares are proportions 0-1.

    value, low, high: NaN where not known. se: its standard error. n: people (unweighted) whom the
    figure rests on: for a false positive rate, those without the outcome.
    """

    value: float
    low: float = nan
    high: float = nan
    se: float = nan
    n: int = 0

    @property
    def known(self) -> bool:
        """Whether there is a figure with an interval."""
        return isfinite(self.value) and not (isnan(self.low) or isnan(self.high))


@dataclass(frozen=True)
class Tolerance:
    """What a figure may be: from least to most, both allowed; above: the least itself is not, so that a
    figure that surely equals it fails."""

    least: float = -inf
    most: float = inf
    above: bool = False

    def standing(self, estimate: Estimate) -> Standing:
        """PASS: the whole interval is inside; FAIL: the whole interval is outside; else UNDETERMINED.

        A figure that is not known, or has no interval, is UNDETERMINED.
        """
        if not estimate.known:
            return Standing.UNDETERMINED
        if self.above and estimate.low <= self.least:
            return Standing.FAIL if estimate.high <= self.least else Standing.UNDETERMINED
        if self.least <= estimate.low and estimate.high <= self.most:
            return Standing.PASS
        if estimate.high < self.least or estimate.low > self.most:
            return Standing.FAIL
        return Standing.UNDETERMINED


def worst(standings: Iterable[Standing]) -> Standing:
    """FAIL if any fails, else UNDETERMINED if any is or there is none, else PASS."""
    found = set(standings)
    if Standing.FAIL in found:
        return Standing.FAIL
    return Standing.PASS if found == {Standing.PASS} else Standing.UNDETERMINED


NOT_PERMISSION = "A pass is not permission: whether it may be done at all needs social licence."
"""Said beside every verdict."""


def overall(standings: Iterable[Standing]) -> str:
    """The one sentence that a set of gates comes to."""
    found = tuple(standings)
    if not found:
        return "No data: do not use."
    return {
        Standing.FAIL: "No evidence that it works well and fairly enough to be used.",
        Standing.UNDETERMINED: "Not shown either way: do not use.",
        Standing.PASS: "The evidence supports a limited, reviewed pilot.",
    }[worst(found)]
