"""Asking families: each service writes to its own clients. Nothing is joined to write the letters.

The rows of a service are read by themselves, and only by the service that holds them. Who answered
before is not asked again, and nobody whose no stands.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from licet.assessment import Assessment
from licet.chapters.admitting import feeds_of
from licet.chapters.clients import Client, clients_of, known_clients
from licet.chapters.grounds import BLOCKED_TODO
from licet.chapters.publishing import material_version, versions
from licet.chapters.ruling import assess
from licet.chapters.stores import open_store
from licet.decision import blocked
from licet.disclosure.counts import shown_count
from licet.errors import BadInput, Fault, LicetError, bad
from licet.files.feeds import read_feeds
from licet.files.permissions import notice_path, read_notice
from licet.files.reading import shown
from licet.files.use import read_use
from licet.files.workspace import Workspace, find_workspace
from licet.files.writing import check_folder, write_together
from licet.gate import Permit
from licet.permission.events import Event, NewEvent, Scope, day_number
from licet.permission.invitations import Invitation, Reach, Recipient, reach
from licet.permission.rules import NOTICE_DAYS, STAGES
from licet.permission.standing import birthdays
from licet.report.permission.letters import Letter, letters_page, mailing_csv
from licet.report.permission.notices import ENGLISH, Notice, make_notice
from licet.use import Floor, Use

if TYPE_CHECKING:
    from licet.store.opening import Store

SYNTHETIC = "SYNTHETIC: rests on made-up evidence. Do not send."


class NotAsked(LicetError):
    """A use that nobody is asked about: its ruling does not allow it. status: of the command line."""

    def __init__(self, reasons: Sequence[str], status: int) -> None:
        self.reasons, self.status = tuple(reasons), status
        super().__init__("\n".join(reasons))


@dataclass(frozen=True)
class Asked:
    """What inviting came to. folder: None where nobody was left to ask. letters, undated: by service;
    undated: clients without a date of birth, None where kept back. unwritten: languages of the use in
    which there is no notice."""

    use: Use
    floor: Floor
    folder: Path | None
    letters: Mapping[str, int]
    reach: tuple[Reach, ...]
    undated: Mapping[str, int | None]
    unwritten: tuple[str, ...]


def invite(
    path: Path, out: Path | None = None, *, today: date, now: datetime, by: str = "office"
) -> Asked:
    """Write letters to everybody who was not asked yet, and record that they were asked.

    now: UTC, the moment that is recorded. by: the post that sends them. Raises NotAsked where the
    ruling does not allow the use; BadInput for a use that is not published, notices, feeds and folders
    that cannot be used. Letters that cannot be written are not recorded.
    """
    workspace, use = workspace_of(path), read_use(path)
    found = assess(path, today=today, vary=False)
    if not isinstance(found.ruling, Permit):
        reasons = (f"{found.ruling.heading}.", *(reason.text for reason in found.ruling.reasons))
        raise NotAsked((*reasons, _NOBODY), found.ruling.status)
    if today > found.ruling.expires:
        raise NotAsked((f"The ruling held until {found.ruling.expires}.", _NOBODY), 4)
    check_published(workspace.root, use)
    floor = found.ruling.floor
    notices = written_notices(workspace.root, use, floor, today)
    if not notices:
        raise _nothing_written(workspace.root, use, floor)
    feeds = feeds_of(use, read_feeds(workspace.root))
    with open_store(workspace) as store:
        _refuse_blocked(store, use, today)
        asking = _Asking(store, workspace, found, floor, notices, today, now, by)
        held = known_clients(store.permissions.subjects())
        before = asking.before()
        parts = {
            service: clients_of(
                [pair for pair in feeds if pair[1].service == service], held, today=today
            )
            for service in use.services
        }
        return asking.ask(parts, before, out)


_NOBODY = "Nobody is asked about it."


def _refuse_blocked(store: Store, use: Use, today: date) -> None:
    """Refuse to write to families about what does not go ahead: suspended, stopped, made smaller.

    A decision to build asks for letters; it blocks nothing.
    """
    block = blocked((entry.leaf for entry in store.log.entries()), use, today)
    if block is not None:
        raise NotAsked((block.text, _NOBODY, BLOCKED_TODO[block.why]), 3)


def workspace_of(path: Path) -> Workspace:
    """The workspace that a use lies in."""
    found = find_workspace(path)
    if found is None:
        allowed = "a use in uses/ of a workspace, or a folder with licet.toml"
        raise bad("this lies in no workspace", shown(path), allowed, "make one: licet init town/")
    return found


def check_published(root: Path, use: Use) -> None:
    """Refuse a use whose version is not in the register as it is: nobody could read what is asked."""
    known = versions(root, use.id).get(use.version)
    if known is None:
        raise bad(
            f"version {use.version} of {use.id} is not in the register: nobody could read of it",
            f"uses/{use.id}.toml",
            "a published use",
            f"licet publish {root}",
        )
    if known != json.loads(use.whole()):
        raise bad(
            f"{use.id} was edited after version {use.version} was published",
            f"uses/{use.id}.toml: version",
            "the version that is published, or a new one",
            f"give it version = {max(versions(root, use.id)) + 1}, then licet publish {root}",
        )


def written_notices(root: Path, use: Use, floor: Floor, today: date) -> dict[str, Notice]:
    """The notice in each language of the use that it is written in, the use's first language first.

    Raises BadInput with the faults of all of them.
    """
    start = _start(use, today) if floor == "objection" else None
    found: dict[str, Notice] = {}
    faults: list[Fault] = []
    for language in use.languages:
        path = notice_path(root, use.id, language, start is not None)
        text = read_notice(path) or (ENGLISH[floor] if language == "en" else None)
        if text is None:
            continue
        try:
            found[language] = make_notice(text, language, use, start)
        except BadInput as error:
            faults += error.within(shown(path)).faults
    if faults:
        raise BadInput(*faults)
    return found


def _start(use: Use, today: date) -> date:
    """The first day on which those who are told now may be joined."""
    return max(use.start, today + timedelta(days=NOTICE_DAYS))


def _nothing_written(root: Path, use: Use, floor: Floor) -> BadInput:
    paths = [notice_path(root, use.id, one, floor == "objection").name for one in use.languages]
    return bad(
        "there is no notice in any language of the use",
        shown(root / "notices"),
        ", ".join(paths),
        "write one; English is built in where the use names en among its languages",
    )


@dataclass(frozen=True)
class Before:
    """Who was asked or answered before: (pseudonym, whether as the person). refused: whose no stands."""

    asked: frozenset[tuple[str, bool]]
    refused: frozenset[tuple[str, bool]]

    def skips(self, subject: str, own: bool, stage: str) -> bool:
        """Whether this voice is not asked again. A no is not asked about, whoever's it is."""
        voices = [(subject, True)] + ([(subject, False)] if stage == "under_13" else [])
        return (subject, own) in self.asked or any(voice in self.refused for voice in voices)


