"""Random uses and evidences for the gate, and the proof that they leave nothing out.

A draw is a *case*: plain dictionaries and tuples, so that the oracle shares no type with the code
and a property can change one thing. ``build`` turns a case into what the gate takes.
"""

from __future__ import annotations

import os
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from licet.errors import BadInput
from licet.evidence import Evidence, Fieldwork, Item, Population, Printed, PrintedFigure
from licet.findings import Terms
from licet.gate import Ruling, rule
from licet.groups import Group
from licet.licence import Rule, Verdict
from licet.readings import Reading, read
from licet.use import Use
from licet.vocabulary import FORBIDDEN_ACTIONS, PERMISSION_MODELS, PROCESSORS, SAMPLE_KINDS

Case = dict[str, Any]

FULL = bool(os.environ.get("LICET_FULL"))
TODAY = date(2026, 6, 1)
DAYS = [TODAY + timedelta(days) for days in (-700, -1, 0, 1, 400, 900)]
SERVICES = ("education", "police", "health", "social_work")
REASONS = ("offer_unasked", "save_money")
ITEMS = (
    *(("trust", service) for service in SERVICES),
    *(("reason", reason) for reason in REASONS),
    ("processor", "commercial"),
    ("processor", "public_partner"),
    ("demand", "ask_first"),
    ("demand", "publish"),
    ("concern", "inaccurate"),
)
GROUPS = ("black", "lone", "younger", "rich")


