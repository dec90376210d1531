"""What is shown of a forecast audit: page, screen, JSON, CSV and workbook say the same and nothing of anybody."""

from __future__ import annotations

import csv
import io
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import openpyxl
import polars as pl
import pytest

from licet.report.audit import forecast_words as words
from licet.report.audit.forecast_cells import figures_of
from licet.report.audit.forecast_data import csv_of
from licet.report.audit.forecast_outputs import Outputs, csv_text, json_text, page, screen
from licet.report.audit.forecast_page import page_text
from licet.report.audit.forecast_screen import screen_text
from licet.report.audit.forecast_sections import LONG, score_sections
from licet.report.audit.forecast_sections_beyond import other_sections
from licet.report.audit.forecast_words import finding
from licet.report.audit.forecast_workbook import workbook_of
from tests.audit.planned import compas, read
from tests.unit import audit_forecast_cases as cases

SCHEMA = json.loads(
    (
        Path(cases.__file__).parents[2] / "src/licet/report/schemas/audit-forecast.schema.json"
    ).read_text("utf-8")
)
NAMES = ("everything", "by_lot", "fixed")


@cache
def outputs(name: str) -> Outputs:
    return Outputs(getattr(cases, name)())


@cache
def data(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(outputs(name).json())
    return found


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("name", NAMES)
def test_the_json_has_the_published_form(name: str) -> None:
    jsonschema.Draft202012Validator(SCHEMA).validate(data(name))


def test_between_them_the_cases_have_every_part() -> None:
    for part in (
        "skill",
        "calibration",
        "benefit",
        "stability",
        "selective",
        "outside",
        "links",
        "funnel",
    ):
        assert any(data(name)[part] for name in NAMES), part


def cells(html: str, caption: str) -> list[list[str]]:
    """The texts of the table with this caption."""
    table = next(t for t in re.findall(r"<table.*?</table>", html, re.S) if f">{caption}<" in t)
    return [
        [re.sub(r"<.*?>", "", cell).strip() for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.S)]
        for row in re.findall(r"<tr.*?</tr>", table, re.S)
    ]


def test_figures_of_the_page_are_those_of_the_data() -> None:
    html = outputs("everything").page()
    rows = {row[0]: row[1:] for row in cells(html, "Sex: error by group, percent")[1:]}
    told = {row["label"]: row for row in data("everything")["groups"] if row["by"] in (None, "sex")}
    assert rows.keys() == told.keys()
    for label, row in told.items():
        for said, measure in zip(
            rows[label][1:], ("fpr", "fnr", "ppv", "flag", "base"), strict=True
        ):
            one = row["rates"][measure]
            ends = [float(number) for number in re.findall(r"-?[\d.]+", said)]
            wanted = [one["value"], one["low"], one["high"]] if one["shown"] else []
            assert ends == pytest.approx([100 * end for end in wanted], abs=0.0501)
            assert one["shown"] or said == one["why_not"]


def test_a_figure_is_the_same_in_json_csv_and_workbook() -> None:
    rows = list(csv.DictReader(io.StringIO(outputs("everything").csv())))
    wanted = next(row for row in data("everything")["groups"] if row["label"] == "women")["rates"][
        "fpr"
    ]
    found = [r for r in rows if (r["part"], r["measure"], r["label"]) == ("groups", "fpr", "women")]
    assert len(found) == 1 and float(found[0]["value"]) == wanted["value"]
    book = openpyxl.load_workbook(io.BytesIO(outputs("everything").workbook()))
    heads, *lines = book["Error by group"].iter_rows(values_only=True)
    place = {name: at for at, name in enumerate(heads)}
    line = next(
        one for one in lines if one[place["Label"]] == "women" and one[place["Measure"]] == "fpr"
    )
    assert line[place["Value"]] == wanted["value"]


