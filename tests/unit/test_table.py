"""The table of shares as people and programs read it: nothing small leaves it, nothing is lost."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

import licet
from licet.errors import BadInput
from licet.report.table.tables import Table
from licet.report.table.text import shorten_all
from tests.suites import shared_file
from tests.tiers import few
from tests.web.conftest import browser  # noqa: F401
from tests.web.pages import fault

HOSTILE = '<script>alert("1")</script>'
OPTIONS = ("Yes, always", "Yes, with conditions", "No")
NETS = {"trust": {"yes of any kind": list(OPTIONS[:2])}}


def people(seed: int = 5, size: int = 600) -> pl.DataFrame:
    """Made-up answers: one group of 6 people, one with rare answers, some of unknown group."""
    draw = np.random.default_rng(seed)
    group = draw.choice(["White", "Black", "Asian", HOSTILE], size, p=[0.6, 0.25, 0.14, 0.01])
    group[:12] = [HOSTILE] * 6 + ["White"] * 6
    unknown = draw.random(size) < 0.02
    return pl.DataFrame(
        {
            "trust": draw.choice(OPTIONS, size, p=[0.5, 0.3, 0.2]),
            "lone": draw.choice(["yes", "no"], size, p=[0.2, 0.8]),
            "group": pl.Series(group).zip_with(pl.Series(~unknown), pl.Series([None] * size)),
            "w": draw.lognormal(0, 0.5, size),
        }
    )


@pytest.fixture(scope="module")
def table() -> Table:
    made = licet.table(people(), items=["trust"], by=["group", "lone"], weight="w", nets=NETS)
    return Table(
        **{**vars_of(made), "nets": NETS, "synthetic": True, "notice": "Made for a test."}
        | {"labels": {"trust": "Do you trust schools & nurseries?"}, "title": "Trust <2021>"}
    )


def vars_of(table: Table) -> dict[str, object]:
    return {name: getattr(table, name) for name in table.__dataclass_fields__}


def is_small(row: dict[str, object]) -> bool:
    return any(1 <= row[name] < 10 for name in ("n", "count"))  # type: ignore[operator]


def test_frames_are_the_analysts_own(table: Table) -> None:
    full, published = table.to_polars(), table.to_polars(published=True)
    assert any(is_small(row) for row in full.to_dicts())
    assert full["estimate"].null_count() == 0
    hidden = published.filter(pl.col("suppressed") != "")
    assert set(published["suppressed"]) == {"", "not shown"}, "never why"
    numbers = ("count", "estimate", "se", "deff", "effective_base", "low", "high", "difference")
    assert hidden.select(numbers).null_count().row(0) == (hidden.height,) * len(numbers)
    for row, kept in zip(full.to_dicts(), published["suppressed"], strict=True):
        assert kept or not is_small(row)


def test_pandas_holds_the_same(table: Table) -> None:
    frame = table.to_pandas(published=True)
    assert list(frame.columns) == table.to_polars(published=True).columns
    assert (
        frame["estimate"].isna().sum() == table.to_polars(published=True)["estimate"].null_count()
    )
    assert len(table.to_pandas()) == table.frame.height


def test_without_pandas_it_says_what_to_install(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(BadInput, match=r"licet\[frames\]"):
        table.to_pandas()


def test_csv_and_json_say_the_same_and_nothing_small(table: Table) -> None:
    rows = list(csv.DictReader(io.StringIO(table.to_csv())))
    document = json.loads(table.to_json())
    assert len(rows) == len(document["rows"]) == table.frame.height
    for written, known in zip(rows, document["rows"], strict=True):
        assert written["notice"].startswith("SYNTHETIC")
        assert written["estimate"] == ("" if known["estimate"] is None else str(known["estimate"]))
        assert (known["count"] is None) == (known["suppressed"] == "not shown")
        assert known["count"] is None or known["count"] == 0 or known["count"] >= 10
        assert known["n"] is None or known["n"] >= 10
    assert document["synthetic"] is True
    assert document["method"]["disclosure_threshold"] == 10
    assert document["nets"] == {"trust": {"yes of any kind": list(OPTIONS[:2])}}


@pytest.mark.parametrize("label", ["=1+1", "+44", "-1", "@here"])
def test_a_spreadsheet_runs_nothing(label: str) -> None:
    frame = pl.DataFrame({"q": [label, "b"] * 20})
    text = licet.table(frame, items=["q"], unweighted=True).to_csv()
    assert {row["option"] for row in csv.DictReader(io.StringIO(text))} == {"'" + label, "b"}


def test_the_screen_in_full() -> None:
    """Counts by hand: 4 of 44 in a said no, so a and the next smallest group are not shown."""
    answers = ["yes"] * 70 + ["no"] * 50
    groups = ["a"] * 40 + ["b"] * 15 + ["c"] * 15 + ["a"] * 4 + ["b"] * 20 + ["c"] * 26
    frame = pl.DataFrame({"q": answers, "g": groups})
    made = licet.table(frame, items=["q"], by=["g"], unweighted=True)
    said = Table(**vars_of(made) | {"title": "By hand", "labels": {"q": "Is it so?"}}).to_text()
    assert (
        said
        == """\
