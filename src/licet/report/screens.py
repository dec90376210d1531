"""What the smaller commands show: 80 columns of plain text, and the same as data.

Percentages are whole numbers with their interval, ``28 [13, 48]``; proportions become percent here
and nowhere else.
"""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from licet.licence import Verdict
from licet.planning import RULINGS, Need, Plan
from licet.rejudged import JudgedCell, Rejudged
from licet.report.definitions import WORDS
from licet.report.table.text import shorten_all
from licet.vocabulary import VOCABULARY

WIDTH = 80
GROUPS, CELLS = 27, 13
"""Widths of the matrix of a printed table."""
LABELS = 32
"""Width of item and group together in a table that is judged."""
HEAD_LINES = 6
LONGEST = 400
"""Characters of a text beside columns."""
MARK = {
    Verdict.GRANTED: "+",
    Verdict.ABSENT: "-",
    Verdict.REFUSED: "x",
    Verdict.UNPROVEN: "?",
    Verdict.TOO_FEW: "/",
    Verdict.NOT_MEASURED: ".",
    Verdict.EXPIRED: ".",
}
KEY = "+ granted   - absent   x refused   ? unproven   / too few   . not measured"


_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that turn the direction of the text after them."""
_NO_TEXT = frozenset({"Cc", "Cs", "Zl", "Zp"})
_TAGS = range(0xE0000, 0xE1000)
"""Invisible characters that only programs read."""


def plain(text: object) -> str:
    """Text without anything that a terminal would obey or that hides what is written.

    Control characters, line separators, half characters and those that turn the direction of
    writing become U+FFFD; line breaks and tabs stay.
    """
    text = str(text)
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        "\ufffd"
        if sign not in "\n\t"
        and (unicodedata.category(sign) in _NO_TEXT or sign in _BIDI or ord(sign) in _TAGS)
        else sign
        for sign in text.replace("\r\n", "\n")
    )


def wrap(text: str, indent: str = "", width: int = WIDTH) -> str:
    """A paragraph wrapped to the screen; lines after the first are indented."""
    # A no-break space keeps a number and its percent sign on one line while wrapping.
    filled = textwrap.fill(
        plain(text).replace(" %", "\u00a0%"),
        width,
        subsequent_indent=indent,
        break_on_hyphens=False,
    )
    return filled.replace("\u00a0%", " %")


def message(text: str) -> str:
    """Faults as they are shown: long lines wrapped, what belongs to a word beside it."""
    lines = plain(text).split("\n")
    indents = [" " * 11 if line.startswith("  ") else "  " for line in lines]
    return "\n".join(
        line if len(line) <= WIDTH else wrap(line, indent)
        for line, indent in zip(lines, indents, strict=True)
    )


def columns(rows: Iterable[tuple[str, ...]], widths: tuple[int, ...]) -> str:
    """Rows of text in columns: all but the last are padded, the last is wrapped beside them."""
    lines = []
    left = sum(widths) + len(widths)
    for row in rows:
        row = tuple(plain(" ".join(cell.split("\n"))) for cell in row)
        cells = [_fit(cell, width) for cell, width in zip(row, widths, strict=False)]
        start = " ".join(cells)
        tail = _fit(row[len(widths)], LONGEST).rstrip() if len(row) > len(widths) else ""
        room = max(WIDTH - left, 20)
        for place, piece in enumerate(textwrap.wrap(tail, room) or [""]):
            lines.append(f"{start if place == 0 else ' ' * (left - 1)} {piece}".rstrip())
    return "\n".join(lines)


def _fit(text: str, width: int) -> str:
    return text.ljust(width) if len(text) <= width else text[: width - 1] + "…"


def cell_text(cell: JudgedCell) -> str:
    """A judged cell as ``28 [13,48] -``."""
    share = cell.share
    percent = f"{cell.cell.figure.percent:g}"
    if share is None:
        return percent
    return f"{percent} [{100 * share.low:.0f},{100 * share.high:.0f}]" + _mark(cell)


def _mark(cell: JudgedCell) -> str:
    return f" {MARK[cell.verdict]}" if cell.verdict else ""


def cell_data(cell: JudgedCell, method: str) -> dict[str, Any]:
    """A judged cell as data. percent, baseline, low, high and half_width are in percent (0-100)."""
    share = cell.share
    return {
        "table": cell.cell.table,
        "item": cell.cell.item,
        "item_label": cell.cell.item_label,
        "group": cell.cell.group,
        "group_label": cell.cell.group_label,
        "stance": cell.cell.figure.stance.value,
        "percent": cell.cell.figure.percent,
        "k": cell.cell.k,
        "baseline": None if cell.baseline is None else round(100 * cell.baseline, 6),
        "consensus": cell.consensus.value if cell.consensus else None,
        "verdict": cell.verdict.value if cell.verdict else None,
        "low": None if share is None else 100 * share.low,
        "high": None if share is None else 100 * share.high,
        "interval_method": method,
        "base": cell.measure.base if cell.measure else None,
        "effective_base": cell.measure.effective_base if cell.measure else None,
        "deff": cell.measure.deff if cell.measure else None,
        "half_width": None if share is None else 100 * share.half_width,
        "too_few": cell.too_few or None,
    }


def assumption_lines(table: Rejudged) -> list[str]:
    """What had to be assumed, and how to change it."""
    a = table.assumptions
    lines = [
        f"{100 * a.level:.0f} % {a.method} intervals, design effect {a.deff:g} assumed; "
        "a printed integer stands for half a point each way. Change with --interval, --deff, --base."
    ]
    if a.bases:
        given = ", ".join(f"{group} = {base}" for group, base in a.bases.items())
        lines.append(f"Bases given: {given}.")
    return lines


def paper_text(table: Rejudged, source: str) -> str:
    """The article's tables with intervals, then what is firm."""
    parts = ["What the article's figures show, and what they do not", source, KEY]
    for name in dict.fromkeys(c.cell.table for c in table.cells):
        cells = [c for c in table.cells if c.cell.table == name]
        parts.append(f"{_title(name)}\n{_matrix(cells)}")
        count = table.counts().get(name, {})
        if count:
            parts.append("  " + ", ".join(f"{n} {verdict}" for verdict, n in sorted(count.items())))
        else:
            parts.append("  Awareness is context: it licenses nothing and carries no verdict.")
    wide = sum(bool(c.too_few) for c in table.cells if c.verdict)
    parts.append(
        wrap(
            f"Precision, reported apart: {wide} of {sum(bool(c.verdict) for c in table.cells)} cells "
            "have a base under 10 or an interval wider than 20 points each way."
        )
    )
    parts += [wrap(line) for line in assumption_lines(table)]
    parts.append("Licence is not legality. Data: licet paper --json")
    return "\n\n".join(parts)


