"""A small made-up town with its own feeds and ledger, in a workspace that can be linked.

Every person has a given and a middle name that nobody else has, so that a name found where it must not
be tells whose it is. Everything is drawn from a seed.
"""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np

from licet.chapters.publishing import publish
from licet.chapters.stores import open_store
from licet.chapters.workspaces import init
from licet.files.workspace import find_workspace
from licet.permission import Identity, NewEvent, Scope
from licet.permission.events import Effect
from licet.store import Store
from tests.linkage.contracts import COLUMNS, CONTRACTS, MENTIONED

TODAY = date(2026, 11, 30)
NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
USE = "early-help"
FEEDS = ("early_years", "education", "social_work")
FAMILIES = (
    "adeyemi", "bergstrom", "castellan", "dunwoody", "eriksen", "fairbrother", "goldacre",
    "hathersage", "ibrahim", "jankowski", "kettlewell", "lindqvist", "molyneux", "nakamura",
)  # fmt: skip
STREETS = ("high street", "church lane", "park road", "station road", "mill lane")
_LETTERS = "abcdefghiklmnoprstuvw"

Row = dict[str, str]


@dataclass(frozen=True)
class Person:
    """One made-up person. guardian: the number of a parent, None for adults."""

    number: int
    given: str
    middle: str
    family: str
    birth: date
    sex: str
    house: str
    street: str
    postcode: str
    uprn: str
    nhs: str
    upn: str
    guardian: int | None = None
    partner: int | None = None

    @property
    def handle(self) -> str:
        """What the office calls the person."""
        return f"office/{self.number}"


@dataclass(frozen=True)
class Town:
    """People and their rows. owner: the number of the person of each row, by row id. mentioned: the
    number of the person that a row names, by row id."""

    people: tuple[Person, ...]
    rows: Mapping[str, tuple[Row, ...]]
    owner: Mapping[str, int]
    mentioned: Mapping[str, int] = field(default_factory=dict)

    def rows_of(self, numbers: Collection[int]) -> set[str]:
        """The ids of the rows of these people."""
        return {row for row, number in self.owner.items() if number in numbers}

    def write(self, root: Path, without: Collection[int] = ()) -> None:
        """Write every feed, without rows and mentions of some people."""
        for feed in FEEDS:
            write_feed(root / "feeds" / "data" / f"{feed}.csv", feed, self.delivered(feed, without))

    def delivered(self, feed: str, without: Collection[int] = ()) -> list[Row]:
        """The rows of a feed, without those of some people, who are not named either."""
        found = []
        for row in self.rows[feed]:
            name = f"{feed}/{row['record']}"
            if self.owner[name] in without:
                continue
            blank = self.mentioned.get(name) in without
            found.append({**row, **dict.fromkeys(MENTIONED[feed], "")} if blank else row)
        return found


