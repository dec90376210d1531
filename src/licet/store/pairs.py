"""Pairs of rows that are looked at by two reviewers, each blind to the other, and what they said."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from licet.errors import bad, unknown
from licet.linkage.reviewing import ANSWERS, LINK, Answer, Outcome, asks, outcome
from licet.permission.events import moment_text
from licet.store.rows import insert

if TYPE_CHECKING:
    from licet.store.opening import Store

PAIR = ("name", "use", "run", "first", "second", "stratum", "weight", "drawn", "made")
ANSWER = ("pair", "reviewer", "post", "answer", "reason", "at")


@dataclass(frozen=True)
class Pair:
    """Two rows to be looked at. name: of the pair, drawn at random, so that nothing follows from it.
    stratum, weight: how it was drawn; no reviewer sees them. drawn: the sample that it is of."""

    name: str
    use: str
    run: str
    first: str
    second: str
    stratum: str
    weight: float
    drawn: str
    made: str


@dataclass(frozen=True)
class Answered:
    """A pair with what was said of it: (reviewer's key, post, answer, reason), as they were said."""

    pair: Pair
    said: tuple[tuple[str, str, Answer, str], ...]

    @property
    def outcome(self) -> Outcome:
        """What it comes to."""
        return outcome([answer for _, _, answer, _ in self.said])

    @property
    def posts(self) -> str:
        """The posts of those who said."""
        return " and ".join(sorted({post for _, post, _, _ in self.said}))

    def asks(self, reviewer: str) -> bool:
        """Whether a reviewer is asked about it."""
        return asks([(who, answer) for who, _, answer, _ in self.said], reviewer)


class Pairs:
    """The pairs of one store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, pairs: Sequence[Pair]) -> None:
        """Keep a sample."""
        from licet.store import models

        with self._store.changing() as connection:
            rows = [tuple(getattr(one, name) for name in PAIR) for one in pairs]
            insert(connection, models.Pair, PAIR, rows)

    def of_use(self, use: str, run: str | None = None) -> tuple[Answered, ...]:
        """Every pair of a use, or of one run of it, with what was said; by name."""
        if run is None:
            return self._found("use = %s", [use])
        return self._found("use = %s AND run = %s", [use, run])

    def _found(self, where: str, values: Sequence[str]) -> tuple[Answered, ...]:
        with self._store.reading() as connection, connection.cursor() as cursor:
            names = ", ".join(connection.ops.quote_name(name) for name in PAIR)
            cursor.execute(f"SELECT {names} FROM store_pair WHERE {where} ORDER BY name", values)
            pairs = [Pair(*row) for row in cursor.fetchall()]
            said = ", ".join(f"a.{name}" for name in ANSWER[1:5])
            cursor.execute(
                f"SELECT a.pair, {said} FROM store_pairanswer a WHERE a.pair IN "
                f"(SELECT name FROM store_pair WHERE {where}) ORDER BY a.id",
                values,
            )
            answers: dict[str, list[tuple[str, str, Answer, str]]] = {}
            for name, *rest in cursor.fetchall():
                answers.setdefault(name, []).append(tuple(rest))
        return tuple(Answered(one, tuple(answers.get(one.name, ()))) for one in pairs)

    def forget(self, names: Sequence[str]) -> None:
        """Delete pairs. What was answered stays, and names no row."""
        with self._store.changing() as connection, connection.cursor() as cursor:
            cursor.executemany("DELETE FROM store_pair WHERE name = %s", [(one,) for one in names])

    def forget_rows(self, use: str, rows: Collection[str]) -> None:
        """Delete the pairs of a use that one of these rows is in: it left the run."""
        gone = set(rows)
        if not gone:
            return
        with self._store.reading() as connection, connection.cursor() as cursor:
            cursor.execute("SELECT name, first, second FROM store_pair WHERE use = %s", [use])
            names = [name for name, *ends in cursor.fetchall() if gone.intersection(ends)]
        if names:
            self.forget(names)

    def forget_run(self, run: str) -> None:
        """Delete the pairs of a run that is no more."""
        with self._store.changing() as connection, connection.cursor() as cursor:
            cursor.execute("DELETE FROM store_pair WHERE run = %s", [run])

    def answer(
        self, pair: str, use: str, reviewer: str, post: str, answer: str, reason: str, at: datetime
    ) -> Outcome:
        """Write down what a reviewer says of a pair; what is settled goes to the linker with it.

        Returns what it comes to. Raises BadInput for a pair that this reviewer is not asked about.
        """
        from licet.store import models

        if answer not in ANSWERS:
            raise unknown("answer", answer, list(ANSWERS), "answer")
        with self._store.changing() as connection:
            found = next(iter(self._found("use = %s AND name = %s", [use, pair])), None)
            if found is None or not found.asks(reviewer):
                raise bad(
                    "this pair is settled, or you have said already", "pair", "", "take the next"
                )
            row = (pair, reviewer, post, answer, reason, moment_text(at))
            insert(connection, models.PairAnswer, ANSWER, [row])
            said = (*found.said, (reviewer, post, answer, reason))
            now = Answered(found.pair, said)
            link = LINK.get(now.outcome)
            for _, by, given, why in said if link else ():
                if given == now.outcome and link:
                    ends = (found.pair.first, found.pair.second)
                    self._store.reviews.add(use, ends, link, by, at=at, reason=why)
        return now.outcome
