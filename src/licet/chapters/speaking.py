"""The screens of permission: what a letter and an account may see, and what they say.

Every answer goes through ``permitting.record``. What one holder is shown rests on what this holder said
and on nothing that anybody else said or did: no outcome, no count, no reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from licet.chapters.inviting import stage_at, written_notices
from licet.chapters.noticing import (
    published,
    published_names,
    sent_notice,
    title_of,
    use_named,
)
from licet.chapters.permitting import Recorded, Said, record
from licet.chapters.stores import open_store
from licet.errors import bad
from licet.files.site import Provider
from licet.files.workspace import read_workspace
from licet.permission.events import EFFECTS, Event
from licet.permission.receipts import Receipt
from licet.permission.standing import birthdays
from licet.permission.voices import (
    ANSWERS,
    BIRTHDAYS,
    OWN_WORDS,
    Answer,
    Voice,
    Word,
    last_word,
    offered,
    words,
    wrong_code,
)
from licet.report.permission.notices import Block, Notice
from licet.use import Use
from licet.vocabulary import label

if TYPE_CHECKING:
    from licet.store.invitations import Invited

PAGE = 25
"""Uses on one page."""
AHEAD_DAYS = 365
"""A birthday is told so many days ahead."""


@dataclass(frozen=True)
class Letter:
    """What the code of a letter opens. person: initial. used: whether it was answered. said: what was
    said with it, in words. to_account: whether an account may be opened with it."""

    person: str
    service: str
    title: str
    language: str
    direction: str
    blocks: tuple[Block, ...]
    reviewed: bool
    used: bool
    said: str
    answers: tuple[Answer, ...]
    no_stands: bool = False


@dataclass(frozen=True)
class Concerned:
    """Somebody for whom an account speaks. name: initial and service, or nothing for oneself."""

    voice: Voice
    initial: str
    service: str
    ordinal: int
    stage: str
    reminders: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Told:
    """One use, or one service in it (service ""), with one's own last word and what can be said now."""

    service: str
    label: str
    said: str
    at: datetime | None
    receipt: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True)
class Matter:
    """A use as it concerns somebody. whole: for all services. languages: in which there is a notice."""

    use: Use
    whole: Told
    services: tuple[Told, ...]
    notice: Notice | None = None
    languages: tuple[str, ...] = ()


@dataclass(frozen=True)
class Line:
    """One line of one's own history. use: "" for every use. service: its label, "" for all."""

    at: datetime
    what: str
    use: str
    title: str
    service: str
    receipt: str


def open_letter(workspace: Path, code: str, *, today: date) -> Letter:
    """What a code opens. Raises BadInput in the same words for every code that does not work."""
    place = read_workspace(workspace)
    with open_store(place) as store:
        found = store.voices.letter(code)
        if found is None:
            raise wrong_code()
        invited, used = found
        voice = _of_letter(invited)
        person = store.voices.person(invited.subject)
        said = words(store.voices.said(voice))
        no_stands = store.voices.said_no_since(invited)
        use = use_named(place, invited.use)
        notice = sent_notice(place.root, use, invited.language, invited.notice_hash)
    service = label("service", invited.service)
    last = last_word(said, invited.use, None)
    stage = stage_at(person.details.birth, today)
    reviewed = notice is not None and notice.reviewed
    fresh = use is not None and use.version == invited.version
    answers = offered(stage, voice.own, _effect(last), reviewed=reviewed and fresh)
    if used:
        answers = tuple(one for one in answers if one.id == _taking_back(last))
    elif no_stands:
        answers = tuple(one for one in answers if one.id == "no")
    return Letter(
        person.initial, service, use.title if use else invited.use, invited.language,
        notice.direction if notice else "ltr",
        notice.on_screen(person.initial, service) if notice else (),
        reviewed, used, OWN_WORDS[_effect(last)] if last else "", answers, no_stands,
    )  # fmt: skip


def _of_letter(invited: Invited) -> Voice:
    return Voice(
        "", "", invited.subject, invited.expressed_by, invited.relation, "letter_code", "",
        invited.service, datetime.min.replace(tzinfo=UTC),
    )  # fmt: skip


def _effect(word: Word | None) -> str:
    return word.effect if word else ""


def _taking_back(word: Word | None) -> str:
    """What a code still opens after it was used: a letter that is found can only say no."""
    return {"grant": "withdraw", "refuse": "", "withdraw": ""}.get(_effect(word), "no")