@dataclass(frozen=True)
class _Asking:
    store: Store
    workspace: Workspace
    found: Assessment
    floor: Floor
    notices: Mapping[str, Notice]
    today: date
    now: datetime
    by: str

    @property
    def use(self) -> Use:
        return self.found.use

    def before(self) -> Before:
        """Who need not be asked, by what the ledger holds."""
        subjects = self.store.permissions.subjects()
        births = dict(subjects.select("subject", "birth").iter_rows())
        material = material_version(self.workspace.root, self.use)
        events = self.store.permissions.events()
        void = {e.supersedes for e in events if e.effect in ("expire", "invalidate")}
        asked: set[tuple[str, bool]] = set()
        no: dict[str, tuple[str, bool]] = {}
        for event in sorted(events, key=lambda event: event.at):
            if event.event_id in void or not self._about(event.scope):
                continue
            voice, speaker = (event.subject, event.own), f"{event.subject} {event.expressed_by}"
            if event.effect in ("refuse", "withdraw"):
                no[speaker] = voice
                continue
            if event.effect == "grant":
                no.pop(speaker, None)  # of the same person: a no of somebody else stands
            recent = _since(event, births.get(event.subject), self.today)
            if (event.scope.version or material) >= material and recent:
                asked.add(voice)
        same = self.store.permissions.heard_with({subject for subject, _ in no.values()})
        refused = frozenset(
            (one, own) for subject, own in no.values() for one in (subject, *same.get(subject, ()))
        )
        return Before(frozenset(asked) | refused, refused)

    def _about(self, scope: Scope) -> bool:
        return scope.use in (None, self.use.id) and scope.purpose in (None, self.use.purpose)

    def ask(self, parts: Mapping[str, Sequence[Client]], before: Before, out: Path | None) -> Asked:
        """Record and write everything, or nothing."""
        folder = self._folder(out)
        names = dict(
            self.store.permissions.subjects()
            .drop_nulls("handle")
            .select("handle", "subject")
            .iter_rows()
        )
        files: dict[str, bytes] = {}
        letters, reached, undated = {}, [], {}
        threshold = self.workspace.disclosure_threshold
        with self.store.changing():
            for service, clients in parts.items():
                every = [one for client in clients for one in _readers(client, self.today)]
                reached.append(
                    reach(service, (r for _, r, _ in every), list(self.notices), threshold)
                )
                undated[service] = shown_count(sum(c.birth is None for c in clients), threshold)
                new = [
                    (client, recipient)
                    for client, recipient, stage in every
                    if not before.skips(
                        names.get(client.identity.handle, ""), recipient.relation == "self", stage
                    )
                ]
                made = self._letters(service, new)
                letters[service] = len(made)
                if made:
                    files |= self._files(service, made)
            if files:
                self._write(folder, files)
        unwritten = tuple(one for one in self.use.languages if one not in self.notices)
        place = folder if files else None
        return Asked(self.use, self.floor, place, letters, tuple(reached), undated, unwritten)

    def _letters(self, service: str, new: Sequence[tuple[Client, Recipient]]) -> list[Letter]:
        """Record that these readers were asked, and their letters."""
        hashes = {language: notice.hash for language, notice in self.notices.items()}
        recipients = [recipient for _, recipient in new]
        made = self.store.invitations.make(
            self.use.id, self.use.version, service, recipients, hashes, by=self.by, at=self.now
        )
        if self.floor == "objection":
            self._tell(made, recipients, hashes)
        of = {
            (recipient.subject.handle, recipient.sent_to): pair
            for pair in new
            for recipient in pair[1:]
        }
        envelopes: dict[str, int] = {}
        found = []
        for number, one in enumerate(made, start=1):
            client, recipient = of[one.subject, one.sent_to]
            own = recipient.relation == "self"
            # A young person's letter travels by itself: what they answer is theirs.
            together = one.sent_to if own else client.family
            envelope = envelopes.setdefault(together, len(envelopes) + 1)
            to = client.name if own else f"The parent or carer of {client.name}"
            about, lines, postcode = client.name, client.lines, client.postcode
            found.append(
                Letter(number, envelope, one.language, to, about, lines, postcode, one.code)
            )
        return found

    def _tell(
        self,
        made: Sequence[Invitation],
        recipients: Sequence[Recipient],
        hashes: Mapping[str, str],
    ) -> None:
        """Where families are only told, the day on which they were told is what counts."""
        relation = {(r.subject.handle, r.sent_to): r.relation for r in recipients}
        events = [
            NewEvent(
                subject=one.subject,
                expressed_by=one.sent_to,
                relation=relation[one.subject, one.sent_to],
                effect="notify",
                scope=Scope(one.use, one.version),
                at=self.now,
                recorded_by=self.by,
                notice_hash=hashes[one.language],
                language=one.language,
                channel="paper",
            )
            for one in made
        ]
        self.store.permissions.append(events, now=self.now, sign=False)

    def _files(self, service: str, letters: Sequence[Letter]) -> dict[str, bytes]:
        marks = [SYNTHETIC] if self.found.synthetic else []
        page = letters_page(
            self.use, service, letters, self.notices, self.today, marks,
            address=self.workspace.address,
        )  # fmt: skip
        files = {f"letters-{service}.html": page, f"mailing-{service}.csv": mailing_csv(letters)}
        return {name: text.encode() for name, text in files.items()}

    def _folder(self, out: Path | None) -> Path:
        """Where the letters go; a folder that holds none yet, since codes are printed once."""
        if out is not None:
            check_folder(out)
            if out.exists() and any(out.iterdir()):
                todo = "name another: codes are printed once"
                raise bad("the folder is not empty", shown(out), "a new or empty folder", todo)
            return Path(out)
        place = self.workspace.root / "letters" / self.use.id
        number = 1
        while (folder := place / f"{self.today}{f'-{number}' if number > 1 else ''}").exists():
            number += 1
        return folder

    def _write(self, folder: Path, files: Mapping[str, bytes]) -> None:
        """Letters, and every notice by its hash, so that what was read can be looked up."""
        kept = self.workspace.root / "store" / "notices"
        for place in (folder, kept):
            try:
                place.mkdir(mode=0o700, parents=True, exist_ok=True)
            except OSError as error:
                what = f"the folder cannot be made ({error.strerror})"
                raise bad(what, shown(place), "a folder to write in") from None
        texts = {kept / f"{one.hash}.txt": one.kept.encode() for one in self.notices.values()}
        write_together({**{folder / name: data for name, data in files.items()}, **texts})


def _since(event: Event, birth: date | None, today: date) -> bool:
    """Whether something was said or sent since the last birthday that changes who decides."""
    on, day = day_number(today), day_number(event.at.date())
    return all(day >= birthday for birthday in birthdays(birth) if birthday <= on)


def stage_at(birth: date | None, today: date) -> str:
    """The stage on a day; who has no known birthday is treated as the youngest."""
    thirteen, sixteen = birthdays(birth)
    on = day_number(today)
    return "under_13" if on < thirteen else "13_to_15" if on < sixteen else "16_over"


def _readers(client: Client, today: date) -> list[tuple[Client, Recipient, str]]:
    """Who is written to about a client: those whose yes it takes."""
    stage = stage_at(client.birth, today)
    found = []
    for who in STAGES[stage].needs:
        own = who == "person"
        handle = client.identity.handle
        recipient = Recipient(
            client.identity,
            handle if own else f"{handle} holder",
            "self" if own else "parental_responsibility",
            client.family,
            client.reachable,
            stage,
        )
        found.append((client, recipient, stage))
    return found
