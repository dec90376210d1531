"""How rows are compared: one declared specification that drives every engine.

A specification names blocks (which pairs are compared at all), comparisons (what of two rows is
compared, and in which steps) and thresholds. It is data: no engine is named in it. An audit-only
column cannot be named, because only the fields of the standard form can.

Family name and address are one comparison, ``home``: inside a family they are one piece of evidence,
and counted as two they join relatives (measured on simulated censuses: pairwise precision .992 with
two comparisons, .999 with one).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from licet.declared import Declared
from licet.errors import bad, unknown
from licet.evidence import Identifier
from licet.feeds.contract import PERSON

FIELDS = PERSON
"""The fields of the standard form that may be compared. There are no others."""

BLOCK_PARTS: Mapping[str, str] = {
    "birth_year": "birth",
    "birth_day": "birth",
    "initial": "given",
    **{field: field for field in FIELDS},
}
"""What a block may be made of, and the field each needs. birth_day: month and day; initial: the first
letter of the given name."""


def part_of(part: str, value: Any) -> Any:
    """What a part of a block takes from the value of its field; None where that is not known."""
    if part == "birth_year" and isinstance(value, date):
        return value.year
    if part == "birth_day" and isinstance(value, date):
        return value.month, value.day
    return value[0] if part == "initial" and value else value


NUMBERS = ("nhs", "upn", "nino")
COMPARISONS: Mapping[str, tuple[str, ...]] = {
    "given": ("given",),
    "middle": ("middle",),
    "birth": ("birth",),
    "sex": ("sex",),
    "home": ("family", "previous_family", "house", "street", "postcode", "uprn"),
    **{number: (number,) for number in NUMBERS},
}
"""Each comparison and the fields that it reads."""


def _block(parts: tuple[str, ...]) -> tuple[str, ...]:
    if not parts:
        raise bad("a block without a field compares every pair", "", "one field at least")
    for part in parts:
        if part not in BLOCK_PARTS:
            raise unknown("field to block on", part, list(BLOCK_PARTS))
    if len(set(parts)) < len(parts):
        raise bad(f"a field is named twice: {', '.join(parts)}", "", "each field once")
    return parts


def _comparison(name: str) -> str:
    if name not in COMPARISONS:
        raise unknown("comparison", name, list(COMPARISONS))
    return name


Block = Annotated[tuple[str, ...], AfterValidator(_block)]
"""Two rows are compared if all of these fields are known and equal."""


_LEAST = {"comparisons": 2, "blocks": 1, "certain": 1, "training": 2}
"""How many a specification has to name of each, if it names any."""


class LinkageSpec(Declared):
    """What is compared, and when two rows are one person.

    comparisons, blocks, certain, training: all of them, or none: then `completed` takes the standard that
    fits the fields of the feeds.

    link_above, keep_above: match probabilities, 0-1. Pairs at or above ``link_above`` may be joined;
    those at or above ``keep_above`` are kept, so that a later withdrawal can be exact. bound: the
    stop, in pairs to compare for each row. pairs: how many random pairs estimate chance agreement.
    recall: the expected share of true pairs that ``certain`` finds; it sets the starting point.
    """

    id: Identifier = "standard"
    version: int = Field(default=1, ge=1)
    comparisons: tuple[Annotated[str, AfterValidator(_comparison)], ...] = ()
    blocks: tuple[Block, ...] = ()
    certain: tuple[Block, ...] = ()
    training: tuple[Block, ...] = ()
    recall: float = Field(default=0.7, gt=0, le=1)
    link_above: float = Field(default=0.95, ge=0.5, lt=1)
    keep_above: float = Field(default=0.5, ge=0.01, lt=1)
    bound: float = Field(default=60.0, gt=0)
    pairs: int = Field(default=1_000_000, ge=10_000)
    seed: int = Field(default=1, ge=0)
    scope: Literal["person", "household", "family"] = "household"

    @model_validator(mode="after")
    def _listed(self) -> Self:
        listed = {name: len(getattr(self, name)) for name in _LEAST}
        if any(listed.values()):
            for name, least in _LEAST.items():
                if listed[name] < least:
                    raise bad(
                        f"{listed[name]} of {name}", name, f"{least} or more",
                        f"name {', '.join(_LEAST)}, or none of them for the standard",
                    )  # fmt: skip
        return self

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if len(set(self.comparisons)) < len(self.comparisons):
            raise bad("a comparison is named twice", "comparisons", "each once")
        if self.keep_above > self.link_above:
            raise bad(
                f"pairs from {self.link_above:g} are joined, but only those from "
                f"{self.keep_above:g} are kept",
                "keep_above",
                f"at most link_above = {self.link_above:g}",
            )
        return self

    def hash(self) -> str:
        """As of every declaration, and of the levels behind the comparisons: others need another model."""
        return hashlib.sha256(f"levels {STANDARD}\n{self.canonical()}".encode()).hexdigest()


_BLOCKS: tuple[tuple[str, ...], ...] = (
    ("birth", "given"),
    ("birth", "family"),
    ("given", "family"),
    ("given", "house", "street"),
    ("birth", "house", "street"),
    ("birth", "postcode"),
    # A wrong year leaves the day.
    ("birth_day", "postcode"),
    ("given", "postcode"),
    # With the family name alone everybody in a home would meet, and a postcode has many homes.
    ("family", "initial", "postcode"),
    ("given", "uprn"),
    *((number,) for number in NUMBERS),
)


_CERTAIN: tuple[tuple[str, ...], ...] = (
    ("given", "family", "birth"),
    ("given", "birth", "postcode"),
    ("given", "birth", "house", "street"),
    *((number,) for number in NUMBERS),
)
STANDARD = 2
"""The version of the standard specification. 2: the faults of British records have levels of their own
(names in each other's place, a figure wrong, an address without its house or its street)."""


def standard_spec(held: Iterable[str], **settings: Any) -> LinkageSpec:
    """The specification for feeds that hold these fields of the standard form.

    A field that no feed holds is neither compared nor blocked on. Refuses (BadInput) feeds without a
    name and a date of birth: nothing else tells one person from another.
    """
    known = set(held)
    missing = [field for field in ("given", "family", "birth") if field not in known]
    if missing:
        raise bad(
            f"no feed holds {', '.join(missing)}",
            "fields",
            "given and family names and a date of birth, in at least one feed",
            "map the column in [fields] of the feed, or declare a linkage specification",
        )
    comparisons = [
        name for name, fields in COMPARISONS.items() if name == "home" or set(fields) <= known
    ]
    blocks, certain = (
        tuple(block for block in listed if {BLOCK_PARTS[part] for part in block} <= known)
        for listed in (_BLOCKS, _CERTAIN)
    )
    chosen: dict[str, Any] = {
        "version": STANDARD,
        "comparisons": tuple(comparisons),
        "blocks": blocks,
        "certain": certain,
        # In a large town most rows with the same names are of different people, and training on them
        # alone takes those for persons whose births differ.
        "training": (("birth",), ("given", "family", *(f for f in ("postcode",) if f in known))),
    }
    return LinkageSpec(**{**chosen, **settings})


def completed(spec: LinkageSpec | None, held: Iterable[str]) -> LinkageSpec:
    """The specification, with the standard comparisons and blocks where it leaves them out.

    spec: None for the standard. held: fields of the standard form that the feeds hold. Raises BadInput as
    ``standard_spec`` does.
    """
    if spec is None:
        return standard_spec(held)
    if spec.comparisons:
        return spec
    return standard_spec(held, **{name: getattr(spec, name) for name in spec.model_fields_set})
