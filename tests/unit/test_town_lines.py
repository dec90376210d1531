"""The dated lines of the made-up town: at the declared rates, with the declared errors, and nothing else
of the town is changed by them. Expected counts are worked out day by day from the published tables."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta
from importlib.resources import files
from math import sqrt
from pathlib import Path

import polars as pl
import pytest
from scipy.stats import binom

from licet.files.criteria import read_rules
from licet.files.extracts import read_lines
from licet.files.feeds import read_feeds
from licet.files.town import write_town
from licet.files.use import read_use
from licet.identify.bound import bind
from licet.synthetic.town import lines as made
from licet.synthetic.town import meals, noted
from licet.synthetic.town.lines import Lines, make_lines
from licet.synthetic.town.needs import HARD_TIMES, HISTORY, LONGEST, NEEDS
from licet.synthetic.town.whole import FEEDS, Town, make_town
from tests.tiers import few

COMES_WITH = Path(str(files("licet.bundled"))) / "town-2026"
PER_YEAR = {"education": 190.0}
"""Days of a year of the declared rates: school days of pupils, of all others 365.25 days."""


@pytest.fixture(scope="module")
def town() -> Town:
    return make_town(12_000, seed=5)


@pytest.fixture(scope="module")
def lines(town: Town) -> Lines:
    return make_lines(town)


def likely(found: int, of: int, share: float) -> bool:
    """Whether so many of ``of`` are found by chance, but for one time in a hundred thousand."""
    low, high = binom.interval(1 - 1e-5, of, share)
    return bool(low <= found <= high)


def school_day(day: date) -> bool:
    """Monday to Friday, and no holiday of July and August, of Christmas and of Easter."""
    key = (day.month, day.day)
    holiday = (
        (7, 20) <= key <= (8, 31) or key >= (12, 20) or key <= (1, 4) or (4, 1) <= key <= (4, 14)
    )
    return day.weekday() < 5 and not holiday


def test_lines_are_the_same_for_the_same_town_and_others_for_another() -> None:
    one, again, other = (make_lines(make_town(700, seed=seed)) for seed in (1, 1, 2))
    for key in one.tables:
        assert one.tables[key].equals(again.tables[key])
        assert not one.tables[key].equals(other.tables[key])
    assert one.needs.equals(again.needs) and one.rights.equals(again.rights)


def test_every_line_says_that_it_is_made_up(lines: Lines) -> None:
    for frame in lines.tables.values():
        assert (
            frame["made_up"].unique().to_list() == ["SYNTHETIC"] and frame.columns[-1] == "made_up"
        )


def test_hard_times_come_as_often_as_declared(town: Town, lines: Lines) -> None:
    """Gamma-Poisson: with mean m a family's count has the variance m + m * m / 0.4."""
    expected = variance = 0.0
    for parent in town.people.filter("parent").unique("household").iter_rows(named=True):
        yearly = HARD_TIMES
        for group, times in (("low_income", 2.2), ("lone", 1.5), ("younger", 1.3)):
            yearly *= times if parent[group] else 1
        mean = yearly * (HISTORY + LONGEST) / 365.25
        expected, variance = expected + mean, variance + mean + mean * mean / 0.4
    found = lines.needs.select("household", "from", "to").n_unique()
    assert abs(found - expected) < 4.5 * sqrt(variance) + 0.005 * expected
    assert set(lines.needs["need"]) == set(NEEDS) and len(NEEDS) == 10
    assert lines.needs["from"].max() <= town.today
    assert set(lines.needs["household"]) <= set(town.people.filter("parent")["household"])


def in_need(lines: Lines, need: str) -> Mapping[int, set[date]]:
    """By household every day of a need."""
    found: defaultdict[int, set[date]] = defaultdict(set)
    for household, _, start, end in lines.needs.filter(pl.col("need") == need).iter_rows():
        found[household] |= {start + timedelta(days=n) for n in range((end - start).days + 1)}
    return found


@pytest.mark.parametrize("place", few(range(len(noted.KINDS)), 4))
def test_events_come_as_often_as_declared(town: Town, lines: Lines, place: int) -> None:
    kind = noted.KINDS[place]
    first = town.today - timedelta(days=HISTORY - 1)
    days = [first + timedelta(days=n) for n in range(HISTORY)]
    if kind.feed == "education":
        days = [day for day in days if school_day(day)]
    needy = in_need(lines, kind.need)
    birth = dict(town.people.select("person", "birth").rows())
    held = town.truth.filter(pl.col("feed") == kind.feed).select("person", "household").unique()
    long = {True: 0, False: 0}
    for person, household in held.rows():
        born, hard = birth[person], needy.get(household, set())
        low, high = (age * 365.25 for age in kind.ages)
        if hard:
            aged = [day for day in days if low <= (day - born).days < high]
            inside = len(hard.intersection(aged))
            long[True] += inside
            long[False] += len(aged) - inside
        elif low <= (town.today - born).days and (first - born).days < high:
            long[False] += sum(low <= (day - born).days < high for day in days)
    found = dict(lines.events.filter(pl.col("kind") == place).group_by("inside").len().rows())
    for inside, rate in ((True, kind.inside), (False, kind.usual)):
        expected = rate * long[inside] / PER_YEAR.get(kind.feed, 365.25)
        assert abs(found.get(inside, 0) - expected) <= 4.5 * sqrt(expected) + 0.5, (kind, inside)


