"""The cases that reports are tried on, and the two or three lines each must begin with."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache, lru_cache
from pathlib import Path

import pytest

from licet.assessment import Assessment, assess
from licet.evidence import Population, PrintedFigure
from licet.files.codebook import read_evidence
from licet.files.use import read_use
from licet.groups import Group
from licet.readings import Reading, Settings, read
from licet.report.ruling.wording import article_rule, headline
from licet.use import Override, Unsurveyed, Use
from tests import factories

DAY = date(2021, 12, 1)
EXAMPLES = ("early-help", "early-help-wide", "immigration", "health-housing")
NASTY = "<script>alert(\"x\")</script> & 'quoted' " + "Donaudampfschifffahrt" * 6


@lru_cache(maxsize=1)
def bundled() -> Path:
    import licet.bundled

    return Path(licet.bundled.__file__).parent


@lru_cache(maxsize=2)
def source(kind: str):
    folder = {"printed": "town/evidence/parents-2021", "synthetic": "parents-2020"}[kind]
    return read_evidence(bundled() / folder)


def example_use(name: str) -> Use:
    return read_use(bundled() / "town" / "uses" / f"{name}.toml")


def assessed(use: Use, kind: str = "printed", **options) -> Assessment:
    evidence, answers = source(kind)
    options = {"today": DAY, "vary": False, **options}
    return assess(use, lambda settings: [read(evidence, answers, settings)], **options)


@cache
def example(name: str, kind: str = "printed") -> Assessment:
    """One of the four example uses, on the printed figures or on synthetic answers."""
    return assessed(example_use(name), kind, vary=True)


def of_readings(use: Use, *readings: Reading, today: date = factories.TODAY) -> Assessment:
    return assess(use, lambda settings: readings, today=today, vary=False)


@lru_cache(maxsize=1)
def nasty() -> Assessment:
    """Labels, wordings and texts that break what does not escape them."""
    evidence = factories.evidence(
        factories.LICENSED,
        items=[
            factories.item("reason:offer_unasked", wording=NASTY, note=NASTY),
            factories.item("trust:education", wording="=cmd|' /C calc'!A0"),
        ],
        title=NASTY,
        notice=NASTY,
        example_only=True,
    )
    group = Group("lone", NASTY, note="]]> \x07 --> {{ 7*7 }}")
    evidence = evidence.model_copy(update={"groups": (group,), "synthetic": True})
    use = factories.use(title=NASTY, summary=NASTY[:300], controller=NASTY, lawful_basis=NASTY)
    return of_readings(use, read(evidence, None))


@lru_cache(maxsize=1)
def granted() -> Assessment:
    return of_readings(factories.use(), factories.reading(factories.LICENSED))


@lru_cache(maxsize=1)
def unfit() -> Assessment:
    """The only evidence is of other people, elsewhere, on something else."""
    evidence = factories.evidence(factories.LICENSED, title="HINTS 6", purpose="health_information")
    us = Population(people="adults", area="US")
    evidence = evidence.model_copy(update={"population": us})
    return of_readings(factories.use(), read(evidence, None))


def every_case() -> dict[str, Assessment]:
    cases = {
        f"{name}-{kind}": example(name, kind)
        for name in EXAMPLES
        for kind in ("printed", "synthetic")
    }
    return cases | {"nasty": nasty(), "granted": granted(), "unfit": unfit()}


HEADLINES = {
    "early-help": [
        "NO LICENCE: ASK EACH FAMILY. Only families who said yes may be linked. Valid until 2029-09-01.",
        "Decided by Black parents: 38 % trust social work to join records; the line is 50 % "
        "(95 % interval 20 to 58, about 42 people).",
    ],
    "early-help-wide": [
        "NOT PERMITTED as proposed. Drop police and the company; then ask each family.",
        "Decided by Black parents: 28 % trust police to join records; the line is 50 % "
        "(95 % interval 13 to 48, about 42 people).",
    ],
    "immigration": [
        "NOT PERMITTED as proposed. No smaller use would pass: do not start.",
        "Decided by Black parents: 24 % trust immigration to join records; the line is 50 % "
        "(95 % interval 10 to 44, about 42 people).",
    ],
    "health-housing": [
        "NOT KNOWN. Measure health and housing first; without them, ask each family.",
        "No evidence that counts asks about health or housing.",
    ],
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_four_examples_begin_with_their_ruling_what_to_do_and_what_decided(name):
    assert headline(example(name)) == HEADLINES[name]


def test_the_articles_own_rule_is_shown_beside_ours():
    assert article_rule(example("early-help-wide")) == (
        "early years and social work reach 50 % overall; among Black parents no service does"
    )
    assert article_rule(granted()) == "education reaches 50 % overall; among lone all do"
    assert article_rule(unfit()) == "no service was measured in the whole sample"


def test_a_licensed_use_says_how_families_are_told():
    first, second = headline(granted())
    assert first == (
        "LICENSED. Tell families 30 days before, in a language they read; each can say no. "
        "Valid until 2028-12-31."
    )
    assert second.startswith("Nearest to the line: lone: 80 % trust education to join records")


def test_a_granted_use_that_declares_asking_says_why_families_are_asked():
    use = factories.use(permission_model="ask_first")
    found = headline(of_readings(use, factories.reading(factories.LICENSED)))
    assert found[0].startswith("LICENSED, BUT ASK EACH FAMILY. All items are granted;")
    assert "because the use declares it" in found[0]


def test_evidence_that_does_not_count_is_named_with_the_reason():
    assert headline(unfit()) == [
        "NOT KNOWN. No evidence counts for this use: ask the people concerned first.",
        "No evidence that counts asks about the reason “offer unasked” or education.",
        "HINTS 6 does not count: it asked adults in US, the use is about parents in UK/England/Town; "
        "it is about health information, the use is for early intervention.",
    ]


def test_an_override_is_said_with_who_until_when_and_why():
    override = Override(
        lifts="trust:police", role="Director", reason="a court asks", published="register",
        start=DAY, until=date(2022, 6, 1),
    )  # fmt: skip
    use = example_use("early-help-wide").model_copy(
        update={
            "overrides": (override, override.model_copy(update={"lifts": "processor:commercial"}))
        }
    )
    found = headline(assessed(use))
    assert found[0].startswith("NO LICENCE: ASK EACH FAMILY")
    assert "Override of police: absent, lifted by Director until 2022-06-01: a court asks." in found
    assert (
        "Override of the company: refused, lifted by Director until 2022-06-01: a court asks."
        in found
    )


@pytest.mark.parametrize("answered", [None, DAY])
def test_a_group_too_small_to_survey_is_talked_with(answered):
    traveller = Unsurveyed(
        label="Traveller parents", why="about 30 families", dialogue_answered=answered
    )
    use = example_use("early-help").model_copy(
        update={"unsurveyed_groups": {"traveller": traveller}}
    )
    found = headline(assessed(use))
    if answered:
        assert found == HEADLINES["early-help"]
    else:
        assert found[0] == "NOT KNOWN. Talk with Traveller parents first, and record the answer."
        assert "too small to survey (about 30 families); no dialogue answered" in found[1]


def test_a_base_of_eight_names_the_group_and_hides_the_figure():
    found = headline(assessed(example_use("early-help"), settings=Settings(bases={"black": 8})))
    assert found == [
        "NOT KNOWN. Too few people answered: ask more of Black parents.",
        "Decided by Black parents: too few answered about social work; figure not shown.",
    ]


def test_what_no_figure_can_allow_is_said_without_a_figure():
    use = example_use("early-help").model_copy(update={"intended_action": "sanction"})
    assert headline(assessed(use)) == [
        "NOT PERMITTED as proposed. No smaller use would pass: do not start.",
        "The intended action, sanction, is forbidden.",
    ]
    over = headline(assessed(example_use("early-help"), today=date(2030, 1, 1)))
    assert over == ["NOT KNOWN. Nothing is linked.", "The use was to be reviewed by 2029-09-01."]
    old = headline(assessed(example_use("early-help"), today=date(2032, 1, 1)))
    assert old[0].startswith("NOT KNOWN. Measure")
    assert "again" in old[0]


def test_a_refused_service_is_said_by_those_against():
    cells = factories.LICENSED | factories.everywhere({"trust:police": "refused"})
    use = factories.use(services=("education", "police"))
    found = headline(of_readings(use, factories.reading(cells)))
    assert found[1].startswith("Decided by lone: 70 % are against police joining records;")


def test_a_quota_sample_is_called_indicative():
    evidence = factories.evidence(factories.LICENSED)
    work = evidence.fieldwork.model_copy(update={"sample": "quota"})
    reading = read(evidence.model_copy(update={"fieldwork": work}), None)
    assert headline(of_readings(factories.use(), reading))[1].endswith(
        "Indicative: a quota sample cannot grant."
    )


def test_nothing_printed_depends_on_the_order_of_figures():
    evidence, _ = source("printed")
    turned = evidence.model_copy(update={"figures": tuple(reversed(evidence.figures))})
    use = example_use("early-help-wide")
    again = of_readings(use, read(turned, None), today=DAY)
    assert headline(again) == headline(replace(example("early-help-wide"), variations=()))
    assert isinstance(evidence.figures[0], PrintedFigure)
