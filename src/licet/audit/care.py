"""What stands around a score: evidence that people review it, families can contest it, harm is watched.

A word is no evidence. It takes a source that others can look up, the day it is of, and what was
measured of how many people.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Self

from pydantic import Field, model_validator

from licet.declared import Declared
from licet.disclosure import THRESHOLD
from licet.errors import bad
from licet.evidence import Stated

NONE_WORDS = frozenset({"no", "none", "nothing", "not planned", "none yet", "not yet"})
"""What says that there is no such care."""
PLACEHOLDERS = frozenset(
    ("tbd", "tba", "tbc", "todo", "n/a", "na", "unknown", "pending", "placeholder", "source", "evidence",
     "report", "document", "reference", "title", "example", "test", "none", "nothing", "no", "yes", "yet",
     "not", "ok", "done", "later", "soon", "see", "above", "follow", "follows", "to", "be", "the", "a", "of")
)  # fmt: skip
"""Words that stand where a source or a measurement should: nothing made of them alone is one."""
LOOKED_UP = re.compile(r"https?://\S+\.\S+|\b10\.\d{4,9}/\S+|\b[A-Z]{2,}[-/ ]?\d{2,}")
"""A web address, a DOI, or the number of a report: enough to look it up."""
LEAST_WORDS = 3
"""Words, beyond placeholders, of a title or of what was measured."""


class Seen(Declared):
    """Evidence of care. source: a title, web address, DOI or report number that others can look up. day:
    of the source. measured: what was measured, in words. people: of how many; found: of how many of
    these it was so (reviewed, upheld, harmed).
    """

    source: Stated
    day: date
    measured: Stated
    people: int = Field(ge=1)
    found: int = Field(ge=0)

    @model_validator(mode="after")
    def _meant(self) -> Self:
        if not (LOOKED_UP.search(self.source) or len(_words(self.source)) >= LEAST_WORDS):
            raise bad(f"{self.source[:60]!r} is nothing that anybody can look up", "source",
                      "a title of three words or more, a web address, a DOI or a report number",
                      "name where it can be read")  # fmt: skip
        if len(_words(self.measured)) < LEAST_WORDS:
            raise bad(f"{self.measured[:60]!r} does not say what was measured", "measured",
                      "three words or more", "say what was counted, of whom")  # fmt: skip
        if self.found > self.people:
            raise bad(f"{self.found:,} of {self.people:,} people", "found", f"0 to {self.people}")
        return self

    def __str__(self) -> str:
        """In a line; few people are told as few."""
        found = f"{self.found:,}" if self.found >= THRESHOLD else f"fewer than {THRESHOLD}"
        many = f"{self.people:,}" if self.people >= THRESHOLD else f"fewer than {THRESHOLD}"
        return f"{self.measured}: {found} of {many} people ({self.source}, {self.day})"


def _words(text: str) -> list[str]:
    """The words of two letters or more that are no placeholders."""
    found = re.findall(r"[^\W\d_]{2,}(?:/\w)?", text.casefold())
    return [word for word in found if word not in PLACEHOLDERS and len(set(word)) > 1]


class Care(Declared):
    """What stands around the score: evidence that a person reviews each flag, that a family can contest
    it, and that harm is watched. "none" says that there is none, and fails; another text alone is no
    evidence, and nothing is not known.
    """

    review: Seen | str = ""
    appeal: Seen | str = ""
    monitoring: Seen | str = ""

    def dated(self) -> Iterator[tuple[str, date]]:
        """The evidence that there is, with its day."""
        for name, value in self:
            if isinstance(value, Seen):
                yield name, value.day


__all__ = ["NONE_WORDS", "Care", "Seen"]
