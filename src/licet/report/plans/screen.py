"""A planned survey on the screen: who is asked, what that can show, what it costs; 80 columns.

Percentages are whole numbers; proportions become percent here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from licet.planning import RULINGS
from licet.report.screens import columns, plain, wrap
from licet.report.table.text import shorten_all
from licet.surveyplan.declaring import SurveyPlan
from licet.surveyplan.outlook import Outlook, PlannedBase, PlannedCell, Purchase
from licet.surveyplan.sizing import PlannedSurvey, Sizing

NAME = 24
"""Width of a group's name."""
MOST_CELLS = 12
"""Cells shown, those that are least likely to be decided first; all are in the data."""
MOST_NAMED = 6

BASE_HEADS = ("Boost", "Base", "9 in 10", "Deff", "Worth", "Half-width", "Decided")
BASE_WIDTHS = (7, 7, 9, 6, 7, 12, 8)
CELL_HEADS = ("True share", "Granted", "Absent", "Unproven", "Too few", "To settle")
CELL_WIDTHS = (11, 8, 8, 9, 8, 10)
PRICE_HEADS = ("Size", "Interviews", "Boosts", "Cost", "Decided", "Licensed", "Ask each", "Not known",
               "Refusal")  # fmt: skip


def text(found: PlannedSurvey) -> str:
    """Everything as a screen."""
    outlook = found.outlook
    parts = [
        "\n".join(wrap(line) for line in headline(outlook.plan)),
        "\n".join(_base_table(outlook)),
        wrap(BASE_KEY),
        "\n".join(_cell_table(outlook)),
        wrap(rulings_text(outlook)),
        _price_table(found.purchases, outlook.plan),
    ]
    if found.sizing:
        parts.append(sizing_text(found.sizing, outlook.plan))
    parts.append("\n".join(wrap(f"- {note}", "  ") for note in notes(found)))
    return "\n\n".join(parts)


BASE_KEY = (
    "Base: expected to answer an item; nine surveys in ten reach \u201c9 in 10\u201d. Worth: the "
    "effective base. Half-width: of the widest 95 % interval, in points. Decided: the expected part "
    "of verdicts that are granted or absent."
)


SETTLE_KEY = (
    "To settle: interviews in that group that decide the cell four times out of five; none: no "
    "realistic number."
)


def headline(plan: SurveyPlan) -> Iterator[str]:
    """What is planned, in sentences."""
    boosts = sum(plan.boosts.values())
    extra = f" and {boosts:,} in boosts" if boosts else ""
    yield plain(plan.title)
    interviews = f"{plan.people:,.0f} interviews{extra}"
    if plan.invitations is not None:
        interviews += f"; {plan.invitations:,} people to invite"
    if plan.costs.stated:
        interviews += f"; cost {money(plan.cost, plan)}"
    items = sum(item.number for item in plan.items.values())
    assumed = " (assumed)" if plan.design.assumed else ""
    effect = f"design effect {plan.design.effect:.3g}{assumed} before boosts"
    yield f"{interviews}. {items} item{'s' if items > 1 else ''}; {effect}."


def money(amount: float, plan: SurveyPlan) -> str:
    """An amount with its currency."""
    return f"{amount:,.0f} {plan.costs.currency}".rstrip()


def _line(name: str, cells: Sequence[str], widths: Sequence[int]) -> str:
    right = "".join(f"{cell:>{width}}" for cell, width in zip(cells, widths, strict=True))
    return f"{name:<{NAME}}{right}".rstrip()


def base_cells(base: PlannedBase) -> tuple[str, ...]:
    """A row of the table of bases, without the name."""
    return (
        f"{base.boost:,}" if base.boost else "",
        f"{base.base:,.0f}",
        f"{base.low_base:,.0f}",
        f"{base.deff:.2f}",
        f"{base.effective:,.0f}",
        f"{100 * base.half_width:.1f}",
        percent(base.decided),
    )


def percent(share: float) -> str:
    """A chance as a whole percentage; 0 and 100 only where one in two thousand is not missed."""
    if 0.0005 <= share < 0.005:
        return "<1 %"
    if 0.995 <= share < 0.9995:
        return ">99 %"
    return f"{100 * share:.0f} %"


def _base_table(outlook: Outlook) -> Iterator[str]:
    yield _line("Group", BASE_HEADS, BASE_WIDTHS)
    names = [plain(outlook.plan.group_label(base.group)) for base in outlook.bases]
    for name, base in zip(shorten_all(names, NAME - 1), outlook.bases, strict=True):
        yield _line(name, base_cells(base), BASE_WIDTHS)
    yield _line("All verdicts", ("",) * 6 + (percent(outlook.decided),), BASE_WIDTHS)


def cell_cells(cell: PlannedCell) -> tuple[str, ...]:
    """A row of the table of cells, without the names."""
    need = cell.need.interviews
    return (
        share_text(cell.low, cell.high),
        *(percent(c) for c in (cell.granted, cell.absent, cell.unproven, cell.too_few)),
        f"{need:,}" if need else "none",
    )


def share_text(low: float, high: float) -> str:
    """A true share, or a range of them."""
    ends = f"{100 * low:.3g}" if low == high else f"{100 * low:.3g}-{100 * high:.3g}"
    return f"{ends} %"


def item_label(plan: SurveyPlan, item: str) -> str:
    """An item's name for people, and how many it stands for."""
    planned = plan.items[item]
    name = planned.label or item
    return f"{name} (each of {planned.number})" if planned.number > 1 else name


