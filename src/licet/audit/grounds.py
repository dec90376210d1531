"""What a use's ruling says, as much of it as an audit needs: whether the forecast may be made at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Grounds:
    """The ruling on a use.

    kind: of the ruling. licensed: whether every required item is granted. purpose, lawful_basis: as
    declared, "" where nothing is. operator: who really runs it (a word of the vocabulary); processor_
    licensed: whether people accept that operator. forecasting: whether the use declares a forecast among
    its analytics. reasons: of the ruling, in words.
    """

    use: str
    version: int
    use_hash: str
    kind: Literal["Permit", "Refusal", "Undetermined"]
    licensed: bool
    purpose: str
    lawful_basis: str
    operator: str
    processor_licensed: bool
    forecasting: bool
    reasons: tuple[str, ...] = ()

    @property
    def commercial(self) -> bool:
        """Whether a company runs it."""
        return self.operator == "commercial"
