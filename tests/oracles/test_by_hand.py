"""The formulas of by_hand.py give R's figures: what evidence_*.csv hold, to 1e-9."""

from __future__ import annotations

import csv
import functools
import math
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.oracles import by_hand as hand
from tests.oracles.by_hand import Mask, Sample, Share

HERE = Path(__file__).parent
TOLERANCE = 1e-9
Row = dict[str, str]


@functools.cache
def fixture(name: str) -> tuple[Row, ...]:
    with (HERE / f"evidence_{name}.csv").open(newline="", encoding="utf-8") as file:
        return tuple(csv.DictReader(file))


def runs(name: str) -> list[tuple[str, str, str]]:
    """The designs, policies and centres that a fixture holds, each once."""
    return list(dict.fromkeys((r["design"], r["lonely_psu"], r["mse"]) for r in fixture(name)))


def rows_of(name: str, run: tuple[str, str, str]) -> list[Row]:
    return [r for r in fixture(name) if (r["design"], r["lonely_psu"], r["mse"]) == run]


@functools.cache
def sample_of(run: tuple[str, str, str]) -> Sample:
    design, policy, mse = run
    return (
        hand.taylor(design, policy) if mse == "NA" else hand.replicated(design, mse=mse == "TRUE")
    )


def same(ours: float, r: str, tolerance: float = TOLERANCE) -> bool:
    if r == "NA":
        return math.isnan(ours)
    return math.isclose(ours, float(r), rel_tol=tolerance, abs_tol=1e-12)


def report(wrong: list[tuple[Row, str, float]], total: int) -> str:
    lines = [
        f"  {' '.join(str(v) for v in list(row.values())[:14])}: {what} by hand {ours!r}, R {row[what]}"
        for row, what, ours in wrong[:20]
    ]
    return "\n".join([f"{len(wrong)} figures differ among {total} rows:", *lines]) if wrong else ""


def compare(rows: list[Row], by_hand: list[dict[str, float]], tolerance: float = TOLERANCE) -> None:
    assert rows
    wrong = [
        (row, what, ours)
        for row, figures in zip(rows, by_hand, strict=True)
        for what, ours in figures.items()
        if not same(ours, row[what], tolerance)
    ]
    assert not wrong, report(wrong, len(rows))


def group(sample: Sample, by: str, level: str) -> Mask:
    if by == "all":
        return np.ones(sample.size, dtype=bool)
    known = sample.data[by] != ""
    return known & (sample.data[by] != level) if level == "rest" else sample.data[by] == level


def the_rest(sample: Sample, by: str, level: str) -> Mask:
    return (sample.data[by] != "") & (sample.data[by] != level)


# --- shares -------------------------------------------------------------------------------------


def share_figures(sample: Sample, row: Row) -> dict[str, float]:
    one = hand.share_of(
        sample, row["item"], [row["option"]], group(sample, row["by"], row["group"])
    )
    r, se = hand.linear(sample, [one], [1])
    n = int((one.base & (sample.weight > 0)).sum())
    figures = {"n": n, "estimate": r, "se": se, "df": hand.degrees(sample, one.base)}
    figures["deff"] = math.nan if row["deff"] == "NA" else hand.design_effect(r, se, n)
    if row["by"] != "all":
        rest = hand.share_of(
            sample, row["item"], [row["option"]], the_rest(sample, row["by"], row["group"])
        )
        pair = (
            (math.nan, math.nan)
            if not rest.base.any()
            else hand.linear(sample, [one, rest], [1, -1])
        )
        figures["difference"], figures["difference_se"] = pair
    return figures


@pytest.mark.parametrize("run", runs("shares"), ids="-".join)
def test_shares(run: tuple[str, str, str]) -> None:
    sample, rows = sample_of(run), rows_of("shares", run)
    compare(rows, [share_figures(sample, row) for row in rows])


