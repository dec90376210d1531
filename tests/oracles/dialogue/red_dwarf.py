"""The recipe of the group-informed figures: what red-dwarf 0.4.0 says, with the groups that Polis published.

    python -m venv v && v/bin/pip install red-dwarf==0.4.0
    v/bin/python red_dwarf.py CONVERSATION...

Written with red-dwarf 0.4.0 (MPL-2.0), NumPy 2.4.6. Later versions of it work the figure out otherwise. Votes
are the latest of each voter on each statement that was moderated in; people without a published group are
left out. Only figures are kept here: no word of anybody.
"""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

import pandas as pd
from reddwarf.utils.stats import calculate_comment_statistics, votes


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as held:
        return list(csv.DictReader(held))


def figures(folder: Path) -> dict[str, float]:
    kept = {row["comment-id"] for row in rows(folder / "comments.csv") if row["moderated"] != "-1"}
    groups = {
        row["participant"]: int(row["group-id"])
        for row in rows(folder / "participants-votes.csv")
        if row["group-id"]
    }
    latest: dict[tuple[str, str], int] = {}
    for row in sorted(rows(folder / "votes.csv"), key=lambda row: int(row["timestamp"])):
        if row["comment-id"] in kept and row["voter-id"] in groups:
            latest[row["voter-id"], row["comment-id"]] = int(row["vote"])
    voters, ids = sorted(groups, key=int), sorted(kept, key=int)
    table = pd.DataFrame(
        [[latest.get((voter, one)) for one in ids] for voter in voters],
        index=[int(v) for v in voters], columns=[int(i) for i in ids], dtype=float,
    )  # fmt: skip
    found = calculate_comment_statistics(table, [groups[voter] for voter in voters])
    return dict(zip(ids, map(float, found[-1][votes.A]), strict=True))


if __name__ == "__main__":
    for name in sys.argv[1:]:
        place = Path(__file__).with_name(f"{Path(name).name}.json")
        place.write_text(json.dumps(figures(Path(name)), indent=0) + "\n", encoding="utf-8")
