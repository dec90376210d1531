"""The contract of a feed: what one dated extract of one service says that it holds.

The declared document ``feeds/ID.toml``. Columns are named as the service names them; a column that
the contract does not name is never read. Audit-only columns (ethnicity and the like) are named in a
table of their own and can never be compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, ClassVar, Self

from pydantic import Field, field_validator, model_validator

from licet.declared import Declared, word
from licet.errors import BadInput, Fault, bad, unknown
from licet.evidence import Identifier, Stated
from licet.feeds.columns import PERSON, STANDARD, Column
from licet.feeds.formats import RELATIONSHIPS, Formats
from licet.feeds.location import Location
from licet.feeds.tables import Table, table_faults

__all__ = ["PERSON", "STANDARD", "Column", "Feed", "Fields", "Mention"]

ORDERS = ("given_first", "family_first")
ROLES = ("guardian", "contact", "partner", "child", "sibling", "other")
_SHARES_RECORD = frozenset({"nhs", "upn", "nino"})


def _one_of(value: str, words: tuple[str, ...], thing: str) -> str:
    if value not in words:
        raise unknown(thing, value, list(words))
    return value


class Fields(Declared):
    """Which column holds what. ``record`` numbers the records of the service.

    name: one column for the whole name, instead of given and family; name_order says which comes
    first where no comma tells. address: one column, instead of house and street.
    """

    record: Column
    given: Column | None = None
    middle: Column | None = None
    family: Column | None = None
    previous_family: Column | None = None
    name: Column | None = None
    name_order: str = "given_first"
    birth: Column | None = None
    sex: Column | None = None
    house: Column | None = None
    street: Column | None = None
    address: Column | None = None
    postcode: Column | None = None
    uprn: Column | None = None
    nhs: Column | None = None
    upn: Column | None = None
    nino: Column | None = None
    seen_from: Column | None = None
    seen_to: Column | None = None

    @field_validator("name_order")
    @classmethod
    def _order(cls, value: str) -> str:
        return _one_of(value, ORDERS, "order of names")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        faults = [
            Fault(
                f"{one!r} and {part!r} are both named: two sources of one thing",
                part,
                f"{one!r}, or its parts",
                f"take {one!r} or {part!r} out",
            )
            for one, parts in (
                ("name", ("given", "middle", "family")),
                ("address", ("house", "street")),
            )
            for part in parts
            if getattr(self, one) and getattr(self, part)
        ]
        used: dict[str, str] = {}
        for name, column in self.columns():
            before = used.setdefault(column, name)
            if before != name and not (before == "record" and name in _SHARES_RECORD):
                what = f"the column {column!r} is {before!r} and {name!r} at once"
                faults.append(Fault(what, name, "a column of its own for each"))
        if faults:
            raise BadInput(*faults)
        return self

    def columns(self) -> Iterator[tuple[str, str]]:
        """(field, column) of every field that is held, in the order of the contract."""
        for name in type(self).model_fields:
            value = getattr(self, name)
            if name != "name_order" and value is not None:
                yield name, value


class Mention(Declared):
    """Columns of a row that name another person, such as a guardian on a school roll.

    place: a name for this place, by default the role and a number. relationship: of the person
    mentioned to the person of the row, for every row; relationship_column: the same from a column.
    record: the other person's record number in the same feed.
    """

    role: str
    place: str = ""
    relationship: str = ""
    relationship_column: Column | None = None
    given: Column | None = None
    family: Column | None = None
    name: Column | None = None
    name_order: str = "given_first"
    birth: Column | None = None
    record: Column | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        _one_of(self.role, ROLES, "role")
        _one_of(self.name_order, ORDERS, "order of names")
        if self.relationship:
            _one_of(self.relationship, RELATIONSHIPS, "relationship")
        if self.name and (self.given or self.family):
            todo = "take 'name' out, or 'given' and 'family'"
            raise bad("the name stands in one column and in parts", "name", "one of both", todo)
        if not (self.name or self.given or self.family or self.record):
            allowed = "at least one of name, given, family, record"
            raise bad("no column says who is mentioned", "name", allowed)
        return self

    def columns(self) -> Iterator[tuple[str, str]]:
        """(field, column) of every field that is held."""
        for name in ("relationship_column", "given", "family", "name", "birth", "record"):
            if getattr(self, name) is not None:
                yield name, getattr(self, name)


class Feed(Declared):
    """One dated extract of one service, as declared. See ``docs/reference/feed.md`` for every key.

    extract: the day the data were taken. one_record_per_person: a true register, in which nobody
    stands twice; clusters rely on it. communal_addresses: UPRNs of hostels, homes and the like, no
    households; so is an address with more than communal_above people. synthetic: no row is of a real
    person; every page and file that is made of it says so. tables: dated lines of its records.
    """

    id: Identifier
    service: Annotated[str, word("service")]
    title: Stated
    owner: str = ""
    extract: date
    one_record_per_person: bool
    communal_addresses: tuple[str, ...] = ()
    communal_above: int = Field(default=10, ge=2, le=1000)
    known_faults: tuple[str, ...] = ()
    period: str = ""
    population: str = ""
    location: Location
    fields: Fields
    formats: Formats = Formats()
    mentions: tuple[Mention, ...] = ()
    audit_only: Mapping[str, Column] = Field(default_factory=dict)
    synthetic: bool = False
    tables: Mapping[str, Table] = Field(default_factory=dict)
    _later: ClassVar[tuple[str, ...]] = ("synthetic", "tables")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        faults = [*self._audited(), *self._mentioned(), *self._tabled()]
        for place, uprn in enumerate(self.communal_addresses, start=1):
            if not uprn.strip().isdigit() or len(uprn.strip()) > 12:
                where = f"communal_addresses[{place}]"
                faults.append(
                    Fault(f"{uprn[:40]!r} is no UPRN", where, "1 to 12 digits, in quotes")
                )
        if faults:
            raise BadInput(*faults)
        return self

    def _audited(self) -> Iterator[Fault]:
        compared = {column: f"fields.{name}" for name, column in self.fields.columns()}
        for place, mention in enumerate(self.mentions, start=1):
            for name, column in mention.columns():
                compared.setdefault(column, f"mentions[{place}].{name}")
        seen: dict[str, str] = {}
        for name, column in self.audit_only.items():
            where = f"audit_only.{name}"
            if column in compared:
                what = (
                    f"a comparison on an audit-only column: {column!r} is also {compared[column]}"
                )
                todo = f"take it out of {compared[column]}, or out of audit_only"
                yield Fault(what, where, "a column that nothing compares", todo)
            if name in STANDARD or not name.isidentifier():
                allowed = "a name of its own, of letters, digits and _: ethnicity"
                yield Fault(f"an audit-only column cannot be called {name!r}", where, allowed)
            if seen.setdefault(column, name) != name:
                yield Fault(f"the column {column!r} stands there twice", where, "each column once")

    def _mentioned(self) -> Iterator[Fault]:
        own = {column: name for name, column in self.fields.columns()}
        for number, mention in enumerate(self.mentions, start=1):
            for name, column in mention.columns():
                if column in own:
                    what = (
                        f"the column {column!r} is of the person of the row "
                        f"({own[column]!r}) and of another person at once"
                    )
                    where = f"mentions[{number}].{name}"
                    yield Fault(what, where, "columns that say something of the other person")
        places = self.places
        for number, place in enumerate(places, start=1):
            if place in places[: number - 1]:
                what = f"two mentions have the place {place!r}"
                yield Fault(what, f"mentions[{number}].place", "each its own")

    def _tabled(self) -> Iterator[Fault]:
        named = {column: f"fields.{n}" for n, column in self.fields.columns() if n in PERSON}
        named.setdefault(self.fields.record, "fields.record")
        for number, mention in enumerate(self.mentions, start=1):
            for name, column in mention.columns():
                named.setdefault(column, f"mentions[{number}].{name}")
        yield from table_faults(self.tables, self.fields.record, named, self.audit_only)

    @property
    def places(self) -> tuple[str, ...]:
        """The place of each mention: as declared, or its role and a number: ``guardian1``."""
        counts: dict[str, int] = {}
        found = []
        for mention in self.mentions:
            counts[mention.role] = counts.get(mention.role, 0) + 1
            found.append(mention.place or f"{mention.role}{counts[mention.role]}")
        return tuple(found)

    @property
    def columns(self) -> Mapping[str, str]:
        """Every column that may be read, and the first place of the contract that names it."""
        found: dict[str, str] = {}
        for name, column in self.fields.columns():
            found.setdefault(column, f"fields.{name}")
        for number, mention in enumerate(self.mentions, start=1):
            for name, column in mention.columns():
                found.setdefault(column, f"mentions[{number}].{name}")
        for name, column in self.audit_only.items():
            found.setdefault(column, f"audit_only.{name}")
        return found
