"""The register's entries of a workspace: read where they are ready, made anew where they are not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from licet.chapters.audit_figures import figures_of
from licet.chapters.remembering import GONE, RULED_AGAIN, remember
from licet.chapters.stores import open_store
from licet.files.workspace import Workspace, read_workspace
from licet.register.entry import Dialogue, Question, RegisterEntry, Ruled
from licet.register.filters import FACETS, facets_of
from licet.register.filters import Question as Asked
from licet.register.lines import Line, line_of
from licet.register.making import entry_of, made_anew_on

if TYPE_CHECKING:
    from licet.dialogue.items import Item
    from licet.store.entries import Kept
    from licet.store.opening import Store

PAGE = 25
"""Uses on one page of a list."""
LAST = 100_000
"""Pages that a list can have at most."""
Choices = Mapping[str, tuple[tuple[str, str, int], ...]]
"""By facet what can be looked for: value, label, and how many uses there are of it."""


@dataclass(frozen=True)
class Listing:
    """A page of a list. page: from 1. uses: how many there are on all pages."""

    lines: tuple[Line, ...]
    page: int
    pages: int
    uses: int


def entry(root: Path, use: str, *, today: date) -> RegisterEntry | None:
    """The entry of one use; None for a use that was never published."""
    workspace = read_workspace(root)
    with open_store(workspace) as store:
        renew(workspace, store, today)
        text = store.entries.text(use)
    return read_entry(text) if text else None


@lru_cache(maxsize=64)
def read_entry(text: str) -> RegisterEntry:
    """An entry as it is kept; a use has several pages, and one is read more often than the others."""
    return RegisterEntry.model_validate_json(text)


def entries(root: Path, *, today: date) -> Iterator[RegisterEntry]:
    """Every entry, by the id of its use. today: the day as of which expiry and delays are told.

    Raises BadInput for what is no workspace, and for a store that cannot be opened.
    """
    workspace = read_workspace(root)
    with open_store(workspace) as store:
        renew(workspace, store, today)
        for text in store.entries.texts():
            yield RegisterEntry.model_validate_json(text)


def listing(root: Path, question: Asked, page: int, *, today: date) -> Listing | None:
    """The uses that are looked for, ``PAGE`` at a time, by title; None for a page that is not there."""
    if not 1 <= page <= LAST:
        return None
    workspace = read_workspace(root)
    with open_store(workspace) as store:
        renew(workspace, store, today)
        found = store.entries.listed(question.facets, (page - 1) * PAGE, PAGE)
    pages = max(1, -(-found.uses // PAGE))
    if page > pages:
        return None
    return Listing(tuple(map(Line.model_validate_json, found.lines)), page, pages, found.uses)


def lines(root: Path, *, today: date) -> list[Line]:
    """What lists say of every use, by title."""
    workspace = read_workspace(root)
    with open_store(workspace) as store:
        renew(workspace, store, today)
        return [Line.model_validate_json(text) for text in store.entries.lines()]


def choices(root: Path) -> Choices:
    """What uses can be looked for by."""
    with open_store(read_workspace(root)) as store:
        held = store.entries.choices()
    return {
        facet: tuple((value, label, uses) for name, value, label, uses in held if name == facet)
        for facet in (*FACETS, "mark")
    }


def site_marks(store: Store) -> tuple[str, ...]:
    """What has to stand on top of every page that is about several uses."""
    return tuple(label for _, _, label, _ in store.entries.choices("mark"))


def renew(workspace: Workspace, store: Store, today: date) -> list[str]:
    """Make those entries anew that the log, the dialogue or the calendar has outrun; their uses."""
    behind = store.entries.stale(today)
    if behind:
        _rule_again(workspace, store, behind, today)
        store.entries.keep([made for use in behind for made in _made(workspace, store, use, today)])
    return behind


def _rule_again(workspace: Workspace, store: Store, uses: Iterable[str], today: date) -> None:
    """A condition that was accepted, or has ended, changes the ruling before anybody publishes again."""
    from licet.chapters.ruling import assess
    from licet.files.use import read_use

    changed = [use for use in uses if (store.entries.ruled(use) or ("gone", ""))[0] == ""]
    for path in workspace.uses if changed else ():
        use = read_use(path)
        held = store.entries.ruled(use.id) if use.id in changed else None
        if held is not None and Ruled.model_validate_json(held[1]).use_hash == use.hash():
            remember(workspace.root, store, assess(path, today=today), RULED_AGAIN)


def _made(workspace: Workspace, store: Store, use: str, today: date) -> Iterable[Kept]:
    from licet.chapters.publishing import versions
    from licet.chapters.rules import published_rules
    from licet.store.entries import Kept

    known = store.entries.ruled(use)
    if known is None:
        return
    mark, text = known
    leaves = store.entries.leaves(use)
    found = entry_of(
        Ruled.model_validate_json(text),
        workspace.name,
        versions(workspace.root, use),
        leaves,
        today=today,
        told=store.entries.told_about(use),
        gone=mark == GONE,
        dialogue=dialogue_of(workspace, store, use, today),
        figures=figures_of(workspace.root, use, leaves),
        rules=published_rules(workspace.root, use, [leaf for _, leaf in leaves]),
    )
    yield Kept(
        use=use,
        title=found.title,
        line=line_of(found).model_dump_json(),
        mark=mark,
        ruled=text,
        text=found.model_dump_json(by_alias=True),
        anew=made_anew_on(found, today),
        facets=tuple(facets_of(found)),
    )


def dialogue_of(workspace: Workspace, store: Store, use: str, today: date) -> Dialogue:
    """What was asked of a use, as far as everybody may read it."""
    from licet.chapters.talking import items_in
    from licet.dialogue.clock import counted

    if not store.dialogue.acts(use=use):
        return Dialogue()
    items = items_in(workspace, store, use).values()
    found = counted(items, today)
    public = [one for one in items if one.public and one.sort != "notice"]
    return Dialogue(
        open=found.waiting,
        answered=found.answered,
        overdue=found.overdue,
        median_days=found.median_days,
        longest_wait=found.oldest if found.waiting else None,
        items=tuple(_question(store, one, today) for one in sorted(public, key=_order)),
    )


def _order(one: Item) -> tuple[bool, int]:
    """What waits first, the longest first; then what was asked last."""
    return not one.waiting, one.item if one.waiting else -one.item


def _question(store: Store, one: Item, today: date) -> Question:
    from licet.chapters.listening import SAID
    from licet.dialogue.moves import ANSWERS, SORTS

    first, gone, said = one.acts[0].number, one.text_of("take_down"), one.text_of(*SAID)
    words = store.dialogue.words([number for number in (first, gone, said) if number])
    answer = f"{ANSWERS[one.answer]}. {words.get(said, '')}".strip() if one.answer else ""
    return Question(
        id=one.name,
        kind=SORTS[one.sort],
        state=one.sentence,
        text=f"Taken down: {words.get(gone, '')}" if one.taken_down else words.get(first, ""),
        asked=one.asked.date(),
        due=one.due,
        waits=one.days(today) if one.waiting else None,
        overdue=one.overdue(today),
        answer=answer,
        path=f"questions/{one.item}",
    )
