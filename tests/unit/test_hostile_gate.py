"""What a hostile reviewer found once, and must not find again: ways to be permitted more."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from licet import flow
from licet.errors import BadInput
from licet.evidence import Collapse, Evidence, Item
from licet.findings import Terms
from licet.licence import Measure, Rule, Share, Verdict, judge
from licet.readings import Settings, read
from licet.survey.answers import Answers
from licet.use import Use

TODAY = date(2026, 6, 1)


def use(**changes: object) -> Use:
    declared: dict[str, object] = {
        "id": "u",
        "title": "U",
        "controller": "C",
        "services": ("education",),
        "reasons": ("offer_unasked",),
        "purpose": "early_intervention",
        "intended_action": "offer_of_support",
        "population": {"people": "parents", "area": "UK"},
        "permission_model": "objection",
        "permission_reason": "letters reach every family",
        "start": date(2026, 1, 1),
        "end": date(2028, 1, 1),
    }
    return Use(**{**declared, **changes})


def printed(id: str = "e", trust: float = 90, k: int = 3, **changes: object) -> Evidence:
    """Both required items in the whole sample and one group, the reason at 90 %."""
    figures = [
        {"item": item, "group": group, "percent": percent, "base": 2000}
        for item, percent in (("reason", 90), ("trust", trust))
        for group in ("all", "lone")
    ]
    declared: dict[str, object] = {
        "id": id,
        "title": f"Survey {id}",
        "population": {"people": "parents", "area": "UK"},
        "fieldwork": {
            "sample": "probability",
            "start": date(2025, 1, 1),
            "end": date(2025, 2, 1),
            "expires": date(2028, 1, 1),
        },
        "purpose": "early_intervention",
        "items": [
            {"id": "reason", "kind": "reason", "subject": "offer_unasked", "wording": "?", "k": k},
            {"id": "trust", "kind": "trust", "subject": "education", "wording": "?", "k": k},
        ],
        "groups": [{"id": "lone", "label": "Lone"}],
        "printed": {},
        "figures": figures,
    }
    return Evidence(**{**declared, **changes})


def heading(found_use: Use, evidence: object, **how: object) -> str:
    found = flow.assess(found_use, evidence, today=TODAY, vary=False, **how)  # type: ignore[arg-type]
    return found.ruling.heading


def test_a_tuple_of_evidence_is_all_of_it() -> None:
    both = (printed("good"), printed("bad", trust=20))
    assert heading(use(), both[:1]) == "LICENSED"
    assert heading(use(), both) == heading(use(), list(both)) == "NOT PERMITTED"


@pytest.mark.parametrize("confidence", [0.99, 0.9999])
def test_asking_for_more_confidence_never_unblocks(confidence: float) -> None:
    settings = Settings(confidence=confidence)
    below = printed(trust=47)
    assert heading(use(), below) == "NOT PERMITTED"
    assert heading(use(), below, settings=settings) == "NOT PERMITTED"
    near = printed(trust=53)
    assert heading(use(), near) == "LICENSED"
    assert heading(use(), near, settings=settings) == "NO LICENCE: ASK EACH FAMILY"


def test_marks_stay_when_only_the_items_state_the_purpose() -> None:
    items = [
        {**item.model_dump(exclude_none=True), "purpose": "early_intervention"}
        for item in printed().items
    ]
    evidence = printed(purpose="evaluation", items=items, synthetic=True)
    found = flow.assess(use(), evidence, today=TODAY, vary=False)
    assert found.ruling.heading == "LICENSED"
    assert found.synthetic and not found.unfit
    assert "SYNTHETIC" in flow.assessment_screen(found)


def test_a_group_that_was_surveyed_is_not_too_small_to_survey() -> None:
    figures = [f.model_dump() for f in printed().figures if (f.item, f.group) != ("trust", "lone")]
    evidence = printed(figures=figures)
    claim = {"lone": {"label": "Nobody", "why": "few", "dialogue_answered": date(2026, 1, 1)}}
    claimed = use(unsurveyed_groups=claim)
    assert heading(claimed, evidence) == "NOT KNOWN"
    assert flow.assess(claimed, evidence, today=TODAY).group_label("lone") == "Lone"


@pytest.mark.parametrize("key", ["role", "reason", "published"])
def test_an_override_has_to_say_something(key: str) -> None:
    override = {
        "lifts": "trust:education",
        "role": "Director",
        "reason": "because",
        "published": "minutes",
        "start": date(2026, 1, 1),
        "until": date(2027, 1, 1),
    }
    assert heading(use(overrides=[override]), printed(trust=20)) == "NO LICENCE: ASK EACH FAMILY"
    with pytest.raises(BadInput, match="nothing is said"):
        use(overrides=[{**override, key: "  "}])


def test_a_stance_that_nobody_could_take_does_not_lower_the_line() -> None:
    collapse = Collapse(permits=("yes",), opposes=("no",), neutral=("never offered",))
    with pytest.raises(BadInput, match="no option"):
        Item(
            id="t", kind="trust", subject="education", wording="?", k=3,
            collapse=collapse, options=("yes", "no"),
        )  # fmt: skip
    item = Item(
        id="t", kind="trust", subject="education", wording="?", k=3, column="t", collapse=collapse
    )
    evidence = printed(
        items=[item], printed=None, figures=[], design={"unweighted": True},
        groups=[{"id": "lone", "label": "Lone", "expression": "lone == 1"}],
    )  # fmt: skip
    frame = pl.DataFrame({"t": ["yes"] * 61 + ["no"] * 39, "lone": [0, 1] * 50})
    assert read(evidence, Answers(frame)).k["t"] == 2


def test_printed_stances_that_make_up_everybody_are_two() -> None:
    figures = [
        {"item": "trust", "group": "all", "percent": p, "base": 900, "stance": s}
        for p, s in ((60, "permits"), (40, "opposes"))
    ]
    assert read(printed(figures=figures), None).k["trust"] == 2


def test_fieldwork_that_is_not_over_counts_for_nothing() -> None:
    dates = {"start": date(2027, 1, 1), "end": date(2027, 2, 1), "expires": date(2030, 1, 1)}
    future = printed(fieldwork={"sample": "probability", **dates})
    found = flow.assess(use(), future, today=TODAY)
    assert found.ruling.heading == "NOT KNOWN"
    assert "its fieldwork ends on 2027-02-01" in found.unfit[0][1][0]


def test_what_is_given_by_hand_is_known_and_said() -> None:
    with pytest.raises(BadInput, match="unknown group 'lon'"):
        heading(use(), printed(), settings=Settings(bases={"lon": 8}))
    found = flow.assess(use(), printed(), today=TODAY, settings=Settings(bases={"lone": 8}))
    assert found.ruling.heading == "NOT KNOWN"
    assert "WHAT IF: base of Lone 8" in flow.assessment_screen(found)
    assert any("8 people, as given by hand" in note for note in found.readings[0].notes)


@pytest.mark.parametrize(
    "looser",
    [
        {"rule": Rule(precision=False)},
        {"rule": Rule(baseline_minimum=0.4)},
        {"rule": Rule(widest_half_width=0.3)},
        {"rule": Rule(smallest_base=5)},
        {"floor": "ask-first"},
        {"threshold": 3},
    ],
)
def test_terms_cannot_be_loosened(looser: dict[str, object]) -> None:
    with pytest.raises(BadInput):
        Terms(**looser)  # type: ignore[arg-type]


@pytest.mark.parametrize("wrong", [{"confidence": 0.51}, {"deff": 0.5}, {"method": "wald"}])
def test_settings_cannot_be_loosened(wrong: dict[str, object]) -> None:
    with pytest.raises(BadInput):
        Settings(**wrong)  # type: ignore[arg-type]


def test_people_of_one_cluster_prove_nothing() -> None:
    unanimous = Measure(Share(1.0, 0.75, 1.0), None, 12, 12.0, df=0.0)
    assert judge(unanimous, 3).verdict is Verdict.TOO_FEW


@pytest.mark.parametrize("id", ["../../x", "/tmp/x", "", ".", "a/b", "a" * 81, "a\x00b"])
def test_an_id_cannot_lead_out_of_its_folder(id: str) -> None:
    with pytest.raises(BadInput):
        use(id=id)
    with pytest.raises(BadInput):
        printed(id=id)


def test_reports_are_written_all_or_none(tmp_path: Path) -> None:
    found = flow.assess(use(), printed(), today=TODAY, vary=False)
    (tmp_path / "annex.docx").mkdir()
    with pytest.raises(BadInput):
        flow.write_reports(found, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["annex.docx"]
    with pytest.raises(BadInput):
        flow.write_reports(found, tmp_path / "annex.docx" / "x" / "\x00")


@pytest.mark.parametrize(
    ("status", "expected"),
    [("suspended", "NOT KNOWN"), ("ended", "NOT KNOWN"), ("refused", "NOT PERMITTED")],
)
def test_a_use_that_people_stopped_is_not_licensed(status: str, expected: str) -> None:
    assert heading(use(status=status), printed()) == expected


def test_an_action_is_not_intended_and_forbidden_at_once() -> None:
    with pytest.raises(BadInput, match="intended and not allowed"):
        use(not_allowed_actions=("offer_of_support",))


@pytest.mark.parametrize("wrong", ["2026-06-01", None, 5])
def test_a_day_is_a_date(wrong: object) -> None:
    with pytest.raises(BadInput, match="not a day"):
        flow.assess(use(), printed(), today=wrong)  # type: ignore[arg-type]


def test_groups_that_share_nobody_protect_each_other() -> None:
    """White 300, Asian 60, Black 7: the whole less the two would tell the seven."""
    frame = pl.DataFrame(
        {
            "eth": ["White"] * 300 + ["Asian"] * 60 + ["Black"] * 7,
            "t": ["yes"] * 200
            + ["no"] * 100
            + ["yes"] * 36
            + ["no"] * 24
            + ["yes"] * 2
            + ["no"] * 5,
        }
    )
    item = Item(
        id="t", kind="trust", subject="education", wording="?", k=2,
        collapse=Collapse(permits=("yes",), opposes=("no",)),
    )  # fmt: skip
    names = ("White", "Asian", "Black")
    evidence = printed(
        items=[item], printed=None, figures=[], design={"unweighted": True},
        groups=[{"id": n, "label": n, "expression": f"eth == '{n}'"} for n in names],
    )  # fmt: skip
    found = read(evidence, Answers(frame)).measures
    hidden = {name for name in names if "permits" in found["t", name].hidden}
    assert "Black" in hidden and len(hidden) >= 2, "one more shelters it"
