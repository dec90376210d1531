"""The audit of the made-up town: its declared differences are found, and nothing is told too much."""

from __future__ import annotations

import csv
import io
import json
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from licet.audit.linked.measured import LinkRate
from licet.chapters.auditing_linkage import (
    audit_linkage,
    linkage_audit_data,
    linkage_audit_text,
    write_linkage_audit,
)
from licet.disclosure.counts import shown_count
from licet.linkage.measures import b_cubed, pairwise
from licet.report.audit.linkage_shown import YES
from tests.audit.leaks import assert_no_people, texts_of
from tests.audit.linked.conftest import TODAY, Audited
from tests.audit.linked.plain_linker import LinkedTown, linked_town


def rate(
    audited: Audited, measure: str, group: str | None = None, by: str | None = None
) -> LinkRate:
    assert audited.audit.clusters is not None
    found = audited.audit.clusters.rate(measure, group, by)
    assert found is not None
    return found


def both(audited: Audited) -> pl.DataFrame:
    """row, found and true person, and groups, of the rows that were let in."""
    return audited.rows.select("row", found="person").join(audited.made.truth, on="row")


def test_everybody_is_as_linkage_measures_it(audited: Audited) -> None:
    told = both(audited)
    agreement, b3 = (of(told["found"], told["person"]) for of in (pairwise, b_cubed))
    assert rate(audited, "precision").estimate.value == pytest.approx(
        agreement.precision, rel=1e-12
    )
    assert rate(audited, "recall").estimate.value == pytest.approx(agreement.recall, rel=1e-12)
    assert rate(audited, "f1").estimate.value == pytest.approx(agreement.f1, rel=1e-12)
    assert rate(audited, "b_cubed_precision").estimate.value == pytest.approx(
        b3.precision, rel=1e-12
    )
    assert rate(audited, "b_cubed_recall").estimate.value == pytest.approx(b3.recall, rel=1e-12)


def test_a_pair_counts_for_the_groups_of_both_its_people(audited: Audited) -> None:
    told = both(audited)
    pairs = told.join(told, on="found", suffix="_b").filter(pl.col("row") < pl.col("row_b"))
    for group in ("Asian", "White British"):
        theirs = pairs.filter((pl.col("ethnicity") == group) | (pl.col("ethnicity_b") == group))
        wrong = (theirs["person"] != theirs["person_b"]).sum()
        assert rate(audited, "false", group, "ethnicity").counts == (wrong, theirs.height)


def test_household_intervals_are_wider_than_naive_ones(audited: Audited) -> None:
    for measure in ("missed", "false"):
        one = rate(audited, measure)
        wide = one.estimate.high - one.estimate.low
        assert wide > 1.2 * (one.naive[1] - one.naive[0])


def test_false_pairs_are_relatives(audited: Audited) -> None:
    kinds = audited.audit.kinds
    assert kinds is not None
    counts = dict(zip(kinds.kinds, kinds.counts[0].tolist(), strict=True))
    assert counts["household"] + counts["twins"] + counts["relatives"] > 5 * counts["strangers"]
    assert sum(counts.values()) == rate(audited, "false").counts[0]


@pytest.mark.parametrize("address", [True, False])
def test_without_true_households_addresses_tell_who_lives_together(
    town: LinkedTown, address: bool
) -> None:
    """The run's own households cannot: all rows of a cluster are in one of them."""
    from licet.linkage.addresses import address_keys

    rows = town.rows.select("row", "person", "birth", household="person")
    if address:
        rows = rows.with_columns(address=address_keys(town.rows))
    truth = town.truth.select("row", "person")
    found = audit_linkage(rows, truth=truth, draws=100, today=TODAY)
    assert found.kinds is not None
    counts = dict(zip(found.kinds.kinds, found.kinds.counts[0].tolist(), strict=True))
    if address:
        assert counts["household"] + counts["twins"] > 0 < counts["strangers"] + counts["not known"]
    else:
        assert sum(counts.values()) == counts["not known"] > 0


