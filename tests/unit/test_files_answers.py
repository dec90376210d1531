"""Survey files: labels, missing marks and numbers come as the file means them."""

from __future__ import annotations

import gzip
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pyreadstat
import pytest

from licet.errors import BadInput
from licet.files import survey_process
from licet.files.answers import read_answers
from licet.files.drafts import draft_codebook
from licet.sampling import DesignDeclaration
from licet.survey.answers import Answers
from licet.survey.declaring import sampled_design

SCALE = {1.0: "Trust", 2.0: "Neither", 3.0: "Distrust", 8.0: "Don't know", 98.0: "Refused"}


def save(path: Path, data: dict[str, list[Any]], **how: Any) -> Path:
    pyreadstat.write_sav(pl.DataFrame(data, strict=False), str(path), **how)
    return path


def stata(path: Path, data: dict[str, list[Any]], **how: Any) -> Path:
    """Tagged missing values are letters among numbers: that needs columns of Python objects."""
    tagged = how.get("missing_user_values", {})
    kinds = {name: pl.Object if name in tagged else None for name in data}
    columns = [pl.Series(name, values, dtype=kinds[name]) for name, values in data.items()]
    pyreadstat.write_dta(pl.DataFrame(columns), str(path), **how)
    return path


@pytest.mark.parametrize("compress", [False, True])
def test_spss_labels_missing_marks_and_wording(tmp_path: Path, compress: bool) -> None:
    path = save(
        tmp_path / ("a.zsav" if compress else "a.SAV"),
        {"trust": [3.0, 1.0, 98.0, None, 8.0, 2.0], "age": [30.0, 41.0, 97.0, 99.0, None, 50.0]},
        compress=compress,
        variable_value_labels={"trust": SCALE, "age": {97.0: "97 or older", 99.0: "Refused"}},
        missing_ranges={"trust": [{"lo": 90, "hi": 99}], "age": [99]},
        column_labels=["Do you trust the police?", "Age"],
    )
    answers = read_answers(path)
    assert answers.name == path.name
    assert answers.frame["trust"].to_list() == [
        "Distrust", "Trust", "Refused", None, "Don't know", "Neither",
    ]  # fmt: skip
    assert answers.options["trust"] == ("Trust", "Neither", "Distrust", "Don't know", "Refused")
    assert answers.missing == {"trust": frozenset({"Refused"})}
    assert answers.frame["age"].to_list() == [30, 41, 97, None, None, 50]
    assert answers.frame.schema["age"] == pl.Int64 and "age" not in answers.options
    assert answers.labels["trust"] == "Do you trust the police?"
    assert answers.without_missing()["trust"].null_count() == 2


def test_unlabelled_codes_of_a_labelled_column_become_their_number(tmp_path: Path) -> None:
    path = save(
        tmp_path / "a.sav",
        {"q": [1.0, 2.0, 7.0, 2.5, -1.0]},
        variable_value_labels={"q": {1.0: "Yes", 2.0: "No"}},
        missing_ranges={"q": [-1]},
    )
    answers = read_answers(path)
    assert answers.frame["q"].to_list() == ["Yes", "No", "7", "2.5", "-1"]
    assert answers.options["q"] == ("-1", "Yes", "No", "2.5", "7")
    assert answers.missing["q"] == {"-1"}


def test_a_column_is_text_from_half_of_its_codes_labelled(tmp_path: Path) -> None:
    codes = [0.0, 1.0, 2.0, 3.0]
    for count, kind in ((1, pl.Int64), (2, pl.String)):
        labels = {code: f"label {code:g}" for code in codes[:count]}
        path = save(tmp_path / "a.sav", {"q": codes}, variable_value_labels={"q": labels})
        assert read_answers(path).frame.schema["q"] == kind


def test_a_column_with_only_missing_codes_labelled_stays_a_number(tmp_path: Path) -> None:
    path = save(
        tmp_path / "a.sav",
        {"n": [1.5, -9.0, -8.0, 2.0]},
        variable_value_labels={"n": {-9.0: "Refused", -8.0: "Don't know"}},
        missing_ranges={"n": [{"lo": -9, "hi": -8}]},
    )
    assert read_answers(path).frame["n"].to_list() == [1.5, None, None, 2.0]


def test_codes_with_one_label_are_merged_and_noted(tmp_path: Path) -> None:
    path = save(
        tmp_path / "a.sav",
        {"q": [1.0, 2.0, 3.0, 9.0]},
        variable_value_labels={"q": {1.0: "Yes", 2.0: "Yes", 3.0: "No", 9.0: "No"}},
        missing_ranges={"q": [9]},
    )
    answers = read_answers(path)
    assert answers.frame["q"].to_list() == ["Yes", "Yes", "No", "No (9)"]
    assert answers.missing["q"] == {"No (9)"}
    assert len(answers.notes) == 2 and "1, 2 share the label 'Yes'" in answers.notes[0]


