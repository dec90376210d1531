"""Evidence that cannot be meant does not exist; each refusal names what to do."""

from __future__ import annotations

from datetime import date

import pytest

from licet.errors import BadInput
from licet.evidence import Collapse, Evidence, Item, PrintedFigure
from licet.groups import Group
from licet.sampling import DesignDeclaration
from tests.factories import evidence, fieldwork, figure, item, population


@pytest.mark.parametrize("ages", [(-1, 3), (5, 3), (0, 26)])
def test_impossible_ages_are_refused(ages: tuple[int, int]) -> None:
    with pytest.raises(BadInput, match="impossible ages"):
        population(child_ages=ages)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"end": date(2018, 1, 1)}, "before it starts"),
        ({"expires": date(2019, 12, 30)}, "before its fieldwork ends"),
        ({"sample": "snowball"}, "unknown sample 'snowball'"),
        ({"response_rate": 1.2}, "response_rate"),
        ({"interviews": 0}, "interviews"),
    ],
)
def test_impossible_fieldwork_is_refused(changes: dict[str, object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        fieldwork(**changes)


def test_a_file_without_weights_must_say_so_and_the_line_is_shown() -> None:
    with pytest.raises(BadInput) as refused:
        DesignDeclaration()
    assert 'weight = "COLUMN", or unweighted = true' in str(refused.value)
    with pytest.raises(BadInput, match="both a weight and unweighted"):
        DesignDeclaration(weight="w", unweighted=True)
    assert DesignDeclaration(unweighted=True).lonely_psu == "error"
    with pytest.raises(BadInput, match="lonely_psu"):
        DesignDeclaration(unweighted=True, lonely_psu="ignore")


@pytest.mark.parametrize(
    ("lists", "message"),
    [
        ({"opposes": ("no",)}, "no permitting option"),
        ({"permits": ("yes",)}, "one stance only"),
        ({"permits": ("yes",), "dont_know": ("?",)}, "one stance only"),
        ({"permits": ("yes",), "opposes": ("no", "yes")}, "overlapping stances: 'yes'"),
        ({"permits": ("yes", "yes"), "opposes": ("no",)}, "overlapping stances: 'yes'"),
        ({"permits": ("yes",), "opposes": ("no",), "outside": ("no",)}, "overlapping stances"),
    ],
)
def test_a_collapse_that_says_nothing_or_too_much_is_refused(
    lists: dict[str, tuple[str, ...]], message: str
) -> None:
    with pytest.raises(BadInput, match=message):
        Collapse(**lists)


@pytest.mark.parametrize(
    ("lists", "k"),
    [
        ({"permits": ("a",), "opposes": ("b",)}, 2),
        ({"permits": ("a",), "neutral": ("b",)}, 2),
        ({"permits": ("a", "b"), "neutral": ("c",), "opposes": ("d", "e")}, 3),
        ({"permits": ("a",), "opposes": ("b",), "dont_know": ("c",), "outside": ("d",)}, 2),
    ],
)
def test_stances_are_counted_after_the_collapse(lists: dict[str, tuple[str, ...]], k: int) -> None:
    assert Collapse(**lists).k == k
    assert Collapse(**lists).options == tuple(o for found in lists.values() for o in found)


def test_an_item_knows_its_requirement_and_its_subjects() -> None:
    assert item("trust:police").requirement == "trust:police"
    with pytest.raises(BadInput, match="write 'police' if that is meant"):
        item("trust:polise")
    with pytest.raises(BadInput, match="unknown reason 'police'"):
        item("reason:police")
    with pytest.raises(BadInput, match="unknown kind 'faith'"):
        Item(id="i", kind="faith", subject="police", wording="?", k=3)


@pytest.mark.parametrize("kind", ["reason:save_money", "trust:police", "processor:commercial"])
@pytest.mark.parametrize("k", [4, 5, 7])
def test_licence_is_read_from_two_or_three_stances_only(kind: str, k: int) -> None:
    with pytest.raises(BadInput, match=f"licence cannot be read from {k} stances"):
        item(kind, k)
    assert item("demand:publish", k).k == k
    with pytest.raises(BadInput):
        item(kind, 1)


def test_every_option_asked_needs_a_stance() -> None:
    collapse = Collapse(permits=("yes",), opposes=("no",))
    with pytest.raises(BadInput, match="undeclared collapse: no stance is given for 'maybe'"):
        item("trust:police", 2, collapse=collapse, options=("yes", "maybe", "no"))


@pytest.mark.parametrize("percent", [-0.1, 100.1, float("nan"), float("inf")])
def test_a_percentage_lies_between_0_and_100(percent: float) -> None:
    with pytest.raises(BadInput):
        figure("trust:police", "all", percent, 90)


@pytest.mark.parametrize("base", [0, -3])
def test_a_base_is_at_least_one_person(base: int) -> None:
    with pytest.raises(BadInput):
        figure("trust:police", "all", 50, base)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"items": []}, "no item is declared"),
        ({"items": [item("trust:police")] * 2}, "the item 'trust:police' is declared twice"),
        ({"groups": ["lone"], "reference": ["lone"]}, "an empty list of groups"),
        ({"groups": []}, "an empty list of groups"),
        ({"printed": None}, "neither or both"),
        ({"design": DesignDeclaration(unweighted=True)}, "neither or both"),
        (
            {"figures": [figure("trust:health", "all", 3, 9)], "items": [item("trust:police")]},
            "unknown item 'trust:health'",
        ),
        (
            {"figures": [figure("trust:police", "mars", 3, 9)], "groups": ["lone"]},
            "unknown group 'mars'",
        ),
        ({"deff": 0.5}, "deff"),
    ],
)
def test_evidence_that_does_not_hang_together_is_refused(
    changes: dict[str, object], message: str
) -> None:
    with pytest.raises(BadInput, match=message):
        evidence({("trust:police", "all"): "granted"}, **changes)  # type: ignore[arg-type]


