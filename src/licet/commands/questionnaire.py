"""The commands of the questionnaire: ``licet questionnaire new, check, write, simulate, realign``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from licet.files.arguments import words

app = typer.Typer(
    help="The questionnaire: draft, check, write, try out, bring answers home.",
    rich_markup_mode=None,
    no_args_is_help=True,
)

LEFT_OUT = "left out: "
KEEP = " Of these, --keep COLUMN,COLUMN keeps those that others added, such as a weight."

Source = Annotated[Path, typer.Argument(help="The questionnaire: instrument.toml.")]


@app.command()
def new(
    folder: Annotated[Path, typer.Argument(help="The folder to draft it in.")],
    services: Annotated[str | None, typer.Option(help="Services, with commas between.")] = None,
    reasons: Annotated[str | None, typer.Option(help="Reasons, with commas between.")] = None,
    operators: Annotated[
        str | None, typer.Option(help="in_house, public_partner, commercial.")
    ] = None,
    area: Annotated[str, typer.Option(help="From wide to narrow: UK/England/Leeds.")] = "UK",
) -> None:
    """Draft instrument.toml from the template, for chosen services and reasons."""
    from licet.chapters import questionnaires

    path = questionnaires.new(folder, words(services), words(reasons), words(operators), area)
    print(f"written: {path}\nNext: licet questionnaire check {path}")


@app.command()
def check(instrument: Source) -> None:
    """All faults at once; how hard it is to read; whether its form was tried."""
    from licet.chapters import questionnaires

    print(questionnaires.checked_text(questionnaires.check(instrument)))


@app.command()
def write(
    instrument: Source,
    out: Annotated[Path, typer.Option(help="The folder to write in.")],
    replace: Annotated[bool, typer.Option("--replace", help="Replace older files.")] = False,
) -> None:
    """Write the form (XLSForm), a page, a Word document and the codebook."""
    from licet.chapters import questionnaires

    for path in questionnaires.write(instrument, out, replace=replace):
        print(f"written: {path}")


@app.command()
def simulate(
    instrument: Source,
    out: Annotated[Path, typer.Option(help="The CSV file to write.")],
    people: Annotated[int, typer.Option(min=1, max=1_000_000, help="Made-up people.")] = 200,
    seed: Annotated[int, typer.Option(min=0, help="Of the random numbers.")] = 1,
) -> None:
    """Made-up answers in the form of an export, to try what follows. They say nothing."""
    from licet.chapters import questionnaires

    questionnaires.simulate(instrument, out, people, seed)
    print(f"written: {out}, {people:,} made-up people; drawn at random, they say nothing")


@app.command()
def realign(
    instrument: Source,
    export: Annotated[Path, typer.Argument(help="What the form sent: .csv, .sav, .parquet.")],
    out: Annotated[Path, typer.Option(help="The CSV file to write.")],
    keep: Annotated[
        str | None, typer.Option(help="Columns that others added: weight,stratum.")
    ] = None,
    encoding: Annotated[str | None, typer.Option(help="Of a file that is not UTF-8.")] = None,
) -> None:
    """Bring answers home: one column for each item, flips undone, not asked apart from no answer."""
    from licet.chapters import questionnaires

    answers = questionnaires.realign(instrument, export, out, words(keep) or (), encoding)
    print(f"written: {out}, {answers.frame.height:,} people")
    for note in answers.notes:
        print(f"{note}{KEEP}" if LEFT_OUT in note else note, file=sys.stderr)
