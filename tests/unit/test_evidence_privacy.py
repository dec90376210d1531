"""No two outputs of the same answers can be subtracted: bases that would tell a small count are in tens.

Group a has 93 people. Seven of them gave no answer to the item about the police, which is kept back;
a base of 86 or df of 85 anywhere would tell it. (The size of a group is known from other items.)
"""

from __future__ import annotations

import csv
import io
import json
import math
import re
from datetime import date
from pathlib import Path

import pytest

from licet.chapters import checking, comparing, following
from licet.comparisons import Request
from licet.comparisons.bases import bases_in
from licet.disclosure import coarse, coarse_chance, tens
from licet.files.codebook import read_evidence
from licet.readings import Settings
from licet.report.comparisons.data import coarse_figures, csv_text
from licet.report.comparisons.page import page
from licet.report.waves.data import json_text, shares_csv
from tests import factories

TODAY = date(2026, 11, 30)
SIZES = {"a": 93, "b": 307}
SILENT = 7
DESIGN = '[answers]\nfile = "answers.csv"\n[design]\nunweighted = true\n'
ITEMS = """\
[scales.trust]
permits = ["Trust"]
neutral = ["Neither"]
opposes = ["Distrust"]
outside = ["Refused"]
[[items]]
id = "police"
kind = "trust"
subject = "police"
wording = "Do you trust the police?"
scale = "trust"
[[items]]
id = "education"
kind = "trust"
subject = "education"
wording = "Do you trust schools?"
scale = "trust"
[[groups]]
id = "a"
label = "People of a"
when = 'g == "a"'
"""


