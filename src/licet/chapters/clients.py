"""The clients of one service, as it knows them itself: for letters, and for nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from licet.feeds.contract import Feed
from licet.feeds.standard import standardise
from licet.files.extracts import read_extract
from licet.permission.identities import DETAILS, Identity

_POSTCODE = re.compile(r"(?i)\b[a-z]{1,2}[0-9][0-9a-z]?\s*[0-9][a-z]{2}\W*$")

NATIONAL = ("nhs", "upn", "nino")
LANGUAGE = "language"
"""The audit-only column whose one other use is to choose the language of a letter."""

LANGUAGES: Mapping[str, str] = {
    "albanian": "sq", "arabic": "ar", "bengali": "bn", "bulgarian": "bg", "chinese": "zh",
    "czech": "cs", "english": "en", "french": "fr", "german": "de", "greek": "el",
    "gujarati": "gu", "hindi": "hi", "hungarian": "hu", "italian": "it", "kurdish": "ku",
    "lithuanian": "lt", "pashto": "ps", "persian": "fa", "farsi": "fa", "polish": "pl",
    "portuguese": "pt", "punjabi": "pa", "panjabi": "pa", "romanian": "ro", "russian": "ru",
    "slovak": "sk", "somali": "so", "spanish": "es", "tamil": "ta", "tigrinya": "ti",
    "turkish": "tr", "ukrainian": "uk", "urdu": "ur", "vietnamese": "vi", "welsh": "cy",
}  # fmt: skip
"""Names of languages, as services write them, and their codes (BCP 47)."""


@dataclass(frozen=True)
class Client:
    """One person as one service knows them. name, lines, postcode: as they are printed. family: the
    same for people who live together, as this service knows it. reachable: whether a letter can be
    sent. since: from when the row is true."""

    identity: Identity
    name: str
    lines: tuple[str, ...]
    postcode: str
    family: str
    reachable: bool
    since: date = date.min

    @property
    def birth(self) -> date | None:
        """The date of birth, if it is known."""
        return self.identity.birth


def handles_of(subjects: pl.DataFrame) -> dict[str, Identity]:
    """Who is known in the ledger, by handle. subjects: as the ledger gives them."""
    found = {}
    for one in subjects.drop_nulls("handle").iter_rows(named=True):
        found[one["handle"]] = Identity(
            handle=one["handle"],
            languages=tuple(one["languages"]),
            records=tuple(one["records"]),
            **{name: one[name] for name in DETAILS},
        )
    return found


def known_clients(subjects: pl.DataFrame) -> dict[str, Identity]:
    """Who is known in the ledger, by the rows known to be theirs."""
    return {row: identity for identity in handles_of(subjects).values() for row in identity.records}


def clients_of(
    feeds: Sequence[tuple[Path, Feed]], held: Mapping[str, Identity], *, today: date
) -> list[Client]:
    """The clients of one service, from its own feeds alone. held: see ``known_clients``.

    Where a feed may hold several records of a person, rows with the same names and birth, and no
    national number that differs, are one client; and so are rows that the ledger knows to be one
    person's. A client is written to where the newest row says.
    """
    found: dict[str, Client] = {}
    same: dict[tuple[Any, ...], list[str]] = {}
    for path, feed in feeds:
        for client, key in _rows(path, feed, today):
            (row,) = client.identity.records
            alike = same.setdefault(key, []) if key else []
            known = held.get(row)
            handle = known.handle if known else _among(client, alike, found)
            if handle and handle in found:
                found[handle] = _joined(found[handle], client)
            else:
                identity = known or client.identity
                found[identity.handle] = replace(client, identity=identity)
                alike.append(identity.handle)
    return list(found.values())


def _among(client: Client, handles: Sequence[str], found: Mapping[str, Client]) -> str | None:
    """Which of these clients this one is: the first whose national numbers do not differ."""
    for handle in handles:
        pairs = (
            (getattr(found[handle].identity, name), getattr(client.identity, name))
            for name in NATIONAL
        )
        if not any(first and second and first != second for first, second in pairs):
            return handle
    return None


def _joined(first: Client, other: Client) -> Client:
    """One client of two: written to by the row that is newer, of those by which a letter arrives."""
    records = tuple(dict.fromkeys((*first.identity.records, *other.identity.records)))
    best = max((first, other), key=lambda one: (one.reachable, one.since))
    details = {
        name: getattr(best.identity, name)
        or getattr(first.identity, name)
        or getattr(other.identity, name)
        for name in (*NATIONAL, "middle", "previous_family", "sex")
    }
    identity = replace(
        best.identity, handle=first.identity.handle, records=records, **details,
        languages=first.identity.languages or other.identity.languages,
    )  # fmt: skip
    return replace(best, identity=identity)


def _rows(path: Path, feed: Feed, today: date) -> Iterator[tuple[Client, tuple[Any, ...] | None]]:
    """Every row, and what tells that two rows are of one person; None where too little is held."""
    frame = read_extract(feed, path.parent)
    standard = standardise(feed, frame)
    rows = standard.rows
    languages = _languages(standard.audit, rows["row"])
    printed = _printed(feed, frame)
    order = rows.with_row_index("place").sort("row")["place"].to_list()
    held = rows.to_dicts()
    for place in order:
        one = held[place]
        details = {name: one[name] for name in DETAILS}
        identity = Identity(
            handle=one["row"], languages=languages[place], records=(one["row"],), **details
        )
        sent = one["seen_to"] is None or one["seen_to"] >= today
        reachable = bool(sent and one["postcode"] and (one["house"] or one["street"]))
        name, lines = printed[place]
        client = Client(
            identity,
            name,
            lines,
            one["postcode"] or "",
            _family(feed, one),
            reachable and bool(name),
            one["seen_from"] or date.min,
        )
        named = (one["given"], one["family"], one["birth"])
        several = all(named) and not feed.one_record_per_person
        yield client, (feed.id, *named) if several else None


def _family(feed: Feed, row: Mapping[str, Any]) -> str:
    """The same text for people of one address; who lives in a communal building, or nowhere known,
    counts alone."""
    if row["uprn"] in feed.communal_addresses or not (row["house"] and row["postcode"]):
        return str(row["row"])
    return f"{row['postcode']} {row['house']} {row['street'] or ''}"


def _languages(audit: pl.DataFrame, rows: pl.Series) -> list[tuple[str, ...]]:
    """What each person reads, as far as the service has asked them."""
    if LANGUAGE not in audit.columns:
        return [()] * len(rows)
    return [_language(text) for text in audit[LANGUAGE].to_list()]


def _language(text: str | None) -> tuple[str, ...]:
    word = (text or "").strip().casefold()
    if word in LANGUAGES:
        return (LANGUAGES[word],)
    code = word.partition("-")[0]
    return (word,) if code.isascii() and code.isalpha() and 2 <= len(code) <= 3 else ()


def _printed(feed: Feed, frame: pl.DataFrame) -> list[tuple[str, tuple[str, ...]]]:
    """Name and lines of the address of each row, as the service writes them."""
    fields = feed.fields
    names = [fields.name] if fields.name else [fields.given, fields.family]
    address = [fields.address] if fields.address else [fields.house, fields.street]
    columns = {
        column: frame[column].cast(pl.String).to_list() for column in (*names, *address) if column
    }

    def text(parts: Sequence[str | None], place: int) -> str:
        held = (columns[part][place] for part in parts if part)
        return " ".join(" ".join(word.split()) for word in held if word)

    return [(text(names, n), _lines(text(address, n))) for n in range(frame.height)]


def _lines(address: str) -> tuple[str, ...]:
    """An address without its postcode, which stands on a line of its own."""
    parts = [part.strip() for part in _POSTCODE.sub("", address).split(",")]
    return tuple(part for part in parts if part)
