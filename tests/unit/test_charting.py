"""Charts of evidence: well-formed, said in words, the same as a table, and nothing small in them."""

from __future__ import annotations

import csv
import io
import re
import shutil
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from licet.chapters.charting import chart, notices_of, write_drawing
from licet.errors import BadInput
from licet.report.charts.drawings import alone, picture, twin
from licet.report.charts.licence_map import SIGNS
from licet.report.charts.stance_bars import stance_chart

PRINTED = Path("src/licet/bundled/town/evidence/parents-2021")
SYNTHETIC = Path("src/licet/bundled/parents-2020")
KINDS = ("stances", "intervals", "waves", "map")
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def waves(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("waves")
    for name, end in (("w2020", "2020-12-31"), ("w2023", "2023-05-31")):
        shutil.copytree(SYNTHETIC, folder / name)
        path = folder / name / "codebook.toml"
        text = path.read_text("utf-8").replace('id = "parents-2020"', f'id = "{name}"', 1)
        path.write_text(text.replace("end = 2020-12-31", f"end = {end}"), "utf-8")
    return folder


def texts(svg: str) -> str:
    return " ".join("".join(node.itertext()) for node in ET.fromstring(svg).iter(f"{SVG}text"))


@pytest.mark.parametrize("evidence", [PRINTED, SYNTHETIC])
@pytest.mark.parametrize("kind", KINDS)
def test_each_is_a_picture_with_words(kind, evidence) -> None:
    drawing = chart(evidence, kind)
    root = ET.fromstring(drawing.svg)
    assert root.get("role") == "img"
    named = {node.get("id") for node in root if node.tag in (f"{SVG}title", f"{SVG}desc")}
    assert set(root.get("aria-labelledby", "").split()) == named
    ids = [node.get("id") for node in root.iter() if node.get("id")]
    assert len(ids) == len(set(ids))
    assert not any(node.tag in (f"{SVG}script", f"{SVG}image") for node in root.iter())
    rows = list(csv.reader(io.StringIO(twin(drawing))))
    assert tuple(rows[0]) == drawing.head and len(rows) == len(drawing.rows) + 1
    assert drawing.title in drawing.description or kind in ("intervals", "waves")


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_carries_its_title_and_notices(kind, full) -> None:
    drawing = chart(SYNTHETIC, kind)
    said = texts(alone(drawing, notices_of(SYNTHETIC)))
    assert "SYNTHETIC" in said and drawing.title.split()[0] in said
    if full or kind == "map":
        found = picture(drawing, notices_of(SYNTHETIC))
        assert found.startswith(b"\x89PNG") and len(found) > 10_000


def test_the_map_needs_no_colour() -> None:
    drawing = chart(PRINTED, "map")
    said = texts(drawing.svg)
    verdicts = {cell.split(",")[0] for row in drawing.rows for cell in row[1:]}
    assert verdicts <= set(SIGNS) and {"granted", "absent", "refused"} <= verdicts
    for verdict in verdicts - {"not measured"}:
        drawn = sum(cell.split(",")[0] == verdict for row in drawing.rows for cell in row[1:])
        assert said.count(f"{SIGNS[verdict]} {verdict}") == drawn + 1, "one more in the legend"
    fills = [node.get("fill") for node in ET.fromstring(drawing.svg).iter(f"{SVG}rect")]
    assert len({fill for fill in fills if fill and "url(" in fill}) >= len(verdicts) - 2


def test_the_article_as_a_map() -> None:
    """Black parents do not trust the police to join records: 28 %, absent."""
    drawing = chart(PRINTED, "map")
    black = next(row for row in drawing.rows if row[0].startswith("Black"))
    assert black[drawing.head.index("Police")].startswith("absent, 28 %")


def test_only_groups_that_were_asked_are_drawn() -> None:
    """The article's trust items: printed for six groups, its awareness items for nine others."""
    trust = chart(PRINTED, "intervals", items=["trust_police"])
    assert [row[0] for row in trust.rows if row[1]] and len(trust.rows) == 6
    assert "No qualifications" not in texts(trust.svg)
    assert "No qualifications" in texts(chart(PRINTED, "intervals", items=["aware_joined"]).svg)


def test_a_share_against_is_never_taken_for_one_that_permits() -> None:
    drawing = chart(PRINTED, "map")
    refused = sum(cell.startswith("refused") for row in drawing.rows for cell in row[1:])
    assert refused and len(re.findall(r"\d % against", texts(drawing.svg))) >= refused


def test_stances_say_whose_they_are() -> None:
    assert chart(PRINTED, "stances").title.endswith(": All parents")
    assert chart(PRINTED, "stances", group="black").title.endswith(": Black parents")


def test_stances_diverge_and_neutral_stands_apart_or_is_split() -> None:
    cell = {"label": "Police", "kind": "trust", "shown": True, "figure": "",
            "permits": {"point": 0.5}, "opposes": {"point": 0.3}, "neutral": 0.2}  # fmt: skip
    for neutral in ("apart", "split"):
        svg = stance_chart([cell], "T", neutral=neutral).svg
        root = ET.fromstring(svg)
        bars = {node.get("fill"): node for node in root.iter(f"{SVG}rect") if node.get("stroke")}
        left, right, dots = (
            bars[f] for f in ("url(#stances-stripes)", "#1f4e8c", "url(#stances-dots)")
        )
        ends = [float(bar.get("x")) + float(bar.get("width")) for bar in (left, right, dots)]
        widths = [float(bar.get("width")) for bar in (left, right, dots)]
        assert widths[0] / widths[1] == pytest.approx(0.6, abs=0.01)
        assert widths[2] / widths[1] == pytest.approx(0.4, abs=0.01)
        if neutral == "apart":
            assert ends[0] == pytest.approx(float(right.get("x")), abs=0.2)
            assert float(dots.get("x")) > ends[1]
        else:
            assert ends[0] == pytest.approx(float(dots.get("x")), abs=0.2)
            assert ends[2] == pytest.approx(float(right.get("x")), abs=0.2)


def test_what_is_not_shown_has_no_bar() -> None:
    cell = {"label": "Police", "kind": "trust", "shown": False, "figure": "not shown",
            "permits": None, "opposes": None, "neutral": None}  # fmt: skip
    drawing = stance_chart([cell], "T")
    assert not [n for n in ET.fromstring(drawing.svg).iter(f"{SVG}rect") if n.get("stroke")]
    assert "not shown" in texts(drawing.svg)
    assert drawing.rows[0][1:] == ("not shown",) * 3


def test_waves_are_in_order_of_time(waves) -> None:
    drawing = chart(waves, "waves", items=["trust_police"])
    assert [row[:2] for row in drawing.rows] == [("w2020", "2020-12-31"), ("w2023", "2023-05-31")]
    dots = [float(n.get("cx")) for n in ET.fromstring(drawing.svg).iter(f"{SVG}circle")]
    assert len(dots) == 2 and dots[0] < dots[1]


def test_expired_is_said(waves) -> None:
    from datetime import date

    late = chart(SYNTHETIC, "map", today=date(2040, 1, 1))
    verdicts = {cell.split(",")[0] for row in late.rows for cell in row[1:]}
    assert "expired" in verdicts and "granted" not in verdicts


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"kind": "bars"}, "unknown kind of chart"),
        ({"items": ["trust_polise"]}, "write 'trust_police'"),
        ({"group": "blakc"}, "write 'black'"),
        ({"neutral": "aprt"}, "write 'apart'"),
    ],
)
def test_faults_are_named(how, said) -> None:
    with pytest.raises(BadInput, match=said):
        chart(SYNTHETIC, **how)


def test_several_pieces_of_evidence_are_for_waves_alone(waves) -> None:
    with pytest.raises(BadInput, match="2 pieces of evidence"):
        chart(waves, "map")


def test_files(tmp_path) -> None:
    drawing = chart(PRINTED, "map")
    names = [
        p.name
        for form in ("a.svg", "b.png", "c.html")
        for p in write_drawing(drawing, tmp_path / form)
    ]
    assert names == ["a.svg", "a.csv", "b.png", "b.csv", "c.html"]
    with pytest.raises(BadInput, match="form of chart"):
        write_drawing(drawing, tmp_path / "a.gif")