@pytest.mark.parametrize("feed", FEEDS)
def test_errors_of_lines_are_as_frequent_as_declared(lines: Lines, feed: str) -> None:
    events = lines.events.filter(pl.col("feed") == feed)
    declared = made.declared().filter(pl.col("feed") == feed).row(0, named=True)
    for name in ("unnoted", "late", "misfiled"):
        assert likely(int(events[name].sum()), events.height, declared[name]), name
    written = events.filter(~pl.col("unnoted"))
    delay = (written["recorded"] - written["happened"]).dt.total_days()
    late = written["late"]
    assert delay.filter(~late).min() == 0 and delay.filter(~late).max() == 4
    assert delay.filter(late).min() >= 14
    assert events.filter("unnoted")["record"].null_count() == events["unnoted"].sum()


def test_a_line_is_on_a_record_of_its_person_unless_it_is_misfiled(
    town: Town, lines: Lines
) -> None:
    whose = {(feed, record): person for _, feed, record, person, _ in town.truth.iter_rows()}
    written = lines.events.drop_nulls("record")
    for feed, record, person, misfiled, recorded in written.select(
        "feed", "record", "person", "misfiled", "recorded"
    ).iter_rows():
        assert (whose[feed, record] != person) == misfiled
        assert recorded <= town.today
    several = town.truth.group_by("feed", "person").len().filter(pl.col("len") > 1)
    spread = written.filter(~pl.col("misfiled")).join(several, on=["feed", "person"])
    assert spread.group_by("feed", "person").agg(pl.col("record").n_unique())["record"].max() > 1


def test_what_is_written_after_the_extract_is_in_no_table(town: Town, lines: Lines) -> None:
    late = lines.events.filter(pl.col("recorded") > town.today)
    assert late.height > 0 and late["record"].null_count() == late.height
    for (feed, table), frame in lines.tables.items():
        many = lines.events.filter(pl.col("table") == table)["record"].count()
        regular = {"awards": lines.awards, "meals": lines.meals}.get(table)
        if regular is not None:
            many += regular.filter(pl.col("recorded") <= town.today).height
        assert frame.height == many, (feed, table)


def test_who_has_a_right_follows_from_the_latest_award(town: Town, lines: Lines) -> None:
    """In plain words: universal credit with at most 616.67 pounds earned a month, or income support."""
    latest: dict[int, tuple[date, str, float | None]] = {}
    for household, word, day, earned in lines.awards.select(
        "household", "word", "happened", "earnings"
    ).iter_rows():
        if household not in latest or day > latest[household][0]:
            latest[household] = (day, word, earned)
    for right in lines.rights.iter_rows(named=True):
        _, word, earned = latest.get(right["household"], (None, "", None))
        has = word == "income_support" or (
            word == "universal_credit" and earned is not None and earned <= 616.67
        )
        assert right["entitled"] == has
    ages = lines.rights.join(town.people, on="person")["age"]
    assert ages.min() == 4 and ages.max() == 17


def test_families_miss_the_right_as_often_as_declared(town: Town, lines: Lines) -> None:
    of = lines.rights.filter("entitled").unique("household").select("household", "claimed")
    language = town.people.unique("household").select("household", "language")
    for foreign, share in ((False, meals.UNCLAIMED), (True, meals.UNCLAIMED_OTHER_LANGUAGE)):
        inside = of.join(language, on="household").filter((pl.col("language") != "en") == foreign)
        assert inside.height > 20
        assert likely(int((~inside["claimed"]).sum()), inside.height, share)
    none = lines.rights.filter(~pl.col("entitled")).unique("household")
    assert likely(int(none["claimed"].sum()), none.height, meals.PROTECTED)


def test_meals_follow_the_claim_but_for_the_declared_errors(town: Town, lines: Lines) -> None:
    claims = {row["person"]: row for row in lines.rights.iter_rows(named=True)}
    birth = dict(town.people.select("person", "birth").rows())
    for person, day, true in lines.meals.select("person", "happened", "true_word").iter_rows():
        claim = claims[person]
        september = date(day.year if day.month >= 9 else day.year - 1, 9, 1)
        infant = (september - birth[person]).days / 365.25 < 7
        free = claim["claimed"] and (claim["since"] is None or claim["since"] <= day)
        assert true == ("universal" if infant else "free" if free else "paid")
        assert (day.month, day.day) in {(1, 5), (4, 15), (9, 1)}
    marked = lines.meals.filter(pl.col("true_word") != "universal")
    wrong = int((marked["word"] != marked["true_word"]).sum())
    assert likely(wrong, marked.height, meals.MISMARKED)
    earned = lines.awards.drop_nulls("earnings").filter(pl.col("earnings") > 1)
    lost = int((earned["written"] != earned["earnings"]).sum())
    assert likely(lost, earned.height, meals.MISWRITTEN)


