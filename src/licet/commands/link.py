"""``licet link``: refused without a ruling that allows it; else people and households."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from licet.commands import runs
from licet.commands.days import writing_day
from licet.errors import bad


def add_to(app: typer.Typer) -> None:
    """Add the command to the program, and beside it those of the runs that it makes."""
    app.command()(link)
    runs.add_to(app)


def link(
    use: Annotated[Path, typer.Argument(help="The use: a TOML file in uses/ of a workspace.")],
    arrived: Annotated[
        list[str] | None,
        typer.Option(
            "--arrived", metavar="[FEED=]FILE", help="Only new rows: a delivered file; repeatable."
        ),
    ] = None,
    model: Annotated[
        Path | None,
        typer.Option(metavar="RUN", help="Folder of a run whose trained model is used again."),
    ] = None,
    engine: Annotated[
        str,
        typer.Option(help="duckdb, spark for more rows than memory holds, or memory with --model."),
    ] = "duckdb",
    today: Annotated[str | None, typer.Option(metavar="DAY", help="As on this day.")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Say only the outcome.")] = False,
) -> None:
    """Join records, as far as the ruling and each person's own permission allow."""
    from licet import flow

    def say(text: str) -> None:
        if not quiet:
            print(text, flush=True)

    on = writing_day(today, use)
    try:
        if arrived:
            print(
                flow.arrive_text(
                    flow.arrive(use, _files(arrived), today=on, engine=engine, say=say)
                )
            )
        else:
            linked = flow.link(use, today=on, engine=engine, model=model, say=say)
            print(flow.linked_text(linked))
    except flow.NotLinked as refusal:
        print(flow.refused_text(refusal), file=sys.stderr)
        raise typer.Exit(refusal.status) from None


def _files(given: list[str]) -> dict[str, Path]:
    """Delivered files by feed: ``education=FILE``, or a file named ``education-2026-12.parquet``."""
    from licet.files.reading import check_file

    found: dict[str, Path] = {}
    for one in given:
        feed, sign, name = one.partition("=")
        path = Path(name if sign else one)
        check_file(path)
        known = feed if sign else _feed_of(path)
        if known in found:
            raise bad(f"two files for the feed {known}", "--arrived", "one file for each feed")
        found[known] = path
    return found


def _feed_of(path: Path) -> str:
    """The feed that a file is named after: its name up to a date."""
    parts = path.name.split(".")[0].split("-")
    return "-".join(part for part in parts if not part.isdigit())
