"""The public log, kept: leaves, the hashes of its tree, checkpoints. What it means is in ``licet.log``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from licet.errors import bad
from licet.log.checkpoint import Checkpoint, make_key, read_checkpoint, sign, to_base64
from licet.log.export import exported, proof_file, verify_folder
from licet.log.leaves import Leaf, read_leaf, write_leaf
from licet.log.tree import Kept, consistency, leaf_hash, root_at
from licet.log.tree import append as grow
from licet.log.verified import Finding, Verified
from licet.store.entries import grown
from licet.store.keys import Keys, prepare_signing, settle_signing
from licet.store.rows import insert

if TYPE_CHECKING:
    from licet.store.opening import Store

_PAGE = 10_000


@dataclass(frozen=True)
class Entry:
    """A leaf of the log. index: its place, from 0. data: the bytes that are hashed."""

    index: int
    data: bytes

    @property
    def leaf(self) -> Leaf:
        """What it says."""
        return read_leaf(self.data)

    @property
    def hash(self) -> str:
        """Its hash in the tree, in hexadecimal."""
        return leaf_hash(self.data).hex()


class Log:
    """The log of one store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def origin(self) -> str:
        """The name of the log: that of its first checkpoint, else that the store was opened with."""
        with self._store.reading() as connection, connection.cursor() as cursor:
            cursor.execute("SELECT note FROM store_checkpoint ORDER BY id LIMIT 1")
            row = cursor.fetchone()
        return read_checkpoint(row[0].encode())[0].origin if row else self._store.origin

    @property
    def key(self) -> str:
        """The text of the public key that signs now."""
        return make_key(self.origin, self.signing).text

    @property
    def signing(self) -> bytes:
        """The secret that signs now, 32 bytes."""
        self._settle()
        return self._store.signing

    @property
    def size(self) -> int:
        """How many leaves there are."""
        with self._store.reading() as connection:
            return _size(connection)

    def root(self) -> tuple[int, bytes]:
        """How many leaves there are, and their root."""
        with self._store.reading() as connection:
            size = _size(connection)
            return size, root_at(_kept(connection), size)

    def append(self, kind: str, body: Mapping[str, Any], at: datetime | None = None) -> Entry:
        """Add a leaf. Inside ``store.changing()`` it is kept only with everything else there.

        at: UTC, by default the clock. Raises BadInput for what cannot be said in a leaf.
        """
        from licet.store import models

        data = write_leaf(kind, at or datetime.now(UTC), body)
        with self._store.changing() as connection:
            _lock(connection)
            size = _size(connection)
            insert(
                connection, models.Leaf, ("index", "kind", "data"), [(size, kind, data.decode())]
            )
            nodes = grow(_kept(connection), size, leaf_hash(data))
            rows = [(level, index, node.hex()) for (level, index), node in nodes.items()]
            insert(connection, models.Node, ("level", "index", "hash"), rows)
            grown(connection, size, kind, body.get("use"))
        return Entry(size, data)

    def entries(self, first: int = 0, last: int | None = None) -> Iterator[Entry]:
        """Leaves by their place, from 0; last: the place after the last one wanted."""
        end = self.size if last is None else last
        for start in range(first, end, _PAGE):
            with self._store.reading() as connection, connection.cursor() as cursor:
                index = connection.ops.quote_name("index")
                cursor.execute(
                    f"SELECT {index}, data FROM store_leaf WHERE {index} >= %s AND {index} < %s "
                    f"ORDER BY {index}",
                    [start, min(end, start + _PAGE)],
                )
                rows = cursor.fetchall()
            yield from (Entry(place, data.encode()) for place, data in rows)

    def checkpoint(self) -> bytes:
        """The signed checkpoint of the log as it is, made if there is none yet."""
        from licet.store import models

        with self._store.changing() as connection:
            _lock(connection)
            origin, key = self.origin, self.key
            size = _size(connection)
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT note FROM store_checkpoint WHERE size = %s AND key = %s", [size, key]
                )
                row = cursor.fetchone()
            if row:
                known: bytes = row[0].encode()
                return known
            note = sign(Checkpoint(origin, size, root_at(_kept(connection), size)), self.signing)
            columns = ("size", "key", "note")
            insert(connection, models.Checkpoint, columns, [(size, key, note.decode())])
        return note

    def latest(self) -> bytes:
        """The signed checkpoint of the log as it is; nothing is locked where there is one already."""
        with self._store.reading() as connection, connection.cursor() as cursor:
            cursor.execute("SELECT size, note FROM store_checkpoint ORDER BY id DESC LIMIT 1")
            row = cursor.fetchone()
            if row and row[0] == _size(connection):
                return bytes(row[1].encode())
        return self.checkpoint()

    def proof(self, index: int) -> bytes:
        """The bytes of a proof.json: that leaf ``index`` is in the log as signed now."""
        with self._store.changing() as connection:
            size = _size(connection)
            if not 0 <= index < size:
                raise bad(f"the log has no leaf {index}", "index", f"0 to {size - 1}")
            (entry,) = self.entries(index, index + 1)
            return proof_file(_kept(connection), index, entry.data, self.checkpoint())

    def head(self) -> tuple[Checkpoint, str]:
        """The checkpoint of the log as it is, and the text of the key that signed it."""
        for _ in range(2):
            with self._store.reading() as connection, connection.cursor() as cursor:
                cursor.execute(
                    "SELECT size, note, key FROM store_checkpoint ORDER BY id DESC LIMIT 1"
                )
                row = cursor.fetchone()
                if row and row[0] == _size(connection):
                    break
            self.checkpoint()
        return _read(row[1]), row[2]

    def growth(self, first: int, second: int | None = None) -> tuple[str, ...]:
        """The proof in base64 that the log of ``first`` leaves became that of ``second``."""
        with self._store.reading() as connection:
            last = _size(connection) if second is None else second
            if not 1 <= first <= last <= _size(connection):
                raise bad(f"no log of {first} leaves grew into one of {last}", "size")
            return tuple(to_base64(part) for part in consistency(_kept(connection), first, last))

    def export(self) -> dict[str, bytes]:
        """The files that strangers get, by name; see ``licet.log.export``."""
        with self._store.changing() as connection:
            now = self.checkpoint()
            with connection.cursor() as cursor:
                cursor.execute("SELECT note FROM store_checkpoint ORDER BY size, id")
                notes = [row[0].encode() for row in cursor.fetchall()]
            leaves = [entry.data for entry in self.entries()]
            earlier = [note for note in notes if note != now]
            return exported(leaves, now, self.key, earlier)

    def verify(self) -> Verified:
        """Check the log as it would be exported, and the hashes kept beside it."""
        with self._store.changing() as connection:
            found = verify_folder(self.export(), self.key)
            wrong = _wrong_nodes(connection, [entry.data for entry in self.entries()])
        if wrong is None:
            return found
        text = f"the kept hash at level {wrong[0]}, place {wrong[1]} is not that of its leaves"
        finding = Finding("root", "store_node", text)
        return Verified(
            (*found.findings, finding),
            found.origin,
            found.size,
            found.root,
            found.signature,
            found.unchecked,
            found.key,
            found.grown_from,
        )

    def change_key(self, reason: str, at: datetime | None = None) -> Entry:
        """Sign with a new key from here on; the log says so. The old key's file is kept aside."""
        with self._store.changing():
            old = self.key
            self.checkpoint()  # what the old key vouches for
            new = make_key(self.origin, prepare_signing(self._store.keys)).text
            body = {"key": new, "previous": old, "reason": reason}
            entry = self.append("key_change", body, at)
        self._settle()
        return entry

    def _settle(self) -> None:
        """Take up the key that the log names, where a change of keys was cut short."""
        named = self._named_key()
        if named is None:
            return
        origin = self.origin

        def fits(seed: bytes) -> bool:
            return make_key(origin, seed).text == named

        if not fits(self._store.keys.signing):
            self._store.keys = _settled(self._store.keys, fits)

    def _named_key(self) -> str | None:
        """The key that the log names: of its last change, else of its last checkpoint."""
        with self._store.reading() as connection, connection.cursor() as cursor:
            index = connection.ops.quote_name("index")
            cursor.execute(
                f"SELECT data FROM store_leaf WHERE kind = 'key_change' ORDER BY {index} DESC LIMIT 1"
            )
            row = cursor.fetchone()
            if row is not None:
                key: str = read_leaf(row[0].encode()).body["key"]
                return key
            # Before the first change of keys: a file that was lost must not be made anew in silence.
            cursor.execute("SELECT key FROM store_checkpoint ORDER BY id DESC LIMIT 1")
            signed = cursor.fetchone()
        return None if signed is None else str(signed[0])


