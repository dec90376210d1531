"""What the gate promises, on random uses and evidences: nothing that should tighten ever loosens.

The order of permissiveness: nothing at all (Refusal or Undetermined) < ask first < objection.
"""

from __future__ import annotations

import random
from copy import deepcopy
from dataclasses import fields
from datetime import date, timedelta
from itertools import combinations
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from licet.assessment import smaller_uses
from licet.gate import Permit, Ruling, rule
from licet.licence import BLOCKING, UNKNOWN, Verdict
from licet.use import Use
from tests.generative.test_gate_draws import (
    ANY,
    DAYS,
    GROUPS,
    REASONS,
    SERVICES,
    TODAY,
    Case,
    cases,
    draws,
    needed,
    readings_of,
    ruled,
    terms_of,
    use_of,
)


def level(ruling: Ruling) -> int:
    """Nothing 0, ask first 1, objection 2."""
    if not isinstance(ruling, Permit):
        return 0
    return {"ask_first": 1, "objection": 2}[ruling.floor]


def changed(case: Case, **changes: Any) -> Case:
    """A deep copy of the case with some parts replaced."""
    return {**deepcopy(case), **changes}


def never_more(before: Case, after: Case) -> None:
    assert level(ruled(after)) <= level(ruled(before))


@draws(40, 1_000)
@given(cases(), st.data())
def test_a_thinner_survey_beside_a_firm_one_never_permits_more(
    case: Case, data: st.DataObject
) -> None:
    fresh = [s for s in case["evidence"] if s["expires"] >= TODAY]
    if not fresh:
        return
    thinner = deepcopy(data.draw(st.sampled_from(fresh)))
    thinner |= {"id": "thinner", "expires": data.draw(st.sampled_from(DAYS))}
    some = st.lists(st.sampled_from(ANY), min_size=3, max_size=3)
    several = data.draw(some)
    for number, (place, firm) in enumerate(thinner["cells"].items()):
        base = min((base for *_, base in firm), default=0) // 2
        cell = several[number % 3]
        thinner["cells"][place] = tuple((*side[:3], base) for side in cell) if base else ()
    never_more(case, changed(case, evidence=[*case["evidence"], thinner]))


@draws(40, 1_000)
@given(cases(), st.sampled_from(("all", *GROUPS)), st.sampled_from((1, 5, 9)))
def test_a_group_that_becomes_too_few_never_permits_more(case: Case, group: str, base: int) -> None:
    smaller = changed(case)
    for survey in smaller["evidence"]:
        for place, cell in survey["cells"].items():
            if place[1] == group:
                survey["cells"][place] = tuple((*side[:3], min(base, side[3])) for side in cell)
    never_more(case, smaller)


@draws(40, 1_000)
@given(cases(), st.sampled_from((12, 15, 20)))
def test_a_wider_interval_never_permits_more(case: Case, base: int) -> None:
    smaller = changed(case)
    for survey in smaller["evidence"]:
        if survey["expires"] >= TODAY:
            for place, cell in survey["cells"].items():
                if not place[0].startswith("demand"):
                    less = tuple((*side[:3], min(base, side[3])) for side in cell)
                    survey["cells"][place] = less
    never_more(case, smaller)


@draws(50, 1_000)
@given(cases(), st.data())
def test_adding_to_a_use_never_permits_more(case: Case, data: st.DataObject) -> None:
    known = sorted({g for s in case["evidence"] for g in s["groups"]})
    what = data.draw(st.sampled_from(("group", "small group", "reason", "service", "company")))
    more = changed(case)
    if what == "group":
        more["named"] = list(dict.fromkeys([*case["named"], data.draw(st.sampled_from(known))]))
    elif what == "small group":
        more["small"]["travellers"] = data.draw(st.sampled_from((None, DAYS[0])))
    elif what == "company":
        more["companies"].append(data.draw(st.booleans()))
    else:
        name, words = {"reason": ("reasons", REASONS), "service": ("services", SERVICES)}[what]
        more[name] = list(dict.fromkeys([*case[name], data.draw(st.sampled_from(words))]))
    never_more(case, more)


@draws(40, 1_000)
@given(cases(), st.sampled_from(GROUPS))
def test_removing_a_group_is_refused(case: Case, group: str) -> None:
    assert ruled(changed(case, removed=[group])).heading == "NOT PERMITTED"


@draws(40, 1_000)
@given(cases(), st.data())
def test_tightening_the_terms_never_permits_more(case: Case, data: st.DataObject) -> None:
    known = sorted({g for s in case["evidence"] for g in s["groups"]})
    terms = dict(case["terms"])
    what = data.draw(st.sampled_from(sorted(terms)))
    if what == "floor":
        terms["floor"] = "ask_first"
    elif what == "groups":
        terms["groups"] = sorted({*terms["groups"], data.draw(st.sampled_from(known))})
    elif what == "width":
        terms["width"] = min(terms["width"], data.draw(st.sampled_from((0.05, 0.1, 0.15))))
    else:
        higher = {"minimum": (0.55, 0.6, 0.75, 0.9), "base": (20, 50, 100, 500)}[what]
        terms[what] = max(terms[what], data.draw(st.sampled_from(higher)))
    never_more(case, changed(case, terms=terms))


