"""Value tables: dated lines of the records of a feed, such as absences, referrals or payments.

Declared in the contract of their feed under ``[tables.NAME]``. A rule for offers of support counts such
lines; the linker never reads them. No column of a table may be one that is compared or kept for audits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from licet.declared import Declared
from licet.errors import BadInput, Fault, bad
from licet.evidence import Stated
from licet.feeds.columns import PERSON, Column
from licet.feeds.location import Location

Kind = Literal["number", "yes_no", "date", "word"]
NAMED = re.compile(r"[a-z][a-z0-9_]{0,59}\Z")
"""Values and tables are called so: engines do not tell large letters from small ones."""
OF_A_LINE = ("record", "happened", "recorded")
_WORDS_OF_EXPRESSIONS = frozenset({
    "and", "or", "not", "in", "is", "null", "true", "false", "between",
})  # fmt: skip


class Value(Declared):
    """One thing that a line says. words: every word that may stand there, for a value of words."""

    column: Column
    kind: Kind
    words: tuple[Stated, ...] = ()
    meaning: Stated

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.kind == "word" and not self.words:
            todo = 'add words = ["open", "closed"]'
            raise bad("a value of words without its words", "words", "every word, each once", todo)
        if self.kind != "word" and self.words:
            todo = 'take words out, or write kind = "word"'
            raise bad(f"a value of the kind {self.kind!r} has no words", "words", "", todo)
        for number, word in enumerate(self.words, start=1):
            where = f"words[{number}]"
            if not word.isprintable():
                raise bad(f"the word {word[:40]!r} is no line of text", where, "plain text")
            if word in self.words[: number - 1]:
                raise bad(f"the word {word[:40]!r} stands there twice", where, "each word once")
        return self


class Table(Declared):
    """Dated lines of the records of the feed.

    record: the column with the feed's own number of the record. happened: the column with the day it
    happened; recorded: with the day it was written down. A line without the latter counts as written down
    on the day of the extract. Dates are written as the feed's other dates.
    """

    location: Location
    record: Column
    happened: Column
    recorded: Column | None = None
    values: Mapping[str, Value] = Field(default_factory=dict)
    known_faults: tuple[str, ...] = ()

    @field_validator("values")
    @classmethod
    def _named(cls, values: Mapping[str, Value]) -> Mapping[str, Value]:
        faults = [fault for name in values for fault in _name_faults(name, values[name])]
        if faults:
            raise BadInput(*faults)
        return values

    @model_validator(mode="after")
    def _whole(self) -> Self:
        faults = []
        used: dict[str, str] = {}
        for place, column in self.places():
            before = used.setdefault(column, place)
            if before != place:
                what = f"the column {column!r} is {before!r} and {place!r} at once"
                faults.append(Fault(what, place, "a column of its own for each"))
        if faults:
            raise BadInput(*faults)
        return self

    def places(self) -> Iterator[tuple[str, str]]:
        """(place, column) of every column that is read, in the order of the contract."""
        for name in OF_A_LINE:
            column = getattr(self, name)
            if column is not None:
                yield name, column
        for name, value in self.values.items():
            yield f"values.{name}", value.column

    @property
    def columns(self) -> Mapping[str, str]:
        """Every column that may be read, and the place of the table that names it."""
        return {column: place for place, column in self.places()}


def _name_faults(name: str, value: Value) -> Iterator[Fault]:
    allowed = "small letters, digits and _, beginning with a letter: sessions_missed"
    if not NAMED.match(name):
        yield Fault(f"a value cannot be called {name[:60]!r}", name[:60], allowed)
    elif name in (*OF_A_LINE, *PERSON) or name in _WORDS_OF_EXPRESSIONS:
        what = f"a value cannot be called {name!r}: the word has another meaning"
        yield Fault(what, name, allowed)


def table_faults(
    tables: Mapping[str, Table],
    record: str,
    compared: Mapping[str, str],
    audit_only: Mapping[str, str],
) -> Iterator[Fault]:
    """What is wrong with the tables beside the rest of their contract.

    record: the column with the number of a record. compared: the columns that say who somebody is, and
    the place that names each. audit_only: names and columns that only an audit may read.
    """
    identifying = {_same(column): place for column, place in compared.items()}
    audited = {_same(column): name for name, column in audit_only.items()}
    for name, table in tables.items():
        if not NAMED.match(name):
            allowed = "small letters, digits and _, beginning with a letter: absences"
            yield Fault(f"a table cannot be called {name[:60]!r}", f"tables.{name[:60]}", allowed)
        for place, column in table.places():
            where, key = f"tables.{name}.{place}", _same(column)
            if key in audited:
                what = f"the audit-only column {column!r} ({audited[key]}) in a table of values"
                todo = "take it out: only an audit may read it"
                yield Fault(what, where, "a column that is not audit-only", todo)
            elif key in identifying and not (place == "record" and column == record):
                what = f"the column {column!r} says who somebody is ({identifying[key]})"
                todo = "take it out: a rule may not ask who somebody is"
                yield Fault(what, where, "a column that identifies nobody", todo)
        for value in table.values:
            if value in audit_only:
                what = f"a value called {value!r}, as an audit-only column is"
                yield Fault(what, f"tables.{name}.values.{value}", "a name of its own")


def _same(column: str) -> str:
    return " ".join(column.split()).casefold()
