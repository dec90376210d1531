"""What the entry holds of dialogue and audits: public words alone, days waited, figures by group."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

import pytest

from licet.chapters import audit_figures, talking
from licet.chapters.talking import Who
from tests.register.conftest import Town, contents
from tests.register.test_entry import leaf, told, whole
from tests.register.test_site import dead

FAMILY, MODERATOR = Who("family"), Who("moderator", "Information governance")
OWNER = Who("owner", "Head of Early Help")
NOW = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)
WORDS = "Please leave the police records out of all of this."
SECRET = "My neighbour Zebedee Planted told me about the linkage."


def day(days: int) -> date:
    return (NOW + timedelta(days=days)).date()


def opened(town: Town, words: str = WORDS, sort: str = "proposal") -> int:
    number = talking.ask(town.root, "early-help", sort, words, FAMILY, now=NOW).item
    talking.do(town.root, number, "open", MODERATOR, now=NOW + timedelta(hours=1))
    return number


def test_a_question_waits_in_days_and_is_overdue_in_the_end(town: Town) -> None:
    opened(town)
    soon, late = town.entry(today=day(5)).dialogue, town.entry(today=day(60)).dialogue
    assert (soon.open, soon.overdue, soon.items[0].waits) == (1, 0, 5)
    assert (late.open, late.overdue, late.longest_wait) == (1, 1, 60)
    assert soon.items[0].text == WORDS and soon.items[0].answer == ""


def test_words_that_no_moderator_opened_are_nowhere(town: Town) -> None:
    talking.ask(town.root, "early-help", "question", SECRET, FAMILY, now=NOW)
    found = town.entry(today=day(1)).dialogue
    assert (found.open, found.items) == (1, ())
    town.publish(today=day(1))
    for name, data in contents(town.site).items():
        assert b"Zebedee" not in data, name


def test_an_answer_and_its_condition_stand_on_the_pages(town: Town) -> None:
    number = opened(town)
    talking.do(town.root, number, "accept", OWNER, now=NOW + timedelta(days=3), words="Yes, we leave it out.",
               parameter="exclude_service", value="police")  # fmt: skip
    entry = town.entry(today=day(4))
    (question,), (condition,) = entry.dialogue.items, entry.conditions
    assert question.answer.startswith("Accepted") and "Yes, we leave it out." in question.answer
    assert (entry.dialogue.open, entry.dialogue.answered, entry.dialogue.median_days) == (0, 1, 3.0)
    assert (condition.parameter, condition.value, condition.ended) == (
        "exclude_service",
        "police",
        False,
    )
    assert condition.question == f"q-{number}" and "police" in condition.text.casefold()
    text = whole(entry)
    assert (
        "Records of police stay out." in text["changed"]
        and "Yes, we leave it out." in text["questions"]
    )
    town.publish(today=day(4))
    held = contents(town.site)
    assert f"questions/{number}.html" in held and dead(town.site) == []
    talking.do(
        town.root,
        number,
        "end",
        OWNER,
        now=NOW + timedelta(days=9),
        words="The law has changed since then.",
    )
    assert town.entry(today=day(10)).conditions[0].ended


def test_an_accepted_condition_changes_the_ruling_that_everybody_reads(town: Town) -> None:
    assert town.entry(today=day(0)).ruling.kind == "Permit"
    number = opened(town)
    talking.do(town.root, number, "accept", OWNER, now=NOW + timedelta(days=1), words="Yes, it has to be more.",
               parameter="minimum_licence", value="0.9")  # fmt: skip
    entry = town.entry(today=day(1))
    assert entry.ruling.kind != "Permit" and entry.ruling.day == day(1)
    assert [one.kind for one in entry.log].count("ruling") == 2, "at once, before anybody publishes"
    town.publish(today=day(1))
    published = town.entry(today=day(1))
    assert published.ruling == entry.ruling
    assert published.log == entry.log, "and once only"
    talking.do(
        town.root,
        number,
        "end",
        OWNER,
        now=NOW + timedelta(days=9),
        words="The law has changed since then.",
    )
    assert town.entry(today=day(10)).ruling.kind == "Permit"


REPORTS = {
    "linkage": (
        {"kind": "linkage audit", "labels": None, "clusters": {"rates": [
            {"measure": "missed", "group": "Black parents", "value": 0.08, "low": 0.05, "high": 0.11,
             "base": 240, "shown": "yes"},
            {"measure": "missed", "group": "Lone parents", "value": None, "low": None, "high": None,
             "base": None, "shown": "not shown"}]}},
        [("Missed", "Black parents", "8.00 % [5, 11]"), ("Missed", "Lone parents", "not shown")],
    ),
    "source": (
        {"kind": "source audit", "over_representation": [
            {"by": "ethnicity", "group": "black", "people": 120, "ratio": 1.8, "ratio_low": 1.5,
             "ratio_high": 2.1, "verdict": "FAIL", "shown": "yes"},
            {"by": "ethnicity", "group": "asian", "people": 7, "ratio": 1.8, "ratio_low": 1.5,
             "ratio_high": 2.1, "verdict": "UNDETERMINED", "shown": "not shown"}]},
        [(None, "black", "1.80 times (FAIL)"), (None, "asian", "not shown")],
    ),
    "forecast": (
        {"schema": "licet-audit-forecast-1", "groups": [
            {"by": "ethnicity", "group": "black", "label": "Black", "rates": {
                "fpr": {"value": 0.3, "low": 0.2, "high": 0.4, "n": 90, "shown": True, "why_not": ""},
                "fnr": {"value": None, "low": None, "high": None, "n": None, "shown": False,
                        "why_not": "not shown"}}}]},
        [("Wrongly flagged", "Black", "30 % [20, 40]"), ("Missed", "Black", "not shown")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("audit", REPORTS)
def test_figures_by_group_come_from_the_report_that_the_log_names(audit: str, town: Town) -> None:
    report, wanted = REPORTS[audit]
    place = town.root / "reports" / "early-help" / audit
    place.mkdir(parents=True)
    data = json.dumps(report).encode()
    (place / "audit.json").write_bytes(data)
    (place / "other.json").write_bytes(b"[1, 2]")
    name = sha256(data).hexdigest()
    said = [
        (0, leaf("audit", version=1, audit=audit, standing="fail", day="2026-11-30", report=name))
    ]
    figures = audit_figures.figures_of(town.root, "early-help", said)
    found = [(one.measure, one.group, one.text) for one in figures[name]]
    assert [
        (m if w[0] else None, g, t) for (m, g, t), w in zip(found, wanted, strict=True)
    ] == wanted
    assert all(
        one.value is None and one.base is None for one in figures[name] if one.text == "not shown"
    )
    text = whole(told(said=said, figures=figures))["audits"]
    assert wanted[0][2].split(" [")[0] in text
    (place / "audit.json").write_text(json.dumps(report).replace("0.08", "0.01") + " ")
    assert audit_figures.figures_of(town.root, "early-help", said) == {}
