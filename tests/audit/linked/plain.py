"""Plain answers, pair by pair: written from what a pair is, not from how it is counted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations


def pairs(rows: int) -> Iterator[tuple[int, int]]:
    """Every two rows."""
    yield from combinations(range(rows), 2)


def counted(
    found: Sequence[int],
    true: Sequence[int],
    inside: Sequence[bool] | None = None,
    edges: Sequence[tuple[int, int]] = (),
) -> dict[str, int]:
    """Pairs of one person, in one cluster, and both; of edges and right ones. inside: rows of the group,
    of which at least one must be in a pair."""
    counts = dict.fromkeys(("true", "found", "both", "edges", "edges_both"), 0)
    joined = {frozenset(edge) for edge in edges}
    for i, j in pairs(len(found)):
        if inside is not None and not (inside[i] or inside[j]):
            continue
        same, together = true[i] == true[j], found[i] == found[j]
        counts["true"] += same
        counts["found"] += together
        counts["both"] += same and together
        if frozenset((i, j)) in joined:
            counts["edges"] += 1
            counts["edges_both"] += same
    return counts


def b_cubed(
    found: Sequence[int], true: Sequence[int], inside: Sequence[bool]
) -> tuple[float, float]:
    """Sums over the rows of a group of their precision and their recall."""
    precise = recalled = 0.0
    for i in range(len(found)):
        if not inside[i]:
            continue
        cluster = [j for j in range(len(found)) if found[j] == found[i]]
        person = [j for j in range(len(found)) if true[j] == true[i]]
        right = len([j for j in cluster if true[j] == true[i]])
        precise += right / len(cluster)
        recalled += right / len(person)
    return precise, recalled


def kinds(
    found: Sequence[int],
    true: Sequence[int],
    household: Sequence[int],
    born: Sequence[float],
    related: Sequence[tuple[int, int]] = (),
) -> list[int]:
    """False pairs: twins, others of one household, relatives elsewhere, strangers, not known."""
    counts = [0] * 5
    kin = {frozenset(pair) for pair in related}
    for i, j in pairs(len(found)):
        if found[i] != found[j] or true[i] == true[j]:
            continue
        if household[i] < 0 or household[j] < 0:
            counts[4] += 1
        elif household[i] == household[j]:
            counts[0 if born[i] == born[j] else 1] += 1
        else:
            counts[2 if frozenset((true[i], true[j])) in kin else 3] += 1
    return counts
