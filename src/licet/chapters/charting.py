"""Charts of evidence, as drawings that are written as SVG, PNG, or a page with the same as a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from math import ceil, sqrt
from pathlib import Path
from typing import Any, Literal, get_args

from licet.errors import bad, unknown
from licet.groups import ALL
from licet.readings import Reading, Settings, read
from licet.report.charts import intervals as charts
from licet.report.charts.drawings import (
    Drawing,
    alone,
    drawing_page,
    picture,
    sheet,
    twin,
)
from licet.report.charts.licence_map import licence_map
from licet.report.charts.over_waves import wave_chart
from licet.report.charts.readings import by_item, evidence_cells, of_group
from licet.report.charts.stance_bars import Neutral, stance_chart

ChartKind = Literal["stances", "intervals", "waves", "map"]

Cell = Mapping[str, Any]


def chart(
    evidence: str | Path | Sequence[str | Path],
    kind: ChartKind = "map",
    *,
    items: Sequence[str] = (),
    group: str = ALL,
    neutral: Neutral = "apart",
    today: date | None = None,
    title: str = "",
) -> Drawing:
    """A chart of evidence: one folder, or for waves several (or one that holds them).

    kind: "stances", diverging bars of all items in one group, or of all groups where one item is
    named; "intervals", dots and intervals against the line, a panel per item; "waves", the same over
    time for one group; "map", verdicts of groups by items. items: only these, and of the groups only those
    that were asked about one of them. today: from when
    expired evidence is shown as such. Raises BadInput.
    """
    if kind not in get_args(ChartKind):
        raise unknown("kind of chart", kind, get_args(ChartKind), "kind (--kind)")
    if neutral not in get_args(Neutral):
        raise unknown(
            "place for neutral answers", neutral, get_args(Neutral), "neutral (--neutral)"
        )
    readings = _readings(evidence)
    if kind != "waves" and len(readings) > 1:
        ids = ", ".join(reading.evidence.id for reading in readings)
        raise bad(f"{len(readings)} pieces of evidence", "evidence", "one", f"name one of: {ids}")
    cells = [cell for reading in readings for cell in evidence_cells(reading, today)]
    _check_known(cells, items, group)
    chosen = _of_groups_asked([cell for cell in cells if not items or cell["item"] in items])
    named = title or readings[0].evidence.title
    if kind == "map":
        _check_verdicts(chosen)
        return licence_map(chosen, named)
    if kind == "intervals":
        panels = _intervals(chosen)
        return sheet(panels, named, columns=min(4, ceil(sqrt(len(panels)))))
    if kind == "waves":
        found = [_wave(item, part, group) for item, part in by_item(chosen)]
        who = of_group(chosen, group)[0]["group_label"]
        return sheet(found, title or f"{who}: change over waves", columns=3)
    if len(items) == 1:
        return stance_chart(
            chosen, f"{named}: {chosen[0]['label']}", "group_label", neutral=neutral
        )
    shown = of_group(chosen, group)
    return stance_chart(shown, f"{named}: {shown[0]['group_label']}", neutral=neutral)


def write_drawing(drawing: Drawing, path: str | Path, notices: Sequence[str] = ()) -> list[Path]:
    """Write .svg or .png, with the same as a table in a .csv beside it; or .html, which holds both."""
    from licet.files.writing import write_bytes, write_text

    path = Path(path)
    forms: dict[str, Callable[[], bytes]] = {
        ".svg": lambda: alone(drawing, notices).encode(),
        ".png": lambda: picture(drawing, notices),
        ".html": lambda: drawing_page(drawing, notices).encode(),
    }
    form = path.suffix.casefold()
    if form not in forms:
        raise unknown("form of chart", path.suffix, list(forms), f"--out {path}")
    write_bytes(path, forms[form]())
    if form == ".html":
        return [path]
    beside = path.with_suffix(".csv")
    write_text(beside, twin(drawing))
    return [path, beside]


def notices_of(evidence: str | Path | Sequence[str | Path]) -> list[str]:
    """What must head every page of the evidence."""
    found: dict[str, None] = {}
    for one, _ in _sources(evidence):
        if one.synthetic:
            found["SYNTHETIC: no person gave these answers."] = None
        if one.notice:
            found[one.notice] = None
    return list(found)


def _sources(evidence: str | Path | Sequence[str | Path]) -> list[tuple[Any, Any]]:
    from licet.files.codebook import read_evidence_folder

    folders = [evidence] if isinstance(evidence, str | Path) else list(evidence)
    return [pair for folder in folders for pair in read_evidence_folder(Path(folder))]


def _readings(evidence: str | Path | Sequence[str | Path]) -> list[Reading]:
    return [read(one, answers, Settings()) for one, answers in _sources(evidence)]


def _check_known(cells: Sequence[Cell], items: Sequence[str], group: str) -> None:
    known = list(dict.fromkeys(cell["item"] for cell in cells))
    for item in items:
        if item not in known:
            raise unknown("item", item, known, "items (--items)")
    groups = list(dict.fromkeys(cell["group"] for cell in cells))
    if group not in groups:
        raise unknown("group", group, groups, "group (--group)")


def _of_groups_asked(cells: Sequence[Cell]) -> list[Cell]:
    """Without the groups of which no figure is there; all of them if there is none at all."""
    asked = {cell["group"] for cell in cells if cell["measured"]}
    return [cell for cell in cells if cell["group"] in asked] or list(cells)


def _check_verdicts(cells: Sequence[Cell]) -> None:
    if not any(cell["verdict"] for cell in cells):
        raise bad(
            "no item has a verdict",
            "licet chart --kind map",
            "items of the kinds reason, trust or processor",
            "choose --kind stances or intervals",
        )


def _intervals(cells: Sequence[Cell]) -> list[Drawing]:
    """The panels of the report (see ``report.charts``), with their tables."""
    parts = list(by_item(cells))
    document = {
        "requirements": [{"requirement": item, "label": part[0]["label"]} for item, part in parts],
        "findings": [*cells],
        "deciding": dict.fromkeys(("requirement", "group", "evidence")),
    }
    found = []
    for panel, (_, part) in zip(charts.panels(document), parts, strict=True):
        rows = tuple((c["group_label"], c["figure"], c["verdict"] or "\u2013") for c in part)
        head = ("Group", "Share [interval]", "Verdict")
        found.append(Drawing(panel.id, panel.title, panel.description, panel.svg, head, rows))
    return found


def _wave(item: str, cells: Sequence[Cell], group: str) -> Drawing:
    part = of_group(cells, group)
    part = [cell for cell in part if cell["measured"]] or part
    return wave_chart(part, part[0]["label"], id=f"wave-{item}")
