"""Why rows are one person: the run's own weights, the way between rows, and who may look."""

from __future__ import annotations

import itertools
import json
import shutil
from datetime import date, timedelta
from importlib.resources import files
from math import inf
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from licet.chapters import explaining, releasing
from licet.chapters.stores import open_store
from licet.chapters.workspaces import init
from licet.engines.duckdb import DuckDBEngine
from licet.engines.explaining import meeting_blocks, score_rows, strongest_path
from licet.engines.protocol import Edges
from licet.engines.zone import FIT, MENTION_FIT, Zone, write_rows
from licet.errors import BadInput
from licet.files.feeds import read_feeds
from licet.files.runs import RunPlace, write_manifest
from licet.files.workspace import find_workspace
from licet.linkage.clusters import cluster
from licet.linkage.spec import FIELDS, standard_spec
from licet.report.linkage.explaining import explanation_page, explanation_text

TODAY = date(2026, 11, 30)
FEEDS = ("early_years", "education", "social_work")
GIVEN = [
    a + b
    for a in ("al", "be", "ca", "di", "el", "fi", "ga", "ha")
    for b in ("na", "ra", "vid", "son")
]
FAMILY = [
    a + b
    for a in ("smi", "tay", "bro", "wil", "ev", "tho", "rob")
    for b in ("th", "lor", "wn", "ons")
]
OFFICER = "Early help, team 2"

pytestmark = pytest.mark.usefixtures("spared")


def table(people=250, seed=3):
    """Rows of three feeds about the same people, with slips; of no real person."""
    rng = np.random.default_rng(seed)
    rows = []
    for number in range(people):
        given, family = str(rng.choice(GIVEN)), str(rng.choice(FAMILY))
        birth = date(1990, 1, 1) + timedelta(int(rng.integers(9000)))
        home = (
            str(rng.integers(1, 90)),
            str(rng.choice(["high street", "mill lane", "church road"])),
        )
        for source, feed in enumerate(FEEDS):
            slips = rng.random(3)
            rows.append({
                "row": f"{feed}/{number}", "feed": feed, "record": str(number), "source": source,
                "alone": source == 1, "given": given[:-1] if slips[0] < 0.1 else given,
                "family": family[1:] if slips[1] < 0.1 else family,
                "birth": birth + timedelta(1) if slips[2] < 0.06 else birth,
                "house": home[0], "street": home[1] if slips[0] < 0.8 else None,
                "postcode": f"AB{number % 9} 2CD", "seen_from": date(2020, 1, 1), "seen_to": None,
            })  # fmt: skip
    frame = pl.DataFrame(rows, schema_overrides={"seen_to": pl.Date, "source": pl.Int16})
    numbered = frame.sort("row").with_row_index("node").with_columns(pl.col("node").cast(pl.Int64))
    return numbered.with_columns(
        pl.lit(None, dtype=pl.String).alias(name) for name in FIELDS if name not in frame.columns
    )


@pytest.fixture(scope="module")
def scored(tmp_path_factory, spared):
    """Rows, specification, model, edges and persons by the engine itself."""
    rows = table()
    spec = standard_spec(("given", "family", "birth", "house", "street", "postcode"))
    engine = DuckDBEngine(tmp_path_factory.mktemp("engine"))
    engine.load(rows)
    model = engine.train(spec)
    edges = engine.score(spec, model)
    engine.close()
    strong = edges.at_least(explaining.least_weight(spec.link_above))
    label = cluster(rows.height, strong.a, strong.b, strong.weight, rows["source"].to_numpy(), (1,))
    person = pl.Series("person", [f"p{value:024x}" for value in label.tolist()])
    return rows.with_columns(person), spec, model, edges


