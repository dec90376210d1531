"""Chilling: R's glm to eight decimals, planted drops found, and words that claim no cause."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from math import exp, log
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from licet.audit import interrupted
from licet.audit.contact import ContactAudit, Reading
from licet.audit.interrupted import Series, changes, design, quasi_poisson
from licet.chapters.auditing_contact import (
    audit_contact,
    contact_json,
    contact_screen,
    write_contact,
)
from licet.commands.days import day
from licet.errors import BadInput
from licet.files.audit_contact import read_contacts
from licet.report.audit.contact_words import reading

HERE = Path(__file__).parent / "contact"
DAY = date(2025, 4, 1)
TERMS = {"(Intercept)": "intercept"}


@pytest.fixture(scope="module")
def compared() -> ContactAudit:
    return audit_contact(HERE / "contacts.csv", before=DAY, by="group", compare="area=elsewhere")


def oracle() -> list[dict[str, str]]:
    with (HERE / "oracle.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def term(name: str, model: str) -> str:
    """R's name of a coefficient as ours."""
    name = name.strip()
    if name.startswith("season"):
        return f"month {name.removeprefix('season')}"
    if name == "own":
        return "own:intercept"
    if name.endswith(":own"):
        return f"own:{name.removesuffix(':own')}"
    return TERMS.get(name, name)


def series_of(group: str, area: str, periods: slice = slice(None), people: bool = True) -> Series:
    contacts = read_contacts(HERE / "contacts.csv", by="group", compare="area=elsewhere")
    side = contacts if area == "here" else contacts.comparison
    assert side is not None and side.people is not None
    at = side.groups.index(group)
    time = side.time[periods]
    return Series(time, side.month[periods] if people else np.zeros(len(time), np.int64),
                  side.count[at][periods],
                  side.people[at][periods] if people else np.ones(len(time)), 27.0)  # fmt: skip


@pytest.mark.parametrize("group", ["blue", "green", "mauve"])
@pytest.mark.parametrize("model", ["alone", "short", "compared"])
def test_coefficients_are_those_of_r(model: str, group: str) -> None:
    """Estimates, quasi-likelihood standard errors and dispersion of glm(..., quasipoisson)."""
    if model == "short":
        series = [series_of(group, "here", slice(18, 40), people=False)]
    else:
        series = [series_of(group, "here")]
        series += [series_of(group, "elsewhere")] if model == "compared" else []
    X, names, seasonal = design(series)
    assert seasonal == (model != "short")
    y = np.concatenate([one.count for one in series])
    offset = np.log(np.concatenate([one.people for one in series]))
    fit = quasi_poisson(X, y, offset, names, [n for n, one in enumerate(series) for _ in one.time])
    assert fit is not None
    rows = [row for row in oracle() if (row["model"], row["group"]) == (model, group)]
    assert {term(row["term"], model) for row in rows} == set(names)
    for row in rows:
        at = names.index(term(row["term"], model))
        assert fit.coefficients[at] == pytest.approx(float(row["estimate"]), abs=1e-8)
        assert np.sqrt(fit.covariance[at, at]) == pytest.approx(float(row["se"]), abs=1e-8)
        assert fit.dispersion == pytest.approx(float(row["dispersion"]), rel=1e-8)


def test_newey_west_is_that_by_hand() -> None:
    """One coefficient, four periods, one lag: the sandwich written out."""
    y = np.array([2.0, 4.0, 3.0, 7.0])
    X = np.ones((4, 1))
    residual = y - y.mean()
    lags = 1  # int(4 * (4 / 100) ** (2 / 9))
    meat = (residual**2).sum() + 2 * (1 - lags / (lags + 1)) * (residual[1:] * residual[:-1]).sum()
    found = interrupted._newey_west(X, residual, [np.arange(4)])
    assert found[0, 0] == pytest.approx(meat)


