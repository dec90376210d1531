"""Receipts: what was recorded, said back to whoever said it, and signed.

A receipt is made of one event and of fixed sentences, and of nothing else: it is the same whatever
anybody else recorded, before or after. It names the subject by pseudonym; a name is put on the letter
or screen, never into what is signed.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from licet.errors import bad
from licet.permission.events import EFFECTS, RELATIONS, SPOKEN, Event, canonical

SCHEMA = "licet-receipt-1"

NOT_THE_LEGAL_BASIS = (
    "This permission is not the legal basis for using the records. The authority has promised to act "
    "on it, beside what the law asks for anyway."
)

WITHDRAWING: Mapping[str, str] = {
    "how": "You can say no at any time, on the web, by phone, on paper or in person, without a reason.",
    "new_runs": "A no stops every new run at once.",
    "links": "Joined records are made anew without yours at once, or at the latest with the next run.",
    "flags": "What was concluded from them for the office is deleted or marked.",
    "done": "Help that was already given to keep a child safe is not undone.",
    "published": "Counts that were already published stay, in which nobody can be seen.",
    "models": "Models that learned from them earlier are listed, with a day when they learn anew.",
}
"""What a no does, and what it does not undo. Every receipt says all of it."""

SAID: Mapping[str, str] = {
    "grant": "You said yes: the records may be used as described below.",
    "refuse": "You said no: the records may not be used as described below.",
    "withdraw": "You said no, and took back every yes that you gave before to what is described below.",
    "defer": "You put the answer off. Until you decide, nothing that you said yes to counts any more.",
}


@dataclass(frozen=True)
class Receipt:
    """A receipt as it was signed. content: its canonical bytes. signature: 64 bytes of Ed25519.

    key: the public key, 32 bytes in base64.
    """

    receipt_id: str
    event_id: str
    content: bytes
    signature: bytes
    key: str

    @property
    def says(self) -> Mapping[str, Any]:
        """The content as plain values."""
        found: Mapping[str, Any] = json.loads(self.content)
        return found


def receipt_content(event: Event) -> bytes:
    """The canonical bytes of the receipt of an event.

    Only of what a person said; raises BadInput for anything the authority did.
    """
    if event.effect not in SPOKEN:
        raise bad(
            f"nobody gets a receipt for {event.effect!r}", "effect", ", ".join(sorted(SPOKEN))
        )
    said = event.said()
    recorded = {
        "event_id": event.event_id,
        "subject": event.subject,
        "said_by": RELATIONS[event.relation].label,
        "effect": event.effect,
        "effect_label": EFFECTS[event.effect].label,
        "scope": said["scope"],
        "about": str(event.scope),
        "at": said["at"],
        "valid_until": said["valid_until"],
        "channel": event.channel,
        "notice_hash": event.notice_hash,
        "language": event.language,
        "verified": bool(event.verified_by),
    }
    return canonical(
        {
            "schema": SCHEMA,
            "receipt_id": receipt_id(event.event_id),
            "recorded": recorded,
            "said": SAID[event.effect],
            "withdrawing": dict(WITHDRAWING),
            "not_the_legal_basis": NOT_THE_LEGAL_BASIS,
        }
    )


def receipt_id(event_id: str) -> str:
    """The id of the receipt of an event: 20 hexadecimal digits."""
    return hashlib.sha256(f"receipt {event_id}".encode()).hexdigest()[:20]


def sign_receipt(event: Event, seed: bytes) -> Receipt:
    """The signed receipt of an event. seed: the 32 secret bytes of the signing key."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    content = receipt_content(event)
    private = Ed25519PrivateKey.from_private_bytes(seed)
    key = base64.b64encode(private.public_key().public_bytes_raw()).decode()
    return Receipt(receipt_id(event.event_id), event.event_id, content, private.sign(content), key)


def genuine(receipt: Receipt, key: str = "") -> bool:
    """Whether the signature is that of the key over this content. key: in base64, by default the
    receipt's own; give the one that the authority publishes to know who signed."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        public = Ed25519PublicKey.from_public_bytes(base64.b64decode(key or receipt.key))
        public.verify(receipt.signature, receipt.content)
    except (InvalidSignature, ValueError):
        return False
    return receipt.says.get("receipt_id") == receipt.receipt_id
