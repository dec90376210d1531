"""The quality of evidence: who did not answer, what moved answers, and what would change the ruling."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from licet.chapters import checking
from licet.checks import NO_CHECKS, Checks
from licet.comparisons.parts import part_of
from licet.errors import BadInput
from licet.evidence import Collapse, DesignDeclaration, Evidence, Item
from licet.groups import Group
from licet.licence import Verdict
from licet.quality import examine
from licet.quality.effects import whole_p
from licet.quality.sensitivity import other_settings
from licet.readings import Settings
from licet.report.quality.data import tables
from licet.survey.answers import Answers
from licet.survey.joint import joint_test
from tests import factories

TODAY = date(2026, 11, 30)
SCALE = Collapse(
    permits=("Yes", "Rather yes"), neutral=("Neither",), opposes=("No",),
    dont_know=("Don't know",), outside=("Refused", "Not asked", "No answer"),
)  # fmt: skip
SERVICES = ("education", "police", "early_years")


def asked(service: str, **changes: object) -> Item:
    keys = {"kind": "trust", "subject": service, "wording": f"Trust {service}?", "column": service}
    return Item(
        **{"id": service, "k": 3, "collapse": SCALE, "options": SCALE.options, **keys, **changes}
    )


def evidence(**changes: object) -> Evidence:
    declared = {
        "id": "survey",
        "title": "A survey",
        "population": factories.population(),
        "fieldwork": factories.fieldwork(modes=("web", "telephone")),
        "purpose": "early_intervention",
        "items": tuple(asked(service) for service in SERVICES),
        "groups": (Group("young", "Young parents", "age < 30"),),
        "design": DesignDeclaration(unweighted=True),
    }
    return Evidence(**{**declared, **changes})


def frame(people: int = 600, seed: int = 1, effect: float = 0.0) -> pl.DataFrame:
    """Answers of people drawn at random; ``effect`` on those whose options were flipped."""
    rng = np.random.default_rng(seed)
    flip = rng.choice(["as written", "flipped"], people)
    options = np.array(["Yes", "Rather yes", "Neither", "No", "Don't know", "Refused"])
    base = np.array([0.25, 0.25, 0.2, 0.2, 0.07, 0.03])
    moved = base + effect * np.array([0.5, 0.5, -0.5, -0.5, 0, 0])
    made = {"age": rng.integers(18, 60, people), "mode": rng.choice(["web", "telephone"], people)}
    made["flip"] = flip
    for service in SERVICES:
        plain, other = rng.choice(options, people, p=base), rng.choice(options, people, p=moved)
        made[service] = np.where(flip == "flipped", other, plain)
    return pl.DataFrame(made)


def quality(answers: pl.DataFrame | None = None, checks: Checks = NO_CHECKS, **changes: object):
    table = frame() if answers is None else answers
    return examine(evidence(**changes), Answers(table), checks, today=TODAY)


@pytest.mark.parametrize(
    ("option", "part"),
    [
        ("Yes", "valid"), ("Neither", "valid"), ("Don't know", "dont_know"), ("Refused", "refused"),
        ("Prefer not to say", "refused"), ("Not asked", "not_asked"), ("Inapplicable", "not_asked"),
        ("No answer", "no_answer"), ("Not ascertained", "no_answer"), ("Several answers", "other"),
    ],
)  # fmt: skip
def test_options_outside_the_base_are_sorted_by_their_words(option: str, part: str) -> None:
    assert part_of(option, asked("police"), Checks()) == part


def test_what_is_declared_of_an_option_goes_before_its_words() -> None:
    assert part_of("No answer", asked("police"), Checks(not_asked=("No answer",))) == "not_asked"


def test_shares_without_an_answer_are_those_counted_by_hand() -> None:
    """60 of 600 did not know, 30 refused, 60 were not asked: 90 of 540 asked gave no stance."""
    said = ["Yes"] * 450 + ["Don't know"] * 60 + ["Refused"] * 30 + ["Not asked"] * 60
    table = frame().with_columns(pl.Series("police", said), age=pl.Series([20, 40] * 300))
    row = next(r for r in quality(table).response if (r.item, r.group) == ("police", "all"))
    assert row.without.people == 90
    assert row.without.share == pytest.approx(90 / 540)
    assert row.parts["not_asked"].share == pytest.approx(60 / 600)
    assert row.parts["refused"].unweighted == pytest.approx(30 / 540)
    young = next(r for r in quality(table).response if (r.item, r.group) == ("police", "young"))
    assert young.difference == pytest.approx(0, abs=1e-12)
    assert young.low < 0 < young.high


def test_few_who_gave_no_answer_are_not_shown_nor_told_by_the_base() -> None:
    said = ["Yes"] * 300 + ["No"] * 295 + ["Refused"] * 5
    found = quality(frame().with_columns(pl.Series("police", said)))
    row = next(r for r in found.response if (r.item, r.group) == ("police", "all"))
    assert not row.shown and row.parts["valid"].people is None
    base = next(r for r in found.worth if (r.item, r.group) == ("police", "all"))
    assert base.about and base.base == 600 and base.base != 595
    # Nor by the degrees of freedom: people less one here.
    assert base.df is None and base.deff == round(base.deff, 1)
    assert not any(number in checking.quality_json(found) for number in ("595", "594"))


def test_people_who_were_not_asked_are_no_silence() -> None:
    table = frame().with_columns(
        police=pl.when(pl.col("age") < 30).then(None).otherwise(pl.lit("Yes"))
    )
    found = quality(table, Checks(empty="not asked"))
    row = next(r for r in found.response if (r.item, r.group) == ("police", "all"))
    assert row.without.people in (0, None)
    assert any("as declared" in note for note in found.notes)


def test_a_planted_flip_is_found_and_named() -> None:
    found = quality(frame(1500, effect=0.2), Checks(flip="flip"))
    (effect,) = found.effects
    assert effect.found and effect.battery is not None
    (difference,) = effect.battery.differences
    assert difference.low < 0.2 < difference.high or abs(difference.value - 0.2) < 0.06
    assert any(p.kind == "an effect" for p in found.points)


def test_the_order_of_items_makes_no_difference() -> None:
    turned = evidence(items=tuple(reversed(evidence().items)))
    first = quality(checks=Checks(flip="flip", mode="mode"))
    second = examine(turned, Answers(frame()), Checks(flip="flip", mode="mode"), today=TODAY)
    for one, other in zip(first.effects, second.effects, strict=True):
        assert one.p == pytest.approx(other.p)
        assert one.battery.p == pytest.approx(other.battery.p)  # type: ignore[union-attr]
    key = lambda row: (row.item, row.group)  # noqa: E731
    for one, other in zip(
        sorted(first.response, key=key), sorted(second.response, key=key), strict=True
    ):
        assert key(one) == key(other)
        assert one.p_holm == pytest.approx(other.p_holm, nan_ok=True)


@given(st.floats(0, 1), st.lists(st.floats(0, 1), min_size=1, max_size=9))
def test_the_p_of_a_check_is_a_chance_and_no_smaller_than_its_parts(battery, holm) -> None:
    p = whole_p(battery, holm)
    assert 0 <= p <= 1
    assert p >= min(battery, *holm)
    # Four fifths of 5 % are the battery's, one fifth the single items'.
    assert p == pytest.approx(min(battery / 0.8, min(holm) / 0.2, 1))


def test_one_difference_tested_jointly_is_the_square_of_t() -> None:
    from scipy.stats import t

    found = joint_test(np.array([0.3]), np.array([[0.01]]), 20.0)
    assert found.f == pytest.approx(9.0)
    assert found.p == pytest.approx(2 * t.sf(3.0, 20))
    assert np.isnan(joint_test(np.zeros(2), np.ones((2, 2)), 20.0).p), "a singular covariance"


def test_a_column_that_is_not_there_is_named_with_its_key() -> None:
    with pytest.raises(BadInput, match=r"checks\.flip"):
        quality(checks=Checks(flip="flipp"))


def test_positions_are_compared_by_half_of_the_list() -> None:
    table = frame().with_columns(place=pl.Series([1, 2, 3, 4] * 150))
    (effect,) = quality(table, Checks(position={"police": "place"})).effects
    assert effect.arms == ("second half", "first half") and len(effect.items) == 1
    assert effect.p == pytest.approx(effect.items[0].p), (
        "one item alone keeps the whole false alarm"
    )


def test_what_cannot_be_checked_is_said() -> None:
    said = {what for what, _ in quality().unchecked}
    assert {"An effect of mode of interview", "Margins of the population"} <= said
    printed = factories.evidence(factories.LICENSED)
    found = examine(printed, None, today=TODAY)
    assert len([p for p in found.points if p.kind == "not checked"]) == len(found.unchecked) >= 7
    assert not found.response and not found.effects and found.worth


def test_a_firm_verdict_that_hangs_on_the_silent_is_named() -> None:
    said = ["Yes"] * 290 + ["No"] * 180 + ["Don't know"] * 130
    found = quality(frame().with_columns(pl.Series("police", said)))
    silent = next(s for s in found.silences if (s.item, s.group) == ("police", "all"))
    assert silent.verdict is Verdict.GRANTED
    assert silent.least == pytest.approx(290 / 600)
    assert silent.most == pytest.approx(420 / 600)


def test_settings_that_change_a_verdict_are_counted() -> None:
    said = ["Yes"] * 320 + ["No"] * 240 + ["Don't know"] * 40
    table = frame().with_columns(pl.Series("police", said))
    found = quality(table).sensitivity
    cell = next(c for c in found.cells if (c.item, c.group) == ("police", "all"))
    assert cell.verdict is Verdict.GRANTED
    assert cell.other["don't-knows in the base"] is Verdict.UNPROVEN
    assert found.changed["don't-knows in the base"] >= 1


def test_settings_of_print_and_of_answers_are_their_own() -> None:
    printed = [
        name for name, _ in other_settings(factories.evidence(factories.LICENSED), Settings())
    ]
    assert any("design effect" in name for name in printed)
    assert not any("don't-knows" in name for name in printed)


def test_margins_that_the_answers_miss_are_marked(tmp_path) -> None:
    path = tmp_path / "margins.csv"
    path.write_text("margin,category,percent\nmode,web,90\nmode,telephone,10\n")
    found = checking.quality((evidence(), Answers(frame())), today=TODAY, margins=path)
    assert [row.off for row in found.margins] == [True, True]
    assert any("miss known margins" in p.text for p in found.points)


def test_expired_evidence_heads_the_list() -> None:
    work = factories.fieldwork(expires=date(2020, 1, 1))
    assert quality(fieldwork=work).points[0].kind == "expired"


def test_reports_agree_and_nothing_in_them_is_unfinished(tmp_path) -> None:
    found = quality(frame(effect=0.2), Checks(flip="flip", mode="mode"))
    data = json.loads(checking.quality_json(found))
    assert [p["text"] for p in data["what_would_change"]] == [p.text for p in found.points]
    for text in tables(found).values():
        assert list(csv.DictReader(io.StringIO(text))), "every table has rows"
    paths = checking.write_quality(found, tmp_path / "out")
    page = paths["page"].read_text("utf-8")
    assert "nan" not in page.replace("finance", "").lower().split() and "None" not in page
    screen = checking.quality_screen(found)
    assert max(map(len, screen.splitlines())) <= 80
    assert "What would change the verdicts" in screen


def test_with_a_use_the_ruling_is_looked_at() -> None:
    use = factories.use(services=("police",))
    printed = factories.evidence(
        factories.everywhere({"reason:offer_unasked": "granted", "trust:police": "absent"})
    )
    found = checking.quality(printed, use, today=TODAY)
    assert found.assessment is not None
    assert any(p.kind == "the deciding cell" for p in found.points)
    assert "Ruling on early-help" in checking.quality_screen(found)


def test_a_threshold_can_only_be_raised() -> None:
    found = examine(
        evidence(), Answers(frame()), today=TODAY, settings=replace(Settings(), threshold=50)
    )
    assert found.threshold == 50
    counts = [r.without.people for r in found.response if r.without.people is not None]
    assert all(count == 0 or count >= 50 for count in counts)
