"""That a plan was made before the outcomes were opened: a record beside the report.

The outcomes stay closed until the plan's hash is written here. Whoever runs another plan on the same data
afterwards must say which one it amends, and why; what it finds is exploratory. The record holds hashes
and a day, nothing of anybody.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from licet.audit.plan import Plan
from licet.errors import BadInput, bad
from licet.files.reading import MEGABYTE, read_bytes, shown
from licet.files.writing import check_folder, write_bytes

if TYPE_CHECKING:
    import polars as pl

ENDING = ".opened.json"


@dataclass(frozen=True)
class Opening:
    """One plan with which the outcomes of some data were opened. Hashes in hexadecimal."""

    plan: str
    plan_hash: str
    data_hash: str
    day: str
    amends: str = ""
    because: str = ""


class Closed:
    """Data whose outcomes are out of reach until there is an Opening of them."""

    def __init__(self, plan: Plan, frame: pl.DataFrame, data_hash: str) -> None:
        self._plan, self._frame = plan, frame
        self.data_hash = data_hash

    @property
    def columns(self) -> list[str]:
        """The names of all columns."""
        return list(self._frame.columns)

    @property
    def others(self) -> pl.DataFrame:
        """Every column but the outcomes."""
        closed = self._plan.outcome_columns
        return self._frame.drop([name for name in closed if name in self._frame.columns])

    def open(self, opening: Opening) -> pl.DataFrame:
        """All columns. Refuses the record of another plan or of other data."""
        if (opening.plan_hash, opening.data_hash) != (self._plan.hash(), self.data_hash):
            raise ValueError("this record is of another plan or of other data")
        return self._frame


def opening_of(plan: Plan, data_hash: str, today: date) -> Opening:
    """What is kept of a plan on the day it is opened with."""
    return Opening(
        plan.id, plan.hash(), data_hash, today.isoformat(), plan.amends, plan.because.strip()
    )


def keep_opening(opening: Opening, folder: Path) -> tuple[Opening, ...]:
    """Write the record, unless it is there; all openings of these data, the first one first.

    Refuses a plan that was changed after these data were opened, unless it says which one it amends.
    """
    check_folder(folder)
    before = openings(folder, opening.data_hash)
    same = [one for one in before if one.plan_hash == opening.plan_hash]
    if same:
        return before
    if before and opening.amends != before[-1].plan_hash:
        _refuse(opening, before[-1])
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{opening.plan}{ENDING}"
    kept = [*(_read(path) if path.exists() else ()), opening]
    text = json.dumps({"openings": [asdict(one) for one in kept]}, indent=2, ensure_ascii=False)
    write_bytes(path, f"{text}\n".encode())
    return (*before, opening)


def openings(folder: Path, data_hash: str) -> tuple[Opening, ...]:
    """Every opening of some data that the folder tells of, by day, whatever its plan is called."""
    if not folder.is_dir():
        return ()
    found = [
        (one.day, path.name, place, one)
        for path in sorted(folder.glob(f"*{ENDING}"))
        for place, one in enumerate(_read(path))
        if one.data_hash == data_hash
    ]
    return tuple(_in_order([entry[-1] for entry in sorted(found, key=lambda entry: entry[:3])]))


def _in_order(found: Sequence[Opening]) -> list[Opening]:
    """Amendments after what they amend, also of one day."""
    left, ordered = list(found), list[Opening]()
    while left:
        amended = {one.plan_hash for one in left}
        ready = next((one for one in left if one.amends not in amended), left[0])
        ordered.append(ready)
        left.remove(ready)
    return ordered


def _refuse(opening: Opening, last: Opening) -> None:
    raise bad(
        f"the plan was changed after these data were opened on {last.day} with another one"
        + (f", and amends a plan that is not the last: {opening.amends}" if opening.amends else ""),
        f"plan {opening.plan!r}",
        f"the plan as it was (its hash is {last.plan_hash})",
        f'take the changes back; or add amends = "{last.plan_hash}" and because = "..." to the plan: '
        "the report then says that it is exploratory",
    )


def _read(path: Path) -> tuple[Opening, ...]:
    try:
        found = json.loads(read_bytes(path, MEGABYTE))
        return tuple(Opening(**entry) for entry in found["openings"])
    except BadInput:
        raise
    except (ValueError, TypeError, KeyError):
        todo = "bring it back from a copy: without it nobody knows which plan came first"
        allowed = "the file as Licet wrote it"
        raise bad("the record of opened outcomes is damaged", shown(path), allowed, todo) from None


def hash_of(frame: pl.DataFrame) -> str:
    """SHA-256 of the values of a table, as CSV with its columns in the order of their names.

    The same whatever kind of file they came from; columns that hold no plain values are left out.
    """
    import polars as pl

    found = hashlib.sha256()

    class Sink:
        def write(self, data: Any) -> int:
            found.update(data)
            return len(data)

        def flush(self) -> None:
            """Nothing is held back."""

    odd = [
        n for n, kind in frame.schema.items() if kind.is_nested() or kind in (pl.Object, pl.Binary)
    ]
    frame.select(sorted(set(frame.columns) - set(odd))).write_csv(Sink())  # type: ignore[call-overload]
    return found.hexdigest()
