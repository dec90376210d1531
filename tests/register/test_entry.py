"""The entry: what it is made of, that pages and data say the same, its schema, what it keeps back."""

from __future__ import annotations

import json
from datetime import date

import jsonschema
import pytest

from licet.log.leaves import read_leaf, write_leaf
from licet.register.entry import Dialogue, RegisterEntry
from licet.register.lines import line_of
from licet.register.making import entry_of, made_anew_on
from licet.register.reading_age import reading_age, syllables
from licet.register.ruled import ruled_of
from licet.register.schema import entry_schema, uses_schema, uses_value
from licet.report.ruling.data import document
from licet.report.ruling.wording import marks, reason_texts
from licet.report.site import pages
from licet.report.site.around import Around
from tests.register.conftest import AT, HASH, TODAY, Town
from tests.unit.test_report_cases import example, granted, nasty

AROUND = Around("Exampleton")


def leaf(kind: str, **body: object):
    return read_leaf(write_leaf(kind, AT, {"use": "early-help", **body}))


LEAVES = list(
    enumerate(
        [
            leaf("use_version", version=1, use_hash=HASH, title="Early help", status="proposed"),
            leaf("ruling", version=1, use_hash=HASH, ruling="permit", day="2026-11-30",
                 reasons=["Why."], evidence=[], floor="ask_first", expires="2027-06-30"),
            leaf("run_refused", why="nobody_asked", reasons=["Nobody has been asked yet."]),
            leaf("run_finished", run="20261130-abc", version=1, ledger_mark=HASH, outputs={},
                 counts={"persons": 1830, "households": None}, excluded={"said_no": None}),
        ]
    )
)  # fmt: skip


def ruled(assessment=None):
    found = assessment or example("early-help")
    return ruled_of(found.use, document(found), reason_texts(found), marks(found))


def told(assessment=None, versions=None, said=None, **more) -> RegisterEntry:
    found = ruled(assessment)
    declared = {1: json.loads(found.use.canonical())}
    leaves = LEAVES if said is None else said
    return entry_of(found, "Exampleton", versions or declared, leaves, today=TODAY, **more)


def whole(entry: RegisterEntry, language: str = "en") -> dict[str, str]:
    return {
        part: pages.use_page(
            AROUND.at(f"uses/{entry.id}/{part}".rstrip("/"), language), entry, part=part
        )
        for part in pages.PARTS
    }


def test_the_page_of_a_use_says_what_a_parent_must_know() -> None:
    text = "".join(whole(told()).values())
    for said in (
        "NO LICENCE: ASK EACH FAMILY",
        "Nothing of yours is joined unless you said yes.",
        "families@exampleton.example",
        "School census and attendance",
        "name, birth date, address, school, attendance",
        "Nobody has been asked yet.",
        "Saying no never stops or delays",
        "It holds until 30 June 2027.",
        "Reading age of this text",
        "Refused runs: 1",
        "Nobody has audited this yet",
        "The first version.",
    ):
        assert said in text, said


CONTRACT = {
    # what the data says                                            and on which page it stands
    "title": ("", lambda e: [e.title]),
    "state": ("", lambda e: [e.state.label, e.state.next]),
    "ruling": ("", lambda e: [e.ruling.heading, *e.ruling.headline, *e.ruling.reasons]),
    "how to say no": ("", lambda e: list(e.how_to_say_no)),
    "reading age": ("", lambda e: [str(e.reading_age.summary), str(e.reading_age.texts)]),
    "services": ("", lambda e: [one.label for one in e.services]),
    "sources": ("", lambda e: [one.name for one in e.declared.sources]),
    "decisions": ("", lambda e: [t for d in e.decisions for t in (d.decision.upper(), d.role, d.reason)]),
    "figures": ("figures", lambda e: [c.figure for r in e.ruling.requirements for c in r.figures if c.in_force]),
    "groups": ("figures", lambda e: [c.group_label for r in e.ruling.requirements for c in r.figures]),
    "wordings": ("figures", lambda e: [w for r in e.ruling.requirements for w in r.wordings]),
    "evidence": ("figures", lambda e: [one.title for one in e.ruling.evidence]),
    "runs": ("runs", lambda e: [one.text for one in e.runs]),
    "log": ("runs", lambda e: [f"Log entry {one.leaf}" for one in e.log]),
    "versions": ("versions", lambda e: [f"Version {one.version}" for one in e.versions]),
    "audits": ("audits", lambda e: [one.text for one in e.audits]),
}  # fmt: skip


