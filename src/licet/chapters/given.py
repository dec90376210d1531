"""Linking what a program hands over: a permit, feeds and permissions as values, without a workspace.

Every rule is the one that the command obeys: the gate's ruling is made again, rows are let in, joined,
searched and logged by the same functions. Only where things come from and where they go is different.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import polars as pl

from licet.assessment import Assessment
from licet.chapters import binding, joining, linking, releasing, sealing
from licet.chapters.admitting import feeds_of
from licet.chapters.grounds import NotLinked, PermittedGround, Say, asked, permitted, refused
from licet.chapters.ruling import Source, assess
from licet.chapters.stores import open_store
from licet.chapters.witnessing import entries
from licet.engines.protocol import Model
from licet.engines.zone import writing
from licet.errors import BadInput, bad
from licet.feeds.contract import Feed
from licet.files.extracts import read_extract
from licet.files.feeds import read_feed
from licet.files.frames import rows_of
from licet.files.reading import shown
from licet.files.runs import PROOF, RunPlace, read_manifest
from licet.files.use import read_use
from licet.files.workspace import Workspace, find_workspace
from licet.gate import Ruling, rule
from licet.linkage.spec import LinkageSpec, completed
from licet.permission import Identity, NewEvent
from licet.use import Use

if TYPE_CHECKING:
    from licet.store.opening import Store

FeedGiven = str | Path | tuple[Feed | str | Path, Any]
"""The document of a feed, or its contract (or document) with its rows: a pandas or Polars table."""
Said = tuple[Sequence[NewEvent], Sequence[Identity]]
"""What people said, and who they are."""
HANDED_OVER = "handed_over"
MOST_TRIES = 5


@dataclass(frozen=True)
class Linkage:
    """What a run found, as values. persons, crosswalk, households, relationships: as the files of a run
    hold them; households None where the use works on persons only. report: counts under disclosure
    control. model: frozen, to be used again. proof: that the log holds the digests, as in proof.json.

    A no that is said later does not reach it: link anew, and forget this one.
    """

    persons: pl.DataFrame
    crosswalk: pl.DataFrame
    households: pl.DataFrame | None
    relationships: pl.DataFrame
    report: Mapping[str, Any]
    manifest: Mapping[str, Any]
    model: Model
    proof: bytes

    @property
    def run(self) -> str:
        """The id of the run, as the log has it."""
        return str(self.manifest["run"])


def link(
    permit: Assessment | Ruling,
    feeds: Iterable[FeedGiven],
    permissions: Store | Said | str | Path,
    engine: str = "duckdb",
    *,
    use: Use | str | Path | None = None,
    evidence: Source | Iterable[Source] | None = None,
    today: date | None = None,
    spec: LinkageSpec | None = None,
    model: Model | Path | None = None,
    log: str | Path | None = None,
    say: Say | None = None,
) -> Linkage:
    """Link rows as far as a ruling and everybody's permission allow, without a workspace.

    permit: what ``licet.assess`` gives; or its ruling alone, then with the use and the evidence, because
    the ruling is made again and a permit that the gate would not give opens nothing. feeds: documents of
    feeds, or (Feed, table) pairs with a pandas or Polars table of the columns that the contract names.
    permissions: a ``licet.store.Store``, the folder of a workspace whose store it is, or (events,
    identities), which are held in a temporary database. engine: "duckdb", "spark", or "memory" with a
    model. use, evidence: as ``licet.assess`` takes them. today: the day to link for; None is the
    clock's, UTC. spec: what is compared, by default the standard one. model: of an earlier ``Linkage``,
    or the folder of a run. log: a workspace or an exported log; what it says of suspensions and decisions
    binds, as in the log of the permissions. Permissions handed over as values have no log: without this
    nobody looks whether the use was stopped. say: called with a line at each step.

    Raises NotLinked, after a leaf in the log of the permissions, where no ruling allows it, the ruling or
    the use was edited, it is another use's, or nobody was asked; BadInput with every fault of a feed.
    """
    day, given = today or datetime.now(UTC).date(), list(feeds)
    with ExitStack() as open_:
        root = Path(open_.enter_context(TemporaryDirectory(prefix="licet-")))
        place = None if not isinstance(permissions, str | Path) else _workspace(Path(permissions))
        store = open_.enter_context(_opened(place or permissions, root, day, given))
        assessment = _ruled(store, permit, use, evidence)
        where = place.root if place else None
        more = () if log is None else [entry.leaf for entry in entries(Path(log))]
        found = permitted(store, assessment.use, assessment, day, register=False, leaves=more)
        chosen, frames = _read(assessment.use, given)
        held = joining.fields_held([feed for _, feed in chosen])
        workspace = Workspace(root, root.name)
        basis = (workspace, store, assessment.use, chosen, found.floor, day)
        spec = completed(spec, held)
        ground = PermittedGround(*basis, assessment, found, spec, frames, where)
        asked(ground, "Next: ask people, and record what they say")
        binding.check_run(ground)
        with linking.alone(where or root, ground.use.id), writing(root):
            return _linked(
                ground, engine, Path(model) if isinstance(model, str) else model, say or _silent
            )


def _silent(text: str) -> None:
    """What ``say`` is where nobody listens."""


def _linked(ground: PermittedGround, engine: str, model: Path | Model | None, say: Say) -> Linkage:
    """A run as values; nothing of it stays on the disk, and the log says so."""
    for _ in range(MOST_TRIES):
        run = linking.run(ground, engine, model, say)
        place = RunPlace(ground.workspace.root, run.use, run.run)
        try:
            found = _held(run.folder)
        finally:
            sealing.destroy(ground.store, place, ground.use, HANDED_OVER)
        if ground.store.permissions.snapshot().sequence == ground.snapshot.sequence:
            return found
        say("Somebody spoke while this ran: it is linked anew.")
        ground = replace(ground)
    raise bad("people speak faster than this can be linked", "permissions", "", "try again later")


def _held(folder: Path) -> Linkage:
    def read(name: str) -> pl.DataFrame:
        return pl.read_parquet(folder / f"{name}.parquet")

    homes = read("households") if (folder / "households.parquet").exists() else None
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    return Linkage(
        read("persons"),
        read("crosswalk"),
        homes,
        read("relationships"),
        report,
        read_manifest(folder),
        releasing.read_model(folder),
        (folder / PROOF).read_bytes(),
    )


def _ruled(
    store: Store,
    permit: object,
    use: Use | str | Path | None,
    evidence: Source | Iterable[Source] | None,
) -> Assessment:
    """The assessment behind a permit, once the gate has given the same ruling again; or NotLinked."""
    if not isinstance(permit, Assessment | Ruling):
        what = f"A {type(permit).__name__} is no permit: only the gate makes one."
        reasons = (what, "Next: licet.assess(use, ...), and hand over what it gives.")
        raise _no_permit(store, use, reasons)
    found = permit if isinstance(permit, Assessment) else _assessed(permit, use, evidence)
    given = permit.ruling if isinstance(permit, Assessment) else permit
    declared = found.use if use is None else _use(use)
    if (given.use, declared.id) != (found.use.id, found.use.id):
        text = f"The permit is of the use {given.use}, not of {declared.id}."
        raise refused(store, declared, found, "another_use", (text,), 3)
    if found.supposed:
        text = f"The ruling is a what-if: {', '.join(found.supposed)}."
        raise refused(store, declared, found, "supposed", (text,), 3)
    again = rule(found.use, found.readings, terms=found.terms, today=given.today)
    if again != given or declared.hash() != found.use.hash():
        text = (
            f"The use {declared.id} or its ruling was edited: the gate does not give this permit."
        )
        raise refused(store, declared, found, "edited", (text, "Next: rule on it again."), 3)
    return found


def _assessed(
    ruling: Ruling, use: Use | str | Path | None, evidence: Source | Iterable[Source] | None
) -> Assessment:
    if use is None:
        raise bad(
            "a ruling alone does not say what is done with the records",
            "use",
            "the use that it is of, and the evidence that it rests on",
            "hand over what licet.assess gives, or add use= and evidence=",
        )
    return assess(use, evidence, today=ruling.today, vary=False)


def _no_permit(store: Store, use: Use | str | Path | None, reasons: tuple[str, ...]) -> NotLinked:
    """Log a refused run without any ruling; the error to raise."""
    name = "unknown" if use is None else _use(use).id
    store.log.append("run_refused", {"use": name, "why": "no_permit", "reasons": list(reasons)})
    return NotLinked("no_permit", reasons, 3)


def _use(use: Use | str | Path) -> Use:
    return use if isinstance(use, Use) else read_use(Path(use))


def _workspace(path: Path) -> Workspace:
    found = find_workspace(path)
    if found is None:
        raise bad("this is no workspace", shown(path), "a folder with licet.toml", "or a Store")
    return found


@contextmanager
def _opened(
    permissions: object, root: Path, day: date, feeds: Sequence[FeedGiven]
) -> Iterator[Store]:
    """The store that permissions are in; what was only said is put into one that goes with ``root``."""
    from licet.store.opening import Store

    if isinstance(permissions, Workspace):
        with open_store(permissions) as store:
            yield store
    elif isinstance(permissions, Store):
        permissions.permissions.declare_several(lambda: _several(feeds))
        yield permissions
    elif isinstance(permissions, tuple) and len(permissions) == 2:
        folder = root / "store"
        folder.mkdir(mode=0o700)
        url = f"sqlite:///{quote(str(folder / 'licet.sqlite3'))}"
        with Store.open(url, folder / "keys") as store:
            store.permissions.declare_several(lambda: _several(feeds))
            now = datetime.combine(day, time.max, UTC)
            store.permissions.append(
                list(permissions[0]), list(permissions[1]), now=now, sign=False
            )
            yield store
    else:
        what = f"a {type(permissions).__name__} holds no permissions"
        allowed = "a Store, the folder of a workspace, or (events, identities)"
        raise bad(what, "permissions", allowed)


def _several(feeds: Sequence[FeedGiven]) -> frozenset[str]:
    """The feeds that may have several records of one person; a contract that cannot be read says none."""
    try:
        return frozenset(
            feed.id for _, feed, _ in map(_feed, feeds) if not feed.one_record_per_person
        )
    except BadInput:
        return frozenset()


def _read(
    use: Use, feeds: Iterable[FeedGiven]
) -> tuple[tuple[tuple[Path, Feed], ...], dict[str, pl.DataFrame]]:
    """The feeds of a use with their rows, held against their contracts."""
    given = [_feed(one) for one in feeds]
    names = [feed.id for _, feed, _ in given]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise bad(f"the feed {twice!r} is given twice", "feeds", "each feed once")
    chosen = feeds_of(use, [(path, feed) for path, feed, _ in given])
    rows = {feed.id: frame for _, feed, frame in given}
    frames = {
        feed.id: read_extract(feed, path.parent, arrived=None if held is None else rows_of(held))
        for path, feed in chosen
        for held in [rows[feed.id]]
    }
    return chosen, frames


def _feed(given: object) -> tuple[Path, Feed, Any]:
    """Where a feed is declared, its contract, and its rows where they are handed over."""
    if isinstance(given, str | Path):
        return Path(given), read_feed(Path(given)), None
    if isinstance(given, tuple) and len(given) == 2 and given[1] is not None:
        contract, rows = given
        if isinstance(contract, Feed):
            return Path(), contract, rows
        if isinstance(contract, str | Path):
            return Path(contract), read_feed(Path(contract)), rows
    raise bad(
        f"a {type(given).__name__} is no feed",
        "feeds",
        "feeds/NAME.toml, or (Feed, table)",
        "a contract alone does not say where its rows are: add the table",
    )