def test_permission_and_linkage_multiply(audited: Audited) -> None:
    of = {one.of: one for one in audited.audit.wholly}
    assert set(of) == {"rows", "people", "households"}
    for one in of.values():
        every, let_in, linked = one.counts[0].tolist()
        shares = {r.measure: r.estimate.value for r in one.measured.rates if r.key is None}
        assert shares["both"] == pytest.approx(linked / every)
        assert shares["both"] == pytest.approx(shares["permission"] * shares["linkage"])
        assert shares["permission"] == pytest.approx(let_in / every) == pytest.approx(0.7, abs=0.06)


def test_edges_and_clusters_tell_different_stories(audited: Audited) -> None:
    """Joining joins what was never compared: more is found, and more is wrong."""
    assert rate(audited, "missed").estimate.value < rate(audited, "edge_missed").estimate.value
    assert rate(audited, "false").estimate.value > rate(audited, "edge_false").estimate.value


def test_declared_differences_are_found() -> None:
    """Names of Black people are declared to be misspelt three to four times as often.

    Held to names and birth alone, so that no number makes up for it.
    """
    made = linked_town(6000, 2, rules=((16.0, ("given", "family", "birth")),))
    found = audit_linkage(
        made.rows.select("row", "person"),
        truth=made.truth,
        by=("ethnicity",),
        draws=400,
        today=TODAY,
    )
    assert found.clusters is not None
    (gap,) = (
        one for one in found.clusters.gaps if one.measure == "missed" and one.key.group == "Black"
    )
    assert gap.enough and gap.band[0] > 0, gap


def test_one_record_per_person_takes_false_matches_away(town: LinkedTown) -> None:
    held = linked_town(2500, 4, one_per=True)
    shares = []
    for made in (town, held):
        found = audit_linkage(
            made.rows.select("row", "person"), truth=made.truth, draws=100, today=TODAY
        )
        assert found.clusters is not None
        one = found.clusters.rate("false")
        assert one is not None
        shares.append(one.estimate.value)
    assert shares[1] < 0.7 * shares[0]


@pytest.mark.long
def test_nothing_that_is_written_holds_a_person(audited: Audited, tmp_path: Path) -> None:
    written = write_linkage_audit(audited.data, tmp_path / "out")
    assert sorted(path.name for path in written.values()) == [
        "linkage-audit.csv", "linkage-audit.html", "linkage-audit.json",
        *(["linkage-audit.xlsx"] if find_spec("xlsxwriter") else []),
    ]  # fmt: skip
    people = audited.made.town.people
    names = {str(n) for c in ("nhs", "upn", "nino") for n in people[c].drop_nulls()}
    scores = {str(weight) for weight in audited.edges["weight"].unique()} - {"9.0", "6.0", "2.0"}
    long = {score for score in scores if len(score) >= 5}
    assert_no_people(tmp_path / "out", [*audited.made.truth["row"], *names, *long])


