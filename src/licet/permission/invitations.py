"""Letters that ask for permission: one service to its own clients, each with a code to answer with.

Nothing is joined to write them. A code opens one answer, once. It is drawn from a secret key, so that
nobody can guess one from another, and is written so that it can be read out by phone: 16 letters and
digits, without those that look alike.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from licet.disclosure import THRESHOLD, suppress
from licet.errors import BadInput, bad
from licet.permission.events import Relation
from licet.permission.identities import Identity

_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MEANT = str.maketrans({"O": "0", "I": "1", "L": "1"})
_LENGTH = 16


@dataclass(frozen=True)
class Recipient:
    """Who a letter goes to. subject: whose records. sent_to: what the office calls the reader, the
    subject's own handle for themselves. family: the same text for people who live together, as this
    service knows it. has_address: whether a letter can reach them. stage: who decides at the subject's
    age (see ``rules.STAGES``); at another stage the letter has another code."""

    subject: Identity
    sent_to: str
    relation: Relation
    family: str
    has_address: bool = True
    stage: str = ""


@dataclass(frozen=True)
class Invitation:
    """One letter to be written. The code stands nowhere else."""

    subject: str
    sent_to: str
    use: str
    version: int
    service: str
    language: str
    code: str


@dataclass(frozen=True)
class Reach:
    """How many families of one service a letter can reach. None: kept back."""

    service: str
    families: int | None
    reached: int | None
    no_address: int | None
    no_language: int | None


def make_code(secret: bytes, *parts: str) -> str:
    """The code of one invitation: 80 bits drawn from the secret, as ``ABCD-EFGH-JKMN-PQRS``.

    parts: what makes this invitation another than all others.
    """
    drawn = int.from_bytes(hmac.digest(secret, "\0".join(parts).encode(), "sha256")[:10], "big")
    signs = "".join(_SIGNS[drawn >> 5 * place & 31] for place in range(_LENGTH))
    return "-".join(signs[start : start + 4] for start in range(0, _LENGTH, 4))


def read_code(text: str) -> str:
    """A code as somebody typed it. Raises BadInput for what can be none."""
    signs = "".join(text.upper().split()).replace("-", "").translate(_MEANT)
    if len(signs) != _LENGTH or any(sign not in _SIGNS for sign in signs):
        raise bad("this is no code", "code", "16 letters and digits: ABCD-EFGH-JKMN-PQRS")
    return "-".join(signs[start : start + 4] for start in range(0, _LENGTH, 4))


def language_for(recipient: Recipient, written: Sequence[str]) -> str | None:
    """The first language that the reader reads and that a letter is written in.

    Where nobody knows what they read, the first language of the letters.
    """
    reads = recipient.subject.languages
    if not reads:
        return written[0] if written else None
    return next((language for language in reads if language in written), None)


def used(code: str) -> BadInput:
    """The refusal of a code that was used: wherever it is typed, in the same words."""
    return bad(
        "this code was used before",
        "code",
        "a code that was not used",
        f"to take back what was said with it: licet permission withdraw {code}; for another answer the "
        "office records it by its own handle",
    )


def reach(
    service: str,
    recipients: Iterable[Recipient],
    written: Sequence[str],
    threshold: int = THRESHOLD,
) -> Reach:
    """How many families of one service can be reached, under disclosure control.

    A family is reached if anybody in it is. written: languages in which there is a letter.
    """
    best: dict[str, int] = {}
    for one in recipients:
        state = 0 if not one.has_address else 1 if language_for(one, written) is None else 2
        best[one.family] = max(best.get(one.family, 0), state)
    counts = np.bincount(list(best.values()), minlength=3) if best else np.zeros(3, dtype=np.int64)
    found = suppress([counts], threshold=threshold)
    shown = [None if hidden else int(n) for n, hidden in zip(counts, found.hidden[0], strict=True)]
    families = None if found.bases[0] else int(counts.sum())
    return Reach(service, families, shown[2], shown[0], shown[1])
