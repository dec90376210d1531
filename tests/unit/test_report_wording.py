"""Percentages, and what may be shown at all."""

from __future__ import annotations

from dataclasses import replace

import pytest

from licet.licence import Measure, Share
from licet.readings import Settings
from licet.report.ruling.wording import (
    and_list,
    bound,
    concern_text,
    consequence,
    duty_text,
    figure_text,
    notices,
    opposing_visible,
    percent,
    reason_texts,
    settle_text,
    share_text,
    smaller_text,
    variation_summary,
    visible,
)
from tests.unit.test_report_cases import DAY, assessed, example, example_use, granted


@pytest.mark.parametrize(
    ("share", "baseline", "rounding", "shown"),
    [
        (0.28, 0.5, 0.005, "28 %"),
        (0.284, None, 0, "28 %"),
        (0.545, None, 0, "55 %"),
        (0.4962, 0.5, 0, "49.6 %"),
        (0.5038, 0.5, 0, "50.4 %"),
        (0.49, 0.5, 0, "49 %"),
        (0.4901, 0.5, 0, "49.0 %"),
        (0.49, 0.5, 0.005, "49 %"),
        (0.50, 0.5, 0.005, "50 %"),
        (0.5, 0.5, 0, "50.0 %"),
        (0.49996, 0.5, 0, "49.996 %"),
        (0.74999, 0.75, 0, "74.999 %"),
        (0.0, 0.5, 0, "0 %"),
        (1.0, 0.5, 0, "100 %"),
    ],
)
def test_a_percentage_is_whole_but_never_looks_as_if_it_lay_elsewhere(
    share, baseline, rounding, shown
):
    assert percent(share, baseline, rounding) == shown


@pytest.mark.parametrize(
    ("share", "shown"),
    [(0.133, "13"), (0.508, "51"), (0.504, "50.4"), (0.4996, "49.96"), (0.5, "50")],
)
def test_an_end_of_an_interval_shows_on_which_side_of_the_line_it_lies(share, shown):
    assert bound(share, 0.5) == shown


def test_a_share_is_shown_with_its_interval():
    assert share_text(Share(0.28, 0.132, 0.478, 0.005), 0.5) == "28 % [13, 48]"


def measure(base, count=None, permits=0.5, opposes=None):
    other = None if opposes is None else Share(opposes, 0.1, 0.9)
    return Measure(Share(permits, 0.2, 0.8), other, base, base, count=count)


@pytest.mark.parametrize(
    ("base", "count", "expected"),
    [
        (9, None, False),
        (10, None, True),
        (42, 9, False),
        (42, 10, True),
        (42, 32, True),
        (42, 33, False),
        (42, 0, True),  # nobody at all is no small group
        (42, 42, True),
    ],
)
def test_a_figure_is_shown_when_neither_side_can_be_recognised(base, count, expected):
    assert visible(measure(base, count), 10) is expected


@pytest.mark.parametrize(
    ("m", "hidden", "expected"),
    [
        (measure(100, 50, 0.5), (), False),
        (measure(100, 50, 0.5, 0.3), (), True),
        (measure(100, 50, 0.5, 0.45), ("opposes", "neutral"), False),
        (measure(100, 50, 0.5, 0.45), ("permits", "opposes"), False),
        (measure(100, 5, 0.5, 0.3), (), False),
        (measure(100, None, 0.5, 0.45), (), True),
    ],
)
def test_those_against_are_shown_where_disclosure_control_allows_it(m, hidden, expected):
    assert opposing_visible(replace(m, hidden=frozenset(hidden)), 10) is expected


def test_lists_read_like_sentences():
    assert and_list([]) == ""
    assert and_list(["a"]) == "a"
    assert and_list(["a", "b", "c"]) == "a, b and c"
    assert and_list(["a", "b"], "or") == "a or b"


def test_the_figures_of_the_sample_screen():
    assessment = example("early-help-wide")
    weakest = {key: assessment.ruling.weakest(key) for key in assessment.use.requirements}
    shown = {
        k: (figure_text(f, assessment), str(f.verdict), consequence(f)) for k, f in weakest.items()
    }
    assert shown == {
        "reason:offer_unasked": ("62 % [42, 80]", "unproven", "ask each family"),
        "trust:education": ("39 % [21, 59]", "unproven", "ask each family"),
        "trust:early_years": ("43 % [25, 63]", "unproven", "ask each family"),
        "trust:social_work": ("38 % [20, 58]", "unproven", "ask each family"),
        "trust:police": ("28 % [13, 48]", "absent", "out"),
        "processor:commercial": ("55 % [51, 59] against", "refused", "out"),
    }
    missing = example("health-housing").ruling.weakest("trust:health")
    assert figure_text(missing, example("health-housing")) == "not measured"


def test_duties_concerns_smaller_uses_and_needs_are_said_in_words():
    a = example("early-help-wide")
    duties = {d.subject: d for d in a.ruling.duties}
    assert duty_text(duties["ask_first"], a, short=True) == "ask first (60 % demand it)"
    assert duty_text(duties["ask_first"], a) == (
        "ask first: demanded by All parents 60 %; Black parents 66 %; Lone parents 66 %"
    )
    assert concern_text(a.ruling.concerns[0], a).startswith("use unknown: “Families do not know")
    assert smaller_text(a.smaller[0], a) == (
        "without police and the company: education, early years and social work, "
        "run in-house; ask each family; until 2029-09-01"
    )
    texts = [settle_text(s, a) for s in a.settle]
    assert "Black parents, Education: 257 interviews if the true share is 39 %" in texts
    assert "All parents, Early years: no realistic number if the true share is 50 %" in texts


def test_the_sensitivity_names_what_changes():
    assert variation_summary(example("early-help")) == (
        "NOT KNOWN under design effect 2 and base of Black parents 8; "
        "the same under 4 of 6 other settings that were tried"
    )
    assert variation_summary(example("immigration")).startswith(
        "the ruling is the same under all 6"
    )
    assert variation_summary(granted()) == "other settings were not tried"


def test_reasons_name_groups_by_their_labels_once_for_each_item():
    assert reason_texts(example("early-help-wide")) == [
        "Police: absent in Black parents.",
        "Run by a company: refused in All parents.",
    ]


def test_hidden_figures_hide_the_interviews_that_would_give_them_away():
    a = assessed(example_use("early-help"), settings=Settings(bases={"black": 8}), today=DAY)
    texts = [settle_text(s, a) for s in a.settle if s.finding.group == "black"]
    assert texts
    assert all(text.endswith("not shown") for text in texts)


def test_notices_stand_for_synthetic_and_example_evidence():
    assert any("SYNTHETIC" in n for n in notices(example("early-help", "synthetic")))
    assert notices(example("early-help"))[0].startswith("Example only")
    assert notices(granted()) == []
