"""The kinds of leaf, as a table: what each must say, what it may say, and what the public reads.

Nothing else can be said: there is no key for a person, a pseudonym or a row, and people write freely
only where the form is ``TEXT`` or ``TEXTS``. A kind is never taken away and never asks for more than it
did, because leaves are for good; what is new in a kind is optional.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from licet.log.forms import (
    COUNTS,
    DAY,
    FIGURES,
    HASH,
    HASHES,
    KEY,
    NAME,
    NAMES,
    TEXT,
    TEXTS,
    WHOLE,
    Form,
    one_of,
)
from licet.log.outcomes import OUTCOMES

FLOOR = one_of(("objection", "ask_first"))
RULING = one_of(("permit", "refusal", "undetermined"))
HEADING = one_of(tuple(OUTCOMES.values()))
STATUS = one_of(("proposed", "in_dialogue", "permitted", "suspended", "refused", "ended"))
STATE = one_of(("suspended", "resumed"))
AUDIT = one_of(("source", "linkage", "forecast", "contact", "entitlement"))
STANDING = one_of(("pass", "fail", "undetermined", "evidence"))
DECISION = one_of(("do", "narrow", "build", "stop"))
SORT = one_of(("question", "objection", "proposal", "notice"))
ITEM_STATE = one_of(
    ("opened", "not_published", "overdue", "settled", "contested", "withdrawn", "taken_down")
)
PICKS = one_of(("entitlement", "criteria", "model"))
ANSWER = one_of(("explained", "accepted", "in_part", "declined"))


@dataclass(frozen=True)
class Kind:
    """required, optional: the keys of the body with their forms. sentence: made of required keys.

    more: sentences added where an optional key is there; instead: those that take the place of the sentence.
    """

    sentence: str
    required: Mapping[str, Form]
    optional: Mapping[str, Form] = field(default_factory=dict)
    more: Mapping[str, str] = field(default_factory=dict)
    instead: Mapping[str, str] = field(default_factory=dict)

    @property
    def keys(self) -> dict[str, Form]:
        """All keys that the body may have."""
        return {**self.required, **self.optional}


USE = {"use": NAME, "version": WHOLE}
HASHED = {**USE, "use_hash": HASH}
RUN = {"run": NAME, **USE}
PICKED = {**USE, "rule": NAME, "rule_hash": HASH, "picks": PICKS, "as_of": DAY}

KINDS: Mapping[str, Kind] = {
    "use_version": Kind(
        "Version {version} of the use {use} was published as {status}: {title}.",
        {**HASHED, "title": TEXT, "status": STATUS},
        {"services": NAMES, "changed": NAMES, "previous_hash": HASH},
        {"services": "It joins records of {services}.", "changed": "Changed: {changed}."},
    ),
    "ruling": Kind(
        "The use {use}, version {version}, was ruled on: {ruling}. {reasons}",
        {**HASHED, "ruling": RULING, "day": DAY, "reasons": TEXTS, "evidence": NAMES},
        {"floor": FLOOR, "expires": DAY, "evidence_hashes": HASHES, "figures": FIGURES,
         "heading": HEADING},
        {"floor": "Families are offered at least: {floor}.", "expires": "It holds until {expires}."},
        {"heading": "The use {use}, version {version}, was ruled on: {heading}. {reasons}"},
    ),
    "run_started": Kind(
        "The run {run} of the use {use}, version {version}, was started under {floor}.",
        {**RUN, "use_hash": HASH, "floor": FLOOR, "ledger_mark": HASH, "code": NAME, "inputs": HASHES},
        {"ruling_leaf": HASH, "specification": HASH, "engine": NAME, "stage": NAME, "after": NAME},
        {"after": "It continues the run {after}."},
    ),
    "run_finished": Kind(
        "The run {run} of the use {use}, version {version}, finished. Counted: {counts}. "
        "Left out: {excluded}.",
        {**RUN, "ledger_mark": HASH, "outputs": HASHES, "counts": COUNTS, "excluded": COUNTS},
        {"use_hash": HASH, "model": HASH},
    ),
    "run_changed": Kind(
        "The output of the run {run} of the use {use}, version {version}, was written anew: rows left it, "
        "or arrived.",
        {**RUN, "outputs": HASHES},
    ),
    "run_refused": Kind(
        "A run of the use {use} was refused ({why}). {reasons}",
        {"use": NAME, "why": NAME, "reasons": TEXTS},
        {"run": NAME, "version": WHOLE, "use_hash": HASH, "ruling": RULING, "ledger_mark": HASH,
         "heading": HEADING},
    ),
    "run_failed": Kind(
        "The run {run} of the use {use}, version {version}, failed at {stage} ({fault}). "
        "Nothing of it was released.",
        {**RUN, "stage": NAME, "fault": NAME},
    ),
    "override": Kind(
        "For the use {use}, version {version}, {role} lets {lifts} pass from {start} until {until} in "
        "spite of its verdict: {reason} Published: {published}.",
        {**USE, "lifts": NAME, "role": TEXT, "reason": TEXT, "published": TEXT, "start": DAY,
         "until": DAY},
        {"use_hash": HASH},
    ),
    "key_change": Kind(
        "From here on the log is signed with the key {key}: {reason}",
        {"key": KEY, "reason": TEXT},
        {"previous": KEY},
        {"previous": "Until then it was {previous}."},
    ),
    "permission_batch": Kind(
        "The batch {batch} of permissions was sealed under {root}. Counted: {counts}.",
        {"batch": NAME, "root": HASH, "counts": COUNTS},
    ),
    "act_batch": Kind(
        "The batch {batch} of what accounts and the desk did was sealed under {root}. Counted: {counts}.",
        {"batch": NAME, "root": HASH, "counts": COUNTS},
    ),
    "suspension": Kind(
        "The use {use}, version {version}, was {state} by {role}: {reason}",
        {**USE, "state": STATE, "role": TEXT, "reason": TEXT},
        {"until": DAY, "use_hash": HASH},
        {"until": "Until {until}."},
    ),
    "sealed": Kind(
        "The output of the run {run} of the use {use} was sealed ({why}).",
        {"run": NAME, "use": NAME, "why": NAME},
        {"version": WHOLE, "outputs": HASHES},
    ),
    "unsealed": Kind(
        "The output of the run {run} of the use {use} may be read again ({why}).",
        {"run": NAME, "use": NAME, "why": NAME},
        {"version": WHOLE},
    ),
    "destroyed": Kind(
        "The output of the run {run} of the use {use} was destroyed ({why}).",
        {"run": NAME, "use": NAME, "why": NAME},
        {"version": WHOLE, "outputs": HASHES},
    ),
    "audit_plan": Kind(
        "The plan {plan} of an audit was fixed on {day}, before outcomes were opened.",
        {"plan": NAME, "plan_hash": HASH, "data_hash": HASH, "day": DAY},
        {"use": NAME, "version": WHOLE, "amends": HASH, "reason": TEXT},
        {"reason": "It changes an earlier plan: {reason}"},
    ),
    "audit": Kind(
        "The {audit} audit of the use {use}, version {version}, came to: {standing}.",
        {**USE, "audit": AUDIT, "standing": STANDING, "day": DAY, "report": HASH},
        {"run": NAME, "plan_hash": HASH, "passed": NAMES, "failed": NAMES, "open": NAMES,
         "audited": NAME, "asked": HASH, "looser": NAMES, "truth": HASH, "groups": NAMES},
        {"audited": "Audited: {audited}.", "failed": "Failed: {failed}.",
         "open": "Not shown either way: {open}.", "looser": "Looser than usual: {looser}."},
    ),
    "decision": Kind(
        "On the use {use}, version {version}, {role} decided: {decision}. {reason} It is decided anew "
        "by {until}. The evidence allowed at most: {by_table}.",
        {**USE, "decision": DECISION, "by_table": DECISION, "role": TEXT, "reason": TEXT, "day": DAY,
         "until": DAY, "reasons": TEXTS},
        {"use_hash": HASH, "reports": HASHES},
    ),
    "question": Kind(
        "The {sort} {item} on the use {use} is now: {state}.",
        {"use": NAME, "item": NAME, "sort": SORT, "state": ITEM_STATE, "day": DAY},
        {"due": DAY, "text": HASH},
        {"due": "An answer is due by {due}."},
    ),
    "answer": Kind(
        "On the use {use}, {role} answered the {sort} {item}: {answer}.",
        {"use": NAME, "item": NAME, "sort": SORT, "answer": ANSWER, "role": TEXT, "day": DAY},
        {"text": HASH, "late": WHOLE},
        {"late": "The answer was {late} days late."},
    ),
    "condition": Kind(
        "On the use {use}, {role} accepted the condition {item}: {parameter} = {value}. It binds from "
        "{day} on.",
        {"use": NAME, "item": NAME, "parameter": NAME, "value": TEXT, "role": TEXT, "day": DAY},
        {"version": WHOLE, "ruling": RULING},
        {"ruling": "The ruling is then: {ruling}."},
    ),
    "condition_ended": Kind(
        "On the use {use}, {role} ended the condition {item}: {reason}",
        {"use": NAME, "item": NAME, "role": TEXT, "reason": TEXT, "day": DAY},
    ),
    "rule_published": Kind(
        "What picks families out for the use {use}, version {version}, was published: {rule}, version "
        "{rule_version}, {picks}: {title}",
        {**USE, "rule": NAME, "rule_version": WHOLE, "rule_hash": HASH, "picks": PICKS, "title": TEXT},
    ),
    "list_refused": Kind(
        "For the use {use}, version {version}, nobody was picked out by {rule} as of {as_of}. {reasons}",
        {**PICKED, "why": NAMES, "reasons": TEXTS},
        {"run": NAME, "counts": COUNTS},
    ),
    "list_offered": Kind(
        "For the use {use}, version {version}, families picked out by {rule} as of {as_of} went before "
        "reviewers, one at a time. Counted: {counts}.",
        {**PICKED, "counts": COUNTS},
        {"run": NAME},
    ),
    "offer_seen": Kind(
        "A household that waits for an offer of support, of the run {run} of the use {use}, was shown to: "
        "{role}.",
        {"run": NAME, "use": NAME, "role": TEXT},
    ),
    "offers": Kind(
        "What became of those whom {rule} picked out for the use {use}, version {version}, until {day}. "
        "Counted: {counts}.",
        {**USE, "rule": NAME, "day": DAY, "counts": COUNTS},
    ),
    "forecast_fitted": Kind(
        "The forecast {forecast} of the use {use}, version {version}, was fitted and audited on {day}: "
        "{chosen}, {standing}. Nobody was picked out.",
        {**USE, "forecast": NAME, "forecast_hash": HASH, "day": DAY, "chosen": NAME,
         "standing": STANDING},
        {"failing": NAMES, "passed": NAMES, "failed": NAMES, "open": NAMES},
        {"failing": "Candidates that fail: {failing}.", "failed": "Failed: {failed}.",
         "open": "Not shown either way: {open}."},
    ),
    "explained": Kind(
        "Rows of the run {run} of the use {use} were shown, with why they are one person, to: {role}.",
        {"run": NAME, "use": NAME, "role": TEXT},
        {"version": WHOLE},
    ),
}  # fmt: skip
