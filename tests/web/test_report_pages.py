"""The page in a real browser: no accessibility fault, no sideways scrolling on a narrow telephone."""

from __future__ import annotations

import pytest

from licet.report.ruling.page import page
from tests.conftest import FULL
from tests.factories import PEOPLE
from tests.tiers import few
from tests.unit.test_report_cases import EXAMPLES, example, granted, nasty, unfit

pytestmark = pytest.mark.browser

CASES = {name: (name, "printed") for name in EXAMPLES} | {
    "synthetic": ("early-help-wide", "synthetic")
}


def assessment(name):
    others = {"nasty": nasty, "granted": granted, "unfit": unfit}
    return others[name]() if name in others else example(*CASES[name])


def test_a_table_of_shares_on_a_telephone(tried):
    """The overview is stacked; the table of all figures is pushed sideways, by keyboard too."""
    import licet

    made = licet.table(PEOPLE, ["trust", "age"], ["race"], unweighted=True)
    view = tried(made.to_html(), widths=(360,))
    full = view.query_selector_all(".full")
    assert full
    for region in full:
        assert region.get_attribute("tabindex") == "0" and region.get_attribute("aria-label")


SAME_FORM = () if FULL else ("health-housing", "immigration")
"""Pages of which those of other uses show every part."""


@pytest.mark.parametrize(
    "name", few([*(n for n in CASES if n not in SAME_FORM), "nasty", "granted", "unfit"], 1)
)
def test_page(name, tried):
    tried(page(assessment(name)))
