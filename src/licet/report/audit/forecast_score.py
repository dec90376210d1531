"""What may be shown of the score itself: skill and capacity, calibration, benefit and harm."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite

from licet.audit.people import GroupKey
from licet.audit.score.benefit import Harms, Worth
from licet.audit.score.calibration import Calibrated
from licet.audit.score.skill import CURVE, Capacity, Compared, GroupSkill
from licet.audit.standing import Estimate
from licet.disclosure.bases import coarse, tens
from licet.disclosure.suppression import visible_cell
from licet.report.audit.forecast_cells import Part, coarsened, figure, hidden, name_of, number
from licet.report.audit.forecast_kept import Kept

SHARES = ("precision", "recall", "accuracy")
"""Figures of a score that are counts over counts."""
ORDER = 4
"""Decimals of figures of an order of people, which are no counts."""


def skill_part(kept: Kept) -> Part | None:
    """Skill of all, beside challengers, by group, and by how many can be seen."""
    skill = kept.audit.skill
    if skill is None:
        return None
    shown = enough(kept, None, skill.n, skill.cases)
    return {
        "n": skill.n if shown else None,
        "figures": _figures(kept, skill.figures, skill.n, shown),
        "capacity": _capacity(kept, skill.capacity) | {"ties": _ties(kept, skill.capacity)},
        "curve": [_capacity(kept, point) for point in skill.curve if _share_shown(kept, point)],
        "compared": [_compared(kept, row) for row in skill.compared],
        "best": skill.best,
        "groups": [_group(kept, row) for row in skill.groups],
        "optimism": number(skill.optimism),
        "warning": skill.warning,
    }


def enough(kept: Kept, key: GroupKey | None, n: int, cases: int | None = None) -> bool:
    """Whether figures of the n people of a group who have a score may be told at all.

    Those who are in the tables and not among these can be worked out: they too must be no few. cases: of
    them with the outcome. The order of few among many tells the rank of each, so neither cases nor others
    may be few.
    """
    levels, least = kept.levels(key), kept.audit.threshold
    if cases is not None and min(cases, n - cases) < least:
        return False
    if kept.main.linked is None:
        return n >= least
    known, had = (kept.main.count(levels, cell) for cell in ("known", "with"))
    if not kept.main.shows(levels, "with", "known") or known is None or had is None:
        return False
    pairs = [(n, known)] if cases is None else [(n, known), (cases, had), (n - cases, known - had)]
    return all(visible_cell(max(pair), min(pair), least) for pair in pairs)


def enough_of_all(kept: Kept) -> bool:
    """Whether figures of everybody that are no counts may be told."""
    return kept.main.linked is None or kept.main.shows((), "with", "known")


def _figures(kept: Kept, figures: Mapping[str, Estimate], n: int, shown: bool) -> Part:
    """Orders of people to four decimals; shares only where right and wrong are no few."""
    found: Part = {}
    for name, one in figures.items():
        if name in SHARES and shown:
            found[name] = _share(kept, one)
        else:
            found[name] = figure(one, shown, ORDER)
    return found


def _share(kept: Kept, one: Estimate, people: int | None = None) -> Part:
    """A share that stands in no table: coarse, and only where both sides of it are no few."""
    base = one.n if people is None else people
    if not isfinite(one.value):
        return figure(one, True)
    if not visible_cell(base, round(one.value * base), kept.audit.threshold):
        return hidden()
    return figure(coarsened(one, base, tens(base)), True)


def _share_shown(kept: Kept, point: Capacity) -> bool:
    """Whether a share picked may be told. That of the flags says how many are flagged; a plan's does not."""
    skill, flagged = kept.audit.skill, kept.audit.plan.flagged
    own = skill is not None and point.share == skill.capacity.share and point.share not in CURVE
    if not own or flagged.share is not None or flagged.people is not None:
        return True
    return kept.main.shows((), "flagged", "people")


def _capacity(kept: Kept, point: Capacity) -> Part:
    if not _share_shown(kept, point):
        gone: Part = dict.fromkeys(("share", "people", "not_known"))
        return gone | {"precision": hidden(), "recall": hidden()}
    shown = kept.shows_capacity(point.share)
    cases = shown and kept.capacity.shows((), "cases")
    return {
        "share": point.share,
        "people": point.people if shown else None,
        "precision": figure(point.precision, shown),
        "recall": figure(point.recall, cases),
        "not_known": number(coarse(point.not_known, point.people)) if shown else None,
    }


