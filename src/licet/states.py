"""Where a use stands, in public words, and what comes next: one table; the first row that fits counts.

The terminal, the index of the register and its pages say what this says, and nothing of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from licet import decision
from licet.assessment import Assessment
from licet.gate import Permit, Refusal
from licet.licence import Verdict
from licet.log.leaves import Leaf
from licet.use import Use

Register = Literal["missing", "edited", "published"]
"""Whether this version is in the register: not at all, in another form, or as it stands."""


@dataclass(frozen=True)
class Facts:
    """What a state follows from.

    ruling: "permit", "refusal" or "undetermined". floor: "objection" or "ask_first", where there is a permit.
    smaller: whether a smaller use passes. again: whether it is undetermined only because something ended:
    evidence, or the day by which the use was to be looked at again. told: whether families were asked or
    told. linked: whether a run is in force. suspended: by whom, "" if it is not. decided: the decision that
    binds, lapsed: the last day of one on this version that binds no more. ended: the use itself is over.
    """

    ruling: str
    floor: str = ""
    smaller: bool = False
    again: bool = False
    register: Register = "published"
    told: bool = False
    linked: bool = False
    suspended: str = ""
    decided: str = ""
    lapsed: str = ""
    ended: bool = False
    in_dialogue: bool = False


@dataclass(frozen=True)
class State:
    """id: a stable word. text: what the public reads. next: what is to be done."""

    id: str
    text: str
    next: str


@dataclass(frozen=True)
class Row:
    """A row of the table: when it fits, and what is to be done then."""

    id: str
    text: str
    fits: Callable[[Facts], bool]
    next: Callable[[Facts], str]


def _ask(facts: Facts) -> str:
    return "tell each family" if facts.floor == "objection" else "ask each family"


TABLE: tuple[Row, ...] = (
    Row("ended", "Ended", lambda f: f.ended, lambda f: "nothing: it is over"),
    Row("stopped", "Stopped", lambda f: f.decided == "stop",
        lambda f: "nothing, unless its owner decides anew"),
    Row("not_permitted", "Not permitted", lambda f: f.ruling == "refusal",
        lambda f: "propose a smaller use" if f.smaller else "do not start"),
    Row("suspended", "Suspended", lambda f: f.suspended == decision.BY_AUDIT,
        lambda f: "mend what failed, then audit it again"),
    Row("suspended", "Suspended", lambda f: bool(f.suspended),
        lambda f: f"nothing, until {f.suspended} lifts it"),
    Row("narrowed", "Only a smaller use", lambda f: f.decided == "narrow",
        lambda f: "publish the smaller use as a new version"),
    Row("expired", "Expired", lambda f: f.again, lambda f: "look at it again: measure, or review"),
    Row("not_known", "Not known", lambda f: f.ruling == "undetermined", lambda f: "measure first"),
    Row("proposed", "Proposed", lambda f: f.register == "missing",
        lambda f: f"publish, {_ask(f)}"),
    Row("edited", "Edited since it was published", lambda f: f.register == "edited",
        lambda f: "give it a new version, then publish"),
    Row("going_ahead", "Goes ahead", lambda f: f.decided == "do",
        lambda f: "a limited and reviewed pilot"),
    Row("being_built", "Being built", lambda f: f.decided == "build",
        lambda f: "audit it, then decide anew" if f.linked else f"{_ask(f)}, link, audit"),
    Row("lapsed", "To be decided anew", lambda f: bool(f.lapsed), lambda f: "decide anew"),
    Row("linked", "Linked", lambda f: f.linked, lambda f: "audit it, then decide"),
    Row("told", "Families told", lambda f: f.told and f.floor == "objection",
        lambda f: "record who says no, link after 30 days"),
    Row("asked", "Families asked", lambda f: f.told, lambda f: "record what they say, then link"),
    Row("in_dialogue", "Being talked about", lambda f: f.in_dialogue, _ask),
    Row("published", "Published", lambda f: True, _ask),
)  # fmt: skip
"""From what overrules everything to what is only begun."""

WORDS: Mapping[str, str] = {row.id: row.text for row in TABLE}
"""The public word of each state."""


def state_of(facts: Facts) -> State:
    """The state that follows from the facts."""
    row = next(row for row in TABLE if row.fits(facts))
    return State(row.id, row.text, row.next(facts))


def facts_of(
    assessment: Assessment,
    leaves: Iterable[Leaf],
    today: date,
    *,
    register: Register,
    told: bool,
    linked: bool,
) -> Facts:
    """The facts of a use on a day. leaves: the log, from the oldest on; of this use or of all."""
    use, ruling = assessment.use, assessment.ruling
    own = [leaf for leaf in leaves if leaf.body.get("use") == use.id]
    made = decision.binding(own, use, today)
    kind = "permit" if isinstance(ruling, Permit) else "undetermined"
    return Facts(
        "refusal" if isinstance(ruling, Refusal) else kind,
        ruling.floor if isinstance(ruling, Permit) else "",
        bool(assessment.smaller),
        _again(assessment, today),
        register,
        told,
        linked,
        _suspended(own, use, today),
        str(made["decision"]) if made else "",
        _lapsed(decision.last_decision(own, use), use, today),
        use.status == "ended" or today > use.end,
        use.status == "in_dialogue",
    )


def _again(assessment: Assessment, today: date) -> bool:
    """Whether nothing but time speaks against a ruling: evidence that expired, a review that is due."""
    ruling = assessment.ruling
    if isinstance(ruling, Permit):
        return today > ruling.expires
    if isinstance(ruling, Refusal):
        return False
    due = {reason.rule for reason in ruling.reasons}
    unknown = {
        found.verdict
        for found in ruling.decided
        if found.deciding and found.verdict not in (Verdict.GRANTED, Verdict.UNPROVEN)
    }
    return unknown == {Verdict.EXPIRED} or (due == {"review_due"} and not unknown)


def _suspended(leaves: Iterable[Leaf], use: Use, today: date) -> str:
    """Who suspended a use so that it is not linked; "" if nobody did."""
    block = decision.blocked(leaves, use, today)
    if block is not None and block.why == "suspended":
        last = decision.suspension(leaves)
        return str(last["role"]) if last else ""
    return "its document" if use.status == "suspended" else ""


def _lapsed(made: Mapping[str, Any] | None, use: Use, today: date) -> str:
    over = made is not None and made["version"] == use.version and decision.is_past(made, today)
    return str(made["until"]) if over and made is not None else ""
