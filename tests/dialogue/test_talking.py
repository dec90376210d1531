"""The dialogue of a workspace: kept with its log or not at all, and shown to whoever may see it."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from licet.chapters import accepting, listening, talking
from licet.chapters.binding import accepted
from licet.chapters.dialogue_words import list_text, question_text
from licet.chapters.publishing import publish
from licet.chapters.ruling import assess
from licet.chapters.stores import open_store
from licet.chapters.talking import Who
from licet.chapters.workspaces import init
from licet.errors import BadInput
from licet.files.workspace import Workspace, read_workspace
from licet.log.leaves import Leaf

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
TODAY = NOW.date()
USE = "early-help"
FAMILY, OTHER = Who("family"), Who("another family")
MODERATOR, SECOND = Who("moderator", "Information governance"), Who("second", "Records")
OWNER = Who("owner", "Head of Early Help")
WORDS = "Why is this done without asking us first? Zephyrine wants to know."
ANSWER = "Because the council decided so last year; we were wrong not to ask."
SETTINGS = """
[dialogue]
days_off = "SCT"
groups = { lone = "Lone parents", large = "Families with 3 or more children" }
seconds = 2
"""


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace whose store is there."""
    root = tmp_path_factory.mktemp("talking") / "town"
    init(root)
    settings = root / "licet.toml"
    settings.write_text(settings.read_text("utf-8") + SETTINGS, encoding="utf-8")
    with open_store(read_workspace(root)):
        return root


@pytest.fixture
def town(fresh: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(fresh, tmp_path / "town"))


def leaves(root: Path) -> list[Leaf]:
    with open_store(read_workspace(root)) as store:
        return [entry.leaf for entry in store.log.entries()]


def sent(root: Path, sort: str = "proposal", who: Who = FAMILY) -> int:
    return talking.ask(root, USE, sort, WORDS, who, now=NOW).item


def opened(root: Path, sort: str = "proposal") -> int:
    number = sent(root, sort)
    talking.do(root, number, "open", MODERATOR, now=NOW + timedelta(hours=1))
    return number


def test_what_was_sent_is_seen_by_its_sender_and_by_staff_until_it_is_opened(town: Path) -> None:
    number = sent(town)
    assert listening.question(town, number, today=TODAY) is None
    assert listening.question(town, number, today=TODAY, who=OTHER) is None
    own = listening.question(town, number, today=TODAY, who=FAMILY)
    staff = listening.question(town, number, today=TODAY, who=MODERATOR)
    assert own and staff and own.words == staff.words == WORDS and own.own and not staff.own
    assert "Zephyrine" not in str(listening.heard(town, today=TODAY))
    talking.do(town, number, "open", MODERATOR, now=NOW)
    shown = listening.question(town, number, today=TODAY)
    assert shown and shown.words == WORDS and shown.due == date(2026, 12, 2)


def test_what_is_not_published_has_a_public_reason_and_no_word_of_it(town: Path) -> None:
    number = sent(town)
    reason = "It names a child; please send it again without."
    talking.do(town, number, "withhold", MODERATOR, now=NOW, words=reason)
    found = listening.heard(town, today=TODAY)
    assert [(q.name, q.words, q.reason) for q in found.hidden] == [(f"q-{number}", "", reason)]
    assert found.questions == () and "Zephyrine" not in str(found)
    talking.do(town, number, "appeal", FAMILY, now=NOW)
    with pytest.raises(BadInput, match="cannot judge the appeal"):
        talking.do(town, number, "open", MODERATOR, now=NOW)
    talking.do(town, number, "open", SECOND, now=NOW)
    assert [leaf.body["state"] for leaf in leaves(town)] == ["not_published", "opened"]


def test_no_word_and_no_person_is_in_the_log(town: Path) -> None:
    number = opened(town, "question")
    talking.do(town, number, "explain", OWNER, now=NOW + timedelta(days=3), words=ANSWER)
    talking.do(town, number, "contest", FAMILY, now=NOW + timedelta(days=4))
    talking.do(town, number, "withdraw", FAMILY, now=NOW + timedelta(days=5))
    told = leaves(town)
    assert [leaf.kind for leaf in told] == ["question", "answer", "question", "question"]
    assert [leaf.body.get("state") for leaf in told] == ["opened", None, "contested", "withdrawn"]
    assert "Zephyrine" not in str(told) and "council decided" not in str(told)
    assert "late" not in told[1].body


def test_a_text_is_taken_down_and_the_reason_stays(town: Path) -> None:
    number = opened(town)
    why = "It turned out to name somebody who did not agree."
    talking.do(town, number, "take_down", MODERATOR, now=NOW + timedelta(days=1), words=why)
    shown = listening.question(town, number, today=TODAY)
    assert shown and shown.words == "" and shown.gone == why
    assert "Zephyrine" not in str(shown) and why in question_text(shown)
    assert leaves(town)[-1].body["state"] == "taken_down"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("Too short.", "10 characters"),
        ("x" * 1001, "1001 characters"),
        ("  ", "nothing"),
        ("a word \x07 with a bell in it, and more", "cannot be seen"),
    ],
)
def test_words_have_a_length_and_signs_that_can_be_seen(town: Path, words: str, told: str) -> None:
    with pytest.raises(BadInput, match=told):
        talking.ask(town, USE, "question", words, FAMILY, now=NOW)
    assert leaves(town) == []


