"""Weighting from files to files: what is read, what is written, and what is never written over."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from licet.chapters import weighing
from licet.errors import BadInput
from licet.files.margins import parse_margins
from licet.weighting.margins import Margin
from licet.weighting.trimming import Trim


def test_three_units_two_forms_and_joint_cells_are_read() -> None:
    shares = parse_margins(b"variable;level;%\nage;a;33,5\nage;b;66,5 %\n", Path("m.csv"))
    assert shares == (Margin("age", ("a", "b"), (0.335, 0.665), "share"),)
    counts = parse_margins(b'margin,category,n\nage*sex,a*f,"1,234"\n', Path("m.csv"))
    assert counts == (Margin("age * sex", ("a * f",), (1234.0,)),)
    toml = b'[percent.age]\na = 33.5\nb = 66.5\n[count."age*sex"]\n"a*f" = 1234\n'
    assert parse_margins(toml, Path("m.toml")) == (*shares, *counts)
    with pytest.raises(BadInput, match="unknown key 'counts'"):
        parse_margins(b"[counts.age]\na = 1\n", Path("m.toml"))
    with pytest.raises(BadInput, match="is no count"):
        parse_margins(b"[count.age]\na = 1%s\n" % (b"0" * 400), Path("m.toml"))


def town(folder: Path) -> tuple[Path, Path]:
    """Answers of 300 people, of whom some did not answer, and margins."""
    rng = np.random.default_rng(6)
    age, sex = rng.choice(["young", "old"], 300), rng.choice(["f", "m"], 300)
    frame = pl.DataFrame(
        {
            "age": age,
            "sex": sex,
            "w": np.round(rng.lognormal(2, 0.4, 300), 3),
            "answered": (rng.random(300) < np.where(age == "old", 0.8, 0.4)).astype(np.int8),
        }
    )
    frame.write_csv(folder / "answers.csv")
    (folder / "margins.csv").write_text(
        "margin,category,share\nage,young,0.45\nage,old,0.55\nsex,f,0.52\nsex,m,0.48\n"
    )
    return folder / "answers.csv", folder / "margins.csv"


@pytest.mark.parametrize("form", [".csv", ".parquet", ".sav"])
def test_answers_with_weights_and_their_record_are_written(tmp_path: Path, form: str) -> None:
    answers, margins = town(tmp_path)
    how = {"weight": "w", "respondents": "answered == 1", "cells": ("age",), "trim": Trim(3)}
    found = weighing.weigh(answers, margins, **how)
    paths = weighing.write_weighted(found, tmp_path / f"out{form}", table=tmp_path / "table.csv")
    assert [path.name for path in paths] == [f"out{form}", "out.weights.json", "table.csv"]
    from licet.files.answers import read_answers

    read = read_answers(tmp_path / f"out{form}").frame
    np.testing.assert_allclose(read["final_weight"].to_numpy(), found.weighted.weights, rtol=1e-15)
    assert read.columns[:-1] == ["age", "sex", "w", "answered"]
    record = json.loads((tmp_path / "out.weights.json").read_text())
    assert record["method"] == "raking" and record["gap"] < 1e-9
    assert set(record["files"]) == {"answers", "margins", "weighted"}
    assert pl.read_csv(tmp_path / "table.csv").height == 4
    screen = found.screen()
    assert max(map(len, screen.splitlines())) <= 80
    for part in ("Unweighted", "Kish effective base", "Non-response", "Trimmed to at most"):
        assert part in screen


def test_the_same_files_give_the_same_record(tmp_path: Path) -> None:
    answers, margins = town(tmp_path)
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        found = weighing.weigh(answers, margins, weight="w")
        weighing.write_weighted(found, tmp_path / name / "out.csv")
    for file in ("out.csv", "out.weights.json"):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()


def test_inputs_are_never_written_over_and_nothing_is_half_written(tmp_path: Path) -> None:
    answers, margins = town(tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    found = weighing.weigh(answers, margins, weight="w")
    (tmp_path / "link.csv").symlink_to(answers)
    (tmp_path / "taken.weights.json").mkdir()
    for out, column in (
        ("answers.csv", "new"),
        ("link.csv", "new"),
        ("margins.csv", "new"),
        ("out.xlsx", "new"),
        ("out.csv", "age"),
        ("taken.csv", "new"),
        ("nowhere/out.csv", "new"),
    ):
        with pytest.raises(BadInput):
            weighing.write_weighted(found, tmp_path / out, column)
    for table in ("answers.csv", "link.csv", "margins.csv", "out.csv"):
        with pytest.raises(BadInput, match="read from"):
            weighing.write_weighted(found, tmp_path / "out.csv", "new", tmp_path / table)
    after = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    assert after == before | {"link.csv": before["answers.csv"]}


def test_spss_codes_labels_and_missing_marks_survive(tmp_path: Path) -> None:
    import pyreadstat

    frame = pl.DataFrame({"sex": [1.0, 2.0, 1.0, 2.0], "trust": [1.0, 98.0, 2.0, 1.0]})
    labels = {"sex": {1: "f", 2: "m"}, "trust": {1: "yes", 2: "no", 98: "refused"}}
    pyreadstat.write_sav(
        frame,
        str(tmp_path / "a.sav"),
        column_labels={"sex": "Sex", "trust": "Do you trust it?"},
        variable_value_labels=labels,
        missing_ranges={"trust": [98]},
    )
    (tmp_path / "m.csv").write_text("margin,category,count\nsex,f,30\nsex,m,70\n")
    found = weighing.weigh(tmp_path / "a.sav", tmp_path / "m.csv", equal=True)
    weighing.write_weighted(found, tmp_path / "b.sav")
    one, two = (
        pyreadstat.read_sav(str(tmp_path / n), user_missing=True) for n in ("a.sav", "b.sav")
    )
    assert two[1].variable_value_labels == one[1].variable_value_labels
    assert two[1].missing_ranges == one[1].missing_ranges
    assert two[1].column_names_to_labels["trust"] == "Do you trust it?"
    assert list(two[0]["final_weight"]) == pytest.approx([15, 35, 15, 35])
    assert list(two[0]["trust"]) == [1, 98, 2, 1]