def test_all_faults_of_evidence_are_found_at_once() -> None:
    figures = [figure("trust:police", "mars", 3, 9), figure("trust:police", "venus", 3, 9)]
    with pytest.raises(BadInput) as refused:
        evidence(figures=figures, groups=[], items=[item("trust:police")] * 2)
    assert len(refused.value.faults) == 4


@pytest.mark.parametrize("second", [30, 60])
def test_a_figure_printed_twice_is_refused(second: float) -> None:
    twice = [figure("trust:police", "all", p, 90) for p in (60, second)]
    with pytest.raises(BadInput):
        evidence(figures=twice)


def test_stances_that_sum_to_more_than_everybody_are_refused() -> None:
    sides = [
        figure("trust:police", "all", 80, 90),
        figure("trust:police", "all", 60, 90, "opposes"),
    ]
    with pytest.raises(BadInput):
        evidence(figures=sides)
    # Rounding may add a point.
    figures = [
        figure("trust:police", "all", 51, 90),
        figure("trust:police", "all", 50, 90, "opposes"),
    ]
    assert len(evidence(figures=figures).figures) == 2


def test_labels_of_groups() -> None:
    found = evidence({("trust:police", "all"): "granted"}, groups=["lone"])
    assert found.group_label("all") == "All parents"
    assert found.group_label("lone") == "lone" and found.group_label("?") == "?"
    assert found.item("trust:police").subject == "police"


def test_the_hash_follows_what_is_declared() -> None:
    one, two = (evidence({("trust:police", "all"): v}) for v in ("granted", "granted"))
    assert isinstance(one, Evidence) and one.hash() == two.hash()
    assert one.hash() != evidence({("trust:police", "all"): "absent"}).hash()
    changed = one.model_copy(update={"groups": (Group("lone", "Lone parents"),)})
    assert changed.hash() != one.hash()


def test_a_printed_figure_is_of_the_permitting_stance_unless_it_says_otherwise() -> None:
    assert PrintedFigure(item="i", group="all", percent=50).stance.value == "permits"
    with pytest.raises(BadInput):
        PrintedFigure(item="i", group="all", percent=50, stance="for")
