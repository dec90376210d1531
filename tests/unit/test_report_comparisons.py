"""Comparisons as a screen, a page and data, and the command that makes them."""

from __future__ import annotations

import csv
import io
import json
import re
from functools import cache
from html.parser import HTMLParser
from importlib.resources import as_file, files
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from licet.chapters.comparing import contrasts, contrasts_json, contrasts_screen, write_contrasts
from licet.commands.contrasts import add_to
from licet.comparisons import Comparisons, Request
from licet.errors import BadInput
from licet.report.comparisons.data import COLUMNS, batteries_csv, csv_text
from licet.report.comparisons.page import fragment, page
from licet.report.comparisons.words import chance_text, difference_text


@cache
def found(name: str) -> Comparisons:
    asked = Request(pairs=(("black", "lone"),), item_pairs=(("trust_police", "trust_education"),))
    with as_file(files("licet.bundled") / name) as folder:
        return contrasts(folder, asked)


PRINTED, ANSWERS = "town/evidence/parents-2021", "parents-2020"


@pytest.mark.parametrize("name", [PRINTED, ANSWERS])
def test_the_screen_is_80_columns_and_says_what_it_rests_on(name: str) -> None:
    screen = contrasts_screen(found(name))
    assert max(len(line) for line in screen.splitlines()) <= 80
    for said in ("at least 5 points", "Families of tests", "no verdict", "Batteries"):
        assert said in " ".join(screen.split())
    assert found(name).evidence.notice.split()[0] in screen


def test_a_battery_that_may_not_be_shown_says_so() -> None:
    lines = contrasts_screen(found(ANSWERS)).splitlines()
    assert any(line.split() == ["Black", "parents", "not", "shown"] for line in lines)


def test_the_screen_of_the_article() -> None:
    screen = " ".join(contrasts_screen(found(PRINTED)).split())
    assert "−22 [−39, −5] points (95 % interval), p .012; among 45 tests" in screen
    assert "Black parents 34 48 −13.5 .026 to .090 5 lower" in screen
    assert "correlation between items 0.3 to 0.7, assumed" in screen


def test_marks_are_words_not_colours() -> None:
    text = re.sub(r"<style>.*?</style>", "", page(found(PRINTED)), flags=re.DOTALL)
    assert re.search(r"−22 \[−39, −5\] <span class=\"v\">lower</span>", text)


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_the_table_is_tidy() -> None:
    table = rows(csv_text(found(PRINTED)))
    assert tuple(table[0]) == COLUMNS
    assert len(table) == len(found(PRINTED).rows)
    police = next(
        r for r in table if (r["sort"], r["item"], r["group"]) == ("rest", "trust_police", "black")
    )
    assert float(police["difference"]) == pytest.approx(-0.2210, abs=1e-4)
    assert (police["appreciably"], police["family_size"], police["other_group"]) == (
        "lower",
        "45",
        "rest",
    )
    assert police["df"] == "" and police["context"] == "no"
    assert {float(r["correlation"]) for r in rows(batteries_csv(found(PRINTED)))} == {
        0,
        0.3,
        0.5,
        0.7,
        1,
    }
    assert {r["correlation"] for r in rows(batteries_csv(found(ANSWERS)))} == {""}


def test_what_may_not_be_shown_is_nowhere() -> None:
    result = found(ANSWERS)
    hidden = [row for row in result.rows if not row.shown]
    assert hidden
    table, data = rows(csv_text(result)), json.loads(contrasts_json(result))
    for kept, told, same in zip(result.rows, table, data["comparisons"], strict=True):
        if not kept.shown:
            assert told["shown"] == "not shown"
            assert not any(
                told[key]
                for key in ("share", "base", "difference", "p", "se", "other_base", "family")
            )
            assert same["difference"] is None and same["other_share"] is None
    assert "not shown" in contrasts_screen(result) and "not shown" in page(result)


def test_data_is_json_without_what_json_has_not() -> None:
    data = json.loads(contrasts_json(found(PRINTED)))
    assert data["appreciable"] == {"difference": 0.05, "level": 0.95}
    assert {
        "family": "a group against the rest, permitting shares of licence items",
        "tests": 45,
    } in data["families"]
    assert data["comparisons"][0]["df"] is None
    assert data["seed"] == 1


