"""A model released, or not: every condition asked, and only with all of them families go before reviewers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from licet.audit.standing import Standing
from licet.chapters import forecast_people, forecasting, offering
from licet.chapters.forecast_documents import chosen_forecast
from licet.chapters.grounds import PermittedGround, permitted_ground
from licet.chapters.identifying import picked_of
from licet.chapters.run_people import RunPeople, check_as_of, people_of_run
from licet.chapters.unlocking import (
    Picker,
    facts_of,
    gates_of,
    own_audit,
    refuse_moved,
    released,
    tell_offered,
    unmet_lines,
)
from licet.disclosure import visible_cell
from licet.disclosure.counts import count_text, shown_count
from licet.errors import bad, unknown
from licet.files.forecast import CARD, MODELS, read_model, write_card
from licet.files.reading import MEGABYTE, read_bytes, shown
from licet.files.use import read_use
from licet.files.workspace import Workspace, find_workspace
from licet.identify import card
from licet.identify.applying import meant, reasons_rule
from licet.identify.counting import Counts
from licet.identify.features import BoundForecast
from licet.identify.picked import Picked
from licet.identify.release import Facts, NotReleased, Released
from licet.identify.scorecard import Model
from licet.identify.words import NEVER_HINDERS, not_known

if TYPE_CHECKING:
    from licet.store.ledger import Snapshot


@dataclass(frozen=True)
class ModelReleased:
    """What came of it. offered: how many went before reviewers, as it may be told; "" where nobody did.
    unmet: conditions that do not hold, with what to do. remembers: of the people who withdrew since."""

    model: str
    as_of: date
    offered: str
    unmet: tuple[str, ...]
    remembers: str

    @property
    def status(self) -> int:
        """The exit status of the command."""
        return 3 if self.unmet else 0


@dataclass(frozen=True)
class _Named:
    """A model by its name. model: None where its audit failed and nothing was kept; leaf: then the fit."""

    workspace: Workspace
    use: Path
    name: str
    model: Model | None
    leaf: Mapping[str, Any]


def use_of_model(name: str, where: Path | None = None) -> Path:
    """The document of the use that a model belongs to. Refuses a model that is not there."""
    return _find(name, where).use


def _find(name: str, where: Path | None) -> _Named:
    path = Path(name)
    here = path if path.is_file() else (where or Path())
    workspace = find_workspace(here)
    if workspace is None:
        raise bad("this lies in no workspace", str(here), "a workspace", "add --in WORKSPACE")
    uses = {read_use(one).id: one for one in workspace.uses}
    kept = sorted((workspace.root / MODELS).glob("*/*.json"))
    if path.is_file():
        kept, name = [path], path.stem
    for one in kept:
        if one.stem == name and (model := read_model(one)).made.use in uses:
            return _Named(workspace, uses[model.made.use], model.id, model, {})
    failed = _failed(workspace)
    if name in failed and failed[name]["use"] in uses:
        return _Named(workspace, uses[failed[name]["use"]], name, None, failed[name])
    known = sorted({*(one.stem for one in kept), *failed})
    raise unknown("model", name, known, "MODEL")


def _failed(workspace: Workspace) -> dict[str, Mapping[str, Any]]:
    """By the name that a model would have had: the last fit, where the audit of its candidate failed."""
    from licet.chapters.stores import open_store

    with open_store(workspace) as store:
        told = [e.leaf.body for e in store.log.entries() if e.leaf.kind == "forecast_fitted"]
    last = {f"{body['forecast']}-{body['chosen']}": body for body in told}
    return {name: body for name, body in last.items() if body["standing"] == "fail"}


def release_model(
    name: str, where: Path | None = None, *, as_of: date, today: date
) -> ModelReleased:
    """Apply a model as of a day and, if every condition of release holds, put whom it means before reviewers.

    name: of the model, or the path of its file. where: the workspace, if not this folder. Raises BadInput for
    a model, forecast or run that cannot be used; NotLinked, after a leaf in the log, as ``link`` does. A list
    that is refused is no error: it says why, and the log too.
    """
    check_as_of(as_of, today)
    found = _find(name, where)
    with permitted_ground(found.use, today) as ground:
        run = people_of_run(ground, found.use)
        if found.model is None:
            return _never(ground, run, found, as_of)
        bound, _ = chosen_forecast(found.use, found.model.made.forecast)
        if bound.declared.hash() != found.model.made.forecast_hash:
            raise bad(
                f"the forecast {bound.declared.id!r} was changed since this model was fitted",
                found.name, "the forecast as it was", "fit it again: licet forecast fit",
            )  # fmt: skip
        remembers = _remembers(ground, found.model)
        facts = _facts(ground, run, found.model, bound, as_of)
        try:
            proof = released(ground, facts, {})
        except NotReleased as refused:
            return ModelReleased(found.name, as_of, "", tuple(unmet_lines(refused)), remembers)
        picked, units = _picked(ground, run, found.model, bound, proof)
        offered = _offer(ground, run, facts, proof, found.model, bound, picked, units)
        return ModelReleased(found.name, as_of, offered, (), remembers)


def _facts(
    ground: PermittedGround, run: RunPeople, model: Model, bound: BoundForecast, as_of: date
) -> Facts:
    """What the conditions ask. An audit of another model of this name is none. G1 is open where a feature is
    suspected, G5 where the test was looked at before."""
    declared = bound.declared
    # The first day that an outcome of the test can be of: the as-of date itself is before it.
    first = date.fromisoformat(min(model.made.tested)) + timedelta(days=1)
    picker = Picker(
        "model", model.id, model.hash(), declared.title, declared.offer,
        date.fromisoformat(model.made.trained_until), first,
    )  # fmt: skip
    facts = facts_of(ground, picker, run.place.run, as_of)
    leaves = [entry.leaf for entry in ground.store.log.entries()]
    own = own_audit(leaves, ground, picker, run.place.run)
    if own is None or own.get("asked") != _asked(model, str(own.get("plan_hash", ""))):
        audits = {name: one for name, one in facts.audits.items() if name != "forecast"}
        return replace(facts, audits=audits, gates={})
    gates = dict(facts.gates)
    if model.made.suspects:
        gates["G1"] = Standing.UNDETERMINED
    if _exploratory(ground, str(own["plan_hash"])):
        gates["G5"] = Standing.UNDETERMINED
    return replace(facts, gates=gates)


def _exploratory(ground: PermittedGround, plan_hash: str) -> bool:
    """Whether the outcomes of the test had been opened with another plan: what was found there has to be
    shown again on people whose outcomes nobody has seen."""
    told = [e.leaf.body for e in ground.store.log.entries() if e.leaf.kind == "audit_plan"]
    return any(one["plan_hash"] == plan_hash and "amends" in one for one in told)


def _asked(model: Model, plan_hash: str) -> str:
    text = json.dumps(forecasting.asked_of(model, plan_hash), sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _never(ground: PermittedGround, run: RunPeople, found: _Named, as_of: date) -> ModelReleased:
    """The refusal of what was never kept, because its audit fails."""
    body = found.leaf
    picker = Picker("model", found.name, str(body["forecast_hash"]), "", None)
    facts = facts_of(ground, picker, run.place.run, as_of)
    audits = {**facts.audits, "forecast": Standing.FAIL}
    facts = replace(facts, audits=audits, gates=gates_of(body), published=False)
    try:
        released(ground, facts, {})
    except NotReleased as refused:
        lines = ("Its audit fails, so no model was kept: it stays a report.", *unmet_lines(refused))
        return ModelReleased(
            found.name, as_of, "", lines, "Nothing was kept, and nobody is remembered."
        )
    raise AssertionError("a failing audit released a model")


def _picked(
    ground: PermittedGround, run: RunPeople, model: Model, bound: BoundForecast, proof: Released
) -> tuple[list[Picked], int]:
    """Whom the model means, with reasons; and how many units there were to pick from."""
    from licet.engines.criteria import count

    found = forecast_people.seen(ground, run, bound)
    rule = reasons_rule(model, bound)
    with forecast_people.tables_open() as tables:
        cohort = found.cohort(tables, [proof.as_of])
        units = meant(proof, model, cohort)
        counts = count(tables, rule, found.lines, run.crosswalk, run.homes, [proof.as_of])
    unit = "household" if bound.declared.level == "household" else "person"
    own = counts.reasons.filter(pl.col(unit).is_in(list(units)))
    kept = Counts(counts.persons, counts.households, own)
    return list(picked_of(kept, run, rule)), len(cohort)


def _offer(
    ground: PermittedGround,
    run: RunPeople,
    facts: Facts,
    proof: Released,
    model: Model,
    bound: BoundForecast,
    picked: Sequence[Picked],
    units: int,
) -> str:
    """Put those who are meant before reviewers; how many, in words.

    Refuses where somebody answered in the meantime: a no takes effect at once, so it is counted anew.
    """
    store, least = ground.store, ground.assessment.terms.threshold
    feeds = {feed.id: feed for _, feed in ground.feeds}
    doubts = not_known(bound.declared.as_rule(), feeds, [one.declared.id for one in bound.features])
    with store.changing():
        if store.permissions.snapshot().sequence != run.sequence:
            todo = "run it again"
            raise bad("somebody answered while this ran", "", "a ledger that stands still", todo)
        refuse_moved(ground, facts, _facts(ground, run, model, bound, facts.as_of))
        made = offering.put(
            ground.workspace, store, run.place, ground.use, proof, picked, today=ground.today,
            key=store.keys.secret("offers"), not_known=doubts,
        )  # fmt: skip
        counts = {
            "units": shown_count(units, least), "picked": _part(units, len(picked), least),
            "offered": _part(units, made.queued, least),
        }  # fmt: skip
        tell_offered(ground, facts, counts)
    many = counts["offered"]
    return "a number not shown" if many is None else count_text(many, least)


def _part(whole: int, part: int, least: int) -> int | None:
    return shown_count(part, least) if not part or visible_cell(whole, part, least) else None


def _remembers(ground: PermittedGround, model: Model) -> str:
    from licet.report.identify_forecast.words import remembered

    return remembered(_card_part(ground, model))


def _card_part(ground: PermittedGround, model: Model) -> dict[str, Any]:
    least = ground.assessment.terms.threshold
    told = card.remembers(withdrawn_since(ground, model), least)
    return {"not_in_the_standard": {"remembers": told, "threshold": least}}


def withdrawn_since(ground: PermittedGround, model: Model) -> int:
    """How many people's answers let the model learn and do no longer; exact, for the program alone."""
    from licet.store.ledger import Snapshot as Place

    def granted(place: Snapshot | None) -> set[str]:
        use = ground.use
        found = ground.store.permissions.decisions(
            use.id, use.version, use.purpose, [feed.service for _, feed in ground.feeds],
            ground.floor, on=ground.today, snapshot=place, material=ground.material,
        )  # fmt: skip
        return set(found.filter(pl.col("effect") == "granted")["subject"].to_list())

    then = granted(Place(model.made.ledger, model.made.ledger_mark))
    return len(then - granted(None))


