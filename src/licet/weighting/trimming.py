"""Trimming: no weight beyond a bound, with the margins still met.

Weights at the bound are held there and everybody else is raked anew to what is left, until no
weight is beyond it. Both hold at the end, or the trimming is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from licet.errors import BadInput, Fault, bad
from licet.weighting.margins import Aligned
from licet.weighting.raking import Fitted, rake

Floats = NDArray[np.float64]

MOST_ROUNDS = 200
RELEASED_UNTIL = 20
"""Rounds in which somebody held at the bound may be let go again; later ones only add people."""
ROUNDING = 1 + 1e-9


@dataclass(frozen=True)
class Trim:
    """Bounds of the final weights.

    times: at most so many times their ``of`` (median or mean). least, most: bounds in themselves.
    """

    times: float | None = None
    of: Literal["median", "mean"] = "median"
    least: float | None = None
    most: float | None = None

    def __post_init__(self) -> None:
        faults = []
        if self.times is not None and not 1 < self.times < np.inf:
            what = f"a cap of {self.times:g} times the {self.of}"
            faults.append(Fault(what, "trim (--trim)", "a number above 1", "5 is usual"))
        if self.least is not None and not 0 <= self.least < np.inf:
            faults.append(
                Fault(f"a least weight of {self.least:g}", "least (--least)", "0 or more")
            )
        if self.most is not None and not (self.least or 0) < self.most < np.inf:
            allowed = "a number above 0 and above the least weight"
            faults.append(Fault(f"a greatest weight of {self.most:g}", "most (--most)", allowed))
        if faults:
            raise BadInput(*faults)

    def bounds(self, weights: Floats) -> tuple[float, float]:
        """Least and greatest weight, for weights of which those above 0 count."""
        held = weights[weights > 0]
        most = np.inf if self.most is None else self.most
        if self.times is not None:
            middle = np.median(held) if self.of == "median" else np.mean(held)
            most = min(most, self.times * float(middle))
        return self.least or 0.0, float(most)


@dataclass(frozen=True)
class Trimmed:
    """What trimming did. capped, raised: people held at the greatest and the least weight.

    lost: the part (0-1) of all weight that stood above the bound before. low, high: the bounds.
    """

    fitted: Fitted
    capped: int
    raised: int
    lost: float
    low: float
    high: float


def trim(weights: Floats, margins: Sequence[Aligned], fitted: Fitted, how: Trim) -> Trimmed:
    """Weights that meet the margins and the bounds. weights: before raking. fitted: raked ones.

    A cap of so many times the median holds for the median of the weights that come out. Refuses
    bounds that no weights meet, naming the category.
    """
    before, rounds = fitted, fitted.sweeps
    low, high = how.bounds(fitted.weights)
    for _ in range(MOST_ROUNDS):
        # The first bounds are those of the untrimmed weights; trimming moves the median a little.
        fitted, held = _bounded(weights, margins, before, low, high)
        rounds += fitted.sweeps
        _, new = how.bounds(fitted.weights)
        if high <= new * ROUNDING:
            break
        high = new
    else:
        raise _unmet(margins[0], "", high, "the cap falls with every round")
    over = np.maximum(before.weights - high, 0).sum() / before.weights.sum()
    return Trimmed(
        replace(fitted, sweeps=rounds),
        int((held > 0).sum()),
        int((held < 0).sum()),
        float(over),
        low,
        high,
    )


def _bounded(
    weights: Floats, margins: Sequence[Aligned], fitted: Fitted, low: float, high: float
) -> tuple[Fitted, NDArray[np.int8]]:
    """Raked weights between the bounds, and who is held: 1 at the greatest, -1 at the least."""
    held = np.zeros(len(weights), dtype=np.int8)
    inside, sweeps, gap = weights > 0, 0, fitted.gap
    factors, new = fitted.factors, fitted.weights
    for number in range(MOST_ROUNDS):
        free = weights * factors
        again = np.where(free > high, 1, np.where(free < low, -1, 0)) * inside
        if number > RELEASED_UNTIL:
            beyond = np.where(new > high * ROUNDING, 1, np.where(new < low / ROUNDING, -1, 0))
            again = np.where(held != 0, held, beyond * inside)
        if (again == held).all():
            return Fitted(new, _over(new, weights), sweeps, gap), held
        held = again.astype(np.int8)
        fixed = np.where(held > 0, high, np.where(held < 0, low, 0.0))
        rest = _rest(margins, fixed, held, inside, high)
        try:
            found = rake(np.where(held == 0, weights, 0.0), rest)
        except BadInput as error:
            why = f"with those at the bounds held, {error.faults[0].what}"
            raise _unmet(margins[0], "", high, why) from None
        factors, sweeps, gap = found.factors, sweeps + found.sweeps, found.gap
        new = np.where(held == 0, found.weights, fixed)
    raise _unmet(margins[0], "", high, "holding weights at the bounds does not come to an end")


def _over(new: Floats, old: Floats) -> Floats:
    return np.divide(new, old, out=np.ones_like(new), where=old > 0)


def _rest(
    margins: Sequence[Aligned],
    fixed: Floats,
    held: NDArray[np.int8],
    inside: NDArray[np.bool_],
    high: float,
) -> list[Aligned]:
    """The margins with targets less what is held; refuses where nobody free is left to meet them."""
    rest = []
    for margin in margins:
        left = margin.targets - margin.sums(fixed)
        free = margin.sums((inside & (held == 0)).astype(np.float64))
        unmet = (left <= 0) | (free == 0)
        done = unmet & (np.abs(left) <= 1e-9 * margin.targets) & (free == 0)
        if (unmet & ~done).any():
            place = int(np.flatnonzero(unmet & ~done)[0])
            people = margin.sums(inside.astype(np.float64))[place]
            each = margin.targets[place] / people
            why = f"its {people:,.0f} people need {each:,.4g} each on average"
            raise _unmet(margin, margin.categories[place], high, why)
        rest.append(replace(margin, targets=np.where(done, 1.0, left)))
    return rest


def _unmet(margin: Aligned, category: str, high: float, why: str) -> BadInput:
    where = f"margin {margin.name!r}" + (f", category {category!r}" if category else "")
    return bad(
        f"the margins cannot be met with weights of at most {high:,.4g}: {why}",
        where,
        "a bound that leaves room for the margins",
        "trim less (a larger --trim), or join the category with another",
    )
