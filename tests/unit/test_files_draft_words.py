"""What a draft makes of the words of labels: the sure ones are recognised, the others left alone."""

from __future__ import annotations

import pytest

from licet.files.guesses import guess_meaning, looks_like_weight, slug
from licet.files.stances import recognised_stances, sort_options
from licet.vocabulary import SUBJECT_LIST, term

TRUST = "How much do you trust the police to join records?"


def stances(options: str, wording: str = TRUST, kind: str = "trust") -> str | None:
    """permits|neutral|opposes, with commas between options; None if not recognised."""
    said, _ = sort_options(options.split("; "), ())
    found = recognised_stances(said, wording, kind)
    return found and "|".join(", ".join(entries) for entries in found.values())


@pytest.mark.parametrize(
    ("options", "lists"),
    [
        ("Agree; Neither; Disagree", "Agree|Neither|Disagree"),
        ("Strongly disagree; Disagree; Neither agree nor disagree; Agree; Strongly agree",
         "Agree, Strongly agree|Neither agree nor disagree|Strongly disagree, Disagree"),
        ("1. Tend to agree; 2. Tend to disagree", "1. Tend to agree||2. Tend to disagree"),
        ("Yes; No", "Yes||No"),
        ("No, definitely not; Yes, definitely", "Yes, definitely||No, definitely not"),
        ("Definitely should; Probably should not", "Definitely should||Probably should not"),
        ("A lot; Some; A little; Not at all", "A lot, Some||A little, Not at all"),
        ("A great deal; Only some; Hardly any", "A great deal|Only some|Hardly any"),
        ("Trust a lot; Trust somewhat; Distrust", "Trust a lot, Trust somewhat||Distrust"),
        ("Strongly support; Neutral; Oppose", "Strongly support|Neutral|Oppose"),
        ("In favour; Against", "In favour||Against"),
        ("Very confident; Not very confident; Not at all confident",
         "Very confident||Not very confident, Not at all confident"),
        ("Completely acceptable; Unacceptable", "Completely acceptable||Unacceptable"),
        ("Very uncomfortable; Somewhat comfortable", "Somewhat comfortable||Very uncomfortable"),
        ("Agree; Disagree; Neither", "Agree|Neither|Disagree"),
    ],
)  # fmt: skip
def test_known_scales_are_recognised_in_either_direction(options: str, lists: str) -> None:
    assert stances(options) == lists


@pytest.mark.parametrize(
    "options",
    ["1; 2; 3; 4", "red; green; blue", "can't trust; can't be too careful; depends",
     "Tout à fait d'accord; Pas du tout d'accord", "Sí; No", "Oui; Non",
     "Often true; Sometimes true; Never true", "Not at all; Slightly; Moderately; Extremely",
     "Agree; Distrust", "Agree; Disagree; Strongly agree", "Agree; Strongly agree",
     "0 Not at all; 1; 2; 3 Completely", "Yes", "Good; Bad"],
)  # fmt: skip
def test_other_scales_are_not(options: str) -> None:
    assert stances(options) is None


@pytest.mark.parametrize(
    "wording",
    ["I do not trust the police to join records", "Joining records would be wrong to do",
     "Do you distrust the police?", "Do you oppose joining records?", "It is unacceptable",
     "Records should not be joined", "I don't want records to be joined",
     "Would you object to it?", "distrust_police", "Joining puts families at risk",
     "I am worried about it", "I would opt out"],
)  # fmt: skip
def test_questions_put_the_other_way_round_are_never_recognised(wording: str) -> None:
    assert stances("Agree; Disagree", wording) is None


@pytest.mark.parametrize(
    "wording",
    ["Do you support or oppose joining records?", "How much do you agree or disagree: join them",
     "Is this acceptable or unacceptable?", "Do you trust or distrust the police?",
     "Records may be joined to find families who need help but did not ask for it"],
)  # fmt: skip
def test_naming_both_ends_or_not_asking_turns_nothing_round(wording: str) -> None:
    assert stances("Agree; Disagree", wording) == "Agree||Disagree"


def test_amounts_need_a_question_about_an_attitude() -> None:
    assert stances("A lot; Not at all", "How much effort did it take?") is None


def test_agreeing_to_a_worry_is_agreeing_and_comfort_is_not() -> None:
    worry = "I am worried that it leads to discrimination"
    assert stances("Agree; Disagree", worry, "concern") == "Agree||Disagree"
    assert stances("Very worried; Not worried", worry, "concern") == "Very worried||Not worried"
    assert stances("Comfortable; Uncomfortable", worry, "concern") is None
    assert stances("Very worried; Not worried", "Is it right?", "trust") is None


def test_who_does_not_answer_is_outside_and_who_does_not_know_is_apart() -> None:
    said, rest = sort_options(
        ["Yes", "Don't know", "Refused", "Prefer not to say", "Unsure", ".d", ".i", "Mark"],
        ["Mark"],
    )
    assert said == ["Yes"]
    assert rest["dont_know"] == ("Don't know", "Unsure", ".d")
    assert rest["outside"] == ("Refused", "Prefer not to say", ".i", "Mark")


@pytest.mark.parametrize("option", ["I would refuse", "I would prefer not to have them joined"])
def test_a_no_is_not_mistaken_for_no_answer(option: str) -> None:
    assert sort_options([option], ())[0] == [option]


@pytest.mark.parametrize(
    ("wording", "meaning"),
    [
        ("Trust the police", ("trust", "police")),
        ("I trust schools to join records", ("trust", "education")),
        ("Trust teachers", ("trust", "education")),
        ("Trust social workers", ("trust", "social_work")),
        ("Trust nurseries and children's centres", ("trust", "early_years")),
        ("Trust your GP", ("trust", "health")),
        ("Trust schools and the police", ("trust", "")),
        ("Trust the church", ("trust", "")),
        ("How confident are you that you can find help?", ("trust", "")),
        ("A company runs it", ("processor", "commercial")),
        ("Be asked first", ("demand", "ask_first")),
        ("Publish it", ("demand", "publish")),
        ("Worried about mistakes", ("concern", "inaccurate")),
        ("To save money", ("reason", "save_money")),
        ("nothing known", ("reason", "")),
    ],
)
def test_meanings_are_guessed_from_words_or_not_at_all(
    wording: str, meaning: tuple[str, str]
) -> None:
    assert guess_meaning(wording) == meaning
    if meaning[1]:
        assert term(SUBJECT_LIST[meaning[0]], meaning[1])


@pytest.mark.parametrize(
    ("name", "label", "weighs"),
    [
        ("wt", "", True), ("WGT_ALL", "", True), ("poids", "", True), ("x", "weight variable", True),
        ("PERSON_FINWT0", "Final Person Level Replicate Weight 0", True),
        ("PERSON_FINWT1", "Final Person Level Replicate Weight 1", False),
        ("Weight", "How much do you weigh, in pounds", False),
        ("birthwt", "Birth weight", False), ("answer", "", False), ("wave", "", False),
    ],
)  # fmt: skip
def test_weights_are_told_by_name_or_label(name: str, label: str, weighs: bool) -> None:
    assert looks_like_weight(name, label) is weighs


def test_ids_are_small_letters() -> None:
    assert slug("Ethnic group: Black/Other", "x") == "ethnic-group-black-other"
    assert (slug("漢", "item"), slug("All", "group")) == ("item", "group")