def test_a_move_that_fails_keeps_nothing(town: Path) -> None:
    number = opened(town)
    before = leaves(town)
    for attempt in (
        {"parameter": "exclude_service", "value": "polise"},
        {"parameter": "retention", "value": "soon"},
        {"parameter": "forget", "value": "true"},
        {},
    ):
        with pytest.raises(BadInput):
            talking.do(
                town, number, "accept", OWNER, now=NOW + timedelta(days=1), words=ANSWER, **attempt
            )
    with pytest.raises(BadInput):
        talking.do(town, 99, "open", MODERATOR, now=NOW)
    with pytest.raises(BadInput, match="use"):
        talking.ask(town, "nothing", "question", WORDS, FAMILY, now=NOW)
    assert leaves(town) == before
    with open_store(read_workspace(town)) as store:
        assert len(store.dialogue.acts()) == 2


def test_an_accepted_condition_is_in_force_in_every_ruling(town: Path) -> None:
    path = town / "uses" / f"{USE}.toml"
    before = assess(path, today=TODAY, vary=False).ruling
    preview = accepting.preview(town, USE, "exclude_service", "education", today=TODAY)
    assert (preview.before, preview.after) == (before.heading, "NOT PERMITTED")
    assert assess(path, today=TODAY, vary=False).ruling == before  # nothing was kept
    number = opened(town)
    talking.do(town, number, "accept_in_part", OWNER, now=NOW + timedelta(days=1), words=ANSWER,
               parameter="exclude_service", value="education")  # fmt: skip
    after = assess(path, today=TODAY, vary=False).ruling
    assert after.kind == "Refusal" and "exclude_service = education" in after.reasons[0].text
    assert assess(path, today=TODAY, vary=False, agreed=()).ruling == before
    found = listening.heard(town, today=TODAY)
    assert [(use, item) for use, _, _, item, _ in found.changed] == [(USE, f"q-{number}")]
    assert "What people changed:" in list_text(found)


def test_the_form_offers_what_fits_and_not_what_binds_already(town: Path) -> None:
    offered = {choice.key for choice in accepting.fitting(town, USE)}
    assert {"exclude_service=police", "no_company=true", "maximum_age=", "scope=person"} <= offered
    number = opened(town)
    talking.do(town, number, "accept", OWNER, now=NOW + timedelta(days=1), words=ANSWER,
               parameter="no_company", value="true")  # fmt: skip
    assert "no_company=true" not in {choice.key for choice in accepting.fitting(town, USE)}
    assert all(choice.text for choice in accepting.fitting(town, USE))


def test_votes_are_shown_by_declared_group_once_there_are_enough(town: Path) -> None:
    number = opened(town)
    for n in range(24):
        voter = Who(f"voter {n}")
        talking.declare(town, voter, ["lone"] if n % 2 else ["large"])
        talking.say(town, number, voter, "agree" if n < 20 else "disagree", now=NOW)
    shown = listening.question(town, number, today=TODAY)
    assert shown and [row.seen for row in shown.agreement.groups] == [12, 12]
    assert shown.agreement.bridging == pytest.approx(0.599, abs=0.005)
    assert shown.must == "Every group that was heard agrees."
    talking.say(town, number, Who("voter 0"), "disagree", now=NOW)
    again = listening.question(town, number, today=TODAY)
    assert again and again.agreement.all.agree == 19
    assert "Lone parents: 10 of 12 agree" in question_text(again)


def test_few_voices_are_not_shown(town: Path) -> None:
    number = opened(town, "objection")
    for n in range(9):
        talking.say(town, number, Who(f"voter {n}"), "agree", now=NOW)
        talking.say(town, number, Who(f"voter {n}"), "second", now=NOW)
    shown = listening.question(town, number, today=TODAY)
    assert shown and shown.agreement.all.seen is None and shown.seconds is None
    assert "not enough voices yet" in question_text(shown)
    assert shown.must == "Enough people second it."


def rulings(root: Path) -> list[tuple[str, str]]:
    """Every ruling in the log: what, and its first reason."""
    return [
        (leaf.body["ruling"], leaf.body["reasons"][0])
        for leaf in leaves(root)
        if leaf.kind == "ruling" and leaf.body["use"] == USE
    ]


def test_the_log_has_the_new_ruling_as_soon_as_a_condition_binds_and_ends(town: Path) -> None:
    """Not only when somebody next publishes or links; the same ruling is not told again."""
    publish(town, today=TODAY, only=[town / "uses" / f"{USE}.toml"])
    number, after = opened(town), NOW + timedelta(days=1)
    ((before, _),) = rulings(town)
    talking.do(town, number, "accept", OWNER, now=after, words=ANSWER,
               parameter="exclude_service", value="education")  # fmt: skip
    assert rulings(town)[-1][0] == "refusal" != before
    assert "condition" in rulings(town)[-1][1]
    assert [leaf.kind for leaf in leaves(town)[-3:]] == ["answer", "condition", "ruling"]
    talking.do(town, number, "end", OWNER, now=after, words=ANSWER)
    assert [kind for kind, _ in rulings(town)] == [before, "refusal", before]
    publish(town, today=after.date(), only=[town / "uses" / f"{USE}.toml"])
    assert len(rulings(town)) == 3


