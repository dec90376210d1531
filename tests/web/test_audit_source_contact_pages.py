"""The pages of a source and of a contact audit in a real browser: no accessibility fault, none wide."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from licet.audit.contact import ContactAudit
from licet.audit.source import SourceAudit
from licet.chapters.auditing_contact import audit_contact
from licet.chapters.auditing_source import audit_source
from licet.report.audit import contact_page, source_page
from tests.audit.test_contact import HERE
from tests.audit.test_source import FEED, POPULATION, extract
from tests.web.pages import folded, readable

pytestmark = [pytest.mark.browser, pytest.mark.long]
BAD = "<script>alert(1)</script>\u202e"


@pytest.fixture(scope="module")
def source() -> SourceAudit:
    return audit_source((FEED, extract()), POPULATION)


@pytest.fixture(scope="module")
def contact() -> ContactAudit:
    return audit_contact(HERE / "contacts.csv", before=date(2025, 4, 1), by="group", compare="area")


@pytest.mark.parametrize("kind", ["usual", "hostile", "little"])
def test_source_page(kind: str, source: SourceAudit, tried: Any) -> None:
    found = source
    if kind == "hostile":
        faults = tuple(replace(one, group=one.group and one.group + BAD) for one in source.faults)
        represented = tuple(replace(one, group=BAD + one.group) for one in source.represented)
        found = replace(source, faults=faults, represented=represented)
    elif kind == "little":
        found = replace(source, faults=(), represented=(), merged={})
    view = tried(source_page.page(found))
    readable(view)
    if kind == "usual":
        folded(view)


@pytest.mark.long
@pytest.mark.parametrize("kind", ["usual", "hostile", "little"])
def test_contact_page(kind: str, contact: ContactAudit, tried: Any) -> None:
    found = contact
    if kind == "hostile":
        shown = {name and name + BAD: counts for name, counts in contact.shown.items()}
        changes = tuple(
            replace(one, group=one.group and one.group + BAD) for one in contact.changes
        )
        found = replace(contact, shown=shown, changes=changes)
    elif kind == "little":
        found = replace(contact, changes=contact.changes[:1])
    view = tried(contact_page.page(found))
    readable(view)
    if kind == "usual":
        folded(view)
