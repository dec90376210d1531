"""Release: every condition alone keeps the list from being made, and nothing else makes the proof."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from licet.audit.standing import Standing
from licet.identify.criteria import Offer
from licet.identify.release import CONDITIONS, Facts, NotReleased, Released, release, unmet
from tests.conftest import FULL

TODAY = date(2026, 11, 1)
OFFER = Offer(what="A talk", capacity=5, reviewers=("Team 1", "Team 2"))
PASS, FAIL, OPEN = Standing.PASS, Standing.FAIL, Standing.UNDETERMINED
ALL = ("G0", "G1", "G2", "G3", "G4", "G5", "G6", "G7")


def facts(kind: str = "entitlement", **changes: Any) -> Facts:
    """Facts with which all conditions hold, of an entitlement, a set of criteria or a model."""
    gates = ("G0", "G6", "G7") if kind == "entitlement" else ALL
    audit = "entitlement" if kind == "entitlement" else "forecast"
    told: dict[str, Any] = {
        "use": "meals", "version": 2, "use_hash": "a" * 64, "kind": kind, "id": "meals", "hash": "b" * 64,
        "run": "20261101-x", "as_of": TODAY - timedelta(1), "today": TODAY, "permitted_until": TODAY,
        "use_published": True, "published": True, "decided": "do",
        "audits": {"linkage": PASS, audit: PASS}, "gates": dict.fromkeys(gates, PASS),
        "trained_until": date(2025, 1, 1) if kind == "model" else None,
        "tested_from": date(2025, 1, 2) if kind == "model" else None,
        "offer": OFFER, "intended_action": "offer_of_support", "setting": "operational",
        "analytics": ("linking",) if kind == "entitlement" else ("linking", "predictive_flagging"),
    }  # fmt: skip
    return Facts(**(told | changes))


KINDS = ("entitlement", "criteria", "model")


@pytest.mark.parametrize("kind", KINDS)
def test_with_every_condition_the_proof_is_of_this_rule_run_and_day_alone(kind: str) -> None:
    found = release(facts(kind))
    assert (found.id, found.hash, found.run, found.as_of, found.day, found.offer) == (
        "meals", "b" * 64, "20261101-x", TODAY - timedelta(1), TODAY, OFFER,
    )  # fmt: skip


def less(found: dict[str, Standing], name: str, standing: Standing | None) -> dict[str, Standing]:
    left = {key: one for key, one in found.items() if key != name}
    return left | ({name: standing} if standing else {})


def alone(kind: str) -> list[tuple[str, str, Facts]]:
    """Each way in which one condition alone fails: its id, what the reason says, the facts."""
    whole = facts(kind)
    ways: list[tuple[str, str, dict[str, Any]]] = [
        ("ruling", "No ruling in force", {"permitted_until": None}),
        ("ruling", "No ruling in force", {"permitted_until": TODAY - timedelta(1)}),
        ("published", "The use is not in the register", {"use_published": False}),
        ("published", "The model" if kind == "model" else "The rule", {"published": False}),
        ("decision", "Nobody decided", {"decided": ""}),
        ("decision", "otherwise: build", {"decided": "build"}),
        ("capacity", "how many families", {"offer": OFFER.model_copy(update={"capacity": 0})}),
        ("offer", "'information', not", {"intended_action": "information"}),
        ("offer", "'sanction', not", {"intended_action": "sanction"}),
        ("offer", "'statistics', not", {"setting": "statistics"}),
        ("reviewers", "Nobody is named", {"offer": OFFER.model_copy(update={"reviewers": ("A",)})}),
        ("reviewers", "Nobody is named", {"offer": OFFER.model_copy(update={"reviewers": ("A", "A")})}),
    ]  # fmt: skip
    for standing in (None, FAIL, OPEN):
        said = f"({standing or 'not made'})"
        for name in whole.gates:
            ways.append(
                ("gates", f"gate {name} {said}", {"gates": less(dict(whole.gates), name, standing)})
            )
        for name in whole.audits:
            ways.append(("gates", f"the {name} audit {said}", {"audits": less(dict(whole.audits), name, standing)}))  # fmt: skip
    if kind != "entitlement":
        ways.append(("offer", "this is a forecast", {"analytics": ("linking",)}))
    if kind == "model":
        ways += [("later", "later than", {"tested_from": None}), ("later", "later than", {"trained_until": None}),
                 ("later", "later than", {"tested_from": date(2025, 1, 1)})]  # fmt: skip
    return [(name, said, replace(whole, **change)) for name, said, change in ways]


WAYS = [(kind, *way) for kind in KINDS for way in alone(kind)]


@pytest.mark.parametrize(("kind", "name", "said", "lacking"), WAYS)
def test_without_one_condition_there_is_no_proof(
    kind: str, name: str, said: str, lacking: Facts
) -> None:
    with pytest.raises(NotReleased, match="Next: ") as error:
        release(lacking)
    assert [one.id for one in error.value.unmet] == [name]
    assert said in error.value.unmet[0].text and error.value.status == 3


def test_every_condition_was_dropped_alone() -> None:
    assert {name for _, name, *_ in WAYS} == {one.id for one in CONDITIONS}


def test_without_an_offer_both_what_it_says_are_missing() -> None:
    assert [one.id for one in unmet(facts(offer=None))] == ["capacity", "reviewers"]


STANDING = st.sampled_from([None, PASS, FAIL, OPEN])
DAYS = st.sampled_from([None, TODAY - timedelta(1), TODAY, TODAY + timedelta(1)])


def oracle(one: Facts) -> list[str]:
    """The conditions that do not hold, written from the list in the architecture notes."""
    forecast = one.kind in ("criteria", "model")
    needed = [one.gates.get(f"G{n}") for n in (range(8) if forecast else (0, 6, 7))]
    needed += [one.audits.get("linkage"), one.audits.get("forecast" if forecast else "entitlement")]
    model = one.kind == "model"
    holds = {
        "ruling": one.permitted_until in (TODAY, TODAY + timedelta(1)),
        "published": (one.use_published, one.published) == (True, True),
        "decision": one.decided == "do",
        "gates": needed == [PASS] * len(needed),
        "later": not model or str(one.tested_from or "") > str(one.trained_until or "9"),
        "capacity": one.offer is not None,
        "offer": one.intended_action == "offer_of_support" and one.setting == "operational"
        and (not forecast or "predictive_flagging" in one.analytics),
        "reviewers": one.offer is not None,
    }  # fmt: skip
    return [name for name, held in holds.items() if not held]


@settings(max_examples=3000 if FULL else 300, deadline=None, derandomize=True)
@given(data=st.data())
def test_conditions_hold_as_a_plain_reading_says(data: st.DataObject) -> None:
    one = facts(data.draw(st.sampled_from(KINDS)))
    changes: dict[str, st.SearchStrategy[Any]] = {
        "permitted_until": DAYS, "use_published": st.booleans(), "published": st.booleans(),
        "decided": st.sampled_from(["do", "narrow", "build", "stop", ""]),
        "audits": st.dictionaries(st.sampled_from(["linkage", "forecast", "entitlement"]), STANDING),
        "gates": st.dictionaries(st.sampled_from(ALL), STANDING),
        "trained_until": DAYS, "tested_from": DAYS, "offer": st.sampled_from([None, OFFER]),
        "intended_action": st.sampled_from(["offer_of_support", "none", "sanction"]),
        "setting": st.sampled_from(["operational", "research"]),
        "analytics": st.sampled_from([("linking",), ("predictive_flagging",)]),
    }  # fmt: skip
    chosen = data.draw(st.sets(st.sampled_from(sorted(changes)), max_size=3))
    one = replace(one, **{name: data.draw(changes[name]) for name in sorted(chosen)})
    assert [row.id for row in unmet(one)] == oracle(one)
    if oracle(one):
        with pytest.raises(NotReleased):
            release(one)
    else:
        assert release(one).id == one.id


def test_nobody_else_makes_the_proof() -> None:
    made = release(facts())
    told = {one.name: getattr(made, one.name) for one in fields(made)}
    for forged in (
        lambda: Released(**told),
        lambda: Released(**(told | {"seal": None})),
        lambda: replace(made, run="another"),
        lambda: replace(made, as_of=TODAY),
    ):
        with pytest.raises(TypeError, match="only release"):
            forged()