def folder(place: Path, silent: int = SILENT, year: int = 2024) -> Path:
    """Everybody answered about education; of group a, ``silent`` people refused about the police."""
    place.mkdir()
    head = re.sub(r'id = "[^"]*"', f'id = "{place.name}"', factories.CODEBOOK_HEAD, count=1)
    head = re.sub(r"^(start|end) = \d{4}", rf"\1 = {year}", head, flags=re.MULTILINE)
    head = re.sub(r"^expires = \d{4}", f"expires = {year + 4}", head, flags=re.MULTILINE)
    rows = ["police,education,g,wave"]
    for group, size in SIZES.items():
        for n in range(size):
            said = ("Trust", "Neither", "Distrust")[n % 3]
            police = "Refused" if group == "a" and n < silent else said
            rows.append(f"{police},{said},{group},{1 + n % 2}")
    (place / "codebook.toml").write_text(head + DESIGN + ITEMS, encoding="utf-8")
    (place / "answers.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return place


def told(text: str) -> set[float]:
    """Every number of a text."""
    return {float(number) for number in re.findall(r"\d+(?:\.\d+)?", text)}


def telling() -> set[int]:
    """What gives the seven away: bases of the group and of all, and those less one."""
    bases = (SIZES["a"] - SILENT, sum(SIZES.values()) - SILENT)
    return {*bases, *(base - 1 for base in bases), *(base - 2 for base in bases)}


def test_contrasts_tell_no_base_that_quality_keeps_back(tmp_path: Path) -> None:
    place = folder(tmp_path / "one")
    worth = {(r.item, r.group): r for r in checking.quality(place, today=TODAY).worth}
    assert worth["police", "a"].about and worth["police", "a"].base == 90
    found = comparing.contrasts(place)
    (row,) = (r for r in found.of("rest") if r.one.item == "police")
    assert (row.one.base, row.one.base_about) == (90, True) and math.isnan(row.df)
    police = [r for r in found.rows if r.one.item == "police"]
    for text in (
        json.dumps([coarse_figures(r) | vars(r.one) | vars(r.other) for r in police]),
        comparing.contrasts_screen(found),
        *(line for line in csv_text(found).splitlines() if ",police," in line),
    ):
        assert not told(text) & telling(), text
    assert "about 90" in page(found)
    assert any("About:" in note for note in found.notes)


def test_bases_of_an_item_that_everybody_answered_stay_exact(tmp_path: Path) -> None:
    found = comparing.contrasts(folder(tmp_path / "one"))
    (row,) = (r for r in found.of("rest") if r.one.item == "education")
    assert (row.one.base, row.other.base) == (SIZES["a"], SIZES["b"]) and row.df > 100
    assert not coarse_figures(row)


def test_quality_and_contrasts_follow_one_rule(tmp_path: Path) -> None:
    for silent in (0, 3, 9, 12, 40):
        place = folder(tmp_path / f"s{silent}", silent)
        worth = {(r.item, r.group): r for r in checking.quality(place, today=TODAY).worth}
        for row in comparing.contrasts(place).of("rest"):
            beside = worth[row.one.item, row.one.group]
            assert (beside.base, beside.about) == (row.one.base, row.one.base_about)


@pytest.mark.parametrize(("silent", "exact"), [(0, True), (9, False), (12, True)])
def test_a_count_that_may_be_shown_needs_no_tens(tmp_path: Path, silent: int, exact: bool) -> None:
    evidence, answers = read_evidence(folder(tmp_path / "one", silent))
    bases = bases_in(evidence, answers)
    assert bases.exact("police", "a") is exact
    assert bases_in(evidence, answers, settings=Settings(threshold=0)).exact("police", "a")


def test_waves_tell_no_base_either(tmp_path: Path) -> None:
    early = folder(tmp_path / "early", year=2021)
    found = following.waves([early, folder(tmp_path / "late", 0)], today=TODAY)
    (change,) = (c for c in found.changes if (c.item, c.group) == ("police", "a"))
    assert change.comparison is not None
    assert (change.comparison.other.base, change.comparison.other.base_about) == (90, True)
    assert (change.comparison.one.base, change.comparison.one.base_about) == (SIZES["a"], False)
    shares = list(csv.DictReader(io.StringIO(shares_csv(found))))
    (early_row,) = (
        r for r in shares if (r["wave"], r["item"], r["group"]) == ("early", "police", "a")
    )
    assert (early_row["base"], early_row["base_about"]) == ("90", "yes")
    document = json.loads(json_text(found))
    of_police = [r for r in document["shares"] + document["changes"] if r["item"] == "police"]
    assert not told(json.dumps(of_police)) & telling()


def test_waves_of_a_panel_do_not_add_up_to_the_file(tmp_path: Path) -> None:
    """The bases of its waves would add up to that of the file, which may not be told."""
    place = folder(tmp_path / "one")
    table = place / "answers.csv"
    head, *rows = table.read_text(encoding="utf-8").splitlines()
    numbered = [f"{row},{place}" for place, row in enumerate(rows)]
    table.write_text("\n".join([f"{head},person", *numbered]) + "\n", encoding="utf-8")
    found = comparing.contrasts(place, Request(wave="wave", person="person"))
    police = [r for r in found.of("waves") if r.one.item == "police"]
    assert police and all(r.one.base_about and r.one.base % 10 == 0 for r in police)
    asked = [r for r in found.of("waves") if r.one.item == "education"]
    assert asked and not any(r.one.base_about for r in asked)
    shares = following.waves([place], today=TODAY, wave="wave", person="person")
    rows_of = list(csv.DictReader(io.StringIO(shares_csv(shares))))
    assert {r["base_about"] for r in rows_of if r["item"] == "police"} == {"yes"}


def test_a_battery_has_no_exact_base_either(tmp_path: Path) -> None:
    found = comparing.contrasts(folder(tmp_path / "one"))
    (row,) = (b for b in found.batteries if b.group == "a")
    assert (row.fewest, row.fewest_about) == (90, True)
    assert row.comparison is not None and math.isnan(row.comparison.df)


def test_what_is_shown_instead() -> None:
    assert [tens(n) for n in (3, 12, 86, 94)] == [10, 10, 90, 90]
    assert coarse(1 / 3, 90) == 0.33 and coarse(1 / 3, 5000) == 0.333
    assert coarse(0.0004, 90) == 0.0004 and coarse(-0.0004, 90) < 0
    assert math.isnan(coarse(float("nan"), 90)) and math.isnan(coarse_chance(float("nan")))
    assert coarse_chance(0.04567) == 0.046 and coarse_chance(0.00012345) == 0.0001


def test_a_share_with_all_its_digits_would_tell_the_base(tmp_path: Path) -> None:
    """29 of 86 is no fraction of another base near by; in two decimals it is one of nearly all."""
    found = comparing.contrasts(folder(tmp_path / "one"))
    (row,) = (r for r in found.of("rest") if r.one.item == "police")
    share = coarse_figures(row)["share"]
    fits = [n for n in range(85, 95) if any(round(k / n, 2) == share for k in range(n + 1))]
    assert len(fits) >= 7


def test_waves_are_named_by_their_titles(tmp_path: Path) -> None:
    found = following.waves(
        [folder(tmp_path / "early", year=2021), folder(tmp_path / "late", 0)], today=TODAY
    )
    screen = " ".join(following.waves_screen(found).split())
    assert "Waves: Parents (early) to Parents (late)" in screen
    assert "early (Parents): 2021-01-01" in screen
    assert "in each family: two fieldworks" in screen and ". two" not in screen
