"""What the report of a run says of feeds and groups, against a count by hand."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from licet.chapters.joining import least_weight
from licet.chapters.linking import link
from licet.chapters.releasing import read_model
from licet.disclosure.counts import shown_count
from licet.engines.explaining import score_rows
from licet.engines.memory import _weigher
from licet.engines.reachable import highest_weights, out_of_reach
from licet.engines.zone import read_rows
from licet.files.runs import RunPlace, current, read_manifest
from licet.linkage.spec import BLOCK_PARTS, LinkageSpec
from tests.linkage.conftest import Made
from tests.linkage.town import FEEDS, TODAY, USE, answer, made, make_workspace


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """A larger town, so that counts may be shown, with groups, and rows that say little."""
    import numpy as np

    root, town = tmp_path_factory.mktemp("reported") / "town", made(90, 8)
    for feed in ("education",):
        for number, row in enumerate(town.rows[feed]):
            row["ethnicity"] = ("black", "asian", "white", "white")[number % 4]
            if number % 3 == 0:
                row |= {"birth": "", "upn": "", "postcode": "", "middle": ""}
                row |= {"house": "", "street": "", "family": row["family"] if number % 2 else ""}
    make_workspace(root, town)
    draw = np.random.default_rng(1)
    people = (p.number for p in town.people)
    answers = {n: "yes" if n % 3 or draw.random() < 0.5 else "no" for n in people}
    answer(root, town, answers, draw, known=1.0)
    found = Made(root, town, answers)
    link(found.use, today=TODAY)
    return found


def folder_of(case: Made) -> Path:
    return RunPlace(case.root, USE, current(case.root, USE)).folder


def report_of(case: Made) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder_of(case) / "report.json").read_text("utf-8"))
    return found


def by_hand(part: int, whole: int) -> float | None:
    """The share of two counts as they are shown; None where one of them, or the rest, is too small."""
    counts = [shown_count(n) for n in (part, whole - part)]
    whole_shown = shown_count(whole)
    if None in counts or not whole_shown:
        return None
    return round(
        (whole_shown if part == whole else min(counts[0] or 0, whole_shown)) / whole_shown, 3
    )


def test_rows_out_of_reach_are_those_that_the_plain_engine_cannot_join(case: Made) -> None:
    folder = folder_of(case)
    model, rows = read_model(folder), read_rows(folder)
    spec = LinkageSpec(**read_manifest(folder)["specification"])
    line = least_weight(spec.link_above)
    weigh = _weigher(spec, model)
    start = least_weight(float(model.settings["probability_two_random_records_match"]))
    plain = [start + weigh(row, row) for row in rows.to_dicts()]
    assert highest_weights(model, rows) == pytest.approx(plain)
    meets = [
        any(all(row[BLOCK_PARTS[part]] is not None for part in parts) for parts in spec.blocks)
        for row in rows.to_dicts()
    ]
    wanted = [w < line or not m for w, m in zip(plain, meets, strict=True)]
    assert out_of_reach(model, spec, rows, line).tolist() == wanted
    assert 0 < sum(wanted) < rows.height and not all(meets)
    row = rows.to_dicts()[wanted.index(False)]
    assert score_rows(model, row, row).total == pytest.approx(plain[wanted.index(False)])
    lost = Counter(feed for feed, out in zip(rows["feed"], wanted, strict=True) if out)
    held = Counter(rows["feed"])
    for one in report_of(case)["unlinkables"]:
        assert one["rows"] == shown_count(lost[one["feed"]])
        assert one["permitted"] == shown_count(held[one["feed"]])
        assert one["share"] == by_hand(lost[one["feed"]], held[one["feed"]])
    assert any(one["share"] for one in report_of(case)["unlinkables"])


def test_permission_and_linkage_are_those_counted_by_hand(case: Made) -> None:
    crosswalk = pl.read_parquet(folder_of(case) / "crosswalk.parquet")
    feeds: dict[str, set[str]] = {}
    for feed, person in crosswalk.select("feed", "person").iter_rows():
        feeds.setdefault(person, set()).add(feed)
    linked = {
        row: len(feeds[person]) > 1 for row, person in crosswalk.select("row", "person").rows()
    }
    told = {
        (one["feed"], one["column"], one["group"]): one
        for one in report_of(case)["permission_linkage"]
    }
    wanted: dict[tuple[str, str | None, str | None], list[str]] = {}
    for feed in FEEDS:
        for row in case.town.rows[feed]:
            name = f"{feed}/{row['record']}"
            wanted.setdefault((feed, None, None), []).append(name)
            if feed == "education":
                wanted.setdefault((feed, "ethnicity", row["ethnicity"]), []).append(name)
    assert set(told) >= set(wanted)
    for key, rows in wanted.items():
        let_in = [row for row in rows if row in linked]
        both = sum(linked[row] for row in let_in)
        assert told[key]["rows"] == shown_count(len(rows))
        assert told[key]["permitted"] == by_hand(len(let_in), len(rows))
        assert told[key]["linked"] == by_hand(both, len(let_in))
        assert told[key]["both"] == by_hand(both, len(rows))
    assert sum(one["linked"] is not None for one in told.values()) >= 3


def test_the_page_shows_both_and_what_happened(case: Made) -> None:
    text = (folder_of(case) / "report.html").read_text(encoding="utf-8")
    for said in (
        "Permission and linkage, by feed",
        "Permission and linkage, by ethnicity (education)",
        "Rows that can be joined with none",
        "School roll (made up)",
        "Persons found to be one with another",
    ):
        assert said in text, said
