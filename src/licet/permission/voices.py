"""Who an account speaks for: acts that open and end a voice, and what stands of them.

A voice is an account that speaks for one subject as one holder. It is opened by whoever holds a letter
to that holder, or a code that a clerk handed over after checking who they are; never by comparing
names. Signing in with a provider (OpenID Connect) says who an account is and opens nothing by itself.
What happened is never changed: a voice that ended is another act.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from licet.errors import BadInput, bad
from licet.permission.events import OWN, Effect, Event, Relation
from licet.permission.standing import Place
from licet.vocabulary import Term

How = Literal["letter_code", "clerk", "openid"]
HOW: Mapping[str, Term] = {
    term.id: term
    for term in (
        Term("letter_code", "Letter", "The account holder typed the code of a letter."),
        Term("clerk", "Desk", "A clerk checked who they are and handed them a code."),
        Term("openid", "Sign-in provider", "A provider said who they are, and they had a code."),
    )
}
"""How it was checked that an account may speak for somebody."""

LINK_DAYS = 30
"""For how many days a code that a clerk handed over opens a voice."""

KINDS: Mapping[str, str] = {
    "voice_opened": "An account began to speak for somebody.",
    "voice_ended": "An account no longer speaks for somebody.",
    "link_made": "A clerk handed over a code for an account.",
    "account_verified": "A sign-in provider said who an account is.",
    "looked_up": "A clerk looked somebody up.",
    "dispute_raised": "A family said that a record is wrong.",
    "dispute_sent": "The record went to the service that holds it.",
    "dispute_corrected": "The service corrected the record.",
    "dispute_refused": "The service kept the record, with a reason.",
    "dispute_appealed": "The family asked for another look.",
    "dispute_upheld": "After another look the record was kept, with a reason.",
    "dispute_withdrawn": "The family took it back.",
    "outputs_changed": "The output of a run was written anew, because a row or name left it.",
}
"""Every kind of act that is kept, and what the public reads of it in counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAct:
    """Something that an account or a clerk did. key: of the voice or dispute it is about. account: a
    keyed hash, "" for a clerk's act. subject: a pseudonym. by: the post that did it, "web" for a family.
    once: what may happen one time only. data: short texts, never a name."""

    kind: str
    key: str
    at: datetime
    by: str
    account: str = ""
    subject: str = ""
    once: str | None = None
    data: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"no such kind of act: {self.kind}")


@dataclass(frozen=True, slots=True)
class Voice:
    """An account that speaks for a subject. key: of the voice. expressed_by: the holder's pseudonym.
    how: how that was checked. checked: what a clerk saw. service: whose letter it was, "" for a clerk's
    code. at: since when."""

    key: str
    account: str
    subject: str
    expressed_by: str
    relation: Relation
    how: How
    checked: str
    service: str
    at: datetime

    @property
    def own(self) -> bool:
        """Whether the account speaks as the person whose records they are."""
        return self.relation in OWN

    @property
    def verified_by(self) -> str:
        """What the ledger says of an answer by this voice: who checked it, and how."""
        code = "invitation code" if self.service else f"code handed over: {self.checked}"
        return {"letter_code": code, "clerk": code, "openid": f"OpenID Connect, {code}"}[self.how]


def standing(acts: Iterable[NewAct]) -> tuple[Voice, ...]:
    """The voices that stand after acts, in the order in which they were opened; of two for the same
    subject and holder the first."""
    found: dict[str, Voice] = {}
    for act in acts:
        if act.kind == "voice_ended":
            found.pop(act.key, None)
        elif act.kind == "voice_opened":
            found[act.key] = Voice(
                act.key, act.account, act.subject, act.data["expressed_by"],
                act.data["relation"],  # type: ignore[arg-type]
                act.data["how"],  # type: ignore[arg-type]
                act.data.get("checked", ""), act.data.get("service", ""), act.at,
            )  # fmt: skip
    first: dict[tuple[str, str, str], Voice] = {}
    for voice in found.values():
        first.setdefault((voice.account, voice.subject, voice.expressed_by), voice)
    return tuple(first.values())


def refuse_second(voices: Iterable[Voice], subject: str, own: bool) -> None:
    """Refuse an account that would speak for somebody both as that person and as who answers for them.

    Raises BadInput. From 13 both are asked, and two answers of one hand are one.
    """
    if any(one.subject == subject and one.own != own for one in voices):
        raise bad(
            "this account speaks for this person already, in another way",
            "code",
            "one account for the young person, another for who answers for them",
            "make another account for the other one",
        )


def link_lapsed(made: datetime, now: datetime) -> bool:
    """Whether a code that a clerk handed over opens nothing any more."""
    return now > made + timedelta(days=LINK_DAYS)


def wrong_code() -> BadInput:
    """The one refusal of a code, whatever is wrong with it: nobody can learn which codes there are."""
    return bad(
        "This code does not work",
        "code",
        "the 16 letters and digits on the letter: ABCD-EFGH-JKMN-PQRS",
        "Look at the letter again, sign by sign. If it still does not work, tell us on the phone or at "
        "the desk",
    )


@dataclass(frozen=True, slots=True)
class Answer:
    """One of the answers that a page offers. label: on the button. does: what follows from it."""

    id: str
    effect: Effect
    label: str
    does: str