@pytest.mark.parametrize("run", runs("intervals"), ids="-".join)
def test_intervals_of_replicates(run: tuple[str, str, str]) -> None:
    sample, rows = sample_of(run), rows_of("intervals", run)
    figures = []
    for row in rows:
        one = hand.share_of(
            sample, row["item"], [row["option"]], group(sample, row["by"], row["group"])
        )
        r, se = hand.linear(sample, [one], [1])
        df = hand.degrees(sample, one.base)
        low, high = hand.beta_interval(r, se, int(one.base.sum()), df)
        figures.append({"beta_low": low, "beta_high": high})
        if row["logit_low"] != "NA":
            low, high = hand.logit_interval(sample, one, df)
            figures[-1] |= {"logit_low": low, "logit_high": high}
    compare(rows, figures, tolerance=1e-7)


# --- contrasts ----------------------------------------------------------------------------------


def side(sample: Sample, row: Row, prefix: str) -> list[Share]:
    members = group(sample, row[f"{prefix}by"], row[f"{prefix}group"])
    if row[f"{prefix}group"] == "rest":
        members = the_rest(sample, row["by"], row["group"])
    if wave := row[f"{prefix}wave"]:
        members = members & (sample.data["wave"] == wave)
    asked = {row[f"{prefix}item"]: (row[f"{prefix}option"],)}
    if row[f"{prefix}item"] == "battery":
        asked = hand.PERMITS
    return [hand.share_of(sample, item, options, members) for item, options in asked.items()]


def contrast_figures(sample: Sample, row: Row) -> dict[str, float]:
    one, other = side(sample, row, ""), side(sample, row, "other_")
    mean, opposite = [1 / len(one)] * len(one), [-1 / len(other)] * len(other)
    estimate, se = hand.linear(sample, one, mean)
    minus, other_se = hand.linear(sample, other, opposite)
    difference, difference_se = hand.linear(sample, one + other, mean + opposite)
    return {
        "estimate": estimate,
        "se": se,
        "other_estimate": -minus,
        "other_se": other_se,
        "difference": difference,
        "difference_se": difference_se,
        "df": hand.degrees(sample, np.any([s.base for s in one + other], axis=0)),
    }


@pytest.mark.parametrize("run", runs("contrasts"), ids="-".join)
def test_contrasts(run: tuple[str, str, str]) -> None:
    sample, rows = sample_of(run), rows_of("contrasts", run)
    compare(rows, [contrast_figures(sample, row) for row in rows])


# --- tests of tables ----------------------------------------------------------------------------


def table_figures(sample: Sample, row: Row) -> dict[str, float]:
    answer = sample.data[row["item"]]
    if row["option"] != "all":
        chose = np.where(answer == row["option"], "yes", "no")
        answer = np.where(answer == "", "", chose)
    members = group(sample, row["domain_by"], row["domain"])
    found = hand.rao_scott(sample, answer, sample.data[row["by"]], members)
    return vars(found)


@pytest.mark.parametrize("run", runs("tests"), ids="-".join)
def test_tests_of_tables(run: tuple[str, str, str]) -> None:
    sample, rows = sample_of(run), rows_of("tests", run)
    compare(rows, [table_figures(sample, row) for row in rows])


# --- adjusted weights ---------------------------------------------------------------------------

WEIGHING = ["weigh_people", "weigh_clusters", "weigh_replicates"]
SCHEMES = ["post", "rake2", "rake3", "raking", "linear", "trim"]


@functools.cache
def weighed(design: str, scheme: str) -> Sample:
    plain = (
        hand.replicated(design, mse=True) if design == "weigh_replicates" else hand.taylor(design)
    )
    return hand.adjusted(plain, design, scheme)


@pytest.mark.parametrize("design", WEIGHING)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_adjusted_weights(design: str, scheme: str) -> None:
    rows = [row for row in fixture("weights") if row["design"] == design]
    if rows[0][scheme] == "NA":
        pytest.skip("R was not asked for it")
    sample = weighed(design, scheme)
    assert [row["id"] for row in rows] == sample.data["id"].tolist()
    compare(rows, [{scheme: weight} for weight in sample.weight])