def _ties(kept: Kept, point: Capacity) -> Part | None:
    """How far precision and recall depend on who is picked of those with one score at the cut."""
    if not _share_shown(kept, point) or not kept.shows_capacity(point.share):
        return None
    bounds, people = point.bounds, point.people
    return {
        name: number(coarse(getattr(bounds, name), people))
        for name in ("precision_worst", "precision_best", "recall_worst", "recall_best")
    }


def compared_shown(kept: Kept, row: Compared) -> bool:
    """Whether a score may be set beside a challenger."""
    return enough(kept, None, row.n, row.cases)


def _compared(kept: Kept, row: Compared) -> Part:
    shown = compared_shown(kept, row)
    found: Part = {"challenger": row.challenger, "label": row.label, "n": row.n if shown else None}
    for name in ("tool", "own"):
        found[name] = _figures(kept, getattr(row, name), row.n, shown)
    found["difference"] = {}
    for name, one in row.difference.items():
        both = [found[side].get(name, {}).get("shown", shown) for side in ("tool", "own")]
        there = shown and all(both)
        if name in SHARES:
            one = coarsened(one, row.n, tens(row.n))
        found["difference"][name] = figure(one, there, ORDER)
    return found


def _group(kept: Kept, row: GroupSkill) -> Part:
    shown = enough(kept, row.key, row.n, row.cases)
    return name_of(row.key) | {"figures": _figures(kept, row.figures, row.n, shown)}


def calibration_part(kept: Kept) -> Part | None:
    """Calibration of all and by group."""
    found = kept.audit.calibration
    if found is None:
        return None
    rows = [found.overall, *found.groups]
    return {
        "mapped": found.mapped,
        "note": found.note,
        "groups": [_calibrated(kept, row) for row in rows],
    }


def _calibrated(kept: Kept, row: Calibrated) -> Part:
    shown = enough(kept, row.key, row.n, row.cases)
    least = kept.audit.threshold
    return name_of(row.key) | {
        "observed_expected": figure(row.observed_expected, shown, ORDER),
        "intercept": figure(row.intercept, shown, ORDER),
        "slope": figure(row.slope, shown, ORDER),
        "width": number(row.width, ORDER) if shown else None,
        "curve": [
            {"expected": number(point.expected, 3), "observed": _smoothed(point.observed)}
            for point in row.curve
            if shown and point.observed.n >= least
        ],
    }


def _smoothed(one: Estimate) -> Part:
    """A point of a smooth curve: no count stands behind it, and how many are near is not told."""
    return figure(Estimate(one.value, one.low, one.high), True, 3)


def benefit_part(kept: Kept) -> Part | None:
    """Harm per 1,000 families and net benefit, of all and by group."""
    found = kept.audit.benefit
    if found is None:
        return None
    return {
        "best": found.best,
        "label": found.label,
        "mapped": found.mapped,
        "groups": [_harms(kept, row) for row in (found.overall, *found.groups)],
    }


def harms_shown(kept: Kept, row: Harms) -> bool:
    """Whether net benefit may be told: it is made of all four counts of a group."""
    whole = kept.main.shows(kept.levels(row.key), "tp", "fp", "fn", "tn")
    return enough(kept, row.key, row.n) and whole


def _harms(kept: Kept, row: Harms) -> Part:
    levels, main = kept.levels(row.key), kept.main
    same = main.count(levels, "known") == row.n
    all_of_it = harms_shown(kept, row)

    def of(one: Estimate, *cells: str) -> Part:
        """As in the table of groups; of other people coarsely, and only if all of the group is told."""
        if same:
            return figure(one, main.shows(levels, *cells), ORDER)
        return figure(coarsened(one, row.n, tens(one.n)), all_of_it)

    ratio = row.harm_ratio
    pays = of(row.pays_to, "tp", "flagged_known")
    return name_of(row.key) | {
        "wrongly_flagged": of(row.wrongly_flagged, "fp", "known"),
        "missed": of(row.missed, "fn", "known"),
        "false_alarms": of(row.false_alarms, "tp", "fp", "flagged_known"),
        "pays_from": of(row.pays_from, "fn", "not_flagged_known"),
        "pays_to": pays,
        "harm_ratio": number(ratio, 3) if pays["shown"] else None,
        "curve": [_worth(one, row.n) for one in row.curve] if all_of_it else [],
    }


WORTHS = ("flag", "score", "everybody", "best", "score_less_everybody", "score_less_best",
          "flag_less_everybody", "flag_less_best")  # fmt: skip


def _worth(point: Worth, n: int) -> Part:
    """Net benefit at a threshold, coarse: more digits would tell how many reach it."""
    found: Part = {"threshold": float(point.threshold)}
    for name in WORTHS:
        found[name] = figure(coarsened(getattr(point, name), n), True)
    return found
