"""What the reference shows of tables, rules and filters is so."""

from __future__ import annotations

import re
import tomllib
from typing import Any

from licet.feeds.contract import Feed
from licet.feeds.tables import Value
from licet.identify.bound import bind
from licet.identify.criteria import Rule
from licet.identify.parsing import Reader
from tests.docs.runner import ROOT
from tests.identify.made import FEED


def shown(page: str) -> dict[str, Any]:
    text = (ROOT / "docs" / "reference" / page).read_text(encoding="utf-8")
    return tomllib.loads(text.split("```toml\n")[1].split("```")[0])


def test_the_entitlement_shown_is_one() -> None:
    text = (ROOT / "docs" / "reference" / "criteria.md").read_text(encoding="utf-8")
    found = Rule(**tomllib.loads(text.split("```toml\n")[2].split("```")[0]))
    assert dict(found.rights) == {"free school meals": ("qualifying-benefit", "paid-meals")}


def test_the_rule_shown_asks_the_table_shown() -> None:
    feed = Feed(**(FEED | shown("feed.md")))
    assert bind(Rule(**shown("criteria.md")), [feed]).criteria[0].declared.total == "sessions"


def test_every_filter_shown_is_one() -> None:
    text = (ROOT / "docs" / "reference" / "criteria.md").read_text(encoding="utf-8")
    section = text.split("## Filters")[1].split("## ")[0]
    rows = [line.split("|")[2] for line in section.splitlines() if line.startswith("| ")][2:]
    found = [one for row in rows for one in re.findall(r"`([^`]+)`", row)]
    kinds: dict[str, dict[str, Any]] = {
        "reason": {"kind": "word", "words": ("ill", "other")}, "status": {"kind": "word", "words": ("closed",)},
        "sessions": {"kind": "number"}, "due": {"kind": "date"}, "open": {"kind": "yes_no"},
        "order": {"kind": "number"},
    }  # fmt: skip
    reader = Reader({n: Value(column=n, meaning="m", **kind) for n, kind in kinds.items()})
    assert len(found) == 12
    for one in [*found, '"order" = 2']:
        reader.read(one)
