"""Leaves: one fact of the log each, as canonical JSON of its kind, its moment and its body.

What a body may say is the table ``kinds.KINDS``; any other key is refused. Permissions of people never
become leaves: a batch of them is one salted root (``salted_root``) with counts.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from licet.errors import BadInput, Fault, bad, nearest, unknown
from licet.log.canonical import canonical, read_canonical
from licet.log.kinds import KINDS
from licet.log.tree import leaf_hash, root

LONGEST_LEAF = 1_000_000
"""Bytes of one leaf."""
SHORTEST_SALT = 32
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_KEYS = ("at", "body", "kind")


@dataclass(frozen=True)
class Leaf:
    """One fact: its kind, when it was written (UTC, whole seconds), and what it says."""

    kind: str
    at: datetime
    body: Mapping[str, Any]

    @property
    def sentence(self) -> str:
        """What the public reads."""
        return sentence(self)


def write_leaf(kind: str, at: datetime, body: Mapping[str, Any]) -> bytes:
    """The bytes of a leaf, as they are hashed and exported.

    at: with its zone; fractions of a second are cut off. Raises BadInput with all faults at once for an
    unknown kind, a key that the kind does not have, a key left out, a value of another form.
    """
    if kind not in KINDS:
        raise unknown("kind of leaf", kind, list(KINDS), "kind")
    faults = list(_body_faults(kind, body))
    if at.tzinfo is None:
        faults.append(Fault("a moment without its zone", "at", "a datetime in UTC"))
    if faults:
        raise BadInput(*faults).within(kind)
    moment = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    data = canonical({"kind": kind, "at": moment.rjust(20, "0"), "body": dict(body)})
    if len(data) > LONGEST_LEAF:
        raise bad(f"a leaf of {len(data):,} bytes", kind, f"at most {LONGEST_LEAF:,}")
    return data


def read_leaf(data: bytes, where: str = "") -> Leaf:
    """A leaf from its bytes; the standard library is enough.

    A kind that this version does not know is no fault: the log may be newer. Raises BadInput with all
    faults at once.
    """
    if len(data) > LONGEST_LEAF:
        raise bad(f"a leaf of {len(data):,} bytes", where, f"at most {LONGEST_LEAF:,}")
    value = read_canonical(data, where)
    if not isinstance(value, dict) or tuple(value) != _KEYS:
        raise bad("a leaf says at, body and kind, and nothing else", where)
    at, body, kind = (value[key] for key in _KEYS)
    faults = []
    if not isinstance(kind, str) or not isinstance(body, dict):
        faults.append(Fault("its kind is no text or its body no object"))
    elif kind in KINDS:
        faults += _body_faults(kind, body)
    moment = _moment(at)
    if moment is None:
        faults.append(Fault(f"{ascii(at)[:40]} is no moment", "at", "2026-11-30T09:00:00Z"))
    if faults or moment is None:
        raise BadInput(*faults).within(where) if where else BadInput(*faults)
    return Leaf(kind, moment, body)


def sentence(leaf: Leaf) -> str:
    """The leaf in words for the public."""
    kind = KINDS.get(leaf.kind)
    if kind is None:
        return f"A leaf of a kind that this version of Licet does not know: {leaf.kind!a}."
    shown = {key: _shown(value) for key, value in leaf.body.items()}
    opening = next((text for key, text in kind.instead.items() if key in shown), kind.sentence)
    parts = [opening, *(text for key, text in kind.more.items() if key in shown)]
    return " ".join(part.format_map(shown) for part in parts).strip()


def salted_root(events: Sequence[bytes], salt: bytes) -> bytes:
    """The root that stands in the log for a batch of permission events, 32 bytes.

    events: their canonical bytes, in the ledger's order. salt: secret and random, 32 bytes or more, one
    for each batch. Each event is hashed under a salt of its own, drawn from it: showing one person that
    their event is in (``event_salt``) tells nobody anything about the others.
    """
    stand_ins = [salted(event, event_salt(salt, index)) for index, event in enumerate(events)]
    return root([leaf_hash(data) for data in stand_ins])


def event_salt(salt: bytes, index: int) -> bytes:
    """The salt of event ``index`` (from 0) of a batch, 32 bytes; it may be shown to its person."""
    if len(salt) < SHORTEST_SALT:
        raise ValueError(f"a salt has {SHORTEST_SALT} bytes or more, not {len(salt)}")
    return hmac.digest(salt, index.to_bytes(8, "big"), "sha256")


def salted(event: bytes, own_salt: bytes) -> bytes:
    """What stands for one event in its batch's tree, as a leaf's data."""
    return hmac.digest(own_salt, event, "sha256")


def _body_faults(kind: str, body: Mapping[str, Any]) -> Iterator[Fault]:
    table = KINDS[kind]
    for key in [key for key in table.required if key not in body]:
        yield Fault(f"{key} is left out", key, table.required[key].allowed)
    for key, value in body.items():
        form = table.keys.get(key)
        if form is None:
            near = nearest(str(key), table.keys)
            todo = f"write {near!r} if that is meant" if near else "leave it out"
            what = f"{ascii(key)[:80]} cannot be said in a leaf of this kind"
            yield Fault(what, ascii(key)[:80], ", ".join(table.keys), todo)
        elif not form.fits(value):
            yield Fault(f"{ascii(value)[:80]} does not fit", key, form.allowed)


def _moment(at: Any) -> datetime | None:
    if not isinstance(at, str) or not _MOMENT.fullmatch(at):
        return None
    try:
        return datetime.strptime(at, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None


def _shown(value: Any) -> str:
    """A value in a sentence. Counts kept back are said to be not shown, never 0."""
    if value is None:
        return "not shown"
    if isinstance(value, dict):
        return ", ".join(f"{key} {_shown(part)}" for key, part in value.items()) or "nothing"
    if isinstance(value, list | tuple):
        between = " " if any(" " in str(part) for part in value) else ", "
        return between.join(_shown(part) for part in value) or "nothing"
    return f"{value:,}" if type(value) is int else str(value)
