"""``licet weight``: arguments in, screen and files out. ``register(app)`` puts it among the commands."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from licet.errors import bad
from licet.files.arguments import words


def add_to(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command(name="weight")(weight)


def weight(
    answers: Annotated[Path, typer.Argument(help=".sav, .zsav, .dta, .csv or .parquet")],
    out: Annotated[Path, typer.Option(help="Write .csv, .parquet or .sav; a record beside it.")],
    margins: Annotated[
        Path | None,
        typer.Option(help="CSV: margin, category, and count, share or percent; or TOML."),
    ] = None,
    weight: Annotated[str | None, typer.Option(help="The column of design weights.")] = None,
    probability: Annotated[
        str | None, typer.Option(help="The column of chances of being drawn.")
    ] = None,
    equal: Annotated[bool, typer.Option(help="Say that all were drawn with equal chance.")] = False,
    respondents: Annotated[
        str, typer.Option(metavar="EXPRESSION", help="True of those who answered.")
    ] = "",
    cells: Annotated[str | None, typer.Option(help="Columns of the non-response cells.")] = None,
    method: Annotated[str, typer.Option(help="raking, linear or logit.")] = "raking",
    bounds: Annotated[
        str | None, typer.Option(metavar="LEAST,MOST", help="Of the factors: linear and logit.")
    ] = None,
    trim: Annotated[
        float | None, typer.Option(help="No weight above so many times the median.")
    ] = None,
    trim_to: Annotated[str, typer.Option(help="median or mean.")] = "median",
    least: Annotated[float | None, typer.Option(help="No weight below this.")] = None,
    most: Annotated[float | None, typer.Option(help="No weight above this.")] = None,
    name: Annotated[str, typer.Option(help="The new column.")] = "final_weight",
    table: Annotated[Path | None, typer.Option(help="Margins before and after, as .csv.")] = None,
    encoding: Annotated[str | None, typer.Option(help="Of a file that is not UTF-8.")] = None,
) -> None:
    """Weights that meet what is known of the population, and what that costs."""
    from licet.chapters import weighing

    found = weighing.weigh(
        answers,
        margins,
        encoding=encoding,
        weight=weight,
        probability=probability,
        equal=equal,
        respondents=respondents,
        cells=tuple(words(cells)),
        method=method,
        bounds=two(bounds),
        trim=_trim(trim, trim_to, least, most),
    )
    paths = weighing.write_weighted(found, out, name, table)
    print(found.screen(name))
    print(f"\nwritten: {', '.join(str(path) for path in paths)}")


def two(text: str | None) -> tuple[float, float] | None:
    """``0.3,3`` as two numbers."""
    if text is None:
        return None
    try:
        low, high = (float(part) for part in words(text))
    except ValueError:
        allowed = "two numbers with a comma between: 0.3,3"
        raise bad(f"cannot read --bounds {text!r}", "--bounds", allowed) from None
    return low, high


def _trim(times: float | None, of: str, least: float | None, most: float | None):
    from licet.errors import unknown
    from licet.weighting.trimming import Trim

    if of not in ("median", "mean"):
        raise unknown("word", of, ["median", "mean"], "--trim-to")
    if times is None and least is None and most is None:
        return None
    return Trim(times, "mean" if of == "mean" else "median", least, most)
