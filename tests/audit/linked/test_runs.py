"""Auditing a run where it lies: what it refuses, what it counts, and the pairs it hands to reviewers."""

from __future__ import annotations

import json
import shutil
import stat
from pathlib import Path

import polars as pl
import pytest

from licet.chapters.auditing_linkage import (
    Review,
    audit_linkage,
    linkage_audit_data,
    review_sample,
    review_text,
    write_linkage_audit,
    write_review_file,
)
from licet.chapters.stores import open_store
from licet.errors import BadInput
from licet.files.runs import current
from licet.files.workspace import find_workspace
from licet.linkage.measures import pairwise
from tests.audit.leaks import assert_no_people
from tests.linkage.town import TODAY, USE


@pytest.fixture
def own(workspace: Path, tmp_path: Path) -> Path:
    """A copy that may be changed."""
    return Path(shutil.copytree(workspace, tmp_path / "town"))


def run_of(root: Path) -> Path:
    return root / "runs" / USE / current(root, USE)


def becomes(root: Path, state: str) -> None:
    """As if the run had ended so."""
    place = find_workspace(root)
    assert place is not None
    with open_store(place) as store:
        store.runs.become(current(root, USE), state)


def audit(root: Path, **more: object):
    return audit_linkage(root / USE, truth=root / "labels.csv", draws=100, today=TODAY, **more)


def test_a_run_is_measured_against_truth(workspace: Path) -> None:
    found = audit(workspace)
    crosswalk = pl.read_parquet(run_of(workspace) / "crosswalk.parquet")
    truth = pl.read_csv(workspace / "labels.csv")
    told = crosswalk.select("row", found="person").join(truth, on="row")
    agreement = pairwise(told["found"], told["person"])
    assert found.clusters is not None and found.with_truth == crosswalk.height
    one, other = found.clusters.rate("precision"), found.clusters.rate("recall")
    assert one is not None and one.estimate.value == pytest.approx(agreement.precision)
    assert other is not None and other.estimate.value == pytest.approx(agreement.recall)


def test_rows_that_were_left_out_are_counted_outside_the_zone(workspace: Path) -> None:
    found = audit(workspace)
    truth = pl.read_csv(workspace / "labels.csv")
    of = {one.of: one.counts[0].tolist() for one in found.wholly}
    assert of["rows"][:2] == [truth.height, found.rows]
    assert found.outside == truth.height - found.rows
    several = truth.group_by("person").len().filter(pl.col("len") > 1).height
    assert of["people"][0] == several


@pytest.mark.parametrize("where", ["use", "folder", "document"])
def test_a_run_may_be_named_in_three_ways(workspace: Path, where: str) -> None:
    path = {
        "use": workspace / USE,
        "folder": run_of(workspace),
        "document": workspace / "uses" / f"{USE}.toml",
    }[where]
    found = audit_linkage(path, truth=workspace / "labels.csv", draws=100, today=TODAY)
    assert found.about["run"] == current(workspace, USE)


def test_signs_need_no_truth(workspace: Path) -> None:
    found = audit_linkage(workspace / USE, draws=100, today=TODAY)
    assert found.clusters is None and found.signs is not None
    assert {"unlinkable", "bridged", "expected_false"} <= {r.measure for r in found.signs.rates}
    data = linkage_audit_data(found)
    assert data["basis"] == ["nothing"]
    assert data["guild"]["provider"][0]["feed"]


def test_what_nobody_said_is_named_as_not_said(workspace: Path, tmp_path: Path) -> None:
    written = write_linkage_audit(audit(workspace), tmp_path)
    data = json.loads(written["data"].read_text("utf-8"))
    open_ = [step for who in data["guild"].values() for step in who if step["said"] is None]
    assert open_
    assert "not said" in written["page"].read_text("utf-8")


def test_nothing_that_is_written_holds_a_person(workspace: Path, tmp_path: Path) -> None:
    write_linkage_audit(audit(workspace, by=("feed", "age_band")), tmp_path / "out")
    truth = pl.read_csv(workspace / "labels.csv")
    crosswalk = pl.read_parquet(run_of(workspace) / "crosswalk.parquet")
    homes = pl.read_parquet(run_of(workspace) / "households.parquet")
    ids = [*truth["row"], *truth["person"], *crosswalk["person"], *homes["household"]]
    assert_no_people(tmp_path / "out", ids)


