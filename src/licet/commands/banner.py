"""The commands for tables and charts: ``licet banner`` and ``licet chart``. See ``add_to``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from licet.commands.days import day
from licet.commands.table import replicate_keys
from licet.errors import bad
from licet.files.arguments import nets, pairs, words


def add_to(app: typer.Typer) -> None:
    """Plug both commands into the program."""
    app.command("banner")(banner_command)
    app.command("chart")(chart_command)


def banner_command(
    source: Annotated[Path, typer.Argument(help="A survey file, or a folder of evidence.")],
    out: Annotated[Path, typer.Option(help="tables.xlsx, .docx, .html, or a folder for CSV.")],
    items: Annotated[
        str | None, typer.Option(help="Columns, with commas; * is any letters: TRUST*, *_2.")
    ] = None,
    by: Annotated[str | None, typer.Option(help="Columns whose values are the columns.")] = None,
    weight: Annotated[str | None, typer.Option(help="The column of weights.")] = None,
    group: Annotated[
        list[str] | None, typer.Option(metavar="NAME=EXPRESSION", help="A column by expression.")
    ] = None,
    net: Annotated[
        list[str] | None, typer.Option(metavar="ITEM:NAME=OPTION|OPTION", help="A sum of options.")
    ] = None,
    first: Annotated[int | None, typer.Option(help="A net of so many first options.")] = None,
    last: Annotated[int | None, typer.Option(help="A net of so many last options.")] = None,
    mean: Annotated[bool, typer.Option(help="Means of 1, 2, 3, ... for the options.")] = False,
    order: Annotated[
        str | None, typer.Option(metavar="OPTION|OPTION", help="Options of a CSV file in order.")
    ] = None,
    outside: Annotated[
        str | None, typer.Option(metavar="OPTION|OPTION", help="Options that are no answer.")
    ] = None,
    letters: Annotated[str, typer.Option(help="Confidence of letters, percent: 95,90.")] = "95,90",
    multiplicity: Annotated[str, typer.Option(help="none, holm or bh.")] = "bh",
    family: Annotated[str, typer.Option(help="What is adjusted for: row, question, all.")] = (
        "question"
    ),
    compare: Annotated[str, typer.Option(help="columns, rest or none.")] = "columns",
    strata: Annotated[str | None, typer.Option(help="The column of strata.")] = None,
    psu: Annotated[str | None, typer.Option(help="The column of first-stage clusters.")] = None,
    nest: Annotated[bool | None, typer.Option(help="PSU labels restart in each stratum.")] = None,
    lonely_psu: Annotated[str | None, typer.Option(help="As for licet table.")] = None,
    fpc: Annotated[str | None, typer.Option(help="As for licet table.")] = None,
    ssu: Annotated[str | None, typer.Option(help="As for licet table.")] = None,
    ssu_fpc: Annotated[str | None, typer.Option(help="As for licet table.")] = None,
    replicates: Annotated[
        str | None, typer.Option(help="Replicate weights: NAME1-80, or columns with commas.")
    ] = None,
    replicate_kind: Annotated[
        str | None, typer.Option(help="jk1, jkn, brr, fay, bootstrap, sdr or other.")
    ] = None,
    scale: Annotated[float | None, typer.Option(help="Of all replicates, if not usual.")] = None,
    rscales: Annotated[
        str | None, typer.Option(metavar="NUMBERS", help="Of each replicate; one for all.")
    ] = None,
    fay: Annotated[float | None, typer.Option(help="Fay's rho, 0 to below 1.")] = None,
    centre: Annotated[str | None, typer.Option(help="As for licet table.")] = None,
    df: Annotated[float | None, typer.Option(help="Degrees of freedom, as published.")] = None,
    unweighted: Annotated[bool, typer.Option(help="Say that there are no weights.")] = False,
    threshold: Annotated[int, typer.Option(help="Smaller counts are not shown.")] = 10,
    encoding: Annotated[str | None, typer.Option(help="Of a file that is not UTF-8.")] = None,
    title: Annotated[str, typer.Option(help="Of the whole.")] = "",
) -> None:
    """Banner tables with nets, bases and significance letters: Excel, Word, HTML or CSV."""
    from licet.chapters.banners import banner
    from licet.report.banner.questions import COUNTED

    sample = {"strata": strata, "psu": psu, "nest": nest, "lonely_psu": lonely_psu}
    sample |= {"fpc": fpc, "ssu": ssu, "ssu_fpc": ssu_fpc, "centre": centre}
    design: dict[str, Any] = {key: value for key, value in sample.items() if value is not None}
    design |= replicate_keys(replicates, replicate_kind, scale, rscales, fay, df)
    made = banner(
        source,
        words(items) or None,
        words(by),
        weight=weight,
        groups=pairs(group, "--group"),
        nets=nets(net),
        first=first,
        last=last,
        scores="order" if mean else None,
        order=words(order, "|"),
        outside=words(outside, "|"),
        unweighted=unweighted,
        compare=compare,  # type: ignore[arg-type]
        letters=percentages(letters),
        multiplicity=multiplicity,  # type: ignore[arg-type]
        family=family,  # type: ignore[arg-type]
        threshold=threshold,
        title=title,
        encoding=encoding,
        **design,
    )
    made.write(out)
    print(f"written: {out}")
    doubts = {note for each in made.questions for note in each.notes if note.startswith(COUNTED)}
    for note in sorted(doubts):
        print(note, file=sys.stderr)


def chart_command(
    evidence: Annotated[list[Path], typer.Argument(help="A folder of evidence; waves: several.")],
    out: Annotated[Path, typer.Option(help=".svg or .png (a table .csv beside it), or .html.")],
    kind: Annotated[str, typer.Option(help="stances, intervals, waves or map.")] = "map",
    items: Annotated[str | None, typer.Option(help="Only these items, with commas.")] = None,
    group: Annotated[str, typer.Option(help="The group of stances and waves.")] = "all",
    neutral: Annotated[str, typer.Option(help="apart, or split about the middle.")] = "apart",
    today: Annotated[
        str | None, typer.Option(help="Show what has expired by this day: 2026-11-30.")
    ] = None,
    title: Annotated[str, typer.Option(help="Of the chart.")] = "",
) -> None:
    """Charts of evidence that read without colour, each with the same as a table."""
    from licet.chapters.charting import chart, notices_of, write_drawing

    drawing = chart(
        evidence,
        kind,  # type: ignore[arg-type]
        items=words(items),
        group=group,
        neutral=neutral,  # type: ignore[arg-type]
        today=None if today is None else day(today),
        title=title,
    )
    for path in write_drawing(drawing, out, notices_of(evidence)):
        print(f"written: {path}")


def percentages(text: str) -> list[float]:
    """``95,90`` as 0.95 and 0.90."""
    try:
        found = [float(word) / 100 for word in words(text)]
    except ValueError:
        found = []
    if not found:
        raise bad(f"{text!r} are no levels of confidence", "--letters", "95, or 95,90")
    return found
