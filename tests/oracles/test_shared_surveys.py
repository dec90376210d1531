"""The estimation kernel on two public surveys: R's figures for subgroups, and published ones.

The data lie outside the repository (fixture ``shared``) and the tests are skipped without them.
Base of every item: valid answers. Don't know, refused and not asked are missing unless said
otherwise.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pyreadstat
import pytest

import licet

TOLERANCE = 1e-6
HINTS_ITEMS = (
    "CancerTrustGov",
    "CancerTrustDoctor",
    "CancerTrustScientists",
    "CancerTrustCharities",
    "TrustHCSystem",
    "WillingShareData_HCP",
)
HINTS_GROUPS = ("RaceEthn5", "EducA", "AgeGrpA", "IncomeRanges_IMP")
FAVOURABLE = {"A lot", "Some", "Very", "Somewhat", "Yes"}
RIGHTS = ("cctv", "emonitor", "givinfusa", "givinffor", "tapphone", "stoprndm", "wotrial")
CONFIDENCE = ("confed", "conlegis", "consci", "conmedic", "conpress", "conarmy")
GSS_GROUPS = ("race", "degree", "sex")

# Counts in the order of the answer codes, as printed in the codebook of NORC.
PUBLISHED_2016 = {
    "givinfusa": (257, 417, 339, 349),
    "cctv": (345, 534, 264, 215),
    "emonitor": (125, 315, 410, 511),
    "givinffor": (224, 372, 449, 304),
    "tapphone": (309, 389, 285, 377),
    "stoprndm": (196, 258, 370, 538),
    "wotrial": (205, 290, 391, 468),
    "confed": (238, 851, 827),
    "conlegis": (112, 777, 1036),
    "consci": (791, 976, 117),
    "conpress": (159, 815, 963),
    "conjudge": (488, 1038, 389),
}
PUBLISHED_2018 = {
    "confed": (182, 659, 692),
    "conlegis": (81, 697, 745),
    "consci": (681, 725, 100),
    "conpress": (199, 636, 713),
}


def net(codes: pl.Series, inside: Callable[[object], bool]) -> pl.Series:
    """ "yes" or "no" for a valid answer, null for none."""
    answers = [None if code is None else ("yes" if inside(code) else "no") for code in codes]
    return pl.Series(codes.name, answers, dtype=pl.String)


def labelled(codes: pl.Series, labels: dict[float, str]) -> pl.Series:
    return pl.Series(
        codes.name, [None if code is None else labels[code] for code in codes], dtype=pl.String
    )


def whole_number(code: object) -> str | None:
    return None if code is None else str(int(float(code)))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def golden(shared: Path) -> pl.DataFrame:
    return pl.read_csv(shared / "data/surveys/golden_subgroups.csv", infer_schema_length=None)


@pytest.fixture(scope="module")
def hints(shared: Path) -> pl.DataFrame:
    """HINTS 6: the nets of the golden file, its groups as label text, and the derived family."""
    replicates = [f"PERSON_FINWT{number}" for number in range(1, 51)]
    design = ["VAR_STRATUM", "VAR_CLUSTER", "PERSON_FINWT0", *replicates]
    columns = [*design, *HINTS_ITEMS, *HINTS_GROUPS, "MaritalStatus", "ChildrenInHH"]
    path = shared / "data/surveys/hints6/hints6_public.sav"
    raw, meta = pyreadstat.read_sav(path, usecols=columns, output_format="dict")
    values = {name: pl.Series(name, [None if v != v else v for v in raw[name]]) for name in columns}
    text = {
        name: labelled(values[name], meta.variable_value_labels[name])
        for name in (*HINTS_GROUPS, *HINTS_ITEMS)
    }
    marital = labelled(values["MaritalStatus"], meta.variable_value_labels["MaritalStatus"])
    family = [
        None if status is None or children is None else family_of(status, children)
        for status, children in zip(marital, values["ChildrenInHH"], strict=True)
    ]
    return pl.DataFrame(
        [values[name] for name in design]
        + [text[name] for name in HINTS_GROUPS]
        + [net(text[name], FAVOURABLE.__contains__) for name in HINTS_ITEMS]
        + [pl.Series("family", family)]
    )


def family_of(status: str, children: float) -> str:
    if children == 0:
        return "no child"
    return "couple parent" if status.startswith(("Married", "Living as")) else "lone parent"


def read_gss(shared: Path, wave: str, year: int, items: Sequence[str]) -> pl.DataFrame:
    """People first interviewed in ``year``.

    Answer codes as text: "1" .. "4", "d" don't know, "i" not asked, "n" no answer.
    """
    names = [f"{name}_{wave}" for name in ("vstrat", "vpsu", "wtssall", *GSS_GROUPS, *items)]
    path = shared / "data/surveys/gss_panel/gss_panel_2016_2018_2020_subset.dta"
    raw, meta = pyreadstat.read_dta(
        path, usecols=["samptype", *names], user_missing=True, output_format="dict"
    )
    here = [i for i, sample in enumerate(raw["samptype"]) if sample == year]
    columns = []
    for full in names:
        name, cells = full.removesuffix(f"_{wave}"), [raw[full][i] for i in here]
        if name in ("vstrat", "vpsu", "wtssall"):
            columns.append(pl.Series(name, [float(v) for v in cells]))
        elif name in GSS_GROUPS:
            labels = meta.variable_value_labels[full]
            columns.append(
                pl.Series(name, [None if isinstance(v, str) else labels[v] for v in cells])
            )
        else:
            columns.append(
                pl.Series(name, [v if isinstance(v, str) else whole_number(v) for v in cells])
            )
    return pl.DataFrame(columns)


def valid(codes: pl.Expr) -> pl.Expr:
    """The answer codes, null where there is no answer."""
    return pl.when(~codes.is_in(["d", "i", "n"])).then(codes)


@pytest.fixture(scope="module")
def gss2016(shared: Path) -> pl.DataFrame:
    return read_gss(shared, "1a", 2016, sorted({*PUBLISHED_2016, *RIGHTS, *CONFIDENCE}))


@pytest.fixture(scope="module")
def gss2018(shared: Path) -> pl.DataFrame:
    return read_gss(shared, "1b", 2018, sorted(PUBLISHED_2018))


def gss_table(frame: pl.DataFrame, items: Sequence[str], **more: Any) -> pl.DataFrame:
    design = {"weight": "wtssall", "strata": "vstrat", "psu": "vpsu", "nest": True}
    return licet.table(frame, items=list(items), lonely_psu="adjust", **design, **more).to_polars()


def assert_golden(ours: pl.DataFrame, golden: pl.DataFrame, rows: int) -> None:
    """Every golden row: n and df exactly; share, standard error and logit interval to 1e-6."""
    assert golden.height == rows
    yes = ours.filter(pl.col("option") == "yes")
    both = golden.join(
        yes, left_on=["item", "group", "level"], right_on=["item", "by", "group"], suffix="_ours"
    )
    assert both.height == rows, "golden rows that we do not have"
    for row in both.iter_rows(named=True):
        where = (row["item"], row["group"], row["level"])
        assert (row["n_ours"], row["df_ours"]) == (row["n"], row["df"]), where
        assert math.isclose(row["estimate"], row["est"], abs_tol=TOLERANCE), where
        assert math.isclose(row["se_ours"], row["se"], abs_tol=TOLERANCE), where
        assert math.isclose(row["low"], row["lo"], abs_tol=TOLERANCE), where
        assert math.isclose(row["high"], row["hi"], abs_tol=TOLERANCE), where


HINTS_DESIGNS: dict[str, dict[str, Any]] = {
    "hints6_Taylor": {
        "strata": "VAR_STRATUM",
        "psu": "VAR_CLUSTER",
        "lonely_psu": "adjust",
        "nest": True,
    },
    "hints6_JK1": {"replicates": "PERSON_FINWT1-50", "replicate_kind": "jk1"},
}


@pytest.mark.parametrize("dataset", HINTS_DESIGNS)
def test_hints_subgroups(dataset: str, hints: pl.DataFrame, golden: pl.DataFrame) -> None:
    """Nobody says df for the jackknife: the rank of the replicates less one is 49 in every group."""
    table = licet.table(
        hints,
        items=list(HINTS_ITEMS),
        by=[*HINTS_GROUPS, "family"],
        weight="PERSON_FINWT0",
        interval="logit",
        **HINTS_DESIGNS[dataset],
    ).to_polars()
    assert_golden(table, golden.filter(pl.col("dataset") == dataset), rows=156)


@pytest.mark.long
@pytest.mark.parametrize("dataset", HINTS_DESIGNS)
def test_hints_is_r_by_the_compiled_pass_as_well(
    dataset: str, hints: pl.DataFrame, golden: pl.DataFrame
) -> None:
    table = licet.table(
        hints,
        items=list(HINTS_ITEMS),
        by=[*HINTS_GROUPS, "family"],
        weight="PERSON_FINWT0",
        interval="logit",
        compiled=True,
        **HINTS_DESIGNS[dataset],
    ).to_polars()
    assert_golden(table, golden.filter(pl.col("dataset") == dataset), rows=156)


def test_gss_subgroups(gss2016: pl.DataFrame, golden: pl.DataFrame) -> None:
    """Nets of codes, each under the name that the golden file gives it."""
    nets = {f"{item} should have right (1,2)": (item, {"1", "2"}) for item in RIGHTS}
    nets |= {f"{item} great deal (1)": (item, {"1"}) for item in CONFIDENCE}
    nets |= {f"{item} hardly any (3)": (item, {"3"}) for item in CONFIDENCE}
    answers = gss2016.select(valid(pl.col(item)) for item in {item for item, _ in nets.values()})
    frame = gss2016.select("vstrat", "vpsu", "wtssall", *GSS_GROUPS).with_columns(
        net(answers[item], codes.__contains__).alias(name) for name, (item, codes) in nets.items()
    )
    table = gss_table(frame, list(nets), by=list(GSS_GROUPS), interval="logit")
    assert_golden(table, golden.filter(pl.col("dataset") == "gss2016"), rows=209)


@pytest.mark.parametrize(("year", "published"), [(2016, PUBLISHED_2016), (2018, PUBLISHED_2018)])
def test_gss_counts_are_those_published(
    year: int, published: dict[str, tuple[int, ...]], request: pytest.FixtureRequest
) -> None:
    frame = request.getfixturevalue(f"gss{year}").with_columns(
        valid(pl.col(item)) for item in published
    )
    table = gss_table(frame, list(published))
    for item, counts in published.items():
        rows = table.filter(item=item, by="all").sort("option")
        assert tuple(rows["count"]) == counts, item
        assert set(rows["n"]) == {sum(counts)}, item


def test_dont_knows_in_the_base_move_a_published_share(gss2018: pl.DataFrame) -> None:
    """Great deal of confidence in science, 2018: printed as 44 %, don't knows included."""
    base = pl.col("consci")
    without = gss2018.with_columns(valid(base))
    with_them = gss2018.with_columns(pl.when(~base.is_in(["i", "n"])).then(base))
    shares = [
        gss_table(frame, ["consci"]).row(by_predicate=pl.col("option") == "1", named=True)[
            "estimate"
        ]
        for frame in (with_them, without)
    ]
    assert [round(share, 3) for share in shares] == [0.438, 0.451]


def test_hardly_any_confidence_in_the_press(gss2016: pl.DataFrame) -> None:
    """2016: printed as 50 %."""
    table = gss_table(gss2016.with_columns(valid(pl.col("conpress"))), ["conpress"])
    row = table.row(by_predicate=pl.col("option") == "3", named=True)
    assert round(row["estimate"], 3) == 0.501
    assert row["low"] < 0.5 < row["high"], "a share at the line settles nothing"
