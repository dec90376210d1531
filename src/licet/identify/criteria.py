"""A rule: named needs over the dated lines of linked feeds, and how many of them it takes.

The declared document ``criteria/ID.toml``. A rule of **entitlement** names what somebody needs for a right:
criteria that give the same right are all needed for it. Any other set of criteria is a forecast, and is
audited as one. What is offered, by whom, to how many stands beside them, and how the rule is judged.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated, ClassVar, Literal, Self

from pydantic import AfterValidator, Field, field_validator, model_validator

from licet.audit.care import Care
from licet.declared import Declared
from licet.errors import BadInput, Fault, bad
from licet.evidence import Identifier, Stated
from licet.feeds.lines import PARTS

EVER = "ever"
LONGEST = 36_525
"""Days that a window may look back: a hundred years."""
_DAYS = re.compile(r"([0-9]{1,6}) days?\Z")
_OTHER = re.compile(r"([0-9]{1,4}) ?(week|month|year)s?\Z", re.IGNORECASE)
_OTHER_DAYS = {"week": 7, "month": 30.4375, "year": 365.25}


def window_of(value: str) -> str:
    found = _DAYS.match(value)
    if value == EVER or (found and 1 <= int(found[1]) <= LONGEST):
        return value
    other = _OTHER.match(value.strip())
    days = round(int(other[1]) * _OTHER_DAYS[other[2].lower()]) if other else 0
    todo = f'write "{days} days" if that is meant' if 1 <= days <= LONGEST else ""
    allowed = f'"180 days" (1 to {LONGEST:,} days), or "{EVER}"'
    raise bad(f"{value[:40]!r} is no window", "", allowed, todo)


class Criterion(Declared):
    """One named need over one table of one feed.

    where: a filter on a line; without it every line counts. window: how far back from the as-of date,
    which is in it; its first day is not. count: lines, or the days on which they happened. total: a number
    of the table that is added up instead. at_least: how many lines or days, or how great a total. gives:
    the right that it gives, with every other criterion that gives the same.
    """

    id: Identifier
    meaning: Stated
    feed: Identifier
    table: str
    where: str = ""
    window: Annotated[str, AfterValidator(window_of)]
    count: Literal["lines", "days"] = "lines"
    total: str = ""
    at_least: float = Field(default=1, gt=0, lt=10**11)
    gives: str = ""
    known_faults: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.total and self.count == "days":
            todo = "take count or total out"
            raise bad("days are counted and a total is added up at once", "total", "", todo)
        if not self.total and self.at_least != int(self.at_least):
            what = f"at least {self.at_least:g} {self.count}"
            raise bad(what, "at_least", "a whole number; a part of one for a total only")
        if abs(self.at_least * PARTS - round(self.at_least * PARTS)) > 1e-6 * max(1, self.at_least):
            what = f"a total of at least {self.at_least!r}"
            raise bad(what, "at_least", "at most four places after the point")
        return self

    @property
    def days(self) -> int | None:
        """How many days the window looks back; None for ever."""
        found = _DAYS.match(self.window)
        return int(found[1]) if found else None

    @property
    def least(self) -> int:
        """How many lines or days it takes; of a total how many ten-thousandths, as numbers are kept."""
        return round(self.at_least * PARTS) if self.total else int(self.at_least)

    def starts(self, as_of: date) -> date | None:
        """The day before the first one of the window that ends with ``as_of``; None if it has none."""
        if self.days is None:
            return None
        return as_of - timedelta(days=min(self.days, (as_of - date.min).days))


class Offer(Declared):
    """What is offered, by whom, and to how many: without it nobody is picked out.

    what: in words that a family reads. capacity: families that one round can be offered it. reviewers: the
    posts of those who decide, two at least, so that what a family contests goes to somebody else.
    expires_days: how long a household waits for a decision before it is forgotten.
    """

    what: Stated
    capacity: int = Field(ge=1, le=1_000_000)
    reviewers: tuple[Stated, ...]
    expires_days: int = Field(default=60, ge=1, le=366)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        known = {" ".join(post.split()).casefold() for post in self.reviewers}
        if len(known) < 2 or len(known) < len(self.reviewers):
            many = f"{len(known)} of" if known else "none of"
            what = (
                f"an offer that {many} two different posts review"
                if len(known) < 2
                else "a post twice"
            )
            raise bad(what, "reviewers", "the posts of two reviewers or more, each once",
                      'reviewers = ["Early help, team 1", "Early help, team 2"]')  # fmt: skip
        for place, post in enumerate(self.reviewers, start=1):
            if "@" in post:
                what = f"{post[:40]!r} is no post"
                raise bad(what, f"reviewers[{place}]", "a post, not a person: it is published")
        return self


class Robust(Declared):
    """What wrong links may do to a rule of entitlement. Shares are proportions 0-1.

    by: audit-only columns whose groups are compared; they are read in the audit alone. missed, false: the
    share of rows that lost their person, and that have another's, where they are more than the linkage
    audit measured. found_at_least: of those picked, still found. wrong_at_most: of those found, wrong. gap:
    how far a group's share found may lie from the rest's. seed: of what is drawn.
    """

    by: tuple[str, ...] = ()
    missed: float = Field(default=0.0, ge=0, lt=1)
    false: float = Field(default=0.0, ge=0, lt=1)
    found_at_least: float = Field(default=0.9, ge=0, le=1)
    wrong_at_most: float = Field(default=0.1, ge=0, le=1)
    gap: float = Field(default=0.05, ge=0, le=1)
    seed: int = Field(default=1, ge=0)


class Rule(Declared):
    """A rule as declared. See ``docs/reference/criteria.md`` for every key.

    at_least: how many of its criteria somebody, or a household, has to meet; of a rule of entitlement how
    many rights, which is one. A household meets what any of its people meets.
    """

    id: Identifier
    version: int = Field(default=1, ge=1)
    title: Stated
    use: Identifier
    level: Literal["person", "household"]
    kind: Literal["entitlement", "criteria"]
    at_least: int = Field(default=1, ge=1)
    criteria: tuple[Criterion, ...] = Field(min_length=1, max_length=100)
    known_faults: tuple[str, ...] = ()
    offer: Offer | None = None
    care: Care = Care()
    robust: Robust = Robust()
    _later: ClassVar[tuple[str, ...]] = ("offer", "care", "robust")

    @field_validator("criteria")
    @classmethod
    def _apart(cls, criteria: tuple[Criterion, ...]) -> tuple[Criterion, ...]:
        ids = [one.id for one in criteria]
        faults = [
            Fault(f"two criteria have the id {name!r}", f"[{place}].id", "each its own")
            for place, name in enumerate(ids, start=1)
            if name in ids[: place - 1]
        ]
        if faults:
            raise BadInput(*faults)
        return criteria

    @model_validator(mode="after")
    def _whole(self) -> Self:
        many = len(self.criteria)
        faults = list(self._rights())
        if self.at_least > many:
            what = f"{self.at_least} criteria are asked for, and {many} declared"
            faults.append(Fault(what, "at_least", f"1 to {many}"))
        if faults:
            raise BadInput(*faults)
        return self

    @property
    def rights(self) -> Mapping[str, tuple[str, ...]]:
        """The ids of all criteria that a right needs, by the right as it is first written; none in a rule
        that is no entitlement. Large letters and spaces do not tell rights apart."""
        written: dict[str, str] = {}
        found: dict[str, tuple[str, ...]] = {}
        for one in self.criteria:
            words = " ".join(one.gives.split())
            right = written.setdefault(words.casefold(), words)
            found[right] = (*found.get(right, ()), one.id)
        return found if self.kind == "entitlement" else {}

    def _rights(self) -> list[Fault]:
        """Each criterion of an entitlement belongs to a right; anything else promises none."""
        faults = []
        for place, criterion in enumerate(self.criteria, start=1):
            where = f"criteria[{place}].gives"
            given = bool(criterion.gives.strip())
            if self.kind == "entitlement" and not given:
                what = f"{criterion.id!r} gives no right, in a rule of entitlement"
                todo = 'add gives = "...", or write kind = "criteria": it is then audited as a forecast'
                faults.append(Fault(what, where, "the right that it gives", todo))
            if self.kind == "criteria" and given:
                what = f"{criterion.id!r} gives a right, in a rule that is no entitlement"
                faults.append(Fault(what, where, "", 'take it out, or write kind = "entitlement"'))
        if self.kind == "entitlement" and self.at_least > 1:
            what = f"a rule of entitlement that asks for {self.at_least} rights at once"
            todo = (
                "write at_least = 1 and give criteria that are needed together the same right (gives), or "
                'kind = "criteria": it is then audited as a forecast'
            )
            faults.append(Fault(what, "at_least", "1: one right is enough", todo))
        return faults