def test_the_search_finds_what_it_looks_for(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<p>education&#47;10023</p>", "utf-8")
    with pytest.raises(AssertionError, match=r"page\.html"):
        assert_no_people(tmp_path, ["education/10023"])
    assert_no_people(tmp_path, ["education/10024"])
    with pytest.raises(AssertionError, match="too short"):
        assert_no_people(tmp_path, ["17"])


def test_the_search_reads_packed_files(tmp_path: Path) -> None:
    import xlsxwriter as writer

    book = writer.Workbook(tmp_path / "a.xlsx")
    book.add_worksheet().write(0, 0, "education/10023")
    book.close()
    pl.DataFrame({"x": ["education/10025"]}).write_parquet(tmp_path / "b.parquet")
    for name, one in (("a.xlsx", "education/10023"), ("b.parquet", "education/10025")):
        assert any(one in text for text in texts_of(tmp_path / name))
        with pytest.raises(AssertionError, match=name):
            assert_no_people(tmp_path, [one])


def test_no_count_shown_is_small_or_exact(audited: Audited) -> None:
    counts = [
        row[name]
        for part in ("clusters", "signs")
        for row in audited.data[part]["rates"]
        for name in ("wrong", "base", "families")
    ]
    counts += [row["pairs"] for row in audited.data["false_kinds"]]
    counts += [row["units"] for row in audited.data["wholly"]]
    assert all(count is None or count == 0 or (count >= 10 and count % 5 == 0) for count in counts)


def test_shares_are_those_of_counts_as_shown(audited: Audited) -> None:
    for row in audited.data["clusters"]["rates"]:
        if (
            row["measure"] in ("missed", "false", "edge_missed", "edge_false")
            and row["shown"] == YES
        ):
            assert row["value"] == pytest.approx(row["wrong"] / row["base"], abs=1e-4)
            assert row["low"] <= row["value"] <= row["high"]


def test_few_wrong_pairs_are_told_by_an_upper_end_alone(audited: Audited) -> None:
    assert audited.audit.clusters is not None
    exact = {(r.measure, r.key.by if r.key else None, r.key.label if r.key else "everybody"): r
             for r in audited.audit.clusters.rates}  # fmt: skip
    some = 0
    for row in audited.data["clusters"]["rates"]:
        one = exact[row["measure"], row["by"], row["group"]]
        if row["shown"] == "upper end only":
            some += 1
            assert row["value"] is None and row["wrong"] is None
            assert row["high"] >= one.estimate.value
        if row["measure"] == "missed" and 1 <= one.counts[0] < 10:
            assert row["shown"] != YES
    assert some


def test_small_cells_of_people_cannot_be_worked_out(audited: Audited) -> None:
    """Of each column: all levels but one, and everybody, never give a small count of people left out."""
    for one in audited.audit.wholly:
        rows = [row for row in audited.data["wholly"] if row["of"] == one.of]
        keys = [None, *(r.key for r in one.measured.rates if r.measure == "both" and r.key)]
        hidden: dict[str, list[int]] = {}
        for row, key, counts in zip(rows, keys, one.counts.tolist(), strict=True):
            units, let_in, linked = counts
            small = any(1 <= count < 10 for count in (units - let_in, let_in - linked, linked))
            if small:
                assert None in (row["permission"], row["linkage"], row["both"]), (row, counts)
            if key and 1 <= units - let_in < 10:
                hidden.setdefault(key.by, []).append(units - let_in)
        for by, counts in hidden.items():
            kept = [row for row in rows if row["by"] == by and row["permission"] is None]
            assert len(kept) > 1 or sum(counts) == 0, (by, counts)


def test_json_and_csv_say_the_same(audited: Audited, tmp_path: Path) -> None:
    written = write_linkage_audit(audited.data, tmp_path)
    data = json.loads(written["data"].read_text("utf-8"))
    rows = list(csv.DictReader(io.StringIO(written["table"].read_text("utf-8"))))
    told = {
        (row["measure"], row["by"], row["group"]): row["value"]
        for row in rows
        if row["part"] == "clusters" and not row["versus"]
    }
    for row in data["clusters"]["rates"]:
        value = told[row["measure"], row["by"] or "", row["group"]]
        assert (value == "") if row["value"] is None else float(value) == row["value"]
    assert {row["shown"] for row in rows} <= {
        "yes",
        "not shown",
        "upper end only",
        "lower end only",
    }
    assert data["kind"] == "linkage audit" and data["basis"] == ["truth"]


def test_the_document_keeps_its_schema(audited: Audited, tmp_path: Path) -> None:
    import jsonschema

    import licet.report

    path = Path(licet.report.__file__).parent / "schemas/linkage-audit.schema.json"
    schema = json.loads(path.read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    written = write_linkage_audit(audited.data, tmp_path)
    jsonschema.validate(json.loads(written["data"].read_text("utf-8")), schema)


def test_levels_with_an_and_in_them_can_be_crossed(town: LinkedTown) -> None:
    groups = town.truth.select(
        "row",
        ethnicity=pl.col("ethnicity").str.replace("White British", "White & British"),
        sex=pl.when(pl.col("person") % 2 == 0).then(pl.lit("a")),
    )
    found = audit_linkage(
        town.rows.select("row", "person"),
        truth=town.truth.select("row", "person", "household"),
        groups=groups,
        everybody=town.rows.select("row", "feed"),
        by=("ethnicity", "sex"),
        intersections=(("ethnicity", "sex"),),
        draws=100,
        today=TODAY,
    )
    shown = {row["group"] for row in linkage_audit_data(found)["wholly"]}
    assert {"White and British", "White and British & a", "not known"} <= shown


def test_everybody_is_shown_wherever_it_may_be(audited: Audited) -> None:
    """What is kept back to shelter small cells is taken from crossed rows first."""
    for row in audited.data["wholly"]:
        if row["by"] is None:
            assert row["permission"] is not None and row["both"] is not None, row


def test_the_page_has_a_table_for_every_chart(audited: Audited, tmp_path: Path) -> None:
    written = write_linkage_audit(audited.data, tmp_path)
    page = written["page"].read_text("utf-8")
    assert page.count("<svg") == page.count('class="pair"') > 8
    assert "http://" not in page.replace("http://www.w3.org", "") and "<script" not in page
    for heading in (
        "What the data providers disclose",
        "What the linker discloses",
        "Against the rest",
    ):
        assert heading in page
    assert "Insufficient, with fewer than 300 pairs" in page


def test_the_screen_is_eighty_columns_wide(audited: Audited) -> None:
    text = linkage_audit_text(audited.data)
    assert max(len(line) for line in text.splitlines()) <= 80
    assert "Measured against the true person of about" in text
    assert "Wholly linked" in text


def test_frames_of_pandas_give_the_same(town: LinkedTown) -> None:
    import pandas

    frames = [town.rows.select("row", "person"), town.truth.select("row", "person", "ethnicity")]
    given = [pandas.DataFrame(frame.to_dict(as_series=False)) for frame in frames]
    said = [
        linkage_audit_data(
            audit_linkage(rows, truth=truth, by=("ethnicity",), draws=100, today=TODAY)
        )
        for rows, truth in (frames, given)
    ]
    assert said[0] == said[1]


def test_ages_and_households_are_worked_out(town: LinkedTown) -> None:
    truth = town.truth.select("row", "person", "household", "birth")
    found = audit_linkage(
        town.rows.select("row", "person", "feed", "sex"),
        truth=truth,
        by=("age_band", "household_size", "sex", "feed"),
        draws=100,
        today=TODAY,
    )
    groups = {key.by: set() for key in found.keys}
    for key in found.keys:
        groups[key.by].add(key.group)
    assert groups["age_band"] == {"0-17", "18-34", "35-64", "65+"}
    assert groups["household_size"] == {"1", "2", "3-4", "5+"}
    assert groups["sex"] >= {"female", "male"} and groups["feed"] >= {"education", "health"}


def test_truth_may_be_of_a_part_of_the_rows(town: LinkedTown) -> None:
    some = town.truth.head(1500)
    found = audit_linkage(town.rows.select("row", "person"), truth=some, draws=100, today=TODAY)
    told = town.rows.select("row", found="person").join(some, on="row")
    agreement = pairwise(told["found"], told["person"])
    assert found.with_truth == 1500 and found.clusters is not None
    one = found.clusters.rate("precision")
    assert one is not None and one.estimate.value == pytest.approx(agreement.precision)


def test_counts_of_the_run_are_rounded(audited: Audited) -> None:
    assert audited.data["rows"] == shown_count(audited.rows.height)
    assert np.isclose(audited.data["rows"], audited.rows.height, atol=2.5)
