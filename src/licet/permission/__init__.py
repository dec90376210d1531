"""Permission: each person's own recorded yes or no, and what follows from it.

``events`` says what may be recorded, ``checking`` refuses what cannot be true, ``standing`` reduces
what was said about one subject to what stands of it, ``rules`` decides, ``receipts`` says back what
was recorded, ``invitations`` writes letters. Permission is neither licence nor lawful basis.
"""

from __future__ import annotations

from licet.permission.events import Event, NewEvent, Scope
from licet.permission.identities import Identity
from licet.permission.rules import Decision, Question, decide
from licet.permission.standing import Details, Standing, standing

__all__ = [
    "Decision",
    "Details",
    "Event",
    "Identity",
    "NewEvent",
    "Question",
    "Scope",
    "Standing",
    "decide",
    "standing",
]
