"""The questionnaire as one HTML page that needs nothing else, for screens and for paper."""

from __future__ import annotations

from licet.instrument.document import Instrument
from licet.report.questionnaire.words import facts, hard_texts, parts, sources, whole_reading_age
from licet.report.rendering import render


def questionnaire_page(instrument: Instrument) -> str:
    """The whole page as text."""
    return render(
        "questionnaire.html",
        i=instrument,
        parts=parts(instrument),
        facts=facts(instrument),
        sources=sources(instrument),
        hard=hard_texts(instrument),
        age=whole_reading_age(instrument),
    )
