"""The questionnaire as a document: what it may say, and every fault of it at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from licet.errors import BadInput
from licet.files.instrument import instrument_toml, read_instrument
from licet.instrument import template_words
from licet.instrument.document import NOT_ANSWERED, Instrument, Scale
from licet.instrument.reading_age import grade, reading_age, syllables
from licet.instrument.template import OPERATORS, template
from licet.report.questionnaire.words import hard_texts, whole_reading_age
from licet.vocabulary import AWARENESS, CONCERNS, DEMANDS, PROCESSORS, REASONS, SERVICES

EVERYTHING = template(tuple(SERVICES), tuple(REASONS), tuple(PROCESSORS))


def read(text: str, folder: Path) -> Instrument:
    path = folder / "instrument.toml"
    path.write_text(text, encoding="utf-8")
    return read_instrument(path)


def faults(text: str, folder: Path) -> list[str]:
    with pytest.raises(BadInput) as refused:
        read(text, folder)
    return [str(fault) for fault in refused.value.faults]


def test_the_template_has_every_kind_and_every_word_of_the_vocabulary() -> None:
    subjects: dict[str, set[str]] = {}
    for statement in EVERYTHING.statements:
        subjects.setdefault(statement.kind, set()).add(statement.subject)
    assert subjects == {
        "awareness": set(AWARENESS),
        "reason": set(REASONS),
        "trust": set(SERVICES),
        "processor": set(PROCESSORS),
        "concern": set(CONCERNS),
        "demand": set(DEMANDS),
    }


def test_every_question_of_the_template_can_be_left_unsaid() -> None:
    for scale in EVERYTHING.scales.values():
        assert scale.dont_know and scale.outside
    for question in EVERYTHING.questions:
        assert question.unknown or "Leave it empty" in question.hint


def test_licence_is_asked_with_three_stances_and_evenly() -> None:
    for name in ("acceptance", "trust", "agreement"):
        collapse = EVERYTHING.scales[name].collapse
        assert collapse.k == 3 and len(collapse.permits) == len(collapse.opposes)


def test_everybody_is_asked_what_licence_hangs_on() -> None:
    halved = {s.kind for s in EVERYTHING.statements if s.set}
    assert halved == {"concern"}


def test_the_template_is_for_readers_of_nine_to_eleven() -> None:
    assert 7 <= whole_reading_age(EVERYTHING) <= 11
    # Single sentences that name a service or a reason in long words come out a little higher.
    assert max((age for _, age in hard_texts(EVERYTHING)), default=0) <= 13
    for _, text in template_words.EXPLANATION:
        assert reading_age(text) <= 11


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("cat", 1),
        ("joined", 1),
        ("needed", 2),
        ("table", 2),
        ("police", 2),
        ("family", 3),
        ("the", 1),
    ],
)
def test_syllables(word: str, count: int) -> None:
    assert syllables(word) == count


def test_grade_is_the_printed_formula() -> None:
    # 6 words, 1 sentence, 6 syllables: 0.39 * 6 + 11.8 * 1 - 15.59
    assert grade("The cat sat on the mat.") == pytest.approx(-1.45)
    assert grade("") == 0


def test_chosen_services_and_reasons_come_in_the_order_given() -> None:
    made = template(("police", "tax"), ("save_money",), ("commercial",))
    own = [s.requirement for s in _items(made)]
    assert own == ["reason:save_money", "trust:police", "trust:tax", "processor:commercial"]


def _items(made: Instrument):
    from licet.evidence import LICENCE_KINDS, Item

    return [
        Item(id=s.id, kind=s.kind, subject=s.subject, wording=s.wording, k=3)
        for s in made.statements
        if s.kind in LICENCE_KINDS
    ]


@pytest.mark.parametrize(
    ("services", "reasons", "operators", "said"),
    [
        (("polise",), ("save_money",), OPERATORS, "'police'"),
        (("police",), ("save_mony",), OPERATORS, "'save_money'"),
        (("police", "police"), ("save_money",), OPERATORS, "a second time"),
        (("police",), ("save_money",), ("firm",), "public_partner"),
    ],
)
def test_words_that_nobody_knows_are_refused(services, reasons, operators, said) -> None:
    with pytest.raises(BadInput, match=said):
        template(services, reasons, operators)


def test_writing_and_reading_gives_the_same(tmp_path: Path) -> None:
    assert read(instrument_toml(EVERYTHING), tmp_path) == EVERYTHING


def test_odd_texts_survive_writing(tmp_path: Path) -> None:
    odd = 'A "quoted" \\ text,\n two lines; ' + "long " * 40 + 'end"""'
    made = Instrument(**(EVERYTHING.model_dump() | {"introduction": odd, "pilot": "\x7f é ü"}))
    assert read(instrument_toml(made), tmp_path) == made


def test_the_stamp_follows_what_people_see() -> None:
    keys = EVERYTHING.model_dump()
    assert Instrument(**keys | {"pilot": "Twelve parents"}).stamp == EVERYTHING.stamp
    assert Instrument(**keys | {"closing": "Bye."}).stamp != EVERYTHING.stamp