def test_the_planted_drop_is_found_in_its_group(compared: ContactAudit) -> None:
    """In green, 30 % fewer contacts were planted here and not elsewhere."""
    told = {one.group: one for one in compared.changes}
    green = told["green"]
    assert green.versus == "comparison" and green.seasonal
    assert green.reading is Reading.FEWER and green.overall.low < exp(-0.35) < green.overall.high
    assert green.rest.high < 1  # more so than the other groups
    for group in ("blue", "mauve"):
        assert told[group].reading is not Reading.FEWER
    assert "Consistent with keeping away in: green" in contact_screen(compared)


def test_a_comparison_takes_out_what_changed_everywhere() -> None:
    """Both sides fall by a fifth: alone it looks like keeping away, compared it does not."""
    time, month = np.arange(36.0), np.zeros(36, np.int64)
    mean = 400 * np.where(time >= 18, 0.8, 1.0)
    draw = np.random.default_rng(3)
    sides = [
        Series(time, month, draw.poisson(mean).astype(float), np.ones(36), 18.0) for _ in range(2)
    ]
    alone, against = changes(sides[0]), changes(*sides)
    assert alone is not None and against is not None
    assert alone.overall.high < 1 and against.overall.low < 1 < against.overall.high


def test_intervals_cover_and_no_change_is_seldom_one(full: bool) -> None:
    """Overdispersed counts without any change: about 19 of 20 intervals hold 1."""
    draw = np.random.default_rng(11)
    times = 1000 if full else 200
    time, month, held = np.arange(40.0), np.zeros(40, np.int64), 0
    for _ in range(times):
        count = draw.poisson(200 * draw.gamma(100, 1 / 100, 40)).astype(float)
        found = changes(Series(time, month, count, np.ones(40), 20.0))
        assert found is not None
        held += found.overall.low <= 1 <= found.overall.high
    assert held / times >= 0.92