def write_feed(path: Path, feed: str, rows: Sequence[Row]) -> None:
    """Write rows as a file of a feed."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS[feed], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.parent.mkdir(exist_ok=True)
    path.write_text(text.getvalue(), encoding="utf-8")


def made(families: int = 40, seed: int = 1, noise: float = 0.15) -> Town:
    """Families with children, some of them twins, and their rows with the errors real rows have."""
    draw = np.random.default_rng(seed)
    people: list[Person] = []
    for _ in range(families):
        people += _family(draw, len(people), {p.given for p in people})
    rows: dict[str, list[Row]] = {feed: [] for feed in FEEDS}
    owner: dict[str, int] = {}
    mentioned: dict[str, int] = {}
    records: dict[tuple[str, int], str] = {}
    for person in people:
        for feed, count in _feeds_of(person, draw):
            for _ in range(count):
                record = f"{len(rows[feed]) + 1:05d}"
                name = f"{feed}/{record}"
                owner[name] = person.number
                records[feed, person.number] = record
                row = {"record": record, **_written(person, feed, draw, noise)}
                other = _names(row, person, people, feed, records)
                if other is not None:
                    mentioned[name] = other
                rows[feed].append(row)
    return Town(tuple(people), {f: tuple(r) for f, r in rows.items()}, owner, mentioned)


def _word(draw: np.random.Generator, taken: Collection[str], length: int = 7) -> str:
    while True:
        found = "".join(_LETTERS[i] for i in draw.integers(0, len(_LETTERS), length))
        if found not in taken:
            return found


def _digits(draw: np.random.Generator, count: int) -> str:
    return str(draw.integers(1, 10)) + "".join(str(d) for d in draw.integers(0, 10, count - 1))


def _nhs(draw: np.random.Generator) -> str:
    """Ten figures, the last of which checks the others."""
    while True:
        first = "9" + _digits(draw, 8)
        check = 11 - sum((10 - k) * int(c) for k, c in enumerate(first)) % 11
        if check != 10:
            return first + str(check % 11)


def _family(draw: np.random.Generator, start: int, taken: set[str]) -> Iterator[Person]:
    street = int(draw.integers(0, len(STREETS)))
    home = {
        "family": str(draw.choice(FAMILIES)),
        "house": str(draw.integers(1, 60)),
        "street": STREETS[street],
        "postcode": f"AB{street + 1} {draw.integers(1, 4)}CD",
        "uprn": _digits(draw, 11),
    }
    adults, children = int(draw.integers(1, 3)), int(draw.integers(0, 4))
    twins = children >= 2 and draw.random() < 0.4
    birth = date(2016, 1, 1)
    names: list[str] = []
    for place in range(adults + children):
        child = place >= adults
        given = _word(draw, {*taken, *names})
        if child and twins and place == adults + 1:
            given = names[-1][:-1] + ("x" if names[-1][-1] != "x" else "y")
        elif child:
            birth = date(2015, 1, 1) + timedelta(int(draw.integers(0, 3600)))
        else:
            birth = date(1970, 1, 1) + timedelta(int(draw.integers(0, 9000)))
        names.append(given)
        yield Person(
            start + place,
            given,
            "q" + _word(draw, (), 8),
            birth=birth,
            sex=str(draw.choice(["female", "male"])),
            nhs=_nhs(draw),
            upn="",
            guardian=start if child else None,
            partner=start + 1 - place if adults == 2 and not child else None,
            **home,
        )


def _feeds_of(person: Person, draw: np.random.Generator) -> list[tuple[str, int]]:
    if person.guardian is not None:
        found = [("education", 1), ("early_years", int(draw.integers(0, 3)))]
        return [*found, ("social_work", int(draw.integers(0, 2)))]
    return [("early_years", int(draw.integers(0, 2))), ("social_work", int(draw.integers(0, 3)))]


def _written(person: Person, feed: str, draw: np.random.Generator, noise: float) -> Row:
    """The person as a clerk wrote them down."""
    row = {
        "given": person.given,
        "middle": person.middle if draw.random() < 0.6 else "",
        "family": person.family,
        "birth": person.birth.isoformat(),
        "sex": person.sex,
        "house": person.house,
        "street": person.street,
        "postcode": person.postcode,
        "upn": person.upn,
        "nhs": person.nhs if draw.random() < 0.5 else "",
        "uprn": person.uprn if draw.random() < 0.5 else "",
        "ethnicity": "not said",
    }
    for name in ("given", "family", "street"):
        if draw.random() < noise:
            row[name] = typo(row[name], draw)
    if draw.random() < noise:
        row["birth"] = _near(person.birth, draw).isoformat()
    if draw.random() < noise / 3:
        row["postcode"] = ""
    return {name: value for name, value in row.items() if name in COLUMNS[feed]}


def _near(day: date, draw: np.random.Generator) -> date:
    if day.day <= 12 and draw.random() < 0.5:
        return date(day.year, day.day, day.month)
    return day.replace(year=day.year + int(draw.choice([-1, 1])), day=min(day.day, 28))


def typo(word: str, draw: np.random.Generator) -> str:
    """The word with two neighbouring letters changed about, one left out or one other."""
    place = int(draw.integers(1, len(word) - 1))
    kind = int(draw.integers(0, 3))
    if kind == 0:
        return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    if kind == 1:
        return word[:place] + word[place + 1 :]
    return word[:place] + str(draw.choice(list(_LETTERS))) + word[place + 1 :]


def _names(
    row: Row,
    person: Person,
    people: Sequence[Person],
    feed: str,
    records: Mapping[tuple[str, int], str],
) -> int | None:
    """Write into a row whom it names: a child's parent, an adult's partner."""
    row.update(dict.fromkeys(MENTIONED[feed], ""))
    other = person.partner if feed == "social_work" else person.guardian
    if other is None:
        return None
    named, kind = people[other] if other < len(people) else None, MENTIONED[feed][0].split("_")[0]
    if named is None:
        return None
    row |= {f"{kind}_given": named.given, f"{kind}_family": named.family}
    if kind == "contact":
        row["contact_birth"] = named.birth.isoformat()
    if kind == "partner":
        row["partner_record"] = records.get((feed, other), "")
    return other


def make_workspace(root: Path, town: Town | None = None, today: date = TODAY) -> Path:
    """A workspace with one published use and the feeds of a town; the path of the use."""
    init(root)
    shutil.rmtree(root / "feeds", ignore_errors=True)
    (root / "feeds" / "data").mkdir(parents=True)
    for path in (root / "uses").glob("*.toml"):
        if path.stem != USE:
            path.unlink()
    edit_use(root, "retention_days = 365\n", "")
    for feed, text in CONTRACTS.items():
        (root / "feeds" / f"{feed}.toml").write_text(text, encoding="utf-8")
    if town is not None:
        town.write(root)
    publish(root, today=today)
    return use_of(root)


def use_of(root: Path) -> Path:
    """The use of a town's workspace."""
    return root / "uses" / f"{USE}.toml"


