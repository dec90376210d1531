"""A use that contradicts itself does not exist."""

from __future__ import annotations

from datetime import date

import pytest

from licet.errors import BadInput
from licet.use import requirement_label
from tests.factories import use

SOURCE = {"service": "police", "name": "Incidents"}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"services": ("polise",)}, "write 'police' if that is meant"),
        ({"services": ()}, "services"),
        ({"services": ("police", "police")}, "services names a word twice"),
        ({"reasons": ()}, "reasons"),
        ({"reasons": ("save",)}, "unknown reason 'save'"),
        ({"purpose": "fun"}, "unknown purpose 'fun'"),
        ({"processor": "company"}, "unknown processor 'company'"),
        ({"analytics": ("guessing",)}, "unknown analytics 'guessing'"),
        ({"intended_action": "eviction"}, "unknown action 'eviction'"),
        ({"setting": "secret"}, "unknown setting 'secret'"),
        ({"permission_model": "opt_out"}, "unknown permission model 'opt_out'"),
        ({"permission_reason": ""}, "without a reason"),
        ({"end": date(2025, 12, 31)}, "ends .* before it starts"),
        ({"sources": [SOURCE]}, "belongs to 'police', which is not a service"),
        ({"summary": "x" * 351}, "summary"),
        ({"version": 0}, "version"),
        ({"id": ""}, "id"),
        ({"companies": [{"name": "C"}]}, "sees_identifiable"),
        ({"lawfull_basis": "x"}, "write 'lawful_basis' if that is meant"),
        ({"review_by": "soon"}, "not a date"),
    ],
)
def test_what_contradicts_itself_is_refused(changes: dict[str, object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        use(**changes)


def test_all_faults_are_found_at_once() -> None:
    with pytest.raises(BadInput) as refused:
        use(services=("polise", "education"), purpose="fun", colour="red")
    places = {fault.where for fault in refused.value.faults}
    assert places == {"services[1]", "purpose", "colour"}


def test_asking_first_needs_no_reason() -> None:
    assert use(permission_model="ask_first", permission_reason="").permission_model == "ask_first"


@pytest.mark.parametrize(
    ("processor", "sees", "operator"),
    [
        ("in_house", [], "in_house"),
        ("in_house", [False], "in_house"),
        ("in_house", [False, True], "commercial"),
        ("public_partner", [], "public_partner"),
        ("public_partner", [True], "commercial"),
        ("commercial", [], "commercial"),
    ],
)
def test_a_company_that_sees_rows_makes_a_use_commercial(
    processor: str, sees: list[bool], operator: str
) -> None:
    companies = [{"name": f"C{n}", "sees_identifiable": s} for n, s in enumerate(sees)]
    assert use(processor=processor, companies=companies).operator == operator


def test_the_hash_follows_every_field() -> None:
    plain = use()
    assert plain.hash() == use().hash()
    for changes in (
        {"version": 2},
        {"title": "x"},
        {"removed_groups": ("lone",)},
        {"contact": "x"},
    ):
        assert use(**changes).hash() != plain.hash()


@pytest.mark.parametrize(
    ("key", "label"),
    [
        ("reason:save_money", "Reason: spend less"),
        ("trust:police", "Police"),
        ("processor:commercial", "Run by a company"),
        ("processor:public_partner", "Run by a public partner"),
    ],
)
def test_requirements_have_names_for_people(key: str, label: str) -> None:
    assert requirement_label(key) == label
