"""The page and the screen of a run: what they say, what they keep back, what cannot break them."""

from __future__ import annotations

import copy
import re
from types import SimpleNamespace

import pytest

from licet.chapters.reporting import _reach, rounded_share
from licet.report.linkage import charts, words
from licet.report.linkage.page import CHILD_PROTECTION, SYNTHETIC, page
from licet.report.linkage.screen import run_text

HOSTILE = "<script>alert(1)</script>"


def report(**changed):
    """A report as ``run_report`` makes it, after a round through JSON."""
    found = {
        "use": "early-help", "title": "Early help for families", "version": 2,
        "controller": "Exampleton Council", "day": "2026-11-30", "heading": "LICENSED, BUT ASK EACH FAMILY",
        "floor": "ask_first", "expires": "2027-06-30", "synthetic": True, "threshold": 10, "seconds": 12.3,
        "about": {
            "summary": "School, early years and social work records are joined.",
            "services": ["education", "early_years", "social_work"], "purpose": "early_intervention",
            "processor": "in_house", "contact": "families@exampleton.example",
            "appeals": "By letter, phone or at any children's centre.", "retention": "90 days",
            "rollback": "The rows leave the same night.", "lawful_basis": "Children Act 1989 section 17",
        },
        "shown": {
            "rows_read": 9350, "rows_permitted": 3120, "rows_left_out": 6230, "pairs_compared": 18240,
            "edges_kept": 2105, "edges_joining": 1990, "persons": 1830, "persons_of_several_feeds": 905,
            "households": 640, "relationships": 480,
        },
        "feeds": [
            {"feed": "early_years", "service": "early_years", "title": "Children's centres", "owner": "Head of Early Years",
             "extract": "2026-10-01", "period": "from 2019", "population": "families who came",
             "known_faults": ["Names are as heard at the desk."], "alone": False, "read": 2100, "permitted": None},
            {"feed": "education", "service": "education", "title": "School roll", "owner": "", "extract": "2026-10-01",
             "period": "", "population": "", "known_faults": [], "alone": True, "read": 7250, "permitted": 3110},
        ],
        "changes": [{"feed": "education", "field": "given", "what": "Accents were taken off.", "rows": 310},
                    {"feed": "education", "field": "birth", "what": "A date that stands for nothing.", "rows": None}],
        "excluded": [
            {"feed": "early_years", "reason": "no_answer", "rows": 2090},
            {"feed": "education", "reason": "said_no", "rows": None},
            {"feed": "education", "reason": "no_answer", "rows": 4130},
        ],
        "by_group": [
            {"feed": "education", "column": "ethnicity", "group": "asian", "rows": 610, "permitted": 0.41, "low": 0.37, "high": 0.45},
            {"feed": "education", "column": "ethnicity", "group": "black", "rows": 240, "permitted": 0.29, "low": 0.24, "high": 0.35},
            {"feed": "education", "column": "ethnicity", "group": "gypsy_roma", "rows": None, "permitted": None, "low": None, "high": None},
        ],
        "reasons": {"no_answer": "Whoever this row means has not said yes."},
        "reach": {"compared": 1840, "refusal_missed": None, "refusal_missed_low": 0.0, "refusal_missed_high": 0.0093,
                  "grant_missed": 0.0312, "grant_missed_low": 0.024, "grant_missed_high": 0.0402},
        "person_sizes": [{"size": "1", "count": 925}, {"size": "2", "count": 700}, {"size": "3", "count": 190},
                         {"size": "4", "count": None}, {"size": "5", "count": 0}, {"size": "6 or more", "count": 0}],
        "household_sizes": [{"size": "1", "count": 120}, {"size": "2", "count": 260}, {"size": "3", "count": 255},
                            {"size": "4", "count": None}, {"size": "5", "count": 0}, {"size": "6 or more", "count": 0}],
        "bridges": 815,
        "weights": {"line": 4.25, "bins": [{"from": float(low), "to": float(low + 2), "edges": n} for low, n in
                    zip(range(0, 44, 2), [60, 35, None, 20, None, 0, 15, 30, 55, 90, 120, 180, 240, 310, 360, 250, 150, 90, 60, 25, 10, None], strict=True)]},
        "blocks": [{"block": ["birth", "given"], "pairs": 2850}, {"block": ["given", "house", "street"], "pairs": None}],
        "events": {"created": 1830, "withdrawn": None},
        "unlinkables": [{"feed": "early_years", "permitted": None, "rows": None, "share": None},
                        {"feed": "education", "permitted": 3110, "rows": 155, "share": 0.05}],
        "permission_linkage": [
            {"feed": "early_years", "service": "early_years", "column": None, "group": None, "rows": 2100,
             "permitted": None, "linked": None, "both": None},
            {"feed": "education", "service": "education", "column": None, "group": None, "rows": 7250,
             "permitted": 0.429, "linked": 0.912, "both": 0.391},
            {"feed": "education", "service": "education", "column": "ethnicity", "group": "asian", "rows": 610,
             "permitted": 0.41, "linked": 0.92, "both": 0.377},
            {"feed": "education", "service": "education", "column": "ethnicity", "group": "gypsy_roma", "rows": None,
             "permitted": None, "linked": None, "both": None},
        ],
        "specification": {"id": "standard", "version": 1, "comparisons": ["given", "birth", "home"], "scope": "household",
                          "link_above": 0.95, "keep_above": 0.5, "seed": 1},
        "parameters": [
            {"comparison": "given", "level": "Exact match on given", "m": 0.86, "u": 0.0031, "weight": 8.1},
            {"comparison": "given", "level": "All other comparisons", "m": 0.02, "u": 0.95, "weight": -5.6},
            {"comparison": "birth", "level": "Exact match on date of birth", "m": 0.97, "u": 0.00004, "weight": 14.6},
            {"comparison": "birth", "level": "All other comparisons", "m": None, "u": 0.9, "weight": None},
        ],
    }  # fmt: skip
    found.update(copy.deepcopy(changed))
    return found