def _settled(keys: Keys, fits: Any) -> Keys:
    found = settle_signing(keys, fits)
    if found is None:
        what = "the signing key is not the one that the log names"
        raise bad(what, str(keys.folder), "", "put the right file back")
    return found


@lru_cache(maxsize=8)
def _read(note: str) -> Checkpoint:
    """What a checkpoint says: every page shows that of the log."""
    return read_checkpoint(note.encode())[0]


def _size(connection: Any) -> int:
    with connection.cursor() as cursor:
        index = connection.ops.quote_name("index")
        cursor.execute(f"SELECT max({index}) FROM store_leaf")
        last = cursor.fetchone()[0]
    return 0 if last is None else int(last) + 1


def _lock(connection: Any) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE store_leaf IN EXCLUSIVE MODE")


def _kept(connection: Any) -> Kept:
    quoted = connection.ops.quote_name("index")

    def kept(level: int, index: int) -> bytes:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT hash FROM store_node WHERE level = %s AND {quoted} = %s", [level, index]
            )
            row = cursor.fetchone()
        if row is None:
            what = f"the log is damaged: the hash at level {level}, place {index} is missing"
            raise bad(what, "store_node", "", "put back a copy from before")
        return bytes.fromhex(row[0])

    return kept


def _wrong_nodes(connection: Any, leaves: list[bytes]) -> tuple[int, int] | None:
    """The first kept hash that does not follow from the leaves."""
    nodes: dict[tuple[int, int], bytes] = {}
    for size, data in enumerate(leaves):
        nodes.update(grow(lambda level, index: nodes[level, index], size, leaf_hash(data)))
    with connection.cursor() as cursor:
        quoted = connection.ops.quote_name("index")
        cursor.execute(f"SELECT level, {quoted}, hash FROM store_node")
        kept = {(level, index): known for level, index, known in cursor.fetchall()}
    odd = [
        place
        for place in nodes.keys() | kept.keys()
        if place not in nodes or kept.get(place) != nodes[place].hex()
    ]
    return min(odd) if odd else None
