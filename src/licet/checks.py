"""What a codebook says so that its own fieldwork can be checked, and what joins it to an earlier wave.

Nothing here is needed for a verdict. Columns are those of the answers; a check whose column is not
declared is reported as not made, never passed over.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from licet.declared import Declared
from licet.evidence import Stated

CHECK_COLUMNS = ("mode", "flip", "set", "order")
"""Keys that name one column for all items."""

Empty = Literal["not asked", "no answer"]


class Checks(Declared):
    """Columns to check the fieldwork by.

    mode: how each person was asked. flip: whether the options were shown the other way round. set:
    which statements were put to the person. order: whether blocks were turned round. position: by
    item, the column with its place in the list that the person saw. refused, not_asked, no_answer:
    options outside every base, by what they say; others are sorted by their words. empty: what an
    empty cell means.
    """

    mode: str | None = None
    flip: str | None = None
    set: str | None = None
    order: str | None = None
    position: Mapping[str, str] = Field(default_factory=dict)
    refused: tuple[str, ...] = ()
    not_asked: tuple[str, ...] = ()
    no_answer: tuple[str, ...] = ()
    empty: Empty | None = None

    @property
    def columns(self) -> dict[str, str]:
        """The declared columns by what they check: mode, flip, set, order."""
        named = {key: getattr(self, key) for key in CHECK_COLUMNS}
        return {key: column for key, column in named.items() if column}


class Link(Declared):
    """Somebody's word that two wordings measure the same.

    item: an item or a group of this evidence. earlier: what it was called in the wave before; left
    out, the same. reason: why the change does not matter, in words that will be published.
    """

    item: str = Field(min_length=1)
    earlier: str = ""
    reason: Stated

    @property
    def before(self) -> str:
        """Its id in the wave before."""
        return self.earlier or self.item


NO_CHECKS = Checks()