def sections(text):
    return re.findall(r'<h2 id="([^"]+)"', text)


def test_the_page_says_everything_a_reader_must_know():
    text = page(report())
    assert sections(text) == [
        "terms", "providers", "left-out", "no", "linker", "made", "analyst", "words",
    ]  # fmt: skip
    for said in (
        "LICENSED, BUT ASK EACH FAMILY, valid until 30 June 2027",
        "Only rows of people who said yes were let in.",
        "about 9,350 rows, about 3,120 were allowed in",
        "Whoever this row means has not said yes.",
        "joined from 4.2 bits",
        "37 to 45 %",
        "families@exampleton.example",
        "Names are as heard at the desk.",
        "version 1; random numbers",
        SYNTHETIC,
    ):
        assert said in text, said
    assert CHILD_PROTECTION in text


def test_nothing_is_said_to_be_synthetic_that_is_not():
    text = page(report(synthetic=False))
    assert "SYNTHETIC" not in text
    assert "SYNTHETIC" not in run_text(report(synthetic=False))


def test_kept_back_counts_are_words_and_never_none_or_nought():
    text = page(report())
    assert "None" not in text
    assert text.count("fewer than 10") >= 6
    chart = charts.count_chart([("4 rows", None)], "t", "s", "c", 10)
    assert chart.rows == (("4 rows", "fewer than 10"),)
    assert "-hidden)" in chart.svg


def test_the_threshold_of_the_workspace_is_the_one_named():
    assert "fewer than 25" in page(report(threshold=25))
    assert "fewer than 10" not in page(report(threshold=25))


def test_a_group_kept_back_has_no_mark_and_no_figure():
    drawing = charts.interval_chart(report()["by_group"], "Let in", "g")
    assert drawing.svg.count("<circle") == 2 + 1  # one is the dot of a pattern
    assert drawing.rows[2] == ("gypsy roma", "not shown", "not shown", "not shown")


