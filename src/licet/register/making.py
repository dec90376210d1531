"""Making an entry: ruling, versions, leaves of the log and dialogue put together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from licet import decision
from licet.conditions import made
from licet.decision import MEANS
from licet.identify.criteria import Rule as DeclaredRule
from licet.log.leaves import Leaf
from licet.register import states
from licet.register.entry import (
    Audit,
    Change,
    Condition,
    Decision,
    Dialogue,
    Download,
    GroupFigure,
    Logged,
    ReadingAge,
    RegisterEntry,
    Ruled,
    Standing,
    Suspension,
    Version,
    Word,
)
from licet.register.reading_age import AIM, reading_age
from licet.register.rules import rule_of
from licet.register.sentences import how_to_say_no, text_of
from licet.register.versions import Declared, changed, difference, families_decide
from licet.use import Use
from licet.vocabulary import label

NOT_LEGAL_ADVICE = (
    "Not legal advice. Licence is not legality. "
    "Nothing here delays an individual child-protection disclosure."
)
SCHEMA = "../schema/entry.json"
"""Where the form is described, from where the entry is."""
RUNS = frozenset(
    {
        "run_started", "run_finished", "run_changed", "run_refused", "run_failed", "sealed", "unsealed",
        "destroyed", "explained",
    }
)  # fmt: skip
CONDITIONS = frozenset({"condition", "condition_ended"})
FORECASTS = frozenset({"predictive_flagging"})
NO_DIALOGUE = Dialogue()
Places = Sequence[tuple[int, Leaf]]
"""Leaves of one use with their places in the log, from the oldest on."""


def entry_of(
    ruled: Ruled,
    body: str,
    versions: Mapping[int, Declared],
    leaves: Places,
    *,
    today: date,
    told: bool = False,
    gone: bool = False,
    dialogue: Dialogue = NO_DIALOGUE,
    figures: Mapping[str, Sequence[GroupFigure]] | None = None,
    rules: Sequence[DeclaredRule] = (),
) -> RegisterEntry:
    """The entry of a use on a day.

    body: whose register it is. versions: every published version as declared. told: whether families were
    asked or told. figures: of published audit reports, by the report's hash. rules: the last published form
    of each.
    """
    use, said = ruled.use, [leaf for _, leaf in leaves]
    facts = states.facts_of(ruled, said, today, told=told, gone=gone)
    stands = states.state_of(facts)
    runs = tuple(_logged(*one) for one in leaves if one[1].kind in RUNS)
    return RegisterEntry(
        schema=SCHEMA,
        licet_version=ruled.licet_version,
        not_legal_advice=NOT_LEGAL_ADVICE,
        id=use.id,
        version=use.version,
        use_hash=ruled.use_hash,
        title=use.title,
        body=body,
        state=Standing(id=stands.id, label=stands.text, next=stands.next),
        **_words(ruled),
        declared=use,
        reading_age=ages(use),
        ruling=_on(ruled, today),
        how_to_say_no=tuple(how_to_say_no(use, ruled.ruling)),
        versions=tuple(_versions(versions, said)),
        runs=runs,
        refused_runs=sum(run.kind == "run_refused" for run in runs),
        in_force=facts.linked,
        audits=tuple(_audits(leaves, figures or {})),
        decisions=tuple(_decisions(leaves, use, today)),
        suspension=_suspension(leaves),
        conditions=tuple(_conditions(use, said)),
        dialogue=dialogue,
        log=tuple(_logged(*one) for one in leaves),
        downloads=tuple(_downloads(use.id)),
        rules=tuple(map(rule_of, rules)),
    )


def ages(use: Use) -> ReadingAge:
    """How old a reader has to be for what the authority says of a use."""
    support = use.support
    texts = (
        use.summary, support.offer, support.evidence_it_works, support.universal_alternative,
        use.benefits, use.proportionality, use.retention, use.rollback, use.appeals,
        use.permission_reason,
    )  # fmt: skip
    whole = "\n".join(text for text in texts if text)
    return ReadingAge(summary=reading_age(use.summary), texts=reading_age(whole), aim=AIM)


def made_anew_on(entry: RegisterEntry, today: date) -> date | None:
    """The first day on which the same use, log and dialogue make another entry; None: never.

    A question that waits grows older every day.
    """
    if entry.dialogue.open:
        return date.fromordinal(today.toordinal() + 1)
    last = [entry.ruling.expires, entry.declared.end, *(one.until for one in entry.decisions)]
    last += [one.expires for one in entry.ruling.evidence]
    coming = [one for one in last if one is not None and one >= today]
    return date.fromordinal(min(coming).toordinal() + 1) if coming else None


def _words(ruled: Ruled) -> dict[str, Any]:
    """The declaration in the words that lists, filters and exports need."""
    use = ruled.use
    return {
        "synthetic": ruled.synthetic,
        "notices": ruled.notices,
        "marks": ruled.marks,
        "services": tuple(_word("service", one) for one in use.services),
        "reasons": tuple(_word("reason", one) for one in use.reasons),
        "purpose": _word("purpose", use.purpose),
        "analytics": tuple(_word("analytics", one) for one in use.analytics),
        "operator": _word("processor", ruled.operator),
        "company": bool(use.companies) or ruled.operator == "commercial",
        "forecasts": bool(FORECASTS & set(use.analytics)),
        "paid_by_results": use.payment_by_results,
        "place": use.population.area,
    }


def _word(kind: str, id: str) -> Word:
    return Word(id=id, label=label(kind, id))


def _on(ruled: Ruled, today: date) -> Any:
    """The ruling with evidence that has expired since."""
    evidence = tuple(
        one.model_copy(update={"expired": one.expires < today}) for one in ruled.ruling.evidence
    )
    return ruled.ruling.model_copy(update={"evidence": evidence})


def _logged(place: int, leaf: Leaf) -> Logged:
    return Logged(
        leaf=place,
        at=leaf.at,
        kind=leaf.kind,
        text=text_of(leaf),
        sentence=leaf.sentence,
        body=dict(leaf.body),
    )


def _versions(versions: Mapping[int, Declared], leaves: Sequence[Leaf]) -> Iterable[Version]:
    """Every version, the newest first, with what it changed."""
    told = {leaf.body["version"]: leaf for leaf in leaves if leaf.kind == "use_version"}
    for number in sorted(versions, reverse=True):
        before = versions.get(max((n for n in versions if n < number), default=0))
        now, leaf = versions[number], told.get(number)
        material = families_decide(before, now) if before else set()
        changes = sorted(changed(before, now) - {"version"}) if before else []
        yield Version(
            version=number,
            published=leaf.at.date() if leaf else None,
            hash=leaf.body["use_hash"] if leaf else "",
            changes=tuple(
                Change(
                    field=name,
                    **dict(zip(("before", "after"), _both(before, now, name), strict=True)),
                    families_decide=name in material,
                )
                for name in changes
            ),
            families_decide=bool(material),
        )


def _both(before: Declared | None, now: Declared, name: str) -> tuple[str, str]:
    return difference((before or {}).get(name), now.get(name))


def _audits(leaves: Places, figures: Mapping[str, Sequence[GroupFigure]]) -> Iterable[Audit]:
    for place, leaf in leaves:
        body = leaf.body
        if leaf.kind == "audit":
            yield Audit(
                leaf=place,
                text=text_of(leaf),
                figures=tuple(figures.get(body["report"], ())),
                **{name: body[name] for name in ("audit", "standing", "day", "version", "report")},
                **{name: body[name] for name in ("run", "audited") if name in body},
            )


def _decisions(leaves: Places, use: Use, today: date) -> Iterable[Decision]:
    made = decision.binding([leaf for _, leaf in leaves], use, today)
    for place, leaf in leaves:
        body = leaf.body
        if leaf.kind == "decision":
            same = ("version", "decision", "role", "reason", "day", "until", "by_table")
            yield Decision(
                leaf=place,
                means=MEANS[body["decision"]],
                binds=body is made,
                **{name: body[name] for name in same},
            )


def _suspension(leaves: Places) -> Suspension | None:
    body = decision.suspension([leaf for _, leaf in leaves])
    if body is None:
        return None
    place, stands = next((place, leaf) for place, leaf in leaves if leaf.body is body)
    return Suspension(
        leaf=place,
        since=stands.at.date(),
        **{name: body[name] for name in ("version", "role", "reason")},
    )


def _conditions(use: Use, leaves: Sequence[Leaf]) -> Iterable[Condition]:
    """Those of the document, and those that the log tells of; one that has ended is told with it."""
    last = {leaf.body["item"]: leaf.kind for leaf in leaves if leaf.kind in CONDITIONS}
    told = {leaf.body["item"]: leaf for leaf in leaves if leaf.kind == "condition"}
    for item, leaf in told.items():
        parameter, value = leaf.body["parameter"], leaf.body["value"]
        yield Condition(
            parameter=parameter,
            value=value,
            text=made(parameter, value).sentence,
            agreed=date.fromisoformat(leaf.body["day"]),
            question=item,
            ended=last[item] == "condition_ended",
        )
    for one in use.conditions:
        yield Condition(
            parameter=one.parameter, value=str(one.value), text=one.sentence, agreed=one.agreed
        )


def _downloads(use: str) -> Iterable[Download]:
    for ending, form, named in (
        (".json", "application/json", "Everything on this page as JSON"),
        (".csv", "text/csv", "What families said, as a table (CSV)"),
        (".jsonld", "application/ld+json", "Linked data (JSON-LD)"),
        (".atrs.json", "application/json", "Algorithmic Transparency Recording Standard shape"),
        ("-ruling.json", "application/json", "The whole ruling with every figure (JSON)"),
    ):
        yield Download(path=f"uses/{use}{ending}", form=form, label=named)
