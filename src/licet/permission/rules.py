"""Whether one subject's records may be used: the rules as tables, and a short function over them.

The rules are data: ``STAGES`` says who decides at which age, ``WEIGHT`` which scope is more
specific, ``REASONS`` every outcome with its sentence. ``decide`` takes what stands of one subject.
The database takes the same decision for everybody at once; a test holds the two and a third, written
from the tables of the tests, together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from licet.errors import bad
from licet.permission.events import day_number
from licet.permission.standing import PENDING, Place, Row, Standing
from licet.use import Floor

Outcome = Literal["granted", "refused", "none"]
OUTCOMES: tuple[Outcome, ...] = ("granted", "refused", "none")

WEIGHT: Mapping[str, int] = {"use": 8, "service": 4, "category": 2, "purpose": 1}
"""How specific each named part makes a scope: a named use beats anything general, and so on down.
The version makes nothing more specific, so that a no to a use is a no to all of its versions."""

GRACE_DAYS = 90
"""For how long after the thirteenth and sixteenth birthday an earlier yes still holds."""

NOTICE_DAYS = 30
"""How long before its day a use must have been announced to be carried out under ``objection``."""


@dataclass(frozen=True)
class Stage:
    """Who decides at an age. needs: whose yes it takes. may_refuse: whose no is enough.
    sets_aside: who can set the no of a holder aside by a later yes."""

    id: str
    needs: tuple[str, ...]
    may_refuse: tuple[str, ...]
    sets_aside: str
    text: str


STAGES: Mapping[str, Stage] = {
    stage.id: stage
    for stage in (
        Stage(
            "under_13",
            ("holder",),
            ("person", "holder"),
            "",
            "Any one holder of responsibility may say yes; anybody may say no.",
        ),
        Stage(
            "13_to_15",
            ("person", "holder"),
            ("person", "holder"),
            "person",
            "The child and a holder; a holder's no stands until the child decides.",
        ),
        Stage(
            "16_over",
            ("person",),
            ("person", "holder"),
            "person",
            "The person decides; a holder's earlier no stands until then.",
        ),
    )
}


@dataclass(frozen=True)
class Reason:
    """Why a decision is what it is. text: for whoever runs the register, never for another holder.
    state: the state of a consent record in ISO/IEC TS 27560:2023."""

    id: str
    outcome: Outcome
    text: str
    state: str


def _reasons(*rows: tuple[str, Outcome, str, str]) -> Mapping[str, Reason]:
    return {row[0]: Reason(*row) for row in rows}


REASONS: Mapping[str, Reason] = _reasons(
    ("unknown", "none", "Nobody has answered.", "ConsentUnknown"),
    ("requested", "none", "Somebody was asked and has not answered.", "ConsentRequested"),
    ("deferred", "none", "The answer was put off.", "ConsentRequestDeferred"),
    ("ended", "none", "The authority ended the yes.", "ConsentExpired"),
    ("void", "none", "The yes was recorded wrongly.", "ConsentInvalidated"),
    ("notice_unread", "none", "The notice was in no language known to be read.", "ConsentUnknown"),
    ("unverified", "none", "Nobody has verified who said yes.", "ConsentRequested"),
    ("not_independent", "none", "Nobody independent confirmed it.", "ConsentRequested"),
    ("age_unknown", "none", "No date of birth is known, so not who decides.", "ConsentUnknown"),
    ("too_young", "none", "The child alone said yes, before 13.", "ConsentRequested"),
    ("not_yet", "none", "The yes is of a later day.", "ConsentUnknown"),
    ("expired", "none", "The yes has come to its end.", "ConsentExpired"),
    ("lapsed_age", "none", "The yes is of before a birthday, 13 or 16.", "ConsentExpired"),
    ("lapsed_version", "none", "The use has changed since the yes.", "ConsentRequested"),
    ("person_not_said", "none", "The person has not said yes themselves.", "ConsentRequested"),
    ("holder_not_said", "none", "No holder of responsibility has said yes.", "ConsentRequested"),
    ("not_told", "none", "No notice of this use was sent.", "ConsentUnknown"),
    ("notice_recent", "none", "A notice was sent, but not long enough ago.", "ConsentUnknown"),
    ("person_no", "refused", "The person said no.", "ConsentRefused"),
    ("holder_no", "refused", "A holder of responsibility said no.", "ConsentRefused"),
    ("person_yes", "granted", "The person said yes.", "ConsentGiven"),
    ("holder_yes", "granted", "A holder of responsibility said yes.", "ConsentGiven"),
    ("both_yes", "granted", "The child and a holder said yes.", "ConsentGiven"),
    ("grace_yes", "granted", "An earlier yes holds for a while after a birthday.", "ConsentGiven"),
    ("told", "granted", "They were told in time and nobody said no.", "ConsentUnknown"),
)
"""Every outcome. The place of a reason is its code in the database."""

CODE: Mapping[str, int] = {name: place for place, name in enumerate(REASONS)}

LATER = ("too_young", "not_yet", "expired", "lapsed_age", "lapsed_version")
"""Why a yes that could count does not, from the least telling."""

NOT_USED = (
    "The records are not used for this. Licet says this in the same words whatever the cause, "
    "so that nobody can learn from it what somebody else answered, or whether they did."
)
"""All that anybody but the office is told of records that are not used."""


@dataclass(frozen=True)
class Question:
    """What is asked. material: the earliest version that earlier answers still fit (by default the
    version itself, so that every new version counts as a material change). on: the day."""

    use: str
    version: int
    purpose: str
    service: str
    floor: Floor
    on: date
    material: int = 0
    category: str | None = None
    grace_days: int = GRACE_DAYS
    notice_days: int = NOTICE_DAYS

    def __post_init__(self) -> None:
        if not 0 <= self.material <= self.version:
            what = f"version {self.version} cannot rest on answers to version {self.material}"
            raise bad(what, "material", f"0 to {self.version}")
        if self.grace_days < 0 or self.notice_days < 0:
            raise bad("a number of days below 0", "grace_days, notice_days", "0 or more")

    @property
    def versions(self) -> tuple[int, int]:
        """The first and last version whose answers count."""
        return self.material or self.version, self.version

    def covers(self, place: Place, refusal: bool) -> bool:
        """Whether something said in a place is about what is asked.

        Of a use that asks for whole services a no to one category of records is a no to the
        service, and a yes to one category no yes.
        """
        use, purpose, service, category = place
        fits = (
            use in (None, self.use)
            and purpose in (None, self.purpose)
            and service in (None, self.service)
        )
        if category is None or category == self.category:
            return fits
        return fits and refusal and self.category is None


@dataclass(frozen=True)
class Decision:
    """What follows for one subject and service."""

    outcome: Outcome
    reason: Reason

    @property
    def permitted(self) -> bool:
        """Whether the records may be used."""
        return self.outcome == "granted"


def specificity(place: Place) -> int:
    """How specific a place is; of two that cover a question the larger counts."""
    named = dict(zip(("use", "purpose", "service", "category"), place, strict=True))
    return sum(weight for name, weight in WEIGHT.items() if named[name] is not None)


def stage_of(standing: Standing, on: int) -> Stage:
    """The stage on a day; who has no known birthday is treated as the youngest."""
    if on < standing.thirteen:
        return STAGES["under_13"]
    return STAGES["13_to_15" if on < standing.sixteen else "16_over"]


def lapsed(row: Row, standing: Standing, question: Question) -> str:
    """Why the yes of a row does not count for a question, or ""."""
    given, on = row.yes // _DAY, day_number(question.on)
    first, last = question.versions
    if row.version and not first <= row.version <= last:
        return "lapsed_version"
    for birthday in (standing.thirteen, standing.sixteen):
        if given < birthday and on > birthday + question.grace_days:
            return "lapsed_age"
    if row.until < on:
        return "expired"
    if given > on:
        return "not_yet"
    return "too_young" if row.own and given < standing.thirteen else ""


_DAY = 86_400_000_000


@dataclass
class _Voice:
    """The strongest that one voice said: (specificity, moment, whether no), and its latest no."""

    own: bool
    strongest: tuple[int, int, bool] = (-1, 0, False)
    latest_no: int = 0

    def hear(self, level: int, at: int, no: bool) -> None:
        self.strongest = max(self.strongest, (level, at, no))
        if no:
            self.latest_no = max(self.latest_no, at)

    @property
    def no(self) -> int:
        return self.latest_no if self.strongest[0] >= 0 and self.strongest[2] else 0

    @property
    def yes(self) -> int:
        return self.strongest[1] if self.strongest[0] >= 0 and not self.strongest[2] else 0


def decide(standing: Standing, question: Question) -> Decision:
    """The decision on one subject, with its reason."""
    name = _said(standing, question)
    if question.floor == "objection" and REASONS[name].outcome != "refused":
        name = _told(standing, question)
    return Decision(REASONS[name].outcome, REASONS[name])


def _said(standing: Standing, question: Question) -> str:
    """What people said, as a reason."""
    voices, why = _voices(standing, question)
    on = day_number(question.on)
    stage = stage_of(standing, on)
    person_yes = max((voice.yes for voice in voices if voice.own), default=0)
    holder_yes = max((voice.yes for voice in voices if not voice.own), default=0)
    holder_no = max((voice.no for voice in voices if not voice.own), default=0)
    if any(voice.no for voice in voices if voice.own):
        return "person_no"
    if holder_no and not (stage.sets_aside and person_yes > holder_no):
        return "holder_no"
    said = {"person": person_yes, "holder": holder_yes}
    fresh = stage.id != "16_over" or person_yes // _DAY >= standing.sixteen
    if all(said[who] for who in stage.needs) and fresh:
        return {1: f"{stage.needs[0]}_yes", 2: "both_yes"}[len(stage.needs)]
    if _in_grace(stage, standing, on, question.grace_days, said):
        return "grace_yes"
    if stage.id == "under_13" or not (person_yes or holder_yes):
        return why
    return "holder_not_said" if person_yes else "person_not_said"


def _in_grace(
    stage: Stage, standing: Standing, on: int, grace: int, said: Mapping[str, int]
) -> bool:
    """Whether the rule of the stage before still holds, and is met."""
    if stage.id == "13_to_15":
        return on <= standing.thirteen + grace and bool(said["holder"])
    if stage.id == "16_over":
        return on <= standing.sixteen + grace and bool(said["person"] and said["holder"])
    return False


def _voices(standing: Standing, question: Question) -> tuple[list[_Voice], str]:
    """What each voice said of the question, and the most telling reason why a yes does not count."""
    found: dict[tuple[str, bool], _Voice] = {}
    why = "unknown"
    for row in standing.rows:
        voice = found.setdefault((row.holder, row.own), _Voice(row.own))
        level = specificity(row.place)
        if row.no and question.covers(row.place, True):
            voice.hear(level, row.no, True)
        if not question.covers(row.place, False):
            continue
        reason = lapsed(row, standing, question) if row.yes else PENDING[row.pending]
        if row.yes and not reason:
            voice.hear(level, row.yes, False)
        why = max(why, reason or "unknown", key=lambda name: CODE[name])
    return list(found.values()), why


def _told(standing: Standing, question: Question) -> str:
    """Whether notice was given as floor ``objection`` asks for, as a reason."""
    latest = day_number(question.on) - question.notice_days
    first, last = question.versions
    about = [
        notice
        for notice in standing.notices
        if question.covers(notice.place, False) and first <= notice.version <= last
    ]
    read = [notice.day for notice in about if notice.readable]
    if not read:
        return "notice_unread" if about else "not_told"
    return "told" if min(read) <= latest else "notice_recent"