@pytest.mark.parametrize("name", NAMES)
def test_what_is_not_shown_is_a_word_and_never_a_number(name: str) -> None:
    told = list(figures_of(data(name)))
    assert told
    for one in told:
        if one["shown"]:
            assert one["value"] is not None and one["why_not"] == ""
        else:
            assert one["why_not"] in ("not shown", "not known")
            assert [one[key] for key in ("value", "low", "high", "n")] == [None] * 4
            assert not one.get("band") and not one.get("bounds")
    for row in csv.DictReader(io.StringIO(outputs(name).csv())):
        assert (row["shown"] == "yes") == bool(row["value"])


def test_small_groups_are_told_nowhere() -> None:
    """Fifteen or so people live on the isle: none of their rates, nor the rest's, nor in a gate."""
    found = data("everything")
    row = next(row for row in found["groups"] if row["label"] == "Isle")
    assert not any(one["shown"] for one in row["rates"].values())
    gaps = [gap for gap in found["gaps"] if gap["group"] == "Isle"]
    assert gaps and not any(gap["difference"]["shown"] or gap["standing"] for gap in gaps)
    audit = cases.everything()
    assert audit.rates is not None
    key = next(key for key in audit.keys if key.group == "Isle")
    value = audit.rates.gap(key, "flag").ratio.value
    text = outputs("everything").page() + outputs("everything").json()
    assert f"{value:.3f}" not in text


def test_gates_tell_no_figure_that_the_tables_keep_back() -> None:
    found = data("everything")
    kept = {(g["by"], g["group"], g["measure"]) for g in found["gaps"]
            if g["versus"] == "rest" and not g["difference"]["shown"]}  # fmt: skip
    alike = next(gate for gate in found["gates"] if gate["id"] == "G4")
    asked = [d for d in alike["demands"] if (d["by"], d["group"], d["measure"]) in kept]
    assert asked, "some demands are on groups whose figures are kept back"
    audit = cases.everything()
    for demand, real in zip(alike["demands"], audit.gate("G4").demands, strict=True):
        if demand in asked:
            assert not demand["figure"]["shown"] and demand["people"] is None
            assert real.estimate is not None
            assert (
                f"{real.says}: not shown." in alike["reasons"]
                or demand["standing"] != alike["standing"]
            )
            assert real.reason not in outputs("everything").page() + outputs("everything").screen()


@pytest.mark.parametrize("name", NAMES)
def test_nothing_of_any_person_is_in_any_output(name: str) -> None:
    made = outputs(name)
    book = openpyxl.load_workbook(io.BytesIO(made.workbook()))
    sheets = "\n".join(
        str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None
    )  # fmt: skip
    text = "\n".join([made.page(), made.screen(), made.json(), made.csv(), sheets])
    assert cases.SECRET not in text
    scores = [score for score in cases.people()["score"].to_list()[:400] if 0.01 < score < 0.99]
    for score in scores:
        assert f"{score:.7f}" not in text and repr(score) not in text


def test_every_chart_has_its_table_with_the_same_texts() -> None:
    found = data("everything")
    blocks = [
        block
        for section in (*score_sections(found), *other_sections(found))
        for block in section.blocks
    ]
    drawn = [block for block in blocks if block.drawing]
    assert len(drawn) >= 8
    for block in drawn:
        assert block.sheet is not None and block.drawing is not None
        told = {text for row in block.sheet.rows for text in row}
        for row in block.drawing.rows:
            for text in row[1:]:
                assert any(text in other for other in told), (block.drawing.id, text)
        assert (block.kind == "folded") == (len(block.sheet.rows) > LONG)


def test_hidden_figures_are_not_drawn() -> None:
    found = data("everything")
    sections = {section.id: section for section in score_sections(found)}
    first = next(block.drawing for block in sections["errors"].blocks if block.drawing)
    isle = first.svg[first.svg.index(">Isle<") : first.svg.index(">North<")]
    assert "not shown" in isle and "circle" not in isle and "rect" not in isle


