"""The record of what was printed of an audit, beside its output: counts that are public anyway.

A later release of the same audit reads it, so that no two of them together tell of too few people.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from licet.disclosure.releases import Printed
from licet.errors import BadInput, bad
from licet.files.reading import read_bytes, shown

SCHEMA = "licet-released-1"
LIMIT = 200_000_000
"""Bytes that a record may have."""


def read_released(path: Path, audit: str | None) -> tuple[Printed, ...]:
    """What was printed before, first release first; none without a record, or of another audit.

    audit: the id of the plan, or of the feed; None: whatever it is called. Refuses a record that cannot be
    read: without it nobody knows what was printed.
    """
    if not path.exists():
        return ()
    try:
        found = json.loads(read_bytes(path, LIMIT))
        if found["schema"] != SCHEMA:
            raise ValueError(found["schema"])
        return (
            tuple(_printed(one) for one in found["releases"])
            if audit in (None, found["audit"])
            else ()
        )
    except (ValueError, KeyError, TypeError) as error:
        if isinstance(error, BadInput):
            raise
        raise bad(
            "the record of what was printed before cannot be read",
            shown(path),
            "as it was written",
            "restore it, or write into another folder",
        ) from None


def released_text(audit: str, earlier: Sequence[Printed], now: Printed) -> str:
    """The record with this release; once only, if nothing new was printed."""
    releases = [_written(one) for one in earlier]
    last = _written(now)
    if not any(one | {"day": ""} == last | {"day": ""} for one in releases):
        releases.append(last)
    document = {"schema": SCHEMA, "audit": audit, "releases": releases}
    return json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":")) + "\n"


def _written(one: Printed) -> dict[str, Any]:
    cells = [[table, [list(level) for level in group], cell, count]
             for (table, group, cell), count in one.cells.items()]  # fmt: skip
    figures = {name: list(figure) for name, figure in one.figures.items()}
    return {"day": one.day.isoformat(), "cells": cells, "figures": figures,
            "groups": dict(one.groups), "sketch": list(one.sketch)}  # fmt: skip


def _printed(found: dict[str, Any]) -> Printed:
    cells = {
        (str(table), tuple((str(by), str(level)) for by, level in group), str(cell)): int(count)
        for table, group, cell, count in found["cells"]
    }
    figures = {str(name): (float(value), int(n)) for name, (value, n) in found["figures"].items()}
    sketch = tuple(str(one) for one in found.get("sketch", ()))
    return Printed(
        date.fromisoformat(found["day"]), cells, figures, dict(found.get("groups", {})), sketch
    )