@pytest.mark.parametrize("name", CONTRACT)
@pytest.mark.parametrize("use", ["early-help", "early-help-wide", "immigration"])
def test_page_and_data_say_the_same(name: str, use: str, made: Town) -> None:
    from html import unescape

    part, get = CONTRACT[name]
    entry = made.entry(use)
    assert RegisterEntry.model_validate(entry.json_value()) == entry
    text = unescape(whole(entry)[part])
    missing = [said for said in get(entry) if said not in text]
    assert not missing


def test_counts_kept_back_in_the_log_are_not_shown() -> None:
    text = whole(told())["runs"]
    assert "persons 1,830" in text and "households not shown" in text
    assert "said no not shown" in text


def test_figures_kept_back_are_null_and_stay_so() -> None:
    cells = [
        c for r in told(example("early-help", "synthetic")).ruling.requirements for c in r.figures
    ]
    kept = [c for c in cells if c.figure == "not shown"]
    assert kept and all(c.share is None for c in kept)


def test_a_use_without_licence_says_that_nothing_may_be_linked() -> None:
    found = told(example("early-help-wide"), said=[])
    text = whole(found)
    assert "NOT PERMITTED: nothing may be linked." in text[""]
    assert "Nothing was run, and no run was refused." in text["runs"]


def test_versions_show_what_changed_and_what_ends_earlier_answers() -> None:
    one = json.loads(example("early-help").use.canonical())
    two = {**one, "version": 2, "team": "Play", "services": ["education"]}
    found = told(versions={1: one, 2: two})
    assert [v.version for v in found.versions] == [2, 1] and found.versions[1].changes == ()
    assert {c.field: c.families_decide for c in found.versions[0].changes} == {
        "services": True,
        "team": False,
    }
    text = whole(found)["versions"]
    assert "what they said before no longer counts as a yes" in text
    assert "<del>early_years; social_work</del>" in text
    plain = {**one, "version": 2, "team": "Play"}
    assert "no longer counts" not in whole(told(versions={1: one, 2: plain}))["versions"]


def test_a_group_taken_out_of_sight_is_for_families_to_decide() -> None:
    from licet.register.versions import families_decide

    one = {"affected_groups": ["lone", "black"], "removed_groups": [], "team": "A"}
    assert families_decide(one, {**one, "affected_groups": ["lone"]}) == {"affected_groups"}
    assert families_decide(one, {**one, "removed_groups": ["lone"]}) == {"removed_groups"}
    assert families_decide(one, {**one, "affected_groups": ["lone", "black", "younger"]}) == set()
    assert families_decide(one, {**one, "team": "B"}) == set()


def test_hostile_texts_are_escaped() -> None:
    found = told(nasty())
    for language in ("en", "cy"):
        for text in whole(found, language).values():
            assert "<script" not in text and "\x07" not in text and "\u202e" not in text
    listed = pages.uses_page(AROUND, [line_of(found)], {}, uses=1)
    assert "<script" not in listed
    assert f'href="uses/{found.id}.html"' in listed


def test_nothing_is_called_synthetic_that_is_not() -> None:
    text = "".join(whole(told(granted(), said=[])).values())
    assert "SYNTHETIC" not in text