@pytest.mark.parametrize("design", WEIGHING)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_estimates_with_adjusted_weights(design: str, scheme: str) -> None:
    rows = [r for r in fixture("weighting") if (r["design"], r["scheme"]) == (design, scheme)]
    if not rows:
        pytest.skip("R was not asked for it")
    sample = weighed(design, scheme)
    figures = []
    for row in rows:
        share = hand.share_of(
            sample, row["item"], [row["option"]], group(sample, row["by"], row["group"])
        )
        total, total_se = hand.total(sample, share.chose > 0)
        estimate, se = hand.linear(sample, [share], [1])
        df = hand.degrees(sample, share.base)
        figures.append(
            {"total": total, "total_se": total_se, "estimate": estimate, "se": se, "df": df}
        )
    compare(rows, figures)


# --- mean scores --------------------------------------------------------------------------------

SCORES = {"fully": 5.0, "mostly": 4.0, "somewhat": 3.0, "little": 2.0, "not at all": 1.0}


@pytest.mark.parametrize("run", runs("scores"), ids="-".join)
def test_mean_scores(run: tuple[str, str, str]) -> None:
    sample, rows = sample_of(run), rows_of("scores", run)
    answer = sample.data["trust_b"]
    score = np.array([SCORES.get(a, 0.0) for a in answer])
    figures = []
    for row in rows:
        one = Share(score, group(sample, row["by"], row["group"]) & (answer != ""))
        estimate, se = hand.linear(sample, [one], [1])
        figures.append({"n": int(one.base.sum()), "estimate": estimate, "se": se})
        figures[-1]["df"] = hand.degrees(sample, one.base)
        if row["by"] != "all":
            rest = Share(score, the_rest(sample, row["by"], row["group"]) & (answer != ""))
            gap, gap_se = hand.linear(sample, [one, rest], [1, -1])
            figures[-1] |= {"difference": gap, "difference_se": gap_se}
    compare(rows, figures)


def test_adjusted_p_values() -> None:
    rows = list(fixture("p_adjusted"))
    p = [float(row["p"]) for row in rows]
    bh, holm = hand.benjamini_hochberg(p), hand.holm(p)
    compare(rows, [{"bh": a, "holm": b} for a, b in zip(bh, holm, strict=True)])


# --- the fixtures themselves --------------------------------------------------------------------


def test_evidence_designs_come_out_of_their_recipe(tmp_path: Path) -> None:
    subprocess.run([sys.executable, HERE / "make_evidence_designs.py", tmp_path], check=True)
    committed = sorted((HERE / "evidence_designs").glob("*.csv"))
    assert [path.name for path in committed] == sorted(path.name for path in tmp_path.glob("*.csv"))
    for path in committed:
        assert path.read_bytes() == (tmp_path / path.name).read_bytes(), path.name


@pytest.mark.skipif(
    os.environ.get("LICET_RERUN_R") != "1", reason="set LICET_RERUN_R=1 to run R again (2 minutes)"
)
@pytest.mark.skipif(
    shutil.which("Rscript") is None,
    reason="Rscript is not installed (Debian: r-base-core r-cran-survey)",
)
def test_evidence_comes_out_of_r(tmp_path: Path) -> None:
    subprocess.run(
        ["Rscript", HERE / "evidence_oracle.R", tmp_path], check=True, capture_output=True
    )
    for path in sorted(HERE.glob("evidence_*.csv")):
        with (tmp_path / path.name).open(newline="", encoding="utf-8") as file:
            again = list(csv.DictReader(file))
        committed = fixture(path.stem.removeprefix("evidence_"))
        assert len(again) == len(committed), path.name
        for old, new in zip(committed, again, strict=True):
            for column, text in old.items():
                try:
                    alike = text == new[column] or math.isclose(
                        float(text), float(new[column]), rel_tol=TOLERANCE, abs_tol=1e-12
                    )
                except ValueError:
                    alike = False
                assert alike, (path.name, column, old, new)
