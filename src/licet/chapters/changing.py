"""After a run: somebody says no, or new rows arrive. The run in force follows at once.

``permitting.record`` comes here through ``arriving.follow`` whenever an answer is recorded.

Both redo whole connected components and nothing else; the result is that of linking everything again
with the same model. The ledger comes first: an event that is written but not yet followed is followed
by whoever opens the run next, so that nothing is lost by an interruption.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from licet.chapters.joining import Secrets, least_weight, reviewed
from licet.chapters.missing import miss
from licet.chapters.regrouping import again, component
from licet.chapters.unswept import unswept
from licet.engines.protocol import Edges
from licet.engines.zone import MEMBER, MENTIONS, Zone, read_rows, remove_rows
from licet.engines.zone_forgetting import discard, forget
from licet.permission.reach import Fit, Reach, mention_stays, row_reason

if TYPE_CHECKING:
    from licet.linkage.spec import LinkageSpec
    from licet.permission.rules import Question
    from licet.store.opening import Store

Pairs = Sequence[tuple[str, str]]
Fields = tuple[Any, ...]
"""A row of ``zone.MEMBER``, ``zone.FIT`` or ``zone.MENTION_FIT``."""
Members = Mapping[int, Fields]
"""Rows of ``zone.MEMBER`` by node."""
Effects = Mapping[int, Mapping[int, str]]
"""By number of feed and number of person: "granted", "refused" or "none"."""


@dataclass(frozen=True)
class Change:
    """What a change did. rows: that left or arrived; mentions: that were blanked; events: of persons,
    by kind."""

    rows: int = 0
    mentions: int = 0
    events: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Rules:
    """What a run's clusters and gate obey. least: match weight from which rows may join; alone: numbers
    of feeds with one record per person; questions: what is asked of the ledger, by number of feed."""

    least: float
    alone: tuple[int, ...]
    must: Pairs
    cannot: Pairs
    questions: Mapping[int, Question]
    reach: Reach = field(default_factory=Reach)

    @property
    def day(self) -> str:
        """The day that is asked about."""
        return max((q.on.isoformat() for q in self.questions.values()), default="")


def rules_of(
    store: Store,
    use: str,
    spec: LinkageSpec,
    alone: Sequence[int],
    questions: Mapping[int, Question],
) -> Rules:
    """The rules of a use's run as they stand."""
    must, cannot = reviewed(store, use)
    return Rules(least_weight(spec.link_above), tuple(alone), must, cannot, questions)


@unswept()
def follow(
    store: Store,
    zone: Zone,
    rules: Rules,
    secrets: Secrets,
    upto: int | None = None,
    people: pl.DataFrame | None = None,
) -> Change:
    """Bring a run to the end of the ledger: what is no longer permitted goes, and nothing is added.

    A yes also ends by itself, so on a new day everybody is looked at. upto: how far the run is said to
    follow; what comes after is looked at again. people: everybody, to find details that changed without
    a word. Raises BadInput where the ledger cannot be read; then nothing changed.
    """
    from licet.store.effects import spoken_since

    finish_removal(zone)
    position, day = int(zone.fact("ledger")), rules.day
    now = store.permissions.snapshot().sequence if upto is None else upto
    held = _held_out(store)
    if now == position and day == zone.fact("day") and people is None and not held:
        return Change()
    numbers = set(spoken_since(store, position).values()) | _changed(zone, people) | held.numbers
    if day != zone.fact("day"):
        numbers |= _ended(store, zone, rules)
    found = _fits(store, zone, rules, numbers)
    effects = held.over(_effects(store, found.people, rules), rules)
    there = {member[0]: member for member in zone.members_at(found.nodes)}
    leaving = _leaving(there, found, effects, rules)
    leaving += [one for one in zone.members(held.rows).rows() if one not in leaving]
    blanked = _blanked(there, found, effects, rules)
    change = _remove(store, zone, leaving, blanked, rules, secrets, now)
    finish_removal(zone)
    return change


@dataclass(frozen=True)
class _HeldOut:
    """What families dispute and want left out: rows, and numbers of people by service."""

    rows: Collection[str]
    people: Mapping[str, frozenset[int]]

    def __bool__(self) -> bool:
        return bool(self.rows or self.people)

    @property
    def numbers(self) -> set[int]:
        """Everybody of whom all records of some service are held out."""
        return {number for some in self.people.values() for number in some}

    def over(self, effects: Effects, rules: Rules) -> Effects:
        """The same effects, a no in their place where records are held out."""
        return {
            source: {**effects[source], **dict.fromkeys(self.people.get(q.service, ()), "refused")}
            for source, q in rules.questions.items()
        }


