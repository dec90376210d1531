"""What two reviewers who do not see each other's answers come to, as a table.

Two who agree settle a pair. Where they do not, a third says, and the answer of two of the three stands;
a pair on which no two agree settles nothing and joins nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

Answer = Literal["same", "different", "unsure"]
Outcome = Literal["waiting", "same", "different", "unsure"]
ANSWERS: tuple[Answer, ...] = ("same", "different", "unsure")
LINK = {"same": "must", "different": "cannot"}
"""What a settled pair tells the linker. Unsure tells it nothing."""
ASKED = 2
"""How many are asked, each for themselves."""
AT_MOST = 3


def outcome(answers: Sequence[Answer]) -> Outcome:
    """What the answers so far come to. answers: one of each reviewer, in the order of saying."""
    for answer in ANSWERS:
        if sum(one == answer for one in answers) >= ASKED:
            return answer
    return "unsure" if len(answers) >= AT_MOST else "waiting"


def asks(answers: Sequence[tuple[str, Answer]], reviewer: str) -> bool:
    """Whether a reviewer is asked about a pair. answers: (reviewer, answer), as they were said."""
    said = [answer for _, answer in answers]
    return outcome(said) == "waiting" and reviewer not in {who for who, _ in answers}
