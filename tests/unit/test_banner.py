"""Banner tables: letters and bases by hand, nets that add up, nothing small in any figure or letter."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import polars as pl
import pytest
from scipy import stats

from licet.chapters.banners import Banner, banner
from licet.errors import BadInput
from licet.report.banner.letters import adjusted
from licet.report.banner.tables import blocks, letter
from licet.report.table.cells import NOT_SHOWN

BUNDLED = "src/licet/bundled"


def counted(**yes_no: tuple[int, int]) -> pl.DataFrame:
    """One row per person of each group: so many yes, so many no."""
    rows = [
        {"q": answer, "g": group}
        for group, (yes, no) in yes_no.items()
        for answer in ["yes"] * yes + ["no"] * no
    ]
    return pl.DataFrame(rows)


def cell(made: Banner, row: str, column: str, item: int = 0):
    question = made.questions[item]
    at = [r.text for r in question.rows].index(row)
    return question.cells[at][[c.label for c in made.columns].index(column)]


def people(seed: int, size: int = 700) -> pl.DataFrame:
    draw = np.random.default_rng(seed)
    options = ["a lot", "some", "little", "none", "unsure"]
    return pl.DataFrame(
        {
            "trust": pl.Series(
                draw.choice(options, size, p=[0.35, 0.3, 0.2, 0.1, 0.05]), dtype=pl.Enum(options)
            ),
            "share": pl.Series(
                draw.choice(options[:3], size, p=[0.6, 0.37, 0.03]), dtype=pl.Enum(options[:3])
            ),
            "race": draw.choice(["w", "b", "a", "o"], size, p=[0.7, 0.18, 0.1, 0.02]),
            "age": draw.choice(["young", "old"], size, p=[0.2, 0.8]),
            "w": draw.lognormal(0, 0.4, size),
        }
    )


def test_letters_by_hand() -> None:
    """60, 40 and 48 of 100: a from b at 95 %, a from c at 90 %, no more."""
    made = banner(counted(a=(60, 40), b=(40, 60), c=(48, 52)), ["q"], ["g"], unweighted=True,
                  multiplicity="none")  # fmt: skip
    share = {"a": 0.60, "b": 0.40, "c": 0.48}
    found = made.comparisons.filter(pl.col("row") == "yes")
    for one, other in combinations("abc", 2):
        row = found.filter((pl.col("first") == one) & (pl.col("second") == other)).row(
            0, named=True
        )
        # Scores of persons: 300 units in one stratum, centred, with n/(n-1).
        spread = sum(share[g] * (1 - share[g]) / 100 for g in (one, other))
        se = math.sqrt(300 / 299 * spread)
        t = (share[one] - share[other]) / se
        assert row["standard_error"] == pytest.approx(se, rel=1e-12)
        assert row["df"] == 199
        assert row["p"] == pytest.approx(2 * stats.t.sf(abs(t), 199), rel=1e-9)
    signs = {g: cell(made, "yes", g).signs for g in "abc"}
    assert signs == {"a": "B c", "b": "", "c": ""}
    assert {g: cell(made, "no", g).signs for g in "abc"} == {"a": "", "b": "A", "c": "a"}
    assert cell(made, "yes", "Total").signs == ""


def test_one_level_gives_no_small_letters() -> None:
    frame = counted(a=(60, 40), b=(40, 60), c=(48, 52))
    made = banner(frame, ["q"], ["g"], unweighted=True, multiplicity="none", letters=[0.95])
    assert cell(made, "yes", "a").signs == "B"


def test_against_the_rest_by_hand() -> None:
    frame = counted(a=(60, 40), b=(40, 60), c=(48, 52))
    made = banner(frame, ["q"], ["g"], unweighted=True, compare="rest", multiplicity="none")
    p = 0.44  # 88 of the 200 others
    se = math.sqrt(300 / 299 * (0.24 / 100 + p * (1 - p) / 200))
    row = made.comparisons.filter((pl.col("first") == "a") & (pl.col("row") == "yes"))
    assert row["difference"][0] == pytest.approx(0.60 - p)
    assert row["p"][0] == pytest.approx(2 * stats.t.sf((0.60 - p) / se, 299), rel=1e-9)
    assert [cell(made, "yes", g).signs for g in "abc"] == ["\u25b2", "\u25bc", ""]


def test_groups_that_overlap_use_the_covariance() -> None:
    """Two groups share people: the variance is that of the scores of persons, worked out here."""
    draw = np.random.default_rng(3)
    frame = pl.DataFrame(
        {
            "q": draw.choice(["yes", "no"], 400),
            "age": draw.integers(18, 80, 400),
            "w": draw.lognormal(0, 0.4, 400),
        }
    )
    groups = {"under 50": "age < 50", "over 30": "age > 30", "30 to 40": "age >= 30 and age <= 40"}
    made = banner(frame, ["q"], groups=groups, weight="w")
    y, w, age = (frame["q"] == "yes").to_numpy(), frame["w"].to_numpy(), frame["age"].to_numpy()
    scores = np.zeros(400)
    share = []
    for sign, inside in ((1, age < 50), (-1, age > 30)):
        mean = (w * y)[inside].sum() / w[inside].sum()
        scores += sign * np.where(inside, w * (y - mean), 0) / w[inside].sum()
        share.append(mean)
    se = math.sqrt(400 / 399 * ((scores - scores.mean()) ** 2).sum())
    rows = made.comparisons.filter(pl.col("row") == "yes")
    row = rows.filter((pl.col("first") == "under 50") & (pl.col("second") == "over 30"))
    assert row["difference"][0] == pytest.approx(share[0] - share[1])
    assert row["standard_error"][0] == pytest.approx(se)
    assert row["df"][0] == 399, "everybody is in one of the two, nobody counts twice"
    inside = {("under 50", "30 to 40")}
    assert not inside & set(zip(rows["first"], rows["second"], strict=True)), "one inside the other"


@pytest.mark.parametrize(
    ("method", "wanted"),
    [
        ("none", [0.005, 0.04, 0.03, 0.5]),
        ("holm", [0.02, 0.09, 0.09, 0.5]),
        ("bh", [0.02, 0.16 / 3, 0.16 / 3, 0.5]),
    ],
)
def test_adjusted_as_by_hand(method, wanted) -> None:
    """Holm: 4p1, then 3p, 2p, p, never falling. BH: 4p/rank, never rising towards the smallest."""
    p = np.array([0.005, 0.04, 0.03, 0.5])
    twice = np.concatenate([p, p])
    found = adjusted(twice, np.repeat([7, 2], 4), method)
    assert found == pytest.approx([*wanted, *wanted])


def test_families_are_counted() -> None:
    frame = people(1).filter(pl.col("race") != "o")
    asked = {"items": ["trust", "share"], "by": ["race", "age"], "weight": "w", "threshold": 1}
    tests = banner(frame, **asked).comparisons.height
    assert tests == (5 + 3) * (3 + 1)
    assert banner(frame, **asked, family="all").families == 1
    assert banner(frame, **asked, family="question").families == 2
    assert banner(frame, **asked, family="row").families == (5 + 3) * 2


def test_a_share_of_nobody_or_everybody_is_not_compared() -> None:
    made = banner(counted(a=(60, 0), b=(20, 40)), ["q"], ["g"], unweighted=True)
    assert made.comparisons.height == 0
    assert cell(made, "no", "a").value == 0


def test_nets_add_up_and_bases_are_those_of_the_field() -> None:
    frame = people(2)
    nets = {"trust": {"any": ["a lot", "some", "little"]}}
    made = banner(frame, ["trust"], ["age"], weight="w", nets=nets, first=2, threshold=1)
    for place, column in enumerate(made.columns):
        value = {r.text: made.questions[0].cells[i][place].value for i, r in
                 enumerate(made.questions[0].rows)}  # fmt: skip
        assert value["Net: any"] == pytest.approx(value["a lot"] + value["some"] + value["little"])
        two = made.questions[0].rows[-2 if made.questions[0].rows[-1].label == "any" else -1].text
        assert two.startswith("Net: first 2")
        bases = made.questions[0].bases[place]
        inside = frame if column.total else frame.filter(pl.col("age") == column.group)
        assert bases.people == inside.height
        assert bases.weighted == pytest.approx(inside["w"].sum())


def test_effective_base_of_two_options_is_that_of_either() -> None:
    made = banner(counted(a=(30, 10), b=(8, 12)), ["q"], ["g"], unweighted=True, threshold=1)
    for label, yes, size in (("a", 30, 40), ("b", 8, 20)):
        at = [c.label for c in made.columns].index(label)
        p = yes / size
        se = cell(made, "yes", label).se
        assert made.questions[0].bases[at].effective == pytest.approx(p * (1 - p) / se**2)
    assert [b.small for b in made.questions[0].bases] == [False, False, True]


def test_mean_score_by_hand() -> None:
    frame = people(4)
    scores = {"trust": {"a lot": 4.0, "some": 3.0, "little": 2.0, "none": 1.0}}
    made = banner(frame, ["trust"], ["age"], weight="w", scores=scores, threshold=1)
    points = (
        frame["trust"]
        .cast(pl.String)
        .replace_strict(scores["trust"], default=None, return_dtype=pl.Float64)
    )
    for label, inside in (
        ("Total", pl.repeat(True, 700, eager=True)),
        ("old", frame["age"] == "old"),
    ):
        kept = frame.with_columns(points.alias("x")).filter(inside).drop_nulls("x")
        wanted = (kept["x"] * kept["w"]).sum() / kept["w"].sum()
        assert cell(made, "Mean score", label).value == pytest.approx(wanted)
    assert "a lot = 4" in made.questions[0].notes[0]


@pytest.mark.parametrize("seed", range(12))
def test_nothing_small_leaves_it_nor_any_letter_of_it(seed) -> None:
    made = banner(people(seed), ["trust", "share"], ["race", "age"], weight="w", first=2,
                  scores="order", multiplicity="none", groups={"young w": 'age == "young" and race == "w"'})  # fmt: skip
    assert made.anything_hidden
    shown = set()
    for question in made.questions:
        for at, column in enumerate(made.columns):
            cells = {r.text: c[at] for r, c in zip(question.rows, question.cells, strict=True)}
            options = [c for name, c in cells.items() if not name.startswith(("Net", "Mean"))]
            for name, one in cells.items():
                if not one.shown:
                    assert (one.value, one.se, one.low, one.people, one.signs) == (None,) * 4 + (
                        "",
                    )
                    assert one.text("option") == NOT_SHOWN
                else:
                    shown.add((question.item, name, column.heading, column.label))
                    assert one.people is None or one.people == 0 or one.people >= 10
            assert cells["Mean score"].shown == all(one.shown for one in options)
            assert question.bases[at].people is None or question.bases[at].people >= 10
    for row in made.comparisons.iter_rows(named=True):
        name = {"net": "Net: ", "option": "", "mean": ""}[row["kind"]] + row["row"]
        for side in ("first", "second"):
            assert (row["item"], name, row["heading"], row[side]) in shown


def test_letters_rest_on_what_is_shown_alone() -> None:
    """Other answers behind the same hidden cells change neither letters nor the number of tests."""
    rows = [("x", "a", 60), ("y", "a", 40), ("z", "a", 7), ("v", "a", 6)]
    rows += [("x", "b", 40), ("y", "b", 70), ("z", "b", 30), ("v", "b", 30)]

    def made(few: int) -> Banner:
        sizes = [(q, g, {"z": few, "v": 13 - few}.get(q, n) if g == "a" else n) for q, g, n in rows]
        frame = pl.DataFrame([{"q": q, "g": g} for q, g, n in sizes for _ in range(n)])
        return banner(frame, ["q"], ["g"], unweighted=True)

    one, other = made(7), made(5)
    assert not cell(one, "z", "a").shown
    for row in ("x", "y"):
        for group in "ab":
            assert cell(one, row, group).signs == cell(other, row, group).signs
    assert one.comparisons.height == other.comparisons.height


def test_evidence_brings_stances_wordings_and_groups() -> None:
    made = banner(f"{BUNDLED}/parents-2020")
    assert made.notices[0].startswith("SYNTHETIC")
    assert made.columns[0].total and {c.heading for c in made.columns[1:]} == {"Groups"}
    assert set(made.sources) == {"answers.csv", "codebook.toml"}
    question = next(q for q in made.questions if q.item == "trust_police")
    assert [r.text for r in question.rows if r.kind == "net"] == [
        "Net: Permits", "Net: Neutral", "Net: Opposes"]  # fmt: skip
    assert question.wording
    assert banner(f"{BUNDLED}/parents-2020", ["trust_police"]).questions[0].item == "trust_police"


def test_printed_figures_are_refused() -> None:
    with pytest.raises(BadInput, match="printed figures hold no answers"):
        banner(f"{BUNDLED}/town/evidence/parents-2021")


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({}, "no weight is named"),
        ({"unweighted": True, "items": []}, "no item is named"),
        ({"unweighted": True, "items": ["qq"]}, "write 'q'"),
        ({"unweighted": True, "compare": "rows"}, "unknown comparison"),
        ({"unweighted": True, "multiplicity": "hom"}, "write 'holm'"),
        ({"unweighted": True, "letters": [95]}, "write 0.95"),
        ({"unweighted": True, "scores": {"q": {"yess": 1}}}, "write 'yes'"),
        ({"unweighted": True, "first": 0}, "net of 0 options"),
        ({"unweighted": True, "items": ["q", "g"], "by": ["q", "g"]}, "items and groups"),
    ],
)
def test_faults_are_named(how, said) -> None:
    with pytest.raises(BadInput, match=said):
        banner(counted(a=(6, 6), b=(6, 6)), **{"items": ["q"], "by": ["g"], **how})


def test_columns_are_named_like_those_of_a_spreadsheet() -> None:
    assert [letter(place) for place in (0, 25, 26, 51, 52, 701, 702)] == [
        "A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]  # fmt: skip


def test_pages_keep_headings_together_and_lose_no_column() -> None:
    made = banner(people(1), ["trust"], ["race", "age"], weight="w")
    for most in range(2, 9):
        pages = list(blocks(made.columns, most))
        assert all(page[0] == 0 and len(page) <= max(most, 2) for page in pages)
        assert [place for page in pages for place in page[1:]] == list(range(1, 7))
    assert list(blocks(made.columns, 5)) == [[0, 1, 2, 3, 4], [0, 5, 6]]
    assert list(blocks(made.columns[:1], 5)) == [[0]]


def test_first_and_means_need_a_known_order() -> None:
    frame = people(3).with_columns(pl.col("trust").cast(pl.String))
    for how in ({"first": 2}, {"scores": "order"}):
        with pytest.raises(BadInput, match="order of its options is not known"):
            banner(frame, ["trust"], weight="w", **how)
    order = ["a lot", "some", "little", "none", "unsure"]
    made = banner(frame, ["trust"], weight="w", first=2, order=order)
    assert [row.label for row in made.questions[0].rows] == [*order, "first 2 (a lot, some)"]
