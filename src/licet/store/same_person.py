"""Looking up which subjects are one person: see ``licet.permission.same_person``."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any

from licet.permission.events import SPOKEN
from licet.permission.same_person import Known, heard_with
from licet.store import ledger
from licet.store.rows import chunks

_DETAILS = (
    "party", "given", "family", "birth", "postcode", "house", "street", "nhs", "upn", "nino"
)  # fmt: skip


OPEN = 1000
"""More stores than this are never open at once; what was said of older ones is forgotten."""
_SEVERAL: dict[str, Callable[[], Collection[str]]] = {}


def declare(alias: str, feeds: Callable[[], Collection[str]]) -> None:
    """Say which feeds may have several records of one person, for one connection."""
    _SEVERAL[alias] = feeds
    if len(_SEVERAL) > OPEN:
        _SEVERAL.pop(next(iter(_SEVERAL)))


def heard(connection: Any, numbers: Collection[int] | None = None) -> dict[int, tuple[int, ...]]:
    """For each of some subjects, by number, the others whose words count as theirs. None: of all.

    Only those are listed who are heard with somebody. Costs nothing where no letter was ever sent.
    """
    if not _any_letter(connection) or (numbers is not None and not len(numbers)):
        return {}
    whole = numbers is None or len(numbers) > MANY
    several = frozenset(_SEVERAL.get(connection.alias, tuple)())
    mark = (ledger.head(connection).hash, several)
    found = _kept(connection.alias, mark) if whole else None
    if found is None:
        found = _found(connection, None if whole else numbers, several)
        if whole:
            _KEPT.clear()  # of one store at a time, however many are opened
            _KEPT[connection.alias] = (mark, found)
    if numbers is None:
        return found
    wanted = set(numbers)
    return {number: others for number, others in found.items() if number in wanted}


_Mark = tuple[str, frozenset[str]]
_KEPT: dict[str, tuple[_Mark, dict[int, tuple[int, ...]]]] = {}
"""What was found last for everybody, with the end of the ledger then: each service asks anew."""


def forget(connection: Any) -> None:
    """Look everybody up anew the next time: their details have changed."""
    _KEPT.pop(connection.alias, None)


def _kept(alias: str, mark: _Mark) -> dict[int, tuple[int, ...]] | None:
    known = _KEPT.get(alias)
    return known[1] if known is not None and known[0] == mark else None


def _found(
    connection: Any, numbers: Collection[int] | None, several: Collection[str]
) -> dict[int, tuple[int, ...]]:
    whole = numbers is None
    rows = _whole(connection) if whole else _around(connection, numbers or ())
    parties = None if whole else [row[0] for row in rows]
    records: dict[int, set[str]] = {}
    for party, row in _of(connection, _records(connection), parties):
        records.setdefault(party, set()).add(row)
    letters = "SELECT DISTINCT party FROM store_invitation"
    written = {number for (number,) in _of(connection, letters, parties)}
    spoke = _spoke(connection, parties)
    return heard_with(
        Known(
            number, given, family, birth, postcode, f"{house} {street or ''}" if house else "",
            tuple(national), frozenset(held := records.get(number, ())), _single(held, several),
            number in written, number in spoke,
        )
        for number, given, family, birth, postcode, house, street, *national in rows
    )  # fmt: skip


MANY = 400
"""More subjects than this are looked up with everybody else."""


def _single(records: Collection[str], several: Collection[str]) -> frozenset[str]:
    return frozenset(row.partition("/")[0] for row in records).difference(several)


def _any_letter(connection: Any) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM store_invitation LIMIT 1")
        return cursor.fetchone() is not None


def _whole(connection: Any) -> list[Sequence[Any]]:
    """The details of everybody who shares given name and birth, or a row, with somebody."""
    row = connection.ops.quote_name("row")
    query = (
        f"SELECT {_names(connection)} FROM store_identity i JOIN (SELECT given AS g, birth AS b "
        "FROM store_identity WHERE given IS NOT NULL AND birth IS NOT NULL "
        "GROUP BY given, birth HAVING COUNT(*) > 1) AS twice ON i.given = g AND i.birth = b "
        f"UNION ALL SELECT {_names(connection)} FROM store_identity i JOIN store_record r "
        f"ON r.party = i.party JOIN (SELECT {row} AS o FROM store_record GROUP BY {row} "
        f"HAVING COUNT(*) > 1) AS shared ON r.{row} = o"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        return list({row[0]: row for row in cursor.fetchall()}.values())


def _around(connection: Any, numbers: Collection[int]) -> list[Sequence[Any]]:
    """The details of these, of everybody who shares given name and birth or a row, and so on."""
    details = f"SELECT {_names(connection)} FROM store_identity i"
    row = connection.ops.quote_name("row")
    found: dict[int, Sequence[Any]] = {}
    new = sorted({int(number) for number in numbers})
    while new:
        rows = list(_of(connection, details, new, "i.party"))
        found |= {one[0]: one for one in rows}
        named = {(one[1], one[3]) for one in rows if one[1] and one[3]}
        births = sorted({birth for _, birth in named})
        near = _of(connection, "SELECT given, birth, party FROM store_identity", births, "birth")
        around = {party for given, birth, party in near if (given, birth) in named}
        held = [name for _, name in _of(connection, _records(connection), new)]
        sharing = _of(connection, "SELECT party FROM store_record", held, row)
        new = sorted((around | {party for (party,) in sharing}) - found.keys())
    return list(found.values())


def _names(connection: Any) -> str:
    return ", ".join(f"i.{connection.ops.quote_name(name)}" for name in _DETAILS)


def _records(connection: Any) -> str:
    return f"SELECT party, {connection.ops.quote_name('row')} FROM store_record"


def _spoke(connection: Any, parties: Sequence[int] | None) -> set[int]:
    effects = ", ".join(f"'{effect}'" for effect in sorted(SPOKEN))
    if parties is None:
        some = f"(SELECT DISTINCT subject FROM store_event WHERE effect IN ({effects}))"
        query = f"SELECT p.id FROM store_party p JOIN {some} AS e ON e.subject = p.pseudonym"
    else:
        query = (
            "SELECT DISTINCT p.id FROM store_party p JOIN store_event e "
            f"ON e.subject = p.pseudonym AND e.effect IN ({effects})"
        )
    return {number for (number,) in _of(connection, query, parties, "p.id")}


def _of(
    connection: Any, query: str, values: Sequence[Any] | None, column: str = "party"
) -> Iterator[tuple[Any, ...]]:
    """The rows of a query in which a column has one of these values; None: all of them."""
    if values is None:
        with connection.cursor() as cursor:
            cursor.execute(query)
            yield from cursor.fetchall()
        return
    for some in chunks(values):
        marks = ", ".join(["%s"] * len(some))
        with connection.cursor() as cursor:
            cursor.execute(f"{query} WHERE {column} IN ({marks})", list(some))
            yield from cursor.fetchall()
