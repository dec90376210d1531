"""The command ``licet feeds check``: each feed's contract against its data."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from licet.commands.days import day
from licet.errors import bad

app = typer.Typer(
    help="Feeds: dated extracts of services, and what they are like.", no_args_is_help=True
)


def add_to(program: typer.Typer) -> None:
    """Make ``feeds`` a family of commands of the program."""
    program.add_typer(app, name="feeds")


@app.callback()
def feeds() -> None:
    """Feeds: dated extracts of services, and what they are like."""


@app.command()
def check(
    path: Annotated[Path, typer.Argument(help="A workspace, or one feeds/NAME.toml.")],
    out: Annotated[Path | None, typer.Option(help="Write page and JSON to a folder.")] = None,
    today: Annotated[str | None, typer.Option(help="As of this day: 2026-11-30.")] = None,
    threshold: Annotated[
        int | None, typer.Option(help="Smaller counts are not shown; as in licet.toml, or 10.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print data instead of text.")] = False,
) -> None:
    """Read each feed, hold it against its contract, and say what its data are like."""
    from licet.chapters import feeding

    if threshold is not None and threshold < 10:
        raise bad(f"threshold {threshold}", "--threshold", "10 people or more", "10 is usual")
    found = feeding.check_feeds(path, today=day(today), threshold=threshold)
    print(feeding.feeds_json(found) if as_json else feeding.feeds_screen(found), end="")
    if out is not None:
        paths = feeding.write_feeds(found, out)
        print(f"Page: {paths['page']}  (also .json)", file=sys.stderr)
