"""Items as their acts made them: a fold over what is only ever added to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from licet.dialogue.moves import MOVES, PUBLIC, SORTS, STATES, VOTED, WAITING, Move, moves_from
from licet.errors import bad, unknown

LONGEST, SHORTEST = 1000, 20
"""Characters of what people write."""
Due = Callable[[date], date]
"""From the day when something was asked to the last day for an answer."""


@dataclass(frozen=True)
class Act:
    """One act. item: whose it is, from 1. by: a pseudonym. role: the post of staff, "" of a family. text:
    SHA-256 of what was written, "" for nothing. parameter, value: of a condition, as text."""

    item: int
    move: str
    by: str
    role: str
    at: datetime
    use: str = ""
    sort: str = ""
    version: int = 1
    text: str = ""
    parameter: str = ""
    value: str = ""
    number: int = 0


@dataclass(frozen=True)
class Item:
    """Where an item stands. asked: the moment it was sent. due: the last day for an answer. number of an
    act: where its text is kept. condition: parameter and value, while it is in force."""

    item: int
    use: str
    sort: str
    version: int
    asker: str
    asked: datetime
    state: str
    due: date | None
    moderator: str = ""
    answer: str = ""
    answered: datetime | None = None
    condition: tuple[str, str] | None = None
    ended: bool = False
    taken_down: bool = False
    acts: tuple[Act, ...] = field(default=(), repr=False)

    @property
    def name(self) -> str:
        """What it is called in the log and on pages."""
        return f"q-{self.item}"

    @property
    def public(self) -> bool:
        """Whether everybody can read of it."""
        return self.state in PUBLIC

    @property
    def waiting(self) -> bool:
        """Whether the body owes an answer, or a moderator's word."""
        return self.state in WAITING

    @property
    def voted(self) -> bool:
        """Whether people may second it, agree or disagree."""
        return self.state in VOTED

    @property
    def sentence(self) -> str:
        """Where it stands, for the public."""
        return STATES[self.state]

    def overdue(self, today: date) -> bool:
        """Whether an answer is owed and its last day is over."""
        return self.waiting and self.due is not None and today > self.due

    def days(self, today: date) -> int:
        """Days it has waited, or waited until it was answered."""
        end = today if self.answered is None or self.waiting else self.answered.date()
        return max((end - self.asked.date()).days, 0)

    def text_of(self, *moves: str) -> int:
        """The number of the last act among moves that said something, 0 for none."""
        found = [act.number for act in self.acts if act.move in moves and act.text]
        return found[-1] if found else 0


def items(acts: Iterable[Act], due: Due) -> dict[int, Item]:
    """Every item, by its number, from acts in their order."""
    found: dict[int, Item] = {}
    for act in acts:
        found[act.item] = after(found.get(act.item), act, due)
    return found


def after(item: Item | None, act: Act, due: Due) -> Item:
    """The item after one more act. Raises BadInput for an act that the table does not allow."""
    move = move_of(item, act)
    if item is None:
        clock = due(act.at.date()) if move.end in WAITING else None
        return Item(act.item, act.use, act.sort, act.version, act.by, act.at, str(move.end), clock,
                    acts=(act,))  # fmt: skip
    made = replace(item, state=move.end or item.state, acts=(*item.acts, act))
    if move.answer:
        made = replace(made, answer=move.answer, answered=act.at)
    if move.condition:
        made = replace(made, condition=(act.parameter, act.value), ended=False)
    if move.name == "contest":
        made = replace(made, due=due(act.at.date()))
    if move.name in ("open", "withhold"):
        made = replace(made, moderator=act.by)
    if move.name == "end":
        made = replace(made, condition=None, ended=True)
    if move.name == "take_down":
        made = replace(made, taken_down=True)
    return made


def move_of(item: Item | None, act: Act) -> Move:
    """The row of the table that an act is. Raises BadInput where there is none."""
    if act.sort not in SORTS and item is None:
        raise unknown("sort of item", act.sort, list(SORTS), "sort")
    state, sort = (item.state, item.sort) if item else ("", act.sort)
    fitting = [move for move in moves_from(state, sort) if move.name == act.move]
    if not fitting:
        allowed = ", ".join(sorted({move.name for move in moves_from(state, sort)})) or "nothing"
        if act.move not in {move.name for move in MOVES}:
            raise unknown("move", act.move, sorted({move.name for move in MOVES}), "move")
        what = f"{act.move!r} cannot be done of a {sort} that is {state or 'not there yet'}"
        raise bad(what, item.name if item else "", allowed)
    move = fitting[0]
    _check(item, act, move)
    return move


def _check(item: Item | None, act: Act, move: Move) -> None:
    where = item.name if item else ""
    if move.who == "asker" and item is not None and act.by != item.asker:
        raise bad("only whoever sent it may do that", where)
    if move.who == "other moderator" and item is not None and act.by == item.moderator:
        raise bad("the moderator who did not publish it cannot judge the appeal", where,
                  "another moderator")  # fmt: skip
    if (move.who in ("family", "asker")) == bool(act.role):
        raise bad(f"{act.move!r} is for {move.who}", where)
    if move.words and not act.text:
        raise bad("nothing is said", where, "words that everybody will read")
    if move.condition != bool(act.parameter):
        raise bad("a condition is named where one is accepted, and only there", where)
    if move.name == "end" and (item is None or item.condition is None):
        raise bad("no condition of it is in force", where)
    if item is not None and act.at < item.acts[-1].at:
        raise bad("the act is older than the one before it", where)


def check_words(text: str, where: str = "text") -> str:
    """What somebody wrote, put right: lines kept, spaces at the ends gone. Raises BadInput."""
    clean = "\n".join(" ".join(line.split()) for line in text.strip().splitlines()).strip()
    if not SHORTEST <= len(clean) <= LONGEST:
        said = f"{len(clean)} characters" if clean else "nothing is written"
        raise bad(said, where, f"{SHORTEST} to {LONGEST:,} characters")
    if any(not sign.isprintable() and sign != "\n" for sign in clean):
        raise bad("a character that cannot be seen", where, "letters, digits and signs")
    return clean
