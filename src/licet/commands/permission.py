"""The commands of permissions: ``licet permission invite, record, remind, show`` and others."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from licet.commands.days import day
from licet.errors import bad, counted, unknown

if TYPE_CHECKING:
    from licet.chapters.permitting import Followed, Recorded, Said

app = typer.Typer(
    help="Permissions: ask families, record what they say, look it up.",
    rich_markup_mode=None,
    no_args_is_help=True,
)

Place = Annotated[Path, typer.Option("--workspace", "-w", help="The workspace.")]
Today = Annotated[str | None, typer.Option(help="As of this day: 2026-11-30.")]
By = Annotated[str, typer.Option(help="The post that records it; not a person's name.")]
Use = Annotated[str | None, typer.Option(help="The use: its id or document.")]
Relation = Annotated[
    str, typer.Option(help="self, parental_responsibility, guardian, corporate_parent, deputy.")
]
SaidBy = Annotated[str, typer.Option(help="Your own name for a holder, the same each time.")]
ChannelOption = Annotated[str, typer.Option(help="web, phone, paper, in_person or import.")]
At = Annotated[str | None, typer.Option(help="When it was said: 2026-11-30, or 2026-11-30T09:15Z.")]
Json = Annotated[bool, typer.Option("--json", help="Print data instead of text.")]
Keep = Annotated[Path | None, typer.Option(help="Also write the receipt to this .json file.")]
ANSWERS = {"yes": "grant", "no": "refuse", "later": "defer"}


def add_to(program: typer.Typer) -> None:
    """Make ``permission`` a family of commands of the program."""
    program.add_typer(app, name="permission")


@app.command()
def invite(
    use: Annotated[Path, typer.Argument(help="The use: a TOML file.")],
    out: Annotated[
        Path | None, typer.Option(help="A new folder for the letters; else letters/ there.")
    ] = None,
    today: Today = None,
    by: By = "office",
) -> None:
    """Letters with codes, each service to its own clients; who was asked before is not asked again."""
    from licet.chapters.inviting import NotAsked, invite
    from licet.report.permission.screen import invited_text

    try:
        found = invite(use, out, today=day(today), now=moment(today), by=by)
    except NotAsked as refused:
        print("\n".join(refused.reasons))
        raise typer.Exit(refused.status) from None
    texts = (found.reach, found.letters, found.undated, found.unwritten)
    print(invited_text(found.use.title, found.floor, *texts))
    if found.folder is None:
        print("Nobody is left to ask: nothing was written.", file=sys.stderr)
    else:
        print(f"Letters: {found.folder}  (delete them once they are sent)", file=sys.stderr)


@app.command("import")
def import_command(
    file: Annotated[Path, typer.Argument(help="A table of answers: CSV.")],
    workspace: Place = Path(),
    today: Today = None,
    by: By = "office",
) -> None:
    """Record every answer of a table, or none; what was recorded before is passed over."""
    from licet.chapters.importing import import_permissions

    found = import_permissions(file, workspace, now=moment(today), by=by)
    print(f"{counted(found.rows, 'row', 'rows')} read, {found.new:,} recorded now.")
    if found.unverified:
        who = "yes counts only once somebody has checked who gave it"
        many = "yes count only once somebody has checked who gave them"
        print(f"{counted(found.unverified, who, many)}.")
    if found.texts:
        where = "notices/"
        print(f"Notices in {', '.join(found.texts)} are not in {where}: keep their texts.")
    if found.unread:
        listed = ", ".join(f"{name} {count:,}" for name, count in found.unread.items())
        print(f"Details that cannot be read, and count as missing: {listed}.")
    _followed(found.followed)


@app.command()
def record(
    who: Annotated[str, typer.Argument(help="The code of a letter, or your own handle.")],
    answer: Annotated[str, typer.Argument(help="yes, no or later.")],
    use: Use = None,
    everything: Annotated[bool, typer.Option("--everything", help="A no to every use.")] = False,
    service: Annotated[str | None, typer.Option(help="Only about this service.")] = None,
    relation: Relation = "self",
    said_by: SaidBy = "",
    verified: Annotated[str, typer.Option(help="Who checked who it is, and how.")] = "",
    unverified: Annotated[
        bool, typer.Option("--unverified", help="Record a yes that does not count yet.")
    ] = False,
    independent: Annotated[
        str, typer.Option(help="Who, not of the authority, confirmed an authority's yes.")
    ] = "",
    language: Annotated[str, typer.Option(help="Of the notice that was read: en.")] = "",
    channel: ChannelOption = "in_person",
    at: At = None,
    until: Annotated[str | None, typer.Option(help="The last day of a yes.")] = None,
    out: Keep = None,
    workspace: Place = Path(),
    today: Today = None,
    by: By = "office",
    as_json: Json = False,
) -> None:
    """One answer, by code or handle; prints the receipt."""
    if answer not in ANSWERS:
        raise unknown("answer", answer, list(ANSWERS), "ANSWER")
    from licet.chapters.permitting import Said

    said = Said(
        who,
        ANSWERS[answer],  # type: ignore[arg-type]
        use,
        everything,
        service,
        relation,  # type: ignore[arg-type]
        said_by,
        verified,
        unverified,
        independent,
        language,
        channel,  # type: ignore[arg-type]
        None if until is None else _day(until, "--until"),
    )
    _record(said, workspace, at, today, by, out, as_json)


@app.command()
def withdraw(
    who: Annotated[
        str, typer.Argument(help="The code of a letter, used or not, your handle, or a row's id.")
    ],
    use: Use = None,
    everything: Annotated[bool, typer.Option("--everything", help="From every use.")] = False,
    relation: Relation = "self",
    said_by: SaidBy = "",
    channel: ChannelOption = "in_person",
    at: At = None,
    out: Keep = None,
    workspace: Place = Path(),
    today: Today = None,
    by: By = "office",
    as_json: Json = False,
) -> None:
    """Take a yes back: recorded, and followed at once by the run in force."""
    from licet.chapters.permitting import Said

    said = Said(
        who,
        "withdraw",
        use,
        everything,
        relation=relation,  # type: ignore[arg-type]
        said_by=said_by,
        channel=channel,  # type: ignore[arg-type]
    )
    _record(said, workspace, at, today, by, out, as_json)


@app.command()
def show(
    subject: Annotated[
        str | None, typer.Argument(help="Your handle for somebody, or their pseudonym.")
    ] = None,
    counts: Annotated[bool, typer.Option("--counts", help="Everybody, counted.")] = False,
    use: Use = None,
    workspace: Place = Path(),
    today: Today = None,
    as_json: Json = False,
) -> None:
    """The history of one subject, for the office alone; or counts, small ones kept back."""
    from licet.chapters import looking
    from licet.report.permission import screen

    if subject is not None and counts:
        raise bad("one subject, or counts of all?", "show", "SUBJECT or --counts")
    if subject is not None:
        told = looking.history(workspace, subject, today=day(today))
        said = (told.events, told.decisions, told.together)
        if as_json:
            _print_json(screen.history_data(told.subject, *said))
        else:
            print(screen.history_text(told.subject, told.handle, *said))
        return
    found = looking.counts(workspace, use, today=day(today))
    if as_json:
        _print_json([
            {"use": o.use, "version": o.version, "floor": o.floor, "counts": o.counts.to_dicts()}
            for o in found
        ])  # fmt: skip
    else:
        texts = (screen.counts_text(o.use, o.version, o.floor, o.counts) for o in found)
        print("\n\n".join(texts))


@app.command()
def receipt(
    name: Annotated[
        str | None, typer.Argument(metavar="ID", help="Of the receipt, or of its event.")
    ] = None,
    verify: Annotated[Path | None, typer.Option(help="Check this receipt (a .json file).")] = None,
    out: Keep = None,
    workspace: Place = Path(),
    as_json: Json = False,
) -> None:
    """A receipt again; or whether one is genuine: yes (0), no (3)."""
    from licet.chapters import looking
    from licet.report.permission.screen import receipt_text

    if verify is not None:
        found = looking.verify(workspace, verify, name)
        print(f"The receipt is {'GENUINE' if found.genuine else 'NOT GENUINE'}: {found.why}.")
        raise typer.Exit(0 if found.genuine else 3)
    if name is None:
        raise bad(
            "which receipt?", "ID", "its id, or the event's", "or check a file: --verify FILE"
        )
    one = looking.receipt(workspace, name)
    text = looking.receipt_json(one)
    _keep(out, text)
    print(text if as_json else receipt_text(one))


@app.command()
def remind(
    days: Annotated[int, typer.Option(help="Birthdays within so many days, today included.")] = 30,
    out: Annotated[
        Path | None, typer.Option(help="A new folder for the letters; else letters/birthdays/.")
    ] = None,
    workspace: Place = Path(),
    today: Today = None,
) -> None:
    """Letters before a 13th or 16th birthday, each service to its own clients; nothing is joined."""
    from licet.chapters.reminding import remind
    from licet.errors import counted
    from licet.vocabulary import label

    found = remind(workspace, days, out, today=day(today))
    for service, count in found.letters.items():
        if count:
            print(f"{label('service', service):<20}{counted(count, 'letter', 'letters')}")
    if found.folder is None:
        print("Nobody who was asked before turns 13 or 16 then: nothing was written.")
    else:
        print(f"Letters: {found.folder}  (delete them once they are sent)", file=sys.stderr)


@app.command()
def batch(
    workspace: Place = Path(),
    today: Today = None,
) -> None:
    """Seal what was recorded since the last time into the log: roots and counts, nobody's answer."""
    from licet.chapters.noticing import seal_batches

    found = seal_batches(workspace, at=moment(today))
    print(f"Sealed into the log: {', '.join(found)}." if found else "Nothing new was recorded.")


