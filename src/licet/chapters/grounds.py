"""What a run stands on: workspace, store, use, ruling, feeds, ledger. Refused runs are logged here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from licet.assessment import Assessment
from licet.chapters import binding, joining, releasing, sealing
from licet.chapters.admitting import feeds_of
from licet.chapters.joining import Secrets
from licet.chapters.publishing import material_version, published_hashes
from licet.chapters.ruling import assess
from licet.chapters.stores import open_store
from licet.decision import blocked
from licet.errors import LicetError, bad
from licet.feeds.contract import Feed
from licet.files.feeds import read_feeds
from licet.files.linkage import workspace_spec
from licet.files.use import read_use
from licet.files.workspace import Workspace, find_workspace
from licet.gate import Permit
from licet.linkage.spec import LinkageSpec, completed
from licet.log.leaves import Leaf
from licet.permission.rules import Question
from licet.use import Floor, Use

if TYPE_CHECKING:
    from licet.store.disputes import Held
    from licet.store.ledger import Snapshot
    from licet.store.opening import Store

Say = Callable[[str], None]


class NotLinked(LicetError):
    """A run that was refused: why, as a short id, the sentences, and the exit status."""

    def __init__(self, why: str, reasons: tuple[str, ...], status: int) -> None:
        self.why, self.reasons, self.status = why, reasons, status
        super().__init__("\n".join(reasons))


@dataclass(frozen=True)
class Ground:
    """Everything that a run stands on. floor: the permission floor in force."""

    workspace: Workspace
    store: Store
    use: Use
    feeds: tuple[tuple[Path, Feed], ...]
    floor: Floor
    today: date

    @cached_property
    def snapshot(self) -> Snapshot:
        """The place in the ledger that the run is made from."""
        return self.store.permissions.snapshot()

    @cached_property
    def people(self) -> pl.DataFrame:
        """Everybody in the ledger, with the details that identify them."""
        return self.store.permissions.subjects()

    @cached_property
    def material(self) -> int:
        """The earliest version of the use whose answers still count."""
        return material_version(self.workspace.root, self.use)

    def question(self, service: str) -> Question:
        """What is asked of the ledger for the records of a service."""
        use = self.use
        return Question(
            use.id, use.version, use.purpose, service, self.floor, self.today, self.material
        )

    def questions(self) -> dict[int, Question]:
        """The question of each feed, by its number."""
        return {n: self.question(feed.service) for n, (_, feed) in enumerate(self.feeds)}

    @cached_property
    def held(self) -> Held:
        """What families say is wrong and want left out until that is settled."""
        return self.store.disputes.held()

    @cached_property
    def _decided(self) -> pl.DataFrame:
        """What the ledger decides on everybody, for every service of a feed; asked once for all."""
        return self.store.permissions.decisions(
            self.use.id,
            self.use.version,
            self.use.purpose,
            [feed.service for _, feed in self.feeds],
            self.floor,
            on=self.today,
            snapshot=self.snapshot,
            material=self.material,
        )

    def decisions(self, service: str) -> pl.DataFrame:
        """What the ledger decides on everybody, for the service of a feed."""
        found = self._decided.filter(pl.col("service") == service)
        disputed = pl.col("subject").is_in(sorted(self.held.people.get(service, ())))
        refused = pl.lit("refused", dtype=found.schema["effect"])
        return found.with_columns(effect=pl.when(disputed).then(refused).otherwise("effect"))

    def secrets(self) -> Secrets:
        """What makes the ids of a new run's persons."""
        runs = self.store.runs.all(self.use.id)
        return Secrets(self.store.keys.secret("persons"), self.use.id, len(runs) + 1)


@dataclass(frozen=True)
class PermittedGround(Ground):
    """A ground whose use was ruled on today, with a permit.

    frames: rows of all its feeds by their ids, where a program hands them over; else they are read.
    register: the workspace where its versions were published, if not the one where it runs.
    """

    assessment: Assessment
    permit: Permit
    spec: LinkageSpec
    frames: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    register: Path | None = None

    @cached_property
    def material(self) -> int:
        """The earliest version of the use whose answers still count."""
        return material_version(self.register or self.workspace.root, self.use)

    def refused(self, why: str, *reasons: str, status: int) -> NotLinked:
        """Log a refused run; the error to raise."""
        return refused(self.store, self.use, self.assessment, why, reasons, status)


@contextmanager
def ground_of(use: Path) -> Iterator[Ground]:
    """The ground of a use without feeds or day: for what needs no new ruling."""
    workspace, declared = _workspace(use), read_use(use)
    with open_store(workspace) as store:
        releasing.settle(workspace.root, store)
        yield Ground(workspace, store, declared, (), "ask_first", date.min)


