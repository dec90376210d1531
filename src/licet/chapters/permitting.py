"""What one person says: recorded, followed at once by every run in force, and said back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from licet.chapters import arriving, offer_letters
from licet.chapters.inviting import check_published, workspace_of, written_notices
from licet.chapters.noticing import declared_uses, refuse_unreviewed, sent_notice, use_at
from licet.chapters.stores import open_store
from licet.chapters.whose import is_row, of_nobody, whose
from licet.errors import BadInput, LicetError, bad, unknown
from licet.files.runs import MANIFEST, current, read_manifest
from licet.files.workspace import Workspace
from licet.permission.checking import given
from licet.permission.events import Channel, Effect, NewEvent, Relation, Scope
from licet.permission.invitations import read_code, used
from licet.permission.receipts import Receipt
from licet.report.permission.notices import no_notice
from licet.report.permission.withdrawal import Released
from licet.use import Use

if TYPE_CHECKING:
    from licet.store.invitations import Invited
    from licet.store.opening import Store


@dataclass(frozen=True)
class Said:
    """What somebody says. who: a code, a handle or a pseudonym. effect: grant, refuse or defer; or
    withdraw, which becomes a refusal where this person gave nothing before. use: id or document; None
    with a code, or where everything is meant. relation, said_by: who says it, if not the person; said_by
    is the office's own name for them. verified: who checked that, and how. unverified: that it is
    recorded all the same. language: of the notice that was read. until: last day of a yes."""

    who: str
    effect: Effect
    use: str | None = None
    everything: bool = False
    service: str | None = None
    relation: Relation = "self"
    said_by: str = ""
    verified: str = ""
    unverified: bool = False
    independent: str = ""
    language: str = ""
    channel: Channel = "in_person"
    until: date | None = None


@dataclass(frozen=True)
class Followed:
    """A run that followed the ledger: how many rows left it, in how many a named person was blanked."""

    use: str
    run: str
    rows: int
    mentions: int


@dataclass(frozen=True)
class Recorded:
    """What was recorded. released: what had been given out before, of the uses it is about. followed:
    the runs in force, for the office alone. late: why a run could not follow; the answer stands. further:
    receipts of what was recorded with it, where a row was let in by several handles."""

    receipt: Receipt
    released: tuple[Released, ...] = ()
    followed: tuple[Followed, ...] = ()
    late: str = ""
    further: tuple[Receipt, ...] = ()


def record(
    workspace: Path, said: Said, *, at: datetime, now: datetime, by: str = "office"
) -> Recorded:
    """Record what one person says; unless it is a yes, every run in force follows before this returns.

    at: when it was said; now: UTC, nothing may be later. by: the post that records it. Raises BadInput
    for a code that is wrong or used, a subject nobody knows, a use or scope that is not there, a yes
    that nobody verified.
    """
    place = workspace_of(workspace)
    uses = declared_uses(place)
    named = None if said.use is None else use_called(said.use, uses)
    with open_store(place) as store:
        code = _code(store, said.who)
        further: tuple[Receipt, ...] = ()
        if code:
            receipt, about = _by_code(store, place, said, code, named, uses, at, now, by)
        else:
            about = named
            with store.changing():
                receipt, *more = [
                    _by_handle(store, place, replace(said, who=who), named, uses, at, now, by)
                    for who in _meant(store, place, said, named, now.date())
                ]
            further = tuple(more)
    if receipt.says["recorded"]["effect"] == "grant":
        return Recorded(receipt)
    found = released(place, None if about is None else about.id)
    try:
        runs = follow_runs(place, today=now.date())
    except LicetError as error:
        return Recorded(receipt, found, late=str(error), further=further)
    return Recorded(receipt, found, runs, further=further)


def _meant(
    store: Store, place: Workspace, said: Said, named: Use | None, today: date
) -> tuple[str, ...]:
    """Those whom a handle means. Of a row's id, where somebody takes a yes back or says no, everybody whose
    yes lets the row in; a yes by the id of a row is of the handle alone."""
    by_row = said.effect in ("withdraw", "refuse") and is_row(said.who)
    try:
        known = [store.permissions.pseudonym(said.who)]
    except BadInput:
        if not by_row:
            raise
        known = []
    if by_row:
        known += whose(place, store, said.who, named, today)
    if not known:
        raise of_nobody(said.who)
    return tuple(dict.fromkeys(known))


def follow_runs(workspace: Workspace, *, today: date) -> tuple[Followed, ...]:
    """Bring every run in force to the end of the ledger.

    Raises LicetError where one cannot follow: the ledger stands, and the run follows when it is next
    opened.
    """
    done = []
    ran = {place.name for place in (workspace.root / "runs").glob("*")}
    for path in workspace.uses:
        use = use_at(path).id
        if use not in ran or not current(workspace.root, use):
            continue
        found = arriving.follow(path, today=today)
        if found is not None:
            place, change = found
            done.append(Followed(place.use, place.run, change.rows, change.mentions))
    for place, change in arriving.follow_undeclared(workspace, today=today):
        done.append(Followed(place.use, place.run, change.rows, change.mentions))
    offer_letters.sweep_every(workspace)
    return tuple(done)


def released(workspace: Workspace, use: str | None) -> tuple[Released, ...]:
    """What runs gave out so far, of one use or of all; the same whoever asks."""
    found = []
    for path in sorted((workspace.root / "runs").glob(f"{use or '*'}/*/{MANIFEST}")):
        if path.parent.suffix == ".part":
            continue
        manifest = read_manifest(path.parent)
        in_force = current(workspace.root, manifest["use"]) == manifest["run"]
        names = (manifest["use"], manifest["run"], manifest["day"])
        found.append(Released(*names, tuple(sorted(manifest["outputs"])), in_force))
    return tuple(found)


def use_called(name: str, uses: dict[str, Use]) -> Use:
    """A use by its id or document."""
    found = uses.get(name) or uses.get(Path(name).stem)
    if found is None:
        raise unknown("use", name, list(uses), "--use")
    return found


def _code(store: Store, who: str) -> str:
    """The code that was typed; "" where it is a handle or a pseudonym."""
    try:
        code = read_code(who)
    except BadInput:
        return ""
    try:
        store.permissions.pseudonym(who)
    except BadInput:
        return code
    return ""


def _by_code(
    store: Store,
    place: Workspace,
    said: Said,
    code: str,
    named: Use | None,
    uses: dict[str, Use],
    at: datetime,
    now: datetime,
    by: str,
) -> tuple[Receipt, Use | None]:
    invited, answered = store.invitations.sent(code)
    if named is not None and named.id != invited.use:
        what = f"this code is about the use {invited.use!r}"
        raise bad(what, "--use", invited.use, "leave --use out: the code says it")
    about = uses.get(invited.use)
    if said.effect != "withdraw":
        if answered:
            raise used(code)
        version = about.version if about else invited.version
        if said.effect == "grant" and version != invited.version:
            raise _older(invited, version)
        if said.effect == "grant" and store.voices.said_no_since(invited):
            raise _no_stands()
        if said.effect == "grant":
            sent = (about, invited.language, invited.notice_hash)
            refuse_unreviewed(sent_notice(place.root, *sent))
        receipt = store.invitations.answer(
            code, said.effect, by=by, channel=said.channel, at=at, valid_until=said.until, now=now
        )
        return receipt, about
    event = NewEvent(
        subject=invited.subject,
        expressed_by=invited.expressed_by,
        relation=invited.relation,
        effect="withdraw",
        scope=Scope(invited.use),
        at=at,
        recorded_by=by,
        verified_by="invitation code",
        channel=said.channel,
    )
    if not answered:
        effect: Effect = _no(store, event).effect
        return store.invitations.answer(
            code, effect, by=by, channel=said.channel, at=at, now=now
        ), about
    (receipt,) = store.permissions.append([_no(store, event)], now=now)
    return receipt, about


def _no_stands() -> BadInput:
    return bad(
        "A no was said after this letter was sent, and a letter that somebody finds cannot undo it",
        "answer",
        "no with this code; a yes from whoever said no",
        "To say yes, sign in to your account, phone us or come to the desk: we check who you are first",
    )


def _older(invited: Invited, version: int) -> BadInput:
    return bad(
        f"the code is of version {invited.version}; {invited.use} has changed since",
        "code",
        f"a code of version {version}",
        "send a new letter: licet permission invite",
    )


def _by_handle(
    store: Store,
    place: Workspace,
    said: Said,
    named: Use | None,
    uses: dict[str, Use],
    at: datetime,
    now: datetime,
    by: str,
) -> Receipt:
    _check_scope(said, named, uses)
    subject = store.permissions.pseudonym(said.who)
    _check_voice(said)
    language, notice = _read(store, place, said, named, subject, now.date())
    event = NewEvent(
        subject=subject,
        expressed_by=subject if said.relation == "self" else said.said_by,
        relation=said.relation,
        effect=said.effect,
        scope=Scope(
            named.id if named else None,
            named.version if named and said.effect == "grant" else None,
            service=said.service,
        ),
        at=at,
        recorded_by=by,
        verified_by=said.verified,
        independent=said.independent,
        notice_hash=notice,
        language=language,
        channel=said.channel,
        valid_until=said.until,
    )
    event = _no(store, event) if said.effect == "withdraw" else event
    latest = {use.id: use.version for use in uses.values()}
    (receipt,) = store.permissions.append([event], now=now, uses=latest)
    return receipt


def _no(store: Store, event: NewEvent) -> NewEvent:
    """A withdrawal; or a refusal, which is as good, where this voice gave nothing before."""
    from licet.store import appending

    with store.reading() as connection:
        (named,) = appending.named(connection, store.keys, [event], {})
    history = store.permissions.history(event.subject)
    return event if given(named, history) else replace(event, effect="refuse")


def _check_scope(said: Said, named: Use | None, uses: dict[str, Use]) -> None:
    if named is None and not said.everything:
        todo = "--use ID, or --everything where every use is meant"
        raise bad("which use is this about?", "--use", ", ".join(uses), todo)
    if said.everything and said.effect == "grant":
        what = "a yes is to one use: nobody has read the notice of every use"
        raise bad(what, "--everything", "with no, later and withdraw only", "name the --use")
    if named is not None and said.service is not None and said.service not in named.services:
        raise unknown("service of this use", said.service, named.services, "--service")


def _check_voice(said: Said) -> None:
    if said.relation != "self" and not said.said_by.strip():
        todo = f'--said-by "{said.who} holder" if the letter went to them; else a name of your own'
        what = "who says this? Each holder is one voice, and has one name"
        raise bad(what, "--said-by", "the office's own name for them, the same each time", todo)
    if said.relation == "self" and said.said_by:
        raise bad("somebody else says this", "--relation", "parental_responsibility, guardian ...")
    if said.effect == "grant" and not said.verified.strip() and not said.unverified:
        raise bad(
            "nobody has checked who says yes, so it would not count",
            "--verified",
            'how it was checked: --verified "passport seen at the desk"',
            "check it; or record it without counting it: --unverified",
        )


def _read(
    store: Store, place: Workspace, said: Said, use: Use | None, subject: str, today: date
) -> tuple[str, str]:
    """Language and hash of the notice that a yes was given on."""
    if use is None or said.effect != "grant":
        return "", ""
    check_published(place.root, use)
    notices = written_notices(place.root, use, "ask_first", today)
    reads = sorted(store.voices.person(subject).details.languages)
    chosen = said.language or next((one for one in reads if one in notices), "")
    chosen = chosen or next(iter(notices), use.languages[0])
    if chosen not in notices:
        raise no_notice(use.id, chosen, list(notices))
    refuse_unreviewed(notices[chosen])
    return chosen, notices[chosen].hash
