"""Every file of a register's site, in the order of writing, each with what it is made from."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial
from pathlib import Path
from typing import Any

from licet import __version__
from licet.chapters.entries import PAGE
from licet.files.written_site import Planned, hash_of
from licet.register.entry import RegisterEntry
from licet.register.exports import atrs, feed, linked_data, openapi, tables
from licet.register.filters import ALL, FACETS, facets_of
from licet.register.lines import Line, line_of
from licet.register.schema import entry_schema, uses_schema, uses_value
from licet.report.json_text import readable
from licet.report.site import environment, pages
from licet.report.site.around import Around

Facets = tuple[tuple[str, str, str], ...]
Choices = dict[str, tuple[tuple[str, str, int], ...]]
LATEST = feed.LATEST
_ASSETS = ("site.css", "licet.svg", "check.js", "govuk/govuk-frontend.min.css", "govuk/LICENSE.txt")


@dataclass(frozen=True)
class Shown:
    """What a list is made of. rows: of every use, with what it can be found by. more: what a central record
    says besides: see ``pages.uses_page``."""

    rows: Sequence[tuple[Line, Facets]]
    facets: Mapping[str, str] = field(default_factory=lambda: FACETS)
    more: Mapping[str, Any] = field(default_factory=dict)


def entry_files(
    around: Around, entry: RegisterEntry, place: str = "", ruling: Callable[[], bytes] | None = None
) -> Iterator[Planned]:
    """The pages and data of one use. place: the path of its first page. ruling: the whole ruling's data."""
    place = place or f"uses/{entry.id}"
    known = entry.model_dump_json(by_alias=True)
    told = (*around.extra.get("told", ()), *entry.marks)
    own = replace(around, synthetic=entry.synthetic, notices=told)
    if ruling is not None:
        yield Planned(f"{place}-ruling.json", hash_of(known, __version__), ruling)
    for name, make in entry_data(entry, place).items():
        yield Planned(name, hash_of(known, __version__), make)
    for language in around.languages:
        for part in reversed(list(pages.PARTS)):
            page = own.at(f"{place}/{part}" if part else place, language)
            yield planned(page, known, partial(pages.use_page, page, entry, place, part))


def entry_data(entry: RegisterEntry, place: str) -> dict[str, Callable[[], bytes]]:
    """The data of one use, by the name of the file."""
    table = f"{place}.csv"
    return {
        f"{place}.json": lambda: as_json(entry.json_value()),
        table: lambda: tables.figures_csv(entry).encode(),
        f"{table}-metadata.json": lambda: as_json(
            tables.figures_metadata(entry, table.rpartition("/")[2])
        ),
        f"{place}.jsonld": lambda: as_json(linked_data.linked_data(entry)),
        f"{place}.atrs.json": lambda: as_json(atrs.atrs(entry)),
    }


def list_files(around: Around, shown: Shown) -> Iterator[Planned]:
    """Every list: all uses, and those of each facet; the front pages come last."""
    choices = choices_of(shown)
    groups: dict[tuple[str, str], list[Line]] = defaultdict(list)
    for line, facets in shown.rows:
        for facet, value, _ in facets:
            groups[facet, value].append(line)
    fronts: list[Planned] = []
    for (facet, value), lines in sorted(groups.items()):
        if facet in shown.facets:
            _add(fronts, around, lines, shown, choices, (facet, value))
    _add(fronts, around, groups.get(ALL, []), shown, choices, None)
    yield from fronts