def test_the_page_says_the_verdict_first_and_that_missed_links_look_like_fairness() -> None:
    html = outputs("everything").page()
    sentence = cases.everything().sentence
    assert html.index(sentence) < html.index("<h2")
    assert "A pass is not permission" in html
    assert "Missed links can shrink the gap between groups while the tool gets worse" in html
    assert "Of 1,000 children" in html and "100 children" in html and "Children: " in html
    assert "families, 2" not in html and "families of 1,000" not in html
    for gate in data("everything")["gates"]:
        assert (
            f'{gate["id"]} {gate["title"]}: <span class="stand stand-{gate["standing"]}">' in html
        )
    assert "d" * 64 in html and data("everything")["plan"]["hash"] in html


def test_an_amended_plan_is_called_exploratory_before_any_figure() -> None:
    html = outputs("fixed").page()
    assert html.index("Exploratory") < html.index("<h1")
    said = outputs("fixed").screen()
    assert said.index("Exploratory") < said.index("G0")
    assert data("fixed")["verdict"]["exploratory"]


@pytest.mark.parametrize("name", NAMES)
def test_the_screen_is_short_and_says_wrongly_flagged_and_missed(name: str) -> None:
    said = outputs(name).screen()
    assert all(len(line) <= 80 for line in said.splitlines())
    assert len(said.splitlines()) < 120
    assert said.index(["A", "pass", "is", "not", "permission"][0]) < said.index("G0 ")
    for gate in data(name)["gates"]:
        assert f"{gate['id']} {gate['standing']}" in said
    if data(name)["groups"]:
        assert "Wrongly flagged" in said and "Missed" in said


def test_the_workbook_has_a_sheet_for_each_part_and_no_clock() -> None:
    one, two = outputs("everything").workbook(), outputs("everything").workbook()
    assert one == two
    book = openpyxl.load_workbook(io.BytesIO(one))
    assert book.sheetnames[0] == "Verdict" and "Funnel" in book.sheetnames
    assert [cell.value for cell in next(book["Funnel"].iter_rows(max_row=1))][-1] == "Why not"


def test_names_of_groups_cannot_run() -> None:
    """A town called after a formula, and one after a script: text everywhere."""
    rows = cases.people(700, 2).with_columns(
        town=pl.col("town").replace(
            {"North": "<script>alert(1)</script>", "South": "=1+1", "Isle": "=1+1"}
        )
    )
    small = {"by": ["town"], "intersections": [], "stages": [], "link_errors": {}, "challengers": {},
             "groups": [], "reference": {}}  # fmt: skip
    made = Outputs(cases.made(rows, framed=False, **small))
    assert "<script>" not in made.page() and "&lt;script&gt;" in made.page()
    assert "'=1+1" in made.csv() and "\n=1+1" not in made.csv() and ",=1+1" not in made.csv()
    book = openpyxl.load_workbook(io.BytesIO(made.workbook()))
    assert all(cell.data_type != "f" for sheet in book for row in sheet for cell in row)


def test_each_door_gives_the_same() -> None:
    audit = cases.fixed()
    made = outputs("fixed")
    assert page(audit) == made.page() and screen(audit) == made.screen()
    assert json_text(audit) == made.json() and csv_text(audit) == made.csv()


def test_the_transparency_record_holds_performance_of_groups() -> None:
    found = data("everything")
    record = found["transparency"]
    assert record["human_review"].startswith("two social workers")
    women = next(row for row in record["subgroup_performance"] if row["label"] == "women")
    rates = next(row for row in found["groups"] if row["label"] == "women")["rates"]
    assert women["wrongly_flagged"] == rates["fpr"] and women["precision"] == rates["ppv"]


