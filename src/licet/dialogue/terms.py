"""What a workspace sets about its dialogue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

DAYS_OFF: Mapping[str, str] = {
    "ENG": "England",
    "WLS": "Wales",
    "SCT": "Scotland",
    "NIR": "Northern Ireland",
}
"""Whose bank holidays move the last day for an answer."""


@dataclass(frozen=True)
class DialogueTerms:
    """days_off: whose bank holidays count. overdue_suspends: whether a use with an overdue answer is not
    linked. groups: the declared social groups, by id, with what people read. voices: voices of each that
    make a proposal one that must be answered. seconds: people who second an objection, for the same."""

    days_off: str = "ENG"
    overdue_suspends: bool = False
    groups: tuple[tuple[str, str], ...] = ()
    voices: int = 10
    seconds: int = 10


USUAL = DialogueTerms()
