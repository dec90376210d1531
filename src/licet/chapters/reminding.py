"""Letters before a birthday that changes who decides: each service to its own clients, nothing joined."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from licet.chapters.clients import Client, clients_of, known_clients
from licet.chapters.inviting import SYNTHETIC, workspace_of
from licet.chapters.noticing import declared_uses
from licet.chapters.stores import open_store
from licet.errors import bad
from licet.files.feeds import read_feeds
from licet.files.permissions import read_notice
from licet.files.reading import shown
from licet.files.workspace import Workspace
from licet.files.writing import check_folder, write_together
from licet.permission.invitations import Recipient, language_for
from licet.permission.standing import birthdays
from licet.report.permission.letters import Letter, letters_page, mailing_csv
from licet.report.permission.notices import Notice
from licet.report.permission.reminders import ENGLISH, reminder

LONGEST_DAYS = 366


@dataclass(frozen=True)
class Reminded:
    """What reminding came to. folder: None where nobody has such a birthday. letters: by service."""

    folder: Path | None
    letters: Mapping[str, int]


@dataclass(frozen=True)
class _Due:
    client: Client
    age: int
    birthday: date
    own: bool


def remind(
    path: Path, days: int, out: Path | None = None, *, today: date, synthetic: bool = False
) -> Reminded:
    """Letters about everybody who was asked before and turns 13 or 16 in the next days, today included.

    To the young person and to who answers for them, each apart. Only what a service itself holds of its
    own clients is read; the ledger tells who was asked, and nothing of what they said. Raises BadInput.
    """
    if not 1 <= days <= LONGEST_DAYS:
        raise bad(f"{days} days", "--days", f"1 to {LONGEST_DAYS}")
    workspace = workspace_of(path)
    texts = _texts(workspace)
    uses = declared_uses(workspace).values()
    controller = next((use.controller for use in uses), workspace.name)
    feeds = read_feeds(workspace.root)
    with open_store(workspace) as store:
        held = known_clients(store.permissions.subjects())
    files: dict[str, str] = {}
    letters: dict[str, int] = {}
    for service in dict.fromkeys(feed.service for _, feed in feeds):
        clients = clients_of([p for p in feeds if p[1].service == service], held, today=today)
        asked = [one for one in clients if one.identity.records and _asked(one, held)]
        due = [one for client in asked for one in _due(client, today, days)]
        made, notices = _letters(due, texts, controller)
        letters[service] = len(made)
        if made:
            marks = [SYNTHETIC] if synthetic else []
            page = letters_page(None, service, made, notices, today, marks, controller=controller)
            files |= {
                f"reminders-{service}.html": page,
                f"mailing-{service}.csv": mailing_csv(made),
            }
    if not files:
        return Reminded(None, letters)
    folder = _folder(workspace, out, today)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_together({folder / name: text.encode() for name, text in files.items()})
    return Reminded(folder, letters)


def _asked(client: Client, held: Mapping[str, object]) -> bool:
    return any(row in held for row in client.identity.records)


def _due(client: Client, today: date, days: int) -> list[_Due]:
    """The letters about one client: none, or one to each who is told."""
    if client.birth is None or not client.reachable:
        return []
    start = date(1970, 1, 1).toordinal()
    found = []
    for age, number in zip((13, 16), birthdays(client.birth), strict=True):
        if 0 <= number + start - today.toordinal() < days:
            birthday = date.fromordinal(number + start)
            found += [_Due(client, age, birthday, own) for own in (False, True)]
    return found


def _letters(
    due: Sequence[_Due], texts: Mapping[str, str], controller: str
) -> tuple[list[Letter], dict[str, Notice]]:
    """The letters, and their texts by a name of their own."""
    made: list[Letter] = []
    notices: dict[str, Notice] = {}
    for one in due:
        recipient = Recipient(one.client.identity, "", "self", "")
        language = language_for(recipient, list(texts))
        if language is None:
            continue
        key = f"{language} {one.age} {one.own} {one.birthday:%Y-%m}"
        if key not in notices:
            notices[key] = reminder(
                texts[language], language, controller=controller, age=one.age, own=one.own,
                birthday=one.birthday,
            )  # fmt: skip
        name = one.client.name
        to = name if one.own else f"The parent or carer of {name}"
        number = len(made) + 1
        made.append(
            Letter(
                number, number, language, to, name, one.client.lines, one.client.postcode, "", key
            )
        )
    return made, notices


def _texts(workspace: Workspace) -> dict[str, str]:
    """The letter in every language that there is one in; English is built in."""
    found = {"en": ENGLISH}
    for path in sorted((workspace.root / "notices").glob("birthday-*.txt")):
        text = read_notice(path)
        if text and not text.lstrip().startswith("%"):
            found[path.stem.removeprefix("birthday-")] = text
    return found


def _folder(workspace: Workspace, out: Path | None, today: date) -> Path:
    if out is not None:
        check_folder(out)
        if out.exists() and any(out.iterdir()):
            raise bad("the folder is not empty", shown(out), "a new or empty folder")
        return Path(out)
    place = workspace.root / "letters" / "birthdays"
    number = 1
    while (folder := place / f"{today}{f'-{number}' if number > 1 else ''}").exists():
        number += 1
    return folder