@pytest.mark.parametrize(("part", "said"), [
    ({"value": 0.448468, "low": 0.4256, "high": 0.4719}, "44.8 % [42.6, 47.2]"),
    ({"value": 0.00461, "low": 0.0043, "high": 0.0049}, "0.46 % [0.43, 0.49]"),
    ({"value": 0.0, "low": 0.0, "high": 0.031}, "0.0 % [0.0, 3.1]"),
    ({"value": 0.5, "low": None, "high": None}, "50.0 %"),
])  # fmt: skip
def test_shares_in_words(part: dict[str, Any], said: str) -> None:
    assert words.share({**part, "shown": True, "why_not": ""}) == said


def test_a_figure_that_is_not_known_says_so() -> None:
    nothing = {"value": None, "low": None, "high": None, "shown": False, "why_not": "not known"}
    assert {f(nothing) for f in (words.share, words.points, words.times, words.plain)} == {
        "not known"
    }


def test_compas_as_published(shared: Path) -> None:
    """The printed figures of the recipe, on the page and in the data."""
    from licet.audit.forecast import audit

    plan = {"columns": {"outcome": "two_year_recid", "score": "decile_score", "flag": "flag"},
            "by": ["race"], "flagged": {"at_least": 5}}  # fmt: skip
    made = Outputs(audit(read(compas(shared), draws=200, **plan)))
    rates = {row["group"]: row["rates"] for row in made.document["groups"]}
    for group, fpr, fnr, ppv in (
        ("African-American", 44.85, 27.99, 0.630),
        ("Caucasian", 23.45, 47.72, 0.591),
    ):
        assert 100 * rates[group]["fpr"]["value"] == pytest.approx(fpr, abs=0.005)
        assert 100 * rates[group]["fnr"]["value"] == pytest.approx(fnr, abs=0.005)
        assert rates[group]["ppv"]["value"] == pytest.approx(ppv, abs=0.0005)
    assert not rates["Native American"]["fpr"]["shown"]
    table = cells(made.page(), "Race: error by group, percent")
    row = next(row for row in table if row[0] == "African-American")
    assert row[2].startswith("44.8 % [") and row[3].startswith("28.0 % [")


@pytest.mark.long
def test_of_crossed_groups_that_the_frame_does_not_count_nothing_is_said_over_everybody() -> None:
    """No number outside is not nobody outside: neither figures, nor bounds, nor a demand of G6."""
    audit = cases.everything()
    document = json.loads(json_text(audit))
    rows = {row["label"]: row for row in document["outside"]["groups"]}
    crossed = [row for label, row in rows.items() if " & " in label]
    assert crossed and rows["everybody"]["recall"]["shown"]
    for row in crossed:
        assert row["outside"] is None and row["tipping"] is None
        for name in ("recall", "recall_alike", "fpr", "flagged"):
            assert not row[name]["shown"] and row[name].get("bounds") is None
    gate = audit.gate("G6")
    assert not any(demand.key and " x " in demand.key.by for demand in gate.demands)
    assert "does not count" in gate.notes[0]


def test_a_plan_that_is_synthetic_says_so_everywhere() -> None:
    document = {**outputs("fixed").document}
    assert "SYNTHETIC" not in page_text(document) + screen_text(document)
    document["plan"] = {**document["plan"], "synthetic": True}
    html = page_text(document)
    assert 'class="banner">SYNTHETIC' in html and "<title>SYNTHETIC" in html
    assert html.count("SYNTHETIC: no real person.") == html.count("<table")
    assert "SYNTHETIC" in screen_text(document)
    rows = list(csv.DictReader(io.StringIO(csv_of(document))))
    assert {row["synthetic"] for row in rows} == {"yes"}
    book = openpyxl.load_workbook(io.BytesIO(workbook_of(document)))
    assert any(
        "SYNTHETIC" in str(cell.value) for row in book["Verdict"].iter_rows() for cell in row
    )


def test_titles_of_charts_say_who_lies_apart() -> None:
    html = outputs("everything").page()
    gaps = [gap for gap in data("everything")["gaps"] if gap["by"] == "sex"]
    assert f"Sex: {finding(gaps)}" in html
    assert "difference shown" in finding(gaps) or "more often: " in finding(gaps)