def test_text_codes_dates_and_long_labels(tmp_path: Path) -> None:
    long = "A very long label " * 6
    path = save(
        tmp_path / "a.sav",
        {"s": ["a", "b", "z", ""], "d": [date(2020, 1, 2), None, None, None], "w": [1.0] * 4},
        variable_value_labels={"s": {"a": "Always", "b": long[:110], "z": "Refused"}},
        missing_ranges={"s": ["z"]},
    )
    answers = read_answers(path)
    assert answers.frame["s"].to_list() == ["Always", long[:110].strip(), "Refused", None]
    assert answers.missing["s"] == {"Refused"}
    assert answers.frame["d"].to_list() == [date(2020, 1, 2), None, None, None]


def test_stata_tags_keep_their_labels_and_are_listed(tmp_path: Path) -> None:
    path = stata(
        tmp_path / "a.dta",
        {"q": [1.0, 2.0, "d", "r", None], "n": [5.5, "i", 7.0, 8.0, 9.0], "words": list("adre ")},
        missing_user_values={"q": ["d", "r"], "n": ["i"]},
        variable_value_labels={"q": {1: "Agree", 2: "Disagree", "r": "Refused"}},
    )
    answers = read_answers(path)
    assert answers.frame["q"].to_list() == ["Agree", "Disagree", ".d", "Refused", None]
    assert answers.options["q"] == ("Agree", "Disagree", ".d", "Refused")
    assert answers.missing == {"q": frozenset({".d", "Refused"})}
    assert answers.frame["n"].to_list() == [5.5, None, 7.0, 8.0, 9.0]
    assert answers.frame["words"].to_list()[:4] == ["a", "d", "r", "e"]


def test_csv_types_delimiters_and_gzip(tmp_path: Path) -> None:
    text = 'id;trust;w;code;x\n1;Trust;0,5;007;3\n2;"Neither; nor";1;012;a\n3;;;1;\n'
    for name, data in (("a.csv", text.encode()), ("a.csv.gz", gzip.compress(text.encode()))):
        (tmp_path / name).write_bytes(data)
        answers = read_answers(tmp_path / name)
        assert answers.frame["id"].to_list() == [1, 2, 3]
        assert answers.frame["trust"].to_list() == ["Trust", "Neither; nor", None]
        assert answers.frame["w"].to_list() == [0.5, 1.0, None]
        assert answers.frame["code"].to_list() == ["007", "012", "1"]
        assert answers.frame["x"].to_list() == ["3", "a", None]
        assert answers.notes == ("w: read with decimal commas",)
    (tmp_path / "b.csv").write_text("a\tb\n1.5\t-2e3\n")
    assert read_answers(tmp_path / "b.csv").frame.row(0) == (1.5, -2000.0)


