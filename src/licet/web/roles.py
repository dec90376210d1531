"""Who may do what, as one table. An action that is not here can be done by nobody.

A view names its action; the same table makes the menu, the page about the register, and a test that
tries every view as every role.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Role = Literal["anyone", "family", "owner", "reviewer", "clerk", "auditor", "keeper"]
ROLES: Mapping[Role, str] = {
    "anyone": "Anyone, without an account",
    "family": "Parent or young person",
    "owner": "Use owner",
    "reviewer": "Reviewer",
    "clerk": "Clerk",
    "auditor": "Auditor",
    "keeper": "Keeper of accounts",
}
STAFF: frozenset[Role] = frozenset({"owner", "reviewer", "clerk", "auditor", "keeper"})
"""Roles that sign in with a second factor."""
SIGNED: frozenset[Role] = frozenset({"family", *STAFF})
ALL: frozenset[Role] = frozenset({"anyone", *SIGNED})


@dataclass(frozen=True)
class Action:
    """who: roles that may. owner: the role that answers for it. what: in words."""

    who: frozenset[Role]
    owner: Role
    what: str


def _by(owner: Role, what: str, *who: Role) -> Action:
    return Action(frozenset({owner, *who}), owner, what)


ACTIONS: Mapping[str, Action] = {
    "read": Action(ALL, "keeper", "read the register, its data and its log"),
    "check": Action(ALL, "auditor", "check a receipt or an entry of the log"),
    "sign_in": Action(ALL, "keeper", "make an account, sign in and out"),
    "own_account": Action(
        SIGNED, "keeper", "change one's own password, language and second factor"
    ),
    "answer": Action(ALL, "clerk", "say yes, no or not now with the code of a letter"),
    "own_permissions": _by("family", "see and change what one said, for oneself and each child"),
    "ask": _by("family", "ask, object, propose a condition, second, agree or disagree"),
    "dispute": _by("family", "say that a record is wrong"),
    "draft": _by("owner", "draft a use and see its ruling"),
    "reply": _by("owner", "answer a question, accept or decline a condition"),
    "moderate": _by("auditor", "open a question to the public, or say why not"),
    "record": _by("clerk", "record what somebody said on paper or by phone"),
    "settle": _by("clerk", "settle a disputed record for the holding service"),
    "review": _by("reviewer", "say of two records whether they are one person"),
    "sample": _by("auditor", "draw pairs of records for the reviewers", "owner"),
    "offer": _by("reviewer", "decide on an offer of support to one household"),
    "contest": Action(ALL, "clerk", "read, contest or leave an offer with the code of its letter"),
    "run": _by("owner", "start a run, see how far it is"),
    "accounts": _by("keeper", "make staff accounts, lock and unlock them"),
}


def may(role: Role, action: str) -> bool:
    """Whether a role may do something. Raises KeyError for an action that nobody declared."""
    return role in ACTIONS[action].who