def _held_out(store: Store) -> _HeldOut:
    from licet.store import parties

    held = store.disputes.held()
    with store.reading() as connection:
        people = {
            service: frozenset(parties.parties(connection, some).values())
            for service, some in held.people.items()
        }
    return _HeldOut(held.rows, people)


def _changed(zone: Zone, people: pl.DataFrame | None) -> set[int]:
    """Those whose details are not what they were when they were looked for."""
    return set() if people is None else zone.strangers(details(people))


def _ended(store: Store, zone: Zone, rules: Rules) -> set[int]:
    """Those whom rows may mean and whose yes does not hold today."""
    decided = _effects(store, zone.numbers(), rules).values()
    different = {id(of): of for of in decided}.values()
    return {number for of in different for number, effect in of.items() if effect != "granted"}


@dataclass(frozen=True)
class _Found:
    """Who may fit some rows and mentions. nobodys, nobodys_mentions: those that nobody fits any more."""

    rows: Sequence[Fields]
    mentions: Sequence[Fields]
    nobodys: Collection[int]
    nobodys_mentions: Collection[tuple[int, str]]

    @property
    def people(self) -> set[int]:
        """Everybody who may fit some."""
        return {fit[1] for fit in self.rows} | {fit[2] for fit in self.mentions}

    @property
    def nodes(self) -> set[int]:
        """The rows, and those that the mentions are in."""
        rows = {*self.nobodys, *(fit[0] for fit in self.rows)}
        return rows | {fit[0] for fit in self.mentions}


def _fits(store: Store, zone: Zone, rules: Rules, numbers: set[int]) -> _Found:
    """Who may fit the rows and mentions that these people may fit.

    People who are new, or whose details changed since, are looked for among all rows.
    """
    from licet.store.effects import people

    found = people(store, numbers)
    known = zone.details(numbers)
    strange = found.filter(
        pl.Series([known.get(n) != d for n, d in details(found).iter_rows()], dtype=pl.Boolean)
    )
    moved = strange["number"].to_list()
    nodes = {fit[0] for fit in zone.fits(moved)}
    places = {(fit[0], fit[1]) for fit in zone.mention_fits(moved)}
    if strange.height:
        _look_again(zone, strange, rules)
    fits = zone.fits(numbers, nodes)
    mention_fits = zone.mention_fits(numbers, {node for node, _ in places})
    return _Found(
        fits,
        mention_fits,
        nodes - {fit[0] for fit in fits},
        places - {(fit[0], fit[1]) for fit in mention_fits},
    )


def _look_again(zone: Zone, strange: pl.DataFrame, rules: Rules) -> None:
    """Look for people among the rows and mentions that have something of theirs, and keep what is found."""
    from licet.engines.admission import Antechamber, has_something_of

    rows, mentions = has_something_of(
        strange, read_rows(zone.folder), read_rows(zone.folder, kind=MENTIONS)
    )
    antechamber = Antechamber(strange.drop("subject").with_columns(subject=pl.lit("")), rules.reach)
    try:
        fits, mention_fits = antechamber.fits(rows, mentions)
    finally:
        antechamber.close()
    nodes = rows.select("row", "node")
    with zone.changing():
        zone.refit(
            strange["number"].to_list(),
            fits.join(nodes, on="row"),
            mention_fits.join(nodes, on="row"),
            details(strange),
        )


def details(people: pl.DataFrame) -> pl.DataFrame:
    """number, digest: what changes whenever a person's details or record numbers do."""
    other = ("subject", "number", "handle", "languages")
    columns = [name for name in people.columns if name not in other]
    return people.select("number", digest=_digest(columns))


def _digest(columns: Iterable[str]) -> pl.Expr:
    parts = [
        pl.col(name).list.sort().list.join("|")
        if name == "records"
        else pl.col(name).cast(pl.String)
        for name in sorted(columns)
    ]
    filled = [part.fill_null("\x1e") for part in parts]
    return pl.concat_str(filled, separator="\x1f").hash(seed=7).cast(pl.String)


def _effects(store: Store, numbers: Collection[int], rules: Rules) -> Effects:
    """By number of feed, what is decided on each person."""
    from licet.store.effects import effects

    asked = {question.service: question for question in rules.questions.values()}
    found = dict(zip(asked, effects(store, numbers, list(asked.values())), strict=True))
    return {source: found[question.service] for source, question in rules.questions.items()}


def _leaving(there: Members, found: _Found, effects: Effects, rules: Rules) -> list[Fields]:
    """The rows that are no longer permitted, as ``MEMBER``."""
    leaving = [there[node] for node in found.nobodys if node in there]
    for node, group in groupby(found.rows, key=lambda fit: fit[0]):
        of = effects[there[node][2]]
        told = [
            Fit(of.get(number, "none"), score, known, certain)
            for _, number, score, known, certain in group
        ]
        if row_reason(told, rules.reach) != "permitted":
            leaving.append(there[node])
    return leaving


