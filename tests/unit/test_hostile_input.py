"""Input that nobody means, or somebody means ill: one clear refusal each, never a wrong figure."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

import licet
from licet import cli
from licet.errors import BadInput
from licet.files.agreement import labels_nobody_has
from licet.files.writing import check_folder
from licet.groups import columns_of, membership
from licet.planning import Plan, chances
from licet.published import Assumptions
from licet.report.screens import WIDTH, columns, plain, wrap
from licet.report.table.tables import Table
from licet.survey.answers import Answers
from licet.survey.coding import code_column
from tests.factories import PEOPLE, table_refusal


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as left:
        cli.main(list(arguments))
    assert isinstance(left.value.code, int)
    return left.value.code


@pytest.fixture
def answers(tmp_path: Path) -> str:
    PEOPLE.write_csv(tmp_path / "people.csv")
    return str(tmp_path / "people.csv")


# --- arguments of the table -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"lonely_psu": "adjst"}, "'adjust'"),
        ({"level": 95}, "write 0.95"),
        ({"level": 2}, "confidence level of 2"),
        ({"level": float("nan")}, "confidence level of nan"),
        ({"level": "0.95"}, "between 0.5 and 1"),
        ({"nets": {"trst": {"any": ["yes"]}}}, "'trust'"),
        ({"nets": [("trust", "any")]}, "options by name"),
        ({"nets": {"trust": {"any": "yes"}}}, "is one text"),
        ({"threshold": "10"}, "threshold of '10'"),
        ({"threshold": 0}, "threshold of 0"),
        ({"threshold": True}, "threshold of True"),
        ({"groups": ["age < 30"]}, "groups is a list"),
        ({"groups": {"young": 3}}, "is no group"),
        ({"groups": {"race": "age < 30"}}, "that of a column of by"),
        ({"groups": {"all": "age < 30"}}, "that of the whole sample"),
        ({"weight": PEOPLE["w"]}, 'write weight="NAME"'),
        ({"strata": np.arange(120)}, "strata is a ndarray"),
        ({"items": 3}, "items is a int"),
        ({"items": [3]}, "not the name of a column"),
        ({"items": {"trust": 1}}, "items is a dict"),
        ({"by": "race"}, 'write ["race"]'),
        ({"outside": "no"}, 'write ["no"]'),
        ({"frame": 3}, "is not a table"),
        ({"by": ["all"], "frame": PEOPLE.rename({"race": "all"})}, "called 'all'"),
    ],
)
def test_wrong_arguments_of_a_table(changed: dict[str, Any], said: str) -> None:
    assert said in table_refusal(**changed)


def test_names_come_in_any_sequence_and_no_by_is_no_group() -> None:
    wanted = licet.table(PEOPLE, ["trust"], ["race"], unweighted=True).to_csv()
    for kind in (tuple, pd.Index, np.array, pl.Series):
        assert (
            licet.table(PEOPLE, kind(["trust"]), kind(["race"]), unweighted=True).to_csv() == wanted
        )
    assert set(licet.table(PEOPLE, ["trust"], None, unweighted=True).frame["by"]) == {"all"}
    assert licet.table(PEOPLE, ["trust"], threshold=np.int64(5), unweighted=True).threshold == 5


@pytest.mark.parametrize(
    "column",
    [
        pl.Series("q", [[1], [2]] * 60),
        pl.Series("q", [{"a": 1}, {"a": 2}] * 60),
        pl.Series("q", [object(), object()] * 60, dtype=pl.Object),
        pl.Series("q", [b"a", b"b"] * 60),
    ],
    ids=["list", "struct", "object", "binary"],
)
def test_columns_without_single_values(column: pl.Series) -> None:
    frame = PEOPLE.with_columns(column)
    assert "not single values" in table_refusal(frame=frame, items=["q"])
    assert "not single values" in table_refusal(frame=frame, by=["q"])
    assert "not single values" in table_refusal(frame=frame, items=["q"], outside=["no"])


def test_very_large_whole_numbers_are_options() -> None:
    codes = pl.Series("q", [2**63, 2**63 + 1] * 60, dtype=pl.UInt64)
    made = licet.table(PEOPLE.with_columns(codes), ["q"], unweighted=True)
    assert made.frame["option"].to_list() == [str(2**63), str(2**63 + 1)]


def test_a_pandas_column_of_mixed_kinds_is_named() -> None:
    frame = pd.DataFrame({"q": ["a", "b"] * 20, "mixed": [1, "x", 2.5, None] * 10})
    assert "column 'mixed'" in table_refusal(frame=frame, items=["q"], by=[])
    twice = pd.DataFrame([["a", "b"]] * 20, columns=["q", "q"])
    assert "cannot be read" in table_refusal(frame=twice, items=["q"], by=[])


def test_a_column_of_a_thousand_groups() -> None:
    frame = pl.DataFrame({"q": ["a", "b"] * 500, "id": range(1000)})
    assert "1,000 different values" in table_refusal(frame=frame, items=["q"], by=["id"])


# --- values -----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["polars", "pandas", "answers"])
def test_nan_is_no_answer(kind: str) -> None:
    frame = pl.DataFrame(
        {"q": [1.0, 2.0, float("nan"), 1.0] * 30, "g": [1.0, float("nan"), 2.0, 1.0] * 30}
    )
    given = {"polars": frame, "pandas": frame.to_pandas(), "answers": Answers(frame)}[kind]
    made = licet.table(given, ["q"], ["g"], groups={"high": "q >= 2"}, unweighted=True).frame
    assert set(made["option"]) == {"1", "2"} and set(made["group"]) == {"all", "1", "2", "high"}
    whole = made.filter(pl.col("by") == "all")
    assert whole["n"].to_list() == [90, 90] and whole["count"].to_list() == [60, 30]
    assert made.filter(pl.col("by") == "high")["n"].to_list() == [30, 30], "NaN is not high"


def test_nan_in_the_strata_is_missing() -> None:
    strata = pl.Series("s", [1.0, 2.0, float("nan"), 1.0] * 30)
    assert "has no stratum" in table_refusal(frame=PEOPLE.with_columns(strata), strata="s")


@pytest.mark.parametrize("kind", [pl.Int8, pl.Int16, pl.Int64, pl.UInt8, pl.Float64])
@pytest.mark.parametrize("nothing", [False, True])
def test_only_codes_that_occur_are_options(kind: Any, nothing: bool) -> None:
    codes = [1, 2, 3, 99, 8, 1] + ([None] if nothing else [])
    coded = code_column(pl.Series("q", codes, dtype=kind))
    assert coded.levels == ("1", "2", "3", "8", "99")
    assert coded.codes.tolist() == [0, 1, 2, 4, 3, 0] + ([-1] if nothing else [])
    assert coded.complete is not nothing


def test_a_rare_code_far_down_is_found_and_dense_codes_are_kept() -> None:
    codes = np.zeros(100_000, dtype=np.int8)
    codes[-1], codes[50_000] = 2, 1
    assert code_column(pl.Series("q", codes)).levels == ("0", "1", "2")
    codes[50_000] = 0
    assert code_column(pl.Series("q", codes)).levels == ("0", "2")
    far = code_column(pl.Series("q", [10, 9, 1_000_000]))
    assert far.levels == ("9", "10", "1000000"), "by size, not by their first figure"
    assert code_column(pl.Series("q", [True, True])).levels == ("yes",)


@pytest.mark.parametrize("size", [1e285, 1e200, 1e-150, 1e-290])
def test_weights_of_any_size_give_the_same_shares(size: float) -> None:
    wanted = licet.table(PEOPLE, ["trust"], ["race"], weight="w").frame
    scaled = PEOPLE.with_columns(pl.col("w") * size)
    found = licet.table(scaled, ["trust"], ["race"], weight="w").frame
    for name in ("estimate", "se", "kish_base", "low", "high", "difference_se"):
        given = zip(found[name], wanted[name], strict=True)
        assert all(a == b or a == pytest.approx(b, rel=1e-9) for a, b in given), name
    assert found["weighted_base"][0] == pytest.approx(wanted["weighted_base"][0] * size, rel=1e-9)


@pytest.mark.parametrize(
    "weights", [[1e308, 1e308], [1e-320, 2e-320], [1e-8, 1e8], [1e200, 1e-300]]
)
def test_weights_that_cannot_be_added_up(weights: list[float]) -> None:
    frame = PEOPLE.with_columns(pl.Series("w", weights * 60))
    assert "cannot be added up" in table_refusal(frame=frame, weight="w", unweighted=False)


# --- groups by expression ---------------------------------------------------------------------


def test_an_expression_may_run_over_lines_and_keeps_its_spaces() -> None:
    wide = 'race == "C  D"\n    or race == "E"\r\n'
    assert columns_of(wide) == ("race",)
    frame = pl.DataFrame({"race": ["C  D", "C D", "E"]})
    inside = frame.select(membership(wide, frame.columns)).to_series()
    assert inside.to_list() == [True, False, True]
    told = labels_nobody_has(wide, Answers(frame, {"race": ("C  D", "E")}), "group")
    assert told == []


def test_an_expression_holds_no_comment() -> None:
    with pytest.raises(BadInput, match="comment"):
        columns_of('age < 30  # young\nor race == "x"')
    assert columns_of('race == "#1"') == ("race",)


# --- the command line -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        ["judge", "T", "--base", "all=²"],
        ["judge", "T", "--base", "blak=8"],
        ["judge", "T", "--base", "black=999999999999"],
        ["judge", "T", "--base", "black=8", "--base", "black=9"],
        ["judge", "T", "--level", "95"],
        ["paper", "--base", "all=²"],
        ["plan", "--base", "all=²"],
        ["plan", "--base", "all=99999999999"],
        ["plan", "--base", f"all={'9' * 5000}"],
        ["plan", "--share", "2"],
        ["plan", "--share", "nan"],
        ["plan", "--deff", "0"],
        ["plan", "--deff", "1e300"],
        ["plan", "--deff", "nan"],
        ["plan", "--seed", "-1"],
        ["table", "A", "--items", "trust", "--unweighted", "--level", "95"],
        ["table", "A", "--items", "trust", "--unweighted", "--lonely-psu", "adjst"],
        ["table", "A", "--items", "trust", "--unweighted", "--net", "q:n=a"],
        ["table", "A", "--items", "trust", "--unweighted", "--out", "A"],
        ["table", "A", "--items", "trust", "--unweighted", "--out", "F/table.html"],
        ["table", "A", "--items", "trust", "--unweighted", "--out", "nowhere/table.html"],
        ["table", "A", "--items", "trust", "--unweighted", "--out", "/proc/table.html"],
        ["new", "codebook", "A", "--out", "F"],
        ["new", "codebook", "A", "--out", "F/folder"],
        ["new", "codebook", "A", "--out", "/proc/folder"],
        ["new", "codebook", "A", "--out", "nul\0"],
        ["init", "F"],
    ],
)
def test_the_command_line_refuses(
    arguments: list[str], answers: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    printed, file = tmp_path / "printed.csv", tmp_path / "file"
    printed.write_text("item,group,percent,base\na,black,50,40\n", encoding="utf-8")
    file.write_text("", encoding="utf-8")
    places = {"A": answers, "T": str(printed), "F": str(file)}
    given = [places.get(a) or a.replace("F/", f"{file}/") for a in arguments]
    assert run(*given) == 2
    said = capsys.readouterr().err
    assert "fault of Licet" not in said and "Traceback" not in said
    if "blak=8" in given:
        assert "'black'" in said


def test_control_characters_do_not_reach_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("table", "\x1b[31mnowhere\x07.csv", "--items", "q\u202e") == 2
    said = capsys.readouterr().err
    assert "\x1b" not in said and "\x07" not in said


def test_a_folder_to_write_in(tmp_path: Path) -> None:
    check_folder(tmp_path / "new" / "one")
    (tmp_path / "file").write_text("", encoding="utf-8")
    for wrong in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(BadInput):
            check_folder(wrong)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Plan({"all": 10**9}),
        lambda: Plan({"all": 100}, deff=float("inf")),
        lambda: Plan({"all": 100}, k=9),
        lambda: chances(Plan({"all": 100}), [float("nan")]),
        lambda: chances(Plan({"all": 100}), [0.5], seed=-1),
        lambda: chances(Plan({"all": 100}), [0.5], draws=0),
        lambda: Assumptions(level=float("nan")),
        lambda: Assumptions(bases={"all": 10**12}),
    ],
)
def test_plans_and_assumptions_within_reason(make: Callable[[], object]) -> None:
    with pytest.raises(BadInput):
        make()


# --- screens ----------------------------------------------------------------------------------


def test_text_on_screens_obeys_nobody() -> None:
    assert plain("a\x1b[2Jb\x00c\u202ed\u2066e\x9bf\ud800g\u2028h") == "a�[2Jb�c�d�e�f�g�h"
    assert plain("Ümläut 🙂 – 'x'\n\tनमस्ते") == "Ümläut 🙂 – 'x'\n\tनमस्ते"
    assert "\x1b" not in wrap("a\x1b[2J") and "\x1b" not in columns([("a\x1b", "b\x1b")], (5,))


def test_huge_labels_stay_on_the_screen() -> None:
    huge = "x" * 10_000
    for text in (wrap(huge), columns([(huge, huge, huge)], (10, 10))):
        assert max(map(len, text.splitlines())) <= WIDTH
    assert len(columns([("a", huge)], (10,)).splitlines()) < 12
    made = licet.table(
        PEOPLE.rename({"race": huge}).with_columns(pl.col("trust") + huge),
        items=["trust"],
        by=[huge],
        unweighted=True,
    )
    made = Table(made.frame, title=huge, labels={"trust": huge})
    lines = made.to_text().splitlines()
    assert max(map(len, lines)) <= WIDTH and len(lines) < 60