def answer_letter(
    workspace: Path, code: str, answer: str, *, today: date, now: datetime
) -> Recorded:
    """Record an answer to a letter. Raises BadInput for a wrong code and an answer that is not open."""
    letter = open_letter(workspace, code, today=today)
    chosen = _chosen(answer, letter.answers, letter.reviewed)
    effect = "withdraw" if letter.used else chosen.effect
    return record(workspace, Said(code, effect, channel="web"), at=now, now=now, by="web")


def _chosen(answer: str, answers: Sequence[Answer], reviewed: bool) -> Answer:
    found = next((one for one in answers if one.id == answer), None)
    if found is not None:
        return found
    if answer == "yes" and not reviewed:
        raise bad(
            "Your yes cannot be taken yet: nobody who speaks this language has checked the notice",
            "answer",
            ", ".join(one.label for one in answers),
            "You can say no, or not now. Wait for a new letter to say yes",
        )
    allowed = ", ".join(one.label for one in answers)
    raise bad("Choose an answer" if answer not in ANSWERS else "This answer is not open now",
              "answer", allowed)  # fmt: skip


def open_voice(
    workspace: Path, account: str, code: str, *, now: datetime, answered_here: bool = False
) -> Voice:
    """From now on an account speaks for whom a code is about. account: the key of the account."""
    with open_store(read_workspace(workspace)) as store:
        known = store.voices.account(account)
        return store.voices.open(known, code, now, answered_here=answered_here)


def verify_account(workspace: Path, account: str, issuer: str, subject: str, now: datetime) -> None:
    """Write down that a sign-in provider said who an account is."""
    with open_store(read_workspace(workspace)) as store:
        store.voices.verify(store.voices.account(account), issuer, subject, now)


def account_verified(workspace: Path, account: str) -> bool:
    """Whether a sign-in provider has said who an account is."""
    with open_store(read_workspace(workspace)) as store:
        return store.voices.verified(store.voices.account(account))


def voice_of(workspace: Path, account: str, key: str) -> Voice | None:
    """A voice of an account by its key; None for a key that is not the account's own."""
    with open_store(read_workspace(workspace)) as store:
        voices = store.voices.of(store.voices.account(account))
    return next((one for one in voices if one.key == key), None)


def end_voice(workspace: Path, voice: Voice, *, now: datetime) -> None:
    """An account speaks for somebody no more."""
    with open_store(read_workspace(workspace)) as store:
        store.voices.end(voice, now)


def concerned(workspace: Path, account: str, *, today: date) -> tuple[Concerned, ...]:
    """Everybody for whom an account speaks."""
    with open_store(read_workspace(workspace)) as store:
        voices = store.voices.of(store.voices.account(account))
        people = [(one, store.voices.person(one.subject)) for one in voices]
    found: list[Concerned] = []
    for voice, person in people:
        service = label("service", voice.service) if voice.service else ""
        alike = sum((o.initial, o.service) == (person.initial, service) for o in found)
        birth = person.details.birth
        told = tuple(reminders(birth, voice.own, today))
        stage = stage_at(birth, today)
        found.append(Concerned(voice, person.initial, service, alike + 1, stage, told))
    return tuple(found)


def reminders(birth: date | None, own: bool, today: date) -> list[tuple[str, str]]:
    """Birthdays ahead that change who decides: month and year, and what changes."""
    start = date(1970, 1, 1).toordinal()
    days = [(13, birthdays(birth)[0] + start), (16, birthdays(birth)[1] + start)] if birth else []
    return [
        (f"{date.fromordinal(day):%B %Y}: {age}", BIRTHDAYS[age, own])
        for age, day in days
        if 0 <= day - today.toordinal() <= AHEAD_DAYS
    ]