def _add(
    made: list[Planned],
    around: Around,
    lines: Sequence[Line],
    shown: Shown,
    choices: Choices,
    facet: tuple[str, str] | None,
) -> None:
    """The pages of one list, the last first."""
    count = max(1, -(-len(lines) // PAGE))
    first = f"by/{facet[0]}/{facet[1]}" if facet else ""
    told = json.dumps([choices, dict(shown.more)], default=str)
    for number in range(count, 0, -1):
        some = lines[(number - 1) * PAGE : number * PAGE]
        known = json.dumps([one.model_dump_json() for one in some]) + f"{count} {len(lines)}"
        known += (
            told if facet is None and number == 1 else str(choices.get(facet[0] if facet else ""))
        )
        for language in around.languages:
            page = around.at(pages.page_path(first, number), language)
            made.append(planned(page, known, partial(
                pages.uses_page, page, some, choices, page=number, pages=count, uses=len(lines),
                facet=facet, facets=shown.facets, **shown.more,
            )))  # fmt: skip


def choices_of(shown: Shown) -> Choices:
    """What can be looked for, and how many uses there are of it."""
    counted: dict[tuple[str, str], int] = defaultdict(int)
    labels: dict[tuple[str, str], str] = {}
    for _, facets in shown.rows:
        for facet, value, label in facets:
            counted[facet, value] += 1
            labels[facet, value] = max(label, labels.get((facet, value), ""))
    found: dict[str, list[tuple[str, str, int]]] = defaultdict(list)
    for (facet, value), number in counted.items():
        found[facet].append((value, labels[facet, value], number))
    return {
        facet: tuple(sorted(found.get(facet, ()), key=lambda one: one[1]))
        for facet in (*shown.facets, "mark")
    }


def register_files(
    around: Around,
    entries: Sequence[RegisterEntry],
    lines: Sequence[Line],
    latest: Sequence[Any],
    rulings: Callable[[str], Callable[[], bytes] | None],
    heard: Any,
) -> Iterator[Planned]:
    """The whole site of a register but its log. around: of the front page. latest: leaves, newest first.
    rulings: the whole ruling of a use. heard: the dialogue as everybody may read it."""
    quiet = _quiet(around)
    yield from asset_files()
    for entry in entries:
        yield from entry_files(quiet, entry, ruling=rulings(entry.id))
    origin = around.log.origin if around.log else around.name
    titles = {one.id: one.title for one in entries}
    for name, make in shared_data(around.name, origin, lines, latest, titles).items():
        yield Planned(name, "", make)
    for language in around.languages:
        yield from _other_pages(quiet, heard, language)
    rows = [(line_of(entry), tuple(facets_of(entry))) for entry in entries]
    order = {one.id: place for place, one in enumerate(lines)}
    rows.sort(key=lambda row: order[row[0].id])
    *others, front = _by_front(list_files(quiet, Shown(rows)), around, Shown(rows))
    yield from others
    yield front


def _by_front(listed: Iterable[Planned], around: Around, shown: Shown) -> list[Planned]:
    """The lists, with the front pages last and signed with the checkpoint."""
    fronts = {f"{around.at('', one).own_file}" for one in around.languages}
    loud = {one.name: one for one in list_files(around, shown) if one.name in fronts}
    rest = [one for one in listed if one.name not in fronts]
    return [*rest, *sorted(loud.values(), key=lambda one: -one.name.count("/"))]


def _quiet(around: Around) -> Around:
    """Without the size of the log, which changes whenever anything is added to it."""
    log = around.log
    return replace(around, log=None if log is None else replace(log, size=0, root=""))


def _other_pages(around: Around, heard: Any, language: str) -> Iterator[Planned]:
    for one in (*heard.questions, *heard.notices):
        page = around.at(f"questions/{one.number}", language)
        yield planned(page, repr(one), partial(pages.question_page, page, one))
    page = around.at("questions", language)
    yield planned(page, repr(heard), partial(pages.questions_page, page, heard))
    for name in pages.TEXTS:
        page = around.at(name, language)
        yield planned(page, "", partial(pages.text_page, page, name))
    page = around.at("vocabulary", language)
    yield planned(page, "", partial(pages.vocabulary_page, page))
    page = around.at("check", language)
    yield planned(page, "", partial(pages.check_page, page))


def shared_data(
    name: str,
    origin: str,
    lines: Sequence[Line],
    latest: Sequence[Any],
    titles: dict[str, str],
) -> dict[str, Callable[[], bytes]]:
    """The data of the whole register, by the name of the file. name: of the body. origin: of its log."""
    return {
        "uses.json": lambda: as_json(uses_value(name, list(lines))),
        "uses.csv": lambda: tables.uses_csv(lines).encode(),
        "uses.csv-metadata.json": lambda: as_json(tables.uses_metadata()),
        "schema/entry.json": lambda: as_json(entry_schema()),
        "schema/uses.json": lambda: as_json(uses_schema()),
        "vocabulary.jsonld": lambda: as_json(linked_data.vocabulary()),
        "openapi.json": lambda: as_json(openapi.description(name, __version__)),
        "feed.atom": lambda: feed.feed(name, origin, latest, titles),
    }


def asset_files() -> Iterator[Planned]:
    """What pages need to be seen."""
    for name in _ASSETS:
        path = environment.ASSETS / name
        yield Planned(f"static/{name}", "", path.read_bytes)


def planned(around: Around, known: str, make: Callable[[], str]) -> Planned:
    """A page; made from what it says, from what is around it, and from the templates."""
    log = around.log
    told = json.dumps(
        [around.name, around.language, list(around.languages), around.synthetic, list(around.notices),
         [log.origin, log.size, log.root, log.key] if log else []]
    )  # fmt: skip
    return Planned(
        around.own_file, hash_of(known, told, _templates(around.language)), lambda: make().encode()
    )


@cache
def _templates(language: str) -> str:
    """A hash of everything that pages are made with."""
    places: tuple[Path, ...] = (
        environment.TEMPLATES,
        environment.LANGUAGES,
        Path(pages.__file__).parent,
    )
    held = [
        path.read_bytes()
        for place in places
        for path in sorted(place.glob("*"))
        if path.suffix in (".html", ".po", ".py")
    ]
    return hash_of(__version__, language, *held)


def as_json(value: Any) -> bytes:
    """As JSON text, indented; characters that hide what is written are written as ``\\u202e``."""
    return readable(value).encode()
