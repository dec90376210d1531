"""Every file of a register's site, in the order of writing, each with what it is made from."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from licet.chapters.entries import PAGE
from licet.errors import bad
from licet.files.written_site import Planned, hash_of
from licet.register.entry import RegisterEntry
from licet.register.exports import atrs, feed, linked_data, openapi, tables
from licet.register.filters import ALL, FACETS
from licet.register.lines import Line
from licet.register.schema import entry_schema, uses_schema, uses_value
from licet.report.json_text import readable
from licet.report.site import environment, pages
from licet.report.site.around import Around, file_of
from licet.version import __version__

Facets = tuple[tuple[str, str, str], ...]
Choices = dict[str, tuple[tuple[str, str, int], ...]]
LATEST = feed.LATEST
FEED = "feed.atom"
_WITH = ("babel", "govuk-frontend-jinja", "jinja2", "markupsafe", "pydantic")
"""Packages whose words and forms stand in files."""
_ASSETS = ("site.css", "licet.svg", "check.js", "govuk/govuk-frontend.min.css", "govuk/LICENSE.txt")


@dataclass(frozen=True)
class Shown:
    """What a list is made of. rows: of every use, with what it can be found by. more: what a central record
    says besides: see ``pages.uses_page``."""

    rows: Sequence[tuple[Line, Facets]]
    facets: Mapping[str, str] = field(default_factory=lambda: FACETS)
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OneUse:
    """A use of which pages are made. known: a hash of its entry and of all that goes with it. entry: read
    where a page has to be made. ruling: the whole ruling's data."""

    id: str
    known: str
    entry: Callable[[], RegisterEntry]
    ruling: Callable[[], bytes] | None = None


def entry_files(around: Around, use: OneUse, place: str = "") -> Iterator[Planned]:
    """The pages and data of one use. place: the path of its first page."""
    place = place or f"uses/{use.id}"
    made_from = hash_of(use.known, _told(around), made_with())
    if use.ruling is not None:
        yield Planned(f"{place}-ruling.json", made_from, use.ruling)
    for ending, make in _DATA.items():
        yield Planned(f"{place}{ending}", made_from, partial(_data, make, use, place))
    for language in around.languages:
        for part in reversed(list(pages.PARTS)):
            path = f"{place}/{part}" if part else place
            make_page = partial(_use_page, around, use, place, part, language)
            yield Planned(file_of(path, language), made_from, make_page)


def _data(make: Callable[[RegisterEntry, str], bytes], use: OneUse, place: str) -> bytes:
    return make(use.entry(), place)


def _use_page(around: Around, use: OneUse, place: str, part: str, language: str) -> bytes:
    entry = use.entry()
    told = (*around.extra.get("told", ()), *entry.marks)
    own = replace(around, synthetic=entry.synthetic, notices=told)
    page = own.at(f"{place}/{part}" if part else place, language)
    return pages.use_page(page, entry, place, part).encode()


_DATA: Mapping[str, Callable[[RegisterEntry, str], bytes]] = {
    ".json": lambda entry, place: as_json(entry.json_value()),
    ".csv": lambda entry, place: tables.figures_csv(entry).encode(),
    ".csv-metadata.json": lambda entry, place: as_json(
        tables.figures_metadata(entry, f"{place}.csv".rpartition("/")[2])
    ),
    ".jsonld": lambda entry, place: as_json(linked_data.linked_data(entry)),
    ".atrs.json": lambda entry, place: as_json(atrs.atrs(entry)),
}
"""The data of one use, by the ending of the file."""


def entry_data(entry: RegisterEntry, place: str) -> dict[str, Callable[[], bytes]]:
    """The data of one use, by the name of the file."""
    return {f"{place}{ending}": partial(make, entry, place) for ending, make in _DATA.items()}


def list_files(around: Around, shown: Shown, front: Around | None = None) -> Iterator[Planned]:
    """Every list: all uses, and those of each facet; the front pages come last. front: around those."""
    choices = choices_of(shown)
    groups: dict[tuple[str, str], list[tuple[Line, str]]] = defaultdict(list)
    for line, facets in shown.rows:
        hashed = line, hash_of(line.model_dump_json())
        for facet, value, _ in facets:
            groups[facet, value].append(hashed)
    for (facet, value), lines in sorted(groups.items()):
        if facet in shown.facets:
            label = next(label for own, label, _ in choices[facet] if own == value)
            yield from _List(shown, choices, lines, label, (facet, value)).after(around, 0)
    every = _List(shown, choices, groups.get(ALL, []), repr(choices))
    yield from every.after(around, 1)
    for language in reversed(around.languages):
        yield every.page(front or around, 1, language)


