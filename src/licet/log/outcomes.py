"""The words of a ruling, in capitals: on the terminal, on pages and in the log, always the same."""

from __future__ import annotations

from collections.abc import Mapping

OUTCOMES: Mapping[str, str] = {
    "licensed": "LICENSED",
    "ask_all_the_same": "LICENSED, BUT ASK EACH FAMILY",
    "ask_instead": "NO LICENCE: ASK EACH FAMILY",
    "refused": "NOT PERMITTED",
    "not_known": "NOT KNOWN",
}
