"""A public conversation brought in: opinion groups found anew, and what all of them agree on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from licet.dialogue.agreement import FEWEST, latest
from licet.errors import bad
from licet.files.dialogue import Conversation, read_conversation


@dataclass(frozen=True)
class Statement:
    """One statement. agree, seen: over everybody. informed: the group-informed figure over opinion groups,
    None where fewer than 10 people of some group saw it."""

    id: str
    text: str
    agree: int
    seen: int
    informed: float | None


@dataclass(frozen=True)
class Imported:
    """A conversation and what was worked out. sizes: of the opinion groups, from the largest."""

    conversation: Conversation
    voters: int
    votes: int
    sizes: tuple[int, ...]
    statements: tuple[Statement, ...]


def import_conversation(folder: Path) -> Imported:
    """Read a conversation as Polis publishes it. Raises BadInput for files that are not one."""
    from licet.dialogue.opinions import opinions

    found = read_conversation(folder)
    if not found.votes:
        raise bad("nobody voted", str(folder), "a conversation with votes")
    matrix, voters, ids = votes_of(found)
    grouped = opinions(matrix)
    informed = _informed(matrix[grouped.kept], grouped.labels) if grouped else None
    sizes = (
        tuple(sorted(((grouped.labels == g).sum() for g in set(grouped.labels)), reverse=True))
        if grouped
        else ()
    )
    statements = tuple(
        Statement(
            name, found.statements[name], int((matrix[:, at] == 1).sum()),
            int((matrix[:, at] == matrix[:, at]).sum()),
            None if informed is None or informed[at] != informed[at] else float(informed[at]),
        )
        for at, name in enumerate(ids)
    )  # fmt: skip
    cast = int((matrix == matrix).sum())
    return Imported(found, len(voters), cast, tuple(int(n) for n in sizes), statements)


def _informed(matrix: Any, labels: Any) -> Any:
    """The group-informed figure; not a number where fewer than 10 of some group saw the statement."""
    import numpy as np

    from licet.dialogue.opinions import group_informed

    figure = group_informed(matrix, list(labels))
    seen = np.array([(~np.isnan(matrix[labels == one])).sum(axis=0) for one in np.unique(labels)])
    return np.where(seen.min(axis=0) >= FEWEST, figure, np.nan)


def votes_of(found: Conversation) -> tuple[Any, list[str], list[str]]:
    """The latest votes as participants x statements, with the names of both."""
    import numpy as np

    said = latest(((voter, statement), vote) for voter, statement, vote in found.votes)
    voters = sorted({voter for voter, _ in said}, key=_order)
    ids = sorted(found.statements, key=_order)
    rows = {name: at for at, name in enumerate(voters)}
    columns = {name: at for at, name in enumerate(ids)}
    matrix = np.full((len(voters), len(ids)), np.nan)
    number = {"agree": 1.0, "disagree": -1.0, "pass": 0.0}
    for (voter, statement), vote in said.items():
        matrix[rows[voter], columns[statement]] = number[vote]
    return matrix, voters, ids


def _order(name: str) -> tuple[int, str]:
    return (int(name) if name.isdigit() else 10**9, name)


def imported_text(found: Imported, most: int = 10) -> str:
    """For the screen: who spoke, the groups, and the statements that all groups agree on most."""
    from licet.report.screens import plain

    lines = [
        found.conversation.topic,
        f"{found.voters} people, {len(found.statements)} statements, {found.votes} votes that count",
    ]
    if len(found.sizes) < 2:
        lines.append("Not enough voices yet: nobody is put into opinion groups.")
    else:
        sizes = ", ".join(map(str, found.sizes))
        lines.append(
            f"{len(found.sizes)} opinion groups of {sizes}, found in the votes, not declared."
        )
        if min(found.sizes) < 10:
            lines.append(
                "Not enough voices yet in the smallest group: no figure over groups is shown."
            )
    lines.append(
        "No social group of anybody is known: agreement over declared groups cannot be worked out."
    )
    heard = [s for s in found.statements if s.informed is not None]
    ranked = sorted(heard, key=lambda s: -(s.informed or 0.0))
    if ranked:
        few = len(found.statements) - len(ranked)
        lines.append(f"Not enough voices yet, in some group, on {few} statements.")
        lines += ["", "Group-informed figure (1 is everybody, in every group):"]
        for one in ranked[:most]:
            lines.append(
                f"  {one.informed or 0:.2f}  {one.agree:>4} of {one.seen:<4} {one.text[:70]}"
            )
    lines += ["", "Votes of whoever came forward. No estimate, and never part of a ruling."]
    return "\n".join(plain(line) for line in lines)
