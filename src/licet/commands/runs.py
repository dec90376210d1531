"""The commands ``licet runs show`` and ``licet runs keep``: every run, and what has to be done to it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from licet.commands.days import writing_day

app = typer.Typer(
    help="Runs: in force, sealed, destroyed; and kept so.",
    rich_markup_mode=None,
    no_args_is_help=True,
)

Place = Annotated[Path, typer.Argument(help="A workspace.")]


def add_to(program: typer.Typer) -> None:
    """Make ``runs`` a family of commands of the program."""
    program.add_typer(app, name="runs")


@app.command()
def show(
    workspace: Place = Path(),
    use: Annotated[str | None, typer.Option(help="Only the runs of this use, by its id.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print data instead of text.")] = False,
) -> None:
    """Every run: use, state, since when, what it gave out."""
    from licet.chapters import overseeing

    found = overseeing.runs(workspace, use=use)
    data = overseeing.runs_data(found)
    print(json.dumps(data, indent=2) if as_json else overseeing.runs_text(found))


@app.command()
def keep(
    workspace: Place = Path(),
    today: Annotated[str | None, typer.Option(metavar="DAY", help="As on this day.")] = None,
) -> None:
    """Seal, destroy, follow every no: for a timer, once a day."""
    from licet.chapters import overseeing

    print(overseeing.kept_text(overseeing.keep(workspace, today=writing_day(today, workspace))))
