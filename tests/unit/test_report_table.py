"""Groups of a table are headed by what the file says of their variable; its name stays beside it."""

from __future__ import annotations

import csv
import io
import json

import polars as pl
import pytest

import licet
from licet.report.table.cells import variable_name
from licet.report.table.tables import Table

LABEL = "Ethnic group of the parent who answered"
LONG = (
    "Thinking of the household that you live in most of the time: who owns or rents it, if anybody?"
)


@pytest.fixture(scope="module")
def made() -> Table:
    frame = pl.DataFrame({
        "q": ["yes", "no"] * 60, "eth6": ["a"] * 60 + ["b"] * 60, "tenure": ["own", "rent"] * 60,
        "plain": ["x"] * 60 + ["y"] * 60,
    })  # fmt: skip
    table = licet.table(frame, items=["q"], by=["eth6", "tenure", "plain"], unweighted=True)
    labels = {"q": "Is it so?", "eth6": LABEL, "tenure": LONG}
    return Table(**{f: getattr(table, f) for f in table.__dataclass_fields__} | {"labels": labels})


def test_a_variable_is_called_by_its_label_and_its_name() -> None:
    labels = {"eth6": f" {LABEL}\n", "race": "race"}
    assert variable_name("eth6", labels) == f"{LABEL} (eth6)"
    assert variable_name("race", labels) == "race"
    assert variable_name("age", labels) == "age"


@pytest.mark.parametrize("form", ["to_html", "_repr_html_"])
def test_the_page_heads_groups_with_the_label(made, form) -> None:
    page = getattr(made, form)()
    assert f'class="variable">{LABEL} <span class="base">Column eth6</span></th>' in page
    assert 'class="variable">plain</th>' in page


def test_all_figures_name_the_variable_too(made) -> None:
    assert f'<span class="base">{LABEL} (eth6)</span>' in made.to_html()
    assert '<span class="base">plain</span>' in made.to_html()


def test_the_screen_heads_groups_with_the_label(made) -> None:
    lines = made.to_text(80).splitlines()
    assert max(map(len, lines)) <= 80
    assert any(line.strip() == f"{LABEL} (eth6)" for line in lines)
    cut = next(line for line in lines if "Thinking of" in line)
    assert cut.endswith("\u2026 (tenure)"), "the label is cut, the name is not"
    assert any(line.strip() == "plain" for line in lines)


def test_over_columns_the_label_is_cut_and_the_name_is_not() -> None:
    frame = pl.DataFrame({"q": [str(i % 6) for i in range(240)], "eth6": ["a", "b"] * 120})
    table = licet.table(frame, items=["q"], by=["eth6"], unweighted=True)
    labels = {"eth6": LABEL}
    fields = {f: getattr(table, f) for f in table.__dataclass_fields__}
    said = Table(**fields | {"labels": labels}).to_text()
    assert "\u2026 (eth6)" in said and "Ethnic" in said
    assert "(eth6)" not in table.to_text() and " eth6" in table.to_text()


def test_data_keep_the_names(made) -> None:
    rows = list(csv.DictReader(io.StringIO(made.to_csv())))
    assert {row["by"] for row in rows} == {"all", "eth6", "tenure", "plain"}
    document = json.loads(made.to_json())
    assert {row["by"] for row in document["rows"]} == {"all", "eth6", "tenure", "plain"}
    assert document["labels"]["eth6"] == LABEL


def test_a_label_runs_nothing(made) -> None:
    fields = {f: getattr(made, f) for f in made.__dataclass_fields__}
    table = Table(**fields | {"labels": {"eth6": "<script>x</script>\x1b[31m"}})
    assert "<script>" not in table.to_html() and "&lt;script&gt;" in table.to_html()
    assert "\x1b" not in table.to_text()
