"""Evidence over time as one HTML page: charts with the same as tables, changes, what is not joined."""

from __future__ import annotations

from collections.abc import Iterator

from licet.evidence import LICENCE_KINDS
from licet.groups import ALL
from licet.report.charts.drawings import Drawing
from licet.report.charts.over_waves import wave_chart
from licet.report.quality.page import Sheet
from licet.report.rendering import render
from licet.report.waves import words
from licet.waves import Waves


def page(found: Waves) -> str:
    """The whole page as text."""
    return render(
        "waves.html",
        found=found,
        title=words.title(found),
        notices=words.notices(found),
        waves=list(words.wave_lines(found)),
        due=words.due_text(found),
        summary=words.summary(found),
        statuses=words.STATUS_WORDS,
        charts=list(_charts(found)),
        steps=list(_steps(found)),
        apart=list(words.apart_lines(found)),
        joined=list(words.joined_lines(found)),
        family=words.family_line(found),
    )


HEADS = ("Item", "Group", "Verdicts", "Change, points", "p, Holm", "Status")


def _steps(found: Waves) -> Iterator[Sheet]:
    for place, (earlier, later) in enumerate(found.steps):
        rows = tuple(
            (
                words.item_label(found, change),
                words.group_label(found, change),
                words.verdicts_text(change),
                words.change_text(change),
                words.holm_text(change),
                words.status_text(change),
            )
            for change in sorted(found.changes, key=words.rank)
            if (change.earlier, change.later) == (earlier, later)
        )
        yield Sheet(f"step-{place}", f"{earlier} to {later}", HEADS, rows)


def _charts(found: Waves) -> Iterator[tuple[Drawing, Sheet]]:
    """A chart for each licence item that is joined, everybody; and the same as a table."""
    kinds = {item.id: item.kind for item in words.last(found).items}
    for (item, group), cells in words.wave_cells(found).items():
        if group != ALL or kinds[item] not in LICENCE_KINDS or len(cells) < 2:
            continue
        drawing = wave_chart(cells, f"{cells[-1]['label']}: everybody", id=f"wave-{item}")
        yield drawing, Sheet(f"twin-{item}", "The same as a table", drawing.head, drawing.rows)