def table(**changed: object) -> pl.DataFrame:
    """24 months of one group, 100 contacts each."""
    months = [date(2024 + n // 12, n % 12 + 1, 1) for n in range(24)]
    counts = [100 + (7 * n) % 13 for n in range(24)]
    return pl.DataFrame({"period": months, "contacts": counts} | changed)


def test_too_few_periods_are_not_known() -> None:
    """Fewer than 8 before say nothing, in words."""
    found = audit_contact(table()[:10], before=date(2024, 5, 1))
    assert found.changes[0].reading is Reading.NOT_KNOWN
    assert "4 periods before and 6 after" in contact_screen(found)


def test_months_need_two_years() -> None:
    """And more than one of them on a side: else months and trend are one."""
    assert (
        audit_contact(HERE / "contacts.csv", before=DAY, by="group", compare="area")
        .changes[0]
        .seasonal
    )
    even = audit_contact(table(), before=date(2025, 1, 1)).changes[0]
    assert not even.seasonal and even.overall.known
    short = audit_contact(table()[:20], before=date(2025, 1, 1)).changes[0]
    assert not short.seasonal and short.overall.known


def test_small_counts_are_not_shown_nor_told_by_subtraction() -> None:
    """Three groups over 30 months; mauve has 2 contacts in most of them."""
    rows = []
    for n in range(30):
        period = f"{2024 + n // 12}-{n % 12 + 1:02}"
        for group, count in (("blue", 80 + n % 5), ("green", 40 + n % 3), ("mauve", 2)):
            rows.append({"period": period, "group": group, "contacts": count})
    found = audit_contact(pl.DataFrame(rows), before=date(2025, 7, 1), by="group")
    assert all(count is None for count in found.shown["mauve"])
    for place in range(30):  # in each month another group is kept back with it, or everybody
        shown = [found.shown[group][place] for group in ("", "blue", "green", "mauve")]
        assert shown.count(None) >= 2
    data = json.loads(contact_json(found))
    assert {row["contacts"] for row in data["periods"] if row["group"] == "mauve"} == {None}


def test_a_group_with_hardly_any_contacts_is_not_shown() -> None:
    rows = [
        {"period": f"{2024 + n // 12}-{n % 12 + 1:02}", "group": group, "contacts": count}
        for n in range(24)
        for group, count in (
            ("blue", 80 + n % 5),
            ("green", 40),
            ("mauve", 3 if n == 20 else 1 if n < 3 else 0),
        )
    ]
    found = audit_contact(pl.DataFrame(rows), before=date(2025, 1, 1), by="group")
    mauve = next(one for one in found.changes if one.group.startswith("fewer than 10 contacts"))
    assert mauve.reading is Reading.NOT_SHOWN and not mauve.overall.known


@pytest.mark.parametrize(
    ("frame", "options", "message"),
    [
        (table().drop("contacts"), {}, "'contacts' is missing"),
        (table().rename({"period": "peroid"}), {}, "'peroid' if that is meant"),
        (table(period=["2024-13"] * 24), {}, "the period is no date"),
        (
            table(period=[f"01/{n + 1:02}/2024" for n in range(12)] * 2),
            {},
            "write 2024-03-01 for 01/03/2024",
        ),
        (table(contacts=["1,234"] * 24), {}, "line 2 and 23 other lines"),
        (table(contacts=["1.234"] * 24), {}, "write 1234 for 1,234, 1.234"),
        (table(), {"before": "2025-01-01"}, "is no day"),
        (table(contacts=[-1] + [5] * 23), {}, "no count"),
        (table(contacts=[1.5] + [5.0] * 23), {}, "no count"),
        (table()[:1], {}, "1 period only"),
        (table(), {"before": date(2023, 1, 1)}, "no contacts before 2023-01-01"),
        (table(), {"before": date(2026, 1, 1)}, "no contacts since 2026-01-01"),
        (pl.concat([table(), table()[:1]]), {}, "the same period and group stand in line 2"),
        (table(people=[0] + [900] * 23), {}, "the people are no number"),
        (table(), {"by": "grupp"}, "'grupp' is missing"),
        (table(area=["here"] * 24), {"compare": "area=there"}, "not said which rows"),
        (table(area=["here", "there"] * 12), {"compare": "area"}, "not said which rows"),
        (table(group=[None] + ["blue"] * 23), {"by": "group"}, "the group is empty"),
    ],
)
def test_bad_input_is_one_clear_message(frame: pl.DataFrame, options: dict, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        audit_contact(frame, **({"before": date(2025, 1, 1)} | options))


def test_zeros_of_a_file_are_doubted() -> None:
    found = audit_contact(
        table(contacts=[0] + [90 + n % 7 for n in range(23)]), before=date(2025, 1, 1)
    )
    assert "these are not zeros" in " ".join(contact_screen(found).split())
    assert "zeros" not in contact_screen(audit_contact(table(), before=date(2025, 1, 1)))


def test_weeks_and_quarters() -> None:
    weeks = pl.DataFrame({
        "period": pl.date_range(date(2024, 1, 1), date(2024, 12, 30), "1w", eager=True),
        "contacts": [100 + n % 7 for n in range(53)],
    })  # fmt: skip
    found = audit_contact(weeks, before=date(2024, 7, 1))
    assert found.contacts.unit == "week" and found.changes[0].overall.known
    quarters = [date(2018 + n // 4, 3 * (n % 4) + 1, 1) for n in range(28)]
    frame = pl.DataFrame({"period": quarters, "contacts": [100 + (n * n) % 11 for n in range(28)]})
    found = audit_contact(frame, before=date(2022, 1, 1))
    assert found.contacts.unit == "quarter" and found.changes[0].seasonal


def test_the_comparison_can_be_named_in_three_ways() -> None:
    told = [
        audit_contact(HERE / "contacts.csv", before=DAY, by="group", compare=compare)
        for compare in ("area=elsewhere", "area", "elsewhere")
    ]
    assert len({one.changes[0].overall for one in told}) == 1


def test_page_data_and_tables_say_the_same(compared: ContactAudit, tmp_path: Path) -> None:
    paths = write_contact(compared, tmp_path)
    assert set(paths) == {"page", "data", "changes", "periods"}
    page = paths["page"].read_text(encoding="utf-8")
    data = json.loads(paths["data"].read_text(encoding="utf-8"))
    rows = list(csv.DictReader(io.StringIO(paths["changes"].read_text(encoding="utf-8"))))
    assert [row["group"] for row in rows] == [one["group"] for one in data["changes"]]
    assert float(rows[2]["overall"]) == compared.changes[2].overall.value
    assert page.count("<figure>") == 1 + len(compared.changes)
    assert page.count("<table") == page.count("<figure>") + 1
    assert "<script" not in page and "not of a cause" in page
    screen = contact_screen(compared)
    assert max(len(line) for line in screen.splitlines()) <= 80
    for text in (page, screen, json.dumps(data)):
        assert "evidence of a concern" in text
        for claim in ("caused", "because of the linkage", "proves"):
            assert claim not in text


def test_the_smallest_drop_is_said_where_nothing_is_shown(compared: ContactAudit) -> None:
    quiet = next(one for one in compared.changes if one.reading is Reading.EITHER)
    assert 0 < quiet.smallest < 1
    assert quiet.smallest < exp(log(quiet.overall.low) - log(quiet.overall.value))
    assert "hardly have been found" in reading(quiet, compared)


def test_a_file_of_semicolons_and_decimal_commas_is_read(tmp_path: Path) -> None:
    rows = "".join(f"{2024 + n // 12}-{n % 12 + 1:02};{100 + n % 5};900,5\n" for n in range(24))
    (tmp_path / "contacts.csv").write_text(f"period;contacts;people\n{rows}", "utf-8")
    found = audit_contact(tmp_path / "contacts.csv", before=date(2025, 1, 1))
    assert found.contacts.people is not None and found.contacts.people[0][0] == 900.5


def test_one_message_for_all_lines_with_the_same_fault() -> None:
    with pytest.raises(BadInput) as refused:
        audit_contact(table(period=["01/03/2024"] * 24), before=date(2025, 1, 1))
    assert len(refused.value.faults) == 1


def test_everything_made_of_synthetic_contacts_says_so(tmp_path: Path) -> None:
    found = audit_contact(table(note=["SYNTHETIC"] * 24), before=date(2025, 1, 1))
    paths = write_contact(found, tmp_path)
    page = paths["page"].read_text("utf-8")
    assert 'class="banner">SYNTHETIC' in page
    assert page.count("SYNTHETIC: no real person.") == page.count("<table")
    assert json.loads(contact_json(found))["synthetic"] is True
    for kind in ("changes", "periods"):
        rows = csv.DictReader(io.StringIO(paths[kind].read_text("utf-8")))
        assert {row["synthetic"] for row in rows} == {"yes"}
    assert "SYNTHETIC" in contact_screen(found)
    assert "SYNTHETIC" not in contact_screen(audit_contact(table(), before=date(2025, 1, 1)))


def test_the_example_declares_that_it_is_synthetic(tmp_path: Path) -> None:
    from licet.synthetic.scores import contacts

    assert read_contacts(contacts(), by="ethnicity", compare="area").synthetic


def test_titles_of_charts_say_what_was_found(compared: ContactAudit, tmp_path: Path) -> None:
    page = write_contact(compared, tmp_path)["page"].read_text("utf-8")
    assert "Contacts since, over what was foretold: fewer of green" in page
    assert "Contacts of green: fewer than foretold" in page


def test_a_wrong_day_names_its_option_and_what_is_meant() -> None:
    with pytest.raises(BadInput) as refused:
        day("13/04/2025", "--before")
    (fault,) = refused.value.faults
    assert (fault.where, fault.todo) == ("--before", "write 2025-04-13")


def test_groups_are_bands_in_their_own_order() -> None:
    bands = ["10-14", "0-4", "5-9"] * 8
    months = [date(2024 + n // 36, n // 3 % 12 + 1, 1) for n in range(24)]
    frame = pl.DataFrame({"period": months, "age": bands, "contacts": [100] * 24})
    assert read_contacts(frame, by="age").groups == ("0-4", "5-9", "10-14")
