"""Pairs of rows before two reviewers who do not see each other: drawn, shown, answered, handed on.

A pair that is settled tells the linker; all of a sample, with how it was drawn, is the truth that the
linkage audit is measured by. Nobody is shown what the run made of the two rows, nor how sure it is. One
sample of a run is looked at at a time: of two that overlap nobody would know the chances.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from licet.chapters.explaining import named_use, readable_run
from licet.chapters.stores import open_store
from licet.chapters.working import use_path
from licet.disclosure.counts import shown_count
from licet.engines.zone import Zone, read_rows
from licet.errors import bad, counted
from licet.files.audit_linkage import check_new, write_private
from licet.files.runs import RunPlace, current
from licet.files.use import read_use
from licet.files.workspace import find_workspace, read_workspace
from licet.linkage.spec import FIELDS

if TYPE_CHECKING:
    from licet.store.opening import Store
    from licet.store.pairs import Answered

SHOWN = (*FIELDS, "seen_from", "seen_to")


@dataclass(frozen=True)
class Drawn:
    """A sample as it was drawn. pairs: how many; of: how many the run has; both exact, for staff."""

    use: str
    run: str
    pairs: int
    of: int


@dataclass(frozen=True)
class Before:
    """A pair before a reviewer. left, right: what each row says, by field. waiting: how many are left
    for this reviewer, this one among them."""

    name: str
    use: str
    title: str
    left: Mapping[str, str]
    right: Mapping[str, str]
    waiting: int

    @property
    def fields(self) -> list[tuple[str, str, str]]:
        """Field, left, right, in the order of the standard form."""
        named = [name for name in SHOWN if name in self.left or name in self.right]
        return [(name, self.left.get(name, ""), self.right.get(name, "")) for name in named]


def draw_pairs(
    root: Path, use: str, pairs: int, *, post: str, today: date, seed: int, now: datetime
) -> Drawn:
    """Draw a stratified sample of the pairs of the run in force for reviewers to look at.

    post: of who asks, as the log names it. A sample that nobody has begun makes room. Raises BadInput
    where no run is in force, it has no pair, or a sample is begun and not finished.
    """
    from licet.chapters.auditing_linkage import review_sample

    workspace, path = read_workspace(root), use_path(root, use)
    place = readable_run(workspace, read_use(path).id, path, today)
    with open_store(workspace) as store:
        _refuse_second(store, place)
    found = review_sample(place.folder, pairs, reviewers=[post], today=today, seed=seed)
    made = _pairs(found.sample.pairs, place, secrets.token_hex(8), now)
    with open_store(workspace) as store:
        with store.changing():
            store.pairs.forget(_refuse_second(store, place))
            store.pairs.add(made)
            body = {"run": place.run, "use": place.use, "role": post}
            store.log.append("explained", body)
        kept = {one.pair.name for one in _held(store, place)}  # a row may have left meanwhile
    return Drawn(place.use, place.run, sum(one.name in kept for one in made), found.frame)


def _refuse_second(store: Store, place: RunPlace) -> list[str]:
    """The names of a sample that nobody has begun. Raises BadInput where one is begun and not finished."""
    held = store.pairs.of_use(place.use, place.run)
    waiting = [one for one in held if one.outcome == "waiting"]
    drawn = {one.pair.drawn for one in waiting}
    sample = [one for one in held if one.pair.drawn in drawn]
    if any(one.said for one in sample):
        raise bad(
            f"the reviewers have begun a sample of this run, and {counted(len(waiting), 'pair', 'pairs')}"
            f" of it still {'waits' if len(waiting) == 1 else 'wait'}",
            place.use,
            "one sample at a time",
            "let them finish, or link anew: a new run takes a new sample",
        )
    return [one.pair.name for one in sample]


def _pairs(frame: pl.DataFrame, place: RunPlace, drawn: str, now: datetime) -> list[Any]:
    from licet.permission.events import moment_text
    from licet.store.pairs import Pair

    ends = frame.select("row_a", "row_b", "stratum", "weight").iter_rows()
    return [
        Pair(
            secrets.token_hex(12), place.use, place.run, first, second, str(stratum), float(weight),
            drawn, moment_text(now),
        )
        for a, b, stratum, weight in ends
        for first, second in [sorted((a, b))]
    ]  # fmt: skip


def reviewer_key(store: Store, account: str) -> str:
    """An account as the reviews know it: nobody can go from one to the other without the key."""
    return store.keys.stand_in("reviewer", account)


def next_pair(root: Path, account: str, *, today: date) -> Before | None:
    """The next pair for a reviewer; None where none waits for them.

    Runs follow the ledger first: nobody who said no is shown.
    """
    workspace = read_workspace(root)
    for path in workspace.uses:
        use = read_use(path)
        if not current(workspace.root, use.id):
            continue
        place = readable_run(workspace, use.id, path, today)
        with open_store(workspace) as store:
            key = reviewer_key(store, account)
            waiting = [one for one in _held(store, place) if one.asks(key)]
        if waiting:
            pair = waiting[0].pair
            rows = _rows(place, (pair.first, pair.second))
            left, right = (_fields(rows[name]) for name in (pair.first, pair.second))
            return Before(pair.name, use.id, use.title, left, right, len(waiting))
    return None


def _held(store: Store, place: RunPlace) -> list[Answered]:
    """Pairs of the run in force; one whose rows left it, as after a no, is deleted."""
    found = store.pairs.of_use(place.use, place.run)
    rows = sorted({row for one in found for row in (one.pair.first, one.pair.second)})
    if not rows:
        return []
    with Zone(place.folder) as zone:
        known = set(zone.members(rows)["row"])
    gone = [one for one in found if not {one.pair.first, one.pair.second} <= known]
    store.pairs.forget([one.pair.name for one in gone])
    return [one for one in found if one not in gone]


def _rows(place: RunPlace, rows: tuple[str, str]) -> dict[str, dict[str, Any]]:
    """What two rows say, by row."""
    with Zone(place.folder) as zone:
        nodes = zone.members(rows)["node"].to_list()
    return {one["row"]: one for one in read_rows(place.folder, nodes).to_dicts()}


def _fields(row: Mapping[str, Any]) -> dict[str, str]:
    return {
        name: row[name].isoformat() if isinstance(row[name], date) else str(row[name])
        for name in SHOWN
        if row.get(name) is not None
    }


def answer_pair(
    root: Path,
    pair: str,
    use: str,
    account: str,
    *,
    post: str,
    answer: str,
    reason: str,
    now: datetime,
) -> str:
    """Write down what a reviewer says of a pair; returns what the pair comes to now.

    Raises BadInput for a pair that this reviewer is not asked about.
    """
    with _store(root) as store:
        key = reviewer_key(store, account)
        return store.pairs.answer(pair, use, key, post, answer, " ".join(reason.split()), now)


@contextmanager
def _store(root: Path) -> Iterator[Store]:
    with open_store(read_workspace(root)) as store:
        yield store


def pairs_so_far(root: Path, use: str) -> dict[str, int | None]:
    """How many pairs of the run in force came to what, by outcome; None where it is too few to say."""
    workspace = read_workspace(root)
    with open_store(workspace) as store:
        found = Counter(
            one.outcome for one in store.pairs.of_use(use, current(workspace.root, use))
        )
    return {
        name: shown_count(found[name], workspace.disclosure_threshold) for name in sorted(found)
    }


@dataclass(frozen=True)
class Labels:
    """A finished sample as truth for the audit. text: CSV. pairs: that were settled; unsure: left out,
    because no two reviewers could tell; run: of which they are."""

    text: str
    pairs: int
    unsure: int
    run: str


def pair_labels(root: Path, use: str, *, today: date, post: str = "") -> Labels:
    """The latest sample of the run in force, settled, as labels for ``licet audit linkage``.

    The run follows the ledger first. Each pair keeps the weight that it was drawn with; of what nobody could
    tell the audit says nothing. post: of who takes them through a page, for the log. Raises BadInput where
    nothing was drawn or a pair still waits: whichever are settled first are no random part of the sample.
    """
    workspace = read_workspace(root)
    path = use_path(root, use)
    place = readable_run(workspace, read_use(path).id, path, today)
    with open_store(workspace) as store:
        held = _held(store, place)
        latest = max(held, key=lambda one: (one.pair.made, one.pair.drawn), default=None)
        sample = [one for one in held if latest and one.pair.drawn == latest.pair.drawn]
        _refuse_unfinished(sample, place)
        if post:
            store.log.append("explained", {"run": place.run, "use": place.use, "role": post})
    told = [one for one in sample if one.outcome in ANSWER]
    rows = [
        (pair.first, pair.second, ANSWER[one.outcome], one.posts, pair.stratum, pair.weight)
        for one in told
        for pair in [one.pair]
    ]
    columns = ("row_a", "row_b", "same", "reviewer", "stratum", "weight")
    text = pl.DataFrame(rows, columns, orient="row").write_csv()
    return Labels(text, len(told), len(sample) - len(told), place.run)


ANSWER = {"same": "yes", "different": "no"}
"""What a settled pair says in a file of labels."""


def _refuse_unfinished(sample: Sequence[Answered], place: RunPlace) -> None:
    """Refuse a sample that is no truth yet."""
    waiting = sum(one.outcome == "waiting" for one in sample)
    if not sample or waiting == len(sample):
        raise bad("no pair of this run is settled yet", place.use,
                  "a sample that two reviewers have looked through",
                  "draw one on the page Samples for review, and let two reviewers answer")  # fmt: skip
    if waiting:
        raise bad(
            f"{counted(waiting, 'pair', 'pairs')} of the sample still "
            f"{'waits' if waiting == 1 else 'wait'} for a reviewer",
            place.use,
            "a sample of which every pair is settled",
            "let the reviewers finish; a third settles what two see differently",
        )
    if not any(one.outcome in ANSWER for one in sample):
        raise bad("no two reviewers could tell any pair of the sample", place.use,
                  "pairs on which two agree", "draw a larger sample")  # fmt: skip


def write_pair_labels(use: Path, out: Path, *, today: date) -> Labels:
    """Write the labels into a new file, readable by its owner alone. use: WORKSPACE/USE, or its document.

    Raises BadInput as ``pair_labels``, and for a file that is there.
    """
    check_new(out)
    path = named_use(use)
    workspace = find_workspace(path)
    assert workspace is not None  # named_use finds a use of a workspace or refuses
    found = pair_labels(workspace.root, path.stem, today=today)
    write_private(out, found.text)
    return found


def labels_text(found: Labels, out: Path, use: Path) -> str:
    """What was written, and what to do with it, for the terminal."""
    left = (
        f" {counted(found.unsure, 'pair', 'pairs')} that nobody could tell left out."
        if found.unsure
        else ""
    )
    return (
        f"{counted(found.pairs, 'reviewed pair', 'reviewed pairs')} of the run {found.run}.{left}\n"
        f"Next: licet audit linkage {use} --truth {out}"
    )
