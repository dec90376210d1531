"""What a gate asks, how it is answered, and how many people would settle what is not.

PASS if the whole interval lies inside the tolerance, FAIL if it lies outside, else UNDETERMINED. Where
several groups are asked the same, FAIL says that one of many is wronged and needs an interval that allows
for their number (Bonferroni), while PASS needs every one of them inside (an intersection-union test:
Berger 1982).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, inf, isfinite, isnan, log, nan

from licet.audit.people import GroupKey
from licet.audit.standing import Estimate, Standing, Tolerance, worst

FOUND = 0.8
"""How often the people named would settle it, were the truth as it is seen."""


@dataclass(frozen=True)
class Demand:
    """One thing that a gate asks.

    says: what is asked, of whom, without figures. standing: the answer. figures: the figure, its
    interval and the tolerance, in words; "" where there is none. measure, key: where the figure stands
    in the tables, so that what is suppressed there is not told here. people: how many people in all
    would settle it in 80 of 100; None where it is settled or people would not. supply: what else would.
    """

    says: str
    standing: Standing
    figures: str = ""
    measure: str = ""
    key: GroupKey | None = None
    estimate: Estimate | None = None
    tolerance: Tolerance | None = None
    people: int | None = None
    supply: str = ""

    @property
    def reason(self) -> str:
        """The sentence with its figures, or that the figure is not known."""
        if not self.figures and self.estimate is not None and isnan(self.estimate.value):
            return f"{self.says}: not known."
        return f"{self.says}: {self.figures}." if self.figures else f"{self.says}."


@dataclass(frozen=True)
class Gate:
    """One gate of eight. notes: what was left out of it, and why."""

    id: str
    title: str
    demands: tuple[Demand, ...]
    notes: tuple[str, ...] = ()

    @property
    def standing(self) -> Standing:
        """FAIL if any demand fails, else UNDETERMINED if any is, or none was asked; else PASS."""
        return worst(demand.standing for demand in self.demands)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why: the demands that stand as the gate does."""
        return tuple(demand.reason for demand in self.deciding)

    @property
    def deciding(self) -> tuple[Demand, ...]:
        """The demands that stand as the gate does."""
        return tuple(one for one in self.demands if one.standing is self.standing)

    @property
    def people(self) -> int | None:
        """People in all that would settle every demand that people can settle; None where it is settled."""
        if self.standing is not Standing.UNDETERMINED:
            return None
        found = [one.people for one in self.demands if one.people is not None]
        return max(found, default=None)

    @property
    def settling(self) -> tuple[str, ...]:
        """What would settle it, in words; empty where it is settled."""
        if self.standing is not Standing.UNDETERMINED:
            return ()
        said = []
        if self.people and self.people > MOST:
            said.append("More people than there could be would be needed to settle it.")
        elif self.people:
            about = two_digits(self.people)
            said.append(f"About {about:,} people in all would settle it, if it is as it looks.")
        said += [one.supply for one in self.deciding if one.supply]
        if any(one.estimate and not one.people and not one.supply for one in self.deciding):
            said.append("What is seen lies on the line: no number of people would settle it.")
        return tuple(dict.fromkeys(said))


MOST = 5_000_000
"""People. A need above this is told in words: no service sees so many."""


def two_digits(number: int) -> int:
    """A number that is an estimate, as it is said: two digits, rounded up."""
    step: int = 10 ** max(len(str(number)) - 2, 0)
    return -(-number // step) * step


def judged(
    says: str,
    estimate: Estimate,
    tolerance: Tolerance,
    total: int,
    *,
    level: float = 0.95,
    family: int = 1,
    measure: str = "",
    key: GroupKey | None = None,
    supply: str = "",
    countable: bool = True,
) -> Demand:
    """A demand on a figure. total: people of the audit; family: how many are asked the same.

    countable: whether more people would tell; not where something else is not known.
    """
    standing = tolerance.standing(estimate)
    if (
        standing is Standing.FAIL
        and tolerance.standing(_wider(estimate, level, family)) is not standing
    ):
        standing = Standing.UNDETERMINED
    people = None
    if standing is Standing.UNDETERMINED and countable:
        times = times_to_settle(estimate, tolerance, level, family)
        people = ceil(total * max(times, 1.0)) if isfinite(times) else None
    return Demand(
        says, standing, figures(estimate, tolerance), measure, key, estimate, tolerance, people,
        supply if standing is Standing.UNDETERMINED else "",
    )  # fmt: skip


def missing(says: str, supply: str) -> Demand:
    """A demand that nothing is known of. supply: what would tell."""
    return Demand(says, Standing.UNDETERMINED, supply=supply)


def times_to_settle(
    estimate: Estimate, tolerance: Tolerance, level: float = 0.95, family: int = 1
) -> float:
    """How many times the data would settle it in 80 of 100, were the truth as it is seen.

    Standard errors shrink with the square root of the people. inf where the figure lies on the
    tolerance; NaN where there is no figure. Tolerances of ratios are judged on the log scale.
    """
    from scipy.special import ndtri

    if not estimate.known:
        return nan
    value, low, high, least, most = _scaled(estimate, tolerance)
    room = min(value - least, most - value)
    if isnan(room) or not isfinite(value):
        return nan
    se = (high - low) / (2 * float(ndtri(0.5 + level / 2)))
    if room == 0:
        return inf
    reach = 0.5 + level / 2 if room > 0 else 1 - (1 - level) / 2 / family
    return ((float(ndtri(reach)) + float(ndtri(FOUND))) * se / room) ** 2


def _scaled(estimate: Estimate, tolerance: Tolerance) -> tuple[float, float, float, float, float]:
    """Value, limits and tolerance; on the log scale if the tolerance is of a ratio."""
    parts = (estimate.value, estimate.low, estimate.high, tolerance.least, tolerance.most)
    if tolerance.least <= 0 or not isfinite(tolerance.most) or tolerance.most <= 1:
        return parts
    value, low, high, least, most = (log(part) if part > 0 else -inf for part in parts)
    return value, (low if isfinite(low) else 2 * value - high), high, least, most


def _wider(estimate: Estimate, level: float, family: int) -> Estimate:
    """The interval that allows for so many figures."""
    from scipy.special import ndtri

    if family < 2 or not estimate.known:
        return estimate
    by = float(ndtri(1 - (1 - level) / 2 / family) / ndtri(0.5 + level / 2))
    value = estimate.value
    return Estimate(
        value, value - by * (value - estimate.low), value + by * (estimate.high - value)
    )


def figures(estimate: Estimate, tolerance: Tolerance) -> str:
    """``0.21 [0.19, 0.23], allowed: -0.05 to 0.05``."""
    if isnan(estimate.value):
        return ""
    between = "" if isnan(estimate.low) else f" [{short(estimate.low)}, {short(estimate.high)}]"
    return f"{short(estimate.value)}{between}, allowed: {allowed(tolerance)}"


def allowed(tolerance: Tolerance) -> str:
    """A tolerance in words."""
    least, most = (f"{part:g}" for part in (tolerance.least, tolerance.most))
    if tolerance.above:
        return f"more than {least}"
    if not isfinite(tolerance.most):
        return f"{least} or more"
    return f"{least} to {most}" if isfinite(tolerance.least) else f"{most} or less"


def short(value: float) -> str:
    """Three decimals; of smaller figures the first two that say something."""
    if value and abs(value) < 0.0005:
        return f"{value:.1e}"
    return f"{value:.3f}"