WHOLE = instrument_toml(template(("police", "education"), ("offer_unasked",)))
STATEMENT = 'id = "trust_police"'


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('subject = "police"', 'subject = "polise"', "unknown service 'polise'"),
        ('subject = "police"', 'subject = "polise"', "write 'police' if that is meant"),
        ('scale = "trust"', 'scale = "trusst"', "unknown scale 'trusst'"),
        ('block = "services"', 'block = "service"', "write 'services' if that is meant"),
        ('set = "set_a"', 'set = "set_c"', "unknown set 'set_c'"),
        ('sets = ["set_a", "set_b"]', 'sets = ["set_a"]', "a single set"),
        (
            'sets = ["set_a", "set_b"]',
            'sets = ["set_a", "set_b", "set_c"]',
            "the set 'set_c' alone",
        ),
        ('vignette = "case_reason', 'vignette = "case_reasn', "unknown vignette"),
        ('vignette = "case_operator_commercial"\n', "", "no statement follows the vignette"),
        (STATEMENT, 'id = "trust_education"', "'trust_education' is declared twice"),
        (STATEMENT, 'id = "age"', "the name of a question and of a statement"),
        (STATEMENT, 'id = "flip"', "means something else"),
        (STATEMENT, 'id = "Trust Police"', "cannot be a name"),
        (STATEMENT, STATEMENT + '\nitem = "trust_education"', "differ in subject"),
        (STATEMENT, STATEMENT + "\nwordng = 'x'", "unknown key 'wordng'"),
        ('id = "trust_police"', 'id = "trust_police"\nsource = ""', "is not valid TOML"),
        ('disagrees = ["No"]', 'disagrees = ["No"]\nflips = 1.5', "neither true nor false"),
        ('"Not sure", "Prefer', '"Prefer', "is no option: 'Not sure'"),
        ('["Yes", "No", "Not sure"', '["Not sure", "Yes", "No"', "stands before one that does"),
        ('permits = ["Trust fully"', 'agrees = ["Trust fully"', "this is a trust statement"),
        ('"Trust fully"', f'"{NOT_ANSWERED}"', "marks a question left empty"),
        ('"Trust fully"', '"1"', "bare numbers are its codes"),
        ("age < 30", "ag < 30", "unknown question 'ag'"),
        ("age < 30", "age < ", "this is not an expression"),
        ('\\"Black\\"', '\\"Blak\\"', "write 'Black' if that is meant"),
        ('\\"Lone parent\\"', '\\"Prefer not to say\\"', "is no answer to 'household'"),
        ("number = [16, 99]", "number = [99, 16]", "impossible range"),
        ("number = [16, 99]", "", "neither or both of options and number"),
        ('id = "knowing"', 'id = "known"', "has no statement"),
        ('purpose = "early_intervention"', 'purpose = "early"', "unknown purpose"),
        ("flip = true", "flip = 2.5", "neither true nor false"),
        ('order = "rotated"', 'order = "rotate"', "'as written' or 'rotated'"),
        ("version = 1", "version = 0", "version"),
        ("[consent]", "[consnt]", "write 'consent' if that is meant"),
        ("[[explanation]]", "[[explanations]]", "the key 'explanation' is missing"),
    ],
)
def test_a_fault_is_told_with_the_nearest_right_word(
    old: str, new: str, said: str, tmp_path: Path
) -> None:
    assert old in WHOLE
    changed = WHOLE.replace(old, new) if "[[" in old else WHOLE.replace(old, new, 1)
    assert any(said in fault for fault in faults(changed, tmp_path))


def test_a_flip_that_does_not_fit_the_scale(tmp_path: Path) -> None:
    text = WHOLE.replace("[scales.trust]", "[scales.trust]\nflips = false")
    assert "cannot be flipped" in faults(text, tmp_path)[0]


def test_a_statement_without_a_source_is_refused(tmp_path: Path) -> None:
    text = WHOLE.replace('source = "Licet template 1"\n', "", 1)
    found = faults(text, tmp_path)
    assert len(found) == 1 and "'source' is missing" in found[0] and "aware_stored" in found[0]


def test_two_wordings_of_one_item_need_two_sets(tmp_path: Path) -> None:
    twice = WHOLE.replace('id = "concern_inaccurate"', 'id = "other"\nitem = "concern_unknown_use"')
    twice = twice.replace('subject = "inaccurate"', 'subject = "unknown_use"')
    made = read(twice, tmp_path)
    assert [s.id for s in made.items["concern_unknown_use"]] == ["concern_unknown_use", "other"]
    same = twice.replace('set = "set_b"', 'set = "set_a"', 1)
    assert "asked twice of the same people" in faults(same, tmp_path)[0]


def test_all_faults_are_told_at_once_and_none_that_only_follows(tmp_path: Path) -> None:
    text = WHOLE.replace('subject = "police"', 'subject = "polise"')
    text = text.replace('scale = "knowledge"', 'scale = "knowlege"', 1)
    text = text.replace('title = "What you knew"\n', "")  # its statements still know the block
    text = text.replace("age < 30", "agge < 30").replace("version = 1", "versoin = 1", 1)
    found = faults(text, tmp_path)
    first = [fault.splitlines()[0] for fault in found]
    assert first == [
        "unknown key 'versoin'",
        "the key 'version' is missing",
        "the key 'title' is missing",
        "unknown service 'polise'",
        "unknown scale 'knowlege'",
        "unknown question 'agge'",
    ]
    assert all(str(tmp_path / "instrument.toml") in fault for fault in found)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "statements = 3",
        "scales = []",
        "[scales]\nx = 1",
        "statements = [1]",
        "sets = 3",
        "id = 1",
    ],
)
def test_what_is_no_questionnaire_is_refused(text: str, tmp_path: Path) -> None:
    assert faults(text, tmp_path)


def test_flipping_turns_the_stances_and_leaves_the_rest_last() -> None:
    scale = Scale(
        options=("A", "B", "C", "D"),
        permits=("A",),
        opposes=("B",),
        dont_know=("C",),
        outside=("D",),
    )
    assert scale.flipped == ("B", "A", "C", "D")
