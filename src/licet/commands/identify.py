"""``licet identify``: a declared rule over linked records; a list only with every condition of release."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from licet.commands.days import day, writing_day
from licet.errors import bad


def add_to(app: typer.Typer) -> None:
    """Make it a command of the program."""
    app.command()(identify)


def identify(
    use: Annotated[Path, typer.Argument(help="The use: uses/NAME.toml.")],
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="DAY", help="What was known on this day.")
    ] = None,
    rule: Annotated[
        str | None, typer.Option(metavar="ID", help="The rule, where the use has several.")
    ] = None,
    today: Annotated[str | None, typer.Option(metavar="DAY", help="As on this day.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print data instead of text.")] = False,
) -> None:
    """Say in counts whom a rule means; with every condition of release, ask reviewers."""
    from licet import flow

    if as_of is None:
        todo = "add --as-of 2026-11-01"
        raise bad("a window without an as-of date", "--as-of", "a day", todo)
    asked = day(as_of, "--as-of")
    try:
        found = flow.identify(use, as_of=asked, today=writing_day(today, use), rule=rule)
    except flow.NotLinked as refusal:
        print(flow.refused_text(refusal), file=sys.stderr)
        raise typer.Exit(refusal.status) from None
    print(
        flow.identified_json(found) if as_json else flow.identified_text(found),
        end="" if as_json else "\n",
    )
    if found.status:
        raise typer.Exit(found.status)