@dataclass(frozen=True)
class _List:
    """One list. lines: each with its hash. known: what its pages say besides. facet: what it is of, with
    the value; None for all uses."""

    shown: Shown
    choices: Choices
    lines: Sequence[tuple[Line, str]]
    known: str
    facet: tuple[str, str] | None = None

    @property
    def pages(self) -> int:
        return max(1, -(-len(self.lines) // PAGE))

    def after(self, around: Around, first: int) -> Iterator[Planned]:
        """The pages after the first ones, the last at the beginning."""
        for number in range(self.pages, first, -1):
            for language in around.languages:
                yield self.page(around, number, language)

    def page(self, around: Around, number: int, language: str) -> Planned:
        some = self.lines[(number - 1) * PAGE : number * PAGE]
        count, uses, more = self.pages, len(self.lines), self.shown.more
        known = self.known if self.facet or number == 1 else ""
        told = json.dumps([known, count, uses, dict(more)], default=str)
        first = f"by/{self.facet[0]}/{self.facet[1]}" if self.facet else ""
        page = around.at(pages.page_path(first, number), language)
        make = partial(
            pages.uses_page, page, [line for line, _ in some], self.choices, page=number, pages=count,
            uses=uses, facet=self.facet, facets=self.shown.facets, **more,
        )  # fmt: skip
        return planned(page, hash_of(told, *(hashed for _, hashed in some)), make)


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
        facet: tuple(sorted(found.get(facet, ()), key=lambda one: (one[1], one[0])))
        for facet in (*shown.facets, "mark")
    }


def register_files(
    around: Around, uses: Iterable[OneUse], shown: Shown, latest: Sequence[Any], heard: Any
) -> Iterator[Planned]:
    """The whole site of a register but its log. around: of the front page. latest: leaves, newest first.
    heard: the dialogue as everybody may read it."""
    quiet = _quiet(around)
    yield from asset_files()
    for use in uses:
        yield from entry_files(quiet, use)
    origin = around.log.origin if around.log else around.name
    lines = [line for line, _ in shown.rows]
    titles = {one.id: one.title for one in lines}
    known = hash_of(around.name, origin, made_with(), *(one.model_dump_json() for one in lines))
    for name, make in shared_data(around.name, origin, lines, latest, titles).items():
        yield Planned(name, hash_of(known, repr(latest) if name == FEED else ""), make)
    for language in around.languages:
        yield from _other_pages(quiet, heard, language)
    yield from list_files(quiet, shown, around)


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
        FEED: lambda: feed.feed(name, origin, latest, titles),
    }


def asset_files() -> Iterator[Planned]:
    """What pages need to be seen."""
    for name in _ASSETS:
        path = environment.ASSETS / name
        yield Planned(f"static/{name}", "", path.read_bytes)


def planned(around: Around, known: str, make: Callable[[], str]) -> Planned:
    """A page; made from what it says, from what is around it, and from the program."""
    made_from = hash_of(known, _told(around), around.language, made_with())
    return Planned(around.own_file, made_from, lambda: make().encode())


def _told(around: Around) -> str:
    """What is around a page, in any language."""
    return repr(
        (around.name, (*around.languages,), around.synthetic, (*around.notices,), around.extra, around.log)
    )  # fmt: skip


@cache
def made_with() -> str:
    """A hash of everything that files are made with: the program, its templates and words."""
    place = Path(__file__).parents[1]
    paths = [path for path in place.rglob("*") if path.suffix in (".html", ".po", ".py")]
    held = [
        path.relative_to(place).as_posix().encode() + path.read_bytes() for path in sorted(paths)
    ]
    try:
        return hash_of(__version__, *(version(name) for name in _WITH), *held)
    except PackageNotFoundError as error:
        todo = "pip install 'licet[link,web]'"
        raise bad(f"the register's pages need the package {error.name}", todo=todo) from None


def as_json(value: Any) -> bytes:
    """As JSON text, indented; characters that hide what is written are written as ``\\u202e``."""
    return readable(value).encode()