def test_the_joining_line_stands_where_it_belongs():
    few = {
        "line": 4.0,
        "bins": [{"from": 0.0, "to": 4.0, "edges": 10}, {"from": 4.0, "to": 8.0, "edges": 10}],
    }
    drawing = charts.weights_chart(few, "w", 10)
    middle = (charts.PLOT_LEFT + charts.PLOT_RIGHT) / 2
    assert f'x1="{middle}"' in drawing.svg
    assert [row[2] for row in drawing.rows] == ["no", "may be"]
    crossed = words.weight_row({"from": 3.0, "to": 5.0, "edges": 10}, 4.0, 10)
    assert crossed[2] == "from the line on"


def test_weights_for_and_against_are_drawn_apart():
    drawing = charts.levels_chart(report()["parameters"], "l")
    assert drawing.rows[1][3] == "\u22125.6"
    assert drawing.rows[3] == (
        "Date of birth: All other comparisons",
        "not shown",
        "90.0 %",
        "not shown",
    )
    assert drawing.svg.count("-against)") == 1


def test_a_waterfall_adds_up():
    drawing = charts.waterfall_chart(
        [("start", -10.0), ("given name", 8.0), ("birth", 14.0)], "t", "w"
    )
    assert drawing.rows[-1] == ("Together", "+12.0")


def test_how_often_permissions_miss_is_told_without_telling_few_rows():
    lines = list(words.reach_lines(report()))
    assert lines[1].startswith("At most about 0.9 % of them a no would not")
    assert lines[2].startswith("3.1 % (95 % interval up to 4.0 %)")
    nothing = report(reach={**report()["reach"], "compared": 0})
    assert len(list(words.reach_lines(nothing))) == 1


def test_permission_and_linkage_stand_side_by_side_where_given():
    place = {"feed": "education", "service": "education", "column": "ethnicity"}
    given = [
        {"feed": "education", "service": "education", "column": None, "group": None, "rows": 7250,
         "permitted": 0.43, "linked": 0.912, "both": 0.392},
        {**place, "group": "black", "rows": 240, "permitted": 0.61, "linked": 0.975, "both": 0.595},
        {**place, "group": "other", "rows": None, "permitted": None, "linked": None, "both": None},
    ]  # fmt: skip
    text = page(report(permission_linkage=given))
    assert "Permission and linkage, by feed" in text and "91 %" in text
    assert "Permission and linkage, by ethnicity (education)" in text and "98 %" in text
    assert text.count("Permission and linkage, ") == 2 * 2  # as caption and as name of the region
    assert "Permission and linkage" not in page(report(permission_linkage=[]))


def test_rows_that_say_too_little_are_told_by_feed():
    told = [{"feed": "education", "permitted": 3110, "rows": 155, "share": 0.05},
            {"feed": "early_years", "permitted": None, "rows": None, "share": None}]  # fmt: skip
    text = page(report(unlinkables=told))
    assert "Rows that can be joined with none" in text
    assert "about 155" in text and "5.0 %" in text
    assert "Rows that can be joined with none" not in page(report(unlinkables=[]))


def test_everything_that_can_happen_to_a_person_is_told_also_what_did_not():
    text = page(report(events={"created": 1830, "withdrawn": None}))
    for said in (
        "New persons",
        "Persons parted from another",
        "Persons of whom rows were taken out",
    ):
        assert said in text


@pytest.mark.parametrize(
    "empty", ["feeds", "changes", "excluded", "by_group", "blocks", "parameters"]
)
def test_a_run_of_little_has_a_page_too(empty):
    assert page(report(**{empty: []}))
    assert run_text(report(**{empty: []}))


def test_a_run_that_kept_no_pair_says_so():
    text = page(report(weights={"line": 4.2, "bins": []}, events={}))
    assert "No two rows were alike enough" in text
    assert "Nothing happened to any person" in text


