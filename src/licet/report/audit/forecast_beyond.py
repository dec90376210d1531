"""What may be shown beyond the score: time, selection, people outside, links, the steps of the funnel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from licet.audit.beyond.funnel import Funnel
from licet.audit.beyond.link_errors import LinkReruns, LinkRow
from licet.audit.beyond.outside import OutsideRow
from licet.audit.beyond.selective import ArmGroup, ArmRates, Lift
from licet.audit.people import GroupKey
from licet.audit.score.drift import Overlap
from licet.audit.score.stability import Alarm, Decay, Period, Ripeness
from licet.audit.standing import Estimate
from licet.disclosure.bases import tens
from licet.disclosure.confusion import Levels
from licet.disclosure.counts import shown_count
from licet.disclosure.suppression import visible_cell
from licet.report.audit.forecast_cells import (
    NOT_KNOWN,
    Part,
    coarsened,
    figure,
    hidden,
    name_of,
    number,
)
from licet.report.audit.forecast_kept import Kept
from licet.report.audit.forecast_score import enough_of_all
from licet.report.audit.forecast_tables import CELLS, PERIOD, RIPE

ORDER = 4
"""Decimals of figures of an order of people, which are no counts."""


def stability_part(kept: Kept) -> Part | None:
    """By period, before and after, who is flagged again, who is scored, and ripeness."""
    found, least = kept.audit.stability, kept.audit.threshold
    if found is None:
        return None
    return {
        "periods": [_period(kept, period) for period in found.periods],
        "decay": _decay(kept, found.decay) if found.decay else None,
        "overlaps": [_overlap(one, least) for one in found.overlaps],
        "shifts": [
            {"what": one.what, "period": one.period, "index": number(one.index, 3),
             "by_chance": number(one.by_chance, 3)}
            for one in found.shifts
            if kept.main.shows(((PERIOD, one.period),), "people")
        ],
        "ripeness_judged": found.judged,
        "unripe": _unripe(kept, found.unripe),
        "read_early": shown_count(found.read_early, least),
        "ripeness": [_ripe(kept, row) for row in found.ripeness if len(kept.levels(row.key)) < 2],
        "alarms": [_alarm(kept, alarm) for alarm in found.alarms],
        "notes": list(found.notes),
    }  # fmt: skip


def _unripe(kept: Kept, count: int) -> int | None:
    told = kept.main.count(((RIPE, "no"),), "known")
    return count if told == count else shown_count(count, kept.audit.threshold)


def _alarm(kept: Kept, alarm: Alarm) -> str:
    """The sentence, with a count only where that of the block is told in its table."""
    for levels in (((PERIOD, alarm.block),), ((RIPE, "no"),)):
        if kept.main.count(levels, "known") == alarm.people:
            return alarm.says(kept.audit.threshold)
    which = "all have the outcome" if alarm.had else "none has the outcome"
    return f"{alarm.block}: {which}. Such a block shows how data were put together."


def _rates(kept: Kept, levels: Levels, figures: Mapping[Any, Estimate]) -> Part:
    """Shares as their cells are shown; what is no share where the outcomes of the group are."""
    found: Part = {}
    for name, one in figures.items():
        if name in CELLS:
            found[name] = figure(one, kept.shows_period(levels, *CELLS[name]))
        else:
            found[name] = figure(one, kept.shows_period(levels, "with", "known"), ORDER)
    return found


def _period(kept: Kept, period: Period) -> Part:
    levels = ((PERIOD, period.label),)
    return {
        "period": period.label,
        "people": kept.main.count(levels, "people"),
        "unripe": shown_count(period.unripe, kept.audit.threshold),
        "figures": _rates(kept, levels, period.figures),
    }


DECAY = ("before", "after", "last", "lost", "lost_last")


def shows_decay(kept: Kept, decay: Decay) -> bool:
    """Whether AUCs before a day and after it may be told: they are known of no few cases, nor others."""
    return kept.audit.plan.least_cases >= kept.audit.threshold and enough_of_all(kept)


def _decay(kept: Kept, decay: Decay) -> Part:
    shown = shows_decay(kept, decay)
    found: Part = {f"auc_{name}": figure(getattr(decay, name), shown, ORDER) for name in DECAY}
    return {"at": decay.at.isoformat(), "fitted": decay.fitted} | found


def _overlap(one: Overlap, least: int) -> Part:
    jaccard = one.jaccard
    found = hidden()
    known = jaccard.value == jaccard.value
    if not known or one.families < least:
        found = hidden("not known" if one.families >= least else "not shown")
    elif visible_cell(jaccard.n, round(jaccard.value * jaccard.n), least):
        found = figure(coarsened(jaccard, jaccard.n, tens(jaccard.n)), True)
    families = tens(one.families) if one.families >= least else None
    return {"before": one.before, "after": one.after, "families": families, "jaccard": found}


def _ripe(kept: Kept, row: Ripeness) -> Part:
    levels = kept.levels(row.key)
    ripe = tuple(sorted((*levels, (RIPE, "yes"))))
    return name_of(row.key) | {
        "people": kept.main.count(levels, "known"),
        "ripe": kept.main.count(ripe, "known"),
        "of_all": _rates(kept, levels, row.of_all),
        "of_ripe": _rates(kept, ripe, row.of_ripe),
    }


def selective_part(kept: Kept) -> Part | None:
    """What people drawn by lot tell of everybody."""
    found = kept.audit.selective
    if found is None:
        return None
    return {
        "arm": found.arm,
        "population": found.population,
        "lifts": [_lift(kept, one, place, found.lifts[0]) for place, one in enumerate(found.lifts)],
        "groups": [_arm_group(kept, group) for group in found.groups],
    }


def shows_lift(kept: Kept, one: Lift, place: int) -> bool:
    """Whether a lift may be told: the first as its table is, others where neither side is few."""
    if not place:
        return kept.shows_arms(None)
    return all(
        visible_cell(base, count, kept.audit.threshold) for count, base in _pairs(one.counts)
    )


def _lift(kept: Kept, one: Lift, place: int, main: Lift) -> Part:
    """By one definition of the outcome. Where it parts few people from the first it is told coarsely."""
    least = kept.audit.threshold
    shown = shows_lift(kept, one, place)
    near = any(0 < abs(a - b) < least for a, b in zip(one.counts, main.counts, strict=True))
    figures = {name: getattr(one, name) for name in ("lift", "picked", "drawn")}
    if place:
        decimals = 2 if near else 3
        figures = {name: _to(e, decimals) for name, e in figures.items()}
    return {"definition": one.id, "label": one.label} | {
        name: figure(estimate, shown) for name, estimate in figures.items()
    }


def _to(one: Estimate, decimals: int) -> Estimate:
    value, low, high = (round(part, decimals) for part in (one.value, one.low, one.high))
    return Estimate(value, low, high, n=tens(one.n))


def _pairs(counts: tuple[int, int, int, int]) -> tuple[tuple[int, int], tuple[int, int]]:
    return (counts[0], counts[1]), (counts[2], counts[3])


OF_ARM = {
    "share_drawn": ("drawn",),
    "share_picked": ("picked",),
    "over": ("drawn", "picked"),
    "precision": ("picked_with", "picked_known"),
    "base": ("drawn_with", "drawn_known"),
    "fpr": ("picked_without", "drawn_without", "drawn"),
    "fnr": ("picked_with", "drawn_with", "drawn"),
}
"""Cells that each figure of an arm is made of."""


def _arm_group(kept: Kept, group: ArmGroup) -> Part:
    levels = kept.levels(group.key)

    def side(rates: ArmRates, *, rest: bool) -> Part:
        see = kept.arms.shows_rest if rest else kept.arms.shows
        return {
            name: figure(getattr(rates, name), see(levels, *cells))
            for name, cells in OF_ARM.items()
        }

    both = kept.shows_arms(group.key)
    apart = ("flag_ratio", "fpr_gap", "fnr_gap", "fpr_ratio")
    return (
        name_of(group.key)
        | {name: figure(getattr(group, name), both) for name in apart}
        | {"inside": side(group.inside, rest=False), "rest": side(group.rest, rest=True)}
    )


def outside_part(kept: Kept) -> Part | None:
    """Bounds over everybody, linked or not."""
    found, least = kept.audit.outside, kept.audit.threshold
    if found is None:
        return None
    unknown = kept.main.count((), "unknown")
    known = [row for row in found.rows if row.key not in kept.names or kept.shows_outside(row.key)]
    return {
        "framed": found.framed,
        "suppressed": found.suppressed,
        "reasons": [
            {"reason": why, "people": many if many == unknown else shown_count(many, least)}
            for why, many in found.reasons
        ],
        "groups": [_outside_row(kept, row, found.framed) for row in found.rows],
        "gaps": [
            name_of(gap.key) | {
                name: figure(getattr(gap, name).whole, kept.shows_outside(gap.key))
                for name in ("recall", "fpr", "flag_ratio")
            } | {"tipping": number(gap.tipping, 3) if kept.shows_outside(gap.key) else None}
            for gap in found.gaps
            if any(row.key == gap.key for row in known)
        ],
    }  # fmt: skip


def _outside_row(kept: Kept, row: OutsideRow, framed: bool) -> Part:
    """A group over everybody. How many of a group are outside that the frame does not count is not known."""
    key: GroupKey | None = row.key if row.key in kept.names else None
    shown = kept.shows_outside(key)
    told = kept.main.shows(kept.levels(key), "tp", "with")
    inside = figure(row.recall_inside, shown if kept.main.linked is None else told)
    told_outside = shown and (row.framed or not framed)
    out = [row.outside.low, row.outside.high] if told_outside else None

    def over_all(one: Estimate) -> Part:
        return figure(one, shown) if told_outside or not shown else hidden(NOT_KNOWN)

    found: Part = {
        "people": kept.outside.count(kept.levels(key), "inside") if shown else None,
        "outside": out,
        "recall_linked": inside,
        "recall_alike": over_all(row.recall_alike),
        "tipping": number(row.tipping, 3) if told_outside and row.tipping is not None else None,
    }
    for name in ("recall", "fpr", "flagged"):
        bounds = getattr(row, name)
        ends = [number(bounds.low.value), number(bounds.high.value)] if told_outside else None
        found[name] = over_all(bounds.whole) | {"bounds": ends}
    return name_of(key) | found


def link_parts(kept: Kept) -> list[Part]:
    """Every re-run. Its words are told where the groups they speak of are."""
    return [
        {
            "how": rerun.how,
            "features": list(rerun.features),
            "damaged": list(rerun.damaged),
            "people": 10 * round(rerun.people / 10),
            "repeats": rerun.repeats,
            "words": list(rerun.words) if _all_told(kept, rerun) else _without_gaps(rerun),
            "rows": [_link_row(kept, row) for row in rerun.rows],
        }
        for rerun in kept.audit.links
    ]


SHRINKS = "Missed links shrink the gap while the tool gets worse"
"""How the sentence on missed links begins; it goes on with figures of the largest gap."""


def _shows(kept: Kept, key: GroupKey, measure: str) -> bool:
    if kept.main.linked is None:
        return kept.shows_arms(key)
    return kept.main.shows_rest(kept.levels(key), *CELLS[measure])


def _all_told(kept: Kept, rerun: LinkReruns) -> bool:
    """Whether the group of the largest gap is told in every row."""
    for row in rerun.rows:
        known = [(abs(gap.value), key) for key, gap in row.gaps if gap.value == gap.value]
        if known and not _shows(kept, max(known, key=lambda one: one[0])[1], "fpr"):
            return False
    return True


def _without_gaps(rerun: LinkReruns) -> list[str]:
    short = f"{SHRINKS}. Losing data looks like fairness."
    return [short if words.startswith(SHRINKS) else words for words in rerun.words]


def _link_row(kept: Kept, row: LinkRow) -> Part:
    found: Part = {"scenario": row.id, "scenario_label": row.label}
    for name in ("auc", "brier", "flagged", "recall", "loss"):
        found[name] = figure(_bare(getattr(row, name)), enough_of_all(kept), ORDER)
    found["groups"] = [
        name_of(key) | {
            "fpr_gap": figure(_bare(gap), _shows(kept, key, "fpr"), 3),
            "fnr_gap": figure(_bare(miss), _shows(kept, key, "fnr"), 3),
        }
        for (key, gap), (_, miss) in zip(row.gaps, row.misses, strict=True)
    ]  # fmt: skip
    return found


def _bare(one: Estimate) -> Estimate:
    """Without the number of people, which is that of the whole re-run."""
    return Estimate(one.value, one.low, one.high)


def funnel_part(kept: Kept) -> Part | None:
    """Ratios for each step, and for the whole way down to it."""
    found = kept.audit.funnel
    if found is None:
        return None
    return {
        "stages": [{"stage": name, "label": label} for name, label in found.stages],
        "irregular": shown_count(found.irregular, kept.audit.threshold),
        "rates": [
            name_of(rate.key)
            | {"stage": rate.stage}
            | {
                "passed": figure(
                    rate.passed, kept.steps.shows(kept.levels(rate.key), *_step(found, rate.stage))
                ),
                "so_far": figure(
                    rate.so_far,
                    kept.steps.shows(kept.levels(rate.key), f"passed {rate.stage}", "all"),
                ),
            }
            for rate in found.rates
        ],
        "ratios": [
            name_of(one.key)
            | {"stage": one.stage}
            | {
                "step": figure(
                    one.step, kept.steps.shows_rest(kept.levels(one.key), *_step(found, one.stage))
                ),
                "so_far": figure(
                    one.so_far,
                    kept.steps.shows_rest(kept.levels(one.key), f"passed {one.stage}", "all"),
                ),
            }
            for one in found.ratios
        ],
    }


def _step(funnel: Funnel, stage: str) -> tuple[str, str]:
    """Who passed a step, and who reached it."""
    names = [name for name, _ in funnel.stages]
    place = names.index(stage)
    return f"passed {stage}", f"passed {names[place - 1]}" if place else "all"
