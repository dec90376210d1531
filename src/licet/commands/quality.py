"""The command ``licet quality``: how far one evidence carries, and what would change the ruling."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from licet.commands.days import day
from licet.errors import bad


def add_to(app: typer.Typer) -> None:
    """Make it a command of the program."""
    app.command()(quality)


def quality(
    evidence: Annotated[Path, typer.Argument(help="A folder with a codebook.toml.")],
    use: Annotated[Path | None, typer.Option(help="The use whose ruling is looked at.")] = None,
    margins: Annotated[
        Path | None, typer.Option(help="Known margins of the population: .csv or .toml.")
    ] = None,
    today: Annotated[str | None, typer.Option(help="As of this day: 2026-11-30.")] = None,
    threshold: Annotated[int, typer.Option(help="Smaller counts are not shown.")] = 10,
    out: Annotated[Path | None, typer.Option(help="Write page, CSV and JSON to a folder.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print data instead of text.")] = False,
) -> None:
    """Who did not answer, what moved answers, whom it missed, and what would change the ruling."""
    from licet.chapters import checking
    from licet.readings import Settings

    if threshold < 10:
        raise bad(f"threshold {threshold}", "--threshold", "10 people or more", "10 is usual")
    found = checking.quality(
        evidence, use, today=day(today), margins=margins, settings=Settings(threshold=threshold)
    )
    print(checking.quality_json(found) if as_json else checking.quality_screen(found))
    if out is not None:
        paths = checking.write_quality(found, out)
        print(f"Page: {paths['page']}  (also .json and .csv)", file=sys.stderr)
