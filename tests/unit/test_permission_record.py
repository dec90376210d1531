"""``licet permission record`` and ``withdraw``: by code and by handle, and every refusal."""

from __future__ import annotations

import re
from pathlib import Path

from tests.unit.permission_town import (  # noqa: F401
    DAY,
    SERVICES,
    USE,
    YES,
    app,
    events,
    known,
    letters,
    published,
    say,
    town,
)

# ruff: noqa: F811


def test_a_code_answers_once(town: Path, say) -> None:
    say("invite", USE, "--today", DAY)
    code = letters(town)[0]["code"]
    said = say("record", code.lower().replace("-", " "), "yes", "--channel", "phone")
    assert "You said yes" in said and "use early-help version 1" in said
    assert "not the legal basis" in said and "A no stops every new run at once." in said
    event = events(town)[-1]
    assert event.effect == "grant" and event.verified_by == "invitation code"
    assert event.notice_hash == events(town)[0].notice_hash and event.language == "en"
    said = say("record", code, "no", status=2)
    assert "used before" in said and f"withdraw {code}" in said
    assert len(events(town)) == sum(len(letters(town, s)) for s in SERVICES) + 1


def test_a_used_code_takes_its_yes_back(town: Path, say) -> None:
    say("invite", USE, "--today", DAY)
    first, second = (one["code"] for one in letters(town)[:2])
    say("record", first, "yes")
    said = say("withdraw", first)
    assert "took back every yes" in said and "Nothing: records were not joined" in said
    assert events(town)[-1].effect == "withdraw" and events(town)[-1].scope.version is None
    assert "You said no:" in say("withdraw", second)
    assert events(town)[-1].effect == "refuse", "nothing was given, so nothing is taken back"
    assert "used before" in say("record", second, "yes", status=2)


def test_a_wrong_code(town: Path, say) -> None:
    said = say("record", "AAAA-BBBB-CCCC-DDDD", "yes", status=2)
    assert "nobody was sent this code" in said and "do:" in said
    assert "nobody was sent this code" in say("withdraw", "AAAABBBBCCCCDDDD", status=2)
    say("invite", USE, "--today", DAY)
    code = letters(town)[0]["code"]
    assert "about the use 'early-help'" in say(
        "record", code, "no", "--use", "immigration", status=2
    )


def test_a_code_of_an_older_version_gives_no_yes(town: Path, say) -> None:
    say("invite", USE, "--today", DAY)
    path = town / USE
    path.write_text(path.read_text("utf-8").replace("version = 1", "version = 2"), "utf-8")
    code = letters(town)[0]["code"]
    assert "the code is of version 1" in say("record", code, "yes", status=2)
    say("record", code, "no")


def test_an_answer_by_handle(town: Path, say, known: str) -> None:
    said = say("record", known, "yes", *YES, "--out", "r.json", "--until", "2030-01-01")
    assert "2030-01-01" in said and "Checked who: yes" in said
    event = events(town)[-1]
    assert (event.relation, event.scope.version, event.recorded_by) == ("self", 1, "office")
    assert event.subject == event.expressed_by and event.notice_hash == events(town)[0].notice_hash
    holder = ("--relation", "parental_responsibility", "--said-by", f"{known} holder")
    say("record", known, "later", "--use", USE, *holder)
    assert events(town)[-1].expressed_by == events(town)[0].expressed_by or known not in said
    assert "took back" in say("withdraw", known, "--use", "early-help")
    said = say("record", known, "yes", "--use", "early-help", "--unverified")
    assert "counts only once somebody has checked" in said
    said = say("record", known, "no", "--everything", *holder)
    assert "everything" in said and "You said no" in said


def test_an_authoritys_yes_needs_somebody_independent(town: Path, say, known: str) -> None:
    words = ("record", known, "yes", *YES, "--relation", "corporate_parent", "--said-by", "council")
    say(*words, "--independent", "reviewing officer")
    assert events(town)[-1].independent == "reviewing officer"
    say(*words)
    assert events(town)[-1].independent == ""


REFUSED = [
    (("record", "{known}x", "yes", *YES), "nobody is known as"),
    (("record", "{known}", "perhaps"), "unknown answer 'perhaps'"),
    (("record", "{known}", "no"), "which use is this about?"),
    (("record", "{known}", "yes", "--use", "early-hlp"), "write 'early-help' if that is meant"),
    (("record", "{known}", "yes", "--use", "early-help"), "nobody has checked who says yes"),
    (("record", "{known}", "yes", "--everything", "--verified", "x"), "a yes is to one use"),
    (("record", "{known}", "yes", *YES, "--service", "police"), "unknown service of this use"),
    (("record", "{known}", "yes", *YES, "--language", "fr"), "no notice of early-help is written"),
    (("record", "{known}", "yes", *YES, "--at", "2199-01-01"), "still to come"),
    (("record", "{known}", "yes", *YES, "--at", "soon"), "'soon' is no time"),
    (("record", "{known}", "yes", *YES, "--at", "2026-01-01T10:00"), "with its time zone"),
    (("record", "{known}", "yes", *YES, "--until", "2020-01-01"), "it ends (2020-01-01) before"),
    (("record", "{known}", "yes", *YES, "--relation", "deputy"), "who says this?"),
    (("record", "{known}", "yes", *YES, "--said-by", "mum"), "somebody else says this"),
    (("record", "{known}", "no", "--use", "early-help", "--relation", "mum", "--said-by", "m"),
     "unknown relation 'mum'"),
    (("record", "{known}", "no", "--use", "early-help", "--channel", "fax"), "unknown channel"),
    (("record", "{known}", "no", "--use", "early-help", "--until", "2030-01-01"),
     "only a yes can have an end"),
    (("record", "{known}", "no", "--use", "early-help", "--out", "none/r.json"),
     "the receipt cannot be written there"),
    (("record", "{known}", "no", "--use", "early-help", "--today", "2199-01-01"), "still to come"),
    (("withdraw", "{known}"), "which use is this about?"),
    (("show", "{known}", "--counts"), "one subject, or counts of all?"),
    (("receipt",), "which receipt?"),
    (("receipt", "0000"), "there is no receipt '0000'"),
]  # fmt: skip


def test_every_refusal_says_what_to_do_and_records_nothing(town: Path, say, known: str) -> None:
    before = events(town)
    for words, what in REFUSED:
        said = say(*(word.replace("{known}", known) for word in words), status=2)
        assert what in said, words
        assert "where:" in said and ("allowed:" in said or "do:" in said), said
    assert events(town) == before


def test_a_no_given_by_one_holder_is_not_told_to_another(town: Path, say, known: str) -> None:
    """Receipt and notice are the same whatever somebody else has said."""
    holder = ("--relation", "parental_responsibility", "--said-by")
    words = ("withdraw", known, "--use", "early-help", *holder)

    def told(name: str) -> str:
        return re.sub(r"(Receipt |Event: +|When: +)\S.*", "", say(*words, name))

    assert told("mother") == told("father")
