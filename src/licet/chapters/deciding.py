"""The decision on a use: what is known, what the table allows, what a named owner decides; all logged."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from licet import decision
from licet.assessment import Assessment
from licet.audit.standing import NOT_PERMISSION, Standing
from licet.chapters import sealing
from licet.chapters.publishing import register_of
from licet.chapters.ruling import assess
from licet.chapters.stating import state_of
from licet.chapters.stores import open_store
from licet.decision import Allowed, Decision, Known
from licet.errors import bad
from licet.files.use import read_use
from licet.files.workspace import Workspace, find_workspace
from licet.gate import Permit
from licet.states import State
from licet.use import Use

if TYPE_CHECKING:
    from licet.store.opening import Store


@dataclass(frozen=True)
class Considered:
    """What a decision on a use rests on today. standing: the decision that binds it, as the log has it."""

    use: Use
    assessment: Assessment
    known: Known
    allowed: Allowed
    standing: Mapping[str, Any] | None
    today: date
    state: State


def consider(use: Path, *, today: date) -> Considered:
    """What is known of a use, and the least strict decision that the table allows."""
    workspace = _workspace(use)
    with open_store(workspace) as store:
        return _considered(workspace, store, use, today)


def _considered(workspace: Workspace, store: Store, path: Path, today: date) -> Considered:
    use = read_use(path)
    leaves = [entry.leaf for entry in store.log.entries()]
    assessment = assess(path, today=today, vary=False)
    asked = store.permissions.snapshot().sequence > 0
    known = decision.known_of(assessment, decision.audits_of(leaves, use), asked=asked)
    standing = decision.binding(leaves, use, today)
    state = state_of(workspace, store, assessment, today)
    return Considered(use, assessment, known, decision.allowed(known), standing, today, state)


def decide(
    path: Path, choice: str, *, role: str, because: str, today: date, until: date | None = None
) -> Decision:
    """Record a decision, with what it rests on, in the log. until: None takes the day when the first of
    ruling, review and use ends, at most a year on.

    Raises BadInput for a decision less strict than the table, and for a use that is not published as it
    stands. A decision against the use seals its runs.
    """
    workspace = _workspace(path)
    with open_store(workspace) as store:
        found = _considered(workspace, store, path, today)
        _check_published(store, found.use)
        _check_days(store, found, today, until)
        made = decision.decide(
            found.use, found.known, choice, role=" ".join(role.split()), because=_sentence(because),
            today=today, until=until or min(_end(found, today), today + timedelta(days=365)),
        )  # fmt: skip
        store.log.append("decision", _body(made, found))
        sealing.of_use(workspace, store, found.use, found.assessment, today)
    return made


def _end(found: Considered, today: date) -> date:
    """The last day that a decision can hold: when the first of ruling, review and use ends."""
    ruling, use = found.assessment.ruling, found.use
    days = [use.end]
    days += [use.review_by] if use.review_by else []
    days += [ruling.expires] if isinstance(ruling, Permit) else []
    return max(min(days), today)


def _check_days(store: Store, found: Considered, today: date, until: date | None) -> None:
    """Refuse a decision dated before what it rests on, or that outlasts the ruling, review or use."""
    told = [
        date.fromisoformat(entry.leaf.body["day"])
        for entry in store.log.entries()
        if entry.leaf.kind in ("audit", "decision") and entry.leaf.body["use"] == found.use.id
    ]
    if told and today < max(told):
        raise bad(
            f"a decision of {today}, before what the log has of {max(told)}", "--today",
            f"{max(told)} or later",
        )  # fmt: skip
    last = _end(found, today)
    if until is not None and until > last:
        raise bad(f"it would hold until {until}, after ruling, review or use end", "--until",
                  f"{last} or earlier")  # fmt: skip


def _sentence(text: str) -> str:
    """One line that ends like a sentence."""
    line = " ".join(text.split())
    return line if not line or line[-1] in ".!?" else f"{line}."


def _body(made: Decision, found: Considered) -> dict[str, Any]:
    return {
        "use": made.use,
        "version": made.version,
        "use_hash": found.use.hash(),
        "decision": made.decision,
        "by_table": made.by_table,
        "role": made.role,
        "reason": made.because,
        "reasons": [" ".join(reason.split())[:900] for reason in made.reasons],
        "day": made.day.isoformat(),
        "until": made.until.isoformat(),
        "reports": {name: one.report for name, one in found.known.audits.items()},
    }


def record_audit(
    workspace: Workspace,
    use: Use,
    audit: str,
    standing: Standing | None,
    report: str,
    *,
    today: date,
    gates: Mapping[str, Standing] | None = None,
    run: str = "",
    plan: str = "",
    audited: str = "",
    asked: Mapping[str, Any] | None = None,
    looser: Collection[str] = (),
    truth: str = "",
    groups: Collection[str] = (),
) -> None:
    """Log an audit of a use. A failing one suspends the use at once: it is not linked, and its runs are
    sealed. Only the same question about the same subject, answered PASS, lifts that again.

    audit: source, linkage, forecast, contact or entitlement. standing: None for evidence of a concern.
    report: SHA-256 of its JSON. gates: their standings by name. run, plan: the run it is of, the hash of its
    plan or rule. audited: the feed, plan, run or rule that was audited. asked: the question, as plain values.
    looser: tolerances that are looser than usual. truth: the keyed hash of what a linkage was held against.
    groups: those that figures are shown of.
    """
    said = standing.casefold() if standing else "evidence"
    body: dict[str, Any] = {
        "use": use.id, "version": use.version, "audit": audit, "standing": said,
        "day": today.isoformat(), "report": report,
    }  # fmt: skip
    body |= {k: v for k, v in (("run", run), ("plan_hash", plan), ("truth", truth)) if v}
    body |= {"audited": audited} if audited else {}
    if asked is not None:
        text = json.dumps(asked, sort_keys=True, default=str)
        body["asked"] = hashlib.sha256(text.encode()).hexdigest()
    body |= {"looser": sorted(looser)} if looser else {}
    body |= {"groups": sorted(groups)} if groups else {}
    for key, kind in (("passed", "PASS"), ("failed", "FAIL"), ("open", "UNDETERMINED")):
        if names := [name for name, one in (gates or {}).items() if one == kind]:
            body[key] = names
    with open_store(workspace) as store:
        with store.changing():
            store.log.append("audit", body)
            _suspend_or_resume(store, use, standing)
        path = next((p for p in workspace.uses if read_use(p).id == use.id), None)
        found = assess(path, today=today, vary=False) if path else None
        sealing.of_use(workspace, store, use, found, today)


def _suspend_or_resume(store: Store, use: Use, standing: Standing | None) -> None:
    own = [e.leaf for e in store.log.entries() if e.leaf.body.get("use") == use.id]
    audits = decision.audits_of(own, use)
    failed = [name for name, one in audits.items() if one.standing is Standing.FAIL]
    last = decision.suspension(own)
    if standing is Standing.FAIL and (last is None or last["version"] != use.version):
        _suspend(store, use, "suspended", f"An audit fails: {', '.join(failed)}.")
    elif last is not None and last["role"] == decision.BY_AUDIT and not failed:
        _suspend(store, use, "resumed", "The audit that failed was made again and passes.")


def _suspend(store: Store, use: Use, state: str, reason: str) -> None:
    body = {
        "use": use.id,
        "version": use.version,
        "state": state,
        "role": decision.BY_AUDIT,
        "reason": reason,
    }
    store.log.append("suspension", body)


def _check_published(store: Store, use: Use) -> None:
    register = register_of(store, use)
    if register == "published":
        return
    edited = register == "edited"
    raise bad(
        f"version {use.version} of {use.id} is not in the register"
        + (" as it stands: it was edited since" if edited else ""),
        "use",
        "a use that everybody can read",
        "give it a new version, then licet publish" if edited else "licet publish",
    )


def _workspace(use: Path) -> Workspace:
    found = find_workspace(use)
    if found is None:
        todo = "make one: licet init town/"
        raise bad("the use lies in no workspace", str(use), "a use in uses/ of a workspace", todo)
    return found


def considered_text(found: Considered) -> str:
    """For the screen: what the table allows, why, and what holds now."""
    from licet.report.screens import plain

    known, use = found.known, found.use
    lines = [f"{use.title} ({use.id}, version {use.version})", ""]
    lines.append(f"The evidence allows at most: {found.allowed.decision.upper()}")
    lines.append(f"  {decision.MEANS[found.allowed.decision]}")
    lines += [f"  - {reason}" for reason in found.allowed.reasons]
    lines += ["", f"Ruling: {found.assessment.ruling.heading}"]
    for name in decision.AUDITS:
        lines.append(f"Audit, {name:<11} {_audited(known, name)}")
    lines += ["", *_compared(use)]
    if found.standing:
        made = found.standing
        lines += ["", f"Decided: {made['decision']}, by {made['role']} on {made['day']}, "
                      f"until {made['until']}."]  # fmt: skip
        how = decision.how_it_binds(made, use, found.today)
        lines += [f"  {how}"] if how else []
    else:
        lines += ["", "No decision binds it."]
    lines += ["", f"State: {found.state.text}. Next: {found.state.next}."]
    choices = decision.CHOICES[decision.CHOICES.index(found.allowed.decision) :]
    lines += [
        "",
        f'Next: licet decide USE --as ROLE --decision {"|".join(choices)} --because "..."',
    ]
    lines.append(NOT_PERMISSION)
    return "\n".join(plain(line) for line in lines)


def _audited(known: Known, name: str) -> str:
    found = known.audits.get(name)
    if found is None:
        wanted: Collection[str] = known.missing
        return "not made, and needed" if name in wanted else "not made"
    return f"{found.standing or 'evidence of a concern'}, {found.day}"


def _compared(use: Use) -> list[str]:
    """Both ways of offering support, per 1,000 families."""
    support = use.support
    if not (support.with_linkage and support.universal):
        return [
            "Per 1,000 families: not given. Add [support.with_linkage] and [support.universal]."
        ]
    rows = [("with linkage", support.with_linkage), ("for everybody", support.universal)]
    found = [f"{'Per 1,000 families':<20}{'offered':>10}{'helped':>10}{'wrongly':>10}"]
    for name, one in rows:
        found.append(f"  {name:<18}{one.offered:>10g}{one.helped:>10g}{one.wrongly:>10g}")
    return [*found, *([f"  Why linked: {support.why_linkage}"] if support.why_linkage else [])]


def considered_json(found: Considered) -> str:
    """The same as data."""
    known = found.known
    value = {
        "schema": "licet-decision-1",
        "use": found.use.id,
        "version": found.use.version,
        "allowed": found.allowed.decision,
        "rules": list(found.allowed.rules),
        "reasons": list(found.allowed.reasons),
        "ruling": known.ruling,
        "asked": known.asked,
        "audits": {
            name: {"standing": one.standing, "day": one.day.isoformat(), "report": one.report}
            for name, one in known.audits.items()
        },
        "missing": list(known.missing),
        "in_force": dict(found.standing) if found.standing else None,
        "state": found.state.id,
        "next": found.state.next,
        "not_permission": NOT_PERMISSION,
    }
    return json.dumps(value, ensure_ascii=False, indent=2)