def test_the_schema_describes_every_entry_and_every_list(made: Town) -> None:
    schema = entry_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    entries = [made.entry(use) for use in ("early-help", "early-help-wide", "immigration")]
    for entry in (*entries, told(nasty()), told(granted())):
        jsonschema.validate(entry.json_value(), schema, cls=jsonschema.Draft202012Validator)
    lines = uses_value("Exampleton", [line_of(one) for one in entries])
    jsonschema.validate(lines, uses_schema(), cls=jsonschema.Draft202012Validator)
    wrong = {**entries[0].json_value(), "unheard_of": 1}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(wrong, schema, cls=jsonschema.Draft202012Validator)


KEYS = [
    "schema", "form", "licet_version", "not_legal_advice", "id", "version", "use_hash", "title", "body",
    "state", "synthetic", "notices", "marks", "services", "reasons", "purpose", "analytics", "operator",
    "company", "forecasts", "paid_by_results", "place", "declared", "reading_age", "ruling",
    "how_to_say_no", "versions", "runs", "refused_runs", "in_force", "audits", "decisions", "suspension",
    "conditions", "dialogue", "log", "downloads", "rules",
]  # fmt: skip


def test_keys_are_stable() -> None:
    assert list(told().json_value()) == KEYS, "a key taken away or renamed needs a new FORM"


def test_an_entry_is_made_anew_when_a_day_turns_something() -> None:
    found = told()
    last = min(one for one in (found.ruling.expires, found.declared.end) if one)
    evidence = min(
        (one.expires for one in found.ruling.evidence if one.expires >= TODAY), default=last
    )
    assert (
        made_anew_on(found, TODAY) == date.fromordinal(min(last, evidence).toordinal() + 1)
        or last < TODAY
    )
    waiting = told(dialogue=Dialogue(open=1))
    assert made_anew_on(waiting, TODAY) == date(2026, 12, 1)


AGES = [
    # text, years
    ("The cat sat on the mat. It was a big cat.", 5),
    ("We ask each family first. You can say no.", 6),
    (
        "The authority undertakes multidimensional interagency collaboration regarding vulnerability.",
        40,
    ),
]


@pytest.mark.parametrize(("text", "years"), AGES)
def test_reading_age(text: str, years: int) -> None:
    found = reading_age(text)
    assert found is not None and abs(found - years) <= (1 if years < 20 else 12)


def test_too_few_words_have_no_reading_age() -> None:
    assert reading_age("Four words are few") is None
    assert reading_age("") is None


SYLLABLES = {"cat": 1, "make": 1, "table": 2, "families": 3, "wanted": 2, "asked": 1, "records": 2,
             "education": 4, "the": 1, "people": 2, "houses": 2}  # fmt: skip


@pytest.mark.parametrize("word", SYLLABLES)
def test_syllables(word: str) -> None:
    assert syllables(word) == SYLLABLES[word]


DIFFERENCES = [
    # before, after, what is said of them
    ("a", "b", ("a", "b")),
    (None, "b", ("nothing", "b")),
    (False, True, ("no", "yes")),
    (["a", "b"], ["b", "c", "d"], ("a", "c; d")),
    (["a", "b"], ["b", "a"], ("a; b", "b; a")),
    ({"name": "x", "owner": "y"}, {"name": "x", "owner": "z"}, ("name: x, owner: y", "name: x, owner: z")),
    ([{"name": "x", "owner": "y"}], [{"name": "x", "owner": "z"}], ("name: x, owner: y", "name: x, owner: z")),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "said"), DIFFERENCES)
def test_a_difference_is_told_without_what_is_the_same(before, after, said) -> None:
    from licet.register.versions import difference

    assert difference(before, after) == said


def test_what_happened_to_a_run_stands_with_the_runs() -> None:
    said = [
        (0, leaf("run_changed", run="20261130-abc", version=1, outputs={})),
        (1, leaf("unsealed", run="20261130-abc", why="in_force")),
        (2, leaf("explained", run="20261130-abc", role="Early help, team 2")),
    ]
    found = told(said=said)
    assert [one.kind for one in found.runs] == ["run_changed", "unsealed", "explained"]
    assert found.in_force and found.state.id == "linked"
    assert (
        "were shown, with why they are one person, to: Early help, team 2." in whole(found)["runs"]
    )
