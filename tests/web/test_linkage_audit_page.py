"""The page of a linkage audit in a real browser: no accessibility fault, no sideways scrolling."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from licet.chapters.auditing_linkage import audit_linkage, linkage_audit_data
from licet.report.audit.linkage_page import page
from tests.audit.linked.plain_linker import linked_town
from tests.web.pages import folded, readable

pytestmark = [pytest.mark.browser, pytest.mark.long]


@pytest.fixture(scope="module")
def data() -> dict[str, Any]:
    made = linked_town(1500, 4)
    found = audit_linkage(
        made.rows.select("row", "person", "feed", "birth", "sex", "nhs", "alone"),
        truth=made.truth,
        edges=made.edges,
        everybody=made.rows.select("row", "feed"),
        by=("sex", "feed"),
        draws=100,
        today=date(2026, 6, 2),
    )
    return linkage_audit_data(found)


def hostile(value: Any) -> Any:
    """Every group's name and title as somebody might write it to break a page."""
    if isinstance(value, dict):
        return {
            key: f"<script>alert(1)</script>{inner}\u202e"
            if key in ("group", "title")
            else hostile(inner)
            for key, inner in value.items()
        }
    return [hostile(one) for one in value] if isinstance(value, list) else value


def little(data: dict[str, Any]) -> dict[str, Any]:
    """As of a run of which nothing is known."""
    nothing = {
        "clusters": None,
        "signs": None,
        "wholly": [],
        "false_kinds": [],
        "basis": ["nothing"],
    }
    return {**data, **nothing}


@pytest.mark.parametrize("kind", ["usual", "hostile", "little", "synthetic"])
def test_page(kind: str, data: dict[str, Any], tried: Any) -> None:
    given = {
        "usual": data,
        "hostile": hostile(data),
        "little": little(data),
        "synthetic": {**data, "synthetic": True},
    }[kind]
    view = tried(page(given))
    readable(view)
    if kind == "usual":
        folded(view)


def test_the_example_is_not_empty(data: dict[str, Any]) -> None:
    assert pl.DataFrame(data["clusters"]["rates"]).height > 40
