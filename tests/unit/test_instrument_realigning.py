"""Answers of a form brought home: three kinds of empty, and every way a file may not fit."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl
import pytest

from licet.errors import BadInput
from licet.instrument.document import NOT_ANSWERED, Instrument
from licet.instrument.realigning import realign
from licet.instrument.simulation import export, made_up
from licet.instrument.template import template
from licet.survey.answers import Answers

SMALL = template(("police", "education"), ("offer_unasked",))


def sent(groups: str = "", people: int = 40) -> pl.DataFrame:
    return export(SMALL, *made_up(SMALL, people, np.random.default_rng(5)), groups)


def one(draws: dict[str, str], instrument: Instrument = SMALL, **cells: str | None) -> pl.DataFrame:
    """One person with these draws; no statement answered but those given."""
    frame = export(instrument, *made_up(instrument, 1, np.random.default_rng(5)), "")
    own = [name for name in frame.columns if name.split("__")[0] in instrument.items]
    empty = {name: pl.lit(None, pl.String) for name in own}
    said = {name: pl.lit(value, pl.String) for name, value in (draws | cells).items()}
    return frame.with_columns(**(empty | said))


DRAWS = {"flip": "flipped", "order": "written", "set": "set_a"}


def test_not_asked_left_empty_and_refused_are_three_things() -> None:
    frame = one(DRAWS, trust_police__flipped="7")
    home = realign(Answers(frame), SMALL).frame.to_dicts()[0]
    assert home["trust_police"] == "Prefer not to say"
    assert home["trust_education"] == NOT_ANSWERED
    assert home["concern_inaccurate"] is None  # asked of set_b only
    assert home["concern_unknown_use"] == NOT_ANSWERED
    assert (home["_flip"], home["_order"], home["_set"]) == ("flipped", "written", "set_a")


@pytest.mark.parametrize(
    ("meaning", "code", "label"),
    [
        ("option", "1", "Trust fully"),
        ("option", "2", "Mostly trust"),
        ("place", "1", "Do not trust at all"),
        ("place", "4", "Mostly trust"),
        ("place", "6", "Don't know"),
    ],
)
def test_flipped_codes_become_the_right_labels(meaning: str, code: str, label: str) -> None:
    instrument = Instrument(**SMALL.model_dump() | {"flipped_codes": meaning})
    frame = one(DRAWS, instrument, trust_police__flipped=code)
    assert realign(Answers(frame), instrument).frame["trust_police"].item() == label


def test_numbers_and_labels_are_read_alike() -> None:
    frame = one(DRAWS, trust_police__flipped="2").with_columns(
        pl.col("trust_police__flipped").cast(pl.Float64), consent=pl.lit(1, pl.Int64)
    )
    assert realign(Answers(frame), SMALL).frame["trust_police"].item() == "Mostly trust"
    frame = one(DRAWS, trust_police__flipped="Mostly trust")
    assert realign(Answers(frame), SMALL).frame["trust_police"].item() == "Mostly trust"


def test_what_people_do_not_say_of_themselves_is_unknown() -> None:
    frame = one(DRAWS, ethnicity="7", age=None)
    home = realign(Answers(frame), SMALL).frame
    assert home["ethnicity"].item() is None and home["age"].item() is None


def test_those_who_did_not_consent_leave_nothing() -> None:
    frame = sent().with_columns(
        consent=pl.when(pl.col("KEY") == "uuid:000002").then(pl.lit("2")).otherwise("consent")
    )
    home = realign(Answers(frame), SMALL)
    assert home.frame.height == 39 and "uuid:000002" not in home.frame["respondent"].to_list()
    assert home.notes[0] == "1 person who did not consent: left out."


def test_only_named_columns_of_others_are_kept() -> None:
    frame = sent("/").with_columns(weight=pl.lit(0.5), deviceid=pl.lit("A1"), wt_x=pl.lit(1))
    home = realign(Answers(frame), SMALL, keep=("weight",))
    assert home.frame["weight"].to_list() == [0.5] * 40
    assert "deviceid" not in home.frame.columns
    assert home.notes[-1] == "Columns that are not of the form, left out: deviceid, wt_x."


def test_options_and_wordings_come_with_the_answers() -> None:
    home = realign(Answers(sent()), SMALL)
    assert home.options["trust_police"] == (*SMALL.scales["trust"].options, NOT_ANSWERED)
    assert home.labels["trust_police"].startswith("How much do you trust")


def test_people_without_an_id_are_numbered() -> None:
    home = realign(Answers(sent().drop("KEY")), SMALL)
    assert home.frame["respondent"].to_list() == list(range(1, 41))


def put(name: str, value: str | None) -> Callable[[pl.DataFrame], pl.DataFrame]:
    return lambda frame: frame.with_columns(pl.lit(value, pl.String).alias(name))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda f: f.drop("trust_police__flipped"), "no column 'trust_police__flipped'"),
        (lambda f: f.drop("flip", "age"), "no column 'age'"),
        (lambda f: f.rename({"consent": "consnt"}), "rename 'consnt' if that is meant"),
        (put("aware_stored", "Maybe"), "'Maybe' is no option of 'aware_stored': 40 answers"),
        (put("aware_stored", "5"), "1 or 'Yes'"),
        (put("aware_stored", "Yess"), "write 'Yes' if that is meant"),
        (put("mode", "Pigeon"), "no option of 'mode'"),
        (put("consent", "maybe"), "no option of 'consent'"),
        (put("consent", "2"), "nobody consented"),
        (put("consent", None), "nobody consented"),
        (put("flip", "sideways"), "the draw 'flip' says 'sideways': 40 people"),
        (put("set", None), "the draw 'set' says nothing"),
        (put("flip", "written"), "answers where nobody was asked"),
        (put("trust_police", "1"), "answers only where order = written and flip = written"),
        (put("instrument", "other-1-abc"), "another questionnaire: other-1-abc"),
        (put("instrument", None), "another questionnaire: not said"),
        (put("KEY", "uuid:1"), "the same id stands for several people: 40 rows"),
        (put("KEY", None), "the id is missing: 40 rows"),
        (put("age", "young"), "'young' is not 16 to 99: 40 people"),
        (put("age", "7"), "whole numbers from 16 to 99"),
        (put("age", "20.5"), "is not 16 to 99"),
        (put("income", "a lot"), "no option of 'income'"),
        (put("asked/page__about_you/age", "20"), "2 columns are called 'age'"),
    ],
)
def test_a_file_that_does_not_fit_is_refused(
    change: Callable[[pl.DataFrame], pl.DataFrame], said: str
) -> None:
    with pytest.raises(BadInput) as refused:
        realign(Answers(change(sent())), SMALL)
    assert said in str(refused.value)


def test_all_faults_of_a_file_are_told_at_once() -> None:
    frame = put("income", "a lot")(put("mode", "Pigeon")(put("aware_joined", "x")(sent())))
    with pytest.raises(BadInput) as refused:
        realign(Answers(frame), SMALL)
    assert [fault.where for fault in refused.value.faults] == [
        "column 'mode'",
        "column 'income'",
        "column 'aware_joined'",
    ]


def test_a_kept_column_must_be_there_and_not_be_the_forms() -> None:
    with pytest.raises(BadInput, match="no column 'weigt'"):
        realign(Answers(sent()), SMALL, keep=("weigt",))
    with pytest.raises(BadInput, match="'mode' is a column of the form"):
        realign(Answers(sent()), SMALL, keep=("mode",))


def test_simulated_people_are_said_to_be_so() -> None:
    def warned(frame: pl.DataFrame) -> bool:
        return any("SYNTHETIC" in note for note in realign(Answers(frame), SMALL).notes)

    assert warned(sent())
    real = pl.format("uuid:4f0c-{}", pl.int_range(pl.len())).alias("KEY")
    assert not warned(sent().with_columns(real))
