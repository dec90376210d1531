"""Every word is defined once, and no other is taken."""

from __future__ import annotations

from importlib.resources import files

import pytest

from licet.errors import BadInput
from licet.evidence import LICENCE_KINDS
from licet.files.guesses import _SERVICES
from licet.instrument import subject_words, template_words
from licet.synonyms import SYNONYMS
from licet.vocabulary import (
    ACTIONS,
    FORBIDDEN_ACTIONS,
    KINDS,
    SERVICES,
    SUBJECT_LIST,
    VOCABULARY,
    Term,
    label,
    term,
)

TERMS = [(kind, found) for kind, words in VOCABULARY.items() for found in words.values()]


@pytest.mark.parametrize(("kind", "found"), TERMS, ids=[f"{k}:{t.id}" for k, t in TERMS])
def test_every_term_has_an_id_a_label_and_a_definition(kind: str, found: Term) -> None:
    assert VOCABULARY[kind][found.id] is found
    assert found.id == found.id.lower() and found.id.isidentifier()
    assert found.label and found.label[0].isupper()
    assert found.definition.endswith((".", "gate.", "only.", "due.", "duty."))
    if found.dpv is not None:
        prefix, _, name = found.dpv.partition(":")
        assert prefix in ("dpv", "pd", "sector-publicservices") and name[0].isupper()


@pytest.mark.parametrize("kind", VOCABULARY)
def test_no_two_terms_of_a_list_share_id_or_label(kind: str) -> None:
    words = VOCABULARY[kind]
    assert len({t.id for t in words.values()}) == len(words)
    assert len({t.label for t in words.values()}) == len(words)


def test_the_words_of_the_design_are_there() -> None:
    assert set(VOCABULARY["service"]) == {
        *("social_work", "education", "early_years", "police", "immigration", "health"),
        *("housing", "benefits", "tax"),
    }
    assert set(VOCABULARY["analytics"]) == {
        *("sharing", "matching", "linking", "warehousing", "profiling"),
        *("predictive_flagging", "notification"),
    }
    assert set(VOCABULARY["processor"]) == {"in_house", "public_partner", "commercial"}
    assert set(KINDS) == {"awareness", "reason", "trust", "processor", "concern", "demand"}


def test_every_service_is_known_wherever_services_are_spoken_of() -> None:
    """What CONTRIBUTING lists under "Add a service": a place that was forgotten would only fall silent."""
    services = set(SERVICES)
    assert set(SYNONYMS["service"].values()) == services
    assert {name for name, _ in _SERVICES} == services
    assert set(subject_words.SERVICES) == set(template_words.SERVICES) == services
    welsh = (files("licet.report.site") / "languages" / "cy.po").read_text(encoding="utf-8")
    assert all(f'msgid "{one.label}"\n' in welsh for one in SERVICES.values())


def test_every_kind_of_item_has_its_list_of_subjects() -> None:
    assert set(SUBJECT_LIST) == set(KINDS)
    assert set(SUBJECT_LIST.values()) <= set(VOCABULARY)
    assert set(KINDS) >= LICENCE_KINDS


def test_forbidden_actions_say_so() -> None:
    said = {t.id for t in ACTIONS.values() if t.definition.startswith("Forbidden")}
    assert said == FORBIDDEN_ACTIONS


def test_a_term_is_found_and_an_unknown_word_refused_with_the_nearest() -> None:
    assert term("service", "police").label == "Police"
    with pytest.raises(BadInput, match="write 'police' if that is meant"):
        term("service", "polce", "services")
    for word in (None, 3, "", ["police"], "Police "):
        with pytest.raises(BadInput, match="unknown service"):
            term("service", word)


def test_a_label_falls_back_to_the_word() -> None:
    assert label("service", "early_years") == "Early years"
    assert label("service", "libraries") == "libraries"