def hostile(value):
    """The same with every text that an owner of data may write made hostile."""
    if isinstance(value, dict):
        fixed = {"day", "expires", "extract", "size", "floor"}
        return {k: v if k in fixed else hostile(v) for k, v in value.items()}
    if isinstance(value, list):
        return [hostile(one) for one in value]
    return HOSTILE + "\u202e\x1b[2J" + value if isinstance(value, str) else value


def test_hostile_texts_are_escaped():
    text = page(hostile(report()))
    assert "<script" not in text and "&lt;script&gt;" in text
    assert "\u202e" not in text and "\x1b" not in text
    shown = run_text(hostile(report()))
    assert "\u202e" not in shown and "\x1b" not in shown


def test_the_same_run_gives_the_same_bytes_and_asks_for_nothing():
    assert page(report()) == page(report())
    text = page(report())
    assert "<script" not in text and "http://" not in text.replace("http://www.w3.org", "")
    assert "https://" not in text


def test_the_screen_is_short_and_narrow():
    lines = run_text(report()).split("\n")
    assert len(lines) <= 25
    assert max(map(len, lines)) <= 80
    assert any("Left out because: no answer, said no." in line for line in lines)


SHARES = [
    # part, whole; the share and how many it is worked out from, as shown; or None
    (0, 40, (0.0, 40)),
    (40, 40, (1.0, 40)),
    (9, 40, None),
    (31, 40, None),
    (12, 41, (0.25, 40)),
    (13, 40, (0.375, 40)),
    (5, 9, None),
    (0, 0, None),
]


@pytest.mark.parametrize(("part", "whole", "shown"), SHARES)
def test_a_share_tells_no_more_than_rounded_counts(part, whole, shown):
    found = rounded_share(part, whole, 10)
    assert (found and (found.share, found.whole)) == shown


def test_equal_rounded_counts_give_equal_shares():
    """So nobody can work back from a share and its interval to the exact count."""
    found = {rounded_share(part, whole, 10) for part in range(98, 103) for whole in range(248, 253)}
    assert len(found) == 1


def test_few_rows_missed_are_told_by_an_upper_end_alone():
    few = SimpleNamespace(known=1840, found=1840 - 3, reached=1840 - 9)
    told = _reach(few, 10)
    assert told["refusal_missed"] is None and told["refusal_missed_low"] == 0.0
    assert told["refusal_missed_high"] == told["grant_missed_high"] < 0.01
    many = _reach(SimpleNamespace(known=1840, found=1840, reached=1740), 10)
    assert many["refusal_missed"] == 0.0 and many["grant_missed"] == pytest.approx(
        100 / 1840, abs=1e-4
    )
    none = _reach(SimpleNamespace(known=4, found=4, reached=4), 10)
    assert (
        none["compared"] is None
        and none["refusal_missed"] is None
        and none["refusal_missed_high"] == 1.0
    )


def test_a_weight_beyond_all_others_does_not_flatten_the_chart():
    wild = [
        *report()["parameters"],
        {"comparison": "sex", "level": "All other", "m": 1e-100, "u": 0.5, "weight": -350.0},
    ]
    drawing = charts.levels_chart(wild, "l")
    assert "bars end at 30" in drawing.svg
    assert drawing.rows[-1][3] == "\u2212350.0"


def test_reasons_stand_beside_every_feed():
    text = page(report())
    table = text.partition("Rows left out, and why")[2].partition("</table>")[0]
    assert table.count("<tr") == 1 + 2
    assert "fewer than 10" in table and "none" in table


def test_a_table_of_two_columns_stays_a_table_on_a_telephone():
    text = page(report())
    pairs = re.search(
        r'<div class="([^"]*)">\s*<table role="table">\s*<caption><span class="said">Since', text
    )
    three = re.search(
        r'<div class="([^"]*)">\s*<table role="table">\s*<caption><span class="said">Rows read',
        text,
    )
    assert pairs[1] == "scroll" and three[1] == "scroll stack"