@draws(40, 1_000)
@given(cases(), st.data())
def test_an_override_lifts_only_what_it_may(case: Case, data: st.DataObject) -> None:
    named = data.draw(st.sampled_from(needed(case)))
    others = [o for o in case["overrides"] if o[0] != named]
    without = changed(case, overrides=others)
    with_it = changed(case, overrides=[*others, (named, TODAY - timedelta(1), 30)])
    before, after = ruled(without), ruled(with_it)
    liftable, lifted = BLOCKING | UNKNOWN, False
    for old, new in zip(before.decided, after.decided, strict=True):
        if old.requirement == named and old.deciding and old.verdict in liftable:
            lifted = True
            assert new.verdict is Verdict.UNPROVEN
        else:
            assert new == old
    if lifted:
        assert level(after) <= 1
    else:
        assert level(after) == level(before)
    lawful = {"not_known", "absent_or_refused", "unproven"}
    hard = {reason for reason in before.reasons if reason.rule not in lawful}
    assert hard <= set(after.reasons)
    assert level(after) == 0 or not hard


def unordered(ruling: Ruling) -> dict[str, Any]:
    """Everything a ruling says, without the order in which it says it."""
    said = {f.name: getattr(ruling, f.name) for f in fields(ruling) if f.name != "seal"}
    # The hash of a use is of its text, order and all: what follows from it is not.
    del said["use_hash"]
    for name in ("reasons", "decided", "findings", "duties", "concerns", "services"):
        said[name] = sorted(map(repr, said.get(name, ())))
    for name in ("blocked", "unknown"):
        said[name] = sorted(said.get(name, ()))
    return {**said, "kind": ruling.kind, "heading": ruling.heading}


@draws(40, 1_000)
@given(cases(), st.integers(0, 99))
def test_order_changes_nothing(case: Case, seed: int) -> None:
    mixed, chance = changed(case), random.Random(seed)
    parts = [mixed[name] for name in ("services", "reasons", "analytics", "named", "companies")]
    parts += [mixed["conditions"], mixed["overrides"], mixed["evidence"]]
    for survey in mixed["evidence"]:
        parts += [survey["items"], survey["groups"]]
        cells = list(survey["cells"].items())
        chance.shuffle(cells)
        survey["cells"] = dict(cells)
    for part in parts:
        chance.shuffle(part)
    assert unordered(ruled(mixed)) == unordered(ruled(case))


@draws(25, 500)
@given(cases())
def test_the_order_of_evidence_leaves_the_ruling_identical(case: Case) -> None:
    declared, readings, terms = use_of(case), readings_of(case), terms_of(case)
    rulings = [
        rule(declared, order, terms=terms, today=TODAY) for order in (readings, readings[::-1])
    ]
    assert rulings[0] == rulings[1] and repr(rulings[0]) == repr(rulings[1])


def every_smaller(declared: Use) -> list[Use]:
    """Brute force: every way to drop services, the operator from outside, or analytics."""
    fewest = min(2, len(declared.services))
    found = []
    for size in range(fewest, len(declared.services) + 1):
        for services in combinations(declared.services, size):
            for few in range(1, len(declared.analytics) + 1):
                for analytics in combinations(declared.analytics, few):
                    kept = {"services": services, "analytics": analytics}
                    found.append(declared.model_copy(update=kept))
                    alone = {**kept, "processor": "in_house", "companies": ()}
                    found.append(declared.model_copy(update=alone))
    return found


def covers(large: Use, small: Use) -> bool:
    """Whether ``large`` joins all that ``small`` does, by no humbler an operator."""
    return (
        set(small.services) <= set(large.services)
        and set(small.analytics) <= set(large.analytics)
        and (small.operator == large.operator or small.operator == "in_house")
    )


@draws(25, 500)
@given(cases())
def test_smaller_uses_pass_and_none_larger_was_missed(case: Case) -> None:
    declared, readings, terms = use_of(case), readings_of(case), terms_of(case)
    ruling = rule(declared, readings, terms=terms, today=TODAY)
    offered = [(s.use, level(s.ruling)) for s in smaller_uses(declared, ruling, readings, terms)]
    for small, permits in offered:
        assert permits and covers(declared, small) and small != declared
        assert small.reasons == declared.reasons
        assert level(rule(small, readings, terms=terms, today=TODAY)) == permits
    known = [*offered, (declared, level(ruling))]
    for candidate in every_smaller(declared):
        permits = level(rule(candidate, readings, terms=terms, today=TODAY))
        if permits:
            assert any(covers(large, candidate) and as_free >= permits for large, as_free in known)


@draws(40, 1_000)
@given(cases())
def test_a_permit_holds_today_and_says_what_it_rests_on(case: Case) -> None:
    ruling = ruled(case)
    if not isinstance(ruling, Permit):
        return
    assert isinstance(ruling.expires, date) and ruling.expires >= TODAY
    assert ruling.use_hash == use_of(case).hash()
    assert set(ruling.services) == set(case["services"])
    assert {f.requirement for f in ruling.decided} >= set(use_of(case).requirements)
    assert ruling.floor == "objection" or ruling.floor_reasons
