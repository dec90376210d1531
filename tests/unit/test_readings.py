"""Evidence to measures: base rules, collapses, groups and settings, against arithmetic by hand."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from licet.errors import BadInput
from licet.evidence import Collapse, Evidence
from licet.groups import Group
from licet.readings import Reading, Settings, read
from licet.sampling import DesignDeclaration
from licet.survey.answers import Answers
from licet.survey.intervals import effective_base, interval
from tests.factories import evidence, fieldwork, figure, item, population

OPTIONS = ("a lot", "a little", "neither", "not much", "not at all", "don't know", "not asked")
COLLAPSE = Collapse(
    permits=OPTIONS[:2],
    neutral=OPTIONS[2:3],
    opposes=OPTIONS[3:5],
    dont_know=OPTIONS[5:6],
    outside=OPTIONS[6:],
)
SAID = {"a lot": 30, "a little": 10, "neither": 20, "not much": 6, "not at all": 14}
SAID |= {"don't know": 20, "not asked": 50}
"""40 permit, 20 are neutral and 20 oppose of 80; 20 do not know; 50 were not asked."""


def answers(**columns: list[object]) -> Answers:
    said = [option for option, count in SAID.items() for _ in range(count)]
    frame = pl.DataFrame({"trust": said, "age": [n % 60 for n in range(len(said))], **columns})
    return Answers(frame, options={"trust": OPTIONS})


def asked(collapse: Collapse = COLLAPSE, **changes: object) -> Evidence:
    question = {"column": "trust", "collapse": collapse, "options": OPTIONS, "k": collapse.k}
    own = {name: changes.pop(name) for name in ("dont_know",) if name in changes}
    declared: dict[str, object] = {
        "id": "wave-1",
        "title": "?",
        "population": population(),
        "fieldwork": fieldwork(),
        "purpose": "early_intervention",
        "items": [item("trust:education", **{**question, **own})],  # type: ignore[arg-type]
        "groups": [Group("young", "Young", "age < 30"), Group("nobody", "Nobody", "age > 99")],
        "design": DesignDeclaration(unweighted=True),
    }
    return Evidence(**{**declared, **changes})


def shares(found: Reading, group: str = "all") -> tuple[float, float | None, int]:
    measure = found.measures["trust:education", group]
    assert measure.permits
    return measure.permits.point, measure.opposes and measure.opposes.point, measure.base


def test_the_base_is_the_valid_answers() -> None:
    assert shares(read(asked(), answers())) == (40 / 80, 20 / 80, 80)


def test_dont_knows_in_the_base_lower_the_shares_and_never_raise_k() -> None:
    found = read(asked(dont_know="in"), answers())
    assert shares(found) == (40 / 100, 20 / 100, 100)
    assert found.k == read(asked(), answers()).k == {"trust:education": 3}


@pytest.mark.parametrize(
    ("settings", "expected", "k"),
    [
        (Settings(), (40 / 80, 20 / 80, 80), 3),
        (Settings(dont_know="in"), (40 / 100, 20 / 100, 100), 3),
        (Settings(collapse="weakest_yes_neutral"), (30 / 80, 20 / 80, 80), 3),
        (Settings(collapse="without_neutral"), (40 / 60, 20 / 60, 60), 2),
        (Settings(collapse="without_neutral", dont_know="in"), (40 / 80, 20 / 80, 80), 2),
    ],
)
def test_settings_change_the_measure(
    settings: Settings, expected: tuple[float, float, int], k: int
) -> None:
    found = read(asked(), answers(), settings)
    assert shares(found) == pytest.approx(expected)
    assert found.k["trust:education"] == k and found.settings == settings


def test_two_stances_stay_two_with_dont_knows_in() -> None:
    yes_no = Collapse(
        permits=OPTIONS[:2], opposes=OPTIONS[2:5], dont_know=OPTIONS[5:6], outside=OPTIONS[6:]
    )
    found = read(asked(yes_no, dont_know="in"), answers())
    assert found.k["trust:education"] == 2
    assert shares(found) == (40 / 100, 40 / 100, 100)
    assert read(asked(yes_no), answers(), Settings(collapse="without_neutral")).k == found.k


def test_a_scale_without_an_opposing_option_has_no_opposing_share() -> None:
    mild = Collapse(
        permits=OPTIONS[:2], neutral=OPTIONS[2:5], dont_know=OPTIONS[5:6], outside=OPTIONS[6:]
    )
    assert shares(read(asked(mild), answers())) == (0.5, None, 80)


def test_a_group_is_measured_by_its_expression_and_an_empty_one_not_at_all() -> None:
    found = read(asked(), answers())
    frame = answers().frame.filter(pl.col("age") < 30)
    valid = frame.filter(pl.col("trust").is_in(OPTIONS[:5]))
    permits = valid.filter(pl.col("trust").is_in(OPTIONS[:2])).height
    assert shares(found, "young")[0] == pytest.approx(permits / valid.height)
    assert shares(found, "young")[2] == valid.height
    assert ("trust:education", "nobody") not in found.measures


def test_a_person_whose_group_is_unknown_is_in_no_group() -> None:
    ages = [None if n < 30 else 20 for n in range(150)]
    assert shares(read(asked(), answers(age=ages)), "young")[2] == 50


@pytest.mark.parametrize("method", ["korn-graubard", "wilson"])
def test_intervals_follow_the_settings(method: str) -> None:
    found = read(asked(), answers(), Settings(method=method, confidence=0.99))  # type: ignore[arg-type]
    measure = found.measures["trust:education", "all"]
    assert measure.permits and measure.opposes
    # The whole file is the design: 80 valid answers as a domain of 150 people.
    se = (0.25 / 80 * 150 / 149) ** 0.5
    assert measure.se == pytest.approx(se) and measure.df == 79
    bounds = {}
    for level in (0.95, 0.99):
        base = effective_base(0.5, se, 80, 79, level) if method == "korn-graubard" else 0.25 / se**2
        bounds[level] = interval(0.5, base, method=method, level=level, df=79)  # type: ignore[arg-type]
    shown = (measure.permits.low, measure.permits.high)
    assert shown == pytest.approx(tuple(map(float, bounds[0.95])))
    assert measure.permits.firm_low == pytest.approx(float(bounds[0.99][0]))
    assert measure.opposes.firm_low is None, "what is refused is judged at 95 % always"
    assert measure.permits.rounding == 0 and measure.count == 40


def test_weights_count() -> None:
    weights = [3.0, 1.0] * 20 + [2.0] * 20 + [1.0, 4.0] * 45
    weighted = asked(design=DesignDeclaration(weight="w"))
    found = read(weighted, answers(w=weights)).measures["trust:education", "all"]
    assert found.permits and found.permits.point == pytest.approx(80 / (80 + 40 + 50))
    assert found.base == 80 and found.deff and found.deff > 1
    assert found.effective_base < 80


def test_labels_that_the_file_marks_as_missing_are_outside_if_so_declared() -> None:
    marked = replace(answers(), missing={"trust": frozenset({"not asked", "don't know"})})
    assert shares(read(asked(), marked)) == (0.5, 0.25, 80)
    # The codebook decides: a don't-know that the file calls missing is in the base if it says so.
    assert shares(read(asked(dont_know="in"), marked)) == (0.4, 0.2, 100)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"design": DesignDeclaration(weight="wt")}, "unknown column 'wt'"),
        ({"design": DesignDeclaration(unweighted=True, strata="st")}, "unknown column 'st'"),
        ({"groups": [Group("g", "G", "agee < 3")]}, "write 'age' if that is meant"),
        ({"items": [item("trust:education", column="q1", collapse=COLLAPSE)]}, "column 'q1'"),
    ],
)
def test_what_the_answers_do_not_hold_is_refused(changes: dict[str, object], message: str) -> None:
    with pytest.raises(BadInput, match="evidence 'wave-1'") as refused:
        read(asked(**changes), answers())  # type: ignore[arg-type]
    assert message in str(refused.value)


def test_answers_are_needed_unless_figures_are_printed() -> None:
    with pytest.raises(ValueError, match="needs its answers"):
        read(asked(), None)
    found = read(evidence(figures=[figure("trust:education", "all", 62, 90)], deff=1.5), None)
    measure = found.measures["trust:education", "all"]
    assert measure.permits and measure.permits.rounding == 0.005
    assert measure.effective_base == 60 and found.k == {"trust:education": 3}
    assert any("Design effect 1.5 assumed" in note for note in found.notes)


def test_settings_beat_what_printed_evidence_states() -> None:
    printed = evidence(figures=[figure("trust:education", "all", 62, 90)], deff=1.5)
    for settings, worth in ((Settings(deff=1.0), 90), (Settings(bases={"all": 30}), 20)):
        assert (
            read(printed, None, settings).measures["trust:education", "all"].effective_base == worth
        )
