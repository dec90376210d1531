"""The examples inside pages: screens and tables made from the bundled data, on a fixed day."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from pathlib import Path

from licet import flow
from licet.assessment import Assessment
from licet.licence import Verdict
from licet.planning import ARTICLE_BASES, RULINGS, Plan, chances, interviews_needed
from licet.published import Assumptions
from licet.survey.intervals import IntervalMethod

TODAY = date(2026, 11, 30)
"""The day for which examples are ruled on, so that a page says the same on any day."""

SHARES = (0.4, 0.45, 0.5, 0.55, 0.6, 0.7, 0.8, 0.9)


@cache
def assessed(use: str) -> Assessment:
    """A use of the bundled town, ruled on."""
    with tempfile.TemporaryDirectory() as folder:
        flow.init(Path(folder) / "town")
        return flow.assess(Path(folder) / "town" / "uses" / f"{use}.toml", today=TODAY)


def screen(use: str, *, whole: bool) -> str:
    """What ``licet assess`` prints: all of it, or the head and the table."""
    text = flow.assessment_screen(assessed(use))
    if not whole:
        text = text[: re.search(r"^Point rule", text, re.MULTILINE).start()].rstrip()  # type: ignore[union-attr]
    return f"```text\n{text.rstrip()}\n```"


def explanation(use: str, first: str, last: str) -> str:
    """The steps of ``licet explain`` from the one numbered ``first`` to the one before ``last``."""
    text = flow.explain(assessed(use))
    part = text[text.index(f"\n{first}. ") + 1 : text.index(f"\n{last}. ")]
    return f"```text\n{part.rstrip()}\n```"


SERVICES = ("social_work", "education", "early_years", "police", "immigration")


def table_three() -> str:
    """The article's Table 3 with intervals, as a picture: which service is trusted to join records."""
    from licet.chapters.charting import notices_of
    from licet.report.charts.drawings import alone

    with tempfile.TemporaryDirectory() as folder:
        flow.init(Path(folder) / "town")
        evidence = Path(folder) / "town" / "evidence" / "parents-2021"
        items = [f"trust_{service}" for service in SERVICES]
        title = "Is this service trusted to join records about families?"
        drawn = flow.chart(evidence, "intervals", items=items, today=TODAY, title=title)
        return alone(drawn, notices_of(evidence))


PLANS: Mapping[str, Mapping[str, int]] = {
    "the article's bases (843; 202, 101, 93, 42)": ARTICLE_BASES,
    "half of each": {group: base // 2 for group, base in ARTICLE_BASES.items()},
    "every group boosted to 300": {g: max(b, 300) for g, b in ARTICLE_BASES.items()},
}


def operating_characteristics() -> str:
    """Chance of each ruling by true share and bases, as ``licet plan`` computes it."""
    lines = []
    for name, bases in PLANS.items():
        found = chances(Plan(bases), SHARES, draws=4000, seed=1)
        lines += [f"**{name[:1].upper()}{name[1:]}**", ""]
        lines.append(" | ".join(["| true share", *RULINGS]) + " |")
        lines.append("|---" * (len(RULINGS) + 1) + "|")
        for share, row in found.items():
            cells = " | ".join(f"{100 * chance:.0f} %" for chance in row)
            lines.append(f"| {100 * share:.0f} % | {cells} |")
        lines.append("")
    return "\n".join(lines)


def interviews() -> str:
    """Interviews in one group that decide one item at 80 % power."""
    lines = ["| true share | line 50 % | line 75 % |", "|---|---|---|"]
    for share in (0.2, 0.3, 0.4, 0.45, 0.48, 0.5, 0.52, 0.55, 0.6, 0.7, 0.8, 0.9):
        needs = [interviews_needed(share, line, 1.5).interviews for line in (0.5, 0.75)]
        cells = " | ".join(f"{n:,}" if n else "no realistic number" for n in needs)
        lines.append(f"| {100 * share:.0f} % | {cells} |")
    return "\n".join(lines)


def printed_counts() -> str:
    """How many cells of the article's tables have each verdict, by interval and design effect."""
    methods: tuple[IntervalMethod, ...] = ("korn-graubard", "wilson")
    verdicts = (Verdict.GRANTED, Verdict.ABSENT, Verdict.UNPROVEN)
    lines = [
        "| interval | design effect | Table 2: granted, absent, unproven | Table 3: the same |",
        "|---|---|---|---|",
    ]
    for method in methods:
        for deff in (1.0, 1.5, 2.0):
            counts = flow.paper(Assumptions(deff, method=method)).counts()
            cells = [
                ", ".join(str(counts[table].get(v, 0)) for v in verdicts)
                for table in ("table2", "table3")
            ]
            lines.append(f"| {method} | {deff:g} | {cells[0]} | {cells[1]} |")
    return "\n".join(lines)


def condition_rows() -> str:
    """Every parameter of a condition: its value, what is agreed, who enforces it."""
    from licet.conditions import PARAMETERS

    rows = ["| parameter | value | agreed | enforced by |", "|---|---|---|---|"]
    for name, one in PARAMETERS.items():
        says = one.says.format(value="...")
        rows.append(f"| `{name}` | {one.allowed} | {says} | {one.by} |")
    return "\n".join(rows)


EXAMPLES: Mapping[str, Callable[[], str]] = {
    "screen-wide": lambda: screen("early-help-wide", whole=False),
    "screen-wide-whole": lambda: screen("early-help-wide", whole=True),
    "screen-early-help": lambda: screen("early-help", whole=False),
    "screen-health-housing": lambda: screen("health-housing", whole=False),
    "explain-ruling": lambda: explanation("early-help", "7", "8"),
    "operating-characteristics": operating_characteristics,
    "interviews-needed": interviews,
    "printed-counts": printed_counts,
    "conditions": condition_rows,
}
