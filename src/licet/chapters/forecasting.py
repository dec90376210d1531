"""A forecast fitted: simple models with splits in time, each audited; a card, and no list.

The order is the point. The ruling allows the run; the run follows the ledger; models are learnt on earlier
dates and other households; the plan of every audit is kept; only then the outcomes of the test are read. What
leaves are sums and a few numbers of one model: no person, no score, no row.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from licet.audit.standing import Standing
from licet.chapters import forecast_people
from licet.chapters.auditing import looser_of
from licet.chapters.deciding import record_audit
from licet.chapters.forecast_audits import Audited, audits
from licet.chapters.forecast_documents import chosen_forecast
from licet.chapters.grounds import PermittedGround, permitted_ground
from licet.chapters.rules import chosen_rule, is_published
from licet.chapters.run_people import Lines, lines_of, people_of_run
from licet.errors import BadInput, bad
from licet.files.forecast import write_card, write_model
from licet.identify import card
from licet.identify.bound import BoundRule
from licet.identify.cohort import Cohort, Parts, parts
from licet.identify.criteria import Rule
from licet.identify.features import BoundForecast, read_until
from licet.identify.fitting import Candidate, ruled
from licet.identify.fitting import fit as fit_all
from licet.identify.forecast import Forecast
from licet.identify.leaks import lag, refuse_certain, suspects
from licet.identify.scorecard import Made, Model
from licet.identify.trial import Setting, chosen


@dataclass(frozen=True)
class Fitted:
    """What a fit came to. card: everything that may be told. model: the one that was kept, None where its
    audit fails. paths: of what was written, by kind."""

    card: Mapping[str, Any]
    model: Model | None
    standing: Standing
    paths: Mapping[str, Path]

    @property
    def status(self) -> int:
        """The exit status: of the audit of the candidate that was chosen."""
        return {Standing.PASS: 0, Standing.FAIL: 3, Standing.UNDETERMINED: 4}[self.standing]


def fit(
    path: Path, *, today: date, forecast: str | None = None, frame: Path | None = None
) -> Fitted:
    """Fit the forecast of a use, audit every candidate, and keep the chosen one unless its audit fails.

    forecast: its id, where the use has several. frame: counts of the population by group (by, group,
    people), for those outside. Raises BadInput for what cannot be used, a leak and a cohort of one class;
    NotLinked, after a leaf in the log, as ``link`` does.
    """
    bound, where = chosen_forecast(path, forecast)
    with permitted_ground(path, today) as ground:
        forecast_people.check_groups(ground, bound.declared.audit.by)
        rule = _rule_of(ground, bound.declared)
        run = people_of_run(ground, path)
        found = forecast_people.seen(ground, run, bound)
        lines = lines_of(rule, ground.feeds) if rule else {}
        cohort, part, learnt, told = _learnt(found, where, rule, lines)
        setting = _setting(ground, bound, run.place.run, tuple(one.says for one in told))
        learnt = [_named(one, setting, ground, found, told) for one in learnt]
        folder = ground.workspace.root / "reports" / ground.use.id / f"forecast-{bound.declared.id}"
        every = audits(
            ground, setting, cohort, part, learnt,
            groups=forecast_people.groups_of(ground, found), frame=frame, folder=folder,
        )  # fmt: skip
        pick = chosen(learnt, cohort.among(part.early))
        if rule is not None:
            _log_rule(ground, setting, every[-1], rule.declared, run.place.run)
        return _kept(ground, setting, found, (cohort, part), every, pick, folder)


def _rule_of(ground: PermittedGround, forecast: Forecast) -> BoundRule | None:
    """The rule that is audited beside the models; None where none is named.

    Refuses a rule of entitlement, one of another level, and one that is not in the register as it stands.
    """
    if not forecast.rule:
        return None
    found = chosen_rule(ground.workspace.root, ground.use, forecast.rule)
    rule = found.declared
    if (rule.kind, rule.level) != ("criteria", forecast.level):
        raise bad(f"the rule {rule.id!r} is of kind {rule.kind!r} for a {rule.level}", "rule",
                  f"kind 'criteria', level {forecast.level!r}",
                  "a rule of entitlement is audited by licet audit entitlement")  # fmt: skip
    leaves = [entry.leaf for entry in ground.store.log.entries()]
    if not is_published(leaves, ground.use.id, rule.id, rule.hash()):
        raise bad(f"the rule {rule.id!r} is not in the register as it stands", "rule",
                  "a rule that everybody can read", "licet publish")  # fmt: skip
    return found


def _learnt(
    found: forecast_people.Seen, where: str, rule: BoundRule | None, lines: Lines
) -> tuple[Cohort, Parts, list[Candidate], Sequence[Any]]:
    """The cohort with all outcomes, its parts, and candidates that saw those of the early rows alone."""
    declared = found.forecast.declared
    splits = declared.splits()
    early = tuple(sorted({*splits.learn, *splits.calibrate}))
    with forecast_people.tables_open() as tables:
        days = tuple(sorted({*early, *splits.test}))
        cohort = found.cohort(tables, days)
        part = parts(cohort)
        known = found.with_outcomes(tables, cohort, early)
        before = found.cohort(tables, days, back=lag(declared.horizon))
        try:
            told = refuse_certain(
                suspects(known.among(part.early), before.among(part.early), found.distinct())
            )
            learnt = list(fit_all(known, part))
            if rule is not None:
                learnt.append(ruled(known, part, found.meets(tables, rule, lines, known)))
        except BadInput as error:
            raise error.within(where) from None
        return found.with_outcomes(tables, cohort, days), part, learnt, told


def _setting(
    ground: PermittedGround, bound: BoundForecast, run: str, suspected: tuple[str, ...]
) -> Setting:
    feeds = [feed for _, feed in ground.feeds]
    mark = ground.snapshot.hash
    told = json.dumps([bound.declared.hash(), ground.use.hash(), run, mark, suspected])
    return Setting(
        bound.declared, read_until(feeds, bound.declared), hashlib.sha256(told.encode()).hexdigest(),
        ground.assessment.terms.threshold, any(feed.synthetic for feed in feeds),
    )  # fmt: skip


def _named(
    one: Candidate,
    setting: Setting,
    ground: PermittedGround,
    found: forecast_people.Seen,
    told: Sequence[Any],
) -> Candidate:
    """The candidate whose model says how it was made."""
    if one.model is None:
        return one
    declared, splits = setting.forecast, setting.forecast.splits()
    last = max(*splits.learn, *splits.calibrate) + timedelta(days=declared.horizon)
    made = Made(
        forecast=declared.id, version=declared.version, forecast_hash=declared.hash(),
        use=ground.use.id, use_version=ground.use.version, use_hash=ground.use.hash(),
        run=found.run.place.run, ledger=ground.snapshot.sequence, ledger_mark=ground.snapshot.hash,
        trained_until=last.isoformat(),
        learnt=tuple(day.isoformat() for day in sorted({*splits.learn, *splits.calibrate})),
        tested=tuple(day.isoformat() for day in splits.test),
        suspects=tuple(f"{one.feature} {one.says}" for one in told), synthetic=setting.synthetic,
    )  # fmt: skip
    return replace(one, model=replace(one.model, made=made))


def _kept(
    ground: PermittedGround,
    setting: Setting,
    found: forecast_people.Seen,
    rows: tuple[Cohort, Parts],
    every: Sequence[Audited],
    pick: Candidate,
    folder: Path,
) -> Fitted:
    """Write card and model, and put into the log what came of it."""
    own = next(one for one in every if one.candidate.kind == pick.kind)
    assert pick.model is not None
    standing = own.audit.standing
    kept = pick.model if standing is not Standing.FAIL else None
    told = card.card(
        setting, ground.use, pick.model, card.counts(*rows, setting.threshold),
        [card.Tried(one.candidate.label, one.candidate.kind, one.audit, one.pages["page"].name)
         for one in every],
        kept=kept is not None, again=own.again,
    )  # fmt: skip
    paths = dict(write_card(folder, told, card_page(told)))
    if kept is not None:
        paths["model"] = write_model(ground.workspace.root, kept)
    _log(ground, setting, every, own, kept)
    return Fitted(told, kept, standing, paths)


def _log(
    ground: PermittedGround,
    setting: Setting,
    every: Sequence[Audited],
    own: Audited,
    kept: Model | None,
) -> None:
    """A leaf of the fit; of a model that is kept, that it was published, and its audit."""
    use, declared = ground.use, setting.forecast
    gates = {gate.id: gate.standing for gate in own.audit.gates}
    body: dict[str, Any] = {
        "use": use.id, "version": use.version, "forecast": declared.id,
        "forecast_hash": declared.hash(), "day": ground.today.isoformat(),
        "chosen": own.candidate.kind, "standing": own.audit.standing.casefold(),
    }  # fmt: skip
    failing = [one.candidate.kind for one in every if one.audit.standing is Standing.FAIL]
    kinds = {"passed": Standing.PASS, "failed": Standing.FAIL, "open": Standing.UNDETERMINED}
    told = {"failing": failing} | {
        key: [name for name, one in gates.items() if one is kind] for key, kind in kinds.items()
    }
    ground.store.log.append("forecast_fitted", body | {k: v for k, v in told.items() if v})
    if kept is None:
        return
    ground.store.log.append("rule_published", {
        "use": use.id, "version": use.version, "rule": kept.id, "rule_version": declared.version,
        "rule_hash": kept.hash(), "picks": "model", "title": " ".join(declared.title.split())[:480],
    })  # fmt: skip
    record_audit(
        ground.workspace, use, "forecast", own.audit.standing,
        hashlib.sha256(own.text.encode()).hexdigest(), today=ground.today, gates=gates,
        plan=own.audit.plan_hash, audited=kept.id, asked=asked_of(kept, own.audit.plan_hash),
        looser=looser_of(declared.audit.tolerances),
    )  # fmt: skip


def _log_rule(
    ground: PermittedGround, setting: Setting, own: Audited, rule: Rule, run: str
) -> None:
    """Put the audit of a rule into the log. One that fails suspends the use, as any audit does: the rule
    is there already, and what was found of it before counts no more."""
    record_audit(
        ground.workspace, ground.use, "forecast", own.audit.standing,
        hashlib.sha256(own.text.encode()).hexdigest(), today=ground.today,
        gates={gate.id: gate.standing for gate in own.audit.gates}, plan=own.audit.plan_hash,
        run=run, audited=rule.id, asked={"rule": rule.id, "forecast": setting.forecast.hash()},
        looser=looser_of(setting.forecast.audit.tolerances),
    )  # fmt: skip


def asked_of(model: Model, plan_hash: str) -> dict[str, str]:
    """What an audit of a model was asked: of this very model, by this plan."""
    return {"model": model.hash(), "plan": plan_hash}


def card_page(told: Mapping[str, Any]) -> str:
    """The card as a page."""
    from licet.report.identify_forecast.page import page

    return page(told)


def fitted_text(found: Fitted) -> str:
    """For the terminal."""
    from licet.report.identify_forecast.screen import fitted_text as text

    return text(found.card, {kind: str(path) for kind, path in found.paths.items()})


def fitted_json(found: Fitted) -> str:
    """The card as JSON text."""
    return json.dumps(found.card, ensure_ascii=False, indent=2)