def test_a_sealed_run_is_not_read(own: Path) -> None:
    becomes(own, "sealed")
    for path in (own / USE, run_of(own)):
        with pytest.raises(BadInput, match="the run is sealed"):
            audit_linkage(path, draws=100, today=TODAY)


def test_a_destroyed_run_is_not_read(own: Path) -> None:
    run = run_of(own)
    becomes(own, "destroyed")
    with pytest.raises(BadInput, match="the run is destroyed"):
        audit_linkage(run, draws=100, today=TODAY)
    (own / "runs" / USE / "current").unlink()
    with pytest.raises(BadInput, match="the run is destroyed"):
        audit_linkage(run, draws=100, today=TODAY)


def test_a_run_without_a_workspace_is_not_read(own: Path, tmp_path: Path) -> None:
    alone = Path(shutil.copytree(run_of(own), tmp_path / "alone" / "run"))
    with pytest.raises(BadInput, match="lies in no workspace"):
        audit_linkage(alone, draws=100, today=TODAY)


def test_truth_of_strange_rows_names_lines_of_the_file(own: Path) -> None:
    lines = (own / "labels.csv").read_text("utf-8").splitlines()
    lines[2] = "police/77,someone-00001"
    (own / "labels.csv").write_text("\n".join(lines) + "\n", "utf-8")
    with pytest.raises(BadInput, match=r"1 of .* rows are of no run: line 3") as refused:
        audit(own)
    assert "labels.csv" in str(refused.value) and "police" not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("labels.txt", "row,person\n", "unknown kind of file"),
        ("labels.csv", "", "the file is empty"),
        ("labels.csv", "row,person\n", "there is nothing in it"),
        ("labels.csv", "row,who\na/1,b\n", "is 'person' meant|neither truth nor labelled pairs"),
    ],
)
def test_files_of_truth_that_cannot_be_used(
    workspace: Path, tmp_path: Path, name: str, text: str, said: str
) -> None:
    (tmp_path / name).write_text(text, "utf-8")
    with pytest.raises(BadInput, match=said):
        audit_linkage(workspace / USE, truth=tmp_path / name, draws=100, today=TODAY)


def reviewed(root: Path, pairs: int = 60, **more: object) -> Review:
    return review_sample(
        root / USE, pairs, reviewers=["Records office, desk 2"], today=TODAY, **more
    )


def test_a_sample_comes_back_as_labels(workspace: Path, tmp_path: Path) -> None:
    """Reviewers who are always right: the audit takes their file, whatever it is called, beside its key."""
    path = write_review_file(reviewed(workspace), tmp_path / "review.csv")
    truth = dict(pl.read_csv(workspace / "labels.csv").select("row", "person").iter_rows())
    held = pl.read_csv(path)
    same = [
        "yes" if truth[a] == truth[b] else "no"
        for a, b in held.select("row_a", "row_b").iter_rows()
    ]
    held.with_columns(same=pl.Series(same)).write_csv(tmp_path / "judged.csv")
    found = audit_linkage(workspace / USE, truth=tmp_path / "judged.csv", draws=100, today=TODAY)
    (tmp_path / "review.key.csv").unlink()
    with pytest.raises(BadInput, match="the key that says how is not beside them"):
        audit_linkage(workspace / USE, truth=tmp_path / "judged.csv", draws=100, today=TODAY)
    whole = audit(workspace)
    assert found.labels is not None and whole.clusters is not None and found.judged == held.height
    for measure in ("missed", "false"):
        one, known = found.labels.rate(measure), whole.clusters.rate(measure)
        assert one is not None and known is not None
        assert one.estimate.low <= known.estimate.value <= one.estimate.high
    assert linkage_audit_data(found)["basis"] == ["sample"]


def test_a_file_that_nobody_has_filled_in_is_refused(workspace: Path, tmp_path: Path) -> None:
    path = write_review_file(reviewed(workspace), tmp_path / "review.csv")
    with pytest.raises(BadInput, match="cells of 'same' are empty"):
        audit_linkage(workspace / USE, truth=path, draws=100, today=TODAY)


