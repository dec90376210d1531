"""What the made-up town answers: about its records, and in its survey."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from pathlib import Path
from shutil import copytree

import polars as pl
import pytest

from licet import flow
from licet.files.town import RIGHTS_SERVICES, RIGHTS_USE, write_town
from licet.permission.events import CHANNELS, EFFECTS, RELATIONS
from licet.permission.rules import STAGES
from licet.synthetic.town import answering, asked
from licet.synthetic.town.answering import Answered, answer
from licet.synthetic.town.whole import FEEDS, Town, make_town

pytestmark = pytest.mark.long

BUNDLED = Path(str(files("licet.bundled"))) / "town"
SURVEY = Path(str(files("licet.bundled"))) / "town-2026"
EVIDENCE = SURVEY / "evidence" / asked.ID
BOOK = tomllib.loads((EVIDENCE / "codebook.toml").read_text(encoding="utf-8"))
SERVICES = ("education", "early_years", "social_work")


@pytest.fixture(scope="module")
def town() -> Town:
    return make_town(20_000, seed=4)


@pytest.fixture(scope="module")
def found(town: Town) -> Answered:
    return answer(town)


def test_answers_are_the_same_for_the_same_seed(town: Town, found: Answered) -> None:
    assert answer(town).answers.equals(found.answers)
    assert not answer(town, seed=2).answers.equals(found.answers)


def test_the_columns_say_only_what_the_ledger_knows(found: Answered) -> None:
    answers = found.answers
    assert tuple(answers.columns) == answering.COLUMNS
    assert set(answers["effect"]) == {"grant", "refuse", "defer", "withdraw"} <= set(EFFECTS)
    assert set(answers["relation"]) == {"self", "parental_responsibility"} <= set(RELATIONS)
    assert set(answers["channel"]) <= set(CHANNELS)
    assert set(answers["service"]) == {"", *SERVICES}
    assert set(answers["use"]) == {"early-help"}
    assert answers["at"].str.contains(r"^2026-\d\d-\d\dT\d\d:\d\d:00Z$").all()
    assert answers["at"].max() < "2026-06-01" and answers["at"].is_sorted()


def test_each_service_writes_only_to_those_it_holds(town: Town, found: Answered) -> None:
    held = town.truth.filter(pl.col("feed").is_in(SERVICES))
    assert sorted(found.asked["row"]) == sorted(held["row"])
    rows = held.select("row", "person").rows()
    person = dict(rows)
    keys = dict(found.voices.drop_nulls("subject").select("subject", "person").rows())
    for subject, records in found.answers.select("subject", "records").rows():
        for row in filter(None, records.split(";")):
            assert person[row] == keys[subject]


def test_only_parents_answer_for_children_and_nobody_for_themselves_before_thirteen(
    town: Town, found: Answered
) -> None:
    assert list(STAGES) == ["under_13", "13_to_15", "16_over"]
    voices = found.voices.join(town.people.select("person", "age"), on="person")
    own = voices.filter(pl.col("relation") == "self")
    assert (own["person"] == own["speaker"]).all() and own["age"].min() >= 13
    held = voices.filter(pl.col("relation") != "self")
    assert held["age"].max() < 16
    kin = town.relationships.filter(pl.col("kind") == "parent").select("person", "other").rows()
    assert set(held.select("person", "speaker").rows()) <= set(kin)


def test_keys_do_not_tell_who_is_who(found: Answered) -> None:
    numbered = found.answers.filter(pl.col("expressed_by").str.starts_with("holder-"))
    key = numbered.select("subject", "expressed_by").unique("subject")
    both = key.join(found.voices.drop_nulls("subject"), on="subject").filter(
        pl.col("relation") != "self"
    )
    number = both["expressed_by"].str.extract(r"(\d+)").cast(pl.Int64)
    assert (number != both["speaker"] + 1).mean() > 0.99
    frame = pl.DataFrame({"a": number, "b": both["speaker"]})
    assert abs(frame.select(pl.corr("a", "b")).item()) < 0.1


def test_some_answer_without_a_record_with_slips_and_unverified(
    town: Town, found: Answered
) -> None:
    bare = found.answers.filter(pl.col("records") == "")
    assert 0.1 < bare.height / found.answers.height < 0.3
    assert bare["subject"].str.starts_with("details-").all()
    assert 0.1 < (bare["verified_by"] == "").mean() < 0.5
    assert (found.answers.filter(pl.col("records") != "")["verified_by"] != "").all()
    truth = found.voices.drop_nulls("subject").join(
        town.people.select("person", "family", "birth"), on="person", suffix="_true"
    )
    # every answer of a voice has one key, but a key may stand for several voices of one child
    same = bare.join(truth.select("subject", true="birth").unique("subject"), on="subject")
    assert 0 < (same["birth"] != same["true"]).mean() < 0.03


def test_parents_disagree_and_those_who_live_apart_oftener(found: Answered) -> None:
    held = found.voices.filter((pl.col("relation") != "self") & pl.col("answered"))
    pairs = held.group_by("person").agg(pl.col("apart").any(), pl.col("effect"), pl.len())
    pairs = pairs.filter(pl.col("len") == 2)
    disagree = pl.col("effect").list.set_intersection(["grant", "refuse"]).list.len() == 2
    rate = dict(pairs.group_by("apart").agg(disagree.mean()).rows())
    assert rate[True] > 0.25 and rate[True] > 1.5 * rate[False]


def test_families_answer_alike_and_groups_differ(town: Town, found: Answered) -> None:
    voices = found.voices.join(
        town.people.select(speaker="person", household="household", black="black"), on="speaker"
    )
    said = voices.filter(pl.col("answered"))
    clear = said.filter(pl.col("effect") != "defer").unique("speaker", keep="first")
    homes = clear.group_by("household").agg(no=(pl.col("effect") == "refuse").sum(), of=pl.len())
    two = homes.filter(pl.col("of") == 2)
    refuses = two["no"].sum() / (2 * two.height)
    assert (two["no"] == 2).mean() > 1.5 * refuses**2
    share = dict(said.group_by("black").agg((pl.col("effect") == "grant").mean()).rows())
    assert share[False] - share[True] > 0.05
    answered = dict(voices.group_by("black").agg(pl.col("answered").mean()).rows())
    assert answered[False] > answered[True]


def test_families_lean_alike_about_both_uses_and_more_take_the_right(
    town: Town, found: Answered
) -> None:
    """As declared: more answer and say yes where they are asked so that they miss no right."""
    rights = answer(town, RIGHTS_USE, RIGHTS_SERVICES, mark="rights-", willing=answering.RIGHTS)
    assert set(rights.answers["use"]) == {RIGHTS_USE}
    said = [one.voices.filter("answered") for one in (found, rights)]
    answers = [one["answered"].mean() for one in (found.voices, rights.voices)]
    agrees = [(one["effect"] == "grant").mean() for one in said]
    assert answers[1] > answers[0] + 0.1 and agrees[1] > agrees[0] + 0.04
    both = found.voices.filter("answered").join(
        rights.voices.filter("answered"), on=["person", "speaker"], suffix="_rights"
    )
    clear = both.filter(pl.col("effect") != "defer", pl.col("effect_rights") != "defer")
    refused = clear.filter(pl.col("effect_rights") == "refuse")
    # Who says no even here says no more often elsewhere; but one child in 25 is answered for apart.
    alike, usual = ((frame["effect"] == "refuse").mean() for frame in (refused, clear))
    assert refused.height > 100 and alike > 2 * usual


def test_people_of_two_uses_are_not_taken_for_one_another(town: Town, found: Answered) -> None:
    rights = answer(town, RIGHTS_USE, RIGHTS_SERVICES, mark="rights-")
    person = dict(found.voices.drop_nulls("subject").select("subject", "person").rows())
    for subject, who in rights.voices.drop_nulls("subject").select("subject", "person").rows():
        assert person.get(subject, who) == who
    for column in ("subject", "expressed_by"):
        numbered = [
            {name for name in one.answers[column] if "/" not in name} for one in (found, rights)
        ]
        assert len(numbered[0]) > 100 and len(numbered[1]) > 100
        assert not numbered[0] & numbered[1]


def test_only_the_survey_of_the_town_says_whether_a_right_may_be_looked_for(written: Path) -> None:
    from datetime import date

    use = written / "uses" / "free-school-meals.toml"
    found = flow.assess(use, today=date(2026, 6, 1), vary=False)
    assert {one.evidence for one in found.ruling.findings} == {asked.ID}
    assert found.use.purpose == "entitlement"


def test_the_answers_written_are_those_that_the_town_gives(tmp_path: Path) -> None:
    write_town(tmp_path, people=600)
    made = asked.to_csv(asked.survey(make_town(600)))
    assert (tmp_path / "evidence" / asked.ID / "answers.csv").read_text(encoding="utf-8") == made


def test_the_codebook_says_that_nobody_was_asked() -> None:
    assert BOOK["synthetic"] is True and BOOK["example_only"] is True
    assert BOOK["notice"].startswith("SYNTHETIC") and "Synthetic" in BOOK["title"]
    assert BOOK["id"] == asked.ID
    assert {item["id"] for item in BOOK["items"]} == {q.id for q in asked.QUESTIONS}
    trusted = {item["subject"] for item in BOOK["items"] if item["kind"] == "trust"}
    assert set(FEEDS) <= trusted


@pytest.mark.parametrize(("people", "within"), [(1500, 2.0), (5000, 1.0), (20_000, 1.0)])
def test_shares_are_those_declared(people: int, within: float) -> None:
    answers = asked.survey(make_town(people, seed=2))
    assert answers["respondent"].to_list() == list(range(1, answers.height + 1))
    members = answers.select(**asked.MEMBERS)
    yes = ["Yes", "Agree strongly", "Agree"]
    for item, group, percent in asked.shares().rows():
        base = answers.filter(members[group]).filter(
            pl.col(item).is_not_null() & ~pl.col(item).is_in([asked.DONT_KNOW, asked.REFUSED])
        )
        share = base.filter(pl.col(item).is_in(yes))["wt"].sum() / base["wt"].sum() * 100
        assert abs(share - percent) <= within, (item, group)


@pytest.mark.long
def test_every_ward_has_several_streets() -> None:
    answers = asked.survey(make_town(5000))
    clusters = answers.group_by("ward").agg(pl.col("psu").n_unique())
    assert clusters.height == 6 and clusters["psu"].min() >= 2


RULINGS = {
    # use: (ruling, floor) with both kinds of evidence, and with the survey of the town alone
    "early-help": ("Permit", "ask_first"),
    "early-help-wide": ("Refusal", None),
    "health-housing": ("Permit", "ask_first"),
    "immigration": ("Refusal", None),
    "free-school-meals": ("Permit", "ask_first"),
    "early-help-forecast": ("Permit", "ask_first"),
}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with the whole town in it, for looking at and for copying."""
    root = tmp_path_factory.mktemp("written") / "town"
    copytree(BUNDLED, root)
    write_town(root)
    return root


@pytest.mark.parametrize("alone", [False, True])
@pytest.mark.parametrize("use", sorted(RULINGS))
def test_the_rulings_of_the_town(use: str, alone: bool, written: Path, tmp_path: Path) -> None:
    from datetime import date

    root = tmp_path / "town"
    copytree(written, root)
    if alone:
        for file in (root / "evidence" / "parents-2021").iterdir():
            file.unlink()
        (root / "evidence" / "parents-2021").rmdir()
    found = flow.assess(root / "uses" / f"{use}.toml", today=date(2026, 6, 1), vary=False)
    kind, floor = RULINGS[use]
    assert type(found.ruling).__name__ == kind
    assert getattr(found.ruling, "floor", None) == floor
    assert found.synthetic
