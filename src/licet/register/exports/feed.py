"""What happened, as an Atom feed: the latest leaves of the log that are about a use."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from xml.etree import ElementTree

from licet.log.leaves import Leaf
from licet.register.sentences import text_of

ATOM = "http://www.w3.org/2005/Atom"
LATEST = 50
BEFORE = "1970-01-01T00:00:00Z"
"""When a register that holds nothing was last changed."""
TITLES = {
    "use_version": "Published", "ruling": "Ruled", "run_started": "Run started",
    "run_finished": "Run finished", "run_refused": "Run refused", "run_failed": "Run failed",
    "run_changed": "Output written anew", "sealed": "Output sealed", "unsealed": "Output open again",
    "destroyed": "Output destroyed", "audit_plan": "Audit planned", "audit": "Audited",
    "decision": "Decided", "suspension": "Suspended or resumed", "override": "Let pass",
    "explained": "Rows shown", "question": "Questions", "answer": "Answered",
    "condition": "Condition agreed", "condition_ended": "Condition ended",
}  # fmt: skip


def feed(
    name: str, origin: str, latest: Sequence[tuple[int, Leaf]], titles: dict[str, str]
) -> bytes:
    """The feed as XML. origin: the name of the log. latest: newest first. titles: of uses, by id."""
    ElementTree.register_namespace("", ATOM)
    root = ElementTree.Element(f"{{{ATOM}}}feed")
    _add(root, "title", name)
    _add(root, "id", identifier(origin))
    _add(root, "updated", _moment(latest[0][1].at) if latest else BEFORE)
    _link(root, "self", "feed.atom")
    author = ElementTree.SubElement(root, f"{{{ATOM}}}author")
    _add(author, "name", name)
    for place, leaf in latest[:LATEST]:
        use = str(leaf.body["use"])
        entry = ElementTree.SubElement(root, f"{{{ATOM}}}entry")
        _add(entry, "title", f"{TITLES.get(leaf.kind, leaf.kind)}: {titles.get(use, use)}")
        _add(entry, "id", identifier(f"{origin}\n{place}"))
        _add(entry, "updated", _moment(leaf.at))
        _link(entry, "alternate", f"uses/{use}.html" if use in titles else "index.html")
        _add(entry, "summary", text_of(leaf))
    ElementTree.indent(root)
    made: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return made + b"\n"


def identifier(text: str) -> str:
    """A name that is the same for the same text and of nothing else: a UUID of version 8."""
    made = sha256(text.encode()).hexdigest()
    parts = (made[:8], made[8:12], f"8{made[13:16]}", f"a{made[17:20]}", made[20:32])
    return f"urn:uuid:{'-'.join(parts)}"


def _add(parent: ElementTree.Element, name: str, text: str) -> None:
    kept = "".join(sign for sign in text if sign.isprintable() or sign in " \n")
    ElementTree.SubElement(parent, f"{{{ATOM}}}{name}").text = kept


def _link(parent: ElementTree.Element, relation: str, place: str) -> None:
    ElementTree.SubElement(parent, f"{{{ATOM}}}link", {"rel": relation, "href": place})


def _moment(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
