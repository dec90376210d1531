"""That a plan was made before the outcomes were opened: a record beside the report.

The outcomes stay closed until the plan's hash is written here. Whoever runs another plan on the same data
afterwards must say which one it amends, and why; what it finds is exploratory. The record holds hashes
and a day, nothing of anybody.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from licet.audit.plan import Plan
from licet.errors import BadInput, bad
from licet.files.audit_known import MOST_ROWS, same_rows
from licet.files.reading import MEGABYTE, read_bytes, shown
from licet.files.writing import check_folder, write_bytes

if TYPE_CHECKING:
    import polars as pl

ENDING = ".opened.json"


@dataclass(frozen=True)
class Opening:
    """One plan with which the outcomes of some data were opened. Hashes in hexadecimal. sketch: of the
    rows, under a key (``audit_known``)."""

    plan: str
    plan_hash: str
    data_hash: str
    day: str
    amends: str = ""
    because: str = ""
    sketch: tuple[str, ...] = ()


class Closed:
    """Data whose outcomes are out of reach until there is an Opening of them."""

    def __init__(
        self, plan: Plan, frame: pl.DataFrame, data_hash: str, sketch: tuple[str, ...] = ()
    ) -> None:
        self._plan, self._frame = plan, frame
        self.data_hash, self.sketch = data_hash, sketch

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


def opening_of(plan: Plan, data_hash: str, today: date, sketch: tuple[str, ...] = ()) -> Opening:
    """What is kept of a plan on the day it is opened with."""
    because = plan.because.strip()
    return Opening(plan.id, plan.hash(), data_hash, today.isoformat(), plan.amends, because, sketch)


def keep_opening(opening: Opening, *folders: Path) -> tuple[Opening, ...]:
    """Write the record into each folder, unless it is there; all openings of these data, the first one first.

    Refuses a plan that was changed after these data were opened, unless it says which one it amends.
    """
    for folder in folders:
        check_folder(folder)
    before = openings(opening.data_hash, *folders)
    known = any(one.plan_hash == opening.plan_hash for one in before)
    if before and not known and opening.amends != before[-1].plan_hash:
        _refuse(opening, before[-1])
    for folder in folders:
        path = folder / f"{opening.plan}{ENDING}"
        kept = _read(path) if path.exists() else ()
        same = (opening.plan_hash, opening.data_hash)
        if same not in [(one.plan_hash, one.data_hash) for one in kept]:
            folder.mkdir(parents=True, exist_ok=True)
            told = {"openings": [asdict(one) for one in (*kept, opening)]}
            text = json.dumps(told, indent=2, ensure_ascii=False)
            write_bytes(path, f"{text}\n".encode())
    return before if known else (*before, opening)


def openings(data_hash: str, *folders: Path) -> tuple[Opening, ...]:
    """Every opening of some data that the folders tell of, by day, whatever its plan is called."""
    found = [entry for entry in _every(folders) if entry[-1].data_hash == data_hash]
    return tuple(_in_order([entry[-1] for entry in sorted(found, key=lambda entry: entry[:3])]))


def opened_rows(opening: Opening, *folders: Path) -> Opening | None:
    """The first opening with another plan, and of other data by their hash, of most of these rows."""
    mine = {opening.plan_hash, opening.amends}
    for *_, one in sorted(_every(folders), key=lambda entry: entry[:3]):
        other = one.plan_hash not in mine and one.data_hash != opening.data_hash
        if other and same_rows(opening.sketch, one.sketch) > MOST_ROWS:
            return one
    return None


def _every(folders: Sequence[Path]) -> list[tuple[str, str, int, Opening]]:
    """Each opening once: day, file, place in it."""
    found: dict[tuple[str, str], tuple[str, str, int, Opening]] = {}
    for folder in folders:
        for path in sorted(folder.glob(f"*{ENDING}")) if folder.is_dir() else ():
            for place, one in enumerate(_read(path)):
                found.setdefault((one.plan_hash, one.data_hash), (one.day, path.name, place, one))
    return list(found.values())


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
        return tuple(
            Opening(**{**entry, "sketch": tuple(entry.get("sketch", ()))})
            for entry in found["openings"]
        )
    except BadInput:
        raise
    except (ValueError, TypeError, KeyError):
        todo = "bring it back from a copy: without it nobody knows which plan came first"
        allowed = "the file as Licet wrote it"
        raise bad("the record of opened outcomes is damaged", shown(path), allowed, todo) from None