def model_card(name: str, where: Path | None = None, *, today: date) -> str:
    """Write the card of a kept model anew, with what still remembers people who withdrew; the screen."""
    from licet.report.identify_forecast.screen import card_text

    found = _find(name, where)
    if found.model is None:
        raise bad("no model was kept: its audit fails", name, "a kept model", "read its report")
    made = found.model.made
    folder = found.workspace.root / "reports" / made.use / f"forecast-{made.forecast}"
    try:
        told = json.loads(read_bytes(folder / CARD[0], MEGABYTE))
    except ValueError:
        raise bad("the card is damaged", shown(folder / CARD[0]), "", "fit it again") from None
    with permitted_ground(found.use, today) as ground:
        told["not_in_the_standard"] |= _card_part(ground, found.model)["not_in_the_standard"]
    write_card(folder, told, forecasting.card_page(told))
    return card_text(told)


def model_released_text(found: ModelReleased) -> str:
    """For the terminal."""
    from licet.report.identify_forecast import screen

    told = _plain(found)
    return screen.refused_text(told) if found.unmet else screen.released_text(told)


def model_released_json(found: ModelReleased) -> str:
    """The same as data."""
    return json.dumps(_plain(found), ensure_ascii=False, indent=2)


def _plain(found: ModelReleased) -> dict[str, Any]:
    return {
        "model": found.model, "as_of": found.as_of.isoformat(), "offered": found.offered,
        "unmet": list(found.unmet), "remembers": found.remembers, "never": NEVER_HINDERS,
    }  # fmt: skip


__all__ = [
    "ModelReleased", "model_card", "model_released_json", "model_released_text",
    "release_model", "use_of_model", "withdrawn_since",
]  # fmt: skip