class Balance(HTMLParser):
    """Every element that is opened is closed, in order."""

    EMPTY = frozenset({"meta", "br", "link", "img", "hr"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.ids += [value or "" for key, value in attrs if key == "id"]
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("name", [PRINTED, ANSWERS])
@pytest.mark.parametrize("make", [page, fragment])
def test_the_page_is_whole(name: str, make: object) -> None:
    text = make(found(name))  # type: ignore[operator]
    reader = Balance()
    reader.feed(text)
    assert reader.open == [] and len(set(reader.ids)) == len(reader.ids)
    assert "http:" not in text and "https:" not in text and "<script" not in text
    assert text.count("<caption>") == text.count("<table>")


def test_everything_is_written_together(tmp_path: Path) -> None:
    paths = write_contrasts(found(PRINTED), tmp_path / "new")
    assert sorted(path.name for path in paths.values()) == [
        "batteries.csv", "comparisons.csv", "comparisons.html", "comparisons.json",
    ]  # fmt: skip
    assert paths["data"].read_text("utf-8") == contrasts_json(found(PRINTED))


def test_the_same_evidence_gives_the_same_bytes() -> None:
    found.cache_clear()
    first = contrasts_json(found(ANSWERS))
    found.cache_clear()
    assert contrasts_json(found(ANSWERS)) == first


@pytest.mark.parametrize(
    ("p", "said"),
    [
        (0.0123, "p .012"),
        (0.00001, "p < .001"),
        (0.5, "p .500"),
        (1.0, "p > .99"),
        (float("nan"), "p not known"),
    ],
)
def test_chances_in_words(p: float, said: str) -> None:
    assert chance_text(p) == said


def test_an_end_near_0_is_told_from_it() -> None:
    assert difference_text(0.06, 0.002, 0.118) == "+6 [+0.2, +12]"
    assert difference_text(-0.06, -0.12, -0.00004) == "−6 [−12, −0.004]"
    assert difference_text(0.05, float("nan"), float("nan")) == "+5 [not known]"


app = typer.Typer()
add_to(app)


@app.callback()
def program() -> None:
    """So that the command keeps its name."""


def test_the_command(tmp_path: Path) -> None:
    with as_file(files("licet.bundled") / PRINTED) as folder:
        plain = CliRunner().invoke(app, ["contrasts", str(folder), "--out", str(tmp_path)])
        stricter = CliRunner().invoke(app, ["contrasts", str(folder), "--appreciable", "25"])
        data = CliRunner().invoke(
            app, ["contrasts", str(folder), "--json", "--family", "kind", "--pair", "black, lone",
                  "--battery", "two=trust_police,trust_education", "--items", "trust_police"]
        )  # fmt: skip
    assert plain.exit_code == stricter.exit_code == data.exit_code == 0, (plain, stricter, data)
    assert (tmp_path / "comparisons.html").exists()
    assert "none of the 50" in stricter.stdout
    document = json.loads(data.stdout)
    assert {row["item"] for row in document["comparisons"]} == {"trust_police"}
    assert {battery["battery"] for battery in document["batteries"]} == {"two"}


@pytest.mark.parametrize(
    "wrong",
    [["--pair", "black"], ["--pair", "black,balck"], ["--family", "all"], ["--threshold", "0"], ["--appreciable", "500"],
     ["--battery", "x=trust_police"], ["--items", "trust_polce"], ["--base", "nobody=5"]],
)  # fmt: skip
def test_what_the_command_cannot_read_is_said(wrong: list[str]) -> None:
    with as_file(files("licet.bundled") / PRINTED) as folder:
        result = CliRunner().invoke(app, ["contrasts", str(folder), *wrong])
    assert isinstance(result.exception, BadInput)


def test_a_folder_of_several_fieldworks_is_refused(tmp_path: Path) -> None:
    with as_file(files("licet.bundled")) as folder:
        import shutil

        shutil.copytree(folder / PRINTED, tmp_path / "a")
        shutil.copytree(folder / ANSWERS, tmp_path / "b")
    with pytest.raises(BadInput, match="2 pieces of evidence"):
        contrasts(tmp_path)
