"""``licet forecast ...``: models fitted and audited; families are picked out only with every condition."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from licet.commands.days import day, writing_day
from licet.errors import bad

app = typer.Typer(
    help="Forecasts: fitted, audited, and released only if all holds. Never a score of anybody.",
    rich_markup_mode=None,
    no_args_is_help=True,
)
Today = Annotated[str | None, typer.Option(metavar="DAY", help="As on this day.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print data instead of text.")]
Where = Annotated[Path | None, typer.Option("--in", help="The workspace, if not this folder.")]


def add_to(program: typer.Typer) -> None:
    """Make ``forecast`` a family of commands of the program."""
    program.add_typer(app, name="forecast")


@app.command()
def fit(
    use: Annotated[Path, typer.Argument(help="The use: uses/NAME.toml.")],
    forecast: Annotated[
        str | None, typer.Option(metavar="ID", help="The forecast, where the use has several.")
    ] = None,
    frame: Annotated[
        Path | None, typer.Option(help="Counts of the population: by, group, people.")
    ] = None,
    today: Today = None,
    as_json: AsJson = False,
) -> None:
    """Fit simple models with splits in time and audit each; a card, and no list."""
    from licet import flow

    try:
        found = flow.fit_forecast(
            use, today=writing_day(today, use), forecast=forecast, frame=frame
        )
    except flow.NotLinked as refusal:
        print(flow.refused_text(refusal), file=sys.stderr)
        raise typer.Exit(refusal.status) from None
    print(flow.fitted_json(found) if as_json else flow.fitted_text(found))
    if found.status:
        raise typer.Exit(found.status)


@app.command()
def release(
    model: Annotated[str, typer.Argument(help="The model: its name, or models/USE/NAME.json.")],
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="DAY", help="What was known on this day.")
    ] = None,
    where: Where = None,
    today: Today = None,
    as_json: AsJson = False,
) -> None:
    """With every condition of release, ask reviewers about families; else say what is missing."""
    from licet import flow

    if as_of is None:
        todo = "add --as-of 2026-11-01"
        raise bad("a window without an as-of date", "--as-of", "a day", todo)
    asked = day(as_of, "--as-of")
    use = flow.use_of_model(model, where)
    try:
        found = flow.release_model(model, where, as_of=asked, today=writing_day(today, use))
    except flow.NotLinked as refusal:
        print(flow.refused_text(refusal), file=sys.stderr)
        raise typer.Exit(refusal.status) from None
    print(flow.model_released_json(found) if as_json else flow.model_released_text(found))
    if found.status:
        raise typer.Exit(found.status)


@app.command()
def card(
    model: Annotated[str, typer.Argument(help="The model: its name, or models/USE/NAME.json.")],
    where: Where = None,
    today: Today = None,
) -> None:
    """Write the card of a kept model anew: it then says what still remembers people who withdrew."""
    from licet import flow

    use = flow.use_of_model(model, where)
    print(flow.model_card(model, where, today=writing_day(today, use)))
