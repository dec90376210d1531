"""The command ``licet waves``: evidence over time, and when to ask again."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from licet.commands.days import day
from licet.errors import bad
from licet.files.arguments import pairs, words


def add_to(app: typer.Typer) -> None:
    """Make it a command of the program."""
    app.command()(waves)


def waves(
    evidence: Annotated[
        list[Path], typer.Argument(help="Folders of evidence, the earliest first.")
    ],
    join: Annotated[
        list[str] | None,
        typer.Option(metavar="ITEM=REASON", help="Another wording that measures the same."),
    ] = None,
    items: Annotated[str | None, typer.Option(help="Only these items, with commas.")] = None,
    wave: Annotated[
        str | None, typer.Option(help="One folder of a panel: its column of waves.")
    ] = None,
    person: Annotated[str | None, typer.Option(help="And the column that numbers people.")] = None,
    today: Annotated[str | None, typer.Option(help="As of this day: 2026-11-30.")] = None,
    threshold: Annotated[int, typer.Option(help="Smaller counts are not shown.")] = 10,
    out: Annotated[Path | None, typer.Option(help="Write page, CSV and JSON to a folder.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print data instead of text.")] = False,
) -> None:
    """Licence won, lost or unproven from wave to wave, and when a new survey is due."""
    from licet.chapters import following
    from licet.readings import Settings

    if threshold < 10:
        raise bad(f"threshold {threshold}", "--threshold", "10 people or more", "10 is usual")
    found = following.waves(
        evidence,
        today=day(today),
        joins=pairs(join, "--join"),
        items=tuple(words(items)),
        wave=wave,
        person=person,
        settings=Settings(threshold=threshold),
    )
    print(following.waves_json(found) if as_json else following.waves_screen(found))
    if out is not None:
        paths = following.write_waves(found, out)
        print(f"Page: {paths['page']}  (also .json and .csv)", file=sys.stderr)