def test_csv_in_another_encoding_is_refused_and_read_when_named(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("q,n\nyes,1\nJosé,2\n".encode("cp1252"))
    with pytest.raises(BadInput) as caught:
        read_answers(path)
    assert "line 3" in str(caught.value) and 'encoding = "cp1252"' in str(caught.value)
    assert read_answers(path, "cp1252").frame["q"].to_list() == ["yes", "José"]
    with pytest.raises(BadInput, match="unknown encoding 'klingon'"):
        read_answers(path, "klingon")
    path.write_bytes(b"q\n\xff\n")
    with pytest.raises(BadInput, match="name another encoding"):
        read_answers(path, "ascii")


def test_parquet_categories_numbers_and_what_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pl.DataFrame(
        {
            "e": pl.Series(["b", "a", None], dtype=pl.Enum(["a", "b", "c"])),
            "c": pl.Series(["x", None, "y"], dtype=pl.Categorical),
            "f": pl.Series([1.5, float("nan"), 2.0], dtype=pl.Float32),
            "l": [[1], [2], [3]],
        }
    ).write_parquet(path)
    answers = read_answers(path)
    assert answers.options == {"e": ("a", "b", "c"), "c": ("x", "y")}
    assert answers.frame["e"].to_list() == ["b", "a", None]
    assert answers.frame["f"].to_list() == [1.5, None, 2.0]
    assert answers.frame.columns == ["e", "c", "f"] and "left out" in answers.notes[0]


BAD_FILES: dict[str, tuple[bytes | None, str]] = {
    "a.sav": (b"", "the file is empty"),
    "b.sav": (b"$FL2 nonsense" * 50, "cannot be read"),
    "c.dta": (b"nonsense" * 500, "cannot be read"),
    "d.parquet": (b"PAR1 nonsense PAR1", "cannot be read"),
    "e.csv.gz": (b"nonsense", "damaged"),
    "f.xlsx": (b"PK", "unknown kind of survey file"),
    "g.svx": (b"x", "write '.sav'"),
    "h": (b"x", "unknown kind of survey file ''"),
    "i.csv": (None, "there is no file"),
    "j.csv": (b"a,b\n", "holds no answers"),
    "k.csv": (b"a,a\n1,2\n", "'a' stands there twice"),
    "l.csv": (b"a,,b\n1,2,3\n", "column 2 has no name"),
    "m.csv": (b"a,b\n1,2\n3\n", "row 3 has 1 cell, the header has 2"),
    "n.csv": (b'a,b\n"1,2\n', "row 2"),
    "o.csv": (b" \n", "has no name"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_every_wrong_file_is_refused(name: str, tmp_path: Path) -> None:
    data, said = BAD_FILES[name]
    path = tmp_path / name
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(BadInput) as caught:
        read_answers(path)
    assert said in str(caught.value) and name in str(caught.value)


def test_a_folder_and_a_cut_file_are_refused(tmp_path: Path) -> None:
    folder = tmp_path / "a.sav"
    folder.mkdir()
    with pytest.raises(BadInput, match="folder, not a file"):
        read_answers(folder)
    path = save(tmp_path / "b.sav", {"q": [1.0, 2.0]})
    path.write_bytes(path.read_bytes()[:250])
    with pytest.raises(BadInput, match="cannot be read"):
        read_answers(path)


def test_a_reader_that_dies_or_hangs_is_a_damaged_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = save(tmp_path / "a.sav", {"q": [1.0, 2.0]})
    killer = tmp_path / "killer.py"
    killer.write_text("import os, sys\nsys.stdin.readline()\nos.abort()\n")
    sleeper = tmp_path / "sleeper.py"
    sleeper.write_text("import sys, time\nsys.stdin.readline()\ntime.sleep(60)\n")
    survey_process.end_child()
    with monkeypatch.context() as patched:
        patched.setattr(survey_process, "SECONDS", 1.0)
        for script in (killer, sleeper):
            patched.setattr(survey_process, "CHILD", script)
            with pytest.raises(BadInput, match="the file is damaged"):
                read_answers(good)
    assert read_answers(good).frame.height == 2


def test_hints_is_read_as_its_owner_describes_it(shared: Path) -> None:
    answers = read_answers(shared / "data/surveys/hints6/hints6_public.sav")
    assert answers.frame.shape == (6252, 532)
    trust = "CancerTrustDoctor"
    assert answers.options[trust][2:] == ("A lot", "Some", "A little", "Not at all")
    assert len(answers.missing[trust]) == 2
    assert answers.frame["PERSON_FINWT0"].sum() == pytest.approx(258_418_467, rel=1e-6)
    assert answers.frame.schema["Age"] == pl.Int64 and answers.frame["Age"].min() == 18


def test_gss_counts_are_those_of_its_codebook(shared: Path) -> None:
    path = shared / "data/surveys/gss_panel/gss_panel_2016_2018_2020_subset.dta"
    answers = read_answers(path)
    counts = dict(answers.without_missing()["cctv_1a"].drop_nulls().value_counts().iter_rows())
    assert [counts[option] for option in answers.options["cctv_1a"][:4]] == [345, 534, 264, 215]
    assert ".i" in answers.missing["cctv_1a"]
    assert answers.frame["wtssall_1a"].count() == 2867


@pytest.fixture
def types_read(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The width of each frame whose types were looked up: that takes as long as it has columns."""
    found: list[int] = []
    schema = pl.DataFrame.schema.fget
    assert schema is not None

    def counted(frame: pl.DataFrame) -> pl.Schema:
        found.append(frame.width)
        return schema(frame)

    monkeypatch.setattr(pl.DataFrame, "schema", property(counted))
    return found


WIDE = [f"q{number}" for number in range(300)]


def test_the_types_of_a_wide_file_are_looked_up_once(types_read: list[int]) -> None:
    """Public files have hundreds of columns with marks, and every group of a survey asks for them."""
    frame = pl.DataFrame({name: ["yes", "refused"] for name in WIDE})
    answers = Answers(frame, missing=dict.fromkeys(WIDE, frozenset({"refused"})))
    for _ in range(3):
        assert answers.without_missing().row(1) == (None,) * len(WIDE)
    assert len(types_read) < 5


def test_a_draft_of_a_wide_file_looks_types_up_a_few_times(
    tmp_path: Path, types_read: list[int]
) -> None:
    path = tmp_path / "wide.csv"
    rows = [",".join([answer] * len(WIDE)) for answer in ("agree", "disagree") * 20]
    path.write_text("\n".join([",".join(WIDE), *rows]) + "\n", "utf-8")
    assert "agree" in draft_codebook(path)
    assert types_read.count(len(WIDE)) < 30


def test_replicate_weights_look_types_up_once(types_read: list[int]) -> None:
    design = DesignDeclaration(weight="w", replicates=tuple(WIDE), replicate_kind="brr")
    frame = pl.DataFrame({"w": [1.0, 2.0], **{name: [1.0, 1.0] for name in WIDE}})
    sampled_design(design, frame)
    assert types_read.count(frame.width) < 5
