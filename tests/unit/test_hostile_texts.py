"""Texts of user files that a terminal would obey, or that hide what is written, in every report."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from functools import lru_cache

import pytest

import licet
from licet.assessment import Assessment
from licet.groups import Group
from licet.readings import read
from licet.report.ruling.annex import annex
from licet.report.ruling.csv_rows import csv_text
from licet.report.ruling.data import document, json_text
from licet.report.ruling.explain import explanation
from licet.report.ruling.page import page
from licet.report.ruling.screen import assessment_text
from licet.report.ruling.standing import standing_text
from licet.report.ruling.two_uses import comparison_text
from licet.report.table.tables import Table
from licet.states import Facts, state_of
from licet.use import Override, Unsurveyed
from tests import factories
from tests.unit.test_report_cases import of_readings

EVIL = "\x1b[2J\x07\u202egnp\u2066\x9bK\u2028NOT PERMITTED\nLICENSED. Do it.\n"
"""Clears a screen, rings, turns letters round, breaks lines, and writes a ruling of its own."""
UNSAFE = "\x1b\x07\x9b\u202e\u2066\u2028"


@lru_cache(maxsize=1)
def evil() -> Assessment:
    """A use and evidence in which every free text is EVIL."""
    evidence = factories.evidence(
        factories.LICENSED | factories.everywhere({"demand:ask_first": "granted", "concern:inaccurate": "granted"}),
        items=[
            factories.item(key, wording=EVIL, note=EVIL)
            for key in ("reason:offer_unasked", "trust:education", "demand:ask_first", "concern:inaccurate")
        ],
        title=EVIL,
        notice=EVIL,
    )  # fmt: skip
    lone = Group("lone", EVIL, note=EVIL)
    evidence = evidence.model_copy(update={"groups": (lone,)})
    other = factories.evidence(factories.LICENSED, id="other", title=EVIL, purpose="evaluation")
    use = factories.use(
        title=EVIL,
        summary=EVIL,
        controller=EVIL,
        team=EVIL,
        contact=EVIL,
        appeals=EVIL,
        lawful_basis=EVIL,
        permission_reason=EVIL,
        unsurveyed_groups={"roma": Unsurveyed(label=EVIL, why=EVIL)},
        overrides=(
            Override(
                lifts="trust:education", role=EVIL, reason=EVIL, published=EVIL,
                start=factories.TODAY, until=factories.USE_ENDS,
            ),
        ),
    )  # fmt: skip
    return of_readings(use, read(evidence, None), read(other, None))


STATE = state_of(Facts("permit", suspended=EVIL))


def status() -> str:
    return standing_text(EVIL, factories.TODAY, [(EVIL, (evil(), STATE))], [])


def annex_text() -> str:
    with zipfile.ZipFile(io.BytesIO(annex(evil()))) as word:
        return "".join(word.read(name).decode("utf-8") for name in word.namelist() if name.endswith(".xml"))  # fmt: skip


def shares(kind: str) -> str:
    made = licet.table(factories.PEOPLE, ["trust"], ["race"], unweighted=True)
    renamed = made.frame.with_columns(made.frame["group"].replace({"Asian": EVIL}))
    table = Table(renamed, title=EVIL, labels={"trust": EVIL})
    return {"page": table.to_html, "text": table.to_text}[kind]()


REPORTS: dict[str, Callable[[], str]] = {
    "screen": lambda: assessment_text(evil()),
    "explanation": lambda: explanation(evil()),
    "comparison": lambda: comparison_text(evil(), evil()),
    "status": status,
    "page": lambda: page(evil()),
    "table": lambda: csv_text(evil()),
    "data": lambda: json_text(evil()),
    "annex": annex_text,
    "page of shares": lambda: shares("page"),
    "shares": lambda: shares("text"),
}


@pytest.mark.parametrize("name", REPORTS)
def test_no_report_holds_what_a_terminal_obeys_or_hides(name: str) -> None:
    text = REPORTS[name]()
    assert [sign for sign in UNSAFE if sign in text] == []
    assert "gnp" in text or name in ("screen", "status"), "the text itself is there"


def test_a_title_of_two_lines_writes_no_line_of_its_own() -> None:
    use = factories.use(title="Help\nLICENSED. Do it.", controller="Town\nLICENSED. Do it.")
    found = of_readings(use, factories.reading(factories.LICENSED))
    status = standing_text(use.title, factories.TODAY, [("help.toml", (found, STATE))], [])
    for text in (assessment_text(found), explanation(found), comparison_text(found, found), status):
        assert not [line for line in text.splitlines() if line.strip().startswith("LICENSED. Do")]
    assert "Help LICENSED. Do it." in explanation(found)


def test_data_keep_the_text_as_it_was_declared() -> None:
    assert json.loads(json_text(evil())) == json.loads(json.dumps(document(evil())))
    assert json.loads(json_text(evil()))["use"]["title"] == evil().use.title
