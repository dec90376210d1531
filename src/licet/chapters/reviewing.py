"""Pairs of rows before two reviewers who do not see each other: drawn, shown, answered, handed on.

A pair that is settled tells the linker; all of a sample, with how it was drawn, is the truth that the
linkage audit is measured by. Nobody is shown what the run made of the two rows, nor how sure it is.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from licet.chapters.explaining import readable_run
from licet.chapters.stores import open_store
from licet.chapters.working import use_path
from licet.disclosure.counts import shown_count
from licet.engines.zone import Zone, read_rows
from licet.errors import bad
from licet.files.audit_linkage import write_review
from licet.files.runs import RunPlace, current
from licet.files.use import read_use
from licet.files.workspace import Workspace, read_workspace
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

    post: of who asks, as the log names it. Raises BadInput where no run is in force or it has no pair.
    """
    from licet.chapters.auditing_linkage import review_sample

    workspace, path = read_workspace(root), use_path(root, use)
    place = readable_run(workspace, read_use(path).id, path, today)
    found = review_sample(place.folder, pairs, reviewers=[post], today=today, seed=seed)
    drawn = secrets.token_hex(8)
    with open_store(workspace) as store:
        held = {
            (one.pair.first, one.pair.second)
            for one in store.pairs.of_use(place.use, place.run)
            if one.outcome == "waiting"
        }
        made = _pairs(found.sample.pairs, place, drawn, now, held)
        with store.changing():
            store.pairs.add(made)
            body = {"run": place.run, "use": place.use, "role": post}
            store.log.append("explained", body)
    return Drawn(place.use, place.run, len(made), found.frame)


def _pairs(
    frame: pl.DataFrame, place: RunPlace, drawn: str, now: datetime, held: set[tuple[str, str]]
) -> list[Any]:
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
        if (first, second) not in held
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


def write_pair_labels(root: Path, use: str, out: Path) -> Path:
    """The settled pairs of the run in force as labels for ``licet audit linkage``, with their key.

    Pairs on which no two agree are left empty, as a reviewer leaves what cannot be told. Raises BadInput
    where none is settled.
    """
    workspace: Workspace = read_workspace(root)
    with open_store(workspace) as store:
        found = store.pairs.of_use(use, current(workspace.root, use))
    settled = [one for one in found if one.outcome in ("same", "different", "unsure")]
    if not settled:
        raise bad(
            "no pair is settled yet", use, "pairs on which two reviewers agree", "review first"
        )
    rows = [
        {
            "pair": number,
            "row_a": one.pair.first,
            "row_b": one.pair.second,
            "same": {"same": "1", "different": "0", "unsure": ""}[one.outcome],
            "reviewer": " and ".join(sorted({post for _, post, _, _ in one.said})),
            "stratum": one.pair.stratum,
            "weight": one.pair.weight,
        }
        for number, one in enumerate(settled, start=1)
    ]
    frame = pl.DataFrame(rows)
    ends = ("pair", "row_a", "row_b")
    write_review(
        out, frame.select(*ends, "same", "reviewer"), frame.select(*ends, "stratum", "weight")
    )
    return out
