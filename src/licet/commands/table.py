"""``licet table``: arguments in, a matrix of shares on screen or in a file. No codebook is needed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from licet.errors import bad, unknown
from licet.files.arguments import nets, pairs, words
from licet.files.writing import check_not_read

JsonFlag = Annotated[bool, typer.Option("--json", help="Print data instead of text.")]
IntervalOption = Annotated[str, typer.Option(help="korn-graubard, wilson or logit.")]
LevelOption = Annotated[float, typer.Option(help="Confidence level of the intervals.")]


def add_to(app: typer.Typer) -> None:
    """Make it a command of the program."""
    app.command()(table)


def interval_method(name: str) -> Any:
    """The name, if it is that of a method. Refuses another with the nearest right one."""
    from licet.survey.intervals import METHODS

    if name not in METHODS:
        raise unknown("interval method", name, METHODS, "--interval")
    return name


def table(
    answers: Annotated[Path, typer.Argument(help=".sav, .zsav, .dta, .csv or .parquet")],
    items: Annotated[str, typer.Option(help="Columns, with commas between.")],
    weight: Annotated[str | None, typer.Option(help="The column of weights.")] = None,
    by: Annotated[str | None, typer.Option(help="Columns whose values are the groups.")] = None,
    group: Annotated[
        list[str] | None, typer.Option(metavar="NAME=EXPRESSION", help="A group by expression.")
    ] = None,
    net: Annotated[
        list[str] | None, typer.Option(metavar="ITEM:NAME=OPTION|OPTION", help="A sum of options.")
    ] = None,
    outside: Annotated[
        str | None, typer.Option(metavar="OPTION|OPTION", help="Options that are no answer.")
    ] = None,
    strata: Annotated[str | None, typer.Option(help="The column of strata.")] = None,
    psu: Annotated[str | None, typer.Option(help="The column of first-stage clusters.")] = None,
    nest: Annotated[bool | None, typer.Option(help="PSU labels restart in each stratum.")] = None,
    lonely_psu: Annotated[
        str, typer.Option(help="error, remove, certainty, adjust or average.")
    ] = "error",
    fpc: Annotated[
        str | None, typer.Option(help="Column: units in the population, or the sampled part.")
    ] = None,
    ssu: Annotated[str | None, typer.Option(help="The column of second-stage units.")] = None,
    ssu_fpc: Annotated[
        str | None, typer.Option(help="Column: second-stage units there are in the cluster.")
    ] = None,
    replicates: Annotated[
        str | None, typer.Option(metavar="NAME1-80", help="Replicate weights; or columns, commas.")
    ] = None,
    replicate_kind: Annotated[
        str | None, typer.Option(help="jk1, jkn, brr, fay, bootstrap, sdr or other.")
    ] = None,
    scale: Annotated[float | None, typer.Option(help="Of all replicates, if not usual.")] = None,
    rscales: Annotated[
        str | None, typer.Option(metavar="NUMBERS", help="Of each replicate; one for all.")
    ] = None,
    fay: Annotated[float | None, typer.Option(help="Fay's rho, 0 to below 1.")] = None,
    centre: Annotated[
        str, typer.Option(help="Of the replicates' distances: estimate or mean.")
    ] = "estimate",
    df: Annotated[float | None, typer.Option(help="Degrees of freedom, as published.")] = None,
    unweighted: Annotated[bool, typer.Option(help="Say that there are no weights.")] = False,
    interval: IntervalOption = "korn-graubard",
    level: LevelOption = 0.95,
    threshold: Annotated[int, typer.Option(help="Smaller counts are not shown.")] = 10,
    compiled: Annotated[bool, typer.Option(help="The pass for a million people (fast).")] = False,
    encoding: Annotated[str | None, typer.Option(help="Of a file that is not UTF-8.")] = None,
    out: Annotated[Path | None, typer.Option(help="Write .html, .csv or .json.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """The matrix of shares with intervals from a raw file, without a codebook."""
    from licet import flow

    if out is not None:
        check_not_read(out, answers)
    sample = {"fpc": fpc, "ssu": ssu, "ssu_fpc": ssu_fpc, "centre": centre}
    result = flow.table_of_file(
        answers,
        encoding,
        items=words(items),
        by=words(by),
        groups=pairs(group, "--group"),
        nets=nets(net),
        outside=words(outside, "|"),
        weight=weight,
        unweighted=unweighted,
        strata=strata,
        psu=psu,
        nest=nest,
        lonely_psu=lonely_psu,
        interval=interval_method(interval),
        level=level,
        threshold=threshold,
        compiled=compiled,
        **sample,
        **replicate_keys(replicates, replicate_kind, scale, rscales, fay, df),
    )
    if out is not None:
        flow.write_table(result, out)
        print(f"written: {out}")
    else:
        print(result.to_json() if as_json else result.to_text())


def replicate_keys(
    columns: str | None,
    kind: str | None,
    scale: float | None,
    rscales: str | None,
    fay: float | None,
    df: float | None,
) -> dict[str, Any]:
    """The keys of a design that belong to replicate weights, those that were given."""
    given = {"replicate_kind": kind, "scale": scale, "fay": fay, "df": df}
    found: dict[str, Any] = {key: value for key, value in given.items() if value is not None}
    if columns is not None:
        listed = words(columns)
        found["replicates"] = listed if len(listed) > 1 else columns
    if rscales is not None:
        found["rscales"] = _numbers(rscales)
    return found


def _numbers(text: str) -> tuple[float, ...]:
    """``0.5`` or ``0.5,0.67``."""
    try:
        found = tuple(float(part) for part in words(text))
    except ValueError:
        found = ()
    if not found:
        allowed = "one number for all, or one for each replicate: 0.5,0.67"
        raise bad(f"cannot read --rscales {text!r}", "--rscales", allowed)
    return found
