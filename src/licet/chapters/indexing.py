"""A central record over many published registers, with what is known from public sources beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from licet.chapters.site_plan import (
    OneUse,
    Shown,
    as_json,
    asset_files,
    entry_data,
    entry_files,
    list_files,
    planned,
)
from licet.chapters.witnessing import entries as logged
from licet.chapters.witnessing import verify
from licet.errors import BadInput, Fault, bad, counted
from licet.files.public_uses import read_public
from licet.files.reading import read_bytes, shown
from licet.files.written_site import MARK, Planned, Put, check_out, hash_of, marked, put
from licet.log.checkpoint import to_base64
from licet.register.central import (
    CENTRAL,
    Body,
    PublicRecord,
    Register,
    bodies_of,
    on_day,
    rows_of,
)
from licet.register.entry import FORM, RegisterEntry
from licet.register.exports import linked_data, tables
from licet.register.schema import entry_schema, uses_schema, uses_value

if TYPE_CHECKING:
    from licet.report.site.around import Around

LARGEST = 50_000_000
NAME = "Central record"
LEAD = (
    "Who joins records about families, in every register that was put together here. What a body did not "
    "publish itself is marked: not confirmed by the body."
)
MORE = (("bodies", "Which bodies do what, and which have no entry"),)
SCHEMA = "../../../schema/entry.json"


@dataclass(frozen=True)
class Central:
    """A central record that was written."""

    bodies: tuple[Body, ...]
    folder: Path
    put: Put

    @property
    def text(self) -> str:
        """For the screen."""
        lines = []
        for body in self.bodies:
            own = counted(body.confirmed, "use", "uses")
            rest = f", {len(body.public)} not confirmed by it" if body.public else ""
            log = f"; log {body.register.log}" if body.register else "; no register"
            lines.append(f"{body.name}: {own} published{rest}{log}")
        return "\n".join(lines)


def index(
    sites: Sequence[Path],
    out: Path,
    *,
    public: Path | None = None,
    name: str = NAME,
    today: date,
) -> Central:
    """Write a central record over published registers.

    sites: folders that ``licet publish`` wrote. out: a new or empty folder, or a record made before.
    public: a TOML or CSV file of uses known from public sources. Raises BadInput with every site that
    cannot be read, before anything is written.
    """
    folder = Path(out).absolute()
    check_out(folder)
    known = read_public(Path(public)) if public is not None else PublicRecord()
    registers = _registers(sites, today)
    bodies = bodies_of(registers, known, today)
    return Central(bodies, folder, put(folder, _files(name, bodies)))


def _registers(sites: Sequence[Path], today: date) -> list[Register]:
    found: list[Register] = []
    faults: list[Fault] = []
    for site in sites:
        try:
            one = read_register(Path(site), today)
            if one.body in {other.body for other in found}:
                raise bad(f"two sites are of {one.body}", shown(Path(site)), "each body once")
            found.append(one)
        except BadInput as error:
            faults += error.faults
    if faults:
        raise BadInput(*faults)
    if not found:
        raise bad("no site is named", "SITE", "folders that licet publish wrote")
    return found


def read_register(site: Path, today: date) -> Register:
    """A published register from its folder, its log checked."""
    held = marked(site)
    if held is None or "uses.json" not in held:
        raise bad(
            "this is no published register", shown(site), "a folder that licet publish wrote",
            f"it holds {MARK} and uses.json",
        )  # fmt: skip
    names = [name for name in held if _is_entry(name)]
    entries = tuple(on_day(_entry(site, name, held[name]), today) for name in sorted(names))
    body = entries[0].body if entries else site.resolve().name
    checked = verify(site / "log")
    log = "sound" if checked.sound else f"broken: {checked.findings[0]}"
    backed = _backed(site) if checked.sound else set()
    return Register(
        body,
        entries,
        log,
        checked.size or 0,
        to_base64(checked.root) if checked.root else "",
        tuple(one.id for one in entries if (one.id, one.version, one.use_hash) not in backed),
    )


def _is_entry(name: str) -> bool:
    place, _, file = name.rpartition("/")
    ruling = file.endswith(("-ruling.json", "-metadata.json", ".atrs.json"))
    return place == "uses" and file.endswith(".json") and not ruling


def _entry(site: Path, name: str, held: Any) -> RegisterEntry:
    path = site / name
    data = read_bytes(path, LARGEST)
    if held.get("hash") != sha256(data).hexdigest():
        todo = "publish the register again, or copy all of it"
        raise bad("the file is not what was published", shown(path), "", todo)
    try:
        return RegisterEntry.model_validate_json(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise bad(f"the entry cannot be read: {place}: {first['msg']}", shown(path), FORM) from None


def _backed(site: Path) -> set[tuple[Any, Any, Any]]:
    """Versions of uses that the site's own log holds, with their hashes."""
    return {
        (one.leaf.body["use"], one.leaf.body["version"], one.leaf.body["use_hash"])
        for one in logged(site / "log", kind="use_version")
    }


def _files(name: str, bodies: Sequence[Body]) -> Iterator[Planned]:
    from licet.report.site import pages
    from licet.report.site.around import Around

    rows = rows_of(bodies)
    marks = tuple(dict.fromkeys(mark for line, _ in rows for mark in line.marks))
    synthetic = any(mark.startswith("SYNTHETIC") for mark in marks)
    around = Around(name=name, notices=marks, synthetic=synthetic, extra={"central": True})
    yield from asset_files()
    for body in bodies:
        yield from _of_body(around, body)
    for file, value in {
        "uses.json": uses_value(name, [line for line, _ in rows]),
        "uses.csv-metadata.json": tables.uses_metadata(),
        "schema/entry.json": entry_schema(),
        "schema/uses.json": uses_schema(),
        "vocabulary.jsonld": linked_data.vocabulary(),
    }.items():
        yield Planned(file, "", partial(as_json, value))
    yield Planned("uses.csv", "", lambda: tables.uses_csv(line for line, _ in rows).encode())
    for language in around.languages:
        for text in pages.TEXTS:
            own = around.at(text, language)
            yield planned(own, "", partial(pages.text_page, own, text))
        own = around.at("vocabulary", language)
        yield planned(own, "", partial(pages.vocabulary_page, own))
        own = around.at("bodies", language)
        yield planned(own, repr(bodies), partial(pages.bodies_page, own, bodies))
    more = {"bodies": True, "more_pages": MORE, "lead": LEAD}
    yield from list_files(around, Shown(rows, CENTRAL, more))


def _of_body(around: Around, body: Body) -> Iterator[Planned]:
    """The page of a body, and a copy of each of its entries."""
    from licet.report.site import pages

    for language in around.languages:
        own = around.at(body.path, language)
        yield planned(own, repr(body), partial(pages.body_page, own, body))
    for entry in body.register.entries if body.register else ():
        place = f"{body.path}/uses/{entry.id}"
        files = entry_data(entry, f"uses/{entry.id}")
        copy = entry.model_copy(
            update={
                "schema_at": SCHEMA,
                "downloads": tuple(one for one in entry.downloads if one.path in files),
                "dialogue": entry.dialogue.model_copy(
                    update={
                        "items": tuple(
                            one.model_copy(update={"path": ""}) for one in entry.dialogue.items
                        )
                    }
                ),
            }
        )
        told = {**around.extra, "told": (f"A copy of what {body.name} published.",)}
        known = hash_of(copy.model_dump_json(by_alias=True))
        yield from entry_files(
            replace(around, extra=told), OneUse(entry.id, known, partial(_as_is, copy)), place
        )


def _as_is(entry: RegisterEntry) -> RegisterEntry:
    return entry
