"""What a person is told who says no: what was given out before, and what a no does and does not undo.

It is the same whatever anybody else answered: it counts nobody's rows.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from licet.permission.receipts import WITHDRAWING

WIDTH = 80


@dataclass(frozen=True)
class Released:
    """The outputs of one run. day: of the run. in_force: whether it is the one in use."""

    use: str
    run: str
    day: str
    outputs: tuple[str, ...]
    in_force: bool


EARLIER_NO = (
    "If you said no to this earlier, without this letter: that no ends with your yes only where it is "
    "surely yours. If your records are not used, tell the office the name, date of birth and address that "
    "you gave then, and it records that you changed your mind."
)
"""Said with every yes, in the same words, whoever else said anything."""


def earlier_no_text() -> str:
    """The same for a screen."""
    return textwrap.fill(EARLIER_NO, WIDTH)


def notice_text(released: Sequence[Released]) -> str:
    """The notice for whoever said no."""
    lines = ["What was given out before"]
    if not released:
        lines += _wrapped("Nothing: records were not joined for this so far.")
    for one in released:
        names = ", ".join(one.outputs)
        state = (
            "in use; made anew without your records, if they were in it"
            if one.in_force
            else "replaced by a later run; copies that others took are not called back"
        )
        lines += _wrapped(f"{one.use}, run {one.run} of {one.day}: {names} ({state}).")
    lines += ["", "What your no does, and what it does not undo"]
    for name in ("new_runs", "links", "flags", "done", "published", "models"):
        lines += _wrapped(WITHDRAWING[name])
    return "\n".join(lines)


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent="- ", subsequent_indent="  ")
