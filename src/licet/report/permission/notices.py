"""Notices: what a family reads before it answers. A short plain form, and the English text built in.

A notice is plain text: paragraphs with empty lines between. ``# `` begins the heading of the letter,
``## `` a heading in it, ``- `` a line of a list, ``[ ] `` a box to tick. Words in braces are filled in,
see ``PLACES``. Nothing is translated by machine: a workspace brings its own texts. A first line
``% unreviewed`` marks a translation that nobody who speaks the language has checked: no yes to it is
taken. The mark is no part of what is printed and hashed, so that taking it off changes nothing else.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from licet.errors import BadInput, Fault, bad, nearest
from licet.use import Floor, Use
from licet.vocabulary import label

PLACES: Mapping[str, str] = {
    "person": "whose records they are",
    "service": "the service that sends the letter",
    "controller": "the body that answers for the use",
    "title": "the title of the use, in its own words",
    "summary": "its summary, in its own words",
    "services": "a list of the services whose records would be joined",
    "code": "the code to answer with; needed once",
    "contact": "where to answer and ask",
    "start": "the first day on which records may be joined; needed where families are only told",
}
"""What may stand in braces in a notice."""

PERSONAL = frozenset({"person", "service", "code"})
"""Places that differ between letters: they are left as they are in what is hashed."""

ENGLISH: Mapping[Floor, str] = {
    "ask_first": """\
# May we use records about {person}?

You get this letter because {service} holds a record about {person}. We, {controller}, want to put \
some records together. We will only do it if you say yes.

## What we want to do

{title}. {summary}

## Which records

{services}

## You can choose

You can say yes. You can say no. You can say "not now". You do not have to tell us why. If you say \
no, you lose no help, and we do not hold it against you. If you do not answer, we do not use these \
records. You can change your mind at any time: to no with this code, to yes at our desk.

## Who answers

Under 13: a parent or carer. From 13 to 15: the young person, and a parent or carer too. From 16: \
the young person alone. If one of them says no, the answer is no.

## How to answer

This is your code. Tell us the code and your answer here: {contact}

{code}

Or tick one box and send this page back to us:

[ ] Yes, you may use the records.
[ ] No, you may not use the records.
[ ] Not now. I will tell you later.

We keep records because the law lets us, not because of your answer. If a child is in danger, the \
law tells us to act, whatever you say here.
""",
    "objection": """\
# We plan to use records about {person}

You get this letter because {service} holds a record about {person}. We, {controller}, plan to put \
some records together. We will not start before {start}. You can say no.

## What we plan to do

{title}. {summary}

## Which records

{services}

## You can choose

If this is fine with you, you do not have to do anything. If you do not want it, say no. You can say \
no at any time, and you do not have to tell us why. If you say no, you lose no help, and we do not \
hold it against you.

## Who can say no

The person, or a parent or carer of a child. If one of them says no, the answer is no.

## How to say no

This is your code. It works once. Tell us the code and your answer here: {contact}

{code}

Or tick the box and send this page back to us:

[ ] No, you may not use the records.

