"""A central record over many registers: who does what, who has no entry, whose evidence has expired.

What a body published itself stands beside what is only known from public sources; the second is marked
on every page.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Self

from pydantic import model_validator

from licet.declared import Declared, word
from licet.errors import bad
from licet.evidence import Stated
from licet.register.entry import RegisterEntry, Standing
from licet.register.filters import FACETS, YES_NO, facets_of, slug
from licet.register.lines import Line, line_of
from licet.vocabulary import label

CENTRAL: Mapping[str, str] = {"body": "Body", **FACETS, "confirmed": "Published by the body itself"}
"""What the record can be looked through by."""
UNCONFIRMED = Standing(
    id="unconfirmed", label="not confirmed by the body", next="the body publishes an entry"
)
NOT_RULED = "not ruled on"
Facets = tuple[tuple[str, str, str], ...]


class PublicUse(Declared):
    """A use that is known from a public source and that its body did not publish. source: where it can be
    read. seen: when it was read."""

    body: Stated
    title: Stated
    source: Stated
    seen: date
    place: str = ""
    services: tuple[Annotated[str, word("service")], ...] = ()
    companies: tuple[str, ...] = ()
    payment_by_results: bool = False
    forecast: bool = False


class PublicBody(Declared):
    """A body that should have entries: known to link records, or asked and without an answer."""

    name: Stated
    source: str = ""


class PublicRecord(Declared):
    """What is known from public sources."""

    use: tuple[PublicUse, ...] = ()
    body: tuple[PublicBody, ...] = ()

    @model_validator(mode="after")
    def _once(self) -> Self:
        seen = [(one.body, one.title) for one in self.use]
        twice = next((one for one in seen if seen.count(one) > 1), None)
        if twice is not None:
            raise bad(f"{twice[1]!r} of {twice[0]} stands there twice", "use")
        return self


@dataclass(frozen=True)
class Register:
    """A published register. log: what a check of its log came to, "sound" or what is broken. size: of the
    log. unbacked: uses whose entry is not in that log."""

    body: str
    entries: tuple[RegisterEntry, ...]
    log: str
    size: int
    root: str
    unbacked: tuple[str, ...] = ()


@dataclass(frozen=True)
class Body:
    """A body as the record has it: what it published, and what is only known of it."""

    name: str
    path: str
    register: Register | None
    lines: tuple[Line, ...]
    public: tuple[PublicUse, ...]
    source: str = ""

    @property
    def services(self) -> tuple[str, ...]:
        """All services whose records any of its uses joins."""
        return tuple(dict.fromkeys(name for one in self.lines for name in one.services))

    @property
    def companies(self) -> tuple[str, ...]:
        """All companies that take part."""
        return tuple(dict.fromkeys(name for one in self.lines for name in one.companies))

    @property
    def confirmed(self) -> int:
        """How many uses it published itself."""
        return sum(one.confirmed for one in self.lines)


def bodies_of(registers: Sequence[Register], public: PublicRecord, today: date) -> tuple[Body, ...]:
    """Every body, by name. A public use of the same title as a published one is taken for that one."""
    held = {one.body: one for one in registers}
    names = sorted(
        {*held, *(one.body for one in public.use), *(one.name for one in public.body)},
        key=str.casefold,
    )
    sources = {one.name: one.source for one in public.body}
    found = []
    for name in names:
        path = f"bodies/{slug(name)}"
        register = held.get(name)
        own = (
            [line_of(one, f"{path}/uses/{one.id}") for one in register.entries] if register else []
        )
        titles = {_same(one.title) for one in own}
        rest = tuple(
            one for one in public.use if one.body == name and _same(one.title) not in titles
        )
        lines = (*own, *(public_line(one, path) for one in rest))
        found.append(Body(name, path, register, lines, rest, sources.get(name, "")))
    return tuple(found)


def _same(title: str) -> str:
    """A title as two people would write it."""
    return " ".join(title.casefold().split())


def public_line(one: PublicUse, path: str) -> Line:
    """The row of a use that its body did not publish. path: of the body's page."""
    return Line(
        id=slug(f"{one.body} {one.title}"),
        path=path,
        body=one.body,
        title=one.title,
        version=None,
        state=UNCONFIRMED,
        ruling=NOT_RULED,
        services=tuple(label("service", name) for name in one.services),
        companies=one.companies,
        run_by="not said",
        paid=one.payment_by_results,
        forecast=one.forecast,
        start=None,
        end=None,
        confirmed=False,
        known_from=f"{one.source} ({one.seen.isoformat()})",
    )


def rows_of(bodies: Iterable[Body]) -> list[tuple[Line, Facets]]:
    """Every use with what it can be looked for by, by title."""
    found = [row for body in bodies for row in _rows(body)]
    return sorted(found, key=lambda row: (row[0].title.casefold(), row[0].body, row[0].id))


def _rows(body: Body) -> Iterator[tuple[Line, Facets]]:
    own = ("body", slug(body.name), body.name)
    entries = {one.id: one for one in body.register.entries} if body.register else {}
    public = {public_line(one, body.path).id: one for one in body.public}
    for line in body.lines:
        if line.confirmed:
            told: Iterable[tuple[str, str, str]] = facets_of(entries[line.id])
        else:
            told = _public_facets(public[line.id])
        confirmed = "yes" if line.confirmed else "no"
        yield line, (*told, own, ("confirmed", confirmed, YES_NO[confirmed]))


def _public_facets(one: PublicUse) -> Iterator[tuple[str, str, str]]:
    yield "all", "", ""
    for service in one.services:
        yield "service", service, label("service", service)
    for name in one.companies:
        yield "company", slug(name), name
    for facet, held in (("paid", one.payment_by_results), ("forecast", one.forecast)):
        value = "yes" if held else "no"
        yield facet, value, YES_NO[value]


def on_day(entry: RegisterEntry, today: date) -> RegisterEntry:
    """An entry as it was published, with evidence that has expired since."""
    evidence = tuple(
        one.model_copy(update={"expired": one.expires < today}) for one in entry.ruling.evidence
    )
    ruling = entry.ruling.model_copy(update={"evidence": evidence})
    return entry.model_copy(update={"ruling": ruling})


__all__ = [
    "CENTRAL", "Body", "PublicBody", "PublicRecord", "PublicUse", "Register", "bodies_of", "on_day",
    "public_line", "rows_of",
]  # fmt: skip