@pytest.fixture(scope="module")
def town(scored, tmp_path_factory):
    """A workspace with a run in force, as ``link`` leaves it."""
    rows, spec, model, edges = scored
    root = tmp_path_factory.mktemp("explain") / "town"
    init(root)
    contracts = Path(str(files("licet.bundled"))) / "town-2026" / "feeds"
    shutil.copytree(contracts, root / "feeds", dirs_exist_ok=True)
    place = RunPlace(root, "early-help", "20261130-abc")
    folder = place.make()
    write_rows(folder, rows.drop("person"))
    births = rows["birth"].cast(pl.Int32).cast(pl.Int64)
    fits = pl.DataFrame(schema=dict.fromkeys(FIT, pl.Int64))
    mentions = pl.DataFrame(schema={**dict.fromkeys(MENTION_FIT, pl.Int64), "place": pl.String})
    with Zone(folder) as zone:
        details = pl.DataFrame(schema={"number": pl.Int64, "digest": pl.String})
        zone.fill(rows.with_columns(birth=births), edges, fits, mentions, details)
        zone.keep_facts(ledger="0")
    (folder / "model.json").write_text(json.dumps(model.settings), "utf-8")
    releasing.write_frequencies(folder, model)
    (folder / "report.json").write_text('{"synthetic": true}', "utf-8")
    homes = rows.select("person", household=pl.lit("h" + "0" * 24)).unique().sort("person").head(3)
    homes.with_columns(
        pl.lit(date(2020, 1, 1)).alias("from"), source=pl.lit("education")
    ).write_parquet(folder / "households.parquet")
    told = {"specification": spec.model_dump(mode="json"), "floor": "ask_first"}
    feeds = [feed.model_dump(mode="json") for _, feed in read_feeds(root) if feed.id in FEEDS]
    write_manifest(folder, {**told, "expires": "2027-06-30", "version": 1, "feeds": feeds})
    place.show()
    with open_store(find_workspace(root)) as store:
        snapshot = store.permissions.snapshot()
        store.runs.start(place.run, place.use, 1, "0" * 64, snapshot)
        store.runs.become(place.run, "finished", manifest="0" * 64)
        store.runs.become(place.run, "released")
    return root


def explain(town, *what, officer=OFFICER):
    return explaining.explain_linked(what, town / "early-help", officer=officer, today=TODAY)


