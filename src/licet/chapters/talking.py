"""Dialogue as a workspace keeps it: asked, moderated, answered, voted on; with its log in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from licet.chapters.stores import open_store
from licet.conditions import made
from licet.dialogue.agreement import Agreement, agreement
from licet.dialogue.clock import calendar
from licet.dialogue.items import Act, Due, Item, after, check_words, items
from licet.dialogue.moves import Move
from licet.dialogue.terms import DAYS_OFF
from licet.errors import bad, unknown
from licet.files.use import read_title, read_use
from licet.files.workspace import Workspace, read_workspace
from licet.use import Use

if TYPE_CHECKING:
    from licet.store.opening import Store

LOGGED: Mapping[str, str] = {
    "open": "opened",
    "announce": "opened",
    "withhold": "not_published",
    "satisfied": "settled",
    "contest": "contested",
    "take_down": "taken_down",
}
"""Moves that the log tells of as a state. What nobody else could read is not told when it is taken back."""


@dataclass(frozen=True)
class Who:
    """Who acts. account: the key of an account. post: of staff, "" for a family."""

    account: str
    post: str = ""


def clock(workspace: Workspace) -> Due:
    """When an answer is due in a workspace. Raises BadInput without the package ``holidays``."""
    subdivision = workspace.dialogue.days_off

    @cache
    def days_off(year: int) -> frozenset[date]:
        try:
            import holidays
        except ImportError:
            todo = "pip install 'licet[web]'"
            raise bad("the clock of the dialogue needs the package holidays", todo=todo) from None
        return frozenset(holidays.country_holidays("GB", subdiv=subdivision, years=year))

    if subdivision not in DAYS_OFF:
        raise unknown("place", subdivision, list(DAYS_OFF), "dialogue.days_off")
    return calendar(days_off)


def items_in(workspace: Workspace, store: Store, use: str | None = None) -> dict[int, Item]:
    """Every item of a workspace, or of one of its uses, by its number."""
    return items(store.dialogue.acts(use=use), clock(workspace))


def item_in(workspace: Workspace, store: Store, number: int) -> Item:
    """One item. Raises BadInput where there is none."""
    found = items(store.dialogue.acts(item=number), clock(workspace))
    if number not in found:
        raise bad(f"there is no question q-{number}", "question", "one that is listed")
    return found[number]


def use_of(workspace: Workspace, use: str) -> tuple[Path, Use]:
    """The document of a use and what it says. Raises BadInput for one that is not declared."""
    found = {read_title(path)[0]: path for path in workspace.uses}
    if use not in found:
        raise unknown("use", use, list(found), "use")
    return found[use], read_use(found[use])


def ask(root: Path, use: str, sort: str, words: str, who: Who, *, now: datetime) -> Item:
    """Send a question, an objection or a proposed condition; or, of staff, give notice.

    Raises BadInput for words that are too short or too long, and for a use that is not there.
    """
    workspace = read_workspace(root)
    _, declared = use_of(workspace, use)
    text = check_words(words)
    with open_store(workspace) as store, store.changing():
        store.dialogue.lock()
        act = Act(
            store.dialogue.next_item(), "announce" if who.post else "ask",
            store.dialogue.pseudonym(who.account), who.post, now.astimezone(UTC),
            use, sort, declared.version, text="-",
        )  # fmt: skip
        after(None, act, clock(workspace))
        kept = store.dialogue.add(act, text)
        found = after(None, kept, clock(workspace))
        if found.public:
            store.log.append("question", _question(found, "opened", now.date()), now)
        return found


def do(
    root: Path,
    number: int,
    move: str,
    who: Who,
    *,
    now: datetime,
    words: str = "",
    parameter: str = "",
    value: str = "",
) -> Item:
    """Do something of an item, as the table of moves allows.

    parameter, value: of the condition that is accepted, which binds from here on. Raises BadInput for a
    move that is not allowed; nothing is then kept.
    """
    workspace = read_workspace(root)
    due = clock(workspace)
    with open_store(workspace) as store:
        with store.changing():
            store.dialogue.lock()
            item = item_in(workspace, store, number)
            text = check_words(words) if words.strip() else ""
            shown = made(parameter, value).written if parameter else ""
            act = Act(
                number, move, store.dialogue.pseudonym(who.account), who.post, now.astimezone(UTC),
                item.use, item.sort, item.version, "-" if text else "", parameter, shown,
            )  # fmt: skip
            after(item, act, due)
            kept = store.dialogue.add(act, text)
            found = after(item, kept, due)
            _take_down(store, found, kept)
            _log(workspace, store, item, found, kept)
        if parameter or move == "end" or workspace.dialogue.overdue_suspends:
            enforce(workspace, store, found.use, now.date())
    return found


def _take_down(store: Store, item: Item, act: Act) -> None:
    if act.move == "take_down":
        first = item.acts[0]
        store.dialogue.forget(first.number)


def _log(workspace: Workspace, store: Store, before: Item, item: Item, act: Act) -> None:
    """The leaves of an act: never a word of what anybody wrote, never who."""
    from licet.dialogue.items import move_of

    day, move = act.at.date(), move_of(before, act)
    if move.name in LOGGED or (move.name == "withdraw" and before.public):
        state = LOGGED.get(move.name, "withdrawn")
        store.log.append("question", _question(item, state, day), act.at)
    if move.answer:
        body: dict[str, Any] = {
            "use": item.use, "item": item.name, "sort": item.sort, "answer": move.answer,
            "role": act.role, "day": day.isoformat(), "text": act.text,
        }  # fmt: skip
        late = (day - before.due).days if before.due else 0
        store.log.append("answer", body | ({"late": late} if late > 0 else {}), act.at)
    if move.condition:
        store.log.append("condition", _condition(workspace, item, act, move), act.at)
    if move.name == "end":
        reason = " ".join(store.dialogue.words([act.number])[act.number].split())
        body = {"use": item.use, "item": item.name, "role": act.role, "reason": reason}
        store.log.append("condition_ended", body | {"day": day.isoformat()}, act.at)


def _question(item: Item, state: str, day: date) -> dict[str, Any]:
    body: dict[str, Any] = {
        "use": item.use, "item": item.name, "sort": item.sort, "state": state, "day": day.isoformat(),
    }  # fmt: skip
    if state in ("opened", "contested", "overdue") and item.due and item.waiting:
        body["due"] = item.due.isoformat()
    if state == "opened":
        body["text"] = item.acts[0].text
    return body


def _condition(workspace: Workspace, item: Item, act: Act, move: Move) -> dict[str, Any]:
    _, use = use_of(workspace, item.use)
    return {
        "use": item.use, "item": item.name, "parameter": act.parameter, "value": act.value,
        "role": act.role, "day": act.at.date().isoformat(), "version": use.version,
    }  # fmt: skip


def enforce(workspace: Workspace, store: Store, use: str, today: date) -> None:
    """What was accepted, or is owed, binds at once: the log has the ruling, a run it forbids is sealed."""
    from licet.chapters import sealing
    from licet.chapters.publishing import register_of, tell_ruling
    from licet.chapters.ruling import assess

    path, declared = use_of(workspace, use)
    found = assess(path, today=today, vary=False)
    if register_of(store, declared) == "published":
        tell_ruling(workspace, store, found, today)
    sealing.of_use(workspace, store, declared, found, today)


def say(root: Path, number: int, who: Who, said: str, *, now: datetime) -> None:
    """Agree, disagree, pass or second. The last vote counts; nobody seconds what they sent themselves."""
    workspace = read_workspace(root)
    with open_store(workspace) as store, store.changing():
        item = item_in(workspace, store, number)
        voter = store.dialogue.pseudonym(who.account)
        if not item.voted:
            raise bad("nobody can vote on it now", item.name, "an item that everybody can read")
        if said == "second" and voter == item.asker:
            raise bad("whoever sent it cannot second it", item.name, "somebody else")
        store.dialogue.votes.add(number, voter, said, now)


def declare(root: Path, who: Who, groups: Collection[str]) -> None:
    """Keep what somebody says of themselves. Raises BadInput for a group that is not declared."""
    workspace = read_workspace(root)
    known = dict(workspace.dialogue.groups)
    for group in groups:
        if group not in known:
            raise unknown("group", group, list(known), "dialogue.groups")
    with open_store(workspace) as store:
        store.dialogue.votes.declare(store.dialogue.pseudonym(who.account), groups)


def use_titles(root: Path) -> tuple[tuple[str, str], ...]:
    """Every use of a workspace: id and title."""
    return tuple(map(read_title, read_workspace(root).uses))


def dialogue_groups(root: Path) -> tuple[tuple[str, str], ...]:
    """The declared social groups of a workspace: id and what people read."""
    return read_workspace(root).dialogue.groups


def vote_of(root: Path, number: int, who: Who) -> str:
    """What somebody said of an item last, "" for nothing."""
    workspace = read_workspace(root)
    with open_store(workspace) as store:
        return store.dialogue.votes.of(number).get(store.dialogue.pseudonym(who.account), "")


def agreed_on(workspace: Workspace, store: Store, item: Item) -> Agreement:
    """How far people of each declared group agree with an item, as it may be shown."""
    votes = store.dialogue.votes.of(item.item)
    members = store.dialogue.votes.groups(votes.keys())
    groups = [group for group, _ in workspace.dialogue.groups]
    return agreement(votes, members, groups, fewest=workspace.disclosure_threshold)


def overdue(workspace: Workspace, store: Store, use: str, today: date) -> tuple[Item, ...]:
    """The items of a use whose answer is overdue; each is told once in the log."""
    if not store.dialogue.acts(use=use):
        return ()
    found = [one for one in items_in(workspace, store, use).values() if one.overdue(today)]
    mark_overdue(store, found, today)
    return tuple(found)


def owed(workspace: Workspace, store: Store, use: str, today: date) -> str:
    """What is said of a use that is not linked because it owes an answer; "" where that is not so."""
    if not workspace.dialogue.overdue_suspends:
        return ""
    late = overdue(workspace, store, use, today)
    names = ", ".join(one.name for one in late)
    return (
        f"An answer to families is overdue: {names}. Until it is given nothing is linked."
        if late
        else ""
    )


def mark_overdue(store: Store, late: Iterable[Item], today: date) -> None:
    """Tell in the log, once, that an answer is overdue."""
    from licet.store.dialogue import leaves_of

    late = list(late)
    if not late:
        return
    with store.changing():
        told = {
            (leaf.body["item"], leaf.body.get("due"))
            for leaf in leaves_of(store, ("question",))
            if leaf.body["state"] == "overdue"
        }
        for item in late:
            body = _question(item, "overdue", today)
            if (item.name, body.get("due")) not in told:
                store.log.append("question", body)
