"""New rows into a run that is in force: only they are compared, with a frozen model."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import polars as pl

from licet.chapters import changing, joining, missing, refreshing, releasing, sealing, searching
from licet.chapters.admitting import Admitted, admit, texts_of
from licet.chapters.changing import Change, Rules
from licet.chapters.grounds import Ground, PermittedGround, Say, ground_of, permitted_ground
from licet.chapters.linking import make_engine
from licet.chapters.noticing import declared_uses
from licet.chapters.publishing import versions
from licet.chapters.stores import open_store
from licet.chapters.unswept import unswept
from licet.disclosure import THRESHOLD
from licet.engines.protocol import Edges
from licet.engines.zone import MEMBER, MENTIONS, SPILLED, Zone, read_rows, write_rows, writing
from licet.errors import bad, counted
from licet.feeds.contract import Feed
from licet.feeds.standard import standardise
from licet.files.extracts import read_extract
from licet.files.runs import RunPlace, current, read_manifest
from licet.files.workspace import Workspace
from licet.linkage.changes import near
from licet.linkage.spec import LinkageSpec
from licet.use import Use


@dataclass(frozen=True)
class Arrived:
    """What came of an arrival: the run and what changed. threshold: below it no count is shown."""

    use: str
    run: str
    folder: Path
    change: Change
    followed: Change
    threshold: int = THRESHOLD


def arrive(
    use: Path,
    files: Mapping[str, Path],
    *,
    today: date,
    engine: str = "duckdb",
    say: Say = lambda text: None,
) -> Arrived:
    """Add the permitted rows of delivered files to the run in force.

    files: by id of the feed. First the run follows the ledger to its end. Rows that are there already,
    or were withdrawn once, are passed over. Raises NotLinked as ``link`` does.
    """
    with permitted_ground(use, today) as ground, unswept():
        place = standing_place(ground)
        _same_ground(ground, place)
        unknown = sorted(set(files) - {feed.id for _, feed in ground.feeds})
        if unknown:
            raise bad(
                f"no feed of this use is called {unknown[0]!r}",
                "--arrived",
                ", ".join(feed.id for _, feed in ground.feeds),
                "write FEED=FILE, or name the file after its feed",
            )
        say(f"{ground.permit.heading}: {ground.use.title}")
        out = ground.held.rows
        with ThreadPoolExecutor(1) as beside:  # the ledger takes a while, and leaves the disk alone
            read = beside.submit(read_rows, place.folder)
            found = admit(ground.feeds, ground.people, ground.decisions, arrived=files, held=out)
            held = read.result()
        spec = spec_of(place)
        with writing(place.folder):
            with (
                refreshing.destroyed_on_leak(ground, place),
                Zone(place.folder, threads=1) as zone,
            ):
                rules = rules_of(ground, spec)
                secrets = changing.next_secrets(ground.store, zone, place.use)
                # No further than the answers that the new rows were let in by.
                upto, people = ground.snapshot.sequence, ground.people
                followed = changing.follow(ground.store, zone, rules, secrets, upto, people)
                last = zone.extent()[1]
                if held.filter(pl.col("node") >= last).is_empty():
                    held = read_rows(place.folder)  # somebody else's rows arrived meanwhile
                # What an arrival that was interrupted left has the numbers that these rows get.
                held = held.filter(pl.col("node") <= last)
                fresh = _fresh(ground, zone, found)
                change = _add(ground, zone, found, fresh, held, rules, spec, engine)
            changing.forget_removed(place.folder)
            rows = pl.concat([held, fresh.select(held.columns)]) if held.height else None
            refreshing.refresh(ground, place, arrived=True, rows=rows)
        least = ground.assessment.terms.threshold
        return Arrived(place.use, place.run, place.folder, change, followed, least)


def standing_place(ground: Ground) -> RunPlace:
    """The run in force of a use. Refuses a use that was never linked."""
    run = current(ground.workspace.root, ground.use.id)
    if not run:
        raise bad(
            "this use has no run in force",
            f"runs/{ground.use.id}",
            "a use that was linked before",
            f"licet link uses/{ground.use.id}.toml, without --arrived",
        )
    return RunPlace(ground.workspace.root, ground.use.id, run)


def _same_ground(ground: Ground, place: RunPlace) -> None:
    """Refuse to add rows to a run of another version of the use, or of other feeds."""
    manifest = read_manifest(place.folder)
    known = [(feed.id, feed.service, feed.one_record_per_person) for feed in feeds_of_run(place)]
    now = [(feed.id, feed.service, feed.one_record_per_person) for _, feed in ground.feeds]
    what = "version" if manifest["use_hash"] != ground.use.hash() else "feeds"
    if what == "version" or known != now:
        raise bad(
            f"the run in force was made with another {what} of {ground.use.id}"
            if what == "version"
            else f"the run in force was made from other feeds than those of {ground.use.id} now",
            f"runs/{ground.use.id}/{place.run}",
            "new rows for the use as it was linked",
            f"link anew: licet link uses/{ground.use.id}.toml",
        )


def feeds_of_run(place: RunPlace) -> tuple[Feed, ...]:
    """The feeds of a run as they were declared when it was made: by number."""
    return tuple(Feed(**declared) for declared in read_manifest(place.folder)["feeds"])


def as_linked(last: Ground, place: RunPlace, today: date) -> Ground:
    """The ground of a run as it was made, whatever became of use and feeds since."""
    manifest = read_manifest(place.folder)
    declared = versions(last.workspace.root, place.use).get(manifest["version"])
    return replace(
        last,
        use=Use(**declared) if declared else last.use,
        feeds=tuple((place.folder, feed) for feed in feeds_of_run(place)),
        floor=manifest["floor"],
        today=today,
    )


def spec_of(place: RunPlace) -> LinkageSpec:
    """The specification that a run was made with."""
    return LinkageSpec(**read_manifest(place.folder)["specification"])


def rules_of(ground: Ground, spec: LinkageSpec) -> Rules:
    """What the clusters and the gate of a run obey."""
    alone = joining.alone([feed for _, feed in ground.feeds])
    return changing.rules_of(ground.store, ground.use.id, spec, alone, ground.questions())


def _add(
    ground: PermittedGround,
    zone: Zone,
    found: Admitted,
    fresh: pl.DataFrame,
    held: pl.DataFrame,
    rules: Rules,
    spec: LinkageSpec,
    engine: str,
) -> Change:
    """Take new rows in. held: the rows of the zone, and maybe some that left it since they were read."""
    with zone.changing():
        new = found.unnamed.intersection(fresh["row"].to_list())
        missing.keep(zone, found.incomplete, new, ground.secrets())
        zone.keep_facts(stale="yes")
    if fresh.is_empty():
        return Change()
    nodes = fresh.select("row", "node")
    edges = _scored(zone, held, fresh, spec, engine)
    changing.announce(zone, fresh["node"].to_list())
    write_rows(zone.folder, fresh)
    mentions = found.mentions.join(nodes, on="row")
    if mentions.height:
        write_rows(zone.folder, mentions, MENTIONS)
    members = fresh.with_columns(
        person=pl.lit(None, dtype=pl.String), birth=pl.Series(joining.births(fresh))
    ).select(list(MEMBER))
    secrets = changing.next_secrets(ground.store, zone, ground.use.id)
    return changing.add_rows(
        zone,
        members,
        edges,
        found.fits.join(nodes, on="row"),
        found.mention_fits.join(nodes, on="row"),
        rules,
        secrets,
    )


def _fresh(ground: Ground, zone: Zone, found: Admitted) -> pl.DataFrame:
    """The permitted rows that are neither there nor were ever withdrawn, numbered on."""
    there, gone = zone.members(found.rows["row"].to_list()), zone.gone()
    new = found.rows.join(there.select("row"), on="row", how="anti").sort("row")
    digests = changing.digests_of(ground.store, new["row"].to_list())
    new = new.filter(pl.Series([digest not in gone for digest in digests], dtype=pl.Boolean))
    start = max(zone.extent()[1], int(zone.fact("last_node") or -1)) + 1
    return (
        new.drop("node")
        .with_row_index("node", offset=start)
        .with_columns(pl.col("node").cast(pl.Int64))
    )


def _scored(
    zone: Zone, held: pl.DataFrame, fresh: pl.DataFrame, spec: LinkageSpec, name: str
) -> Edges:
    """The edges of new rows. Only old rows that may be compared with one enter the engine."""
    old = near(held, fresh, spec)
    there = zone.members_at(old["node"].to_list())
    old = old.filter(pl.col("node").is_in([member[0] for member in there]))
    model = releasing.trimmed(
        releasing.read_model(zone.folder), pl.concat([old, fresh], how="diagonal_relaxed")
    )
    engine = make_engine(name, zone.folder)
    try:
        engine.load(pl.concat([old.select(fresh.columns), fresh]) if old.height else fresh)
        joining.check_volume(spec, engine.candidates(spec), zone.extent()[0] + fresh.height)
        edges = engine.score_new(spec, model, fresh["node"].to_numpy())
        strange = engine.texts(texts_of(old, fresh))
        if strange:
            raise searching.Leak(strange)
        return edges
    finally:
        engine.close()


def follow(use: Path, *, today: date) -> tuple[RunPlace, Change] | None:
    """Bring the run in force of a use to the end of the ledger; None if there is none.

    Needs no ruling: a no is followed whatever became of the use.
    """
    with ground_of(use) as last:
        return _follow(last, today) if current(last.workspace.root, last.use.id) else None


def follow_undeclared(workspace: Workspace, *, today: date) -> list[tuple[RunPlace, Change]]:
    """The same for every use that was linked and whose document is there no more.

    Its run is sealed first, with a leaf in the log, since nobody stands for it any more; a no still takes
    rows out of it, by the last version that was published. Raises BadInput where no version is left.
    """
    declared = set(declared_uses(workspace))
    found = []
    with open_store(workspace) as store:
        releasing.settle(workspace.root, store)
        for name in dict.fromkeys(run.use for run in store.runs.all()):
            if name in declared or not current(workspace.root, name):
                continue
            known = versions(workspace.root, name)
            if not known:
                raise bad(
                    f"nothing tells any more what {name!r} was, so nobody can follow a no in its run",
                    f"runs/{name}",
                    f"uses/{name}.toml, or its versions in store/published/{name}",
                    f"put one of them back, or take runs/{name} away",
                )
            use = Use(**known[max(known)])
            sealing.of_use(workspace, store, use, None, today)
            if current(workspace.root, name):
                found.append(_follow(Ground(workspace, store, use, (), "ask_first", today), today))
    return found


def _follow(last: Ground, today: date) -> tuple[RunPlace, Change]:
    place = standing_place(last)
    ground = as_linked(last, place, today)
    with writing(place.folder):
        # What an arrival that was interrupted may have left.
        shutil.rmtree(place.folder / SPILLED, ignore_errors=True)
        with Zone(place.folder, threads=1) as zone:
            rules = rules_of(ground, spec_of(place))
            secrets = changing.next_secrets(ground.store, zone, place.use)
            change = changing.follow(ground.store, zone, rules, secrets)
            stale = zone.fact("stale")
        changing.forget_removed(place.folder)
        if stale:
            refreshing.refresh(ground, place)
    return place, change


def refuse_to_lose(ground: Ground) -> None:
    """Refuse to link anew while rows that were delivered with ``--arrived`` stand in no feed.

    The new run would be without them, and nobody would be told. Raises BadInput.
    """
    run = current(ground.workspace.root, ground.use.id)
    if not run:
        return
    place = RunPlace(ground.workspace.root, ground.use.id, run)
    with Zone(place.folder) as zone:
        arrived = zone.rows_from(int(read_manifest(place.folder)["counts"]["rows_permitted"]))
    names = {row.partition("/")[0] for row in arrived}
    lost = set(arrived)
    for path, feed in ground.feeds:
        if feed.id in names:
            lost -= set(standardise(feed, read_extract(feed, path.parent)).rows["row"])
    if lost:
        raise bad(
            f"{counted(len(lost), 'row', 'rows')} of the run in force came with --arrived and "
            f"{'is' if len(lost) == 1 else 'are'} in no feed; a new run would lose them",
            f"runs/{ground.use.id}/{run}",
            "feeds that hold every row that was delivered",
            f"add the delivered rows to the data of {', '.join(sorted({r.partition('/')[0] for r in lost}))}"
            ", then link again",
        )