def draws(quick: int, full: int) -> settings:
    """The same draws on every run; ``LICET_FULL`` asks for the full number."""
    return settings(
        max_examples=full if FULL else quick,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


def _cell(percent: float, base: int, stance: str = "permits", decimals: int = 0) -> tuple[Any, ...]:
    return (stance, percent, decimals, base)


FIRM = [(_cell(p, n),) for p in (80, 85, 92) for n in (420, 843)]
LEANING = [(_cell(p, n),) for p in (45, 48, 50, 52, 55, 62, 75) for n in (93, 202, 843)]
LEANING += [(_cell(49.6, 843, decimals=1),), (_cell(50.4, 5000, decimals=1),)]
LEANING += [(_cell(52, 202), _cell(p, 202, "opposes")) for p in (20, 40, 48)]
LEANING += [(_cell(30, 202, "opposes"),), (_cell(50, 843, "opposes"),)]
SMALL = [(_cell(p, n),) for p in (10, 50, 60, 80) for n in (5, 9, 10, 15, 42)]
LOW = [(_cell(p, n),) for p in (10, 28, 40) for n in (42, 202, 843)]
LOW += [(_cell(20, 202), _cell(p, 202, "opposes")) for p in (50, 55, 62, 75, 80)]
LOW += [(_cell(p, 202, "opposes"),) for p in (62, 75, 85)]
NOTHING: list[tuple[Any, ...]] = [()]
MOODS = (FIRM, FIRM * 5 + LEANING, FIRM * 9 + LOW, FIRM * 8 + SMALL + NOTHING)
MOODS += (FIRM + LEANING + SMALL + LOW + NOTHING,)
"""Printed figures of one item in one group; the first moods let a whole use be licensed."""

FITS = ("yes",) * 9 + ("area", "people", "purpose", "setting", "wider")


@st.composite
def surveys(draw: st.DrawFn, id: str, wide: bool) -> Case:
    """One evidence. wide: it asks nearly everything, else a few items."""
    some = st.lists(st.sampled_from(ITEMS), min_size=1, max_size=4, unique=True)
    left_out = st.sampled_from([(), (), (), *((item,) for item in ITEMS)])
    kept = [i for i in ITEMS if i not in draw(left_out)] if wide else draw(some)
    groups = draw(st.lists(st.sampled_from(GROUPS[:3]), min_size=1, max_size=2, unique=True))
    groups += draw(st.sampled_from([[], [], ["rich"]]))
    mood = st.sampled_from(draw(st.sampled_from(MOODS)))
    items = []
    for kind, subject in kept:
        k = draw(st.sampled_from((3, 3, 3, 2)))
        own = draw(st.sampled_from((None,) * 8 + ("other", "same")))
        items.append({"id": f"{kind}:{subject}", "k": k, "purpose": own})
    if draw(st.sampled_from((False, False, True))):
        items.append({**items[0], "id": items[0]["id"] + ":again"})
    fits = draw(st.sampled_from(FITS))
    return {
        "id": id,
        "sample": draw(st.sampled_from((*SAMPLE_KINDS, *("probability",) * 6))),
        "expires": draw(st.sampled_from((*DAYS, *DAYS[4:] * 3))),
        "fits": fits,
        "groups": groups,
        "items": items,
        "deff": draw(st.sampled_from((1.0, 1.5, 2.0))),
        "cells": {(i["id"], g): draw(mood) for i in items for g in ("all", *groups)},
    }


def _mostly(usual: Any, *rare: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from((usual,) * max(8, 2 * len(rare)) + rare)


@st.composite
def conditions(draw: st.DrawFn) -> list[tuple[str, Any]]:
    """Accepted conditions; half of the uses have none."""
    one = st.one_of(
        st.tuples(st.just("exclude_service"), st.sampled_from((*SERVICES, "tax", "tax"))),
        st.tuples(st.just("exclude_analytics"), st.sampled_from(("linking", "profiling"))),
        st.tuples(st.just("no_company"), st.just(True)),
        st.tuples(st.just("minimum_licence"), st.sampled_from((0.5, 0.55, 0.7, 0.9))),
        st.tuples(st.just("floor"), st.sampled_from(("objection", "ask_first"))),
        st.tuples(st.just("review_by"), st.sampled_from(DAYS)),
    )
    return draw(st.one_of(st.just([]), st.lists(one, max_size=2)))


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A use, its evidence and the workspace's terms."""
    count = draw(st.integers(1, 3))
    evidence = [draw(surveys(f"survey-{n}", wide=n == 0)) for n in range(count)]
    known = sorted({g for e in evidence for g in e["groups"]})
    answered = st.sampled_from((None, *DAYS[:4]))
    small = draw(_mostly((), ("roma",), ("roma", "deaf")))
    lifts = st.sampled_from([f"{kind}:{subject}" for kind, subject in ITEMS[:8]])
    override = st.tuples(lifts, st.sampled_from(DAYS[:4]), st.integers(0, 900))
    overrides = st.lists(override, max_size=2, unique_by=lambda o: o[0])
    groups = st.lists(st.sampled_from(known), max_size=2, unique=True)
    return {
        "services": draw(st.lists(st.sampled_from(SERVICES), min_size=1, max_size=3, unique=True)),
        "reasons": draw(st.lists(st.sampled_from(REASONS), min_size=1, unique=True)),
        "processor": draw(st.sampled_from(("in_house",) * 3 + tuple(PROCESSORS))),
        "companies": draw(_mostly([], [False], [True], [False, True])),
        "analytics": draw(_mostly(["matching"], ["matching", "linking"], ["profiling"])),
        "action": draw(_mostly("offer_of_support", "information", *sorted(FORBIDDEN_ACTIONS))),
        "named": draw(groups),
        "removed": draw(_mostly([], *([g] for g in known))),
        "small": {group: draw(answered) for group in small},
        "model": draw(st.sampled_from(("objection",) * 8 + tuple(PERMISSION_MODELS))),
        "conditions": draw(conditions()),
        "overrides": draw(st.one_of(st.just([]), overrides)),
        "end": draw(st.sampled_from((*DAYS[1:], *DAYS[4:] * 4))),
        "review": draw(_mostly(None, *DAYS)),
        "terms": {
            "floor": draw(_mostly("objection", "ask_first")),
            "groups": draw(groups),
            "minimum": draw(_mostly(0.5, 0.55, 0.6, 0.75)),
            "width": draw(_mostly(0.2, 0.1)),
            "base": draw(_mostly(10, 30, 100)),
        },
        "evidence": evidence,
    }


AREA = {"area": "UK/England/York", "wider": "UK/England"}


def evidence_of(survey: Case) -> Evidence:
    """A drawn survey as evidence."""
    fits = survey["fits"]
    purposes = {"other": "evaluation", "same": "early_intervention", None: None}
    items = []
    for item in survey["items"]:
        kind, subject = item["id"].split(":")[:2]
        purpose = purposes[item["purpose"]]
        items.append(
            Item(id=item["id"], kind=kind, subject=subject, wording="?", k=item["k"], purpose=purpose)
        )
    figures = [
        PrintedFigure(item=i, group=g, stance=stance, percent=percent, decimals=decimals, base=base)
        for (i, g), sides in survey["cells"].items()
        for stance, percent, decimals, base in sides
    ]
    last = min(survey["expires"], date(2020, 1, 1))
    return Evidence(
        id=survey["id"],
        title="?",
        population=Population(
            people="adults" if fits == "people" else "parents",
            area=AREA.get(fits, "UK/England/Leeds"),
        ),
        fieldwork=Fieldwork(
            sample=survey["sample"], start=last, end=last, expires=survey["expires"]
        ),
        purpose="evaluation" if fits == "purpose" else "early_intervention",
        setting="research" if fits == "setting" else "operational",
        items=items,
        groups=[Group(g, g, reference=g == "rich") for g in survey["groups"]],
        printed=Printed(deff=survey["deff"]),
        figures=figures,
    )


def use_of(case: Case, kind: type[Use] = Use) -> Use:
    """A drawn use as declared."""
    note = {"role": "Director", "reason": "why", "published": "where"}
    return kind(
        id="use",
        title="?",
        controller="Leeds",
        services=case["services"],
        reasons=case["reasons"],
        purpose="early_intervention",
        analytics=case["analytics"],
        intended_action=case["action"],
        population={"people": "parents", "area": "UK/England/Leeds"},
        processor=case["processor"],
        companies=[{"name": f"C{n}", "sees_identifiable": s} for n, s in enumerate(case["companies"])],
        permission_model=case["model"],
        permission_reason="written down",
        affected_groups=case["named"],
        removed_groups=case["removed"],
        unsurveyed_groups={
            g: {"label": g, "why": "few", "dialogue_answered": day} for g, day in case["small"].items()
        },
        conditions=[{"parameter": name, "value": value} for name, value in case["conditions"]],
        overrides=[
            {"lifts": lifts, "start": start, "until": start + timedelta(days), **note}
            for lifts, start, days in case["overrides"]
        ],
        start=date(2020, 1, 1),
        end=case["end"],
        review_by=case["review"],
    )


def terms_of(case: Case) -> Terms:
    """Drawn terms of the workspace."""
    terms = case["terms"]
    numbers = Rule(terms["minimum"], terms["width"], terms["base"])
    return Terms(numbers, terms["floor"], tuple(terms["groups"]))


def readings_of(case: Case) -> list[Reading]:
    """What the drawn surveys say."""
    return [read(evidence_of(survey), None) for survey in case["evidence"]]


def ruled(case: Case) -> Ruling:
    """The gate's ruling on a case."""
    return rule(use_of(case), readings_of(case), terms=terms_of(case), today=TODAY)


class Watched(Use):
    """A use that remembers which of its fields were read."""

    def __getattribute__(self, name: str) -> Any:
        if name in Use.model_fields:
            SEEN["read"].add(name)
        return super().__getattribute__(name)


SEEN: dict[str, set[str]] = {name: set() for name in ("read", "verdict", "kind", "rule", "heading")}
VALUES: dict[str, set[str]] = {}
SAME_EVERYWHERE = {"id", "version", "population", "purpose", "setting"}
"""Fields of a use that do not vary here: it is the evidence that fits them or not."""


def test_the_draws_are_comprehensive() -> None:
    watch_the_gate()
    assert SEEN["verdict"] == {verdict.value for verdict in Verdict}
    assert SEEN["kind"] == {"Permit", "Refusal", "Undetermined"}
    assert SEEN["heading"] == {
        "LICENSED",
        "LICENSED, BUT ASK EACH FAMILY",
        "NO LICENCE: ASK EACH FAMILY",
        "NOT KNOWN",
        "NOT PERMITTED",
    }
    assert SEEN["rule"] == {
        "absent_or_refused",
        "condition",
        "ended",
        "forbidden_action",
        "group_removed",
        "nobody_asked",
        "not_known",
        "review_due",
        "unproven",
    }
    constant = {name for name in SEEN["read"] if len(VALUES[name]) < 2}
    assert constant == SEEN["read"] & SAME_EVERYWHERE


@draws(400, 400)
@given(cases())
def watch_the_gate(case: Case) -> None:
    declared = use_of(case, Watched)
    SEEN["read"] -= set(Use.model_fields) if not VALUES else set()
    for name in Use.model_fields:
        VALUES.setdefault(name, set()).add(repr(declared.__dict__[name]))
    ruling = rule(declared, readings_of(case), terms=terms_of(case), today=TODAY)
    SEEN["verdict"] |= {f.verdict.value for f in ruling.decided}
    SEEN["kind"].add(ruling.kind)
    SEEN["heading"].add(ruling.heading)
    SEEN["rule"] |= {reason.rule for reason in ruling.reasons}


@pytest.mark.parametrize("whose", ["use", "workspace"])
def test_a_group_that_nobody_has_defined_is_refused(whose: str) -> None:
    case = _plain()
    (case if whose == "use" else case["terms"])["named" if whose == "use" else "groups"] = ["mars"]
    with pytest.raises(BadInput, match="unknown group 'mars'"):
        ruled(case)


def _plain() -> Case:
    """A case without anything special."""
    usual = {"companies": [], "removed": [], "named": [], "small": {}, "conditions": []}
    terms = {"floor": "objection", "groups": [], "minimum": 0.5, "width": 0.2, "base": 10}
    return {
        **usual,
        "services": ["education"],
        "reasons": ["save_money"],
        "processor": "in_house",
        "analytics": ["matching"],
        "action": "information",
        "model": "objection",
        "overrides": [],
        "end": DAYS[-1],
        "review": None,
        "terms": terms,
        "evidence": [],
    }
