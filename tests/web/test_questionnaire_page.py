"""The questionnaire in a real browser: no accessibility fault, no sideways scrolling."""

from __future__ import annotations

import pytest

from licet.instrument.template import template
from licet.report.questionnaire.page import questionnaire_page
from licet.vocabulary import PROCESSORS, REASONS, SERVICES
from tests.unit.test_instrument_report import nasty

pytestmark = [pytest.mark.browser, pytest.mark.long]

CASES = {
    "everything": lambda: template(tuple(SERVICES), tuple(REASONS), tuple(PROCESSORS)),
    "nasty": nasty,
}


@pytest.mark.parametrize("name", CASES)
def test_page(name, tried):
    tried(questionnaire_page(CASES[name]()))