def moment(today: str | None) -> datetime:
    """Now, UTC; at noon of another day where one is given, never later than now."""
    now = datetime.now(UTC)
    chosen = now.date() if today is None else day(today)
    if chosen > now.date():
        raise bad(f"{chosen} is still to come", "--today", "today, or a day before")
    return now if chosen == now.date() else datetime.combine(chosen, time(12, tzinfo=UTC))


def _day(text: str, option: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise bad(f"{text!r} is not a date", option, "a day that exists: 2026-11-30") from None


def _at(text: str | None, now: datetime) -> datetime:
    """When something was said: a day, or a moment with its time zone. A future one is refused later."""
    if text is None:
        return now
    try:
        chosen = date.fromisoformat(text)
        return now if chosen == now.date() else datetime.combine(chosen, time(12, tzinfo=UTC))
    except ValueError:
        pass
    found: datetime | None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        allowed = "2026-11-30, or 2026-11-30T09:15Z with its time zone"
        raise bad(f"{text!r} is no time", "--at", allowed)
    return found.astimezone(UTC)


def _record(
    said: Said,
    workspace: Path,
    at: str | None,
    today: str | None,
    by: str,
    out: Path | None,
    as_json: bool,
) -> None:
    from licet.chapters import looking, permitting

    if out is not None and (out.is_dir() or not out.parent.is_dir()):
        # Told before anything is recorded.
        raise bad("the receipt cannot be written there", str(out), "a file in a folder that exists")
    now = moment(today)
    found = permitting.record(workspace, said, at=_at(at, now), now=now, by=by)
    receipts = [looking.receipt_json(one) for one in (found.receipt, *found.further)]
    print(_listed(receipts) if as_json else _told(found))
    for number, text in enumerate(receipts, start=1):
        _keep(_numbered(out, number), text)
    if found.further:
        many = counted(len(receipts), "handle", "handles")
        print(
            f"For the office: that row was let in by {many}; each has its receipt.", file=sys.stderr
        )
    _followed(found.followed)
    if found.late:
        todo = "correct it: the run follows when it is next opened, before anything else is done"
        raise bad("the answer is recorded, but a run cannot follow it yet", found.late, "", todo)


def _listed(receipts: Sequence[str]) -> str:
    """One receipt as it is; several as a list."""
    return receipts[0] if len(receipts) == 1 else f"[{', '.join(receipts)}]"


def _numbered(out: Path | None, number: int) -> Path | None:
    """Where a receipt is kept: FILE, then FILE-2."""
    if out is None or number == 1:
        return out
    return out.with_name(f"{out.stem}-{number}{out.suffix}")


def _told(found: Recorded) -> str:
    from licet.report.permission.screen import receipt_text
    from licet.report.permission.withdrawal import earlier_no_text, notice_text

    text = "\n\n".join(receipt_text(one) for one in (found.receipt, *found.further))
    effect = found.receipt.says["recorded"]["effect"]
    more = earlier_no_text() if effect == "grant" else notice_text(found.released)
    return f"{text}\n\n{more}"


def _keep(out: Path | None, text: str) -> None:
    from licet.files.writing import write_text

    if out is not None:
        write_text(out, text)
        print(f"written: {out}", file=sys.stderr)


def _followed(runs: tuple[Followed, ...]) -> None:
    """For the office: what a run lost. It is never told to whoever answered."""
    for one in runs:
        rows, names = counted(one.rows, "row", "rows"), counted(one.mentions, "name", "names")
        gone = f"{rows} left, {names} blanked"
        print(f"For the office: {one.use}, run {one.run}: {gone}.", file=sys.stderr)


def _print_json(data: Any) -> None:
    print(json.dumps(data, indent=2, ensure_ascii=False, default=str))