def _blanked(
    there: Members, found: _Found, effects: Effects, rules: Rules
) -> list[tuple[int, str]]:
    """The mentions whose cells may no longer stay."""
    blanked = list(found.nobodys_mentions)
    for (node, place), group in groupby(found.mentions, key=lambda fit: (fit[0], fit[1])):
        of = effects[there[node][2]]
        # Most fit but a little: who is neither surely meant nor said no has no say, and is passed over.
        told = [
            Fit(of.get(number, "none"), score, known, named=named, alike=alike)
            for _, _, number, score, known, named, alike in group
            if known or named or of.get(number) == "refused"
        ]
        if not mention_stays(told, rules.reach):
            blanked.append((node, place))
    return blanked


def _remove(
    store: Store,
    zone: Zone,
    leaving: Sequence[Fields],
    blanked: Collection[tuple[int, str]],
    rules: Rules,
    secrets: Secrets,
    position: int,
) -> Change:
    """One transaction: rows, edges, memberships and mentions go, components are redone."""
    nodes, gone = [member[0] for member in leaving], [member[1] for member in leaving]
    touched, members = component(zone, leaving, rules)
    # First, for an interruption; and again, for what was drawn for reviewers meanwhile.
    store.pairs.forget_rows(secrets.use, gone)
    store.offers.forget_rows(secrets.use, gone)
    with zone.changing():
        events: Mapping[str, int] = {}
        miss(zone, nodes, blanked, secrets)
        if gone:
            zone.remove(nodes, digests_of(store, gone))
            events = again(zone, touched.without(gone), members, gone, rules, secrets)
        zone.remove_mentions(blanked)
        zone.keep_facts(
            counter=str(secrets.counter) if gone else zone.fact("counter"),
            ledger=str(position),
            day=rules.day,
            to_remove=json.dumps([nodes, sorted(blanked)]) if nodes or blanked else "",
            stale="yes" if gone or blanked else zone.fact("stale"),
            forget="yes" if gone else zone.fact("forget"),
        )
    store.pairs.forget_rows(secrets.use, gone)
    store.offers.forget_rows(secrets.use, gone)
    store.reviews.forget_rows(secrets.use, gone)
    return Change(len(gone), len(blanked), events)


def finish_removal(zone: Zone) -> None:
    """Write out of the row files what already left the zone; an interruption may have come between."""
    text = zone.fact("to_remove")
    if not text:
        return
    nodes, places = json.loads(text)
    remove_rows(zone.folder, nodes, [(node, place) for node, place in places])
    # Once more does no harm, so this alone is no reason to write.
    zone.keep_later(to_remove="")


def forget_removed(folder: Path) -> None:
    """Take what left a zone out of the bytes of its file, if that is due. The zone must be closed."""
    discard(folder)
    with Zone(folder, threads=1) as zone:
        due = zone.fact("forget")
    if due:
        forget(folder, "forget")


def announce(zone: Zone, nodes: Collection[int]) -> None:
    """Say which rows are about to be written: an interruption would leave them behind."""
    with zone.changing():
        zone.keep_facts(to_remove=json.dumps([sorted(nodes), []]))


def add_rows(
    zone: Zone,
    members: pl.DataFrame,
    edges: Edges,
    fits: pl.DataFrame,
    mention_fits: pl.DataFrame,
    rules: Rules,
    secrets: Secrets,
) -> Change:
    """Take rows that arrived into a zone, with their scored edges, and redo what they touch.

    members: ``zone.MEMBER`` with no person, none of them there yet, and announced.
    """
    with zone.changing():
        zone.add(members, edges, fits, mention_fits)
        touched, there = component(zone, members.select(list(MEMBER)).rows(), rules)
        events = again(zone, touched, there, (), rules, secrets)
        last = str(max(members["node"].to_list()))
        zone.keep_facts(counter=str(secrets.counter), last_node=last, to_remove="", stale="yes")
    return Change(members.height, 0, events)


def next_secrets(store: Store, zone: Zone, use: str) -> Secrets:
    """What makes new ids of this use, with a counter that was not used before."""
    used = int(zone.fact("counter") or 0)
    return Secrets(store.keys.secret("persons"), use, max(used, len(store.runs.all(use))) + 1)


def digests_of(store: Store, rows: Collection[str]) -> list[str]:
    """What stands for withdrawn rows, so that a re-delivered file does not bring them back."""
    return [store.keys.stand_in("withdrawn row", row) for row in rows]