def test_the_log_has_the_new_ruling_as_soon_as_an_overdue_answer_suspends(town: Path) -> None:
    settings = town / "licet.toml"
    text = settings.read_text("utf-8").replace(
        "seconds = 2", 'seconds = 2\noverdue_suspends = "yes"'
    )
    settings.write_text(text, encoding="utf-8")
    publish(town, today=TODAY, only=[town / "uses" / f"{USE}.toml"])
    number, late = opened(town), TODAY + timedelta(days=60)
    listening.log_overdue(town, today=TODAY + timedelta(days=5))
    ((before, reason),) = rulings(town)
    for _ in range(2):
        listening.log_overdue(town, today=late)
    told = f"An answer to families is overdue: q-{number}. Until it is given nothing is linked."
    assert rulings(town)[1:] == [(before, told)], "once"
    talking.do(town, number, "decline", OWNER, now=NOW + timedelta(days=61), words=ANSWER)
    assert rulings(town)[2:] == [(before, reason)]


def test_nobody_seconds_their_own_nor_votes_on_what_is_not_open(town: Path) -> None:
    number = sent(town)
    with pytest.raises(BadInput, match="nobody can vote"):
        talking.say(town, number, OTHER, "agree", now=NOW)
    talking.do(town, number, "open", MODERATOR, now=NOW)
    with pytest.raises(BadInput, match="cannot second"):
        talking.say(town, number, FAMILY, "second", now=NOW)
    with pytest.raises(BadInput):
        talking.declare(town, FAMILY, ["martian"])


def test_a_notice_is_read_beside_the_dialogue_and_counts_as_nothing(town: Path) -> None:
    talking.ask(
        town, USE, "notice", "A leaflet was sent to every family this week.", OWNER, now=NOW
    )
    found = listening.heard(town, today=TODAY + timedelta(days=90))
    assert (found.counts.asked, found.counts.overdue) == (0, 0)
    assert len(found.notices) == 1 and found.questions == ()
    with pytest.raises(BadInput):
        talking.ask(town, USE, "question", "The body asks itself a question here.", OWNER, now=NOW)
    with pytest.raises(BadInput):
        talking.ask(town, USE, "notice", "A family cannot give notice to anybody.", FAMILY, now=NOW)


def test_bank_holidays_are_those_of_the_workspace(town: Path) -> None:
    """30 November 2026 is Saint Andrew's Day, a bank holiday in Scotland alone."""
    asked = date(2026, 10, 31)
    workspace = read_workspace(town)
    assert talking.clock(workspace)(asked) == date(2026, 12, 1)
    england = Workspace(workspace.root, "England")
    assert talking.clock(england)(asked) == date(2026, 11, 30)


def test_without_a_store_nothing_was_ever_accepted(tmp_path: Path) -> None:
    init(tmp_path / "new")
    assert accepted(read_workspace(tmp_path / "new"), USE) == ()
    assert not (tmp_path / "new" / "store").exists()


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('days_off = "London"', "dialogue.days_off"),
        ('overdue_suspends = "maybe"', "dialogue.overdue_suspends"),
        ("voices = 5", "dialogue.voices"),
        ('seconds = "two"', "dialogue.seconds"),
        ('groups = ["lone"]', "dialogue.groups"),
        ("loud = true", "loud"),
    ],
)
def test_wrong_settings_are_told(tmp_path: Path, line: str, told: str) -> None:
    (tmp_path / "licet.toml").write_text(f'name = "Town"\n[dialogue]\n{line}\n', encoding="utf-8")
    with pytest.raises(BadInput, match=told):
        read_workspace(tmp_path)


def test_every_report_says_what_is_in_force(town: Path) -> None:
    import json

    from licet.chapters.ruling import assessment_json, assessment_screen, explain
    from licet.chapters.workspaces import status
    from licet.report.ruling.page import page

    path = town / "uses" / f"{USE}.toml"
    number = opened(town)
    talking.do(town, number, "accept", OWNER, now=NOW + timedelta(days=1), words=ANSWER,
               parameter="maximum_age", value="365")  # fmt: skip
    found = assess(path, today=TODAY, vary=False)
    told = "No extract is older than 365 days when it is linked."
    texts = (assessment_screen(found), explain(found), page(found), status(town, today=TODAY))
    for text in texts:
        flat = " ".join(text.split())
        assert told in flat and "agreed on 2026-11-03" in flat
    (held,) = json.loads(assessment_json(found))["conditions"]
    assert (held["item"], held["value"], held["enforced_by"]) == (f"q-{number}", "365", "linker")
    without = assess(path, today=TODAY, vary=False, agreed=())
    assert told not in assessment_screen(without)