@contextmanager
def permitted_ground(
    use: Path, today: date, spec: LinkageSpec | None = None
) -> Iterator[PermittedGround]:
    """The ground of a use that today's ruling permits to be linked.

    Raises NotLinked, after a leaf in the log, where it does not; BadInput for feeds or a store that
    cannot be used.
    """
    workspace, declared = _workspace(use), read_use(use)
    with open_store(workspace) as store:
        releasing.settle(workspace.root, store)
        assessment = assess(use, today=today, vary=False)
        sealing.of_use(workspace, store, declared, assessment, today)
        permit = permitted(store, declared, assessment, today)
        feeds = feeds_of(declared, read_feeds(workspace.root))
        held = joining.fields_held([feed for _, feed in feeds])
        chosen = completed(spec or workspace_spec(workspace.root), held)
        ground = PermittedGround(
            workspace, store, declared, feeds, permit.floor, today, assessment, permit, chosen
        )
        asked(ground, f"Next: licet permission invite {use}")
        binding.check_run(ground)
        binding.check_dialogue(ground)
        yield ground


def asked(ground: PermittedGround, todo: str) -> None:
    """Refuse, after a leaf in the log, an empty ledger. todo: what to do about it."""
    if ground.snapshot.sequence == 0:
        raise ground.refused("nobody_asked", _NOBODY_ASKED, todo, status=5)


_NOBODY_ASKED = (
    "Nobody has been asked yet: the permission ledger is empty, so no row may be linked."
)


def _workspace(use: Path) -> Workspace:
    found = find_workspace(use)
    if found is None:
        raise bad(
            "the use lies in no workspace",
            str(use),
            "a use in uses/ of a workspace, with feeds/ and evidence/ beside it",
            "make one: licet init town/",
        )
    return found


def permitted(
    store: Store,
    use: Use,
    assessment: Assessment,
    today: date,
    *,
    register: bool = True,
    leaves: Iterable[Leaf] = (),
) -> Permit:
    """The permit of a use, or NotLinked: no ruling that allows it, or a use edited after its ruling.

    register: whether the use must be in the log of the store; else it must only be no other than there.
    leaves: of another log, which binds too.
    """
    ruling = assessment.ruling

    def refuse(why: str, *reasons: str, status: int) -> NotLinked:
        return refused(store, use, assessment, why, reasons, status)

    if not isinstance(ruling, Permit):
        why = "refusal" if ruling.status == 3 else "undetermined"
        texts = (f"{ruling.heading}.", *(reason.text for reason in ruling.reasons))
        raise refuse(why, *texts, status=ruling.status)
    unknown = binding.overlooked(store, use, assessment)
    if unknown:
        raise refuse("condition", *unknown, status=3)
    if today > ruling.expires or today < use.start:
        when = f"The ruling holds from {use.start} until {ruling.expires}, not on {today}."
        raise refuse("not_in_force", when, status=4)
    published = published_hashes(store, use.id)
    own = [entry.leaf for entry in store.log.entries()]
    block = blocked(own, use, today) or blocked(leaves, use, today)
    if block is not None:
        raise refuse(block.why, block.text, BLOCKED_TODO[block.why], status=3)
    if not register and not published:
        return ruling
    if use.version not in published:
        text = f"Version {use.version} of {use.id} is not in the register: nobody could know of it."
        raise refuse("not_published", text, "Next: licet publish", status=3)
    if published[use.version] != use.hash():
        text = (
            f"The use {use.id} was edited after version {use.version} was published and ruled on."
        )
        todo = f"Next: give it version = {max(published) + 1}, then licet publish"
        raise refuse("edited", text, todo, status=3)
    return ruling


BLOCKED_TODO = {
    "suspended": "Next: mend what failed and ask the same of it again; PASS lifts this. If the linkage "
    "failed, publish a new version, link it and audit it.",
    "decided_stop": "Next: nothing, unless its owner decides anew, on this version or a later one: "
    "licet decide",
    "decided_narrow": "Next: publish the smaller use as a new version; or its owner decides anew on this "
    "one: licet decide",
}
"""What may be done where the log says that a use does not go ahead, by why."""


def refused(
    store: Store,
    use: Use,
    assessment: Assessment,
    why: str,
    reasons: tuple[str, ...],
    status: int,
) -> NotLinked:
    """Log a refused run; the error to raise."""
    body = {
        "use": use.id,
        "why": why,
        "reasons": list(dict.fromkeys(" ".join(reason.split())[:900] for reason in reasons)),
        "version": use.version,
        "use_hash": use.hash(),
        "ruling": assessment.ruling.kind.casefold(),
        "heading": assessment.ruling.heading,
    }
    store.log.append("run_refused", body)
    return NotLinked(why, reasons, status)