ANSWERS: Mapping[str, Answer] = {
    answer.id: answer
    for answer in (
        Answer(
            "yes",
            "grant",
            "Yes",
            "The records may be used for this, if everybody who is asked says yes. You can take it back "
            "at any time.",
        ),
        Answer(
            "no",
            "refuse",
            "No",
            "The records are not used for this from now on. Nobody else can change your no. You lose no "
            "help.",
        ),
        Answer(
            "later",
            "defer",
            "Not now",
            "Nothing that you said yes to before counts any more, until you decide. We will not press "
            "you.",
        ),
        Answer(
            "withdraw",
            "withdraw",
            "Take back my yes",
            "Your yes ends now, and counts as a no from now on.",
        ),
    )
}
"""What can be said, in the order in which it is offered."""

NOBODY_SPEAKS: Mapping[tuple[str, bool], frozenset[str]] = {
    ("under_13", True): frozenset({"yes"}),
    ("16_over", False): frozenset({"yes"}),
}
"""Answers that would count for nothing, by stage and whether the person speaks: they are not offered."""

OWN_WORDS: Mapping[str, str] = {
    "": "You have not answered.",
    "grant": "You said yes.",
    "refuse": "You said no.",
    "withdraw": "You took back your yes: that is a no.",
    "defer": "You said not now.",
    "expire": "You said yes. The council has ended that yes.",
    "invalidate": "What you said was recorded wrongly, and does not count.",
}
"""What a page says of one's own last word. It never says what follows from everybody's."""


NOT_SHOWN = (
    "We do not show here whether the records are used in the end. That hangs on everybody who may "
    "decide, on age and on the rules. It is the same for everybody who asks, so that nobody can learn "
    "what somebody else said, or whether they said anything."
)
"""The one text that stands beside one's own answer, whatever the cause of what follows."""


def offered(stage: str, own: bool, last: str, *, reviewed: bool = True) -> tuple[Answer, ...]:
    """The answers that a page offers. stage: of the subject's age (``rules.STAGES``). last: effect of
    this voice's own last word. reviewed: whether the notice may be answered with a yes."""
    without = NOBODY_SPEAKS.get((stage, own), frozenset())
    return tuple(
        one
        for one in ANSWERS.values()
        if one.id not in without
        and (one.id != "withdraw" or last == "grant")
        and (one.id != "yes" or reviewed)
    )


@dataclass(frozen=True, slots=True)
class Word:
    """The last that one voice said in one place. effect: also ``expire`` and ``invalidate``, where the
    authority ended or voided it."""

    effect: Effect
    at: datetime
    event_id: str


def words(events: Iterable[Event]) -> dict[Place, Word]:
    """What one voice's own events leave, by place (scope without its version).

    events: in the order of recording, of this voice alone, with what the authority did to them.
    """
    found: dict[Place, Word] = {}
    for event in sorted(events, key=lambda one: (one.at, one.sequence)):
        word = Word(event.effect, event.at, event.event_id)
        if event.effect in ("expire", "invalidate"):
            found |= {
                place: word for place, old in found.items() if old.event_id == event.supersedes
            }
            continue
        if event.effect in ("withdraw", "defer"):
            found |= {
                place: word
                for place, old in found.items()
                if old.effect == "grant" and _within(place, event.scope.place)
            }
        found[event.scope.place] = word
    return found


def _within(place: Place, scope: Place) -> bool:
    return all(outer in (None, inner) for outer, inner in zip(scope, place, strict=True))


def last_word(said: Mapping[Place, Word], use: str, service: str | None) -> Word | None:
    """What this voice said last of a use, or of one service in it by itself."""
    if service is not None:
        return said.get((use, None, service, None))
    about = [word for place, word in said.items() if place in ((use, *_ANY), (None, *_ANY))]
    return max(about, key=lambda word: word.at, default=None)


_ANY = (None, None, None)


def no_since(events: Iterable[Event], use: str, made: datetime) -> bool:
    """Whether a voice said no to a use, and nothing else later, after a letter was made.

    events: of this voice. A letter that somebody finds must not undo a no.
    """
    last = last_word(words(events), use, None)
    return last is not None and last.effect in ("refuse", "withdraw") and last.at >= made


DECIDES: Mapping[str, str] = {
    "under_13": "Any one parent or carer may say yes. Anybody who is asked, the child too, may say no, "
    "and then it is no.",
    "13_to_15": "The young person and a parent or carer must both say yes. A no of a parent stands until "
    "the young person decides.",
    "16_over": "The person alone decides. An earlier no of a parent stands until then.",
}
"""Who decides, as families read it, by stage of age (``rules.STAGES``)."""

BIRTHDAYS: Mapping[tuple[int, bool], str] = {
    (
        13,
        False,
    ): "From 13 we ask the young person too. What you said yes to goes on for 90 days after "
    "the birthday. After that it takes a yes of both. What you said no to stays a no until the young "
    "person decides.",
    (
        13,
        True,
    ): "From 13 we ask you too. If you say no, the answer is no. If you say yes, a parent or "
    "carer must say yes as well.",
    (16, False): "From 16 the young person decides alone. What you said yes to goes on for 90 days "
    "after the birthday, then it ends. What you said no to stays a no until the young person decides.",
    (
        16,
        True,
    ): "From 16 you decide alone. What you said yes to before goes on for 90 days after the "
    "birthday, then it ends: say it again if you still want it. What you said no to stays a no.",
}
"""What changes at a birthday, by age and whether the person is told, or who answers for them."""