def weakest_cells(outlook: Outlook) -> list[PlannedCell]:
    """Cells, the least likely to be decided first."""
    return sorted(outlook.cells, key=lambda cell: cell.decided)


def _cell_table(outlook: Outlook) -> Iterator[str]:
    cells = weakest_cells(outlook)
    shown = cells[:MOST_CELLS]
    yield _line("Least likely decided", CELL_HEADS, CELL_WIDTHS)
    plan = outlook.plan
    names = [
        f"{plain(plan.group_label(cell.group))}: {plain(item_label(plan, cell.item))}"
        for cell in shown
    ]
    for name, cell in zip(names, shown, strict=True):
        if len(name) < NAME:
            yield _line(name, cell_cells(cell), CELL_WIDTHS)
        else:
            yield wrap(name, "  ")
            yield _line("", cell_cells(cell), CELL_WIDTHS)
    if len(cells) > len(shown):
        yield f"And {len(cells) - len(shown)} more cells, likelier to be decided."
    yield wrap(SETTLE_KEY)


def rulings_text(outlook: Outlook) -> str:
    """The chance of each ruling on a use that needs all these items, and how sure that is."""
    chances = "; ".join(f"{r} {percent(c)}" for r, c in zip(RULINGS, outlook.rulings, strict=True))
    ground = outlook.ground
    error = 200 * outlook.simulation_error
    return (
        f"A use that needs all items: {chances}. {ground.draws:,} simulated surveys, seed "
        f"{ground.seed}: right to within {max(error, 0.1):.1f} points (two standard errors)."
    )


def price_cells(purchase: Purchase, plan: SurveyPlan) -> tuple[str, ...]:
    """A row of what other sizes cost and decide."""
    return (
        f"x {purchase.size:g}",
        f"{purchase.interviews:,}",
        f"{purchase.boosts:,}",
        f"{purchase.cost:,.0f}" if plan.costs.stated else "-",
        percent(purchase.decided),
        *(percent(chance) for chance in purchase.rulings),
    )


def _price_table(purchases: Sequence[Purchase], plan: SurveyPlan) -> str:
    rows = [PRICE_HEADS, *(price_cells(purchase, plan) for purchase in purchases)]
    return columns(rows, (5, 10, 7, 10, 7, 8, 8, 9))


def sizing_text(sizing: Sizing, plan: SurveyPlan) -> str:
    """What the aim takes, and what nothing realistic can decide."""
    lines = [f"Wanted: {aim_text(sizing)}."]
    if sizing.outlook is None:
        lines.append(f"Nothing of it can be had with {sizing.aim.most:,} people of each group.")
    else:
        lines += _answer(sizing.outlook)
    if sizing.beyond:
        lines.append(beyond_text(sizing, plan))
    return "\n".join(wrap(line, "  ") for line in lines)


def _answer(found: Outlook) -> Iterator[str]:
    plan = found.plan
    boosts = ", ".join(
        f"{plain(plan.group_label(group))} {boost:,}" for group, boost in plan.boosts.items()
    )
    invite = f"; {plan.invitations:,} people to invite" if plan.invitations is not None else ""
    cost = f"; cost {money(plan.cost, plan)}" if plan.costs.stated else ""
    yield f"It takes {plan.people:,.0f} interviews; boosts: {boosts or 'none'}{invite}{cost}."
    bases = ", ".join(
        f"{plain(plan.group_label(base.group))} {base.base:,.0f}" for base in found.bases
    )
    yield f"Bases then: {bases}."
    yield f"Decided then: {percent(found.decided)} of all verdicts."


def aim_text(sizing: Sizing) -> str:
    """The aim in words."""
    aim, number = sizing.aim, len(sizing.wanted)
    cells = f"{number} cell{'s' if number != 1 else ''}"
    if aim.kind == "half_width":
        return f"no interval wider than {100 * aim.value:.3g} points each way, in {cells}"
    if aim.kind == "together":
        return f"{cells} all decided at once, with a chance of {100 * aim.value:.3g} %"
    return f"each of {cells} decided, with a chance of {100 * aim.value:.3g} %"


def beyond_text(sizing: Sizing, plan: SurveyPlan) -> str:
    """The cells that are left out, as they take too many people."""
    named = [
        f"{plain(item_label(plan, item))} in {plain(plan.group_label(group))}"
        for item, group in sizing.beyond[:MOST_NAMED]
    ]
    more = len(sizing.beyond) - len(named)
    tail = f", and {more} more" if more else ""
    number, most = len(sizing.beyond), sizing.aim.most
    why = f"more than {most:,} people of one group"
    return f"Left out, as each takes {why}: {number} of them, {', '.join(named)}{tail}."


def notes(found: PlannedSurvey) -> list[str]:
    """What had to be assumed, a sentence each."""
    plan = found.outlook.plan
    lines = list(found.notes)
    if plan.design.assumed:
        lines.append(
            f"Design effect {plan.design.effect:g} assumed: nothing is said of the design."
        )
    pairs = len(plan.groups) * (len(plan.groups) - 1) // 2
    if pairs > len(plan.overlaps):
        lines.append("Groups for which no overlap is given are taken as independent of each other.")
    if sum(item.number for item in plan.items.values()) > 1 and not plan.item_correlation:
        lines.append(
            "Answers to different items are taken as independent. Real ones go together, so that "
            "real chances of a refusal or an open cell are somewhat lower."
        )
    if found.sizing and not plan.costs.stated:
        lines.append("No costs are given: the fewest people were looked for.")
    lines.append(
        "Chances of verdicts are exact under the binomial on the effective base, averaged over how "
        "many people of a group there turn out to be; only rulings are simulated."
    )
    return lines
