"""Where a workspace's register is served, and which provider may say who an account is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from licet.files.sections import Faults

SITE, OPENID = "site", "openid"
_KEYS = ("issuer", "client_id", "name")


@dataclass(frozen=True)
class Provider:
    """A provider of OpenID Connect. name: on the page."""

    issuer: str
    client_id: str
    name: str


def read_address(table: Any, faults: Faults) -> str:
    """The address in ``[site]``, "" for none: for links in letters."""
    values = faults.table(table, SITE, ("address",)) or {}
    address = values.get("address", "")
    if address and not (isinstance(address, str) and _served(address)):
        allowed = '"https://permission.example.gov.uk", without a path'
        faults.add("this is no address of a site", f"{SITE}.address", allowed)
        return ""
    return str(address).rstrip("/")


def read_provider(table: Any, faults: Faults) -> Provider | None:
    """The provider in ``[openid]``; None where there is none. What is wrong is noted."""
    values = faults.table(table, OPENID, _KEYS) or {}
    if not values:
        return None
    for name in ("issuer", "client_id"):
        if not isinstance(values.get(name), str) or not values[name].strip():
            faults.add(f"{name} is missing", f"{OPENID}.{name}", '"..."', f'add {name} = "..."')
            return None
    if not _served(values["issuer"], path=True):
        allowed = '"https://provider.example", as the provider itself writes it'
        faults.add("this is no issuer", f"{OPENID}.issuer", allowed)
        return None
    return Provider(
        values["issuer"], values["client_id"], str(values.get("name", "")) or "provider"
    )


def _served(address: str, *, path: bool = False) -> bool:
    """Whether it is https, or http on this machine alone."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        return False
    local = parts.scheme == "http" and host in ("localhost", "127.0.0.1")
    plain = not (parts.query or parts.fragment or parts.username)
    named = re.fullmatch(r"[A-Za-z0-9.-]+", host) is not None
    whole = path or parts.path in ("", "/")
    return (parts.scheme == "https" or local) and named and plain and whole