By hand

q: Is it so?
                            g
               All          a         b         c
no              42 [33, 51] not shown not shown  63 [47, 78]
yes             58 [49, 67] not shown not shown  37 [22, 53]
People         120           44        35        41
Effective base 119          not shown not shown  41

Shares: percent of people with a valid answer, with their 95 % interval
  (Korn-Graubard).
Weights: none: every person counts once.
Effective base: how many people a simple random sample would need for the same
  precision; the least and the greatest over the answers shown.
Not shown: a figure of fewer than 10 people, or one that would tell such a
  figure by subtraction. It does not mean 0."""
    )


def test_the_screen_fits_and_stays_clear(table: Table) -> None:
    for width in (60, 80, 120):
        lines = table.to_text(width).splitlines()
        assert max(map(len, lines)) <= width
    said = table.to_text()
    assert said.startswith(
        "SYNTHETIC: no person gave these answers.\nMade for a test.\nTrust <2021>"
    )
    assert "Do you trust schools & nurseries?" in said
    for word in (
        "not shown",
        "Net: yes",
        "People",
        "Effective",
        "Weights: column w",
        "95 % interval",
    ):
        assert word in said
    assert "It does not mean 0" in said


def test_many_groups_go_down_and_few_across() -> None:
    frame = people()
    few = licet.table(frame.with_columns(z=pl.lit("x")), items=["trust"], weight="w").to_text()
    many = licet.table(
        frame.with_columns(place=pl.int_range(pl.len()) % 8),
        items=["trust"],
        by=["place"],
        weight="w",
    ).to_text()
    assert re.search(r"^All +\d+ \[", few, flags=re.MULTILINE)
    assert re.search(r"^place$", many, flags=re.MULTILINE)
    assert re.search(r"^  7 +\d+ \[\d+, \d+\]", many, flags=re.MULTILINE)


def test_a_terminal_obeys_no_label() -> None:
    frame = pl.DataFrame({"q": ["a\x1b[31m\nb", "c"] * 20})
    said = licet.table(frame, items=["q"], unweighted=True).to_text()
    assert "\x1b" not in said and "a [31m b" in said


@pytest.mark.parametrize(
    ("labels", "width", "expected"),
    [
        (["short", "also short"], 12, ["short", "also short"]),
        (["a label that is long"], 10, ["a label t…"]),
        (["trust them a lot", "trust them a bit"], 12, ["trust the…ot", "trust the…it"]),
        (["same", "same"], 10, ["same", "same"]),
        (["x" * 40 + "1" + "y" * 40, "x" * 40 + "2" + "y" * 40], 10, ["xxxxxxx…1", "xxxxxxx…2"]),
    ],
)
def test_shortened_labels_stay_different(
    labels: list[str], width: int, expected: list[str]
) -> None:
    assert shorten_all(labels, width) == expected


def test_many_long_labels_stay_different() -> None:
    labels = [f"the same beginning {n} and the same end of the label" for n in range(30)]
    found = shorten_all(labels, 14)
    assert len(set(found)) == 30
    assert max(map(len, found)) <= 14


def test_the_page_holds_every_figure_and_escapes_everything(table: Table) -> None:
    page = table.to_html()
    assert HOSTILE not in page and "&lt;script&gt;" in page
    assert "Trust &lt;2021&gt;" in page
    outside = re.findall(r"(?:src|href)=\"(?!#)[^\"]*\"|url\(|@import|<script|<link", page)
    assert outside == []
    cells = table.frame.height
    assert page.count('<th scope="row">') >= cells, "one row per cell, and the overview"
    for row in table.to_polars(published=True).to_dicts():
        if row["suppressed"] == "" and row["estimate"] is not None:
            assert f">{100 * row['estimate']:.1f}<" in page
    assert "not shown" in page and "SYNTHETIC" in page


def test_the_notebook_shows_what_may_leave(table: Table) -> None:
    shown = table._repr_html_()
    assert "SYNTHETIC" in shown and "not shown" in shown and HOSTILE not in shown
    assert not re.search(r"<(script|style|link|html)", shown)


def drawn(spec: object) -> list[dict[str, object]]:
    """Every row of data in a chart, wherever it stands."""
    if isinstance(spec, list):
        return [row for part in spec for row in drawn(part)]
    if not isinstance(spec, dict):
        return []
    own = spec.get("values", [])
    return [*own, *(row for key, part in spec.items() if key != "values" for row in drawn(part))]


def test_the_chart_holds_nothing_that_is_kept_back(table: Table) -> None:
    spec = table.chart("trust").to_dict()
    rows = drawn(spec)
    published = table.to_polars(published=True)
    assert len(rows) == published.height
    assert sum("share" in row for row in rows) == (published["suppressed"] == "").sum()
    for row in rows:
        assert ("share" in row) != ("kept_back" in row)
    assert "SYNTHETIC" in json.dumps(spec["title"])
    assert len(table.chart().to_dict()["vconcat"]) == 1
    with pytest.raises(BadInput, match="write 'trust'"):
        table.chart("trusts")


def test_groups_of_the_same_name_stay_apart_in_the_chart() -> None:
    frame = people().with_columns(lone2=pl.col("lone"))
    table = licet.table(frame, items=["trust"], by=["lone", "lone2"], weight="w")
    names = {row["group"] for row in drawn(table.chart().to_dict())}
    assert names == {"All", "lone: yes", "lone: no", "lone2: yes", "lone2: no"}


def test_a_group_that_nobody_answered_for() -> None:
    """A group that was not asked: no figure, nothing kept back, no error."""
    frame = pl.DataFrame({"q": [1, 2, None] * 20, "g": [1, 1, 3] * 20})
    table = licet.table(frame, items=["q"], by=["g"], unweighted=True)
    said = table.to_text()
    assert "no answers" in said and "not shown" not in said
    json.loads(table.to_json())
    assert "no answers" in table.to_html()


def test_importing_the_table_is_cheap() -> None:
    heavy = ("altair", "pandas", "jinja2", "scipy")
    script = (
        f"import sys, licet.report.table.tables; print([m for m in {heavy} if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("by", [["RaceEthn5"], ["RaceEthn5", "MaritalStatus", "OCCUPATION_CAT"]])
def test_real_labels_fit_the_screen(shared: Path, by: list[str]) -> None:
    path = shared_file(shared, "data/surveys/hints6/hints6_public.sav")
    table = licet.table(
        licet.read_answers(path),
        items=["CancerTrustGov", "CancerTrustDoctor"],
        by=by,
        weight="PERSON_FINWT0",
        strata="VAR_STRATUM",
        psu="VAR_CLUSTER",
    )
    said = table.to_text()
    assert max(map(len, said.splitlines())) <= 80
    assert "70 [68, 72]" not in said, "no net was asked for"
    assert re.search(r"28 \[26, 30\]", said), "a lot, in the whole sample"
    assert "CancerTrustGov: A3c." in said


@pytest.mark.browser
@pytest.mark.parametrize("width", few([320, 1280], 1))
def test_the_page_is_accessible(table: Table, width: int, browser: Any, tmp_path: Path) -> None:  # noqa: F811
    """No violation that axe finds, and no scrolling sideways but inside the tables."""
    path = tmp_path / "table.html"
    path.write_text(table.to_html(), encoding="utf-8")
    page = browser.new_page(viewport={"width": width, "height": 900}, bypass_csp=True)
    page.goto(path.as_uri())
    fault(page)
    wide = page.evaluate("document.documentElement.scrollWidth")
    page.close()
    assert wide <= width
