"""The table ``[dialogue]`` of a workspace, and public conversations in the files of Polis."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from licet.dialogue.terms import DAYS_OFF, DialogueTerms
from licet.errors import bad
from licet.files.reading import shown
from licet.files.sections import Faults

KEYS = ("days_off", "overdue_suspends", "groups", "voices", "seconds")
VOTE = {"1": "agree", "-1": "disagree", "0": "pass"}


def read_dialogue(table: Any, faults: Faults) -> DialogueTerms:
    """The settings of the dialogue; what is wrong with them is noted."""
    values = faults.table(table, "dialogue", KEYS) or {}
    found: dict[str, Any] = {}
    place = values.get("days_off", "ENG")
    if place not in DAYS_OFF:
        faults.add(f"unknown place {str(place)[:40]!r}", "dialogue.days_off", ", ".join(DAYS_OFF))
    else:
        found["days_off"] = place
    suspends = values.get("overdue_suspends", False)
    if suspends not in (True, False, "yes", "no"):
        faults.add("this is neither yes nor no", "dialogue.overdue_suspends", '"yes" or "no"')
    found["overdue_suspends"] = suspends in (True, "yes")
    for key in ("voices", "seconds"):
        value = values.get(key, 10)
        if (
            type(value) is not int
            or not 1 <= value <= 1_000_000
            or (key == "voices" and value < 10)
        ):
            least = 10 if key == "voices" else 1
            faults.add(f"this does not fit: {str(value)[:40]!r}", f"dialogue.{key}",
                       f"a whole number from {least}")  # fmt: skip
        else:
            found[key] = value
    groups = values.get("groups", {})
    if not isinstance(groups, dict) or not all(
        isinstance(text, str) and text.strip() for text in groups.values()
    ):
        faults.add("this is no table of groups", "dialogue.groups", 'ID = "what people read"')
    else:
        found["groups"] = tuple((str(key), str(text)) for key, text in groups.items())
    return DialogueTerms(**found)


@dataclass(frozen=True)
class Conversation:
    """A public conversation. statements: text by id, those moderated in. votes: (voter, statement, said)
    in the order they were cast. published: the group of each participant, as it was published."""

    topic: str
    statements: dict[str, str]
    votes: tuple[tuple[str, str, str], ...]
    published: dict[str, str]


def read_conversation(folder: Path) -> Conversation:
    """A conversation as Polis publishes it: comments.csv, votes.csv, participants-votes.csv.

    Vote 1 is agree, -1 disagree, 0 pass. Votes on what was moderated out are left out. Raises BadInput.
    """
    comments = list(_rows(folder / "comments.csv", ("comment-id", "moderated", "comment-body")))
    statements = {r["comment-id"]: r["comment-body"] for r in comments if r["moderated"] != "-1"}
    cast = []
    rows = _rows(folder / "votes.csv", ("timestamp", "comment-id", "voter-id", "vote"))
    for place, row in enumerate(rows, start=2):
        if row["vote"] not in VOTE or not row["timestamp"].isdigit():
            where = f"{shown(folder / 'votes.csv')}: line {place}"
            raise bad(f"this is no vote: {row['vote'][:20]!r}", where, "1, 0 or -1, with its time")
        if row["comment-id"] in statements:
            cast.append(
                (int(row["timestamp"]), row["voter-id"], row["comment-id"], VOTE[row["vote"]])
            )
    cast.sort(key=lambda one: one[0])
    groups = folder / "participants-votes.csv"
    published = (
        {r["participant"]: r["group-id"] for r in _rows(groups, ("participant", "group-id"))}
        if groups.exists()
        else {}
    )
    summary = folder / "summary.csv"
    topic = folder.name
    if summary.exists():
        with summary.open(encoding="utf-8", newline="") as held:
            topic = dict(r[:2] for r in csv.reader(held) if len(r) > 1).get("topic", topic)
    votes = tuple((voter, statement, said) for _, voter, statement, said in cast)
    return Conversation(topic, statements, votes, {k: v for k, v in published.items() if v})


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[dict[str, str]]:
    try:
        with path.open(encoding="utf-8", newline="") as held:
            reader = csv.DictReader(held)
            missing = [name for name in columns if name not in (reader.fieldnames or ())]
            if missing:
                raise bad(f"the column {missing[0]!r} is missing", shown(path), ", ".join(columns))
            for row in reader:
                if any(row[name] is None for name in columns):
                    raise bad("a line is too short", f"{shown(path)}: line {reader.line_num}")
                yield row
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise bad(f"this cannot be read ({type(error).__name__})", shown(path),
                  "the CSV files that Polis publishes") from None  # fmt: skip