We keep records because the law lets us, not because of your answer. If a child is in danger, the \
law tells us to act, whatever you say here.
""",
}
"""The notice in English, for use where families are asked first and where they are only told."""

UNREVIEWED = "% unreviewed"
"""The first line of a translation that nobody has checked."""
RIGHT_TO_LEFT = frozenset({"ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})
_PLACE = re.compile(r"\{([^{}\s]*)\}")
_KINDS = (("## ", "part"), ("# ", "heading"), ("- ", "line"), ("[ ] ", "box"))


@dataclass(frozen=True)
class Block:
    """A piece of a notice. kind: heading, part, text, line, box or code."""

    kind: str
    text: str


@dataclass(frozen=True)
class Notice:
    """A notice of one use in one language, filled in as far as it is the same for everybody.

    reviewed: whether somebody who speaks the language has checked it.
    """

    language: str
    blocks: tuple[Block, ...]
    reviewed: bool = True

    @property
    def text(self) -> str:
        """What everybody reads, as plain text."""
        signs = {kind: sign for sign, kind in _KINDS}
        return "\n\n".join(signs.get(one.kind, "") + one.text for one in self.blocks) + "\n"

    @property
    def kept(self) -> str:
        """The text as it is kept, marked where nobody has checked it."""
        return self.text if self.reviewed else f"{UNREVIEWED}\n\n{self.text}"

    @property
    def hash(self) -> str:
        """SHA-256 of the text, in hexadecimal: what an answer says that was read."""
        return hashlib.sha256(f"{self.language}\n{self.text}".encode()).hexdigest()

    @property
    def direction(self) -> str:
        """In which direction the language is written."""
        return "rtl" if self.language.partition("-")[0] in RIGHT_TO_LEFT else "ltr"

    def filled(self, person: str, service: str, code: str) -> tuple[Block, ...]:
        """The notice as one reader gets it."""
        own = {"person": person, "service": service, "code": code}
        return tuple(Block(one.kind, _filled(one.text, own)) for one in self.blocks)

    def on_screen(self, person: str, service: str) -> tuple[Block, ...]:
        """The same without the code and the boxes of the paper, and without what leads to them."""
        found: list[Block] = []
        for one in self.filled(person, service, ""):
            if one.kind not in ("box", "code"):
                found.append(one)
            elif found and found[-1].text.endswith(":"):
                found.pop()
        return tuple(found)


def make_notice(text: str, language: str, use: Use, start: date | None = None) -> Notice:
    """A notice from its text. start: only where families are told, and not asked.

    Raises BadInput, with every fault at once, for a place that is not known and one that is missing.
    """
    text, reviewed = _mark(text)
    _check(text, needs_start=start is not None)
    known = {
        "controller": use.controller,
        "title": use.title.rstrip("."),
        "summary": " ".join(use.summary.split()),
        "contact": use.contact or use.controller,
        "start": f"{start.day} {start:%B %Y}" if start else "",
    }
    services = [label("service", one) for one in use.services]
    return Notice(language, tuple(_blocks(text, known, services)), reviewed)


def kept_notice(text: str, language: str) -> Notice:
    """A notice from its text as it was sent and kept (``Notice.kept``)."""
    text, reviewed = _mark(text)
    return Notice(language, tuple(_blocks(text, {}, [])), reviewed)


def _mark(text: str) -> tuple[str, bool]:
    """The text without its mark, and whether it was reviewed."""
    first, _, rest = text.lstrip("\ufeff\n ").partition("\n")
    if not first.startswith("%"):
        return text, True
    if first.split() != UNREVIEWED.split():
        raise bad(f"unknown mark {first[:40]!r}", "line 1", UNREVIEWED, "or take the line out")
    return rest, False


def _check(text: str, *, needs_start: bool) -> None:
    named = _PLACE.findall(text)
    faults = []
    for name in dict.fromkeys(named):
        if name not in PLACES:
            near = nearest(name, PLACES)
            todo = f"write {{{near}}} if that is meant" if near else ""
            allowed = ", ".join(f"{{{place}}}" for place in PLACES)
            faults.append(Fault(f"nothing is known to put for {{{name[:40]}}}", "", allowed, todo))
    lines = [line.strip() for line in text.splitlines()]
    if lines.count("{code}") != 1 or named.count("code") != 1:
        what = "the code must stand once, on a line of its own"
        faults.append(Fault(what, "", "{code} on one line, with empty lines around it"))
    if needs_start and "start" not in named:
        faults.append(Fault("the notice does not say from when", "", "{start} in a sentence"))
    if sum(line.startswith("# ") for line in lines) != 1:
        faults.append(Fault("a notice has one heading", "", "one line that begins with # "))
    if faults:
        raise BadInput(*faults)


def _blocks(text: str, known: Mapping[str, str], services: list[str]) -> Iterator[Block]:
    waiting: list[str] = []
    for line in [*(line.strip() for line in text.splitlines()), ""]:
        kind = next((kind for sign, kind in _KINDS if line.startswith(sign)), "")
        if line and not kind and line not in ("{services}", "{code}"):
            waiting.append(line)
            continue
        if waiting:
            yield Block("text", _filled(" ".join(waiting), known))
            waiting = []
        if kind:
            sign = next(sign for sign, one in _KINDS if one == kind)
            yield Block(kind, _filled(line.removeprefix(sign), known))
        elif line == "{services}":
            yield from (Block("line", service) for service in services)
        elif line == "{code}":
            yield Block("code", line)


def _filled(text: str, known: Mapping[str, str]) -> str:
    """In one pass: what is filled in is never looked at again."""
    return _PLACE.sub(lambda match: known.get(match[1], match[0]), text)


def no_notice(use: str, language: str, written: list[str]) -> BadInput:
    """The refusal of a language in which there is no notice."""
    return bad(
        f"no notice of {use} is written in {language!r}",
        f"notices/{use}-{language}.txt",
        ", ".join(written) or "a text file",
        "write it, or leave the language out of the use",
    )
