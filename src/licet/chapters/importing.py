"""Answers from a table into the ledger: all of them, or none."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from licet.chapters.clients import handles_of
from licet.chapters.inviting import workspace_of
from licet.chapters.permitting import Followed, follow_runs
from licet.chapters.stores import open_store
from licet.errors import BadInput, Fault
from licet.feeds.contract import Feed, Fields
from licet.feeds.location import Location
from licet.feeds.standard import standardise
from licet.files.permissions import DETAILS, Line, Lines, notice_path, read_notice, read_permissions
from licet.files.reading import shown
from licet.files.use import read_use
from licet.permission.events import NewEvent, Scope
from licet.permission.identities import Identity
from licet.report.permission.notices import ENGLISH, make_notice
from licet.use import Use
from licet.vocabulary import SERVICES

if TYPE_CHECKING:
    from licet.store.opening import Store

_PLACE = re.compile(r"^(event|identity) (\d+)(?:: )?(.*)$", re.DOTALL)
_PSEUDONYM = re.compile(r"s-[0-9a-f]{32}")
_READ = frozenset({"grant", "request", "notify"})
"""Effects that name the notice that was read."""


@dataclass(frozen=True)
class Imported:
    """What came of a table. rows: read. new: recorded now, the others were there before. unverified:
    rows with a yes that counts only once somebody has checked who gave it. texts: languages of notices
    whose text is not in the workspace. unread: details that could not be read and count as missing."""

    rows: int
    new: int
    unverified: int
    texts: tuple[str, ...]
    unread: Mapping[str, int]
    followed: tuple[Followed, ...]


def import_permissions(
    path: Path, workspace: Path, *, now: datetime, by: str = "office"
) -> Imported:
    """Record every row of a table; see ``files.permissions`` for its columns.

    now: UTC; no answer may be later. A row that was recorded before, by the same ``by``, is passed
    over. Every run in force follows. Raises BadInput with every fault of every row; then nothing was
    recorded.
    """
    held = read_permissions(path)
    place = workspace_of(workspace)
    uses = {use.id: use for use in map(read_use, place.uses)}
    notices = _Notices(place.root, uses)
    with open_store(place) as store:
        before = store.permissions.snapshot().sequence
        unread = _record(store, path, held, uses, notices, now, by)
        new = store.permissions.snapshot().sequence - before
    followed = follow_runs(place, today=now.date()) if new else ()
    unverified = sum(line.effect == "grant" and not line["verified_by"] for line in held.read)
    texts = tuple(sorted(notices.unknown))
    return Imported(len(held.read), new, unverified, texts, unread, followed)


def _record(
    store: Store,
    path: Path,
    held: Lines,
    uses: Mapping[str, Use],
    notices: _Notices,
    now: datetime,
    by: str,
) -> Mapping[str, int]:
    """Record everything in one transaction. What can be checked of good rows is checked beside bad
    ones, so that all faults are told at once; then nothing is kept."""
    # Other rows of a subject with a bad row are left out: what they hang on may be missing.
    lines = [line for line in held.read if line["subject"] not in held.wrong]
    faults = list(held.faults)
    faults += _services(path, lines, uses)
    known = handles_of(store.permissions.subjects())
    identities, unread = _identities(lines, known, now.date())
    strange = [line for line in lines if _nobody(line, identities, known)]
    faults += [_unknown(path, line) for line in strange]
    lines = [line for line in lines if line not in strange] if strange else lines
    events = [_event(line, uses, notices, by) for line in lines]
    faults += _unreviewed(path, lines, events, notices)
    latest = {name: use.version for name, use in uses.items()}
    details = tuple(identities.values())
    with store.changing():
        try:
            store.permissions.append(events, details, now=now, uses=latest, sign=False)
        except BadInput as error:
            faults += (_at_row(path, fault, lines) for fault in error.faults)
        if faults:
            raise BadInput(*sorted(faults, key=_row))
    return unread


def _unreviewed(
    path: Path, lines: Sequence[Line], events: Sequence[NewEvent], notices: _Notices
) -> Iterable[Fault]:
    """Faults of a yes to a notice that nobody who speaks its language has checked."""
    for line, event in zip(lines, events, strict=True):
        if event.effect == "grant" and event.notice_hash in notices.unreviewed:
            yield Fault(
                f"nobody has checked the notice in {event.language!r}, so no yes to it counts",
                f"{shown(path)}: row {line.number}: notice_language",
                "a notice without the line % unreviewed",
                "have it checked and take the mark off, or leave the row out",
            )


def _row(fault: Fault) -> int:
    found = re.search(r": row (\d+)", fault.where)
    return int(found[1]) if found else 0


def _at_row(path: Path, fault: Fault, lines: Sequence[Line]) -> Fault:
    """A fault of the ledger with the row of the table instead of the place in a list."""
    found = _PLACE.match(fault.where)
    if found is None or found[1] != "event":
        return fault.within(shown(path))
    row = lines[int(found[2]) - 1].number
    return replace(fault, where=f"{shown(path)}: row {row}: {found[3]}")


def _services(path: Path, lines: Iterable[Line], uses: Mapping[str, Use]) -> Iterable[Fault]:
    """Faults of scopes that name a service which the use does not join."""
    for line in lines:
        use, service = uses.get(line["use"]), line["service"]
        if use and service in SERVICES and service not in use.services:
            where = f"{shown(path)}: row {line.number}: service"
            yield Fault(
                f"{use.id} joins no records of {service!r}",
                where,
                ", ".join(use.services),
                "leave the service out: the answer is then about all of them",
            )


def _nobody(line: Line, told: Mapping[str, Identity], known: Mapping[str, Identity]) -> bool:
    """Whether nobody knows the subject of a row, and nothing is told of them."""
    name = line["subject"]
    return not (name in told or name in known or _PSEUDONYM.fullmatch(name))


def _unknown(path: Path, line: Line) -> Fault:
    return Fault(
        f"nobody is known as {line['subject'][:80]!r}, and no details are given",
        f"{shown(path)}: row {line.number}: subject",
        "a known handle; or details: given, family, birth, postcode, or records",
        "add the details, or the record number of the letter",
    )


def _event(line: Line, uses: Mapping[str, Use], notices: _Notices, by: str) -> NewEvent:
    use = uses.get(line["use"])
    version = line.version
    if version is None and (use is None or use.version == 1):
        version = 1  # with one version there is no doubt which was meant; no use is its own fault
    language, notice = notices.of(line, version) if line.effect in _READ else ("", "")
    scope = Scope(
        line["use"],
        version if line.effect in _READ else None,
        line["purpose"] or None,
        line["service"] or None,
        line["category"] or None,
    )
    return NewEvent(
        subject=line["subject"],
        expressed_by=line["expressed_by"] or line["subject"],
        relation=line["relation"],  # type: ignore[arg-type]
        effect=line.effect,
        at=line.at,
        recorded_by=by,
        scope=scope,
        verified_by=line["verified_by"],
        independent=line["independent"],
        notice_hash=notice,
        language=language,
        channel=line["channel"] or "import",  # type: ignore[arg-type]
        valid_until=line.valid_until,
        reason=line["reason"],
    )


class _Notices:
    """Which notice an answer was given on. unknown: languages whose text is not here."""

    def __init__(self, root: Path, uses: Mapping[str, Use]) -> None:
        self.root, self.uses = root, uses
        self.unknown: set[str] = set()
        self.unreviewed: set[str] = set()
        self._hashes: dict[tuple[str, str], str] = {}

    def of(self, line: Line, version: int | None) -> tuple[str, str]:
        """Language and hash. Somebody who reads a language in which a use has no notice cannot have
        read one in it: the answer then counts as given on the use's first language."""
        use = self.uses.get(line["use"])
        reads = line["language"]
        if use is None:
            return reads or "unknown", line["notice"] or "unknown"  # refused for its use
        language = line["notice_language"] or (
            reads if reads in use.languages else use.languages[0]
        )
        if line["notice"]:
            return language, line["notice"]
        if version == use.version and (known := self._hash(use, language)):
            return language, known
        self.unknown.add(language)
        text = f"text not kept\n{use.id}\n{version}\n{language}"
        return language, hashlib.sha256(text.encode()).hexdigest()

    def _hash(self, use: Use, language: str) -> str:
        key = (use.id, language)
        if key not in self._hashes:
            path = notice_path(self.root, use.id, language, told=False)
            text = read_notice(path) or (ENGLISH["ask_first"] if language == "en" else None)
            found = make_notice(text, language, use) if text else None
            self._hashes[key] = found.hash if found else ""
            if found and not found.reviewed:
                self.unreviewed.add(found.hash)
        return self._hashes[key]


