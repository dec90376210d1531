"""Where a published use stands: the facts of ``licet.states``, read from an entry and the log."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from licet import decision
from licet.log.leaves import Leaf
from licet.register.entry import Ruled, Ruling
from licet.states import WORDS, Facts, State, state_of
from licet.use import Use

__all__ = ["WORDS", "Facts", "State", "facts_of", "linked", "state_of"]
ENDS_A_RUN = frozenset({"sealed", "destroyed"})
STARTS_A_RUN = frozenset({"run_finished", "run_changed", "unsealed"})


def facts_of(
    ruled: Ruled, leaves: Sequence[Leaf], today: date, *, told: bool, gone: bool = False
) -> Facts:
    """The facts of a use on a day.

    leaves: of this use, from the oldest on. told: whether families were asked or told of it.
    gone: whether nobody declares it any more.
    """
    use, ruling = ruled.use, ruled.ruling
    made = decision.binding(leaves, use, today)
    return Facts(
        ruling=ruling.kind.casefold(),
        floor=ruling.floor or "",
        smaller=bool(ruling.smaller),
        again=_again(ruling, today),
        told=told,
        linked=linked(leaves),
        suspended=_suspended(leaves, use),
        decided=str(made["decision"]) if made else "",
        lapsed=_lapsed(leaves, use, today),
        ended=gone or use.status == "ended" or today > use.end,
        in_dialogue=use.status == "in_dialogue",
    )


def linked(leaves: Sequence[Leaf]) -> bool:
    """Whether the last word of the log on runs is that one may be read."""
    said = [leaf.kind for leaf in leaves if leaf.kind in ENDS_A_RUN | STARTS_A_RUN]
    return said[-1:] != [] and said[-1] in STARTS_A_RUN


def _suspended(leaves: Sequence[Leaf], use: Use) -> str:
    stands = decision.suspension(leaves)
    if stands is not None:
        return str(stands["role"])
    return "its document" if use.status == "suspended" else ""


def _again(ruling: Ruling, today: date) -> bool:
    """Whether nothing but time speaks against a ruling."""
    if ruling.kind == "Permit":
        return ruling.expires is not None and today > ruling.expires
    if ruling.kind == "Refusal":
        return False
    open_cells = {
        cell.verdict
        for requirement in ruling.requirements
        for cell in requirement.figures
        if cell.in_force and cell.deciding and cell.verdict not in ("granted", "unproven")
    }
    return open_cells == {"expired"} or (set(ruling.rules) == {"review_due"} and not open_cells)


def _lapsed(leaves: Sequence[Leaf], use: Use, today: date) -> str:
    made = decision.last_decision(leaves, use)
    over = made is not None and made["version"] == use.version and decision.is_past(made, today)
    return str(made["until"]) if over and made is not None else ""
