"""The letter to a household that is offered support: why, from which services, how to contest, how to say no.

Pure text in English. What decides, and what it does not know, is told in the words that the reviewer read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from licet.identify.words import NEVER_HINDERS, day_words

MEANS = (
    "The records say what services wrote down, not what is so. They may be wrong, late, or of somebody "
    "else."
)


@dataclass(frozen=True)
class Part:
    """A piece of a letter. kind: heading, part, text, line or code."""

    kind: Literal["heading", "part", "text", "line", "code"]
    text: str


@dataclass(frozen=True)
class Told:
    """What a letter tells. reasons, not_known: sentences. post: of who decided. words: why, as they wrote it.

    site: where the code can be typed, "" for none. contact: where the controller is reached, as the use says
    it, "" for none. untranslated: languages of the use in which there is no such letter. until: the last day
    to contest.
    """

    title: str
    controller: str
    what: str
    services: Sequence[str]
    reasons: Sequence[str]
    not_known: Sequence[str]
    post: str
    words: str
    code: str
    site: str
    until: date
    by_family: bool
    untranslated: Sequence[str] = ()
    contact: str = ""


def letter(told: Told) -> tuple[Part, ...]:
    """The whole letter, in order."""
    return (
        Part("heading", "An offer of support"),
        *_texts(
            f"We offer you: {told.what}",
            "You can take it or leave it. Nothing follows if you leave it, and you need not say why.",
        ),
        Part("part", "Why we write to you"),
        *_texts(f"{_basis(told)} They say:"),
        *(Part("line", text) for text in told.reasons),
        *_texts(MEANS),
        *(Part("line", text) for text in told.not_known),
        Part("part", "Who decided"),
        *_texts(
            f"A person read this and decided to offer it: {told.post}. No machine decided.",
            *([f"They wrote: {told.words}"] if told.words else []),
        ),
        Part("part", "If this is wrong about you"),
        *_contest(told),
        Part("part", "To say no from now on"),
        *_texts(
            f"Anybody in your household can say no to “{told.title}” at any time{_at(told, 'letter')}, in "
            "their account, by phone or at our desk. Their records leave it at once, and you get no such "
            "letter again.",
        ),
        Part("part", "What else you should know"),
        *_texts(*_else(told)),
    )


def _texts(*texts: str) -> tuple[Part, ...]:
    return tuple(Part("text", text) for text in texts)


def _basis(told: Told) -> str:
    asked = "everybody in it was asked first and said yes" if told.by_family else (
        "everybody in it was told before and could say no"
    )  # fmt: skip
    return (
        f"For “{told.title}” we joined records about your household of: {_listed(told.services)}. We may "
        f"because {asked}."
    )


def _contest(told: Told) -> tuple[Part, ...]:
    return (
        *_texts(
            f"Tell us{_at(told, 'offer')}, by phone or at our desk, until {day_words(told.until)}. Somebody "
            "who had no part in this looks at it again. Your code:"
        ),
        Part("code", told.code),
        *_texts(
            *([f"You reach us here: {told.controller}, {told.contact}"] if told.contact else []),
            "If you are not content, complain to us, or to the Information Commissioner: ico.org.uk",
        ),
    )


def _at(told: Told, page: str) -> str:
    return f" at {told.site.rstrip('/')}/{page}" if told.site else ""


def _else(told: Told) -> list[str]:
    found = [
        "This is an offer, and only that. It is used for no sanction, no enforcement, no debt and nothing "
        "about immigration.",
        "That people find such a use of records acceptable is not the law, and not your own yes. The law is "
        f"a matter of its own: ask {told.controller}.",
        NEVER_HINDERS,
    ]
    if told.untranslated:
        found.append(
            f"This letter is not yet translated into {_listed(told.untranslated)}. Ask us, and somebody "
            "reads it to you in your language."
        )
    return found


def _listed(names: Sequence[str]) -> str:
    *most, last = names or ("",)
    return f"{', '.join(most)} and {last}" if most else last


def plain_text(parts: Sequence[Part]) -> str:
    """The letter as text."""
    lines: list[str] = []
    for part in parts:
        if part.kind in ("heading", "part"):
            lines += ["", part.text, ""]
        else:
            lines.append({"line": "- ", "code": "    "}.get(part.kind, "") + part.text)
    return "\n".join(lines).strip() + "\n"
