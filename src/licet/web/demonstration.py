"""Accounts of the demonstration: for a made-up town on this machine alone."""

from __future__ import annotations

from licet.web.roles import Role

DEMO_PASSWORD = "three words here"
DEMO_ACCOUNTS: tuple[tuple[str, Role, str], ...] = (
    ("parent", "family", ""),
    ("owner", "owner", "Head of Early Help"),
    ("clerk", "clerk", "Permission desk"),
    ("clerk two", "clerk", "Second permission desk"),
    ("reviewer one", "reviewer", "Records officer"),
    ("reviewer two", "reviewer", "Second records officer"),
    ("reviewer three", "reviewer", "Third records officer"),
    ("auditor", "auditor", "Information governance"),
    ("auditor two", "auditor", "Complaints officer"),
    ("keeper", "keeper", "System keeper"),
)
"""Name, role, post. Two of a role where somebody else has to look again, three where they may differ."""
