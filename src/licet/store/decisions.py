"""The rules of ``licet.permission.rules`` for everybody at once, in SQL.

One statement for each question. A row that stands alone (nothing else of its subject can bear on the
question) is a person by itself; where each voice has one row, rows are grouped into people; else they
are grouped into voices first. A voice's
strongest word is found by one number: specificity, then moment, then that a no beats a yes of the same
moment. Numbers of SQLite and PostgreSQL have 63 bits; moments take 51, specificity 4.

Only whole numbers are put into the text of a statement, never anything that somebody typed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from licet.permission.events import day_number
from licet.permission.rules import CODE, REASONS, Question, specificity
from licet.permission.standing import PENDING, Place
from licet.store.rows import numbers

DAY = 86_400_000_000
LEVEL = 1 << 53
CODES = 64
"""A subject's number and the code of its reason travel as one number: number * CODES + code."""

GRANTED = tuple(CODE[name] for name, reason in REASONS.items() if reason.outcome == "granted")
REFUSED = tuple(CODE[name] for name, reason in REASONS.items() if reason.outcome == "refused")

Numbers = NDArray[np.int64]


Asked = dict[str, "Numbers"]
"""Statements, and what they gave."""


def said(
    connection: Any, question: Question, places: Mapping[Place, int], asked: Asked | None = None
) -> Numbers:
    """What people said: number * CODES + code of everybody of whom anything stands about the question.

    places: the numbers of places. asked: what was asked before, which is not asked again.
    """
    about = _About(question, places)
    if not about.refusals:
        return np.zeros(0, dtype=np.int64)
    return _once(connection, f"SELECT subject * {CODES} + code FROM {about.decided()}", asked)


def _once(connection: Any, query: str, asked: Asked | None) -> Numbers:
    """What a statement gives; the same statement is run once."""
    if asked is None:
        return numbers(connection, query)
    if query not in asked:
        asked[query] = numbers(connection, query)
    return asked[query]


def those(found: Numbers, codes: Collection[int]) -> Numbers:
    """The numbers of people with one of these codes, ascending.

    Picked out here: a database asked to pick would work every code out twice.
    """
    subject, code = np.divmod(found, CODES)
    kept: Numbers = np.sort(subject[np.isin(code, list(codes))])
    return kept


def told(
    connection: Any, question: Question, places: Mapping[Place, int], asked: Asked | None = None
) -> Numbers:
    """Whether notice was given: number * CODES + code; who is left out was not told."""
    where = [number for place, number in places.items() if question.covers(place, False)]
    if not where:
        return np.zeros(0, dtype=np.int64)
    first, last = question.versions
    latest = day_number(question.on) - question.notice_days
    query = (
        f"SELECT subject * {CODES} + CASE WHEN readable = 0 THEN {CODE['notice_unread']} "
        f"WHEN day > {latest} THEN {CODE['notice_recent']} ELSE {CODE['told']} END FROM store_told "
        f"WHERE place IN ({_listed(where)}) AND version BETWEEN {first} AND {last}"
    )
    return _once(connection, query, asked)


def strongest_notice(found: Numbers, size: int) -> Numbers:
    """Of several notices to one person the best: shape (size,), codes by the subject's number."""
    best = np.full(size, CODE["not_told"], dtype=np.int64)
    subject, code = np.divmod(found[found < size * CODES], CODES)
    for name in ("notice_unread", "notice_recent", "told"):
        best[subject[code == CODE[name]]] = CODE[name]
    return best


def _listed(numbers_: Collection[int]) -> str:
    return ", ".join(str(int(number)) for number in sorted(numbers_))