def test_a_review_file_is_for_its_owner_alone(workspace: Path, tmp_path: Path) -> None:
    path = write_review_file(reviewed(workspace), tmp_path / "review.csv")
    for one in (path, tmp_path / "review.key.csv"):
        assert stat.S_IMODE(one.stat().st_mode) == 0o600
    with pytest.raises(BadInput, match="this file is there already"):
        write_review_file(reviewed(workspace), path)


def test_a_review_file_holds_row_ids_and_nothing_of_anybody(
    workspace: Path, tmp_path: Path
) -> None:
    path = write_review_file(reviewed(workspace), tmp_path / "review.csv")
    held = pl.read_csv(path)
    assert held.columns == ["pair", "row_a", "row_b", "same", "reviewer"], "reviewers are blind"
    key = pl.read_csv(tmp_path / "review.key.csv")
    assert key.columns == ["pair", "row_a", "row_b", "stratum", "weight"]
    assert held["same"].null_count() == held.height
    crosswalk = pl.read_parquet(run_of(workspace) / "crosswalk.parquet")
    rows = pl.concat([held["row_a"], held["row_b"]])
    assert rows.is_in(crosswalk["row"].implode()).all()
    (tmp_path / "alone").mkdir()
    shutil.copy(path, tmp_path / "alone")
    assert_no_people(tmp_path / "alone", crosswalk["person"])


def test_reviewers_are_named(workspace: Path) -> None:
    with pytest.raises(BadInput, match="nobody is named who will look"):
        review_sample(workspace / USE, 50, reviewers=[" "], today=TODAY)


def test_reviewers_share_the_pairs(workspace: Path, tmp_path: Path) -> None:
    said = review_sample(workspace / USE, 40, reviewers=["one", "two"], today=TODAY)
    held = pl.read_csv(write_review_file(said, tmp_path / "review.csv"))
    counts = dict(held["reviewer"].value_counts().iter_rows())
    assert set(counts) == {"one", "two"} and abs(counts["one"] - counts["two"]) <= 1


def test_the_sampler_says_how_many_pairs_an_interval_needs(workspace: Path) -> None:
    said = reviewed(workspace)
    told = [pairs for pairs in said.needed.values() if pairs is not None]
    assert told == sorted(told)
    text = review_text(said)
    assert "Pairs needed" in text and max(len(line) for line in text.splitlines()) <= 80
    some = next(width for width, pairs in said.needed.items() if pairs is not None)
    exact = reviewed(workspace, half_width=some)
    assert exact.sample.pairs.height == said.needed[some]
    assert max(exact.sample.half_widths) <= some


def test_what_a_program_linked_is_audited_as_it_is(workspace: Path) -> None:
    from licet.chapters.given import Linkage
    from licet.chapters.releasing import read_model
    from licet.files.runs import PROOF, read_manifest

    folder = run_of(workspace)
    tables = [
        pl.read_parquet(folder / f"{name}.parquet")
        for name in ("persons", "crosswalk", "households", "relationships")
    ]
    report = json.loads((folder / "report.json").read_text("utf-8"))
    held = Linkage(
        *tables, report, read_manifest(folder), read_model(folder), (folder / PROOF).read_bytes()
    )
    everybody = pl.read_csv(workspace / "labels.csv").select("row")
    found = audit_linkage(
        held, truth=workspace / "labels.csv", everybody=everybody, draws=100, today=TODAY
    )
    said, whole = linkage_audit_data(found), linkage_audit_data(audit(workspace))
    assert said["title"] == whole["title"] and said["run"] == whole["run"]
    one, other = (part["clusters"]["rates"][0] for part in (said, whole))
    assert (one["measure"], one["value"], one["base"]) == (
        other["measure"],
        other["value"],
        other["base"],
    )


def test_groups_come_from_columns_that_are_for_the_audit_alone(workspace: Path) -> None:
    from licet.files.feeds import read_feeds

    held = {name for _, feed in read_feeds(workspace) for name in feed.audit_only}
    assert held, "the contracts of the town hold such a column"
    found = audit_linkage(workspace / USE, by=sorted(held), draws=100, today=TODAY)
    assert {key.by for key in found.keys} == held


def test_a_run_takes_no_tables_of_edges(workspace: Path) -> None:
    with pytest.raises(BadInput, match="its own edges and feeds"):
        audit_linkage(workspace / USE, edges=pl.DataFrame(), draws=100, today=TODAY)