def test_the_weight_explained_is_the_weight_that_the_run_found(scored, full):
    rows, _, model, edges = scored
    held = rows.to_dicts()
    for number in range(0, len(edges), len(edges) // (12 if full else 5)):
        a, b, weight = int(edges.a[number]), int(edges.b[number]), float(edges.weight[number])
        score = score_rows(model, held[a], held[b])
        assert score.total == pytest.approx(weight, abs=1e-9)
        assert score.start + sum(step.weight for step in score.steps) == pytest.approx(
            weight, abs=1e-9
        )
        assert score.probability == pytest.approx(1 / (1 + 2**-weight), abs=1e-9)


def test_a_missing_value_says_nothing(scored):
    rows, _, model, _ = scored
    first, second = rows.to_dicts()[:2]
    score = score_rows(model, {**first, "given": None}, second)
    (step,) = [one for one in score.steps if one.comparison == "given"]
    assert step.missing and step.weight == 0


BLOCKS = [
    # what is changed in the second row, and the blocks in which both meet then
    ({}, {("birth", "given"), ("birth", "family"), ("given", "family"), ("given", "house", "street"),
          ("birth", "house", "street"), ("birth", "postcode"), ("birth_day", "postcode"),
          ("given", "postcode"), ("family", "initial", "postcode")}),
    ({"birth": date(1999, 1, 1)}, {("given", "family"), ("given", "house", "street"), ("given", "postcode"),
                                   ("family", "initial", "postcode")}),
    ({"given": None, "family": None}, {("birth", "house", "street"), ("birth", "postcode"),
                                      ("birth_day", "postcode")}),
    ({"source": 0, "alone": True}, set()),
    ({"source": 0, "alone": False}, set()),
]  # fmt: skip


@pytest.mark.parametrize(("changed", "blocks"), BLOCKS)
def test_rows_meet_where_all_details_of_a_block_are_known_and_equal(changed, blocks, scored):
    spec = scored[1]
    row = {"given": "ana", "family": "smith", "birth": date(2001, 2, 3), "house": "1", "street": "mill lane",
           "postcode": "AB1 2CD", "source": 0, "alone": True}  # fmt: skip
    other = {**row, "source": 1, **changed}
    assert set(meeting_blocks(spec, row, other)) == blocks


def plain_path(edges, first, second):
    """Every way, tried: the strongest weakest edge, then the fewest edges. Slow, for small graphs."""
    weight = {frozenset((a, b)): w for a, b, w in edges}
    rows = sorted({row for a, b, _ in edges for row in (a, b)} - {first, second})
    best = None
    for size in range(len(rows) + 1):
        for between in itertools.permutations(rows, size):
            way = [first, *between, second]
            steps = [frozenset(pair) for pair in itertools.pairwise(way)]
            if all(step in weight for step in steps):
                rank = (-min(weight[step] for step in steps), len(steps))
                best = min(best or (inf, inf), rank)
    return best


def test_the_way_is_the_strongest_and_of_those_the_shortest():
    rng = np.random.default_rng(5)
    for _ in range(60):
        rows = [f"f/{n}" for n in range(5)]
        edges = [
            (a, b, float(rng.integers(1, 6)))
            for a, b in itertools.combinations(rows, 2)
            if rng.random() < 0.5
        ]
        found = strongest_path(edges, rows[0], rows[1])
        expected = plain_path(edges, rows[0], rows[1])
        if expected is None:
            assert found == ()
            continue
        assert (-min(edge[2] for edge in found), len(found)) == expected
        assert found[0][0] == rows[0] and found[-1][1] == rows[1]
        assert all(before[1] == after[0] for before, after in itertools.pairwise(found))


def a_person(scored, least=3):
    counts = scored[0].group_by("person").len().filter(pl.col("len") >= least).sort("person")
    return counts["person"][0]


def test_two_rows_of_one_person(town, scored):
    person = a_person(scored)
    first, second, *_ = scored[0].filter(pl.col("person") == person)["row"].sort()
    found = explain(town, first, second)
    assert found["same_person"] and found["path"] and found["synthetic"]
    assert found["kept"] == pytest.approx(found["score"]["total"])
    text = explanation_text(found)
    assert "PERSONAL DATA, shown to Early help, team 2 on 30 November 2026" in text
    assert "one person" in text and "They met because these are equal in both" in text
    assert max(map(len, text.split("\n"))) <= 80
    page = explanation_page(found)
    assert page == explanation_page(explain(town, first, second))
    assert (
        "How the match weight adds up" in page
        and "<script" not in page
        and "://" not in page.replace("://www.w3.org", "")
    )


def test_two_rows_of_two_persons(town, scored):
    rows = scored[0].sort("row")
    first = rows["row"][0]
    other = rows.filter(pl.col("person") != rows["person"][0])["row"][-1]
    found = explain(town, first, other)
    assert not found["same_person"] and found["path"] == []
    assert "two persons" in explanation_text(found)


def test_a_person_with_its_rows_edges_weakest_link_and_household(town, scored):
    person = a_person(scored)
    found = explain(town, person)
    assert {row["row"] for row in found["rows"]} == set(
        scored[0].filter(pl.col("person") == person)["row"]
    )
    inside = [edge["weight"] for edge in found["edges"]]
    assert all(weight >= found["line"] for weight in inside)
    assert found["weakest"]["weight"] in inside
    text = explanation_text(found)
    assert "The weakest link that is needed is" in text
    assert person in text
    assert (
        f"Household h{'0' * 24} since 1 January 2020, with 2 other persons, by education."
        in " ".join(text.split())
    )
    assert explanation_page(found).count("<table") >= 2


def test_what_the_rows_were_in_earlier_runs(town, scored):
    person = a_person(scored)
    rows = scored[0].filter(pl.col("person") == person)["row"].sort().to_list()
    runs = town / "runs" / "early-help"
    shutil.copytree(runs / "20261130-abc", runs / "20261001-old")
    try:
        with Zone(runs / "20261001-old") as zone:
            (node,) = zone.members([rows[0]])["node"]
            zone.remove([node], [])
            zone.rename(pl.DataFrame({"row": [rows[1]], "person": ["p" + "a" * 24]}))
        (earlier,) = explain(town, person)["earlier"]
    finally:
        shutil.rmtree(runs / "20261001-old")
    assert earlier["new"] == 1
    assert {tuple(one["rows"]) for one in earlier["persons"]} == {(rows[1],), tuple(rows[2:])}


def test_nobody_else_is_shown(town, scored):
    person = a_person(scored)
    text = json.dumps(explain(town, person))
    others = scored[0].filter(pl.col("person") != person)["row"].to_list()
    assert not [row for row in others if f'"{row}"' in text]


def test_the_weakest_link_is_that_of_the_strongest_that_hold_all_together():
    rows = pl.DataFrame({"row": ["a", "b", "c"]})
    scene = explaining.Scene(None, None, rows, rows, (), ())
    weak = explaining._weakest(scene, [("a", "b", 20.0), ("b", "c", 9.0), ("a", "c", 5.0)])
    assert (weak["first"], weak["second"], weak["weight"]) == ("b", "c", 9.0)
    word = explaining._weakest(scene, [("a", "b", inf), ("b", "c", inf)])
    assert word["reviewed"] and word["weight"] is None
    assert explaining._weakest(scene, []) is None


def test_what_reviewers_said_is_told(town, scored):
    person = a_person(scored)
    first, second, *_ = scored[0].filter(pl.col("person") == person)["row"].sort()
    with open_store(find_workspace(town)) as store:
        store.reviews.add(
            "early-help", (first, second), "must", "reviewer 7", reason="Same letter."
        )
        try:
            found = explain(town, first, second)
            assert found["path"][0]["reviewed"] and found["path"][0]["weight"] is None
            text = explanation_text(found)
            assert "reviewer 7 said that they are one person." in text and "Same letter." in text
        finally:
            store.reviews.add("early-help", (first, second), "open", "reviewer 7")


REFUSED = {
    "nobody named": (["p" + "0" * 24], "  ", "nobody is named"),
    "a person of another use": (["p" + "f" * 24], OFFICER, "no such person"),
    "a row left out": (["education/0", "education/999999"], OFFICER, "holds no row"),
    "a row with itself": (["education/0", "education/0"], OFFICER, "with itself"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case, town):
    what, officer, said = REFUSED[case]
    with pytest.raises(BadInput, match=said):
        explain(town, *what, officer=officer)


def test_a_refusal_names_no_other_row(town):
    with pytest.raises(BadInput) as caught:
        explain(town, "education/0", "education/00")
    assert "education/1" not in str(caught.value)


def test_a_sealed_run_shows_nothing(town, monkeypatch):
    from types import SimpleNamespace

    from licet.store.runs import Runs

    monkeypatch.setattr(Runs, "get", lambda self, run: SimpleNamespace(state="sealed"))
    with pytest.raises(BadInput, match="the run is sealed"):
        explain(town, "p" + "0" * 24)


def test_after_its_ruling_nothing_of_a_run_is_shown(town):
    late = {"officer": OFFICER, "today": date(2027, 7, 1)}
    with pytest.raises(BadInput, match="ended on 2027-06-30"):
        explaining.explain_linked(["p" + "0" * 24], town / "early-help", **late)


def test_the_run_follows_the_ledger_before_anybody_is_shown(town, monkeypatch):
    followed = []
    monkeypatch.setattr(
        explaining.arriving, "follow", lambda use, today: followed.append((use.name, today))
    )
    with pytest.raises(BadInput):
        explain(town, "p" + "f" * 24)
    assert followed == [("early-help.toml", TODAY)]


def test_hostile_texts_are_escaped(town, scored):
    person = a_person(scored)
    found = explain(town, person)
    found["rows"][0]["fields"]["given"] = "<script>alert(1)</script>\u202e\x1b[2J"
    found["officer"] = "<script>\x1b"
    page, text = explanation_page(found), explanation_text(found)
    assert "<script" not in page and "\x1b" not in page + text and "\u202e" not in page + text


def run(*arguments):
    import typer

    from licet.commands import explain_link

    app = typer.Typer()
    explain_link.add_to(app)
    return CliRunner().invoke(app, [str(one) for one in arguments])


def test_the_command(town, scored, tmp_path):
    person = a_person(scored)
    page = tmp_path / "why.html"
    found = run(
        person, "--in", town / "early-help", "--as", OFFICER, "--today", "2026-11-30", "--out", page
    )
    assert found.exit_code == 0, found.output
    assert f"are the person {person}" in " ".join(found.stdout.split())
    assert page.read_text("utf-8").startswith("<!DOCTYPE html>")
    ruling = run(town / "uses" / "early-help.toml", "--today", "2026-11-30")
    assert ruling.exit_code == 0 and "NO LICENCE" in ruling.stdout
    assert isinstance(run(person, "--in", town / "early-help").exception, BadInput)
    assert isinstance(run("a.toml", "b.toml").exception, BadInput)
    assert isinstance(run(person, "--in", town / "health-housing", "--as", "x").exception, BadInput)


def test_the_use_need_not_be_said_where_one_was_linked(town, monkeypatch):
    monkeypatch.chdir(town)
    assert (
        explaining.named_use(None) == Path("uses/early-help.toml")
        or explaining.named_use(None).name == "early-help.toml"
    )
    assert (
        explaining.named_use(town / "uses" / "early-help.toml") == town / "uses" / "early-help.toml"
    )


def test_edges_of_no_rows_are_no_trouble():
    empty = Edges(*(np.array([], kind) for kind in (np.int64, np.int64, np.float64, np.int16)))
    assert len(empty) == 0 and strongest_path([], "a", "b") == ()