class _About:
    """The parts of the statement for one question. A Python rule and its line stand in ``rules``."""

    def __init__(self, question: Question, places: Mapping[Place, int]) -> None:
        self.question = question
        self.on = day_number(question.on)
        self.refusals = {
            number: specificity(place)
            for place, number in places.items()
            if question.covers(place, True)
        }
        self.grants = [number for place, number in places.items() if question.covers(place, False)]

    def decided(self) -> str:
        """Everybody's code."""
        return (
            f"({self.alone()} UNION ALL "
            f"SELECT subject, {self.code()} AS code FROM {self.families()} AS one_row_each UNION ALL "
            f"SELECT subject, {self.code()} AS code FROM {self.people()} AS several_rows) AS decided"
        )

    def rows(self) -> str:
        """Rows about the question: ``lapse`` says why the yes does not count, 0 if it does."""
        return (
            f"(SELECT subject, own, holder, place, yes, no, thirteen, sixteen, {self._lapse()} "
            f"AS lapse FROM store_standing WHERE alone = 0 "
            f"AND place IN ({_listed(self.refusals)})) AS about_it"
        )

    def _lapse(self) -> str:
        """``rules.lapsed``, and what is pending where there is no yes (codes of PENDING are those
        of the reasons). A yes in a place that is not about the question counts as none, silently."""
        first, last = self.question.versions
        over = self.on - self.question.grace_days
        outside = (
            ""
            if len(self.grants) == len(self.refusals)
            else f"WHEN place NOT IN ({_listed(self.grants) or 'NULL'}) THEN -1 "
            if self.grants
            else "WHEN 1 = 1 THEN -1 "
        )
        return (
            f"CASE {outside}WHEN yes = 0 THEN pending "
            f"WHEN version <> 0 AND version NOT BETWEEN {first} AND {last} "
            f"THEN {CODE['lapsed_version']} "
            f"WHEN (thirteen < {over} AND yes < thirteen * {DAY}) "
            f"OR (sixteen < {over} AND yes < sixteen * {DAY}) THEN {CODE['lapsed_age']} "
            f"WHEN until < {self.on} THEN {CODE['expired']} "
            f"WHEN yes >= {(self.on + 1) * DAY} THEN {CODE['not_yet']} "
            f"WHEN own = 1 AND yes < thirteen * {DAY} THEN {CODE['too_young']} ELSE 0 END"
        )

    def alone(self) -> str:
        """``code`` for people of one voice and one row, written out: these are nearly everybody.

        Nothing is worked out twice.
        """
        on, grace = self.on, self.question.grace_days
        lapse = self._lapse()
        no = f"CASE own WHEN 1 THEN {CODE['person_no']} ELSE {CODE['holder_no']} END"
        own = (
            f"CASE WHEN {on} >= sixteen AND yes >= sixteen * {DAY} THEN {CODE['person_yes']} "
            f"ELSE {CODE['holder_not_said']} END"
        )
        other = (
            f"CASE WHEN {on} < thirteen THEN {CODE['holder_yes']} "
            f"WHEN {on} < sixteen AND {on} <= thirteen + {grace} THEN {CODE['grace_yes']} "
            f"ELSE {CODE['person_not_said']} END"
        )
        code = (
            f"CASE WHEN no > 0 AND no >= yes THEN {no} ELSE CASE {lapse} "
            f"WHEN 0 THEN CASE WHEN yes = 0 THEN 0 WHEN own = 1 THEN {own} ELSE {other} END "
            f"ELSE CASE WHEN no > 0 THEN {no} WHEN {lapse} < 0 THEN 0 ELSE {lapse} END END END"
        )
        return (
            f"SELECT subject, {code} AS code FROM store_standing WHERE alone = 1 "
            f"AND place IN ({_listed(self.refusals)})"
        )

    def families(self) -> str:
        """People of several voices with one row each: no need to find out each voice's strongest word.

        A voice is one number: a no as its moment below 0, a yes as its moment, else why it does not
        count. No moment is as small as a code.
        """
        voice = (
            f"CASE WHEN no > 0 AND no >= yes THEN -no ELSE CASE {self._lapse()} WHEN 0 THEN yes "
            f"WHEN -1 THEN -no ELSE CASE WHEN no > 0 THEN -no ELSE {self._lapse()} END END END"
        )
        grouped = (
            "(SELECT subject, MIN(thirteen) AS thirteen, MIN(sixteen) AS sixteen, "
            f"MIN(CASE own WHEN 1 THEN {voice} ELSE 0 END) AS own_least, "
            f"MAX(CASE own WHEN 1 THEN {voice} ELSE 0 END) AS own_most, "
            f"MIN(CASE own WHEN 1 THEN 0 ELSE {voice} END) AS other_least, "
            f"MAX(CASE own WHEN 1 THEN 0 ELSE {voice} END) AS other_most "
            f"FROM store_standing WHERE alone = 2 AND place IN ({_listed(self.refusals)}) "
            "GROUP BY subject) AS voices"
        )
        return (
            "(SELECT subject, thirteen, sixteen, "
            "CASE WHEN own_least < 0 THEN 1 ELSE 0 END AS person_no, "
            "CASE WHEN other_least < 0 THEN -other_least ELSE 0 END AS holder_no, "
            f"CASE WHEN own_most >= {CODES} THEN own_most ELSE 0 END AS person_yes, "
            f"CASE WHEN other_most >= {CODES} THEN other_most ELSE 0 END AS holder_yes, "
            "CASE WHEN own_most > other_most THEN CASE WHEN own_most > 0 THEN own_most ELSE 0 END "
            f"WHEN other_most > 0 THEN other_most ELSE 0 END AS why FROM {grouped})"
        )

    def people(self) -> str:
        """People of whom some voice has several rows."""
        return (
            "(SELECT subject, MIN(thirteen) AS thirteen, MIN(sixteen) AS sixteen, MAX(why) AS why, "
            "MAX(CASE WHEN own = 1 AND no > yes THEN 1 ELSE 0 END) AS person_no, "
            "MAX(CASE WHEN own = 0 AND no > yes THEN latest_no ELSE 0 END) AS holder_no, "
            f"MAX(CASE WHEN own = 1 AND yes > no THEN yes % {LEVEL} / 2 ELSE 0 END) AS person_yes, "
            f"MAX(CASE WHEN own = 0 AND yes > no THEN yes % {LEVEL} / 2 ELSE 0 END) AS holder_yes "
            f"FROM {self.voices()} AS voices GROUP BY subject)"
        )

    def voices(self) -> str:
        """Each voice's strongest yes and no as numbers that can be compared, -1 for none."""
        levels = " ".join(f"WHEN {p} THEN {w * LEVEL}" for p, w in sorted(self.refusals.items()))
        level = f"CASE place {levels} END"
        return (
            "(SELECT subject, own, holder, MIN(thirteen) AS thirteen, MIN(sixteen) AS sixteen, "
            "MAX(CASE WHEN lapse > 0 THEN lapse ELSE 0 END) AS why, MAX(no) AS latest_no, "
            f"MAX(CASE WHEN yes > 0 AND lapse = 0 THEN {level} + yes * 2 ELSE -1 END) AS yes, "
            f"MAX(CASE WHEN no > 0 THEN {level} + no * 2 + 1 ELSE -1 END) AS no "
            f"FROM {self.rows()} GROUP BY subject, own, holder)"
        )

    def code(self) -> str:
        """``rules._said``: the code of the reason."""
        on, grace = self.on, self.question.grace_days
        child = f"{on} >= thirteen AND {on} < sixteen"
        both = "person_yes > 0 AND holder_yes > 0"
        lines = {
            "person_no": "person_no = 1",
            "holder_no": f"holder_no > 0 AND NOT ({on} >= thirteen AND person_yes > holder_no)",
            "holder_yes": f"{on} < thirteen AND holder_yes > 0",
            "both_yes": f"{child} AND {both}",
            "person_yes": f"{on} >= sixteen AND person_yes > 0 AND person_yes >= sixteen * {DAY}",
            "grace_yes": f"({child} AND {on} <= thirteen + {grace} AND holder_yes > 0) "
            f"OR ({on} >= sixteen AND {on} <= sixteen + {grace} AND {both})",
        }
        text = " ".join(f"WHEN {when} THEN {CODE[name]}" for name, when in lines.items())
        return (
            f"CASE {text} WHEN {on} < thirteen OR (person_yes = 0 AND holder_yes = 0) THEN why "
            f"WHEN person_yes > 0 THEN {CODE['holder_not_said']} ELSE {CODE['person_not_said']} END"
        )


if any(CODE[name or "unknown"] != place for place, name in enumerate(PENDING)):
    raise AssertionError("what is pending is written down as the code of its reason")