def matters(workspace: Path, voice: Voice, page: int, *, today: date) -> tuple[list[Matter], int]:
    """One page of the published uses as they concern somebody, from 1, and how many pages there are."""
    place = read_workspace(workspace)
    names = published_names(place)
    with open_store(place) as store:
        said = words(store.voices.said(voice))
        stage = stage_at(store.voices.person(voice.subject).details.birth, today)
    # What was spoken of comes first, so that it is found again.
    spoken = {key[0] for key in said}
    names.sort(key=lambda name: name not in spoken)
    pages = max(1, -(-len(names) // PAGE))
    chosen = names[PAGE * (page - 1) : PAGE * page]
    uses = [use for name in chosen if (use := use_named(place, name)) and use.status != "ended"]
    return [_matter(use, voice, said, stage, True) for use in uses], pages


def _matter(use: Use, voice: Voice, said: dict, stage: str, reviewed: bool) -> Matter:
    def told(service: str | None, name: str) -> Told:
        last = last_word(said, use.id, service)
        answers = offered(stage, voice.own, _effect(last), reviewed=reviewed)
        receipt = _receipt_of(last) if last else ""
        return Told(
            service or "",
            name,
            OWN_WORDS[_effect(last)],
            last.at if last else None,
            receipt,
            answers,
        )

    services = tuple(told(one, label("service", one)) for one in use.services)
    return Matter(use, told(None, ""), services)


def _receipt_of(word: Word) -> str:
    from licet.permission.receipts import receipt_id

    return receipt_id(word.event_id) if word.effect not in ("expire", "invalidate") else ""


def matter(
    workspace: Path, voice: Voice, use: str, *, today: date, language: str = ""
) -> Matter | None:
    """One use as it concerns somebody, with its notice; None for a use that is not published."""
    place = read_workspace(workspace)
    found = use_named(place, use)
    if found is None or not published(place, found):
        return None
    notices = written_notices(place.root, found, "ask_first", today)
    with open_store(place) as store:
        said = words(store.voices.said(voice))
        person = store.voices.person(voice.subject)
    reads = [one for one in notices if one in person.details.languages]
    chosen = language if language in notices else next(iter([*reads, *notices]), "")
    notice = notices.get(chosen)
    told = _matter(
        found, voice, said, stage_at(person.details.birth, today), bool(notice and notice.reviewed)
    )
    shown = None
    if notice is not None:
        service = label("service", voice.service) if voice.service else found.controller
        blocks = notice.on_screen(person.initial, service)
        shown = Notice(notice.language, blocks, notice.reviewed)
    return Matter(found, told.whole, told.services, shown, tuple(notices))


def say(
    workspace: Path,
    voice: Voice,
    use: str,
    service: str,
    answer: str,
    *,
    language: str,
    today: date,
    now: datetime,
) -> Recorded:
    """Record what an account says for somebody. service: "" for the whole use. Raises BadInput."""
    found = matter(workspace, voice, use, today=today, language=language)
    if found is None:
        raise bad("there is no such use", "use", "a published use")
    told = {one.service: one for one in (found.whole, *found.services)}.get(service)
    if told is None:
        raise bad("this use joins no records of that service", "service")
    chosen = _chosen(answer, told.answers, bool(found.notice and found.notice.reviewed))
    said = Said(
        voice.subject,
        chosen.effect,
        use,
        service=service or None,
        relation=voice.relation,
        said_by="" if voice.relation == "self" else voice.expressed_by,
        verified=voice.verified_by,
        language=found.notice.language if found.notice and chosen.effect == "grant" else "",
        channel="web",
    )
    return record(workspace, said, at=now, now=now, by="web")


def history(workspace: Path, voice: Voice) -> list[Line]:
    """Everything this voice said, the latest first; nothing that anybody else said."""
    with open_store(read_workspace(workspace)) as store:
        events = store.voices.said(voice)
    titles = {name: title_of(workspace, name) for name in {e.scope.use or "" for e in events}}
    return [
        Line(
            e.at,
            EFFECTS[e.effect].label,
            e.scope.use or "",
            titles.get(e.scope.use or "", ""),
            label("service", e.scope.service) if e.scope.service else "",
            _receipt_of(Word(e.effect, e.at, e.event_id)),
        )
        for e in reversed(events)
    ]


def receipt(workspace: Path, name: str) -> tuple[Receipt, Event] | None:
    """A receipt by its id, and its event; None where there is none."""
    with open_store(read_workspace(workspace)) as store:
        return store.voices.receipt(name)


def speaks(workspace: Path, account: str, event: Event) -> bool:
    """Whether an event was said by a voice that an account has or had."""
    with open_store(read_workspace(workspace)) as store:
        acts = store.acts.of(account=store.voices.account(account))
    return any(
        act.kind == "voice_opened"
        and (act.subject, act.data["expressed_by"]) == (event.subject, event.expressed_by)
        for act in acts
    )


def provider(workspace: Path) -> Provider | None:
    """The sign-in provider that the workspace declares; None where there is none."""
    return read_workspace(workspace).provider
