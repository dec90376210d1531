"""A released model applied: whom one round can see, and what speaks for an offer. No score leaves it."""

from __future__ import annotations

import numpy as np

from licet.identify.bound import BoundRule
from licet.identify.cohort import Cohort
from licet.identify.criteria import Rule
from licet.identify.features import BoundForecast
from licet.identify.release import Released
from licet.identify.scorecard import Model, chances, speaking_for, used


def meant(released: Released, model: Model, cohort: Cohort) -> tuple[str, ...]:
    """The units that one round can see, in the order of their ids, which says nothing: those of the highest
    chances, of people with one chance by lot; nobody for whom nothing speaks.

    cohort: as of the day of the release alone. Refuses a proof that is of another model.
    """
    if (released.id, released.hash) != (model.id, model.hash()):
        raise ValueError("this proof of release is of another model")
    chance = chances(model, cohort)
    terms = speaking_for(model).values()
    speaks = np.any([used(model, one, cohort) > 0 for one in terms], axis=0) if terms else None
    if speaks is None or not len(cohort):
        return ()
    lots = np.random.default_rng([cohort.forecast.seed, 16]).random(len(cohort))
    order = np.lexsort((lots, -chance, ~speaks))
    first = order[: cohort.forecast.capacity]
    units = cohort.rows["unit"].to_list()
    return tuple(sorted(str(units[place]) for place in first if speaks[place]))


def reasons_rule(model: Model, bound: BoundForecast) -> BoundRule:
    """What speaks for an offer as criteria, so that it is counted, and told, as those of a rule are."""
    speaking = speaking_for(model)
    criteria = tuple(one for one in bound.features if one.declared.id in speaking)
    declared = bound.declared
    rule = Rule(
        id=declared.id, version=declared.version, title=declared.title, use=declared.use,
        level=declared.level, kind="criteria", criteria=tuple(one.declared for one in criteria),
        known_faults=declared.known_faults,
    )  # fmt: skip
    return BoundRule(rule, criteria)
