"""What a refusal looks like in a chart, and charts in pieces that a telephone can show."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from datetime import date
from typing import Any

import pytest

from licet.chapters.charting import chart
from licet.report.charts.drawings import NARROW, Drawing, drawing_page
from licet.report.charts.intervals import LEFT, RIGHT, Panel, panels
from licet.report.charts.over_waves import BOTTOM, TOP, wave_chart

PRINTED = "src/licet/bundled/town/evidence/parents-2021"
SVG = "{http://www.w3.org/2000/svg}"
CROSS = "#a3122b"


def share(point: float) -> dict[str, float]:
    return {"point": point, "low": point - 0.04, "high": point + 0.04}


def cell(verdict: str, permits: float | None, opposes: float | None, **more: Any) -> dict[str, Any]:
    refused = verdict == "refused" and opposes is not None
    sides = {"permits": permits, "opposes": opposes}
    told = {side: None if one is None else share(one) for side, one in sides.items()}
    against = refused or permits is None
    drawn = told["opposes" if against else "permits"]
    assert drawn
    figure = f"{drawn['point'] * 100:.0f} % [{drawn['low'] * 100:.0f}, {drawn['high'] * 100:.0f}]"
    return {
        "evidence": "e", "item": "company", "requirement": "company", "kind": "processor",
        "label": "Company", "group": "g", "group_label": "Parents", "reference": False,
        "shown": True, "verdict": verdict, "baseline": 0.5, "share": drawn, "beside": "",
        "figure": figure + (" against" if against else ""), "end": date(2020, 1, 1), **told, **more,
    }  # fmt: skip


def panel(*cells: dict[str, Any]) -> Panel:
    return panels({
        "requirements": [{"requirement": "company", "label": "Company"}], "findings": list(cells),
        "deciding": dict.fromkeys(("requirement", "group", "evidence")),
    })[0]  # fmt: skip


def across(position: float) -> float:
    """A position as a proportion."""
    return (position - LEFT) / (RIGHT - LEFT)


def texts(svg: str) -> list[str]:
    return ["".join(node.itertext()) for node in ET.fromstring(svg).iter(f"{SVG}text")]


def crosses(svg: str) -> list[tuple[float, float]]:
    """Where the middle of each cross is."""
    found = re.findall(rf'd="M([\d.]+) ([\d.]+)l1[02] 1[02][^"]*" stroke="{CROSS}"', svg)
    return [(float(x), float(y)) for x, y in found]


def test_a_refusal_stands_at_the_share_it_is_about() -> None:
    svg = panel(cell("refused", 0.3, 0.6), cell("granted", 0.7, 0.1)).svg
    ((x, _),) = crosses(svg)
    assert across(x + 6) == pytest.approx(0.6, abs=0.005)
    said = texts(svg)
    assert "60 % [56, 64] against refused" in said and "against" in said
    bars = [float(n.get("x1", 0)) for n in ET.fromstring(svg).iter(f"{SVG}line")
            if n.get("stroke") == CROSS]  # fmt: skip
    assert [round(across(bar), 2) for bar in bars] == [0.56], "its interval is that of the share"
    thin = re.search(r"H[\d.]+M([\d.]+) [\d.]+v8", svg)
    assert thin and across(float(thin[1])) == pytest.approx(0.3, abs=0.005)


def test_the_legend_says_so_only_where_it_is_drawn() -> None:
    with_one = " ".join(texts(panel(cell("refused", 0.3, 0.6), cell("granted", 0.7, 0.1)).svg))
    without = panel(cell("unproven", 0.45, 0.4))
    assert "share who are against, with its interval" in with_one
    assert "Thin stroke below it: share who permit it" in with_one
    assert "against" not in " ".join(texts(without.svg))
    assert "against" not in without.description


def test_words_for_the_ear_say_whose_share_it_is() -> None:
    said = panel(cell("refused", 0.3, 0.6), cell("granted", 0.7, 0.1)).description
    assert "where it says against, share who are against" in said
    assert "Parents: 60 % [56, 64] against refused" in said


def test_where_those_against_are_not_shown_no_cross_stands_at_another_share() -> None:
    svg = panel(cell("refused", 0.3, None)).svg
    assert not crosses(svg) and "30 % [26, 34] refused" in texts(svg)


def test_a_panel_of_those_against_needs_no_legend() -> None:
    svg = panel(cell("refused", None, 0.6), cell("unproven", None, 0.5)).svg
    assert len(crosses(svg)) == 1
    assert "Share who are against" in texts(svg) and "against" not in texts(svg)


def test_a_share_against_among_others_is_marked_whatever_its_verdict() -> None:
    svg = panel(cell("unproven", None, 0.5), cell("granted", 0.7, 0.1)).svg
    assert "against" in texts(svg) and not crosses(svg)


def test_a_refused_wave_has_a_cross_at_the_share_against() -> None:
    first = cell("unproven", 0.45, 0.4)
    drawing = wave_chart([first, cell("refused", 0.3, 0.6, end=date(2023, 1, 1))], "Company")
    ((_, y),) = crosses(drawing.svg)
    assert (BOTTOM - (y + 5)) / (BOTTOM - TOP) == pytest.approx(0.6, abs=0.005)
    dots = [float(n.get("cy", 0)) for n in ET.fromstring(drawing.svg).iter(f"{SVG}circle")]
    assert [round((BOTTOM - y) / (BOTTOM - TOP), 2) for y in dots] == [0.45, 0.3]
    said = " ".join(texts(drawing.svg))
    assert "\u2715 60 %" in said and "30 %" in said and "Cross: share who are against" in said
    assert "against" in drawing.description
    plain = wave_chart([first], "Company")
    assert "against" not in " ".join(texts(plain.svg)) and "against" not in plain.description


def width(drawing: Drawing) -> float:
    return float(ET.fromstring(drawing.svg).get("viewBox", "").split()[2])


@pytest.mark.parametrize("kind", ["stances", "intervals", "waves", "map"])
def test_a_chart_has_pieces_for_narrow_pages(kind) -> None:
    drawing = chart(PRINTED, kind)
    assert drawing.pieces and all(width(piece) <= NARROW for piece in drawing.pieces)
    page = drawing_page(drawing)
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    for piece in drawing.pieces:
        assert page.count(f'id="{piece.id}-title"') == 1
        assert max(map(len, texts(piece.svg))) * 5 < NARROW, "no line that leaves the drawing"
    assert ('class="scroll wide whole"' in page) == (kind in ("stances", "map"))
    assert 'id="sheet-title"' not in page


def test_the_pieces_of_a_map_say_all_that_the_map_says() -> None:
    drawing = chart(PRINTED, "map")
    for place, row in enumerate(drawing.rows):
        assert all(piece.rows[place][0] == row[0] for piece in drawing.pieces)
        assert [text for p in drawing.pieces for text in p.rows[place][1:]] == list(row[1:])
    heads = [name for piece in drawing.pieces for name in piece.head[1:]]
    assert heads == list(drawing.head[1:])
    said = [" ".join(texts(piece.svg)) for piece in drawing.pieces]
    assert all("Nobody was asked: White British parents" in text for text in said)
    assert "granted: the whole interval" in said[-1] and "granted: the" not in said[0]


def test_one_panel_is_no_sheet() -> None:
    drawing = chart(PRINTED, "intervals", items=["trust_police"])
    assert not drawing.pieces and width(drawing) <= NARROW
    assert drawing_page(drawing).count('role="img"') == 1
