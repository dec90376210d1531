"""What of the dialogue may be shown: to everybody, to whoever asked, to staff. Values, for pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from licet.chapters import talking
from licet.chapters.binding import KINDS, accepted_in
from licet.chapters.stores import open_store
from licet.chapters.talking import Who
from licet.conditions import made
from licet.dialogue.agreement import Agreement, must_answer
from licet.dialogue.clock import Counted, counted
from licet.dialogue.items import Item
from licet.dialogue.moves import ANSWERS, MOVES, SORTS
from licet.files.use import read_title
from licet.files.workspace import Workspace, read_workspace

if TYPE_CHECKING:
    from licet.store.opening import Store

SAID = ("explain", "accept", "accept_in_part", "decline")
REFUSED = ("withhold", "uphold")


@dataclass(frozen=True)
class Told:
    """One line of an item's history: the day, the sentence, what was written by staff, "" for nothing."""

    day: date
    sentence: str
    words: str = ""


@dataclass(frozen=True)
class Question:
    """An item as somebody may see it. words: "" where they may not, or where they were taken down; then
    gone says why. seconds: None where too few to say. must: why it must be answered. own: whether the
    viewer sent it. moves: what the viewer may do."""

    number: int
    name: str
    use: str
    title: str
    sort: str
    sort_label: str
    state: str
    sentence: str
    asked: date
    due: date | None
    days: int
    waiting: bool
    overdue: bool
    public: bool
    voted: bool
    words: str
    gone: str
    reason: str
    answer: str
    answer_words: str
    condition: str
    ended: bool
    history: tuple[Told, ...]
    agreement: Agreement
    groups: tuple[tuple[str, str], ...]
    seconds: int | None
    must: str
    own: bool


@dataclass(frozen=True)
class Heard:
    """The dialogue of a workspace, or of one of its uses. hidden: what was not published, without a word
    of it. changed: (use, title, sentence, item, day) of every condition that binds."""

    questions: tuple[Question, ...]
    notices: tuple[Question, ...]
    hidden: tuple[Question, ...]
    counts: Counted
    changed: tuple[tuple[str, str, str, str, date | None], ...]


def heard(
    root: Path, *, use: str | None = None, today: date, titles: Mapping[str, str] | None = None
) -> Heard:
    """What everybody may read of the dialogue: the oldest that wait first.

    titles: of the declared uses, in the order of their documents, where somebody has read those already.
    """
    from licet.store.dialogue import leaves_of

    workspace = read_workspace(root)
    titles = _titles(workspace) if titles is None else titles
    with open_store(workspace) as store:
        all_items = talking.items_in(workspace, store, use)
        kept = [one for one in all_items.values() if one.use in titles]
        shown = [_question(workspace, store, one, titles, today) for one in kept]
        agreed = {leaf.body["use"] for leaf in leaves_of(store, KINDS)}
        changed = [
            (name, titles[name], one.sentence, one.item, one.agreed)
            for name in titles
            if use in (None, name) and name in agreed
            for one in accepted_in(store, name)
        ]
    order = sorted(
        shown, key=lambda q: (not q.waiting, q.asked if q.waiting else date.max, -q.number)
    )
    return Heard(
        tuple(q for q in order if q.public and q.sort != "notice"),
        tuple(q for q in order if q.sort == "notice"),
        tuple(q for q in order if q.state in ("not_published", "upheld", "appealed")),
        counted(kept, today),
        tuple(changed),
    )


def question(root: Path, number: int, *, today: date, who: Who | None = None) -> Question | None:
    """One item as somebody may see it; None where they may see nothing of it."""
    workspace = read_workspace(root)
    with open_store(workspace) as store:
        acts = store.dialogue.acts(item=number)
        if not acts:
            return None
        item = talking.item_in(workspace, store, number)
        viewer = store.dialogue.pseudonym(who.account) if who else ""
        staff = bool(who and who.post)
        if not (item.public or staff or viewer == item.asker):
            return None
        shown = _question(workspace, store, item, _titles(workspace), today, viewer, staff)
    return shown


def own(root: Path, who: Who, *, today: date) -> tuple[Question, ...]:
    """What somebody sent, the newest first."""
    workspace = read_workspace(root)
    with open_store(workspace) as store:
        viewer = store.dialogue.pseudonym(who.account)
        mine = [i for i in talking.items_in(workspace, store).values() if i.asker == viewer]
        titles = _titles(workspace)
        found = [_question(workspace, store, one, titles, today, viewer) for one in mine]
    return tuple(reversed(found))


def queue(root: Path, states: Sequence[str], *, today: date) -> tuple[Question, ...]:
    """For staff: the items in some states, the one that is due first at the top."""
    workspace = read_workspace(root)
    with open_store(workspace) as store:
        titles = _titles(workspace)
        found = [
            _question(workspace, store, one, titles, today, staff=True)
            for one in talking.items_in(workspace, store).values()
            if one.state in states
        ]
    return tuple(sorted(found, key=lambda q: (q.due or date.max, q.number)))


def log_overdue(root: Path, *, today: date) -> None:
    """Tell in the log, once each, which answers are overdue, and the rulings of uses that wait for them."""
    workspace = read_workspace(root)
    with open_store(workspace) as store:
        late = [i for i in talking.items_in(workspace, store).values() if i.overdue(today)]
        talking.mark_overdue(store, late, today)
        if workspace.dialogue.overdue_suspends:
            for use in sorted({one.use for one in late}):
                talking.enforce(workspace, store, use, today)


def _titles(workspace: Workspace) -> dict[str, str]:
    return dict(map(read_title, workspace.uses))


def _question(
    workspace: Workspace,
    store: Store,
    item: Item,
    titles: Mapping[str, str],
    today: date,
    viewer: str = "",
    staff: bool = False,
) -> Question:
    words = store.dialogue.words([act.number for act in item.acts if act.text])
    own = bool(viewer) and viewer == item.asker
    found = talking.agreed_on(workspace, store, item)
    seconds = len(store.dialogue.votes.seconds(item.item))
    terms = workspace.dialogue
    must = must_answer(item.sort, found, seconds, voices=terms.voices, enough_seconds=terms.seconds)
    seen = item.public or staff or own
    return Question(
        item.item, item.name, item.use, titles.get(item.use, item.use), item.sort, SORTS[item.sort],
        item.state, item.sentence, item.asked.date(), item.due, item.days(today), item.waiting,
        item.overdue(today), item.public, item.voted,
        words.get(item.acts[0].number, "") if seen else "",
        words.get(item.text_of("take_down"), "") if item.taken_down else "",
        words.get(item.text_of(*REFUSED), ""),
        ANSWERS.get(item.answer, ""), words.get(item.text_of(*SAID), ""),
        made(*item.condition).sentence if item.condition else "", item.ended,
        _history(item, words), found, terms.groups,
        seconds if seconds == 0 or seconds >= workspace.disclosure_threshold else None,
        must if item.waiting else "", own,
    )  # fmt: skip


def _history(item: Item, words: Mapping[int, str]) -> tuple[Told, ...]:
    """What was done, in sentences; of families not a word, and not who."""
    says = {move.name: move.says for move in MOVES if item.sort in move.sorts}
    return tuple(
        Told(
            act.at.date(),
            f"{says[act.move].rstrip('.')} ({act.role})." if act.role else says[act.move],
            words.get(act.number, "") if act.role and act is not item.acts[0] else "",
        )
        for act in item.acts
    )