def _title(name: str) -> str:
    titles = {
        "table1": "Table 1. Awareness (context only)",
        "table2": "Table 2. Are these reasons for joining records accepted?",
        "table3": "Table 3. Is this service trusted to join records?",
        "prose": "In the text: concerns, demands, operator",
    }
    return titles.get(name, name)


def _matrix(cells: list[JudgedCell]) -> str:
    """Groups down, items across, in blocks that fit the screen."""
    items = list(dict.fromkeys(c.cell.item for c in cells))
    groups = list(dict.fromkeys(c.cell.group for c in cells))
    by_place = {(c.cell.item, c.cell.group): c for c in cells}
    labels = {c.cell.item: c.cell.item_label for c in cells}
    names = {c.cell.group: c.cell.group_label for c in cells}
    most = (WIDTH - GROUPS) // CELLS
    per_block = -(-len(items) // -(-len(items) // most))
    blocks = []
    for start in range(0, len(items), per_block):
        block = items[start : start + per_block]
        heads = [textwrap.wrap(plain(labels[i]), CELLS - 1)[:HEAD_LINES] for i in block]
        lines = [
            " " * GROUPS + "".join(_at(head, row).ljust(CELLS) for head in heads)
            for row in range(max(map(len, heads)))
        ]
        for group in groups:
            row = [by_place.get((item, group)) for item in block]
            if any(row):
                text = "".join((cell_text(c) if c else "").ljust(CELLS) for c in row)
                lines.append(f"{_fit(plain(names[group]), GROUPS - 1)} {text}")
        blocks.append("\n".join(line.rstrip() for line in lines))
    return "\n\n".join(blocks)


def _at(lines: list[str], row: int) -> str:
    return lines[row] if row < len(lines) else ""


def judge_text(table: Rejudged) -> str:
    """One line per cell of anybody's table."""
    rows = [("Item", "Group", "Base", "Share", "Verdict and why")]
    groups = list(dict.fromkeys(c.cell.group_label for c in table.cells))
    items = list(dict.fromkeys(c.cell.item_label for c in table.cells))
    beside = min(max(len("Group"), *map(len, groups)), LABELS // 2) if groups else len("Group")
    item_names = dict(zip(items, shorten_all(items, LABELS - beside), strict=True))
    group_names = dict(zip(groups, shorten_all(groups, beside), strict=True))
    for c in table.cells:
        base = str(c.measure.base) if c.measure else "-"
        share = cell_text(c)[:-2] if c.verdict and c.share else cell_text(c)
        names = item_names[c.cell.item_label], group_names[c.cell.group_label]
        rows.append((*names, base, share, _why(c)))
    counts: dict[str, int] = {}
    for by_verdict in table.counts().values():
        for verdict, n in by_verdict.items():
            counts[verdict] = counts.get(verdict, 0) + n
    total = ", ".join(f"{n} {verdict}" for verdict, n in counts.items())
    text = columns(rows, (LABELS - beside, beside, 5, 12))
    told = [line_text(table), verdict_key(table), *map(wrap, assumption_lines(table))]
    return "\n\n".join([text, total, *filter(None, told)])


def line_text(table: Rejudged) -> str:
    """Where the line of each cell comes from: the number of stances, and how that is known."""
    judged = [c for c in table.cells if c.baseline is not None and c.verdict is not None]
    if not judged:
        return ""
    by_k = {c.cell.k: 100 * c.baseline for c in judged if c.baseline is not None}
    lines = " and ".join(f"{by_k[k]:.0f} % for k = {k}" for k in sorted(by_k))
    parts = [
        "The line is 1.5 divided by k, the number of stances that the answers were joined into"
        f"{', but never below half' if max(by_k) > 3 else ''}: {lines}."
    ]
    by_source: dict[str, dict[str, None]] = {}
    for c in judged:
        by_source.setdefault(c.cell.k_from, {})[c.cell.item_label] = None
    if "assumed" in by_source:
        whose = "" if len(by_source) == 1 else f" for {_items(by_source['assumed'])}"
        parts.append(
            f"k = 3 (permits, neutral, opposes) is assumed{whose}: the table does not say. If people "
            "could only say yes or no, add --k 2, or a column k."
        )
    if "two rows" in by_source:
        whose = _items(by_source["two rows"])
        rows = "its two rows" if len(by_source["two rows"]) == 1 else "the two rows of each"
        parts.append(f"k = 2 for {whose}: {rows} add up to 100 %. A column k says otherwise.")
    return "\n".join(wrap(part) for part in parts)


def _items(labels: Iterable[str]) -> str:
    every = [_fit(plain(label), 40).rstrip() for label in labels]
    more = f" and {len(every) - 3} more" if len(every) > 3 else ""
    return ", ".join(f"\u201c{label}\u201d" for label in every[:3]) + more


def verdict_key(table: Rejudged) -> str:
    """What each verdict of the table means, and consensus."""
    seen = {str(c.verdict) for c in table.cells if c.verdict}
    rows = [
        (f"  {word}", meaning[0].lower() + meaning[1:])
        for word, meaning in ((w, m.removeprefix("A verdict: ")) for w, m in WORDS)
        if word in seen
    ]
    rows += [("  consensus", "what the bare share says, as if it had no interval.")] if seen else []
    return columns(rows, (13,))


def _why(cell: JudgedCell) -> str:
    if cell.verdict is None or cell.baseline is None:
        return "no verdict: awareness licenses nothing"
    line = f"the line is {100 * cell.baseline:.0f}"
    if cell.verdict is Verdict.TOO_FEW:
        return f"{cell.verdict}: {cell.too_few}"
    opposes = " against" if cell.cell.figure.stance.value == "opposes" else ""
    return f"{cell.verdict}{opposes}; {line}, consensus {cell.consensus}"


def plan_text(
    plan: Plan, found: Mapping[float, tuple[float, ...]], needs: Mapping[float, Need]
) -> str:
    """The chance of each ruling by true share, and interviews needed."""
    bases = ", ".join(f"{group} {base}" for group, base in plan.bases.items())
    head = [
        "Chance of each ruling, if the true permitting share is the same in every item and group"
    ]
    head.append(
        f"{plan.items} required items, {plan.k} stances (line {100 * plan.rule.baseline(plan.k):.0f} "
        f"%), bases {bases}; design effect {plan.deff:g}; {plan.method} 95 %."
    )
    rows = [
        ("True share", *(name.capitalize() for name in RULINGS), "Interviews to decide one cell")
    ]
    for share, chances in found.items():
        need = needs[share]
        interviews = f"{need.interviews:,}" if need.interviews else "no realistic number"
        rows.append((f"{100 * share:.0f} %", *(f"{100 * c:.0f} %" for c in chances), interviews))
    note = (
        "Simulated with independent items and groups; real ones are correlated, so real chances of "
        "a refusal or an open cell are somewhat lower. Interviews: in one group, 80 % power."
    )
    return "\n\n".join(
        ["\n".join(wrap(line) for line in head), columns(rows, (10, 9, 15, 9, 13)), wrap(note)]
    )


def vocabulary_text() -> str:
    """Every word with its definition."""
    parts = []
    for kind, terms in VOCABULARY.items():
        rows = [
            (f"  {t.id}", t.definition + (f" [{t.dpv}]" if t.dpv else "")) for t in terms.values()
        ]
        parts.append(f"{kind}\n" + columns(rows, (22,)))
    return "\n\n".join(parts)


def vocabulary_data() -> list[dict[str, str | None]]:
    """Every word as data."""
    return [
        {"list": kind, "id": t.id, "label": t.label, "definition": t.definition, "dpv": t.dpv}
        for kind, terms in VOCABULARY.items()
        for t in terms.values()
    ]
