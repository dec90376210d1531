"""A model released, or not: each condition dropped alone, and the way on where all of them hold."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from licet.audit.standing import Standing
from licet.chapters import forecast_people, forecasting
from licet.chapters.deciding import decide, record_audit
from licet.chapters.forecast_documents import chosen_forecast
from licet.chapters.forecast_release import (
    ModelReleased,
    model_card,
    model_released_text,
    release_model,
)
from licet.chapters.forecasting import fit
from licet.chapters.grounds import NotLinked, permitted_ground
from licet.chapters.run_people import people_of_run
from licet.errors import BadInput
from licet.files.forecast import read_model
from licet.files.use import read_use
from licet.files.workspace import find_workspace
from licet.identify.applying import meant, reasons_rule
from licet.identify.release import FORECAST, Released
from licet.identify.scorecard import Model, chances
from tests.conftest import FULL
from tests.forecast.town import AS_OF, Case, kept
from tests.linkage.conftest import Typed
from tests.linkage.town import TODAY, USE, edit_use, event, store_of

REPORT = "cd" * 32
PASSED = dict.fromkeys(FORECAST, Standing.PASS)


@pytest.fixture(scope="module")
def released_town(need: Case, tmp_path_factory: pytest.TempPathFactory) -> Case:
    """A fit, with audits that pass and the decision: every condition holds.

    The audit of the model is written as if it had passed: in so small a town none can.
    """
    case, found = kept(need, tmp_path_factory.mktemp("released"))
    assert found.model is not None
    audited(case, found.model)
    audit(case, "linkage", Standing.PASS)
    audit(case, "source", Standing.PASS)
    audit(case, "contact", None)
    decided(case, "do")
    return case


def audit(case: Case, name: str, standing: Standing | None, **more: Any) -> None:
    workspace = find_workspace(case.root)
    assert workspace is not None
    record_audit(workspace, read_use(case.use), name, standing, REPORT, today=TODAY, **more)


def audited(case: Case, model: Model, **gates: Standing) -> None:
    """Log what the audit of a model came to."""
    worst = min((*PASSED.values(), *gates.values()), key=lambda s: s is Standing.PASS)
    told = next(dict(body) for kind, body in case.leaves() if kind == "audit_plan" and body["plan"].startswith(model.id))  # fmt: skip
    audit(
        case, "forecast", worst, audited=model.id, gates=PASSED | gates, plan=told["plan_hash"],
        asked=forecasting.asked_of(model, told["plan_hash"]),
    )  # fmt: skip


def decided(case: Case, choice: str) -> None:
    decide(case.use, choice, role="Head of Early Help", because="It was shown.", today=TODAY)


def name_of(case: Case) -> str:
    """The name of the kept model: which kind is chosen hangs on the lots of a workspace."""
    (path,) = (case.root / "models" / USE).glob("*.json")
    return path.stem


def asked(case: Case) -> ModelReleased:
    return release_model(name_of(case), case.root, as_of=AS_OF, today=TODAY)


def model_of(case: Case) -> Model:
    return read_model(case.root / "models" / USE / f"{name_of(case)}.json")


@pytest.mark.long
def test_a_fit_alone_releases_nothing_and_says_all_that_is_missing(
    need: Case, tmp_path: Path
) -> None:
    case, _ = kept(need, tmp_path)
    found = asked(case)
    assert found.status == 3 and found.offered == ""
    text = model_released_text(found)
    assert text.startswith("NOBODY IS PICKED OUT")
    for words in (
        "Nobody decided that it is done",
        "the linkage audit (not made)",
        "gate G1 (UNDETERMINED)",
    ):
        assert words in " ".join(text.split())
    kind, body = case.leaves()[-1]
    assert (kind, body["rule"], body["picks"]) == ("list_refused", name_of(case), "model")
    assert {"decision", "gates"} == set(body["why"])


GATES = FORECAST if FULL else ("G0", "G4", "G7")


@pytest.mark.parametrize("gate", GATES)
@pytest.mark.parametrize("standing", [Standing.UNDETERMINED, Standing.FAIL] if FULL else [Standing.UNDETERMINED])  # fmt: skip
def test_each_gate_alone_keeps_the_list_from_being_made(
    released_town: Case, tmp_path: Path, gate: str, standing: Standing
) -> None:
    case = released_town.again(tmp_path / "town")
    audited(case, model_of(case), **{gate: standing})
    if standing is Standing.FAIL:
        with pytest.raises(NotLinked, match="suspended"):
            asked(case)
        return
    found = asked(case)
    assert len(found.unmet) == 1 and f"gate {gate} ({standing})" in found.unmet[0]
    assert case.leaves()[-1][1]["why"] == ["gates"]


def test_a_model_that_was_changed_by_hand_is_not_the_one_that_was_audited(
    released_town: Case, tmp_path: Path
) -> None:
    case = released_town.again(tmp_path / "town")
    model = model_of(case)
    path = case.root / "models" / USE / f"{name_of(case)}.json"
    terms = (replace(model.terms[0], value=9.0), *model.terms[1:])
    path.write_text(replace(model, terms=terms).text(), encoding="utf-8")
    found = asked(case)
    assert set(case.leaves()[-1][1]["why"]) == {"published", "gates"}
    assert "the forecast audit (not made)" in " ".join(found.unmet)


def test_an_easier_audit_under_the_same_name_lifts_nothing(
    released_town: Case, tmp_path: Path
) -> None:
    case = released_town.again(tmp_path / "town")
    audit(case, "forecast", Standing.PASS, audited=name_of(case), gates=PASSED, plan="12" * 32)
    assert "the forecast audit (not made)" in " ".join(asked(case).unmet)


def test_a_suspected_feature_keeps_g1_open(released_town: Case, tmp_path: Path) -> None:
    case = released_town.again(tmp_path / "town")
    model = model_of(case)
    made = replace(model.made, suspects=("x tells the outcome only just before",))
    suspected = replace(model, made=made)
    (case.root / "models" / USE / f"{name_of(case)}.json").write_text(
        suspected.text(), encoding="utf-8"
    )
    with store_of(case.root) as store:
        told = dict(next(body for kind, body in case.leaves() if kind == "rule_published"))
        store.log.append("rule_published", told | {"rule_hash": suspected.hash()})
    audited(case, suspected)
    assert "gate G1 (UNDETERMINED)" in " ".join(asked(case).unmet)


@pytest.mark.long
def test_a_test_that_was_looked_at_before_keeps_g5_open(
    released_town: Case, tmp_path: Path
) -> None:
    case = released_town.again(tmp_path / "town")
    case.edit(('level = "household"', 'level = "household"\nversion = 2'))
    found = fit(case.use, today=TODAY)
    assert found.model is not None
    plans = [dict(body) for kind, body in case.leaves() if kind == "audit_plan" and body["plan"].startswith(found.model.id)]  # fmt: skip
    assert "amends" in plans[-1]
    asked_of = forecasting.asked_of(found.model, plans[-1]["plan_hash"])
    audit(case, "forecast", Standing.PASS, audited=found.model.id, gates=PASSED, plan=plans[-1]["plan_hash"], asked=asked_of)  # fmt: skip
    told = release_model(found.model.id, case.root, as_of=AS_OF, today=TODAY)
    assert "gate G5 (UNDETERMINED)" in " ".join(told.unmet)


def test_other_decisions_release_nothing(released_town: Case, tmp_path: Path) -> None:
    case = released_town.again(tmp_path / "town")
    decided(case, "build")
    assert case.leaves() and "decided otherwise: build" in " ".join(asked(case).unmet)


def test_a_changed_forecast_has_to_be_fitted_again(released_town: Case, tmp_path: Path) -> None:
    case = released_town.again(tmp_path / "town")
    case.edit(('window = "ever"', 'window = "700 days"'))
    with pytest.raises(BadInput, match="was changed since this model was fitted"):
        asked(case)


def test_an_edited_use_releases_nothing(released_town: Case, tmp_path: Path) -> None:
    case = released_town.again(tmp_path / "town")
    edit_use(case.root, '"matching", "linking", "predictive_flagging"', '"matching", "linking"')
    with pytest.raises((NotLinked, BadInput)):
        asked(case)


def test_no_such_model(released_town: Case) -> None:
    with pytest.raises(BadInput, match="unknown model 'vendor'"):
        release_model("vendor", released_town.root, as_of=AS_OF, today=TODAY)


@pytest.mark.long
def test_what_fails_stays_a_report(need: Case, tmp_path: Path) -> None:
    """Nobody reviews flags (G7 fails): no model is kept, the use is not suspended, nothing is released."""
    case = need.again(tmp_path / "town")
    text = case.document.read_text(encoding="utf-8")
    first, last = text.index("[care.review]"), text.index("[care.appeal]")
    case.edit((text[first:last], '[care]\nreview = "none"\n\n'))
    found = fit(case.use, today=TODAY)
    assert found.model is None and found.status == 3 and "model" not in found.paths
    assert not (case.root / "models").exists()
    assert found.card["2.4.2_models"][0]["numbers"] == []
    told = case.leaves()
    assert [kind for kind, _ in told].count("audit") == 0
    assert told[-1][0] == "forecast_fitted" and told[-1][1]["standing"] == "fail"
    name = f"need-{told[-1][1]['chosen']}"
    refused = release_model(name, case.root, as_of=AS_OF, today=TODAY)
    assert refused.status == 3 and "stays a report" in refused.unmet[0]
    assert case.leaves()[-1][0] == "list_refused"


def proof_of(model: Model) -> Any:
    """As much of a proof as ``meant`` looks at; nothing else takes it."""

    class Proof:
        id, hash, as_of = model.id, model.hash(), AS_OF

    return Proof()


def test_whom_a_model_means_is_who_has_the_highest_chances(released_town: Case) -> None:
    """Against a plain sum of the kept numbers, household by household."""
    model = model_of(released_town)
    bound, _ = chosen_forecast(released_town.use, None)
    with permitted_ground(released_town.use, TODAY) as ground:
        run = people_of_run(ground, released_town.use)
        seen = forecast_people.seen(ground, run, bound)
        with forecast_people.tables_open() as tables:
            cohort = seen.cohort(tables, [AS_OF])
    found = meant(proof_of(model), model, cohort)
    assert 0 < len(found) <= 30 and list(found) == sorted(found)
    chance = dict(zip(cohort.rows["unit"], chances(model, cohort), strict=True))
    anything = cohort.rows.filter(
        (pl.col("missed-school") > 0)
        | (pl.col("did-not-come") > 0)
        | pl.col("last-contact").is_not_null()
    )
    chance = {unit: chance[unit] for unit in anything["unit"]}
    assert set(found) <= chance.keys(), "nobody is picked out for whom nothing speaks"
    least = min(chance[unit] for unit in found)
    out = [unit for unit in chance if unit not in found and chance[unit] > least + 1e-12]
    assert not out, "nobody with a higher chance is left out"
    other = replace(model, intercept=model.intercept + 1)
    with pytest.raises(ValueError, match="another model"):
        meant(proof_of(model), other, cohort)
    asked = {one.declared.id for one in reasons_rule(model, bound).criteria}
    assert asked <= {one.id for one in bound.declared.features}


def test_only_release_makes_the_proof() -> None:
    with pytest.raises(TypeError, match="only release"):
        Released("u", 1, "h", "model", "m", "h", "r", AS_OF, TODAY, None)  # type: ignore[arg-type]


def test_with_every_condition_families_go_before_reviewers(
    released_town: Case, tmp_path: Path
) -> None:
    case = released_town.again(tmp_path / "town")
    found = asked(case)
    assert found.unmet == () and found.status == 0
    with store_of(case.root) as store:
        items = tuple(store.offers.of_use(USE))
    assert 0 < len(items) <= 30
    for one in items:
        assert one.reasons and one.round.rule == name_of(case)
        assert {reason.person for reason in one.reasons} <= set(one.people)
        assert not any(
            hasattr(reason, name)
            for reason in one.reasons
            for name in ("score", "chance", "points")
        )
    kind, body = case.leaves()[-1]
    assert (kind, body["rule_hash"]) == ("list_offered", model_of(case).hash())
    text = model_released_text(found) + json.dumps(body)
    assert not {one.key for one in items} & set(text.split())
    # Somebody says no: the household is gone from the queue, and the card says what remembers them.
    person = sorted(items[0].people)[0]
    rows = pl.read_parquet(next((case.root / "runs" / USE).glob("*/crosswalk.parquet")))
    row = rows.filter(pl.col("person") == person)["row"][0]
    with store_of(case.root) as store:
        who = case.town.people[case.town.owner[row]]
        store.permissions.append([event(who, "withdraw", day=20)], [], sign=False)
        assert items[0].name not in {one.name for one in store.offers.of_use(USE)}
    assert "fewer than 10 people whose answer" in " ".join(model_card(name_of(case), case.root, today=TODAY).split()).casefold()  # fmt: skip


def test_the_card_says_what_still_remembers_somebody(released_town: Case, tmp_path: Path) -> None:
    case = released_town.again(tmp_path / "town")
    assert "Nobody whose answer" in model_card(name_of(case), case.root, today=TODAY)
    gone = [n for n, word in sorted(case.answers.items()) if word == "yes"][:25]
    with store_of(case.root) as store:
        events = [event(case.town.people[n], "withdraw", day=20) for n in gone]
        store.permissions.append(events, [], sign=False)
    text = " ".join(model_card(name_of(case), case.root, today=TODAY).split())
    assert "About 25 people whose answer let it learn have withdrawn since" in text
    assert "Fitting it again forgets them" in text
    page = (case.root / "reports" / USE / "forecast-need" / "model-card.html").read_text("utf-8")
    assert "About 25 people" in page


@pytest.mark.long
def test_the_command_refuses_in_plain_words(released_town: Case, typed: Typed) -> None:
    made = typed(
        "forecast",
        "release",
        name_of(released_town)[:-1],
        "--in",
        str(released_town.root),
        "--as-of",
        "2026-06-01",
    )
    assert (
        made.returncode == 2
        and f"write {name_of(released_town)!r} if that is meant" in " ".join(made.stderr.split())
    )
    none = typed("forecast", "release", name_of(released_town), "--in", str(released_town.root))
    assert none.returncode == 2 and "a window without an as-of date" in none.stderr
    late = typed("forecast", "release", name_of(released_town), "--in", str(released_town.root), "--as-of", "2027-06-01", "--today", "2026-11-30")  # fmt: skip
    assert late.returncode == 2 and "still to come" in late.stderr
