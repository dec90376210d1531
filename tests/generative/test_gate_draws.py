"""Random uses and evidences for the gate, and the proof that they leave nothing out.

A draw is a *case*: plain dictionaries and tuples, so that the oracle shares no type with the code
and a property can change one thing. ``build`` turns a case into what the gate takes.
"""

from __future__ import annotations

import inspect
import os
import re
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from licet import gate
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

FULL = os.environ.get("LICET_FULL", "") not in {"", "0"}
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
    """The same draws on every short run; ``LICET_FULL`` asks for the full number of new ones."""
    return settings(
        max_examples=full if FULL else quick,
        deadline=None,
        derandomize=not FULL,
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
AGAINST = [(_cell(20, n), _cell(p, n, "opposes")) for p in (50, 55, 75, 80) for n in (202, 843)]
AGAINST += [(_cell(p, 202, "opposes"),) for p in (62, 75, 85)]
ANY = (*FIRM, *LEANING, *SMALL, *LOW, *AGAINST, *AGAINST, ())
"""Printed figures of one item in one group, from firmly granted to nothing printed at all."""
USUAL = (*FIRM, *FIRM, *LEANING[3:5], *LEANING[9:14], *SMALL[-2:])
"""What most cells of a survey say: the rest is drawn cell by cell."""
QUIET = (_cell(40, 843),)
"""Few demand to be asked first, so that a use can be licensed outright."""


def _some(words: Any, most: int | None = None) -> st.SearchStrategy[list[Any]]:
    return st.lists(st.sampled_from(words), min_size=1, max_size=most, unique=True)


ODD_SURVEY = {
    "sample": st.sampled_from(sorted(SAMPLE_KINDS)),
    "expires": st.sampled_from(DAYS),
    "fits": st.sampled_from(("area", "people", "purpose", "setting", "wider", "draft", "not over")),
    "left_out": _some(ITEMS, 2),
    "more_groups": st.sampled_from((["younger"], ["rich"], ["younger", "rich"])),
    "purpose": st.sampled_from(("other", "same")),
    "twice": st.just(True),
    "two": _some(ITEMS, 3),
    "deff": st.sampled_from((1.0, 2.0)),
    "usual": st.sampled_from(ANY),
}
"""What may be odd about a survey, each with its odd values."""
APART = st.lists(
    st.tuples(st.sampled_from(ITEMS), st.sampled_from(("all", *GROUPS)), st.sampled_from(ANY)),
    max_size=4,
)
USUALLY, BLOCKING = st.sampled_from(USUAL), st.sampled_from((*LOW, *AGAINST))
FEW_ITEMS, TWO_GROUPS = _some(ITEMS, 4), _some(GROUPS[:2])
ODDITIES = st.lists(st.sampled_from(sorted(ODD_SURVEY)), max_size=2, unique=True)


@st.composite
def surveys(draw: st.DrawFn, id: str, wide: bool, old: bool = False) -> Case:
    """One evidence, odd in at most two ways, or old and blocking. wide: it asks everything."""
    odd = {name: draw(ODD_SURVEY[name]) for name in draw(ODDITIES)}
    if old:
        odd = {"usual": draw(BLOCKING), "expires": DAYS[1]}
    asked = [i for i in (ITEMS if wide else draw(FEW_ITEMS)) if i not in odd.get("left_out", ())]
    asked = asked or [ITEMS[0]]
    two = odd.get("two", ())
    items = [{"id": ":".join(i), "k": 2 if i in two else 3, "purpose": None} for i in asked]
    items[0]["purpose"] = odd.get("purpose")
    items += [{**items[0], "id": items[0]["id"] + ":again"}] if "twice" in odd else []
    groups = [*draw(TWO_GROUPS), *odd.get("more_groups", ())]
    usual = odd.get("usual") or draw(USUALLY)
    cells = {
        (item["id"], group): QUIET if item["id"] == "demand:ask_first" else usual
        for item in items
        for group in ("all", *groups)
    }
    for item, group, cell in draw(APART):
        place = (":".join(item), group)
        cells |= {place: cell} if place in cells else {}
    return {
        "id": id,
        "sample": odd.get("sample", "probability"),
        "expires": odd.get("expires", DAYS[5]),
        "fits": odd.get("fits", "yes"),
        "groups": groups,
        "items": items,
        "deff": odd.get("deff", 1.5),
        "cells": cells,
    }


CONDITIONS = st.one_of(
    st.tuples(st.just("exclude_service"), st.sampled_from((*SERVICES, "tax", "tax"))),
    st.tuples(st.just("exclude_analytics"), st.sampled_from(("linking", "profiling"))),
    st.tuples(st.just("no_company"), st.just(True)),
    st.tuples(st.just("minimum_licence"), st.sampled_from((0.5, 0.55, 0.7, 0.9))),
    st.tuples(st.just("floor"), st.sampled_from(("objection", "ask_first"))),
    st.tuples(st.just("review_by"), st.sampled_from(DAYS)),
)
STARTS, LASTS = st.sampled_from(DAYS[:4]), st.sampled_from((0, 1, 90, 900))
ODD_USE = {
    "processor": st.sampled_from(sorted(PROCESSORS)),
    "companies": st.lists(st.booleans(), min_size=1, max_size=2),
    "action": st.sampled_from(sorted(FORBIDDEN_ACTIONS)),
    "named": _some(GROUPS, 2),
    "removed": _some(GROUPS, 2),
    "small": st.dictionaries(
        st.sampled_from(("roma", "deaf")), st.sampled_from((None, *DAYS[:4])), min_size=1
    ),
    "model": st.sampled_from(sorted(PERMISSION_MODELS)),
    "conditions": st.lists(CONDITIONS, min_size=1, max_size=3),
    "overrides": st.lists(st.tuples(st.integers(0, 5), STARTS, LASTS), min_size=1, max_size=3),
    "status": st.sampled_from(("in_dialogue", "permitted", "suspended", "refused", "ended")),
    "end": st.sampled_from(DAYS),
    "review": st.sampled_from(DAYS),
    "floor": st.just("ask_first"),
    "groups": _some(GROUPS, 2),
    "minimum": st.sampled_from((0.55, 0.6, 0.75)),
    "width": st.sampled_from((0.1, 0.15)),
    "base": st.sampled_from((30, 100)),
}
"""What may be odd about a use and the workspace's terms, each with its odd values."""
ODD_IN_USE = st.lists(st.sampled_from(sorted(ODD_USE)), max_size=3, unique=True)
SOME_SERVICES, SOME_REASONS = _some(SERVICES, 3), _some(REASONS)
ANALYTICS = st.sampled_from((["matching"], ["linking", "profiling"]))
WHICH = st.sampled_from(((0,), (0, 1), (0, 1), (0, 1, 2), (0, 3), (0, 1, 3)))
SURVEYS = [surveys(f"survey-{n}", wide=n in (0, 3), old=n == 3) for n in range(4)]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A use, its evidence and the workspace's terms; the use is odd in at most three ways."""
    odd = {name: draw(ODD_USE[name]) for name in draw(ODD_IN_USE)}
    evidence = [draw(SURVEYS[n]) for n in draw(WHICH)]
    known = {g for e in evidence for g in e["groups"] if e["fits"] != "not over"}
    for name in ("named", "removed", "groups"):
        odd[name] = [g for g in odd.get(name, ()) if g in known]
    case = {
        "services": draw(SOME_SERVICES),
        "reasons": draw(SOME_REASONS),
        "processor": odd.get("processor", "in_house"),
        "companies": odd.get("companies", []),
        "analytics": draw(ANALYTICS),
        "action": odd.get("action", "information"),
        "named": odd["named"],
        "removed": odd["removed"],
        "small": odd.get("small", {}),
        "model": odd.get("model", "objection"),
        "conditions": odd.get("conditions", []),
        "overrides": odd.get("overrides", []),
        "status": odd.get("status", "proposed"),
        "end": odd.get("end", DAYS[5]),
        "review": odd.get("review"),
        "terms": {
            "floor": odd.get("floor", "objection"),
            "groups": odd["groups"],
            "minimum": odd.get("minimum", 0.5),
            "width": odd.get("width", 0.2),
            "base": odd.get("base", 10),
        },
        "evidence": evidence,
    }
    keys = needed(case)
    lifts = {keys[place % len(keys)]: when for place, *when in case["overrides"]}
    case["overrides"] = [(key, *when) for key, when in lifts.items()]
    return case


def needed(case: Case) -> list[str]:
    """What the use of a case needs measured."""
    keys = [f"reason:{r}" for r in case["reasons"]] + [f"trust:{s}" for s in case["services"]]
    if case["processor"] == "public_partner":
        keys.append("processor:public_partner")
    if case["processor"] == "commercial" or any(case["companies"]):
        keys.append("processor:commercial")
    return keys


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
            Item(
                id=item["id"], kind=kind, subject=subject, wording="?", k=item["k"], purpose=purpose
            )
        )
    figures = [
        PrintedFigure(item=i, group=g, stance=stance, percent=percent, decimals=decimals, base=base)
        for (i, g), sides in survey["cells"].items()
        for stance, percent, decimals, base in sides
    ]
    last = TODAY + timedelta(1) if fits == "not over" else min(survey["expires"], date(2020, 1, 1))
    return Evidence(
        id=survey["id"],
        title="?",
        population=Population(
            people="adults" if fits == "people" else "parents",
            area=AREA.get(fits, "UK/England/Leeds"),
        ),
        fieldwork=Fieldwork(
            sample=survey["sample"], start=last, end=last, expires=max(survey["expires"], last)
        ),
        purpose="evaluation" if fits == "purpose" else "early_intervention",
        setting="research" if fits == "setting" else "operational",
        items=items,
        groups=[Group(g, g, reference=g == "rich") for g in survey["groups"]],
        printed=Printed(deff=survey["deff"]),
        draft=fits == "draft",
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
        companies=[
            {"name": f"C{n}", "sees_identifiable": s} for n, s in enumerate(case["companies"])
        ],
        permission_model=case["model"],
        permission_reason="written down",
        affected_groups=case["named"],
        removed_groups=case["removed"],
        unsurveyed_groups={
            g: {"label": g, "why": "few", "dialogue_answered": day}
            for g, day in case["small"].items()
        },
        conditions=[{"parameter": name, "value": value} for name, value in case["conditions"]],
        overrides=[
            {"lifts": lifts, "start": start, "until": start + timedelta(days), **note}
            for lifts, start, days in case["overrides"]
        ],
        status=case["status"],
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

    def hash(self) -> str:
        """Reads every field, and decides nothing."""
        before = set(SEEN["read"])
        found = super().hash()
        SEEN["read"] = before
        return found


SEEN: dict[str, set[str]] = {name: set() for name in ("read", "verdict", "kind", "rule", "heading")}
VALUES: dict[str, set[str]] = {}
SAME_EVERYWHERE = {"id", "version", "population", "purpose", "setting", "sources"}
"""Fields of a use that do not vary here: the evidence fits them or not; of sources see tests/spec/test_conditions."""


@pytest.mark.long
def test_the_draws_are_comprehensive() -> None:
    watch_the_gate()
    assert SEEN["verdict"] == {verdict.value for verdict in Verdict}
    assert SEEN["kind"] == {"Permit", "Refusal", "Undetermined"}
    asking = {"LICENSED, BUT ASK EACH FAMILY", "NO LICENCE: ASK EACH FAMILY"}
    assert SEEN["heading"] == {"LICENSED", *asking, "NOT KNOWN", "NOT PERMITTED"}
    # Every id of a rule that stands in the gate's own text.
    written = set(re.findall(r'Reason\("(\w+)"|, "(\w+)", use\)', inspect.getsource(gate)))
    assert SEEN["rule"] == {first or second for first, second in written}
    assert len(SEEN["rule"]) >= 9
    constant = {name for name in SEEN["read"] if len(VALUES[name]) < 2}
    assert constant == SEEN["read"] & SAME_EVERYWHERE


@settings(draws(600, 2_000), derandomize=True)
@given(cases())
def watch_the_gate(case: Case) -> None:
    before = set(SEEN["read"])
    declared = use_of(case, Watched)
    SEEN["read"] = before  # what making the use read is not the gate's doing
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
    survey = {"id": "survey", "sample": "census", "expires": TODAY, "fits": "yes", "deff": 1.5}
    survey |= {"items": [{"id": "trust:education", "k": 3, "purpose": None}], "groups": ["lone"]}
    survey |= {"cells": {("trust:education", "all"): FIRM[0]}}
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
        "status": "proposed",
        "end": DAYS[-1],
        "review": None,
        "terms": terms,
        "evidence": [survey],
    }
