"""What may be done about an item, as one table: by whom, from which states, to which, and what is read.

An item is a question, an objection or a proposed condition. A notice is one as well, so that it can be
read beside them; it counts as nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Sort = Literal["question", "objection", "proposal", "notice"]
SORTS: Mapping[str, str] = {
    "question": "Question",
    "objection": "Objection",
    "proposal": "Proposed condition",
    "notice": "Notice",
}
COUNTED = ("question", "objection", "proposal")
"""Sorts that count. A leaflet, an announcement or an event is a notice, and is not dialogue."""

State = Literal[
    "sent", "open", "not_published", "appealed", "upheld", "answered", "settled", "contested",
    "withdrawn", "announced",
]  # fmt: skip
STATES: Mapping[str, str] = {
    "sent": "Sent. A moderator reads it before everybody can.",
    "open": "Open. It waits for an answer.",
    "not_published": "Not published. Whoever sent it can ask another moderator.",
    "appealed": "Not published. Another moderator is reading it.",
    "upheld": "Not published. Two moderators agreed.",
    "answered": "Answered. Whoever asked can say whether the answer meets the question.",
    "settled": "Answered, and whoever asked is satisfied.",
    "contested": "Answered, but whoever asked is not satisfied. It waits for a better answer.",
    "withdrawn": "Taken back by whoever sent it.",
    "announced": "A notice. It is not part of the dialogue and counts as nothing.",
}
"""What the public reads of each state."""
WAITING = frozenset({"sent", "appealed", "open", "contested"})
"""States in which the body owes somebody something: the clock runs."""
PUBLIC = frozenset({"open", "answered", "settled", "contested", "announced"})
"""States in which everybody reads the text."""
VOTED = frozenset({"open", "answered", "settled", "contested"})
"""States in which people may second it, agree or disagree."""

Who = Literal["family", "asker", "moderator", "other moderator", "owner"]
Answer = Literal["explained", "accepted", "in_part", "declined"]
ANSWERS: Mapping[str, str] = {
    "explained": "Explained",
    "accepted": "Accepted",
    "in_part": "Accepted in part",
    "declined": "Declined",
}


@dataclass(frozen=True)
class Move:
    """One row. start: states it may be made in, "" for none yet. end: the state after it, None for the
    same. sorts: of items. words: whether something must be said, which everybody reads. condition:
    whether it names a parameter. says: the sentence for the public."""

    name: str
    who: Who
    start: frozenset[str]
    end: State | None
    sorts: frozenset[str]
    words: bool
    says: str
    answer: Answer | None = None
    condition: bool = False


def _move(
    name: str, who: Who, start: str, end: State | None, says: str, *,
    sorts: tuple[str, ...] = COUNTED, words: bool = False, answer: Answer | None = None,
    condition: bool = False,
) -> Move:  # fmt: skip
    states = frozenset(start.split() or [""])
    return Move(name, who, states, end, frozenset(sorts), words, says, answer, condition)


_MINE = ("objection", "proposal")
_PUBLISHED = "open answered settled contested"

MOVES: tuple[Move, ...] = (
    _move("ask", "family", "", "sent", "Somebody sent it.", words=True),
    _move("announce", "owner", "", "announced", "The body gave notice.", sorts=("notice",), words=True),
    _move("open", "moderator", "sent", "open", "A moderator opened it to everybody."),
    _move("withhold", "moderator", "sent", "not_published", "A moderator did not publish it, and said why.",
          words=True),
    _move("appeal", "asker", "not_published", "appealed", "Whoever sent it asked another moderator."),
    _move("open", "other moderator", "appealed", "open", "Another moderator opened it to everybody."),
    _move("uphold", "other moderator", "appealed", "upheld",
          "Another moderator did not publish it either, and said why.", words=True),
    _move("explain", "owner", "open contested", "answered", "The body answered.", sorts=("question",),
          words=True, answer="explained"),
    _move("accept", "owner", "open contested", "answered", "The body accepted it: a condition binds.",
          sorts=_MINE, words=True, answer="accepted", condition=True),
    _move("accept_in_part", "owner", "open contested", "answered",
          "The body accepted it in part: a condition binds.", sorts=_MINE, words=True,
          answer="in_part", condition=True),
    _move("decline", "owner", "open contested", "answered", "The body declined it, and said why.",
          sorts=_MINE, words=True, answer="declined"),
    _move("satisfied", "asker", "answered", "settled", "Whoever asked is satisfied with the answer."),
    _move("contest", "asker", "answered", "contested", "Whoever asked is not satisfied with the answer."),
    _move("withdraw", "asker", "sent not_published appealed open contested", "withdrawn",
          "Whoever sent it took it back."),
    _move("take_down", "moderator", _PUBLISHED, None, "A moderator took the text down, and said why.",
          words=True),
    _move("end", "owner", "answered settled contested", None, "The body ended the condition, and said why.",
          sorts=_MINE, words=True),
)  # fmt: skip
"""Every move there is. What is not here cannot be done."""

NAMES = tuple(dict.fromkeys(move.name for move in MOVES))


def moves_from(state: str, sort: str) -> tuple[Move, ...]:
    """The moves that may be made of an item of a sort in a state."""
    return tuple(m for m in MOVES if state in m.start and sort in m.sorts)
