"""The quality of evidence as one HTML page that needs nothing else, and reads by ear."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from licet.groups import ALL
from licet.quality import PARTS, Quality
from licet.quality.effects import Effect
from licet.report.quality import words
from licet.report.rendering import render


@dataclass(frozen=True)
class Sheet:
    """A table of texts. The first cell of a row names it. wide: pushed sideways on a narrow screen."""

    id: str
    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    wide: bool = False


def page(found: Quality) -> str:
    """The whole page as text."""
    return render(
        "quality.html",
        found=found,
        evidence=found.evidence,
        notices=words.notices(found),
        ruling=words.ruling_text(found),
        points=[p for p in found.points if p.kind != "not checked"],
        unchecked=found.unchecked,
        overall=_overall(found),
        by_group=list(_by_group(found)),
        effects=[_effect(found, effect) for effect in found.effects],
        worth=_worth(found),
        changed=_changed(found),
        cells=_cells(found),
        variations=_variations(found),
        silences=list(words.silence_lines(found)),
        margins=_margins(found),
        method=words.method_lines(found),
    )


PART_HEADS = (*(words.PART_WORDS[part] for part in PARTS), "Without a stance")


def _overall(found: Quality) -> Sheet | None:
    rows = [row for row in found.response if row.group == ALL]
    if not rows:
        return None
    cells = tuple(
        (
            words.item_label(found, row.item),
            *(words.figure(row.parts[part]) for part in PARTS),
            words.figure(row.without),
        )
        for row in rows
    )
    caption = "Everybody: who gave which kind of answer; weighted, in brackets unweighted"
    return Sheet("response-all", caption, ("Item", *PART_HEADS), cells)


def _by_group(found: Quality) -> Iterator[Sheet]:
    heads = ("Group", *PART_HEADS, "Less the rest, points", "p", "p, Holm")
    for item in found.evidence.items:
        rows = [row for row in found.response if row.item == item.id]
        if not rows:
            continue
        cells = tuple(
            (
                found.evidence.group_label(row.group),
                *(words.figure(row.parts[part]) for part in PARTS),
                words.figure(row.without),
                words.against_rest(row),
                words.bare_chance(row.p),
                words.bare_chance(row.p_holm),
            )
            for row in rows
        )
        name = words.item_label(found, item.id)
        yield Sheet(f"response-{item.id}", f"{name}: by group", heads, cells, wide=True)


def _effect(found: Quality, effect: Effect) -> dict[str, Any]:
    heads = ("Item", *effect.arms, "Largest difference, points", "p, all arms", "p, Holm", "Note")
    rows = []
    for row in effect.items:
        difference, p, holm, note = words.item_effect(row)
        rows.append(
            (words.item_label(found, row.item), *words.arm_text(row), difference, p, holm, note)
        )
    title = words.effect_title(effect)
    return {
        "id": f"effect-{effect.kind}",
        "title": title,
        "verdict": words.effect_verdict(effect),
        "battery": words.battery_text(effect) if effect.tested else "",
        "power": words.smallest_found(effect),
        "notes": effect.notes,
        "sheet": Sheet(
            f"table-{effect.kind}", f"{title}: permitting share in each arm", heads, tuple(rows)
        ),
    }


def _worth(found: Quality) -> list[Sheet]:
    heads = ("Item", "People", "Kish effective base", "Effective base, design", "Design effect",
             "Half-width, points")  # fmt: skip
    sheets = []
    for group in dict.fromkeys(row.group for row in found.worth):
        cells = tuple(
            (
                words.item_label(found, row.item),
                words.people(row),
                words.number(row.kish),
                words.number(row.effective),
                words.number(row.deff, 2),
                words.half_width(row),
            )
            for row in found.worth
            if row.group == group
        )
        sheets.append(Sheet(f"worth-{group}", found.evidence.group_label(group), heads, cells))
    return sheets


def _changed(found: Quality) -> Sheet:
    many = len(found.sensitivity.cells)
    rows = tuple(
        (name, f"{changed} of {many}") for name, changed in found.sensitivity.changed.items()
    )
    return Sheet(
        "settings", "How many verdicts each setting changes", ("Setting", "Verdicts"), rows
    )


def _cells(found: Quality) -> Sheet | None:
    """Every cell whose verdict hangs on a setting."""
    rows = tuple(
        (
            words.item_label(found, cell.item),
            found.evidence.group_label(cell.group),
            str(cell.verdict),
            "; ".join(f"{name}: {verdict}" for name, verdict in cell.other.items()),
        )
        for cell in found.sensitivity.cells
        if cell.other
    )
    heads = ("Item", "Group", "Verdict", "Then")
    return Sheet("cells", "Verdicts that change with a setting", heads, rows) if rows else None


def _variations(found: Quality) -> Sheet | None:
    if found.assessment is None or not found.assessment.variations:
        return None
    rows = tuple(
        (v.name, v.ruling.heading, "yes" if v.changes_ruling else "no", str(v.changed_cells))
        for v in found.assessment.variations
    )
    heads = ("Setting", "Ruling then", "Changes the ruling", "Deciding verdicts that change")
    return Sheet(
        "variations", f"The ruling on {found.assessment.use.id} under other settings", heads, rows
    )


def _margins(found: Quality) -> Sheet | None:
    rows: list[tuple[str, ...]] = []
    for row in found.margins:
        if row.share is None:
            rows.append(
                (f"{row.margin}: {row.category}", words.NOT_SHOWN, _share(row.population), "", "")
            )
            continue
        nothing = row.low is None or row.high is None
        far = words.difference_text(row.share - row.population, row.low or 0.0, row.high or 0.0)
        rows.append((
            f"{row.margin}: {row.category}", _share(row.share), _share(row.population),
            words.points(row.share - row.population, 0) if nothing else far,
            "off" if row.off else "",
        ))  # fmt: skip
    heads = ("Category", "Answers", "Population", "Difference, points", "")
    heads = (*heads[:4], "Mark")
    return (
        Sheet("margins", "The answers beside known margins", heads, tuple(rows)) if rows else None
    )


def _share(value: float) -> str:
    return f"{words.percent(value)} %"


__all__: Sequence[str] = ["Sheet", "page"]
