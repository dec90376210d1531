"""How rows are compared: one declared specification that drives every engine.

A specification names blocks (which pairs are compared at all), comparisons (what of two rows is
compared, and in which steps) and thresholds. It is data: no engine is named in it. An audit-only
column cannot be named, because only the fields of the standard form can.

Family name and address are one comparison, ``home``: inside a family they are one piece of evidence,
and counted as two they join relatives (measured on simulated censuses: pairwise precision .992 with
two comparisons, .999 with one).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
    **{field: field for field in FIELDS},
}
"""What a block may be made of, and the field each needs. birth_day: month and day."""

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


class LinkageSpec(Declared):
    """What is compared, and when two rows are one person.

    link_above, keep_above: match probabilities, 0-1. Pairs at or above ``link_above`` may be joined;
    those at or above ``keep_above`` are kept, so that a later withdrawal can be exact. bound: the
    stop, in pairs to compare for each row. pairs: how many random pairs estimate chance agreement.
    recall: the expected share of true pairs that ``certain`` finds; it sets the starting point.
    """

    id: Identifier = "standard"
    version: int = Field(default=1, ge=1)
    comparisons: tuple[Annotated[str, AfterValidator(_comparison)], ...] = Field(min_length=2)
    blocks: tuple[Block, ...] = Field(min_length=1)
    certain: tuple[Block, ...] = Field(min_length=1)
    training: tuple[Block, ...] = Field(min_length=2)
    recall: float = Field(default=0.7, gt=0, le=1)
    link_above: float = Field(default=0.95, ge=0.5, lt=1)
    keep_above: float = Field(default=0.5, ge=0.01, lt=1)
    bound: float = Field(default=60.0, gt=0)
    pairs: int = Field(default=1_000_000, ge=10_000)
    seed: int = Field(default=1, ge=0)
    scope: Literal["person", "household", "family"] = "household"

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

    @property
    def fields(self) -> tuple[str, ...]:
        """Every field that is compared or blocked on, in the order of the standard form."""
        used = {field for name in self.comparisons for field in COMPARISONS[name]}
        used |= {
            BLOCK_PARTS[part]
            for block in (*self.blocks, *self.certain, *self.training)
            for part in block
        }
        return tuple(field for field in FIELDS if field in used)


_BLOCKS: tuple[tuple[str, ...], ...] = (
    ("birth", "given"),
    ("birth", "family"),
    ("given", "family"),
    ("given", "house", "street"),
    ("birth", "house", "street"),
    ("birth", "postcode"),
    ("given", "uprn"),
    *((number,) for number in NUMBERS),
)


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
    blocks = [block for block in _BLOCKS if {BLOCK_PARTS[part] for part in block} <= known]
    chosen: dict[str, Any] = {
        "comparisons": tuple(comparisons),
        "blocks": tuple(blocks),
        "certain": (("given", "family", "birth"),),
        "training": (("birth",), ("given", "family")),
    }
    return LinkageSpec(**{**chosen, **settings})
