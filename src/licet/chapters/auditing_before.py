"""What audits before told of the same people, and what is kept of this one for those that come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from licet.disclosure.releases import Printed
from licet.files.audit_known import same_rows
from licet.files.audit_opened import Opening
from licet.files.audit_released import read_released, released_text
from licet.files.workspace import Workspace

RELEASED = "forecast-audit.released.json"
"""What was printed of an audit, beside its outputs: a later release of it may not tell too much with it."""
SOME_ROWS = 0.05
"""The share of rows from which two data are said to tell of the same people: a sketch is not surer."""


class Past:
    """What was printed before of the people of an audit, whatever plan asked for it.

    Looked for beside the output and, in a workspace, in the records that it keeps and in all its reports.
    """

    def __init__(self, folder: Path, workspace: Workspace | None, plan: str) -> None:
        self.folder, self.plan = folder, plan
        self.kept = None if workspace is None else workspace.root / "store" / "audits"
        self.reports = None if workspace is None else workspace.root / "reports"
        self.sketch: tuple[str, ...] = ()
        self.printed: tuple[Printed, ...] = ()

    def groups(self, opening: Opening) -> list[Mapping[str, Any]]:
        """Read what was printed of these rows; the groups that it told of."""
        self.sketch = opening.sketch
        places = [self.folder / RELEASED]
        places += sorted(self.kept.glob("*.released.json")) if self.kept else []
        places += sorted(self.reports.rglob(RELEASED)) if self.reports else []
        found = list(read_released(places[0], self.plan))
        for path in dict.fromkeys(places):
            for one in read_released(path, None):
                if one not in found and same_rows(self.sketch, one.sketch) > SOME_ROWS:
                    found.append(one)
        self.printed = tuple(sorted(found, key=lambda one: one.day))
        return [one.groups for one in self.printed if one.groups]

    def record(self, now: Printed) -> dict[Path, bytes]:
        """What is kept of this release, and where."""
        made = {}
        told = replace(now, sketch=self.sketch)
        for path in (self.folder / RELEASED, *self._own()):
            text = released_text(self.plan, read_released(path, self.plan), told)
            made[path] = text.encode()
        return made

    def _own(self) -> list[Path]:
        return [self.kept / f"{self.plan}.released.json"] if self.kept else []
