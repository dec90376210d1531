"""Uses that are known from public sources: a TOML file of tables, or a CSV file of rows."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

from licet.errors import BadInput, bad
from licet.files.reading import decode, read_bytes, shown
from licet.files.toml import read_toml
from licet.register.central import PublicRecord

LARGEST = 10_000_000
LISTS = ("services", "companies")
YES_NO = {"yes": True, "no": False, "true": True, "false": False, "": False}
FLAGS = ("payment_by_results", "forecast")


def read_public(path: Path) -> PublicRecord:
    """The record. Of CSV: a column for each key, several values in one cell with ``;`` between.

    A row of CSV without a title is a body that is known to link records and has no entry. Raises BadInput
    with all faults at once.
    """
    given = _rows(path) if path.suffix.casefold() == ".csv" else read_toml(path)
    try:
        return PublicRecord(**given)
    except TypeError:
        raise bad("its keys are not text", shown(path)) from None
    except BadInput as error:
        raise error.within(shown(path)) from None


def _rows(path: Path) -> dict[str, Any]:
    text = decode(read_bytes(path, LARGEST), path)
    rows = list(csv.DictReader(io.StringIO(text)))
    if rows and "body" not in rows[0]:
        raise bad(
            "there is no column body", shown(path), "body,title,source,seen,services,companies"
        )
    found: dict[str, list[dict[str, Any]]] = {"use": [], "body": []}
    for number, row in enumerate(rows, start=2):
        if None in row:
            raise bad("the row has more cells than the head", f"{shown(path)}, line {number}")
        held = {key: (value or "").strip() for key, value in row.items() if key}
        if not held.get("title"):
            found["body"].append({"name": held["body"], "source": held.get("source", "")})
            continue
        found["use"].append(_use(held, f"{shown(path)}, line {number}"))
    return found


def _use(row: dict[str, str], where: str) -> dict[str, Any]:
    made: dict[str, Any] = {
        key: value for key, value in row.items() if value and key not in (*LISTS, *FLAGS)
    }
    for key in LISTS:
        made[key] = tuple(part.strip() for part in row.get(key, "").split(";") if part.strip())
    for key in FLAGS:
        value = row.get(key, "").casefold()
        if value not in YES_NO:
            raise bad(f"{value[:40]!r} is neither yes nor no", f"{where}: {key}", "yes, no")
        made[key] = YES_NO[value]
    return made