def edit_use(root: Path, before: str, after: str) -> None:
    """Edit the document of the use."""
    path = use_of(root)
    path.write_text(path.read_text(encoding="utf-8").replace(before, after), encoding="utf-8")


def copied(root: Path, to: Path) -> Path:
    """The workspace once more, keys and ledger included; the path of its use."""
    shutil.copytree(root, to)
    return use_of(to)


@contextmanager
def store_of(root: Path) -> Iterator[Store]:
    """The store of a workspace."""
    found = find_workspace(root)
    assert found is not None
    with open_store(found) as store:
        yield store


def event(person: Person, effect: Effect, day: int = 1, **changes: object) -> NewEvent:
    """What a person said, or a parent for a child, on day ``day`` of November 2026."""
    child = person.guardian is not None
    told = NewEvent(
        subject=person.handle,
        expressed_by=f"office/{person.guardian}/voice" if child else person.handle,
        relation="parental_responsibility" if child else "self",
        effect=effect,
        at=datetime(2026, 11, 1, 9, tzinfo=UTC) + timedelta(days=day - 1),
        recorded_by="office",
        scope=Scope(USE, None if effect in ("refuse", "withdraw") else 1),
        verified_by="letter" if effect == "grant" else "",
        notice_hash="0" * 64,
        language="en",
        channel="in_person",
    )
    return replace(told, **changes)  # type: ignore[arg-type]


def identity(person: Person, records: Sequence[str] = (), **changes: object) -> Identity:
    """Who the office thinks a person is."""
    found = Identity(
        handle=person.handle,
        given=person.given,
        middle=person.middle,
        family=person.family,
        birth=person.birth,
        sex=person.sex,
        house=person.house,
        street=person.street,
        postcode=person.postcode.upper(),
        nhs=person.nhs,
        languages=("en",),
        records=tuple(records),
    )
    return replace(found, **changes)  # type: ignore[arg-type]


ANSWERS: Mapping[str, Effect] = {"yes": "grant", "no": "refuse", "silent": "request"}
"""What people say, and ``absent`` for those whom nobody asked."""


def drawn(town: Town, draw: np.random.Generator, shares: Sequence[float]) -> dict[int, str]:
    """An answer for everybody. shares: of yes, no, silent and absent."""
    words = ("yes", "no", "silent", "absent")
    found = draw.choice(len(words), len(town.people), p=np.array(shares) / sum(shares))
    return {p.number: words[k] for p, k in zip(town.people, found, strict=True)}


def answer(
    root: Path,
    town: Town,
    answers: Mapping[int, str],
    draw: np.random.Generator,
    known: float = 0.4,
    changes: Mapping[int, Mapping[str, object]] | None = None,
) -> None:
    """Write answers into the ledger. known: the share of people of whom a record number is known.

    changes: other details of some people than the true ones.
    """
    events, identities = [], []
    for number, word in answers.items():
        if word == "absent":
            continue
        person = town.people[number]
        own = sorted(town.rows_of({number}))
        held = [str(draw.choice(own))] if own and draw.random() < known else []
        identities.append(identity(person, held, **(changes or {}).get(number, {})))
        events.append(event(person, ANSWERS[word]))
    with store_of(root) as store:
        store.permissions.append(events, identities, now=NOW, sign=False)
