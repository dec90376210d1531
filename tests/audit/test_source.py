"""The source audit: counts by hand, groups under disclosure control, and who is in it too often."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import date
from math import inf, isnan
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from licet.audit.over_representation import over_representation, share_ratio
from licet.audit.source import SourceAudit, newcombe
from licet.audit.standing import Estimate, Standing
from licet.chapters.auditing_source import audit_source, source_json, source_screen, write_source
from licet.errors import BadInput
from licet.feeds.contract import Feed
from licet.feeds.profile import wilson

FEED = Feed(
    id="roll",
    service="education",
    title="School roll",
    extract=date(2026, 9, 1),
    one_record_per_person=True,
    known_faults=("Addresses of 2024 were not updated",),
    location={"kind": "csv", "path": "roll.csv"},
    fields={"record": "id", "given": "first", "birth": "dob", "uprn": "uprn", "seen_to": "until"},
    audit_only={"ethnicity": "eth", "disputed": "contested"},
)


def extract() -> pl.DataFrame:
    """600 rows: 400 Blue, 150 Green, 44 Mauve, 6 Teal. Green misses more dates of birth."""
    rows = []
    for n in range(600):
        eth = "Blue" if n < 400 else "Green" if n < 550 else "Mauve" if n < 594 else "Teal"
        birth = "2012-03-04"
        if n % 10 == 0 or (eth == "Green" and n % 2):
            birth = ""
        elif n % 25 == 1:
            birth = "1900-01-01"
        elif n % 25 == 2:
            birth = "2031-01-01"
        rows.append({
            "id": str(n), "first": "Quillon", "dob": birth, "uprn": str(1000 + n),
            "until": "2010-01-01" if n % 5 == 0 else "2026-01-01" if n % 5 == 1 else "",
            "eth": eth, "contested": "birth" if n % 12 == 0 else "no",
        })  # fmt: skip
    return pl.DataFrame(rows)


@pytest.fixture(scope="module")
def found() -> SourceAudit:
    return audit_source((FEED, extract()))


def by_hand(column: str, test: object, eth: str | None = None) -> int:
    rows = extract().rows(named=True)
    return sum(1 for row in rows if (eth in (None, row["eth"])) and test(row[column]))  # type: ignore[operator]


@pytest.mark.parametrize(
    ("field", "kind", "column", "test"),
    [
        ("birth", "missing", "dob", lambda text: text == ""),
        ("birth", "placeholder", "dob", lambda text: text == "1900-01-01"),
        ("birth", "implausible", "dob", lambda text: text == "2031-01-01"),
        ("address", "stale", "until", lambda text: text == "2010-01-01"),
        ("birth", "disputed", "contested", lambda text: text == "birth"),
        ("row", "disputed", "contested", lambda text: text == "birth"),
    ],
)
def test_counts_are_those_counted_by_hand(
    found: SourceAudit, field: str, kind: str, column: str, test: object
) -> None:
    (whole,) = [f for f in found.faults if (f.field, f.kind, f.by) == (field, kind, "")]
    assert whole.rows == 600 and whole.count == by_hand(column, test)
    assert (whole.share.low, whole.share.high) == wilson(whole.count, 600)
    for one in found.faults:
        if (one.field, one.kind, one.by) == (field, kind, "ethnicity") and one.shown:
            assert one.count == by_hand(column, test, one.group), one.group


def test_the_group_that_is_worse_off_is_named(found: SourceAudit) -> None:
    first = found.worst[0]
    assert (first.field, first.kind, first.group) == ("birth", "missing", "Green")
    assert first.difference.low > 0.3


def test_the_difference_is_newcombes() -> None:
    """Newcombe 1998, table II, example (a): 56/70 less 48/80 is .2 [.0524, .3339]."""
    first, second = Estimate(56 / 70, *wilson(56, 70)), Estimate(48 / 80, *wilson(48, 80))
    gap = newcombe(first, second)
    assert (round(gap.value, 4), round(gap.low, 4), round(gap.high, 4)) == (0.2, 0.0524, 0.3339)


def test_a_small_group_is_not_shown_nor_told_by_subtraction(found: SourceAudit) -> None:
    groups = {one.group for one in found.faults if one.by}
    assert "Teal" not in groups and "Mauve" not in groups  # Mauve shelters Teal
    assert found.merged == {"ethnicity": 2}
    for text in (source_json(found), source_screen(found)):
        assert "Teal" not in text and "Quillon" not in text


def test_small_counts_of_groups_are_kept_back(found: SourceAudit) -> None:
    for one in found.faults:
        if one.shown:
            assert one.count == 0 or one.count >= 10, one
    hidden = [one for one in found.faults if not one.shown]
    assert hidden and all(isnan(one.share.value) and isnan(one.difference.value) for one in hidden)


def test_what_cannot_be_checked_is_said() -> None:
    plain = FEED.model_copy(update={"audit_only": {}})
    bare = audit_source((plain, extract()))
    told = dict(bare.unchecked)
    assert set(told) == {"disputed values", "groups", "over-representation"}
    assert "for whom" in source_screen(bare)


POPULATION = pl.DataFrame({
    "by": ["ethnicity"] * 4,
    "group": ["Blue", "Green", "Mauve", "Teal"],
    "people": [8000, 1000, 900, 100],
})  # fmt: skip


def test_over_representation_against_a_known_population() -> None:
    found = audit_source((FEED, extract()), POPULATION)
    told = {one.group: one for one in found.represented}
    green = told["Green"]
    assert green.people == 150 and green.ratio.value == pytest.approx((150 / 600) / (1000 / 10000))
    low, high = wilson(150, 600)
    assert (green.ratio.low, green.ratio.high) == pytest.approx((low / 0.1, high / 0.1))
    assert green.standing is Standing.FAIL
    assert told["Blue"].standing is Standing.PASS
    assert not told["Teal"].shown and not told["Mauve"].shown
    assert told["Teal"].standing is Standing.UNDETERMINED
    sampled = audit_source((FEED, extract()), POPULATION, sample=500)
    wider = {one.group: one for one in sampled.represented}["Green"]
    assert wider.ratio.low < green.ratio.low and wider.ratio.high > green.ratio.high


def test_few_rows_of_unknown_group_are_not_told_by_leaving_them_out() -> None:
    """Four rows without ethnicity: shares are of all rows, and another group shelters them."""
    frame = extract().with_columns(
        eth=pl.when(pl.col("id").is_in(["1", "2", "3", "4"]))
        .then(None)
        .otherwise("eth")
        .replace({"eth": "Blue"})
    )
    frame = frame.with_columns(
        eth=pl.when(pl.int_range(600) >= 300).then(pl.lit("Green")).otherwise("eth")
    )
    population = POPULATION.filter(pl.col("group").is_in(["Blue", "Green"]))
    found = audit_source((FEED, frame), population)
    told = {one.group: one for one in found.represented}
    assert told["Green"].shown != told["Blue"].shown
    shown = told["Green"] if told["Green"].shown else told["Blue"]
    assert shown.share.value == pytest.approx(300 / 600)


def test_names_that_not_everybody_has_are_no_fault() -> None:
    feed = FEED.model_copy(update={"fields": FEED.fields.model_copy(update={"middle": "mid"})})
    frame = extract().with_columns(
        mid=pl.when(pl.col("eth") == "Green").then(pl.lit("")).otherwise(pl.lit("Orla"))
    )
    found = audit_source((feed, frame))
    assert any(one.field == "middle" and one.by for one in found.faults)
    assert all(one.field != "middle" for one in found.worst)


def test_zeros_may_be_small_counts_that_were_kept_back() -> None:
    """Undeclared they are refused; declared they are bounds, never nobody."""
    masked = POPULATION.with_columns(people=pl.Series([8000, 1000, 0, 0]))
    with pytest.raises(BadInput, match="zeros_below") as refused:
        audit_source((FEED, extract()), masked)
    assert len(refused.value.faults) == 1 and "2 groups have 0 people" in str(refused.value)
    found = audit_source((FEED, extract()), masked, zeros_below=10)
    green = next(one for one in found.represented if one.group == "Green")
    assert green.expected.low == pytest.approx(1000 / 9018)
    assert green.expected.high == pytest.approx(1000 / 9000)
    assert green.ratio.low == pytest.approx(wilson(150, 600)[0] / (1000 / 9000))
    (many,) = over_representation("x", {"a": 500, "b": 500}, {"a": 0, "b": 9000}, zeros_below=10)[
        :1
    ]
    assert isnan(many.ratio.value) and many.ratio.high == inf and many.ratio.low > 400
    assert many.standing is Standing.FAIL and many.suppressed
    assert "never as nobody" in source_screen(found)


SWEDEN = [  # facts: share of random %, share of tool %, ratio, low, high, verdict against a doubling
    ("gender", "Gender", lambda v: v == "K", 56.06, 67.51, 1.20, 1.14, 1.28, Standing.PASS),
    ("income", "Income", lambda v: float(v or "nan") < 290_000, 25.69, 50.83, 1.98, 1.79, 2.22,
     Standing.UNDETERMINED),
    ("education", "Education", lambda v: float(v or 9) <= 3, 52.72, 78.57, 1.49, 1.41, 1.58,
     Standing.PASS),
    ("foreign", "Foreign Background", lambda v: v == "1", 23.69, 43.13, 1.82, 1.64, 2.05,
     Standing.UNDETERMINED),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "column", "test", "random", "tool", "ratio", "low", "high", "verdict"), SWEDEN
)
def test_sweden(shared: Path, name, column, test, random, tool, ratio, low, high, verdict) -> None:
    """The tool's picks against the random arm: every share and ratio to the printed digits."""
    with (shared / "data" / "audit" / f"sweden_{name}_1dp.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    arms = {True: [0, 0], False: [0, 0]}
    for row in rows:
        arms[row["Selection Method"] == "Random"][int(bool(test(row[column])))] += 1
    picked, drawn = arms[False], arms[True]
    found = over_representation(
        name,
        {"in": picked[1], "out": picked[0]},
        {"in": drawn[1], "out": drawn[0]},
        sample=sum(drawn),
    )[0]
    assert round(100 * found.expected.value, 2) == random
    assert round(100 * found.share.value, 2) == tool
    assert round(found.ratio.value, 2) == ratio
    assert found.ratio.low == pytest.approx(low, abs=0.025)
    assert found.ratio.high == pytest.approx(high, abs=0.025)
    assert found.standing is verdict


def test_the_interval_of_two_samples_covers() -> None:
    """Katz's interval holds the true ratio about 19 times in 20."""
    draws = np.random.default_rng(7)
    held = 0
    for _ in range(400):
        found = share_ratio(
            (int(draws.binomial(2000, 0.3)), 2000), (int(draws.binomial(500, 0.2)), 500)
        )
        held += found.low <= 1.5 <= found.high
    assert 0.92 <= held / 400 <= 0.98


@pytest.mark.parametrize(
    ("change", "options", "message"),
    [
        ({"people": [8000, -1, 900, 100]}, {}, "no count"),
        ({"group": ["Blue", "Blue", "Mauve", "Teal"]}, {}, "twice"),
        (
            {"group": ["Blue", "Greeen", "Mauve", "Teal"]},
            {},
            "1 group of the source is not in the population: 'Green'",
        ),
        ({"by": ["ethnicty"] * 4}, {}, "no audit-only column"),
        ({"people": [0, 0, 0, 0]}, {"zeros_below": 5}, "nobody is in the population"),
        ({"people": [80, 10, 9, 1]}, {}, "add up to 100: these look like shares, not people"),
        ({"people": [0.8, 0.1, 0.09, 0.01]}, {}, "call the column 'percent'"),
        ({"people": ["8.000,5", "1000", "900", "100"]}, {}, "write 1234.5 for 1.234,5"),
        ({"people": ["8,000", "1000", "900", "100"]}, {}, "1234 for 1,234"),
        ({}, {"sample": 0}, "sample of 0"),
        ({}, {"over": 1.0}, "over-representation of 1"),
        ({}, {"zeros_below": 0}, "zeros below 0"),
    ],
)
def test_bad_input_is_one_clear_message(change: dict, options: dict, message: str) -> None:
    table = POPULATION.with_columns(**{name: pl.Series(values) for name, values in change.items()})
    with pytest.raises(BadInput, match=message):
        audit_source((FEED, extract()), table, **options)


def test_a_small_group_is_not_named_in_a_message() -> None:
    with pytest.raises(BadInput, match="too small to name") as refused:
        audit_source((FEED, extract()), POPULATION.filter(pl.col("group") != "Teal"))
    assert "Teal" not in str(refused.value)


def test_a_missing_column_is_named() -> None:
    with pytest.raises(BadInput, match="'people' is missing") as refused:
        audit_source((FEED, extract()), POPULATION.rename({"people": "peple"}))
    assert "'peple'" in str(refused.value)


def test_page_data_and_tables_say_the_same(tmp_path: Path) -> None:
    found = replace(audit_source((FEED, extract()), POPULATION), day=date(2026, 9, 1))
    paths = write_source(found, tmp_path)
    assert set(paths) == {"page", "data", "faults", "over-representation"}
    page = paths["page"].read_text(encoding="utf-8")
    data = json.loads(paths["data"].read_text(encoding="utf-8"))
    rows = list(
        csv.DictReader(io.StringIO(paths["over-representation"].read_text(encoding="utf-8")))
    )
    assert [one["group"] for one in data["over_representation"]] == [row["group"] for row in rows]
    hidden = next(row for row in rows if row["group"] == "Teal")
    assert hidden["people"] == "" and hidden["shown"] == "not shown"
    assert page.count("<figure>") <= page.count("<table") and "not shown" in page
    assert "http://" not in page.replace("http://www.w3.org", "") and "<script" not in page
    for text in (page, json.dumps(data), source_screen(found)):
        assert "Quillon" not in text and "roll/1" not in text
    assert max(len(line) for line in source_screen(found).splitlines()) <= 80


def test_from_a_file_of_the_workspace(tmp_path: Path) -> None:
    """The contract, its extract and the population are read from disk."""
    extract().write_csv(tmp_path / "roll.csv")
    POPULATION.write_csv(tmp_path / "frame.csv")
    (tmp_path / "roll.toml").write_text(
        'id = "roll"\nservice = "education"\ntitle = "School roll"\nextract = 2026-09-01\n'
        'one_record_per_person = true\n[location]\nkind = "csv"\npath = "roll.csv"\n'
        '[fields]\nrecord = "id"\ngiven = "first"\nbirth = "dob"\nuprn = "uprn"\nseen_to = "until"\n'
        '[audit_only]\nethnicity = "eth"\ndisputed = "contested"\n',
        encoding="utf-8",
    )
    found = audit_source(tmp_path / "roll.toml", tmp_path / "frame.csv")
    memory = audit_source((FEED, extract()), POPULATION)
    assert json.loads(source_json(found))["faults"] == json.loads(source_json(memory))["faults"]
    assert found.represented == memory.represented


def test_shares_that_are_declared_are_taken() -> None:
    """A column percent gives what the counts give; it must add up to 100 in each breakdown."""
    shares = POPULATION.with_columns(people=pl.col("people") / 100).rename({"people": "percent"})
    counted, told = (
        audit_source((FEED, extract()), POPULATION),
        audit_source((FEED, extract()), shares),
    )
    assert [one.ratio.value for one in told.represented if one.shown] == pytest.approx(
        [one.ratio.value for one in counted.represented if one.shown]
    )
    few = shares.with_columns(percent=pl.col("percent") - 1)
    with pytest.raises(BadInput, match="the percentages of 'ethnicity' add up to 96"):
        audit_source((FEED, extract()), few.with_columns(percent=pl.col("percent").clip(0.1)))


def test_people_of_a_small_sample_may_add_up_to_a_hundred() -> None:
    few = POPULATION.with_columns(people=pl.Series([70, 20, 5, 5]))
    assert audit_source((FEED, extract()), few, sample=100).represented
