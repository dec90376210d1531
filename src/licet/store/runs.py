"""Runs: what was started, how far it came, from which place in the ledger."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from licet.errors import bad, unknown
from licet.permission.events import moment_text
from licet.store import ledger
from licet.store.ledger import Snapshot
from licet.store.rows import insert

if TYPE_CHECKING:
    from licet.store.opening import Store

NEXT: Mapping[str, tuple[str, ...]] = {
    "started": ("finished", "failed", "refused"),
    "finished": ("released", "sealed", "destroyed"),
    "released": ("sealed", "destroyed"),
    "sealed": ("released", "destroyed"),
    "failed": ("started", "destroyed"),
    "refused": (),
    "destroyed": (),
}
"""States of a run, and which may follow."""

COLUMNS = (
    "run",
    "use",
    "version",
    "ruling_hash",
    "sequence",
    "ledger_hash",
    "state",
    "stages",
    "manifest",
    "started",
    "changed",
)


@dataclass(frozen=True)
class Run:
    """One run. stages: what each stage left, by its name, as plain values. manifest: digest of the
    manifest, "" until there is one. started, changed: UTC, ``2026-11-30T09:15:00.000000Z``."""

    run: str
    use: str
    version: int
    ruling_hash: str
    snapshot: Snapshot
    state: str
    stages: Mapping[str, Any]
    manifest: str
    started: str
    changed: str


class Runs:
    """The runs of one store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def start(
        self,
        run: str,
        use: str,
        version: int,
        ruling_hash: str,
        snapshot: Snapshot,
        *,
        state: str = "started",
        at: datetime | None = None,
    ) -> Run:
        """Write down a new run; a run that stands as asked for is given back, so it can be resumed.

        state: ``started`` or ``refused``. Raises BadInput if another run is called so, or the snapshot
        is of another ledger.
        """
        from licet.store import models

        if state not in ("started", "refused"):
            raise unknown("first state", state, ["started", "refused"], "state")
        moment = moment_text(at or datetime.now(UTC))
        with self._store.changing() as connection:
            known = self._get(connection, run)
            if known is not None:
                asked = (use, version, ruling_hash, snapshot.sequence)
                if (known.use, known.version, known.ruling_hash, known.snapshot.sequence) != asked:
                    raise bad(f"another run is called {run!r}", "run", "a name of its own")
                return known
            if ledger.at_position(connection, snapshot.sequence).hash != snapshot.hash:
                raise bad("the snapshot is of another ledger", "snapshot", "", "take a new one")
            place = (snapshot.sequence, snapshot.hash)
            row = (run, use, version, ruling_hash, *place, state, "{}", "", moment, moment)
            insert(connection, models.Run, COLUMNS, [row])
        return self.get(run)

    def get(self, run: str) -> Run:
        """A run by its name. Raises BadInput if there is none."""
        with self._store.reading() as connection:
            found = self._get(connection, run)
            if found is None:
                names = [one.run for one in self.all()]
                raise unknown("run", run, names, "run")
            return found

    def all(self, use: str | None = None) -> tuple[Run, ...]:
        """Runs in the order they were started. use: only of this use."""
        where, values = ("", []) if use is None else (" WHERE use = %s", [use])
        with self._store.reading() as connection:
            return tuple(self._read(connection, where + " ORDER BY started, run", values))

    def stage(
        self,
        run: str,
        name: str,
        left: Any,
        *,
        manifest: str | None = None,
        at: datetime | None = None,
    ) -> Run:
        """Write down that a stage is done, and what it left (plain values). manifest: its new digest."""
        with self._store.changing() as connection:
            found = self._locked(connection, run)
            stages = json.dumps({**found.stages, name: left}, sort_keys=True)
            change = {"stages": stages} | ({} if manifest is None else {"manifest": manifest})
            self._set(connection, run, change, at)
        return self.get(run)

    def become(
        self, run: str, state: str, *, manifest: str | None = None, at: datetime | None = None
    ) -> Run:
        """Another state of a run. Raises BadInput for one that cannot follow; see ``NEXT``."""
        with self._store.changing() as connection:
            found = self._locked(connection, run)
            if state not in NEXT:
                raise unknown("state of a run", state, list(NEXT), "state")
            if state not in NEXT[found.state]:
                allowed = ", ".join(NEXT[found.state]) or "nothing: this is its end"
                raise bad(f"a run that is {found.state} cannot become {state}", run, allowed)
            change = {"state": state} | ({} if manifest is None else {"manifest": manifest})
            self._set(connection, run, change, at)
        return self.get(run)

    def _locked(self, connection: Any, run: str) -> Run:
        """The run, with nobody else changing it until the transaction ends."""
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM store_run WHERE run = %s FOR UPDATE", [run])
        return self.get(run)

    def _set(
        self, connection: Any, run: str, change: Mapping[str, str], at: datetime | None
    ) -> None:
        moment = moment_text(at or datetime.now(UTC))
        names = ", ".join(f"{name} = %s" for name in (*change, "changed"))
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE store_run SET {names} WHERE run = %s", [*change.values(), moment, run]
            )

    def _get(self, connection: Any, run: str) -> Run | None:
        found = self._read(connection, " WHERE run = %s", [run])
        return found[0] if found else None

    def _read(self, connection: Any, where: str, values: list[Any]) -> list[Run]:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(COLUMNS)} FROM store_run{where}", values)
            rows = cursor.fetchall()
        return [
            Run(
                run, use, version, ruling, Snapshot(sequence, known), state, json.loads(left), *rest
            )
            for run, use, version, ruling, sequence, known, state, left, *rest in rows
        ]