def _identities(
    lines: Sequence[Line], known: Mapping[str, Identity], day: date
) -> tuple[dict[str, Identity], dict[str, int]]:
    """Details by subject, in the form of a standard row, and how many could not be read.

    What is told later replaces what was told before; what nobody tells stays as it is.
    """
    told: dict[str, dict[str, Any]] = {}
    for line in sorted(lines, key=lambda line: line.at):
        if _PSEUDONYM.fullmatch(line["subject"]):
            continue
        cells = told.setdefault(line["subject"], {"languages": [], "records": []})
        cells |= {name: line[name] for name in DETAILS if line[name]}
        cells["languages"] += [line["language"]] if line["language"] else []
        cells["records"] += line.records
    told = {name: cells for name, cells in told.items() if _says_something(cells)}
    standard, unread = _standard(told, day)
    found = {}
    for name, details in standard.items():
        first = known.get(name, Identity(handle=name))
        found[name] = replace(
            first,
            languages=tuple(sorted({*first.languages, *told[name]["languages"]})),
            records=tuple(dict.fromkeys((*first.records, *told[name]["records"]))),
            **{key: value for key, value in details.items() if value is not None},
        )
    return found, unread


def _says_something(cells: Mapping[str, Any]) -> bool:
    return any(value for name, value in cells.items() if name != "languages")


def _standard(
    told: Mapping[str, Mapping[str, Any]], day: date
) -> tuple[dict[str, dict[str, Any]], dict[str, int]]:
    """Details put into standard form as the rows of a feed are, and counts of those that are lost."""
    if not told:
        return {}, {}
    columns = {
        name: pl.Series(name, [cells.get(name) for cells in told.values()], dtype=pl.String)
        for name in DETAILS
    }
    frame = pl.DataFrame({"subject": list(told), **columns})
    feed = Feed(
        id="answers",
        service="education",
        title="Answers",
        extract=day,
        one_record_per_person=False,
        location=Location(kind="csv", path="answers.csv"),
        fields=Fields(record="subject", **{name: name for name in DETAILS}),
    )
    rows = standardise(feed, frame).rows
    lost = {name: int((frame[name].is_not_null() & rows[name].is_null()).sum()) for name in DETAILS}
    found = rows.select(DETAILS).to_dicts()
    details = dict(zip(told, found, strict=True))
    return details, {name: count for name, count in lost.items() if count}
