"""The decision on a use: do, narrow, build or stop, by a published table; the first row that fits wins.

The table says the least strict decision that the evidence allows. A named owner may decide more
strictly, never less. A decision is no permit, and a permit no decision: linking needs the one,
offering families anything needs both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from licet.assessment import Assessment
from licet.audit.standing import Standing
from licet.errors import bad, unknown
from licet.gate import Permit, Refusal
from licet.log.leaves import Leaf
from licet.use import Support, Use
from licet.vocabulary import VOCABULARY, label

Choice = Literal["do", "narrow", "build", "stop"]
CHOICES: tuple[Choice, ...] = ("do", "narrow", "build", "stop")
"""From the least strict to the strictest."""

MEANS: Mapping[Choice, str] = {
    "do": "Go ahead as declared, in a limited and reviewed pilot.",
    "narrow": "Not as declared: only the smaller use that passes, as a new version.",
    "build": "Not yet: ask, talk, measure and audit first. Nobody is picked out.",
    "stop": "No: it is not done.",
}
"""What the public reads."""

BY_AUDIT = "the audit"
"""The role that suspends a use whose audit fails."""
AUDITS = ("source", "linkage", "forecast", "contact", "entitlement")
ON_A_RUN = frozenset({"linkage", "entitlement"})
"""Those of them that need a run to be made again."""
DUE: Mapping[str, tuple[str, ...]] = {
    "inaccurate": ("source", "linkage"),
    "discrimination": ("linkage", "forecast"),
    "put_off": ("contact",),
}
"""The audits that a concern with a consensus makes due. That a use is not known is met by the register."""

FORECASTING = frozenset({"predictive_flagging"})


@dataclass(frozen=True)
class Audited:
    """An audit that was made. standing: None where it only brings evidence of a concern (contact)."""

    standing: Standing | None
    day: date
    report: str


@dataclass(frozen=True)
class Known:
    """What is known of a use. ruling: "permit", "refusal" or "undetermined". narrower: what each smaller
    use that passes leaves out. asked: whether anybody was asked. due: audits that a concern asks for.
    """

    ruling: str
    narrower: tuple[tuple[str, ...], ...] = ()
    asked: bool = False
    forecasts: bool = False
    due: tuple[str, ...] = ()
    audits: Mapping[str, Audited] = field(default_factory=dict)
    support: Support = field(default_factory=Support)

    @property
    def needed(self) -> tuple[str, ...]:
        """The audits that have to PASS."""
        return ("linkage", "forecast") if self.forecasts else ("linkage",)

    @property
    def failed(self) -> tuple[str, ...]:
        """The audits that FAIL."""
        return tuple(n for n in AUDITS if self.standing(n) is Standing.FAIL)

    @property
    def missing(self) -> tuple[str, ...]:
        """The audits that are needed or due and were not made."""
        wanted = {*self.needed, *(n for n in self.due if n != "forecast" or self.forecasts)}
        return tuple(name for name in AUDITS if name in wanted and name not in self.audits)

    @property
    def undetermined(self) -> tuple[str, ...]:
        """The audits that are needed and settle nothing."""
        settled = (Standing.PASS, Standing.FAIL)
        made = (name for name in self.needed if name in self.audits)
        return tuple(name for name in made if self.standing(name) not in settled)

    def standing(self, audit: str) -> Standing | None:
        """What an audit came to; None where there is none."""
        found = self.audits.get(audit)
        return found.standing if found else None


@dataclass(frozen=True)
class Row:
    """A row of the table: when it fits, what follows, and the sentence of why."""

    rule: str
    decision: Choice
    fits: Callable[[Known], bool]
    says: Callable[[Known], str]


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)


def _left_out(known: Known) -> str:
    """What the first smaller use leaves out, in words."""
    kinds = ("service", "analytics", "processor", "permission model")
    named = [
        next((label(kind, part) for kind in kinds if part in VOCABULARY[kind]), part)
        for part in known.narrower[0]
    ]
    return _listed(named).casefold()


TABLE: tuple[Row, ...] = (
    Row("refused", "stop", lambda k: k.ruling == "refusal" and not k.narrower,
        lambda k: "The ruling is a refusal, and no smaller use passes."),
    Row("failed", "stop", lambda k: bool(k.failed),
        lambda k: f"An audit fails: {_listed(k.failed)}."),
    Row("narrower", "narrow", lambda k: k.ruling != "permit" and bool(k.narrower),
        lambda k: f"It is not permitted as declared; it would be without {_left_out(k)}."),
    Row("not_known", "build", lambda k: k.ruling == "undetermined",
        lambda k: "It is not known whether it is licensed."),
    Row("not_asked", "build", lambda k: not k.asked,
        lambda k: "Nobody has been asked yet."),
    Row("not_audited", "build", lambda k: bool(k.missing),
        lambda k: f"Not audited yet: {_listed(k.missing)}."),
    Row("not_shown", "build", lambda k: bool(k.undetermined),
        lambda k: f"Not shown either way: {_listed(k.undetermined)}."),
    Row("not_compared", "build", lambda k: not k.support.compared,
        lambda k: "That the support works, and what support for everybody without linkage would come to, "
                  "are not both given in counts per 1,000 families."),
    Row("no_benefit", "build", lambda k: k.support.compared and not k.support.shown,
        lambda k: "Support for everybody without linkage would help as many families, and it is not "
                  "said why they are linked all the same."),
    Row("all_shown", "do", lambda k: True,
        lambda k: "Permitted, audited within tolerance, and the benefit is shown."),
)  # fmt: skip
"""The first row that fits decides; further rows with the same decision are told as reasons."""


@dataclass(frozen=True)
class Allowed:
    """The least strict decision that the table allows, and why."""

    decision: Choice
    rules: tuple[str, ...]
    reasons: tuple[str, ...]


def allowed(known: Known) -> Allowed:
    """What the table says of what is known."""
    fitting = [row for row in TABLE if row.fits(known)]
    told = [row for row in fitting if row.decision == fitting[0].decision]
    return Allowed(
        fitting[0].decision,
        tuple(row.rule for row in told),
        tuple(row.says(known) for row in told),
    )


@dataclass(frozen=True)
class Decision:
    """A decision as it was made. role: of its owner. until: the last day it holds. by_table: the least
    strict one that was allowed that day, and why.
    """

    use: str
    version: int
    decision: Choice
    by_table: Choice
    role: str
    reasons: tuple[str, ...]
    because: str
    day: date
    until: date


def decide(
    use: Use, known: Known, choice: str, *, role: str, because: str, today: date, until: date
) -> Decision:
    """A decision of a named owner. Refuses one that is less strict than the table, without owner or
    reason, or that ends before it begins."""
    if choice not in CHOICES:
        raise unknown("decision", choice, CHOICES, "--decision")
    found = allowed(known)
    if CHOICES.index(choice) < CHOICES.index(found.decision):
        stricter = ", ".join(CHOICES[CHOICES.index(found.decision) :])
        raise bad(
            f"{choice!r} is less strict than the evidence allows: {' '.join(found.reasons)}",
            "--decision",
            stricter,
            f"decide {found.decision!r}, or bring what is missing",
        )
    for name, text in (("--as", role), ("--because", because)):
        if not text.strip():
            raise bad("nothing is said", name, "words that the public will read")
    if "@" in role:
        raise bad(
            f"{role!r} is no role", "--as", "a role, such as Head of Early Help: it is published"
        )
    if until < today:
        raise bad(f"it ends ({until}) before it starts ({today})", "--until", f"{today} or later")
    chosen = next(c for c in CHOICES if c == choice)
    return Decision(
        use.id, use.version, chosen, found.decision, role, found.reasons, because, today, until
    )


def known_of(assessment: Assessment, audits: Mapping[str, Audited], *, asked: bool) -> Known:
    """What is known of a use, from its ruling and its audits."""
    use, ruling = assessment.use, assessment.ruling
    kind = "permit" if isinstance(ruling, Permit) else "undetermined"
    due = {audit for concern in ruling.concerns for audit in DUE.get(concern.subject, ())}
    return Known(
        "refusal" if isinstance(ruling, Refusal) else kind,
        tuple(small.left_out for small in assessment.smaller),
        asked,
        bool(FORECASTING & set(use.analytics)),
        tuple(name for name in AUDITS if name in due),
        audits,
        use.support,
    )


@dataclass(frozen=True)
class Hold:
    """How far a decision reaches. every: all versions of the use, not only its own. beyond: also after its
    last day, until its owner decides anew: what holds a use back never ends by itself."""

    every: bool
    beyond: bool


HOLDS: Mapping[Choice, Hold] = {
    "do": Hold(every=False, beyond=False),
    "narrow": Hold(every=False, beyond=True),
    "build": Hold(every=False, beyond=False),
    "stop": Hold(every=True, beyond=True),
}


def binding(leaves: Iterable[Leaf], use: Use, today: date) -> Mapping[str, Any] | None:
    """The decision that binds this version of a use today, as the log has it; None where none does.

    The last decision on a use is the only one that can: a later one, of whatever version, lifts it.
    """
    made = last_decision(leaves, use)
    if made is None:
        return None
    hold = HOLDS[made["decision"]]
    if made["version"] != use.version and not hold.every:
        return None
    return made if hold.beyond or not is_past(made, today) else None


def last_decision(leaves: Iterable[Leaf], use: Use) -> Mapping[str, Any] | None:
    """The last decision on any version of a use, whether it binds or not."""
    made = [leaf.body for leaf in leaves if leaf.kind == "decision" and leaf.body["use"] == use.id]
    return made[-1] if made else None


def is_past(made: Mapping[str, Any], today: date) -> bool:
    """Whether the last day of a decision is over."""
    return today > date.fromisoformat(made["until"])


def how_it_binds(made: Mapping[str, Any], use: Use, today: date) -> str:
    """What a binding decision is of, how long it binds and what lifts it, in a few sentences."""
    hold = HOLDS[made["decision"]]
    parts = []
    if made["version"] != use.version:
        parts.append(f"It was made on version {made['version']} and binds every version.")
    if hold.beyond and is_past(made, today):
        parts.append(f"Its last day was {made['until']}; it binds on.")
    if hold.beyond:
        parts.append("Only another decision lifts it.")
    return " ".join(parts)


@dataclass(frozen=True)
class Block:
    """Why a use may not be linked in spite of its permit. why: a short id."""

    why: str
    text: str


def blocked(leaves: Iterable[Leaf], use: Use, today: date) -> Block | None:
    """What the log says against linking a use today: a suspension, or a decision that binds and does not let
    it be linked (stop, or that only a smaller use goes ahead).

    A person's suspension holds for every version until it is lifted. An audit's holds for the version that
    failed; a later one is linked only if nothing failed but what is audited on a run, the linkage or a rule
    of entitlement, because otherwise nobody could audit what was mended.
    """
    own = [leaf for leaf in leaves if leaf.body.get("use") == use.id]
    last = suspension(own)
    if last is not None:
        failing = {
            name for name, one in audits_of(own, use).items() if one.standing is Standing.FAIL
        }
        mended = last["version"] != use.version and last["role"] == BY_AUDIT and failing <= ON_A_RUN
        if not mended:
            return Block("suspended", f"It was suspended by {last['role']}: {last['reason']}")
    made = binding(own, use, today)
    if made is None or made["decision"] not in ("stop", "narrow"):
        return None
    what = "stop" if made["decision"] == "stop" else "only a smaller use goes ahead"
    text = f"{made['role']} decided on {made['day']}: {what}. {how_it_binds(made, use, today)}"
    return Block(f"decided_{made['decision']}", text)


def suspension(leaves: Iterable[Leaf]) -> Mapping[str, Any] | None:
    """The suspension that stands, of the leaves of one use; None if there is none, or it was lifted."""
    told = [leaf.body for leaf in leaves if leaf.kind == "suspension"]
    return told[-1] if told and told[-1]["state"] == "suspended" else None


def audits_of(leaves: Iterable[Leaf], use: Use) -> dict[str, Audited]:
    """What each kind of audit of this version of a use came to, as the log has it.

    Of several subjects (feeds, plans) the worst counts. A FAIL stands, for later versions too, until the
    same question about the same subject is answered PASS: an easier one lifts nothing.
    """
    found: dict[tuple[str, str], tuple[Audited, str]] = {}
    for leaf in leaves:
        body = leaf.body
        if leaf.kind != "audit" or body["use"] != use.id or body["version"] > use.version:
            continue
        said = None if body["standing"] == "evidence" else Standing(body["standing"].upper())
        made = Audited(said, date.fromisoformat(body["day"]), body["report"])
        place, asked = (body["audit"], body.get("audited", "")), body.get("asked", "")
        before = found.get(place)
        if before and before[0].standing is Standing.FAIL and said is not Standing.FAIL:
            if said is not Standing.PASS or asked != before[1]:
                continue
            del found[place]
        if said is Standing.FAIL or body["version"] == use.version:
            found[place] = (made, asked)
    return _worst_of(found)


_ORDER = (Standing.FAIL, Standing.UNDETERMINED, None, Standing.PASS)


def _worst_of(found: Mapping[tuple[str, str], tuple[Audited, str]]) -> dict[str, Audited]:
    worst: dict[str, Audited] = {}
    for (kind, _), (made, _) in found.items():
        if kind not in worst or _ORDER.index(made.standing) <= _ORDER.index(worst[kind].standing):
            worst[kind] = made
    return worst
