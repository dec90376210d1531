"""Names of columns: those of an extract, and those of the standard form."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator

from licet.errors import bad

STANDARD = (
    "row", "feed", "record", "given", "middle", "family", "previous_family", "birth", "sex",
    "house", "street", "postcode", "uprn", "nhs", "upn", "nino", "seen_from", "seen_to",
)  # fmt: skip
"""The columns of a standard row, in their order. birth, seen_from and seen_to are dates."""
PERSON = STANDARD[3:-2]
"""Those of them that say who somebody is, and where they live."""


def _column(value: str) -> str:
    if not value.strip():
        raise bad("the column has no name", "", "the name of a column, as in the extract")
    return value


Column = Annotated[str, AfterValidator(_column)]
"""The name of a column of the extract."""
