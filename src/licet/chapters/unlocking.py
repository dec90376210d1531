"""What the conditions of release stand on, read from ruling, log and use; and what is told of the outcome.

A rule and a fitted model go the same way. A list that is refused leaves a leaf with all its reasons, one
that is offered a leaf with counts under disclosure control. Neither says who.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from licet import decision
from licet.audit.standing import Standing
from licet.chapters.publishing import register_of
from licet.chapters.rules import is_published
from licet.errors import bad
from licet.files.runs import current
from licet.identify.criteria import Offer, Rule
from licet.identify.release import Facts, Kind, NotReleased, Released, release
from licet.log.leaves import Leaf

if TYPE_CHECKING:
    from licet.chapters.grounds import PermittedGround


@dataclass(frozen=True)
class Picker:
    """What picks: a rule or a model, as it stands. id: what audits and leaves call it. trained_until,
    tested_from: of a model, the last day that it learnt from and the first that it was audited on."""

    kind: Kind
    id: str
    hash: str
    title: str
    offer: Offer | None
    trained_until: date | None = None
    tested_from: date | None = None


def picker_of(rule: Rule) -> Picker:
    """What a rule is to the conditions of release."""
    return Picker(rule.kind, rule.id, rule.hash(), rule.title, rule.offer)


def facts_of(ground: PermittedGround, picker: Picker, run: str, as_of: date) -> Facts:
    """Everything that the conditions ask of. run: the one in force."""
    use, leaves = ground.use, [entry.leaf for entry in ground.store.log.entries()]
    made = decision.binding(leaves, use, ground.today)
    own = own_audit(leaves, ground, picker, run)
    audits = {
        name: one.standing
        for name, one in decision.audits_of(leaves, use).items()
        if name == "linkage" and one.standing is not None and _of_run(leaves, use.id, run)
    }
    kind = "entitlement" if picker.kind == "entitlement" else "forecast"
    if own is not None:
        audits[kind] = Standing(str(own["standing"]).upper())
    return Facts(
        use=use.id, version=use.version, use_hash=use.hash(), kind=picker.kind, id=picker.id,
        hash=picker.hash, run=run, as_of=as_of, today=ground.today,
        permitted_until=ground.permit.expires,
        use_published=register_of(ground.store, use) == "published",
        published=is_published(leaves, use.id, picker.id, picker.hash),
        decided=str(made["decision"]) if made else "", audits=audits,
        gates=gates_of(own) if own else {}, trained_until=picker.trained_until,
        tested_from=picker.tested_from, offer=picker.offer, intended_action=use.intended_action,
        setting=use.setting, analytics=use.analytics,
    )  # fmt: skip


def _of_run(leaves: Iterable[Leaf], use: str, run: str) -> bool:
    """Whether the last linkage audit of a use is of this run: another run's says nothing of it."""
    own = [leaf.body for leaf in leaves if leaf.kind == "audit" and leaf.body["use"] == use]
    linked = [body.get("run", run) for body in own if body["audit"] == "linkage"]
    return bool(linked) and linked[-1] == run


def own_audit(
    leaves: Iterable[Leaf], ground: PermittedGround, picker: Picker, run: str
) -> Mapping[str, Any] | None:
    """The last audit of this very rule or model for this version of the use; None where there is none.

    Of a rule only what came after it was published as it stands, and was asked of it as it stands: an audit
    of another form says nothing. Of an entitlement only what was counted in this run; of a rule of needs only
    what was counted in a run, as a forecast does that names it: any score may bear its name.
    """
    kind = "entitlement" if picker.kind == "entitlement" else "forecast"
    use, found, there = ground.use, None, picker.kind == "model"
    for leaf in leaves:
        body = leaf.body
        if body.get("use") != use.id:
            continue
        if leaf.kind == "rule_published" and body["rule"] == picker.id and picker.kind != "model":
            there, found = body["rule_hash"] == picker.hash, None
        elif leaf.kind == "audit" and there and _same(body, kind, picker.id, use.version):
            found = body if _counts(body, picker, run) else None
    return found


def _same(body: Mapping[str, Any], kind: str, name: str, version: int) -> bool:
    return (body["audit"], body.get("audited"), body["version"]) == (kind, name, version)


def _counts(body: Mapping[str, Any], picker: Picker, run: str) -> bool:
    """Whether an audit that bears the name of what picks is of it."""
    if picker.kind == "entitlement":
        return body.get("plan_hash") == picker.hash and body.get("run", run) == run
    return picker.kind == "model" or "run" in body


def gates_of(body: Mapping[str, Any]) -> dict[str, Standing]:
    """The gates of an audit as the log has them."""
    told = (("passed", Standing.PASS), ("failed", Standing.FAIL), ("open", Standing.UNDETERMINED))
    return {name: standing for key, standing in told for name in body.get(key, ())}


def released(ground: PermittedGround, facts: Facts, counts: Mapping[str, int | None]) -> Released:
    """The proof that all conditions hold. Raises NotReleased, after a leaf in the log that says all that
    are missing. counts: as they may be shown."""
    try:
        return release(facts)
    except NotReleased as refused:
        why = [one.id for one in refused.unmet]
        reasons = [" ".join(one.text.split())[:900] for one in refused.unmet]
        body = {**picked_body(facts), "why": why, "reasons": list(dict.fromkeys(reasons))}
        ground.store.log.append("list_refused", body | ({"counts": dict(counts)} if counts else {}))
        raise


def refuse_moved(ground: PermittedGround, facts: Facts, again: Facts) -> None:
    """Refuse a list whose conditions are not what they were when it was released, within the transaction that
    makes it. again: the facts as they are now."""
    leaves = [entry.leaf for entry in ground.store.log.entries()]
    stands = current(ground.workspace.root, facts.use) == facts.run
    stands = stands and ground.store.runs.get(facts.run).state == "released"
    if again != facts or not stands or decision.blocked(leaves, ground.use, ground.today):
        raise bad("what the release stands on changed while this ran", facts.use,
                  "a run, a decision and audits that stand still", "run it again")  # fmt: skip


def picked_body(facts: Facts) -> dict[str, Any]:
    """What both leaves say of what picks."""
    return {
        "use": facts.use,
        "version": facts.version,
        "rule": facts.id,
        "rule_hash": facts.hash,
        "picks": facts.kind,
        "as_of": facts.as_of.isoformat(),
        "run": facts.run,
    }


def tell_offered(ground: PermittedGround, facts: Facts, counts: Mapping[str, int | None]) -> None:
    """Put into the log that families went before reviewers, by counts as they may be shown."""
    ground.store.log.append("list_offered", {**picked_body(facts), "counts": dict(counts)})


def unmet_lines(refused: NotReleased) -> Sequence[str]:
    """Every condition that does not hold, with what to do, a line each."""
    return [f"{one.text} Next: {one.todo}." for one in refused.unmet]