# What the town wrote before it had lines: the first 16 digits of SHA-256 of write_town(folder, 600, 1).
BEFORE = {
    "feeds/data/education.csv": "273157a27a34987c",
    "feeds/data/early_years.csv": "5900f569674b82a9",
    "feeds/data/benefits.csv": "1753c35ad30d2272",
    "permissions/synthetic-early-help.csv": "3c184b2dd4653705",
    "truth/declared_errors.csv": "bea3adb9a0dd9e56",
    "truth/declared_permission.csv": "3b9d4a50886ad5be",
}
ANSWERS_BEFORE = "2e99cb2974692c86"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("lines") / "town"
    write_town(root, 600, 1)
    return root


def test_the_rest_of_the_town_is_as_it_was(written: Path) -> None:
    for name, digest in BEFORE.items():
        assert hashlib.sha256((written / name).read_bytes()).hexdigest()[:16] == digest, name
    answers = (written / "evidence" / "town-2026" / "answers.csv").read_text(encoding="utf-8")
    # The three questions about the other purpose stand last; before them nothing is changed.
    old = "".join(line.rsplit(",", 3)[0] + "\n" for line in answers.splitlines())
    assert hashlib.sha256(old.encode()).hexdigest()[:16] == ANSWERS_BEFORE


def test_every_table_keeps_its_contract(written: Path) -> None:
    town = make_town(600, 1)
    tables = make_lines(town).tables
    named = {(feed.id, name) for _, feed in read_feeds(written) for name in feed.tables}
    assert named == set(tables)
    for path, feed in read_feeds(written):
        known = set(town.truth.filter(pl.col("feed") == feed.id)["record"])
        for name, table in feed.tables.items():
            found = read_lines(feed, name, path.parent)
            assert found.height == tables[feed.id, name].height > 0
            assert set(found["record"]) <= known
            days = found.select("happened", "recorded")
            assert days.null_count().row(0) == (0, 0)
            assert (days["happened"] <= days["recorded"]).all()
            assert days["recorded"].max() <= feed.extract
            for value in table.values:
                empty = found[value].null_count()
                assert empty == 0 or (name, value) in {("awards", "monthly_earnings")}
            assert table.known_faults


def test_every_rule_binds_to_its_use_and_asks_no_more_than_it_says(written: Path) -> None:
    feeds = [feed for _, feed in read_feeds(written)]
    found = {rule.id: rule for _, rule in read_rules(written)}
    assert set(found) == {"early-help", "free-school-meals"}
    for rule in found.values():
        use = read_use(written / "uses" / f"{rule.use}.toml")
        assert len(bind(rule, feeds, use).criteria) == len(rule.criteria)
        assert use.intended_action == "offer_of_support" and rule.offer is not None
        asked = {criterion.feed for criterion in rule.criteria}
        assert asked == set(use.services), "a service whose records no criterion asks"
    rights = found["free-school-meals"]
    assert rights.kind == "entitlement" and len(rights.rights) == 1
    assert (
        "predictive_flagging" not in read_use(written / "uses" / "free-school-meals.toml").analytics
    )
    needs = found["early-help"]
    assert (needs.kind, len(needs.criteria), needs.at_least) == ("criteria", 10, 3)
    assert {one.id.replace("-", "_") for one in needs.criteria} == set(NEEDS)
    use = read_use(written / "uses" / "early-help-forecast.toml")
    assert "predictive_flagging" in use.analytics


def test_the_rule_finds_who_misses_a_right(town: Town, lines: Lines) -> None:
    """With true links: nearly all of them, and few others, for the lines have declared errors."""
    import duckdb

    from licet.engines.criteria import DuckDBTables, count
    from licet.feeds.lines import typed_lines

    feeds = {feed.id: feed for _, feed in read_feeds(COMES_WITH)}
    rule = next(rule for _, rule in read_rules(COMES_WITH) if rule.id == "free-school-meals")
    typed = {
        (feed, table): typed_lines(
            feeds[feed].tables[table], feeds[feed].formats, town.today,
            frame.with_columns(pl.exclude(pl.Date).cast(pl.String)),
        )
        for (feed, table), frame in lines.tables.items()
    }  # fmt: skip
    text = town.truth.with_columns(pl.col("person", "household").cast(pl.String))
    homes = text.select("person", "household").unique()
    engine = DuckDBTables(duckdb.connect())
    found = count(engine, bind(rule, list(feeds.values())), typed, text, homes, [town.today])
    meant = set(found.households["household"])
    missing = lines.rights.filter("entitled", "on_roll", ~pl.col("claimed"), ~pl.col("infant"))
    true = set(missing["household"].cast(pl.String))
    assert len(true) > 60
    assert len(meant & true) >= 0.95 * len(true)
    assert len(meant - true) <= 0.10 * len(meant)
