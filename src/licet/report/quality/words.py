"""The quality of evidence in the words in which people read it: screen and page take them from here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isfinite

from licet.quality import CHECKS, PARTS, Quality
from licet.quality.effects import BATTERY_PART, FALSE_ALARM, Difference, Effect, ItemEffect
from licet.quality.response import PartFigure, ResponseRow
from licet.quality.worth import WorthRow
from licet.report.comparisons.words import bare_chance, chance_text, difference_text
from licet.report.table.cells import NONE, NOT_SHOWN, percent, points, whole
from licet.vocabulary import SUBJECT_LIST, label

PART_WORDS = {
    "valid": "A stance",
    "dont_know": "Don't know",
    "refused": "Refused",
    "no_answer": "No answer",
    "other": "Other",
    "not_asked": "Not asked",
}
POWER = 0.8
assert tuple(PART_WORDS) == PARTS


def item_label(found: Quality, item: str) -> str:
    """The short name of an item."""
    known = found.evidence.item(item)
    return label(SUBJECT_LIST[known.kind], known.subject)


def notices(found: Quality) -> list[str]:
    """What must head every page of the evidence."""
    made_up = ["SYNTHETIC: no person gave these answers."] if found.evidence.synthetic else []
    return [*made_up, *([found.evidence.notice] if found.evidence.notice else [])]


def ruling_text(found: Quality) -> str:
    """The ruling that is looked at, or that there is none."""
    if found.assessment is None:
        return (
            "No use is named: what follows would change verdicts; --use says what changes a ruling."
        )
    use = found.assessment.use
    return f"Ruling on {use.id}, version {use.version}: {found.assessment.ruling.heading}."


def figure(part: PartFigure) -> str:
    """A weighted share with the unweighted one: ``3 % (2 %)``; or that it may not be shown."""
    if part.people is None:
        return NOT_SHOWN
    if part.share is None or part.unweighted is None:
        return NONE
    return f"{whole(part.share)} % ({whole(part.unweighted)} %)"


def against_rest(row: ResponseRow) -> str:
    """The group less the rest, with its interval."""
    if not isfinite(row.difference):
        return NONE
    return difference_text(row.difference, row.low, row.high)


def effect_title(effect: Effect) -> str:
    """``Mode of interview (column mode)``."""
    name = CHECKS[effect.kind]
    return f"{name[:1].upper()}{name[1:]} (column {effect.column})"


def effect_verdict(effect: Effect) -> str:
    """What a check found, in one sentence."""
    if not effect.tested:
        return "Could not be tested."
    raw = ""
    if isfinite(effect.raw_p):
        raw = f"; {chance_text(effect.raw_p)} before arms were made alike"
    word = "An effect was found" if effect.found else "No effect was found"
    return f"{word} ({chance_text(effect.p)} for the whole check{raw})."


def battery_text(effect: Effect) -> str:
    """The battery, or that there is none."""
    battery = effect.battery
    if battery is None:
        return "Fewer than two licence items can be read together: only single items are tested."
    parts = ", ".join(f"{_between(d)}" for d in battery.differences)
    return (
        f"Mean over {len(battery.items)} licence items, permitting share: {parts} points; "
        f"joint {chance_text(battery.p)}."
    )


def _between(d: Difference) -> str:
    return f"{d.arm} less {d.against} {difference_text(d.value, d.low, d.high)}"


def smallest_found(effect: Effect) -> str:
    """How large an effect the check would find four times out of five, two arms at a time."""
    from scipy.special import ndtri

    items = [d.se for row in effect.items for d in row.differences if isfinite(d.se)]
    tests = sum(isfinite(row.p) for row in effect.items)
    part = 1 - BATTERY_PART if effect.battery else 1.0
    parts = []
    if effect.battery and effect.battery.differences:
        most = max(d.se for d in effect.battery.differences)
        far = ndtri(1 - FALSE_ALARM * BATTERY_PART / 2) + ndtri(POWER)
        parts.append(f"{100 * far * most:.0f} points on the mean over items")
    if items and tests:
        far = ndtri(1 - FALSE_ALARM * part / tests / 2) + ndtri(POWER)
        middle = sorted(items)[len(items) // 2]
        parts.append(f"about {100 * far * middle:.0f} points on one item alone")
    if not parts:
        return ""
    return f"What it finds four times out of five, between two arms: {' or '.join(parts)}."


def arm_text(row: ItemEffect) -> list[str]:
    """The share of each arm."""
    if not row.shown:
        return [NOT_SHOWN] * len(row.shares)
    return [NONE if s.share is None else f"{whole(s.share)} % of {s.base:,}" for s in row.shares]


def item_effect(row: ItemEffect) -> tuple[str, str, str, str]:
    """Difference, p, Holm p, and what else to know."""
    if not row.shown:
        return NONE, NONE, NONE, ""
    if not row.differences:
        return NONE, NONE, NONE, row.why_not
    widest = max(row.differences, key=lambda d: abs(d.value))
    said = difference_text(widest.value, widest.low, widest.high)
    crosses = "on both sides of the line" if row.crosses else ""
    return said, bare_chance(row.p), bare_chance(row.p_holm), crosses


def people(row: WorthRow) -> str:
    """How many people gave a valid answer."""
    if row.base is None:
        return NOT_SHOWN
    return f"{'about ' if row.about else ''}{row.base:,}"


def number(value: float | None, decimals: int = 0) -> str:
    """A number, or a dash."""
    return NONE if value is None or not isfinite(value) else f"{value:,.{decimals}f}"


def half_width(row: WorthRow) -> str:
    """Points to each side."""
    return NONE if row.half_width is None else f"{100 * row.half_width:.0f}"


def silence_lines(found: Quality) -> Iterator[str]:
    """Firm verdicts that hang on those who gave no answer, a sentence each."""
    for one in found.silences:
        name = f"{item_label(found, one.item)}, {found.evidence.group_label(one.group)}"
        yield (
            f"{name}: {one.verdict}; between {percent(one.least)} % and {percent(one.most)} % if those "
            "outside the base had all thought alike."
        )


def method_lines(found: Quality) -> Sequence[tuple[str, str]]:
    """How the figures were made, a term and a sentence each."""
    return (
        (
            "No answer",
            "Of those who were asked; don't-knows are counted here as no stance, whatever the base "
            "rule of the item. Shares are weighted, in brackets unweighted. The group is compared with "
            "everybody known not to be in it; p is tested on the arcsine scale, fair to small shares.",
        ),
        (
            "Effects of how people were asked",
            "Two tests: the mean difference over the licence items, and each item alone, adjusted by "
            "Holm over all items. Together they raise a false alarm in at most 5 of 100 checks; four "
            "fifths of that go to the mean, which has the power. Each check is a family of its own.",
        ),
        (
            "Modes",
            "Nobody was drawn for a mode by lot. Arms are made alike in the declared groups by raking; "
            "what is left may be the mode, or who answered in it.",
        ),
        (
            "Effective base",
            "Kish: by weights alone. By the design: also by clusters and strata. About: rounded to "
            "tens, because the exact number would tell how few gave no answer; or assumed.",
        ),
        (
            "Not shown",
            f"A figure of fewer than {found.threshold} people, or one that would tell such a figure by "
            "subtraction. It does not mean 0.",
        ),
    )


__all__ = [
    "NONE",
    "NOT_SHOWN",
    "PART_WORDS",
    "against_rest",
    "arm_text",
    "bare_chance",
    "battery_text",
    "difference_text",
    "effect_title",
    "effect_verdict",
    "figure",
    "half_width",
    "item_effect",
    "item_label",
    "method_lines",
    "notices",
    "number",
    "people",
    "percent",
    "points",
    "ruling_text",
    "silence_lines",
    "smallest_found",
]
